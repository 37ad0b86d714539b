//! Messages in one request, and what is read from them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::desk::{ANA, Desk, answer, letter};
use crate::sandbox::walk::Person;

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn send_json(desk: &Desk, token: &str, body: &Value) -> (u16, Value) {
    let request = desk.http.post(desk.at("/gmail/v1/users/me/messages/send")).bearer_auth(token);
    answer(request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap()).await
}

#[tokio::test]
async fn what_arrived_can_be_read_and_is_byte_for_byte() {
    let desk = Desk::new();
    let token = desk.access_token().await;
    let raw = letter(ANA, 1000);
    let (status, sent) = answer(desk.media(&token, &raw).send().await.unwrap()).await;
    assert_eq!(status, 200);
    assert_eq!(sent["labelIds"], json!(["SENT"]));
    let message = desk.sandbox.messages().remove(0);
    assert_eq!(message["id"], sent["id"]);
    assert_eq!(message["account"], ANA);
    assert_eq!(message["subject"], "Factura Ñ");
    assert_eq!(message["message_id"], "uno@papeleria.example");
    assert_eq!(message["from"], json!([{ "name": "Empresa", "address": ANA }]));
    assert_eq!(message["to"][0]["address"], "cliente@receptor.example");
    assert_eq!(message["bcc"][0]["address"], "oculta@receptor.example");
    assert_eq!(
        message["recipients"],
        json!(["cliente@receptor.example", "copia@receptor.example", "oculta@receptor.example"])
    );
    assert!(message["text"].as_str().unwrap().contains("Adjuntamos su factura."));
    assert_eq!(message["problems"], json!([]));
    let bytes: Vec<u8> = (0..1000).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let attached =
        json!([{ "filename": "f.xml", "content_type": "application/xml", "size": 1000, "sha256": hex(&bytes) }]);
    assert_eq!(message["attachments"], attached);
    assert_eq!(message["raw_sha256"], hex(&raw));
    assert_eq!(desk.sandbox.raw_message(sent["id"].as_str().unwrap()).unwrap(), raw);
}

#[tokio::test]
async fn the_inbox_shows_and_escapes() {
    let desk = Desk::new();
    let token = desk.access_token().await;
    let raw = format!("From: {ANA}\r\nTo: a@b.example\r\nSubject: <script>alert(1)</script>\r\n\r\n<b>hola</b>\r\n");
    let (_, sent) = answer(desk.media(&token, raw.as_bytes()).send().await.unwrap()).await;
    let page = desk.http.get(desk.at("/inbox")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("&lt;script&gt;alert(1)") && page.contains("&lt;b&gt;hola"));
    assert!(!page.contains("<script>") && !page.contains("<b>hola"));
    let link = format!("/admin/messages/{}/raw", sent["id"].as_str().unwrap());
    assert!(page.contains(&link));
    let fetched = desk.http.get(desk.at(&link)).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(fetched, raw.as_bytes());
}

#[tokio::test]
async fn json_and_multipart_carry_the_same_bytes() {
    let desk = Desk::new();
    let token = desk.access_token().await;
    let raw = letter(ANA, 5000);
    let (status, sent) = send_json(&desk, &token, &json!({ "raw": URL_SAFE.encode(&raw), "threadId": "hilo" })).await;
    assert_eq!((status, sent["threadId"].as_str()), (200, Some("hilo")));
    let mut body = b"--lim\r\nContent-Type: application/json\r\n\r\n{\"threadId\":\"h2\"}\r\n--lim\r\nContent-Type: message/rfc822\r\n\r\n".to_vec();
    body.extend_from_slice(&raw);
    body.extend_from_slice(b"\r\n--lim--\r\n");
    let request =
        desk.http.post(desk.at("/upload/gmail/v1/users/me/messages/send?uploadType=multipart")).bearer_auth(&token);
    let request = request.header("content-type", "multipart/related; boundary=\"lim\"").body(body);
    let (status, sent) = answer(request.send().await.unwrap()).await;
    assert_eq!((status, sent["threadId"].as_str()), (200, Some("h2")));
    for message in desk.sandbox.messages() {
        assert_eq!(desk.sandbox.raw_message(message["id"].as_str().unwrap()).unwrap(), raw);
    }
}

#[tokio::test]
async fn a_foreign_from_is_silently_replaced() {
    let desk = Desk::new();
    let token = desk.access_token().await;
    desk.media(&token, &letter("jefe@otra.example", 1)).send().await.unwrap();
    let message = desk.sandbox.messages().remove(0);
    assert_eq!(message["from"][0]["address"], ANA);
    assert_eq!(message["from_submitted"][0]["address"], "jefe@otra.example");
    desk.sandbox.set_behaviour(&json!({ "replace_message_id": true })).unwrap();
    desk.media(&token, &letter(ANA, 1)).send().await.unwrap();
    let message = desk.sandbox.messages().remove(1);
    assert_eq!(message["message_id_submitted"], "uno@papeleria.example");
    assert_ne!(message["message_id"], "uno@papeleria.example");
}

#[tokio::test]
async fn refusals_have_google_s_shape() {
    let desk = Desk::new();
    let token = desk.access_token().await;
    let (status, error) = answer(desk.media("nada", &letter(ANA, 1)).send().await.unwrap()).await;
    assert_eq!(status, 401);
    assert_eq!(error["error"]["status"], "UNAUTHENTICATED");
    assert_eq!(error["error"]["errors"][0]["reason"], "authError");
    let nobody = format!("From: {ANA}\r\nSubject: x\r\n\r\nhola\r\n");
    let (status, error) = answer(desk.media(&token, nobody.as_bytes()).send().await.unwrap()).await;
    assert_eq!((status, error["error"]["message"].as_str()), (400, Some("Recipient address required")));
    let (status, error) = send_json(&desk, &token, &json!({})).await;
    assert_eq!((status, error["error"]["errors"][0]["reason"].as_str()), (400, Some("invalidArgument")));
    let unticked = Person { tick_send: false, ..Person::willing() };
    let redirect = desk.walk(&[], &unticked).await.unwrap();
    let (_, less) = desk.exchange(&redirect["code"]).await;
    let (status, error) =
        answer(desk.media(less["access_token"].as_str().unwrap(), &letter(ANA, 1)).send().await.unwrap()).await;
    assert_eq!(status, 403);
    assert_eq!(error["error"]["errors"][0]["reason"], "insufficientPermissions");
    assert_eq!(error["error"]["details"][0]["reason"], "ACCESS_TOKEN_SCOPE_INSUFFICIENT");
    desk.sandbox.expire_access_tokens();
    assert_eq!(desk.media(&token, &letter(ANA, 1)).send().await.unwrap().status(), 401);
    assert!(desk.sandbox.messages().is_empty());
}

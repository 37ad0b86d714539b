//! Ordered faults.

use std::time::Duration;

use serde_json::json;

use crate::desk::{ANA, Desk, answer, exchange_fields, letter};
use crate::sandbox::walk::{Person, WalkError};

const GRANULE: usize = 256 * 1024;

#[tokio::test]
async fn a_status_strikes_as_often_as_ordered() {
    let desk = Desk::new();
    let tokens = desk.signed_in().await;
    let token = tokens["access_token"].as_str().unwrap();
    let order = json!({ "point": "upload_open", "kind": "status", "status": 403, "reason": "dailyLimitExceeded", "times": 2, "after": 1 });
    desk.sandbox.add_fault(&order).unwrap();
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(desk.opening(token, 10).send().await.unwrap().status().as_u16());
    }
    assert_eq!(seen, [200, 403, 403, 200]);
    assert_eq!(desk.sandbox.state()["counters"]["faults"]["upload_open"], 2);
    assert_eq!(desk.count("sessions_opened"), 2);
}

#[tokio::test]
async fn errors_of_each_kind_of_body() {
    let desk = Desk::new();
    let tokens = desk.signed_in().await;
    let token = tokens["access_token"].as_str().unwrap();
    let order = json!({ "point": "upload_open", "kind": "status", "status": 429, "reason": "rateLimitExceeded", "retry_after_seconds": 90 });
    desk.sandbox.add_fault(&order).unwrap();
    let (status, error) = answer(desk.opening(token, 10).send().await.unwrap()).await;
    assert_eq!(status, 429);
    let words = error["error"]["message"].as_str().unwrap();
    let time = words.strip_prefix("User-rate limit exceeded.  Retry after ").unwrap();
    let ahead = chrono::DateTime::parse_from_rfc3339(time).unwrap().timestamp() - chrono::Utc::now().timestamp();
    assert!((60..=90).contains(&ahead), "{ahead}");
    desk.sandbox.add_fault(&json!({ "point": "upload_open", "kind": "status", "status": 503 })).unwrap();
    let page = desk.opening(token, 10).send().await.unwrap();
    assert_eq!(page.status(), 503);
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    let order = json!({ "point": "token_refresh", "kind": "status", "status": 400, "reason": "invalid_grant", "message": "reauth related error (invalid_rapt)", "subtype": "invalid_rapt" });
    desk.sandbox.add_fault(&order).unwrap();
    let (_, error) = desk.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(error["error_subtype"], "invalid_rapt");
    desk.sandbox.add_fault(&json!({ "point": "authorize", "kind": "status", "status": 500 })).unwrap();
    assert!(matches!(desk.walk(&[], &Person::willing()).await, Err(WalkError::Refused { status: 500, .. })));
}

#[tokio::test]
async fn a_lost_answer_leaves_an_accepted_message() {
    let desk = Desk::new();
    let token = desk.access_token().await;
    let raw = letter(ANA, 10);
    let (total, session) = (raw.len(), desk.open(&token, raw.len()).await);
    desk.sandbox.add_fault(&json!({ "point": "upload_put", "kind": "close", "accepted": true })).unwrap();
    desk.put(&session, &format!("0-{}/{total}", total - 1), &raw).send().await.unwrap_err();
    assert_eq!(desk.sandbox.messages().len(), 1);
    let (status, message) = answer(desk.put(&session, &format!("*/{total}"), b"").send().await.unwrap()).await;
    assert_eq!((status, &message["id"]), (200, &desk.sandbox.messages()[0]["id"]));
}

#[tokio::test]
async fn a_closed_connection_leaves_nothing_or_half() {
    let desk = Desk::new();
    let token = desk.access_token().await;
    let raw = letter(ANA, 1_000_000);
    let total = raw.len();
    let session = desk.open(&token, total).await;
    let whole = format!("0-{}/{total}", total - 1);
    desk.sandbox.add_fault(&json!({ "point": "upload_put", "kind": "close" })).unwrap();
    desk.put(&session, &whole, &raw).send().await.unwrap_err();
    let query = desk.put(&session, &format!("*/{total}"), b"").send().await.unwrap();
    assert_eq!((query.status().as_u16(), query.headers().get("range")), (308, None));
    desk.sandbox.add_fault(&json!({ "point": "upload_put", "kind": "close_midway" })).unwrap();
    desk.put(&session, &whole, &raw).send().await.unwrap_err();
    let query = desk.put(&session, &format!("*/{total}"), b"").send().await.unwrap();
    let kept = total / 2 / GRANULE * GRANULE;
    assert_eq!(query.headers()["range"], format!("bytes=0-{}", kept - 1).as_str());
    let rest = desk.put(&session, &format!("{kept}-{}/{total}", total - 1), &raw[kept..]).send().await.unwrap();
    assert_eq!(rest.status(), 200);
    let id = desk.sandbox.messages()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.sandbox.raw_message(&id).unwrap(), raw);
}

#[tokio::test]
async fn hanging_slow_and_cut_answers() {
    let desk = Desk::new();
    let tokens = desk.signed_in().await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    desk.sandbox.add_fault(&json!({ "point": "token_refresh", "kind": "trickle", "interval_ms": 0 })).unwrap();
    assert_eq!(desk.refresh(refresh).await.0, 200);
    let form = |fields: &[(&str, &str)]| {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        desk.http.post(desk.at("/revoke")).header("content-type", "application/x-www-form-urlencoded").body(body)
    };
    let hanging = Duration::from_millis(200);
    desk.sandbox.add_fault(&json!({ "point": "revoke", "kind": "hang" })).unwrap();
    assert!(form(&[("token", refresh)]).timeout(hanging).send().await.unwrap_err().is_timeout());
    assert_eq!(desk.refresh(refresh).await.0, 200, "the request that hung was not carried out");
    desk.sandbox.add_fault(&json!({ "point": "token_code", "kind": "truncate" })).unwrap();
    let redirect = desk.walk(&[], &Person::willing()).await.unwrap();
    let web = &desk.client["web"];
    let mut fields = exchange_fields(&redirect["code"]).to_vec();
    fields.push(("client_id", web["client_id"].as_str().unwrap()));
    fields.push(("client_secret", web["client_secret"].as_str().unwrap()));
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let request =
        desk.http.post(desk.at("/token")).header("content-type", "application/x-www-form-urlencoded").body(body);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.text().await.unwrap_err();
    assert_eq!(desk.count("code_exchanges"), 2);
}

#[tokio::test]
async fn orders_that_are_not_understood_are_refused() {
    let desk = Desk::new();
    desk.sandbox.add_fault(&json!({ "point": "nowhere", "kind": "close" })).unwrap_err();
    desk.sandbox.add_fault(&json!({ "point": "revoke", "kind": "close", "colour": 1 })).unwrap_err();
    desk.sandbox.set_behaviour(&json!({ "beginning": "nowhere" })).unwrap_err();
    let request = desk.http.post(desk.at("/admin/behaviour")).header("content-type", "application/json");
    assert_eq!(request.body("{\"colour\":1}").send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn the_admin_interface_steers() {
    let desk = Desk::new();
    let post = async |path: &str, body: serde_json::Value| {
        let request = desk.http.post(desk.at(path)).header("content-type", "application/json");
        answer(request.body(body.to_string()).send().await.unwrap()).await
    };
    let account = json!({ "email": "extra@correo.example", "password": "x", "name": "Extra", "hd": "correo.example" });
    assert_eq!(post("/admin/accounts", account).await.0, 200);
    let person = Person { email: "extra@correo.example".to_owned(), password: "x".to_owned(), ..Person::willing() };
    let redirect = desk.walk(&[], &person).await.unwrap();
    assert_eq!(redirect["hd"], "correo.example");
    let (_, tokens) = desk.exchange(&redirect["code"]).await;
    assert_eq!(post("/admin/revoke", json!({ "account": "extra@correo.example" })).await.1, json!({ "revoked": 1 }));
    assert_eq!(desk.refresh(tokens["refresh_token"].as_str().unwrap()).await.0, 400);
    let new = json!({ "name": "otro", "redirect_uris": ["https://otra.example/"] });
    assert_eq!(post("/admin/clients", new).await.1["web"]["redirect_uris"], json!(["https://otra.example/"]));
    post("/admin/fault", json!({ "point": "revoke", "kind": "close" })).await;
    let (_, state) = post("/admin/reset", json!({})).await;
    assert_eq!(state["faults"], json!([]));
    assert_eq!(state["counters"]["total"]["authorizations"], 0);
}

//! Resumable upload sessions.

use reqwest::Response;
use serde_json::json;

use crate::desk::{ANA, Desk, answer, letter};

const GRANULE: usize = 256 * 1024;

fn range(response: &Response) -> Option<&str> {
    response.headers().get("range").map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn several_chunks_make_one_message() {
    let desk = Desk::new();
    let token = desk.access_token().await;
    let raw = letter(ANA, 500_000);
    let total = raw.len();
    let session = desk.open(&token, total).await;
    let before = desk.put(&session, &format!("*/{total}"), b"").send().await.unwrap();
    assert_eq!((before.status().as_u16(), range(&before)), (308, None));
    for first in (0..total).step_by(GRANULE) {
        let end = (first + GRANULE).min(total);
        let response =
            desk.put(&session, &format!("{first}-{}/{total}", end - 1), &raw[first..end]).send().await.unwrap();
        if end < total {
            assert_eq!(response.status(), 308);
            assert_eq!(range(&response).unwrap(), format!("bytes=0-{}", end - 1));
        } else {
            assert_eq!(response.status(), 200);
        }
    }
    let id = desk.sandbox.messages()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.sandbox.raw_message(&id).unwrap(), raw);
    let counters = desk.sandbox.state()["counters"]["accounts"][ANA].clone();
    assert_eq!(counters["sessions_opened"], 1);
    assert_eq!(counters["puts"], total.div_ceil(GRANULE));
    assert_eq!(counters["status_queries"], 1);
    assert_eq!(counters["accepted"], 1);
}

/// A finished session answers a query, and a repeated PUT, as the behaviour says; it never accepts again.
#[tokio::test]
async fn a_finished_session_answers_in_five_ways() {
    let desk = Desk::new();
    let raw = letter(ANA, 10);
    let total = raw.len();
    for (mode, status, has_id) in [
        ("ok", 200, true),
        ("ok_without_id", 200, false),
        ("not_found", 404, false),
        ("gone", 410, false),
        ("pending", 308, false),
    ] {
        desk.sandbox.reset();
        let token = desk.access_token().await;
        desk.sandbox.set_behaviour(&json!({ "finished_session": mode })).unwrap();
        let session = desk.open(&token, total).await;
        let whole = format!("0-{}/{total}", total - 1);
        assert_eq!(desk.put(&session, &whole, &raw).send().await.unwrap().status(), 200);
        for (range, body) in [(format!("*/{total}"), &b""[..]), (whole, &raw)] {
            let response = desk.put(&session, &range, body).send().await.unwrap();
            if mode == "pending" {
                assert_eq!(response.headers()["range"], format!("bytes=0-{}", total - 1).as_str());
            }
            let (seen, message) = answer(response).await;
            assert_eq!((seen, message["id"].is_string()), (status, has_id), "{mode} {range}");
        }
        assert_eq!(desk.sandbox.messages().len(), 1, "{mode}");
    }
}

#[tokio::test]
async fn what_the_protocol_forbids_is_refused() {
    let desk = Desk::new();
    let token = desk.access_token().await;
    let raw = letter(ANA, 500_000);
    let total = raw.len();
    let session = desk.open(&token, total).await;
    let refused =
        async |range: String, bytes: &[u8]| desk.put(&session, &range, bytes).send().await.unwrap().status().as_u16();
    assert_eq!(refused(format!("0-999/{total}"), &raw[..1000]).await, 400, "not a multiple of the granule");
    assert_eq!(refused(format!("{GRANULE}-{}/{total}", total - 1), &raw[GRANULE..]).await, 400, "a gap");
    assert_eq!(
        refused(format!("0-{}/{}", total, total + 1), &[raw.as_slice(), b"x"].concat()).await,
        400,
        "another size"
    );
    assert_eq!(refused(format!("0-{}/{total}", total - 1), &raw[..10]).await, 400, "a short body");
    assert_eq!(desk.put(&session, "nada", b"").send().await.unwrap().status(), 400);
    assert!(desk.sandbox.messages().is_empty());
    let too_long = desk.opening(&token, 36_700_161).send().await.unwrap();
    assert_eq!(answer(too_long).await.1["error"]["errors"][0]["reason"], "uploadTooLarge");
}

#[tokio::test]
async fn a_session_can_be_cancelled_and_wants_a_good_token() {
    let desk = Desk::new();
    let token = desk.access_token().await;
    let session = desk.open(&token, 100).await;
    let bad = desk.put(&session, "*/100", b"").bearer_auth("nada").send().await.unwrap();
    assert_eq!(bad.status(), 401);
    desk.sandbox.set_behaviour(&json!({ "session_requires_token": true })).unwrap();
    assert_eq!(desk.put(&session, "*/100", b"").send().await.unwrap().status(), 401);
    assert_eq!(desk.put(&session, "*/100", b"").bearer_auth(&token).send().await.unwrap().status(), 308);
    assert_eq!(desk.http.delete(&session).send().await.unwrap().status().as_u16(), 499);
    assert_eq!(desk.put(&session, "*/100", b"").bearer_auth(&token).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_message_that_gmail_refuses_ends_its_session() {
    let desk = Desk::new();
    let token = desk.access_token().await;
    let raw = b"From: facturas@papeleria.example\r\nSubject: x\r\n\r\nhola\r\n";
    let session = desk.open(&token, raw.len()).await;
    let response = desk.put(&session, &format!("0-{}/{}", raw.len() - 1, raw.len()), raw).send().await.unwrap();
    assert_eq!(answer(response).await.1["error"]["message"], "Recipient address required");
    assert!(desk.sandbox.messages().is_empty());
}

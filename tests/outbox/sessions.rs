//! After the commit point: one session, asked and continued, never replaced.

use std::time::Duration;

use serde_json::json;

use super::desk::Desk;
use crate::journey::setting::Setting;

/// How long a session is asked before a person has to look (design: ten minutes).
const PATIENCE: Duration = Duration::from_secs(600);

#[test]
fn invariant_1_and_4_however_a_finished_session_answers_it_is_sent_or_unknown_and_never_sent_twice() {
    for (finished, state) in [
        ("ok", "sent"),
        ("not_found", "unknown"),
        ("gone", "unknown"),
        ("ok_without_id", "unknown"),
        ("pending", "unknown"),
    ] {
        let desk = Desk::new(1);
        desk.setting.behave(json!({"finished_session": finished}));
        desk.fault(json!({"point": "upload_put", "kind": "close", "accepted": true}));
        let id = desk.queue(0);
        let waited = desk.drain();
        let delivery = desk.delivery(&id);
        assert_eq!(delivery.state.as_str(), state, "{finished}");
        let message = desk.setting.sandbox.messages().remove(0)["id"].as_str().unwrap().to_owned();
        assert_eq!(delivery.provider_id, (state == "sent").then_some(message), "{finished}");
        assert!(delivery.session.is_none(), "the session's address is a secret and gone by now");
        if finished == "pending" {
            assert!(waited > PATIENCE && waited < PATIENCE * 2, "{waited:?}");
        } else {
            assert!(waited < Duration::from_secs(10), "{finished}: {waited:?}");
        }
        desk.place.clock.pass(Duration::from_secs(100_000));
        desk.drain();
        assert_eq!(desk.delivery(&id).state.as_str(), state);
        assert_eq!(desk.traffic(), (1, 1), "{finished}");
        assert_eq!(std::fs::read_dir(desk.place.folder.join("spool")).unwrap().count(), 0, "{finished}");
    }
}

#[test]
fn invariant_1_whatever_happens_to_the_upload_the_same_session_is_continued() {
    for fault in [
        json!({"kind": "close"}),
        json!({"kind": "close_midway"}),
        json!({"kind": "truncate"}),
        json!({"kind": "trickle", "interval_ms": 0}),
        json!({"kind": "close", "times": 3}),
        json!({"kind": "status", "status": 503}),
        json!({"kind": "status", "status": 503, "accepted": true}),
        json!({"kind": "status", "status": 500, "reason": "backendError"}),
        json!({"kind": "status", "status": 429, "reason": "rateLimitExceeded"}),
        json!({"kind": "status", "status": 401, "reason": "authError"}),
        json!({"kind": "status", "status": 408}),
        json!({"kind": "status", "status": 400, "accepted": true}),
    ] {
        let desk = Desk::new(1);
        // Longer than the provider's granule of 256 KiB, so that a half can stay.
        let pdf = desk.setting.samples[0].pdf_path.clone().unwrap();
        std::fs::write(&pdf, b"%PDF-1.4 ".repeat(100_000)).unwrap();
        let mut order = fault.clone();
        order["point"] = json!("upload_put");
        desk.fault(order);
        let id = desk.queue(0);
        desk.drain();
        assert_eq!(desk.state(&id), ("sent".to_owned(), None), "{fault}");
        assert_eq!(desk.traffic(), (1, 1), "{fault}");
        assert_eq!(desk.events(&id), ["queued", "attempt", "committed", "accepted"]);
        assert_eq!(desk.setting.sandbox.messages()[0]["problems"], json!([]));
    }
}

#[test]
fn a_session_that_wants_the_token_gets_a_fresh_one() {
    let desk = Desk::new(1);
    desk.setting.behave(json!({"session_requires_token": true}));
    desk.fault(json!({"point": "upload_put", "kind": "status", "status": 401, "reason": "authError"}));
    let id = desk.queue(0);
    desk.drain();
    assert_eq!(desk.state(&id).0, "sent");
    assert_eq!((desk.setting.count("refreshes"), desk.traffic()), (2, (1, 1)));
}

#[test]
fn only_a_definite_refusal_of_the_upload_fails_and_frees_the_pair() {
    let desk = Desk::new(1);
    desk.fault(json!({"point": "upload_put", "kind": "status", "status": 400, "reason": "invalidArgument"}));
    let id = desk.queue(0);
    desk.drain();
    assert_eq!(desk.state(&id), ("failed".to_owned(), Some("message_refused".to_owned())));
    assert_eq!(desk.traffic(), (1, 0));
    let second = desk.queue(0);
    desk.drain();
    assert_eq!((desk.state(&second).0, desk.traffic().1), ("sent".to_owned(), 1));
}

#[test]
fn a_session_that_never_answers_is_unknown_and_the_next_delivery_gets_its_turn() {
    let desk = Desk::new(2);
    desk.fault(json!({"point": "upload_put", "kind": "close", "accepted": true}));
    desk.fault(json!({"point": "upload_query", "kind": "status", "status": 503, "times": 0}));
    let (lost, next) = (desk.queue(0), desk.queue(1));
    assert!(desk.drain() > PATIENCE);
    assert_eq!(desk.state(&lost), ("unknown".to_owned(), Some("outcome_unknown".to_owned())));
    assert_eq!(desk.events(&lost).last().unwrap(), "no_answer");
    assert_eq!(desk.state(&next).0, "sent");
    let asked = desk.setting.sandbox.state()["counters"]["faults"]["upload_query"].as_u64().unwrap();
    assert!((10..60).contains(&asked), "pauses grow: {asked}");
}

#[test]
fn invariant_5_every_attempt_sends_the_same_bytes() {
    let desk = Desk::new(1);
    desk.refuse(503, "backendError", 1);
    let id = desk.queue(0);
    // The first attempt builds the message; the files may then change or go.
    let world = desk.world();
    world
        .store
        .change(
            &id,
            &correo_cfdi::ports::store::Change::new(
                correo_cfdi::domain::delivery::State::Queued,
                correo_cfdi::domain::delivery::State::Deferred,
                "test",
                chrono::Utc::now(),
            ),
        )
        .unwrap();
    let draft = world.store.delivery(&id).unwrap().unwrap().draft;
    let built = world.letter.build(&draft, &id, chrono::Utc::now(), correo_cfdi::ports::BlindCopies::InHeader).unwrap();
    world.spool.write(&id, &built).unwrap();
    std::fs::remove_file(&desk.setting.samples[0].xml_path).unwrap();
    correo_cfdi::usecase::outbox::retry(
        &world,
        &correo_cfdi::protocol::delivery::DeliveryRef { delivery: id.to_string(), portal: None },
    )
    .unwrap();
    desk.drain();
    assert_eq!(desk.state(&id).0, "sent");
    let arrived = desk.setting.sandbox.messages()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.setting.sandbox.raw_message(&arrived).unwrap(), built);
}

#[test]
fn a_cancel_before_the_message_is_built_leaves_nothing_in_the_spool() {
    let setting = Setting::signed_in(1);
    // The token comes slowly, and the message is built after it.
    setting.sandbox.expire_access_tokens();
    setting.fault(json!({"point": "token_refresh", "kind": "trickle", "interval_ms": 3}));
    let mut host = setting.home.host();
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    setting.until(&mut host, &delivery, &["sending"]);
    host.ok("delivery.cancel", json!({"delivery": delivery}));
    setting.home.settle();
    assert_eq!((setting.count("sessions_opened"), setting.sandbox.messages().len()), (1, 0), "it was built and opened");
    let spool = setting.home.path().join("spool");
    assert_eq!(std::fs::read_dir(spool).unwrap().count(), 0);
}

//! Every refusal has its state and its reason, and none of them sends anything.

use super::office::Office;
use super::server::{Act, Tls};

/// (step, answer, state, reason)
const REFUSALS: [(&str, &str, &str, &str); 17] = [
    ("GREETING", "421 4.7.0 Try again later, closing connection", "deferred", "rate_limited"),
    ("GREETING", "554 5.3.2 System not accepting messages", "deferred", "provider_unavailable"),
    ("AUTH", "454 4.7.0 Temporary authentication failure", "deferred", "provider_unavailable"),
    ("AUTH", "534 5.7.14 Please log in via your web browser", "deferred", "policy_blocked"),
    ("MAIL", "550 5.4.5 Daily user sending limit exceeded", "deferred", "daily_limit"),
    ("MAIL", "553 5.7.1 That sender is not yours", "deferred", "policy_blocked"),
    ("MAIL", "452 4.3.1 Insufficient system storage", "deferred", "provider_unavailable"),
    ("RCPT", "550 5.1.1 The email account that you tried to reach does not exist", "failed", "recipient_refused"),
    ("RCPT", "450 4.2.1 The user receives mail too quickly", "deferred", "rate_limited"),
    ("RCPT", "452 4.5.3 Too many recipients", "deferred", "provider_unavailable"),
    ("DATA", "451 4.3.0 Try again", "deferred", "provider_unavailable"),
    ("DATA", "554 5.6.0 Not accepted", "failed", "message_refused"),
    ("DOT", "552 5.7.0 Blocked because its content presents a security issue", "failed", "message_refused"),
    ("DOT", "552 5.3.4 Message too big", "failed", "message_too_large"),
    ("DOT", "550 5.4.5 Daily user sending limit exceeded", "failed", "daily_limit"),
    ("DOT", "451 4.3.0 Temporary system problem", "failed", "provider_unavailable"),
    ("DOT", "421 4.7.0 Closing", "failed", "rate_limited"),
];

#[test]
fn invariant_4_each_refusal_has_its_state_and_reason() {
    for (step, answer, state, reason) in REFUSALS {
        let mut office = Office::new(Tls::FromStart);
        office.server.next(step, Act::Say(answer));
        let (_, came, why) = office.send();
        assert_eq!((came.as_str(), why.as_str()), (state, reason), "{step} {answer}");
        assert!(office.server.played() && office.server.received().is_empty(), "{step} {answer}");
    }
}

#[test]
fn a_connection_that_ends_before_the_last_dot_is_tried_again() {
    for step in ["GREETING", "AUTH", "MAIL", "RCPT", "DATA"] {
        let mut office = Office::new(Tls::FromStart);
        office.server.next(step, Act::Close);
        let (delivery, state, reason) = office.send();
        assert_eq!((state.as_str(), reason.as_str()), ("deferred", "provider_unavailable"), "{step}");
        office.host.ok("delivery.retry", serde_json::json!({"delivery": delivery}));
        office.until(&delivery, &["sent"]);
        assert_eq!(office.server.received().len(), 1, "{step}");
    }
}

#[test]
fn where_one_recipient_is_refused_nobody_gets_it_and_all_that_are_refused_are_named() {
    let mut office = Office::new(Tls::FromStart);
    for answer in ["550 5.1.1 No such user", "250 2.1.5 OK", "550 mailbox unavailable"] {
        office.server.next("RCPT", Act::Say(answer));
    }
    let delivery = office.queue(&["nadie@cliente.example", "compras@cliente.example"], &["oculta@cliente.example"]);
    let end = office.until(&delivery, &["sent", "failed", "deferred", "unknown"]);
    assert_eq!(end["delivery"]["reason"], "recipient_refused");
    assert!(office.server.received().is_empty());
    assert!(!office.server.heard().contains(&"DATA".to_owned()));

    let ledger = end["ledger"].as_array().unwrap();
    let refused = serde_json::json!([{"address": "nadie@cliente.example", "code": "5.1.1"},
        {"address": "oculta@cliente.example", "code": "550"}]);
    assert_eq!(
        (&ledger[ledger.len() - 1]["event"], &ledger[ledger.len() - 1]["refused"]),
        (&end["delivery"]["reason"], &refused)
    );
    assert!(ledger[..ledger.len() - 1].iter().all(|line| line["refused"].is_null()), "{ledger:?}");
    let shown = office.setting.home.run(&["outbox", "show", delivery.as_str().unwrap()]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("nadie@cliente.example (5.1.1) oculta@cliente.example (550)"), "{shown}");
    assert!(!shown.contains("No such user"), "nothing of the server's own words: {shown}");
}

#[test]
fn a_refusal_stands_where_the_connection_ends_after_it() {
    let mut office = Office::new(Tls::FromStart);
    office.server.next("RCPT", Act::Say("550 5.1.1 No such user"));
    office.server.next("RCPT", Act::Close);
    let delivery = office.queue(&["nadie@cliente.example", "compras@cliente.example"], &[]);
    let end = office.until(&delivery, &["sent", "failed", "deferred", "unknown"]);
    assert_eq!(
        (&end["delivery"]["state"], &end["delivery"]["reason"]),
        (&"failed".into(), &"recipient_refused".into())
    );
    assert_eq!(end["ledger"].as_array().unwrap().last().unwrap()["refused"].as_array().unwrap().len(), 1);
}

#[test]
fn silence_after_the_last_dot_is_unknown_and_never_sent_again() {
    for act in [Act::Close, Act::TakeAndClose] {
        let mut office = Office::new(Tls::FromStart);
        office.server.next("DOT", act.clone());
        let (delivery, state, reason) = office.send();
        assert_eq!((state.as_str(), reason.as_str()), ("unknown", "outcome_unknown"), "{act:?}");
        let before = office.server.received().len();
        office.setting.drain();
        assert_eq!(office.until(&delivery, &["unknown"])["delivery"]["state"], "unknown");
        assert_eq!(office.server.received().len(), before, "{act:?}");
    }
}

#[test]
fn a_limit_that_is_told_after_the_last_dot_stops_the_account_and_not_every_message() {
    let mut office = Office::new(Tls::FromStart);
    office.server.next("DOT", Act::Say("550 5.4.5 Daily user sending limit exceeded"));
    assert_eq!(office.send().1, "failed");
    let second = office.queue(&["ventas@cliente.example"], &[]);
    office.setting.drain();
    let detail = office.host.ok("delivery.get", serde_json::json!({"delivery": second}));
    assert!(["queued", "deferred"].contains(&detail["delivery"]["state"].as_str().unwrap()), "{detail}");
    assert_eq!(office.server.heard().iter().filter(|line| *line == "DATA").count(), 1);
}

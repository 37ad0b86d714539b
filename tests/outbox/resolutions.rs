//! What a person says about a delivery whose outcome nobody knows.

use serde_json::{Value, json};

use super::desk::Desk;

/// A delivery whose outcome is unknown, although it arrived.
fn unknown(desk: &Desk) -> Value {
    unknown_of(desk, desk.setting.params(0, "cliente@example.mx"))
}

/// The same with these parameters.
fn unknown_of(desk: &Desk, params: Value) -> Value {
    desk.setting.behave(json!({"finished_session": "not_found"}));
    desk.fault(json!({"point": "upload_put", "kind": "close", "accepted": true}));
    let id = desk.queue_with(params);
    desk.drain();
    assert_eq!(desk.state(&id).0, "unknown");
    json!(id.as_str())
}

#[test]
fn an_unknown_delivery_is_held_and_shows_where_to_look() {
    let desk = Desk::new(1);
    let id = unknown(&desk);
    let mut host = desk.setting.home.host();
    let detail = host.ok("delivery.get", json!({"delivery": id}));
    let link = detail["gmail_search"].as_str().unwrap();
    assert!(link.starts_with("https://mail.google.com/mail/") && link.contains("cliente"), "{link}");
    assert_eq!(detail["delivery"]["provider_id"], Value::Null);
    assert_eq!(host.ok("health", json!({}))["outbox"]["need_person"], 1);
    let again = desk.setting.send(&mut host, desk.setting.params(0, "cliente@example.mx")).unwrap_err();
    assert_eq!((&again["data"]["kind"], &again["data"]["delivery"]), (&json!("already_sent"), &id));
    for (method, kind) in [("delivery.cancel", "past_commit"), ("delivery.retry", "wrong_state")] {
        assert_eq!(host.kind(method, json!({"delivery": id})), kind);
    }
    assert_eq!(host.kind("company.remove", json!({"rfc": desk.setting.rfc()})), "company_in_use");
}

#[test]
fn a_person_who_found_it_in_gmail_ends_it() {
    let desk = Desk::new(1);
    let id = unknown(&desk);
    let mut host = desk.setting.home.host();
    let view = host.ok("delivery.resolve", json!({"delivery": id, "outcome": "was_sent"}));
    assert_eq!((&view["state"], &view["provider_id"]), (&json!("sent"), &Value::Null));
    let detail = host.ok("delivery.get", json!({"delivery": id}));
    assert_eq!(detail["ledger"].as_array().unwrap().last().unwrap()["event"], "person_says_sent");
    for outcome in ["was_sent", "send_again"] {
        let resolve = json!({"delivery": id, "outcome": outcome});
        assert_eq!(host.kind("delivery.resolve", resolve), "wrong_state", "{outcome}");
    }
    assert_eq!(desk.setting.sandbox.messages().len(), 1);
}

#[test]
fn a_person_who_wants_it_again_makes_a_new_delivery_with_the_next_number() {
    let desk = Desk::new(1);
    let id = unknown(&desk);
    let mut host = desk.setting.home.host();
    let new = host.ok("delivery.resolve", json!({"delivery": id, "outcome": "send_again"}));
    assert_ne!(new["delivery"], id);
    assert_eq!(new["resend"], 1);
    assert_eq!(host.ok("delivery.get", json!({"delivery": id}))["delivery"]["state"], "superseded");
    desk.setting.until(&mut host, &new["delivery"], &["sent"]);
    assert_eq!(host.kind("delivery.resolve", json!({"delivery": id, "outcome": "send_again"})), "wrong_state");
    assert_eq!(desk.setting.sandbox.messages().len(), 2, "once accepted without answer, once again on purpose");
    let raw: Vec<String> = desk
        .setting
        .sandbox
        .messages()
        .iter()
        .map(|m| {
            String::from_utf8_lossy(&desk.setting.sandbox.raw_message(m["id"].as_str().unwrap()).unwrap()).into_owned()
        })
        .collect();
    assert!(raw[0].contains("resend=0") && raw[1].contains("resend=1"));
    let third = desk.setting.send(&mut host, desk.setting.params(0, "cliente@example.mx")).unwrap_err();
    assert_eq!(third["data"]["limit"], 2);
}

#[test]
fn a_print_of_ours_outlives_an_unknown_outcome_and_goes_with_what_took_its_place() {
    let desk = Desk::new(1);
    std::fs::remove_file(desk.setting.samples[0].pdf_path.as_ref().unwrap()).unwrap();
    let mut params = desk.setting.params(0, "cliente@example.mx");
    params["documents"][0]["print"] = json!(true);
    let kept = || -> Vec<String> {
        let entries = std::fs::read_dir(desk.place.folder.join("prints")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let id = unknown_of(&desk, params);
    assert!(matches!(&kept()[..], [name] if name.starts_with(id.as_str().unwrap())));
    let mut host = desk.setting.home.host();
    let new = host.ok("delivery.resolve", json!({"delivery": id, "outcome": "send_again"}));
    let detail = desk.setting.until(&mut host, &new["delivery"], &["sent"]);
    desk.setting.home.settle();
    let messages = desk.setting.sandbox.messages();
    assert_eq!(messages[0]["attachments"], messages[1]["attachments"]);
    assert_eq!(detail["attachments"][1]["made"], true);
    desk.drain();
    assert_eq!(kept(), [""; 0], "both have ended");
}

#[test]
fn what_was_sent_shows_where_notices_of_return_would_be() {
    let desk = Desk::new(1);
    let mut params = desk.setting.params(0, "cliente@example.mx");
    params["bcc"] = json!(["archivo@example.mx"]);
    let id = desk.queue_with(params);
    let mut host = desk.setting.home.host();
    assert_eq!(host.ok("delivery.get", json!({"delivery": id.as_str()}))["returned_search"], Value::Null);
    desk.drain();
    let detail = host.ok("delivery.get", json!({"delivery": id.as_str()}));
    assert_eq!(detail["gmail_search"], Value::Null);
    let link = url::Url::parse(detail["returned_search"].as_str().unwrap()).unwrap();
    let from = detail["delivery"]["from"].as_str().unwrap();
    assert_eq!(
        link.query_pairs().next().unwrap(),
        ("authuser".into(), from.into()),
        "the mailbox that it was sent from"
    );
    let search = link.fragment().unwrap();
    for recipient in ["cliente%40example.mx", "archivo%40example.mx"] {
        assert!(search.contains(recipient), "{search}");
    }
}

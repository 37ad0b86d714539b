//! The outbox as people see it: waiting, cancelling, looking up, being told.

use serde_json::{Value, json};

use super::setting::Setting;

fn in_an_hour() -> String {
    (chrono::Utc::now() + chrono::TimeDelta::hours(1)).to_rfc3339()
}

#[test]
fn a_file_that_changes_before_its_turn_is_held_and_nothing_leaves() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    let pdf = setting.samples[0].pdf_path.clone().unwrap();
    let bytes = std::fs::read(&pdf).unwrap();
    let mut other = bytes.clone();
    *other.last_mut().unwrap() ^= 1;
    std::fs::write(&pdf, &other).unwrap();
    drop(lock);
    setting.drain();
    let held = setting.until(&mut host, &delivery, &["deferred"])["delivery"].clone();
    assert_eq!((&held["reason"], &held["not_before"]), (&json!("file_changed"), &Value::Null));
    std::fs::remove_file(&pdf).unwrap();
    host.ok("delivery.retry", json!({"delivery": delivery}));
    crate::host::wait("it is looked at again", || {
        let now = host.ok("delivery.get", json!({"delivery": delivery}))["delivery"]["reason"].clone();
        (now == "file_vanished").then_some(())
    });
    assert_eq!((setting.count("sessions_opened"), setting.sandbox.messages().len()), (0, 0));
    std::fs::write(&pdf, &bytes).unwrap();
    host.ok("delivery.retry", json!({"delivery": delivery}));
    setting.until(&mut host, &delivery, &["sent"]);
}

#[test]
fn a_later_time_is_waited_for_and_a_past_one_is_none() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    let mut params = setting.params(0, "cliente@example.mx");
    params["not_before"] = json!(in_an_hour());
    let waiting = setting.send(&mut host, params).unwrap()["delivery"].clone();
    assert_eq!((&waiting["state"], &waiting["reason"]), (&json!("deferred"), &json!("scheduled")));
    assert!(waiting["not_before"].is_string());
    let mut params = setting.params(1, "cliente@example.mx");
    params["not_before"] = json!("2020-01-01T00:00:00-06:00");
    let past = setting.send(&mut host, params).unwrap()["delivery"]["delivery"].clone();
    setting.until(&mut host, &past, &["sent"]);
    assert_eq!(host.ok("delivery.get", json!({"delivery": waiting["delivery"]}))["delivery"]["state"], "deferred");
    for text in ["mañana", "2026-13-01T00:00:00Z", "2999-01-01T00:00:00Z", ""] {
        let mut params = setting.params(0, "otro@example.mx");
        params["not_before"] = json!(text);
        let data = setting.send(&mut host, params).unwrap_err()["data"].clone();
        assert_eq!((&data["kind"], &data["subject"]), (&json!("invalid_params"), &json!("not_before")), "{text}");
    }
    // A person may send it now after all.
    host.ok("delivery.retry", json!({"delivery": waiting["delivery"]}));
    setting.until(&mut host, &waiting["delivery"], &["sent"]);
}

#[test]
fn a_queued_delivery_is_called_off_and_stays_so() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    assert_eq!(host.ok("delivery.cancel", json!({"delivery": delivery}))["state"], "cancelled");
    drop(lock);
    setting.drain();
    for method in ["delivery.cancel", "delivery.retry"] {
        let data = host.call(method, json!({"delivery": delivery})).unwrap_err()["data"].clone();
        assert_eq!((&data["kind"], &data["delivery"]), (&json!("wrong_state"), &delivery));
    }
    assert!(setting.sandbox.messages().is_empty());
    let detail = host.ok("delivery.get", json!({"delivery": delivery}));
    let events: Vec<_> = detail["ledger"].as_array().unwrap().iter().map(|line| line["event"].clone()).collect();
    assert_eq!(events, ["queued", "cancelled"]);
}

#[cfg(unix)]
#[test]
fn after_the_commit_point_nothing_can_be_called_off() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    setting.fault(json!({"point": "upload_put", "kind": "hang", "seconds": 120}));
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    crate::host::wait("it is committed", || {
        let now = host.ok("delivery.get", json!({"delivery": delivery}))["delivery"].clone();
        (now["committed"] == true).then(|| assert_eq!(now["state"], "sending"))
    });
    for (method, kind) in [("delivery.cancel", "past_commit"), ("delivery.retry", "wrong_state")] {
        assert_eq!(host.kind(method, json!({"delivery": delivery})), kind);
    }
    let resolve = json!({"delivery": delivery, "outcome": "was_sent"});
    assert_eq!(host.kind("delivery.resolve", resolve), "wrong_state");
    assert_eq!(host.kind("company.remove", json!({"rfc": setting.rfc()})), "company_in_use");
    setting.kill_sender(&mut host, &delivery);
    setting.drain();
    setting.until(&mut host, &delivery, &["sent"]);
    for method in ["delivery.cancel", "delivery.retry"] {
        assert!(["past_commit", "wrong_state"].contains(&host.kind(method, json!({"delivery": delivery})).as_str()));
    }
    assert_eq!((setting.count("sessions_opened"), setting.sandbox.messages().len()), (1, 1));
}

#[test]
fn the_history_is_paged_filtered_and_searched() {
    let setting = Setting::signed_in(5);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let mut ids: Vec<Value> = (0..5).map(|n| setting.queue(&mut host, n, &format!("cliente{n}@example.mx"))).collect();
    host.ok("delivery.cancel", json!({"delivery": ids[4]}));
    ids.reverse();
    let list = |host: &mut crate::host::Host, params: Value| {
        let page = host.ok("delivery.list", params);
        let found: Vec<Value> = page["deliveries"].as_array().unwrap().iter().map(|d| d["delivery"].clone()).collect();
        (found, page["next"].clone())
    };
    let mut paged = Vec::new();
    let mut after = Value::Null;
    loop {
        let (found, next) = list(&mut host, json!({"limit": 2, "after": after}));
        paged.extend(found);
        if next.is_null() {
            break;
        }
        after = next;
    }
    assert_eq!(paged, ids);
    assert_eq!(list(&mut host, json!({"state": "cancelled"})).0, ids[..1]);
    assert_eq!(list(&mut host, json!({"state": "queued", "company": setting.rfc()})).0, ids[1..]);
    assert_eq!(list(&mut host, json!({"company": "OTR020202CD2"})).0, Vec::<Value>::new());
    let sample = &setting.samples[3];
    for text in [
        "CLIENTE3@example.mx",
        &sample.uuid.to_lowercase(),
        &sample.receiver.rfc,
        &format!("{}{}", sample.serie, sample.folio),
    ] {
        assert!(list(&mut host, json!({"text": text})).0.contains(&ids[1]), "{text}");
    }
    assert_eq!(list(&mut host, json!({"text": "%"})).0, Vec::<Value>::new(), "no pattern characters");
    assert_eq!(host.kind("delivery.get", json!({"delivery": "de-nadie"})), "unknown_delivery");
    let mark = host.ok("library.get", json!({"uuid": setting.samples[0].uuid}))["sent"].clone();
    assert_eq!((&mark["delivery"], &mark["state"]), (&ids[4], &json!("queued")));
    drop(lock);
}

#[test]
fn another_conversation_is_told_of_every_change() {
    let setting = Setting::signed_in(1);
    let (mut host, mut other) = (setting.home.host(), setting.home.host());
    other.ok("delivery.list", json!({}));
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    for watcher in [&mut other, &mut host] {
        loop {
            let changed = watcher.event("delivery.changed")["delivery"].clone();
            assert_eq!(changed["delivery"], delivery);
            if changed["state"] == "sent" {
                assert!(changed["provider_id"].is_string());
                break;
            }
        }
    }
}

#[test]
fn health_counts_what_asks_for_a_person() {
    let setting = Setting::signed_in(3);
    let mut host = setting.home.host();
    let sent = setting.queue(&mut host, 0, "cliente@example.mx");
    setting.until(&mut host, &sent, &["sent"]);
    let lock = setting.home.hold_sender();
    setting.queue(&mut host, 1, "cliente@example.mx");
    let health = host.ok("health", json!({}));
    assert_eq!(health["outbox"], json!({"under_way": 1, "need_person": 0, "sent_today": 1}));
    assert_eq!(health["vault_failure"], Value::Null);
    let account = setting.account(&mut host);
    host.ok("account.forget", json!({"account": account}));
    assert_eq!(host.ok("health", json!({}))["outbox"]["need_person"], 1);
    drop(lock);
}

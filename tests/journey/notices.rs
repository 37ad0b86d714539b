//! Notices of cancellation: who is told, of what, once, and what is refused.

use serde_json::{Value, json};

use super::setting::Setting;

/// Sample 6 is for the receiver of sample 0; sample 1 is not.
const SUBSTITUTE: usize = 6;

fn asked(setting: &Setting, delivery: &Value, changes: &Value) -> Value {
    let mut params = json!({"delivery": delivery, "uuid": setting.samples[0].uuid, "motive": "02"});
    changes.as_object().unwrap().iter().for_each(|(name, value)| params[name] = value.clone());
    params
}

#[test]
fn a_notice_goes_to_those_who_got_the_document_and_never_twice() {
    let setting = Setting::signed_in(7);
    let mut host = setting.home.host();
    host.ok("library.scan", json!({}));
    let mut params = setting.params(0, "ana@example.mx");
    params["bcc"] = json!(["archivo@example.mx"]);
    let delivery = setting.send(&mut host, params).unwrap()["delivery"]["delivery"].clone();
    setting.until(&mut host, &delivery, &["sent"]);

    let replaced = json!({"motive": "01", "replaced_by": setting.samples[SUBSTITUTE].uuid});
    let seen = host.ok("notice.preview", asked(&setting, &delivery, &replaced));
    assert_eq!((&seen["to"], &seen["bcc"]), (&json!(["ana@example.mx"]), &json!(["archivo@example.mx"])));
    for part in [&setting.samples[0].uuid, &setting.samples[SUBSTITUTE].uuid, "Motivo 01"] {
        assert!(seen["message"].as_str().unwrap().to_lowercase().contains(&part.to_lowercase()), "{part}: {seen}");
    }
    assert_eq!(setting.sandbox.messages().len(), 1, "looking sends nothing");
    let mut confirmed = asked(&setting, &delivery, &replaced);
    confirmed["confirmed"] = json!("0".repeat(64));
    assert_eq!(host.kind("notice.send", confirmed.clone()), "changed_since_preview");
    confirmed["confirmed"] = seen["digest"].clone();
    let sent = host.ok("notice.send", confirmed.clone());
    let told = setting.until(&mut host, &sent["delivery"]["delivery"], &["sent"]);
    assert_eq!((&told["attachments"], &told["delivery"]["uuids"]), (&json!([]), &json!([])));
    let again = host.ok("notice.send", confirmed);
    assert_eq!((&again["existing"], &again["delivery"]["delivery"]), (&json!(true), &sent["delivery"]["delivery"]));
    let messages = setting.sandbox.messages();
    assert_eq!(messages.len(), 2);
    assert!(messages[1]["subject"].as_str().unwrap().starts_with("Aviso de sustitución"));
    // It says nothing of the document itself: that may be sent again as before.
    let mark = host.ok("library.get", json!({"uuid": setting.samples[0].uuid}))["sent"]["delivery"].clone();
    assert_eq!(mark, delivery);
}

#[test]
fn what_names_another_customer_or_was_not_sent_is_refused() {
    let setting = Setting::signed_in(7);
    let mut host = setting.home.host();
    host.ok("library.scan", json!({}));
    let lock = setting.home.hold_sender();
    let delivery =
        setting.send(&mut host, setting.params(0, "ana@example.mx")).unwrap()["delivery"]["delivery"].clone();
    assert_eq!(host.kind("notice.preview", asked(&setting, &delivery, &json!({}))), "wrong_state");
    drop(lock);
    setting.drain();
    let uuid = |index: usize| json!(setting.samples[index].uuid);
    for (changes, kind) in [
        (json!({"motive": "01"}), "invalid_params"),
        (json!({"replaced_by": uuid(SUBSTITUTE)}), "invalid_params"),
        (json!({"motive": "01", "replaced_by": uuid(0)}), "invalid_params"),
        (json!({"motive": "01", "replaced_by": uuid(1)}), "wrong_receiver"),
        (json!({"motive": "01", "replaced_by": "00000000-0000-4000-A000-000000000000"}), "unknown_document"),
        (json!({"motive": "05"}), "invalid_params"),
        (json!({"uuid": uuid(1)}), "unknown_document"),
        (json!({"to": ["otro@example.mx"]}), "invalid_params"),
        (json!({"delivery": "01990000-0000-7000-8000-000000000001"}), "unknown_delivery"),
    ] {
        assert_eq!(host.kind("notice.preview", asked(&setting, &delivery, &changes)), kind, "{changes}");
    }
    host.ok("notice.preview", asked(&setting, &delivery, &json!({"motive": "04"})));
}

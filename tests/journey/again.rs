//! The box was not ticked: one click asks again for that scope alone.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::Host;
use crate::sandbox::walk::Person;

fn unticked() -> Person {
    Person { tick_send: false, ..Person::willing() }
}

fn other_person() -> Person {
    Person { email: "persona@correo.example".to_owned(), ..Person::willing() }
}

/// A sign-in whose box stayed empty; the flow that can ask again.
fn without_box(setting: &Setting, host: &mut Host) -> Value {
    let error = setting.sign_in(host, &unticked()).unwrap_err();
    let data = &error["data"];
    assert_eq!(data["kind"], "scope_missing");
    assert_eq!(data["subject"], Person::willing().email);
    data["flow"].clone()
}

#[test]
fn an_unticked_box_saves_nothing_and_one_click_asks_for_that_scope_alone() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let flow = without_box(&setting, &mut host);
    assert_eq!(host.ok("account.list", json!({}))["accounts"], json!([]));
    assert_eq!(setting.secrets(), 1);
    assert_eq!(host.kind("company.save", setting.with_flow(&json!({"flow": flow.clone()}))), "flow_lost");
    let begun = host.ok("sign_in.begin", json!({"company": setting.rfc(), "again": flow}));
    let url = url::Url::parse(begun["auth_url"].as_str().unwrap()).unwrap();
    let query: std::collections::BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!(query["scope"], "https://www.googleapis.com/auth/gmail.send");
    assert_eq!((query["login_hint"].as_str(), query["prompt"].as_str()), (Person::willing().email.as_str(), "consent"));
    assert_eq!(query["include_granted_scopes"], "true");
    let signed_in = setting.finish(&mut host, &begun, &unticked()).unwrap();
    let saved = host.ok("company.save", setting.with_flow(&signed_in));
    assert_eq!(
        (&saved["account"]["state"], &saved["account"]["address"]),
        (&json!("ready"), &json!(Person::willing().email))
    );
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    setting.until(&mut host, &delivery, &["sent"]);
}

#[test]
fn the_answer_of_another_account_saves_nothing() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    // The other person allowed the address before, so that the second answer says who it is.
    setting.sign_in(&mut host, &Person { tick_send: false, ..other_person() }).unwrap_err();
    let flow = without_box(&setting, &mut host);
    setting.behave(json!({"beginning": "no_session"}));
    let begun = host.ok("sign_in.begin", json!({"again": flow}));
    let error = setting.finish(&mut host, &begun, &other_person()).unwrap_err();
    assert_eq!(error["data"]["kind"], "account_mismatch");
    assert_eq!(error["data"]["subject"], Person::willing().email);
    assert_eq!(setting.secrets(), 1);
}

#[test]
fn without_id_token_the_second_answer_is_proven_by_userinfo() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let flow = without_box(&setting, &mut host);
    setting.behave(json!({"id_token": "absent"}));
    let begun = host.ok("sign_in.begin", json!({"again": flow}));
    let signed_in = setting.finish(&mut host, &begun, &Person::willing()).unwrap();
    assert_eq!(signed_in["account"]["address"], Person::willing().email);
}

#[test]
fn a_second_answer_that_proves_nothing_saves_nothing() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let flow = without_box(&setting, &mut host);
    setting.behave(json!({"id_token": "absent"}));
    setting.fault(json!({"point": "userinfo", "kind": "status", "status": 403, "reason": "insufficientPermissions"}));
    let begun = host.ok("sign_in.begin", json!({"again": flow}));
    let error = setting.finish(&mut host, &begun, &Person::willing()).unwrap_err();
    assert_eq!(error["data"]["kind"], "account_unproven");
    assert_eq!(setting.secrets(), 1);
}

#[test]
fn only_a_flow_without_its_scope_can_ask_again_and_only_once() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let begun = setting.begin(&mut host);
    assert_eq!(host.kind("sign_in.begin", json!({"again": "nobody's"})), "flow_lost");
    assert_eq!(host.kind("sign_in.begin", json!({"again": begun["flow"]})), "flow_lost");
    let flow = without_box(&setting, &mut host);
    host.ok("sign_in.begin", json!({"again": flow}));
    assert_eq!(host.kind("sign_in.begin", json!({"again": flow})), "flow_lost");
}

#[test]
fn asking_again_while_the_provider_is_away_can_be_repeated() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let flow = without_box(&setting, &mut host);
    setting.fault(json!({"point": "authorize", "kind": "close"}));
    assert_eq!(host.kind("sign_in.begin", json!({"again": flow})), "provider_unavailable");
    let begun = host.ok("sign_in.begin", json!({"again": flow}));
    setting.finish(&mut host, &begun, &Person::willing()).unwrap();
}

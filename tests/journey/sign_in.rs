//! Sign-in: outcomes and what they leave behind.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::sandbox::walk::{self, Person};

#[test]
fn a_ticked_box_gives_an_account_that_takes_effect_with_saving() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let signed_in = setting.sign_in(&mut host, &Person::willing()).unwrap();
    assert_eq!(signed_in["account"]["state"], "unsaved");
    assert_eq!(host.ok("account.list", json!({}))["accounts"], json!([]));
    let saved = host.ok("company.save", setting.with_flow(&signed_in));
    assert_eq!(saved["account"]["address"], signed_in["account"]["address"]);
    assert_eq!(saved["account"]["state"], "ready");
}

#[test]
fn a_cancel_while_the_code_is_exchanged_forgets_the_account_all_the_same() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    // The answer comes byte by byte, so that the exchange is under way for a while.
    setting.sandbox.add_fault(&json!({"point": "token_code", "kind": "trickle", "interval_ms": 2})).unwrap();
    let begun = host.ok("sign_in.begin", json!({"company": setting.rfc()}));
    let redirect = walk::consent_blocking(begun["auth_url"].as_str().unwrap(), &Person::willing()).unwrap();
    let complete = host.ask("sign_in.complete", json!({"flow": begun["flow"], "redirect_url": redirect.as_str()}));
    let cancel = host.ask("sign_in.cancel", json!({"flow": begun["flow"]}));
    assert_eq!(host.answer(cancel), Ok(json!({"done": true})), "the cancel does not wait for the exchange");
    assert_eq!(host.answer(complete).unwrap_err()["data"]["kind"], "flow_lost");
    assert_eq!(host.kind("company.save", setting.with_flow(&begun)), "flow_lost");
}

fn other_person() -> Person {
    Person { email: "persona@correo.example".to_owned(), ..Person::willing() }
}

#[test]
fn another_account_than_the_companys_is_said_and_replaces_it_only_with_saving() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let before = setting.account(&mut host);
    let signed_in = setting.sign_in(&mut host, &other_person()).unwrap();
    assert_eq!(signed_in["other_than"], Person::willing().email);
    assert_eq!(setting.account(&mut host), before, "nothing took effect yet");
    // The person decides for the account of before: a new flow, and the other one is forgotten.
    let again = setting.sign_in(&mut host, &Person::willing()).unwrap();
    assert_eq!(again["other_than"], Value::Null);
    assert_eq!(host.kind("company.save", setting.with_flow(&signed_in)), "flow_lost");
    let third = setting.sign_in(&mut host, &other_person()).unwrap();
    let saved = host.ok("company.save", setting.with_flow(&third));
    assert_eq!(saved["account"]["address"], other_person().email);
    assert_eq!(setting.secrets(), 2, "the replaced account's token is gone");
}

#[test]
fn another_account_than_the_hint_is_said_where_the_company_has_none() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    for (hint, said) in
        [("FACTURAS@papeleria.example", Value::Null), ("ventas@ferreteria.example", json!("ventas@ferreteria.example"))]
    {
        let begun = host.ok("sign_in.begin", json!({"company": setting.rfc(), "login_hint": hint}));
        assert_eq!(setting.finish(&mut host, &begun, &Person::willing()).unwrap()["other_than"], said);
    }
}

#[test]
fn a_clock_that_is_wrong_is_named_with_the_difference() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    for (ahead, seconds, words) in [(3 * 3600, -10_800, "atrasado 3 h"), (-7200, 7200, "adelantado 2 h")] {
        setting.behave(json!({"clock_ahead": ahead}));
        let error = setting.sign_in(&mut host, &Person::willing()).unwrap_err();
        assert_eq!(error["data"]["kind"], "clock_wrong");
        let said = error["data"]["clock_ahead_seconds"].as_i64().unwrap();
        assert!((said - seconds).abs() < 60, "{said}");
        assert!(error["message"].as_str().unwrap().contains(words), "{error}");
    }
    assert_eq!(setting.secrets(), 1);
    setting.behave(json!({"clock_ahead": 200}));
    setting.sign_in(&mut host, &Person::willing()).expect("five minutes are every clock's");
}

#[test]
fn a_project_in_testing_and_access_for_a_time_are_said_at_once() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    for (life, kind, reminder) in [
        (604_799, "testing_expired", json!(7)),
        (20 * 86_400, "access_ended", json!(30)),
        (90 * 86_400, "access_ended", Value::Null),
    ] {
        setting.behave(json!({"refresh_token_expires_in": life}));
        let signed_in = setting.sign_in(&mut host, &Person::willing()).unwrap();
        let account = &signed_in["account"];
        assert_eq!((&account["state"], &account["ends_by"]), (&json!("unsaved"), &json!(kind)));
        assert_eq!(account["reminder"], reminder);
        let saved = host.ok("company.save", setting.with_flow(&signed_in));
        assert_eq!((&saved["account"]["ends_by"], &saved["account"]["ends_at"]), (&json!(kind), &account["ends_at"]));
    }
}

#[test]
fn an_answer_that_leaves_out_what_it_may_is_understood() {
    let setting = Setting::new(1);
    setting.behave(json!({"lax_answer": true, "scope_field": "absent"}));
    let mut host = setting.home.host();
    let signed_in = setting.sign_in(&mut host, &Person::willing()).unwrap();
    host.ok("company.save", setting.with_flow(&signed_in));
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    setting.until(&mut host, &delivery, &["sent"]);
}

#[test]
fn a_redirect_that_names_a_policy_is_a_policy() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    for (error, kind) in [
        ("admin_policy_enforced", "app_blocked"),
        ("org_internal", "app_blocked"),
        ("server_error", "provider_unavailable"),
        ("invalid_scope", "authorization_refused"),
    ] {
        let begun = setting.begin(&mut host);
        let query = url::Url::parse(begun["auth_url"].as_str().unwrap()).unwrap();
        let state = query.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let redirect = format!("{}?error={error}&state={state}", begun["redirect_uri"].as_str().unwrap());
        assert_eq!(host.kind("sign_in.complete", json!({"flow": begun["flow"], "redirect_url": redirect})), kind);
    }
}

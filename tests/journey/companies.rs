//! *Redefinir empresa*: what takes effect with saving, and what with nothing else.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::{Host, company, folder};
use crate::sandbox::walk::Person;

fn person(address: &str) -> Person {
    Person { email: address.to_owned(), ..Person::willing() }
}

const FIRST: &str = "facturas@papeleria.example";
const SECOND: &str = "ventas@ferreteria.example";

/// Another company of the same user.
const OTHER: &str = "OTR020202CD2";

fn address(host: &mut Host, rfc: &str) -> Value {
    let list = host.ok("company.list", json!({}));
    let found = list["companies"].as_array().unwrap().iter().find(|company| company["rfc"] == rfc).unwrap();
    found["account"]["address"].clone()
}

fn addresses(host: &mut Host) -> Vec<String> {
    let list = host.ok("account.list", json!({}));
    list["accounts"].as_array().unwrap().iter().map(|a| a["address"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_cancelled_sign_in_keeps_the_account_before_it() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let signed_in = setting.sign_in(&mut host, &person(SECOND)).unwrap();
    assert_eq!(address(&mut host, &setting.rfc()), FIRST);
    host.ok("sign_in.cancel", json!({"flow": signed_in["flow"]}));
    assert_eq!(host.kind("company.save", setting.with_flow(&signed_in)), "flow_lost");
    assert_eq!((address(&mut host, &setting.rfc()), addresses(&mut host)), (json!(FIRST), vec![FIRST.to_owned()]));
    assert_eq!((setting.secrets(), setting.count("revocations")), (2, 0));
}

#[test]
fn closing_forgets_what_was_not_saved() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let signed_in = setting.sign_in(&mut host, &person(SECOND)).unwrap();
    host.leave();
    let mut host = setting.home.host();
    assert_eq!(host.kind("company.save", setting.with_flow(&signed_in)), "flow_lost");
    assert_eq!((addresses(&mut host), setting.secrets()), (vec![FIRST.to_owned()], 2));
}

#[test]
fn a_wrong_account_is_replaced_by_signing_in_again_before_saving() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let wrong = setting.sign_in(&mut host, &person(SECOND)).unwrap();
    let right = setting.sign_in(&mut host, &person(FIRST)).unwrap();
    assert_eq!(host.kind("company.save", setting.with_flow(&wrong)), "flow_lost");
    host.ok("company.save", setting.with_flow(&right));
    assert_eq!((addresses(&mut host), setting.secrets()), (vec![FIRST.to_owned()], 2));
}

#[test]
fn a_sign_in_for_one_company_cannot_be_saved_in_another() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let signed_in = setting.sign_in(&mut host, &person(FIRST)).unwrap();
    let mut other = company(OTHER, &setting.folder);
    other["flow"] = signed_in["flow"].clone();
    let error = host.call("company.save", other).unwrap_err();
    assert_eq!((&error["data"]["kind"], &error["data"]["subject"]), (&json!("wrong_company"), &json!(OTHER)));
    assert_eq!(host.ok("company.list", json!({}))["companies"].as_array().unwrap().len(), 1);
    host.ok("company.save", setting.with_flow(&signed_in));
    assert_eq!(address(&mut host, &setting.rfc()), FIRST);
}

#[test]
fn a_replaced_account_is_dropped_only_when_no_other_company_uses_it() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let mut other = company(OTHER, &setting.folder);
    other["account"] = setting.account(&mut host);
    host.ok("company.save", other.clone());
    let second = setting.sign_in(&mut host, &person(SECOND)).unwrap();
    let saved = host.ok("company.save", setting.with_flow(&second));
    assert_eq!(addresses(&mut host), [FIRST, SECOND]);
    assert_eq!(setting.secrets(), 3);
    other["account"] = saved["account"]["id"].clone();
    host.ok("company.save", other);
    assert_eq!((addresses(&mut host), setting.secrets()), (vec![SECOND.to_owned()], 2));
    assert_eq!(setting.count("revocations"), 0);
}

#[test]
fn a_vault_that_fails_while_saving_costs_no_second_consent() {
    let setting = Setting::new(1);
    let key = setting.home.path().join("vault.key");
    let mut host = setting.home.host();
    let signed_in = setting.sign_in(&mut host, &person(FIRST)).unwrap();
    std::fs::rename(&key, key.with_extension("away")).unwrap();
    assert_eq!(host.kind("company.save", setting.with_flow(&signed_in)), "vault_key_file");
    assert!(addresses(&mut host).is_empty());
    std::fs::rename(key.with_extension("away"), &key).unwrap();
    let saved = host.ok("company.save", setting.with_flow(&signed_in));
    assert_eq!(saved["account"]["state"], "ready");
}

#[test]
fn switching_off_holds_what_is_queued_and_keeps_the_account_and_on_lets_it_go() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    let (off, on) = (setting.with_switch(&mut host, false), setting.with_switch(&mut host, true));
    host.ok("company.save", off);
    let held = host.ok("delivery.get", json!({"delivery": delivery}))["delivery"].clone();
    assert_eq!((&held["state"], &held["reason"]), (&json!("deferred"), &json!("oauth_disabled")));
    assert_eq!(held["not_before"], Value::Null);
    assert_eq!((address(&mut host, &setting.rfc()), setting.secrets()), (json!(FIRST), 2));
    let refused = setting.send(&mut host, setting.params(1, "cliente@example.mx")).unwrap_err();
    assert_eq!(refused["data"]["kind"], "oauth_disabled");
    host.ok("company.save", on);
    drop(lock);
    setting.until(&mut host, &delivery, &["sent"]);
    assert_eq!(setting.sandbox.messages().len(), 1);
}

#[test]
fn a_company_with_deliveries_under_way_stays() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    host.ok("portal.connect", json!({"origin": "https://portal.example", "companies": [setting.rfc()]}));
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    assert_eq!(host.kind("company.remove", json!({"rfc": setting.rfc()})), "company_in_use");
    host.ok("delivery.cancel", json!({"delivery": delivery}));
    host.ok("company.remove", json!({"rfc": setting.rfc()}));
    assert_eq!(host.ok("company.list", json!({}))["companies"], json!([]));
    assert_eq!(host.ok("portal.list", json!({}))["portals"], json!([]), "a portal without company is no portal");
    assert_eq!(host.kind("company.remove", json!({"rfc": setting.rfc()})), "unknown_company");
    drop(lock);
}

#[test]
fn a_new_company_has_the_default_texts_and_its_switch_off_until_somebody_turns_it_on() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let mut save = company(OTHER, &folder(&setting.home, "otra"));
    save["use_oauth"] = json!(false);
    save["subject"] = json!("   ");
    let saved = host.ok("company.save", save);
    assert_eq!((&saved["use_oauth"], &saved["account"]), (&json!(false), &Value::Null));
    assert!(saved["subject"].as_str().unwrap().contains("{{folio}}"));
    assert!(saved["body"].as_str().unwrap().contains("{{uuid}}"));
}

#[test]
fn a_company_that_is_wrong_anywhere_is_not_saved() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let before = host.ok("company.list", json!({}));
    for (field, value, kind) in [
        ("rfc", json!("no es un RFC"), "invalid_rfc"),
        ("rfc", json!(""), "invalid_rfc"),
        ("name", json!("  "), "invalid_params"),
        ("name", json!("x".repeat(301)), "invalid_params"),
        ("name", json!("a\u{0}b"), "invalid_params"),
        ("folders", json!(["relativa/carpeta"]), "folder_unreadable"),
        ("folders", json!(vec!["/x"; 51]), "invalid_params"),
        ("cc", json!(["no es dirección"]), "invalid_recipient"),
        ("bcc", json!(["a@example.mx\r\nTo: b@example.mx"]), "invalid_recipient"),
        ("reply_to", json!("a@b"), "invalid_recipient"),
        ("subject", json!("x".repeat(251)), "invalid_text"),
        ("body", json!("x".repeat(16 * 1024 + 1)), "invalid_text"),
        ("account", json!("de-nadie"), "unknown_account"),
        ("flow", json!("de-nadie"), "flow_lost"),
    ] {
        let mut save = setting.company();
        save[field] = value.clone();
        assert_eq!(host.kind("company.save", save), kind, "{field} {value}");
    }
    assert_eq!(host.ok("company.list", json!({})), before);
}

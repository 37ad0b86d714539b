//! *Quitar de este equipo* and *Revocar en Google*, and accounts whose client is gone.

use std::sync::Arc;

use serde_json::json;

use super::setting::Setting;
use crate::host::redirect_uri;

#[test]
fn forgetting_is_no_revocation_and_a_new_sign_in_lets_the_deliveries_go() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let account = setting.account(&mut host);
    let lock = setting.home.hold_sender();
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    let listed = host.ok("account.list", json!({}))["accounts"][0].clone();
    assert_eq!((&listed["companies"], &listed["deliveries"]), (&json!([setting.rfc()]), &json!(1)));
    let gone = host.ok("account.forget", json!({"account": account}));
    assert_eq!(gone["companies"], json!([setting.rfc()]));
    assert_eq!((&gone["deliveries"], &gone["revoked"]), (&json!(1), &json!(false)));
    assert_eq!(host.event("account.changed")["account"], account);
    assert_eq!((setting.count("revocations"), setting.secrets()), (0, 1));
    assert_eq!(host.ok("account.list", json!({}))["accounts"], json!([]));
    let held = host.ok("delivery.get", json!({"delivery": delivery}))["delivery"].clone();
    assert_eq!((&held["state"], &held["reason"]), (&json!("deferred"), &json!("sign_in_needed")));
    assert_eq!(host.kind("delivery.preview", setting.params(0, "otro@example.mx")), "no_account");
    assert_eq!(host.kind("account.forget", json!({"account": account})), "unknown_account");
    let signed_in = setting.sign_in(&mut host, &crate::sandbox::walk::Person::willing()).unwrap();
    host.ok("company.save", setting.with_flow(&signed_in));
    drop(lock);
    setting.until(&mut host, &delivery, &["sent"]);
    assert_eq!(setting.sandbox.messages().len(), 1);
}

#[test]
fn revoking_ends_the_grant_everywhere() {
    let here = Setting::signed_in(1);
    let there = Setting::with_provider(Arc::clone(&here.sandbox), 1).and_sign_in();
    let (mut host, mut elsewhere) = (here.home.host(), there.home.host());
    let account = here.account(&mut host);
    let gone = host.ok("account.revoke", json!({"account": account}));
    assert_eq!((&gone["revoked"], &gone["companies"]), (&json!(true), &json!([here.rfc()])));
    assert_eq!((here.count("revocations"), here.secrets()), (1, 1));
    assert_eq!(there.secrets(), 2);
    let delivery = there.queue(&mut elsewhere, 0, "cliente@example.mx");
    let held = there.until(&mut elsewhere, &delivery, &["deferred"]);
    assert_eq!(held["delivery"]["reason"], "sign_in_needed");
    let listed = elsewhere.ok("account.list", json!({}))["accounts"][0].clone();
    assert_eq!((&listed["state"], &listed["deliveries"]), (&json!("sign_in_needed"), &json!(1)));
    assert_eq!(there.secrets(), 1, "the dead token is deleted");
    assert!(here.sandbox.messages().is_empty());
}

#[test]
fn a_revocation_that_fails_changes_nothing() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let account = setting.account(&mut host);
    setting.fault(json!({"point": "revoke", "kind": "status", "status": 503}));
    assert_eq!(host.kind("account.revoke", json!({"account": account})), "provider_unavailable");
    assert_eq!((setting.secrets(), setting.account(&mut host)), (2, account.clone()));
    // A grant that the person ended at the provider already is revoked as wished.
    setting.sandbox.revoke_account("facturas@papeleria.example");
    assert_eq!(host.ok("account.revoke", json!({"account": account}))["revoked"], true);
    assert_eq!(setting.secrets(), 1);
}

#[test]
fn another_client_strands_the_accounts_and_their_tokens_go_nowhere() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let account = setting.account(&mut host);
    setting.home.import_client(&setting.sandbox.client_json_named("otro", &[&redirect_uri()]));
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    let held = setting.until(&mut host, &delivery, &["deferred"]);
    assert_eq!(held["delivery"]["reason"], "account_stranded");
    assert_eq!(host.kind("account.revoke", json!({"account": account})), "account_stranded");
    let counters = setting.sandbox.state()["counters"]["total"].clone();
    for counter in ["refreshes", "revocations", "sessions_opened"] {
        assert_eq!(counters[counter], 0, "{counter}");
    }
    assert_eq!(setting.secrets(), 3, "token and both clients' secrets are kept");
    // The old client again: the account is as good as before.
    setting.home.import_client(&setting.sandbox.client_json(&[&redirect_uri()]));
    host.ok("delivery.retry", json!({"delivery": delivery}));
    setting.until(&mut host, &delivery, &["sent"]);
}

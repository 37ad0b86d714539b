//! Sign-in: outcomes and what they leave behind.

use serde_json::json;

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

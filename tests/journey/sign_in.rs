//! Sign-in: outcomes and what they leave behind.

use serde_json::json;

use super::setting::Setting;
use crate::sandbox::walk::Person;

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

//! A database that is deleted while a host runs.

use serde_json::{Value, json};

use crate::journey::setting::Setting;

#[cfg(unix)]
#[test]
fn nothing_is_accepted_into_a_deleted_file_and_a_file_that_comes_back_is_used() {
    let setting = Setting::signed_in(1);
    setting.home.settle();
    let mut host = setting.home.host();
    let mut params = setting.params(0, "cliente@example.mx");
    params["confirmed"] = host.ok("delivery.preview", params.clone())["digest"].clone();
    let (file, aside) = (setting.home.path().join("outbox.db"), setting.home.path().join("aside.db"));
    std::fs::rename(&file, &aside).unwrap();
    assert_eq!(host.kind("delivery.send", params.clone()), "store_gone");
    assert_eq!(host.ok("health", json!({}))["store_failure"], "store_gone");
    assert!(!file.exists(), "no empty outbox takes its place");
    std::fs::rename(&aside, &file).unwrap();
    assert_eq!(host.ok("health", json!({}))["store_failure"], Value::Null);
    let delivery = host.ok("delivery.send", params)["delivery"]["delivery"].clone();
    setting.until(&mut host, &delivery, &["sent"]);
    assert_eq!(setting.sandbox.messages().len(), 1);
}

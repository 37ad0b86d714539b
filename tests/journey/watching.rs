//! Folders are watched while a conversation that asked for it lasts.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::Host;
use crate::samples::{self, Spec};

/// Waits until the watched index has that document.
fn appears(host: &mut Host, uuid: &str) {
    loop {
        host.event("library.changed");
        let page = host.ok("library.search", json!({"text": uuid, "limit": 5}));
        if page["documents"].as_array().unwrap().iter().any(|one| one["uuid"] == uuid) {
            return;
        }
    }
}

#[test]
fn a_new_invoice_shows_up_without_a_scan_and_a_deleted_one_goes() {
    let setting = Setting::new(2);
    let mut host = setting.home.host();
    assert_eq!(host.ok("health", json!({}))["watched"], Value::Null, "nothing is watched before somebody asks");
    let watched = host.ok("library.watch", json!({}));
    assert_eq!(watched, json!({"folders": [setting.folder], "polled": []}));
    assert_eq!(host.ok("library.watch", json!({})), watched, "asking again changes nothing");
    assert_eq!(host.event("library.changed"), json!({"indexed": 2, "refused": 0, "removed": 0}));
    let spec = Spec { seed: 77, issuer: setting.samples[0].issuer.clone(), ..Spec::default() };
    let sample = samples::write(&setting.folder.join("2026").join("11"), &spec);
    appears(&mut host, &sample.uuid);
    assert_eq!(host.ok("health", json!({}))["watched"], watched);
    std::fs::remove_file(&sample.xml_path).unwrap();
    assert_eq!(host.event("library.changed")["removed"], 1);
    assert!(host.leave() < std::time::Duration::from_secs(2), "it ends with the conversation");
}

#[test]
fn folders_that_cannot_be_watched_are_named() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let gone = setting.home.path().join("unidad de red");
    let mut company = setting.company();
    company["folders"] = json!([setting.folder, gone]);
    host.ok("company.save", company);
    let watched = host.ok("library.watch", json!({}));
    assert_eq!(watched, json!({"folders": [setting.folder], "polled": [{"folder": gone, "why": "unavailable"}]}));
    assert_eq!(host.ok("health", json!({}))["watched"], watched);
    assert_eq!(host.event("library.changed")["indexed"], 1);
}

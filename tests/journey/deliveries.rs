//! Preview, send, and what arrives.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::setting::Setting;

fn sha256(path: &std::path::Path) -> String {
    let digest = Sha256::digest(std::fs::read(path).unwrap());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn invariant_5_what_arrives_is_byte_for_byte_what_lies_in_the_folder() {
    let setting = Setting::signed_in(3);
    let mut host = setting.home.host();
    let sent = setting.send(&mut host, setting.params(0, "Cliente.Uno@example.mx")).unwrap();
    let detail = setting.until(&mut host, &sent["delivery"]["delivery"], &["sent"]);
    let messages = setting.sandbox.messages();
    assert_eq!(messages.len(), 1, "{messages:?}");
    let message = &messages[0];
    assert_eq!(message["id"], detail["delivery"]["provider_id"]);
    let attachments = message["attachments"].as_array().unwrap();
    let sample = &setting.samples[0];
    assert_eq!(attachments.len(), 2);
    assert_eq!(attachments[0]["sha256"], sha256(&sample.xml_path));
    assert_eq!(attachments[1]["sha256"], sha256(sample.pdf_path.as_ref().unwrap()));
    assert_eq!(attachments[0]["content_type"], "application/xml");
    assert_eq!(attachments[1]["content_type"], "application/pdf");
    let base = |name: &str| name.rsplit_once('.').unwrap().0.to_owned();
    let names: Vec<String> = attachments.iter().map(|a| base(a["filename"].as_str().unwrap())).collect();
    assert_eq!(names[0], names[1]);
    assert!(names[0].is_ascii() && names[0].contains(&sample.uuid));
    assert_eq!(message["problems"], json!([]), "{message}");
    let events: Vec<&str> = detail["ledger"].as_array().unwrap().iter().map(|l| l["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["queued", "attempt", "committed", "accepted"]);
}

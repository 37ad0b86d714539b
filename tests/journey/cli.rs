//! The command line: the same journey for scripts, and its exit codes.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::Home;

/// Exit code and the first line of JSON on standard output.
fn run(home: &Home, arguments: &[&str]) -> (i32, Value) {
    let output = home.run(&[&["--json"], arguments].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let first = text.lines().next().and_then(|line| serde_json::from_str(line).ok());
    (output.status.code().unwrap(), first.unwrap_or(Value::Null))
}

#[test]
fn a_script_sends_waits_and_sends_again_on_purpose() {
    let setting = Setting::signed_in(2);
    let home = &setting.home;
    let (uuid, path) = (setting.samples[0].uuid.as_str(), setting.samples[1].xml_path.to_str().unwrap());
    let (code, preview) = run(home, &["send", uuid, "--to", "cliente@example.mx", "--dry-run"]);
    assert_eq!((code, preview["attachments"].as_array().unwrap().len()), (0, 2));
    assert_eq!(setting.sandbox.messages().len(), 0);
    for document in [uuid, path] {
        let (code, sent) = run(home, &["send", document, "--to", "cliente@example.mx", "--wait"]);
        assert_eq!((code, &sent["state"]), (0, &json!("sent")));
    }
    assert_eq!(run(home, &["send", uuid, "--to", "cliente@example.mx"]).0, 1);
    let (code, again) = run(home, &["send", uuid, "--to", "cliente@example.mx", "--resend", "--wait"]);
    assert_eq!((code, &again["resend"]), (0, &json!(1)));
    assert_eq!(setting.sandbox.messages().len(), 3);
}

#[test]
fn every_family_of_failures_has_its_exit_code() {
    let setting = Setting::signed_in(3);
    let home = &setting.home;
    let uuid = |index: usize| setting.samples[index].uuid.as_str();
    let send = |index: usize, to: &str| run(home, &["send", uuid(index), "--to", to, "--wait"]).0;
    assert_eq!(home.run(&["send"]).status.code(), Some(2));
    assert_eq!(home.run(&["nonsense"]).status.code(), Some(2));
    assert_eq!(send(0, "no es dirección"), 1);
    assert_eq!(run(home, &["send", "no.xml", "--to", "cliente@example.mx"]).0, 1);
    setting.fault(json!({"point": "token_refresh", "kind": "status", "status": 503, "times": 0}));
    assert_eq!(send(0, "cliente@example.mx"), 5);
    setting.sandbox.reset();
    // The provider forgot the grant with everything else.
    assert_eq!(send(1, "cliente@example.mx"), 3);
    let key = home.path().join("vault.key");
    std::fs::rename(&key, key.with_extension("away")).unwrap();
    let client = home.path().join("client.json");
    assert_eq!(run(home, &["client", "import", client.to_str().unwrap()]).0, 4);
}

#[test]
fn a_company_is_set_up_from_the_terminal_as_from_the_window() {
    let setting = Setting::signed_in(1);
    let home = &setting.home;
    let before = home.json(&["company", "list"]).remove(0);
    let (code, after) = run(home, &["company", "set", &setting.rfc(), "--name", "Otro nombre"]);
    assert_eq!((code, &after["name"]), (0, &json!("Otro nombre")));
    for field in ["use_oauth", "account", "folders", "subject", "body"] {
        assert_eq!(after[field], before[field], "{field} is kept");
    }
    assert_eq!(run(home, &["company", "set", &setting.rfc(), "--oauth", "off"]).1["use_oauth"], false);
    assert_eq!(run(home, &["send", &setting.samples[0].uuid, "--to", "a@example.mx"]).0, 3);
}

//! What the SAT says of documents that are about to leave, by the stand-in for its service.

use std::io::Write as _;

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::Host;
use crate::samples;

const PORTAL: &str = "https://portal.example.mx";

/// A setting whose status service is the stand-in; the check is still off.
fn with_service(count: usize) -> Setting {
    let setting = Setting::signed_in(count);
    let config = setting.home.path().join("config.toml");
    let mut file = std::fs::OpenOptions::new().append(true).open(config).unwrap();
    writeln!(file, "status_service = \"{}\"", setting.sandbox.status_service()).unwrap();
    setting
}

fn switched_on(count: usize) -> (Setting, Host) {
    let setting = with_service(count);
    let mut host = setting.home.host();
    assert_eq!(host.ok("settings.save", json!({"check_status": true})), json!({"check_status": true}));
    (setting, host)
}

fn says(setting: &Setting, index: usize, answer: &str) {
    setting.sandbox.set_status(&json!({"uuid": setting.samples[index].uuid, "answer": answer})).unwrap();
}

fn accepting(setting: &Setting, index: usize, accept: &[&str]) -> Value {
    json!({"documents": [{"uuid": setting.samples[index].uuid, "accept": accept}], "to": ["cliente@example.mx"]})
}

fn status(host: &mut Host, setting: &Setting, index: usize) -> Value {
    host.ok("delivery.preview", setting.params(index, "cliente@example.mx"))["documents"][0]["status"].clone()
}

#[test]
fn nobody_is_asked_until_a_person_switches_it_on_and_the_switch_lasts() {
    let setting = with_service(1);
    let mut host = setting.home.host();
    assert_eq!(host.ok("settings.show", json!({})), json!({"check_status": false}));
    assert_eq!(status(&mut host, &setting, 0), Value::Null);
    assert!(!setting.home.path().join("status.db").exists());
    assert_eq!(setting.count("sat_questions"), 0);
    let command = |words: &[&str]| String::from_utf8(setting.home.run(words).stdout).unwrap();
    assert_eq!(command(&["status"]), "off\n");
    assert_eq!(command(&["--json", "status", "on"]), "{\"check_status\":true}\n");
    assert_eq!(setting.home.host().ok("settings.show", json!({})), json!({"check_status": true}));
    assert_eq!(status(&mut host, &setting, 0)["outcome"], "current");
    assert_eq!(host.ok("settings.save", json!({"check_status": false})), json!({"check_status": false}));
    assert_eq!(status(&mut host, &setting, 0), Value::Null);
    assert_eq!(setting.count("sat_questions"), 1);
}

#[test]
fn an_answer_is_shown_with_its_time_and_asked_for_once() {
    let (setting, mut host) = switched_on(2);
    says(&setting, 1, "no_encontrado");
    for (index, expected) in [(0, "current"), (1, "not_found")] {
        let first = status(&mut host, &setting, index);
        assert_eq!((&first["outcome"], &first["note"]), (&json!(expected), &Value::Null));
        chrono::DateTime::parse_from_rfc3339(first["asked_at"].as_str().unwrap()).unwrap();
        assert_eq!(status(&mut host, &setting, index), first);
        let sent = setting.send(&mut host, setting.params(index, "cliente@example.mx")).unwrap();
        setting.until(&mut host, &sent["delivery"]["delivery"], &["sent"]);
    }
    assert_eq!(setting.count("sat_questions"), 2, "another process and a sending ask nothing anew");
    let remembered = host.ok("library.get", json!({"uuid": setting.samples[0].uuid}))["status"].clone();
    assert_eq!(remembered["outcome"], "current");
    assert_eq!(setting.count("sat_questions"), 2, "what is shown of a document is remembered, never asked");
}

#[test]
fn a_cancelled_document_leaves_only_when_a_person_accepts_it_and_the_history_says_so() {
    let (setting, mut host) = switched_on(1);
    says(&setting, 0, "cancelado");
    let refused = host.call("delivery.preview", accepting(&setting, 0, &[])).unwrap_err()["data"].clone();
    assert_eq!((&refused["kind"], &refused["reasons"]), (&json!("document_refused"), &json!(["cancelled"])));
    assert_eq!(refused["acceptable"], json!(["cancelled"]));
    assert_eq!(host.kind("delivery.preview", accepting(&setting, 0, &["sello_invalid"])), "document_refused");
    let preview = host.ok("delivery.preview", accepting(&setting, 0, &["cancelled"]));
    assert_eq!(preview["documents"][0]["status"]["outcome"], "cancelled");
    let sent = setting.send(&mut host, accepting(&setting, 0, &["cancelled"])).unwrap();
    let detail = setting.until(&mut host, &sent["delivery"]["delivery"], &["sent"]);
    assert_eq!(detail["accepted"][0]["reason"], "cancelled");
    assert_eq!(detail["ledger"][0]["event"], "accepted_cancelled");
    assert_eq!(setting.count("sat_questions"), 1);
    let output = setting.home.run(&["send", &setting.samples[0].uuid, "--to", "otro@example.mx"]);
    assert_eq!(output.status.code(), Some(1), "a script has no word of a person");
}

#[test]
fn a_seal_that_was_accepted_does_not_accept_a_cancellation_too() {
    let (setting, mut host) = switched_on(1);
    says(&setting, 0, "cancelado");
    let path = &setting.samples[0].xml_path;
    let good = std::fs::read_to_string(path).unwrap();
    std::fs::write(path, good.replacen(" Nombre=\"", " Nombre=\"X ", 1)).unwrap();
    host.ok("library.scan", json!({}));
    let mut acceptable = |accept: &[&str]| {
        host.call("delivery.preview", accepting(&setting, 0, accept)).unwrap_err()["data"]["acceptable"].clone()
    };
    assert_eq!(acceptable(&[]), json!(["sello_invalid"]), "nothing is asked about what does not leave anyway");
    assert_eq!(setting.count("sat_questions"), 0);
    assert_eq!(acceptable(&["sello_invalid"]), json!(["cancelled", "sello_invalid"]));
    host.ok("delivery.preview", accepting(&setting, 0, &["cancelled", "sello_invalid"]));
}

#[test]
fn a_portal_cannot_have_a_cancelled_document_sent() {
    let (setting, mut host) = switched_on(1);
    host.ok("portal.connect", json!({"origin": PORTAL, "companies": [setting.rfc()]}));
    says(&setting, 0, "cancelado");
    let sample = &setting.samples[0];
    let asked = |accept: &[&str]| {
        let document = json!({"uuid": sample.uuid, "receiver_rfc": sample.receiver.rfc, "accept": accept});
        json!({"documents": [document], "to": ["cliente@example.mx"], "portal": PORTAL})
    };
    let refused = host.call("delivery.preview", asked(&[])).unwrap_err()["data"].clone();
    assert_eq!((&refused["kind"], refused.get("acceptable")), (&json!("document_refused"), None));
    assert_eq!(setting.refused(&mut host, asked(&["cancelled"])), "portal_forbidden");
}

#[test]
fn a_cancelled_row_of_a_list_is_marked_and_held_while_the_others_leave() {
    let (setting, mut host) = switched_on(3);
    says(&setting, 1, "cancelado");
    let rows: Vec<Value> = setting
        .samples
        .iter()
        .map(|sample| json!({"uuid": sample.uuid, "receiver_rfc": sample.receiver.rfc, "to": ["cliente@example.mx"]}))
        .collect();
    let checked = host.ok("batch.check", json!({"rows": rows}));
    let page = host.ok("batch.rows", json!({"batch": checked["batch"]}));
    let failures: Vec<&Value> = page["rows"].as_array().unwrap().iter().map(|row| &row["failure"]).collect();
    assert_eq!(failures, [&Value::Null, &json!("document_refused"), &Value::Null]);
    assert_eq!(page["rows"][1]["reasons"], json!(["cancelled"]));
    host.ok("batch.start", json!({"batch": checked["batch"], "confirmed": checked["digest"]}));
    let uuids: Vec<Value> = host.ok("delivery.list", json!({}))["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|delivery| delivery["uuids"].as_array().unwrap().clone())
        .collect();
    assert!(!uuids.contains(&json!(setting.samples[1].uuid.to_uppercase())), "{uuids:?}");
    assert_eq!(uuids.len(), 2);
}

#[test]
fn whatever_the_service_does_nothing_is_held_back_by_it() {
    let faults = [
        (json!({"point": "sat", "kind": "status", "status": 500}), "service_failed"),
        (json!({"point": "sat", "kind": "status", "status": 302}), "service_failed"),
        (json!({"point": "sat", "kind": "close"}), "no_answer"),
        (json!({"point": "sat", "kind": "truncate"}), "no_answer"),
        (json!({"point": "sat", "kind": "hang"}), "no_answer"),
    ];
    let answers = [("n601", "not_accepted"), ("html", "unintelligible"), ("empty", "unintelligible")];
    let (setting, mut host) = switched_on(faults.len() + answers.len() + 1);
    for (index, (fault, note)) in faults.iter().enumerate() {
        setting.fault(fault.clone());
        let seen = status(&mut host, &setting, index);
        assert_eq!((&seen["outcome"], &seen["note"]), (&json!("could_not_ask"), &json!(note)), "{fault}");
    }
    for (index, (answer, note)) in (faults.len()..).zip(answers) {
        says(&setting, index, answer);
        let seen = status(&mut host, &setting, index);
        assert_eq!((&seen["outcome"], &seen["note"]), (&json!("could_not_ask"), &json!(note)), "{answer}");
        let sent = setting.send(&mut host, setting.params(index, "cliente@example.mx")).unwrap();
        setting.until(&mut host, &sent["delivery"]["delivery"], &["sent"]);
    }
    // A failure is remembered for a moment: the next preview does not wait for it again.
    let asked = setting.count("sat_questions");
    assert_eq!(status(&mut host, &setting, faults.len())["note"], "not_accepted");
    assert_eq!(setting.count("sat_questions"), asked);
    // And what is kept of answers may itself be lost.
    drop(host);
    let memory = setting.home.path().join("status.db");
    std::fs::write(&memory, vec![b'x'; 4096]).unwrap();
    let mut host = setting.home.host();
    let seen = status(&mut host, &setting, faults.len() + answers.len());
    assert_eq!((&seen["outcome"], &seen["note"]), (&json!("could_not_ask"), &json!("memory")));
    assert_eq!(host.kind("settings.show", json!({})), "store_failed");
}

#[test]
fn a_list_asks_no_more_once_the_service_is_away() {
    let (setting, mut host) = switched_on(6);
    setting.fault(json!({"point": "sat", "kind": "close", "times": 0}));
    let rows: Vec<Value> = setting
        .samples
        .iter()
        .map(|sample| json!({"uuid": sample.uuid, "receiver_rfc": sample.receiver.rfc, "to": ["cliente@example.mx"]}))
        .collect();
    let checked = host.ok("batch.check", json!({"rows": rows}));
    assert_eq!((&checked["rows"], &checked["refused"]), (&json!(6), &json!(0)), "{checked}");
    assert_eq!(setting.sandbox.state()["counters"]["faults"]["sat"], 1);
}

#[test]
fn retenciones_are_never_asked_about() {
    let (setting, mut host) = switched_on(1);
    let retention = samples::defects().into_iter().find(|defect| defect.name == "retenciones_2").unwrap();
    let path = setting.folder.join("retención.xml");
    std::fs::write(&path, &retention.bytes).unwrap();
    samples::settle(&path);
    let params = json!({"documents": [{"path": path}], "to": ["cliente@example.mx"]});
    let preview = host.ok("delivery.preview", params);
    assert_eq!((&preview["documents"][0]["kind"], &preview["documents"][0]["status"]), (&json!("R"), &Value::Null));
    assert_eq!(setting.count("sat_questions"), 0);
}

#[test]
fn the_command_line_asks_where_it_is_told_to() {
    let setting = with_service(2);
    says(&setting, 1, "cancelado");
    let inspect = |index: usize, words: &[&str]| {
        let path = setting.samples[index].xml_path.to_str().unwrap();
        let output = setting.home.run(&[&["--json", "inspect"], words, &[path]].concat());
        let line: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), line["status"].clone(), line["status_note"].clone())
    };
    assert_eq!(inspect(1, &[]), (Some(0), Value::Null, Value::Null));
    assert_eq!(setting.count("sat_questions"), 0);
    assert_eq!(inspect(0, &["--status"]), (Some(0), json!("current"), Value::Null));
    assert_eq!(inspect(1, &["--status"]), (Some(1), json!("cancelled"), Value::Null));
    setting.fault(json!({"point": "sat", "kind": "status", "status": 503}));
    assert_eq!(inspect(0, &["--status"]), (Some(0), json!("could_not_ask"), json!("service_failed")));
    let path = setting.samples[1].xml_path.to_str().unwrap();
    let text = String::from_utf8(setting.home.run(&["inspect", "--status", path]).stdout).unwrap();
    assert!(text.contains("El SAT dice: cancelado."), "{text}");
}

#[test]
fn only_a_safe_address_is_asked() {
    let setting = Setting::signed_in(1);
    let config = setting.home.path().join("config.toml");
    let before = std::fs::read_to_string(&config).unwrap();
    for address in ["http://sat.example.mx/x.svc", "ftp://127.0.0.1/", "sat", ""] {
        std::fs::write(&config, format!("{before}status_service = \"{address}\"\n")).unwrap();
        let output = setting.home.run(&["--json", "status"]);
        let line: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(line["error"]["data"]["kind"], "config_invalid", "{address}");
        assert_eq!(line["error"]["data"]["subject"], "status_service", "{address}");
    }
    std::fs::write(&config, before).unwrap();
}

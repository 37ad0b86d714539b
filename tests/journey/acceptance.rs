//! What a person may take upon themselves: by name, for one document, in our own window.

use std::path::Path;

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::Host;
use crate::samples::{self, Sample, Spec};

const PORTAL: &str = "https://portal.example.mx";

/// One more sample, changed after it was sealed.
fn tampered(setting: &Setting, seed: u64) -> Sample {
    let spec = Spec { seed, folio: seed.to_string(), serie: "S".to_owned(), ..Spec::default() };
    let sample = samples::write(&setting.folder, &spec);
    tamper(&sample.xml_path);
    sample
}

fn tamper(path: &Path) {
    let good = std::fs::read_to_string(path).unwrap();
    assert!(good.contains("Serie=\"S\""));
    std::fs::write(path, good.replace("Serie=\"S\"", "Serie=\"Z\"")).unwrap();
}

fn params(sample: &Sample, accept: &[&str]) -> Value {
    json!({"documents": [{"uuid": sample.uuid, "accept": accept}], "to": ["cliente@example.mx"]})
}

fn failure(host: &mut Host, params: Value) -> Value {
    host.call("delivery.preview", params).unwrap_err()["data"].clone()
}

#[test]
fn a_seal_that_does_not_hold_leaves_only_when_a_person_accepts_it_by_name_and_the_history_says_so() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let sample = tampered(&setting, 40);
    host.ok("library.scan", json!({}));
    let refused = failure(&mut host, params(&sample, &[]));
    assert_eq!(refused["kind"], "document_refused");
    assert_eq!(refused["document"], sample.uuid.to_uppercase());
    assert_eq!(refused["acceptable"], json!(["sello_invalid"]));
    // Another reason than the one it has is no answer.
    assert_eq!(failure(&mut host, params(&sample, &["certificado_mismatch"]))["kind"], "document_refused");
    let seen = host.ok("library.get", json!({"uuid": sample.uuid}));
    assert_eq!((&seen["verdict"], &seen["seal"]["state"]), (&json!("refuse"), &json!("invalid")));

    let accepted = params(&sample, &["sello_invalid"]);
    let preview = host.ok("delivery.preview", accepted.clone());
    assert_eq!(preview["documents"][0]["seal"], json!({"state": "invalid", "note": null}));
    assert_eq!(preview["documents"][0]["verdict"], "refuse");
    let mut without = params(&sample, &[]);
    without["confirmed"] = preview["digest"].clone();
    assert_eq!(host.kind("delivery.send", without), "document_refused", "the word goes with every request");
    assert_eq!(host.ok("delivery.list", json!({}))["deliveries"], json!([]));

    let sent = setting.send(&mut host, accepted).unwrap();
    let detail = setting.until(&mut host, &sent["delivery"]["delivery"], &["sent"]);
    let expected = json!([{"uuid": sample.uuid.to_uppercase(), "number": "Z40", "reason": "sello_invalid"}]);
    assert_eq!(detail["accepted"], expected);
    let events: Vec<&str> =
        detail["ledger"].as_array().unwrap().iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events[..2], ["accepted_sello_invalid", "queued"]);
}

#[test]
fn accepting_what_a_document_does_not_have_changes_nothing() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let sample = &setting.samples[0];
    let plain = host.ok("delivery.preview", params(sample, &[]));
    assert_eq!(plain["documents"][0]["seal"], json!({"state": "valid", "note": null}));
    let needless = params(sample, &["sello_invalid", "certificado_mismatch"]);
    assert_eq!(host.ok("delivery.preview", needless.clone())["digest"], plain["digest"]);
    let sent = setting.send(&mut host, needless).unwrap();
    let detail = setting.until(&mut host, &sent["delivery"]["delivery"], &["sent"]);
    assert_eq!((&detail["accepted"], &detail["ledger"][0]["event"]), (&json!([]), &json!("queued")));
}

#[test]
fn what_was_sound_when_it_was_confirmed_does_not_leave_on_an_acceptance_that_lay_ready() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let spec = Spec { seed: 41, folio: "41".to_owned(), serie: "S".to_owned(), ..Spec::default() };
    let sample = samples::write(&setting.folder, &spec);
    let ready = params(&sample, &["sello_invalid"]);
    let preview = host.ok("delivery.preview", ready.clone());
    tamper(&sample.xml_path);
    let mut confirmed = ready;
    confirmed["confirmed"] = preview["digest"].clone();
    assert_eq!(host.kind("delivery.send", confirmed), "changed_since_preview");
}

#[test]
fn only_the_closed_list_can_be_accepted() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let sample = &setting.samples[0];
    for word in ["no_timbre", "uuid_conflict", "still_writing", "SELLO_INVALID", ""] {
        assert_eq!(host.kind("delivery.preview", params(sample, &[word])), "invalid_params", "{word}");
    }
    // What else speaks against a document is never offered, whatever its seal.
    let defect = samples::defects().into_iter().find(|defect| defect.reasons == ["no_timbre"]).unwrap();
    let path = setting.folder.join("sin timbre.xml");
    std::fs::write(&path, &defect.bytes).unwrap();
    let document = json!({"path": path, "accept": ["sello_invalid"]});
    let refused = failure(&mut host, json!({"documents": [document], "to": ["cliente@example.mx"]}));
    assert_eq!((&refused["kind"], refused.get("acceptable")), (&json!("document_refused"), None));
}

#[test]
fn a_portal_can_neither_accept_nor_learn_what_could_be_accepted() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    host.ok("portal.connect", json!({"origin": PORTAL, "companies": [setting.rfc()]}));
    let sample = tampered(&setting, 42);
    host.ok("library.scan", json!({}));
    let asked = |accept: &[&str]| {
        let document = json!({"uuid": sample.uuid, "receiver_rfc": sample.receiver.rfc, "accept": accept});
        json!({"documents": [document], "to": ["cliente@example.mx"], "portal": PORTAL})
    };
    let refused = failure(&mut host, asked(&[]));
    assert_eq!(refused["kind"], "document_refused");
    assert_eq!((refused.get("acceptable"), refused.get("document")), (None, None));
    let refused = failure(&mut host, asked(&["sello_invalid"]));
    assert_eq!((&refused["kind"], &refused["subject"]), (&json!("portal_forbidden"), &json!("accept")));
    // Not by way of sending either, with the digest of a preview without portal.
    let own = host.ok("delivery.preview", params(&sample, &["sello_invalid"]));
    let mut confirmed = asked(&["sello_invalid"]);
    confirmed["confirmed"] = own["digest"].clone();
    assert_eq!(host.kind("delivery.send", confirmed), "portal_forbidden");
    assert_eq!(host.ok("delivery.list", json!({}))["deliveries"], json!([]));
}

#[test]
fn a_list_and_the_command_line_have_no_way_to_accept() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let sample = tampered(&setting, 43);
    host.ok("library.scan", json!({}));
    let row = json!({"uuid": sample.uuid, "receiver_rfc": sample.receiver.rfc, "to": ["cliente@example.mx"]});
    let mut bold = row.clone();
    bold["accept"] = json!(["sello_invalid"]);
    assert_eq!(host.kind("batch.check", json!({"rows": [bold]})), "invalid_params");
    let csv = format!(
        "uuid,receiver_rfc,to,accept\n{},{},cliente@example.mx,sello_invalid\n",
        sample.uuid, sample.receiver.rfc
    );
    for list in [json!({"rows": [row]}), json!({"csv": csv})] {
        let checked = host.ok("batch.check", list);
        let batch = &checked["batch"];
        let page = host.ok("batch.rows", json!({"batch": batch}));
        let row = &page["rows"][0];
        assert_eq!((&row["failure"], &row["reasons"]), (&json!("document_refused"), &json!(["sello_invalid"])));
        assert_eq!(
            host.kind("batch.start", json!({"batch": batch, "confirmed": checked["digest"]})),
            "nothing_to_send"
        );
    }
    let output = setting.home.run(&["send", &sample.uuid, "--to", "cliente@example.mx"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(host.ok("delivery.list", json!({}))["deliveries"], json!([]));
}

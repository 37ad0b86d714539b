//! Lists: every row is resolved or marked before anything leaves, and what leaves is grouped by receiver.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::Host;
use crate::samples::{self, Sample, SampleParty, Spec};

/// A row that sends a sample to these addresses.
pub fn row(sample: &Sample, to: &[&str]) -> Value {
    json!({"uuid": sample.uuid, "receiver_rfc": sample.receiver.rfc, "to": to})
}

/// One row for every sample, each to an address of its own.
pub fn rows(samples: &[Sample]) -> Vec<Value> {
    let one = |(number, sample): (usize, &Sample)| row(sample, &[&format!("cliente{number}@example.mx")]);
    samples.iter().enumerate().map(one).collect()
}

pub fn check(host: &mut Host, rows: &[Value]) -> Value {
    host.ok("batch.check", json!({"rows": rows}))
}

/// Starts what was checked.
pub fn start(host: &mut Host, batch: &Value) -> Value {
    host.ok("batch.start", json!({"batch": batch["batch"], "confirmed": batch["digest"]}))
}

/// Follows a batch until it is in that state.
pub fn until(host: &mut Host, batch: &Value, state: &str) -> Value {
    crate::host::wait(&format!("the batch is {state}"), || {
        let now = host.ok("batch.get", json!({"batch": batch["batch"]}));
        (now["state"] == state).then_some(now)
    })
}

/// The rows of a batch.
pub fn shown(host: &mut Host, batch: &Value, show: &str) -> Vec<Value> {
    host.ok("batch.rows", json!({"batch": batch["batch"], "show": show, "limit": 500}))["rows"]
        .as_array()
        .unwrap()
        .clone()
}

/// One more sample in the company's folder.
pub fn write(setting: &Setting, seed: u64, change: impl FnOnce(&mut Spec)) -> Sample {
    let mut spec = Spec { seed, folio: seed.to_string(), ..Spec::default() };
    change(&mut spec);
    samples::write(&setting.folder, &spec)
}

fn payroll(setting: &Setting, seed: u64, receiver: usize) -> Sample {
    write(setting, seed, |spec| {
        spec.kind = 'N';
        spec.receiver = samples::receiver(receiver);
    })
}

/// A row, and the kind that refuses it; an empty one lets it pass.
type Case = (Value, &'static str);

/// Rows that are wrong by what the list says.
fn wrong_by_themselves(setting: &Setting) -> Vec<Case> {
    let sample = &setting.samples[0];
    let many: Vec<String> = (0..51).map(|n| format!("c{n}@example.mx")).collect();
    let with = |field: &str, value: Value| {
        let mut row = row(sample, &["uno@example.mx"]);
        row[field] = value;
        row
    };
    vec![
        (with("uuid", json!("0a0a0a0a-0b0b-4c0c-8d0d-0e0e0e0e0e0e")), "unknown_document"),
        (with("uuid", json!("=no es un folio")), "unknown_document"),
        (with("receiver_rfc", json!("")), "invalid_rfc"),
        (with("receiver_rfc", json!(samples::receiver(1).rfc)), "wrong_receiver"),
        (with("to", json!(["ana"])), "invalid_recipient"),
        (with("to", json!([])), "no_recipient"),
        (with("to", json!(many)), "too_many_recipients"),
    ]
}

/// Rows whose file is wrong.
fn wrong_by_their_files(setting: &Setting, host: &mut Host) -> Vec<Case> {
    let made: Vec<Sample> = (50..56).map(|seed| write(setting, seed, |_| {})).collect();
    let foreign = write(setting, 60, |spec| spec.issuer = SampleParty::new("OTR020202CD", "OTRA EMPRESA"));
    write(setting, 50, |spec| {
        // The same folio fiscal over another content.
        spec.stem = Some("copia".to_owned());
        spec.folio = "9".to_owned();
    });
    host.ok("library.scan", json!({}));
    std::fs::write(&made[1].xml_path, "<no es un CFDI").unwrap();
    std::fs::remove_file(&made[2].xml_path).unwrap();
    std::fs::copy(&setting.samples[1].xml_path, &made[3].xml_path).unwrap();
    std::fs::File::create(made[4].pdf_path.as_ref().unwrap()).unwrap().set_len(26 * 1024 * 1024).unwrap();
    setting.send(host, json!({"documents": [{"uuid": made[5].uuid}], "to": ["otro@example.mx"]})).unwrap();
    let to = |sample: &Sample| row(sample, &["otro@example.mx"]);
    vec![
        (to(&made[0]), "document_ambiguous"),
        (to(&made[1]), "document_refused"),
        (to(&made[2]), "file_vanished"),
        (to(&made[3]), "file_changed"),
        (to(&made[4]), "message_too_large"),
        (to(&made[5]), "already_sent"),
        (to(&foreign), "wrong_company"),
    ]
}

/// Rows that are wrong beside each other.
fn wrong_together(setting: &Setting) -> Vec<Case> {
    let (first, second) = (payroll(setting, 70, 3), payroll(setting, 71, 4));
    let sample = &setting.samples[2];
    vec![
        (row(sample, &["dos@example.mx"]), ""),
        (row(sample, &["tres@example.mx", "DOS@example.mx"]), "repeated_row"),
        (row(&first, &["ana@example.mx", "jefa@example.mx"]), "payroll_shared"),
        (row(&second, &["jefa@example.mx"]), "payroll_shared"),
    ]
}

#[test]
fn every_bad_row_is_marked_with_its_kind_and_the_good_ones_leave() {
    let setting = Setting::signed_in(10);
    let mut host = setting.home.host();
    let mut cases = wrong_by_their_files(&setting, &mut host);
    cases.extend(wrong_by_themselves(&setting));
    cases.extend(wrong_together(&setting));
    cases.extend(rows(&setting.samples[3..]).into_iter().map(|row| (row, "")));
    let list: Vec<Value> = cases.iter().map(|(row, _)| row.clone()).collect();
    let before = host.ok("delivery.list", json!({}))["deliveries"].as_array().unwrap().len();
    let batch = host.ok("batch.check", json!({"company": setting.rfc(), "name": " Lote ", "rows": list}));
    let wanted: Vec<&str> = cases.iter().map(|(_, kind)| *kind).collect();
    let bad = wanted.iter().filter(|kind| !kind.is_empty()).count();
    assert_eq!((&batch["state"], &batch["name"]), (&json!("checked"), &json!("Lote")));
    assert_eq!((&batch["rows"], &batch["refused"]), (&json!(list.len()), &json!(bad)));
    assert_eq!(batch["messages"], json!(list.len() - bad), "each good row has an address of its own");
    let found = shown(&mut host, &batch, "all");
    let kinds: Vec<&str> = found.iter().map(|row| row["failure"].as_str().unwrap_or_default()).collect();
    assert_eq!(kinds, wanted);
    let problems = shown(&mut host, &batch, "problems");
    assert_eq!(problems, found.iter().filter(|row| !row["failure"].is_null()).cloned().collect::<Vec<_>>());
    assert_eq!(found[1]["reasons"], json!(["incomplete_document"]), "{}", found[1]);
    assert_eq!(found[10]["receiver_name"], setting.samples[0].receiver.name, "what the XML says, not the list");
    let after = host.ok("delivery.list", json!({}))["deliveries"].as_array().unwrap().len();
    assert_eq!((before, after), (1, 1), "a check queues nothing");
    start(&mut host, &batch);
    let done = until(&mut host, &batch, "done");
    assert_eq!((&done["sent"], &done["failed"]), (&batch["messages"], &json!(0)));
    assert_eq!(setting.sandbox.messages().len(), list.len() - bad + 1);
}

/// Folios fiscales of the XML in each message that arrived, by its recipients.
fn arrived(setting: &Setting) -> BTreeMap<Vec<String>, Vec<BTreeSet<String>>> {
    let mut found: BTreeMap<Vec<String>, Vec<BTreeSet<String>>> = BTreeMap::new();
    for message in setting.sandbox.messages() {
        let mut recipients: Vec<String> = serde_json::from_value(message["recipients"].clone()).unwrap();
        recipients.sort();
        let files = message["attachments"].as_array().unwrap();
        let names = files.iter().map(|file| file["filename"].as_str().unwrap());
        let uuids: BTreeSet<String> =
            names.filter_map(|name| name.strip_suffix(".xml")).map(|name| name[name.len() - 36..].to_owned()).collect();
        assert_eq!(files.len(), 2 * uuids.len(), "each XML has its PDF");
        found.entry(recipients).or_default().push(uuids);
    }
    found
}

#[test]
fn invariant_2_what_arrives_is_grouped_by_receiver_and_recipients_and_payroll_is_alone() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let generic = SampleParty { rfc: "XAXX010101000".to_owned(), name: "PÚBLICO EN GENERAL".to_owned() };
    let same: Vec<Sample> = (100..112).map(|seed| write(&setting, seed, |_| {})).collect();
    let other = write(&setting, 120, |spec| spec.receiver = samples::receiver(1));
    let pay = [payroll(&setting, 130, 2), payroll(&setting, 131, 2)];
    let public: Vec<Sample> =
        (140..142).map(|seed| write(&setting, seed, |spec| spec.receiver = generic.clone())).collect();
    let both = ["a@example.mx", "b@example.mx"];
    let mut list: Vec<Value> = same.iter().map(|sample| row(sample, &both)).collect();
    // The same people in another order and another line of the envelope are the same set.
    list[1] = row(&same[1], &["B@example.mx"]);
    list[1]["cc"] = json!(["a@example.mx"]);
    list.extend([&other, &pay[0], &pay[1], &public[0], &public[1]].map(|sample| row(sample, &both)));
    let batch = check(&mut host, &list);
    assert_eq!((&batch["refused"], &batch["messages"]), (&json!(0), &json!(7)));
    start(&mut host, &batch);
    until(&mut host, &batch, "done");
    let arrived = arrived(&setting);
    let set = |samples: &[&Sample]| -> BTreeSet<String> { samples.iter().map(|sample| sample.uuid.clone()).collect() };
    let same: Vec<&Sample> = same.iter().collect();
    let mut wanted = vec![set(&same[..10]), set(&same[10..]), set(&[&other])];
    wanted.extend(pay.iter().chain(&public).map(|sample| set(&[sample])));
    let mut found = arrived[&both.map(str::to_owned).to_vec()].clone();
    found.sort();
    wanted.sort();
    assert_eq!((arrived.len(), found), (1, wanted));
}

#[test]
fn rows_that_travel_together_share_their_delivery_and_their_number() {
    let setting = Setting::signed_in(7);
    let mut host = setting.home.host();
    // Receivers repeat every six samples.
    let list = [0, 1, 6].map(|index| row(&setting.samples[index], &["a@example.mx"]));
    let batch = check(&mut host, &list);
    start(&mut host, &batch);
    until(&mut host, &batch, "done");
    let found = shown(&mut host, &batch, "all");
    assert_eq!(found.iter().map(|row| row["message"].clone()).collect::<Vec<_>>(), [1, 2, 1].map(|n| json!(n)));
    assert_eq!(found[0]["delivery"], found[2]["delivery"]);
    assert_ne!(found[0]["delivery"], found[1]["delivery"]);
    assert!(found.iter().all(|row| row["state"] == "sent"));
    let detail = host.ok("delivery.get", json!({"delivery": found[0]["delivery"]}));
    assert_eq!(detail["delivery"]["uuids"], json!([setting.samples[0].uuid, setting.samples[6].uuid]));
}

#[test]
fn a_list_that_is_none_stores_nothing() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let good = row(&setting.samples[0], &["a@example.mx"]);
    for (params, kind, subject) in [
        (json!({}), "invalid_params", json!("rows")),
        (json!({"rows": [good], "csv": "uuid,receiver_rfc,to\n"}), "invalid_params", json!("rows")),
        (json!({"rows": []}), "row_count", Value::Null),
        (json!({"csv": "folio,correo\n1,a@example.mx\n"}), "csv_malformed", json!("1, uuid")),
        (json!({"csv": "uuid,receiver_rfc,to\nU,R,a@x.mx,b@x.mx\n"}), "csv_malformed", json!("2, 4")),
        (json!({"rows": [good], "name": ""}), "invalid_params", json!("name")),
        (json!({"rows": [good], "company": "OTR020202CD2"}), "unknown_company", json!("OTR020202CD2")),
    ] {
        let data = host.call("batch.check", params.clone()).unwrap_err()["data"].clone();
        assert_eq!((&data["kind"], &data["subject"]), (&json!(kind), &subject), "{params}");
    }
    assert_eq!(host.ok("batch.list", json!({}))["batches"], json!([]));
}

//! Lists as files: the shapes that spreadsheets write, the result, large lists, and the command line.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::batches::{check, row, rows, start, until};
use super::setting::Setting;
use crate::host::Host;

/// Writes a list beside the company's folder.
fn file(setting: &Setting, name: &str, bytes: &[u8]) -> PathBuf {
    let path = setting.home.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Exit code and JSON lines of the command line.
fn run(setting: &Setting, arguments: &[&str]) -> (i32, Vec<Value>) {
    let output = setting.home.run(&[&["--json"], arguments].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// The whole result, read as a spreadsheet would.
fn result(host: &mut Host, batch: &Value) -> (usize, Vec<Vec<String>>) {
    let (mut text, mut pieces, mut after) = (String::new(), 0, Value::Null);
    loop {
        let piece = host.ok("batch.result", json!({"batch": batch["batch"], "after": after}));
        text.push_str(piece["csv"].as_str().unwrap());
        pieces += 1;
        after = piece["next"].clone();
        if after.is_null() {
            break;
        }
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let lines = reader.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect();
    (pieces, lines)
}

#[test]
fn files_as_spreadsheets_write_them_are_read_alike() {
    let setting = Setting::signed_in(1);
    let sample = &setting.samples[0];
    assert!(sample.receiver.rfc.contains('Ñ'), "the encoding matters for this receiver");
    let (uuid, rfc) = (&sample.uuid, &sample.receiver.rfc);
    let comma = format!("uuid,receiver_rfc,to,cc\n{uuid},{rfc},\"a@example.mx,b@example.mx\",\n");
    let semicolon =
        format!("CORREO;Folio Fiscal;RFC_receptor;Copia\r\na@example.mx b@example.mx;{uuid};{rfc};\r\n;;;\r\n");
    let tab = format!("uuid\treceiver_rfc\tpara\n{uuid}\t{rfc}\ta@example.mx;b@example.mx\n");
    let latin: Vec<u8> = semicolon.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(tab.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let shapes =
        [comma.clone().into_bytes(), [b"\xEF\xBB\xBF", semicolon.as_bytes()].concat(), latin, tab.into_bytes(), wide];
    let mut digests = Vec::new();
    for (number, bytes) in shapes.iter().enumerate() {
        let path = file(&setting, &format!("lista{number}.csv"), bytes);
        let (code, lines) = run(&setting, &["batch", "check", path.to_str().unwrap()]);
        let view = lines.last().unwrap();
        assert_eq!((code, &view["refused"], &view["messages"]), (0, &json!(0), &json!(1)), "shape {number}: {lines:?}");
        assert_eq!(view["name"], format!("lista{number}.csv"));
        digests.push(view["digest"].clone());
    }
    digests.dedup();
    assert_eq!(digests.len(), 1, "what would leave is the same");
    // The same text over the wire, with its mark.
    let over_wire = setting.home.host().ok("batch.check", json!({"csv": format!("\u{feff}{comma}")}));
    assert_eq!(over_wire["digest"], digests[0]);
}

#[test]
fn the_result_explains_every_row_and_holds_no_formula() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    let mut bad = row(&setting.samples[1], &["a@example.mx"]);
    bad["uuid"] = json!("=1+1");
    let batch = check(&mut host, &[row(&setting.samples[0], &["a@example.mx", "b@example.mx"]), bad]);
    let before = result(&mut host, &batch).1;
    assert_eq!((before[1][5].as_str(), before[2][5].as_str()), ("checked", "refused"));
    start(&mut host, &batch);
    until(&mut host, &batch, "done");
    let (pieces, lines) = result(&mut host, &batch);
    assert_eq!((pieces, lines.len()), (1, 3));
    assert_eq!(
        lines[0].join(","),
        "row,uuid,receiver_rfc,to,cc,state,failure,explanation,delivery,provider_id,changed_at"
    );
    let arrived = &setting.sandbox.messages()[0];
    let sent = &lines[1];
    assert_eq!(
        sent[..7],
        ["1", &setting.samples[0].uuid, &setting.samples[0].receiver.rfc, "a@example.mx; b@example.mx", "", "sent", ""]
    );
    assert_eq!((sent[7].as_str(), &json!(sent[9])), ("Enviado (aceptado por Gmail)", &arrived["id"]));
    assert!(!sent[8].is_empty() && sent[10].ends_with('Z'), "{sent:?}");
    let refused = &lines[2];
    assert_eq!((refused[1].as_str(), refused[6].as_str()), ("'=1+1", "unknown_document"));
    assert!(refused[7].contains("folio fiscal"), "{refused:?}");
    let mut english = setting.home.silent_host();
    english.hello(1, 1, "en").unwrap();
    assert_ne!(result(&mut english, &batch).1[2][7], refused[7]);
}

#[test]
fn two_thousand_rows_are_checked_started_and_shown_page_by_page() {
    let setting = Setting::signed_in(2_000);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let list = rows(&setting.samples);
    // A person may end it on the way: nothing is kept.
    let asked = host.ask("batch.check", json!({"rows": list}));
    assert_eq!(host.event("batch.progress"), json!({"done": 0, "total": 2_000}));
    let stop = host.ask("request.cancel", json!({"id": asked}));
    let mut answers = std::collections::BTreeMap::new();
    while answers.len() < 2 {
        let message = host.read().unwrap();
        if let Some(id) = message["id"].as_u64() {
            answers.insert(id, message["error"]["data"]["kind"].clone());
        }
    }
    assert_eq!((&answers[&asked.into()], &answers[&stop.into()]), (&json!("request_cancelled"), &Value::Null));
    assert_eq!(host.ok("batch.list", json!({}))["batches"], json!([]));
    let batch = check(&mut host, &list);
    assert_eq!((&batch["rows"], &batch["refused"], &batch["messages"]), (&json!(2_000), &json!(0), &json!(2_000)));
    let started = start(&mut host, &batch);
    assert_eq!((&started["state"], &started["under_way"]), (&json!("running"), &json!(2_000)));
    let (mut numbers, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = host.ok("batch.rows", json!({"batch": batch["batch"], "limit": 500, "after": after}));
        numbers.extend(page["rows"].as_array().unwrap().iter().map(|row| row["row"].as_u64().unwrap()));
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(numbers, (1..=2_000).collect::<Vec<_>>());
    let (pieces, lines) = result(&mut host, &batch);
    assert!(pieces > 2, "{pieces}");
    assert_eq!(lines.len(), 2_001);
    assert_eq!(lines[2_000][0], "2000");
    let cancelled = host.ok("batch.cancel", json!({"batch": batch["batch"]}));
    assert_eq!((&cancelled["failed"], &cancelled["under_way"]), (&json!(2_000), &json!(0)));
    drop(lock);
    setting.drain();
    assert_eq!(setting.sandbox.messages().len(), 0);
}

#[test]
fn a_script_sends_a_list_in_one_command() {
    let setting = Setting::signed_in(3);
    let line = |index: usize, to: &str| {
        format!("{},{},{to}\n", setting.samples[index].uuid, setting.samples[index].receiver.rfc)
    };
    let list =
        format!("uuid,receiver_rfc,to\n{}{}{}", line(0, "a@example.mx"), line(1, "ana"), line(2, "c@example.mx"));
    let path = file(&setting, "lista.csv", list.as_bytes());
    let path = path.to_str().unwrap();
    let (code, lines) = run(&setting, &["send", "--csv", path, "--dry-run"]);
    assert_eq!((code, lines.len()), (1, 2), "{lines:?}");
    assert_eq!((&lines[0]["row"], &lines[0]["failure"]), (&json!(2), &json!("invalid_recipient")));
    assert_eq!((&lines[1]["state"], &lines[1]["messages"]), (&json!("checked"), &json!(2)));
    assert_eq!(setting.sandbox.messages().len(), 0);
    let (code, lines) = run(&setting, &["send", "--csv", path, "--wait"]);
    assert_eq!((code, lines.len()), (1, 2), "a refused row is told by the exit code");
    assert_eq!((&lines[1]["state"], &lines[1]["sent"]), (&json!("done"), &json!(2)));
    assert_eq!(setting.sandbox.messages().len(), 2);
    let (code, lines) = run(&setting, &["send", "--csv", path, "--wait"]);
    assert_eq!((code, &lines.last().unwrap()["messages"]), (1, &json!(0)), "nothing is sent twice");
    for both in [vec!["--to", "a@example.mx"], vec!["--resend"]] {
        assert_eq!(run(&setting, &[&["send", "--csv", path], both.as_slice()].concat()).0, 2);
    }
    assert_eq!(run(&setting, &["send", "--csv", "no.csv"]).0, 1);
    assert_eq!(setting.sandbox.messages().len(), 2);
}

#[test]
fn a_batch_is_led_from_the_terminal() {
    let setting = Setting::signed_in(3);
    let lock = setting.home.hold_sender();
    let sample = |index: usize| (&setting.samples[index].uuid, &setting.samples[index].receiver.rfc);
    let list: String = (0..3).map(|n| format!("{},{},c{n}@example.mx\n", sample(n).0, sample(n).1)).collect();
    let path = file(&setting, "lista.csv", format!("uuid,receiver_rfc,to\n{list}").as_bytes());
    let (code, lines) =
        run(&setting, &["batch", "check", path.to_str().unwrap(), "--name", "Enero", "--company", &setting.rfc()]);
    let id = lines[0]["batch"].as_str().unwrap();
    assert_eq!((code, &lines[0]["name"]), (0, &json!("Enero")));
    for (command, state) in [("start", "running"), ("pause", "paused"), ("show", "paused"), ("resume", "running")] {
        let (code, lines) = run(&setting, &["batch", command, id]);
        assert_eq!((code, &lines[0]["state"]), (0, &json!(state)), "{command}");
    }
    drop(lock);
    let (code, lines) = run(&setting, &["batch", "start", id, "--wait"]);
    assert_eq!((code, &lines[0]["state"], &lines[0]["sent"]), (0, &json!("done"), &json!(3)));
    assert_eq!(run(&setting, &["batch", "list"]).1[0]["batch"], id);
    assert_eq!(run(&setting, &["batch", "rows", id]).1.len(), 3);
    assert_eq!(run(&setting, &["batch", "rows", id, "--problems"]), (0, vec![]));
    assert_eq!(run(&setting, &["batch", "cancel", id]).0, 1, "nothing is left to call off");
    let output = setting.home.path().join("resultado.csv");
    assert_eq!(run(&setting, &["batch", "result", id, "--output", output.to_str().unwrap()]).0, 0);
    let text = std::fs::read_to_string(&output).unwrap();
    let printed = String::from_utf8(setting.home.run(&["batch", "result", id]).stdout).unwrap();
    assert_eq!(text, format!("\u{feff}{printed}"), "the mark tells spreadsheets that it is UTF-8");
    assert_eq!(printed.lines().count(), 4);
    assert!(printed.contains("Enviado (aceptado por Gmail)"));
}

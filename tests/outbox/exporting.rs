//! The outbox as a file: what left, to whom, with which files.

use serde_json::{Value, json};

use super::desk::Desk;

/// More than fit one piece.
const MANY: usize = 200;

fn export(desk: &Desk, filter: &Value) -> (Vec<csv::StringRecord>, usize) {
    let mut host = desk.setting.home.host();
    let (mut text, mut after, mut pieces) = (String::new(), Value::Null, 0);
    loop {
        let mut params = filter.clone();
        params["after"] = after;
        let piece = host.ok("delivery.export", params);
        text.push_str(piece["csv"].as_str().unwrap());
        pieces += 1;
        after = piece["next"].clone();
        if after.is_null() {
            break;
        }
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    (reader.records().map(Result::unwrap).collect(), pieces)
}

fn column(lines: &[csv::StringRecord], name: &str) -> Vec<String> {
    let at = lines[0].iter().position(|one| one == name).unwrap();
    lines[1..].iter().map(|line| line[at].to_owned()).collect()
}

#[test]
fn what_was_sent_is_told_with_its_files_and_their_hashes() {
    let desk = Desk::new(2);
    let mut params = desk.setting.params(0, "cliente@example.mx");
    params["bcc"] = json!(["archivo@example.mx"]);
    params["subject"] = json!("=HYPERLINK(\"x\")");
    let id = desk.queue_with(params);
    desk.drain();
    let waiting = desk.queue_with(desk.setting.params(1, "otro@example.mx"));
    let (lines, pieces) = export(&desk, &json!({}));
    assert_eq!((column(&lines, "envio"), pieces), (vec![waiting.to_string(), id.to_string()], 1), "newest first");
    assert_eq!(column(&lines, "estado"), ["queued", "sent"]);
    assert_eq!(column(&lines, "asunto")[1], "'=HYPERLINK(\"x\")", "no spreadsheet takes it for a formula");
    assert_eq!(column(&lines, "cco")[1], "archivo@example.mx");

    let (lines, _) = export(&desk, &json!({"state": "sent", "text": "cliente"}));
    assert_eq!(column(&lines, "envio"), [id.to_string()]);
    let detail = desk.setting.home.host().ok("delivery.get", json!({"delivery": id.as_str()}));
    let files = detail["attachments"].as_array().unwrap();
    let of = |field: &str| files.iter().map(|one| one[field].as_str().unwrap()).collect::<Vec<_>>().join("; ");
    assert_eq!((column(&lines, "archivos"), column(&lines, "sha256")), (vec![of("name")], vec![of("sha256")]));
    assert_eq!(column(&lines, "id_del_correo"), [detail["delivery"]["provider_id"].as_str().unwrap()]);

    let (lines, _) = export(&desk, &json!({"text": "nadie"}));
    assert_eq!(lines.len(), 1, "the header alone");
}

#[test]
fn a_long_history_comes_in_pieces_and_every_delivery_once() {
    let desk = Desk::new(1);
    let _held = desk.setting.home.hold_sender();
    let mut queued: Vec<String> = (0..MANY)
        .map(|n| desk.queue_with(desk.setting.params(0, &format!("cliente{n}@example.mx"))).to_string())
        .collect();
    let (lines, pieces) = export(&desk, &json!({}));
    queued.reverse();
    assert_eq!(column(&lines, "envio"), queued);
    assert!(pieces > 1);
}

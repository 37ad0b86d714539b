//! Printed representations that we make: by the command line, looked at before they are sent, and sent.

use std::path::{Path, PathBuf};

use lopdf::Document;
use mail_parser::{MessageParser, MimeHeaders as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::batches::{check, row, shown, start, until};
use super::setting::Setting;
use crate::host::{Home, wait};
use crate::samples::{self, Sample, Spec, Version};

/// A document without a PDF, settled an hour ago.
fn without_pdf(setting: &Setting, kind: char) -> Sample {
    let (seed, folio) = (4_200 + u64::from(kind), u32::from(kind).to_string());
    let spec = Spec { seed, kind, serie: "SIN".into(), folio, with_pdf: false, ..Spec::default() };
    samples::write(&setting.folder, &spec)
}

fn params(sample: &Sample) -> Value {
    json!({"documents": [{"uuid": sample.uuid, "print": true}], "to": ["cliente@example.mx"]})
}

fn text(pdf: &[u8]) -> String {
    let document = Document::load_mem(pdf).unwrap();
    let numbers: Vec<u32> = document.get_pages().into_keys().collect();
    document.extract_text(&numbers).unwrap().split_whitespace().collect()
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Files that are kept for deliveries.
fn kept(home: &Home) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(home.path().join("prints")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect()
}

/// The PDF of that name in the newest message.
fn arrived(setting: &Setting, name: &str) -> Vec<u8> {
    let message = setting.sandbox.messages().pop().unwrap();
    let raw = setting.sandbox.raw_message(message["id"].as_str().unwrap()).unwrap();
    let message = MessageParser::default().parse(&raw).unwrap();
    message.attachments().find(|part| part.attachment_name() == Some(name)).unwrap().contents().to_vec()
}

#[test]
fn the_command_line_prints_a_file_or_a_folio_and_writes_over_nothing() {
    let setting = Setting::signed_in(1);
    let sample = without_pdf(&setting, 'P');
    let (file, folio) = (setting.home.path().join("uno.pdf"), setting.home.path().join("dos.pdf"));
    let path = |path: &Path| path.display().to_string();
    let by_file = setting.home.json(&["print", &path(&sample.xml_path), "--output", &path(&file)]);
    let by_folio = setting.home.json(&["print", &sample.uuid, "-o", &path(&folio)]);
    let bytes = std::fs::read(&file).unwrap();
    assert_eq!(bytes, std::fs::read(&folio).unwrap(), "the same document gives the same bytes in every process");
    assert_eq!((&by_file[0]["sha256"], &by_folio[0]["sha256"]), (&json!(hash(&bytes)), &json!(hash(&bytes))));
    assert!(text(&bytes).contains(&sample.uuid));
    assert!(text(&bytes).contains("Reciboelectrónicodepago"));
    let again = setting.home.run(&["print", &sample.uuid, "-o", &path(&folio)]);
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(std::fs::read(&folio).unwrap(), bytes);
    let gone = setting.home.run(&["print", "no-hay.xml"]);
    assert_eq!(gone.status.code(), Some(1));
}

#[test]
fn a_print_is_marked_in_the_preview_and_arrives_as_it_was_confirmed() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    for kind in ['I', 'N'] {
        let sample = without_pdf(&setting, kind);
        let mut plain = params(&sample);
        plain["documents"][0].as_object_mut().unwrap().remove("print");
        assert_eq!(host.ok("delivery.preview", plain)["documents"][0]["reasons"], json!(["pdf_missing"]));
        let preview = host.ok("delivery.preview", params(&sample));
        assert_eq!(
            (&preview["documents"][0]["reasons"], &preview["documents"][0]["verdict"]),
            (&json!([]), &json!("accept"))
        );
        let files = preview["attachments"].as_array().unwrap();
        let names: Vec<&str> = files.iter().map(|file| file["name"].as_str().unwrap()).collect();
        assert_eq!(names[0].strip_suffix(".xml"), names[1].strip_suffix(".pdf"), "receivers' robots pair them by it");
        assert_eq!((&files[0]["made"], &files[1]["made"]), (&json!(false), &json!(true)));
        assert!(kept(&setting.home).is_empty(), "a preview keeps nothing");
        let delivery = setting.send(&mut host, params(&sample)).unwrap()["delivery"]["delivery"].clone();
        let detail = setting.until(&mut host, &delivery, &["sent"]);
        assert_eq!(detail["attachments"], preview["attachments"]);
        let pdf = arrived(&setting, names[1]);
        assert_eq!(json!(hash(&pdf)), files[1]["sha256"]);
        let text = text(&pdf);
        for said in [sample.uuid.as_str(), "EstedocumentoesunarepresentaciónimpresadeunCFDI", "HechaporCorreoCFDI"] {
            assert!(text.contains(said), "{said}");
        }
        wait("its file goes with its end", || kept(&setting.home).is_empty().then_some(()));
    }
}

#[test]
#[cfg(unix)]
fn the_second_attempt_after_a_killed_sender_sends_the_same_bytes() {
    use std::os::unix::fs::PermissionsExt;

    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let sample = without_pdf(&setting, 'I');
    // Before the message is built: what is left for the second attempt is the kept file alone.
    setting.fault(json!({"point": "token_refresh", "kind": "hang"}));
    let preview = host.ok("delivery.preview", params(&sample));
    let delivery = setting.send(&mut host, params(&sample)).unwrap()["delivery"]["delivery"].clone();
    wait("the sender hangs", || (setting.sandbox.state()["counters"]["faults"]["token_refresh"] == 1).then_some(()));
    let files = kept(&setting.home);
    assert_eq!(files.len(), 1);
    assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o077, 0, "for its owner only");
    setting.kill_sender(&mut host, &delivery);
    host.leave();
    let mut next = setting.home.host();
    setting.until(&mut next, &delivery, &["sent"]);
    let name = preview["attachments"][1]["name"].as_str().unwrap();
    assert_eq!(json!(hash(&arrived(&setting, name))), preview["attachments"][1]["sha256"]);
}

#[test]
fn what_was_meddled_with_is_held_and_what_was_called_off_leaves_no_file() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let sample = without_pdf(&setting, 'I');
    let lock = setting.home.hold_sender();
    let delivery = setting.send(&mut host, params(&sample)).unwrap()["delivery"]["delivery"].clone();
    let files = kept(&setting.home);
    std::fs::write(&files[0], b"%PDF-1.7 otra cosa").unwrap();
    drop(lock);
    setting.drain();
    let held = setting.until(&mut host, &delivery, &["deferred"]);
    assert_eq!(held["delivery"]["reason"], "file_changed");
    assert_eq!(kept(&setting.home).len(), 1, "what is not over keeps its file");
    host.ok("delivery.cancel", json!({"delivery": delivery}));
    assert!(kept(&setting.home).is_empty());
    assert!(setting.sandbox.messages().is_empty());
}

#[test]
fn the_same_key_twice_keeps_one_file() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let sample = without_pdf(&setting, 'I');
    let _lock = setting.home.hold_sender();
    let mut params = params(&sample);
    params["key"] = json!("pedido-9");
    let first = setting.send(&mut host, params.clone()).unwrap();
    let second = setting.send(&mut host, params).unwrap();
    assert_eq!((&second["existing"], &second["delivery"]["delivery"]), (&json!(true), &first["delivery"]["delivery"]));
    assert_eq!(kept(&setting.home).len(), 1);
}

#[test]
fn nothing_is_printed_where_a_pdf_exists_or_where_there_is_no_layout() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let mut there = setting.params(0, "cliente@example.mx");
    there["documents"][0]["print"] = json!(true);
    assert_eq!(setting.refused(&mut host, there), "pdf_exists");
    assert_eq!(host.kind("library.print", json!({"uuid": setting.samples[0].uuid})), "pdf_exists");
    // Two PDFs that may be its own are none that we may add to.
    let sample = without_pdf(&setting, 'E');
    for name in ["a", "b"] {
        std::fs::write(setting.folder.join(format!("{name}-{}.pdf", sample.uuid)), b"%PDF-1.4").unwrap();
    }
    assert_eq!(setting.refused(&mut host, params(&sample)), "pdf_exists");
    let old = Spec { version: Version::V33, seed: 77, serie: "V".into(), with_pdf: false, ..Spec::default() };
    let old = samples::write(&setting.folder, &old);
    let xml = std::fs::read_to_string(&old.xml_path).unwrap().replace("Version=\"3.3\"", "Version=\"3.9\"");
    std::fs::write(&old.xml_path, xml).unwrap();
    samples::settle(&old.xml_path);
    let asked = json!({"documents": [{"path": old.xml_path, "print": true}], "to": ["cliente@example.mx"]});
    assert_eq!(setting.refused(&mut host, asked), "print_unsupported");
}

#[test]
fn a_portal_never_asks_for_a_print() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let sample = without_pdf(&setting, 'I');
    host.ok("portal.connect", json!({"origin": "https://portal.example", "companies": [setting.rfc()]}));
    let mut asked = params(&sample);
    asked["portal"] = json!("https://portal.example");
    asked["documents"][0]["receiver_rfc"] = json!(sample.receiver.rfc);
    for print in [true, false] {
        asked["documents"][0]["print"] = json!(print);
        assert_eq!(setting.refused(&mut host, asked.clone()), "portal_forbidden");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_person_looks_at_the_very_bytes_that_would_leave() {
    use std::os::unix::fs::PermissionsExt;

    let mut setting = Setting::signed_in(1);
    let sample = without_pdf(&setting, 'I');
    // Without a desktop the failure says where the file lies.
    setting.home.set("DISPLAY", "");
    setting.home.set("WAYLAND_DISPLAY", "");
    let mut host = setting.home.host();
    let error = host.call("library.print", json!({"uuid": sample.uuid})).unwrap_err();
    assert_eq!(error["data"]["kind"], "viewer_unavailable");
    let file = PathBuf::from(error["data"]["files"][0].as_str().unwrap());
    assert!(file.starts_with(setting.home.path()));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
    let preview = host.ok("delivery.preview", params(&sample));
    assert_eq!(json!(hash(&std::fs::read(&file).unwrap())), preview["attachments"][1]["sha256"]);
    host.leave();
    // With one, its program for PDFs gets the file.
    let programs = setting.home.path().join("programas");
    std::fs::create_dir(&programs).unwrap();
    let opener = programs.join("xdg-open");
    std::fs::write(&opener, "#!/bin/sh\nprintf '%s' \"$1\" > \"$0.tmp\" && mv \"$0.tmp\" \"$0.seen\"\n").unwrap();
    std::fs::set_permissions(&opener, PermissionsExt::from_mode(0o700)).unwrap();
    setting.home.set("DISPLAY", ":99");
    setting.home.set("PATH", &format!("{}:{}", programs.display(), std::env::var("PATH").unwrap()));
    let mut host = setting.home.host();
    let printed = host.ok("library.print", json!({"path": sample.xml_path}));
    assert_eq!(printed["sha256"], preview["attachments"][1]["sha256"]);
    assert_eq!(printed["name"], preview["attachments"][1]["name"]);
    let seen = wait("the viewer is started", || std::fs::read_to_string(programs.join("xdg-open.seen")).ok());
    assert_eq!(PathBuf::from(seen), file);
    assert!(kept(&setting.home).is_empty(), "looking keeps nothing for a delivery");
}

#[test]
fn the_command_line_sends_with_a_print_only_where_one_is_missing() {
    let setting = Setting::signed_in(1);
    let sample = without_pdf(&setting, 'I');
    let dry = setting.home.json(&["send", &sample.uuid, "--to", "cliente@example.mx", "--print", "--dry-run"]);
    assert_eq!(dry[0]["attachments"][1]["made"], json!(true));
    let has = &setting.samples[0].uuid;
    let dry = setting.home.json(&["send", has, "--to", "cliente@example.mx", "--print", "--dry-run"]);
    assert_eq!(dry[0]["attachments"][1]["made"], json!(false));
    let sent = setting.home.json(&["send", &sample.uuid, "--to", "cliente@example.mx", "--print", "--wait"]);
    assert_eq!(sent[0]["state"], "sent");
    assert_eq!(setting.sandbox.messages()[0]["attachments"].as_array().unwrap().len(), 2);
}

/// A row that asks for a PDF.
fn printed(sample: &Sample, to: &str) -> Value {
    let mut row = row(sample, &[to]);
    row["print"] = json!(true);
    row
}

#[test]
fn a_list_makes_the_pdfs_it_was_asked_for_and_they_leave_as_they_were_confirmed() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let (first, second) = (without_pdf(&setting, 'I'), without_pdf(&setting, 'E'));
    let plain = check(&mut host, &[row(&first, &["a@example.mx"]), row(&second, &["b@example.mx"])]);
    assert_eq!(plain["warned"], 2, "without a PDF, and nobody asked for one");
    let rows = [
        printed(&first, "a@example.mx"),
        row(&second, &["b@example.mx"]),
        printed(&setting.samples[0], "c@example.mx"),
    ];
    let batch = check(&mut host, &rows);
    assert_eq!((&batch["refused"], &batch["warned"], &batch["messages"]), (&json!(0), &json!(1), &json!(3)));
    assert_ne!(batch["digest"], plain["digest"]);
    assert_eq!(check(&mut host, &rows)["digest"], batch["digest"], "the same list is the same digest");
    let seen = shown(&mut host, &batch, "all");
    let prints: Vec<bool> = seen.iter().map(|row| row["print"].as_bool().unwrap()).collect();
    assert_eq!(prints, [true, false, false], "a document with a PDF keeps its own");
    assert_eq!((&seen[0]["reasons"], &seen[1]["reasons"]), (&json!([]), &json!(["pdf_missing"])));
    assert!(kept(&setting.home).is_empty(), "a checked list keeps nothing");
    start(&mut host, &batch);
    until(&mut host, &batch, "done");
    let delivery = &shown(&mut host, &batch, "all")[0]["delivery"];
    let detail = host.ok("delivery.get", json!({"delivery": delivery}));
    let pdf = detail["attachments"].as_array().unwrap().iter().find(|file| file["made"] == true).unwrap().clone();
    let raw = setting.sandbox.messages().into_iter().find(|one| one.to_string().contains("a@example.mx")).unwrap();
    let raw = setting.sandbox.raw_message(raw["id"].as_str().unwrap()).unwrap();
    let message = MessageParser::default().parse(&raw).unwrap();
    let sent = message.attachments().find(|part| part.attachment_name() == pdf["name"].as_str()).unwrap();
    assert_eq!(json!(hash(sent.contents())), pdf["sha256"]);
    assert!(text(sent.contents()).contains(&first.uuid));
    assert_eq!(message.attachments().count(), 2);
    wait("its file goes with its end", || kept(&setting.home).is_empty().then_some(()));
    // What the window shows is what left.
    let looked = setting.home.json(&["print", &first.uuid, "-o", setting.home.path().join("v.pdf").to_str().unwrap()]);
    assert_eq!(looked[0]["sha256"], pdf["sha256"]);
}

#[test]
fn rows_of_one_message_get_each_their_pdf_and_the_whole_list_may_ask_at_once() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let (first, second) = (without_pdf(&setting, 'I'), without_pdf(&setting, 'E'));
    let rows = json!([row(&first, &["a@example.mx"]), row(&second, &["a@example.mx"])]);
    let batch = host.ok("batch.check", json!({"rows": rows, "print": true}));
    assert_eq!((&batch["messages"], &batch["warned"]), (&json!(1), &json!(0)));
    let csv = format!(
        "uuid,receiver_rfc,to,imprimir\n{},{rfc},a@example.mx,sí\n{},{rfc},a@example.mx,sí\n",
        first.uuid,
        second.uuid,
        rfc = first.receiver.rfc
    );
    assert_eq!(host.ok("batch.check", json!({"csv": csv}))["digest"], batch["digest"]);
    assert_eq!(
        host.kind("batch.check", json!({"csv": csv.replacen(",sí", ",quizá", 1)})),
        "csv_malformed",
        "what is neither yes nor no"
    );
    start(&mut host, &batch);
    until(&mut host, &batch, "done");
    let message = setting.sandbox.messages().pop().unwrap();
    let raw = setting.sandbox.raw_message(message["id"].as_str().unwrap()).unwrap();
    let message = MessageParser::default().parse(&raw).unwrap();
    let names: Vec<&str> = message.attachments().map(|part| part.attachment_name().unwrap()).collect();
    let ends: Vec<&str> = names.iter().map(|name| name.rsplit_once('.').unwrap().1).collect();
    assert_eq!(ends, ["xml", "pdf", "xml", "pdf"]);
    for (index, sample) in [(1, &first), (3, &second)] {
        let pdf = message.attachments().nth(index).unwrap();
        assert!(text(pdf.contents()).contains(&sample.uuid));
    }
}

#[test]
fn a_list_sends_no_other_pdf_than_the_confirmed_one() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let sample = without_pdf(&setting, 'I');
    let batch = check(&mut host, &[printed(&sample, "a@example.mx")]);
    // What another version of this program would have confirmed.
    let db = rusqlite::Connection::open(setting.home.path().join("outbox.db")).unwrap();
    let changed = "UPDATE batch_messages SET draft = json_set(draft, '$.attachments[1].sha256', ?1) WHERE batch = ?2";
    let batch_id = batch["batch"].as_str().unwrap();
    assert_eq!(db.execute(changed, [&"0".repeat(64), batch_id]).unwrap(), 1);
    drop(db);
    start(&mut host, &batch);
    until(&mut host, &batch, "done");
    let seen = &shown(&mut host, &batch, "all")[0];
    assert_eq!((&seen["state"], &seen["reason"]), (&json!("deferred"), &json!("file_changed")));
    assert!(setting.sandbox.messages().is_empty());
    assert!(kept(&setting.home).is_empty());
}

#[test]
fn the_pdf_in_the_folder_comes_in_pieces_of_one_file_with_the_hash_of_its_attachment() {
    use base64::Engine as _;
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    host.ok("library.scan", json!({}));
    let sample = &setting.samples[0];
    let path = sample.pdf_path.as_ref().unwrap();
    let mut long = std::fs::read(path).unwrap();
    long.resize(1_300_000, b' ');
    std::fs::write(path, &long).unwrap();
    samples::settle(path);
    let preview = host.ok("delivery.preview", setting.params(0, "cliente@example.mx"));
    let attached =
        preview["attachments"].as_array().unwrap().iter().find(|one| one["content_type"] == "application/pdf");
    let (mut whole, mut offset, mut pieces) = (Vec::new(), json!(0), 0);
    while !offset.is_null() {
        let piece = host.ok("library.pdf", json!({"uuid": sample.uuid, "offset": offset}));
        assert_eq!((&piece["sha256"], &piece["size"]), (&attached.unwrap()["sha256"], &json!(long.len())));
        whole.extend(base64::prelude::BASE64_STANDARD.decode(piece["bytes"].as_str().unwrap()).unwrap());
        offset = piece["next"].clone();
        pieces += 1;
    }
    assert!(whole == long && pieces == 3, "{pieces} pieces, {} bytes", whole.len());
    let beyond = host.ok("library.pdf", json!({"uuid": sample.uuid, "offset": 9_000_000}));
    assert_eq!((&beyond["bytes"], &beyond["next"]), (&json!(""), &Value::Null));

    let other = &setting.samples[1];
    std::fs::remove_file(other.pdf_path.as_ref().unwrap()).unwrap();
    assert_eq!(host.kind("library.pdf", json!({"uuid": other.uuid})), "file_vanished");
    let stranger = json!({"uuid": "00000000-0000-4000-A000-000000000000"});
    assert_eq!(host.kind("library.pdf", stranger), "unknown_document");
    assert_eq!(host.kind("library.pdf", json!({"path": "/etc/passwd"})), "invalid_params");
}

//! Documents that lie in ZIP archives are sent from there, byte for byte.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::setting::Setting;
use crate::samples;

/// Packs the first sample with its PDF, takes the loose files away, and gives the archive and the packed bytes.
fn packed(setting: &Setting) -> (PathBuf, [Vec<u8>; 2]) {
    let sample = &setting.samples[0];
    let pdf = sample.pdf_path.as_ref().unwrap();
    let files = [fs::read(&sample.xml_path).unwrap(), fs::read(pdf).unwrap()];
    fs::remove_file(&sample.xml_path).unwrap();
    fs::remove_file(pdf).unwrap();
    let archive = setting.folder.join("descarga.zip");
    write(&archive, sample, &files);
    (archive, files)
}

fn write(archive: &std::path::Path, sample: &samples::Sample, files: &[Vec<u8>]) {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (ending, bytes) in ["xml", "pdf"].iter().zip(files) {
        zip.start_file(format!("{}.{ending}", sample.uuid.to_lowercase()), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    fs::write(archive, zip.finish().unwrap().into_inner()).unwrap();
    samples::settle(archive);
}

#[test]
fn invariant_5_what_arrives_from_an_archive_is_byte_for_byte_what_lies_in_it() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    let (archive, files) = packed(&setting);
    let scanned = host.ok("library.scan", json!({}));
    assert_eq!((&scanned["files"], &scanned["refused"]), (&json!(2), &json!(0)));
    let sent = setting.send(&mut host, setting.params(0, "cliente@example.mx")).unwrap();
    setting.until(&mut host, &sent["delivery"]["delivery"], &["sent"]);
    let message = setting.sandbox.messages().pop().unwrap();
    let arrived: Vec<&str> =
        message["attachments"].as_array().unwrap().iter().map(|file| file["sha256"].as_str().unwrap()).collect();
    let hash = |bytes: &Vec<u8>| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(arrived, files.iter().map(hash).collect::<Vec<_>>());
    assert_eq!(message["problems"], json!([]), "{message}");
    let beside: Vec<PathBuf> = fs::read_dir(&setting.folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(beside.contains(&archive) && !beside.contains(&setting.samples[0].xml_path), "nothing is unpacked");
}

#[test]
fn an_archive_that_changes_before_its_turn_keeps_the_message_here() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let (archive, mut files) = packed(&setting);
    let mut confirmed = setting.params(0, "cliente@example.mx");
    confirmed["confirmed"] = host.ok("delivery.preview", confirmed.clone())["digest"].clone();
    files[0].extend_from_slice(b"<!-- otra -->");
    write(&archive, &setting.samples[0], &files);
    assert_eq!(host.kind("delivery.send", confirmed), "changed_since_preview");

    let lock = setting.home.hold_sender();
    let sent = setting.send(&mut host, setting.params(0, "cliente@example.mx")).unwrap();
    files[1].push(b'\n');
    write(&archive, &setting.samples[0], &files);
    drop(lock);
    setting.drain();
    let held = setting.until(&mut host, &sent["delivery"]["delivery"], &["deferred"]);
    assert_eq!(held["delivery"]["reason"], "file_changed");
    assert_eq!(setting.sandbox.messages().len(), 0);
}

#[test]
fn a_pdf_is_made_of_a_document_in_an_archive_as_of_any_other() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let sample = &setting.samples[0];
    let loose = setting.home.path().join("suelto.pdf");
    setting.home.json(&["print", sample.xml_path.to_str().unwrap(), "-o", loose.to_str().unwrap()]);
    let (archive, files) = packed(&setting);
    write(&archive, sample, &files[..1]);
    host.ok("library.scan", json!({}));
    let mut asked = setting.params(0, "cliente@example.mx");
    asked["documents"][0]["print"] = json!(true);
    let sent = setting.send(&mut host, asked).unwrap();
    setting.until(&mut host, &sent["delivery"]["delivery"], &["sent"]);
    let message = setting.sandbox.messages().pop().unwrap();
    let hash: String = Sha256::digest(fs::read(loose).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(message["attachments"][1]["sha256"], json!(hash));
}

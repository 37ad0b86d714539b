//! What comes from the browser names no file outside of the folders that a person chose.

use std::path::Path;

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::Host;
use crate::samples::{self, Sample, SampleParty, Spec};

/// What each method that takes a path says of this one.
fn answers(setting: &Setting, host: &mut Host, path: &Path) -> Vec<String> {
    let document = json!({"documents": [{"path": path}], "to": ["cliente@example.mx"]});
    let of_company = json!({"company": setting.rfc(), "documents": [{"path": path}], "to": ["cliente@example.mx"]});
    let mut confirmed = document.clone();
    confirmed["confirmed"] = json!("0".repeat(64));
    let asked = [
        ("delivery.preview", document),
        ("delivery.preview", of_company),
        ("delivery.send", confirmed),
        ("library.print", json!({"path": path})),
    ];
    asked.into_iter().map(|(method, params)| host.kind(method, params)).collect()
}

fn is_outside(setting: &Setting, host: &mut Host, path: &Path) {
    let kinds = answers(setting, host, path);
    assert!(kinds.iter().all(|kind| kind == "path_outside_folders"), "{}: {kinds:?}", path.display());
}

/// An invoice of the company in another place of the disk.
fn elsewhere(setting: &Setting, name: &str) -> Sample {
    let place = setting.home.path().join(name);
    samples::write(&place, &Spec { seed: 77, folio: "77".to_owned(), ..Spec::default() })
}

#[test]
fn a_path_that_leads_out_of_the_folders_is_refused_and_tells_nothing() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let outside = elsewhere(&setting, "otra parte");
    let folder = &setting.folder;
    let beside = elsewhere(&setting, &format!("{} 2", folder.file_name().unwrap().to_str().unwrap()));
    let name = outside.xml_path.file_name().unwrap();
    for path in [
        outside.xml_path.clone(),
        beside.xml_path.clone(),
        folder.join("../otra parte").join(name),
        folder.join("..").join("otra parte").join("nadie.xml"),
        folder.join("nadie").join("..").join("..").join("otra parte").join(name),
        Path::new("/etc/passwd").to_path_buf(),
        Path::new("/no/hay/nada.xml").to_path_buf(),
        Path::new("A1.xml").to_path_buf(),
        Path::new("").to_path_buf(),
        folder.parent().unwrap().to_path_buf(),
    ] {
        is_outside(&setting, &mut host, &path);
    }
    // The terminal is a person's own: there any file may be named.
    let sent =
        setting.home.run(&["send", outside.xml_path.to_str().unwrap(), "--to", "cliente@example.mx", "--dry-run"]);
    assert_eq!(sent.status.code(), Some(0), "{}", String::from_utf8_lossy(&sent.stderr));
}

#[test]
fn a_path_inside_the_folders_is_found_however_it_is_written() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let (folder, sample) = (&setting.folder, &setting.samples[0]);
    let name = sample.xml_path.file_name().unwrap();
    std::fs::create_dir(folder.join("noviembre")).unwrap();
    for path in [sample.xml_path.clone(), folder.join("noviembre/..").join(name), folder.join(".").join(name)] {
        host.ok("delivery.preview", json!({"documents": [{"path": path}], "to": ["cliente@example.mx"]}));
    }
    // What is not there is said only where the place itself may be known.
    let missing = json!({"documents": [{"path": folder.join("nadie.xml")}], "to": ["cliente@example.mx"]});
    assert_eq!(host.kind("delivery.preview", missing), "file_vanished");
    // Another company's folder is none of the company that is named.
    let other = crate::host::folder(&setting.home, "de otra");
    let stranger =
        samples::write(&other, &Spec { seed: 5, issuer: SampleParty::new("OTR020202CD", "OTRA"), ..Spec::default() });
    host.ok("company.save", crate::host::company(&stranger.issuer.rfc, &other));
    let mut params = json!({"documents": [{"path": stranger.xml_path}], "to": ["cliente@example.mx"]});
    params["company"] = json!(setting.rfc());
    assert_eq!(setting.refused(&mut host, params), "path_outside_folders");
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_folders() {
    use std::os::unix::fs::symlink;
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let outside = elsewhere(&setting, "otra parte");
    let (folder, name) = (&setting.folder, outside.xml_path.file_name().unwrap());
    symlink(&outside.xml_path, folder.join("enlace.xml")).unwrap();
    symlink(outside.xml_path.parent().unwrap(), folder.join("carpeta")).unwrap();
    symlink(folder.join("carpeta"), folder.join("de dos pasos")).unwrap();
    for path in [folder.join("enlace.xml"), folder.join("carpeta").join(name), folder.join("de dos pasos").join(name)] {
        is_outside(&setting, &mut host, &path);
    }
    // Neither does the index follow them, so that the folio fiscal is nobody's.
    host.ok("library.scan", json!({}));
    let by_folio = json!({"documents": [{"uuid": outside.uuid}], "to": ["cliente@example.mx"]});
    assert_eq!(setting.refused(&mut host, by_folio), "unknown_document");
    // A PDF that is a link is not the invoice's.
    let (xml, pdf) = (&setting.samples[0].xml_path, setting.samples[0].pdf_path.as_ref().unwrap());
    std::fs::remove_file(pdf).unwrap();
    symlink("/etc/passwd", pdf).unwrap();
    let preview = host.ok("delivery.preview", json!({"documents": [{"path": xml}], "to": ["cliente@example.mx"]}));
    assert_eq!((&preview["documents"][0]["pdf_name"], &preview["attachments"][1]), (&Value::Null, &Value::Null));
    // A folder of the company may itself be a link: a person chose what it leads to.
    let chosen = setting.home.path().join("unidad");
    symlink(outside.xml_path.parent().unwrap(), &chosen).unwrap();
    let mut company = setting.with_switch(&mut host, true);
    company["folders"] = json!([chosen]);
    host.ok("company.save", company);
    for path in [chosen.join(name), outside.xml_path.clone()] {
        host.ok("delivery.preview", json!({"documents": [{"path": path}], "to": ["cliente@example.mx"]}));
    }
    is_outside(&setting, &mut host, xml);
}

#[cfg(unix)]
#[test]
fn a_folder_that_became_a_link_since_the_index_sends_nothing_from_where_it_leads() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    host.ok("library.scan", json!({}));
    let elsewhere = setting.home.path().join("movida");
    std::fs::rename(&setting.folder, &elsewhere).unwrap();
    std::fs::create_dir(&setting.folder).unwrap();
    for entry in std::fs::read_dir(&elsewhere).unwrap() {
        let name = entry.unwrap().file_name();
        std::os::unix::fs::symlink(elsewhere.join(&name), setting.folder.join(&name)).unwrap();
    }
    let by_folio = json!({"documents": [{"uuid": setting.samples[0].uuid}], "to": ["cliente@example.mx"]});
    assert_eq!(setting.refused(&mut host, by_folio), "path_outside_folders");
}

/// Case tells folders apart where the system does so; where it does not, both spellings resolve to one.
#[cfg(target_os = "linux")]
#[test]
fn another_spelling_of_letters_is_another_folder_where_the_system_says_so() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let loud = setting.folder.file_name().unwrap().to_str().unwrap().to_uppercase();
    let twin = elsewhere(&setting, &loud);
    is_outside(&setting, &mut host, &twin.xml_path);
    is_outside(&setting, &mut host, &setting.home.path().join(&loud).join("A1.xml"));
}

#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use super::super::lab::{Lab, key, named};
use super::super::registry::{Hive, Registry as _, View};
use super::super::{Scope, Table, Target, plan};
use super::*;

const OTHER_ORIGIN: &str = "chrome-extension://abcdefghijklmnopabcdefghijklmnop/";

fn mended(lab: &Lab) -> usize {
    let computer = lab.computer();
    let target = Target::Found(Scope::User);
    let browsers = plan(&Table::embedded().unwrap(), &computer.bases, &target, &lab.manifest()).unwrap();
    mend(&computer, &browsers, &lab.manifest())
}

/// A Linux computer with a manifest of ours in Edge's folder, and where that lies.
fn registered() -> (Lab, std::path::PathBuf) {
    let lab = Lab::new("linux");
    lab.install(&named(Scope::User, &["edge"]));
    let path = lab.path("home/.config/microsoft-edge/NativeMessagingHosts/mx.correo_cfdi.host.json");
    (lab, path)
}

fn change(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut manifest: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    change(&mut manifest);
    fs::write(path, manifest.to_string()).unwrap();
}

#[test]
fn what_is_good_or_absent_is_left_alone() {
    let (lab, path) = registered();
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    assert_eq!(mended(&lab), 0);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
    fs::remove_file(&path).unwrap();
    assert_eq!(mended(&lab), 0);
    assert!(!path.exists(), "nothing is written where nothing is");
}

#[test]
fn an_id_that_is_missing_is_added_and_one_that_somebody_added_stays() {
    let (lab, path) = registered();
    change(&path, |manifest| manifest["allowed_origins"] = json!([OTHER_ORIGIN, "chrome-extension://*/"]));
    assert_eq!(mended(&lab), 1);
    let manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let origins = [lab.manifest().allowed_origins, vec![OTHER_ORIGIN.to_owned()]].concat();
    assert_eq!(manifest["allowed_origins"], json!(origins));
    assert_eq!(mended(&lab), 0);
}

#[test]
fn a_program_that_is_gone_from_below_our_own_folder_is_replaced_by_this_one() {
    let (lab, path) = registered();
    let old = lab.program.with_file_name("0.9").join("correo-cfdi.exe");
    change(&path, |manifest| manifest["path"] = json!(old));
    assert_eq!(mended(&lab), 1);
    assert_eq!(fs::read(&path).unwrap(), lab.manifest().bytes().unwrap());
}

#[test]
fn what_names_another_program_stays_whether_that_is_there_or_not() {
    let (lab, path) = registered();
    let elsewhere = [lab.other_program(), lab.path("gone/correo-cfdi"), lab.program.with_file_name("unins.exe")];
    super::super::lab::make_program(&elsewhere[2]);
    for program in elsewhere {
        change(&path, |manifest| {
            manifest["path"] = json!(program);
            manifest["allowed_origins"] = json!([]);
        });
        let before = fs::read(&path).unwrap();
        assert_eq!(mended(&lab), 0, "{}", program.display());
        assert_eq!(fs::read(&path).unwrap(), before);
    }
    fs::write(&path, "not JSON").unwrap();
    assert_eq!(mended(&lab), 0);
}

#[test]
fn on_windows_our_own_file_is_written_again_whatever_became_of_it() {
    let lab = Lab::new("windows");
    lab.install(&named(Scope::User, &["chrome", "edge"]));
    let path = lab.named_manifest(Scope::User);
    for broken in [None, Some("not JSON")] {
        fs::remove_file(&path).unwrap();
        if let Some(text) = broken {
            fs::write(&path, text).unwrap();
        }
        // Both keys name it, so one write mends both.
        assert_eq!(mended(&lab), 1);
        assert_eq!(fs::read(&path).unwrap(), lab.manifest().bytes().unwrap());
    }
}

#[test]
fn on_windows_a_key_of_somebody_else_stays() {
    let lab = Lab::new("windows");
    let edge = key(Hive::CurrentUser, "Microsoft\\Edge");
    let gone = lab.path("elsewhere/gone.json");
    lab.registry.put(&edge, View::Wide, gone.to_str().unwrap()).unwrap();
    assert_eq!(mended(&lab), 0);
    assert_eq!(lab.registry.get(&edge, View::Wide).unwrap().as_deref(), gone.to_str());
    assert!(!lab.named_manifest(Scope::User).exists());
}

#[test]
fn what_cannot_be_mended_is_no_end_of_anything() {
    let lab = Lab::new("windows");
    lab.install(&named(Scope::User, &["chrome"]));
    let path = lab.named_manifest(Scope::User);
    fs::remove_file(&path).unwrap();
    // A file in the place of the manifest's folder: refused to every user.
    fs::remove_dir(path.parent().unwrap()).unwrap();
    fs::write(path.parent().unwrap(), "").unwrap();
    assert_eq!(mended(&lab), 0);
}

#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use super::super::lab::{Lab, key, named};
use super::super::registry::{Hive, Registry as _, View};
use super::super::{Finding, Scope, Standing, Target, known_ids};
use super::*;

/// A Linux computer with Chromium and a good manifest, and where that lies.
fn registered() -> (Lab, PathBuf) {
    let lab = Lab::new("linux").with("home/.config/chromium");
    lab.install(&named(Scope::User, &["chromium"]));
    let path = lab.path("home/.config/chromium/NativeMessagingHosts/mx.correo_cfdi.host.json");
    (lab, path)
}

/// How Chromium stands once that was done to its manifest.
fn after(change: impl FnOnce(&Lab, &mut Value)) -> Standing {
    let (lab, path) = registered();
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&lab, &mut manifest);
    fs::write(&path, manifest.to_string()).unwrap();
    lab.standing("chromium", Scope::User)
}

fn broken(cause: Cause) -> Standing {
    Standing::Broken(cause)
}

#[test]
fn a_good_one_is_good_also_with_a_byte_order_mark_other_members_and_other_extensions() {
    let (lab, path) = registered();
    assert_eq!(lab.standing("chromium", Scope::User), Standing::Good);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, [b"\xEF\xBB\xBF".as_slice(), &bytes].concat()).unwrap();
    assert_eq!(lab.standing("chromium", Scope::User), Standing::Good);
    let more = after(|_, manifest| {
        manifest["allowed_extensions"] = json!(["x@example.org"]);
        manifest["allowed_origins"]
            .as_array_mut()
            .unwrap()
            .push(json!("chrome-extension://abcdefghijklmnopabcdefghijklmnop/"));
    });
    assert_eq!(more, Standing::Good);
}

#[test]
fn what_is_not_there_is_absent_and_an_absent_browser_is_not_installed() {
    let lab = Lab::new("linux").with("home/.config/chromium");
    let standings: Vec<_> = lab
        .verify(&Target::Found(Scope::User))
        .into_iter()
        .map(|found| (found.browser.unwrap(), found.standing))
        .collect();
    let expected = ["chrome", "chromium", "edge", "brave", "vivaldi", "opera"].map(|browser| {
        let standing = if browser == "chromium" { Standing::Absent } else { Standing::NotInstalled };
        (browser.to_owned(), standing)
    });
    assert_eq!(standings, expected);
}

#[test]
fn a_channel_before_the_stable_one_is_named_where_it_is_found() {
    let lab = Lab::new("linux").with("home/.config/microsoft-edge-dev");
    let found = lab.verify(&Target::Found(Scope::User));
    let last = found.last().unwrap();
    assert_eq!((last.browser.as_deref(), &last.standing), (Some("edge-dev"), &Standing::Absent));
    assert_eq!(found.len(), 7);
}

#[test]
fn what_cannot_be_parsed_is_no_json() {
    let (lab, path) = registered();
    for text in ["{ \"name\": ", "[]", "", "\"text\""] {
        fs::write(&path, text).unwrap();
        assert_eq!(lab.standing("chromium", Scope::User), broken(Cause::NotJson), "{text}");
    }
}

#[test]
fn a_manifest_that_cannot_be_read_is_told_from_one_that_is_gone() {
    let (lab, path) = registered();
    fs::remove_file(&path).unwrap();
    assert_eq!(lab.standing("chromium", Scope::User), Standing::Absent);
    // A folder can be read by nobody, the administrator included.
    fs::create_dir(&path).unwrap();
    assert_eq!(lab.standing("chromium", Scope::User), broken(Cause::ManifestUnreadable));
    #[cfg(unix)]
    {
        fs::remove_dir(&path).unwrap();
        std::os::unix::fs::symlink(lab.path("gone.json"), &path).unwrap();
        assert_eq!(lab.standing("chromium", Scope::User), broken(Cause::ManifestMissing));
    }
}

#[test]
fn each_member_that_browsers_want_is_named() {
    let wrong_name = after(|_, manifest| manifest["name"] = json!("mx.correo_cfdi.other"));
    assert_eq!(wrong_name, broken(Cause::WrongName { found: "mx.correo_cfdi.other".into() }));
    let wrong_type = after(|_, manifest| manifest["type"] = json!("pipe"));
    assert_eq!(wrong_type, broken(Cause::WrongType { found: "pipe".into() }));
    for member in ["name", "description", "type", "allowed_origins"] {
        let gone = after(|_, manifest| drop(manifest.as_object_mut().unwrap().remove(member)));
        assert_eq!(gone, broken(Cause::MemberInvalid { member }));
        let number = after(|_, manifest| manifest[member] = json!(1));
        assert_eq!(number, broken(Cause::MemberInvalid { member }));
    }
    assert_eq!(
        after(|_, manifest| manifest["description"] = json!("")),
        broken(Cause::MemberInvalid { member: "description" })
    );
}

#[test]
fn a_path_that_is_empty_or_relative_or_leads_nowhere_is_told_apart() {
    for path in ["", "correo-cfdi", "./correo-cfdi"] {
        let relative = after(|_, manifest| manifest["path"] = json!(path));
        assert_eq!(relative, broken(Cause::PathNotAbsolute { found: path.into() }));
    }
    let gone = after(|lab, manifest| manifest["path"] = json!(lab.path("gone/correo-cfdi")));
    assert!(
        matches!(gone, Standing::Broken(Cause::ProgramMissing { program }) if program.ends_with("gone/correo-cfdi"))
    );
}

#[cfg(unix)]
#[test]
fn a_program_that_may_not_be_started_is_named() {
    let (lab, _) = registered();
    fs::set_permissions(&lab.program, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let program = lab.program.clone();
    assert_eq!(lab.standing("chromium", Scope::User), broken(Cause::ProgramNotExecutable { program }));
}

#[test]
fn one_origin_that_voids_the_file_is_named() {
    let origins = [
        "extension://abcdefghijklmnopabcdefghijklmnop/",
        "chrome-extension://*/",
        "chrome-extension://abc",
        "https://x/",
    ];
    for origin in origins {
        let void = after(|_, manifest| manifest["allowed_origins"].as_array_mut().unwrap().push(json!(origin)));
        assert_eq!(void, broken(Cause::OriginInvalid { origin: origin.into() }));
    }
    let number = after(|_, manifest| manifest["allowed_origins"] = json!([7]));
    assert_eq!(number, broken(Cause::OriginInvalid { origin: "7".into() }));
}

#[test]
fn ids_that_are_missing_are_listed() {
    let none = after(|_, manifest| manifest["allowed_origins"] = json!([]));
    assert_eq!(none, broken(Cause::IdsMissing { ids: known_ids().unwrap() }));
}

#[test]
fn another_program_that_is_there_is_foreign_whatever_else_its_manifest_says() {
    let (lab, path) = registered();
    let other = lab.other_program();
    fs::write(&path, json!({ "path": other, "name": "x" }).to_string()).unwrap();
    assert_eq!(lab.standing("chromium", Scope::User), Standing::Foreign { program: other });
}

#[cfg(unix)]
#[test]
fn a_link_to_this_program_is_this_program() {
    let linked = after(|lab, manifest| {
        let link = lab.path("link");
        std::os::unix::fs::symlink(&lab.program, &link).unwrap();
        manifest["path"] = json!(link);
    });
    assert_eq!(linked, Standing::Good);
}

#[test]
fn causes_have_the_names_that_scripts_read() {
    let ids = vec!["a".to_owned()];
    let finding = Finding {
        browser: Some("edge".into()),
        title: "Microsoft Edge".into(),
        scope: Scope::User,
        manifest: PathBuf::from("/m.json"),
        registry: None,
        standing: Standing::Broken(Cause::IdsMissing { ids }),
    };
    let expected = json!({
        "browser": "edge", "title": "Microsoft Edge", "scope": "user", "manifest": "/m.json",
        "standing": "broken", "cause": "ids_missing", "ids": ["a"],
    });
    assert_eq!(serde_json::to_value(&finding).unwrap(), expected);
}

#[test]
fn on_windows_a_key_that_names_a_missing_file_is_met_and_names_its_cause() {
    let lab = Lab::new("windows");
    assert_eq!(lab.standing("edge", Scope::User), Standing::Absent);
    for gone in [lab.path("gone.json").to_str().unwrap(), "relative.json"] {
        lab.registry.put(&key(Hive::CurrentUser, "Microsoft\\Edge"), View::Wide, gone).unwrap();
        let found = lab.verify(&named(Scope::User, &["edge"])).remove(0);
        assert_eq!(found.standing, broken(Cause::ManifestMissing));
        assert_eq!(found.manifest, Path::new(gone));
        let name = "HKCU\\Software\\Microsoft\\Edge\\NativeMessagingHosts\\mx.correo_cfdi.host";
        assert_eq!(found.registry.as_deref(), Some(name));
    }
}

#[test]
fn edge_stops_at_the_first_manifest_that_it_meets() {
    let lab = Lab::new("windows");
    lab.install(&named(Scope::User, &["chrome"]));
    // Without a key of its own it goes on to Chrome's, whose manifest lists every id.
    assert_eq!(lab.standing("edge", Scope::User), Standing::Good);
    let other = lab.path("other.json");
    fs::write(&other, json!({ "path": lab.other_program() }).to_string()).unwrap();
    lab.registry.put(&key(Hive::CurrentUser, "Chromium"), View::Wide, other.to_str().unwrap()).unwrap();
    assert!(matches!(lab.standing("edge", Scope::User), Standing::Foreign { .. }));
    assert_eq!(lab.standing("chrome", Scope::User), Standing::Good);
    lab.install(&named(Scope::User, &["edge"]));
    assert_eq!(lab.standing("edge", Scope::User), Standing::Good);
}

#[test]
fn the_view_of_narrow_programs_is_met_first_and_hides_the_other() {
    let lab = Lab::new("windows");
    let chrome = key(Hive::LocalMachine, "Google\\Chrome");
    lab.install(&named(Scope::System, &["chrome"]));
    assert_eq!(lab.standing("chrome", Scope::System), Standing::Good);
    lab.registry.put(&chrome, View::Narrow, lab.path("gone.json").to_str().unwrap()).unwrap();
    assert_eq!(lab.standing("chrome", Scope::System), broken(Cause::ManifestMissing));
    // Registering again makes both say the same.
    lab.install(&named(Scope::System, &["chrome"]));
    assert_eq!(lab.standing("chrome", Scope::System), Standing::Good);
}

#[test]
fn on_windows_a_program_may_be_named_from_the_manifests_folder_on() {
    let lab = Lab::new("windows");
    lab.install(&named(Scope::User, &["chrome"]));
    let path = lab.named_manifest(Scope::User);
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest["path"] = json!("gone.exe");
    fs::write(&path, manifest.to_string()).unwrap();
    let program = path.with_file_name("gone.exe");
    assert_eq!(lab.standing("chrome", Scope::User), broken(Cause::ProgramMissing { program }));
}

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;

use serde_json::{Value, json};

use super::lab::{Lab, done, key, named, pairs};
use super::registry::{Hive, Registry as _, View};
use super::*;

const USER: Target = Target::Found(Scope::User);
const SYSTEM: Target = Target::Found(Scope::System);

#[test]
fn on_windows_found_browsers_get_a_key_each_that_names_the_one_manifest() {
    let lab = Lab::new("windows")
        .with("home/local/Google/Chrome Beta/User Data")
        .with("programs x86/Microsoft/Edge/Application");
    assert_eq!(done(lab.install(&USER)), pairs([("chrome", Outcome::Written), ("edge", Outcome::Written)]));
    let manifest = lab.named_manifest(Scope::User);
    assert_eq!(fs::read(&manifest).unwrap(), lab.manifest().bytes().unwrap());
    for browser in ["Google\\Chrome", "Microsoft\\Edge"] {
        let named = lab.registry.get(&key(Hive::CurrentUser, browser), View::Narrow).unwrap();
        assert_eq!(named.as_deref(), manifest.to_str());
    }
    assert_eq!(lab.registry.keys().len(), 2);
    // Everything that names may have came through.
    let text = fs::read_to_string(&manifest).unwrap();
    let read: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["path"].as_str(), lab.program.to_str());
}

#[test]
fn on_windows_doing_it_again_changes_nothing_and_undoing_it_leaves_no_key_and_no_file() {
    let lab = Lab::new("windows");
    lab.registry.put(&Key { hive: Hive::CurrentUser, path: "Software\\Vivaldi".into() }, View::Wide, "").unwrap();
    for (scope, target) in [(Scope::User, USER), (Scope::System, SYSTEM)] {
        let all = named(scope, &["chrome", "chromium", "edge", "brave", "vivaldi", "opera"]);
        let first = lab.install(&all);
        assert_eq!(first.len(), 9, "{first:?}");
        assert!(lab.install(&all).iter().all(|(_, outcome)| *outcome == Outcome::Unchanged));
        assert_eq!(lab.registry.keys().len(), 7);
        let removed = lab.uninstall(&target);
        assert_eq!(done(removed.clone()).len(), 6, "{removed:?}");
        // Keys that others may have made stay.
        assert_eq!(lab.registry.keys(), ["hkcu\\software\\vivaldi"]);
        assert!(!lab.named_manifest(scope).exists());
        assert!(!lab.computer().bases.user_manifests.exists(), "our folder goes with the last key");
        assert!(done(lab.uninstall(&target)).is_empty());
    }
}

#[test]
fn a_place_that_another_browser_looks_into_stays_while_that_one_is_there() {
    let lab = Lab::new("windows").with("home/local/Vivaldi/User Data");
    lab.install(&named(Scope::User, &["brave", "vivaldi"]));
    let brave = lab.uninstall(&named(Scope::User, &["brave"]));
    assert_eq!(brave, pairs([("brave", Outcome::Removed), ("brave", Outcome::Shared)]));
    assert_eq!(lab.standing("vivaldi", Scope::User), Standing::Good);
    let vivaldi = lab.uninstall(&named(Scope::User, &["vivaldi"]));
    assert_eq!(vivaldi, pairs([("vivaldi", Outcome::Removed), ("vivaldi", Outcome::Removed)]));
    assert!(lab.registry.keys().is_empty());
}

#[test]
fn on_windows_what_starts_another_program_survives() {
    let lab = Lab::new("windows");
    lab.install(&named(Scope::User, &["chrome", "edge"]));
    let theirs = lab.path("theirs.json");
    fs::write(&theirs, json!({ "name": "mx.correo_cfdi.host", "path": lab.other_program() }).to_string()).unwrap();
    let edge = key(Hive::CurrentUser, "Microsoft\\Edge");
    lab.registry.put(&edge, View::Wide, theirs.to_str().unwrap()).unwrap();
    assert_eq!(done(lab.uninstall(&USER)), pairs([("chrome", Outcome::Removed), ("edge", Outcome::Foreign)]));
    assert_eq!(lab.registry.get(&edge, View::Wide).unwrap().as_deref(), theirs.to_str());
    assert!(theirs.exists() && !lab.named_manifest(Scope::User).exists());
    // Whoever registers asks for it.
    assert_eq!(lab.install(&named(Scope::User, &["edge"])), pairs([("edge", Outcome::Written)]));
    assert!(theirs.exists());
}

#[test]
fn a_key_whose_manifest_is_gone_is_removed_if_only_we_write_there() {
    let lab = Lab::new("windows");
    lab.install(&named(Scope::System, &["chrome", "edge"]));
    fs::remove_file(lab.named_manifest(Scope::System)).unwrap();
    let elsewhere = lab.path("elsewhere.json");
    lab.registry.put(&key(Hive::LocalMachine, "Microsoft\\Edge"), View::Wide, elsewhere.to_str().unwrap()).unwrap();
    assert_eq!(done(lab.uninstall(&SYSTEM)), pairs([("chrome", Outcome::Removed), ("edge", Outcome::Foreign)]));
}

#[test]
fn without_the_administrator_the_key_that_was_refused_is_named() {
    let mut lab = Lab::new("windows");
    lab.registry.read_only = true;
    let steps = install_on(&lab.computer(), &named(Scope::System, &["edge"]), &lab.manifest()).unwrap();
    let fault = steps[0].outcome.as_ref().unwrap_err();
    assert_eq!(fault.kind(), Kind::StoreReadOnly);
    let key = "HKLM\\Software\\Microsoft\\Edge\\NativeMessagingHosts\\mx.correo_cfdi.host";
    assert_eq!(fault.data.subject.as_deref(), Some(key));
    assert_eq!(steps[0].registry.as_deref(), Some(key));
}

#[test]
fn on_macos_manifests_lie_in_the_browsers_folders() {
    let lab = Lab::new("macos").with("home/.config/Google/Chrome").with("Applications/Microsoft Edge.app");
    assert_eq!(done(lab.install(&USER)), pairs([("chrome", Outcome::Written), ("edge", Outcome::Written)]));
    let edge = lab.path("home/.config/Microsoft Edge/NativeMessagingHosts/mx.correo_cfdi.host.json");
    assert_eq!(fs::read(edge).unwrap(), lab.manifest().bytes().unwrap());
    assert_eq!(done(lab.install(&SYSTEM)), pairs([("edge", Outcome::Written)]));
    assert_eq!(lab.standing("edge", Scope::System), Standing::Good);
    assert!(lab.registry.keys().is_empty());
}

#[test]
fn channels_before_the_stable_one_are_registered_where_they_are_found_and_not_named_elsewhere() {
    let lab = Lab::new("linux").with("home/.config/google-chrome-beta");
    let steps = lab.install(&USER);
    assert_eq!(done(steps.clone()), pairs([("chrome-beta", Outcome::Written)]));
    assert_eq!(steps.len(), 7, "{steps:?}");
    assert_eq!(done(lab.uninstall(&USER)), pairs([("chrome-beta", Outcome::Removed)]));
}

#[test]
fn system_wide_manifests_go_only_to_browsers_that_are_there() {
    let lab = Lab::new("linux").with("opt/google/chrome");
    assert_eq!(done(lab.install(&SYSTEM)), pairs([("chrome", Outcome::Written)]));
    assert!(!lab.path("etc/chromium").exists());
}

//! Folders are watched while a conversation that asked for it lasts.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::{Home, Host};
use crate::samples::{self, Spec};

/// Waits until the watched index has that document.
fn appears(host: &mut Host, uuid: &str) {
    loop {
        host.event("library.changed");
        let page = host.ok("library.search", json!({"text": uuid, "limit": 5}));
        if page["documents"].as_array().unwrap().iter().any(|one| one["uuid"] == uuid) {
            return;
        }
    }
}

#[test]
fn a_new_invoice_shows_up_without_a_scan_and_a_deleted_one_goes() {
    let setting = Setting::new(2);
    let mut host = setting.home.host();
    assert_eq!(host.ok("health", json!({}))["watched"], Value::Null, "nothing is watched before somebody asks");
    let watched = host.ok("library.watch", json!({}));
    assert_eq!(watched, json!({"folders": [setting.folder], "polled": []}));
    assert_eq!(host.ok("library.watch", json!({})), watched, "asking again changes nothing");
    assert_eq!(host.event("library.changed"), json!({"indexed": 2, "refused": 0, "removed": 0}));
    let spec = Spec { seed: 77, issuer: setting.samples[0].issuer.clone(), ..Spec::default() };
    let sample = samples::write(&setting.folder.join("2026").join("11"), &spec);
    appears(&mut host, &sample.uuid);
    assert_eq!(host.ok("health", json!({}))["watched"], watched);
    std::fs::remove_file(&sample.xml_path).unwrap();
    assert_eq!(host.event("library.changed")["removed"], 1);
    assert!(host.leave() < std::time::Duration::from_secs(2), "it ends with the conversation");
}

#[test]
fn folders_that_cannot_be_watched_are_named() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let gone = setting.home.path().join("unidad de red");
    let mut company = setting.company();
    company["folders"] = json!([setting.folder, gone]);
    host.ok("company.save", company);
    let watched = host.ok("library.watch", json!({}));
    assert_eq!(watched, json!({"folders": [setting.folder], "polled": [{"folder": gone, "why": "unavailable"}]}));
    assert_eq!(host.ok("health", json!({}))["watched"], watched);
    assert_eq!(host.event("library.changed")["indexed"], 1);
}

/// What `doctor` says of each folder: how it stands, why, and how changes in it are noticed.
fn examined(command: &mut std::process::Command) -> Value {
    let output = command.args(["--json", "doctor"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap().iter().filter(|check| check["id"] == "folders.read");
    checks.map(|check| json!([check["subject"], check["state"], check["cause"], check["facts"][0]["value"]])).collect()
}

#[test]
fn the_doctor_names_the_folders_that_are_watched_and_those_that_cannot_be() {
    let setting = Setting::new(1);
    let gone = setting.home.path().join("unidad de red");
    let mut company = setting.company();
    company["folders"] = json!([setting.folder, gone]);
    setting.home.host().ok("company.save", company);
    let mut wanted = [
        json!([setting.folder, "ok", null, "Lo nuevo aparece solo."]),
        json!([gone, "warn", "folder_unreadable", null]),
    ];
    wanted.sort_by_key(|row| row[0].as_str().map(str::to_owned));
    assert_eq!(examined(&mut setting.home.command()), json!(wanted));
    // A home without a browser, where nothing else can fail.
    let bare = |command: &mut std::process::Command| {
        let here = setting.home.path();
        command.arg("doctor").env("HOME", here).env("XDG_CONFIG_HOME", here).output().unwrap()
    };
    let words = bare(&mut setting.home.command());
    let text = String::from_utf8(words.stdout).unwrap();
    assert!(text.contains("Lo nuevo aparece solo."), "{text}");
    assert!(text.contains("[folders.read]"), "{text}");
    assert_eq!(words.status.code(), Some(0), "a folder that is not there now is no failure: {text}");
    std::fs::remove_file(setting.home.path().join("vault.key")).unwrap();
    assert_eq!(bare(&mut setting.home.command()).status.code(), Some(4));
}

#[test]
#[cfg(target_os = "linux")]
fn what_the_system_does_not_watch_is_named_and_still_found() {
    let setting = Setting::new(1);
    for month in 1..=9 {
        std::fs::create_dir(setting.folder.join(month.to_string())).unwrap();
    }
    let limited = |folders, programs| setting.home.command_with_watches(folders, programs);
    let Some(mut command) = limited(5, 100) else { return };
    let wanted = json!({"folders": [], "polled": [{"folder": setting.folder, "why": "limit"}]});
    let warned = json!([[setting.folder, "warn", "watch_limit", null]]);
    assert_eq!(examined(&mut command), warned, "ten folders, five watches");
    assert_eq!(examined(&mut limited(100, 0).unwrap()), warned, "no instance");
    assert_eq!(examined(&mut limited(100, 100).unwrap())[0][1], "ok");

    let mut host = Home::host_by(limited(5, 100).unwrap());
    assert_eq!(host.ok("library.watch", json!({})), wanted);
    assert_eq!(host.event("library.changed")["indexed"], 1);
    let spec = Spec { seed: 78, issuer: setting.samples[0].issuer.clone(), ..Spec::default() };
    let sample = samples::write(&setting.folder.join("9"), &spec);
    appears(&mut host, &sample.uuid);
}

/// A folder that shows another one through a file system of its own, as a share does: what changes below it is not told.
#[cfg(target_os = "linux")]
struct Share(std::path::PathBuf);

#[cfg(target_os = "linux")]
impl Share {
    /// `None`, with the reason said, where this user cannot mount it.
    fn of(server: &std::path::Path, folder: &std::path::Path) -> Option<Self> {
        let mounted = std::process::Command::new("bindfs").arg(server).arg(folder).output();
        if mounted.is_ok_and(|done| done.status.success()) {
            return Some(Self(folder.to_owned()));
        }
        std::io::Write::write_all(&mut std::io::stderr(), b"skipped: no bindfs, or this user may not mount\n").unwrap();
        None
    }
}

#[cfg(target_os = "linux")]
impl Drop for Share {
    fn drop(&mut self) {
        let unmount = |program: &str, option: &str| {
            std::process::Command::new(program)
                .arg(option)
                .arg(&self.0)
                .output()
                .is_ok_and(|done| done.status.success())
        };
        let _ended = unmount("fusermount3", "-uz") || unmount("fusermount", "-uz") || unmount("umount", "-l");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_other_computers_put_on_a_share_is_found_within_half_a_minute() {
    let setting = Setting::new(1);
    let (server, folder) = (setting.home.path().join("servidor"), setting.home.path().join("unidad de red"));
    for one in [&server, &folder] {
        std::fs::create_dir(one).unwrap();
    }
    let Some(_share) = Share::of(&server, &folder) else { return };
    let mut company = setting.company();
    company["folders"] = json!([folder]);
    let mut host = setting.home.host();
    host.ok("company.save", company);
    let wanted = json!({"folders": [], "polled": [{"folder": folder, "why": "network"}]});
    assert_eq!(host.ok("library.watch", json!({})), wanted);
    let polled = examined(&mut setting.home.command());
    assert_eq!((&polled[0][0], &polled[0][1]), (&json!(folder), &json!("ok")), "{polled}");
    assert!(polled[0][3].as_str().unwrap().starts_with("Se revisa cada medio minuto"), "{polled}");
    let spec = Spec { seed: 79, issuer: setting.samples[0].issuer.clone(), ..Spec::default() };
    let sample = samples::write(&server.join("2026"), &spec);
    appears(&mut host, &sample.uuid);
}

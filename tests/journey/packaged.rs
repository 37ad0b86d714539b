//! The OAuth client that the program's own package carries.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::{Home, Host, PROGRAM, redirect_uri};

/// What the publisher's secret would be.
const SECRET: &str = "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r";

fn publishers(id: &str) -> Value {
    json!({"web": {"client_id": format!("{id}.apps.googleusercontent.com"), "project_id": "p",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": "https://oauth2.googleapis.com/token",
        "client_secret": SECRET, "redirect_uris": [redirect_uri()]}})
}

/// The program in a folder of its own, as a package lays it.
struct Package {
    folder: tempfile::TempDir,
}

impl Package {
    fn new() -> Self {
        // Beside the program's own file system, so that a second name costs nothing.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        std::fs::hard_link(PROGRAM, folder.path().join("correo-cfdi")).unwrap();
        Self { folder }
    }

    fn with(client: &Value) -> Self {
        let package = Self::new();
        std::fs::write(package.client(), client.to_string()).unwrap();
        package
    }

    fn client(&self) -> PathBuf {
        self.folder.path().join("client.json")
    }

    fn command(&self, home: &Path) -> Command {
        let mut command = Command::new(self.folder.path().join("correo-cfdi"));
        command.env("CORREO_CFDI_HOME", home).env("LANG", "es_MX.UTF-8").env_remove("LC_ALL");
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command
    }

    fn host(&self, home: &Home) -> Host {
        Home::host_by(self.command(home.path()))
    }
}

fn origin(host: &mut Host) -> Value {
    host.ok("client.show", json!({}))["client"]["origin"].clone()
}

#[test]
fn the_packages_client_is_used_where_none_was_imported_and_its_secret_goes_nowhere() {
    let (home, package) = (Home::with_file_vault(), Package::with(&publishers("1-publisher")));
    let mut host = package.host(&home);
    let shown = host.ok("client.show", json!({}));
    assert_eq!(shown["client"]["client_id"], "1-publisher.apps.googleusercontent.com");
    assert_eq!((&shown["client"]["origin"], &shown["failure"]), (&json!("packaged"), &Value::Null));
    let health = host.ok("health", json!({}));
    assert_eq!(health["client"], shown["client"]);
    for text in [shown.to_string(), health.to_string()] {
        assert!(!text.contains("not-a-secret"), "{text}");
    }
    // Nothing of it is copied: a newer package brings a newer client.
    std::fs::write(package.client(), publishers("2-publisher").to_string()).unwrap();
    assert_eq!(host.ok("client.show", json!({}))["client"]["client_id"], "2-publisher.apps.googleusercontent.com");
    for file in ["outbox.db", "outbox.db-wal"] {
        let stored = std::fs::read(home.path().join(file)).unwrap_or_default();
        assert!(!stored.windows(9).any(|window| window == b"publisher"), "{file}");
    }
}

#[test]
fn what_a_person_or_a_policy_imported_holds_before_it_until_it_is_forgotten() {
    let (home, package) = (Home::with_file_vault(), Package::with(&publishers("1-publisher")));
    let mut host = package.host(&home);
    host.ok("client.import", json!({"json": publishers("2-own").to_string()}));
    assert_eq!(origin(&mut host), "imported");
    host.ok("client.import", json!({"json": publishers("3-organisation").to_string(), "policy": true}));
    assert_eq!(origin(&mut host), "policy");
    host.ok("client.import", json!({"json": publishers("2-own").to_string(), "policy": false}));
    assert_eq!(origin(&mut host), "imported", "the last word counts");
    let shown = host.ok("client.forget", json!({}));
    assert_eq!(shown["client"]["client_id"], "1-publisher.apps.googleusercontent.com");
    assert_eq!(origin(&mut host), "packaged");
    assert_eq!(
        std::fs::read_dir(home.path().join("vault")).unwrap().count(),
        1,
        "the publisher's is not in the vault, the organisation's is"
    );
    assert_eq!(host.ok("client.forget", json!({})), shown, "what is not there is not missed");
}

#[test]
fn without_one_nothing_begins_and_the_greeting_looks_at_no_file() {
    let (home, package) = (Home::with_file_vault(), Package::with(&json!("no client")));
    // The greeting is answered before anything is opened, also beside a file that is none.
    let mut host = package.host(&home);
    assert!(!home.path().join("outbox.db").exists());
    std::fs::remove_file(package.client()).unwrap();
    assert_eq!(host.kind("sign_in.begin", json!({})), "no_client");
}

#[test]
fn a_file_that_cannot_be_used_is_named_and_everything_else_goes_on() {
    let (home, package) = (Home::with_file_vault(), Package::new());
    let mut host = package.host(&home);
    let mut elsewhere = publishers("1-publisher");
    elsewhere["web"]["token_uri"] = json!("https://tokens.example/token");
    let mut told = publishers("1-publisher");
    told["correo_cfdi"] = json!({"smtp": "mail.example:465"});
    for text in ["", "{}", &elsewhere.to_string(), &told.to_string(), &" ".repeat(65 * 1024)] {
        std::fs::write(package.client(), text).unwrap();
        assert_unusable(&mut host);
    }
    std::fs::remove_file(package.client()).unwrap();
    std::fs::create_dir(package.client()).unwrap();
    assert_unusable(&mut host);
    // What is imported needs no package.
    host.ok("client.import", json!({"json": publishers("2-own").to_string()}));
    assert_eq!(origin(&mut host), "imported");
    assert_eq!(host.ok("health", json!({}))["client_failure"], Value::Null);
}

#[cfg(unix)]
#[test]
fn a_link_beside_the_program_is_not_followed() {
    let (home, package) = (Home::with_file_vault(), Package::new());
    let real = home.path().join("elsewhere.json");
    std::fs::write(&real, publishers("1-publisher").to_string()).unwrap();
    std::os::unix::fs::symlink(&real, package.client()).unwrap();
    assert_unusable(&mut package.host(&home));
}

fn assert_unusable(host: &mut Host) {
    let shown = host.ok("client.show", json!({}));
    assert_eq!((&shown["client"], &shown["failure"]), (&Value::Null, &json!("packaged_client_unusable")));
    assert_eq!(host.ok("health", json!({}))["client_failure"], "packaged_client_unusable");
    assert_eq!(host.kind("sign_in.begin", json!({})), "packaged_client_unusable");
}

#[test]
fn tokens_stay_with_their_client_when_clients_change_there_and_back() {
    let setting = Setting::signed_in(2);
    let package = Package::with(&publishers("1-publisher"));
    let mut host = package.host(&setting.home);
    host.ok("client.forget", json!({}));
    assert_eq!(origin(&mut host), "packaged");
    let account = host.ok("account.list", json!({}))["accounts"][0].clone();
    assert_eq!(account["reconnect"], "account_stranded");
    assert_eq!(host.kind("account.revoke", json!({"account": account["id"]})), "account_stranded");
    let delivery = setting.queue(&mut host, 0, "compras@cliente.example");
    let held = setting.until(&mut host, &delivery, &["deferred"]);
    assert_eq!(held["delivery"]["reason"], "account_stranded");
    let counters = setting.sandbox.state()["counters"]["total"].clone();
    for counter in ["refreshes", "revocations", "sessions_opened"] {
        assert_eq!(counters[counter], 0, "{counter}: a token of the old client was shown to somebody");
    }
    // The old client comes back, and with it its account.
    setting.home.import_client(&setting.sandbox.client_json(&[&redirect_uri()]));
    assert_eq!(origin(&mut host), "imported");
    assert_eq!(host.ok("account.list", json!({}))["accounts"][0]["reconnect"], Value::Null);
    host.ok("delivery.retry", json!({"delivery": delivery}));
    setting.until(&mut host, &delivery, &["sent"]);
    setting.home.settle();
}

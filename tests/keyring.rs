//! The real keyring of a Linux desktop (gnome-keyring) in a D-Bus session of the test's own, and every state it can be in.
//!
//! Needs the Debian packages dbus, gnome-keyring, libsecret-tools, gcr, xvfb and xdotool, which `tests/run` installs.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]
#![allow(
    clippy::allow_attributes,
    clippy::expect_used,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "modules shared between test programs"
)]

#[path = "support/host.rs"]
mod host;
#[path = "support/samples.rs"]
mod samples;
#[path = "sandbox/mod.rs"]
mod sandbox;

mod journey {
    #[path = "../journey/setting.rs"]
    pub mod setting;
}

#[path = "keyring/items.rs"]
mod items;
#[path = "support/processes.rs"]
mod processes;
#[path = "keyring/prompts.rs"]
mod prompts;
#[path = "keyring/restarts.rs"]
mod restarts;
#[path = "keyring/screen.rs"]
mod screen;
#[path = "keyring/session.rs"]
mod session;

use std::sync::Arc;

use serde_json::{Value, json};

use host::Home;
use journey::setting::Setting;
use sandbox::{Options, Sandbox};
use session::{Keyring, Session};

const PASSWORD: &str = "no-es-secreta";

/// A home without configuration: the operating system's keyring, in that session.
fn home(session: &Session) -> Home {
    let mut home = Home::bare();
    for (name, value) in session.environment() {
        home.set(&name, &value);
    }
    home
}

/// What keeps the vault from being reached, by `health` and by a sign-in that begins.
fn states(home: &Home) -> (Value, String) {
    let health = home.host().ok("health", json!({}));
    assert_eq!(health["vault"], "keyring");
    (health["vault_failure"].clone(), import(home))
}

/// The kind with which a client's secret is not taken.
fn import(home: &Home) -> String {
    let file = json!({"web": {"client_id": "1-a.apps.googleusercontent.com", "client_secret": "GOCSPX-not-a-secret",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": "https://oauth2.googleapis.com/token"}});
    home.host().kind("client.import", json!({"json": file.to_string()}))
}

fn setting(session: &Session) -> Setting {
    Setting::in_home(Arc::new(Sandbox::start(Options::default()).unwrap()), home(session), 2).and_sign_in()
}

#[test]
fn a_token_lies_in_the_keyring_and_other_processes_send_with_it() {
    let session = Session::start();
    let _keyring = Keyring::unlocked(&session, PASSWORD);
    let setting = setting(&session);
    let found = session.run("secret-tool", &["search", "--all", "service", "mx.correo_cfdi.host"]);
    assert!(found.contains("1//sandbox-"), "the refresh token lies in the keyring");
    assert_eq!(found.matches("label = ").count(), 2, "token and client secret, and no leftover probe: {found}");
    let mut host = setting.home.host();
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    setting.until(&mut host, &delivery, &["sent"]);
    assert_eq!(host.ok("health", json!({}))["vault_failure"], Value::Null);
    assert!(!setting.home.path().join("vault").exists(), "no file vault");
    let account = setting.account(&mut host);
    host.ok("account.forget", json!({"account": account}));
    let left = session.run("secret-tool", &["search", "--all", "service", "mx.correo_cfdi.host"]);
    assert!(!left.contains("1//sandbox-"));
}

#[test]
fn without_a_bus_the_state_is_named() {
    let session = Session::start();
    let mut home = home(&session);
    home.set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    assert_eq!(states(&home), (json!("vault_no_bus"), "vault_no_bus".to_owned()));
    home.set("DBUS_SESSION_BUS_ADDRESS", "");
    assert_eq!(states(&home).0, "vault_no_bus");
}

#[test]
fn without_a_keyring_service_the_state_is_named() {
    let session = Session::start();
    assert_eq!(states(&home(&session)), (json!("vault_no_service"), "vault_no_service".to_owned()));
}

#[test]
fn a_keyring_without_collection_is_named() {
    let session = Session::start();
    let _keyring = Keyring::without_collection(&session);
    assert_eq!(import(&home(&session)), "vault_no_collection");
}

#[test]
fn a_locked_keyring_is_named_and_never_called_signed_out() {
    let session = Session::start();
    let keyring = Keyring::unlocked(&session, PASSWORD);
    let setting = setting(&session);
    session.lock();
    assert_eq!(states(&setting.home), (json!("vault_locked"), "vault_locked".to_owned()));
    let mut host = setting.home.host();
    assert_eq!(host.kind("sign_in.begin", json!({})), "vault_locked");
    let account = setting.account(&mut host);
    assert_eq!(host.kind("account.forget", json!({"account": account})), "vault_locked");
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    let held = setting.until(&mut host, &delivery, &["deferred"])["delivery"].clone();
    assert_eq!(held["reason"], "vault_locked");
    assert!(held["not_before"].is_string(), "it goes on by itself");
    assert_eq!(host.ok("account.list", json!({}))["accounts"][0]["state"], "ready");
    drop(keyring);
    // The daemon is gone in the middle of the conversation's life.
    assert_ne!(host.ok("health", json!({}))["vault_failure"], Value::Null);
    let _again = Keyring::unlocked(&session, PASSWORD);
    let mut fresh = setting.home.host();
    fresh.ok("delivery.retry", json!({"delivery": delivery}));
    setting.until(&mut fresh, &delivery, &["sent"]);
    // The conversation that saw the daemon go finds the new one.
    assert_eq!(host.ok("health", json!({}))["vault_failure"], Value::Null);
}

#[test]
fn a_conversation_that_began_without_keyring_finds_it_once_it_is_there() {
    let session = Session::start();
    let home = home(&session);
    let mut host = home.host();
    assert_eq!(host.ok("health", json!({}))["vault_failure"], "vault_no_service");
    let _keyring = Keyring::unlocked(&session, PASSWORD);
    assert_eq!(host.ok("health", json!({}))["vault_failure"], Value::Null);
}

#[test]
fn a_wrong_password_is_a_locked_keyring() {
    let session = Session::start();
    let first = Keyring::unlocked(&session, PASSWORD);
    let setting = setting(&session);
    drop(first);
    let _wrong = Keyring::unlocked(&session, "equivocada");
    assert_eq!(states(&setting.home).0, "vault_locked");
}

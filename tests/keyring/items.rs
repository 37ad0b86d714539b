//! Items that are not as this program left them.

use serde_json::{Value, json};

use crate::session::{Keyring, Session};
use crate::{PASSWORD, home, import, setting};

#[test]
fn a_keyring_that_lost_its_collection_is_not_taken_for_signed_out() {
    let session = Session::start();
    let keyring = Keyring::unlocked(&session, PASSWORD);
    let setting = setting(&session);
    drop(keyring);
    let kept = session.take_collections();
    let keyring = Keyring::without_collection(&session);
    let mut host = setting.home.host();
    assert_eq!(host.ok("health", json!({}))["vault_failure"], "vault_no_collection");
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    let held = setting.until(&mut host, &delivery, &["deferred"])["delivery"].clone();
    assert_eq!(held["reason"], "vault_no_collection");
    assert!(held["not_before"].is_string(), "it goes on by itself");
    assert_eq!(host.ok("account.list", json!({}))["accounts"][0]["state"], "ready");
    drop(keyring);
    session.put_collections(kept);
    let _again = Keyring::unlocked(&session, PASSWORD);
    host.ok("delivery.retry", json!({"delivery": delivery}));
    setting.until(&mut host, &delivery, &["sent"]);
}

#[test]
fn a_locked_keyring_is_named_where_no_item_of_ours_is_in_it() {
    let session = Session::start();
    let _keyring = Keyring::unlocked(&session, PASSWORD);
    session.lock();
    let home = home(&session);
    assert_eq!(home.host().ok("health", json!({}))["vault_failure"], "vault_locked");
    assert_eq!(import(&home), "vault_locked");
}

#[test]
fn two_items_of_one_name_are_named_and_none_is_used() {
    let session = Session::start();
    let keyring = Keyring::unlocked(&session, PASSWORD);
    let setting = setting(&session);
    let found = session.run("secret-tool", &["search", "--all", "service", "mx.correo_cfdi.host"]);
    let names = found.lines().filter_map(|line| line.strip_prefix("attribute.username = "));
    let account = names.into_iter().find(|name| name.starts_with("account/")).unwrap();
    session.store_in_session_collection("mx.correo_cfdi.host", account, "{\"v\":1}");
    let mut host = setting.home.host();
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    let held = setting.until(&mut host, &delivery, &["deferred"])["delivery"].clone();
    assert_eq!((&held["reason"], held["not_before"].is_string()), (&json!("vault_ambiguous"), true));
    let account = setting.account(&mut host);
    assert_eq!(host.kind("account.forget", json!({"account": account})), "vault_ambiguous");
    assert_eq!(host.ok("account.list", json!({}))["accounts"][0]["state"], "ready");
    // The second one lived in memory only, and goes with the daemon.
    drop(keyring);
    let _again = Keyring::unlocked(&session, PASSWORD);
    host.ok("delivery.retry", json!({"delivery": delivery}));
    setting.until(&mut host, &delivery, &["sent"]);
}

#[test]
fn without_keyring_nothing_is_kept_anywhere_else() {
    let session = Session::start();
    let home = home(&session);
    assert_eq!(import(&home), "vault_no_service");
    let status = home.run(&["--json", "vault", "status"]);
    let answer: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!((status.status.code(), &answer["error"]["data"]["kind"]), (Some(4), &json!("vault_no_service")));
    let names = std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.contains("vault") || name.contains("key")), "{left:?}");
    let secret = b"GOCSPX-not-a-secret";
    for name in left.iter().filter(|name| home.path().join(name).is_file()) {
        let bytes = std::fs::read(home.path().join(name)).unwrap();
        assert!(!bytes.windows(secret.len()).any(|part| part == secret), "{name}");
    }
}

#[test]
fn erasing_leaves_no_item_in_the_keyring_and_no_outbox() {
    let session = Session::start();
    let _keyring = Keyring::unlocked(&session, PASSWORD);
    let setting = setting(&session);
    let mut host = setting.home.host();
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    setting.until(&mut host, &delivery, &["sent"]);
    drop(host);
    let items = || session.run("secret-tool", &["search", "--all", "service", "mx.correo_cfdi.host"]);
    assert!(items().matches("label = ").count() >= 3, "token, client secret and the outbox's mark");

    // Registrations are looked for in a home of its own.
    let user = tempfile::tempdir().unwrap();
    let mut erase = setting.home.command();
    erase.args(["uninstall", "--erase", "--yes"]).env("HOME", user.path()).env("XDG_CONFIG_HOME", user.path());
    let erased = erase.stdin(std::process::Stdio::null()).output().unwrap();
    assert!(erased.status.success(), "{}", String::from_utf8_lossy(&erased.stderr));
    assert_eq!(items().matches("label = ").count(), 0);
    assert!(!setting.home.path().join("outbox.db").exists());
}

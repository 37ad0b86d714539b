//! An outbox that was put back to an earlier day, on the same computer.

use std::path::PathBuf;

use serde_json::json;

use super::alone::alone;
use crate::journey::setting::Setting;
use crate::outbox::desk::Desk;

fn file(setting: &Setting) -> PathBuf {
    setting.home.path().join("outbox.db")
}

/// Puts a copy in the place of the outbox, as a person with a backup would: nobody has it open.
fn put_back(setting: &Setting, copy: &[u8]) {
    alone(&setting.home);
    std::fs::write(file(setting), copy).unwrap();
}

/// Queues one sample without waking any sender, and gives the outbox as it stands then.
fn queued_and_copied(desk: &Desk, index: usize) -> (serde_json::Value, Vec<u8>) {
    let delivery = json!(desk.queue(index).as_str());
    alone(&desk.setting.home);
    let copy = std::fs::read(file(&desk.setting)).unwrap();
    (delivery, copy)
}

#[test]
fn invariant_1_what_left_since_the_backup_is_held_and_not_sent_again() {
    let desk = Desk::new(2);
    let setting = &desk.setting;
    desk.queue(1);
    setting.drain();

    let (delivery, copy) = queued_and_copied(&desk, 0);
    setting.drain();
    assert_eq!(setting.sandbox.messages().len(), 2);
    for again in 1..=2 {
        put_back(setting, &copy);
        setting.drain();
        let mut host = setting.home.host();
        let held = setting.until(&mut host, &delivery, &["deferred"]);
        assert_eq!(held["delivery"]["reason"], "outbox_restored", "time {again}");
        assert_eq!(setting.sandbox.messages().len(), 2, "time {again}");
        drop(host);
        setting.home.settle();
    }
    // It is held once: what a person lets go goes.
    let mut host = setting.home.host();
    host.ok("delivery.retry", json!({"delivery": delivery}));
    setting.until(&mut host, &delivery, &["sent"]);
    assert_eq!(setting.sandbox.messages().len(), 3);
}

#[test]
fn invariant_1_a_first_ever_message_is_marked_before_it_leaves() {
    let desk = Desk::new(1);
    let setting = &desk.setting;
    let (delivery, copy) = queued_and_copied(&desk, 0);
    setting.drain();
    put_back(setting, &copy);
    setting.drain();
    let mut host = setting.home.host();
    let held = setting.until(&mut host, &delivery, &["deferred"]);
    assert_eq!((&held["delivery"]["reason"], setting.sandbox.messages().len()), (&json!("outbox_restored"), 1));
}

#[test]
fn a_vault_that_fails_is_not_taken_for_a_backup_and_a_missing_mark_neither() {
    let desk = Desk::new(3);
    let first = desk.queue(0);
    desk.drain();
    assert_eq!(desk.state(&first).0, "sent");
    let waits = desk.queue(1);
    let key = desk.setting.home.path().join("vault.key");
    let bytes = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    desk.drain();
    assert_eq!(desk.state(&waits), ("deferred".to_owned(), Some("vault_key_file".to_owned())));
    std::fs::write(&key, bytes).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let mut host = desk.setting.home.host();
    host.ok("delivery.retry", json!({"delivery": waits.as_str()}));
    desk.setting.until(&mut host, &json!(waits.as_str()), &["sent"]);
}

#[cfg(unix)]
#[test]
fn invariant_1_the_mark_is_set_before_the_message_leaves_and_outlives_a_killed_sender() {
    let desk = Desk::new(1);
    let setting = &desk.setting;
    let (delivery, copy) = queued_and_copied(&desk, 0);
    setting.fault(json!({"point": "upload_put", "kind": "hang", "accepted": true}));
    let mut sender = setting.home.sender();
    crate::host::wait("it arrives", || (setting.sandbox.messages().len() == 1).then_some(()));
    sender.kill().unwrap();
    sender.wait().unwrap();
    put_back(setting, &copy);
    setting.drain();
    let mut host = setting.home.host();
    let held = setting.until(&mut host, &delivery, &["deferred"]);
    assert_eq!((&held["delivery"]["reason"], setting.sandbox.messages().len()), (&json!("outbox_restored"), 1));
}

//! A keyring daemon that goes and comes back, or stands still, under programs that go on living.

use serde_json::{Value, json};

use crate::host::wait;
use crate::session::{Keyring, Session};
use crate::{PASSWORD, processes, setting};

#[test]
fn a_living_conversation_finds_the_restarted_keyring_with_its_next_call() {
    let session = Session::start();
    let mut keyring = Keyring::unlocked(&session, PASSWORD);
    let setting = setting(&session);
    let mut host = setting.home.host();
    for _ in 0..2 {
        assert_eq!(host.ok("health", json!({}))["vault_failure"], Value::Null);
        drop(keyring);
        keyring = Keyring::unlocked(&session, PASSWORD);
        // Writes, reads back and deletes an item, with no call in between that could have failed first.
        host.ok("sign_in.begin", json!({}));
    }
    drop(keyring);
}

#[test]
fn a_living_sender_finds_the_restarted_keyring_when_it_needs_it() {
    let session = Session::start();
    let keyring = Keyring::unlocked(&session, PASSWORD);
    let setting = setting(&session);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let first = setting.queue(&mut host, 0, "cliente@example.mx");
    let second = setting.queue(&mut host, 1, "cliente@example.mx");
    // Open long enough for the keyring to be exchanged while the sender is in the middle of a message.
    setting.fault(json!({"point": "upload_open", "kind": "trickle", "interval_ms": 10}));
    drop(lock);
    let mut sender = setting.home.sender();
    wait("it is at work", || (setting.sandbox.state()["counters"]["faults"]["upload_open"] == 1).then_some(()));
    drop(keyring);
    setting.sandbox.expire_access_tokens();
    let _again = Keyring::unlocked(&session, PASSWORD);
    let ended = [first, second].map(|delivery| setting.until(&mut host, &delivery, &["sent"]));
    assert!(sender.wait().unwrap().success());
    // Of the senders that waited for the lock one worked, before the restart and after it.
    let worked = ended.map(|detail| {
        let ledger = detail["ledger"].as_array().unwrap();
        let process = |event: &str| ledger.iter().find(|line| line["event"] == event).unwrap()["process"].clone();
        [process("attempt"), process("accepted")]
    });
    assert!(worked.iter().flatten().all(|process| *process == worked[0][0]), "{worked:?}");
    assert!(setting.count("refreshes") >= 2, "the second token came through the new keyring");
    assert_eq!(setting.sandbox.messages().len(), 2);
}

/// The one moment that no program can close where the provider ends a refresh token by using it: the answer is here, and
/// not yet in the vault. It costs a sign-in, and neither a message nor a false name.
#[test]
fn killed_between_the_answer_and_the_vaults_write_a_rotated_grant_asks_for_a_sign_in() {
    let session = Session::start();
    let keyring = Keyring::unlocked(&session, PASSWORD);
    let setting = setting(&session);
    setting.behave(json!({"rotate_refresh_token": true}));
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    // Slow enough for the keyring to be stopped before the answer is whole.
    setting.fault(json!({"point": "token_refresh", "kind": "trickle", "interval_ms": 5}));
    drop(lock);
    let mut sender = setting.home.sender();
    wait("it refreshes", || (setting.count("refreshes") == 1).then_some(()));
    keyring.stop();
    // Of the senders that waited for the lock, the one that works.
    let detail = host.ok("delivery.get", json!({"delivery": delivery}));
    let process = detail["ledger"].as_array().unwrap().last().unwrap()["process"].as_u64().unwrap();
    let process = u32::try_from(process).unwrap();
    wait("it writes to the keyring", || processes::has_thread(process, "keyring").then_some(()));
    crate::host::kill(i32::try_from(process).unwrap());
    keyring.go_on();
    sender.wait().unwrap();
    setting.drain();
    let detail = setting.until(&mut host, &delivery, &["deferred"]);
    let reason = detail["delivery"]["reason"].as_str().unwrap();
    assert!(["sign_in_needed", "grant_ended", "grant_refused"].contains(&reason), "{reason}");
    assert!(setting.sandbox.messages().is_empty());
    setting.behave(json!({"rotate_refresh_token": false}));
    let signed_in = setting.sign_in(&mut host, &crate::sandbox::walk::Person::willing()).unwrap();
    host.ok("company.save", setting.with_flow(&signed_in));
    setting.until(&mut host, &delivery, &["sent"]);
}

#[test]
fn a_keyring_that_stands_still_is_named_in_time_and_calls_do_not_pile_up() {
    let session = Session::start();
    let keyring = Keyring::unlocked(&session, PASSWORD);
    let setting = setting(&session);
    let mut host = setting.home.host();
    keyring.stop();
    for _ in 0..5 {
        assert_eq!(host.ok("health", json!({}))["vault_failure"], "vault_timeout");
    }
    let waiting = processes::threads(host.child.id()).into_iter().filter(|name| name == "keyring").count();
    assert_eq!(waiting, 4, "the fifth call was answered without another thread");
    keyring.go_on();
    wait("they end", || (host.ok("health", json!({}))["vault_failure"] == Value::Null).then_some(()));
    wait("so do their threads", || (!processes::has_thread(host.child.id(), "keyring")).then_some(()));
}

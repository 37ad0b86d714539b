//! The sender is killed while it refreshes. Between the answer and the vault's write: `tests/keyring/restarts.rs`.

use serde_json::{Value, json};

use crate::host::{Host, wait};
use crate::journey::setting::Setting;
use crate::sandbox::walk::Person;

/// Kills the sender while it waits for the answer to its refresh, which the provider carried out or did not; another sender
/// then does what is due.
fn killed(rotate: bool, carried_out: bool) -> (Setting, Host, Value) {
    let setting = Setting::signed_in(1);
    setting.behave(json!({"rotate_refresh_token": rotate}));
    let mut host = setting.home.host();
    setting.fault(json!({"point": "token_refresh", "kind": "hang", "accepted": carried_out}));
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    let mut process = 0;
    wait("the sender waits for its answer", || {
        let detail = host.ok("delivery.get", json!({"delivery": delivery}));
        process = detail["ledger"].as_array().unwrap().last().unwrap()["process"].as_u64().unwrap();
        let struck = setting.sandbox.state()["counters"]["faults"]["token_refresh"] == 1;
        let done = setting.count("refreshes") == u64::from(carried_out);
        (struck && done && detail["delivery"]["state"] == "sending").then_some(())
    });
    crate::host::kill(i32::try_from(process).unwrap());
    setting.home.settle();
    setting.drain();
    (setting, host, delivery)
}

#[test]
fn killed_before_the_provider_was_asked_the_next_sender_goes_on() {
    for rotate in [false, true] {
        let (setting, mut host, delivery) = killed(rotate, false);
        setting.until(&mut host, &delivery, &["sent"]);
        assert_eq!((setting.count("refreshes"), setting.sandbox.messages().len()), (1, 1), "rotating: {rotate}");
    }
}

#[test]
fn killed_before_the_answer_came_a_lasting_grant_goes_on() {
    let (setting, mut host, delivery) = killed(false, true);
    setting.until(&mut host, &delivery, &["sent"]);
    assert_eq!((setting.count("refreshes"), setting.sandbox.messages().len()), (2, 1));
}

#[test]
fn killed_before_the_answer_came_a_rotated_grant_asks_for_a_sign_in_and_goes_on_after_it() {
    let (setting, mut host, delivery) = killed(true, true);
    let held = setting.until(&mut host, &delivery, &["deferred"])["delivery"].clone();
    assert!(held["not_before"].is_null(), "it waits for a person: {held}");
    assert!(setting.sandbox.messages().is_empty());
    assert_eq!(host.ok("account.list", json!({}))["accounts"][0]["state"], "sign_in_needed");
    let signed_in = setting.sign_in(&mut host, &Person::willing()).unwrap();
    host.ok("company.save", setting.with_flow(&signed_in));
    setting.until(&mut host, &delivery, &["sent"]);
    assert_eq!(setting.sandbox.messages().len(), 1);
}

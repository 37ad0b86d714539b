//! Processes that are killed at the worst moments, and crowds of them.

use serde_json::{Value, json};

use crate::host::{Host, kill_group, wait};
use crate::journey::setting::Setting;

fn now(host: &mut Host, delivery: &Value) -> Value {
    host.ok("delivery.get", json!({"delivery": delivery}))["delivery"].clone()
}

fn events(host: &mut Host, delivery: &Value) -> Vec<String> {
    let detail = host.ok("delivery.get", json!({"delivery": delivery}));
    detail["ledger"].as_array().unwrap().iter().map(|line| line["event"].as_str().unwrap().to_owned()).collect()
}

/// Queues under that fault, kills the sender once it hangs there, and lets the next conversation see to it.
fn killed(fault: Value, committed: bool, lost: bool) -> (Setting, Vec<String>) {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let point = fault["point"].as_str().unwrap().to_owned();
    setting.fault(fault);
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    wait("the sender hangs", || {
        let struck = setting.sandbox.state()["counters"]["faults"][&point] == 1;
        // Where the message arrives before the fault strikes, it must have.
        let there = !lost || setting.sandbox.messages().len() == 1;
        (struck && there && now(&mut host, &delivery)["state"] == "sending").then_some(())
    });
    assert_eq!(now(&mut host, &delivery)["committed"], committed);
    setting.kill_sender(&mut host, &delivery);
    host.leave();
    let mut next = setting.home.host();
    setting.until(&mut next, &delivery, &["sent"]);
    let events = events(&mut next, &delivery);
    (setting, events)
}

#[test]
fn invariant_1_a_sender_killed_before_the_commit_point_begins_anew() {
    let (setting, events) = killed(json!({"point": "upload_open", "kind": "hang"}), false, false);
    assert_eq!(events, ["queued", "attempt", "sender_lost", "attempt", "committed", "accepted"]);
    assert_eq!((setting.count("sessions_opened"), setting.sandbox.messages().len()), (1, 1));
}

#[test]
fn invariant_1_a_sender_killed_between_commit_and_upload_is_carried_on_by_its_session() {
    let (setting, events) = killed(json!({"point": "upload_put", "kind": "hang"}), true, false);
    assert_eq!(events, ["queued", "attempt", "committed", "accepted"]);
    assert_eq!((setting.count("sessions_opened"), setting.sandbox.messages().len()), (1, 1));
    assert!(setting.count("status_queries") >= 1);
}

#[test]
fn invariant_1_a_sender_killed_after_acceptance_learns_of_it_and_sends_nothing_twice() {
    let (setting, events) = killed(json!({"point": "upload_put", "kind": "hang", "accepted": true}), true, true);
    assert_eq!(events, ["queued", "attempt", "committed", "accepted"]);
    assert_eq!((setting.count("sessions_opened"), setting.sandbox.messages().len()), (1, 1));
    assert_eq!(setting.count("puts"), 1);
}

#[test]
fn the_sender_outlives_its_host_and_the_browsers_whole_process_group() {
    let setting = Setting::signed_in(1);
    // Slow enough that the sender is at work for a good while after the host is dead.
    setting.fault(json!({"point": "token_refresh", "kind": "trickle", "interval_ms": 3}));
    let mut host = setting.home.host_in_group();
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    kill_group(host.child.id());
    assert!(setting.sandbox.messages().is_empty());
    wait("it arrives", || (setting.sandbox.messages().len() == 1).then_some(()));
    setting.home.settle();
    let mut next = setting.home.host();
    assert_eq!(events(&mut next, &delivery), ["queued", "attempt", "committed", "accepted"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_session_that_was_begun_outside_of_a_container_keeps_nothing_from_leaving() {
    let setting = Setting::signed_in(1);
    let Some(mut host) = setting.home.host_in_namespace() else { return };
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    setting.until(&mut host, &delivery, &["sent"]);
    assert_eq!(setting.sandbox.messages().len(), 1);
}

#[test]
fn invariant_1_many_hosts_at_once_have_one_sender_and_every_message_arrives_once() {
    let setting = Setting::signed_in(12);
    std::thread::scope(|scope| {
        for host_number in 0..6 {
            let setting = &setting;
            scope.spawn(move || {
                let mut host = setting.home.host();
                for index in [host_number * 2, host_number * 2 + 1] {
                    let delivery = setting.queue(&mut host, index, "cliente@example.mx");
                    setting.until(&mut host, &delivery, &["sent"]);
                }
            });
        }
    });
    let mut subjects: Vec<String> =
        setting.sandbox.messages().iter().map(|m| m["message_id_submitted"].as_str().unwrap().to_owned()).collect();
    assert_eq!(subjects.len(), 12);
    subjects.sort();
    subjects.dedup();
    assert_eq!((subjects.len(), setting.count("sessions_opened")), (12, 12));
}

#[test]
fn a_second_sender_ends_without_touching_anything() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    setting.drain();
    assert_eq!(now(&mut host, &delivery)["state"], "queued");
    assert_eq!(setting.count("refreshes"), 0);
    drop(lock);
}

//! Starting, pausing, resuming and calling off a batch; each message leaves once.

use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use correo_cfdi::domain::delivery::{DeliveryId, State};
use correo_cfdi::domain::tenure::{EndCause, Ending};
use correo_cfdi::ports::store::Change;
use correo_cfdi::protocol::batch::{BatchCheck, BatchListParams};
use correo_cfdi::usecase::{World, batches};
use serde_json::{Value, json};

use super::batches::{check, row, rows, shown, start, until};
use super::setting::Setting;
use crate::worlds::Place;

/// Moves a delivery as the sender would.
fn walk(world: &World, delivery: &Value, states: &[State]) {
    let id = DeliveryId::from_text(delivery.as_str().unwrap());
    for pair in states.windows(2) {
        assert!(world.store.change(&id, &Change::new(pair[0], pair[1], "test", Utc::now())).unwrap(), "{pair:?}");
    }
}

#[test]
fn a_paused_batch_waits_and_a_resumed_one_goes_on() {
    let setting = Setting::signed_in(4);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let batch = check(&mut host, &rows(&setting.samples));
    start(&mut host, &batch);
    let paused = host.ok("batch.pause", json!({"batch": batch["batch"]}));
    assert_eq!((&paused["state"], &paused["under_way"]), (&json!("paused"), &json!(4)));
    assert_eq!(host.ok("batch.pause", json!({"batch": batch["batch"]})), paused, "pausing twice is pausing once");
    drop(lock);
    setting.drain();
    assert_eq!(setting.sandbox.messages().len(), 0);
    // What is no part of it is not held back.
    let single = setting.queue(&mut host, 0, "otra@example.mx");
    setting.until(&mut host, &single, &["sent"]);
    assert_eq!(host.ok("batch.get", json!({"batch": batch["batch"]}))["state"], "paused");
    host.ok("batch.resume", json!({"batch": batch["batch"]}));
    let done = until(&mut host, &batch, "done");
    assert_eq!((&done["sent"], setting.sandbox.messages().len()), (&json!(4), 5));
    for method in ["batch.pause", "batch.resume", "batch.cancel"] {
        assert_eq!(host.kind(method, json!({"batch": batch["batch"]})), "batch_wrong_state", "{method} after the end");
    }
}

#[test]
fn a_batch_tells_how_long_it_takes_by_pace_budget_and_pause() {
    let setting = Setting::signed_in(4);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let batch = check(&mut host, &rows(&setting.samples));
    assert!(batch["seconds_left"].as_u64().is_some_and(|seconds| seconds < 5), "{batch}");
    let account = host.ok("account.list", json!({}))["accounts"][0]["id"].clone();
    host.ok("account.budget", json!({"account": account, "daily_budget": 2}));
    start(&mut host, &batch);
    let get = |host: &mut crate::host::Host| host.ok("batch.get", json!({"batch": batch["batch"]}));
    let day = get(&mut host)["seconds_left"].as_u64().unwrap();
    assert!((86_400..86_500).contains(&day), "two today and two tomorrow: {day}");
    let world = Place::at(setting.home.path().to_owned()).world();
    let id = world.store.accounts().unwrap().remove(0).id;
    world.store.pause_account(&id, Utc::now() + TimeDelta::minutes(30), "rate_limited").unwrap();
    let paused = get(&mut host);
    assert!(paused["continues_at"].is_string(), "{paused}");
    assert!(paused["seconds_left"].as_u64().unwrap() >= day + 1_700);
    world.store.strand_account(&id, &Ending { cause: EndCause::Refused, detail: None, at: Utc::now() }).unwrap();
    assert_eq!(get(&mut host)["seconds_left"], json!(null), "a sign-in takes as long as a person takes");
    host.ok("batch.cancel", json!({"batch": batch["batch"]}));
    assert_eq!(get(&mut host)["seconds_left"], json!(null));
    drop(lock);
}

#[test]
fn neither_work_nor_time_of_a_paused_batch_keeps_a_sender() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let batch = check(&mut host, &rows(&setting.samples));
    start(&mut host, &batch);
    let world = Place::at(setting.home.path().to_owned()).world();
    let delivery = &shown(&mut host, &batch, "all")[0]["delivery"];
    let later = Utc::now() + TimeDelta::minutes(5);
    let wait = Change::new(State::Queued, State::Deferred, "test", Utc::now()).until(Some(later));
    assert!(world.store.change(&DeliveryId::from_text(delivery.as_str().unwrap()), &wait).unwrap());
    let account = world.store.accounts().unwrap().remove(0).id;
    let seen = || {
        let due = world.store.next_due(later, &[]).unwrap().is_some();
        (due, world.store.next_time().unwrap().is_some(), world.store.queued_count(&account).unwrap())
    };
    assert_eq!(seen(), (true, true, 1));
    host.ok("batch.pause", json!({"batch": batch["batch"]}));
    assert_eq!(seen(), (false, false, 0));
    host.ok("batch.resume", json!({"batch": batch["batch"]}));
    assert_eq!(seen(), (true, true, 1));
    host.ok("batch.cancel", json!({"batch": batch["batch"]}));
    drop(lock);
}

#[test]
fn a_cancelled_batch_sends_nothing_more_and_frees_its_documents() {
    let setting = Setting::signed_in(3);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let list = rows(&setting.samples);
    let batch = check(&mut host, &list);
    start(&mut host, &batch);
    let world = Place::at(setting.home.path().to_owned()).world();
    let first = shown(&mut host, &batch, "all")[0]["delivery"].clone();
    walk(&world, &first, &[State::Queued, State::Sending, State::Committed]);
    let cancelled = host.ok("batch.cancel", json!({"batch": batch["batch"]}));
    assert_eq!((&cancelled["state"], &cancelled["failed"]), (&json!("cancelled"), &json!(2)));
    assert_eq!(cancelled["under_way"], 1, "what passed its commit point goes on");
    walk(&world, &first, &[State::Committed, State::Sent]);
    let again = check(&mut host, &list);
    assert_eq!(again["refused"], 1, "only what was sent is taken");
    assert_eq!(shown(&mut host, &again, "problems")[0]["failure"], "already_sent");
    for method in ["batch.pause", "batch.resume"] {
        assert_eq!(host.kind(method, json!({"batch": batch["batch"]})), "batch_wrong_state");
    }
    let confirmed = json!({"batch": batch["batch"], "confirmed": batch["digest"]});
    assert_eq!(host.kind("batch.start", confirmed), "batch_wrong_state");
    host.ok("batch.cancel", json!({"batch": batch["batch"]}));
    drop(lock);
    assert_eq!(setting.sandbox.messages().len(), 0);
}

#[test]
fn invariant_1_starting_twice_and_from_two_browsers_sends_once() {
    let setting = Setting::signed_in(5);
    let (mut host, mut other) = (setting.home.host(), setting.home.host());
    let batch = check(&mut host, &rows(&setting.samples));
    let params = json!({"batch": batch["batch"], "confirmed": batch["digest"]});
    let asked = [host.ask("batch.start", params.clone()), other.ask("batch.start", params.clone())];
    host.answer(asked[0]).unwrap();
    other.answer(asked[1]).unwrap();
    host.ok("batch.start", params.clone());
    until(&mut host, &batch, "done");
    assert_eq!(host.ok("batch.start", params)["state"], "done");
    assert_eq!(host.ok("delivery.list", json!({}))["deliveries"].as_array().unwrap().len(), 5);
    assert_eq!(setting.sandbox.messages().len(), 5);
}

#[test]
fn invariant_1_what_was_sent_since_the_check_is_marked_and_stops_nothing_else() {
    let setting = Setting::signed_in(3);
    let mut host = setting.home.host();
    let list = rows(&setting.samples);
    let (first, second) = (check(&mut host, &list), check(&mut host, &list));
    let single = setting.queue(&mut host, 1, "cliente1@example.mx");
    start(&mut host, &first);
    let done = until(&mut host, &first, "done");
    assert_eq!((&done["sent"], &done["failed"]), (&json!(2), &json!(1)));
    let marked = shown(&mut host, &first, "problems");
    assert_eq!(marked.len(), 1);
    assert_eq!((&marked[0]["failure"], &marked[0]["subject"]), (&json!("already_sent"), &single));
    start(&mut host, &second);
    let nothing = until(&mut host, &second, "done");
    assert_eq!((&nothing["sent"], &nothing["failed"]), (&json!(0), &json!(3)));
    setting.until(&mut host, &single, &["sent"]);
    assert_eq!(setting.sandbox.messages().len(), 3);
}

#[test]
fn only_what_was_confirmed_is_started() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    let batch = check(&mut host, &rows(&setting.samples));
    let other = check(&mut host, &rows(&setting.samples[..1]));
    let of = |batch: &Value, digest: &Value| json!({"batch": batch["batch"], "confirmed": digest});
    assert_eq!(host.kind("batch.start", of(&batch, &other["digest"])), "changed_since_preview");
    assert_eq!(host.kind("batch.start", of(&json!({"batch": "nada"}), &batch["digest"])), "unknown_batch");
    let off = setting.with_switch(&mut host, false);
    host.ok("company.save", off);
    assert_eq!(host.kind("batch.start", of(&batch, &batch["digest"])), "oauth_disabled");
    let mut bad = row(&setting.samples[0], &["ana"]);
    bad["uuid"] = json!("x");
    let empty = check(&mut host, &[bad]);
    assert_eq!(host.kind("batch.start", of(&empty, &empty["digest"])), "nothing_to_send");
    assert_eq!(host.ok("delivery.list", json!({}))["deliveries"], json!([]));
    assert_eq!(host.ok("batch.get", json!({"batch": batch["batch"]})), batch);
}

#[test]
fn a_message_sent_again_by_a_person_takes_its_place_in_the_batch() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let batch = check(&mut host, &rows(&setting.samples));
    start(&mut host, &batch);
    let world = Place::at(setting.home.path().to_owned()).world();
    let old = shown(&mut host, &batch, "all")[0]["delivery"].clone();
    walk(&world, &old, &[State::Queued, State::Sending, State::Committed, State::Unknown]);
    assert_eq!(host.ok("batch.get", json!({"batch": batch["batch"]}))["need_person"], 1);
    let new = host.ok("delivery.resolve", json!({"delivery": old, "outcome": "send_again"}))["delivery"].clone();
    drop(lock);
    setting.drain();
    let done = until(&mut host, &batch, "done");
    assert_eq!((&done["sent"], &done["need_person"], &done["failed"]), (&json!(2), &json!(0), &json!(0)));
    assert_eq!(shown(&mut host, &batch, "all")[0]["delivery"], new);
}

#[test]
fn health_tells_of_started_batches_and_a_list_left_lying_is_deleted() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let checked = check(&mut host, &rows(&setting.samples));
    assert_eq!(host.ok("health", json!({}))["ahead"]["batches"], json!([]));
    let place = Place::at(setting.home.path().to_owned());
    let world = place.world();
    let listed = || batches::list(&world, &BatchListParams::default()).unwrap().batches;
    let row = json!({"csv": "uuid,receiver_rfc,to\nx,x,x\n"});
    let check_again = || {
        let params: BatchCheck = serde_json::from_value(row.clone()).unwrap();
        batches::check(&world, &params, &mut |_| {}, &Arc::default()).unwrap()
    };
    place.clock.pass(Duration::from_secs(6 * 24 * 3600));
    check_again();
    assert_eq!(listed().len(), 2);
    start(&mut host, &checked);
    let done = until(&mut host, &checked, "done");
    assert_eq!(host.ok("health", json!({}))["ahead"]["batches"], json!([done]));
    place.clock.pass(Duration::from_secs(8 * 24 * 3600));
    let fresh = check_again();
    let kept: Vec<String> = listed().into_iter().map(|batch| batch.batch).collect();
    assert_eq!(kept, [fresh.batch.as_str(), checked["batch"].as_str().unwrap()], "what was started stays");
    assert_eq!(batches::ahead(&world).unwrap(), [], "it ended long ago");
}

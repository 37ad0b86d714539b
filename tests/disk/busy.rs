//! A database that another process holds for longer than the busy timeout.

use correo_cfdi::usecase::drain;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::meddling::{Step, after, at_first_wait};
use crate::journey::setting::Setting;
use crate::outbox::desk::Desk;

/// Somebody else's connection to the outbox.
fn stranger(setting: &Setting) -> Connection {
    Connection::open(setting.home.path().join("outbox.db")).unwrap()
}

#[test]
fn queuing_into_a_locked_database_is_refused_and_works_afterwards() {
    let setting = Setting::signed_in(1);
    setting.home.settle();
    let mut host = setting.home.host();
    let mut params = setting.params(0, "cliente@example.mx");
    params["confirmed"] = host.ok("delivery.preview", params.clone())["digest"].clone();
    let stranger = stranger(&setting);
    stranger.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(host.kind("delivery.send", params.clone()), "store_busy");
    assert_eq!(host.ok("delivery.list", json!({}))["deliveries"], json!([]));
    stranger.execute_batch("ROLLBACK").unwrap();
    let delivery = host.ok("delivery.send", params)["delivery"]["delivery"].clone();
    setting.until(&mut host, &delivery, &["sent"]);
    assert_eq!(setting.sandbox.messages().len(), 1);
}

#[test]
fn a_database_that_is_locked_against_reading_is_named() {
    let setting = Setting::signed_in(1);
    setting.home.settle();
    let stranger = stranger(&setting);
    stranger.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM portals; COMMIT").unwrap();
    let mut host = setting.home.host();
    let health = host.ok("health", json!({}));
    assert_eq!((&health["store_failure"], &health["vault_failure"]), (&json!("store_busy"), &Value::Null));
    drop(stranger);
    let health = host.ok("health", json!({}));
    assert_eq!((&health["store_failure"], &health["accounts"][0]["state"]), (&Value::Null, &json!("ready")));
}

#[test]
fn invariant_3_an_acceptance_is_written_down_once_the_database_is_free() {
    let desk = Desk::new(1);
    let id = desk.queue(0);
    let held = std::sync::Arc::new(std::sync::Mutex::new(None));
    let (taken, freed) = (std::sync::Arc::clone(&held), held);
    let path = desk.setting.home.path().join("outbox.db");
    let lock = move || {
        let stranger = Connection::open(path).unwrap();
        stranger.execute_batch("BEGIN IMMEDIATE").unwrap();
        *taken.lock().unwrap() = Some(stranger);
    };
    let world = after(desk.world(), Step::Accepted, Box::new(lock));
    let world = at_first_wait(world, &desk.place.clock, Box::new(move || drop(freed.lock().unwrap().take())));
    drain::drain(&world).unwrap();
    assert_eq!((desk.state(&id).0, desk.traffic()), ("sent".to_owned(), (1, 1)));
    assert_eq!(desk.setting.count("status_queries"), 0);
}

//! Damaged pages: named, nothing sent, nothing made worse, and everything there again once the file is mended.

use std::path::PathBuf;

use rusqlite::Connection;
use serde_json::{Value, json};

use super::alone::alone;
use crate::journey::setting::Setting;
use crate::outbox::desk::Desk;

/// Where in the file a table's or an index's first page lies, and how long it is.
fn page_of(setting: &Setting, name: &str) -> (usize, usize) {
    let db = Connection::open(path(setting)).unwrap();
    let number = |sql: &str, values: &[&str]| -> u32 {
        db.query_row(sql, rusqlite::params_from_iter(values), |row| row.get(0)).unwrap()
    };
    let root = number("SELECT rootpage FROM sqlite_schema WHERE name = ?1", &[name]) as usize;
    let size = number("PRAGMA page_size", &[]) as usize;
    ((root - 1) * size, size)
}

fn path(setting: &Setting) -> PathBuf {
    setting.home.path().join("outbox.db")
}

/// A setting with one delivery that waits, and nobody at work.
fn waiting() -> (Setting, Value) {
    let desk = Desk::new(1);
    let delivery = json!(desk.queue(0).as_str());
    alone(&desk.setting.home);
    (desk.setting, delivery)
}

/// Overwrites a part of the file, shows that nothing is sent and the trouble is named, and mends it again.
fn damaged_then_mended(at: usize, length: usize, setting: &Setting, delivery: &Value) {
    let good = std::fs::read(path(setting)).unwrap();
    let mut bad = good.clone();
    bad[at..at + length].fill(0xA5);
    std::fs::write(path(setting), &bad).unwrap();
    let drained = setting.home.sender().wait().unwrap();
    assert_eq!(drained.code(), Some(4));
    let listed = setting.home.run(&["outbox", "show", delivery.as_str().unwrap()]);
    assert_eq!(listed.status.code(), Some(4));
    let text = String::from_utf8(listed.stderr).unwrap();
    assert!(text.contains("dañado") && text.contains("No borre nada"), "{text}");
    assert_eq!((setting.count("sessions_opened"), setting.sandbox.messages().len()), (0, 0));

    std::fs::write(path(setting), good).unwrap();
    for log in ["outbox.db-wal", "outbox.db-shm"] {
        drop(std::fs::remove_file(setting.home.path().join(log)));
    }
    setting.drain();
    let mut host = setting.home.host();
    setting.until(&mut host, delivery, &["sent"]);
    assert_eq!((setting.count("sessions_opened"), setting.sandbox.messages().len()), (1, 1));
}

#[test]
fn a_damaged_page_of_deliveries_stops_everything_and_loses_nothing() {
    let (setting, delivery) = waiting();
    let (at, length) = page_of(&setting, "deliveries");
    damaged_then_mended(at, length, &setting, &delivery);
}

#[test]
fn a_damaged_page_of_the_ledger_stops_everything_and_loses_nothing() {
    let (setting, delivery) = waiting();
    let (at, length) = page_of(&setting, "ledger");
    damaged_then_mended(at, length, &setting, &delivery);
}

#[test]
fn a_damaged_header_stops_everything_and_loses_nothing() {
    let (setting, delivery) = waiting();
    damaged_then_mended(0, 100, &setting, &delivery);
}

#[test]
fn a_file_that_is_no_database_is_named_and_left_alone() {
    let (setting, _) = waiting();
    let text = "no soy una base de datos\n".repeat(200);
    std::fs::write(path(&setting), &text).unwrap();
    let mut host = setting.home.host();
    let health = host.ok("health", json!({}));
    assert_eq!((&health["store_failure"], &health["vault_failure"]), (&json!("store_corrupt"), &Value::Null));
    assert_eq!(host.kind("company.list", json!({})), "store_corrupt");
    assert_eq!(std::fs::read_to_string(path(&setting)).unwrap(), text);
}

//! State that cannot be used: each has its own kind and stays as it was.

use serde_json::json;

use crate::host::{Home, company, folder};

fn newer(path: &std::path::Path) {
    let db = rusqlite::Connection::open(path).unwrap();
    db.pragma_update(None, "user_version", 999).unwrap();
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() {
    let home = Home::with_file_vault();
    let file = home.path().join("outbox.db");
    newer(&file);
    let before = std::fs::read(&file).unwrap();
    let mut host = home.host();
    let error = host.call("company.list", json!({})).unwrap_err();
    assert_eq!((&error["data"]["kind"], &error["data"]["retry"]), (&json!("store_newer"), &json!("after_update")));
    assert_eq!(host.kind("delivery.list", json!({})), "store_newer");
    host.leave();
    let version: u32 =
        rusqlite::Connection::open(&file).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 999);
    assert_eq!(std::fs::read(&file).unwrap().len(), before.len(), "no table was made");
}

#[test]
fn a_damaged_store_says_so_and_is_not_replaced() {
    let home = Home::with_file_vault();
    let file = home.path().join("outbox.db");
    let damage = b"SQLite format 3\0 and then nothing that makes sense ".repeat(200);
    std::fs::write(&file, &damage).unwrap();
    let mut host = home.host();
    assert_eq!(host.kind("company.list", json!({})), "store_corrupt");
    assert_eq!(std::fs::read(&file).unwrap(), damage);
}

#[test]
fn a_store_that_cannot_be_opened_is_read_only() {
    let home = Home::with_file_vault();
    // A folder in the file's place: it cannot be opened by anybody, not even by root.
    std::fs::create_dir(home.path().join("outbox.db")).unwrap();
    let mut host = home.host();
    assert_eq!(host.kind("company.list", json!({})), "store_read_only");
}

#[test]
fn a_state_folder_that_cannot_be_made_is_told_from_the_first_request_on() {
    let mut home = Home::bare();
    std::fs::write(home.path().join("file"), "").unwrap();
    let below = home.path().join("file/state");
    home.set("CORREO_CFDI_HOME", below.to_str().unwrap());
    let mut host = home.silent_host();
    assert_eq!(host.hello(1, 1, "es").unwrap_err()["data"]["kind"], "store_read_only");
    assert_eq!(host.kind("company.list", json!({})), "store_read_only");
    assert_eq!(host.close().code(), Some(1));
}

#[test]
fn a_wrong_setting_names_its_line() {
    for (text, subject) in [
        ("vault = \"keyring\"\nvalut = 1\n", "config.toml:2"),
        ("vault = \"file\"\n", "key_file | passphrase"),
        ("vault = \"none\"\n", "config.toml:1"),
        ("vault = ", "config.toml:1"),
    ] {
        let home = Home::bare();
        std::fs::write(home.path().join("config.toml"), text).unwrap();
        let mut host = home.silent_host();
        let error = host.hello(1, 1, "es").unwrap_err();
        assert_eq!((&error["data"]["kind"], &error["data"]["subject"]), (&json!("config_invalid"), &json!(subject)));
    }
}

#[test]
fn a_damaged_index_says_so_and_a_scan_makes_it_anew() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    host.ok("company.save", company("DEM010101AB9", &folder(&home, "f")));
    std::fs::write(home.path().join("library.db"), b"not a database at all ".repeat(300)).unwrap();
    assert_eq!(host.kind("library.search", json!({})), "library_corrupt");
    host.ok("library.scan", json!({}));
    assert_eq!(host.ok("library.search", json!({}))["documents"], json!([]));
}

#[test]
fn an_index_of_a_newer_version_is_left_alone() {
    let home = Home::with_file_vault();
    newer(&home.path().join("library.db"));
    let mut host = home.host();
    assert_eq!(host.kind("library.search", json!({})), "store_newer");
    assert_eq!(host.kind("library.scan", json!({})), "store_newer");
}

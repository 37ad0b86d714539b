//! Databases that other versions wrote: older ones are kept aside and brought up to date, newer ones are left alone.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::host::Home;
use crate::outbox::desk::Desk;

const V1: &str = include_str!("../../host/src/adapters/sqlite_store/v1.sql");
const V2: &str = include_str!("../../host/src/adapters/sqlite_store/v2.sql");
const V3: &str = include_str!("../../host/src/adapters/sqlite_store/v3.sql");
const V4: &str = include_str!("../../host/src/adapters/sqlite_store/v4.sql");
const V5: &str = include_str!("../../host/src/adapters/sqlite_store/v5.sql");
const V6: &str = include_str!("../../host/src/adapters/sqlite_store/v6.sql");
const V7: &str = include_str!("../../host/src/adapters/sqlite_store/v7.sql");
const ROWS: &str = include_str!("../fixtures/store/v1.sql");

/// The version that this program writes.
const NEWEST: u32 = 8;

/// Every state of the rows in the fixture, oldest first, as the wire names them.
const STATES: [&str; 10] =
    ["queued", "sending", "sending", "deferred", "deferred", "unknown", "sent", "failed", "cancelled", "superseded"];

/// A database of schema version 1 with a row of every state.
fn version_1(path: &Path) -> Connection {
    let db = Connection::open(path).unwrap();
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON").unwrap();
    db.execute_batch(V1).unwrap();
    db.execute_batch(ROWS).unwrap();
    db.execute_batch("PRAGMA user_version = 1").unwrap();
    db
}

fn file(home: &Home) -> PathBuf {
    home.path().join("outbox.db")
}

fn backup(home: &Home) -> PathBuf {
    home.path().join("outbox.v1.backup.db")
}

fn number(path: &Path, sql: &str) -> u32 {
    Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

fn version(path: &Path) -> u32 {
    number(path, "PRAGMA user_version")
}

#[test]
fn released_schema_steps_never_change() {
    for (name, text, expected) in [
        ("v1", V1, "64d5e856e5cd0d42c38e41dfc4f95854e938de5b23bc4be986840c82602ea8b2"),
        ("v2", V2, "5298d0beff2a9a920556dd284723ae2980d5dfec7e56436901a1c6f604088cd1"),
        ("v3", V3, "d465ba2517ccfa957524645c139d32e97662599f423910c395b2d3cd2b1422f1"),
        ("v4", V4, "811fceac789fb4c2764ebdadf8a45104c4fecff451feae437359f372232f1a07"),
        ("v5", V5, "509f3f3c8a8e13ac347878700e62bdcef7784f31ebc024e0f123709dc90b1174"),
        ("v6", V6, "27a54cc82a52cd61b5463a260d2c511b81feecce95214752264a7449e66817e4"),
        ("v7", V7, "518d995ae4250073068cd8ef76145e6edc5c3efbbeda1599226e74dcf864cc86"),
    ] {
        let digest = Sha256::digest(text.replace("\r\n", "\n").as_bytes());
        let found: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            found, expected,
            "{name}.sql changed: databases of that version exist, so put the change into a new v8.sql instead \
             (only while no release has {name}: take the new hash)"
        );
    }
}

#[test]
fn everything_of_version_1_is_there_afterwards_and_in_a_copy_beside_it() {
    let home = Home::with_file_vault();
    drop(version_1(&file(&home)));
    let listed = home.json(&["outbox", "list", "--limit", "50"]);
    let mut states: Vec<&str> = listed.iter().map(|one| one["state"].as_str().unwrap()).collect();
    states.reverse();
    assert_eq!(states, STATES);
    assert!(listed.iter().all(|one| one["reason"] != "delivery_unreadable"));
    let sent = home.json(&["outbox", "show", "019bc2b0-0000-7000-8000-000000000007"]);
    assert_eq!(sent[0]["delivery"]["provider_id"], "mensaje-7");
    assert_eq!(sent[0]["ledger"].as_array().unwrap().len(), 4);
    assert_eq!(home.json(&["company", "list"])[0]["rfc"], "EJE010101AA0");

    assert_eq!((version(&file(&home)), version(&backup(&home))), (NEWEST, 1));
    for count in ["SELECT count(*) FROM deliveries", "SELECT count(*) FROM ledger", "SELECT count(*) FROM pairs"] {
        assert_eq!(number(&file(&home), count), number(&backup(&home), count), "{count}");
    }
    let commits = "SELECT count(*) FROM deliveries WHERE committed_at IS NOT NULL";
    assert_eq!(number(&file(&home), commits), 4, "what passed the commit point counts for the day's budget");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(backup(&home)).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(!backup(&home).with_extension("tmp").exists());
}

#[test]
fn accounts_of_version_2_know_their_last_use_and_are_as_ready_as_before() {
    let home = Home::with_file_vault();
    let db = version_1(&file(&home));
    db.execute_batch(V2).unwrap();
    db.execute_batch("PRAGMA user_version = 2").unwrap();
    let ready: u32 = db.query_row("SELECT sum(ready) FROM accounts", [], |row| row.get(0)).unwrap();
    drop(db);
    let accounts = home.json(&["account", "list"]);
    assert_eq!((version(&file(&home)), version(&home.path().join("outbox.v2.backup.db"))), (NEWEST, 2));
    assert_eq!(accounts.iter().filter(|account| account["state"] == "ready").count(), ready as usize);
    let used = accounts.iter().filter(|account| account["last_used_at"].is_string()).count();
    let committed = "SELECT count(DISTINCT account) FROM deliveries WHERE committed_at IS NOT NULL";
    assert_eq!(used, number(&file(&home), committed) as usize);
    assert!(used > 0 && accounts.iter().all(|account| account["reconnect_detail"].is_null()));
}

#[test]
fn an_outbox_of_version_3_knows_nobody_and_its_lists_have_no_marks() {
    let home = Home::with_file_vault();
    let db = version_1(&file(&home));
    db.execute_batch(V2).unwrap();
    db.execute_batch(V3).unwrap();
    db.execute_batch(
        "INSERT INTO batches (id, name, stage, digest, row_count, refused, warned, message_count, created_at, changed_at)
             VALUES ('lote', 'Lote', 'cancelled', 'x', 1, 1, 0, 0, '2026-01-15T18:20:00.000Z', '2026-01-15T18:20:00.000Z');
         INSERT INTO batch_rows (batch, row, uuid, receiver_rfc, recipients, copies, failure)
             VALUES ('lote', 1, 'u', 'r', '[]', '[]', 'unknown_document');
         PRAGMA user_version = 3",
    )
    .unwrap();
    drop(db);
    let mut host = home.host();
    let company = host.ok("company.list", json!({}))["companies"][0]["rfc"].clone();
    assert_eq!(host.ok("contact.list", json!({"company": company}))["contacts"], json!([]));
    let batch = host.ok("batch.list", json!({}))["batches"][0].clone();
    assert_eq!((&batch["name"], &batch["new_recipients"]), (&json!("Lote"), &json!(0)));
    let rows = host.ok("batch.rows", json!({"batch": "lote"}))["rows"].clone();
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["new_recipients"]), (1, &json!(0)));
    drop(host);
    assert_eq!((version(&file(&home)), version(&home.path().join("outbox.v3.backup.db"))), (NEWEST, 3));
}

#[test]
fn whoever_was_known_in_version_5_is_a_customer_without_rules() {
    let home = Home::with_file_vault();
    let db = version_1(&file(&home));
    [V2, V3, V4, V5].iter().for_each(|step| db.execute_batch(step).unwrap());
    db.execute_batch(
        "INSERT INTO contacts (company, receiver, recipient, kind, address, confirmed_at, confirmations, source) VALUES
             ('EJE010101AA0', 'CLI020202BB1', 'ana@example.mx', 'I', 'Ana@example.mx', '2026-01-15T18:20:00.000Z', 2, 'window'),
             ('EJE010101AA0', 'CLI020202BB1', 'ana@example.mx', 'P', 'ana@example.mx', '2026-01-16T18:20:00.000Z', 1, 'list');
         PRAGMA user_version = 5",
    )
    .unwrap();
    drop(db);
    let mut host = home.host();
    let found = host.ok("customer.list", json!({"company": "EJE010101AA0"}))["customers"].clone();
    let wanted = json!([{"company": "EJE010101AA0", "receiver_rfc": "CLI020202BB1", "name": "", "form": "loose",
        "grouping": "grouped", "extras": false, "addresses": ["ana@example.mx"], "address_count": 1, "confirmed_at": "2026-01-16T18:20:00Z"}]);
    assert_eq!(found, wanted);
    let known = host.ok("contact.list", json!({"company": "EJE010101AA0"}))["contacts"].clone();
    assert_eq!(known.as_array().unwrap().len(), 2);
    drop(host);
    assert_eq!((version(&file(&home)), version(&home.path().join("outbox.v5.backup.db"))), (NEWEST, 5));
}

#[test]
fn a_fresh_database_is_not_copied() {
    let home = Home::with_file_vault();
    home.json(&["outbox", "list"]);
    assert_eq!((version(&file(&home)), backup(&home).exists()), (NEWEST, false));
}

#[test]
fn what_waited_in_version_1_is_sent_and_nothing_else_is() {
    let desk = Desk::new(1);
    let waits = desk.queue(0);
    let (newer, older) = (file(&desk.setting.home), desk.setting.home.path().join("older.db"));
    let db = version_1(&older);
    db.execute("DELETE FROM machine", []).unwrap();
    db.execute("ATTACH ?1 AS newer", [newer.to_str().unwrap()]).unwrap();
    for table in ["client", "accounts", "companies", "deliveries", "pairs"] {
        copy_rows(&db, table);
    }
    db.execute_batch(
        "INSERT INTO ledger (delivery, at, state, event, attempt, process)
         SELECT delivery, at, state, event, attempt, process FROM newer.ledger; DETACH newer",
    )
    .unwrap();
    drop(db);
    for name in ["outbox.db-wal", "outbox.db-shm"] {
        drop(std::fs::remove_file(desk.setting.home.path().join(name)));
    }
    std::fs::rename(&older, &newer).unwrap();

    desk.drain();
    assert_eq!((desk.state(&waits).0, desk.traffic()), ("sent".to_owned(), (1, 1)));
    let mut host = desk.setting.home.host();
    let listed = host.ok("delivery.list", json!({}));
    let state = |number: usize| {
        let id = format!("019bc2b0-0000-7000-8000-{number:012}");
        let rows = listed["deliveries"].as_array().unwrap();
        rows.iter().find(|one| one["delivery"] == id.as_str()).unwrap()["state"].clone()
    };
    assert_eq!((state(3), state(4), state(7)), (json!("unknown"), json!("deferred"), json!("sent")));
}

/// Copies what both versions of a table have.
fn copy_rows(db: &Connection, table: &str) {
    let columns: String = db
        .query_row("SELECT group_concat(name) FROM pragma_table_info(?1, 'main')", [table], |row| row.get(0))
        .unwrap();
    db.execute(&format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}"), []).unwrap();
}

#[test]
fn a_newer_version_is_named_and_left_alone() {
    let home = Home::with_file_vault();
    let db = version_1(&file(&home));
    db.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(db);
    let mut host = home.host();
    let health = host.ok("health", json!({}));
    assert_eq!((&health["store_failure"], &health["vault_failure"]), (&json!("store_newer"), &Value::Null));
    assert_eq!(host.kind("delivery.list", json!({})), "store_newer");
    assert_eq!(home.run(&["outbox", "drain"]).status.code(), Some(4));
    drop(host);
    assert_eq!((version(&file(&home)), backup(&home).exists()), (99, false));
}

#[test]
fn without_a_copy_nothing_is_changed() {
    let home = Home::with_file_vault();
    drop(version_1(&file(&home)));
    let in_the_way = backup(&home).with_extension("tmp");
    std::fs::create_dir(&in_the_way).unwrap();
    assert_eq!(home.run(&["outbox", "list"]).status.code(), Some(4));
    assert_eq!((version(&file(&home)), number(&file(&home), "SELECT count(*) FROM deliveries")), (1, 10));
    std::fs::remove_dir(&in_the_way).unwrap();
    assert_eq!(home.json(&["outbox", "list"]).len(), 10);
    assert_eq!(version(&file(&home)), NEWEST);
}

#[cfg(target_os = "linux")]
#[test]
fn a_copy_that_does_not_fit_is_a_full_disk_and_changes_nothing() {
    let home = Home::bare();
    let Some(mount) = super::mount::Mount::over(home.path(), 4 * 1024) else { return };
    let home = home.and_file_vault();
    drop(version_1(&file(&home)));
    // Enough for opening, and not for a copy.
    mount.fill(100);
    let mut host = home.host();
    assert_eq!(host.kind("delivery.list", json!({})), "store_full");
    drop(host);
    assert!(!backup(&home).exists() && !backup(&home).with_extension("tmp").exists());
    mount.make_room();
    assert_eq!(version(&file(&home)), 1);
    assert_eq!(home.json(&["outbox", "list"]).len(), 10);
    drop(home);
}

/// Deliveries that make the step to version 2 long enough to be killed in.
const MANY: u32 = 5_000;

/// Deaths.
const DEATHS: u32 = 24;

#[test]
fn a_death_while_the_schema_changes_leaves_the_old_or_the_new_one() {
    let home = Home::with_file_vault();
    let db = version_1(&file(&home));
    db.execute_batch(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY})
         INSERT INTO deliveries (id, state, company, account, draft, digest, origin, search, created_at, changed_at)
         SELECT 'm' || i, 'cancelled', company, account, draft, digest, origin, search, created_at, changed_at
         FROM n, deliveries WHERE id LIKE '%0009';
         INSERT INTO ledger (delivery, at, state, event, attempt, process)
         SELECT id, created_at, 'committed', 'committed', 1, 1 FROM deliveries WHERE id LIKE 'm%'"
    ))
    .unwrap();
    drop(db);
    let old = std::fs::read(file(&home)).unwrap();
    let began = Instant::now();
    home.json(&["outbox", "list"]);
    let whole = began.elapsed();

    let seed = getrandom::u64().unwrap();
    let mut random = seed;
    for death in 0..=DEATHS {
        for name in ["outbox.db-wal", "outbox.db-shm"] {
            drop(std::fs::remove_file(home.path().join(name)));
        }
        std::fs::write(file(&home), &old).unwrap();
        let mut child = home.command().args(["outbox", "list"]).stdout(std::process::Stdio::null()).spawn().unwrap();
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The last one lives.
        if death < DEATHS {
            std::thread::sleep(whole.mul_f64(f64::from((random >> 40) as u32) / f64::from(1_u32 << 24)));
            child.kill().unwrap();
        }
        child.wait().unwrap();
        let found = version(&file(&home));
        let told = format!("death {death}, seed {seed}");
        assert!(found == NEWEST || (found == 1 && death < DEATHS), "{found}: {told}");
        let tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('paces', 'installation')";
        assert_eq!(number(&file(&home), tables), if found == NEWEST { 2 } else { 0 }, "{told}");
        assert_eq!(number(&file(&home), "SELECT count(*) FROM deliveries"), MANY + 10, "{told}");
        let sound: String =
            Connection::open(file(&home)).unwrap().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok", "{told}");
    }
    assert!(whole > Duration::ZERO);
    assert_eq!(version(&backup(&home)), 1);
    assert_eq!(number(&backup(&home), "SELECT count(*) FROM deliveries"), MANY + 10);
}

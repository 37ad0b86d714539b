//! How long history is kept, and times that a wrong clock wrote.

use chrono::TimeDelta;
use correo_cfdi::adapters::sqlite_store::{KEEP_DAYS, SqliteStore};
use correo_cfdi::domain::delivery::{DeliveryId, State};
use correo_cfdi::ports::Clock as _;
use correo_cfdi::ports::store::Change;
use correo_cfdi::protocol::delivery::DeliveryRef;
use correo_cfdi::usecase::{World, drain, outbox};
use rusqlite::Connection;
use serde_json::json;

use crate::host::Home;
use crate::outbox::desk::Desk;

fn database(desk: &Desk) -> Connection {
    Connection::open(desk.setting.home.path().join("outbox.db")).unwrap()
}

fn count(desk: &Desk, sql: &str, id: &DeliveryId) -> u32 {
    database(desk).query_row(sql, [id.as_str()], |row| row.get(0)).unwrap()
}

/// A world that keeps history for that many days.
fn keeping(desk: &Desk, days: u32) -> World {
    let mut world = desk.world();
    world.store = Box::new(SqliteStore::new(&desk.setting.home.path().join("outbox.db")).keeping(days));
    world
}

/// Days pass, with a drain on each: a computer that is in use.
fn days_of_use(desk: &Desk, days: u32, keep: u32) {
    for _ in 0..days {
        desk.place.clock.pass(std::time::Duration::from_secs(24 * 3_600 + 1));
        drain::drain(&keeping(desk, keep)).unwrap();
    }
}

fn call_off(desk: &Desk, id: &DeliveryId) {
    outbox::cancel(&desk.world(), &DeliveryRef { delivery: id.to_string(), portal: None }).unwrap();
}

#[test]
fn invariant_1_what_was_sent_stays_taken_when_its_history_is_forgotten() {
    const LINES: &str = "SELECT count(*) FROM ledger WHERE delivery = ?1";
    const ROW: &str = "SELECT count(*) FROM deliveries WHERE id = ?1";
    let desk = Desk::new(4);
    let (sent, cancelled, waits, unknown) = (desk.queue(0), desk.queue(1), desk.queue(2), desk.queue(3));
    let now = desk.place.clock.now();
    let store = desk.world().store;
    let mut hold = Change::new(State::Queued, State::Deferred, "scheduled", now).because("scheduled");
    hold.not_before = Some(now + TimeDelta::days(300));
    assert!(store.change(&waits, &hold).unwrap());
    for (from, to) in
        [(State::Queued, State::Sending), (State::Sending, State::Committed), (State::Committed, State::Unknown)]
    {
        assert!(store.change(&unknown, &Change::new(from, to, "attempt", now)).unwrap());
    }
    drop(store);
    call_off(&desk, &cancelled);
    desk.drain();
    assert_eq!(desk.traffic(), (1, 1));

    days_of_use(&desk, 29, 30);
    assert_eq!((count(&desk, LINES, &sent), count(&desk, LINES, &cancelled)), (4, 2), "not before its time");
    days_of_use(&desk, 2, 30);
    assert_eq!((count(&desk, LINES, &sent), count(&desk, ROW, &sent)), (0, 1));
    assert_eq!((count(&desk, LINES, &cancelled), count(&desk, ROW, &cancelled)), (0, 0));
    assert_eq!(count(&desk, "SELECT count(*) FROM pairs WHERE delivery = ?1", &cancelled), 0);
    assert_eq!((count(&desk, LINES, &waits), desk.state(&waits).0), (2, "deferred".to_owned()));
    assert_eq!((count(&desk, LINES, &unknown), desk.state(&unknown).0), (4, "unknown".to_owned()));
    let slim = desk.delivery(&sent);
    assert_eq!((slim.state, slim.draft.body.as_str(), slim.draft.attachments.len()), (State::Sent, "", 0));

    let mut host = desk.setting.home.host();
    let refused = desk.setting.send(&mut host, desk.setting.params(0, "cliente@example.mx")).unwrap_err();
    assert_eq!(
        (&refused["data"]["kind"], &refused["data"]["delivery"]),
        (&json!("already_sent"), &json!(sent.as_str()))
    );
    let detail = host.ok("delivery.get", json!({"delivery": sent.as_str()}));
    assert_eq!((&detail["delivery"]["state"], &detail["ledger"]), (&json!("sent"), &json!([])));
    assert_eq!(detail["delivery"]["to"], json!(["cliente@example.mx"]));
    // What was called off freed its pair, and did so before.
    desk.queue(1);
}

#[test]
fn a_clock_that_leaps_forgets_nothing_at_once() {
    let desk = Desk::new(2);
    let id = desk.queue(0);
    call_off(&desk, &id);
    desk.queue(1);
    desk.drain();
    let there = || count(&desk, "SELECT count(*) FROM deliveries WHERE id = ?1", &id);
    desk.place.clock.pass(std::time::Duration::from_secs(3_000 * 24 * 3_600));
    desk.drain();
    assert_eq!(there(), 1);
    days_of_use(&desk, 1, KEEP_DAYS);
    assert_eq!(there(), 0, "a day later the clock is believed");
}

#[test]
fn a_list_is_forgotten_whole_or_not_at_all() {
    let desk = Desk::new(3);
    let (first, second, third) = (desk.queue(0), desk.queue(1), desk.queue(2));
    desk.drain();
    let db = database(&desk);
    batches(&db, &[("ended", &first, true), ("open", &second, false), ("called off", &third, false)]);
    db.execute("UPDATE batches SET stage = 'cancelled' WHERE id = 'called off'", []).unwrap();
    drop(db);
    days_of_use(&desk, 32, 30);
    let left: Vec<String> = {
        let db = database(&desk);
        let mut statement = db.prepare("SELECT id FROM batches").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(left, ["open"]);
    let lines = |id| count(&desk, "SELECT count(*) FROM ledger WHERE delivery = ?1", id);
    assert_eq!(
        (lines(&first), lines(&second), lines(&third)),
        (0, 4, 0),
        "what belongs to an open list keeps its history"
    );
    assert_eq!(count(&desk, "SELECT count(*) FROM batch_rows WHERE batch = ?1", &DeliveryId::from_text("ended")), 0);
}

/// Lists of one message that became that delivery; one that is not ended has a second message still to come.
fn batches(db: &Connection, lists: &[(&str, &DeliveryId, bool)]) {
    let fill = |table: &str, known: &[(&str, &dyn rusqlite::ToSql)]| {
        // Columns that this test does not care about get an empty text or a zero.
        let mut statement = db
            .prepare("SELECT name, type FROM pragma_table_info(?1) WHERE \"notnull\" AND dflt_value IS NULL")
            .unwrap();
        let needed: Vec<(String, String)> =
            statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
        let mut names: Vec<String> = known.iter().map(|(name, _)| (*name).to_owned()).collect();
        let mut values: Vec<String> = (1..=known.len()).map(|number| format!("?{number}")).collect();
        for (name, kind) in needed.iter().filter(|(name, _)| !known.iter().any(|(given, _)| given == name)) {
            names.push(name.clone());
            let value = match (name.as_str(), kind.as_str()) {
                ("stage", _) => "'running'",
                (_, "INTEGER") => "0",
                _ => "''",
            };
            values.push(value.to_owned());
        }
        let sql = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
        let given: Vec<&dyn rusqlite::ToSql> = known.iter().map(|(_, value)| *value).collect();
        db.execute(&sql, given.as_slice()).unwrap();
    };
    for (batch, delivery, ended) in lists {
        let at = "2020-01-01T00:00:00.000Z";
        fill("batches", &[("id", batch), ("created_at", &at), ("changed_at", &at)]);
        fill("batch_messages", &[("batch", batch), ("number", &1), ("delivery", &delivery.as_str())]);
        fill("batch_rows", &[("batch", batch), ("row", &1), ("message", &1)]);
        if !ended {
            fill("batch_messages", &[("batch", batch), ("number", &2)]);
        }
        db.execute("UPDATE deliveries SET batch = ?1 WHERE id = ?2", [*batch, delivery.as_str()]).unwrap();
    }
}

#[test]
fn the_setting_is_taken_and_a_slip_of_the_pen_is_refused() {
    for (days, good) in [("30", true), ("36500", true), ("0", false), ("29", false), ("36501", false)] {
        let home = Home::with_file_vault();
        let file = home.path().join("config.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{text}keep_ledger_days = {days}\n")).unwrap();
        let done = home.run(&["--json", "outbox", "list"]);
        assert_eq!(done.status.code(), Some(if good { 0 } else { 4 }), "{days}");
        let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
        assert_eq!(said.contains("keep_ledger_days"), !good, "{days}: {said}");
    }
}

#[test]
fn a_time_that_a_wrong_clock_wrote_counts_as_a_day_and_a_persons_own_is_kept() {
    let desk = Desk::new(2);
    let trouble = desk.queue(0);
    let mut later = desk.setting.params(1, "cliente@example.mx");
    let now = desk.place.clock.now();
    later["not_before"] = json!((now + TimeDelta::days(40)).to_rfc3339());
    let scheduled = desk.queue_with(later);
    let far = now + TimeDelta::days(400);
    let change =
        Change::new(State::Queued, State::Deferred, "file_changed", now).because("store_full").until(Some(far));
    assert!(desk.world().store.change(&trouble, &change).unwrap());
    assert!(drain::work_waits(&desk.world()).unwrap(), "a host wakes the sender for it");

    desk.drain();
    // The database keeps milliseconds.
    let stored = |id| desk.delivery(id).not_before.unwrap() - now + TimeDelta::seconds(1);
    assert_eq!((stored(&trouble).num_hours(), stored(&scheduled).num_days()), (24, 40));
    assert!(!drain::work_waits(&desk.world()).unwrap());
    desk.place.clock.pass(std::time::Duration::from_secs(24 * 3_600 + 60));
    desk.drain();
    assert_eq!((desk.state(&trouble).0, desk.state(&scheduled).0), ("sent".to_owned(), "deferred".to_owned()));
    desk.place.clock.pass(std::time::Duration::from_secs(39 * 24 * 3_600));
    desk.drain();
    assert_eq!((desk.state(&scheduled).0, desk.traffic()), ("sent".to_owned(), (2, 2)));
}

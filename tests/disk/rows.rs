//! One row of the outbox that cannot be read: held and shown, while the others go on.

use correo_cfdi::domain::delivery::{DeliveryId, State};
use correo_cfdi::ports::Clock as _;
use correo_cfdi::ports::store::Change;
use rusqlite::{Connection, params};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::outbox::desk::Desk;

/// Damages a column of one row, as a failing disk or a foreign program might.
fn damage(desk: &Desk, id: &DeliveryId, column: &str, value: &str) {
    let db = Connection::open(desk.setting.home.path().join("outbox.db")).unwrap();
    let sql = format!("UPDATE deliveries SET {column} = ?2 WHERE id = ?1");
    assert_eq!(db.execute(&sql, params![id.as_str(), value]).unwrap(), 1);
}

fn stored_state(desk: &Desk, id: &DeliveryId) -> (String, Option<String>) {
    let db = Connection::open(desk.setting.home.path().join("outbox.db")).unwrap();
    let sql = "SELECT state, reason FROM deliveries WHERE id = ?1";
    db.query_row(sql, [id.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

fn view(list: &Value, id: &DeliveryId) -> Value {
    list["deliveries"].as_array().unwrap().iter().find(|one| one["delivery"] == id.as_str()).unwrap().clone()
}

/// Damages a waiting row, and shows that it is held, listed and called off, while another one is sent.
fn held_beside_others(column: &str, value: &str) {
    let desk = Desk::new(2);
    let (bad, good) = (desk.queue(0), desk.queue(1));
    damage(&desk, &bad, column, value);
    let mut host = desk.setting.home.host();
    // From the first list on the conversation watches.
    let listed = host.ok("delivery.list", json!({}));
    assert_eq!(view(&listed, &bad)["reason"], "delivery_unreadable", "{column}");
    desk.drain();
    // The conversation that watches may have started a sender of its own meanwhile.
    desk.setting.until(&mut host, &json!(good.as_str()), &["sent"]);
    desk.setting.until(&mut host, &json!(bad.as_str()), &["deferred"]);
    assert_eq!(desk.traffic(), (1, 1), "{column}");
    assert_eq!(stored_state(&desk, &bad), ("deferred".to_owned(), Some("delivery_unreadable".to_owned())));
    let events = [host.event("delivery.changed"), host.event("delivery.changed")];
    assert!(events.iter().any(|event| event["delivery"]["delivery"] == good.as_str()), "the watch goes on");

    let detail = host.ok("delivery.get", json!({"delivery": bad.as_str()}));
    assert_eq!(
        (&detail["delivery"]["state"], &detail["delivery"]["reason"]),
        (&json!("deferred"), &json!("delivery_unreadable"))
    );
    assert_eq!(detail["ledger"][0]["event"], "queued");
    assert_eq!(host.ok("health", json!({}))["outbox"]["need_person"], 1);
    assert_eq!(host.kind("delivery.retry", json!({"delivery": bad.as_str()})), "delivery_unreadable");
    assert_eq!(host.ok("library.search", json!({}))["documents"].as_array().unwrap().len(), 2);
    // The pair stays taken, until a person calls it off.
    let params = desk.setting.params(0, "cliente@example.mx");
    let refused = desk.setting.send(&mut host, params.clone()).unwrap_err();
    assert_eq!(refused["data"]["kind"], "already_sent");
    let cancelled = host.ok("delivery.cancel", json!({"delivery": bad.as_str()}));
    assert_eq!(cancelled["state"], "cancelled");
    desk.setting.send(&mut host, params).unwrap();
}

#[test]
fn a_broken_draft_is_held_and_the_others_go_on() {
    held_beside_others("draft", "{\"from\":");
}

#[test]
fn a_broken_time_is_held_and_the_others_go_on() {
    held_beside_others("created_at", "ayer");
}

#[test]
fn a_broken_waiting_time_hides_no_other_time() {
    let desk = Desk::new(2);
    let mut later = desk.setting.params(0, "cliente@example.mx");
    later["not_before"] = json!((desk.place.clock.now() + chrono::TimeDelta::seconds(30)).to_rfc3339());
    let bad = desk.queue_with(later.clone());
    later["documents"] = desk.setting.params(1, "cliente@example.mx")["documents"].clone();
    let good = desk.queue_with(later);
    damage(&desk, &bad, "not_before", "0 de enero");
    desk.drain();
    assert_eq!((desk.state(&good).0, desk.traffic()), ("sent".to_owned(), (1, 1)));
    assert_eq!(stored_state(&desk, &bad).0, "deferred");
}

#[test]
fn a_state_that_nobody_knows_is_shown_as_unknown_and_nothing_of_it_leaves() {
    let desk = Desk::new(2);
    let (bad, good) = (desk.queue(0), desk.queue(1));
    damage(&desk, &bad, "state", "en camino");
    desk.drain();
    assert_eq!((desk.state(&good).0, desk.traffic()), ("sent".to_owned(), (1, 1)));
    let mut host = desk.setting.home.host();
    for filter in [json!({}), json!({"state": "unknown"})] {
        let row = view(&host.ok("delivery.list", filter), &bad);
        assert_eq!((&row["state"], &row["reason"]), (&json!("unknown"), &json!("delivery_unreadable")));
    }
    assert_eq!(host.ok("health", json!({}))["outbox"]["need_person"], 1);
    assert_eq!(host.kind("delivery.cancel", json!({"delivery": bad.as_str()})), "past_commit");
    assert_eq!(stored_state(&desk, &bad).0, "en camino");
}

#[test]
fn a_committed_row_that_cannot_be_read_is_unknown_and_a_person_decides() {
    let desk = Desk::new(1);
    let bad = desk.queue(0);
    let (store, now) = (desk.world().store, desk.place.clock.now());
    store.change(&bad, &Change::new(State::Queued, State::Sending, "attempt", now)).unwrap();
    let mut change = Change::new(State::Sending, State::Committed, "committed", now);
    change.session = Some(SecretString::from("https://gmail.invalid/upload?upload_id=x"));
    store.change(&bad, &change).unwrap();
    drop(store);
    damage(&desk, &bad, "draft", "");
    desk.drain();
    assert_eq!(stored_state(&desk, &bad), ("unknown".to_owned(), Some("outcome_unknown".to_owned())));
    assert_eq!(desk.traffic(), (0, 0));
    let mut host = desk.setting.home.host();
    let again = json!({"delivery": bad.as_str(), "outcome": "send_again"});
    assert_eq!(host.kind("delivery.resolve", again), "delivery_unreadable");
    let sent = host.ok("delivery.resolve", json!({"delivery": bad.as_str(), "outcome": "was_sent"}));
    assert_eq!((&sent["state"], &sent["reason"]), (&json!("sent"), &json!("delivery_unreadable")));
}

#[test]
fn a_portal_learns_nothing_of_another_origins_damaged_row() {
    let desk = Desk::new(1);
    let bad = desk.queue(0);
    damage(&desk, &bad, "draft", "");
    let mut host = desk.setting.home.host();
    host.ok("portal.connect", json!({"origin": "https://portal.example", "companies": [desk.setting.rfc()]}));
    let ask = json!({"delivery": bad.as_str(), "portal": "https://portal.example"});
    assert_eq!(host.kind("delivery.get", ask.clone()), "unknown_delivery");
    damage(&desk, &bad, "origin", "https://portal.example");
    assert_eq!(host.ok("delivery.get", ask)["delivery"]["reason"], "delivery_unreadable");
}

#[test]
fn both_sweeps_judge_a_damaged_row_alike() {
    let desk = Desk::new(1);
    let bad = desk.queue(0);
    damage(&desk, &bad, "draft", "");
    // What a sender that died left of it.
    let leave = || {
        let world = desk.world();
        world.spool.write(&bad, b"De: x").unwrap();
        world.prints.keep(&bad, 0, b"%PDF-1.7").unwrap();
        desk.drain();
        let (spool, prints) = (world.spool.all().unwrap(), world.prints.all().unwrap());
        (spool.len(), prints.len())
    };
    assert_eq!(leave(), (1, 1), "it waits: nothing of it is taken");
    damage(&desk, &bad, "state", "en camino");
    assert_eq!(leave(), (0, 1), "it may have left: a person may send it again, but never the same message");
    damage(&desk, &bad, "state", "cancelled");
    assert_eq!(leave(), (0, 0), "it is over");
}

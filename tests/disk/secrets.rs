//! The address of an upload session is a secret: it goes from the disk when the delivery ends.

use correo_cfdi::domain::delivery::State;
use correo_cfdi::ports::Clock as _;
use correo_cfdi::ports::store::Change;
use secrecy::SecretString;

use crate::outbox::desk::Desk;

/// How often the bytes occur in the files of the outbox.
fn found(desk: &Desk, bytes: &[u8]) -> usize {
    let name = |name| desk.setting.home.path().join(name);
    ["outbox.db", "outbox.db-wal"]
        .map(|file| std::fs::read(name(file)).unwrap_or_default())
        .iter()
        .map(|content| content.windows(bytes.len()).filter(|window| *window == bytes).count())
        .sum()
}

#[test]
fn an_ended_sessions_address_is_nowhere_on_the_disk_while_a_host_keeps_the_outbox_open() {
    const COUNT: usize = 12;
    let desk = Desk::new(COUNT);
    // It watches nothing, and wakes no sender; it is another process, so that reading the raw file takes no lock from a connection of this one.
    let mut host = desk.setting.home.host();
    host.ok("company.list", serde_json::json!({}));
    let now = desk.place.clock.now();
    for index in 0..COUNT {
        let id = desk.queue(index);
        let store = desk.world().store;
        store.change(&id, &Change::new(State::Queued, State::Sending, "attempt", now)).unwrap();
        let mut change = Change::new(State::Sending, State::Committed, "committed", now);
        // Of differing length, so that rows move about in their pages.
        let address = format!("https://gmail.invalid/?upload_id=secreto-{index:02}{}", "x".repeat(index * 40));
        change.session = Some(SecretString::from(address));
        store.change(&id, &change).unwrap();
    }
    assert!(found(&desk, b"upload_id=secreto-") >= COUNT, "they are there as long as they are needed");
    desk.drain();
    assert_eq!(found(&desk, b"upload_id="), 0);
    assert_eq!(host.ok("health", serde_json::json!({}))["outbox"]["need_person"], COUNT);
}

#[test]
fn a_session_that_led_to_acceptance_is_nowhere_on_the_disk_either() {
    let desk = Desk::new(3);
    let mut host = desk.setting.home.host();
    host.ok("company.list", serde_json::json!({}));
    for index in 0..3 {
        desk.queue(index);
    }
    desk.drain();
    assert_eq!((desk.traffic(), found(&desk, b"upload_id=")), ((3, 3), 0));
}

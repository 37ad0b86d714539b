//! A disk that fills up: at queuing, at the spool, at the commit point, and in the ledger after acceptance.

use std::sync::Arc;

use correo_cfdi::domain::delivery::DeliveryId;
use correo_cfdi::protocol::failure::Kind;
use correo_cfdi::usecase::drain;
use serde_json::{Value, json};

use super::alone::alone;
use super::meddling::{Step, after, at_first_wait};
use super::mount::Mount;
use crate::host::Home;
use crate::journey::setting::Setting;
use crate::outbox::desk::Desk;
use crate::sandbox::{Options, Sandbox};

/// Big enough for a few messages, small enough to fill at once.
const KIB: u32 = 8 * 1024;

/// A signed-in desk on a disk of its own. The disk is named first, so that it goes last.
fn desk(count: usize) -> Option<(Arc<Mount>, Desk)> {
    let home = Home::bare();
    let mount = Mount::over(home.path(), KIB)?;
    let sandbox = Arc::new(Sandbox::start(Options::default()).unwrap());
    let setting = Setting::in_home(sandbox, home.and_file_vault(), count).and_sign_in();
    let desk = Desk::over(setting);
    alone(&desk.setting.home);
    Some((Arc::new(mount), desk))
}

fn queued() -> Option<(Arc<Mount>, Desk, DeliveryId)> {
    let (mount, desk) = desk(1)?;
    let id = desk.queue(0);
    Some((mount, desk, id))
}

#[test]
fn what_does_not_fit_is_refused_and_what_was_accepted_goes_on() {
    let Some((mount, desk)) = desk(2) else { return };
    let setting = &desk.setting;
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let first = setting.queue(&mut host, 0, "cliente@example.mx");
    let mut second = setting.params(1, "cliente@example.mx");
    second["confirmed"] = host.ok("delivery.preview", second.clone())["digest"].clone();
    mount.fill(0);
    assert_eq!(host.kind("delivery.send", second.clone()), "store_full");
    let listed = host.ok("delivery.list", json!({}));
    assert_eq!(listed["deliveries"].as_array().unwrap().len(), 1, "nothing is said to be accepted that is not");
    mount.make_room();
    host.ok("delivery.send", second);
    drop(lock);
    setting.drain();
    setting.until(&mut host, &first, &["sent"]);
    assert_eq!((setting.count("sessions_opened"), setting.sandbox.messages().len()), (2, 2));
}

#[test]
fn a_full_disk_at_the_start_is_named_and_ends_no_conversation() {
    let Some((mount, desk)) = desk(1) else { return };
    let setting = &desk.setting;
    mount.fill(0);
    let mut host = setting.home.host();
    let health = host.ok("health", json!({}));
    assert_eq!((&health["store_failure"], &health["vault_failure"]), (&json!("store_full"), &Value::Null));
    let listed = setting.home.run(&["--json", "outbox", "list"]);
    assert_eq!(listed.status.code(), Some(4));
    mount.make_room();
    assert_eq!(host.ok("health", json!({}))["store_failure"], Value::Null);
    assert_eq!(host.ok("company.list", json!({}))["companies"][0]["rfc"], setting.rfc());
}

#[test]
fn a_message_that_the_spool_cannot_take_waits_and_leaves_later() {
    let Some((mount, desk)) = desk(1) else { return };
    let pdf = desk.setting.samples[0].pdf_path.clone().unwrap();
    let mut bytes = std::fs::read(&pdf).unwrap();
    bytes.resize(2_000_000, b'\n');
    std::fs::write(&pdf, bytes).unwrap();
    let id = desk.queue(0);
    mount.fill(1_024);
    drain::drain(&desk.world()).unwrap();
    assert_eq!(desk.state(&id), ("deferred".to_owned(), Some("store_full".to_owned())));
    let next = desk.delivery(&id).not_before.expect("it goes on by itself");
    assert_eq!(
        (desk.traffic(), std::fs::read_dir(desk.setting.home.path().join("spool")).unwrap().count()),
        ((0, 0), 0)
    );
    mount.make_room();
    let now = correo_cfdi::ports::Clock::now(&desk.place.clock);
    desk.place.clock.pass((next - now).to_std().unwrap_or_default());
    desk.drain();
    assert_eq!((desk.state(&id).0, desk.traffic()), ("sent".to_owned(), (1, 1)));
}

#[test]
fn invariant_1_a_commit_point_that_cannot_be_written_lets_nothing_leave() {
    let Some((mount, desk, id)) = queued() else { return };
    let filled = Arc::clone(&mount);
    let world = after(desk.world(), Step::Opened, Box::new(move || filled.fill(0)));
    assert_eq!(drain::drain(&world).unwrap_err().kind(), Kind::StoreFull);
    drop(world);
    assert_eq!((desk.setting.count("puts"), desk.setting.sandbox.messages().len()), (0, 0));
    mount.make_room();
    desk.drain();
    assert_eq!((desk.state(&id).0, desk.traffic()), ("sent".to_owned(), (2, 1)));
    assert_eq!(desk.events(&id), ["queued", "attempt", "sender_lost", "attempt", "committed", "accepted"]);
}

#[test]
fn invariant_3_an_acceptance_is_written_down_once_there_is_room() {
    let Some((mount, desk, id)) = queued() else { return };
    let (filled, freed) = (Arc::clone(&mount), Arc::clone(&mount));
    let world = after(desk.world(), Step::Accepted, Box::new(move || filled.fill(0)));
    let world = at_first_wait(world, &desk.place.clock, Box::new(move || freed.make_room()));
    drain::drain(&world).unwrap();
    assert_eq!((desk.state(&id).0, desk.traffic()), ("sent".to_owned(), (1, 1)));
    assert_eq!(desk.setting.count("status_queries"), 0);
}

#[test]
fn invariant_1_an_acceptance_that_could_not_be_written_down_is_asked_for_and_not_repeated() {
    let Some((mount, desk, id)) = queued() else { return };
    let filled = Arc::clone(&mount);
    let world = after(desk.world(), Step::Accepted, Box::new(move || filled.fill(0)));
    assert_eq!(drain::drain(&world).unwrap_err().kind(), Kind::StoreFull);
    drop(world);
    mount.make_room();
    assert_eq!(desk.state(&id).0, "committed");
    desk.drain();
    assert_eq!((desk.state(&id).0, desk.traffic()), ("sent".to_owned(), (1, 1)));
    assert_eq!(
        (desk.setting.count("puts"), desk.events(&id)),
        (1, vec!["queued", "attempt", "committed", "accepted"].into_iter().map(str::to_owned).collect())
    );
}

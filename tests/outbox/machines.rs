//! A state folder that was copied or restored to another computer.

use chrono::TimeDelta;
use correo_cfdi::domain::delivery::State;
use correo_cfdi::ports::store::Change;
use correo_cfdi::ports::{Clock as _, Machine};
use correo_cfdi::protocol::delivery::DeliveryRef;
use correo_cfdi::usecase::{World, drain, outbox};
use secrecy::SecretString;
use serde_json::json;

use super::desk::Desk;

/// A computer by that name.
struct Named(&'static str);

impl Machine for Named {
    fn hash(&self) -> Option<String> {
        Some(self.0.to_owned())
    }
}

fn world_on(desk: &Desk, name: &'static str) -> World {
    let mut world = desk.world();
    world.machine = Box::new(Named(name));
    world
}

#[test]
fn invariant_1_what_was_under_way_elsewhere_is_held_for_a_person() {
    let desk = Desk::new(3);
    drain::drain(&world_on(&desk, "first")).unwrap();
    let (queued, committed) = (desk.queue(0), desk.queue(1));
    let mut later = desk.setting.params(2, "cliente@example.mx");
    later["not_before"] = json!((desk.place.clock.now() + TimeDelta::seconds(30)).to_rfc3339());
    let scheduled = desk.queue_with(later);
    let store = desk.world().store;
    let now = desk.place.clock.now();
    store.change(&committed, &Change::new(State::Queued, State::Sending, "attempt", now)).unwrap();
    let mut change = Change::new(State::Sending, State::Committed, "committed", now);
    let session = format!("{}/upload/gmail/v1/users/me/messages/send?upload_id=lost", desk.setting.sandbox.base());
    change.session = Some(SecretString::from(session));
    store.change(&committed, &change).unwrap();

    drain::drain(&world_on(&desk, "second")).unwrap();
    assert_eq!(desk.state(&committed), ("unknown".to_owned(), Some("outcome_unknown".to_owned())));
    for id in [&queued, &scheduled] {
        assert_eq!(desk.state(id), ("deferred".to_owned(), Some("machine_changed".to_owned())));
        assert_eq!(desk.delivery(id).not_before, None);
    }
    assert_eq!((desk.traffic(), desk.setting.count("status_queries")), ((0, 0), 0));
    // On the same computer nothing is held a second time, and a person lets it go.
    let world = world_on(&desk, "second");
    outbox::retry(&world, &DeliveryRef { delivery: queued.to_string(), portal: None }).unwrap();
    drain::drain(&world).unwrap();
    assert_eq!((desk.state(&queued).0, desk.traffic()), ("sent".to_owned(), (1, 1)));
}

//! A sender that is stopped for minutes, and clocks that jump while a computer sleeps.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use correo_cfdi::domain::delivery::DeliveryId;
use correo_cfdi::ports::Clock;
use correo_cfdi::usecase::{World, drain};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::faketime;
use crate::host::{Home, wait};
use crate::journey::setting::Setting;
use crate::processes;
use crate::sandbox::{Options, Sandbox};
use crate::worlds::{Place, TestClock};

/// Where a sender may be stopped: the provider keeps silent there until the connection has long timed out.
const PLACES: [(&str, bool); 5] = [
    ("token_refresh", false),
    ("upload_open", false),
    ("upload_open", true),
    ("upload_put", false),
    ("upload_put", true),
];

/// Queues, stops the sender at that place, lets the connection die and `meanwhile` happen, and wakes it again.
fn stopped(setting: &Setting, (point, accepted): (&str, bool), meanwhile: impl FnOnce()) {
    setting.fault(json!({"point": point, "kind": "hang", "seconds": 1, "accepted": accepted}));
    let mut host = setting.home.host();
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    let arrives = point == "upload_put" && accepted;
    wait("the provider keeps silent", || {
        let struck = setting.sandbox.state()["counters"]["faults"][point] == 1;
        (struck && (!arrives || setting.sandbox.messages().len() == 1)).then_some(())
    });
    let senders = processes::senders(setting.home.path());
    assert_eq!(senders.len(), 1, "{point}");
    assert!(processes::signal(senders[0], Signal::STOP));
    // Waits for the lock, longer than the connection lives, and gives up.
    setting.drain();
    meanwhile();
    let now = host.ok("delivery.get", json!({"delivery": delivery}))["delivery"].clone();
    assert_eq!(now["state"], "sending", "{point}: nobody else took it");
    assert!(processes::signal(senders[0], Signal::CONT));
    settled(setting, &delivery, point);
}

/// It is sent, once, after one retry by a person where it waits for a time.
fn settled(setting: &Setting, delivery: &Value, case: &str) {
    let mut host = setting.home.host();
    let ended = setting.until(&mut host, delivery, &["sent", "deferred"]);
    if ended["delivery"]["state"] == "deferred" {
        // Refused where the sender's own retry came first.
        drop(host.call("delivery.retry", json!({"delivery": delivery})));
    }
    setting.until(&mut host, delivery, &["sent"]);
    assert_eq!(setting.sandbox.messages().len(), 1, "{case}");
    wait("every sender ends", || processes::senders(setting.home.path()).is_empty().then_some(()));
}

#[test]
fn a_sender_stopped_for_minutes_goes_on_where_it_was_and_sends_nothing_twice() {
    std::thread::scope(|scope| {
        for place in PLACES {
            scope.spawn(move || stopped(&Setting::signed_in(1), place, || {}));
        }
    });
}

#[test]
fn a_sender_whose_wall_clock_jumped_by_hours_meanwhile_ends_right() {
    let jumps = ["+5h", "-5h"].into_iter().flat_map(|jump| PLACES[2..].iter().map(move |place| (jump, *place)));
    std::thread::scope(|scope| {
        for (jump, place) in jumps {
            scope.spawn(move || {
                let mut home = Home::with_file_vault();
                let clock = home.path().join("clock");
                std::fs::write(&clock, "+0").unwrap();
                for (name, value) in
                    [("LD_PRELOAD", faketime::LIBRARY), ("NO_FAKE_STAT", "1"), ("FAKETIME_NO_CACHE", "1")]
                {
                    home.set(name, value);
                }
                // As after a suspension: the time since the start of the computer does not jump.
                home.set("DONT_FAKE_MONOTONIC", "1");
                home.set("FAKETIME_TIMESTAMP_FILE", clock.to_str().unwrap());
                let sandbox = std::sync::Arc::new(Sandbox::start(Options::default()).unwrap());
                let setting = Setting::in_home(sandbox, home, 1).and_sign_in();
                stopped(&setting, place, || std::fs::write(&clock, jump).unwrap());
            });
        }
    });
}

/// A clock that jumps once, while somebody sleeps.
struct Jumping {
    clock: TestClock,
    /// Added to the wall clock and to the monotonic one from then on.
    jump: (TimeDelta, Duration),
    slept: AtomicU32,
}

impl Jumping {
    fn jumped(&self) -> bool {
        self.slept.load(Ordering::SeqCst) > 0
    }
}

impl Clock for Jumping {
    fn now(&self) -> DateTime<Utc> {
        self.clock.now() + if self.jumped() { self.jump.0 } else { TimeDelta::zero() }
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic() + if self.jumped() { self.jump.1 } else { Duration::ZERO }
    }

    fn sleep(&self, time: Duration) {
        self.clock.sleep(time);
        self.slept.fetch_add(1, Ordering::SeqCst);
    }
}

/// The same folder under a clock that jumps at the first sleep.
fn jumping(place: &Place, wall: TimeDelta, monotonic: Duration) -> World {
    let mut world = place.world();
    world.clock = Box::new(Jumping { clock: place.clock.clone(), jump: (wall, monotonic), slept: AtomicU32::new(0) });
    world
}

#[test]
fn whichever_clock_jumps_a_message_is_sent_once() {
    let hours = 5;
    let (wall, monotonic) = (TimeDelta::hours(hours), Duration::from_secs(3_600 * hours.unsigned_abs()));
    for (wall, monotonic) in [(wall, Duration::ZERO), (-wall, Duration::ZERO), (TimeDelta::zero(), monotonic)] {
        for fault in [
            // Sleeps between two questions, with the message accepted.
            json!({"point": "upload_put", "kind": "status", "status": 503, "accepted": true}),
            json!({"point": "upload_put", "kind": "status", "status": 503}),
            // The network is not back at once after a suspension.
            json!({"point": "upload_query", "kind": "close", "times": 3}),
            // Sleeps before the commit point, in a pause of the account.
            json!({"point": "upload_open", "kind": "status", "status": 503, "reason": "backendError"}),
        ] {
            let setting = Setting::signed_in(1);
            setting.home.settle();
            let mut host = setting.home.host();
            let lock = setting.home.hold_sender();
            let id = setting.queue(&mut host, 0, "cliente@example.mx");
            wait("no sender waits", || processes::senders(setting.home.path()).is_empty().then_some(()));
            drop(lock);
            if fault["point"] == "upload_query" {
                setting.fault(json!({"point": "upload_put", "kind": "close", "accepted": true}));
            }
            setting.fault(fault.clone());
            let place = Place::at(setting.home.path().to_owned());
            drain::drain(&jumping(&place, wall, monotonic)).unwrap();
            place.clock.pass(Duration::from_secs(86_400));
            drain::drain(&place.world()).unwrap();
            let found = place.world().store.delivery(&DeliveryId::from_text(id.as_str().unwrap())).unwrap().unwrap();
            let case = format!("{wall} {monotonic:?} {fault}");
            assert_eq!((found.state.as_str(), setting.sandbox.messages().len()), ("sent", 1), "{case}");
            assert_eq!(setting.count("accepted"), 1, "{case}");
        }
    }
}

//! Before the commit point: what the provider refuses waits, is held, or fails, and says why.

use std::time::Duration;

use chrono::TimeDelta;
use correo_cfdi::ports::Clock as _;
use serde_json::json;

use super::desk::Desk;

#[test]
fn what_passes_by_itself_is_tried_again_at_a_time_that_is_shown() {
    for (status, reason, kind) in [
        (500, "backendError", "provider_unavailable"),
        (503, "backendError", "provider_unavailable"),
        (403, "userRateLimitExceeded", "rate_limited"),
        (403, "rateLimitExceeded", "rate_limited"),
        (429, "rateLimitExceeded", "rate_limited"),
        (403, "dailyLimitExceeded", "daily_limit"),
    ] {
        let desk = Desk::new(1);
        desk.refuse(status, reason, 0);
        let id = desk.queue(0);
        desk.drain();
        let held = desk.delivery(&id);
        assert_eq!((held.state.as_str(), held.reason.as_deref()), ("deferred", Some(kind)), "{status} {reason}");
        let wait = held.not_before.unwrap() - desk.place.clock.now();
        assert!(wait > TimeDelta::zero() && wait <= TimeDelta::hours(1), "{kind}: {wait}");
        desk.all_well();
        desk.place.clock.pass(Duration::from_secs(3_601));
        desk.drain();
        assert_eq!((desk.state(&id), desk.traffic()), (("sent".to_owned(), None), (1, 1)), "{status} {reason}");
    }
}

#[test]
fn the_time_that_the_provider_names_is_kept() {
    let desk = Desk::new(1);
    desk.fault(json!({"point": "upload_open", "kind": "status", "status": 429, "reason": "rateLimitExceeded",
        "retry_after_seconds": 1_800}));
    let id = desk.queue(0);
    desk.drain();
    let held = desk.delivery(&id);
    assert_eq!(held.reason.as_deref(), Some("rate_limited"));
    let wait = (held.not_before.unwrap() - chrono::Utc::now()).num_seconds();
    assert!((1_700..=1_800).contains(&wait), "{wait}");
    desk.place.clock.pass(Duration::from_secs(1_801));
    desk.drain();
    assert_eq!((desk.state(&id).0, desk.traffic()), ("sent".to_owned(), (1, 1)));
}

#[test]
fn pauses_grow_with_every_attempt() {
    let desk = Desk::new(1);
    desk.refuse(503, "backendError", 0);
    let id = desk.queue(0);
    let mut waits = Vec::new();
    for _ in 0..8 {
        desk.drain();
        let wait = desk.delivery(&id).not_before.unwrap() - desk.place.clock.now();
        waits.push(wait.num_seconds());
        desk.place.clock.pass(Duration::from_secs(3_600));
    }
    // At the longest only the jitter tells them apart.
    assert!(waits[..4].is_sorted(), "{waits:?}");
    assert!(waits.last().is_some_and(|last| (2_700..=3_600).contains(last)), "{waits:?}");
}

#[test]
fn what_a_person_or_an_administrator_can_mend_is_held_and_goes_on_when_they_say_so() {
    for (status, reason, kind) in [
        (403, "accessNotConfigured", "api_not_enabled"),
        (403, "domainPolicy", "policy_blocked"),
        (403, "insufficientPermissions", "scope_lost"),
    ] {
        let desk = Desk::new(1);
        desk.refuse(status, reason, 1);
        let id = desk.queue(0);
        desk.drain();
        let held = desk.delivery(&id);
        assert_eq!((held.state.as_str(), held.reason.as_deref()), ("deferred", Some(kind)), "{reason}");
        assert_eq!(held.not_before, None, "{reason}");
        let mut host = desk.setting.home.host();
        host.ok("delivery.retry", json!({"delivery": id.as_str()}));
        desk.setting.until(&mut host, &json!(id.as_str()), &["sent"]);
        assert_eq!(desk.traffic(), (1, 1));
    }
}

#[test]
fn what_can_never_leave_fails_and_frees_the_pair() {
    for (status, reason, kind) in
        [(413, "uploadTooLarge", "message_too_large"), (400, "invalidArgument", "message_refused")]
    {
        let desk = Desk::new(1);
        desk.refuse(status, reason, 1);
        let id = desk.queue(0);
        desk.drain();
        assert_eq!(desk.state(&id), ("failed".to_owned(), Some(kind.to_owned())));
        let second = desk.queue(0);
        desk.drain();
        assert_eq!((desk.state(&second).0, desk.traffic()), ("sent".to_owned(), (1, 1)));
    }
}

#[test]
fn connections_that_break_before_the_session_cost_nothing() {
    for fault in [json!({"kind": "close"}), json!({"kind": "truncate"}), json!({"kind": "status", "status": 502})] {
        let desk = Desk::new(1);
        let mut order = fault.clone();
        order["point"] = json!("upload_open");
        desk.fault(order);
        let id = desk.queue(0);
        desk.drain();
        assert_eq!((desk.state(&id).0, desk.setting.sandbox.messages().len()), ("sent".to_owned(), 1), "{fault}");
    }
}

#[test]
fn a_switch_that_went_off_meanwhile_is_respected_by_the_sender() {
    let desk = Desk::new(1);
    let mut params = desk.setting.params(0, "cliente@example.mx");
    params["not_before"] = json!((desk.place.clock.now() + TimeDelta::minutes(5)).to_rfc3339());
    let id = desk.queue_with(params);
    let mut host = desk.setting.home.host();
    let off = desk.setting.with_switch(&mut host, false);
    host.ok("company.save", off);
    desk.place.clock.pass(Duration::from_secs(301));
    desk.drain();
    assert_eq!(desk.state(&id), ("deferred".to_owned(), Some("oauth_disabled".to_owned())));
    assert_eq!(desk.traffic(), (0, 0));
}

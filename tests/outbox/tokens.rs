//! Access tokens during sending: refreshed once, renewed when refused, and never confused with a dead grant.

use std::time::Duration;

use serde_json::json;

use super::desk::Desk;
use crate::sandbox::walk::Person;

#[test]
fn one_refresh_serves_many_deliveries() {
    let desk = Desk::new(4);
    let ids: Vec<_> = (0..4).map(|index| desk.queue(index)).collect();
    desk.drain();
    assert!(ids.iter().all(|id| desk.state(id).0 == "sent"));
    assert_eq!((desk.setting.count("refreshes"), desk.traffic()), (1, (4, 4)));
}

#[test]
fn a_token_near_its_end_is_renewed_before_it_is_used() {
    let desk = Desk::new(2);
    let first = desk.queue(0);
    let mut later = desk.setting.params(1, "cliente@example.mx");
    later["not_before"] = json!((chrono::Utc::now() + chrono::TimeDelta::seconds(80)).to_rfc3339());
    desk.setting.behave(json!({"expires_in": 120}));
    let second = desk.queue_with(later);
    desk.drain();
    assert_eq!((desk.state(&first).0, desk.state(&second).0), ("sent".to_owned(), "sent".to_owned()));
    assert_eq!(desk.setting.count("refreshes"), 2);
}

#[test]
fn a_token_that_is_refused_once_is_renewed_once() {
    let desk = Desk::new(1);
    desk.refuse(401, "authError", 1);
    let id = desk.queue(0);
    desk.drain();
    assert_eq!(desk.state(&id).0, "sent");
    assert_eq!((desk.setting.count("refreshes"), desk.traffic()), (2, (1, 1)));
}

#[test]
fn a_fresh_token_that_is_refused_too_asks_for_a_sign_in_and_keeps_the_grant() {
    let desk = Desk::new(1);
    desk.refuse(401, "authError", 0);
    let id = desk.queue(0);
    desk.drain();
    assert_eq!(desk.state(&id), ("deferred".to_owned(), Some("sign_in_needed".to_owned())));
    assert_eq!((desk.setting.count("refreshes"), desk.setting.secrets()), (2, 2));
}

#[test]
fn a_dead_grant_waits_for_a_sign_in_and_goes_on_after_it() {
    let desk = Desk::new(1);
    desk.setting.sandbox.revoke_account(&Person::willing().email);
    let id = desk.queue(0);
    desk.drain();
    assert_eq!(desk.state(&id), ("deferred".to_owned(), Some("sign_in_needed".to_owned())));
    assert_eq!(desk.setting.secrets(), 1);
    let mut host = desk.setting.home.host();
    let account = host.ok("account.list", json!({}))["accounts"][0].clone();
    assert_eq!(account["state"], "sign_in_needed");
    assert_eq!(host.kind("delivery.preview", desk.setting.params(0, "otro@example.mx")), "sign_in_needed");
    let signed_in = desk.setting.sign_in(&mut host, &Person::willing()).unwrap();
    assert_eq!(signed_in["account"]["id"], account["id"]);
    host.ok("company.save", desk.setting.with_flow(&signed_in));
    desk.setting.until(&mut host, &json!(id.as_str()), &["sent"]);
    assert_eq!(desk.traffic(), (1, 1));
}

#[test]
fn a_token_endpoint_in_trouble_says_nothing_about_the_grant() {
    for fault in [
        json!({"kind": "status", "status": 503}),
        json!({"kind": "status", "status": 500, "reason": "internal_failure"}),
        json!({"kind": "status", "status": 400}),
        json!({"kind": "close"}),
        json!({"kind": "truncate"}),
    ] {
        let desk = Desk::new(1);
        let mut order = fault.clone();
        order["point"] = json!("token_refresh");
        order["times"] = json!(0);
        desk.fault(order);
        let id = desk.queue(0);
        desk.drain();
        assert_eq!(desk.state(&id), ("deferred".to_owned(), Some("provider_unavailable".to_owned())), "{fault}");
        assert!(desk.delivery(&id).not_before.is_some());
        assert_eq!(desk.setting.secrets(), 2);
        desk.all_well();
        desk.place.clock.pass(Duration::from_secs(3_601));
        desk.drain();
        assert_eq!(desk.state(&id).0, "sent", "{fault}");
    }
}

#[test]
fn a_client_or_vault_that_somebody_broke_holds_the_delivery_instead_of_failing_it() {
    let desk = Desk::new(1);
    desk.fault(json!({"point": "token_refresh", "kind": "status", "status": 401, "reason": "invalid_client"}));
    let id = desk.queue(0);
    desk.drain();
    assert_eq!(desk.state(&id), ("deferred".to_owned(), Some("invalid_client".to_owned())));
    let key = desk.place.folder.join("vault.key");
    std::fs::rename(&key, key.with_extension("away")).unwrap();
    let retry = correo_cfdi::protocol::delivery::DeliveryRef { delivery: id.to_string(), portal: None };
    correo_cfdi::usecase::outbox::retry(&desk.world(), &retry).unwrap();
    desk.drain();
    assert_eq!(desk.state(&id), ("deferred".to_owned(), Some("vault_key_file".to_owned())));
    std::fs::rename(key.with_extension("away"), &key).unwrap();
    correo_cfdi::usecase::outbox::retry(&desk.world(), &retry).unwrap();
    desk.drain();
    assert_eq!((desk.state(&id).0, desk.traffic()), ("sent".to_owned(), (1, 1)));
}

#[test]
fn a_rotated_refresh_token_is_kept() {
    let desk = Desk::new(2);
    desk.setting.behave(json!({"rotate_refresh_token": true}));
    for index in 0..2 {
        let id = desk.queue(index);
        desk.drain();
        assert_eq!(desk.state(&id).0, "sent");
    }
    assert_eq!(desk.setting.count("refreshes"), 2);
}

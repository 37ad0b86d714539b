//! Access tokens during sending: refreshed once, renewed when refused, and never confused with a dead grant.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use correo_cfdi::ports::Vault;
use correo_cfdi::ports::vault::VaultError;
use correo_cfdi::usecase::tokens::Tokens;
use correo_cfdi::usecase::{World, clients, grants};
use secrecy::{ExposeSecret as _, SecretString};
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

#[test]
fn twenty_senders_at_once_ask_for_one_token() {
    let desk = Desk::new(20);
    let ids: Vec<_> = (0..20).map(|index| desk.queue(index)).collect();
    let mut senders: Vec<_> = (0..20).map(|_| desk.setting.home.sender()).collect();
    for sender in &mut senders {
        assert!(sender.wait().unwrap().success());
    }
    assert!(ids.iter().all(|id| desk.state(id).0 == "sent"));
    assert_eq!((desk.setting.count("refreshes"), desk.traffic()), (1, (20, 20)));
}

#[test]
fn twenty_threads_of_one_process_ask_for_one_token() {
    let desk = Desk::new(1);
    let (world, tokens) = (desk.world(), Tokens::default());
    let client = clients::load(&world).unwrap();
    let account = world.store.accounts().unwrap().remove(0).id;
    // The answer comes byte by byte, so that all of them want one at the same time.
    desk.fault(json!({"point": "token_refresh", "kind": "trickle", "interval_ms": 1}));
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| tokens.get(&world, &client, &account).unwrap());
        }
    });
    assert_eq!(desk.setting.count("refreshes"), 1);
}

/// A vault that takes nothing while it is shut; what lies in it can be read.
struct Shut {
    inner: Box<dyn Vault>,
    /// How many writes it still refuses.
    refuses: Arc<AtomicU32>,
}

impl Vault for Shut {
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }
    fn check(&self) -> Result<(), VaultError> {
        self.inner.check()
    }
    fn probe(&self) -> Result<(), VaultError> {
        self.inner.probe()
    }
    fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError> {
        self.inner.get(name)
    }
    fn put(&self, name: &str, secret: &SecretString) -> Result<(), VaultError> {
        let refuses = name.starts_with("account/")
            && self.refuses.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if refuses { Err(VaultError::Locked) } else { self.inner.put(name, secret) }
    }
    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.inner.delete(name)
    }
}

/// A world whose vault refuses so many writes of grants.
fn shut(desk: &Desk, writes: u32) -> (World, Arc<AtomicU32>) {
    let refuses = Arc::new(AtomicU32::new(writes));
    let world = desk.world();
    let vault = Shut { inner: world.vault, refuses: Arc::clone(&refuses) };
    (World { vault: Box::new(vault), ..world }, refuses)
}

#[test]
fn a_rotated_token_that_the_vault_does_not_take_is_used_from_memory_and_written_later() {
    let desk = Desk::new(2);
    desk.setting.behave(json!({"rotate_refresh_token": true, "expires_in": 60}));
    let (world, refuses) = shut(&desk, 5);
    let client = clients::load(&world).unwrap();
    let account = world.store.accounts().unwrap().remove(0).id;
    let tokens = Tokens::default();
    for _ in 0..3 {
        tokens.get(&world, &client, &account).unwrap();
        desk.place.clock.pass(Duration::from_secs(3_600));
    }
    assert_eq!(desk.setting.count("refreshes"), 3, "each with the token that the last one gave");
    let old = grants::find(&world, &account).unwrap().unwrap();
    tokens.settle(&world);
    assert_eq!(refuses.load(Ordering::SeqCst), 0);
    let new = grants::find(&world, &account).unwrap().unwrap();
    assert_ne!(old.refresh_token.expose_secret(), new.refresh_token.expose_secret());
    let id = desk.queue(0);
    desk.drain();
    assert_eq!(desk.state(&id).0, "sent", "another process finds the newest one");
}

#[test]
fn a_drain_waits_for_the_vault_before_it_lets_the_next_sender_in() {
    let desk = Desk::new(2);
    desk.setting.behave(json!({"rotate_refresh_token": true}));
    let id = desk.queue(0);
    let (world, refuses) = shut(&desk, 7);
    correo_cfdi::usecase::drain::drain(&world).unwrap();
    assert_eq!((desk.state(&id).0.as_str(), refuses.load(Ordering::SeqCst)), ("sent", 0));
    let next = desk.queue(1);
    desk.drain();
    assert_eq!(desk.state(&next).0, "sent");
}

#[test]
fn a_vault_that_stays_shut_costs_a_sign_in_and_no_message() {
    let desk = Desk::new(2);
    desk.setting.behave(json!({"rotate_refresh_token": true}));
    let id = desk.queue(0);
    correo_cfdi::usecase::drain::drain(&shut(&desk, u32::MAX).0).unwrap();
    assert_eq!(desk.state(&id).0, "sent");
    let next = desk.queue(1);
    desk.drain();
    assert_eq!(desk.state(&next), ("deferred".to_owned(), Some("sign_in_needed".to_owned())));
}

#[test]
fn a_grant_that_was_signed_in_anew_is_not_overwritten_by_an_older_one() {
    let desk = Desk::new(1);
    desk.setting.behave(json!({"rotate_refresh_token": true}));
    let (world, _) = shut(&desk, 1);
    let client = clients::load(&world).unwrap();
    let account = world.store.accounts().unwrap().remove(0).id;
    let tokens = Tokens::default();
    tokens.get(&world, &client, &account).unwrap();
    let mut host = desk.setting.home.host();
    let signed_in = desk.setting.sign_in(&mut host, &Person::willing()).unwrap();
    host.ok("company.save", desk.setting.with_flow(&signed_in));
    let saved = grants::find(&world, &account).unwrap().unwrap();
    tokens.settle(&world);
    let now = grants::find(&world, &account).unwrap().unwrap();
    assert_eq!(saved.refresh_token.expose_secret(), now.refresh_token.expose_secret());
}

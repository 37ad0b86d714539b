//! How fast an account goes, and what stops all of it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use correo_cfdi::domain::delivery::DeliveryId;
use correo_cfdi::ports::Clock as _;
use correo_cfdi::protocol::account::AccountView;
use correo_cfdi::usecase::{accounts, health};
use serde_json::json;

use super::desk::Desk;

impl Desk {
    /// A desk whose client sends at the product's own pace.
    fn at_usual_pace(count: usize) -> Self {
        let desk = Self::new(count);
        desk.set_pace(50);
        desk
    }

    fn set_pace(&self, per_minute: u32) {
        let file = std::fs::read_to_string(self.setting.home.path().join("client.json")).unwrap();
        let mut client: serde_json::Value = serde_json::from_str(&file).unwrap();
        client["correo_cfdi"]["per_minute"] = json!(per_minute);
        self.setting.home.import_client(&client);
    }

    fn queue_all(&self, count: usize) -> Vec<DeliveryId> {
        (0..count).map(|index| self.queue(index)).collect()
    }

    fn states(&self, ids: &[DeliveryId]) -> Vec<String> {
        ids.iter().map(|id| self.state(id).0).collect()
    }

    fn account(&self) -> AccountView {
        accounts::list(&self.world()).unwrap().accounts.remove(0)
    }

    fn set_budget(&self, budget: u32) {
        let id = self.account().id;
        let done =
            self.world().store.set_budget(&correo_cfdi::domain::account::AccountId::from_text(&id), Some(budget));
        assert!(done.unwrap());
    }
}

fn seconds_until(desk: &Desk, time: Option<&str>) -> i64 {
    let time = DateTime::parse_from_rfc3339(time.unwrap()).unwrap();
    (time.to_utc() - desk.place.clock.now()).num_seconds()
}

#[test]
fn a_rest_allows_ten_at_once_and_then_fifty_a_minute() {
    let desk = Desk::at_usual_pace(15);
    let ids = desk.queue_all(15);
    let took = desk.drain();
    assert_eq!(desk.states(&ids), ["sent"; 15]);
    assert!((Duration::from_secs(5)..Duration::from_secs(9)).contains(&took), "{took:?}");
    let committed =
        |id| desk.world().store.ledger(id).unwrap().iter().find(|line| line.event == "committed").unwrap().at;
    let times: Vec<_> = ids.iter().map(committed).collect();
    assert_eq!((times[9] - times[0]).num_seconds(), 0);
    for pair in times[10..].windows(2) {
        assert!((pair[1] - pair[0]) >= TimeDelta::milliseconds(1_150), "{times:?}");
    }
}

#[test]
fn the_pace_is_kept_by_the_next_process_and_by_a_wrong_clock_for_a_moment_only() {
    let desk = Desk::at_usual_pace(13);
    let ids = desk.queue_all(11);
    desk.drain();
    let eleventh = desk.queue(11);
    assert!(desk.drain() >= Duration::from_millis(1_000), "another process has the same bucket");
    // Back by a year: what was written is far ahead now.
    desk.place.clock.set_back(Duration::from_secs(365 * 86_400));
    let last = desk.queue(12);
    let took = desk.drain();
    assert!(took < Duration::from_secs(60), "{took:?}");
    assert_eq!(desk.states(&[ids, vec![eleventh, last]].concat()), ["sent"; 13]);
}

#[test]
fn what_is_over_the_daily_budget_waits_for_it_and_says_until_when() {
    let desk = Desk::new(4);
    desk.set_budget(3);
    let ids = desk.queue_all(4);
    desk.drain();
    assert_eq!(desk.states(&ids), ["sent", "sent", "sent", "queued"]);
    let view = desk.account();
    assert_eq!((view.used_today, view.daily_budget, view.paused_by), (3, 3, None));
    let wait = seconds_until(&desk, view.continues_at.as_deref());
    assert!((86_000..=86_400).contains(&wait), "{wait}");
    let ahead = health::health(&desk.world()).unwrap().ahead.next_at;
    assert!((86_000..=86_400).contains(&seconds_until(&desk, ahead.as_deref())));
    desk.place.clock.pass(Duration::from_secs(86_401));
    desk.drain();
    assert_eq!(desk.states(&ids), ["sent"; 4]);
    assert_eq!(desk.account().used_today, 1);
}

#[test]
fn a_corrected_budget_lets_the_rest_go_at_once() {
    let desk = Desk::new(3);
    desk.set_budget(2);
    let ids = desk.queue_all(3);
    desk.drain();
    assert_eq!(desk.states(&ids), ["sent", "sent", "queued"]);
    let mut host = desk.setting.home.host();
    let account = desk.account().id;
    for wrong in [0, 100_001] {
        let refused = host.call("account.budget", json!({"account": account, "daily_budget": wrong})).unwrap_err();
        assert_eq!(refused["data"]["kind"], "invalid_params");
    }
    let unknown = host.call("account.budget", json!({"account": "nobody", "daily_budget": 5})).unwrap_err();
    assert_eq!(unknown["data"]["kind"], "unknown_account");
    let view = host.ok("account.budget", json!({"account": account, "daily_budget": 10}));
    assert_eq!((&view["daily_budget"], &view["used_today"]), (&json!(10), &json!(2)));
    desk.setting.until(&mut host, &json!(ids[2].as_str()), &["sent"]);
    let usual = host.ok("account.budget", json!({"account": account}));
    assert_eq!(usual["daily_budget"], 500);
}

#[test]
fn a_time_that_the_provider_names_parks_the_whole_account() {
    let desk = Desk::new(3);
    desk.fault(json!({"point": "upload_open", "kind": "status", "status": 429, "reason": "rateLimitExceeded",
        "retry_after_seconds": 1_800}));
    let ids = desk.queue_all(3);
    desk.drain();
    assert_eq!(desk.states(&ids), ["deferred", "queued", "queued"]);
    assert_eq!(desk.traffic(), (0, 0), "no other message tries before that time");
    let view = desk.account();
    assert_eq!(view.paused_by.as_deref(), Some("rate_limited"));
    assert!((1_700..=1_800).contains(&seconds_until(&desk, view.continues_at.as_deref())));
    // A person who tries again does not get around what the provider asked for.
    let mut host = desk.setting.home.host();
    host.ok("delivery.retry", json!({"delivery": ids[0].as_str()}));
    desk.setting.home.settle();
    desk.drain();
    assert_eq!((desk.states(&ids), desk.traffic()), (vec!["queued".to_owned(); 3], (0, 0)));
    desk.place.clock.pass(Duration::from_secs(1_801));
    desk.drain();
    assert_eq!((desk.states(&ids), desk.traffic()), (vec!["sent".to_owned(); 3], (3, 3)));
    assert_eq!(desk.account().continues_at, None);
}

#[test]
fn a_time_far_beyond_any_limit_counts_as_a_day() {
    let desk = Desk::new(2);
    desk.fault(json!({"point": "upload_open", "kind": "status", "status": 429, "reason": "rateLimitExceeded",
        "retry_after_seconds": 40 * 86_400}));
    let ids = desk.queue_all(2);
    desk.drain();
    desk.place.clock.pass(Duration::from_secs(86_402));
    desk.drain();
    assert_eq!(desk.states(&ids), ["sent", "sent"]);
}

#[test]
fn a_pause_that_was_written_under_a_clock_far_ahead_ends_within_a_day() {
    let desk = Desk::new(1);
    let id = desk.queue(0);
    let account = desk.delivery(&id).draft.account;
    let far = desk.place.clock.now() + TimeDelta::days(300);
    desk.world().store.pause_account(&account, far, "offline").unwrap();
    desk.drain();
    assert_eq!(desk.state(&id).0, "queued");
    desk.place.clock.pass(Duration::from_secs(86_401));
    desk.drain();
    assert_eq!(desk.state(&id).0, "sent");
}

#[test]
fn a_provider_that_is_down_is_asked_once_a_pause_however_much_is_queued() {
    let desk = Desk::new(5);
    desk.refuse(503, "backendError", 0);
    let ids = desk.queue_all(5);
    desk.drain();
    let tried = |desk: &Desk| ids.iter().map(|id| desk.delivery(id).attempt).sum::<u32>();
    // A pause that is shorter than the drain's patience is waited out, so a drain makes a few attempts.
    let first = tried(&desk);
    assert!((1..=4).contains(&first), "{first}");
    desk.drain();
    assert_eq!(tried(&desk), first, "not before the pause ends");
    desk.all_well();
    let mut host = desk.setting.home.host();
    let held = ids.iter().find(|id| desk.state(id).0 == "deferred").unwrap();
    host.ok("delivery.retry", json!({"delivery": held.as_str()}));
    for id in &ids {
        desk.setting.until(&mut host, &json!(id.as_str()), &["sent"]);
    }
    assert_eq!(desk.setting.sandbox.messages().len(), 5);
}

#[test]
fn what_an_administrator_forbids_is_asked_once_and_one_word_lets_all_of_it_go() {
    let desk = Desk::new(4);
    desk.refuse(403, "domainPolicy", 1);
    let ids = desk.queue_all(4);
    desk.drain();
    assert_eq!(desk.states(&ids), ["deferred"; 4]);
    assert_eq!(ids.iter().map(|id| desk.delivery(id).attempt).sum::<u32>(), 1);
    assert!(ids.iter().all(|id| desk.state(id).1.as_deref() == Some("policy_blocked")));
    let mut host = desk.setting.home.host();
    host.ok("delivery.retry", json!({"delivery": ids[2].as_str()}));
    for id in &ids {
        desk.setting.until(&mut host, &json!(id.as_str()), &["sent"]);
    }
}

#[test]
fn a_vault_without_its_key_is_asked_once_and_one_word_lets_everything_go() {
    let desk = Desk::new(3);
    let ids = desk.queue_all(3);
    let key = desk.setting.home.path().join("vault.key");
    let aside = key.with_extension("aside");
    std::fs::rename(&key, &aside).unwrap();
    desk.drain();
    assert_eq!((desk.states(&ids), desk.traffic()), (vec!["deferred".to_owned(); 3], (0, 0)));
    assert_eq!(ids.iter().map(|id| desk.delivery(id).attempt).sum::<u32>(), 1);
    std::fs::rename(&aside, &key).unwrap();
    let mut host = desk.setting.home.host();
    host.ok("delivery.retry", json!({"delivery": ids[1].as_str()}));
    for id in &ids {
        desk.setting.until(&mut host, &json!(id.as_str()), &["sent"]);
    }
}

#[test]
fn a_keyring_that_answers_again_ends_the_pause_for_it_and_no_other() {
    let desk = Desk::new(1);
    let id = desk.queue(0);
    let account = desk.delivery(&id).draft.account;
    let later = desk.place.clock.now() + TimeDelta::minutes(30);
    for (by, ends) in [("rate_limited", false), ("vault_locked", true)] {
        desk.world().store.pause_account(&account, later, by).unwrap();
        assert_eq!(desk.account().paused_by.as_deref(), Some(by));
        let shown = health::health(&desk.world()).unwrap();
        assert_eq!((shown.vault_failure, shown.accounts[0].continues_at.is_none()), (None, ends), "{by}");
    }
}

#[test]
fn an_account_that_waits_keeps_no_other_account_waiting() {
    let desk = Desk::new(2);
    let ids = desk.queue_all(2);
    let world = desk.world();
    let account = desk.delivery(&ids[0]).draft.account;
    let now = desk.place.clock.now();
    assert_eq!(world.store.next_due(now, &[]).unwrap().as_ref(), Some(&ids[0]));
    assert_eq!(world.store.next_due(now, std::slice::from_ref(&account)).unwrap(), None);
    let other = correo_cfdi::domain::account::AccountId::from_text("another");
    assert_eq!(world.store.next_due(now, &[other]).unwrap().as_ref(), Some(&ids[0]));
}

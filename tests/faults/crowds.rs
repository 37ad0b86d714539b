//! Many hosts at once, and hosts that vanish.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::host::{Host, wait};
use crate::journey::setting::Setting;
use crate::processes;
use crate::sandbox::walk::Person;
use crate::worlds::Place;

const HOSTS: usize = 10;
const EACH: usize = 50;

/// Access tokens that end while the crowd is at work.
const EXPIRIES: u64 = 5;

/// Every delivery, page by page.
fn all(host: &mut Host) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    let mut params = json!({"limit": 200});
    loop {
        let page = host.ok("delivery.list", params.clone());
        found.extend(page["deliveries"].as_array().unwrap().iter().cloned());
        if page["next"].is_null() {
            return found;
        }
        params["after"] = page["next"].clone();
    }
}

fn recipients(setting: &Setting) -> Vec<String> {
    let one = |message: &Value| message["recipients"][0].as_str().unwrap().to_owned();
    setting.sandbox.messages().iter().map(one).collect()
}

#[test]
fn ten_hosts_and_five_hundred_deliveries_arrive_once_with_one_refresh_for_each_expiry() {
    let setting = Setting::signed_in(5);
    setting.behave(json!({"keep_raw": false}));
    let mut first = setting.home.host();
    let account = setting.account(&mut first);
    first.ok("account.budget", json!({"account": account, "daily_budget": 5_000}));
    let (queued, lock) = (AtomicUsize::new(0), setting.home.hold_sender());
    let expiries = std::thread::scope(|scope| {
        for number in 0..HOSTS {
            let (setting, queued) = (&setting, &queued);
            scope.spawn(move || {
                let mut host = setting.home.host();
                for index in 0..EACH {
                    setting.queue(&mut host, index % 5, &format!("cliente-{number}-{index}@example.mx"));
                    queued.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        // Enough waits that the sender does not run dry while the hosts go on.
        wait("a tenth is queued", || (queued.load(Ordering::SeqCst) >= HOSTS * EACH / 10).then_some(()));
        drop(lock);
        let mut sender = setting.home.sender();
        for _ in 0..EXPIRIES {
            let before = setting.count("refreshes");
            let sent = setting.sandbox.messages().len();
            wait("some more leave", || (setting.sandbox.messages().len() > sent + 20).then_some(()));
            assert!(setting.count("refreshes") <= before + 1, "without an expiry there is no reason to refresh");
            let before = setting.count("refreshes");
            setting.sandbox.expire_access_tokens();
            wait("the token is renewed", || (setting.count("refreshes") > before).then_some(()));
        }
        sender.wait().unwrap();
        EXPIRIES
    });
    setting.home.sender().wait().unwrap();
    wait("all are sent", || (setting.sandbox.messages().len() >= HOSTS * EACH).then_some(()));
    setting.home.settle();
    let arrived = recipients(&setting);
    assert_eq!((arrived.len(), arrived.iter().collect::<BTreeSet<_>>().len()), (HOSTS * EACH, HOSTS * EACH));
    assert!(all(&mut first).iter().all(|delivery| delivery["state"] == "sent"));
    // An access token lives in the memory of one sender: each that sent began with a refresh of its own.
    let senders = senders_of(&setting);
    assert_eq!(setting.count("refreshes"), expiries + senders.len() as u64, "{senders:?}");
    assert_eq!(setting.count("sessions_opened"), (HOSTS * EACH) as u64);
}

/// Processes that ever began an attempt.
fn senders_of(setting: &Setting) -> BTreeSet<u32> {
    let store = Place::at(setting.home.path().to_owned()).world().store;
    let (ids, _) = store.changed_since(0).unwrap();
    let ledgers = ids.iter().flat_map(|id| store.ledger(id).unwrap());
    ledgers.filter(|line| line.event == "attempt").map(|line| line.process).collect()
}

#[test]
fn fifty_hosts_that_vanish_leave_one_sender_which_ends_by_itself() {
    let setting = Setting::signed_in(5);
    // Long enough that every one of them would still be at work if it could.
    setting.fault(json!({"point": "token_refresh", "kind": "trickle", "interval_ms": 3}));
    let mut answered = Vec::new();
    for number in 0..50 {
        let recipient = format!("cliente-{number}@example.mx");
        let mut host = setting.home.host();
        let mut params = setting.params(number % 5, &recipient);
        params["confirmed"] = host.ok("delivery.preview", params.clone())["digest"].clone();
        let id = host.ask("delivery.send", params);
        // A third is cut off before the answer: that delivery may or may not have been accepted.
        if number % 3 > 0 {
            host.answer(id).unwrap();
            answered.push(recipient);
        }
        if number % 2 == 0 {
            host.child.kill().unwrap();
            host.child.wait().unwrap();
        } else {
            host.leave();
        }
    }
    let home = setting.home.path();
    wait("no host is left", || processes::hosts(home).is_empty().then_some(()));
    wait("at most one sender remains", || (processes::senders(home).len() <= 1).then_some(()));
    wait("it ends by itself", || processes::of_home(home).is_empty().then_some(()));
    let listed = all(&mut setting.home.host());
    assert!(listed.iter().all(|delivery| delivery["state"] == "sent"), "{listed:?}");
    let arrived = recipients(&setting);
    assert_eq!((arrived.len(), arrived.iter().collect::<BTreeSet<_>>().len()), (listed.len(), listed.len()));
    assert!(answered.iter().all(|recipient| arrived.contains(recipient)), "an answer is a promise");
}

#[test]
fn a_revoked_grant_is_asked_for_once_however_many_wait() {
    let setting = Setting::signed_in(5);
    let lock = setting.home.hold_sender();
    let mut hosts: Vec<Host> = (0..HOSTS).map(|_| setting.home.host()).collect();
    for (number, host) in hosts.iter_mut().enumerate() {
        setting.queue(host, number % 5, &format!("cliente-{number}@example.mx"));
    }
    setting.sandbox.revoke_account(&Person::willing().email);
    drop(lock);
    setting.drain();
    let refused = all(&mut hosts[0]);
    assert!(refused.iter().all(|delivery| delivery["reason"] == "sign_in_needed"), "{refused:?}");
    let signed_in = setting.sign_in(&mut hosts[1], &Person::willing()).unwrap();
    hosts[1].ok("company.save", setting.with_flow(&signed_in));
    wait("all are sent", || (setting.sandbox.messages().len() == HOSTS).then_some(()));
    setting.home.settle();
    assert_eq!(setting.count("refreshes"), senders_of(&setting).len() as u64 - 1);
}

//! The sender outlives whatever started it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::host::{Host, wait};
use crate::journey::setting::Setting;
use crate::saw;
use crate::windows::jobs::Job;

/// Messages that reached the provider.
fn arrived(setting: &Setting) -> usize {
    setting.sandbox.messages().len()
}

/// Queues a message that is due when its host is gone; the sender that is started now waits for it.
fn queue_for_later(setting: &Setting, host: &mut Host) -> Value {
    let mut params = setting.params(0, "cliente@example.mx");
    params["not_before"] = json!((chrono::Utc::now() + chrono::TimeDelta::seconds(4)).to_rfc3339());
    setting.send(host, params).unwrap()["delivery"]["delivery"].clone()
}

#[test]
fn mail_leaves_after_the_process_that_queued_it_has_ended() {
    let setting = Setting::signed_in(1);
    setting.home.settle();
    let mut host = setting.home.host();
    let delivery = queue_for_later(&setting, &mut host);
    let gone = host.leave();
    assert!(gone < Duration::from_secs(2), "{gone:?}");
    assert_eq!(arrived(&setting), 0, "the host was to end first");
    wait("the mail arrives", || (arrived(&setting) == 1).then_some(()));
    let detail = setting.until(&mut setting.home.host(), &delivery, &["sent"]);
    let sender = detail["ledger"].as_array().unwrap().last().unwrap()["process"].as_u64().unwrap();
    assert_ne!(sender, u64::from(host.child.id()));
    saw(&format!("queued by process {} and sent by {sender} after its end", host.child.id()));
}

#[test]
fn mail_leaves_after_the_browsers_job_was_killed() {
    let setting = Setting::signed_in(1);
    setting.home.settle();
    let job = Job::that_kills(true);
    let mut host = setting.home.host();
    job.take(&host.child);
    queue_for_later(&setting, &mut host);
    drop(job);
    wait("the host is killed", || host.child.try_wait().unwrap());
    assert_eq!(arrived(&setting), 0, "the host was to end first");
    wait("the mail arrives", || (arrived(&setting) == 1).then_some(()));
    saw("a job that lets go: the host was killed with it, and the sender sent");
}

#[test]
fn a_job_that_lets_nobody_go_does_not_keep_mail_from_leaving() {
    let setting = Setting::signed_in(1);
    setting.home.settle();
    let job = Job::that_kills(false);
    let mut host = setting.home.host();
    job.take(&host.child);
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    setting.until(&mut host, &delivery, &["sent"]);
    drop(job);
    wait("the host is killed", || host.child.try_wait().unwrap());
    saw("a job that lets nobody go: the sender sent within it");
}

//! The sender dies at any moment: before the last dot nothing has left, after it nothing is sent again.

use std::time::Duration;

use super::office::Office;
use super::server::{Act, Tls};

/// Waits until the server has heard that word from this client.
fn heard(office: &Office, word: &str) {
    crate::host::wait(word, || office.server.heard().iter().any(|line| line.starts_with(word)).then_some(()));
}

#[test]
fn a_sender_that_dies_before_the_last_dot_is_followed_by_one_that_sends() {
    for (step, word) in [("AUTH", "AUTH"), ("RCPT", "RCPT"), ("DATA", "DATA")] {
        let mut office = Office::new(Tls::FromStart);
        office.server.next(step, Act::Hang);
        let delivery = office.queue(&["compras@cliente.example"], &[]);
        heard(&office, word);
        office.setting.kill_sender(&mut office.host, &delivery);
        office.setting.drain();
        let end = office.until(&delivery, &["sent", "unknown", "failed"]);
        assert_eq!(end["delivery"]["state"], "sent", "{step}");
        assert_eq!(office.server.received().len(), 1, "{step}");
    }
}

#[test]
fn invariant_1_a_sender_that_dies_after_the_last_dot_leaves_an_unknown_that_nobody_sends_again() {
    for (act, taken) in [(Act::TakeAndHang, 1), (Act::Hang, 0)] {
        let mut office = Office::new(Tls::FromStart);
        office.server.next("DOT", act);
        let delivery = office.queue(&["compras@cliente.example"], &[]);
        crate::host::wait("the commit point", || {
            let detail = office.host.ok("delivery.get", serde_json::json!({"delivery": delivery}));
            (detail["ledger"].as_array().unwrap().last().unwrap()["event"] == "committed").then_some(())
        });
        crate::host::wait("the last dot", || office.server.played().then_some(()));
        office.setting.kill_sender(&mut office.host, &delivery);
        office.setting.drain();
        office.setting.drain();
        let end = office.until(&delivery, &["sent", "unknown", "failed"]);
        assert_eq!(end["delivery"]["state"], "unknown");
        assert_eq!(office.server.received().len(), taken);
    }
}

#[test]
fn a_cancel_before_the_last_dot_ends_the_message() {
    let mut office = Office::new(Tls::FromStart);
    office.server.next("DATA", Act::Late(Duration::from_millis(1_500)));
    let delivery = office.queue(&["compras@cliente.example"], &[]);
    heard(&office, "DATA");
    office.host.ok("delivery.cancel", serde_json::json!({"delivery": delivery}));
    office.setting.home.settle();
    assert_eq!(office.until(&delivery, &["cancelled"])["delivery"]["state"], "cancelled");
    assert!(office.server.received().is_empty());
}

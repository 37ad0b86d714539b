//! How a grant ends and goes on: the cause is told by its clue, everything waits for one sign-in, and goes on by itself.

use std::time::Duration;

use correo_cfdi::usecase::accounts;
use serde_json::{Value, json};

use super::desk::Desk;
use crate::journey::setting::Setting;
use crate::sandbox::walk::Person;

const DAY: Duration = Duration::from_secs(86_400);

/// A grant that lasted so long when the provider refused it with these codes.
fn ended_after(desk: &Desk, time: Duration, subtype: Option<&str>) -> correo_cfdi::domain::delivery::DeliveryId {
    let id = desk.queue(0);
    desk.place.clock.pass(time);
    let mut fault = json!({"point": "token_refresh", "kind": "status", "status": 400, "reason": "invalid_grant"});
    // Free text of the provider's, which must not be kept.
    fault["message"] = json!("Token of facturas@papeleria.example has been expired or revoked.");
    fault["subtype"] = json!(subtype);
    desk.fault(fault);
    desk.drain();
    id
}

fn account(desk: &Desk) -> Value {
    desk.setting.home.host().ok("account.list", json!({}))["accounts"][0].clone()
}

#[test]
fn each_end_is_told_by_its_own_clue_and_waits_for_one_sign_in() {
    for (days, life, subtype, kind) in [
        (3.0, None, None, "grant_refused"),
        (6.9, None, None, "testing_expired"),
        (6.9, None, Some("invalid_rapt"), "reauth_required"),
        (200.0, None, None, "idle_expired"),
        (3.0, Some(3 * 86_400), None, "access_ended"),
        (9.0, Some(604_799), None, "testing_expired"),
    ] {
        let setting = Setting::new(1);
        setting.behave(json!({"refresh_token_expires_in": life}));
        let desk = Desk::over(setting.and_sign_in());
        let id = ended_after(&desk, DAY.mul_f64(days), subtype);
        assert_eq!(desk.state(&id), ("deferred".to_owned(), Some("sign_in_needed".to_owned())), "{kind}");
        assert_eq!(desk.events(&id).last().map(String::as_str), Some(kind), "the history says why");
        let shown = account(&desk);
        assert_eq!((&shown["state"], &shown["reconnect"]), (&json!("sign_in_needed"), &json!(kind)));
        let codes = if subtype.is_some() { "invalid_grant/invalid_rapt" } else { "invalid_grant" };
        assert_eq!(shown["reconnect_detail"], codes, "codes, and none of the provider's free text");
        assert!(shown["ends_at"].is_null() && shown["reminder"].is_null() && shown["ended_at"].is_string());
        assert_eq!(desk.setting.secrets(), 1, "the dead token is deleted");
    }
}

#[test]
fn a_lost_scope_keeps_the_token_and_is_named() {
    let desk = Desk::new(1);
    desk.refuse(403, "insufficientPermissions", 1);
    let id = desk.queue(0);
    desk.drain();
    assert_eq!(desk.state(&id), ("deferred".to_owned(), Some("scope_lost".to_owned())));
    assert_eq!((&account(&desk)["reconnect"], desk.setting.secrets()), (&json!("scope_lost"), 2));
}

#[test]
fn the_first_cause_stays_whatever_is_asked_later() {
    let desk = Desk::new(2);
    let id = ended_after(&desk, DAY.mul_f64(6.9), None);
    let world = desk.world();
    assert!(
        world.store.release_account(&desk.delivery(&id).draft.account, "sign_in_needed", world.clock.now()).unwrap()
            == 1
    );
    desk.place.clock.pass(DAY * 30);
    desk.drain();
    assert_eq!(account(&desk)["reconnect"], "testing_expired");
}

#[test]
fn a_sign_in_in_another_browser_lets_everything_go_on_and_forgets_the_cause() {
    let desk = Desk::new(2);
    let ids = [desk.queue(1), ended_after(&desk, DAY * 3, None)];
    let mut watching = desk.setting.home.host();
    watching.ok("delivery.list", json!({}));
    let mut other_browser = desk.setting.home.host();
    let signed_in = desk.setting.sign_in(&mut other_browser, &Person::willing()).unwrap();
    assert_eq!(signed_in["other_than"], Value::Null);
    other_browser.ok("company.save", desk.setting.with_flow(&signed_in));
    for id in &ids {
        desk.setting.until(&mut watching, &json!(id.as_str()), &["sent"]);
    }
    assert!(watching.event("delivery.changed")["delivery"]["state"].is_string(), "the first browser is told");
    let shown = account(&desk);
    assert_eq!((&shown["state"], &shown["reconnect"]), (&json!("ready"), &Value::Null));
    assert!(shown["reconnect_detail"].is_null() && shown["last_used_at"].is_string());
}

#[test]
fn deliveries_of_every_company_of_the_account_go_on_after_a_sign_in_for_one() {
    let desk = Desk::new(1);
    let id = ended_after(&desk, DAY * 3, None);
    let mut host = desk.setting.home.host();
    // A second company of the same account, for which the person signs in.
    let mut second = desk.setting.company();
    second["rfc"] = json!("DEM010101AB9");
    second["account"] = desk.setting.account(&mut host);
    host.ok("company.save", second.clone());
    let begun = host.ok("sign_in.begin", json!({"company": "DEM010101AB9", "login_hint": Person::willing().email}));
    let signed_in = desk.setting.finish(&mut host, &begun, &Person::willing()).unwrap();
    second["flow"] = signed_in["flow"].clone();
    host.ok("company.save", second);
    desk.setting.until(&mut host, &json!(id.as_str()), &["sent"]);
}

#[test]
fn the_health_of_an_account_says_last_use_and_expected_end_and_reminds_twice() {
    let desk = Desk::new(1);
    let before = account(&desk);
    assert_eq!((&before["last_used_at"], &before["ends_by"]), (&Value::Null, &json!("idle_expired")));
    desk.queue(0);
    desk.drain();
    let used = account(&desk);
    assert!(used["last_used_at"].is_string() && used["reminder"].is_null());
    let time = |text: &Value| chrono::DateTime::parse_from_rfc3339(text.as_str().unwrap()).unwrap();
    assert_eq!((time(&used["ends_at"]) - time(&used["last_used_at"])).num_days(), 180);
    for (days, reminder) in [(149, None), (2, Some(30)), (21, Some(30)), (2, Some(7))] {
        desk.place.clock.pass(DAY * days);
        assert_eq!(accounts::list(&desk.world()).unwrap().accounts[0].reminder, reminder);
    }
}

#[test]
fn a_sign_in_while_a_dead_token_is_being_refused_is_not_deleted_with_it() {
    let desk = Desk::new(1);
    let id = desk.queue(0);
    desk.setting.sandbox.revoke_account(&Person::willing().email);
    // The refusal comes byte by byte: the sender is in the middle of it while the person saves the new grant.
    desk.fault(json!({"point": "token_refresh", "kind": "trickle", "interval_ms": 25}));
    let mut host = desk.setting.home.host();
    let signed_in = desk.setting.sign_in(&mut host, &Person::willing()).unwrap();
    let mut sender = desk.setting.home.sender();
    crate::host::wait("the sender asks for a token", || {
        (desk.setting.sandbox.state()["counters"]["faults"]["token_refresh"] == 1).then_some(())
    });
    host.ok("company.save", desk.setting.with_flow(&signed_in));
    assert!(sender.wait().unwrap().success());
    desk.setting.until(&mut host, &json!(id.as_str()), &["sent"]);
    assert_eq!((&account(&desk)["state"], desk.setting.secrets()), (&json!("ready"), 3), "grant, client, mark");
}

#[test]
fn an_application_that_the_organisation_blocked_goes_on_after_the_next_sign_in() {
    let desk = Desk::new(1);
    let id = desk.queue(0);
    let fault = json!({"point": "token_refresh", "kind": "status", "status": 400, "reason": "admin_policy_enforced"});
    desk.fault(fault);
    desk.drain();
    assert_eq!(desk.state(&id), ("deferred".to_owned(), Some("app_blocked".to_owned())));
    assert_eq!(desk.setting.secrets(), 2, "the grant is not dead");
    let mut host = desk.setting.home.host();
    let signed_in = desk.setting.sign_in(&mut host, &Person::willing()).unwrap();
    host.ok("company.save", desk.setting.with_flow(&signed_in));
    desk.setting.until(&mut host, &json!(id.as_str()), &["sent"]);
}

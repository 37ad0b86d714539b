//! No token leaves over a connection that is not proven.

use super::office::Office;
use super::server::Tls;

fn keeps_its_token(tls: Tls, name: &str) {
    let mut office = Office::of(tls, name);
    let (delivery, state, reason) = office.send();
    assert_eq!((state.as_str(), reason.as_str()), ("deferred", "tls_failed"));
    // It would be tried again and again.
    office.host.ok("delivery.cancel", serde_json::json!({"delivery": delivery}));
    let heard = office.server.heard();
    assert!(!heard.iter().any(|line| line.starts_with("AUTH")), "{heard:?}");
}

#[test]
fn a_certificate_for_another_name_gets_no_token() {
    keeps_its_token(Tls::FromStart, "otro.example");
}

#[test]
fn the_same_after_starttls() {
    keeps_its_token(Tls::Upgraded, "otro.example");
}

#[test]
fn a_server_without_starttls_gets_no_token() {
    keeps_its_token(Tls::Stripped, "localhost");
}

#[test]
fn what_is_injected_before_tls_is_not_taken_for_an_answer() {
    keeps_its_token(Tls::Injected, "localhost");
}

#[test]
fn a_token_for_one_server_does_not_go_to_another() {
    let mut office = Office::new(Tls::FromStart);
    let mut client = office.setting.sandbox.client_json(&[&crate::host::redirect_uri()]);
    client["correo_cfdi"]["smtp"] = "smtps://localhost:9".into();
    office.setting.home.import_client(&client);
    let (_, state, reason) = office.send();
    assert_eq!((state.as_str(), reason.as_str()), ("deferred", "account_stranded"));
    assert!(office.server.heard().is_empty());
}

//! No token leaves over a connection that is not proven.

use super::office::Office;
use super::server::{Flaw, Tls};

fn keeps_its_token(tls: Tls, flaw: Flaw, kind: &str) {
    let mut office = Office::of(tls, flaw);
    let (delivery, state, reason) = office.send();
    assert_eq!((state.as_str(), reason.as_str()), ("deferred", kind), "{flaw:?}");
    // It would be tried again and again.
    office.host.ok("delivery.cancel", serde_json::json!({"delivery": delivery}));
    let heard = office.server.heard();
    assert!(!heard.iter().any(|line| line.starts_with("AUTH")), "{heard:?}");
}

#[test]
fn each_flaw_of_a_certificate_has_its_name_and_no_server_gets_a_token() {
    for (flaw, kind) in [
        (Flaw::OtherName, "tls_wrong_name"),
        (Flaw::Expired, "tls_expired"),
        (Flaw::NotYet, "tls_expired"),
        (Flaw::Stranger, "tls_untrusted"),
        (Flaw::Namesake, "tls_untrusted"),
    ] {
        keeps_its_token(Tls::FromStart, flaw, kind);
    }
}

#[test]
fn the_same_after_starttls() {
    keeps_its_token(Tls::Upgraded, Flaw::OtherName, "tls_wrong_name");
    keeps_its_token(Tls::Upgraded, Flaw::Stranger, "tls_untrusted");
}

#[test]
fn a_server_without_starttls_gets_no_token() {
    keeps_its_token(Tls::Stripped, Flaw::Nothing, "tls_failed");
}

#[test]
fn what_is_injected_before_tls_is_not_taken_for_an_answer() {
    keeps_its_token(Tls::Injected, Flaw::Nothing, "tls_failed");
}

#[test]
fn a_file_of_authorities_that_is_gone_is_named() {
    let mut office = Office::new(Tls::FromStart);
    std::fs::remove_file(office.setting.home.path().join("ca.pem")).unwrap();
    let (_, state, reason) = office.send();
    assert_eq!((state.as_str(), reason.as_str()), ("deferred", "ca_file_unreadable"));
    assert!(office.server.heard().is_empty());
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

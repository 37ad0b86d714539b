//! Sign-in whose redirect arrives on this computer, with an HTTP client as the browser.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use super::setting::Setting;
use crate::host::{Host, redirect_uri, wait};
use crate::sandbox::walk::{self, Person};

/// A setting whose client is of the type *Desktop app*.
pub fn desktop() -> Setting {
    let setting = Setting::new(1);
    setting.home.import_client(&setting.sandbox.desktop_client_json());
    setting
}

/// Begins by loopback.
pub fn begin(setting: &Setting, host: &mut Host) -> Value {
    host.ok("sign_in.begin", json!({"company": setting.rfc(), "via": "loopback"}))
}

/// Walks through the provider's pages to the redirect, which the browser would follow now.
pub fn consent(begun: &Value, person: &Person) -> Url {
    walk::consent_blocking(begun["auth_url"].as_str().unwrap(), person).unwrap()
}

/// Says something to that port and hears the whole answer.
pub fn speak(port: u16, words: &str) -> String {
    let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // Whoever is refused in the middle of its words hears the end of the connection instead.
    drop(connection.write_all(words.as_bytes()));
    let mut answer = Vec::new();
    drop(connection.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

/// Follows a redirect as a browser does.
pub fn follow(redirect: &Url) -> String {
    let (port, target) = (redirect.port().unwrap(), &redirect[url::Position::BeforePath..]);
    speak(port, &format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n\r\n"))
}

pub fn port(begun: &Value) -> u16 {
    begun["redirect_uri"].as_str().unwrap().parse::<Url>().unwrap().port().unwrap()
}

/// Waits until nobody listens there.
pub fn until_free(port: u16) {
    wait("the port is free", || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err().then_some(()));
}

#[test]
fn the_redirect_ends_the_wait_and_frees_the_port() {
    let setting = desktop();
    let mut host = setting.home.host();
    let begun = begin(&setting, &mut host);
    assert_eq!(begun["redirect_uri"], format!("http://127.0.0.1:{}/", port(&begun)));
    let complete = host.ask("sign_in.complete", json!({"flow": begun["flow"]}));
    let redirect = consent(&begun, &Person::willing());
    let answer = follow(&redirect);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    for field in [
        "cache-control: no-store",
        "referrer-policy: no-referrer",
        "content-security-policy: default-src 'none'; style-src 'sha256-",
        "x-content-type-options: nosniff",
    ] {
        assert!(answer.to_lowercase().contains(field), "{field}: {answer}");
    }
    assert!(answer.contains("lang=\"es\"") && answer.contains("Ya puede volver"), "{answer}");
    assert!(answer.contains("lang=\"en\"") && answer.contains("You can go back"), "{answer}");
    assert!(!answer.contains("<script"), "{answer}");
    for (name, value) in redirect.query_pairs().filter(|(name, _)| name == "code" || name == "state") {
        assert!(!answer.contains(&*value), "the page holds the {name}");
    }
    assert_eq!(host.event("sign_in.arrived"), json!({"flow": begun["flow"]}));
    let signed_in = host.answer(complete).unwrap();
    until_free(port(&begun));
    let saved = host.ok("company.save", setting.with_flow(&signed_in));
    assert_eq!(saved["account"]["state"], "ready");
}

#[test]
fn a_redirect_that_is_faster_than_the_wait_is_not_lost() {
    let setting = desktop();
    let mut host = setting.home.host();
    let begun = begin(&setting, &mut host);
    let redirect = consent(&begun, &Person::willing());
    let browser = std::thread::spawn(move || follow(&redirect));
    let signed_in = host.ok("sign_in.complete", json!({"flow": begun["flow"]}));
    assert!(browser.join().unwrap().starts_with("HTTP/1.1 200"));
    assert_eq!(signed_in["account"]["state"], "unsaved");
}

#[test]
fn a_cancel_ends_the_wait_and_frees_port_and_flow() {
    let setting = desktop();
    let mut host = setting.home.host();
    let begun = begin(&setting, &mut host);
    let complete = host.ask("sign_in.complete", json!({"flow": begun["flow"]}));
    // A second wait for the same flow has nothing to wait with, whichever of the two came first.
    let second = host.ask("sign_in.complete", json!({"flow": begun["flow"]}));
    let early = host.next_answer();
    assert_eq!(early["error"]["data"]["kind"], "flow_lost");
    let waiting = if early["id"] == complete { second } else { complete };
    // The answers of cancel and wait may come in either order.
    host.ask("sign_in.cancel", json!({"flow": begun["flow"]}));
    let answers = [host.next_answer(), host.next_answer()];
    let ended = answers.iter().find(|answer| answer["id"] == waiting).unwrap();
    assert_eq!(ended["error"]["data"]["kind"], "flow_lost");
    until_free(port(&begun));
    assert_eq!(host.kind("sign_in.complete", json!({"flow": begun["flow"]})), "flow_lost");
}

#[test]
fn a_cancel_before_the_wait_and_another_begin_free_the_port_too() {
    let setting = desktop();
    let mut host = setting.home.host();
    let first = begin(&setting, &mut host);
    let second = begin(&setting, &mut host);
    assert_ne!(port(&first), port(&second));
    until_free(port(&first));
    host.ok("sign_in.cancel", json!({}));
    until_free(port(&second));
    let third = begin(&setting, &mut host);
    drop(host);
    until_free(port(&third));
}

#[test]
fn a_refusal_on_the_page_is_told_in_both_places() {
    let setting = desktop();
    let mut host = setting.home.host();
    let begun = begin(&setting, &mut host);
    let complete = host.ask("sign_in.complete", json!({"flow": begun["flow"]}));
    let redirect = consent(&begun, &Person { cancel: true, ..Person::willing() });
    assert!(follow(&redirect).contains("No se dio el permiso"));
    assert_eq!(host.answer(complete).unwrap_err()["data"]["kind"], "access_denied");
}

#[test]
fn an_unticked_box_is_asked_for_again_on_the_same_way() {
    let setting = desktop();
    let mut host = setting.home.host();
    let begun = begin(&setting, &mut host);
    let complete = host.ask("sign_in.complete", json!({"flow": begun["flow"]}));
    follow(&consent(&begun, &Person { tick_send: false, ..Person::willing() }));
    let missing = host.answer(complete).unwrap_err();
    assert_eq!(missing["data"]["kind"], "scope_missing");
    let again = host.ok("sign_in.begin", json!({"again": missing["data"]["flow"], "via": "loopback"}));
    let complete = host.ask("sign_in.complete", json!({"flow": again["flow"]}));
    follow(&consent(&again, &Person::willing()));
    assert_eq!(host.answer(complete).unwrap()["account"]["state"], "unsaved");
}

#[test]
fn each_type_of_client_takes_its_own_way() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let loopback = json!({"company": setting.rfc(), "via": "loopback"});
    assert_eq!(host.ok("client.show", json!({}))["client"]["ways"], json!(["identity"]));
    assert_eq!(host.kind("sign_in.begin", loopback.clone()), "desktop_client_needed");
    setting.home.import_client(&setting.sandbox.desktop_client_json());
    assert_eq!(host.ok("client.show", json!({}))["client"]["ways"], json!(["loopback"]));
    assert_eq!(host.kind("sign_in.begin", json!({"company": setting.rfc()})), "web_client_needed");
    host.ok("sign_in.begin", loopback.clone());
    // Another provider may have registered both for one client.
    let both = setting.sandbox.client_json(&[&redirect_uri(), "http://127.0.0.1/"]);
    setting.home.import_client(&both);
    assert_eq!(host.ok("client.show", json!({}))["client"]["ways"], json!(["identity", "loopback"]));
}

#[test]
fn a_flow_of_the_browsers_window_cannot_be_waited_for() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let begun = setting.begin(&mut host);
    let error = host.call("sign_in.complete", json!({"flow": begun["flow"]})).unwrap_err();
    assert_eq!((&error["data"]["kind"], &error["data"]["subject"]), (&json!("invalid_params"), &json!("redirect_url")));
    assert!(setting.finish(&mut host, &begun, &Person::willing()).is_ok());
}

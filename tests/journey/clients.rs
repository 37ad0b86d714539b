//! The OAuth client, and everything that keeps a sign-in from beginning.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::{Home, company, folder, redirect_uri};
use crate::sandbox::walk::Person;
use crate::sandbox::{Options, Sandbox};

fn googles_own() -> Value {
    json!({"web": {"client_id": "1-a.apps.googleusercontent.com", "project_id": "p",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": "https://oauth2.googleapis.com/token",
        "client_secret": "GOCSPX-not-a-secret", "redirect_uris": [redirect_uri()]}})
}

#[test]
fn googles_own_file_comes_over_the_wire_and_its_secret_never_goes_out() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    let nothing = json!({"client": null, "redirect_uri": redirect_uri(), "failure": null});
    assert_eq!(host.ok("client.show", json!({})), nothing);
    let view = host.ok("client.import", json!({"json": googles_own().to_string()}));
    assert_eq!((&view["google"], &view["kind"]), (&json!(true), &json!("web")));
    let shown = host.ok("client.show", json!({}));
    assert_eq!(shown["client"], view);
    for text in [view.to_string(), shown.to_string(), host.ok("health", json!({})).to_string()] {
        assert!(!text.contains("not-a-secret"), "{text}");
    }
    let store = std::fs::read(home.path().join("outbox.db-wal")).unwrap();
    assert!(!store.windows(12).any(|window| window == b"not-a-secret"));
}

#[test]
fn another_provider_does_not_come_over_the_wire_and_its_hosts_are_named() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    let mut file = googles_own();
    file["web"]["token_uri"] = json!("https://tokens.example/token");
    let error = host.call("client.import", json!({"json": file.to_string()})).unwrap_err();
    assert_eq!(error["data"]["kind"], "client_not_google");
    assert!(error["data"]["subject"].as_str().unwrap().contains("tokens.example"), "{error}");
    let mut extra = googles_own();
    extra["correo_cfdi"] = json!({"ca_file": "/tmp/ca.pem"});
    assert_eq!(host.kind("client.import", json!({"json": extra.to_string()})), "client_not_google");
    assert_eq!(host.ok("client.show", json!({}))["client"], Value::Null);
}

#[test]
fn what_is_no_client_file_changes_nothing() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    host.ok("client.import", json!({"json": googles_own().to_string()}));
    let before = host.ok("client.show", json!({}));
    let plain = googles_own().to_string().replace("https://oauth2", "http://oauth2");
    for text in ["", "{}", "[]", "<xml/>", &plain, &" ".repeat(65 * 1024)] {
        assert_eq!(host.kind("client.import", json!({"json": text})), "client_malformed");
    }
    assert_eq!(host.ok("client.show", json!({})), before);
}

#[test]
fn without_client_nothing_begins() {
    let home = Home::with_file_vault();
    assert_eq!(home.host().kind("sign_in.begin", json!({})), "no_client");
}

#[test]
fn a_company_that_is_unknown_or_switched_off_begins_no_sign_in() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    assert_eq!(host.kind("sign_in.begin", json!({"company": "XAXX010101000"})), "unknown_company");
    assert_eq!(host.kind("sign_in.begin", json!({"company": "no RFC"})), "invalid_rfc");
    let mut off = setting.company();
    off["use_oauth"] = json!(false);
    host.ok("company.save", off);
    let error = host.call("sign_in.begin", json!({"company": setting.rfc()})).unwrap_err();
    assert_eq!(error["data"]["kind"], "oauth_disabled");
    assert_eq!(error["data"]["subject"], setting.rfc());
    assert_eq!(setting.count("authorizations"), 0);
}

#[test]
fn a_vault_that_cannot_be_used_is_told_before_anybody_consents() {
    let setting = Setting::new(1);
    let key = setting.home.path().join("vault.key");
    let mut host = setting.home.host();
    std::fs::rename(&key, key.with_extension("away")).unwrap();
    assert_eq!(host.kind("sign_in.begin", json!({})), "vault_key_file");
    let health = host.ok("health", json!({}));
    assert_eq!((&health["vault"], &health["vault_failure"]), (&json!("file"), &json!("vault_key_file")));
    std::fs::rename(key.with_extension("away"), &key).unwrap();
    host.ok("sign_in.begin", json!({}));
}

#[test]
fn a_wrong_or_missing_client_secret_is_told_apart() {
    for (secret, kind) in [(json!("of-somebody-else"), "invalid_client"), (Value::Null, "client_secret_missing")] {
        let sandbox = Sandbox::start(Options::default()).unwrap();
        let home = Home::with_file_vault();
        let mut client = sandbox.client_json(&[&redirect_uri()]);
        client["web"]["client_secret"] = secret;
        home.import_client(&client);
        let mut host = home.host();
        let begun = host.ok("sign_in.begin", json!({}));
        let person = Person::willing();
        let redirect = crate::sandbox::walk::consent_blocking(begun["auth_url"].as_str().unwrap(), &person).unwrap();
        let complete = json!({"flow": begun["flow"], "redirect_url": redirect.as_str()});
        assert_eq!(host.kind("sign_in.complete", complete), kind);
    }
}

#[test]
fn a_provider_that_is_down_is_offline_and_nothing_is_handed_out() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let home = Home::with_file_vault();
    home.import_client(&sandbox.client_json(&[&redirect_uri()]));
    drop(sandbox);
    let error = home.host().call("sign_in.begin", json!({})).unwrap_err();
    assert_eq!((&error["data"]["kind"], &error["data"]["retry"]), (&json!("offline"), &json!("later")));
}

#[test]
fn a_first_page_that_hangs_hands_no_address_out_but_an_error_page_would_show() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    setting.fault(json!({"point": "authorize", "kind": "status", "status": 503}));
    setting.begin(&mut host);
    setting.fault(json!({"point": "authorize", "kind": "hang", "seconds": 60}));
    assert_eq!(host.kind("sign_in.begin", json!({})), "provider_unavailable");
    setting.begin(&mut host);
}

#[test]
fn the_request_asks_for_exactly_what_the_design_says() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let begun = host.ok("sign_in.begin", json!({"login_hint": "ana@correo.example"}));
    assert_eq!((&begun["redirect_uri"], &begun["expires_in"]), (&json!(redirect_uri()), &json!(600)));
    let url = url::Url::parse(begun["auth_url"].as_str().unwrap()).unwrap();
    let query: std::collections::BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    let get = |name: &str| query.get(name).map(String::as_str);
    assert_eq!(get("scope"), Some("openid email https://www.googleapis.com/auth/gmail.send"));
    assert_eq!((get("response_type"), get("code_challenge_method")), (Some("code"), Some("S256")));
    assert_eq!((get("access_type"), get("prompt")), (Some("offline"), Some("consent select_account")));
    assert_eq!((get("login_hint"), get("include_granted_scopes")), (Some("ana@correo.example"), None));
    assert_eq!(get("redirect_uri"), Some(redirect_uri().as_str()));
    assert!(get("state").unwrap().len() >= 22 && get("nonce").unwrap().len() >= 22);
    assert_eq!((get("code_challenge").unwrap().len(), get("client_secret")), (43, None));
}

#[test]
fn a_company_is_saved_without_any_client() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    host.ok("company.save", company("DEM010101AB9", &folder(&home, "f")));
}

//! Sign-ins that come to nothing: each has its own kind, and nothing of it is kept.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::sandbox::walk::{Person, consent_blocking};

/// Signs in under that behaviour; the refusal.
fn refused(setting: &Setting, person: &Person) -> String {
    let mut host = setting.home.host();
    let begun = setting.begin(&mut host);
    let error = setting.finish(&mut host, &begun, person).unwrap_err();
    assert_eq!(host.ok("account.list", json!({}))["accounts"], json!([]));
    assert_eq!(setting.secrets(), 1, "the client's secret alone lies in the vault");
    // The flow is used up, and a new one can begin at once.
    let again = json!({"flow": begun["flow"], "redirect_url": crate::host::redirect_uri()});
    assert_eq!(host.kind("sign_in.complete", again), "flow_lost");
    setting.begin(&mut host);
    error["data"]["kind"].as_str().unwrap().to_owned()
}

#[test]
fn a_person_who_cancels_is_told_so() {
    let setting = Setting::new(1);
    assert_eq!(refused(&setting, &Person { cancel: true, ..Person::willing() }), "access_denied");
    assert_eq!(setting.count("code_exchanges"), 0);
}

#[test]
fn a_redirect_of_another_flow_or_provider_is_refused_before_its_code_is_used() {
    let setting = Setting::new(1);
    for (behaviour, kind) in [
        (json!({"redirect_state": "foreign"}), "state_mismatch"),
        (json!({"redirect_iss": "foreign"}), "issuer_mismatch"),
    ] {
        setting.behave(behaviour);
        assert_eq!(refused(&setting, &Person::willing()), kind);
        setting.behave(json!({"redirect_state": "same", "redirect_iss": "base"}));
    }
    assert_eq!(setting.count("code_exchanges"), 0);
}

#[test]
fn a_provider_that_names_no_issuer_in_the_redirect_is_fine() {
    let setting = Setting::new(1);
    setting.behave(json!({"redirect_iss": "absent", "scope_field": "absent"}));
    let mut host = setting.home.host();
    setting.sign_in(&mut host, &Person::willing()).unwrap();
}

#[test]
fn an_id_token_that_does_not_hold_saves_nothing() {
    let setting = Setting::new(1);
    for (id_token, kind) in [
        ("absent", "id_token_invalid"),
        ("garbage", "id_token_invalid"),
        ("wrong_nonce", "id_token_invalid"),
        ("wrong_aud", "id_token_invalid"),
        ("wrong_iss", "id_token_invalid"),
        ("expired", "id_token_invalid"),
        ("email_unverified", "email_not_verified"),
    ] {
        setting.behave(json!({"id_token": id_token}));
        assert_eq!(refused(&setting, &Person::willing()), kind, "{id_token}");
    }
}

#[test]
fn what_the_token_endpoint_says_is_told_apart() {
    let setting = Setting::new(1);
    let oauth = |status: u16, reason: &str| json!({"point": "token_code", "kind": "status", "status": status, "reason": reason});
    for (fault, kind) in [
        (oauth(400, "invalid_grant"), "code_rejected"),
        (oauth(401, "invalid_client"), "invalid_client"),
        (oauth(400, "redirect_uri_mismatch"), "redirect_uri_mismatch"),
        (oauth(400, "unsupported_grant_type"), "authorization_refused"),
        (oauth(400, "admin_policy_enforced"), "app_blocked"),
        (json!({"point": "token_code", "kind": "status", "status": 200}), "provider_malformed"),
        (json!({"point": "token_code", "kind": "status", "status": 407}), "proxy_refused"),
        (json!({"point": "token_code", "kind": "status", "status": 503}), "provider_unavailable"),
        (json!({"point": "token_code", "kind": "close"}), "provider_unavailable"),
        (json!({"point": "token_code", "kind": "truncate"}), "provider_unavailable"),
    ] {
        setting.fault(fault.clone());
        assert_eq!(refused(&setting, &Person::willing()), kind, "{fault}");
    }
}

#[test]
fn a_page_that_never_redirects_is_left_to_the_window() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    for error in ["admin_policy_enforced", "org_internal", "access_not_configured", "disallowed_useragent"] {
        for status in [200, 403] {
            setting.behave(json!({"policy_error": error, "policy_status": status}));
            let begun = setting.begin(&mut host);
            consent_blocking(begun["auth_url"].as_str().unwrap(), &Person::willing()).unwrap_err();
            host.ok("sign_in.cancel", json!({"flow": begun["flow"]}));
        }
    }
    setting.behave(json!({"policy_error": null}));
    setting.sign_in(&mut host, &Person::willing()).unwrap();
}

#[test]
fn a_code_that_is_too_old_is_refused() {
    let setting = Setting::new(1);
    setting.behave(json!({"code_lifetime": 0}));
    assert_eq!(refused(&setting, &Person::willing()), "code_rejected");
}

#[test]
fn a_flow_is_used_once() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let begun = setting.begin(&mut host);
    let redirect = consent_blocking(begun["auth_url"].as_str().unwrap(), &Person::willing()).unwrap();
    let complete = json!({"flow": begun["flow"], "redirect_url": redirect.as_str()});
    host.ok("sign_in.complete", complete.clone());
    assert_eq!(host.kind("sign_in.complete", complete), "flow_lost");
    // The code of one flow is worth nothing in another.
    let second = setting.begin(&mut host);
    let replay = json!({"flow": second["flow"], "redirect_url": redirect.as_str()});
    assert_eq!(host.kind("sign_in.complete", replay), "state_mismatch");
    assert_eq!(setting.count("code_exchanges"), 1);
}

#[test]
fn a_redirect_that_is_none_is_refused() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    for redirect in ["", "nonsense", "https://other.chromiumapp.org/?code=a&state=b", "javascript:alert(1)"] {
        let begun = setting.begin(&mut host);
        let complete = json!({"flow": begun["flow"], "redirect_url": redirect});
        assert_eq!(host.kind("sign_in.complete", complete), "redirect_malformed", "{redirect}");
    }
}

#[test]
fn a_grant_without_refresh_token_is_not_taken() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let begun = setting.begin(&mut host);
    // Plays a provider that gives none: the page is told that no offline access is wanted.
    let online = begun["auth_url"].as_str().unwrap().replace("access_type=offline", "access_type=online");
    let redirect = consent_blocking(&online, &Person::willing()).unwrap();
    let complete = json!({"flow": begun["flow"], "redirect_url": redirect.as_str()});
    assert_eq!(host.kind("sign_in.complete", complete), "no_refresh_token");
}

#[test]
fn a_second_begin_supersedes_the_first() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let first = setting.begin(&mut host);
    let second = setting.begin(&mut host);
    assert_ne!(first["flow"], second["flow"]);
    let error = setting.finish(&mut host, &first, &Person::willing()).unwrap_err();
    assert_eq!(error["data"]["kind"], "flow_lost");
    setting.finish(&mut host, &second, &Person::willing()).unwrap();
}

#[test]
fn a_cancelled_flow_is_gone_at_once_and_cancelling_twice_is_no_error() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    for params in [|flow: &Value| json!({"flow": flow}), |_: &Value| json!({})] {
        let begun = setting.begin(&mut host);
        host.ok("sign_in.cancel", params(&begun["flow"]));
        host.ok("sign_in.cancel", params(&begun["flow"]));
        let error = setting.finish(&mut host, &begun, &Person::willing()).unwrap_err();
        assert_eq!(error["data"]["kind"], "flow_lost");
    }
    // The number of another flow cancels nothing.
    let begun = setting.begin(&mut host);
    host.ok("sign_in.cancel", json!({"flow": "of-somebody-else"}));
    setting.finish(&mut host, &begun, &Person::willing()).unwrap();
}

#[test]
fn a_lost_conversation_loses_its_flow() {
    let setting = Setting::new(1);
    let mut first = setting.home.host();
    let begun = setting.begin(&mut first);
    first.leave();
    let mut second = setting.home.host();
    let error = setting.finish(&mut second, &begun, &Person::willing()).unwrap_err();
    assert_eq!((&error["data"]["kind"], &error["data"]["retry"]), (&json!("flow_lost"), &json!("never")));
    setting.sign_in(&mut second, &Person::willing()).unwrap();
}

#[test]
fn what_the_first_page_names_is_said_before_a_window_opens() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    for refusal_redirects in [false, true] {
        setting.behave(json!({"refusal_redirects": refusal_redirects}));
        setting.home.import_client(&setting.sandbox.client_json(&["https://other.chromiumapp.org/"]));
        assert_eq!(host.kind("sign_in.begin", json!({})), "redirect_uri_mismatch", "{refusal_redirects}");
        let mut gone = setting.sandbox.client_json(&[&crate::host::redirect_uri()]);
        gone["web"]["client_id"] = json!("000000000000-borrado.apps.googleusercontent.com");
        setting.home.import_client(&gone);
        assert_eq!(host.kind("sign_in.begin", json!({})), "invalid_client", "{refusal_redirects}");
    }
    setting.home.import_client(&setting.sandbox.client_json(&[&crate::host::redirect_uri()]));
    setting.sign_in(&mut host, &Person::willing()).unwrap();
}

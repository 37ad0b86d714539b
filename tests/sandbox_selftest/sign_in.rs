//! The pages of the sign-in.

use serde_json::json;

use crate::desk::{ANA, Desk, GMAIL_SEND, STATE};
use crate::sandbox::walk::{self, Browser, Person, WalkError};

fn refused(result: Result<impl std::fmt::Debug, WalkError>) -> (u16, String) {
    match result {
        Err(WalkError::Refused { status, page }) => (status, page),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn wrong_requests_get_google_s_error_pages() {
    let desk = Desk::new();
    let cases = [
        (("client_id", "nadie"), 401, "Error 401: invalid_client"),
        (
            ("redirect_uri", "https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/x"),
            400,
            "Error 400: redirect_uri_mismatch",
        ),
        (("scope", "openid nada"), 400, "Error 400: invalid_scope"),
        (("scope", ""), 400, "Error 400: invalid_request"),
        (("state", ""), 400, "Error 400: invalid_request"),
        (("code_challenge", ""), 400, "Error 400: invalid_request"),
        (("code_challenge_method", "plain"), 400, "Error 400: invalid_request"),
        (("response_type", "token"), 400, "Error 400: unsupported_response_type"),
    ];
    for (replaced, status, words) in cases {
        let (seen, page) = refused(desk.walk(&[replaced], &Person::willing()).await);
        assert_eq!(seen, status, "{replaced:?}");
        assert!(page.contains(words), "{replaced:?}: {page}");
        assert!(page.contains("no es Google"), "{replaced:?}");
    }
}

#[tokio::test]
async fn a_ticked_box_comes_back_with_code_state_and_issuer() {
    let desk = Desk::new();
    let redirect = desk.walk(&[], &Person::willing()).await.unwrap();
    assert!(redirect["code"].starts_with("4/0A"));
    assert_eq!(redirect["state"], STATE);
    assert_eq!(redirect["iss"], desk.sandbox.base());
    assert_eq!(redirect["scope"], format!("{GMAIL_SEND} https://www.googleapis.com/auth/userinfo.email openid"));
    assert_eq!(redirect["prompt"], "consent");
    assert_eq!(redirect["authuser"], "0");
    assert_eq!(desk.sandbox.state()["counters"]["accounts"][ANA]["authorizations"], 1);
}

#[tokio::test]
async fn an_unticked_box_is_no_error_but_less_scope() {
    let desk = Desk::new();
    let person = Person { tick_send: false, ..Person::willing() };
    let redirect = desk.walk(&[], &person).await.unwrap();
    assert!(!redirect["scope"].contains(GMAIL_SEND));
    let (_, tokens) = desk.exchange(&redirect["code"]).await;
    assert_eq!(tokens["scope"], "https://www.googleapis.com/auth/userinfo.email openid");
}

#[tokio::test]
async fn one_scope_alone_has_no_box_and_keeps_the_earlier_grant() {
    let desk = Desk::new();
    let unticked = Person { tick_send: false, ..Person::willing() };
    desk.walk(&[], &unticked).await.unwrap();
    let alone = [("scope", GMAIL_SEND), ("include_granted_scopes", "true"), ("login_hint", ANA), ("prompt", "consent")];
    let redirect = desk.walk(&alone, &unticked).await.unwrap();
    let (_, tokens) = desk.exchange(&redirect["code"]).await;
    assert_eq!(tokens["scope"], format!("{GMAIL_SEND} https://www.googleapis.com/auth/userinfo.email openid"));
    assert!(tokens["id_token"].is_string());
    let strictly = [("scope", GMAIL_SEND)];
    let redirect = desk.walk(&strictly, &unticked).await.unwrap();
    assert_eq!(redirect["scope"], GMAIL_SEND);
}

#[tokio::test]
async fn cancel_returns_access_denied() {
    let desk = Desk::new();
    let person = Person { cancel: true, ..Person::willing() };
    let redirect = desk.walk(&[], &person).await.unwrap();
    assert_eq!(redirect["error"], "access_denied");
    assert_eq!(redirect["state"], STATE);
    assert!(!redirect.contains_key("code"));
}

/// The forms that a person sees from each of the four beginnings.
#[tokio::test]
async fn four_beginnings() {
    let desk = Desk::new();
    let new = Person { email: "nueva@correo.example".to_owned(), ..Person::willing() };
    let cases: [(&str, &Person, &[&str]); 4] = [
        ("no_session", &Person::willing(), &["identifier", "password-form", "consent"]),
        ("one_session", &Person::willing(), &["chooser", "consent"]),
        ("several_accounts", &Person::willing(), &["chooser", "consent"]),
        ("no_account", &new, &["create-form", "consent"]),
    ];
    for (beginning, person, pages) in cases {
        desk.sandbox.set_behaviour(&json!({ "beginning": beginning })).unwrap();
        let mut browser = Browser::new().unwrap();
        browser.walk(&desk.auth_url(&[]), person).await.unwrap();
        assert_eq!(browser.seen, pages, "{beginning}");
    }
}

#[tokio::test]
async fn a_browser_stays_signed_in_and_a_hint_skips_the_chooser() {
    let desk = Desk::new();
    desk.sandbox.set_behaviour(&json!({ "beginning": "no_session" })).unwrap();
    let mut browser = Browser::new().unwrap();
    browser.walk(&desk.auth_url(&[]), &Person::willing()).await.unwrap();
    browser.seen.clear();
    browser.walk(&desk.auth_url(&[("prompt", "consent"), ("login_hint", ANA)]), &Person::willing()).await.unwrap();
    assert_eq!(browser.seen, ["consent"]);
    browser.seen.clear();
    // What was allowed before is not asked again without `prompt=consent`.
    browser.walk(&desk.auth_url(&[("prompt", ""), ("login_hint", ANA)]), &Person::willing()).await.unwrap();
    assert!(browser.seen.is_empty());
}

#[tokio::test]
async fn mistakes_in_the_window_answer_200() {
    let desk = Desk::new();
    desk.sandbox.set_behaviour(&json!({ "beginning": "no_session" })).unwrap();
    let wrong = Person { password: "otra".to_owned(), ..Person::willing() };
    assert!(
        matches!(desk.walk(&[], &wrong).await, Err(WalkError::Mistake(words)) if words.contains("Contraseña incorrecta"))
    );
    let nobody = Person { email: "nadie@correo.example".to_owned(), ..Person::willing() };
    assert!(matches!(desk.walk(&[], &nobody).await, Err(WalkError::Mistake(_))));
    let lost = desk.http.get(desk.at("/signin/consent?flow=nada")).send().await.unwrap();
    assert_eq!(lost.status(), 200);
}

#[tokio::test]
async fn another_browser_cannot_go_on_with_a_flow() {
    let desk = Desk::new();
    let first = desk.http.get(desk.auth_url(&[])).send().await.unwrap();
    let page = desk.at(first.headers()["location"].to_str().unwrap());
    let cookie = first.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let own = desk.http.get(&page).header("cookie", cookie).send().await.unwrap().text().await.unwrap();
    let other = desk.http.get(&page).send().await.unwrap().text().await.unwrap();
    assert!(own.contains("id=\"account-1\""));
    assert!(other.contains("id=\"lost\""));
}

#[tokio::test]
async fn the_redirect_also_plays_the_unkind_versions() {
    let desk = Desk::new();
    desk.sandbox.set_behaviour(&json!({ "redirect_iss": "absent", "redirect_state": "foreign" })).unwrap();
    let redirect = desk.walk(&[], &Person::willing()).await.unwrap();
    assert!(!redirect.contains_key("iss"));
    assert_ne!(redirect["state"], STATE);
    desk.sandbox.set_behaviour(&json!({ "policy_error": "admin_policy_enforced", "policy_status": 403 })).unwrap();
    let (status, page) = refused(desk.walk(&[], &Person::willing()).await);
    assert_eq!(status, 403);
    assert!(page.contains("Error 403: admin_policy_enforced"));
}

#[tokio::test]
async fn what_a_person_typed_is_escaped() {
    let desk = Desk::new();
    desk.sandbox.set_behaviour(&json!({ "beginning": "no_session" })).unwrap();
    let url = desk.auth_url(&[("login_hint", "\"><script>alert(1)</script>")]);
    let first = desk.http.get(url).send().await.unwrap();
    let cookie = first.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let page = desk.at(first.headers()["location"].to_str().unwrap());
    let page = desk.http.get(page).header("cookie", cookie).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("&lt;script&gt;"));
    assert!(!page.contains("<script>"));
}

#[test]
fn a_walk_can_block() {
    let desk = Desk::new();
    let url = walk::consent_blocking(&desk.auth_url(&[]), &Person::willing()).unwrap();
    assert!(url.query_pairs().any(|(name, _)| name == "code"));
}

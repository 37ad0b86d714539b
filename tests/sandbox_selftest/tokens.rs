//! Token, revocation and user information endpoints.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::desk::{ANA, Desk, NONCE, answer, exchange_fields};
use crate::sandbox::walk::Person;

fn claims(tokens: &Value) -> Value {
    let token = tokens["id_token"].as_str().unwrap();
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

async fn code(desk: &Desk) -> String {
    desk.walk(&[], &Person::willing()).await.unwrap()["code"].clone()
}

#[tokio::test]
async fn an_exchange_gives_all_tokens() {
    let desk = Desk::new();
    let tokens = desk.signed_in().await;
    assert_eq!(tokens["expires_in"], 3599);
    assert_eq!(tokens["token_type"], "Bearer");
    assert!(tokens["refresh_token"].as_str().unwrap().starts_with("1//"));
    let claims = claims(&tokens);
    assert_eq!(claims["iss"], desk.sandbox.base());
    assert_eq!(claims["aud"], desk.client["web"]["client_id"]);
    assert_eq!(claims["nonce"], NONCE);
    assert_eq!(claims["email"], ANA);
    assert_eq!(claims["email_verified"], true);
    let sub = claims["sub"].as_str().unwrap();
    assert!(sub.len() == 21 && sub.bytes().all(|byte| byte.is_ascii_digit()), "{sub}");
    assert_eq!(self::claims(&desk.signed_in().await)["sub"], sub);
}

#[tokio::test]
async fn without_offline_there_is_no_refresh_token() {
    let desk = Desk::new();
    let redirect = desk.walk(&[("access_type", "")], &Person::willing()).await.unwrap();
    let (_, tokens) = desk.exchange(&redirect["code"]).await;
    assert!(tokens["access_token"].is_string());
    assert!(tokens.get("refresh_token").is_none());
}

#[tokio::test]
async fn a_replayed_code_ends_what_the_first_use_gave() {
    let desk = Desk::new();
    let code = code(&desk).await;
    let (_, tokens) = desk.exchange(&code).await;
    let (status, error) = desk.exchange(&code).await;
    assert_eq!(status, 400);
    assert_eq!(error, json!({ "error": "invalid_grant", "error_description": "Malformed auth code." }));
    let (status, error) = desk.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!((status, error["error"].as_str()), (400, Some("invalid_grant")));
}

#[tokio::test]
async fn wrong_exchanges_are_refused_in_google_s_words() {
    let desk = Desk::new();
    let cases = [
        (("client_secret", ""), 400, "invalid_request", "client_secret is missing."),
        (("client_secret", "otro"), 401, "invalid_client", "Unauthorized"),
        (("client_id", "nadie"), 401, "invalid_client", "The OAuth client was not found."),
        (("redirect_uri", "https://otra.example/"), 400, "redirect_uri_mismatch", "Bad Request"),
        (("code_verifier", "otro"), 400, "invalid_grant", "Invalid code verifier."),
        (("code_verifier", ""), 400, "invalid_grant", "Missing code verifier."),
        (("code", "4/0Anada"), 400, "invalid_grant", "Malformed auth code."),
        (("grant_type", "password"), 400, "unsupported_grant_type", "Invalid grant_type: password"),
    ];
    let code = code(&desk).await;
    for ((name, value), status, error, words) in cases {
        let mut fields = exchange_fields(&code).to_vec();
        fields.retain(|(known, _)| *known != name);
        fields.push((name, value));
        let seen = desk.token(&fields).await;
        assert_eq!(seen, (status, json!({ "error": error, "error_description": words })), "{name}={value}");
    }
    assert_eq!(desk.exchange(&code).await.0, 200, "a refused attempt must not use the code up");
}

#[tokio::test]
async fn a_code_grows_old() {
    let desk = Desk::new();
    desk.sandbox.set_behaviour(&json!({ "code_lifetime": 0 })).unwrap();
    let code = code(&desk).await;
    assert_eq!(desk.exchange(&code).await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn a_refresh_keeps_the_refresh_token_unless_it_rotates() {
    let desk = Desk::new();
    let tokens = desk.signed_in().await;
    let old = tokens["refresh_token"].as_str().unwrap();
    let (status, again) = desk.refresh(old).await;
    assert_eq!(status, 200);
    assert!(again.get("refresh_token").is_none());
    assert_ne!(again["access_token"], tokens["access_token"]);
    assert!(claims(&again).get("nonce").is_none());
    desk.sandbox.set_behaviour(&json!({ "rotate_refresh_token": true })).unwrap();
    let (_, rotated) = desk.refresh(old).await;
    assert_eq!(desk.refresh(old).await.1["error_description"], "Token has been expired or revoked.");
    assert_eq!(desk.refresh(rotated["refresh_token"].as_str().unwrap()).await.0, 200);
    assert_eq!(desk.count("refreshes"), 3);
}

#[tokio::test]
async fn revocation_ends_the_whole_grant() {
    let desk = Desk::new();
    let (first, second) = (desk.signed_in().await, desk.signed_in().await);
    let (status, _) = desk.form("/revoke", &[("token", first["refresh_token"].as_str().unwrap())]).await;
    assert_eq!(status, 200);
    assert_eq!(desk.refresh(second["refresh_token"].as_str().unwrap()).await.1["error"], "invalid_grant");
    let userinfo = desk.http.get(desk.at("/v1/userinfo")).bearer_auth(second["access_token"].as_str().unwrap());
    assert_eq!(userinfo.send().await.unwrap().status(), 401);
    let (status, error) = desk.form("/revoke", &[("token", "nada")]).await;
    assert_eq!((status, error["error"].as_str()), (400, Some("invalid_token")));
    assert_eq!(desk.count("revocations"), 1);
}

#[tokio::test]
async fn userinfo_proves_the_same_subject() {
    let desk = Desk::new();
    let tokens = desk.signed_in().await;
    let request = desk.http.get(desk.at("/v1/userinfo")).bearer_auth(tokens["access_token"].as_str().unwrap());
    let (status, info) = answer(request.send().await.unwrap()).await;
    assert_eq!(status, 200);
    assert_eq!(info, json!({ "sub": claims(&tokens)["sub"], "email": ANA, "email_verified": true }));
}

#[tokio::test]
async fn the_id_token_also_comes_wrong() {
    let desk = Desk::new();
    let cases =
        [("wrong_nonce", "nonce"), ("wrong_aud", "aud"), ("wrong_iss", "iss"), ("email_unverified", "email_verified")];
    let good = claims(&desk.signed_in().await);
    for (kind, claim) in cases {
        desk.sandbox.set_behaviour(&json!({ "id_token": kind })).unwrap();
        assert_ne!(claims(&desk.signed_in().await)[claim], good[claim], "{kind}");
    }
    desk.sandbox.set_behaviour(&json!({ "id_token": "expired" })).unwrap();
    assert!(claims(&desk.signed_in().await)["exp"].as_i64().unwrap() < chrono::Utc::now().timestamp());
    desk.sandbox.set_behaviour(&json!({ "id_token": "absent", "scope_field": "absent" })).unwrap();
    let tokens = desk.signed_in().await;
    assert!(tokens.get("id_token").is_none() && tokens.get("scope").is_none());
}

#[tokio::test]
async fn the_provider_describes_itself() {
    let desk = Desk::new();
    let response = desk.http.get(desk.at("/.well-known/openid-configuration")).send().await.unwrap();
    let (status, document) = answer(response).await;
    assert_eq!(status, 200);
    assert_eq!(document["issuer"], desk.sandbox.base());
    assert_eq!(document["token_endpoint"], desk.client["web"]["token_uri"]);
    assert_eq!(document["revocation_endpoint"], desk.client["correo_cfdi"]["revocation_uri"]);
}

//! Token, revocation and user information endpoints.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::behaviour::ScopeField;
use super::google_error::{GoogleError, oauth_error};
use super::state::{App, Code, GrantKey, Token, World, in_seconds};
use super::{id_token, random, scopes};

type Fields = HashMap<String, String>;
type Refusal = Box<Response>;

fn refuse(status: u16, error: &str, description: &str) -> Refusal {
    Box::new(oauth_error(status, error, description))
}

/// `POST /token`
pub(crate) async fn token(State(app): State<Arc<App>>, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    let mut world = app.world();
    let answer =
        client_of(&world, &headers, &fields).and_then(|client| match fields.get("grant_type").map(String::as_str) {
            Some("authorization_code") => exchange(&app, &mut world, &client, &fields),
            Some("refresh_token") => refresh(&app, &mut world, &client, &fields),
            Some(other) => Err(refuse(400, "unsupported_grant_type", &format!("Invalid grant_type: {other}"))),
            None => Err(refuse(400, "invalid_request", "Required parameter is missing: grant_type")),
        });
    match answer {
        Ok(body) => {
            let date = chrono::Utc::now() + chrono::TimeDelta::seconds(world.behaviour.clock_ahead);
            let date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
            ([(header::CACHE_CONTROL, "no-store"), (header::DATE, date.as_str())], Json(body)).into_response()
        }
        Err(response) => *response,
    }
}

/// The client that proves itself, by `client_secret_post` or `client_secret_basic`.
fn client_of(world: &World, headers: &HeaderMap, fields: &Fields) -> Result<String, Refusal> {
    let basic = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(basic_pair);
    let (id, secret) = match basic {
        Some((id, secret)) => (Some(id), Some(secret)),
        None => (fields.get("client_id").cloned(), fields.get("client_secret").cloned()),
    };
    let Some(id) = id else {
        return Err(refuse(400, "invalid_request", "Could not determine client ID from request."));
    };
    let Some(client) = world.clients.get(&id) else {
        return Err(refuse(401, "invalid_client", "The OAuth client was not found."));
    };
    match secret {
        None => Err(refuse(400, "invalid_request", "client_secret is missing.")),
        Some(secret) if secret == client.secret => Ok(id),
        Some(_) => Err(refuse(401, "invalid_client", "Unauthorized")),
    }
}

fn basic_pair(value: &str) -> Option<(String, String)> {
    let pair = String::from_utf8(STANDARD.decode(value.strip_prefix("Basic ")?).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    // Both parts are form-encoded before base64 (RFC 6749 section 2.3.1).
    let plain = |text: &str| url::form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned());
    Some((plain(id)?, plain(secret)?))
}

fn exchange(app: &App, world: &mut World, client: &str, fields: &Fields) -> Result<Value, Refusal> {
    let malformed = || refuse(400, "invalid_grant", "Malformed auth code.");
    let name = fields.get("code").ok_or_else(|| refuse(400, "invalid_request", "Missing required parameter: code"))?;
    let code = world.codes.get(name).filter(|code| code.key.client_id == client).cloned().ok_or_else(malformed)?;
    if code.used {
        // A second use means that somebody else has the code: what the first gave ends (RFC 6749 section 4.1.2).
        world.end_grant(&code.key);
        return Err(malformed());
    }
    if fields.get("redirect_uri") != Some(&code.redirect_uri) {
        return Err(refuse(400, "redirect_uri_mismatch", "Bad Request"));
    }
    let verifier = fields.get("code_verifier").ok_or_else(|| refuse(400, "invalid_grant", "Missing code verifier."))?;
    if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) != code.challenge {
        return Err(refuse(400, "invalid_grant", "Invalid code verifier."));
    }
    if let Some(stored) = world.codes.get_mut(name) {
        stored.used = true;
    }
    let life = Duration::from_secs(u64::from(world.behaviour.code_lifetime));
    if code.issued.elapsed() >= life {
        return Err(refuse(400, "invalid_grant", "Malformed auth code."));
    }
    world.counters.add(&code.key.email, |counts| &mut counts.code_exchanges);
    Ok(first_answer(app, world, &code))
}

fn first_answer(app: &App, world: &mut World, code: &Code) -> Value {
    let mut answer = answer(app, world, &code.key, &code.scopes, code.nonce.as_deref());
    if code.offline {
        answer["refresh_token"] = json!(new_refresh_token(world, &code.key, &code.scopes));
        if let Some(seconds) = world.behaviour.refresh_token_expires_in {
            answer["refresh_token_expires_in"] = json!(seconds);
        }
    }
    answer
}

fn new_refresh_token(world: &mut World, key: &GrantKey, scopes: &BTreeSet<String>) -> String {
    let name = format!("1//sandbox-{}", random::token(48));
    let expires = world.behaviour.refresh_token_expires_in.map(in_seconds);
    world.refresh.insert(name.clone(), Token { key: key.clone(), scopes: scopes.clone(), expires });
    name
}

fn refresh(app: &App, world: &mut World, client: &str, fields: &Fields) -> Result<Value, Refusal> {
    let name = fields.get("refresh_token").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| refuse(400, "invalid_request", "Missing required parameter: refresh_token"))?;
    let live = |token: &&Token| token.expires.is_none_or(|end| Instant::now() < end) && token.key.client_id == client;
    let Some(token) = world.refresh.get(name).filter(live).cloned() else {
        return Err(refuse(400, "invalid_grant", "Token has been expired or revoked."));
    };
    world.counters.add(&token.key.email, |counts| &mut counts.refreshes);
    let mut answer = answer(app, world, &token.key, &token.scopes, None);
    if world.behaviour.rotate_refresh_token {
        world.refresh.remove(name);
        answer["refresh_token"] = json!(new_refresh_token(world, &token.key, &token.scopes));
    }
    Ok(answer)
}

/// The members that both grants answer.
fn answer(app: &App, world: &mut World, key: &GrantKey, granted: &BTreeSet<String>, nonce: Option<&str>) -> Value {
    let name = format!("ya29.sandbox-{}", random::token(48));
    let seconds = world.behaviour.expires_in;
    let token = Token { key: key.clone(), scopes: granted.clone(), expires: Some(in_seconds(seconds)) };
    world.access.insert(name.clone(), token);
    let mut answer = json!({ "access_token": name, "expires_in": seconds, "token_type": "Bearer" });
    if world.behaviour.lax_answer {
        answer = json!({ "access_token": name, "expires_in": seconds.to_string() });
    }
    if world.behaviour.scope_field == ScopeField::Present {
        answer["scope"] = json!(scopes::join(granted));
    }
    if granted.contains("openid") {
        let account = world.account(&key.email);
        let made = account.and_then(|account| {
            id_token::make(
                world.behaviour.id_token,
                &app.base,
                &key.client_id,
                account,
                scopes::tells_email(granted),
                nonce,
                world.behaviour.clock_ahead,
            )
        });
        if let Some(made) = made {
            answer["id_token"] = json!(made);
        }
    }
    answer
}

/// `POST /revoke`: ends the whole grant, without client authentication.
pub(crate) async fn revoke(State(app): State<Arc<App>>, Form(fields): Form<Fields>) -> Response {
    let mut world = app.world();
    let name = fields.get("token").map_or("", String::as_str);
    let key = world.refresh.get(name).or_else(|| world.access.get(name)).map(|token| token.key.clone());
    let Some(key) = key else {
        return oauth_error(400, "invalid_token", "Token expired or revoked");
    };
    world.end_grant(&key);
    world.counters.add(&key.email, |counts| &mut counts.revocations);
    (StatusCode::OK, Json(json!({}))).into_response()
}

/// `GET /v1/userinfo`
pub(crate) async fn userinfo(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let world = app.world();
    let token = match bearer(&world, &headers) {
        Ok(token) => token,
        Err(error) => return error.into_response(),
    };
    let account = world.account(&token.key.email).filter(|_| token.scopes.contains("openid"));
    let Some(account) = account else {
        return GoogleError::new(403, "insufficientPermissions").into_response();
    };
    let mut body = json!({ "sub": account.sub() });
    if scopes::tells_email(&token.scopes) {
        body["email"] = json!(account.email);
        body["email_verified"] = json!(true);
        if let Some(hd) = &account.hd {
            body["hd"] = json!(hd);
        }
    }
    Json(body).into_response()
}

/// The live access token of a request.
pub(crate) fn bearer(world: &World, headers: &HeaderMap) -> Result<Token, GoogleError> {
    let name = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let name = name.and_then(|value| value.strip_prefix("Bearer "));
    let token = name.and_then(|name| world.access.get(name));
    let live = token.filter(|token| token.expires.is_none_or(|end| Instant::now() < end));
    live.cloned().ok_or_else(|| GoogleError::new(401, "authError"))
}

/// `GET /.well-known/openid-configuration`
pub(crate) async fn discovery(State(app): State<Arc<App>>) -> Json<Value> {
    let base = &app.base;
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/o/oauth2/v2/auth"),
        "token_endpoint": format!("{base}/token"),
        "userinfo_endpoint": format!("{base}/v1/userinfo"),
        "revocation_endpoint": format!("{base}/revoke"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": ["aud", "email", "email_verified", "exp", "iat", "iss", "sub"],
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

//! The interface by which a test steers the stand-in and reads what happened.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::faults::Fault;
use super::message::{Arrived, header_name};
use super::state::{Account, App, Client, ClientKind, GrantKey, World};

type Answer = Result<Json<Value>, (StatusCode, Json<Value>)>;

fn refused(words: &str) -> (StatusCode, Json<Value>) {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": words })))
}

/// Counters, behaviour, faults still to come, accounts.
pub(crate) fn summary(world: &World) -> Value {
    let accounts = world.accounts.iter().map(|account| {
        let grants: Vec<Value> = world
            .grants
            .iter()
            .filter(|(key, _)| key.email == account.email)
            .map(|(key, scopes)| json!({ "client_id": key.client_id, "scopes": scopes }))
            .collect();
        json!({ "email": account.email, "name": account.name, "sub": account.sub(), "hd": account.hd, "grants": grants })
    });
    json!({
        "counters": world.counters,
        "behaviour": world.behaviour,
        "faults": world.faults,
        "accounts": accounts.collect::<Vec<_>>(),
        "open_uploads": world.uploads.values().filter(|upload| upload.finished.is_none()).count(),
        "messages": world.messages.len(),
    })
}

/// `GET /admin/state`
pub(crate) async fn state(State(app): State<Arc<App>>) -> Json<Value> {
    Json(summary(&app.world()))
}

/// `POST /admin/reset`
pub(crate) async fn reset(State(app): State<Arc<App>>) -> Json<Value> {
    let mut world = app.world();
    world.reset();
    Json(summary(&world))
}

/// `POST /admin/behaviour`: replaces the members it names.
pub(crate) async fn behaviour(State(app): State<Arc<App>>, Json(patch): Json<Value>) -> Answer {
    let mut world = app.world();
    let merged = world.behaviour.merged(&patch).map_err(|error| refused(&error.to_string()))?;
    world.set_behaviour(merged);
    Ok(Json(json!(world.behaviour)))
}

/// `POST /admin/fault`: orders one more fault.
pub(crate) async fn fault(State(app): State<Arc<App>>, Json(order): Json<Value>) -> Answer {
    let fault: Fault = serde_json::from_value(order).map_err(|error| refused(&error.to_string()))?;
    let mut world = app.world();
    world.faults.push(fault);
    Ok(Json(json!(world.faults)))
}

/// `POST /admin/clear_faults`
pub(crate) async fn clear_faults(State(app): State<Arc<App>>) -> Json<Value> {
    app.world().faults.clear();
    Json(json!([]))
}

/// `GET /admin/messages`, oldest first.
pub(crate) async fn messages(State(app): State<Arc<App>>) -> Json<Value> {
    Json(json!(app.world().messages))
}

fn found(world: &World, id: &str) -> Option<Arrived> {
    world.messages.iter().find(|message| message.id == id).cloned()
}

/// `GET /admin/messages/{id}/raw`: the bytes as they were submitted.
pub(crate) async fn raw(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    let raw = found(&app.world(), &id).and_then(|message| message.raw);
    // As text, because a browser must show it and must never interpret it.
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    raw.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |raw| (headers, raw).into_response())
}

/// `GET /admin/messages/{id}/attachments/{number}`: one attachment, decoded; the first is 0.
pub(crate) async fn attachment(State(app): State<Arc<App>>, Path((id, number)): Path<(String, usize)>) -> Response {
    let Some(attachment) = found(&app.world(), &id)
        .and_then(|mut message| (number < message.attachments.len()).then(|| message.attachments.swap_remove(number)))
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let name = header_name(attachment.filename.as_deref().unwrap_or("adjunto"));
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, attachment.bytes).into_response()
}

/// `POST /admin/expire_access_tokens`
pub(crate) async fn expire_access_tokens(State(app): State<Arc<App>>) -> Json<Value> {
    app.world().expire_access_tokens();
    Json(json!({}))
}

/// Names an account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    account: String,
}

/// `POST /admin/revoke`: the person takes the consent back at the provider, for every client.
pub(crate) async fn revoke(State(app): State<Arc<App>>, Json(named): Json<Named>) -> Json<Value> {
    Json(json!({ "revoked": end_grants(&mut app.world(), &named.account) }))
}

/// Ends every grant of an account; how many there were.
pub(crate) fn end_grants(world: &mut World, email: &str) -> usize {
    let keys: Vec<GrantKey> =
        world.grants.keys().filter(|key| key.email.eq_ignore_ascii_case(email)).cloned().collect();
    keys.iter().filter(|key| world.end_grant(key)).count()
}

/// `POST /admin/accounts`: adds or replaces an account.
pub(crate) async fn accounts(State(app): State<Arc<App>>, Json(account): Json<Value>) -> Answer {
    let account: Account = serde_json::from_value(account).map_err(|error| refused(&error.to_string()))?;
    let mut world = app.world();
    world.accounts.retain(|known| !known.email.eq_ignore_ascii_case(&account.email));
    let answer = json!({ "email": account.email, "sub": account.sub() });
    world.accounts.push(account);
    Ok(Json(answer))
}

/// A client to register.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewClient {
    /// Short name, part of the client id.
    name: String,
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    kind: ClientKind,
}

/// `POST /admin/clients`: registers a client and answers Google's JSON file for it.
pub(crate) async fn clients(State(app): State<Arc<App>>, Json(new): Json<NewClient>) -> Json<Value> {
    Json(register(&app, &new.name, &new.redirect_uris, new.kind))
}

/// Registers a client: of the web under exactly these redirect URIs, of the desktop for loopback.
pub(crate) fn register(app: &App, name: &str, redirect_uris: &[String], kind: ClientKind) -> Value {
    let client = Client {
        id: format!("000000000000-{name}.apps.googleusercontent.com"),
        secret: format!("SANDBOX-no-es-un-secreto-{name}"),
        redirect_uris: redirect_uris.iter().cloned().collect(),
        kind,
    };
    let section = match kind {
        ClientKind::Web => "web",
        ClientKind::Installed => "installed",
    };
    let base = &app.base;
    let file = json!({
        section: {
            "client_id": client.id,
            "project_id": "correo-cfdi-sandbox",
            "auth_uri": format!("{base}/o/oauth2/v2/auth"),
            "token_uri": format!("{base}/token"),
            "auth_provider_x509_cert_url": format!("{base}/oauth2/v1/certs"),
            "client_secret": client.secret,
            "redirect_uris": redirect_uris,
        },
        "correo_cfdi": {
            "issuer": base,
            "gmail_api": base,
            "revocation_uri": format!("{base}/revoke"),
            "userinfo_uri": format!("{base}/v1/userinfo"),
            "per_minute": PER_MINUTE,
        },
    });
    app.world().clients.insert(client.id.clone(), client);
    file
}

/// Pacing that a test does not feel, messages a minute.
const PER_MINUTE: u32 = 6000;

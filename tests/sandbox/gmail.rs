//! `users.messages.send`: raw, media and multipart; sessions are in `upload`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use super::google_error::{GoogleError, front_end_page};
use super::state::{App, World};
use super::{message, multipart, scopes, token, upload};

/// `maxSize` of the upload in Gmail's discovery document, bytes.
pub(crate) const MAX_MESSAGE: usize = 36_700_160;

/// Larger JSON bodies were seen to fail with 413 (between 5 and 6.5 MB), bytes.
const MAX_JSON: usize = 6_500_000;

/// Base64url, with or without padding: Google takes both.
const RAW: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The account that may send with this request's token.
pub(crate) fn sender(world: &World, headers: &HeaderMap, user: &str) -> Result<String, GoogleError> {
    let token = token::bearer(world, headers)?;
    if !scopes::may_send(&token.scopes) {
        return Err(GoogleError::new(403, "insufficientPermissions"));
    }
    if user != "me" && !user.eq_ignore_ascii_case(&token.key.email) {
        return Err(GoogleError::saying(403, "forbidden", &format!("Delegation denied for {}", token.key.email)));
    }
    Ok(token.key.email)
}

fn answer(result: Result<Value, GoogleError>) -> Response {
    match result {
        Ok(message) => Json(message).into_response(),
        Err(error) => error.into_response(),
    }
}

/// `POST /gmail/v1/users/{user}/messages/send` with `{"raw": ...}`
pub(crate) async fn send_raw(
    State(app): State<Arc<App>>,
    Path(user): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if body.len() > MAX_JSON {
        return front_end_page(413);
    }
    let mut world = app.world();
    answer(sender(&world, &headers, &user).and_then(|email| {
        let invalid = || GoogleError::new(400, "badRequest");
        let request: Value = serde_json::from_slice(&body).map_err(|_| invalid())?;
        let raw = request.get("raw").and_then(Value::as_str).unwrap_or_default();
        let raw = RAW.decode(raw).map_err(|_| invalid())?;
        message::accept(&mut world, &email, &raw, request.get("threadId").and_then(Value::as_str))
    }))
}

/// `POST /upload/gmail/v1/users/{user}/messages/send`
pub(crate) async fn send_upload(
    State(app): State<Arc<App>>,
    Path(user): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut world = app.world();
    let email = match sender(&world, &headers, &user) {
        Ok(email) => email,
        Err(error) => return error.into_response(),
    };
    let content_type = text(&headers, header::CONTENT_TYPE.as_str());
    match query.get("uploadType").map(String::as_str) {
        Some("resumable") => upload::open(&app.base, &mut world, &email, &headers, &body),
        Some("media") => answer(mail_only(content_type).and_then(|()| {
            within_limit(body.len())?;
            message::accept(&mut world, &email, &body, None)
        })),
        Some("multipart") => answer(related(&mut world, &email, content_type, &body)),
        _ => GoogleError::saying(400, "badRequest", "uploadType is missing or unknown").into_response(),
    }
}

fn related(world: &mut World, email: &str, content_type: &str, body: &[u8]) -> Result<Value, GoogleError> {
    let related = content_type.to_ascii_lowercase().starts_with("multipart/related");
    let parts = related.then(|| multipart::parse(content_type, body)).flatten();
    let parts = parts.ok_or_else(|| GoogleError::saying(400, "badContent", "Malformed multipart body."))?;
    within_limit(parts.message.len())?;
    message::accept(world, email, parts.message, parts.metadata.get("threadId").and_then(Value::as_str))
}

/// Refuses what is no mail.
pub(crate) fn mail_only(content_type: &str) -> Result<(), GoogleError> {
    if content_type.to_ascii_lowercase().starts_with("message/") {
        return Ok(());
    }
    let words = format!("Media type '{content_type}' is not supported. Valid media types: [message/*]");
    Err(GoogleError::saying(400, "badRequest", &words))
}

/// Refuses what is too long.
pub(crate) fn within_limit(length: usize) -> Result<(), GoogleError> {
    if length > MAX_MESSAGE { Err(GoogleError::new(413, "uploadTooLarge")) } else { Ok(()) }
}

/// A header as text; empty when it is not there.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

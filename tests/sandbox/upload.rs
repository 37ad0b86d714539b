//! Resumable upload sessions: <https://developers.google.com/workspace/gmail/api/guides/uploads#resumable>.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use super::behaviour::FinishedSession;
use super::faults::TakeOnly;
use super::gmail::{MAX_MESSAGE, mail_only, text, within_limit};
use super::google_error::{GoogleError, status_code};
use super::state::{App, Upload, World};
use super::{message, random, token};

/// Every chunk but the last is a multiple of this, bytes.
const GRANULE: usize = 256 * 1024;

/// Google's answer to a cancelled session ("client closed request").
const CANCELLED: u16 = 499;

/// Opens a session for an account that may send.
pub(crate) fn open(base: &str, world: &mut World, email: &str, headers: &HeaderMap, body: &[u8]) -> Response {
    let kind = text(headers, "x-upload-content-type");
    let declared = text(headers, "x-upload-content-length").parse::<u64>().ok();
    let length = declared.and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let checked = if kind.is_empty() { Ok(()) } else { mail_only(kind) };
    if let Err(error) = checked.and_then(|()| within_limit(length)) {
        return error.into_response();
    }
    let metadata: Value = if body.is_empty() { json!({}) } else { serde_json::from_slice(body).unwrap_or(Value::Null) };
    if !metadata.is_object() {
        return GoogleError::saying(400, "parseError", "Parse Error").into_response();
    }
    let id = random::token(40);
    let thread_id = metadata.get("threadId").and_then(Value::as_str).map(str::to_owned);
    world.uploads.insert(
        id.clone(),
        Upload { email: email.to_owned(), thread_id, declared, received: Vec::new(), finished: None },
    );
    world.counters.add(email, |counts| &mut counts.sessions_opened);
    let location = format!("{base}/upload/gmail/v1/users/me/messages/send?uploadType=resumable&upload_id={id}");
    let headers = [("location", location), ("x-guploader-uploadid", id)];
    (StatusCode::OK, headers).into_response()
}

/// What a `Content-Range` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Range {
    /// `bytes */N`: how much is there?
    Query,
    /// `bytes A-B/N` or `bytes A-B/*`.
    Part { first: usize, last: usize, total: Option<usize> },
    /// None: the body is all of it.
    Whole,
}

fn range_of(headers: &HeaderMap) -> Option<Range> {
    let Some(value) = headers.get(header::CONTENT_RANGE) else {
        return Some(Range::Whole);
    };
    let (span, total) = value.to_str().ok()?.strip_prefix("bytes ")?.split_once('/')?;
    if span == "*" {
        return Some(Range::Query);
    }
    let (first, last) = span.split_once('-')?;
    let total = if total == "*" { None } else { Some(total.parse().ok()?) };
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    let sound = first <= last && total.is_none_or(|total| last < total);
    sound.then_some(Range::Part { first, last, total })
}

/// `PUT` of a session: bytes or a status query.
pub(crate) async fn put(
    State(app): State<Arc<App>>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    only: Option<Extension<TakeOnly>>,
    body: Body,
) -> Response {
    let id = query.get("upload_id").cloned().unwrap_or_default();
    let Some(range) = range_of(&headers) else {
        return GoogleError::saying(400, "badRequest", "Failed to parse Content-Range header.").into_response();
    };
    let limit = only.map_or(MAX_MESSAGE + 1, |Extension(TakeOnly(limit))| limit);
    // Read first also where the answer is a refusal: a client that is still writing may not see it at all.
    let (bytes, whole) = read(body, limit).await;
    if let Err(response) = checked(&app, &id, &headers, range) {
        return *response;
    }
    let mut world = app.world();
    match range {
        Range::Query => progress(&world, &id),
        Range::Part { first, last, total } => take(&mut world, &id, &bytes, (first, last, total), whole),
        Range::Whole => take(&mut world, &id, &bytes, (0, bytes.len().saturating_sub(1), Some(bytes.len())), whole),
    }
}

/// Counts the request and refuses what may not touch the session.
fn checked(app: &App, id: &str, headers: &HeaderMap, range: Range) -> Result<(), Box<Response>> {
    let mut world = app.world();
    let Some(email) = world.uploads.get(id).map(|upload| upload.email.clone()) else {
        return Err(Box::new(GoogleError::new(404, "notFound").into_response()));
    };
    if range == Range::Query {
        world.counters.add(&email, |counts| &mut counts.status_queries);
    } else {
        world.counters.add(&email, |counts| &mut counts.puts);
    }
    // The session address is the right to write; a token that comes along must still be good.
    if world.behaviour.session_requires_token || headers.contains_key(header::AUTHORIZATION) {
        let token = token::bearer(&world, headers).map_err(|error| Box::new(error.into_response()))?;
        if token.key.email != email {
            return Err(Box::new(GoogleError::new(404, "notFound").into_response()));
        }
    }
    let done = world.uploads.get(id).is_some_and(|upload| upload.finished.is_some());
    if done { Err(Box::new(progress(&world, id))) } else { Ok(()) }
}

/// Reads up to `limit` bytes; whether that was the whole body.
async fn read(mut body: Body, limit: usize) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    while bytes.len() < limit {
        match body.frame().await {
            Some(Ok(frame)) => bytes.extend_from_slice(frame.data_ref().map_or(&[], |data| data)),
            Some(Err(_)) => return (bytes, false),
            None => return (bytes, true),
        }
    }
    bytes.truncate(limit);
    (bytes, false)
}

/// Adds bytes to a session and accepts the message with the last of them.
fn take(
    world: &mut World,
    id: &str,
    bytes: &[u8],
    (first, last, total): (usize, usize, Option<usize>),
    whole: bool,
) -> Response {
    let Some(upload) = world.uploads.get_mut(id) else {
        return GoogleError::new(404, "notFound").into_response();
    };
    if upload.finished.is_some() {
        // Another request ended the session while this one was still being read.
        return progress(world, id);
    }
    let there = upload.received.len();
    let invalid = |words: &str| GoogleError::saying(400, "badRequest", words).into_response();
    if first > there {
        return invalid("Invalid request. The start of Content-Range is behind the persisted bytes.");
    }
    let declared = upload.declared.and_then(|declared| usize::try_from(declared).ok());
    let total_differs = matches!((declared, total), (Some(declared), Some(total)) if declared != total);
    if total_differs || last >= MAX_MESSAGE {
        return invalid("Invalid request. The size differs from the one declared.");
    }
    let expected = last + 1 - first;
    let news = bytes.get(there - first..).unwrap_or_default();
    if !whole {
        // The connection broke: what stays is a multiple of the granule, as far as it arrived.
        let kept = (there + news.len()) / GRANULE * GRANULE;
        upload.received.extend_from_slice(news.get(..kept.saturating_sub(there)).unwrap_or_default());
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    if total != Some(0) && bytes.len() != expected {
        return invalid("Invalid request. The body is not as long as Content-Range says.");
    }
    let final_part = total.or(declared).is_some_and(|total| first + bytes.len() >= total);
    if !final_part && !bytes.len().is_multiple_of(GRANULE) {
        return invalid(&format!(
            "Invalid request.  The number of bytes uploaded is required to be equal or greater than {GRANULE}, except for the final request (it's recommended to be the exact multiple of {GRANULE}).  The received request contained {} bytes, which does not meet this requirement.",
            bytes.len()
        ));
    }
    upload.received.extend_from_slice(news);
    if final_part { finish(world, id) } else { progress(world, id) }
}

fn finish(world: &mut World, id: &str) -> Response {
    let Some(upload) = world.uploads.get_mut(id) else {
        return GoogleError::new(404, "notFound").into_response();
    };
    let (raw, email, thread) = (std::mem::take(&mut upload.received), upload.email.clone(), upload.thread_id.clone());
    match message::accept(world, &email, &raw, thread.as_deref()) {
        Ok(answer) => {
            if let Some(upload) = world.uploads.get_mut(id) {
                upload.finished = Some((answer.clone(), u64::try_from(raw.len()).unwrap_or(u64::MAX)));
            }
            Json(answer).into_response()
        }
        Err(error) => {
            world.uploads.remove(id);
            error.into_response()
        }
    }
}

/// How far a session is; what a finished one says is the behaviour's choice.
fn progress(world: &World, id: &str) -> Response {
    let Some(upload) = world.uploads.get(id) else {
        return GoogleError::new(404, "notFound").into_response();
    };
    let Some((answer, size)) = &upload.finished else {
        return incomplete(u64::try_from(upload.received.len()).unwrap_or(u64::MAX));
    };
    match world.behaviour.finished_session {
        FinishedSession::Ok => Json(answer).into_response(),
        FinishedSession::OkWithoutId => Json(json!({})).into_response(),
        FinishedSession::NotFound => GoogleError::new(404, "notFound").into_response(),
        FinishedSession::Gone => (StatusCode::GONE, "Gone").into_response(),
        FinishedSession::Pending => incomplete(*size),
    }
}

/// 308 with what is there; without a range when nothing is.
fn incomplete(received: u64) -> Response {
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    if let Some(last) = received.checked_sub(1)
        && let Ok(value) = HeaderValue::from_str(&format!("bytes=0-{last}"))
    {
        response.headers_mut().insert(header::RANGE, value);
    }
    response
}

/// `DELETE` of a session: cancels it unless it is finished.
pub(crate) async fn cancel(State(app): State<Arc<App>>, Query(query): Query<HashMap<String, String>>) -> Response {
    let id = query.get("upload_id").map_or("", String::as_str);
    let mut world = app.world();
    match world.uploads.get(id) {
        Some(upload) if upload.finished.is_none() => {
            world.uploads.remove(id);
            status_code(CANCELLED).into_response()
        }
        _ => GoogleError::new(404, "notFound").into_response(),
    }
}

//! Faults that a test orders for a named point of the conversation.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;

use super::google_error::{GoogleError, front_end_page, status_code};
use super::state::App;
use super::wire::Scissors;

/// The token request is a small form; more than this is nobody's.
const MAX_FORM: usize = 64 * 1024;

/// Where a fault can strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Point {
    /// The first page.
    Authorize,
    /// Exchange of a code.
    TokenCode,
    /// Refresh.
    TokenRefresh,
    /// End of a grant.
    Revoke,
    /// User information.
    Userinfo,
    /// Opening of an upload session.
    UploadOpen,
    /// Bytes of an upload session.
    UploadPut,
    /// Status query of an upload session.
    UploadQuery,
    /// A message in one request: media, multipart or JSON.
    Send,
    /// A question to the SAT.
    Sat,
}

impl Point {
    /// Its name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::TokenCode => "token_code",
            Self::TokenRefresh => "token_refresh",
            Self::Revoke => "revoke",
            Self::Userinfo => "userinfo",
            Self::UploadOpen => "upload_open",
            Self::UploadPut => "upload_put",
            Self::UploadQuery => "upload_query",
            Self::Send => "send",
            Self::Sat => "sat",
        }
    }

    fn is_oauth(self) -> bool {
        matches!(self, Self::Authorize | Self::TokenCode | Self::TokenRefresh | Self::Revoke)
    }
}

/// What happens instead of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// An HTTP status with Google's body.
    Status,
    /// The connection closes without an answer, before the body is read.
    Close,
    /// Half of the body is taken (and kept), then the connection closes.
    CloseMidway,
    /// No answer for `seconds`, then the connection closes.
    Hang,
    /// The true answer, one byte at a time.
    Trickle,
    /// The true answer, half of its body, then the connection closes.
    Truncate,
}

/// An ordered fault.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    pub(crate) point: Point,
    pub(crate) kind: Kind,
    /// Whether the request is carried out first, so that only the answer is lost.
    #[serde(default)]
    pub(crate) accepted: bool,
    /// How many requests it strikes; 0 is all of them.
    #[serde(default = "once")]
    pub(crate) times: u32,
    /// How many requests pass before.
    #[serde(default)]
    pub(crate) after: u32,
    /// HTTP status (kind `status`).
    #[serde(default = "unavailable")]
    pub(crate) status: u16,
    /// Google's reason, or the OAuth error at the token endpoint; without one the body is HTML.
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// Other words than the usual ones.
    #[serde(default)]
    pub(crate) message: Option<String>,
    /// `error_subtype` at the token endpoint, for example `invalid_rapt`.
    #[serde(default)]
    pub(crate) subtype: Option<String>,
    /// With 429: how far ahead the time in the message lies. Also sent as `Retry-After` where `retry_after_header`.
    #[serde(default)]
    pub(crate) retry_after_seconds: Option<i64>,
    #[serde(default)]
    pub(crate) retry_after_header: bool,
    /// How long `hang` lasts.
    #[serde(default = "an_hour")]
    pub(crate) seconds: f64,
    /// Pause between two bytes of `trickle`, milliseconds.
    #[serde(default = "ten")]
    pub(crate) interval_ms: u64,
}

fn once() -> u32 {
    1
}

fn unavailable() -> u16 {
    503
}

fn an_hour() -> f64 {
    3600.0
}

fn ten() -> u64 {
    10
}

/// Tells a handler to take only so much of the body (kind `close_midway`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct TakeOnly(pub(crate) usize);

/// Plays the ordered faults around every request.
pub(crate) async fn play(
    State(app): State<Arc<App>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: Request,
    next: Next,
) -> Response {
    let Some((point, mut request)) = point_of(request).await else {
        return super::google_error::oauth_error(400, "invalid_request", "Bad Request");
    };
    let Some(fault) = point.and_then(|point| claim(&app, point)) else {
        return next.run(request).await;
    };
    match fault.kind {
        Kind::Trickle => trickled(next.run(request).await, Duration::from_millis(fault.interval_ms)).await,
        Kind::Truncate => truncated(next.run(request).await).await,
        Kind::CloseMidway => {
            let half = length_of(&request) / 2;
            request.extensions_mut().insert(TakeOnly(half));
            if point == Some(Point::UploadPut) {
                drop(next.run(request).await);
            }
            scissors.cut();
            status_code(500).into_response()
        }
        Kind::Status | Kind::Close | Kind::Hang => {
            if fault.accepted {
                drop(next.run(request).await);
            } else if fault.kind == Kind::Status {
                drain(request.into_body()).await;
            }
            refused(&fault, &scissors).await
        }
    }
}

/// Reads a body to its end, because a client that is still writing may not see an answer at all.
async fn drain(mut body: Body) {
    while let Some(Ok(_)) = body.frame().await {}
}

async fn refused(fault: &Fault, scissors: &Scissors) -> Response {
    if fault.kind == Kind::Status {
        return status_answer(fault);
    }
    if fault.kind == Kind::Hang {
        tokio::time::sleep(Duration::from_secs_f64(fault.seconds.clamp(0.0, an_hour()))).await;
    }
    scissors.cut();
    status_code(500).into_response()
}

/// Takes the first fault that is due at the point.
fn claim(app: &App, point: Point) -> Option<Fault> {
    let mut world = app.world();
    let index = world.faults.iter().position(|fault| fault.point == point)?;
    let fault = world.faults.get_mut(index)?;
    if fault.after > 0 {
        fault.after -= 1;
        return None;
    }
    let due = fault.clone();
    match fault.times {
        0 => {}
        1 => drop(world.faults.remove(index)),
        _ => fault.times -= 1,
    }
    *world.counters.faults.entry(point.name()).or_default() += 1;
    Some(due)
}

/// Which point a request is, and the request again; `None` when its form cannot be read.
async fn point_of(request: Request) -> Option<(Option<Point>, Request)> {
    let path = request.uri().path();
    let point = match (request.method(), path) {
        (_, "/o/oauth2/v2/auth") => Point::Authorize,
        (&Method::POST, "/revoke") => Point::Revoke,
        (&Method::GET, "/v1/userinfo") => Point::Userinfo,
        (&Method::POST, super::sat::PATH) => Point::Sat,
        (&Method::POST, "/token") => return token_point(request).await,
        (&Method::POST, _) if path.ends_with("/messages/send") => {
            let resumable = request.uri().query().is_some_and(|query| query.contains("uploadType=resumable"));
            if resumable { Point::UploadOpen } else { Point::Send }
        }
        (&Method::PUT, _) if path.ends_with("/messages/send") => {
            let range = request.headers().get(header::CONTENT_RANGE);
            let asks = range.is_some_and(|range| range.as_bytes().starts_with(b"bytes */"));
            if asks { Point::UploadQuery } else { Point::UploadPut }
        }
        _ => return Some((None, request)),
    };
    Some((Some(point), request))
}

async fn token_point(request: Request) -> Option<(Option<Point>, Request)> {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, MAX_FORM).await.ok()?;
    let refresh =
        url::form_urlencoded::parse(&bytes).any(|(name, value)| name == "grant_type" && value == "refresh_token");
    let point = if refresh { Point::TokenRefresh } else { Point::TokenCode };
    Some((Some(point), Request::from_parts(parts, Body::from(bytes))))
}

fn length_of(request: &Request) -> usize {
    let length = request.headers().get(header::CONTENT_LENGTH);
    length.and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn status_answer(fault: &Fault) -> Response {
    let Some(reason) = &fault.reason else {
        return with_retry_after(front_end_page(fault.status), fault);
    };
    if fault.point.is_oauth() {
        let mut body = json!({ "error": reason });
        if let Some(message) = &fault.message {
            body["error_description"] = json!(message);
        }
        if let Some(subtype) = &fault.subtype {
            body["error_subtype"] = json!(subtype);
        }
        return with_retry_after((status_code(fault.status), axum::Json(body)).into_response(), fault);
    }
    let mut error = GoogleError::new(fault.status, reason);
    if let Some(seconds) = fault.retry_after_seconds {
        let time = chrono::Utc::now() + chrono::TimeDelta::seconds(seconds);
        let time = time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        // Two spaces, as Gmail writes it.
        error.message = format!("User-rate limit exceeded.  Retry after {time}");
    }
    if let Some(message) = &fault.message {
        error.message.clone_from(message);
    }
    with_retry_after(error.into_response(), fault)
}

fn with_retry_after(mut response: Response, fault: &Fault) -> Response {
    if let (true, Some(seconds)) = (fault.retry_after_header, fault.retry_after_seconds) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(0).unsigned_abs()));
    }
    response
}

/// The same answer, byte by byte.
async fn trickled(response: Response, pause: Duration) -> Response {
    let (parts, bytes) = whole(response).await;
    let (mut writer, reader) = tokio::io::duplex(1);
    tokio::spawn(async move {
        for byte in bytes {
            tokio::time::sleep(pause).await;
            if writer.write_all(&[byte]).await.is_err() {
                break;
            }
        }
    });
    Response::from_parts(parts, Body::from_stream(tokio_util::io::ReaderStream::new(reader)))
}

/// The same answer with its true length announced, but only half of it sent.
async fn truncated(response: Response) -> Response {
    let (mut parts, bytes) = whole(response).await;
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let half = bytes.slice(..bytes.len() / 2);
    let (mut writer, reader) = tokio::io::duplex(half.len().max(1));
    tokio::spawn(async move { writer.write_all(&half).await });
    Response::from_parts(parts, Body::from_stream(tokio_util::io::ReaderStream::new(reader)))
}

async fn whole(response: Response) -> (axum::http::response::Parts, Bytes) {
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    (parts, bytes)
}

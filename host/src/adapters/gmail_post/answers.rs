//! What Gmail's answers mean (developers.google.com/workspace/gmail/api/guides/handle-errors). Pure.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::ports::post::{PostError, Progress};

#[derive(Deserialize)]
struct Message {
    id: Option<String>,
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorDetail,
}

#[derive(Deserialize)]
struct ErrorDetail {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Vec<ErrorItem>,
    #[serde(default)]
    status: String,
    #[serde(default)]
    details: Vec<ErrorItem>,
}

#[derive(Deserialize)]
struct ErrorItem {
    #[serde(default)]
    reason: String,
}

/// What an answer to an upload or a status query says.
pub(super) fn progress(status: u16, range: Option<&str>, body: &[u8], size: u64) -> Progress {
    match status {
        200 | 201 => match serde_json::from_slice::<Message>(body) {
            Ok(Message { id: Some(id) }) if !id.is_empty() => Progress::Accepted(id),
            // The provider says yes and names nothing: no proof, so no "sent".
            Ok(_) | Err(_) => Progress::Gone,
        },
        308 => match received(range) {
            Some(bytes) if bytes >= size => Progress::Unclear(PostError::Unavailable),
            Some(bytes) => Progress::Incomplete(bytes),
            None => Progress::Gone,
        },
        404 | 410 => Progress::Gone,
        401 => Progress::Unclear(PostError::Unauthorized),
        429 | 500..=599 => Progress::Unclear(PostError::Unavailable),
        _ => {
            let error = refusal(status, body);
            let passes = matches!(error, PostError::RateLimited(_) | PostError::Unavailable | PostError::Malformed);
            if passes { Progress::Unclear(error) } else { Progress::Refused(error) }
        }
    }
}

/// Bytes received, from `Range: bytes=0-N`; no header means none.
fn received(range: Option<&str>) -> Option<u64> {
    match range {
        None => Some(0),
        Some(text) => {
            let last: u64 = text.trim().strip_prefix("bytes=0-")?.parse().ok()?;
            last.checked_add(1)
        }
    }
}

/// What an error answer means; bodies may be JSON, HTML, or nothing.
pub(super) fn refusal(status: u16, body: &[u8]) -> PostError {
    let detail = serde_json::from_slice::<ErrorBody>(body).map(|body| body.error).ok();
    let reasons: Vec<&str> = detail
        .iter()
        .flat_map(|detail| detail.errors.iter().chain(&detail.details))
        .map(|item| item.reason.as_str())
        .collect();
    let says = |reason: &str| reasons.iter().any(|given| given.eq_ignore_ascii_case(reason));
    let message = detail.as_ref().map_or("", |detail| detail.message.as_str());
    let exhausted = detail.as_ref().is_some_and(|detail| detail.status == "RESOURCE_EXHAUSTED");
    match status {
        401 => PostError::Unauthorized,
        403 if says("insufficientPermissions") || says("ACCESS_TOKEN_SCOPE_INSUFFICIENT") => PostError::ScopeMissing,
        403 if says("accessNotConfigured") || says("SERVICE_DISABLED") => PostError::NotEnabled,
        403 | 429 if says("dailyLimitExceeded") => PostError::DailyLimit,
        403 if says("userRateLimitExceeded") || says("rateLimitExceeded") || exhausted => {
            PostError::RateLimited(retry_after(message))
        }
        403 => PostError::Policy,
        429 => PostError::RateLimited(retry_after(message)),
        413 => PostError::TooLarge,
        400 if detail.is_some() => PostError::Refused,
        // A 400 in HTML comes from a front end, not from the API: it proves nothing about the message.
        500..=599 | 400 | 408 => PostError::Unavailable,
        404 | 410 | 402 | 405..=499 => PostError::Refused,
        _ => PostError::Malformed,
    }
}

/// The time in `User-rate limit exceeded.  Retry after 2026-01-02T03:04:05.678Z`.
fn retry_after(message: &str) -> Option<DateTime<Utc>> {
    let (_, text) = message.split_once("Retry after ")?;
    let text = text.split_whitespace().next()?.trim_end_matches(['.', ',', ')']);
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn google(code: u16, reason: &str, message: &str) -> Vec<u8> {
        serde_json::json!({"error": {"code": code, "message": message, "status": "X",
            "errors": [{"message": message, "domain": "usageLimits", "reason": reason}]}})
        .to_string()
        .into_bytes()
    }

    #[test]
    fn acceptance_needs_a_message_id() {
        assert_eq!(progress(200, None, br#"{"id":"18a","threadId":"18a"}"#, 10), Progress::Accepted("18a".into()));
        for body in [&b"{}"[..], b"", b"<html>", br#"{"id":""}"#, br#"{"id":null}"#] {
            assert_eq!(progress(200, None, body, 10), Progress::Gone);
        }
    }

    #[test]
    fn an_incomplete_session_says_where_to_go_on() {
        assert_eq!(progress(308, None, b"", 10), Progress::Incomplete(0));
        assert_eq!(progress(308, Some("bytes=0-4"), b"", 10), Progress::Incomplete(5));
        assert_eq!(progress(308, Some("bytes=0-9"), b"", 10), Progress::Unclear(PostError::Unavailable));
        assert_eq!(progress(308, Some("nonsense"), b"", 10), Progress::Gone);
    }

    #[test]
    fn only_a_definite_refusal_is_one() {
        assert_eq!(
            progress(400, None, &google(400, "invalidArgument", "x"), 10),
            Progress::Refused(PostError::Refused)
        );
        assert_eq!(progress(400, None, b"<HTML>Bad Request", 10), Progress::Unclear(PostError::Unavailable));
        assert_eq!(progress(503, None, b"<html>", 10), Progress::Unclear(PostError::Unavailable));
        for status in [404, 410] {
            assert_eq!(progress(status, None, b"", 10), Progress::Gone);
        }
    }

    #[test]
    fn every_reason_has_its_own_meaning() {
        let meaning = |status, reason| refusal(status, &google(status, reason, ""));
        assert_eq!(meaning(401, "authError"), PostError::Unauthorized);
        assert_eq!(meaning(403, "insufficientPermissions"), PostError::ScopeMissing);
        assert_eq!(meaning(403, "accessNotConfigured"), PostError::NotEnabled);
        assert_eq!(meaning(403, "domainPolicy"), PostError::Policy);
        assert_eq!(meaning(403, "dailyLimitExceeded"), PostError::DailyLimit);
        assert_eq!(meaning(403, "userRateLimitExceeded"), PostError::RateLimited(None));
        assert_eq!(meaning(413, "uploadTooLarge"), PostError::TooLarge);
        assert_eq!(refusal(500, b""), PostError::Unavailable);
    }

    #[test]
    fn the_time_is_read_out_of_the_message() {
        let text = "User-rate limit exceeded.  Retry after 2026-03-07T18:03:15.961Z";
        let PostError::RateLimited(Some(time)) = refusal(429, &google(429, "rateLimitExceeded", text)) else {
            unreachable!("a rate limit with a time")
        };
        assert_eq!(time.to_rfc3339(), "2026-03-07T18:03:15.961+00:00");
        assert_eq!(refusal(429, b"<html>Retry after tomorrow"), PostError::RateLimited(None));
    }
}

//! Google's error bodies: <https://developers.google.com/workspace/gmail/api/guides/handle-errors>.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};

/// One refusal of the Gmail API.
#[derive(Clone, Debug)]
pub(crate) struct GoogleError {
    pub(crate) status: u16,
    pub(crate) reason: String,
    pub(crate) message: String,
}

impl GoogleError {
    /// A refusal with Google's usual words for the reason.
    pub(crate) fn new(status: u16, reason: &str) -> Self {
        Self { status, reason: reason.to_owned(), message: usual_message(status, reason).to_owned() }
    }

    /// A refusal in these words.
    pub(crate) fn saying(status: u16, reason: &str, message: &str) -> Self {
        Self { status, reason: reason.to_owned(), message: message.to_owned() }
    }

    fn body(&self) -> Value {
        let mut one = json!({
            "message": self.message,
            "domain": domain(&self.reason),
            "reason": self.reason,
        });
        let mut error = json!({ "code": self.status, "message": self.message, "status": canonical(self.status) });
        match self.reason.as_str() {
            "authError" => {
                one["message"] = json!("Invalid Credentials");
                one["location"] = json!("Authorization");
                one["locationType"] = json!("header");
            }
            "insufficientPermissions" => {
                one["message"] = json!("Insufficient Permission");
                error["details"] = json!([{
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                    "domain": "googleapis.com",
                    "metadata": { "service": "gmail.googleapis.com", "method": "caribou.api.proto.MailboxService.SendMessage" },
                }]);
            }
            _ => {}
        }
        error["errors"] = json!([one]);
        json!({ "error": error })
    }
}

impl IntoResponse for GoogleError {
    fn into_response(self) -> Response {
        let mut response = (status_code(self.status), axum::Json(self.body())).into_response();
        let challenge = match self.reason.as_str() {
            "authError" => Some("Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\""),
            "insufficientPermissions" => Some(
                "Bearer realm=\"https://accounts.google.com/\", error=\"insufficient_scope\", scope=\"https://www.googleapis.com/auth/gmail.send\"",
            ),
            _ => None,
        };
        if let Some(challenge) = challenge {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static(challenge));
        }
        response
    }
}

/// The number as a status; what is none becomes 500, so that a mistaken test sees a failure.
pub(crate) fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The HTML body that Google's front end answers when the service behind it does not.
pub(crate) fn front_end_page(status: u16) -> Response {
    let code = status_code(status);
    let reason = code.canonical_reason().unwrap_or("Error");
    let page = format!(
        "<!DOCTYPE html>\n<html lang=en>\n<title>Error {status} ({reason})!!1</title>\n<p><b>{status}.</b> <ins>That’s an error.</ins>\n<p>The service is temporarily unavailable. Please try again later. <ins>That’s all we know.</ins>\n"
    );
    (code, Html(page)).into_response()
}

/// An error of the token endpoint (RFC 6749 section 5.2).
pub(crate) fn oauth_error(status: u16, error: &str, description: &str) -> Response {
    (status_code(status), axum::Json(json!({ "error": error, "error_description": description }))).into_response()
}

fn domain(reason: &str) -> &'static str {
    match reason {
        "rateLimitExceeded" | "userRateLimitExceeded" | "dailyLimitExceeded" | "accessNotConfigured" => "usageLimits",
        _ => "global",
    }
}

fn canonical(status: u16) -> &'static str {
    match status {
        400 | 413 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 | 410 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        503 => "UNAVAILABLE",
        _ => "INTERNAL",
    }
}

/// Google's words for a reason.
fn usual_message(status: u16, reason: &str) -> &'static str {
    match reason {
        "authError" => {
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
        }
        "insufficientPermissions" => "Request had insufficient authentication scopes.",
        "rateLimitExceeded" => "Rate Limit Exceeded",
        "userRateLimitExceeded" => "User Rate Limit Exceeded",
        "dailyLimitExceeded" => "Daily Limit Exceeded",
        "domainPolicy" => "The domain administrators have disabled Gmail apps.",
        "accessNotConfigured" => {
            "Gmail API has not been used in project 000000000000 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/gmail.googleapis.com/overview?project=000000000000 then retry."
        }
        "failedPrecondition" => "Mail service not enabled",
        "notFound" => "Requested entity was not found.",
        "uploadTooLarge" => "Request Entity Too Large",
        "backendError" => "Backend Error",
        _ if status == 400 => "Bad Request",
        _ => "Internal error encountered.",
    }
}

//! What a token endpoint answers, read as generously as RFC 6749 sections 5.1 and 5.2 allow and as providers need it.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use oauth2::basic::BasicTokenType;
use oauth2::{AccessToken, ErrorResponse, RefreshToken, RequestTokenError, Scope, TokenResponse};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::net::{Silence, silence};
use crate::ports::provider::{ProviderError, TokenAnswer};
use crate::ports::unreached::Unreached;

/// Life of an access token when the provider does not say (RFC 6749 section 5.1 only recommends the field).
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);

/// What the transport saw beside the body: the crate drops it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    /// HTTP status.
    status: u16,
    /// The `Date` header (RFC 9110 section 6.6.1).
    date: Option<DateTime<Utc>>,
}

/// No answer came.
#[derive(Debug, thiserror::Error)]
#[error("no answer")]
pub(super) struct NoAnswer(Silence);

/// Sends one request of the `oauth2` crate and notes what that crate does not keep.
pub(super) async fn send(
    http: reqwest::Client,
    seen: &Mutex<Seen>,
    request: oauth2::HttpRequest,
) -> Result<oauth2::HttpResponse, NoAnswer> {
    let failed = |error: reqwest::Error| NoAnswer(silence(&error));
    let request = request.try_into().map_err(|_| NoAnswer(Silence::NoAnswer))?;
    let response = http.execute(request).await.map_err(failed)?;
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let date = header(reqwest::header::DATE).and_then(|text| DateTime::parse_from_rfc2822(text).ok());
    let noted = Seen { status: response.status().as_u16(), date: date.map(|date| date.to_utc()) };
    *seen.lock().unwrap_or_else(PoisonError::into_inner) = noted;
    let mut answer = oauth2::http::Response::builder().status(response.status());
    if let Some(kind) = response.headers().get(reqwest::header::CONTENT_TYPE) {
        answer = answer.header(reqwest::header::CONTENT_TYPE, kind);
    }
    let body = response.bytes().await.map_err(failed)?.to_vec();
    answer.body(body).map_err(|_| NoAnswer(Silence::NoAnswer))
}

/// A token answer.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Tokens {
    access_token: AccessToken,
    // Required by RFC 6749, and left out by some; another type than Bearer is one that we cannot use.
    #[serde(default = "bearer", deserialize_with = "only_bearer")]
    token_type: BasicTokenType,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<u64>,
    #[serde(default)]
    refresh_token: Option<RefreshToken>,
    #[serde(default, deserialize_with = "scopes")]
    scope: Option<Vec<Scope>>,
    #[serde(default)]
    id_token: Option<IdToken>,
    #[serde(default, deserialize_with = "seconds")]
    refresh_token_expires_in: Option<u64>,
}

/// An id token, which says who signed in; the crate's own types need its features for OpenID Connect.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct IdToken(Zeroizing<String>);

impl std::fmt::Debug for IdToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdToken([redacted])")
    }
}

fn bearer() -> BasicTokenType {
    BasicTokenType::Bearer
}

fn only_bearer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BasicTokenType, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    match name.as_deref() {
        None => Ok(BasicTokenType::Bearer),
        Some(name) if name.eq_ignore_ascii_case("bearer") => Ok(BasicTokenType::Bearer),
        Some(_) => Err(serde::de::Error::custom("not a bearer token")),
    }
}

/// Seconds as a number, or as a text of digits; a form that we do not know must not cost the person the sign-in.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    })
}

/// Scopes as one text with spaces, or as a list; null is as good as absent.
fn scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Scope>>, D::Error> {
    let words = |text: &str| text.split_ascii_whitespace().map(|word| Scope::new(word.to_owned())).collect::<Vec<_>>();
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(words(&text))),
        Value::Array(list) => Ok(Some(list.iter().filter_map(Value::as_str).flat_map(words).collect())),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => Err(serde::de::Error::custom("not a list of scopes")),
    }
}

impl TokenResponse for Tokens {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        self.expires_in.map(Duration::from_secs)
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        // An empty one is none: it must not replace the one that works.
        self.refresh_token.as_ref().filter(|token| !token.secret().is_empty())
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        self.scope.as_ref()
    }
}

impl Tokens {
    /// The answer as the port has it.
    pub(super) fn into_answer(self, seen: Seen) -> TokenAnswer {
        TokenAnswer {
            expires_in: self.expires_in().unwrap_or(DEFAULT_LIFETIME),
            refresh_token_expires_in: self.refresh_token_expires_in.map(Duration::from_secs),
            scopes: self.scope.map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect()),
            // The texts themselves are handed on, so that they are wiped where they lie; an empty refresh token is none.
            access_token: SecretString::from(self.access_token.into_secret()),
            refresh_token: self
                .refresh_token
                .map(RefreshToken::into_secret)
                .filter(|token| !token.is_empty())
                .map(SecretString::from),
            id_token: self.id_token.map(|token| SecretString::from(token.0.as_str())),
            server_time: seen.date,
        }
    }
}

/// An error answer (RFC 6749 section 5.2) with Google's own `error_subtype`, which the crate's type drops.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OauthError {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
    #[serde(default)]
    error_subtype: Option<String>,
}

impl fmt::Display for OauthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the description: it is free text of the provider.
        f.write_str(&self.error)
    }
}

impl ErrorResponse for OauthError {}

impl OauthError {
    fn describes(&self, words: &str) -> bool {
        self.error_description.as_ref().is_some_and(|text| text.contains(words))
    }

    /// Google's session control: the organisation demands a fresh sign-in.
    fn wants_reauthentication(&self) -> bool {
        let named = |name: &str| matches!(name, "invalid_rapt" | "rapt_required");
        self.error_subtype.as_deref().is_some_and(named) || self.describes("invalid_rapt")
    }

    fn meaning(&self) -> ProviderError {
        match self.error.as_str() {
            "invalid_grant" => ProviderError::InvalidGrant { reauthentication: self.wants_reauthentication() },
            "invalid_client" | "unauthorized_client" | "deleted_client" | "disabled_client" => {
                ProviderError::InvalidClient
            }
            "invalid_request" if self.describes("client_secret is missing") => ProviderError::SecretMissing,
            "redirect_uri_mismatch" => ProviderError::RedirectUriMismatch,
            "admin_policy_enforced" | "org_internal" | "access_not_configured" | "disallowed_useragent" => {
                ProviderError::Blocked
            }
            "temporarily_unavailable" | "server_error" | "internal_failure" => ProviderError::Unavailable,
            _ => ProviderError::Refused,
        }
    }
}

/// What a failed token request means.
pub(super) fn meaning(error: RequestTokenError<NoAnswer, OauthError>, seen: Seen) -> ProviderError {
    match error {
        RequestTokenError::ServerResponse(response) => response.meaning(),
        RequestTokenError::Request(NoAnswer(silence)) => super::from_silence(silence),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => unreadable(seen.status),
    }
}

/// An answer that is no JSON of the protocol. A page of a proxy or of a failing front end says nothing about the grant;
/// a success that cannot be read is the provider's own.
fn unreadable(status: u16) -> ProviderError {
    match status {
        407 => Unreached::ProxyRefused.into(),
        200..=299 => ProviderError::Malformed,
        _ => ProviderError::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;
    use serde_json::json;

    fn tokens(answer: Value) -> Option<TokenAnswer> {
        serde_json::from_value::<Tokens>(answer).ok().map(|tokens| tokens.into_answer(Seen::default()))
    }

    #[test]
    fn what_rfc_6749_lets_out_and_providers_write_otherwise_is_understood() {
        let bare = tokens(json!({"access_token": "a"})).unwrap();
        assert_eq!((bare.expires_in, bare.scopes, bare.refresh_token.is_none()), (DEFAULT_LIFETIME, None, true));
        for seconds in [json!(3599), json!("3599")] {
            let read = tokens(json!({"access_token": "a", "token_type": "BEARER", "expires_in": seconds})).unwrap();
            assert_eq!(read.expires_in.as_secs(), 3599);
        }
        for scope in [json!("a b"), json!(["a", "b"])] {
            let read = tokens(json!({"access_token": "a", "scope": scope, "refresh_token": ""})).unwrap();
            assert_eq!(read.scopes.unwrap(), ["a", "b"]);
            assert!(read.refresh_token.is_none(), "an empty refresh token is none");
        }
        let odd = tokens(json!({"access_token": "a", "expires_in": -1, "refresh_token_expires_in": "604799"})).unwrap();
        assert_eq!((odd.expires_in, odd.refresh_token_expires_in.unwrap().as_secs()), (DEFAULT_LIFETIME, 604_799));
        assert!(tokens(json!({"access_token": "a", "token_type": "mac"})).is_none(), "not one that we can use");
        assert!(tokens(json!({"token_type": "Bearer"})).is_none());
    }

    #[test]
    fn every_error_has_its_meaning() {
        let error = |answer: Value| serde_json::from_value::<OauthError>(answer).unwrap().meaning();
        let dead = |reauthentication| ProviderError::InvalidGrant { reauthentication };
        assert_eq!(error(json!({"error": "invalid_grant"})), dead(false));
        assert_eq!(error(json!({"error": "invalid_grant", "error_subtype": "invalid_rapt"})), dead(true));
        let described = json!({"error": "invalid_grant", "error_description": "reauth related error (invalid_rapt)"});
        assert_eq!(error(described), dead(true));
        let missing = json!({"error": "invalid_request", "error_description": "client_secret is missing."});
        assert_eq!(error(missing), ProviderError::SecretMissing);
        for (name, meaning) in [
            ("invalid_client", ProviderError::InvalidClient),
            ("deleted_client", ProviderError::InvalidClient),
            ("redirect_uri_mismatch", ProviderError::RedirectUriMismatch),
            ("admin_policy_enforced", ProviderError::Blocked),
            ("internal_failure", ProviderError::Unavailable),
            ("invalid_scope", ProviderError::Refused),
        ] {
            assert_eq!(error(json!({"error": name})), meaning, "{name}");
        }
    }

    #[test]
    fn an_answer_that_is_no_protocol_is_told_by_its_status() {
        for (status, meaning) in [
            (200, ProviderError::Malformed),
            (302, ProviderError::Unavailable),
            (400, ProviderError::Unavailable),
            (407, Unreached::ProxyRefused.into()),
            (502, ProviderError::Unavailable),
        ] {
            assert_eq!(unreadable(status), meaning, "{status}");
        }
    }
}

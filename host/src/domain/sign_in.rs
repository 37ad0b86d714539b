//! Judgement of a sign-in: the redirect, the granted scopes, the id token. No I/O and no clock of its own.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;
use url::Url;

use super::address::MailAddress;

/// Age at which a flow is too old: Google's pages can take a new user minutes, a forgotten window must not last.
pub const FLOW_LIFETIME: Duration = Duration::from_secs(600);

/// What the first request asks for beside the scope that sends: who it is.
pub const IDENTITY_SCOPES: [&str; 2] = ["openid", "email"];

/// Difference of clocks that an id token's times may show, in seconds.
pub const CLOCK_SKEW: i64 = 300;

/// Longest redirect URL: Google's have about 400 bytes.
const MAX_REDIRECT: usize = 8 * 1024;

/// Why a redirect or its id token does not stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// It did not arrive where it had to.
    #[error("the redirect is not for this flow's redirect URI")]
    RedirectMalformed,
    /// Foreign or missing state.
    #[error("state differs")]
    StateMismatch,
    /// `iss` names another provider.
    #[error("issuer differs")]
    IssuerMismatch,
    /// `error=access_denied`.
    #[error("access denied")]
    AccessDenied,
    /// Any other `error=`.
    #[error("authorization refused")]
    Refused,
    /// `error=` names a policy of the account's organisation.
    #[error("blocked by policy")]
    Blocked,
    /// `error=server_error` or `temporarily_unavailable`.
    #[error("the provider is in trouble")]
    Unavailable,
    /// The id token is missing, malformed, expired, or for somebody else.
    #[error("id token does not hold")]
    IdToken,
    /// Everything in the id token holds but its times: one of the two clocks is wrong, or it is an old one.
    #[error("id token's times do not hold")]
    IdTokenTimes,
    /// The provider does not vouch for the address.
    #[error("address not verified")]
    EmailNotVerified,
}

/// What the flow expects of its redirect.
#[derive(Debug)]
pub struct Expected<'a> {
    /// The redirect URI that was asked for.
    pub redirect_uri: &'a Url,
    /// The flow's state.
    pub state: &'a str,
    /// The provider's issuer.
    pub issuer: &'a str,
}

/// Judges the raw redirect and gives the authorization code (RFC 6749 section 4.1.2, RFC 9207).
///
/// # Errors
/// [`SignInError`]; the state is judged before anything else is believed.
pub fn judge_redirect(raw: &str, expected: &Expected<'_>) -> Result<String, SignInError> {
    if raw.len() > MAX_REDIRECT {
        return Err(SignInError::RedirectMalformed);
    }
    let url = Url::parse(raw).map_err(|_| SignInError::RedirectMalformed)?;
    let same_place = url.origin() == expected.redirect_uri.origin() && url.path() == expected.redirect_uri.path();
    if !same_place {
        return Err(SignInError::RedirectMalformed);
    }
    let state = single(&url, "state").filter(|state| !state.is_empty()).ok_or(SignInError::StateMismatch)?;
    if !bool::from(state.as_bytes().ct_eq(expected.state.as_bytes())) {
        return Err(SignInError::StateMismatch);
    }
    if let Some(issuer) = single(&url, "iss")
        && issuer != expected.issuer
    {
        return Err(SignInError::IssuerMismatch);
    }
    match (single(&url, "error").as_deref(), single(&url, "code")) {
        (Some("access_denied"), _) => Err(SignInError::AccessDenied),
        (Some("admin_policy_enforced" | "org_internal" | "access_not_configured"), _) => Err(SignInError::Blocked),
        (Some("server_error" | "temporarily_unavailable"), _) => Err(SignInError::Unavailable),
        (Some(_), _) => Err(SignInError::Refused),
        (None, Some(code)) if !code.is_empty() => Ok(code),
        (None, _) => Err(SignInError::RedirectMalformed),
    }
}

/// The parameter's value if it stands exactly once (RFC 6749 section 3.1: parameters must not repeat).
fn single(url: &Url, name: &str) -> Option<String> {
    let mut values = url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// Scopes as a set, with Google's long names for the sign-in scopes folded into the short ones.
#[must_use]
pub fn scope_set<S: AsRef<str>>(scopes: &[S]) -> BTreeSet<String> {
    scopes
        .iter()
        .flat_map(|scope| scope.as_ref().split_ascii_whitespace())
        .map(|scope| match scope {
            "https://www.googleapis.com/auth/userinfo.email" => "email".to_owned(),
            "https://www.googleapis.com/auth/userinfo.profile" => "profile".to_owned(),
            other => other.to_owned(),
        })
        .collect()
}

/// Who signed in, as the provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Subject identifier.
    pub subject: String,
    /// Address.
    pub address: MailAddress,
    /// Workspace domain.
    pub hosted_domain: Option<String>,
}

/// Claims that we read (OpenID Connect Core sections 2 and 5.1); the rest is the provider's business.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    sub: String,
    exp: i64,
    iat: Option<i64>,
    nonce: Option<String>,
    email: Option<String>,
    email_verified: Option<Flag>,
    hd: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Google has sent this claim as a word in the past.
#[derive(Deserialize)]
#[serde(untagged)]
enum Flag {
    Bool(bool),
    Word(String),
}

/// What an id token is held against.
#[derive(Debug)]
pub struct IdTokenExpected<'a> {
    /// The provider's issuer.
    pub issuer: &'a str,
    /// Our client id.
    pub client_id: &'a str,
    /// The flow's nonce.
    pub nonce: &'a str,
    /// Seconds since 1970.
    pub now: i64,
    /// The claim that holds the address, where that is not `email` with `email_verified`.
    pub address_claim: Option<&'a str>,
}

/// Judges an id token that came straight from the token endpoint over TLS, where the signature may be left to the
/// connection (OpenID Connect Core section 3.1.3.7, item 6).
///
/// # Errors
/// [`SignInError::IdToken`], [`SignInError::IdTokenTimes`] when nothing but its times is wrong, or
/// [`SignInError::EmailNotVerified`].
pub fn judge_id_token(token: &str, expected: &IdTokenExpected<'_>) -> Result<Identity, SignInError> {
    let payload = payload(token).ok_or(SignInError::IdToken)?;
    let claims: Claims = serde_json::from_slice(&payload).map_err(|_| SignInError::IdToken)?;
    let for_us = match &claims.aud {
        Audience::One(one) => one == expected.client_id,
        Audience::Many(many) => {
            many.iter().any(|one| one == expected.client_id) && claims.azp.as_deref() == Some(expected.client_id)
        }
    };
    let issuer_holds = claims.iss == expected.issuer
        // Google's documentation allows its issuer without the scheme.
        || (expected.issuer == "https://accounts.google.com" && claims.iss == "accounts.google.com");
    let nonce_holds =
        claims.nonce.as_deref().is_some_and(|nonce| bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())));
    let times_hold =
        claims.exp + CLOCK_SKEW > expected.now && claims.iat.is_none_or(|issued| issued - CLOCK_SKEW < expected.now);
    if !(for_us && issuer_holds && nonce_holds) || claims.sub.is_empty() {
        return Err(SignInError::IdToken);
    }
    if !times_hold {
        return Err(SignInError::IdTokenTimes);
    }
    let verified = match claims.email_verified {
        Some(Flag::Bool(yes)) => yes,
        Some(Flag::Word(word)) => word == "true",
        None => false,
    };
    let (address, verified) = match expected.address_claim {
        None => (claims.email, verified),
        Some(name) => (text_claim(&payload, name), true),
    };
    let address = address.ok_or(SignInError::IdToken)?.parse().map_err(|_| SignInError::IdToken)?;
    match verified {
        true => Ok(Identity { subject: claims.sub, address, hosted_domain: claims.hd }),
        false => Err(SignInError::EmailNotVerified),
    }
}

/// A claim of the provider's own, if it is a text.
fn text_claim(payload: &[u8], name: &str) -> Option<String> {
    let claims: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(payload).ok()?;
    claims.get(name)?.as_str().map(str::to_owned)
}

fn payload(token: &str) -> Option<Vec<u8>> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;
    use proptest::prelude::*;

    fn redirect(query: &str) -> Result<String, SignInError> {
        let redirect_uri = Url::parse("https://abc.chromiumapp.org/").unwrap();
        let expected = Expected { redirect_uri: &redirect_uri, state: "right", issuer: "https://accounts.google.com" };
        judge_redirect(&format!("https://abc.chromiumapp.org/{query}"), &expected)
    }

    #[test]
    fn a_code_is_decoded_exactly_once() {
        assert_eq!(redirect("?state=right&code=4%2F0Ab%2525&scope=x&authuser=0"), Ok("4/0Ab%25".into()));
        assert_eq!(redirect("?state=right&code=a&iss=https://accounts.google.com"), Ok("a".into()));
    }

    #[test]
    fn foreign_redirects_are_refused() {
        assert_eq!(redirect("?state=wrong&code=a"), Err(SignInError::StateMismatch));
        assert_eq!(redirect("?code=a"), Err(SignInError::StateMismatch));
        assert_eq!(redirect("?state=right&state=right&code=a"), Err(SignInError::StateMismatch));
        assert_eq!(redirect("?state=wrong&error=access_denied"), Err(SignInError::StateMismatch));
        assert_eq!(redirect("?state=right&code=a&iss=https://evil.example"), Err(SignInError::IssuerMismatch));
        assert_eq!(redirect("?state=right&error=access_denied"), Err(SignInError::AccessDenied));
        assert_eq!(redirect("?state=right&error=invalid_scope"), Err(SignInError::Refused));
        assert_eq!(redirect("?state=right&error=server_error"), Err(SignInError::Unavailable));
        assert_eq!(redirect("?state=right&error=admin_policy_enforced"), Err(SignInError::Blocked));
        assert_eq!(redirect("?state=right"), Err(SignInError::RedirectMalformed));
        assert_eq!(redirect("other?state=right&code=a"), Err(SignInError::RedirectMalformed));
    }

    #[test]
    fn scopes_are_compared_as_sets_under_one_name() {
        let google = scope_set(&["https://www.googleapis.com/auth/userinfo.email openid", "mail"]);
        assert_eq!(google, scope_set(&["openid", "email", "mail"]));
        assert_ne!(google, scope_set(&["openid email"]));
    }

    fn id_token(change: impl FnOnce(&mut serde_json::Value)) -> Result<Identity, SignInError> {
        let mut claims = serde_json::json!({
            "iss": "https://accounts.google.com", "aud": "client", "sub": "123", "exp": 2000, "iat": 1000,
            "nonce": "n", "email": "ana@example.mx", "email_verified": true, "unknown": {"more": 1}
        });
        change(&mut claims);
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let expected = IdTokenExpected {
            issuer: "https://accounts.google.com",
            client_id: "client",
            nonce: "n",
            now: 1500,
            address_claim: None,
        };
        judge_id_token(&token, &expected)
    }

    #[test]
    fn an_id_token_holds_or_does_not() {
        assert_eq!(id_token(|_| {}).unwrap().subject, "123");
        assert!(id_token(|claims| claims["iss"] = "accounts.google.com".into()).is_ok());
        assert!(id_token(|claims| claims["email_verified"] = "true".into()).is_ok());
        for (claim, value) in [
            ("iss", serde_json::json!("https://evil.example")),
            ("aud", serde_json::json!("other")),
            ("aud", serde_json::json!(["client", "other"])),
            ("nonce", serde_json::json!("m")),
            ("nonce", serde_json::Value::Null),
            ("email", serde_json::json!("not an address")),
        ] {
            assert_eq!(id_token(|claims| claims[claim] = value.clone()), Err(SignInError::IdToken), "{claim} {value}");
        }
        for (claim, value) in [("exp", 1000), ("iat", 9000)] {
            assert_eq!(id_token(|claims| claims[claim] = value.into()), Err(SignInError::IdTokenTimes), "{claim}");
        }
        assert_eq!(id_token(|claims| claims["email_verified"] = false.into()), Err(SignInError::EmailNotVerified));
        assert_eq!(
            id_token(|claims| {
                claims.as_object_mut().unwrap().remove("email_verified");
            }),
            Err(SignInError::EmailNotVerified)
        );
    }

    #[test]
    fn an_address_may_stand_in_a_claim_that_the_client_file_names() {
        let claims = serde_json::json!({"iss": "i", "aud": "c", "sub": "1", "exp": 2000, "nonce": "n",
            "preferred_username": "ana@example.mx", "upn": 7});
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let told = |claim| {
            let expected = IdTokenExpected { issuer: "i", client_id: "c", nonce: "n", now: 1500, address_claim: claim };
            judge_id_token(&token, &expected).map(|identity| identity.address.to_string())
        };
        assert_eq!(told(Some("preferred_username")).as_deref(), Ok("ana@example.mx"));
        assert_eq!(told(None), Err(SignInError::IdToken));
        assert_eq!(told(Some("upn")), Err(SignInError::IdToken));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_judges_panic(text in ".{0,300}") {
            let redirect_uri = Url::parse("https://abc.chromiumapp.org/").unwrap();
            let expected = Expected { redirect_uri: &redirect_uri, state: "right", issuer: "i" };
            prop_assert!(judge_redirect(&text, &expected).is_err());
            let expected = IdTokenExpected { issuer: "i", client_id: "c", nonce: "n", now: 0, address_claim: None };
            prop_assert!(judge_id_token(&text, &expected).is_err());
        }
    }
}

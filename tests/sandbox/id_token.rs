//! Id tokens: well-formed, with a signature that is no signature.
//!
//! A client that has the token straight from the token endpoint need not check it (OpenID Connect Core 3.1.3.7).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::behaviour::IdTokenKind;
use super::state::Account;

/// Bytes of an RS256 signature with a key of 2,048 bits.
const SIGNATURE: usize = 256;

/// An hour, the life of Google's id tokens, in seconds.
const LIFE: i64 = 3600;

/// The token for this account, as the behaviour wants it.
pub(crate) fn make(
    kind: IdTokenKind,
    issuer: &str,
    client_id: &str,
    account: &Account,
    tells_email: bool,
    nonce: Option<&str>,
    clock_ahead: i64,
) -> Option<String> {
    match kind {
        IdTokenKind::Absent => return None,
        IdTokenKind::Garbage => return Some("no-es-un-token".to_owned()),
        IdTokenKind::Normal
        | IdTokenKind::WrongNonce
        | IdTokenKind::WrongAud
        | IdTokenKind::WrongIss
        | IdTokenKind::Expired
        | IdTokenKind::EmailUnverified => {}
    }
    let now = chrono::Utc::now().timestamp() + clock_ahead;
    let issued = if kind == IdTokenKind::Expired { now - 2 * LIFE } else { now };
    let audience = if kind == IdTokenKind::WrongAud { "otro-cliente.example" } else { client_id };
    let issuer = if kind == IdTokenKind::WrongIss { "https://otro-proveedor.example" } else { issuer };
    let mut claims = json!({
        "iss": issuer, "azp": audience, "aud": audience, "sub": account.sub(), "iat": issued, "exp": issued + LIFE,
    });
    if tells_email {
        claims["email"] = json!(account.email);
        claims["email_verified"] = json!(kind != IdTokenKind::EmailUnverified);
        if let Some(hd) = &account.hd {
            claims["hd"] = json!(hd);
        }
    }
    if let Some(nonce) = nonce {
        claims["nonce"] = json!(if kind == IdTokenKind::WrongNonce { "otro" } else { nonce });
    }
    let header = json!({ "alg": "RS256", "kid": "sandbox", "typ": "JWT" });
    let signed =
        format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = Sha256::digest(signed.as_bytes()).repeat(SIGNATURE / 32);
    Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

//! OAUTHBEARER (RFC 7628) and XOAUTH2 (developers.google.com/workspace/gmail/imap/xoauth2-protocol). Pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

/// Longest word of a challenge that is written down.
const MAX_WORD: usize = 40;

/// A way to show an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mechanism {
    OauthBearer,
    Xoauth2,
}

impl Mechanism {
    /// In the order in which they are tried: the standard before the vendor's.
    pub(super) const ALL: [Self; 2] = [Self::OauthBearer, Self::Xoauth2];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::OauthBearer => "OAUTHBEARER",
            Self::Xoauth2 => "XOAUTH2",
        }
    }

    /// The initial response, which holds the token.
    pub(super) fn initial(self, user: &str, host: &str, port: u16, token: &SecretString) -> SecretString {
        let token = token.expose_secret();
        let plain = Zeroizing::new(match self {
            // "=" and "," would end the authorization identity (RFC 5801 section 4).
            Self::OauthBearer => {
                let user = user.replace('=', "=3D").replace(',', "=2C");
                format!("n,a={user},\u{1}host={host}\u{1}port={port}\u{1}auth=Bearer {token}\u{1}\u{1}")
            }
            Self::Xoauth2 => format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}"),
        });
        SecretString::from(STANDARD.encode(plain.as_bytes()))
    }

    /// What has to be said to a challenge before the server tells its verdict.
    pub(super) fn answer(self) -> &'static str {
        match self {
            // A single 0x01 in base64 (RFC 7628 section 3.2.3).
            Self::OauthBearer => "AQ==\r\n",
            Self::Xoauth2 => "\r\n",
        }
    }
}

/// What a server says in a challenge after it refused a token.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Challenge {
    #[serde(default)]
    status: String,
    #[serde(default)]
    scope: String,
}

impl Challenge {
    /// The challenge in that text, or an empty one: servers differ, and none of it decides anything.
    pub(super) fn decode(text: &str) -> Self {
        let json = STANDARD.decode(text.trim()).unwrap_or_default();
        serde_json::from_slice(&json).unwrap_or_default()
    }
}

/// Status and scope, cut short, without anything that could break a line of the log.
impl std::fmt::Display for Challenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = |text: &str| -> String {
            text.chars().filter(|c| c.is_ascii_alphanumeric() || "._/:-".contains(*c)).take(MAX_WORD).collect()
        };
        write!(f, "the server refused the token: status {}, scope {}", word(&self.status), word(&self.scope))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    fn initial(mechanism: Mechanism, user: &str) -> String {
        let response = mechanism.initial(user, "smtp.example", 465, &SecretString::from("not-a-token"));
        String::from_utf8(STANDARD.decode(response.expose_secret()).unwrap()).unwrap()
    }

    #[test]
    fn each_mechanism_has_its_own_form() {
        assert_eq!(
            initial(Mechanism::Xoauth2, "ana@example.mx"),
            "user=ana@example.mx\u{1}auth=Bearer not-a-token\u{1}\u{1}"
        );
        assert_eq!(
            initial(Mechanism::OauthBearer, "a=b,c@example.mx"),
            "n,a=a=3Db=2Cc@example.mx,\u{1}host=smtp.example\u{1}port=465\u{1}auth=Bearer not-a-token\u{1}\u{1}"
        );
        assert_eq!(STANDARD.decode(Mechanism::OauthBearer.answer().trim_end()).unwrap(), [1]);
    }

    #[test]
    fn a_challenge_is_read_and_never_trusted() {
        let json = r#"{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}"#;
        let said = Challenge::decode(&STANDARD.encode(json)).to_string();
        assert!(said.ends_with("status 401, scope https://mail.google.com/"), "{said}");
        for text in ["", "%%%", "e30=", "bm90IGpzb24="] {
            assert_eq!(Challenge::decode(text), Challenge::default(), "{text}");
        }
        let rude = Challenge::decode(&STANDARD.encode(r#"{"status":"1\r\nforged line"}"#)).to_string();
        assert!(!rude.contains(['\r', '\n']));
    }
}

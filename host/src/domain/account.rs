//! Accounts and the grants that they rest on.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use sha2::{Digest, Sha256};

use super::address::MailAddress;
use super::client::Client;
use super::tenure::{Ending, Tenure};

/// Identifier of an account: the same person under another client or provider is another account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(String);

impl AccountId {
    /// Derives the identifier from issuer, client and subject (OpenID Connect Core section 2, `iss` and `sub`).
    #[must_use]
    pub fn derive(issuer: &str, client_id: &str, subject: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [issuer, client_id, subject] {
            // The length keeps "ab"+"c" apart from "a"+"bc".
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self(super::hex(&hash.finalize()[..16]))
    }

    /// An identifier as it stands in the store or on the wire.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The identifier's text: 32 hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether an account can be used without the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its token is in the vault.
    Ready,
    /// Its token is gone or was refused.
    SignInNeeded,
}

/// A saved account; everything but the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Identifier.
    pub id: AccountId,
    /// The provider's own name for the person (`sub`).
    pub subject: String,
    /// The address that the provider proved.
    pub address: MailAddress,
    /// The Workspace domain (`hd`), if the account belongs to one.
    pub hosted_domain: Option<String>,
    /// When the person granted access.
    pub granted_at: DateTime<Utc>,
    /// When its token last worked; `None` before its first use here.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When the grant ends by the provider's own word.
    pub access_ends_at: Option<DateTime<Utc>>,
    /// Whether it can be used.
    pub standing: Standing,
    /// Why it cannot, as far as that is known.
    pub ending: Option<Ending>,
    /// A person's correction of the daily budget, in messages; `None` means what the account's type has.
    pub daily_budget: Option<u32>,
}

impl Account {
    /// What is known of the life of its grant.
    #[must_use]
    pub fn tenure(&self) -> Tenure {
        Tenure { granted_at: self.granted_at, last_used_at: self.last_used_at, access_ends_at: self.access_ends_at }
    }
}

/// Where a token may go: a grant under any other set is stranded, never sent to a stranger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Client id.
    pub client_id: String,
    /// Issuer.
    pub issuer: String,
    /// Origin of the token endpoint.
    pub token_origin: String,
    /// Origin of the mail API, or the mail server.
    pub api_origin: String,
}

impl Binding {
    /// The binding of every grant made under that client.
    #[must_use]
    pub fn of(client: &Client) -> Self {
        let provider = &client.provider;
        Self {
            client_id: client.client_id.clone(),
            issuer: provider.issuer.clone(),
            token_origin: provider.token_uri.origin().ascii_serialization(),
            api_origin: match &provider.smtp {
                Some(server) => server.origin(),
                None => provider.gmail_api.origin().ascii_serialization(),
            },
        }
    }
}

/// What lies in the vault for an account.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Where the token may go.
    pub binding: Binding,
    /// The refresh token.
    pub refresh_token: SecretString,
    /// Scopes granted.
    pub scopes: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identifier_tells_client_and_subject_apart() {
        let id = AccountId::derive("https://issuer", "ab", "c");
        assert_eq!(id, AccountId::derive("https://issuer", "ab", "c"));
        assert_ne!(id, AccountId::derive("https://issuer", "a", "bc"));
        assert_eq!(id.as_str().len(), 32);
    }
}

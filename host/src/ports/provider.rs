//! The OAuth 2.0 provider (RFC 6749, RFC 7636, RFC 7009, OpenID Connect Core).

use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use url::Url;

use crate::domain::client::Client;
use crate::ports::unreached::Unreached;

/// Why the provider gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It was not reached.
    #[error(transparent)]
    Unreached(#[from] Unreached),
    /// A server error, or no answer in time: says nothing about the grant.
    #[error("the provider is not available")]
    Unavailable,
    /// An answer that no provider gives.
    #[error("the provider's answer makes no sense")]
    Malformed,
    /// `invalid_grant`: the code or refresh token is refused for good.
    #[error("{}", grant_codes(*reauthentication))]
    InvalidGrant {
        /// Whether the organisation demands a fresh sign-in (`error_subtype` `invalid_rapt`).
        reauthentication: bool,
    },
    /// `invalid_client`.
    #[error("invalid_client")]
    InvalidClient,
    /// The provider wants a client secret and got none.
    #[error("the client secret is missing")]
    SecretMissing,
    /// The redirect URI is not registered.
    #[error("redirect_uri_mismatch")]
    RedirectUriMismatch,
    /// A policy of the account's organisation forbids this application.
    #[error("blocked by policy")]
    Blocked,
    /// Any other OAuth error.
    #[error("refused")]
    Refused,
    /// The provider has no way to end a grant from here.
    #[error("the provider has no revocation endpoint")]
    NoRevocation,
}

/// The provider's codes of a dead grant, without any of its free text.
#[must_use]
pub fn grant_codes(reauthentication: bool) -> &'static str {
    if reauthentication { "invalid_grant/invalid_rapt" } else { "invalid_grant" }
}

/// What an authorization request asks for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Where the answer must arrive.
    pub redirect_uri: Url,
    /// Scopes.
    pub scopes: Vec<String>,
    /// Account to preselect.
    pub login_hint: Option<String>,
    /// Whether earlier grants are merged in, for the request of a single scope.
    pub include_granted_scopes: bool,
}

/// A prepared authorization request; state, nonce and verifier never leave the host.
#[derive(Debug)]
pub struct Authorization {
    /// Where to send the person.
    pub url: Url,
    /// CSRF state.
    pub state: SecretString,
    /// Nonce of the id token.
    pub nonce: SecretString,
    /// PKCE verifier (RFC 7636 section 4.1).
    pub verifier: SecretString,
}

/// A token answer (RFC 6749 section 5.1).
#[derive(Debug)]
pub struct TokenAnswer {
    /// Access token.
    pub access_token: SecretString,
    /// Refresh token, if one was given.
    pub refresh_token: Option<SecretString>,
    /// Life of the access token.
    pub expires_in: Duration,
    /// Life of the refresh token where the person allowed access for a time only; Google's own member.
    pub refresh_token_expires_in: Option<Duration>,
    /// Granted scopes; absent means as requested.
    pub scopes: Option<Vec<String>>,
    /// Id token, if one was given.
    pub id_token: Option<SecretString>,
    /// The provider's own clock, if the answer named its time.
    pub server_time: Option<DateTime<Utc>>,
}

/// The provider's endpoints.
pub trait Provider: Send + Sync {
    /// Whether the authorization endpoint answers at all: a server that hangs would show no window and block later flows.
    /// Asks for that very request, so that a provider that refuses it on its first page is heard before a person is sent.
    ///
    /// # Errors
    /// [`ProviderError`]; [`ProviderError::RedirectUriMismatch`] and [`ProviderError::InvalidClient`] where it names them.
    fn reachable(&self, client: &Client, url: &Url) -> Result<(), ProviderError>;
    /// Prepares an authorization request with fresh state, nonce and PKCE verifier.
    ///
    /// # Errors
    /// [`ProviderError::Malformed`] when the client's endpoints make no request.
    fn authorization(&self, client: &Client, ask: &Ask) -> Result<Authorization, ProviderError>;
    /// Exchanges a code, once: after an unknown outcome it must not be tried again (RFC 6749 section 4.1.2).
    ///
    /// # Errors
    /// [`ProviderError`].
    fn exchange(
        &self,
        client: &Client,
        redirect_uri: &Url,
        code: &str,
        verifier: &SecretString,
    ) -> Result<TokenAnswer, ProviderError>;
    /// Gets a new access token.
    ///
    /// # Errors
    /// [`ProviderError`].
    fn refresh(&self, client: &Client, refresh_token: &SecretString) -> Result<TokenAnswer, ProviderError>;
    /// Ends the whole grant of user and client (RFC 7009).
    ///
    /// # Errors
    /// [`ProviderError`]; a token that is no longer known counts as revoked.
    fn revoke(&self, client: &Client, refresh_token: &SecretString) -> Result<(), ProviderError>;
    /// The subject that an access token belongs to (OpenID Connect Core section 5.3).
    ///
    /// # Errors
    /// [`ProviderError`].
    fn subject(&self, client: &Client, access_token: &SecretString) -> Result<String, ProviderError>;
}

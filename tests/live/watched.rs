//! The shipped provider, with a note of what every answer held: the use cases keep only what they need.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use correo_cfdi::adapters::oauth2_provider::Oauth2Provider;
use correo_cfdi::domain::client::Client;
use correo_cfdi::ports::provider::{Ask, Authorization, Provider, ProviderError, TokenAnswer};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::report::{Fact, Facts, Secrets};

/// What a token answer held.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    pub(crate) access_token: SecretString,
    pub(crate) refresh_token: Option<SecretString>,
    scopes: Option<Vec<String>>,
    pub(crate) has_id_token: bool,
    claims: Vec<String>,
    expires_in: Duration,
    refresh_token_expires_in: Option<Duration>,
}

impl Answered {
    fn of(answer: &TokenAnswer) -> Self {
        let id_token = answer.id_token.as_ref().map(ExposeSecret::expose_secret);
        Self {
            access_token: answer.access_token.clone(),
            refresh_token: answer.refresh_token.clone(),
            scopes: answer.scopes.clone(),
            has_id_token: id_token.is_some(),
            claims: id_token.map(claim_names).unwrap_or_default(),
            expires_in: answer.expires_in,
            refresh_token_expires_in: answer.refresh_token_expires_in,
        }
    }

    /// For the report: names, truths and seconds.
    pub(crate) fn facts(&self) -> Facts {
        Facts::default()
            .with("scope_field", self.scopes.is_some())
            .maybe("granted_scopes", self.scopes.as_ref().map(Fact::scopes))
            .with("id_token", self.has_id_token)
            .with("id_token_claims", Fact::words(&self.claims))
            .with("refresh_token", self.refresh_token.is_some())
            .with("expires_in_seconds", self.expires_in.as_secs())
            .maybe("refresh_token_expires_in_seconds", self.refresh_token_expires_in.map(|life| life.as_secs()))
    }

    /// Notes the tokens as secrets.
    pub(crate) fn confide(&self, secrets: &mut Secrets) {
        secrets.note(self.access_token.expose_secret());
        if let Some(token) = &self.refresh_token {
            secrets.note(token.expose_secret());
        }
    }
}

fn claim_names(token: &str) -> Vec<String> {
    let payload = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok());
    let claims = payload.and_then(|json| serde_json::from_slice::<serde_json::Value>(&json).ok());
    let names = claims.as_ref().and_then(serde_json::Value::as_object).map(|claims| claims.keys().cloned().collect());
    names.unwrap_or_default()
}

#[derive(Debug, Default)]
struct Seen {
    answers: Vec<Answered>,
    userinfo: u64,
}

/// What was seen since the last look.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch(Arc<Mutex<Seen>>);

impl Watch {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last token answer, and whether the userinfo endpoint was asked; both are forgotten.
    pub(crate) fn take(&self) -> (Option<Answered>, bool) {
        let mut seen = self.seen();
        let found = (seen.answers.pop(), seen.userinfo > 0);
        *seen = Seen::default();
        found
    }

    fn note(&self, answer: Result<TokenAnswer, ProviderError>) -> Result<TokenAnswer, ProviderError> {
        if let Ok(answer) = &answer {
            self.seen().answers.push(Answered::of(answer));
        }
        answer
    }
}

/// The shipped provider under a watch.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) inner: Oauth2Provider,
    pub(crate) watch: Watch,
}

impl Provider for Watched {
    fn reachable(&self, client: &Client, url: &Url) -> Result<(), ProviderError> {
        self.inner.reachable(client, url)
    }

    fn authorization(&self, client: &Client, ask: &Ask) -> Result<Authorization, ProviderError> {
        self.inner.authorization(client, ask)
    }

    fn exchange(
        &self,
        client: &Client,
        redirect_uri: &Url,
        code: &str,
        verifier: &SecretString,
    ) -> Result<TokenAnswer, ProviderError> {
        self.watch.note(self.inner.exchange(client, redirect_uri, code, verifier))
    }

    fn refresh(&self, client: &Client, refresh_token: &SecretString) -> Result<TokenAnswer, ProviderError> {
        self.watch.note(self.inner.refresh(client, refresh_token))
    }

    fn revoke(&self, client: &Client, refresh_token: &SecretString) -> Result<(), ProviderError> {
        self.inner.revoke(client, refresh_token)
    }

    fn subject(&self, client: &Client, access_token: &SecretString) -> Result<String, ProviderError> {
        self.watch.seen().userinfo += 1;
        self.inner.subject(client, access_token)
    }
}

//! `Provider` over the `oauth2` crate and the shared HTTP client.

mod answers;
mod first_page;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use oauth2::basic::{BasicRevocationErrorResponse, BasicTokenIntrospectionResponse};
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope, StandardRevocableToken, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use self::answers::{NoAnswer, OauthError, Seen, Tokens};
use super::unreached;
use crate::domain::client::Client;
use crate::net::{Net, Silence, silence};
use crate::ports::provider::{Ask, Authorization, Provider, ProviderError, TokenAnswer};
use crate::ports::unreached::Unreached;

/// Time that the authorization endpoint may take before we say that no window would appear.
const PREFLIGHT: Duration = Duration::from_secs(8);

type OauthClient = oauth2::Client<
    OauthError,
    Tokens,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// The provider of whatever client is given.
#[derive(Debug)]
pub struct Oauth2Provider {
    net: Arc<Net>,
}

impl Oauth2Provider {
    /// A provider that speaks over that network.
    #[must_use]
    pub fn new(net: Arc<Net>) -> Self {
        Self { net }
    }

    fn http(&self, client: &Client) -> Result<reqwest::Client, ProviderError> {
        self.net.client(client.provider.ca_file.as_deref()).map_err(from_silence)
    }
}

/// The answer of a token request, with what the transport saw of it.
fn read(
    answer: Result<Tokens, RequestTokenError<NoAnswer, OauthError>>,
    seen: &Mutex<Seen>,
) -> Result<TokenAnswer, ProviderError> {
    let seen = *seen.lock().unwrap_or_else(PoisonError::into_inner);
    answer.map(|tokens| tokens.into_answer(seen)).map_err(|error| answers::meaning(error, seen))
}

fn oauth_client(client: &Client) -> OauthClient {
    let provider = &client.provider;
    let oauth = oauth2::Client::new(ClientId::new(client.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(provider.auth_uri.clone()))
        .set_token_uri(TokenUrl::from_url(provider.token_uri.clone()))
        .set_auth_type(oauth2::AuthType::RequestBody);
    match &client.secret {
        Some(secret) => oauth.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned())),
        None => oauth,
    }
}

impl Provider for Oauth2Provider {
    fn reachable(&self, client: &Client, url: &Url) -> Result<(), ProviderError> {
        let http = self.http(client)?;
        // Nobody is signed in here, so the provider can only show its first page, or say what is wrong with the request.
        let request = async {
            let mut response = http.get(url.clone()).timeout(PREFLIGHT).send().await?;
            let mut page = Vec::new();
            while response.status().is_client_error() && page.len() < first_page::MAX_PAGE {
                let Some(chunk) = response.chunk().await? else { break };
                page.extend_from_slice(&chunk);
            }
            Ok::<_, reqwest::Error>((response, page))
        };
        let (response, page) =
            self.net.run(request).map_err(from_silence)?.map_err(|error| from_silence(silence(&error)))?;
        if response.status().as_u16() == 407 {
            return Err(Unreached::ProxyRefused.into());
        }
        let location = response.headers().get(reqwest::header::LOCATION).and_then(|value| value.to_str().ok());
        if let Some(location) = location.and_then(|location| url.join(location).ok()) {
            return first_page::judge_location(&location);
        }
        // Any other answer, also an error page, shows that a window would show something.
        first_page::judge_text(&page)
    }

    fn authorization(&self, client: &Client, ask: &Ask) -> Result<Authorization, ProviderError> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = CsrfToken::new_random();
        let redirect = RedirectUrl::from_url(ask.redirect_uri.clone());
        let oauth = oauth_client(client).set_redirect_uri(redirect);
        let mut request = oauth
            .authorize_url(CsrfToken::new_random)
            .add_scopes(ask.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .add_extra_param("access_type", "offline")
            .add_extra_param("nonce", nonce.secret().as_str());
        // A person who is asked again for one box must not choose the account a second time.
        request = match &ask.login_hint {
            Some(hint) if ask.include_granted_scopes => {
                request.add_extra_param("prompt", "consent").add_extra_param("login_hint", hint.as_str())
            }
            Some(hint) => {
                request.add_extra_param("prompt", "consent select_account").add_extra_param("login_hint", hint.as_str())
            }
            None => request.add_extra_param("prompt", "consent select_account"),
        };
        if ask.include_granted_scopes {
            request = request.add_extra_param("include_granted_scopes", "true");
        }
        let (url, state) = request.url();
        Ok(Authorization {
            url,
            state: SecretString::from(state.into_secret()),
            nonce: SecretString::from(nonce.into_secret()),
            verifier: SecretString::from(verifier.into_secret()),
        })
    }

    fn exchange(
        &self,
        client: &Client,
        redirect_uri: &Url,
        code: &str,
        verifier: &SecretString,
    ) -> Result<TokenAnswer, ProviderError> {
        let http = self.http(client)?;
        let oauth = oauth_client(client).set_redirect_uri(RedirectUrl::from_url(redirect_uri.clone()));
        let request = oauth
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()));
        let seen = Mutex::default();
        let transport = |request| answers::send(http.clone(), &seen, request);
        read(self.net.run(request.request_async(&transport)).map_err(from_silence)?, &seen)
    }

    fn refresh(&self, client: &Client, refresh_token: &SecretString) -> Result<TokenAnswer, ProviderError> {
        let http = self.http(client)?;
        let oauth = oauth_client(client);
        let token = RefreshToken::new(refresh_token.expose_secret().to_owned());
        let seen = Mutex::default();
        let transport = |request| answers::send(http.clone(), &seen, request);
        let request = oauth.exchange_refresh_token(&token).request_async(&transport);
        read(self.net.run(request).map_err(from_silence)?, &seen)
    }

    fn revoke(&self, client: &Client, refresh_token: &SecretString) -> Result<(), ProviderError> {
        let http = self.http(client)?;
        let endpoint = client.provider.revocation_uri.clone().ok_or(ProviderError::NoRevocation)?;
        let mut form = vec![("token", refresh_token.expose_secret())];
        // RFC 7009 section 2.1 wants the client to show itself; Google wants the token alone.
        if !client.provider.is_googles() {
            form.push(("client_id", &client.client_id));
            form.extend(client.secret.as_ref().map(|secret| ("client_secret", secret.expose_secret())));
        }
        let request = async {
            let response = http.post(endpoint).form(&form).send().await?;
            let status = response.status().as_u16();
            Ok::<_, reqwest::Error>((status, response.bytes().await?))
        };
        let (status, body) = self.net.run(request).map_err(from_silence)?.map_err(|e| from_silence(silence(&e)))?;
        match status {
            200..=299 => Ok(()),
            // The grant was gone already, which is what was asked for.
            400 if error_code(&body).as_deref() == Some("invalid_token") => Ok(()),
            407 => Err(Unreached::ProxyRefused.into()),
            400..=499 => Err(ProviderError::Refused),
            _ => Err(ProviderError::Unavailable),
        }
    }

    fn subject(&self, client: &Client, access_token: &SecretString) -> Result<String, ProviderError> {
        #[derive(Deserialize)]
        struct Userinfo {
            sub: String,
        }
        let http = self.http(client)?;
        let endpoint = client.provider.userinfo_uri.clone().ok_or(ProviderError::Refused)?;
        let request = async {
            let response = http.get(endpoint).bearer_auth(access_token.expose_secret()).send().await?;
            let status = response.status();
            Ok::<_, reqwest::Error>((status, response.bytes().await?))
        };
        let (status, body) = self.net.run(request).map_err(from_silence)?.map_err(|e| from_silence(silence(&e)))?;
        if status.is_server_error() {
            return Err(ProviderError::Unavailable);
        }
        if !status.is_success() {
            return Err(ProviderError::Refused);
        }
        serde_json::from_slice::<Userinfo>(&body).map(|info| info.sub).map_err(|_| ProviderError::Malformed)
    }
}

/// The `error` of an error answer (RFC 6749 section 5.2).
fn error_code(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct ErrorAnswer {
        error: String,
    }
    serde_json::from_slice::<ErrorAnswer>(body).ok().map(|answer| answer.error)
}

fn from_silence(silence: Silence) -> ProviderError {
    unreached(silence).map_or(ProviderError::Unavailable, ProviderError::from)
}

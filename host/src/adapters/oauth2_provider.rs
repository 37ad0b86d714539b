//! `Provider` over the `oauth2` crate and the shared HTTP client.

use std::sync::Arc;
use std::time::Duration;

use oauth2::basic::{
    BasicErrorResponseType, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet, ExtraTokenFields,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, RevocationUrl, Scope,
    StandardErrorResponse, StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::domain::client::Client;
use crate::net::{Net, Silence, silence};
use crate::ports::provider::{Ask, Authorization, Provider, ProviderError, TokenAnswer};

/// Life of an access token when the provider does not say (RFC 6749 section 5.1 only recommends the field).
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);

/// Time that the authorization endpoint may take before we say that no window would appear.
const PREFLIGHT: Duration = Duration::from_secs(8);

/// Fields beside RFC 6749's.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Extra {
    id_token: Option<String>,
    // Any JSON: a form that we do not know must not cost the person the sign-in.
    refresh_token_expires_in: Option<serde_json::Value>,
}

impl ExtraTokenFields for Extra {}

type Tokens = StandardTokenResponse<Extra, BasicTokenType>;
type OauthError = StandardErrorResponse<BasicErrorResponseType>;
type OauthClient = oauth2::Client<
    OauthError,
    Tokens,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
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

    fn token_request<F>(&self, request: F) -> Result<TokenAnswer, ProviderError>
    where
        F: Future<Output = Result<Tokens, RequestTokenError<oauth2::HttpClientError<reqwest::Error>, OauthError>>>,
    {
        self.net.run(request).map_err(from_silence)?.map(answer).map_err(from_token_error)
    }
}

fn oauth_client(client: &Client) -> OauthClient {
    let provider = &client.provider;
    let oauth = oauth2::Client::new(ClientId::new(client.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(provider.auth_uri.clone()))
        .set_token_uri(TokenUrl::from_url(provider.token_uri.clone()))
        .set_revocation_url_option(None)
        .set_revocation_url(RevocationUrl::from_url(provider.revocation_uri.clone()))
        .set_auth_type(oauth2::AuthType::RequestBody);
    match &client.secret {
        Some(secret) => oauth.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned())),
        None => oauth,
    }
}

impl Provider for Oauth2Provider {
    fn reachable(&self, client: &Client) -> Result<(), ProviderError> {
        let http = self.http(client)?;
        // Without parameters: any answer, also an error page, shows that a window would show something.
        let request = async { http.get(client.provider.auth_uri.clone()).timeout(PREFLIGHT).send().await };
        match self.net.run(request).map_err(from_silence)? {
            Ok(_) => Ok(()),
            Err(error) => Err(from_silence(silence(&error))),
        }
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
        self.token_request(request.request_async(&http))
    }

    fn refresh(&self, client: &Client, refresh_token: &SecretString) -> Result<TokenAnswer, ProviderError> {
        let http = self.http(client)?;
        let oauth = oauth_client(client);
        let token = RefreshToken::new(refresh_token.expose_secret().to_owned());
        self.token_request(oauth.exchange_refresh_token(&token).request_async(&http))
    }

    fn revoke(&self, client: &Client, refresh_token: &SecretString) -> Result<(), ProviderError> {
        let http = self.http(client)?;
        let mut form = vec![("token", refresh_token.expose_secret())];
        // RFC 7009 section 2.1 wants the client to show itself; Google wants the token alone.
        if !client.provider.is_googles() {
            form.push(("client_id", &client.client_id));
            form.extend(client.secret.as_ref().map(|secret| ("client_secret", secret.expose_secret())));
        }
        let request = async {
            let response = http.post(client.provider.revocation_uri.clone()).form(&form).send().await?;
            let status = response.status().as_u16();
            Ok::<_, reqwest::Error>((status, response.bytes().await?))
        };
        let (status, body) = self.net.run(request).map_err(from_silence)?.map_err(|e| from_silence(silence(&e)))?;
        match status {
            200..=299 => Ok(()),
            // The grant was gone already, which is what was asked for.
            400 if error_code(&body).as_deref() == Some("invalid_token") => Ok(()),
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
        let request = async {
            let response =
                http.get(client.provider.userinfo_uri.clone()).bearer_auth(access_token.expose_secret()).send().await?;
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

fn answer(tokens: Tokens) -> TokenAnswer {
    TokenAnswer {
        access_token: SecretString::from(tokens.access_token().secret().clone()),
        refresh_token: tokens.refresh_token().map(|token| SecretString::from(token.secret().clone())),
        expires_in: tokens.expires_in().unwrap_or(DEFAULT_LIFETIME),
        refresh_token_expires_in: tokens
            .extra_fields()
            .refresh_token_expires_in
            .as_ref()
            .and_then(serde_json::Value::as_u64)
            .map(Duration::from_secs),
        scopes: tokens.scopes().map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect()),
        id_token: tokens.extra_fields().id_token.clone().map(SecretString::from),
    }
}

fn from_silence(silence: Silence) -> ProviderError {
    match silence {
        Silence::Offline => ProviderError::Offline,
        Silence::ProxyUnreachable => ProviderError::ProxyUnreachable,
        Silence::Proxy => ProviderError::ProxyRefused,
        Silence::Tls => ProviderError::Tls,
        Silence::Untrusted => ProviderError::Untrusted,
        Silence::CertificateDate => ProviderError::CertificateDate,
        Silence::CertificateName => ProviderError::CertificateName,
        Silence::AuthorityFile => ProviderError::AuthorityFile,
        Silence::NoAnswer => ProviderError::Unavailable,
    }
}

fn from_token_error(error: RequestTokenError<oauth2::HttpClientError<reqwest::Error>, OauthError>) -> ProviderError {
    match error {
        RequestTokenError::ServerResponse(response) => from_oauth_error(&response),
        RequestTokenError::Request(oauth2::HttpClientError::Reqwest(error)) => from_silence(silence(&error)),
        RequestTokenError::Request(_) | RequestTokenError::Other(_) => ProviderError::Unavailable,
        // An HTML page of a proxy or a failing front end: it says nothing about the grant.
        RequestTokenError::Parse(..) => ProviderError::Unavailable,
    }
}

fn from_oauth_error(response: &OauthError) -> ProviderError {
    let description = response.error_description().map(String::as_str).unwrap_or_default();
    #[expect(clippy::wildcard_enum_match_arm, reason = "RFC 6749 section 5.2 leaves the list open")]
    match response.error() {
        BasicErrorResponseType::InvalidGrant => ProviderError::InvalidGrant,
        BasicErrorResponseType::InvalidClient | BasicErrorResponseType::UnauthorizedClient => {
            ProviderError::InvalidClient
        }
        BasicErrorResponseType::InvalidRequest if description.contains("client_secret is missing") => {
            ProviderError::SecretMissing
        }
        BasicErrorResponseType::Extension(name) if name == "redirect_uri_mismatch" => {
            ProviderError::RedirectUriMismatch
        }
        BasicErrorResponseType::Extension(name)
            if matches!(name.as_str(), "temporarily_unavailable" | "server_error" | "internal_failure") =>
        {
            ProviderError::Unavailable
        }
        _ => ProviderError::Refused,
    }
}

//! The OAuth client that the organisation registered, and the provider that it belongs to.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;
use url::Url;
use zeroize::Zeroizing;

/// Messages a minute for one account when the file says nothing: Gmail allows 60, the rest is air
/// (Gmail API usage limits: 6,000 units a minute and user, 100 a message).
pub const DEFAULT_PER_MINUTE: u32 = 50;

/// Lets the program send mail in the person's name over the Gmail API, and nothing else.
pub const SEND_SCOPE: &str = "https://www.googleapis.com/auth/gmail.send";

/// What Gmail demands for SMTP: the whole mailbox (developers.google.com/workspace/gmail/imap/xoauth2-protocol).
pub const SMTP_SCOPE: &str = "https://mail.google.com/";

/// Longest client file, in bytes; Google's have about 500.
pub const MAX_FILE: usize = 64 * 1024;

/// Kind of client, in the words of Google's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientKind {
    /// Web application: redirects to `https://<extension id>.chromiumapp.org/`.
    Web,
    /// Desktop application: redirects to loopback.
    Installed,
}

impl ClientKind {
    /// The word in Google's file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Installed => "installed",
        }
    }
}

/// Where a provider's answer arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// At `https://<extension id>.chromiumapp.org/`, which the browser catches.
    Identity,
    /// At a port of this computer (RFC 8252 section 7.3).
    Loopback,
}

impl Way {
    /// The way of that redirect URI.
    #[must_use]
    pub fn of(redirect_uri: &Url) -> Self {
        if is_loopback(redirect_uri) { Self::Loopback } else { Self::Identity }
    }
}

/// When TLS begins; there is no sending without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// With the first byte (RFC 8314 section 3.3), the rule on port 465.
    Implicit,
    /// By STARTTLS (RFC 3207), without which nothing is sent.
    StartTls,
}

/// A mail server that takes messages for sending (RFC 6409).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpServer {
    /// Name, which its certificate has to hold for.
    pub host: String,
    /// Port.
    pub port: u16,
    /// When TLS begins.
    pub security: Security,
}

impl SmtpServer {
    /// Port on which TLS is there from the start (RFC 8314 section 7.3).
    const IMPLICIT_PORT: u16 = 465;

    /// Reads `host:port`, or the same after `smtps://` (TLS from the start) or `smtp://` (STARTTLS).
    fn parse(text: &str) -> Result<Self, ClientError> {
        let (security, rest) = match text.split_once("://") {
            Some(("smtps", rest)) => (Some(Security::Implicit), rest),
            Some(("smtp", rest)) => (Some(Security::StartTls), rest),
            Some(_) => return Err(ClientError::Malformed),
            None => (None, text),
        };
        let (host, port) = rest.rsplit_once(':').ok_or(ClientError::Malformed)?;
        let port: u16 = port.parse().map_err(|_| ClientError::Malformed)?;
        let host = match url::Host::parse(host).map_err(|_| ClientError::Malformed)? {
            url::Host::Ipv6(address) => address.to_string(),
            other @ (url::Host::Domain(_) | url::Host::Ipv4(_)) => other.to_string(),
        };
        let by_port = if port == Self::IMPLICIT_PORT { Security::Implicit } else { Security::StartTls };
        Ok(Self { host, port, security: security.unwrap_or(by_port) })
    }

    /// The server as an origin is written: where a token may go.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("smtp://{}:{}", self.host, self.port)
    }
}

/// Endpoints of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Issuer identifier (`iss`).
    pub issuer: String,
    /// Authorization endpoint (RFC 6749 section 3.1).
    pub auth_uri: Url,
    /// Token endpoint (RFC 6749 section 3.2).
    pub token_uri: Url,
    /// Revocation endpoint (RFC 7009); not every provider has one.
    pub revocation_uri: Option<Url>,
    /// Userinfo endpoint (OpenID Connect Core section 5.3).
    pub userinfo_uri: Option<Url>,
    /// Root of the Gmail API, before `/upload/...`; there is this or a mail server.
    pub gmail_api: Option<Url>,
    /// The mail server; where there is one, messages go there and not to the Gmail API.
    pub smtp: Option<SmtpServer>,
    /// The scope without which nothing can be sent.
    pub mail_scope: String,
    /// The scope that a refresh token needs (OpenID Connect Core section 11); Google's has none.
    pub offline_scope: Option<String>,
    /// The claim that holds the address, where the provider vouches for it in another way than by `email_verified`; the
    /// organisation that runs the provider says so in its client file.
    pub address_claim: Option<String>,
    /// Certificate authority to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Messages a minute for one account.
    pub per_minute: u32,
}

/// The registered client.
#[derive(Debug, Clone)]
pub struct Client {
    /// Client id (RFC 6749 section 2.2).
    pub client_id: String,
    /// Client secret; Google demands it even with PKCE.
    pub secret: Option<SecretString>,
    /// Kind.
    pub kind: ClientKind,
    /// Redirect URIs that the file names.
    pub redirect_uris: Vec<String>,
    /// Where it is registered.
    pub provider: Provider,
}

/// Why a client file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// It is no `client_secret_*.json`.
    #[error("not a client file")]
    Malformed,
    /// An endpoint is neither https nor loopback.
    #[error("an endpoint is not https")]
    Insecure,
}

/// Google's file, and our extra object beside it.
#[derive(Deserialize)]
struct File {
    web: Option<Section>,
    installed: Option<Section>,
    correo_cfdi: Option<Extra>,
}

#[derive(Deserialize)]
struct Section {
    client_id: String,
    client_secret: Option<Zeroizing<String>>,
    auth_uri: Option<String>,
    token_uri: Option<String>,
    #[serde(default)]
    redirect_uris: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Extra {
    issuer: Option<String>,
    gmail_api: Option<String>,
    revocation_uri: Option<String>,
    userinfo_uri: Option<String>,
    smtp: Option<String>,
    mail_scope: Option<String>,
    offline_scope: Option<String>,
    address_claim: Option<String>,
    ca_file: Option<PathBuf>,
    per_minute: Option<u32>,
}

mod google {
    //! Google's endpoints (accounts.google.com/.well-known/openid-configuration).
    pub(super) const ISSUER: &str = "https://accounts.google.com";
    pub(super) const AUTH: &str = "https://accounts.google.com/o/oauth2/v2/auth";
    /// Still written into files of older projects.
    pub(super) const LEGACY_AUTH: &str = "https://accounts.google.com/o/oauth2/auth";
    pub(super) const TOKEN: &str = "https://oauth2.googleapis.com/token";
    pub(super) const REVOKE: &str = "https://oauth2.googleapis.com/revoke";
    pub(super) const USERINFO: &str = "https://openidconnect.googleapis.com/v1/userinfo";
    pub(super) const GMAIL: &str = "https://gmail.googleapis.com/";
}

impl Client {
    /// Reads Google's own `client_secret_*.json` (`web` or `installed`), with our optional `correo_cfdi` object.
    ///
    /// # Errors
    /// [`ClientError::Malformed`] for any other text, [`ClientError::Insecure`] for plain http outside loopback.
    pub fn parse(text: &str) -> Result<Self, ClientError> {
        if text.len() > MAX_FILE {
            return Err(ClientError::Malformed);
        }
        let file: File = serde_json::from_str(text).map_err(|_| ClientError::Malformed)?;
        let (kind, section) = match (file.web, file.installed) {
            (Some(section), None) => (ClientKind::Web, section),
            (None, Some(section)) => (ClientKind::Installed, section),
            (None, None) | (Some(_), Some(_)) => return Err(ClientError::Malformed),
        };
        if section.client_id.trim().is_empty() {
            return Err(ClientError::Malformed);
        }
        let provider = Provider::from_file(&section, file.correo_cfdi.unwrap_or_default())?;
        Ok(Self {
            client_id: section.client_id,
            secret: section
                .client_secret
                .filter(|secret| !secret.is_empty())
                .map(|secret| SecretString::from(secret.as_str())),
            kind,
            redirect_uris: section.redirect_uris,
            provider,
        })
    }
}

impl Client {
    /// Whether the provider takes redirects of that way for this client. Google takes loopback for a Desktop client, on any
    /// port and unregistered, and only registered addresses for a Web application; its file may be older than the newest
    /// registration, so a web client is always tried. Other providers register both kinds: then the file names them.
    #[must_use]
    pub fn allows(&self, way: Way) -> bool {
        let usual = match self.kind {
            ClientKind::Web => Way::Identity,
            ClientKind::Installed => Way::Loopback,
        };
        // Desktop files of Google name `http://localhost`, and web clients of Google may register it for development.
        way == usual || (!self.provider.is_google() && self.names(way))
    }

    fn names(&self, way: Way) -> bool {
        self.redirect_uris.iter().filter_map(|uri| Url::parse(uri).ok()).any(|uri| Way::of(&uri) == way)
    }
}

impl Provider {
    fn from_file(section: &Section, extra: Extra) -> Result<Self, ClientError> {
        // Google refuses the old page for new clients; both belong to the same issuer.
        let auth_uri = section.auth_uri.clone().filter(|uri| uri != google::LEGACY_AUTH);
        let smtp = extra.smtp.as_deref().map(SmtpServer::parse).transpose()?;
        let own_scope = if smtp.is_some() { SMTP_SCOPE } else { SEND_SCOPE };
        let mail_scope = extra.mail_scope.unwrap_or_else(|| own_scope.to_owned());
        // One scope: a blank would ask for several, and which of them sends could not be told.
        if mail_scope.is_empty() || mail_scope.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(ClientError::Malformed);
        }
        let issuer = extra.issuer.unwrap_or_else(|| google::ISSUER.to_owned());
        // Google's own endpoints stand in for nobody else's: a token must not go to a stranger because a line was left out.
        let own = |given: Option<String>, googles: &str| {
            let default = (issuer == google::ISSUER).then(|| googles.to_owned());
            given.or(default).as_deref().map(endpoint).transpose()
        };
        let auth_uri = own(auth_uri, google::AUTH)?.ok_or(ClientError::Malformed)?;
        let token_uri = own(section.token_uri.clone(), google::TOKEN)?.ok_or(ClientError::Malformed)?;
        let (revocation_uri, userinfo_uri) =
            (own(extra.revocation_uri, google::REVOKE)?, own(extra.userinfo_uri, google::USERINFO)?);
        let gmail_api = own(extra.gmail_api, google::GMAIL)?;
        if gmail_api.is_none() && smtp.is_none() {
            return Err(ClientError::Malformed);
        }
        Ok(Self {
            smtp,
            address_claim: extra.address_claim.filter(|claim| !claim.is_empty()),
            mail_scope,
            offline_scope: extra.offline_scope.filter(|scope| !scope.is_empty()),
            issuer,
            auth_uri,
            token_uri,
            revocation_uri,
            userinfo_uri,
            gmail_api,
            ca_file: extra.ca_file,
            per_minute: extra.per_minute.unwrap_or(DEFAULT_PER_MINUTE).max(1),
        })
    }

    /// Whether every endpoint is Google's own, the only provider that may come over the wire.
    #[must_use]
    pub fn is_google(&self) -> bool {
        self.issuer == google::ISSUER
            && self.ca_file.is_none()
            && self.smtp.is_none()
            && self.mail_scope == SEND_SCOPE
            && self.auth_uri.as_str() == google::AUTH
            && self.token_uri.as_str() == google::TOKEN
            && [
                (&self.revocation_uri, google::REVOKE),
                (&self.userinfo_uri, google::USERINFO),
                (&self.gmail_api, google::GMAIL),
            ]
            .iter()
            .all(|(given, own)| given.as_ref().is_some_and(|given| given.as_str() == *own))
    }

    /// Whether grants are Google's, whatever way mail goes.
    #[must_use]
    pub fn is_googles(&self) -> bool {
        self.issuer == google::ISSUER
    }

    /// Whether the one scope that a person left out may be asked for without those that tell who it is. Google then shows no
    /// box, and merges the grants; from others there is no id token without them (OpenID Connect Core section 3.1.2.1).
    #[must_use]
    pub fn asks_alone(&self) -> bool {
        self.is_googles() || self.smtp.is_none()
    }

    /// Hosts that tokens and mail go to, each once.
    #[must_use]
    pub fn hosts(&self) -> Vec<String> {
        let sends = if self.smtp.is_some() { None } else { self.gmail_api.as_ref() };
        let mut hosts: Vec<String> = [&self.auth_uri, &self.token_uri]
            .into_iter()
            .chain(&self.revocation_uri)
            .chain(&self.userinfo_uri)
            .chain(sends)
            .map(|uri| uri[url::Position::BeforeHost..url::Position::AfterPort].to_owned())
            .chain(self.smtp.iter().map(|server| format!("{}:{}", server.host, server.port)))
            .collect();
        hosts.sort();
        hosts.dedup();
        hosts
    }
}

fn endpoint(text: &str) -> Result<Url, ClientError> {
    let url = Url::parse(text).map_err(|_| ClientError::Malformed)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ClientError::Malformed);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(ClientError::Insecure),
    }
}

/// Whether the URL's host is this machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    const GOOGLES: &str = r#"{"web":{"client_id":"1-a.apps.googleusercontent.com","project_id":"p",
        "auth_uri":"https://accounts.google.com/o/oauth2/auth","token_uri":"https://oauth2.googleapis.com/token",
        "auth_provider_x509_cert_url":"https://www.googleapis.com/oauth2/v1/certs","client_secret":"not-a-secret",
        "redirect_uris":["https://abc.chromiumapp.org/"]}}"#;

    #[test]
    fn googles_own_file_is_read() {
        let client = Client::parse(GOOGLES).unwrap();
        assert_eq!(client.kind, ClientKind::Web);
        assert!(client.provider.is_google());
        assert_eq!(client.provider.auth_uri.as_str(), google::AUTH);
        assert_eq!(client.redirect_uris, ["https://abc.chromiumapp.org/"]);
        assert!(!format!("{client:?}").contains("not-a-secret"));
    }

    #[test]
    fn another_provider_is_never_taken_for_google() {
        let other = GOOGLES.replace("https://oauth2.googleapis.com/token", "https://evil.example/token");
        assert!(!Client::parse(&other).unwrap().provider.is_google());
        let extra = GOOGLES.replacen('{', r#"{"correo_cfdi":{"gmail_api":"http://127.0.0.1:9/"},"#, 1);
        let client = Client::parse(&extra).unwrap();
        assert!(!client.provider.is_google());
        assert!(client.provider.hosts().contains(&"127.0.0.1:9".to_owned()));
    }

    #[test]
    fn a_mail_server_is_told_with_its_security() {
        for (text, port, security) in [
            ("smtp.example:465", 465, Security::Implicit),
            ("smtp.example:587", 587, Security::StartTls),
            ("smtps://smtp.example:10465", 10465, Security::Implicit),
            ("smtp://smtp.example:465", 465, Security::StartTls),
        ] {
            let server = SmtpServer::parse(text).unwrap();
            assert_eq!(
                (server.host.as_str(), server.port, server.security),
                ("smtp.example", port, security),
                "{text}"
            );
        }
        for text in
            ["", "smtp.example", "smtp.example:", "smtp.example:99999", "http://smtp.example:1", "a b:25", ":25"]
        {
            assert!(SmtpServer::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_mail_server_has_its_own_scope_and_is_not_the_providers_api() {
        let extra = |text: &str| Client::parse(&GOOGLES.replacen('{', &format!(r#"{{"correo_cfdi":{{{text}}},"#), 1));
        let provider = extra(r#""smtp":"smtp.gmail.com:465""#).unwrap().provider;
        assert_eq!(provider.mail_scope, SMTP_SCOPE);
        assert!(!provider.is_google(), "what goes over SMTP is not imported over the wire");
        assert!(provider.hosts().contains(&"smtp.gmail.com:465".to_owned()));
        let elsewhere = |text: &str| {
            let file = GOOGLES
                .replace("https://accounts.google.com/o/oauth2/auth", "https://mail.example/auth")
                .replace("https://oauth2.googleapis.com/token", "https://mail.example/token");
            let extra = format!(r#"{{"correo_cfdi":{{"issuer":"https://mail.example"{text}}},"#);
            Client::parse(&file.replacen('{', &extra, 1))
        };
        let other = elsewhere(r#","smtp":"mail.example:587","mail_scope":"https://mail.example/SMTP.Send""#).unwrap();
        assert_eq!(other.provider.revocation_uri, None, "a token of another provider never goes to Google");
        assert_eq!(other.provider.userinfo_uri, None);
        assert!(!other.provider.hosts().iter().any(|host| host.contains("gmail")));
        assert!(elsewhere("").is_err(), "no way to send");
        assert!(extra(r#""issuer":"https://mail.example","smtp":"mail.example:587""#).is_err(), "Google's first page");
        assert_eq!(other.provider.mail_scope, "https://mail.example/SMTP.Send");
        assert!(extra(r#""mail_scope":"one two""#).is_err());
    }

    #[test]
    fn what_is_no_client_file_is_refused() {
        for text in [
            "",
            "{}",
            "[]",
            r#"{"web":{"client_id":" "}}"#,
            r#"{"web":{"client_id":"a"},"installed":{"client_id":"a"}}"#,
        ] {
            assert_eq!(Client::parse(text).unwrap_err(), ClientError::Malformed, "{text}");
        }
        let plain = GOOGLES.replace("https://oauth2.googleapis.com/token", "http://oauth2.example/token");
        assert_eq!(Client::parse(&plain).unwrap_err(), ClientError::Insecure);
    }
}

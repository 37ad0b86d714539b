//! What `doctor` says of the network: the way to each server, who vouches for it, and whether something reads along.

use serde::Serialize;
use url::Url;

use super::print::Printer;
use crate::domain::client::Client;
use crate::net::look::{Look, roots};
use crate::net::{Net, Silence};
use crate::protocol::failure::Kind;

/// Stands for Google's own endpoints before a client is imported.
const GOOGLE: &str = r#"{"installed":{"client_id":"doctor"}}"#;

/// Part of the name of every authority that issues Google's certificates (pki.goog).
const GOOGLES_AUTHORITY: &str = "Google Trust Services";

/// The network as it is now.
#[derive(Debug, Serialize)]
pub(super) struct Network {
    /// Authorities that this computer trusts.
    roots: usize,
    /// The variable that names them in place of the system.
    #[serde(skip_serializing_if = "Option::is_none")]
    roots_from: Option<String>,
    /// The client file's own authority.
    #[serde(skip_serializing_if = "Option::is_none")]
    ca_file: Option<String>,
    /// Each server that tokens and mail go to.
    servers: Vec<Server>,
}

/// One server.
#[derive(Debug, Serialize)]
struct Server {
    origin: String,
    /// The proxy on the way, without name and password.
    proxy: Option<String>,
    /// Whether a name and a password are given to the proxy.
    proxy_credentials: bool,
    /// Who issued the server's certificate.
    certificate_issuer: Option<String>,
    /// Whether the connection to Google is read on the way, by somebody whom this computer trusts.
    intercepted: bool,
    /// Why it cannot be reached.
    failure: Option<Kind>,
}

impl Network {
    /// Looks at every server of the registered client, or of Google; all at once.
    pub(super) fn examine(client: Option<&Client>) -> Self {
        let google = Client::parse(GOOGLE).ok();
        let provider = client.or(google.as_ref()).map(|client| &client.provider);
        let ca_file = provider.and_then(|provider| provider.ca_file.as_deref());
        let mut urls: Vec<&Url> = provider.map_or_else(Vec::new, |provider| {
            [&provider.auth_uri, &provider.token_uri]
                .into_iter()
                .chain(&provider.userinfo_uri)
                .chain(&provider.gmail_api)
                .collect()
        });
        urls.sort_by_key(|url| url.origin().ascii_serialization());
        urls.dedup_by_key(|url| url.origin());
        let net = Net::default();
        let is_google = provider.is_some_and(|provider| provider.is_google());
        let servers = std::thread::scope(|scope| {
            let net = &net;
            let looks: Vec<_> = urls.iter().map(|url| (*url, scope.spawn(move || net.look(ca_file, url)))).collect();
            let ended = looks.into_iter().filter_map(|(url, look)| Some((url, look.join().ok()?)));
            ended.map(|(url, look)| Server::of(url, look, is_google)).collect()
        });
        let (roots, roots_from) = roots();
        Self { roots, roots_from, ca_file: ca_file.map(|file| file.display().to_string()), servers }
    }

    /// What keeps the first unreachable server from answering.
    pub(super) fn failure(&self) -> Option<Kind> {
        self.servers.iter().find_map(|server| server.failure)
    }

    /// For people, a line each.
    pub(super) fn lines(&self, printer: &Printer) -> Vec<String> {
        let from = self.roots_from.as_ref().map(|from| format!(" ({from})")).unwrap_or_default();
        let own = self.ca_file.as_ref().map(|file| format!(" + {file}")).unwrap_or_default();
        let mut lines = vec![printer.sentence("doctor_roots", &format!("{}{from}{own}", self.roots))];
        lines.extend(self.servers.iter().map(|server| server.line(printer)));
        if let Some(server) = self.servers.iter().find(|server| server.intercepted) {
            let by = server.certificate_issuer.as_deref().unwrap_or_default();
            lines.push(printer.sentence("doctor_intercepted", by));
        }
        lines
    }
}

impl Server {
    fn of(url: &Url, look: Look, is_google: bool) -> Self {
        let (issuer, failure) = match look.issuer {
            Ok(issuer) => (issuer, None),
            Err(silence) => (None, Some(kind(silence))),
        };
        Self {
            origin: url.origin().ascii_serialization(),
            proxy: look.via.as_ref().map(crate::net::route::Via::shown),
            proxy_credentials: look.via.as_ref().is_some_and(crate::net::route::Via::has_credentials),
            intercepted: is_google && issuer.as_ref().is_some_and(|issuer| !issuer.contains(GOOGLES_AUTHORITY)),
            certificate_issuer: issuer,
            failure,
        }
    }

    fn line(&self, printer: &Printer) -> String {
        let way = match (&self.proxy, self.proxy_credentials) {
            (None, _) => printer.text("doctor_direct").to_owned(),
            (Some(proxy), false) => printer.sentence("doctor_via", proxy),
            (Some(proxy), true) => printer.sentence("doctor_via_named", proxy),
        };
        let state = match (self.failure, &self.certificate_issuer) {
            (Some(kind), _) => printer.failure(kind),
            (None, Some(issuer)) => {
                format!("{}; {}", printer.text("works"), printer.sentence("doctor_certificate", issuer))
            }
            (None, None) => printer.text("works").to_owned(),
        };
        format!("{} ({way}): {state}", self.origin)
    }
}

fn kind(silence: Silence) -> Kind {
    match silence {
        Silence::Offline => Kind::Offline,
        Silence::ProxyUnreachable => Kind::ProxyUnreachable,
        Silence::Proxy => Kind::ProxyRefused,
        Silence::Tls => Kind::TlsFailed,
        Silence::Untrusted => Kind::TlsUntrusted,
        Silence::CertificateDate => Kind::TlsExpired,
        Silence::CertificateName => Kind::TlsWrongName,
        Silence::AuthorityFile => Kind::CaFileUnreadable,
        Silence::NoAnswer => Kind::ProviderUnavailable,
    }
}

//! A look at a server for people who want to know why it cannot be reached: the way, the certificate, the outcome.

use std::path::Path;
use std::time::Duration;

use reqwest::tls::TlsInfo;
use url::Url;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use super::route::{Routes, Via};
use super::{Net, Silence, silence};

/// Time for one look: somebody waits for it at a terminal.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a look found.
#[derive(Debug)]
pub struct Look {
    /// The proxy on the way.
    pub via: Option<Via>,
    /// Who issued the certificate that was shown and trusted (RFC 4514), `None` without TLS; or why there was no answer.
    pub issuer: Result<Option<String>, Silence>,
}

impl Net {
    /// Asks the server of that address for its first page, without anything that is secret.
    #[must_use]
    pub fn look(&self, ca_file: Option<&Path>, url: &Url) -> Look {
        Look { via: Routes::of_this_computer().to(url), issuer: self.ask(ca_file, url) }
    }

    fn ask(&self, ca_file: Option<&Path>, url: &Url) -> Result<Option<String>, Silence> {
        let page = url.join("/").unwrap_or_else(|_| url.clone());
        let client = self.client(ca_file)?;
        let answer = self.run(async { client.get(page).timeout(PATIENCE).send().await })?;
        let answer = answer.map_err(|error| silence(&error))?;
        let shown = answer.extensions().get::<TlsInfo>().and_then(TlsInfo::peer_certificate);
        Ok(shown.and_then(|der| Certificate::from_der(der).ok()).map(|one| one.tbs_certificate().issuer().to_string()))
    }
}

/// How many authorities this computer trusts, and the variable that names them in place of the system, if one is set.
#[must_use]
pub fn roots() -> (usize, Option<String>) {
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"].iter().find_map(|name| {
        let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
        Some(format!("{name}={value}"))
    });
    (rustls_native_certs::load_native_certs().certs.len(), named)
}

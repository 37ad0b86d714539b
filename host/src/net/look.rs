//! A look at a server for people who want to know why it cannot be reached: the way, the certificate, the outcome.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{DATE, HeaderMap};
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
    /// What the server answered, or why there was no answer.
    pub answer: Result<Answer, Silence>,
}

/// What a server told of itself.
#[derive(Debug)]
pub struct Answer {
    /// Who issued the certificate that was shown and trusted (RFC 4514); `None` without TLS.
    pub issuer: Option<String>,
    /// By how many seconds this computer's clock is ahead of the server's; `None` where the server told no time (RFC 9110
    /// section 6.6.1), or told it without TLS, so that anybody may have.
    pub clock_ahead: Option<i64>,
}

impl Net {
    /// Asks the server of that address for its first page, without anything that is secret.
    #[must_use]
    pub fn look(&self, ca_file: Option<&Path>, url: &Url) -> Look {
        Look { via: Routes::of_this_computer().to(url), answer: self.ask(ca_file, url) }
    }

    fn ask(&self, ca_file: Option<&Path>, url: &Url) -> Result<Answer, Silence> {
        let page = url.join("/").unwrap_or_else(|_| url.clone());
        let client = self.client(ca_file)?;
        let answer = self.run(async { client.get(page).timeout(PATIENCE).send().await })?;
        let answer = answer.map_err(|error| silence(&error))?;
        let shown = answer.extensions().get::<TlsInfo>().and_then(TlsInfo::peer_certificate);
        let issuer = shown.and_then(|der| Certificate::from_der(der).ok());
        let clock_ahead = shown.and_then(|_| clock_ahead(answer.headers(), Utc::now()));
        Ok(Answer { issuer: issuer.map(|one| one.tbs_certificate().issuer().to_string()), clock_ahead })
    }
}

/// Servers write the date of the answer in a form that RFC 2822 has too (RFC 9110 section 5.6.7).
fn clock_ahead(headers: &HeaderMap, now: DateTime<Utc>) -> Option<i64> {
    let date = DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?).ok()?;
    Some((now - date.to_utc()).num_seconds())
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn the_servers_clock_is_read_from_its_answer() {
        let now = DateTime::parse_from_rfc3339("1994-11-06T08:59:37Z").unwrap().to_utc();
        let told = |date: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, HeaderValue::from_static(date));
            clock_ahead(&headers, now)
        };
        assert_eq!(told("Sun, 06 Nov 1994 08:49:37 GMT"), Some(600));
        assert_eq!(told("Sun, 06 Nov 1994 09:59:37 GMT"), Some(-3600));
        assert_eq!(told("yesterday"), None);
        assert_eq!(clock_ahead(&HeaderMap::new(), now), None);
    }
}

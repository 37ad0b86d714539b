//! The way to a server: directly, or through the proxy that this computer is set to.
//!
//! Asked in this order: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` of the environment, then the system's own
//! setting (Windows: *Internet Settings* of the user; macOS: the network's). Addresses of this machine never go through a
//! proxy, as in every browser: the proxy would reach its own machine instead. Proxies are spoken to over `http` and
//! `https`; a PAC script is not run, because nothing in the TLS and HTTP stack here interprets its JavaScript.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper_util::client::proxy::matcher::Matcher;
use url::{Host, Url};

/// Where a connection goes first.
#[derive(Clone, PartialEq, Eq)]
pub struct Via {
    /// The proxy, with name and password where it wants them: a secret.
    address: Url,
}

/// Never the name and password.
impl std::fmt::Debug for Via {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}

impl Via {
    /// The proxy as people may see it: scheme, host and port.
    #[must_use]
    pub fn shown(&self) -> String {
        self.address.origin().ascii_serialization()
    }

    /// Whether a name is given to the proxy.
    #[must_use]
    pub fn has_credentials(&self) -> bool {
        !self.address.username().is_empty()
    }
}

/// The proxies of this computer, as they are set now.
#[derive(Debug)]
pub struct Routes {
    matcher: Matcher,
}

impl Routes {
    /// Reads environment and system.
    #[must_use]
    pub fn of_this_computer() -> Self {
        Self { matcher: Matcher::from_system() }
    }

    /// The proxy on the way to that address; `None` is the direct way.
    #[must_use]
    pub fn to(&self, url: &Url) -> Option<Via> {
        if is_this_machine(url) {
            return None;
        }
        let intercept = self.matcher.intercept(&url.as_str().parse().ok()?)?;
        let mut address = Url::parse(&intercept.uri().to_string()).ok()?;
        let credentials = intercept.basic_auth().and_then(|header| decoded(header.as_bytes()));
        if let Some((name, password)) = credentials {
            // Refused only for addresses without a host, which no proxy is.
            address.set_username(&name).ok()?;
            address.set_password(Some(&password)).ok()?;
        }
        Some(Via { address })
    }
}

/// The rule for the HTTP client.
pub(super) fn proxy() -> reqwest::Proxy {
    let routes = Routes::of_this_computer();
    reqwest::Proxy::custom(move |url| routes.to(url).map(|via| via.address))
}

/// The matcher gives name and password only as the header that it made of them (RFC 7617 section 2).
fn decoded(header: &[u8]) -> Option<(String, String)> {
    let encoded = header.strip_prefix(b"Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    text.split_once(':').map(|(name, password)| (name.to_owned(), password.to_owned()))
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    fn via(proxy: &str, no_proxy: &str, url: &str) -> Option<Via> {
        Routes { matcher: Matcher::builder().https(proxy).no(no_proxy).build() }.to(&Url::parse(url).unwrap())
    }

    #[test]
    fn a_proxy_is_used_for_other_machines_only() {
        let google = "https://oauth2.googleapis.com/token";
        assert_eq!(via("http://proxy.example:3128", "", google).unwrap().shown(), "http://proxy.example:3128");
        assert_eq!(via("proxy.example:3128", "", google).unwrap().shown(), "http://proxy.example:3128");
        assert_eq!(via("http://proxy.example:3128", "example.org, .googleapis.com", google), None);
        assert_eq!(via("http://proxy.example:3128", "*", google), None);
        for own in ["https://127.0.0.1:8443/", "https://[::1]/", "https://localhost/", "https://a.localhost/"] {
            assert_eq!(via("http://proxy.example:3128", "", own), None, "{own}");
        }
    }

    #[test]
    fn name_and_password_reach_the_proxy_and_nothing_that_is_shown() {
        let via = via("http://ana:p%40ss%3Aw%2Frd@proxy.example:3128", "", "https://gmail.googleapis.com/").unwrap();
        assert!(via.has_credentials());
        assert_eq!(via.address.username(), "ana");
        assert_eq!(via.address.password(), Some("p%40ss%3Aw%2Frd"));
        assert_eq!(via.shown(), "http://proxy.example:3128");
        assert_eq!(format!("{via:?}"), "http://proxy.example:3128");
    }
}

//! Portals: web origins that the person connected, and what each may ask for.

use std::fmt;

use url::Url;

use super::client::is_loopback;
use super::rfc::Rfc;

/// Requests of one portal that a host takes in a minute, over all conversations: the most that an organisation may allow in
/// the extension, which has its own, lower limit.
pub const MAX_REQUESTS_A_MINUTE: u32 = 120;

/// A web origin (RFC 6454): scheme, host and port, without a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin(String);

/// Why a text is no origin that can be connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// It is no origin in its canonical spelling.
    #[error("not an origin")]
    Malformed,
    /// It is plain http outside loopback.
    #[error("plain http outside loopback")]
    Insecure,
}

impl Origin {
    /// Accepts the one canonical spelling that browsers report, so that two spellings are never two portals.
    ///
    /// # Errors
    /// [`OriginError`] as it says.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let origin = Self::parse_even_unencrypted(text)?;
        if origin.is_unencrypted() { Err(OriginError::Insecure) } else { Ok(origin) }
    }

    /// The same, and plain http elsewhere too: for origins that an organisation's policy allows.
    ///
    /// # Errors
    /// [`OriginError::Malformed`].
    pub fn parse_even_unencrypted(text: &str) -> Result<Self, OriginError> {
        let url = Url::parse(text).map_err(|_| OriginError::Malformed)?;
        let is_web = matches!(url.scheme(), "https" | "http");
        match is_web && url.origin().ascii_serialization() == text {
            true => Ok(Self(text.to_owned())),
            false => Err(OriginError::Malformed),
        }
    }

    /// Whether others between the page and this machine could read and change it: plain http outside loopback (Secure
    /// Contexts, section 3.1; the names below `localhost` are this machine by RFC 6761 section 6.3).
    #[must_use]
    pub fn is_unencrypted(&self) -> bool {
        let Ok(url) = Url::parse(&self.0) else { return true };
        let is_local = is_loopback(&url) || url.domain().is_some_and(|name| name.ends_with(".localhost"));
        url.scheme() != "https" && !is_local
    }

    /// The origin's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A connected portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portal {
    /// Its origin.
    pub origin: Origin,
    /// Companies that it may ask for.
    pub companies: Vec<Rfc>,
    /// When it was connected.
    pub connected_at: chrono::DateTime<chrono::Utc>,
}

/// Most deliveries that a rule may let pass in 24 hours: what an ordinary Gmail account sends in a day.
pub const MAX_UNATTENDED: u32 = 500;

/// A person's standing word: what this portal asks for this company leaves without a look at each, within a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The portal's origin.
    pub origin: Origin,
    /// The company.
    pub company: Rfc,
    /// Deliveries in 24 hours.
    pub daily_limit: u32,
    /// When it was given.
    pub granted_at: chrono::DateTime<chrono::Utc>,
}

impl Portal {
    /// Whether the portal may ask for that company's documents.
    #[must_use]
    pub fn may_ask_for(&self, company: &Rfc) -> bool {
        self.companies.contains(company)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_secure_origins_in_canonical_spelling_pass() {
        for good in [
            "https://portal.example.mx",
            "https://portal.example.mx:8443",
            "http://127.0.0.1:8080",
            "http://localhost:3000",
            "http://portal.localhost",
            "http://[::1]:8080",
        ] {
            assert_eq!(Origin::parse(good).map(|o| o.to_string()), Ok(good.to_owned()));
        }
        for bad in ["http://portal.example.mx", "http://localhost.evil.test", "http://xlocalhost", "http://10.0.0.1"] {
            assert_eq!(Origin::parse(bad), Err(OriginError::Insecure), "{bad}");
            let listed = Origin::parse_even_unencrypted(bad);
            assert_eq!(listed.map(|origin| origin.is_unencrypted()), Ok(true), "{bad}");
        }
        for bad in [
            "null",
            "",
            "https://portal.example.mx/",
            "https://PORTAL.example.mx",
            "https://portal.example.mx:443",
            "file:///tmp",
            "https://a@b.mx",
        ] {
            assert_eq!(Origin::parse(bad), Err(OriginError::Malformed), "{bad}");
        }
    }
}

//! Portals: web origins that the person connected, and what each may ask for.

use std::fmt;

use url::Url;

use super::client::is_loopback;
use super::rfc::Rfc;

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
        let url = Url::parse(text).map_err(|_| OriginError::Malformed)?;
        if url.origin().ascii_serialization() != text {
            return Err(OriginError::Malformed);
        }
        match url.scheme() {
            "https" => Ok(Self(text.to_owned())),
            "http" if is_loopback(&url) => Ok(Self(text.to_owned())),
            "http" => Err(OriginError::Insecure),
            _ => Err(OriginError::Malformed),
        }
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
        ] {
            assert_eq!(Origin::parse(good).map(|o| o.to_string()), Ok(good.to_owned()));
        }
        assert_eq!(Origin::parse("http://portal.example.mx"), Err(OriginError::Insecure));
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

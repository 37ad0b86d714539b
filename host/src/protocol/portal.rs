//! `portal.list`, `portal.connect`, `portal.disconnect`.

use serde::{Deserialize, Serialize};

/// Parameters of `portal.connect`; connecting again replaces the companies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PortalConnect {
    /// Web origin, for instance `https://facturas.example.mx`; https, or http on loopback.
    pub origin: String,
    /// RFCs of the companies that it may ask for, at least one.
    pub companies: Vec<String>,
    /// That the organisation's policy lists this origin, which is plain http outside loopback; only then, and there always.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub insecure: Option<bool>,
}

/// Parameters of `portal.disconnect`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PortalDisconnect {
    /// Web origin.
    pub origin: String,
}

/// A web origin that the person connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PortalView {
    /// Web origin.
    pub origin: String,
    /// RFCs of the companies that it may ask for.
    pub companies: Vec<String>,
    /// When it was connected (RFC 3339).
    pub connected_at: String,
    /// Whether its pages come over plain http, as the organisation's policy allows.
    pub insecure: bool,
}

/// Answer of `portal.list`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PortalList {
    /// All portals, by origin.
    pub portals: Vec<PortalView>,
}

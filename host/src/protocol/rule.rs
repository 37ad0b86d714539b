//! `portal.rules`, `portal.allow`, `portal.disallow`: what a portal may have sent without a person's look at each.

use serde::{Deserialize, Serialize};

/// Parameters of `portal.rules`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PortalRulesParams {
    /// Only those of that web origin.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub origin: Option<String>,
}

/// Parameters of `portal.allow`; allowing again replaces the limit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PortalAllow {
    /// Web origin of a connected portal.
    pub origin: String,
    /// RFC of one of its companies.
    pub company: String,
    /// Deliveries in 24 hours, 1 to 500.
    pub daily_limit: u32,
}

/// Parameters of `portal.disallow`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PortalDisallow {
    /// Web origin.
    pub origin: String,
    /// RFC of the company.
    pub company: String,
}

/// A person's standing word for one portal and one company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PortalRuleView {
    /// Web origin.
    pub origin: String,
    /// RFC of the company.
    pub company: String,
    /// Deliveries in 24 hours.
    pub daily_limit: u32,
    /// Deliveries of the last 24 hours that it let pass.
    pub used: u32,
    /// When it was given (RFC 3339).
    pub granted_at: String,
}

/// Answer of `portal.rules`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PortalRules {
    /// By origin and company.
    pub rules: Vec<PortalRuleView>,
}

//! `settings.show` and `settings.save`: what holds for the whole installation.

use serde::{Deserialize, Serialize};

/// Parameters of `settings.save`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingsParams {
    /// Whether the SAT is asked about documents that are about to leave.
    pub check_status: bool,
}

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingsView {
    /// Whether the SAT is asked about documents that are about to leave; false until a person changes it.
    pub check_status: bool,
}

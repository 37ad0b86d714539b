//! `hello`: the first request of every conversation.

use serde::{Deserialize, Serialize};

/// Languages of every text that a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Locale {
    /// Spanish of Mexico.
    #[default]
    Es,
    /// English.
    En,
}

/// What the extension says first.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HelloParams {
    /// Newest protocol that the extension speaks.
    pub protocol: u32,
    /// Oldest protocol that the extension still speaks.
    pub min_protocol: u32,
    /// The extension's version, for the log.
    pub extension_version: String,
    /// Language for the texts of failures.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub locale: Option<Locale>,
}

/// What the host answers; nothing was opened for it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Hello {
    /// The highest protocol that both sides speak.
    pub protocol: u32,
    /// The host's version.
    pub host_version: String,
    /// Language in use.
    pub locale: Locale,
    /// Name of the operating-system user whose state this host sees.
    pub os_user: String,
    /// `linux`, `windows` or `macos`.
    pub system: String,
    /// Methods that this host knows.
    pub methods: Vec<String>,
}

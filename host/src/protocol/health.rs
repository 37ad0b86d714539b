//! `health`: vault, client, accounts and outbox in short; and `request.cancel`.

use serde::{Deserialize, Serialize};

use super::account::AccountView;
use super::client::ClientView;
use super::failure::Kind;

/// Answer of `health`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Health {
    /// `keyring` or `file`.
    pub vault: String,
    /// What keeps the vault from being reached; null when it answers.
    pub vault_failure: Option<Kind>,
    /// What keeps the store from being read; null when it answers. With it, client, accounts and counts are empty, and say nothing.
    pub store_failure: Option<Kind>,
    /// The registered client.
    pub client: Option<ClientView>,
    /// Why the client that the program's package carries cannot be used, where none was imported; else null.
    pub client_failure: Option<Kind>,
    /// All accounts.
    pub accounts: Vec<AccountView>,
    /// Counts of the outbox.
    pub outbox: OutboxCounts,
    /// What is still to come.
    pub ahead: Ahead,
    /// What this conversation watches since `library.watch`; null before it.
    pub watched: Option<super::library::LibraryWatched>,
}

/// Deliveries by what they ask of the person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OutboxCounts {
    /// Queued, sending, or waiting for a time.
    pub under_way: u32,
    /// Unknown, failed, or waiting for a person.
    pub need_person: u32,
    /// Sent in the last 24 hours.
    pub sent_today: u32,
}

/// What the extension's worker needs to wake at the right time and to tell the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Ahead {
    /// When the next waiting delivery goes on (RFC 3339), pace and pauses considered; null when none waits for a time.
    pub next_at: Option<String>,
    /// Started batches that have not ended, and those that ended in the last 24 hours, newest first, at most 20.
    pub batches: Vec<super::batch::BatchView>,
}

/// Parameters of `request.cancel`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RequestCancel {
    /// Number of the request to end.
    pub id: u32,
}

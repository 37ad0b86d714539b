//! Batches: many deliveries from one list, judged row by row before anything leaves.
//!
//! `sheet` and `list` read the rows, `clashes` finds rows that must not both leave, `grouping` makes messages of the others, and
//! `table` writes the outcome for a spreadsheet.

mod clashes;
mod grouping;
mod list;
pub(super) mod sheet;
mod table;

use std::fmt;

use sha2::{Digest, Sha256};

pub use clashes::{Claim, Clash, clashes};
pub use grouping::{Parcel, group};
pub use list::{ListRow, read};
pub use sheet::text;
pub use table::Table;

/// Most rows of one list: a month of a large issuer. Preflight reads every file of it, and one transaction stores it.
pub const MAX_ROWS: usize = 10_000;

/// Longest cell, in bytes: room for more addresses than one message may have in practice, and far under a page's limit.
pub const MAX_CELL: usize = 4096;

/// Largest list, in bytes: what a request of the wire may hold, so that both ways in take the same.
pub const MAX_LIST: u64 = 8 * 1024 * 1024;

/// Longest name of a batch, in characters.
pub const MAX_NAME: usize = 100;

/// Why a text is no list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// It breaks the form of RFC 4180, or a cell is too long; holds line and column, from 1; column 0 is the whole line.
    #[error("line {0}, column {1} is malformed")]
    Malformed(u64, usize),
    /// A compulsory column is missing or is there twice; holds its English name.
    #[error("the column {0} is missing or repeated")]
    Column(&'static str),
    /// No row, or more than [`MAX_ROWS`].
    #[error("no row or too many")]
    Count,
}

/// Identifier of a batch: a UUID version 7, so that newer ones sort after older ones.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BatchId(String);

impl BatchId {
    /// An identifier as it stands in the store or on the wire.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The identifier's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a person last said about a batch; whether it has ended follows from its deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Checked; nothing was queued.
    Checked,
    /// Its deliveries are in the outbox.
    Running,
    /// What has not begun waits for a person.
    Paused,
    /// Called off.
    Cancelled,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 4] = [Self::Checked, Self::Running, Self::Paused, Self::Cancelled];

    /// The name in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Cancelled => "cancelled",
        }
    }

    /// The stage with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == name)
    }
}

/// SHA-256 over the digests of the messages in their order, lower-case hex: equal exactly when the same would leave.
pub fn digest<'a>(messages: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    hash.update(b"correo-cfdi batch 1");
    for message in messages {
        // Preceded by its length, so that no two different lists give the same bytes.
        hash.update((message.len() as u64).to_be_bytes());
        hash.update(message.as_bytes());
    }
    super::hex(&hash.finalize())
}

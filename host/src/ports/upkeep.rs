//! What keeps the durable state in order beside its daily use: damaged rows, a restored database, old history.

use chrono::{DateTime, Utc};

use super::store::{Delivery, StoreError};
use crate::domain::delivery::{DeliveryId, State};

/// A delivery whose row can no longer be read whole; what could still be read of it. Nothing of it is ever sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// Identifier.
    pub id: DeliveryId,
    /// State; `None` when the row names none that this version knows.
    pub state: Option<State>,
    /// The company's RFC as it stands there; may be empty.
    pub company: String,
    /// The origin that asked as it stands there; empty for none.
    pub origin: String,
    /// Accepted into the queue, if that can be read.
    pub created_at: Option<DateTime<Utc>>,
    /// Changed last, if that can be read.
    pub changed_at: Option<DateTime<Utc>>,
}

/// A row of the outbox.
#[derive(Debug, Clone)]
pub enum Listed {
    /// As it was written.
    Whole(Box<Delivery>),
    /// Damaged on the disk.
    Damaged(Box<Damaged>),
}

impl Listed {
    /// Its identifier.
    #[must_use]
    pub fn id(&self) -> &DeliveryId {
        match self {
            Self::Whole(delivery) => &delivery.id,
            Self::Damaged(damaged) => &damaged.id,
        }
    }
}

/// Upkeep of the durable state. Every method is one transaction, but for `forget_old`, which takes as many as it needs.
#[expect(clippy::missing_errors_doc, reason = "every method fails with StoreError and then changes nothing")]
pub trait Upkeep: Send + Sync {
    /// Whether a waiting delivery has a time that was written under a clock far ahead, so that it must be mended.
    fn mistimed(&self, now: DateTime<Utc>) -> Result<bool, StoreError>;
    /// Name of this outbox, for a mark that lies outside of it. One without a name gets it from its first delivery, or, when
    /// it never had any, `fresh`.
    fn installation(&self, fresh: &str) -> Result<String, StoreError>;
    /// Number of the newest ledger line that was ever written; it never falls while the outbox is the same.
    fn newest_line(&self) -> Result<i64, StoreError>;
    /// The outbox was put back to an earlier day: what may have left since is `unknown`, what waits is held for a person,
    /// and the outbox gets a fresh name, so that this is done once. Gives how many deliveries that were.
    fn hold_restored(&self, fresh: &str, now: DateTime<Utc>) -> Result<u32, StoreError>;
    /// Once a day at most: forgets what ended longer ago than the history is kept. Of a sent delivery its row stays,
    /// without text and files, for as long as invariant 1 needs it. Gives how many deliveries that concerned.
    fn forget_old(&self, now: DateTime<Utc>) -> Result<u32, StoreError>;
    /// Leaves nothing in the files of what was deleted or overwritten: ended sessions' addresses are secrets.
    fn tidy(&self) -> Result<(), StoreError>;
}

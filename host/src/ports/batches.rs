//! The durable state of batches: their rows, the messages that these make, and what became of them.

use chrono::{DateTime, Utc};

use super::store::{StoreError, StoredDraft};
use crate::domain::account::AccountId;
use crate::domain::batch::{BatchId, ListRow, Stage};
use crate::domain::contact::Source;
use crate::domain::delivery::{DeliveryId, State};
use crate::domain::rfc::Rfc;

/// Why a row or a message cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// A failure kind's name.
    pub kind: String,
    /// What it is about, where that helps.
    pub subject: Option<String>,
}

/// What the reader said about a row's document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowDocument {
    /// Name of the receiver.
    pub receiver_name: Option<String>,
    /// `{serie}{folio}`.
    pub folio: Option<String>,
    /// Amount to show.
    pub total: Option<String>,
    /// Its currency.
    pub currency: Option<String>,
    /// Codes of what speaks against it.
    pub reasons: Vec<String>,
    /// Whether a PDF of ours goes with it.
    pub print: bool,
}

/// A judged row.
#[derive(Debug)]
pub struct NewRow {
    /// As the list has it.
    pub asked: ListRow,
    /// Its document, if it was found.
    pub document: Option<RowDocument>,
    /// Why it cannot be sent; `None` exactly for rows with a message.
    pub refusal: Option<Refusal>,
    /// Number of its message, from 1.
    pub message: Option<u32>,
    /// Recipients whom nobody had confirmed for its receiver.
    pub new_recipients: u32,
}

/// A message that the list makes.
#[derive(Debug)]
pub struct NewMessage {
    /// What would leave.
    pub draft: StoredDraft,
    /// The draft's digest.
    pub digest: String,
}

/// A checked batch.
#[derive(Debug)]
pub struct NewBatch {
    /// Identifier.
    pub id: BatchId,
    /// What the person calls it.
    pub name: String,
    /// Digest over all messages.
    pub digest: String,
    /// Rows in list order; the first is number 1.
    pub rows: Vec<NewRow>,
    /// Messages; the first is number 1.
    pub messages: Vec<NewMessage>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// A batch with its counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Identifier.
    pub id: BatchId,
    /// What the person calls it.
    pub name: String,
    /// What a person last said about it.
    pub stage: Stage,
    /// Digest over all messages.
    pub digest: String,
    /// Rows.
    pub rows: u32,
    /// Rows that cannot be sent.
    pub refused: u32,
    /// Rows that can be sent, with something of the reader against them.
    pub warned: u32,
    /// Messages.
    pub messages: u32,
    /// Deliveries that are queued, being sent, or wait for a time.
    pub under_way: u32,
    /// Deliveries that were sent.
    pub sent: u32,
    /// Deliveries that are unknown or wait for a person.
    pub need_person: u32,
    /// Deliveries that failed or were cancelled, and messages that were refused at queuing.
    pub failed: u32,
    /// Rows that can be sent and have a recipient whom nobody had confirmed.
    pub new_recipients: u32,
    /// Checked.
    pub created_at: DateTime<Utc>,
}

impl Batch {
    /// Whether it was started and every delivery of it has ended or is held for a person.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        matches!(self.stage, Stage::Running | Stage::Paused) && self.under_way == 0
    }
}

/// A row with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// Number in the list, from 1.
    pub number: u32,
    /// As the list has it.
    pub asked: ListRow,
    /// Its document, if it was found.
    pub document: Option<RowDocument>,
    /// Why it, or its message, cannot be sent.
    pub refusal: Option<Refusal>,
    /// Number of its message.
    pub message: Option<u32>,
    /// Recipients whom nobody had confirmed for its receiver when the list was checked.
    pub new_recipients: u32,
    /// The delivery of its message.
    pub delivery: Option<RowDelivery>,
}

/// A delivery as far as a row shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDelivery {
    /// Identifier.
    pub id: DeliveryId,
    /// State.
    pub state: State,
    /// Why it waits or failed: a failure kind's name.
    pub reason: Option<String>,
    /// Message id at the provider.
    pub provider_id: Option<String>,
    /// Changed last.
    pub changed_at: DateTime<Utc>,
}

/// A part of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RowPart {
    /// Every row.
    #[default]
    All,
    /// Rows that cannot be sent, or whose delivery failed or is held.
    Problems,
    /// Rows with a recipient whom nobody had confirmed.
    NewRecipients,
}

/// Which rows.
#[derive(Debug, Clone, Copy, Default)]
pub struct RowQuery {
    /// Which of them.
    pub part: RowPart,
    /// After this number.
    pub after: u32,
    /// At most so many.
    pub limit: u32,
}

/// Batches. Every method is one transaction.
#[expect(clippy::missing_errors_doc, reason = "every method fails with StoreError and then changes nothing")]
pub trait Batches: Send + Sync {
    /// Stores a checked batch whole, and deletes those from before `stale` of which nothing was ever queued.
    fn add_batch(&self, batch: &NewBatch, stale: DateTime<Utc>) -> Result<(), StoreError>;
    /// One batch.
    fn batch(&self, id: &BatchId) -> Result<Option<Batch>, StoreError>;
    /// Batches, newest first.
    fn batches(&self, limit: u32) -> Result<Vec<Batch>, StoreError>;
    /// Started batches with something under way or changed since that time, newest first.
    fn batches_ahead(&self, since: DateTime<Utc>, limit: u32) -> Result<Vec<Batch>, StoreError>;
    /// Company and account of every message that is not queued yet, each pair once.
    fn batch_senders(&self, id: &BatchId) -> Result<Vec<(Rfc, AccountId)>, StoreError>;
    /// How many messages of it wait, for each account: of a checked batch those that would be queued.
    fn batch_waiting(&self, id: &BatchId) -> Result<Vec<(AccountId, u32)>, StoreError>;
    /// Queues every message of a checked batch by the rules of `Store::enqueue`; what these refuse is marked, and the rest
    /// is queued, and teaches its recipients where a person confirmed them. False when the batch is not `checked` any more.
    fn start_batch(
        &self,
        id: &BatchId,
        new_id: &mut dyn FnMut() -> DeliveryId,
        learn: Option<Source>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError>;
    /// Moves a batch from one stage to another; false when it was not at the first.
    fn move_batch(&self, id: &BatchId, from: Stage, to: Stage, now: DateTime<Utc>) -> Result<bool, StoreError>;
    /// Calls off what has not passed its commit point; gives the deliveries that were cancelled, or `None` when nothing of
    /// the batch is left to call off.
    fn cancel_batch(&self, id: &BatchId, now: DateTime<Utc>) -> Result<Option<Vec<DeliveryId>>, StoreError>;
    /// Rows by number.
    fn batch_rows(&self, id: &BatchId, query: &RowQuery) -> Result<Vec<BatchRow>, StoreError>;
}

//! The durable state: companies, accounts, client, portals, and the outbox with its ledger.

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::domain::account::{Account, AccountId};
use crate::domain::address::MailAddress;
use crate::domain::cfdi::{Kind, Uuid};
use crate::domain::company::Company;
use crate::domain::contact::Source;
use crate::domain::delivery::{DeliveryId, RefusedRecipient, State};
use crate::domain::draft::{Document, Draft};
use crate::domain::pace::Pace;
use crate::domain::portal::{Origin, Portal};
use crate::domain::rfc::Rfc;
use crate::domain::tenure::Ending;
use crate::ports::upkeep::{Damaged, Listed, Upkeep};

/// Why the store gave or took nothing; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process held the database for longer than the busy timeout.
    #[error("the database is busy")]
    Busy,
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The database is damaged.
    #[error("the database is damaged")]
    Corrupt,
    /// The row of this one delivery is damaged.
    #[error("the row of a delivery is damaged")]
    Unreadable(Box<Damaged>),
    /// The file was deleted while this process used it.
    #[error("the database was deleted")]
    Gone,
    /// A newer version wrote it; holds that version's schema number.
    #[error("the database has schema {0}, newer than this program")]
    Newer(u32),
    /// The folder or file cannot be written.
    #[error("the database cannot be written")]
    ReadOnly,
    /// Something else.
    #[error("the database failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A queued or ended delivery with everything that sending needs.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Identifier.
    pub id: DeliveryId,
    /// State.
    pub state: State,
    /// Why it waits or failed: a failure kind's name.
    pub reason: Option<String>,
    /// When it goes on by itself; `None` in a deferred delivery means that it waits for a person.
    pub not_before: Option<DateTime<Utc>>,
    /// What was confirmed. Documents hold what the reader said at queuing.
    pub draft: StoredDraft,
    /// Attempts begun.
    pub attempt: u32,
    /// The upload session; only between commit point and end.
    pub session: Option<SecretString>,
    /// Message id at the provider.
    pub provider_id: Option<String>,
    /// Accepted into the queue.
    pub created_at: DateTime<Utc>,
    /// Changed last.
    pub changed_at: DateTime<Utc>,
}

/// The draft as it is kept: the attached files' facts and the documents' identities, without what only a preview needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDraft {
    /// RFC of the company.
    pub company: Rfc,
    /// The account that sends.
    pub account: AccountId,
    /// Its address.
    pub from: MailAddress,
    /// The company's name.
    pub from_name: String,
    /// Recipients.
    pub to: Vec<MailAddress>,
    /// Copies.
    pub cc: Vec<MailAddress>,
    /// Blind copies.
    pub bcc: Vec<MailAddress>,
    /// Reply-To address.
    pub reply_to: Option<MailAddress>,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// HTML beside it: a fragment within the allow-list.
    pub html: Option<String>,
    /// RFC of the receiver.
    pub receiver_rfc: Rfc,
    /// Name of the receiver.
    pub receiver_name: String,
    /// Folio fiscal and `{serie}{folio}` of each document.
    pub documents: Vec<(Uuid, String)>,
    /// Kinds of the documents, each once; empty in drafts of versions that did not note them.
    pub kinds: Vec<Kind>,
    /// Folio fiscal and code of each reason against it that a person took upon themselves.
    pub accepted: Vec<(Uuid, String)>,
    /// Attachments.
    pub attachments: Vec<crate::domain::draft::Attachment>,
    /// Name of the ZIP archive in which they travel; `None` for loose files.
    pub zip: Option<String>,
    /// Resend number.
    pub resend: u32,
    /// The portal that asked.
    pub portal: Option<Origin>,
}

impl StoredDraft {
    /// What the store keeps of a draft; `None` for a draft without documents.
    #[must_use]
    pub fn of(draft: &Draft) -> Option<Self> {
        let first = &draft.documents.first()?.cfdi.receiver;
        Some(Self::without_documents(draft, first.rfc.clone(), first.name.clone().unwrap_or_default()))
    }

    /// The same of a draft that need not have documents to tell its receiver: a test message.
    #[must_use]
    pub fn without_documents(draft: &Draft, receiver_rfc: Rfc, receiver_name: String) -> Self {
        Self {
            company: draft.company.clone(),
            account: draft.account.clone(),
            from: draft.from.clone(),
            from_name: draft.from_name.clone(),
            to: draft.to.clone(),
            cc: draft.cc.clone(),
            bcc: draft.bcc.clone(),
            reply_to: draft.reply_to.clone(),
            subject: draft.subject.clone(),
            body: draft.body.clone(),
            html: draft.html.clone(),
            receiver_rfc,
            receiver_name,
            documents: draft.documents.iter().map(|document| (document.cfdi.uuid, document.cfdi.number())).collect(),
            kinds: kinds(&draft.documents),
            accepted: draft.documents.iter().flat_map(accepted).collect(),
            attachments: draft.attachments.clone(),
            zip: draft.zip.clone(),
            resend: draft.resend,
            portal: draft.portal.clone(),
        }
    }

    /// Everybody who gets it.
    pub fn recipients(&self) -> impl Iterator<Item = &MailAddress> {
        self.to.iter().chain(&self.cc).chain(&self.bcc)
    }
}

fn kinds(documents: &[Document]) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for document in documents {
        if !kinds.contains(&document.cfdi.kind) {
            kinds.push(document.cfdi.kind);
        }
    }
    kinds
}

fn accepted(document: &Document) -> impl Iterator<Item = (Uuid, String)> {
    document.accepted.iter().map(|code| (document.cfdi.uuid, code.clone()))
}

/// A delivery to accept into the queue.
#[derive(Debug)]
pub struct NewDelivery<'a> {
    /// Its identifier.
    pub id: DeliveryId,
    /// What was confirmed.
    pub draft: &'a StoredDraft,
    /// The draft's digest, which `key_conflict` compares.
    pub digest: &'a str,
    /// The caller's idempotency key, unique per origin.
    pub key: Option<&'a str>,
    /// Not before this time.
    pub not_before: Option<DateTime<Utc>>,
    /// An `unknown` delivery that it replaces.
    pub supersedes: Option<&'a DeliveryId>,
    /// Where a person has just confirmed its recipients, who are known from now on; `None` where nobody looked at them.
    pub learn: Option<Source>,
    /// Set where nobody looked at it: it is queued only by a rule of its portal, of whose limit deliveries after this time count.
    pub unattended: Option<DateTime<Utc>>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// What became of a delivery to queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Queued {
    /// It is in the queue.
    New,
    /// The key made this one before, with the same content.
    Existing(DeliveryId),
    /// The key was used with other content.
    KeyConflict,
    /// A pair of it is live, sent or unknown; holds that delivery and the last resend number.
    AlreadySent(DeliveryId, u32),
    /// No rule of the portal lets it pass, or its limit is reached.
    NotAllowed,
    /// `supersedes` is no longer `unknown`.
    NotUnknown,
}

/// A change of state, applied only if the delivery still is where the caller saw it.
#[derive(Debug, Clone)]
pub struct Change {
    /// State before.
    pub from: State,
    /// State after.
    pub to: State,
    /// Ledger event or failure kind.
    pub event: String,
    /// New reason; `None` clears it.
    pub reason: Option<String>,
    /// New time; `None` clears it.
    pub not_before: Option<DateTime<Utc>>,
    /// Upload session, at the commit point.
    pub session: Option<SecretString>,
    /// Message id at the provider.
    pub provider_id: Option<String>,
    /// Recipients that the provider refused.
    pub refused: Vec<RefusedRecipient>,
    /// Whether this begins a new attempt.
    pub attempt: bool,
    /// At the commit point: when its account's bucket is full again. Ends the account's pause, too.
    pub pace: Option<DateTime<Utc>>,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Change {
    /// A bare change of state.
    #[must_use]
    pub fn new(from: State, to: State, event: impl Into<String>, now: DateTime<Utc>) -> Self {
        Self {
            from,
            to,
            event: event.into(),
            reason: None,
            not_before: None,
            session: None,
            provider_id: None,
            refused: Vec::new(),
            attempt: false,
            pace: None,
            now,
        }
    }

    /// The same with a reason that people read.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// The same with a time to go on.
    #[must_use]
    pub fn until(mut self, time: Option<DateTime<Utc>>) -> Self {
        self.not_before = time;
        self
    }
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// State after it.
    pub state: State,
    /// Ledger event or failure kind.
    pub event: String,
    /// Attempt number.
    pub attempt: u32,
    /// Process that wrote it.
    pub process: u32,
    /// Message id at the provider.
    pub provider_id: Option<String>,
    /// Recipients that the provider refused.
    pub refused: Vec<RefusedRecipient>,
}

/// What to list of the outbox.
#[derive(Debug, Clone, Default)]
pub struct DeliveryQuery {
    /// Of that company.
    pub company: Option<Rfc>,
    /// In one of these states; empty means any.
    pub states: Vec<State>,
    /// Words that must all occur in subject, recipients, receiver, folio or folio fiscal.
    pub words: Vec<String>,
    /// Older than that one.
    pub after: Option<DeliveryId>,
    /// At most so many.
    pub limit: u32,
}

/// Counts of the outbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Queued, sending, or waiting for a time.
    pub under_way: u32,
    /// Unknown, failed, or waiting for a person.
    pub need_person: u32,
    /// Sent since the given time.
    pub sent: u32,
}

/// The durable state. Every method is one transaction.
#[expect(clippy::missing_errors_doc, reason = "every method fails with StoreError and then changes nothing")]
pub trait Store:
    super::Batches + super::Contacts + super::Customers + super::Rules + super::TextStore + Upkeep
{
    /// Text of the imported client file without its secret, if any.
    fn client(&self) -> Result<Option<String>, StoreError>;
    /// Replaces the client.
    fn set_client(&self, json: &str) -> Result<(), StoreError>;
    /// Forgets the imported client, if any.
    fn forget_client(&self) -> Result<(), StoreError>;

    /// All companies, by name.
    fn companies(&self) -> Result<Vec<Company>, StoreError>;
    /// One company.
    fn company(&self, rfc: &Rfc) -> Result<Option<Company>, StoreError>;
    /// Saves a company and, with it, the account that a sign-in gave. Deliveries held for the company go back to the queue,
    /// and after a sign-in those of every company that sends with that account.
    fn save_company(&self, company: &Company, account: Option<&Account>, now: DateTime<Utc>) -> Result<(), StoreError>;
    /// Removes a company; false when it does not exist.
    fn remove_company(&self, rfc: &Rfc) -> Result<bool, StoreError>;

    /// All accounts, by address.
    fn accounts(&self) -> Result<Vec<Account>, StoreError>;
    /// Saves an account that a sign-in gave; deliveries of companies that send with it, and waited for it, go on.
    fn save_account(&self, account: &Account, now: DateTime<Utc>) -> Result<(), StoreError>;
    /// Marks an account as needing a sign-in, and why; an account that is marked already keeps its first cause.
    fn strand_account(&self, id: &AccountId, ending: &Ending) -> Result<(), StoreError>;
    /// Notes that an account's token worked, and the end that the provider named with it, if it named one.
    fn used_account(&self, id: &AccountId, at: DateTime<Utc>, ends: Option<DateTime<Utc>>) -> Result<(), StoreError>;
    /// Removes an account from the list and from its companies; its deliveries that have not left wait for a sign-in.
    fn remove_account(&self, id: &AccountId, now: DateTime<Utc>) -> Result<(), StoreError>;

    /// All portals, by origin.
    fn portals(&self) -> Result<Vec<Portal>, StoreError>;
    /// How many deliveries that portal has queued since then.
    fn asked_since(&self, origin: &Origin, since: DateTime<Utc>) -> Result<u32, StoreError>;
    /// Connects a portal or replaces its companies.
    fn connect_portal(&self, portal: &Portal) -> Result<(), StoreError>;
    /// Disconnects a portal; false when it was not connected.
    fn disconnect_portal(&self, origin: &Origin) -> Result<bool, StoreError>;

    /// Queues a delivery, if no pair of it is taken (invariant 1).
    fn enqueue(&self, new: &NewDelivery<'_>) -> Result<Queued, StoreError>;
    /// One delivery; a damaged one is [`StoreError::Unreadable`].
    fn delivery(&self, id: &DeliveryId) -> Result<Option<Delivery>, StoreError>;
    /// Deliveries, newest first, damaged ones among them.
    fn deliveries(&self, query: &DeliveryQuery) -> Result<Vec<Listed>, StoreError>;
    /// A delivery's history, oldest first.
    fn ledger(&self, id: &DeliveryId) -> Result<Vec<LedgerEntry>, StoreError>;
    /// Applies a change; false when the delivery is no longer where the change begins.
    fn change(&self, id: &DeliveryId, change: &Change) -> Result<bool, StoreError>;
    /// The delivery to work on now: committed ones first, then deferred ones whose time has come, then queued ones, but
    /// for those of the `closed` accounts, oldest first. Of a paused batch only committed ones are.
    fn next_due(&self, now: DateTime<Utc>, closed: &[AccountId]) -> Result<Option<DeliveryId>, StoreError>;
    /// When the next delivery goes on by itself, if one waits for a time and its batch is not paused.
    fn next_time(&self) -> Result<Option<DateTime<Utc>>, StoreError>;
    /// How many queued deliveries that account has, paused batches left out.
    fn queued_count(&self, account: &AccountId) -> Result<u32, StoreError>;
    /// What is kept of an account's sending.
    fn pace(&self, account: &AccountId) -> Result<Pace, StoreError>;
    /// How many messages of that account passed the commit point after that time.
    fn committed_since(&self, account: &AccountId, time: DateTime<Utc>) -> Result<u32, StoreError>;
    /// When the message passed the commit point that is number `nth` of the account's, from 1, newest first.
    fn nth_commit(&self, account: &AccountId, nth: u32) -> Result<Option<DateTime<Utc>>, StoreError>;
    /// Brings times of accounts that were written under a clock far ahead back to what they may count as.
    fn mend_paces(&self, now: DateTime<Utc>) -> Result<(), StoreError>;
    /// Nothing of that account is sent before that time; counts one more trouble.
    fn pause_account(&self, account: &AccountId, until: DateTime<Utc>, by: &str) -> Result<(), StoreError>;
    /// Ends a pause of that account.
    fn unpause_account(&self, account: &AccountId) -> Result<(), StoreError>;
    /// Corrects the daily budget; false when the account does not exist.
    fn set_budget(&self, account: &AccountId, budget: Option<u32>) -> Result<bool, StoreError>;
    /// Holds what that account has queued, for that reason; gives how many deliveries.
    fn hold_account(&self, account: &AccountId, reason: &str, now: DateTime<Utc>) -> Result<u32, StoreError>;
    /// Puts back what of that account waits for a person for that reason; gives how many deliveries.
    fn release_account(&self, account: &AccountId, reason: &str, now: DateTime<Utc>) -> Result<u32, StoreError>;
    /// Puts back what a dead sender left in `sending` before its commit point; gives how many.
    fn recover(&self, now: DateTime<Utc>) -> Result<u32, StoreError>;
    /// Notes the computer that this outbox belongs to. When it belonged to another one, what may have left there is
    /// `unknown` from now on, and what waited is held for a person; gives how many deliveries that were.
    fn adopt(&self, machine: &str, now: DateTime<Utc>) -> Result<u32, StoreError>;
    /// How many deliveries of that account have not ended.
    fn live_count(&self, account: &AccountId) -> Result<u32, StoreError>;
    /// The newest delivery that holds that document's pair, of the company.
    fn newest_of(&self, company: &Rfc, uuid: &Uuid) -> Result<Option<Delivery>, StoreError>;
    /// The last resend number used for that document and these recipients.
    fn last_resend(
        &self,
        company: &Rfc,
        uuids: &[Uuid],
        recipients: &[MailAddress],
    ) -> Result<Option<(DeliveryId, u32)>, StoreError>;
    /// Counts.
    fn counts(&self, sent_since: DateTime<Utc>) -> Result<Counts, StoreError>;

    /// Deliveries changed after that ledger line, and the newest line's number.
    fn changed_since(&self, line: i64) -> Result<(Vec<DeliveryId>, i64), StoreError>;
}

//! `Store` over SQLite: `outbox.db`, WAL, `synchronous=FULL`, writes in `BEGIN IMMEDIATE`.
//!
//! What was accepted is on disk before anybody is told so. The file is opened at the first use, never before.

mod backup;
mod batch_rows;
mod batches;
mod contacts;
mod customers;
mod file;
mod outbox;
mod pacing;
mod rows;
mod rules;
mod schema;
mod settings;
mod texts;
mod upkeep;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use self::file::Identity;
use crate::domain::account::{Account, AccountId};
use crate::domain::address::MailAddress;
use crate::domain::cfdi::Uuid;
use crate::domain::company::Company;
use crate::domain::delivery::DeliveryId;
use crate::domain::pace::Pace;
use crate::domain::portal::{Origin, Portal};
use crate::domain::rfc::Rfc;
use crate::domain::tenure::Ending;
use crate::ports::store::{
    Change, Counts, Delivery, DeliveryQuery, LedgerEntry, NewDelivery, Queued, Store, StoreError,
};
use crate::ports::upkeep::Listed;

/// How long the history of ended deliveries is kept when nobody says otherwise: five years, the term for which Mexican
/// taxpayers keep their records (Código Fiscal de la Federación, article 30), in days.
pub const KEEP_DAYS: u32 = 1_825;

/// The store of one operating-system user.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    keep_days: u32,
    handle: Mutex<Handle>,
}

/// The connection, and the file that it was opened on.
#[derive(Debug, Default)]
struct Handle {
    connection: Option<Connection>,
    identity: Option<Identity>,
}

/// The open connection, held for one transaction.
struct Open<'a>(MutexGuard<'a, Handle>);

impl SqliteStore {
    /// A store at that path; nothing is opened or created yet.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), keep_days: KEEP_DAYS, handle: Mutex::default() }
    }

    /// The same with another time for which the history of ended deliveries is kept.
    #[must_use]
    pub fn keeping(mut self, days: u32) -> Self {
        self.keep_days = days;
        self
    }

    fn open(&self) -> Result<Open<'_>, StoreError> {
        let mut guard = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
        let there = Identity::of(&self.path)?;
        if guard.identity.is_some() && there.is_none() {
            // A fresh, empty outbox in its place would know nothing of what was sent: only a new process makes one.
            guard.connection = None;
            return Err(StoreError::Gone);
        }
        // Another file, such as a restored backup, is another outbox.
        if guard.connection.is_none() || there != guard.identity {
            guard.connection = None;
            guard.connection = Some(file::open(&self.path)?);
            guard.identity = Identity::of(&self.path)?;
        }
        Ok(Open(guard))
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match self.open()?.0.connection.as_ref() {
            Some(connection) => work(connection),
            None => Err(StoreError::Busy),
        }
    }

    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match self.open()?.0.connection.as_mut() {
            Some(connection) => {
                let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let value = work(&transaction)?;
                transaction.commit()?;
                Ok(value)
            }
            None => Err(StoreError::Busy),
        }
    }
}

impl Store for SqliteStore {
    fn client(&self) -> Result<Option<String>, StoreError> {
        self.read(settings::client)
    }

    fn set_client(&self, json: &str) -> Result<(), StoreError> {
        self.write(|tx| settings::set_client(tx, json))
    }

    fn forget_client(&self) -> Result<(), StoreError> {
        self.write(settings::forget_client)
    }

    fn companies(&self) -> Result<Vec<Company>, StoreError> {
        self.read(settings::companies)
    }

    fn company(&self, rfc: &Rfc) -> Result<Option<Company>, StoreError> {
        self.read(|db| settings::company(db, rfc))
    }

    fn save_company(&self, company: &Company, account: Option<&Account>, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|tx| {
            if let Some(account) = account {
                settings::save_account(tx, account)?;
            }
            settings::save_company(tx, company)?;
            outbox::hold_or_release(tx, company, now)?;
            account.map_or(Ok(()), |account| outbox::release_signed_in(tx, &account.id, now))
        })
    }

    fn remove_company(&self, rfc: &Rfc) -> Result<bool, StoreError> {
        self.write(|tx| settings::remove_company(tx, rfc))
    }

    fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.read(settings::accounts)
    }

    fn save_account(&self, account: &Account, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|tx| {
            settings::save_account(tx, account)?;
            let companies = settings::companies(tx)?.into_iter();
            companies
                .filter(|company| company.account.as_ref() == Some(&account.id))
                .try_for_each(|company| outbox::hold_or_release(tx, &company, now))
        })
    }

    fn strand_account(&self, id: &AccountId, ending: &Ending) -> Result<(), StoreError> {
        self.write(|tx| settings::strand_account(tx, id, ending))
    }

    fn used_account(&self, id: &AccountId, at: DateTime<Utc>, ends: Option<DateTime<Utc>>) -> Result<(), StoreError> {
        self.write(|tx| settings::used_account(tx, id, at, ends))
    }

    fn remove_account(&self, id: &AccountId, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|tx| {
            outbox::hold_account(tx, id, "sign_in_needed", now)?;
            settings::remove_account(tx, id)
        })
    }

    fn portals(&self) -> Result<Vec<Portal>, StoreError> {
        self.read(settings::portals)
    }

    fn asked_since(&self, origin: &Origin, since: DateTime<Utc>) -> Result<u32, StoreError> {
        self.read(|db| settings::asked_since(db, origin, since))
    }

    fn connect_portal(&self, portal: &Portal) -> Result<(), StoreError> {
        self.write(|tx| settings::connect_portal(tx, portal))
    }

    fn disconnect_portal(&self, origin: &Origin) -> Result<bool, StoreError> {
        self.write(|tx| settings::disconnect_portal(tx, origin))
    }

    fn enqueue(&self, new: &NewDelivery<'_>) -> Result<Queued, StoreError> {
        self.write(|tx| outbox::enqueue(tx, new))
    }

    fn delivery(&self, id: &DeliveryId) -> Result<Option<Delivery>, StoreError> {
        self.read(|db| rows::delivery(db, id))
    }

    fn deliveries(&self, query: &DeliveryQuery) -> Result<Vec<Listed>, StoreError> {
        self.read(|db| rows::deliveries(db, query))
    }

    fn ledger(&self, id: &DeliveryId) -> Result<Vec<LedgerEntry>, StoreError> {
        self.read(|db| rows::ledger(db, id))
    }

    fn change(&self, id: &DeliveryId, change: &Change) -> Result<bool, StoreError> {
        self.write(|tx| outbox::change(tx, id, change))
    }

    fn next_due(&self, now: DateTime<Utc>, closed: &[AccountId]) -> Result<Option<DeliveryId>, StoreError> {
        self.read(|db| outbox::next_due(db, now, closed))
    }

    fn next_time(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read(outbox::next_time)
    }

    fn queued_count(&self, account: &AccountId) -> Result<u32, StoreError> {
        self.read(|db| pacing::queued_count(db, account))
    }

    fn pace(&self, account: &AccountId) -> Result<Pace, StoreError> {
        self.read(|db| pacing::pace(db, account))
    }

    fn committed_since(&self, account: &AccountId, time: DateTime<Utc>) -> Result<u32, StoreError> {
        self.read(|db| pacing::committed_since(db, account, time))
    }

    fn nth_commit(&self, account: &AccountId, nth: u32) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read(|db| pacing::nth_commit(db, account, nth))
    }

    fn mend_paces(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|tx| pacing::mend(tx, now))
    }

    fn pause_account(&self, account: &AccountId, until: DateTime<Utc>, by: &str) -> Result<(), StoreError> {
        self.write(|tx| pacing::pause(tx, account, until, by))
    }

    fn unpause_account(&self, account: &AccountId) -> Result<(), StoreError> {
        self.write(|tx| pacing::unpause(tx, account))
    }

    fn set_budget(&self, account: &AccountId, budget: Option<u32>) -> Result<bool, StoreError> {
        self.write(|tx| settings::set_budget(tx, account, budget))
    }

    fn hold_account(&self, account: &AccountId, reason: &str, now: DateTime<Utc>) -> Result<u32, StoreError> {
        self.write(|tx| outbox::hold_account(tx, account, reason, now))
    }

    fn release_account(&self, account: &AccountId, reason: &str, now: DateTime<Utc>) -> Result<u32, StoreError> {
        self.write(|tx| outbox::release_account(tx, account, reason, now))
    }

    fn recover(&self, now: DateTime<Utc>) -> Result<u32, StoreError> {
        self.write(|tx| outbox::recover(tx, now))
    }

    fn adopt(&self, machine: &str, now: DateTime<Utc>) -> Result<u32, StoreError> {
        self.write(|tx| upkeep::adopt(tx, machine, now))
    }

    fn live_count(&self, account: &AccountId) -> Result<u32, StoreError> {
        self.read(|db| rows::live_count(db, account))
    }

    fn newest_of(&self, company: &Rfc, uuid: &Uuid) -> Result<Option<Delivery>, StoreError> {
        self.read(|db| rows::newest_of(db, company, uuid))
    }

    fn last_resend(
        &self,
        company: &Rfc,
        uuids: &[Uuid],
        recipients: &[MailAddress],
    ) -> Result<Option<(DeliveryId, u32)>, StoreError> {
        self.read(|db| outbox::last_resend(db, company, uuids, recipients))
    }

    fn counts(&self, sent_since: DateTime<Utc>) -> Result<Counts, StoreError> {
        self.read(|db| rows::counts(db, sent_since))
    }

    fn changed_since(&self, line: i64) -> Result<(Vec<DeliveryId>, i64), StoreError> {
        self.read(|db| rows::changed_since(db, line))
    }
}

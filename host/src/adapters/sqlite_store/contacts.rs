//! Confirmed recipients: what deliveries teach, and what people write themselves.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use super::SqliteStore;
use super::customers;
use super::rows::{addresses, broken, time};
use crate::domain::address::MailAddress;
use crate::domain::cfdi::Kind;
use crate::domain::contact::{Contact, Source, may_be_known};
use crate::domain::rfc::Rfc;
use crate::ports::contacts::{ContactKey, ContactQuery, Contacts};
use crate::ports::store::{StoreError, StoredDraft};

impl Contacts for SqliteStore {
    fn contacts(&self, query: &ContactQuery) -> Result<Vec<Contact>, StoreError> {
        self.read(|db| list(db, query))
    }

    fn confirmed_at(
        &self,
        company: &Rfc,
        receiver: &Rfc,
        addresses: &[MailAddress],
    ) -> Result<Vec<Option<DateTime<Utc>>>, StoreError> {
        self.read(|db| addresses.iter().map(|address| confirmed_at(db, company, receiver, address)).collect())
    }

    fn save_contact(&self, contact: &Contact) -> Result<Contact, StoreError> {
        self.write(|tx| {
            confirm(tx, contact)?;
            customers::note(tx, &contact.company, &contact.receiver, "")?;
            let key = ContactKey::of(contact);
            let mut statement = tx.prepare_cached(&format!(
                "{CONTACT} WHERE company = ?1 AND receiver = ?2 AND recipient = ?3 AND kind = ?4"
            ))?;
            let values = [contact.company.as_str(), &key.receiver, &key.recipient, &key.kind];
            Ok(statement.query_row(values, contact_row)?)
        })
    }

    fn remove_contact(
        &self,
        company: &Rfc,
        receiver: &Rfc,
        kind: Option<Kind>,
        address: &MailAddress,
    ) -> Result<bool, StoreError> {
        self.write(|tx| {
            let removed = tx.execute(
                "DELETE FROM contacts WHERE company = ?1 AND receiver = ?2 AND recipient = ?3
                   AND (?4 IS NULL OR kind = ?4)",
                params![company.as_str(), receiver.as_str(), address.key(), kind.map(Kind::letter)],
            )?;
            Ok(removed > 0)
        })
    }
}

const CONTACT: &str = "SELECT company, receiver, kind, address, confirmed_at, confirmations, source FROM contacts";

fn list(db: &Connection, query: &ContactQuery) -> Result<Vec<Contact>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{CONTACT} WHERE company = ?1 AND (?2 IS NULL OR receiver = ?2) AND (?3 IS NULL OR kind IN (?3, ''))
           AND (receiver, recipient, kind) > (?4, ?5, ?6) ORDER BY receiver, recipient, kind LIMIT ?7"
    ))?;
    // Nothing sorts before three empty texts: no receiver is one.
    let after = query.after.as_ref();
    let found = statement.query_map(
        params![
            query.company.as_str(),
            query.receiver.as_ref().map(Rfc::as_str),
            query.kind.map(Kind::letter),
            after.map_or("", |key| &key.receiver),
            after.map_or("", |key| &key.recipient),
            after.map_or("", |key| &key.kind),
            query.limit,
        ],
        contact_row,
    )?;
    Ok(found.collect::<Result<_, _>>()?)
}

#[derive(Debug, thiserror::Error)]
#[error("unknown word in a contact")]
struct UnknownWord;

fn contact_row(row: &Row<'_>) -> rusqlite::Result<Contact> {
    let (kind, source): (String, String) = (row.get(2)?, row.get(6)?);
    let kind = match kind.as_str() {
        "" => None,
        letter => Some(Kind::from_letter(letter).ok_or_else(|| broken(UnknownWord))?),
    };
    Ok(Contact {
        company: row.get::<_, String>(0)?.parse().map_err(broken)?,
        receiver: row.get::<_, String>(1)?.parse().map_err(broken)?,
        kind,
        address: row.get::<_, String>(3)?.parse().map_err(broken)?,
        confirmed_at: row.get(4)?,
        confirmations: row.get(5)?,
        source: Source::from_name(&source).ok_or_else(|| broken(UnknownWord))?,
    })
}

fn confirmed_at(
    db: &Connection,
    company: &Rfc,
    receiver: &Rfc,
    address: &MailAddress,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT max(confirmed_at) FROM contacts WHERE company = ?1 AND receiver = ?2 AND recipient = ?3",
    )?;
    Ok(statement.query_row([company.as_str(), receiver.as_str(), &address.key()], |row| row.get(0))?)
}

/// Adds the contact, or one more confirmation of it.
pub(super) fn confirm(tx: &Transaction<'_>, contact: &Contact) -> Result<(), StoreError> {
    let key = ContactKey::of(contact);
    tx.prepare_cached(
        "INSERT INTO contacts (company, receiver, recipient, kind, address, confirmed_at, confirmations, source)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (company, receiver, recipient, kind) DO UPDATE SET address = ?5,
             confirmed_at = max(confirmed_at, ?6), confirmations = confirmations + ?7, source = ?8",
    )?
    .execute(params![
        contact.company.as_str(),
        key.receiver,
        key.recipient,
        key.kind,
        contact.address.as_str(),
        time(contact.confirmed_at),
        contact.confirmations,
        contact.source.name(),
    ])?;
    Ok(())
}

/// What a delivery teaches that a person confirmed: its recipients, but for the company's own copies, are known from now on.
pub(super) fn learn(
    tx: &Transaction<'_>,
    draft: &StoredDraft,
    source: Source,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if !may_be_known(&draft.receiver_rfc) {
        return Ok(());
    }
    customers::learn(tx, draft)?;
    let own = own_copies(tx, &draft.company)?;
    let kinds: Vec<Option<Kind>> = match draft.kinds.is_empty() {
        true => vec![None],
        false => draft.kinds.iter().copied().map(Some).collect(),
    };
    for address in draft.recipients().filter(|address| !own.contains(&address.key())) {
        // Whoever gets every kind of document gets this one as such.
        let kinds = if is_for_any(tx, draft, address)? { &[None] } else { kinds.as_slice() };
        for kind in kinds {
            confirm(
                tx,
                &Contact {
                    company: draft.company.clone(),
                    receiver: draft.receiver_rfc.clone(),
                    kind: *kind,
                    address: address.clone(),
                    confirmed_at: now,
                    confirmations: 1,
                    source,
                },
            )?;
        }
    }
    Ok(())
}

fn is_for_any(tx: &Transaction<'_>, draft: &StoredDraft, address: &MailAddress) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM contacts WHERE company = ?1 AND receiver = ?2 AND recipient = ?3 AND kind = '')",
    )?;
    let values = [draft.company.as_str(), draft.receiver_rfc.as_str(), &address.key()];
    Ok(statement.query_row(values, |row| row.get(0))?)
}

fn own_copies(tx: &Transaction<'_>, company: &Rfc) -> Result<BTreeSet<String>, StoreError> {
    let found: Option<(String, String)> = tx
        .prepare_cached("SELECT cc, bcc FROM companies WHERE rfc = ?1")?
        .query_row([company.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((cc, bcc)) = found else { return Ok(BTreeSet::new()) };
    Ok(addresses(&cc)?.iter().chain(&addresses(&bcc)?).map(MailAddress::key).collect())
}

/// A company that is gone leaves nothing behind by which a later one of the same RFC would know anybody.
pub(super) fn forget_company(tx: &Transaction<'_>, company: &Rfc) -> Result<(), StoreError> {
    tx.execute("DELETE FROM contacts WHERE company = ?1", [company.as_str()])?;
    customers::forget_company(tx, company)
}

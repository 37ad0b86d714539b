//! Queuing and changing deliveries: the transitions, the pairs, and the ledger, each in one transaction.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use secrecy::ExposeSecret as _;

use super::rows::{draft_json, refused_json, time, to_json};
use super::{batches, contacts, pacing, rules};
use crate::domain::account::AccountId;
use crate::domain::address::MailAddress;
use crate::domain::cfdi::Uuid;
use crate::domain::company::Company;
use crate::domain::delivery::{DeliveryId, State};
use crate::domain::portal::Origin;
use crate::domain::rfc::Rfc;
use crate::ports::store::{Change, NewDelivery, Queued, StoreError, StoredDraft};

pub(super) fn enqueue(tx: &Transaction<'_>, new: &NewDelivery<'_>) -> Result<Queued, StoreError> {
    let origin = new.draft.portal.as_ref().map_or("", Origin::as_str);
    if let Some(key) = new.key
        && let Some((id, digest)) = keyed(tx, origin, key)?
    {
        return Ok(if digest == new.digest { Queued::Existing(id) } else { Queued::KeyConflict });
    }
    let uuids: Vec<Uuid> = new.draft.documents.iter().map(|(uuid, _)| *uuid).collect();
    let recipients: Vec<MailAddress> = new.draft.recipients().cloned().collect();
    if let Some((delivery, last)) = last_resend(tx, &new.draft.company, &uuids, &recipients)?
        && new.draft.resend != last + 1
    {
        return Ok(Queued::AlreadySent(delivery, last));
    }
    if let Some(since) = new.unattended
        && !rules::allows(tx, new, since)?
    {
        return Ok(Queued::NotAllowed);
    }
    // Last of the refusals: what returns before this line must leave no trace.
    if let Some(old) = new.supersedes {
        let change = Change::new(State::Unknown, State::Superseded, "superseded", new.now);
        if !change_row(tx, old, &change)? {
            return Ok(Queued::NotUnknown);
        }
    }
    insert(tx, new, origin)?;
    hold_pairs(tx, &new.id, new.draft)?;
    if let Some(old) = new.supersedes {
        batches::hand_on(tx, old, &new.id)?;
    }
    let state = if new.not_before.is_some() { State::Deferred } else { State::Queued };
    for code in accepted_codes(new.draft) {
        append(tx, &new.id, state, &format!("accepted_{code}"), new.now)?;
    }
    if new.unattended.is_some() {
        rules::mark(tx, new)?;
        append(tx, &new.id, state, "unattended", new.now)?;
    }
    append(tx, &new.id, state, "queued", new.now)?;
    if let Some(source) = new.learn {
        contacts::learn(tx, new.draft, source, new.now)?;
    }
    Ok(Queued::New)
}

/// The reasons that a person took upon themselves, each once.
fn accepted_codes(draft: &StoredDraft) -> BTreeSet<&str> {
    draft.accepted.iter().map(|(_, code)| code.as_str()).collect()
}

fn keyed(tx: &Transaction<'_>, origin: &str, key: &str) -> Result<Option<(DeliveryId, String)>, StoreError> {
    let mut statement = tx.prepare_cached("SELECT id, digest FROM deliveries WHERE origin = ?1 AND key = ?2")?;
    let found = statement
        .query_row([origin, key], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    Ok(found.map(|(id, digest)| (DeliveryId::from_text(&id), digest)))
}

fn insert(tx: &Transaction<'_>, new: &NewDelivery<'_>, origin: &str) -> Result<(), StoreError> {
    let (state, reason) = match new.not_before {
        Some(_) => (State::Deferred, Some("scheduled")),
        None => (State::Queued, None),
    };
    tx.prepare_cached(
        "INSERT INTO deliveries (id, state, reason, not_before, company, account, draft, digest, origin, key, search,
             created_at, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12)",
    )?
    .execute(params![
        new.id.as_str(),
        state.as_str(),
        reason,
        new.not_before.map(time),
        new.draft.company.as_str(),
        new.draft.account.as_str(),
        draft_json(new.draft)?,
        new.digest,
        origin,
        new.key,
        search_text(new.draft),
        time(new.now),
    ])?;
    Ok(())
}

/// What a person may look a delivery up by, in lower case.
fn search_text(draft: &StoredDraft) -> String {
    let mut words = vec![draft.subject.clone(), draft.receiver_rfc.to_string(), draft.receiver_name.clone()];
    words.extend(draft.recipients().map(ToString::to_string));
    words.extend(draft.documents.iter().flat_map(|(uuid, number)| [uuid.to_string(), number.clone()]));
    words.join("\n").to_lowercase()
}

fn hold_pairs(tx: &Transaction<'_>, id: &DeliveryId, draft: &StoredDraft) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT OR IGNORE INTO pairs (delivery, company, uuid, recipient, resend, held) VALUES (?1, ?2, ?3, ?4, ?5, 1)",
    )?;
    for (uuid, _) in &draft.documents {
        for recipient in draft.recipients() {
            statement.execute(params![
                id.as_str(),
                draft.company.as_str(),
                uuid.as_str(),
                recipient.key(),
                draft.resend
            ])?;
        }
    }
    Ok(())
}

pub(super) fn last_resend(
    db: &Connection,
    company: &Rfc,
    uuids: &[Uuid],
    recipients: &[MailAddress],
) -> Result<Option<(DeliveryId, u32)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT delivery, resend FROM pairs WHERE company = ?1 AND uuid = ?2 AND recipient = ?3 AND held = 1
         ORDER BY resend DESC LIMIT 1",
    )?;
    let mut last: Option<(DeliveryId, u32)> = None;
    for uuid in uuids {
        for recipient in recipients {
            let found = statement
                .query_row([company.as_str(), uuid.as_str(), &recipient.key()], |row| {
                    Ok((DeliveryId::from_text(&row.get::<_, String>(0)?), row.get::<_, u32>(1)?))
                })
                .optional()?;
            if let Some(found) = found
                && last.as_ref().is_none_or(|(_, resend)| found.1 > *resend)
            {
                last = Some(found);
            }
        }
    }
    Ok(last)
}

pub(super) fn change(tx: &Transaction<'_>, id: &DeliveryId, change: &Change) -> Result<bool, StoreError> {
    change_row(tx, id, change)
}

pub(super) fn change_row(tx: &Transaction<'_>, id: &DeliveryId, change: &Change) -> Result<bool, StoreError> {
    // A caller that asks for a transition outside the table has lost its way: nothing is changed.
    if !change.from.may_become(change.to) {
        return Ok(false);
    }
    let session = change.session.as_ref().map(|secret| secret.expose_secret());
    let changed = tx
        .prepare_cached(
            "UPDATE deliveries SET state = ?3, reason = ?4, not_before = ?5, session = ?6,
                 provider_id = coalesce(?7, provider_id), attempt = attempt + ?8, changed_at = ?9,
                 committed_at = coalesce(committed_at, CASE ?3 WHEN 'committed' THEN ?9 END)
             WHERE id = ?1 AND state = ?2",
        )?
        .execute(params![
            id.as_str(),
            change.from.as_str(),
            change.to.as_str(),
            change.reason,
            change.not_before.map(time),
            session,
            change.provider_id,
            u32::from(change.attempt),
            time(change.now),
        ])?;
    if changed == 0 {
        return Ok(false);
    }
    if let Some(next_at) = change.pace {
        pacing::spend(tx, id, next_at)?;
    }
    if !change.to.holds_pair() {
        tx.prepare_cached("UPDATE pairs SET held = 0 WHERE delivery = ?1")?.execute([id.as_str()])?;
    }
    line(tx, id, change)?;
    Ok(true)
}

/// A line without anything of the provider's.
fn append(
    tx: &Transaction<'_>,
    id: &DeliveryId,
    state: State,
    event: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    line(tx, id, &Change::new(state, state, event, now))
}

fn line(tx: &Transaction<'_>, id: &DeliveryId, change: &Change) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO ledger (delivery, at, state, event, attempt, process, provider_id, refused)
         SELECT ?1, ?2, ?3, ?4, attempt, ?5, ?6, ?7 FROM deliveries WHERE id = ?1",
    )?
    .execute(params![
        id.as_str(),
        time(change.now),
        change.to.as_str(),
        change.event,
        std::process::id(),
        change.provider_id,
        refused_json(&change.refused)?,
    ])?;
    Ok(())
}

pub(super) fn next_due(
    db: &Connection,
    now: DateTime<Utc>,
    closed: &[AccountId],
) -> Result<Option<DeliveryId>, StoreError> {
    // A committed delivery comes first: its session waits for an answer.
    let committed = "SELECT id FROM deliveries WHERE state = 'committed' ORDER BY id LIMIT 1";
    let may_go = batches::NOT_PAUSED;
    // Released before the queue goes on, so that its turn comes by its age.
    let released = format!(
        "SELECT id FROM deliveries WHERE state = 'deferred' AND not_before <= ?1 AND {may_go} ORDER BY not_before LIMIT 1"
    );
    let queued = format!(
        "SELECT id FROM deliveries WHERE state = 'queued' AND account NOT IN (SELECT value FROM json_each(?1))
           AND {may_go} ORDER BY id LIMIT 1"
    );
    let closed = to_json(&closed.iter().map(AccountId::as_str).collect::<Vec<_>>())?;
    for (sql, values) in [(committed, vec![]), (&released, vec![time(now)]), (&queued, vec![closed])] {
        let mut statement = db.prepare_cached(sql)?;
        let found =
            statement.query_row(rusqlite::params_from_iter(values), |row| row.get::<_, String>(0)).optional()?;
        if let Some(id) = found {
            return Ok(Some(DeliveryId::from_text(&id)));
        }
    }
    Ok(None)
}

pub(super) fn next_time(db: &Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT not_before FROM deliveries WHERE state = 'deferred' AND not_before IS NOT NULL AND {}
         ORDER BY not_before",
        batches::NOT_PAUSED
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        // A damaged time waits for a person; the others go on.
        if let Ok(time) = row.get(0) {
            return Ok(Some(time));
        }
    }
    Ok(None)
}

pub(super) fn recover(tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<u32, StoreError> {
    let ids = ids(tx, "SELECT id FROM deliveries WHERE state = 'sending' ORDER BY id", &[])?;
    for id in &ids {
        change_row(tx, id, &Change::new(State::Sending, State::Queued, "sender_lost", now))?;
    }
    Ok(ids.len() as u32)
}

/// Reasons that a save of *Redefinir empresa* or a new sign-in takes away.
const HELD_FOR_ACCOUNT: &str = "('oauth_disabled', 'no_account', 'sign_in_needed', 'account_stranded', 'scope_lost',
     'app_blocked')";

pub(super) fn hold_or_release(tx: &Transaction<'_>, company: &Company, now: DateTime<Utc>) -> Result<(), StoreError> {
    let rfc = company.rfc.as_str();
    if !company.use_oauth {
        for id in ids(tx, "SELECT id FROM deliveries WHERE company = ?1 AND state = 'queued'", &[rfc])? {
            let change = Change::new(State::Queued, State::Deferred, "oauth_disabled", now).because("oauth_disabled");
            change_row(tx, &id, &change)?;
        }
        return Ok(());
    }
    // Only deliveries confirmed with this very account go on: another sender was never agreed to.
    let Some(account) = &company.account else { return Ok(()) };
    let held = format!(
        "SELECT id FROM deliveries WHERE company = ?1 AND account = ?2 AND state = 'deferred' AND not_before IS NULL
         AND reason IN {HELD_FOR_ACCOUNT}"
    );
    for id in ids(tx, &held, &[rfc, account.as_str()])? {
        change_row(tx, &id, &Change::new(State::Deferred, State::Queued, "released", now))?;
    }
    Ok(())
}

/// After a sign-in: what every company that sends with the account holds for it.
pub(super) fn release_signed_in(
    tx: &Transaction<'_>,
    account: &AccountId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let held = format!(
        "SELECT deliveries.id FROM deliveries JOIN companies ON companies.rfc = deliveries.company
         WHERE deliveries.account = ?1 AND companies.account = ?1 AND companies.use_oauth
         AND deliveries.state = 'deferred' AND deliveries.not_before IS NULL AND deliveries.reason IN {HELD_FOR_ACCOUNT}"
    );
    for id in ids(tx, &held, &[account.as_str()])? {
        change_row(tx, &id, &Change::new(State::Deferred, State::Queued, "released", now))?;
    }
    Ok(())
}

pub(super) fn hold_account(
    tx: &Transaction<'_>,
    account: &AccountId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u32, StoreError> {
    let ids = ids(tx, "SELECT id FROM deliveries WHERE account = ?1 AND state = 'queued'", &[account.as_str()])?;
    for id in &ids {
        change_row(tx, id, &Change::new(State::Queued, State::Deferred, reason, now).because(reason))?;
    }
    Ok(ids.len() as u32)
}

pub(super) fn release_account(
    tx: &Transaction<'_>,
    account: &AccountId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u32, StoreError> {
    let ids = ids(
        tx,
        "SELECT id FROM deliveries WHERE account = ?1 AND state = 'deferred' AND not_before IS NULL AND reason = ?2",
        &[account.as_str(), reason],
    )?;
    for id in &ids {
        change_row(tx, id, &Change::new(State::Deferred, State::Queued, "retried", now))?;
    }
    Ok(ids.len() as u32)
}

pub(super) fn ids(tx: &Transaction<'_>, sql: &str, values: &[&str]) -> Result<Vec<DeliveryId>, StoreError> {
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(0))?;
    Ok(rows.map(|id| id.map(|id| DeliveryId::from_text(&id))).collect::<Result<_, _>>()?)
}

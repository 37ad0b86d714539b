//! Batches: storing, starting, pausing, calling off, and their counts.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use super::rows::{broken, draft, draft_json, time};
use super::{SqliteStore, batch_rows, outbox};
use crate::domain::account::AccountId;
use crate::domain::batch::{BatchId, Stage};
use crate::domain::contact::Source;
use crate::domain::delivery::{DeliveryId, State};
use crate::domain::rfc::Rfc;
use crate::ports::batches::{Batch, BatchRow, Batches, NewBatch, NewMessage, RowQuery};
use crate::ports::store::{Change, NewDelivery, Queued, StoreError, StoredDraft};

impl Batches for SqliteStore {
    fn add_batch(&self, batch: &NewBatch, stale: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|tx| {
            delete_stale(tx, stale)?;
            add(tx, batch)
        })
    }

    fn batch(&self, id: &BatchId) -> Result<Option<Batch>, StoreError> {
        self.read(|db| one(db, id))
    }

    fn batches(&self, limit: u32) -> Result<Vec<Batch>, StoreError> {
        self.read(|db| several(db, "ORDER BY id DESC LIMIT ?1", params![limit]))
    }

    fn batches_ahead(&self, since: DateTime<Utc>, limit: u32) -> Result<Vec<Batch>, StoreError> {
        self.read(|db| several(db, AHEAD, params![time(since), limit]))
    }

    fn batch_senders(&self, id: &BatchId) -> Result<Vec<(Rfc, AccountId)>, StoreError> {
        self.read(|db| senders(db, id))
    }

    fn batch_waiting(&self, id: &BatchId) -> Result<Vec<(AccountId, u32)>, StoreError> {
        self.read(|db| waiting(db, id))
    }

    fn start_batch(
        &self,
        id: &BatchId,
        new_id: &mut dyn FnMut() -> DeliveryId,
        learn: Option<Source>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.write(|tx| {
            let started = move_stage(tx, id, Stage::Checked, Stage::Running, now)?;
            if started {
                queue_all(tx, id, new_id, learn, now)?;
            }
            Ok(started)
        })
    }

    fn move_batch(&self, id: &BatchId, from: Stage, to: Stage, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.write(|tx| move_stage(tx, id, from, to, now))
    }

    fn cancel_batch(&self, id: &BatchId, now: DateTime<Utc>) -> Result<Option<Vec<DeliveryId>>, StoreError> {
        self.write(|tx| cancel(tx, id, now))
    }

    fn batch_rows(&self, id: &BatchId, query: &RowQuery) -> Result<Vec<BatchRow>, StoreError> {
        self.read(|db| batch_rows::rows(db, id, query))
    }
}

/// Holds for a delivery that no paused batch keeps back.
pub(super) const NOT_PAUSED: &str = "(batch IS NULL OR batch NOT IN (SELECT id FROM batches WHERE stage = 'paused'))";

/// Lists that were checked and left lying, or called off before anything was queued.
fn delete_stale(tx: &Transaction<'_>, stale: DateTime<Utc>) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM batches WHERE changed_at < ?1 AND (stage = 'checked' OR stage = 'cancelled')
           AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.batch = batches.id)",
        [time(stale)],
    )?;
    Ok(())
}

fn add(tx: &Transaction<'_>, batch: &NewBatch) -> Result<(), StoreError> {
    let warned = |row: &&crate::ports::batches::NewRow| {
        row.refusal.is_none() && row.document.as_ref().is_some_and(|document| !document.reasons.is_empty())
    };
    tx.execute(
        "INSERT INTO batches (id, name, stage, digest, row_count, refused, warned, message_count, new_recipients,
             created_at, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
        params![
            batch.id.as_str(),
            batch.name,
            Stage::Checked.as_str(),
            batch.digest,
            batch.rows.len() as u32,
            batch.rows.iter().filter(|row| row.refusal.is_some()).count() as u32,
            batch.rows.iter().filter(warned).count() as u32,
            batch.messages.len() as u32,
            batch.rows.iter().filter(|row| row.refusal.is_none() && row.new_recipients > 0).count() as u32,
            time(batch.now),
        ],
    )?;
    for (message, number) in batch.messages.iter().zip(1_u32..) {
        add_message(tx, &batch.id, number, message)?;
    }
    for (row, number) in batch.rows.iter().zip(1_u32..) {
        batch_rows::add(tx, &batch.id, number, row)?;
    }
    Ok(())
}

fn add_message(tx: &Transaction<'_>, batch: &BatchId, number: u32, message: &NewMessage) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO batch_messages (batch, number, company, account, digest, draft) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        batch.as_str(),
        number,
        message.draft.company.as_str(),
        message.draft.account.as_str(),
        message.digest,
        draft_json(&message.draft)?,
    ])?;
    Ok(())
}

const BATCH: &str =
    "SELECT id, name, stage, digest, row_count, refused, warned, message_count, new_recipients, created_at
     FROM batches";

/// Ended long ago is what has nothing under way and did not change lately; both are looked up in an index.
const AHEAD: &str = "WHERE stage != 'checked' AND (changed_at >= ?1
      OR EXISTS (SELECT 1 FROM deliveries WHERE deliveries.batch = batches.id AND deliveries.changed_at >= ?1)
      OR EXISTS (SELECT 1 FROM deliveries WHERE deliveries.batch = batches.id
                   AND (state IN ('queued', 'sending', 'committed') OR (state = 'deferred' AND not_before IS NOT NULL))))
    ORDER BY id DESC LIMIT ?2";

fn one(db: &Connection, id: &BatchId) -> Result<Option<Batch>, StoreError> {
    Ok(several(db, "WHERE id = ?1", params![id.as_str()])?.pop())
}

fn several(db: &Connection, rest: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Batch>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{BATCH} {rest}"))?;
    let found: Vec<Batch> = statement.query_map(values, batch_row)?.collect::<Result<_, _>>()?;
    found.into_iter().map(|batch| counted(db, batch)).collect()
}

fn batch_row(row: &Row<'_>) -> rusqlite::Result<Batch> {
    Ok(Batch {
        id: BatchId::from_text(&row.get::<_, String>(0)?),
        name: row.get(1)?,
        stage: stage(&row.get::<_, String>(2)?)?,
        digest: row.get(3)?,
        rows: row.get(4)?,
        refused: row.get(5)?,
        warned: row.get(6)?,
        messages: row.get(7)?,
        under_way: 0,
        sent: 0,
        need_person: 0,
        failed: 0,
        new_recipients: row.get(8)?,
        created_at: row.get(9)?,
    })
}

#[derive(Debug, thiserror::Error)]
#[error("unknown stage")]
struct UnknownStage;

fn stage(name: &str) -> rusqlite::Result<Stage> {
    Stage::from_name(name).ok_or_else(|| broken(UnknownStage))
}

fn counted(db: &Connection, mut batch: Batch) -> Result<Batch, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT
           count(*) FILTER (WHERE state IN ('queued', 'sending', 'committed')
                              OR (state = 'deferred' AND not_before IS NOT NULL)),
           count(*) FILTER (WHERE state = 'sent'),
           count(*) FILTER (WHERE state = 'unknown' OR (state = 'deferred' AND not_before IS NULL)),
           count(*) FILTER (WHERE state IN ('failed', 'cancelled', 'superseded'))
         FROM deliveries WHERE batch = ?1",
    )?;
    (batch.under_way, batch.sent, batch.need_person, batch.failed) = statement
        .query_row([batch.id.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, u32>(3)?)))?;
    let mut refused =
        db.prepare_cached("SELECT count(*) FROM batch_messages WHERE batch = ?1 AND failure IS NOT NULL")?;
    batch.failed += refused.query_row([batch.id.as_str()], |row| row.get::<_, u32>(0))?;
    Ok(batch)
}

fn senders(db: &Connection, id: &BatchId) -> Result<Vec<(Rfc, AccountId)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT company, account FROM batch_messages WHERE batch = ?1 AND delivery IS NULL AND failure IS NULL",
    )?;
    let rows = statement.query_map([id.as_str()], |row| {
        let (company, account): (String, String) = (row.get(0)?, row.get(1)?);
        Ok((company.parse().map_err(broken)?, AccountId::from_text(&account)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn waiting(db: &Connection, id: &BatchId) -> Result<Vec<(AccountId, u32)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT account, count(*) FROM (
           SELECT account FROM batch_messages WHERE batch = ?1 AND draft IS NOT NULL
           UNION ALL
           SELECT account FROM deliveries WHERE batch = ?1
             AND (state IN ('queued', 'sending') OR (state = 'deferred' AND not_before IS NOT NULL)))
         GROUP BY account",
    )?;
    let rows =
        statement.query_map([id.as_str()], |row| Ok((AccountId::from_text(&row.get::<_, String>(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn move_stage(
    tx: &Transaction<'_>,
    id: &BatchId,
    from: Stage,
    to: Stage,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let changed = tx
        .prepare_cached("UPDATE batches SET stage = ?3, changed_at = ?4 WHERE id = ?1 AND stage = ?2")?
        .execute(params![id.as_str(), from.as_str(), to.as_str(), time(now)])?;
    Ok(changed == 1)
}

fn queue_all(
    tx: &Transaction<'_>,
    id: &BatchId,
    new_id: &mut dyn FnMut() -> DeliveryId,
    learn: Option<Source>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let numbers: Vec<u32> = tx
        .prepare_cached("SELECT number FROM batch_messages WHERE batch = ?1 AND draft IS NOT NULL ORDER BY number")?
        .query_map([id.as_str()], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    // One draft in memory at a time.
    for number in numbers {
        let (draft, digest) = message(tx, id, number)?;
        let new = NewDelivery {
            id: new_id(),
            draft: &draft,
            digest: &digest,
            key: None,
            not_before: None,
            supersedes: None,
            learn,
            unattended: None,
            now,
        };
        let (delivery, failure, subject) = match outbox::enqueue(tx, &new)? {
            Queued::New => (Some(new.id.clone()), None, None),
            Queued::AlreadySent(earlier, _) => (None, Some("already_sent"), Some(earlier)),
            // Without a key and without a predecessor these do not come; whatever they say, nothing was queued.
            Queued::Existing(earlier) => (None, Some("key_conflict"), Some(earlier)),
            Queued::KeyConflict => (None, Some("key_conflict"), None),
            Queued::NotAllowed => (None, Some("confirmation_needed"), None),
            Queued::NotUnknown => (None, Some("wrong_state"), None),
        };
        if let Some(delivery) = &delivery {
            tx.prepare_cached("UPDATE deliveries SET batch = ?2 WHERE id = ?1")?
                .execute([delivery.as_str(), id.as_str()])?;
        }
        tx.prepare_cached(
            "UPDATE batch_messages SET delivery = ?3, failure = ?4, subject = ?5, draft = NULL
             WHERE batch = ?1 AND number = ?2",
        )?
        .execute(params![
            id.as_str(),
            number,
            delivery.as_ref().map(DeliveryId::as_str),
            failure,
            subject.as_ref().map(DeliveryId::as_str),
        ])?;
    }
    Ok(())
}

fn message(tx: &Transaction<'_>, id: &BatchId, number: u32) -> Result<(StoredDraft, String), StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT company, account, draft, digest FROM batch_messages WHERE batch = ?1 AND number = ?2",
    )?;
    Ok(statement.query_row(params![id.as_str(), number], |row| {
        let (company, account, json): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        // A list is never a portal's.
        Ok((draft(&json, &company, &account, "")?, row.get(3)?))
    })?)
}

fn cancel(tx: &Transaction<'_>, id: &BatchId, now: DateTime<Utc>) -> Result<Option<Vec<DeliveryId>>, StoreError> {
    let mut cancelled = Vec::new();
    // What is being sent has not passed its commit point; the sender notices at its next step.
    for state in [State::Queued, State::Deferred, State::Sending] {
        let found = outbox::ids(
            tx,
            "SELECT id FROM deliveries WHERE batch = ?1 AND state = ?2",
            &[id.as_str(), state.as_str()],
        )?;
        for delivery in found {
            if outbox::change_row(tx, &delivery, &Change::new(state, State::Cancelled, "cancelled", now))? {
                cancelled.push(delivery);
            }
        }
    }
    let was_checked = move_stage(tx, id, Stage::Checked, Stage::Cancelled, now)?;
    if cancelled.is_empty() && !was_checked {
        return Ok(None);
    }
    for stage in [Stage::Running, Stage::Paused] {
        move_stage(tx, id, stage, Stage::Cancelled, now)?;
    }
    Ok(Some(cancelled))
}

/// A person had an `unknown` delivery sent again: the batch goes on with the new one.
pub(super) fn hand_on(tx: &Transaction<'_>, old: &DeliveryId, new: &DeliveryId) -> Result<(), StoreError> {
    let batch: Option<Option<String>> = tx
        .prepare_cached("SELECT batch FROM deliveries WHERE id = ?1")?
        .query_row([old.as_str()], |row| row.get(0))
        .optional()?;
    let Some(batch) = batch.flatten() else { return Ok(()) };
    tx.prepare_cached("UPDATE batch_messages SET delivery = ?3 WHERE batch = ?1 AND delivery = ?2")?.execute([
        batch.as_str(),
        old.as_str(),
        new.as_str(),
    ])?;
    let mut statement = tx.prepare_cached("UPDATE deliveries SET batch = ?2 WHERE id = ?1")?;
    statement.execute([new.as_str(), batch.as_str()])?;
    // The old one is no part of it any more: each message counts once.
    statement.execute(params![old.as_str(), Option::<&str>::None])?;
    Ok(())
}

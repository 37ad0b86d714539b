//! Upkeep of the outbox: another computer's or a restored database, old history, and what deleting leaves behind.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension as _, Transaction};

use super::SqliteStore;
use super::outbox::{change_row, ids};
use super::rows::time;
use crate::domain::delivery::{DeliveryId, State};
use crate::domain::pace::MAX_AHEAD;
use crate::ports::store::{Change, StoreError};
use crate::ports::upkeep::Upkeep;

/// Pause between two looks at old history.
const LOOK_AGAIN: TimeDelta = TimeDelta::days(1);

/// A clock that is this far ahead of the last look may be wrong: nothing is forgotten before it is a day older.
const LEAP: TimeDelta = TimeDelta::days(20);

/// Most deliveries that one transaction forgets, so that it keeps no other process waiting.
const AT_ONCE: u32 = 500;

impl Upkeep for SqliteStore {
    fn mistimed(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.read(|db| mistimed(db, now))
    }

    fn installation(&self, fresh: &str) -> Result<String, StoreError> {
        if let Some(name) = self.read(installation)? {
            return Ok(name);
        }
        self.write(|tx| {
            // The first delivery ever names it: so does it in a copy that was made before there was a name.
            tx.execute(
                "INSERT OR IGNORE INTO installation (id, name)
                 VALUES (1, coalesce((SELECT delivery FROM ledger ORDER BY line LIMIT 1), ?1))",
                [fresh],
            )?;
            Ok(installation(tx)?.unwrap_or_else(|| fresh.to_owned()))
        })
    }

    fn newest_line(&self) -> Result<i64, StoreError> {
        self.read(newest_line)
    }

    fn hold_restored(&self, fresh: &str, now: DateTime<Utc>) -> Result<u32, StoreError> {
        self.write(|tx| {
            tx.execute("UPDATE installation SET name = ?1", [fresh])?;
            hold_all(tx, "outbox_restored", now)
        })
    }

    fn forget_old(&self, now: DateTime<Utc>) -> Result<u32, StoreError> {
        let Some(limit) = self.write(|tx| limit_of_today(tx, self.keep_days, now))? else { return Ok(0) };
        self.write(|tx| forget_batches(tx, &limit))?;
        let mut forgotten = 0;
        loop {
            let some = self.write(|tx| Ok(slim(tx, &limit)? + delete(tx, &limit)?))?;
            forgotten += some;
            if some == 0 {
                return Ok(forgotten);
            }
        }
    }

    fn tidy(&self) -> Result<(), StoreError> {
        // Another process that reads this moment keeps the log from being cut; the next drain does it then.
        self.read(|db| Ok(db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?))
    }
}

fn mistimed(db: &Connection, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM deliveries
                        WHERE state = 'deferred' AND reason IS NOT 'scheduled' AND not_before > ?1)",
    )?;
    Ok(statement.query_row([time(now + MAX_AHEAD)], |row| row.get(0))?)
}

fn installation(db: &Connection) -> Result<Option<String>, StoreError> {
    Ok(db.query_row("SELECT name FROM installation", [], |row| row.get(0)).optional()?)
}

/// SQLite's own counter: the lines themselves are forgotten one day.
fn newest_line(db: &Connection) -> Result<i64, StoreError> {
    let newest = db.query_row("SELECT seq FROM sqlite_sequence WHERE name = 'ledger'", [], |row| row.get(0));
    Ok(newest.optional()?.unwrap_or(0))
}

pub(super) fn adopt(tx: &Transaction<'_>, machine: &str, now: DateTime<Utc>) -> Result<u32, StoreError> {
    let known: Option<String> = tx.query_row("SELECT hash FROM machine", [], |row| row.get(0)).optional()?;
    if known.as_deref() == Some(machine) {
        return Ok(0);
    }
    tx.execute("INSERT OR REPLACE INTO machine (id, hash) VALUES (1, ?1)", [machine])?;
    if known.is_none() {
        return Ok(0);
    }
    hold_all(tx, "machine_changed", now)
}

/// Somebody else may have gone on with what this outbox holds: nothing of it goes on by itself.
fn hold_all(tx: &Transaction<'_>, event: &str, now: DateTime<Utc>) -> Result<u32, StoreError> {
    let mut held = 0;
    for state in [State::Committed, State::Sending, State::Queued, State::Deferred] {
        for id in ids(tx, "SELECT id FROM deliveries WHERE state = ?1", &[state.as_str()])? {
            hold(tx, &id, state, event, now)?;
            held += 1;
        }
    }
    Ok(held)
}

/// What may have left is unknown, the rest waits for a person.
fn hold(
    tx: &Transaction<'_>,
    id: &DeliveryId,
    state: State,
    event: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if state == State::Committed {
        change_row(tx, id, &Change::new(state, State::Unknown, event, now).because("outcome_unknown"))?;
        return Ok(());
    }
    if state == State::Deferred {
        change_row(tx, id, &Change::new(state, State::Queued, event, now))?;
    }
    let from = if state == State::Deferred { State::Queued } else { state };
    change_row(tx, id, &Change::new(from, State::Deferred, event, now).because(event))?;
    Ok(())
}

/// The time before which the history is forgotten; `None` when today's look was taken, or the clock cannot be trusted.
fn limit_of_today(tx: &Transaction<'_>, keep_days: u32, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
    let last: Option<Option<DateTime<Utc>>> =
        tx.query_row("SELECT upkeep_at FROM installation", [], |row| row.get(0)).optional()?;
    // Without a name nothing was ever sent here.
    let Some(last) = last else { return Ok(None) };
    if last.is_some_and(|last| last <= now && now - last < LOOK_AGAIN) {
        return Ok(None);
    }
    tx.execute("UPDATE installation SET upkeep_at = ?1", [time(now)])?;
    let trusted = last.is_some_and(|last| last <= now && now - last <= LEAP);
    Ok(trusted.then(|| time(now - TimeDelta::days(i64::from(keep_days)))))
}

/// Lists whose every message has ended, and long ago.
fn forget_batches(tx: &Transaction<'_>, limit: &str) -> Result<(), StoreError> {
    let old = "SELECT id FROM batches WHERE changed_at < ?1
        AND (stage IN ('checked', 'cancelled') OR NOT EXISTS (SELECT 1 FROM batch_messages
             WHERE batch = batches.id AND delivery IS NULL AND failure IS NULL))
        AND NOT EXISTS (SELECT 1 FROM deliveries WHERE batch = batches.id AND (changed_at >= ?1
            OR state NOT IN ('sent', 'failed', 'cancelled', 'superseded')))";
    for id in ids(tx, old, &[limit])? {
        tx.execute("UPDATE deliveries SET batch = NULL WHERE batch = ?1", [id.as_str()])?;
        tx.execute("DELETE FROM batches WHERE id = ?1", [id.as_str()])?;
    }
    Ok(())
}

/// What holds its pairs stays, so that it is never sent again by mistake: without history, text, files and search words.
fn slim(tx: &Transaction<'_>, limit: &str) -> Result<u32, StoreError> {
    let old = format!(
        "SELECT id FROM deliveries WHERE state IN ('sent', 'superseded') AND changed_at < ?1 AND batch IS NULL
         AND json_valid(draft) AND EXISTS (SELECT 1 FROM ledger WHERE delivery = deliveries.id) LIMIT {AT_ONCE}"
    );
    let found = ids(tx, &old, &[limit])?;
    for id in &found {
        tx.prepare_cached("DELETE FROM ledger WHERE delivery = ?1")?.execute([id.as_str()])?;
        tx.prepare_cached(
            "UPDATE deliveries SET search = '', draft = json_set(draft, '$.body', '', '$.attachments', json('[]'))
             WHERE id = ?1",
        )?
        .execute([id.as_str()])?;
    }
    Ok(found.len() as u32)
}

/// What freed its pairs goes whole.
fn delete(tx: &Transaction<'_>, limit: &str) -> Result<u32, StoreError> {
    let old = format!(
        "SELECT id FROM deliveries WHERE state IN ('failed', 'cancelled') AND changed_at < ?1 AND batch IS NULL
         AND NOT EXISTS (SELECT 1 FROM batch_messages WHERE delivery = deliveries.id) LIMIT {AT_ONCE}"
    );
    let found = ids(tx, &old, &[limit])?;
    for id in &found {
        for sql in [
            "DELETE FROM ledger WHERE delivery = ?1",
            "DELETE FROM pairs WHERE delivery = ?1",
            "DELETE FROM deliveries WHERE id = ?1",
        ] {
            tx.prepare_cached(sql)?.execute([id.as_str()])?;
        }
    }
    Ok(found.len() as u32)
}

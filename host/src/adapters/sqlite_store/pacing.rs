//! What is kept of each account's sending.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::batches;
use super::rows::time;
use crate::domain::account::AccountId;
use crate::domain::delivery::DeliveryId;
use crate::domain::pace::{COUNTS_AS, MAX_AHEAD, Pace};
use crate::ports::store::StoreError;

pub(super) fn pace(db: &Connection, account: &AccountId) -> Result<Pace, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT next_at, paused_until, paused_by, troubles FROM paces WHERE account = ?1")?;
    let found = statement
        .query_row([account.as_str()], |row| {
            Ok(Pace { next_at: row.get(0)?, paused_until: row.get(1)?, paused_by: row.get(2)?, troubles: row.get(3)? })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// A message of that delivery's account passed the commit point: the provider takes messages again.
pub(super) fn spend(tx: &Transaction<'_>, id: &DeliveryId, next_at: DateTime<Utc>) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO paces (account, next_at) SELECT account, ?2 FROM deliveries WHERE id = ?1
         ON CONFLICT (account) DO UPDATE SET next_at = ?2, paused_until = NULL, paused_by = NULL, troubles = 0",
    )?
    .execute(params![id.as_str(), time(next_at)])?;
    Ok(())
}

pub(super) fn pause(
    tx: &Transaction<'_>,
    account: &AccountId,
    until: DateTime<Utc>,
    by: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO paces (account, paused_until, paused_by, troubles) VALUES (?1, ?2, ?3, 1)
         ON CONFLICT (account) DO UPDATE SET paused_until = ?2, paused_by = ?3, troubles = troubles + 1",
        params![account.as_str(), time(until), by],
    )?;
    Ok(())
}

pub(super) fn unpause(tx: &Transaction<'_>, account: &AccountId) -> Result<(), StoreError> {
    tx.execute("UPDATE paces SET paused_until = NULL, paused_by = NULL WHERE account = ?1", [account.as_str()])?;
    Ok(())
}

/// A pause counts as a day at most, and nothing was sent in the future.
pub(super) fn mend(tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE paces SET paused_until = ?2 WHERE paused_until > ?1",
        [time(now + MAX_AHEAD), time(now + COUNTS_AS)],
    )?;
    tx.execute("UPDATE deliveries SET committed_at = ?1 WHERE committed_at > ?1", [time(now)])?;
    Ok(())
}

pub(super) fn committed_since(db: &Connection, account: &AccountId, since: DateTime<Utc>) -> Result<u32, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT count(*) FROM deliveries WHERE account = ?1 AND committed_at > ?2")?;
    Ok(statement.query_row([account.as_str(), &time(since)], |row| row.get(0))?)
}

pub(super) fn nth_commit(db: &Connection, account: &AccountId, nth: u32) -> Result<Option<DateTime<Utc>>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT committed_at FROM deliveries WHERE account = ?1 AND committed_at IS NOT NULL
         ORDER BY committed_at DESC LIMIT 1 OFFSET ?2",
    )?;
    Ok(statement.query_row(params![account.as_str(), nth.saturating_sub(1)], |row| row.get(0)).optional()?)
}

pub(super) fn queued_count(db: &Connection, account: &AccountId) -> Result<u32, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT count(*) FROM deliveries WHERE state = 'queued' AND account = ?1 AND {}",
        batches::NOT_PAUSED
    ))?;
    Ok(statement.query_row([account.as_str()], |row| row.get(0))?)
}

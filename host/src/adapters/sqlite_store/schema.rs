//! Schema versions. Each is frozen: it names no type that may change, and is never edited once released.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::backup;
use crate::ports::store::StoreError;

/// One step for each version, oldest first; `user_version` counts the steps taken.
const STEPS: &[&str] = &[
    include_str!("v1.sql"),
    include_str!("v2.sql"),
    include_str!("v3.sql"),
    include_str!("v4.sql"),
    include_str!("v5.sql"),
    include_str!("v6.sql"),
    include_str!("v7.sql"),
    include_str!("v8.sql"),
];

/// Brings the database to the newest schema, or refuses one that is newer still. A database that holds something is copied
/// first; without a copy nothing is changed. All steps are one transaction: a death leaves the old schema or the new one.
pub(super) fn prepare(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    if version(connection)? == newest() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again under the lock: another process may have taken the steps meanwhile.
    let found = version(&transaction)?;
    if found > newest() {
        return Err(StoreError::Newer(found));
    }
    if found == newest() {
        return Ok(());
    }
    if found > 0 {
        backup::keep(path, found)?;
    }
    for step in STEPS.iter().skip(found as usize) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", newest())?;
    transaction.commit()?;
    Ok(())
}

fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

fn newest() -> u32 {
    STEPS.len() as u32
}

//! The database's file: opening it, telling whether it still is the one that was opened, and what its errors mean.

use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Error, ErrorCode, ffi};

use super::schema;
use crate::ports::store::StoreError;

/// How long a write waits for another process: the longest transaction of ours queues a list of 10,000 rows, in about half
/// of it on a slow computer; every other one takes less than a hundredth.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Which file a path leads to. A deleted file goes on working for who has it open, and forgets everything at the end:
/// whatever is accepted into it is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity(#[cfg(unix)] (u64, u64));

impl Identity {
    /// Of the file at that path; `None` when there is none.
    #[cfg(unix)]
    pub(super) fn of(path: &Path) -> Result<Option<Self>, StoreError> {
        use std::os::unix::fs::MetadataExt as _;
        found(std::fs::metadata(path)).map(|facts| facts.map(|facts| Self((facts.dev(), facts.ino()))))
    }

    /// Of the file at that path; `None` when there is none. Windows deletes and replaces no file that is open.
    #[cfg(not(unix))]
    pub(super) fn of(path: &Path) -> Result<Option<Self>, StoreError> {
        found(std::fs::metadata(path)).map(|facts| facts.map(|_| Self()))
    }
}

fn found(facts: io::Result<std::fs::Metadata>) -> Result<Option<std::fs::Metadata>, StoreError> {
    match facts {
        Ok(facts) => Ok(Some(facts)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(of_io(error)),
    }
}

pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = connect(path)?;
    owner_only(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    // What is deleted or overwritten is zeroed: the address of an upload session is a secret until the provider forgets it.
    connection.pragma_update(None, "secure_delete", "ON")?;
    schema::prepare(&mut connection, path)?;
    Ok(connection)
}

/// A bare connection that waits for others.
pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

#[cfg(unix)]
fn owner_only(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;
    // The mode of -wal and -shm follows the database's.
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(|_| StoreError::ReadOnly)
}

#[cfg(not(unix))]
fn owner_only(_path: &Path) -> Result<(), StoreError> {
    // The local data folder's access list already keeps other users out.
    Ok(())
}

/// What the system's own refusal means.
#[expect(clippy::wildcard_enum_match_arm, reason = "the standard library's list is open")]
pub(super) fn of_io(error: io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => StoreError::ReadOnly,
        _ => StoreError::Failed(Box::new(error)),
    }
}

/// Whether a value in a row is not what any version of ours writes.
pub(super) fn is_damage(error: &Error) -> bool {
    matches!(
        error,
        Error::FromSqlConversionFailure(..)
            | Error::InvalidColumnType(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..)
    )
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        if is_damage(&error) {
            return Self::Corrupt;
        }
        // Shared memory that cannot grow is a full disk, which SQLite reports as trouble with reading and writing.
        if error.sqlite_error().is_some_and(|error| error.extended_code == ffi::SQLITE_IOERR_SHMSIZE) {
            return Self::Full;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::ReadOnly,
            _ => Self::Failed(Box::new(error)),
        }
    }
}

//! Opens the index file and sees to its schema.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::error::library_error;
use crate::ports::library::LibraryError;

/// The schema below, in `PRAGMA user_version`. Raise it with every change: older files are filled anew by the next scan.
pub(super) const SCHEMA: i64 = 4;

/// How long a statement waits for another process. Batches take milliseconds, so this means trouble.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Memory that a scan may use for pages, in KiB: a folio fiscal falls anywhere in its index, so few pages mean many reads.
const SCAN_CACHE_KIB: i64 = 32 * 1024;

/// Pages of the log that a scan lets grow before it moves them to their places, 32 MB: each time waits for the disk.
const SCAN_LOG_PAGES: i64 = 8_000;

/// Prepared statements kept: the scan uses six, searches vary.
const STATEMENTS: usize = 32;

const CREATE: &str = "
    DROP TABLE IF EXISTS file;
    DROP TABLE IF EXISTS words;
    DROP TABLE IF EXISTS root;
    DROP TABLE IF EXISTS pdf_text;
    DROP TABLE IF EXISTS folder;
    CREATE TABLE file (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        identity INTEGER NOT NULL,
        reasons TEXT NOT NULL,
        sha256 BLOB,
        pdf TEXT,
        pdf_reason TEXT,
        uuid TEXT,
        version TEXT,
        kind TEXT,
        issuer_rfc TEXT,
        issuer_name TEXT,
        receiver_rfc TEXT,
        receiver_name TEXT,
        serie TEXT,
        folio TEXT,
        number TEXT,
        date TEXT,
        total TEXT,
        currency TEXT,
        amount TEXT,
        payments_total TEXT,
        paid TEXT,
        paid_count INTEGER,
        stamped_at TEXT
    ) STRICT;
    CREATE INDEX file_by_uuid ON file (uuid, sha256) WHERE uuid IS NOT NULL;
    CREATE INDEX file_refused ON file (path) WHERE uuid IS NULL;
    CREATE TABLE root (
        given TEXT PRIMARY KEY,
        span_from TEXT NOT NULL,
        span_to TEXT NOT NULL,
        device INTEGER,
        offline INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE folder (
        path TEXT PRIMARY KEY,
        print BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE pdf_text (
        path TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        uuids TEXT NOT NULL
    ) STRICT;
    CREATE VIRTUAL TABLE words USING fts5 (
        text, content = '', contentless_delete = 1, tokenize = \"unicode61 remove_diacritics 2\"
    );
";

/// What makes searching quick, and writing slow: a first scan is done before these are made. Each ends in the row's id by
/// itself, by which rows of one date are told apart.
const SEARCHING: [(&str, &str); 5] = [
    ("file_by_date", "file (date) WHERE uuid IS NOT NULL"),
    ("file_by_issuer", "file (issuer_rfc, date) WHERE uuid IS NOT NULL"),
    ("file_by_receiver", "file (receiver_rfc, date) WHERE uuid IS NOT NULL"),
    ("file_by_number", "file (number) WHERE number IS NOT NULL"),
    ("file_by_amount", "file (amount) WHERE amount IS NOT NULL"),
];

/// Opens the index, and creates it where there is none or an older one.
pub(super) fn open(path: &Path) -> Result<Connection, LibraryError> {
    create_private(path).map_err(|_| LibraryError::Unavailable)?;
    let mut connection = Connection::open(path).map_err(|error| library_error(&error))?;
    let found = prepare(&mut connection).map_err(|error| library_error(&error))?;
    if found > SCHEMA {
        return Err(LibraryError::Newer { found, known: SCHEMA });
    }
    Ok(connection)
}

/// Sets up a connection to write much in a short time.
pub(super) fn prepare_for_scan(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "cache_size", -SCAN_CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", SCAN_LOG_PAGES)
}

/// Makes the indexes of [`SEARCHING`] that are missing, each in a transaction of its own, so that nobody waits long.
pub(super) fn index_for_searching(connection: &Connection) -> rusqlite::Result<()> {
    for (name, what) in SEARCHING {
        connection.execute(&format!("CREATE INDEX IF NOT EXISTS {name} ON {what}"), [])?;
    }
    Ok(())
}

/// Drops the indexes of [`SEARCHING`] while there is nothing to search; otherwise sees to it that they are there, also
/// after a first scan that was broken off.
pub(super) fn put_off_searching(connection: &mut Connection) -> rusqlite::Result<()> {
    if !is_empty(connection)? {
        return index_for_searching(connection);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have begun to fill it.
    if is_empty(&transaction)? {
        for (name, _) in SEARCHING {
            transaction.execute(&format!("DROP INDEX IF EXISTS {name}"), [])?;
        }
    }
    transaction.commit()
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_one("SELECT NOT EXISTS (SELECT 1 FROM file)", [], |row| row.get(0))
}

/// Returns the schema found; a newer one is left untouched.
fn prepare(connection: &mut Connection) -> rusqlite::Result<i64> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let found = version(connection)?;
    if found > SCHEMA {
        return Ok(found);
    }
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    if found < SCHEMA {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have created it while this one waited for the lock.
        if version(&transaction)? < SCHEMA {
            transaction.execute_batch(CREATE)?;
            transaction.pragma_update(None, "user_version", SCHEMA)?;
        }
        transaction.commit()?;
    }
    version(connection)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Makes the file before SQLite does, so that nobody else can read names and amounts. SQLite gives its side files the
/// same rights.
fn create_private(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

//! `StatusMemory` in one small SQLite file of its own: the switch, and what the SAT answered.
//!
//! It is apart from the outbox, which must not grow with every look, and from the index, which may be thrown away at any
//! time while a person's word on the switch may not.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::domain::status::{CouldNotAsk, Outcome, Question, Status};
use crate::ports::status::{MemoryError, Remembered, StatusMemory};

/// The schema below, in `PRAGMA user_version`.
const SCHEMA: i64 = 1;

/// How long a statement waits for another process; each write takes a millisecond.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);

const CREATE: &str = "
    CREATE TABLE IF NOT EXISTS switch (id INTEGER PRIMARY KEY CHECK (id = 1), is_on INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS answer (question TEXT PRIMARY KEY, outcome TEXT NOT NULL, asked_at TEXT NOT NULL) STRICT;
";

/// The file `status.db`. Nothing is opened before the first use, and nothing is made before the first writing.
#[derive(Debug)]
pub struct SqliteStatusMemory {
    path: PathBuf,
    open: Mutex<Option<Connection>>,
}

impl SqliteStatusMemory {
    /// Names the file.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), open: Mutex::new(None) }
    }

    fn with<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, MemoryError> {
        let mut slot = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_none() {
            *slot = Some(self.connect()?);
        }
        let connection = slot.as_ref().ok_or(MemoryError::Failed)?;
        work(connection).map_err(|_| MemoryError::Failed)
    }

    fn connect(&self) -> Result<Connection, MemoryError> {
        self.create_private().map_err(|_| MemoryError::Failed)?;
        let open = || -> rusqlite::Result<(Connection, i64)> {
            let connection = Connection::open(&self.path)?;
            connection.busy_timeout(BUSY_TIMEOUT)?;
            let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
            if found < SCHEMA {
                connection.execute_batch(CREATE)?;
                connection.pragma_update(None, "user_version", SCHEMA)?;
            }
            Ok((connection, found))
        };
        match open().map_err(|_| MemoryError::Failed)? {
            (_, found) if found > SCHEMA => Err(MemoryError::Newer),
            (connection, _) => Ok(connection),
        }
    }

    /// Makes the file before SQLite does, so that nobody else can read whose documents were asked about.
    fn create_private(&self) -> std::io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

impl StatusMemory for SqliteStatusMemory {
    fn is_on(&self) -> Result<bool, MemoryError> {
        // Most installations never switch it on, and none of them needs a file for that.
        if !self.path.exists() {
            return Ok(false);
        }
        self.with(|db| Ok(db.query_row("SELECT is_on FROM switch", [], |row| row.get(0)).optional()?.unwrap_or(false)))
    }

    fn turn(&self, on: bool) -> Result<(), MemoryError> {
        self.with(|db| db.execute("INSERT OR REPLACE INTO switch (id, is_on) VALUES (1, ?1)", [on])).map(drop)
    }

    fn recall(&self, question: &Question) -> Result<Option<Remembered>, MemoryError> {
        let row = self.with(|db| {
            let mut statement = db.prepare_cached("SELECT outcome, asked_at FROM answer WHERE question = ?1")?;
            statement
                .query_row([question.as_str()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, DateTime<Utc>>(1)?)))
                .optional()
        })?;
        // A word that this version does not know is asked about again.
        Ok(row.and_then(|(word, asked_at)| Some(Remembered { outcome: outcome(&word)?, asked_at })))
    }

    fn keep(&self, question: &Question, kept: Remembered, forget: DateTime<Utc>) -> Result<(), MemoryError> {
        self.with(|db| {
            db.execute("DELETE FROM answer WHERE asked_at < ?1", [forget])?;
            db.execute(
                "INSERT OR REPLACE INTO answer (question, outcome, asked_at) VALUES (?1, ?2, ?3)",
                params![question.as_str(), word(kept.outcome), kept.asked_at],
            )
        })
        .map(drop)
    }
}

fn word(outcome: Outcome) -> &'static str {
    outcome.map_or_else(CouldNotAsk::code, Status::code)
}

fn outcome(word: &str) -> Option<Outcome> {
    let said = [Status::Current, Status::Cancelled, Status::NotFound].into_iter().find(|status| status.code() == word);
    let silent = || CouldNotAsk::ALL.into_iter().find(|why| why.code() == word);
    said.map(Ok).or_else(|| silent().map(Err))
}

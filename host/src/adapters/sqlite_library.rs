//! The index over the local folders, in one SQLite file of its own.
//!
//! The file holds nothing that the folders do not: it may be thrown away at any time. Hence `synchronous=NORMAL`, and
//! hence another schema simply replaces an older one.

mod archives;
mod error;
mod folders;
mod known;
mod paid;
mod pdfs;
mod pending;
mod problems;
mod query;
mod roots;
mod rows;
mod scan;
mod schema;
mod walk;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use crate::domain::cfdi::Uuid;
use crate::ports::library::{
    Library, LibraryEntry, LibraryError, ProblemEntry, ScanProgress, ScanReport, SearchPage, SearchQuery,
};
use error::library_error;

/// The index in `library.db`. Nothing is opened or created before the first use.
///
/// Several processes may use one file: WAL lets them read while one writes, and writes come in short batches.
#[derive(Debug)]
pub struct SqliteLibrary {
    path: PathBuf,
    /// Serves every reading; a scan has a connection of its own, so that searching goes on meanwhile.
    reader: Mutex<Option<Connection>>,
    /// Held by a scan: a second one in this process would only do the same work again.
    scanning: Mutex<()>,
}

impl SqliteLibrary {
    /// Names the file of the index, usually `library.db` in the state folder.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), reader: Mutex::new(None), scanning: Mutex::new(()) }
    }

    fn with_reader<T>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, LibraryError> {
        // A panic elsewhere leaves a connection that is still sound: statements are reset when they are dropped.
        let mut slot = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_none() {
            *slot = Some(schema::open(&self.path)?);
        }
        let Some(connection) = slot.as_mut() else {
            return Err(LibraryError::Unavailable);
        };
        let outcome = work(connection).map_err(|error| library_error(&error));
        if matches!(outcome, Err(LibraryError::Corrupt)) {
            *slot = None;
        }
        outcome
    }
}

impl Library for SqliteLibrary {
    fn scan(
        &self,
        folders: &[PathBuf],
        progress: &mut dyn FnMut(ScanProgress),
        cancel: &AtomicBool,
    ) -> Result<ScanReport, LibraryError> {
        let _one_at_a_time = self.scanning.lock().unwrap_or_else(PoisonError::into_inner);
        let mut connection = schema::open(&self.path)?;
        schema::prepare_for_scan(&connection).map_err(|error| library_error(&error))?;
        let reader = schema::open(&self.path)?;
        scan::run(&mut connection, reader, folders, progress, cancel).map_err(|error| library_error(&error))
    }

    fn find(&self, uuid: &Uuid) -> Result<Vec<LibraryEntry>, LibraryError> {
        self.with_reader(|connection| query::find(connection, uuid))
    }

    fn search(&self, query: &SearchQuery) -> Result<SearchPage, LibraryError> {
        let after = match &query.after {
            Some(cursor) => Some(query::Position::decode(cursor).ok_or(LibraryError::BadCursor)?),
            None => None,
        };
        self.with_reader(|connection| query::search(connection, query, after))
    }

    fn problems(
        &self,
        folder: Option<&Path>,
        after: Option<&Path>,
        limit: usize,
    ) -> Result<Vec<ProblemEntry>, LibraryError> {
        self.with_reader(|connection| {
            let span = folder.map(|folder| roots::span(connection, folder)).transpose()?;
            problems::list(connection, span.as_ref(), after, limit)
        })
    }

    fn problem_count(&self, folder: Option<&Path>) -> Result<u64, LibraryError> {
        self.with_reader(|connection| {
            let span = folder.map(|folder| roots::span(connection, folder)).transpose()?;
            problems::count(connection, span.as_ref())
        })
    }

    fn offline(&self) -> Result<Vec<PathBuf>, LibraryError> {
        self.with_reader(|connection| roots::offline(connection))
    }

    fn forget(&self, folder: &Path) -> Result<u64, LibraryError> {
        self.with_reader(|connection| {
            let span = roots::span(connection, folder)?;
            roots::forget(connection, folder)?;
            rows::remove_span(connection, &span)
        })
    }

    fn rebuild(&self) -> Result<(), LibraryError> {
        let _one_at_a_time = self.scanning.lock().unwrap_or_else(PoisonError::into_inner);
        let mut slot = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        *slot = None;
        for suffix in ["", "-wal", "-shm"] {
            let mut name = self.path.clone().into_os_string();
            name.push(suffix);
            match fs::remove_file(&name) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(LibraryError::Unavailable);
                }
                Ok(()) | Err(_) => {}
            }
        }
        *slot = Some(schema::open(&self.path)?);
        Ok(())
    }
}

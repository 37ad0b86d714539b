//! The folders that were scanned, and whether they could be reached: what is offline keeps its rows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::rows::Span;

/// The folders of one scan.
pub(super) struct Roots {
    /// Those that are there, links resolved, each once even when one lies in another.
    pub(super) real: Vec<PathBuf>,
    /// Those that are not, as given.
    pub(super) missing: Vec<PathBuf>,
    /// What is there, as given and resolved.
    given: Vec<(PathBuf, PathBuf)>,
}

impl Roots {
    /// Tells the folders that are there from those that are offline.
    pub(super) fn of(connection: &Connection, folders: &[PathBuf]) -> rusqlite::Result<Self> {
        let mut roots = Self { real: Vec::new(), missing: Vec::new(), given: Vec::new() };
        for folder in folders {
            match fs::canonicalize(folder) {
                Ok(real) if real.is_dir() && !is_bare_mount_point(connection, folder, &real)? => {
                    roots.given.push((folder.clone(), real.clone()));
                    roots.real.push(real);
                }
                Ok(_) | Err(_) => roots.missing.push(folder.clone()),
            }
        }
        roots.real.sort();
        roots.real.dedup_by(|inner, outer| inner.starts_with(outer));
        Ok(roots)
    }

    /// Writes down what could be reached; `unread` are folders inside that could not.
    ///
    /// A scan that changes nothing writes nothing, so it waits for no sync.
    pub(super) fn note(&self, connection: &mut Connection, unread: &[PathBuf]) -> rusqlite::Result<()> {
        if unread.is_empty() && self.missing.is_empty() && self.is_noted(connection)? {
            return Ok(());
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for real in &self.real {
            let span = Span::under(real);
            transaction.execute("DELETE FROM root WHERE span_from >= ?1 AND span_to <= ?2", [&span.from, &span.to])?;
        }
        for (given, real) in &self.given {
            put(&transaction, given, real, false)?;
        }
        for folder in unread {
            put(&transaction, folder, folder, true)?;
        }
        for folder in &self.missing {
            let known =
                transaction.execute("UPDATE root SET offline = 1 WHERE given = ?1", [folder.to_string_lossy()])?;
            if known == 0 {
                put(&transaction, folder, folder, true)?;
            }
        }
        transaction.commit()
    }

    /// Whether the index has exactly these folders, all of them within reach.
    fn is_noted(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let mut noted = BTreeSet::new();
        let mut statement = connection.prepare_cached(
            "SELECT given, span_from, span_to, device, offline FROM root WHERE span_from >= ?1 AND span_to <= ?2",
        )?;
        for real in &self.real {
            let span = Span::under(real);
            let mut rows = statement.query([&span.from, &span.to])?;
            while let Some(row) = rows.next()? {
                let of_row: Noted = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
                noted.insert(of_row);
            }
        }
        let now = |(given, real): &(PathBuf, PathBuf)| {
            let span = Span::under(real);
            (given.to_string_lossy().into_owned(), span.from, span.to, device(real), false)
        };
        Ok(noted == self.given.iter().map(now).collect())
    }
}

/// A row of `root`.
type Noted = (String, String, String, Option<i64>, bool);

fn put(connection: &Connection, given: &Path, real: &Path, offline: bool) -> rusqlite::Result<()> {
    let span = Span::under(real);
    connection.execute(
        "INSERT OR REPLACE INTO root (given, span_from, span_to, device, offline) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![given.to_string_lossy(), span.from, span.to, device(real), offline],
    )?;
    Ok(())
}

/// Folders that the last scan could not reach, as they were given.
pub(super) fn offline(connection: &Connection) -> rusqlite::Result<Vec<PathBuf>> {
    let mut statement = connection.prepare_cached("SELECT given FROM root WHERE offline ORDER BY given")?;
    statement.query_map([], |row| row.get::<_, String>(0).map(PathBuf::from))?.collect()
}

/// The span of a folder's rows, also while it is offline and its links cannot be resolved.
pub(super) fn span(connection: &Connection, folder: &Path) -> rusqlite::Result<Span> {
    if let Ok(real) = fs::canonicalize(folder) {
        return Ok(Span::under(&real));
    }
    let known = connection
        .query_one("SELECT span_from, span_to FROM root WHERE given = ?1", [folder.to_string_lossy()], |row| {
            Ok(Span { from: row.get(0)?, to: row.get(1)? })
        })
        .optional()?;
    Ok(known.unwrap_or_else(|| Span::under(folder)))
}

/// Forgets a folder.
pub(super) fn forget(connection: &Connection, folder: &Path) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM root WHERE given = ?1", [folder.to_string_lossy()])?;
    Ok(())
}

/// An empty folder on another device than before is where a share or a disk was mounted, and not a folder whose files
/// were all deleted.
fn is_bare_mount_point(connection: &Connection, given: &Path, real: &Path) -> rusqlite::Result<bool> {
    let Some(device) = device(real) else { return Ok(false) };
    let before: Option<Option<i64>> = connection
        .query_one("SELECT device FROM root WHERE given = ?1", [given.to_string_lossy()], |row| row.get(0))
        .optional()?;
    let moved = before.flatten().is_some_and(|before| before != device);
    Ok(moved && fs::read_dir(real).is_ok_and(|mut entries| entries.next().is_none()))
}

/// The device that a folder lies on. On Windows a share that is gone has no empty folder in its place.
fn device(real: &Path) -> Option<i64> {
    #[cfg(unix)]
    {
        let metadata = fs::metadata(real).ok()?;
        Some(std::os::unix::fs::MetadataExt::dev(&metadata).cast_signed())
    }
    #[cfg(not(unix))]
    {
        let _ = real;
        None
    }
}

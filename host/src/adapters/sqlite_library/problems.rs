//! The files that cannot be sent as they are: refused ones, and good ones that contradict each other.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Params, params};

use super::rows::{Span, reasons};
use crate::domain::cfdi::{Reason, Uuid};
use crate::ports::library::{MAX_PAGE, MAX_RIVALS, ProblemEntry};

/// What makes a problem; a sound archive has a row without reasons. The folios in conflict are found by one walk over the index `file_by_uuid`, instead of a look-up
/// for every good file.
const IS_PROBLEM: &str = "((uuid IS NULL AND reasons <> '') OR uuid IN \
    (SELECT uuid FROM file WHERE uuid IS NOT NULL GROUP BY uuid HAVING min(sha256) <> max(sha256)))";

/// A page of them, by path.
pub(super) fn list(
    connection: &Connection,
    span: Option<&Span>,
    after: Option<&Path>,
    limit: usize,
) -> rusqlite::Result<Vec<ProblemEntry>> {
    let (from, to) = bounds(span);
    let after = after.map(|path| path.to_string_lossy().into_owned());
    let sql = format!(
        "SELECT path, reasons, uuid, sha256 FROM file WHERE {IS_PROBLEM} AND path >= ?1 AND (?2 IS NULL OR path < ?2) \
         AND (?3 IS NULL OR path > ?3) ORDER BY path LIMIT {}",
        limit.min(MAX_PAGE),
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![from, to, after])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (path, codes, uuid): (String, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let uuid = uuid.and_then(|text| Uuid::parse(&text).ok());
        let (reasons, rivals) = match &uuid {
            Some(uuid) => (vec![Reason::UuidConflict], rivals(connection, uuid, row.get(3)?)?),
            None => (reasons(&codes), Vec::new()),
        };
        found.push(ProblemEntry { path: PathBuf::from(path), reasons, uuid, rivals });
    }
    Ok(found)
}

/// How many there are.
pub(super) fn count(connection: &Connection, span: Option<&Span>) -> rusqlite::Result<u64> {
    let (from, to) = bounds(span);
    let sql = format!("SELECT count(*) FROM file WHERE {IS_PROBLEM} AND path >= ?1 AND (?2 IS NULL OR path < ?2)");
    let count: i64 = connection.prepare_cached(&sql)?.query_one(params![from, to], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// The files with that folio and other content than the given one.
fn rivals(connection: &Connection, uuid: &Uuid, sha256: [u8; 32]) -> rusqlite::Result<Vec<PathBuf>> {
    let sql = format!("SELECT path FROM file WHERE uuid = ?1 AND sha256 <> ?2 ORDER BY path LIMIT {MAX_RIVALS}");
    texts(connection, &sql, params![uuid.as_str(), sha256])
}

fn texts(connection: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<Vec<PathBuf>> {
    connection.prepare_cached(sql)?.query_map(params, |row| row.get::<_, String>(0).map(PathBuf::from))?.collect()
}

/// From where to where; without an end for everything.
fn bounds(span: Option<&Span>) -> (&str, Option<&str>) {
    span.map_or(("", None), |span| (&span.from, Some(&span.to)))
}

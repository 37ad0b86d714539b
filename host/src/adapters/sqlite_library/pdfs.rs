//! What was read inside PDFs, so that no scan reads one twice.

use std::collections::HashMap;
use std::path::PathBuf;

use rusqlite::{Connection, TransactionBehavior, params};

use super::rows::Span;
use crate::disk::pdf_text::{PdfText, TextState};
use crate::domain::cfdi::Uuid;

/// What is remembered of the PDFs under the folders.
pub(super) fn known(connection: &Connection, roots: &[PathBuf]) -> rusqlite::Result<HashMap<PathBuf, PdfText>> {
    let mut statement =
        connection.prepare_cached("SELECT path, size, modified, uuids FROM pdf_text WHERE path >= ?1 AND path < ?2")?;
    let mut known = HashMap::new();
    for root in roots {
        let span = Span::under(root);
        let mut rows = statement.query([&span.from, &span.to])?;
        while let Some(row) = rows.next()? {
            let (path, size, uuids): (String, i64, String) = (row.get(0)?, row.get(1)?, row.get(3)?);
            let uuids = uuids.split(',').filter_map(|text| Uuid::parse(text).ok()).collect();
            let text =
                PdfText { size: size.unsigned_abs(), modified: row.get(2)?, uuids, state: TextState::Remembered };
            known.insert(PathBuf::from(path), text);
        }
    }
    Ok(known)
}

/// Writes down what was read; forgets what nobody asked for, unless the scan did not come to its end.
pub(super) fn remember(
    connection: &mut Connection,
    known: HashMap<PathBuf, PdfText>,
    cancelled: bool,
) -> rusqlite::Result<()> {
    let is_news = |text: &PdfText| match text.state {
        TextState::New => true,
        TextState::Remembered => !cancelled,
        TextState::Asked => false,
    };
    if !known.values().any(is_news) {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (path, text) in known {
        // A path that is no Unicode cannot be found again; it is read anew each time.
        let Some(path) = path.to_str() else { continue };
        if text.state == TextState::New {
            let uuids = text.uuids.iter().map(Uuid::as_str).collect::<Vec<_>>().join(",");
            let size = i64::try_from(text.size).unwrap_or(i64::MAX);
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO pdf_text (path, size, modified, uuids) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![path, size, text.modified, uuids])?;
        } else if text.state == TextState::Remembered && !cancelled {
            transaction.prepare_cached("DELETE FROM pdf_text WHERE path = ?1")?.execute([path])?;
        }
    }
    transaction.commit()
}

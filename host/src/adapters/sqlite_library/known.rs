//! What the index has of the files of one folder.

use std::collections::{BTreeSet, HashMap};
use std::path::{MAIN_SEPARATOR, Path};

use rusqlite::{Connection, Row};

use super::archives::Contents;
use super::paid;
use super::rows::{Span, Stamp};
use crate::domain::cfdi::Uuid;

/// What the index has of a path.
pub(super) struct Known {
    pub(super) id: i64,
    pub(super) stamp: Stamp,
    /// Absent for a refused file.
    pub(super) uuid: Option<Uuid>,
    /// The invoices that it pays; only where it has no PDF yet.
    pub(super) paid: Vec<Uuid>,
    pub(super) pdf: Option<String>,
    pub(super) pdf_reason: Option<String>,
    /// Something speaks against it.
    pub(super) reasons: bool,
}

/// The rows of one folder; what is seen is taken out, so what is left is gone.
#[derive(Default)]
pub(super) struct Rows {
    /// Files of the folder itself, by name.
    pub(super) single: HashMap<String, Known>,
    /// What lies below it and in none of its folders, by the first part of the way: in archives, or in what was a folder.
    pub(super) packed: HashMap<String, Contents>,
}

impl Rows {
    /// The rows of a folder. What lies below `spared` is passed over in one step.
    pub(super) fn of(connection: &Connection, folder: &Path, spared: &BTreeSet<String>) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare_cached(
            "SELECT path, id, size, modified, identity, uuid, pdf, pdf_reason, CASE WHEN pdf IS NULL THEN paid END, \
             reasons <> '' FROM file WHERE path >= ?1 AND path < ?2 ORDER BY path",
        )?;
        let span = Span::under(folder);
        let (mut rows, mut from) = (Self::default(), Some(span.from.clone()));
        while let Some(start) = from.take() {
            let mut found = statement.query([&start, &span.to])?;
            while let Some(row) = found.next()? {
                let path = row.get_ref(0)?.as_str()?;
                let name = &path[span.from.len()..];
                let Some((first, _)) = name.split_once(MAIN_SEPARATOR) else {
                    rows.single.insert(name.to_owned(), known(row)?);
                    continue;
                };
                if spared.contains(first) {
                    from = Some(Span::under(&folder.join(first)).to);
                    break;
                }
                rows.packed.entry(first.to_owned()).or_default().insert(path.to_owned(), row.get(1)?);
            }
        }
        Ok(rows)
    }

    /// Leaves the row of a file as it is.
    pub(super) fn drop_name(&mut self, name: &str) {
        self.single.remove(name);
        self.packed.remove(name);
    }

    /// What was not seen, by path.
    pub(super) fn rest(self, folder: &Path) -> impl Iterator<Item = (String, i64)> {
        let stem = Span::under(folder).from;
        let single = self.single.into_iter().map(move |(name, known)| (format!("{stem}{name}"), known.id));
        single.chain(self.packed.into_values().flatten())
    }
}

fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    let uuid = row.get_ref(5)?.as_str_or_null()?;
    let paid = row.get_ref(8)?.as_str_or_null()?;
    Ok(Known {
        id: row.get(1)?,
        stamp: Stamp { size: row.get(2)?, modified: row.get(3)?, identity: row.get(4)? },
        uuid: uuid.and_then(|text| Uuid::parse(text).ok()),
        paid: paid.map_or_else(Vec::new, paid::uuids),
        pdf: row.get(6)?,
        pdf_reason: row.get(7)?,
        reasons: row.get(9)?,
    })
}

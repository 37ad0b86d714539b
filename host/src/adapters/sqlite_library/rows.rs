//! One row per indexed file: writing it, and reading it back.

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::sync::Arc;

use rusqlite::types::Type;
use rusqlite::{CachedStatement, Connection, Row, Transaction, TransactionBehavior, params};

use super::folders::{self, Folder};
use super::paid;
use crate::disk::intake;
use crate::disk::partner::Partner;
use crate::disk::settling::{self, PDF_PATIENCE};
use crate::domain::cfdi::{Amount, Cfdi, Kind, Party, Reading, Reason, SatDateTime, Uuid, Verdict};
use crate::domain::rfc::Rfc;
use crate::ports::library::{FileFacts, LibraryEntry};

/// Rows removed in one transaction, so that other processes wait milliseconds at most.
const REMOVE_BATCH: usize = 500;

/// The columns that [`entry`] reads, of `file` as `f`.
pub(super) const ENTRY_COLUMNS: &str = "f.path, f.size, f.reasons, f.sha256, f.pdf, f.pdf_reason, f.uuid, f.version, \
    f.kind, f.issuer_rfc, f.issuer_name, f.receiver_rfc, f.receiver_name, f.serie, f.folio, f.date, f.total, \
    f.currency, f.payments_total, f.stamped_at, f.id, \
    EXISTS (SELECT 1 FROM file o WHERE o.uuid = f.uuid AND o.sha256 <> f.sha256), f.modified, \
    EXISTS (SELECT 1 FROM root r WHERE r.offline AND f.path >= r.span_from AND f.path < r.span_to), f.paid, f.paid_count";

/// Writes a file whose path the index does not have; passes over one that it has.
const INSERT: &str = "INSERT INTO file (path, size, modified, identity, reasons, sha256, pdf, pdf_reason, uuid, version, \
    kind, issuer_rfc, issuer_name, receiver_rfc, receiver_name, serie, folio, number, date, total, currency, amount, paid, \
    paid_count, payments_total, stamped_at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, \
    ?25, ?26) ON CONFLICT (path) DO NOTHING";

/// Writes a file in place of what the index may have of its path.
const REPLACE: &str = "INSERT INTO file (path, size, modified, identity, reasons, sha256, pdf, pdf_reason, uuid, version, \
    kind, issuer_rfc, issuer_name, receiver_rfc, receiver_name, serie, folio, number, date, total, currency, amount, paid, \
    paid_count, payments_total, stamped_at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, \
    ?25, ?26) ON CONFLICT (path) DO UPDATE SET (size, modified, identity, reasons, sha256, pdf, pdf_reason, uuid, version, \
    kind, issuer_rfc, issuer_name, receiver_rfc, receiver_name, serie, folio, number, date, total, currency, amount, paid, \
    paid_count, payments_total, stamped_at) = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, \
    ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26) RETURNING id";

/// Size, time and number of a file: when all are as before, the file is not read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) size: i64,
    /// Nanoseconds since 1970, as the file system tells.
    pub(super) modified: i64,
    /// The file's own number: another one stands here when a program has put a new file in the old one's place.
    pub(super) identity: i64,
}

impl Stamp {
    /// A stamp that no file has, so that the next scan tries again.
    pub(super) const NEVER: Self = Self { size: -1, modified: 0, identity: 0 };

    /// The stamp of a file.
    pub(super) fn of(metadata: &Metadata) -> Self {
        let size = i64::try_from(metadata.len()).unwrap_or(i64::MAX);
        Self { size, modified: intake::modified(metadata), identity: identity(metadata) }
    }
}

/// The inode; on Windows, where the number needs an opened file, the time of creation.
fn identity(metadata: &Metadata) -> i64 {
    #[cfg(unix)]
    {
        std::os::unix::fs::MetadataExt::ino(metadata).cast_signed()
    }
    #[cfg(not(unix))]
    {
        metadata.created().map_or(0, settling::nanos)
    }
}

/// A file as just read.
pub(super) struct NewRow {
    pub(super) folder: Arc<Folder>,
    /// The row that it replaces.
    pub(super) id: Option<i64>,
    pub(super) path: String,
    pub(super) stamp: Stamp,
    pub(super) reading: Reading,
    pub(super) facts: Option<FileFacts>,
    pub(super) partner: Partner,
}

/// Everything under one folder, as a span of the ordered paths.
pub(super) struct Span {
    pub(super) from: String,
    pub(super) to: String,
}

impl Span {
    /// Whether a path lies in it.
    pub(super) fn holds(&self, path: &str) -> bool {
        *self.from <= *path && *path < *self.to
    }

    /// The span of the paths under a folder, without the folder itself.
    pub(super) fn under(folder: &Path) -> Self {
        let text = folder.to_string_lossy();
        let stem = text.trim_end_matches(MAIN_SEPARATOR);
        // The character after the separator ends the span: '0' after '/', ']' after '\'.
        let after = if MAIN_SEPARATOR == '/' { '0' } else { ']' };
        Self { from: format!("{stem}{MAIN_SEPARATOR}"), to: format!("{stem}{after}") }
    }
}

/// How a PDF is held: its path, or why there is none.
pub(super) fn pdf_columns(partner: &Partner) -> (Option<String>, Option<&'static str>) {
    match partner {
        Partner::Found(path) => match path.to_str() {
            Some(text) => (Some(text.to_owned()), None),
            None => pdf_columns(&Partner::Missing),
        },
        Partner::Missing | Partner::Awaited | Partner::Ambiguous => (None, partner.reason().map(Reason::code)),
    }
}

/// Writes the files of one transaction.
pub(super) struct Writing<'t> {
    transaction: &'t Transaction<'t>,
    insert: CachedStatement<'t>,
    insert_words: CachedStatement<'t>,
}

impl<'t> Writing<'t> {
    pub(super) fn of(transaction: &'t Transaction<'t>) -> rusqlite::Result<Self> {
        let insert = transaction.prepare_cached(INSERT)?;
        let insert_words = transaction.prepare_cached("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?;
        Ok(Self { transaction, insert, insert_words })
    }

    /// Writes one file, in place of what the index had of its path.
    pub(super) fn write(&mut self, row: &NewRow) -> rusqlite::Result<()> {
        let reasons: Vec<&str> = row.reading.reasons.iter().map(|reason| reason.code()).collect();
        let (pdf, pdf_reason) = match row.reading.cfdi {
            Some(_) => pdf_columns(&row.partner),
            None => (None, None),
        };
        let cfdi = row.reading.cfdi.as_ref();
        let paid = cfdi.filter(|cfdi| !cfdi.paid.is_empty()).map(|cfdi| paid::text(&cfdi.paid));
        let values = params![
            row.path,
            row.stamp.size,
            row.stamp.modified,
            row.stamp.identity,
            reasons.join(","),
            row.facts.as_ref().map(|facts| facts.sha256),
            pdf,
            pdf_reason,
            cfdi.map(|c| c.uuid.as_str()),
            cfdi.map(|c| &c.version),
            cfdi.map(|c| c.kind.letter()),
            cfdi.map(|c| c.issuer.rfc.as_str()),
            cfdi.and_then(|c| c.issuer.name.as_ref()),
            cfdi.map(|c| c.receiver.rfc.as_str()),
            cfdi.and_then(|c| c.receiver.name.as_ref()),
            cfdi.and_then(|c| c.serie.as_ref()),
            cfdi.and_then(|c| c.folio.as_ref()),
            cfdi.and_then(number),
            cfdi.map(|c| c.date.as_str()),
            cfdi.map(|c| c.total.as_str()),
            cfdi.map(|c| &c.currency),
            cfdi.map(|c| c.amount_to_show().plain()),
            paid,
            cfdi.map(|c| c.paid_count),
            cfdi.and_then(|c| c.payments_total.as_ref()).map(Amount::as_str),
            cfdi.map(|c| c.stamped_at.as_str()),
        ];
        let is_new = row.id.is_none() && self.insert.execute(values)? == 1;
        let id = if is_new {
            self.transaction.last_insert_rowid()
        } else {
            self.transaction.prepare_cached(REPLACE)?.query_one(values, |row| row.get(0))?
        };
        if !is_new {
            self.transaction.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([id])?;
        }
        if let Some(cfdi) = cfdi {
            self.insert_words.execute(params![id, words(cfdi)])?;
        }
        Ok(())
    }
}

/// Notes another PDF for an unchanged XML.
pub(super) fn write_partner(transaction: &Transaction<'_>, id: i64, partner: &Partner) -> rusqlite::Result<()> {
    let (pdf, pdf_reason) = pdf_columns(partner);
    transaction
        .prepare_cached("UPDATE file SET pdf = ?2, pdf_reason = ?3 WHERE id = ?1")?
        .execute(params![id, pdf, pdf_reason])?;
    Ok(())
}

/// Takes rows out, in short batches.
pub(super) fn remove(connection: &mut Connection, gone: &[(String, i64)]) -> rusqlite::Result<()> {
    for batch in gone.chunks(REMOVE_BATCH) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let around: BTreeSet<&Path> = batch.iter().filter_map(|(path, _)| Path::new(path).parent()).collect();
        for folder in around {
            folders::forget_from(&transaction, folder)?;
        }
        for (_, id) in batch {
            remove_one(&transaction, *id)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

/// Takes a row out within a transaction.
pub(super) fn remove_one(transaction: &Transaction<'_>, id: i64) -> rusqlite::Result<()> {
    transaction.prepare_cached("DELETE FROM file WHERE id = ?1")?.execute([id])?;
    transaction.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([id])?;
    Ok(())
}

/// Takes out everything under a folder and says how much that was.
pub(super) fn remove_span(connection: &mut Connection, span: &Span) -> rusqlite::Result<u64> {
    let gone: Vec<(String, i64)> = connection
        .prepare_cached("SELECT path, id FROM file WHERE path >= ?1 AND path < ?2")?
        .query_map([&span.from, &span.to], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    remove(connection, &gone)?;
    Ok(gone.len() as u64)
}

/// Reads an entry and its row id from [`ENTRY_COLUMNS`].
pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<(i64, LibraryEntry)> {
    let mut reasons = reasons(&row.get::<_, String>(2)?);
    let awaited_too_long =
        |reason: Reason, modified: i64| reason == Reason::PdfAwaited && !settling::is_fresh(modified, PDF_PATIENCE);
    if let Some(reason) = row.get::<_, Option<String>>(5)?.as_deref().and_then(Reason::from_code) {
        // Time goes on without a scan.
        reasons.push(if awaited_too_long(reason, row.get(22)?) { Reason::PdfMissing } else { reason });
    }
    let party = |rfc: usize, name: usize| -> rusqlite::Result<Party> {
        Ok(Party { rfc: parsed(row, rfc, |text| Rfc::parse(text).ok())?, name: row.get(name)? })
    };
    let amount = |text: &str| Amount::parse(text).ok();
    let date = |text: &str| SatDateTime::parse(text).ok();
    let payments_total: Option<String> = row.get(18)?;
    let cfdi = Cfdi {
        version: row.get(7)?,
        kind: parsed(row, 8, Kind::from_letter)?,
        uuid: parsed(row, 6, |text| Uuid::parse(text).ok())?,
        issuer: party(9, 10)?,
        receiver: party(11, 12)?,
        serie: row.get(13)?,
        folio: row.get(14)?,
        date: parsed(row, 15, date)?,
        total: parsed(row, 16, amount)?,
        currency: row.get(17)?,
        payments_total: payments_total.as_deref().and_then(amount),
        paid: row.get::<_, Option<String>>(24)?.map_or_else(Vec::new, |text| paid::of_text(&text)),
        paid_count: row.get(25)?,
        stamped_at: parsed(row, 19, date)?,
    };
    let size: i64 = row.get(1)?;
    let entry = LibraryEntry {
        path: PathBuf::from(row.get::<_, String>(0)?),
        cfdi,
        verdict: Verdict::of(&reasons),
        reasons,
        xml: FileFacts { size: size.unsigned_abs(), sha256: row.get(3)? },
        pdf: row.get::<_, Option<String>>(4)?.map(PathBuf::from),
        in_conflict: row.get(21)?,
        offline: row.get(23)?,
    };
    Ok((row.get(20)?, entry))
}

/// The reasons of their codes; a code of a newer version is passed over.
pub(super) fn reasons(codes: &str) -> Vec<Reason> {
    codes.split(',').filter_map(Reason::from_code).collect()
}

/// Serie and folio as they are searched: letters and digits alone, upper-cased.
pub(super) fn plain_number(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

fn number(cfdi: &Cfdi) -> Option<String> {
    let parts = [cfdi.serie.as_deref(), cfdi.folio.as_deref()];
    Some(plain_number(&parts.into_iter().flatten().collect::<String>())).filter(|number| !number.is_empty())
}

fn words(cfdi: &Cfdi) -> String {
    let name = cfdi.receiver.name.as_deref().unwrap_or_default();
    let serie = cfdi.serie.as_deref().unwrap_or_default();
    let folio = cfdi.folio.as_deref().unwrap_or_default();
    format!("{name} {} {serie} {folio} {serie}{folio}", cfdi.receiver.rfc)
}

fn parsed<T>(row: &Row<'_>, column: usize, parse: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text).ok_or_else(|| rusqlite::Error::InvalidColumnType(column, text, Type::Text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_searched_as_people_write_them() {
        for text in ["FA 12", "fa-12", "FA12", " f.a./12"] {
            assert_eq!(plain_number(text), "FA12");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_span_holds_what_lies_under_a_folder_and_no_neighbour() {
        let span = Span::under(Path::new("/a/b/"));
        let holds = |path: &str| span.holds(path);
        assert!(holds("/a/b/c.xml") && holds("/a/b/ñ/c.xml"));
        assert!(!holds("/a/b") && !holds("/a/b-2/c.xml") && !holds("/a/b.xml") && !holds("/a/b0"));
        let root = Span::under(Path::new("/"));
        assert!(*root.from <= *"/a" && *"/a" < *root.to);
    }
}

//! What lies in one folder, and its fingerprint: a folder whose fingerprint is as noted needs no look at its rows.
//!
//! A fingerprint is noted at the end of a scan, and only where every row of the folder is as the next scan would leave it.
//! Every transaction that writes or removes a row removes the fingerprint of its folder, so none outlives what it stands for.

use std::collections::{BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use sha2::{Digest, Sha256};

use super::rows::{Span, Stamp};
use crate::disk::archive;
use crate::disk::partner::FolderPdfs;

/// SHA-256 over names, sizes, times and numbers of what lies in a folder.
pub(super) type Print = [u8; 32];

/// One folder whose files are compared with their rows.
pub(super) struct Folder {
    /// As in the index.
    pub(super) path: String,
    pub(super) pdfs: FolderPdfs,
    /// Something here must be looked at again by the next scan.
    unsettled: AtomicBool,
}

impl Folder {
    pub(super) fn new(path: &Path, pdfs: FolderPdfs) -> Self {
        Self { path: path.to_string_lossy().into_owned(), pdfs, unsettled: AtomicBool::new(false) }
    }

    /// Keeps the fingerprint from being noted.
    pub(super) fn unsettle(&self) {
        self.unsettled.store(true, Ordering::Relaxed);
    }

    /// What PDFs say inside may change while names stay.
    fn is_settled(&self) -> bool {
        !self.unsettled.load(Ordering::Relaxed) && !self.pdfs.looked_into()
    }
}

/// A folder that was compared file by file, with what lay in it.
pub(super) struct Seen {
    pub(super) folder: Arc<Folder>,
    pub(super) print: Print,
}

/// What lies in a folder, each kind by name.
#[derive(Default)]
pub(super) struct Listed {
    pub(super) folders: Vec<OsString>,
    /// XML and archives.
    pub(super) files: Vec<(OsString, Stamp)>,
    pub(super) pdfs: Vec<OsString>,
    /// What cannot be looked at just now, as when a share fails in the middle: its rows stay.
    pub(super) kept: Vec<OsString>,
}

impl Listed {
    pub(super) fn keep(&mut self, name: OsString) {
        self.kept.push(name);
    }

    /// Brings everything into an order of its own; rows that are written by name are written fastest.
    pub(super) fn sort(&mut self) {
        self.folders.sort_unstable();
        self.files.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        self.pdfs.sort_unstable();
    }

    /// What below the folder is none of its own: the rows of these are looked at elsewhere, or stay.
    pub(super) fn spared(&self) -> BTreeSet<String> {
        self.folders.iter().chain(&self.kept).map(|name| name.to_string_lossy().into_owned()).collect()
    }

    /// The fingerprint. Folders with archives have none, because what is in those counts too; nor have those with something
    /// that could not be looked at, or whose names the index cannot tell apart.
    pub(super) fn print(&self) -> Option<Print> {
        let plain = |(name, _): &(OsString, Stamp)| name.to_str().is_some() && !archive::is_archive(Path::new(name));
        if !self.kept.is_empty() || !self.files.iter().all(plain) {
            return None;
        }
        let mut hasher = Sha256::new();
        for names in [&self.folders, &self.pdfs] {
            hasher.update(names.len().to_le_bytes());
            names.iter().for_each(|name| hash_name(&mut hasher, name));
        }
        for (name, stamp) in &self.files {
            hash_name(&mut hasher, name);
            let mut numbers = [0; 24];
            numbers[..8].copy_from_slice(&stamp.size.to_le_bytes());
            numbers[8..16].copy_from_slice(&stamp.modified.to_le_bytes());
            numbers[16..].copy_from_slice(&stamp.identity.to_le_bytes());
            hasher.update(numbers);
        }
        Some(hasher.finalize().into())
    }
}

fn hash_name(hasher: &mut Sha256, name: &OsStr) {
    let bytes = name.as_encoded_bytes();
    hasher.update(bytes.len().to_le_bytes());
    hasher.update(bytes);
}

/// Commits of other connections, as a number that every one of them changes.
pub(super) fn changes_elsewhere(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "data_version", |row| row.get(0))
}

/// The fingerprints of the folders under these roots, and of the roots.
pub(super) fn noted(connection: &Connection, roots: &[PathBuf]) -> rusqlite::Result<HashMap<String, Print>> {
    let mut statement =
        connection.prepare_cached("SELECT path, print FROM folder WHERE path = ?1 OR (path >= ?2 AND path < ?3)")?;
    let mut noted = HashMap::new();
    for root in roots {
        let span = Span::under(root);
        let mut rows = statement.query([&*root.to_string_lossy(), &span.from, &span.to])?;
        while let Some(row) = rows.next()? {
            noted.insert(row.get(0)?, row.get(1)?);
        }
    }
    Ok(noted)
}

/// Notes the fingerprints of what was seen, unless another connection has written since `before`: what it wrote may be
/// newer than what was seen.
pub(super) fn note(connection: &mut Connection, seen: &[Seen], before: i64) -> rusqlite::Result<()> {
    let settled: Vec<&Seen> = seen.iter().filter(|seen| seen.folder.is_settled()).collect();
    if settled.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if changes_elsewhere(&transaction)? != before {
        return Ok(());
    }
    for Seen { folder, print } in settled {
        transaction
            .prepare_cached("INSERT OR REPLACE INTO folder (path, print) VALUES (?1, ?2)")?
            .execute(rusqlite::params![folder.path, print])?;
    }
    transaction.commit()
}

/// Removes the fingerprint of one folder.
pub(super) fn forget(transaction: &Transaction<'_>, path: &str) -> rusqlite::Result<()> {
    transaction.prepare_cached("DELETE FROM folder WHERE path = ?1")?.execute([path])?;
    Ok(())
}

/// Removes the fingerprints of a folder and of those around it: what is gone below may lie in what was a folder.
pub(super) fn forget_from(transaction: &Transaction<'_>, folder: &Path) -> rusqlite::Result<()> {
    folder.ancestors().try_for_each(|folder| forget(transaction, &folder.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(files: &[(&str, i64)], pdfs: &[&str]) -> Listed {
        let stamp = |modified| Stamp { size: 1, modified, identity: 1 };
        let mut listed = Listed {
            files: files.iter().map(|(name, modified)| (OsString::from(name), stamp(*modified))).collect(),
            pdfs: pdfs.iter().map(OsString::from).collect(),
            ..Listed::default()
        };
        listed.sort();
        listed
    }

    #[test]
    fn a_fingerprint_tells_every_change_and_no_order() {
        let print = listed(&[("a.xml", 1), ("b.xml", 2)], &["a.pdf"]).print();
        assert!(print.is_some());
        assert_eq!(print, listed(&[("b.xml", 2), ("a.xml", 1)], &["a.pdf"]).print());
        for other in [
            listed(&[("a.xml", 2), ("b.xml", 1)], &["a.pdf"]),
            listed(&[("a.xml", 1), ("b.xml", 2)], &["b.pdf"]),
            listed(&[("a.xml", 1), ("b.xml", 2)], &[]),
            listed(&[("a.xml", 1)], &["a.pdf"]),
        ] {
            assert_ne!(print, other.print());
        }
        assert_eq!(listed(&[("a.xml", 1), ("b.zip", 2)], &[]).print(), None);
    }
}

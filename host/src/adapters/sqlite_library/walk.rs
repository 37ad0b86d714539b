//! Walks the folders and tells which files must be read.

use std::collections::HashMap;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;

use super::archives::Contents;
use super::rows::{Span, Stamp, pdf_columns};
use super::scan::Outcome;
use crate::disk::archive;
use crate::disk::partner::{FolderPdfs, Partner};
use crate::disk::pdf_text::PdfTexts;
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

/// A file that must be read.
pub(super) struct Job {
    pub(super) id: Option<i64>,
    pub(super) path: PathBuf,
    pub(super) stamp: Stamp,
    pub(super) pdfs: Arc<FolderPdfs>,
    /// For an archive, what the index has of its contents.
    pub(super) contents: Option<Contents>,
}

/// Counts that the walk and the progress share.
#[derive(Default)]
pub(super) struct Counters {
    pub(super) files: AtomicU64,
    pub(super) unchanged: AtomicU64,
}

/// One walk over all folders.
pub(super) struct Walk<'a> {
    /// What the index has under these folders; what is seen is taken out, so what is left is gone.
    pub(super) known: HashMap<String, Known>,
    /// The same of what lies in archives, by archive.
    pub(super) archived: HashMap<String, Contents>,
    pub(super) jobs: SyncSender<Job>,
    pub(super) outcomes: SyncSender<Outcome>,
    pub(super) counters: &'a Counters,
    pub(super) texts: &'a PdfTexts,
    pub(super) cancel: &'a AtomicBool,
    pub(super) unread_folders: Vec<PathBuf>,
    pub(super) refused_links: u64,
    /// Nobody listens any more, because the writer has failed.
    pub(super) deaf: bool,
}

/// What a walk leaves behind.
pub(super) struct Remains {
    /// Rows of files that are gone.
    pub(super) gone: Vec<i64>,
    pub(super) unread_folders: Vec<PathBuf>,
    pub(super) refused_links: u64,
}

impl Walk<'_> {
    /// Visits every folder once. Links are never followed: what they lead to inside is visited anyway.
    pub(super) fn run(mut self, roots: &[PathBuf]) -> Remains {
        let mut pending: Vec<(PathBuf, &Path)> = roots.iter().map(|root| (root.clone(), root.as_path())).collect();
        while let Some((folder, root)) = pending.pop() {
            if self.deaf || self.cancel.load(Ordering::Relaxed) {
                break;
            }
            match fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<DirEntry>, _>>) {
                Ok(entries) => self.visit(entries, root, &mut pending),
                Err(_) => self.unread_folders.push(folder),
            }
        }
        // A share that went away meanwhile looks like one whose files were deleted.
        self.unread_folders.extend(roots.iter().filter(|root| !root.is_dir()).cloned());
        let unread: Vec<Span> = self.unread_folders.iter().map(|folder| Span::under(folder)).collect();
        let kept = |path: &str| unread.iter().any(|span| *span.from <= *path && *path < *span.to);
        let single = self.known.iter().map(|(path, known)| (path, known.id));
        let packed = self.archived.values().flatten().map(|(path, id)| (path, *id));
        let gone = single.chain(packed).filter(|(path, _)| !kept(path)).map(|(_, id)| id).collect();
        Remains { gone, unread_folders: self.unread_folders, refused_links: self.refused_links }
    }

    fn visit<'r>(&mut self, entries: Vec<DirEntry>, root: &'r Path, pending: &mut Vec<(PathBuf, &'r Path)>) {
        let mut pdfs = FolderPdfs::default();
        let mut wanted = Vec::new();
        for entry in entries {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else {
                self.keep(&path);
                continue;
            };
            if kind.is_symlink() {
                let inside = fs::canonicalize(&path).is_ok_and(|real| real.starts_with(root));
                self.refused_links += u64::from(!inside);
            } else if kind.is_dir() {
                pending.push((path, root));
            } else if kind.is_file() {
                let is_xml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml"));
                if is_xml || archive::is_archive(&path) {
                    wanted.push(entry);
                }
                pdfs.add(path);
            }
        }
        let pdfs = Arc::new(pdfs);
        for entry in wanted {
            if self.deaf || self.cancel.load(Ordering::Relaxed) {
                return;
            }
            match entry.metadata() {
                Ok(metadata) => self.file(entry.path(), Stamp::of(&metadata), &pdfs),
                // A file that went away between listing and looking is gone.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(_) => self.keep(&entry.path()),
            }
        }
    }

    /// Leaves the row of a file that cannot be looked at just now, as when a share fails in the middle.
    fn keep(&mut self, path: &Path) {
        self.known.remove(&*path.to_string_lossy());
        self.archived.remove(&*path.to_string_lossy());
    }

    fn file(&mut self, path: PathBuf, stamp: Stamp, pdfs: &Arc<FolderPdfs>) {
        if archive::is_archive(&path) {
            return self.archive(path, stamp);
        }
        self.counters.files.fetch_add(1, Ordering::Relaxed);
        let known = self.known.remove(&*path.to_string_lossy());
        if let Some(known) = known.as_ref().filter(|known| known.stamp == stamp) {
            self.counters.unchanged.fetch_add(1, Ordering::Relaxed);
            if let Some(partner) = new_partner(known, &path, pdfs, self.texts) {
                self.deaf |= self.outcomes.send(Outcome::Partner(known.id, partner)).is_err();
            }
            return;
        }
        let job = Job { id: known.map(|known| known.id), path, stamp, pdfs: Arc::clone(pdfs), contents: None };
        self.deaf |= self.jobs.send(job).is_err();
    }

    /// An archive that did not change is not opened; one that did is read anew.
    fn archive(&mut self, path: PathBuf, stamp: Stamp) {
        let name = path.to_string_lossy();
        let known = self.known.remove(&*name);
        let contents = self.archived.remove(&*name).unwrap_or_default();
        drop(name);
        if let Some(known) = known.as_ref().filter(|known| known.stamp == stamp) {
            let count = contents.len() as u64 + u64::from(known.reasons);
            self.counters.files.fetch_add(count, Ordering::Relaxed);
            self.counters.unchanged.fetch_add(count, Ordering::Relaxed);
            return;
        }
        let id = known.map(|known| known.id);
        let job = Job { id, path, stamp, pdfs: Arc::default(), contents: Some(contents) };
        self.deaf |= self.jobs.send(job).is_err();
    }
}

/// The PDF of an unchanged XML, if it is another than the index has.
fn new_partner(known: &Known, xml: &Path, pdfs: &FolderPdfs, texts: &PdfTexts) -> Option<Partner> {
    let partner = pdfs.partner_of(xml, known.uuid.as_ref()?, &known.paid, texts).of_xml_from(known.stamp.modified);
    let (pdf, pdf_reason) = pdf_columns(&partner);
    let same = pdf == known.pdf && pdf_reason == known.pdf_reason.as_deref();
    (!same).then_some(partner)
}

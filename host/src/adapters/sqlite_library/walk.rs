//! Walks the folders on several threads and tells which files must be read.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rusqlite::Connection;

use super::archives::Contents;
use super::folders::{Folder, Listed, Print, Seen};
use super::known::{Known, Rows};
use super::pending::Pending;
use super::rows::{Span, Stamp, pdf_columns};
use super::scan::Outcome;
use crate::disk::archive;
use crate::disk::partner::{FolderPdfs, Partner};
use crate::disk::pdf_text::PdfTexts;

/// Files handed to a reader at a time: waking another thread costs as much as reading a file or two.
const JOBS: usize = 256;

/// A file that must be read.
pub(super) struct Job {
    pub(super) id: Option<i64>,
    pub(super) path: PathBuf,
    pub(super) stamp: Stamp,
    pub(super) folder: Arc<Folder>,
    /// For an archive, what the index has of its contents.
    pub(super) contents: Option<Contents>,
}

/// Counts that the walk and the progress share.
#[derive(Default)]
pub(super) struct Counters {
    pub(super) files: AtomicU64,
    pub(super) unchanged: AtomicU64,
}

impl Counters {
    /// Counts files that need not be read.
    fn unchanged(&self, files: u64) {
        self.files.fetch_add(files, Ordering::Relaxed);
        self.unchanged.fetch_add(files, Ordering::Relaxed);
    }
}

/// One walk over all folders.
pub(super) struct Walk<'a> {
    /// Reads the rows of one folder at a time; absent when the index has none under the roots.
    pub(super) rows: Option<Mutex<Connection>>,
    /// The folders whose rows are all as they should be, if what lies there is this.
    pub(super) prints: HashMap<String, Print>,
    pub(super) jobs: SyncSender<Vec<Job>>,
    pub(super) outcomes: SyncSender<Vec<Outcome>>,
    pub(super) counters: &'a Counters,
    pub(super) texts: &'a PdfTexts,
    pub(super) cancel: &'a AtomicBool,
    /// Nobody listens any more, because the writer or a query has failed.
    pub(super) deaf: AtomicBool,
}

/// What a walk leaves behind.
#[derive(Default)]
pub(super) struct Remains {
    /// Rows of files that are gone, by path.
    pub(super) gone: Vec<(String, i64)>,
    /// What was compared file by file.
    pub(super) seen: Vec<Seen>,
    /// What lies under names that are no Unicode: several may share one path in the index.
    odd: HashSet<String>,
    pub(super) unread_folders: Vec<PathBuf>,
    pub(super) refused_links: u64,
}

impl Remains {
    fn add(&mut self, other: Self) {
        self.gone.extend(other.gone);
        self.seen.extend(other.seen);
        self.odd.extend(other.odd);
        self.unread_folders.extend(other.unread_folders);
        self.refused_links += other.refused_links;
    }
}

impl Walk<'_> {
    /// Visits every folder once. Links are never followed: what they lead to inside is visited anyway.
    pub(super) fn run(self, roots: &[PathBuf], threads: usize) -> rusqlite::Result<Remains> {
        let pending = Pending::of(roots.iter().map(|root| (root.clone(), root.as_path())).collect());
        let mut remains = Remains::default();
        let parts: Vec<rusqlite::Result<Remains>> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(|| self.work(&pending))).collect();
            let ended = workers.into_iter().map(thread::ScopedJoinHandle::join);
            ended.map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        });
        for part in parts {
            remains.add(part?);
        }
        // A share that went away meanwhile looks like one whose files were deleted.
        remains.unread_folders.extend(roots.iter().filter(|root| !root.is_dir()).cloned());
        let unread: Vec<Span> = remains.unread_folders.iter().map(|folder| Span::under(folder)).collect();
        let kept = |path: &str| unread.iter().any(|span| span.holds(path)) || remains.odd.contains(path);
        remains.gone.retain(|(path, _)| !kept(path));
        Ok(remains)
    }

    /// What one thread does.
    fn work(&self, pending: &Pending<(PathBuf, &Path)>) -> rusqlite::Result<Remains> {
        let mut remains = Remains::default();
        while let Some(((folder, root), _busy)) = pending.next() {
            // What is left is taken and dropped, so that the other threads end too.
            if !self.is_over()
                && let Err(error) = self.folder(folder, root, pending, &mut remains)
            {
                self.deaf.store(true, Ordering::Relaxed);
                return Err(error);
            }
        }
        Ok(remains)
    }

    fn is_over(&self) -> bool {
        self.deaf.load(Ordering::Relaxed) || self.cancel.load(Ordering::Relaxed)
    }

    fn folder<'r>(
        &self,
        path: PathBuf,
        root: &'r Path,
        pending: &Pending<(PathBuf, &'r Path)>,
        remains: &mut Remains,
    ) -> rusqlite::Result<()> {
        let Ok(entries) = fs::read_dir(&path).and_then(Iterator::collect::<Result<Vec<DirEntry>, _>>) else {
            remains.unread_folders.push(path);
            return Ok(());
        };
        let listed = self.list(entries, root, remains);
        pending.add(listed.folders.iter().map(|name| (path.join(name), root)));
        let print = listed.print();
        let known = path.to_str().and_then(|text| self.prints.get(text));
        if let (Some(print), Some(known)) = (&print, known)
            && print == known
        {
            self.counters.unchanged(listed.files.len() as u64);
            return Ok(());
        }
        self.compare(path, listed, print, remains)
    }

    /// Tells what lies in a folder; each file is asked for its size and time.
    fn list(&self, entries: Vec<DirEntry>, root: &Path, remains: &mut Remains) -> Listed {
        let mut listed = Listed::default();
        for entry in entries {
            let name = entry.file_name();
            let Ok(kind) = entry.file_type() else {
                listed.keep(name);
                continue;
            };
            if kind.is_symlink() {
                let inside = fs::canonicalize(entry.path()).is_ok_and(|real| real.starts_with(root));
                remains.refused_links += u64::from(!inside);
            } else if kind.is_dir() {
                listed.folders.push(name);
            } else if kind.is_file() {
                let path = Path::new(&name);
                let is = |ending: &str| path.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
                if is("pdf") {
                    listed.pdfs.push(name);
                } else if is("xml") || archive::is_archive(path) {
                    if self.is_over() {
                        break;
                    }
                    match entry.metadata() {
                        Ok(metadata) => listed.files.push((name, Stamp::of(&metadata))),
                        // A file that went away between listing and looking is gone.
                        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                        Err(_) => listed.keep(name),
                    }
                }
            }
        }
        listed.sort();
        listed
    }

    /// Compares the files of a folder with its rows, one by one.
    fn compare(
        &self,
        path: PathBuf,
        listed: Listed,
        print: Option<Print>,
        remains: &mut Remains,
    ) -> rusqlite::Result<()> {
        let mut rows = match &self.rows {
            // A panic elsewhere leaves a connection that is still sound: statements are reset when they are dropped.
            Some(rows) => Rows::of(&rows.lock().unwrap_or_else(PoisonError::into_inner), &path, &listed.spared())?,
            None => Rows::default(),
        };
        let folder = Arc::new(Folder::new(&path, listed.pdfs_of(&path)));
        let mut jobs = Vec::new();
        for (name, stamp) in listed.files {
            if self.is_over() {
                return Ok(());
            }
            let job = self.file(&folder, &path, name, stamp, &mut rows, remains);
            jobs.extend(job);
            if jobs.len() >= JOBS {
                self.hand_over(std::mem::take(&mut jobs));
            }
        }
        if !jobs.is_empty() {
            self.hand_over(jobs);
        }
        for name in &listed.kept {
            rows.drop_name(&name.to_string_lossy());
        }
        remains.gone.extend(rows.rest(&path));
        remains.seen.extend(print.map(|print| Seen { folder, print }));
        Ok(())
    }

    fn hand_over(&self, jobs: Vec<Job>) {
        if self.jobs.send(jobs).is_err() {
            self.deaf.store(true, Ordering::Relaxed);
        }
    }

    /// Compares one file with its row; a job for one that must be read.
    fn file(
        &self,
        folder: &Arc<Folder>,
        place: &Path,
        name: OsString,
        stamp: Stamp,
        rows: &mut Rows,
        remains: &mut Remains,
    ) -> Option<Job> {
        let path = place.join(&name);
        if path.to_str().is_none() {
            remains.odd.insert(path.to_string_lossy().into_owned());
        }
        let known = rows.single.remove(&*name.to_string_lossy());
        let unchanged = known.as_ref().filter(|known| known.stamp == stamp);
        // An archive that did not change is not opened; one that did is read anew.
        let contents =
            archive::is_archive(&path).then(|| rows.packed.remove(&*name.to_string_lossy()).unwrap_or_default());
        if let Some(known) = unchanged {
            match &contents {
                Some(contents) => self.counters.unchanged(contents.len() as u64 + u64::from(known.reasons)),
                None => {
                    self.counters.unchanged(1);
                    self.partner(folder, known, &path);
                }
            }
            return None;
        }
        if contents.is_none() {
            self.counters.files.fetch_add(1, Ordering::Relaxed);
        }
        Some(Job { id: known.map(|known| known.id), path, stamp, folder: Arc::clone(folder), contents })
    }

    /// Tells of the PDF of an unchanged XML, if it is another than the index has.
    fn partner(&self, folder: &Arc<Folder>, known: &Known, xml: &Path) {
        let Some(uuid) = &known.uuid else { return };
        let partner = folder.pdfs.partner_of(xml, uuid, &known.paid, self.texts).of_xml_from(known.stamp.modified);
        if partner == Partner::Awaited {
            folder.unsettle();
        }
        let (pdf, pdf_reason) = pdf_columns(&partner);
        if (pdf.as_ref(), pdf_reason) == (known.pdf.as_ref(), known.pdf_reason.as_deref()) {
            return;
        }
        if self.outcomes.send(vec![Outcome::Partner(Arc::clone(folder), known.id, partner)]).is_err() {
            self.deaf.store(true, Ordering::Relaxed);
        }
    }
}

impl Listed {
    /// The PDFs with all that is needed to pair them.
    fn pdfs_of(&self, folder: &Path) -> FolderPdfs {
        let mut pdfs = FolderPdfs::default();
        // The names of the XML only matter where there is a PDF to claim.
        if !self.pdfs.is_empty() {
            let names = self.pdfs.iter().chain(self.files.iter().map(|(name, _)| name));
            names.for_each(|name| pdfs.add(folder.join(name)));
        }
        pdfs
    }
}

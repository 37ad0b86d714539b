//! What is indexed of ZIP archives: a row for each XML inside, and one for the archive itself, whose stamp says whether it
//! must be opened again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::rows::{NewRow, Stamp};
use super::scan::{Outcome, refused_row};
use super::walk::{Counters, Job};
use crate::disk::archive::{self, Archive};
use crate::disk::partner::{FolderPdfs, Partner};
use crate::domain::cfdi::{Reading, Reason};
use crate::ports::library::{FilesError, Seals};

/// The rows of the files in one archive, by path.
pub(super) type Contents = HashMap<String, i64>;

/// Reads what is in an archive. Its own row is written last: a scan that ends before reads it again.
pub(super) fn read(
    job: &Job,
    mut contents: Contents,
    counters: &Counters,
    cancel: &AtomicBool,
    send: &dyn Fn(Outcome) -> bool,
) -> bool {
    if job.path.to_str().is_none() {
        return count(counters) && send_row(send, refused_row(job, job.stamp, Reason::PathNotUnicode));
    }
    let mut opened = match Archive::open(&job.path) {
        Ok(opened) => opened,
        Err(FilesError::Missing) => return true,
        Err(FilesError::Refused(reason)) => {
            // What may be well again in a moment keeps its rows.
            let passing = matches!(reason, Reason::StillWriting | Reason::Unreadable);
            let stamp = if passing { Stamp::NEVER } else { job.stamp };
            let gone = if passing { Contents::new() } else { contents };
            return count(counters) && send_row(send, refused_row(job, stamp, reason)) && send_gone(send, job, gone);
        }
    };
    let pdfs = pdfs(&opened, &job.path);
    for entry in std::mem::take(&mut opened.entries) {
        let path = entry.path_in(&job.path);
        if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xml")) {
            continue;
        }
        if cancel.load(Ordering::Relaxed) {
            return true;
        }
        let intake = opened.read_cfdi(&entry, Seals::Leave);
        let intake = intake.unwrap_or_else(|error| {
            let reason = match error {
                FilesError::Refused(reason) => reason,
                FilesError::Missing => Reason::ArchiveDamaged,
            };
            archive::refused(reason, opened.modified)
        });
        let beside = path.parent().and_then(|folder| pdfs.get(folder));
        let partner = match (&intake.reading.cfdi, beside) {
            (Some(cfdi), Some(pdfs)) => pdfs.partner_by_name(&path, &cfdi.uuid),
            (Some(_), None) | (None, _) => Partner::Missing,
        };
        let size = intake.facts.as_ref().map_or(0, |facts| i64::try_from(facts.size).unwrap_or(i64::MAX));
        let path = path.to_string_lossy().into_owned();
        let row = NewRow {
            folder: Arc::clone(&job.folder),
            id: contents.remove(&path),
            path,
            stamp: Stamp { size, ..job.stamp },
            reading: intake.reading,
            facts: intake.facts,
            partner,
        };
        if !(count(counters) && send_row(send, row)) {
            return false;
        }
    }
    let mut own = refused_row(job, job.stamp, Reason::ArchiveEncrypted);
    if opened.encrypted {
        count(counters);
    } else {
        own.reading = Reading { reasons: Vec::new(), ..own.reading };
    }
    send_gone(send, job, contents) && send_row(send, own)
}

/// The PDFs of an archive, by the folder inside it.
fn pdfs(opened: &Archive, archive: &Path) -> HashMap<PathBuf, FolderPdfs> {
    let mut folders: HashMap<PathBuf, FolderPdfs> = HashMap::new();
    for path in opened.entries.iter().map(|entry| entry.path_in(archive)) {
        if let Some(folder) = path.parent().map(Path::to_owned) {
            folders.entry(folder).or_default().add(path);
        }
    }
    folders
}

fn count(counters: &Counters) -> bool {
    counters.files.fetch_add(1, Ordering::Relaxed);
    true
}

fn send_row(send: &dyn Fn(Outcome) -> bool, row: NewRow) -> bool {
    send(Outcome::Read(Box::new(row)))
}

fn send_gone(send: &dyn Fn(Outcome) -> bool, job: &Job, contents: Contents) -> bool {
    contents.is_empty() || send(Outcome::Gone(Arc::clone(&job.folder), contents.into_values().collect()))
}

//! What is indexed of ZIP archives: a row for each XML inside, and one for the archive itself, whose stamp says whether it
//! must be opened again.

use std::collections::HashMap;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::rows::{NewRow, Stamp};
use super::scan::{Outcome, refused_row};
use super::walk::{Counters, Job, Known};
use crate::disk::archive::{self, Archive};
use crate::disk::partner::{FolderPdfs, Partner};
use crate::domain::cfdi::{Reading, Reason};
use crate::ports::library::{FilesError, Seals};

/// The rows of the files in one archive, by path.
pub(super) type Contents = HashMap<String, i64>;

/// Characters of the ending of an archive's name.
const ENDING: usize = ".zip".len();

/// Takes what lies in archives out of what is known, by archive. The archive itself stays.
pub(super) fn part(known: &mut HashMap<String, Known>) -> HashMap<String, Contents> {
    let is_archive = |path: &str| archive::is_archive(Path::new(path));
    let mut archives: HashMap<String, Contents> =
        known.keys().filter(|path| is_archive(path)).map(|path| (path.clone(), Contents::new())).collect();
    if archives.is_empty() {
        return archives;
    }
    let packed: Vec<(String, String)> = known
        .keys()
        .filter_map(|path| {
            let mut ends = path.match_indices(MAIN_SEPARATOR).filter(|(at, _)| *at > ENDING).map(|(at, _)| &path[..at]);
            // A folder may be named like an archive, but then the index has no row of it.
            ends.find(|start| is_archive(start) && archives.contains_key(*start))
                .map(|archive| (archive.to_owned(), path.clone()))
        })
        .collect();
    for (archive, path) in packed {
        if let (Some(contents), Some(known)) = (archives.get_mut(&archive), known.remove(&path)) {
            contents.insert(path, known.id);
        }
    }
    archives
}

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
            return count(counters) && send_row(send, refused_row(job, stamp, reason)) && send_gone(send, gone);
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
    send_gone(send, contents) && send_row(send, own)
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

fn send_gone(send: &dyn Fn(Outcome) -> bool, contents: Contents) -> bool {
    contents.is_empty() || send(Outcome::Gone(contents.into_values().collect()))
}

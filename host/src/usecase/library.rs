//! `library.scan`, `library.search`, `library.get`, `library.problems`.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::status::{self, Asking};
use super::{World, present, seeking};
use crate::domain::cfdi::Uuid;
use crate::domain::rfc::Rfc;
use crate::ports::library::{CfdiFiles, FilesError, Inspection, LibraryEntry, Lookup, ScanReport, Seals};
use crate::ports::watching::Unwatched;
use crate::protocol::delivery::DeliveryState;
use crate::protocol::event::{LibraryChanged, LibraryProgress};
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::library::{
    DocumentView, LibraryGet, LibraryPage, LibraryProblems, LibraryScan, LibraryScanned, LibrarySearch, LibraryWatched,
    PolledFolder, PolledWhy, ProblemPage, ScanHint,
};

/// Problems on a page when the caller does not say.
const PROBLEMS: u32 = 50;

/// Most problems on a page: a path and its reasons take up to 1 KiB.
const MAX_PROBLEMS: u32 = 200;

/// Pages of the index that one page of sent, or unsent, documents looks through: the index does not know what was sent.
const PAGES_SIFTED: usize = 10;

/// Paid invoices of one document in a list: a page of 200 receipts must stay under the limit of an answer.
const PAID_IN_LISTS: usize = 3;

/// How often an unknown document is looked for while a file of the folders is still being written.
const LOOKS: usize = 4;

/// The pause between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// Files that a conflict names at most: a person mends them one by one.
const FILES_NAMED: usize = 10;

/// Brings the index up to date with a company's folders, or with all companies'.
///
/// # Errors
/// `unknown_company`, `request_cancelled`, the index's and the store's.
pub fn scan(
    world: &World,
    params: &LibraryScan,
    progress: &mut dyn FnMut(LibraryProgress),
    cancel: &AtomicBool,
) -> Result<LibraryScanned, Fault> {
    let folders = match &params.company {
        Some(text) => folders_of(world, &Rfc::parse(text)?)?,
        None => all_folders(world)?,
    };
    let report = match scan_folders(world, &folders, progress, cancel) {
        // The index holds nothing that the folders do not: whoever asks for a scan gets a sound one.
        Err(fault) if fault.kind() == Kind::LibraryCorrupt => {
            world.library.rebuild()?;
            scan_folders(world, &all_folders(world)?, progress, cancel)?
        }
        other => other?,
    };
    if report.cancelled {
        return Err(Kind::RequestCancelled.into());
    }
    if let Some(missing) = report.missing_folders.first()
        && report.files == 0
    {
        return Err(Fault::new(Kind::FolderUnreadable).about(missing.display().to_string()));
    }
    Ok(scanned(&report))
}

/// Brings the index up to date with these folders.
///
/// # Errors
/// The index's.
pub fn scan_folders(
    world: &World,
    folders: &[PathBuf],
    progress: &mut dyn FnMut(LibraryProgress),
    cancel: &AtomicBool,
) -> Result<ScanReport, Fault> {
    let mut tell = |seen: crate::ports::library::ScanProgress| {
        progress(LibraryProgress {
            files: count(seen.files),
            indexed: count(seen.indexed),
            refused: count(seen.refused),
        });
    };
    Ok(world.library.scan(folders, &mut tell, cancel)?)
}

/// A report in the wire's form.
#[must_use]
pub fn scanned(report: &ScanReport) -> LibraryScanned {
    LibraryScanned {
        files: count(report.files),
        indexed: count(report.indexed),
        unchanged: count(report.unchanged),
        refused: count(report.refused),
        removed: count(report.removed),
        waiting: count(report.waiting),
        offline: report
            .missing_folders
            .iter()
            .chain(&report.unread_folders)
            .map(|path| present::readable(path))
            .collect(),
        hint: (report.files == 0 && report.missing_folders.is_empty()).then_some(ScanHint::EmptyFolder),
        seconds: report.seconds as f32,
    }
}

/// The folders of every company, each once.
///
/// # Errors
/// The store's.
pub fn folders_to_watch(world: &World) -> Result<Vec<PathBuf>, Fault> {
    let mut folders = all_folders(world)?;
    folders.sort();
    folders.dedup();
    Ok(folders)
}

/// What is watched, and what is not, in the wire's form.
#[must_use]
pub fn watched(folders: &[PathBuf], unwatched: &[(PathBuf, Unwatched)]) -> LibraryWatched {
    let polled = unwatched.iter().map(|(folder, why)| PolledFolder {
        folder: present::readable(folder),
        why: match why {
            Unwatched::Network => PolledWhy::Network,
            Unwatched::Limit => PolledWhy::Limit,
            Unwatched::Unavailable => PolledWhy::Unavailable,
        },
    });
    let heard = folders.iter().filter(|folder| !unwatched.iter().any(|(other, _)| other == *folder));
    LibraryWatched { folders: heard.map(|folder| present::readable(folder)).collect(), polled: polled.collect() }
}

/// What a scan changed.
#[must_use]
pub fn changed(report: &ScanReport) -> LibraryChanged {
    LibraryChanged { indexed: count(report.indexed), refused: count(report.refused), removed: count(report.removed) }
}

fn count(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn all_folders(world: &World) -> Result<Vec<PathBuf>, Fault> {
    Ok(world.store.companies()?.into_iter().flat_map(|company| company.folders).collect())
}

fn folders_of(world: &World, rfc: &Rfc) -> Result<Vec<PathBuf>, Fault> {
    let company = world.store.company(rfc)?;
    Ok(company.ok_or_else(|| Fault::new(Kind::UnknownCompany).about(rfc.as_str()))?.folders)
}

/// One page of documents, newest first.
///
/// # Errors
/// `invalid_rfc`, `invalid_params`, the index's and the store's.
pub fn search(world: &World, params: &LibrarySearch) -> Result<LibraryPage, Fault> {
    let mut query = seeking::query(params)?;
    let mut documents = Vec::new();
    for _ in 0..PAGES_SIFTED {
        let page = world.library.search(&query)?;
        for entry in &page.entries {
            let mut document = present::entry(world, entry)?;
            document.paid.truncate(PAID_IN_LISTS);
            if params.sent.is_none_or(|sent| sent == was_sent(&document)) {
                documents.push(document);
            }
        }
        query.after = page.next;
        if query.after.is_none() || !documents.is_empty() || params.sent.is_none() {
            break;
        }
    }
    Ok(LibraryPage { documents, next: query.after.map(|cursor| cursor.0) })
}

/// A delivery that ended without leaving is none.
fn was_sent(document: &DocumentView) -> bool {
    use DeliveryState::{Deferred, Queued, Sending, Sent, Unknown};
    document.sent.as_ref().is_some_and(|mark| matches!(mark.state, Queued | Sending | Deferred | Unknown | Sent))
}

/// The files of the folders that cannot be sent, with their reasons, by path; those of one folio fiscal that differ; and the
/// folders that are offline.
///
/// # Errors
/// `unknown_company`, `invalid_params`, the index's and the store's.
pub fn problems(world: &World, params: &LibraryProblems) -> Result<ProblemPage, Fault> {
    let folders = match &params.company {
        Some(text) => folders_of(world, &Rfc::parse(text)?)?,
        None => all_folders(world)?,
    };
    let limit = params.limit.unwrap_or(PROBLEMS).clamp(1, MAX_PROBLEMS) as usize;
    let after = params.after.as_deref().map(Path::new);
    let mut found = Vec::new();
    for folder in &folders {
        found.extend(world.library.problems(Some(folder), after, limit + 1)?);
    }
    // The order of the index, which is that of the bytes and not of the folders.
    found.sort_by(|one, other| one.path.as_os_str().cmp(other.path.as_os_str()));
    found.dedup();
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|entry| entry.path.display().to_string());
    let mut total = 0;
    for folder in
        folders.iter().filter(|folder| !folders.iter().any(|outer| outer != *folder && folder.starts_with(outer)))
    {
        total += world.library.problem_count(Some(folder))?;
    }
    let offline = world.library.offline()?;
    let offline = offline.iter().filter(|folder| is_inside(folder, &folders)).map(|folder| present::readable(folder));
    let problems = found.iter().map(present::problem).collect();
    Ok(ProblemPage { offline: offline.collect(), problems, total: count(total), next })
}

fn is_inside(folder: &Path, folders: &[PathBuf]) -> bool {
    let holds = |root: &Path| folder.starts_with(root);
    folders.iter().any(|root| holds(root) || root.canonicalize().is_ok_and(|real| holds(&real)))
}

/// One document by its folio fiscal.
///
/// # Errors
/// `unknown_document`, `document_ambiguous`, the index's and the store's.
pub fn get(world: &World, params: &LibraryGet) -> Result<DocumentView, Fault> {
    let uuid = Uuid::parse(params.uuid.trim()).map_err(|error| Fault::from(error).about(&params.uuid))?;
    let entry = find(world, &uuid)?;
    // The file as it is now, with its seal; the index does not look at seals, and knows the file where it is out of reach.
    let found = world.files.inspect(&entry.path, Seals::Check).ok();
    match found.as_ref().and_then(|found| Some((found, found.cfdi.as_ref().filter(|cfdi| cfdi.uuid == uuid)?))) {
        Some((found, cfdi)) => {
            let document = present::inspected(world, cfdi, found)?;
            Ok(DocumentView { status: status::remembered(world, found).map(status::view), ..document })
        }
        None => present::entry(world, &entry),
    }
}

/// The one indexed document with that folio fiscal.
///
/// # Errors
/// `unknown_document`, `document_ambiguous`, the index's and the store's.
pub fn find(world: &World, uuid: &Uuid) -> Result<LibraryEntry, Fault> {
    Finder::default().find(world, uuid, &|_| true)
}

/// Looks documents up. Before it says "unknown" for the first time it scans the folders once more, because the invoice may
/// have been made a moment ago; whoever looks up a whole list does so with one finder.
#[derive(Default)]
pub struct Finder {
    scanned: Cell<bool>,
    cancel: Arc<AtomicBool>,
    files: Option<Box<dyn CfdiFiles>>,
    /// What is asked of the SAT for the same request.
    pub statuses: Asking,
}

impl std::fmt::Debug for Finder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Finder")
    }
}

impl Finder {
    /// A finder for many documents, whose scan ends when that flag is set.
    #[must_use]
    pub fn of_many(world: &World, cancel: &Arc<AtomicBool>) -> Self {
        Self {
            scanned: Cell::new(false),
            cancel: Arc::clone(cancel),
            files: Some(world.files.at_once()),
            statuses: Asking::of_many(),
        }
    }

    /// Reads one file afresh, judges it with its seal, and finds its PDF.
    ///
    /// # Errors
    /// [`FilesError`] only when there is no such file.
    pub fn inspect(&self, world: &World, path: &Path) -> Result<Inspection, FilesError> {
        self.files.as_ref().unwrap_or(&world.files).inspect(path, Seals::Check)
    }

    /// The one indexed document with that folio fiscal. Documents of issuers that the asker may not know of count as
    /// documents that nobody has.
    ///
    /// # Errors
    /// `unknown_document`, `document_ambiguous`, `request_cancelled`, the index's and the store's.
    pub fn find(&self, world: &World, uuid: &Uuid, may_know: &dyn Fn(&Rfc) -> bool) -> Result<LibraryEntry, Fault> {
        let lookup = || -> Result<Option<LibraryEntry>, Fault> {
            match world.library.get(uuid)? {
                Lookup::Found(entry) if may_know(&entry.cfdi.issuer.rfc) => Ok(Some(*entry)),
                Lookup::Conflict(entries) if entries.iter().any(|entry| may_know(&entry.cfdi.issuer.rfc)) => {
                    Err(ambiguous(uuid, &entries))
                }
                Lookup::Found(_) | Lookup::Conflict(_) | Lookup::Unknown => Ok(None),
            }
        };
        let known = lookup()?;
        // A file that was moved away is found where it lies now.
        if let Some(found) = known.clone().filter(|entry| world.files.holder(&entry.path).exists()) {
            return Ok(found);
        }
        let found = if self.scanned.replace(true) { None } else { self.scan_for(world, &lookup)? };
        found.ok_or_else(|| match known {
            Some(gone) => Fault::new(Kind::FileVanished).about(present::file_name(&gone.path)),
            None => Fault::new(Kind::UnknownDocument).about(uuid.as_str()),
        })
    }

    /// Scans, again and again for a little while as long as a file is still being written: it may be the one.
    fn scan_for(
        &self,
        world: &World,
        lookup: &dyn Fn() -> Result<Option<LibraryEntry>, Fault>,
    ) -> Result<Option<LibraryEntry>, Fault> {
        let folders = all_folders(world)?;
        let mut found = None;
        for look in 0..LOOKS {
            if look > 0 {
                world.clock.sleep(PAUSE);
            }
            let report = scan_folders(world, &folders, &mut |_| {}, &self.cancel)?;
            if report.cancelled {
                return Err(Kind::RequestCancelled.into());
            }
            found = lookup()?;
            if found.is_some() || report.waiting == 0 {
                break;
            }
        }
        Ok(found)
    }
}

/// Names the files that have the same folio fiscal, one of each content; copies of it are no trouble.
fn ambiguous(uuid: &Uuid, entries: &[LibraryEntry]) -> Fault {
    let mut hashes = Vec::new();
    let differing = entries.iter().filter(|entry| {
        let new = !hashes.contains(&entry.xml.sha256);
        hashes.push(entry.xml.sha256);
        new
    });
    let files = differing.take(FILES_NAMED).map(|entry| present::readable(&entry.path)).collect();
    Fault::new(Kind::DocumentAmbiguous).about(uuid.as_str()).in_files(files)
}

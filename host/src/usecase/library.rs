//! `library.scan`, `library.search`, `library.get`.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{World, present};
use crate::domain::cfdi::Uuid;
use crate::domain::rfc::Rfc;
use crate::ports::library::{
    CfdiFiles, Cursor, FilesError, Inspection, LibraryEntry, Lookup, ScanReport, Seals, SearchQuery,
};
use crate::protocol::event::LibraryProgress;
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::library::{DocumentView, LibraryGet, LibraryPage, LibraryScan, LibraryScanned, LibrarySearch};

/// Documents on a page when the caller does not say.
const PAGE: u32 = 20;

/// Most documents on a page: 200 take about 200 KiB on the wire, which allows 1 MiB.
const MAX_PAGE: u32 = 200;

/// Longest search text, in characters.
const MAX_TEXT: usize = 200;

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
        seconds: report.seconds as f32,
    }
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
    let text = params.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > MAX_TEXT) {
        return Err(Fault::new(Kind::InvalidParams).about("text").over(MAX_TEXT as u32));
    }
    let mut query = SearchQuery {
        issuer: params.company.as_deref().map(Rfc::parse).transpose()?,
        from_date: params.from_date.clone(),
        to_date: params.to_date.clone(),
        limit: params.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE) as usize,
        after: params.after.clone().map(Cursor),
        ..SearchQuery::default()
    };
    // A whole folio fiscal is looked up as one; anything else as words.
    match text.map(Uuid::parse) {
        Some(Ok(uuid)) => query.uuid = Some(uuid),
        Some(Err(_)) => query.text = text.map(str::to_owned),
        None => {}
    }
    let page = world.library.search(&query)?;
    let documents = page.entries.iter().map(|entry| present::entry(world, entry)).collect::<Result<_, _>>()?;
    Ok(LibraryPage { documents, next: page.next.map(|cursor| cursor.0) })
}

/// One document by its folio fiscal.
///
/// # Errors
/// `unknown_document`, `document_ambiguous`, the index's and the store's.
pub fn get(world: &World, params: &LibraryGet) -> Result<DocumentView, Fault> {
    let uuid = Uuid::parse(params.uuid.trim()).map_err(|error| Fault::from(error).about(&params.uuid))?;
    present::entry(world, &find(world, &uuid)?)
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
        Self { scanned: Cell::new(false), cancel: Arc::clone(cancel), files: Some(world.files.at_once()) }
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
        let known = |lookup: Lookup| match lookup {
            Lookup::Found(entry) if may_know(&entry.cfdi.issuer.rfc) => Some(Ok(*entry)),
            Lookup::Conflict(entries) if entries.iter().any(|entry| may_know(&entry.cfdi.issuer.rfc)) => {
                Some(Err(Fault::new(Kind::DocumentAmbiguous).about(uuid.as_str())))
            }
            Lookup::Found(_) | Lookup::Conflict(_) | Lookup::Unknown => None,
        };
        let unknown = || Err(Fault::new(Kind::UnknownDocument).about(uuid.as_str()));
        if let Some(found) = known(world.library.get(uuid)?) {
            return found;
        }
        if self.scanned.replace(true) {
            return unknown();
        }
        if scan_folders(world, &all_folders(world)?, &mut |_| {}, &self.cancel)?.cancelled {
            return Err(Kind::RequestCancelled.into());
        }
        known(world.library.get(uuid)?).unwrap_or_else(unknown)
    }
}

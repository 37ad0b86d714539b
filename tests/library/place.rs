//! A throw-away folder with an index, for the tests of the library.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use correo_cfdi::adapters::sqlite_library::SqliteLibrary;
use correo_cfdi::domain::cfdi::Uuid;
use correo_cfdi::ports::library::{Library, LibraryEntry, Lookup, ScanReport, SearchQuery};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::samples::{self, Sample, Spec};

/// A folder of invoices and an index beside it.
pub(crate) struct Place {
    pub(crate) dir: TempDir,
    pub(crate) library: SqliteLibrary,
}

impl Place {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("cfdi")).unwrap();
        let library = SqliteLibrary::new(dir.path().join("state/library.db"));
        Self { dir, library }
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.dir.path().join("cfdi").canonicalize().unwrap()
    }

    pub(crate) fn write(&self, spec: &Spec) -> Sample {
        samples::write(&self.folder(), spec)
    }

    pub(crate) fn scan(&self) -> ScanReport {
        self.scan_folders(&[self.folder()])
    }

    pub(crate) fn scan_folders(&self, folders: &[PathBuf]) -> ScanReport {
        self.library.scan(folders, &mut |_| {}, &AtomicBool::new(false)).unwrap()
    }

    pub(crate) fn folios(&self, query: &SearchQuery) -> Vec<String> {
        let page = self.library.search(query).unwrap();
        page.entries.into_iter().map(|entry| entry.cfdi.folio.unwrap()).collect()
    }
}

/// Files, indexed, unchanged, refused, removed.
pub(crate) fn counts(report: &ScanReport) -> [u64; 5] {
    [report.files, report.indexed, report.unchanged, report.refused, report.removed]
}

pub(crate) fn spec(folio: u64) -> Spec {
    Spec { seed: folio, folio: folio.to_string(), ..Spec::default() }
}

pub(crate) fn uuid(sample: &Sample) -> Uuid {
    Uuid::parse(&sample.uuid).unwrap()
}

pub(crate) fn sha256(path: &Path) -> [u8; 32] {
    Sha256::digest(fs::read(path).unwrap()).into()
}

pub(crate) fn found(library: &SqliteLibrary, uuid: &Uuid) -> LibraryEntry {
    match library.get(uuid).unwrap() {
        Lookup::Found(entry) => *entry,
        other @ (Lookup::Unknown | Lookup::Conflict(_)) => panic!("{other:?}"),
    }
}

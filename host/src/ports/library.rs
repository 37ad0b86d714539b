//! The library (*almacén digital*): the local folders with XML and PDF, and the index over them.
//!
//! Everything here is synchronous; whoever serves a conversation runs it beside its event loop.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use thiserror::Error;

use crate::domain::cfdi::{Amount, Cfdi, Kind, Reason, Seal, Uuid, Verdict};
use crate::domain::print::{Contents, Unprintable};
use crate::domain::rfc::Rfc;

/// Size and hash of a file's bytes at the moment it was read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileFacts {
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
}

impl FileFacts {
    /// The hash as 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn sha256_hex(&self) -> String {
        crate::domain::hex(&self.sha256)
    }
}

/// The PDF that belongs to an XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PdfPartner {
    /// Where it lies: beside the XML.
    pub path: PathBuf,
    /// Size and hash as just read.
    pub facts: FileFacts,
}

/// A further file of a document, as just read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraFile {
    /// Where it lies: beside the XML.
    pub path: PathBuf,
    /// Size and hash as just read.
    pub facts: FileFacts,
}

/// What looking at one path came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The path as asked for.
    pub path: PathBuf,
    /// The document, unless it is refused for a reason that nobody may accept.
    pub cfdi: Option<Cfdi>,
    /// The gravest verdict of the reasons.
    pub verdict: Verdict,
    /// Why it is refused or warned about; empty for accept.
    pub reasons: Vec<Reason>,
    /// Whether its seal holds; one that does not is among the reasons.
    pub seal: Seal,
    /// The last characters of the seal, by which the SAT is asked about the document.
    pub seal_end: Option<String>,
    /// Size and hash of the very bytes that were judged; absent when they could not be read to their end.
    pub xml: Option<FileFacts>,
    /// The PDF, never guessed: of the same base name, else the only one in the folder whose name contains the UUID.
    pub pdf: Option<PdfPartner>,
}

/// What was read of a file to print it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readout {
    /// What is printed, or why nothing is.
    pub contents: Result<Contents, Unprintable>,
    /// Size and hash of the very bytes that were read; absent for a file over the limit.
    pub xml: Option<FileFacts>,
}

/// Whether the look at a file covers its seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seals {
    /// A seal that does not hold refuses the file. Always so before anything is sent.
    Check,
    /// Seals are left unchecked.
    Leave,
}

/// The local files, looked at one by one. A file in a ZIP archive is named as if the archive were a folder.
pub trait CfdiFiles: Send + Sync {
    /// Reads one file, judges it, and finds its PDF. A file that cannot be read is refused with a reason.
    ///
    /// # Errors
    /// [`FilesError`] only when there is no such file.
    fn inspect(&self, path: &Path, seals: Seals) -> Result<Inspection, FilesError>;

    /// Reads what a printed representation shows of a file.
    ///
    /// # Errors
    /// [`FilesError`] when it is gone or cannot be read.
    fn readout(&self, path: &Path) -> Result<Readout, FilesError>;

    /// Reads a file again to its last byte, to compare it with what was promised.
    ///
    /// # Errors
    /// [`FilesError`] when it is gone or cannot be read.
    fn facts(&self, path: &Path) -> Result<FileFacts, FilesError>;

    /// Reads a file's bytes, at most `limit` of them.
    ///
    /// # Errors
    /// [`FilesError`] when it is gone or cannot be read.
    fn bytes(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FilesError>;

    /// The files beside an XML that are called after it (`domain::extras`), by name, with size and hash. A file in an archive
    /// has none.
    ///
    /// # Errors
    /// [`FilesError`] when one of them is gone or cannot be read at this moment.
    fn extras(&self, xml: &Path) -> Result<Vec<ExtraFile>, FilesError>;

    /// The file on disk that holds what the path names: the archive, for a file in one; else the path itself.
    fn holder(&self, path: &Path) -> PathBuf;

    /// The same for a look at many files: each folder is listed once for its PDFs, so that the work does not grow with the
    /// square of a folder's files. A PDF that comes later is not seen; every file is still read afresh.
    fn at_once(&self) -> Box<dyn CfdiFiles>;
}

/// A file could not be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FilesError {
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// The file is there but cannot be read: the reason says why.
    #[error("the file cannot be read: {0}")]
    Refused(Reason),
}

impl FilesError {
    /// Says whether the file is gone.
    #[must_use]
    pub fn is_missing(self) -> bool {
        self == Self::Missing
    }
}

/// One indexed file that is a readable CFDI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryEntry {
    /// Where the XML lies, links resolved.
    pub path: PathBuf,
    /// The document as it was when it was indexed.
    pub cfdi: Cfdi,
    /// Accept or warn.
    pub verdict: Verdict,
    /// Why it is warned about.
    pub reasons: Vec<Reason>,
    /// Size and hash of the XML when it was indexed. Inspect the path again before anything is sent.
    pub xml: FileFacts,
    /// Where its PDF lies.
    pub pdf: Option<PathBuf>,
    /// Says whether another indexed file has the same UUID and other content.
    pub in_conflict: bool,
    /// Says whether the last scan could not reach its folder, as when a network share is away.
    pub offline: bool,
}

/// One indexed file that cannot be sent as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemEntry {
    /// Where it lies; characters that are no Unicode are replaced.
    pub path: PathBuf,
    /// Why it was refused, gravest first; [`Reason::UuidConflict`] alone for a good file that another one contradicts.
    pub reasons: Vec<Reason>,
    /// The folio fiscal of a file in conflict.
    pub uuid: Option<Uuid>,
    /// Files with that folio fiscal and other content, by path, at most [`MAX_RIVALS`].
    pub rivals: Vec<PathBuf>,
}

/// Files that a conflict names at most: a person mends them one by one.
pub const MAX_RIVALS: usize = 5;

/// What is known about one UUID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// No indexed file has it.
    Unknown,
    /// One file has it, or several with the same bytes, of which this is one (with a PDF, if any has).
    Found(Box<LibraryEntry>),
    /// Files with different content have it: a person must say which.
    Conflict(Vec<LibraryEntry>),
}

/// What to search for; every given field must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// Words, or beginnings of words, of the receiver's name, RFC, or serie and folio; accents and case do not matter.
    pub text: Option<String>,
    /// The folio fiscal.
    pub uuid: Option<Uuid>,
    /// Serie and folio as people write them: `A 123`, `A-123`, `a123`.
    pub serie_folio: Option<String>,
    /// The receiver's RFC.
    pub receiver: Option<Rfc>,
    /// The issuer's RFC.
    pub issuer: Option<Rfc>,
    /// The kind of document.
    pub kind: Option<Kind>,
    /// The amount that a person recognises ([`Cfdi::amount_to_show`]), whatever its trailing zeros.
    pub amount: Option<Amount>,
    /// First day, `AAAA-MM-DD`, of the date of issue.
    pub from_date: Option<String>,
    /// Last day, `AAAA-MM-DD`, included.
    pub to_date: Option<String>,
    /// Entries of one page; 0 means [`DEFAULT_PAGE`], and [`MAX_PAGE`] is the most.
    pub limit: usize,
    /// Where the page before ended.
    pub after: Option<Cursor>,
}

/// Entries of a page when none are asked for.
pub const DEFAULT_PAGE: usize = 50;

/// The most entries of a page, so that an answer stays far under 1 MiB.
pub const MAX_PAGE: usize = 500;

/// Where a page ended: opaque to everybody but the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub String);

/// One page of a search, newest first. Copies with the same bytes count as one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchPage {
    /// The entries.
    pub entries: Vec<LibraryEntry>,
    /// Where to go on, if there is more.
    pub next: Option<Cursor>,
}

/// How far a scan has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScanProgress {
    /// XML files seen so far.
    pub files: u64,
    /// Of them, read and indexed.
    pub indexed: u64,
    /// Of them, not read again because size, time and file number are the same.
    pub unchanged: u64,
    /// Of them, refused; these are indexed too, with their reasons.
    pub refused: u64,
    /// Of them, still being written: the next scan looks at them again.
    pub waiting: u64,
}

/// What a scan came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScanReport {
    /// XML files seen.
    pub files: u64,
    /// Of them, read now and found to be a CFDI that may be sent.
    pub indexed: u64,
    /// Of them, not read again because size, time and file number are the same.
    pub unchanged: u64,
    /// Of them, read now and refused.
    pub refused: u64,
    /// Of them, still being written: the next scan looks at them again. `files` is `indexed` + `unchanged` + `refused` +
    /// `waiting`, unless some vanished meanwhile.
    pub waiting: u64,
    /// Files that are gone and were taken out of the index.
    pub removed: u64,
    /// Folders that are not there now (a share that is offline); what is indexed of them stays.
    pub missing_folders: Vec<PathBuf>,
    /// Folders inside that could not be listed; what is indexed of them stays.
    pub unread_folders: Vec<PathBuf>,
    /// Links that lead out of their folder or nowhere; they were not followed.
    pub refused_links: u64,
    /// Says whether the scan was ended before its time; nothing was taken out of the index then.
    pub cancelled: bool,
    /// How long it took.
    pub seconds: f64,
}

/// The index over the folders.
pub trait Library: Send + Sync {
    /// Brings the index up to date with the folders, reading only what is new or changed.
    ///
    /// `progress` is called every few hundred files; set `cancel` to end early. Entries of folders that are not named
    /// stay. Searching goes on meanwhile.
    ///
    /// # Errors
    /// [`LibraryError`] when the index cannot be written; files that cannot be read are counted instead.
    fn scan(
        &self,
        folders: &[PathBuf],
        progress: &mut dyn FnMut(ScanProgress),
        cancel: &AtomicBool,
    ) -> Result<ScanReport, LibraryError>;

    /// Every indexed file with that UUID, also copies; two with different content are a conflict to show.
    ///
    /// # Errors
    /// [`LibraryError`] when the index cannot be read.
    fn find(&self, uuid: &Uuid) -> Result<Vec<LibraryEntry>, LibraryError>;

    /// The one document with that UUID, or why there is not one.
    ///
    /// # Errors
    /// [`LibraryError`] when the index cannot be read.
    fn get(&self, uuid: &Uuid) -> Result<Lookup, LibraryError> {
        let mut entries = self.find(uuid)?;
        if entries.iter().any(|entry| entry.in_conflict) {
            return Ok(Lookup::Conflict(entries));
        }
        let best = entries.iter().position(|entry| entry.pdf.is_some()).unwrap_or(0);
        Ok(if entries.is_empty() { Lookup::Unknown } else { Lookup::Found(Box::new(entries.swap_remove(best))) })
    }

    /// One page of what fits the query, newest first.
    ///
    /// # Errors
    /// [`LibraryError`] when the index cannot be read.
    fn search(&self, query: &SearchQuery) -> Result<SearchPage, LibraryError>;

    /// The newest documents of an issuer.
    ///
    /// # Errors
    /// [`LibraryError`] when the index cannot be read.
    fn latest(&self, issuer: &Rfc, count: usize) -> Result<Vec<LibraryEntry>, LibraryError> {
        let query = SearchQuery { issuer: Some(issuer.clone()), limit: count.max(1), ..SearchQuery::default() };
        Ok(self.search(&query)?.entries)
    }

    /// The files under a folder (or of all) that were refused or are in conflict with another one, by path, at most
    /// `limit`, after the given path.
    ///
    /// # Errors
    /// [`LibraryError`] when the index cannot be read.
    fn problems(
        &self,
        folder: Option<&Path>,
        after: Option<&Path>,
        limit: usize,
    ) -> Result<Vec<ProblemEntry>, LibraryError>;

    /// How many files [`Library::problems`] would list under a folder (or of all).
    ///
    /// # Errors
    /// [`LibraryError`] when the index cannot be read.
    fn problem_count(&self, folder: Option<&Path>) -> Result<u64, LibraryError>;

    /// Folders that the last scan could not reach; what is indexed of them stays, marked as offline.
    ///
    /// # Errors
    /// [`LibraryError`] when the index cannot be read.
    fn offline(&self) -> Result<Vec<PathBuf>, LibraryError>;

    /// Takes everything under a folder out of the index, and says how much that was. No file is touched.
    ///
    /// # Errors
    /// [`LibraryError`] when the index cannot be written.
    fn forget(&self, folder: &Path) -> Result<u64, LibraryError>;

    /// Throws the index away and begins an empty one; a scan fills it again. No invoice is touched.
    ///
    /// # Errors
    /// [`LibraryError`] when the index file cannot be removed or made.
    fn rebuild(&self) -> Result<(), LibraryError>;
}

/// The index could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LibraryError {
    /// Another process holds the index for longer than we wait.
    #[error("the index is in use by another process")]
    Busy,
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The index file is damaged. It holds nothing of its own: [`Library::rebuild`] and a scan restore it.
    #[error("the index is damaged and can be rebuilt")]
    Corrupt,
    /// A newer version of the program wrote the index.
    #[error("the index was written by a newer version (schema {found}, known {known})")]
    Newer {
        /// The schema in the file.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// The place of the index cannot be reached or written.
    #[error("the index cannot be opened")]
    Unavailable,
    /// The cursor was not made by this library.
    #[error("the cursor is not one of this library")]
    BadCursor,
    /// The database refused a statement: a defect of this program.
    #[error("the index refused a statement (code {0})")]
    Internal(i32),
}

impl LibraryError {
    /// Says whether trying again later can help.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        *self == Self::Busy
    }

    /// Says whether the disk is full.
    #[must_use]
    pub fn is_full(&self) -> bool {
        *self == Self::Full
    }

    /// Says whether [`Library::rebuild`] mends it.
    #[must_use]
    pub fn is_corrupt(&self) -> bool {
        *self == Self::Corrupt
    }

    /// Says whether the program must be updated.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        matches!(self, Self::Newer { .. })
    }
}

//! Looks into ZIP archives in place: the SAT's bulk downloads (`{uuid}.xml`) and what ERPs pack as XML and PDF pairs.
//!
//! What lies in an archive is named as if the archive were a folder: `…/descarga.zip/{uuid}.xml`. Such a path is never
//! opened: it is cut at the archive, and the rest is compared with the names inside. Nothing is unpacked to disk.

use std::collections::HashSet;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Component, MAIN_SEPARATOR_STR, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use zip::ZipArchive;
use zip::result::ZipError;

use super::intake::{self, Hashing, Intake};
use super::settling::{self, WRITING};
use crate::domain::cfdi::limits::MAX_FILE_BYTES;
use crate::domain::cfdi::{self, Reading, Reason};
use crate::domain::print;
use crate::ports::library::{FileFacts, FilesError, Readout, Seals};

/// Files in one archive. The SAT's packages hold some thousands.
const MAX_ENTRIES: usize = 50_000;

/// Bytes read to learn what is inside. A name of the SAT takes about 110; the parser keeps some 300 for each.
const MAX_DIRECTORY_BYTES: u64 = 8 * 1024 * 1024;

/// How many times larger than packed a file may become. XML with much repetition reaches about 30, deflate at most 1,032.
const MAX_RATIO: u64 = 200;

/// Bytes that a file may become whatever the ratio: small ones say little about it.
const FREE_BYTES: u64 = 256 * 1024;

/// Bytes that everything in one archive may become while it is indexed: entries may overlap, so that each alone is small.
const MAX_UNPACKED_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// Characters of a name inside. Windows opens no longer path by default.
const MAX_NAME: usize = 260;

/// Where macOS puts its own notes on every file.
const MAC_NOTES: &str = "__MACOSX/";

/// Says whether a path ends as an archive's does.
pub(crate) fn is_archive(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}

/// The archive and the name inside it, for a path that leads into one.
pub(crate) fn split(path: &Path) -> Option<(PathBuf, String)> {
    let mut archive = PathBuf::new();
    let mut parts = path.components();
    while let Some(part) = parts.next() {
        archive.push(part);
        // A folder may be named like an archive too.
        if is_archive(&archive) && parts.clone().next().is_some() && archive.is_file() {
            let inside: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
            // A name that no entry can have leads nowhere.
            return Some((archive, inside.map(|inside| inside.join("/")).unwrap_or_default()));
        }
    }
    None
}

/// An XML or a PDF in an archive.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    index: usize,
    /// Its name with `/` between the parts.
    name: String,
    packed: u64,
}

impl Entry {
    /// How the entry is named outside of its archive.
    pub(crate) fn path_in(&self, archive: &Path) -> PathBuf {
        archive.join(self.name.replace('/', MAIN_SEPARATOR_STR))
    }
}

/// An archive that was opened, with the documents in it; archives in it and everything else are passed over.
pub(crate) struct Archive {
    zip: ZipArchive<Metered>,
    /// XML and PDF, in the archive's order.
    pub(crate) entries: Vec<Entry>,
    /// When the archive was changed last, in nanoseconds since 1970.
    pub(crate) modified: i64,
    /// Documents in it cannot be read without a password.
    pub(crate) encrypted: bool,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl Archive {
    /// Opens an archive and reads what is in it, but none of the contents.
    pub(crate) fn open(path: &Path) -> Result<Self, FilesError> {
        let (file, metadata) = intake::open_regular(path)?;
        let modified = intake::modified(&metadata);
        let damaged = |error: ZipError| unreadable(&error, &metadata);
        let left = Arc::new(AtomicU64::new(MAX_DIRECTORY_BYTES));
        let zip = ZipArchive::new(Metered { file, left: Arc::clone(&left) }).map_err(damaged)?;
        // From now on each entry has a limit of its own.
        left.store(u64::MAX, Ordering::Relaxed);
        if zip.len() > MAX_ENTRIES {
            return Err(FilesError::Refused(Reason::ArchiveLimits));
        }
        if zip.has_duplicate_names() {
            return Err(FilesError::Refused(Reason::ArchiveDamaged));
        }
        let mut archive = Self { zip, entries: Vec::new(), modified, encrypted: false, left: MAX_UNPACKED_BYTES };
        for index in 0..archive.zip.len() {
            let Ok(data) = archive.zip.by_index_data(index) else { continue };
            let Some(name) = data.name().ok().and_then(|name| plain_name(&name)) else { continue };
            if !data.is_file() {
                continue;
            }
            if data.encrypted() {
                archive.encrypted = true;
                continue;
            }
            archive.entries.push(Entry { index, name, packed: data.compressed_size() });
        }
        // Different ways to write one name: nobody could say which file is meant.
        let names: HashSet<&str> = archive.entries.iter().map(|entry| entry.name.as_str()).collect();
        match names.len() == archive.entries.len() {
            true => Ok(archive),
            false => Err(FilesError::Refused(Reason::ArchiveDamaged)),
        }
    }

    /// The entry of that name.
    pub(crate) fn find(&self, name: &str) -> Result<Entry, FilesError> {
        self.entries.iter().find(|entry| entry.name == name).cloned().ok_or(FilesError::Missing)
    }

    /// Reads and judges one XML.
    pub(crate) fn read_cfdi(&mut self, entry: &Entry, seals: Seals) -> Result<Intake, FilesError> {
        let modified = self.modified;
        self.with(entry, |content| {
            let mut hashing = Hashing::new(content);
            let reading = match seals {
                Seals::Check => cfdi::read_and_check_seal(&mut hashing),
                Seals::Leave => cfdi::read(&mut hashing),
            }?;
            let facts = hashing.finish(MAX_FILE_BYTES)?;
            Ok(Intake { reading, facts, modified })
        })
    }

    /// Reads what is printed of one XML.
    pub(crate) fn read_contents(&mut self, entry: &Entry) -> Result<Readout, FilesError> {
        self.with(entry, |content| {
            let mut hashing = Hashing::new(content);
            let contents = print::read(&mut hashing)?;
            let xml = hashing.finish(MAX_FILE_BYTES)?;
            Ok(Readout { contents, xml })
        })
    }

    /// Reads one file to its end.
    pub(crate) fn facts(&mut self, entry: &Entry) -> Result<FileFacts, FilesError> {
        let facts = self.with(entry, |content| Hashing::new(content).finish(MAX_FILE_BYTES))?;
        facts.ok_or(FilesError::Refused(Reason::TooLarge))
    }

    /// The bytes of one file, at most `limit` of them.
    fn bytes(&mut self, entry: &Entry, limit: u64) -> Result<Vec<u8>, FilesError> {
        self.with(entry, |content| {
            let mut bytes = Vec::new();
            content.take(limit).read_to_end(&mut bytes)?;
            Ok(bytes)
        })
    }

    /// Works on one content within its limits; the checksum is held against it at its end.
    fn with<T>(&mut self, entry: &Entry, work: impl FnOnce(&mut dyn Read) -> io::Result<T>) -> Result<T, FilesError> {
        let allowed = entry.packed.saturating_mul(MAX_RATIO).clamp(FREE_BYTES, MAX_FILE_BYTES + 1).min(self.left);
        let opened = self.zip.by_index(entry.index);
        let content = opened.map_err(|_| FilesError::Refused(Reason::ArchiveDamaged))?;
        let mut content = Bounded { content, left: allowed, burst: false };
        let done = work(&mut content);
        let (left, burst) = (content.left, content.burst);
        self.left -= allowed - left;
        match done {
            // A reader may take the error for the end of a broken document.
            _ if burst => Err(FilesError::Refused(Reason::ArchiveLimits)),
            Ok(done) => Ok(done),
            Err(_) => Err(FilesError::Refused(Reason::ArchiveDamaged)),
        }
    }
}

/// Reads the file that a path into an archive names, at most `limit` bytes of it; `None` for any other path.
pub(crate) fn read(path: &Path, limit: u64) -> Option<Result<Vec<u8>, FilesError>> {
    let (archive, name) = split(path)?;
    Some(Archive::open(&archive).and_then(|mut archive| {
        let entry = archive.find(&name)?;
        archive.bytes(&entry, limit)
    }))
}

/// A reading of an entry that cannot be read to its end.
pub(crate) fn refused(reason: Reason, modified: i64) -> Intake {
    Intake { reading: Reading::refused(reason), facts: None, modified }
}

/// A download that goes on looks like a damaged archive.
fn unreadable(error: &ZipError, metadata: &Metadata) -> FilesError {
    let limits = matches!(error, ZipError::Io(error) if error.kind() == io::ErrorKind::FileTooLarge);
    let reason = if limits {
        Reason::ArchiveLimits
    } else if settling::is_fresh(intake::modified(metadata), WRITING) {
        Reason::StillWriting
    } else {
        Reason::ArchiveDamaged
    };
    FilesError::Refused(reason)
}

/// The name of an XML or a PDF with `/` between its parts, if it is plain: nothing that leads elsewhere, on any system.
fn plain_name(name: &str) -> Option<String> {
    // Some Windows programs write their own separator, against the format's rule.
    let name = name.replace('\\', "/");
    let odd = |c: char| c.is_control() || matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let path = Path::new(&name);
    let wanted = ["xml", "pdf"];
    let plain = name.chars().count() <= MAX_NAME
        && !name.contains(odd)
        && !name.starts_with(MAC_NOTES)
        && !name.split('/').any(|part| matches!(part, "" | "." | ".."))
        && path.components().all(|part| matches!(part, Component::Normal(_)))
        && path.extension().is_some_and(|ending| wanted.iter().any(|wanted| ending.eq_ignore_ascii_case(wanted)));
    plain.then_some(name)
}

/// An archive's file. While its directory is read the bytes are counted, because the directory may be as long as the file.
struct Metered {
    file: File,
    left: Arc<AtomicU64>,
}

impl Read for Metered {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(out)?;
        let left = self.left.load(Ordering::Relaxed).checked_sub(read as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        self.left.store(left, Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Metered {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// One content that may not become larger than it is allowed to.
struct Bounded<R> {
    content: R,
    left: u64,
    /// It wanted to.
    burst: bool,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            // Only the end may come now.
            self.burst |= self.content.read(&mut [0])? > 0;
            return if self.burst { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(0) };
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(out.len());
        let read = self.content.read(&mut out[..most])?;
        self.left -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_of_documents_are_taken() {
        let taken = |name: &str| plain_name(name).is_some();
        assert!(taken("a1.xml") && taken("2026/11/A1.PDF") && taken("ñandú.Xml"));
        assert_eq!(plain_name("2026\\A1.xml").as_deref(), Some("2026/A1.xml"));
        for name in
            ["../a.xml", "/a.xml", "a/../b.xml", "C:\\a.xml", "a//b.xml", "./a.xml", "a.zip", "a.xml/", "\\\\s\\a.xml"]
        {
            assert!(!taken(name), "{name}");
        }
        assert!(!taken("__MACOSX/._a.xml") && !taken(&format!("{}.xml", "a".repeat(300))));
    }

    #[test]
    fn a_content_ends_at_its_limit() {
        let read = |length: u64| {
            let mut bounded = Bounded { content: io::repeat(b'x').take(length), left: 10, burst: false };
            (io::copy(&mut bounded, &mut io::sink()).is_ok(), bounded.burst)
        };
        assert_eq!((read(9), read(10), read(11)), ((true, false), (true, false), (false, true)));
    }
}

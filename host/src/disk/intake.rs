//! Opens one file, and reads and hashes the very same bytes in one pass.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::files_error;
use super::settling::{self, WRITING};
use crate::domain::cfdi::limits::MAX_FILE_BYTES;
use crate::domain::cfdi::{self, Reading, Reason};
use crate::domain::print::{self, Unprintable};
use crate::ports::library::{FileFacts, FilesError, Readout, Seals};

/// Bytes read from the disk at a time.
const BLOCK: usize = 64 * 1024;

/// Bytes of a file that is read in one piece: nearly all are far smaller.
const AT_ONCE: u64 = 256 * 1024;

/// What reading one file came to.
pub(crate) struct Intake {
    pub(crate) reading: Reading,
    /// Size and hash of what was read; absent for a file too large to be read to its end.
    pub(crate) facts: Option<FileFacts>,
    /// When the file was changed last, in nanoseconds since 1970.
    pub(crate) modified: i64,
}

/// Reads and judges one XML file. One that is still being written is told from one that is broken.
///
/// `room` is memory to be used again for the next file; what is in it means nothing.
pub(crate) fn read_cfdi(path: &Path, seals: Seals, room: &mut Vec<u8>) -> Result<Intake, FilesError> {
    let (file, before) = open_regular(path)?;
    let modified = modified(&before);
    if before.len() > MAX_FILE_BYTES {
        return Ok(Intake { reading: Reading::refused(Reason::TooLarge), facts: None, modified });
    }
    let read =
        if before.len() <= AT_ONCE { read_at_once(&file, &before, seals, room) } else { read_through(&file, seals) };
    let (reading, facts) = read.map_err(|error| files_error(&error))?;
    let after = file.metadata().map_err(|error| files_error(&error))?;
    let grew = (before.len(), modified) != (after.len(), self::modified(&after));
    let reading =
        if grew || is_unfinished(&reading, modified) { Reading::refused(Reason::StillWriting) } else { reading };
    Ok(Intake { reading, facts, modified })
}

/// Reads a small file into memory, and judges and hashes it there: two calls of the system instead of a dozen.
fn read_at_once(
    file: &File,
    before: &Metadata,
    seals: Seals,
    room: &mut Vec<u8>,
) -> io::Result<(Reading, Option<FileFacts>)> {
    // One byte more, so that the end is seen without growing.
    room.clear();
    room.reserve(usize::try_from(before.len()).unwrap_or_default() + 1);
    // One that grows meanwhile is refused by its caller; of its bytes no more are taken than of any other.
    file.take(MAX_FILE_BYTES).read_to_end(room)?;
    let facts = FileFacts { size: room.len() as u64, sha256: Sha256::digest(&*room).into() };
    let reading = match seals {
        Seals::Check => cfdi::read_and_check_seal(room.as_slice())?,
        Seals::Leave => cfdi::read_bytes(room)?,
    };
    Ok((reading, Some(facts)))
}

fn read_through(file: &File, seals: Seals) -> io::Result<(Reading, Option<FileFacts>)> {
    let mut hashing = Hashing::new(file);
    let reading = match seals {
        Seals::Check => cfdi::read_and_check_seal(&mut hashing)?,
        Seals::Leave => cfdi::read(&mut hashing)?,
    };
    // The reader stops at the first fatal defect; the hash covers the whole file nevertheless, within the limit.
    Ok((reading, hashing.finish(MAX_FILE_BYTES)?))
}

/// Reads what is printed of one XML file.
pub(crate) fn read_contents(path: &Path) -> Result<Readout, FilesError> {
    let (file, facts) = open_regular(path)?;
    if facts.len() > MAX_FILE_BYTES {
        return Ok(Readout { contents: Err(Unprintable::Refused), xml: None });
    }
    let mut hashing = Hashing::new(&file);
    let contents = print::read(&mut hashing).map_err(|error| files_error(&error))?;
    let xml = hashing.finish(MAX_FILE_BYTES).map_err(|error| files_error(&error))?;
    Ok(Readout { contents, xml })
}

/// A file that ends too early and was changed a moment ago.
fn is_unfinished(reading: &Reading, modified: i64) -> bool {
    let cut = |reason: &Reason| matches!(reason, Reason::IncompleteDocument | Reason::EmptyFile);
    reading.reasons.iter().any(cut) && settling::is_fresh(modified, WRITING)
}

/// Reads a file of any size to its end.
pub(crate) fn facts(path: &Path) -> Result<FileFacts, FilesError> {
    let (file, _) = open_regular(path)?;
    let facts = Hashing::new(&file).finish(u64::MAX).map_err(|error| files_error(&error))?;
    facts.ok_or(FilesError::Refused(Reason::TooLarge))
}

/// Its bytes, at most `limit` of them.
pub(crate) fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, FilesError> {
    let (file, _) = open_regular(path)?;
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes).map_err(|error| files_error(&error))?;
    Ok(bytes)
}

/// The time of the last change; 1970 where the file system has none.
pub(crate) fn modified(metadata: &Metadata) -> i64 {
    metadata.modified().map_or(0, settling::nanos)
}

/// Opens a regular file and nothing else. What it is is asked of what was opened, so that nobody can exchange it in between.
pub(crate) fn open_regular(path: &Path) -> Result<(File, Metadata), FilesError> {
    let mut options = File::options();
    options.read(true);
    // Else opening a pipe would wait for its writer for ever. Reading a regular file is no different for it.
    #[cfg(unix)]
    {
        let flags = rustix::fs::OFlags::NONBLOCK.bits();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.cast_signed());
    }
    let file = options.open(path).map_err(|error| {
        // A socket cannot be opened, and on Windows no folder.
        let is_other = fs::metadata(path).is_ok_and(|found| !found.is_file());
        if is_other { FilesError::Refused(Reason::NotAFile) } else { files_error(&error) }
    })?;
    let opened = file.metadata().map_err(|error| files_error(&error))?;
    if opened.is_file() { Ok((file, opened)) } else { Err(FilesError::Refused(Reason::NotAFile)) }
}

/// Hashes and counts what passes through.
pub(super) struct Hashing<R> {
    file: R,
    hasher: Sha256,
    size: u64,
}

impl<R: Read> Hashing<R> {
    pub(super) fn new(file: R) -> Self {
        Self { file, hasher: Sha256::new(), size: 0 }
    }

    /// Reads what is left; nothing when there is more than `limit` in all.
    pub(super) fn finish(mut self, limit: u64) -> io::Result<Option<FileFacts>> {
        let mut block = vec![0; BLOCK];
        while self.size <= limit {
            match self.read(&mut block) {
                Ok(0) => {
                    return Ok(Some(FileFacts { size: self.size, sha256: self.hasher.finalize().into() }));
                }
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                Ok(_) | Err(_) => {}
            }
        }
        Ok(None)
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(out)?;
        self.hasher.update(&out[..read]);
        self.size += read as u64;
        Ok(read)
    }
}

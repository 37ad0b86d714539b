//! The copy that is kept of a database before a newer version of this program changes its schema.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

use super::file;
use crate::ports::store::StoreError;

/// Copies the database beside itself, as `outbox.v1.backup.db` for version 1: for its owner only, whole or not at all, and on
/// the disk when this returns. The caller holds the right to write, so that nothing is added meanwhile.
pub(super) fn keep(path: &Path, version: u32) -> Result<(), StoreError> {
    let target = path.with_extension(format!("v{version}.backup.db"));
    let fresh = path.with_extension(format!("v{version}.backup.tmp"));
    owner_only_empty(&fresh).map_err(file::of_io)?;
    let copied = copy(path, &fresh).and_then(|()| settle(&fresh, &target).map_err(file::of_io));
    if copied.is_err() {
        // Best effort: on a full disk the half copy is what must go first.
        drop(fs::remove_file(&fresh));
    }
    copied
}

/// A second connection reads what was committed, also while the caller's is about to write.
fn copy(path: &Path, fresh: &Path) -> Result<(), StoreError> {
    let text = fresh.to_str().ok_or_else(|| file::of_io(io::Error::from(io::ErrorKind::InvalidFilename)))?;
    file::connect(path)?.execute("VACUUM INTO ?1", [text])?;
    Ok(())
}

fn owner_only_empty(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    // SQLite takes an empty file for one that is not there, and leaves its mode alone.
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn settle(fresh: &Path, target: &Path) -> io::Result<()> {
    // SQLite does not sync what it copies to; Windows syncs only through a handle that may write.
    OpenOptions::new().write(true).open(fresh)?.sync_all()?;
    fs::rename(fresh, target)?;
    // The name itself must survive a power cut too; Windows has no handle on folders for it.
    #[cfg(unix)]
    if let Some(folder) = target.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

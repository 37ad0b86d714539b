//! Files that appear whole or not at all, and that only their owner may read.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes and syncs a file; its folder is made if need be. A failure leaves nothing: half a file must not take the room in
/// which the outbox notes that it waits.
pub(crate) fn write(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = target.with_extension("tmp");
    write_by_way_of(&fresh, target, bytes).inspect_err(|_| drop(fs::remove_file(&fresh)))
}

fn write_by_way_of(fresh: &Path, target: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(fresh, target)?;
    // The name itself must survive a power cut too; Windows has no handle on folders for it.
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

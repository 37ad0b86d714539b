//! Files and folders that nobody but this user may reach.
//!
//! On Unix owner, kind and mode of the opened file itself are looked at, so that nothing can be exchanged in between. On
//! Windows a new file takes over the access list of its folder, and the local data folder is its user's alone; no safe
//! library reads such lists, so there nothing is checked.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

use crate::ports::vault::VaultError;

/// Opens a file for reading that must be this user's own, a regular file, and out of everybody else's reach.
///
/// # Errors
/// `Ok(None)` when there is none; `Exposed` when others can reach it or it is another user's; `Failed` otherwise, also for
/// a link.
pub(super) fn open(path: &Path) -> Result<Option<File>, VaultError> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    unix::no_detours(&mut options);
    let file = match options.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(_) => return Err(VaultError::Failed),
    };
    let about = file.metadata().map_err(|_| VaultError::Failed)?;
    if !about.is_file() {
        return Err(VaultError::Failed);
    }
    #[cfg(unix)]
    unix::is_ours_alone(&about)?;
    Ok(Some(file))
}

/// Makes a file that was not there before, for this user alone.
///
/// # Errors
/// The system's; also when something of that name is there.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The folder, made for this user alone where it is missing; whether it is there already and out of everybody's reach.
///
/// # Errors
/// `Exposed`, `Failed`.
pub(super) fn make_folder(path: &Path) -> Result<(), VaultError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|_| VaultError::Failed)?;
    check_folder(path)
}

/// Whether a folder, if it is there, is one that others cannot reach.
///
/// # Errors
/// `Exposed`; `Failed` where it is a link or no folder.
pub(super) fn check_folder(path: &Path) -> Result<(), VaultError> {
    let about = match std::fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(_) => return Err(VaultError::Failed),
    };
    if !about.is_dir() {
        return Err(VaultError::Failed);
    }
    #[cfg(unix)]
    unix::is_ours_alone(&about)?;
    Ok(())
}

/// Brings a change of the folder itself to the disk: without it a new name may be gone after a power failure.
///
/// # Errors
/// The system's.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    return File::open(path)?.sync_all();
    #[cfg(not(unix))]
    {
        // Windows flushes no folders; its file system keeps a journal of names.
        let _ = path;
        Ok(())
    }
}

#[cfg(unix)]
mod unix {
    use std::fs::{Metadata, OpenOptions};
    use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};

    use rustix::fs::OFlags;

    use crate::ports::vault::VaultError;

    /// No link is followed, and nothing that is no file makes the opening wait.
    pub(super) fn no_detours(options: &mut OpenOptions) {
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    }

    pub(super) fn is_ours_alone(about: &Metadata) -> Result<(), VaultError> {
        let is_ours = about.uid() == rustix::process::geteuid().as_raw();
        if is_ours && about.mode() & 0o077 == 0 { Ok(()) } else { Err(VaultError::Exposed) }
    }
}

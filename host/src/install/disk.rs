//! Doing what was planned: whole files, read back, and nothing removed that is not ours.

use std::fmt::Display;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;

use super::manifest::Manifest;
use crate::protocol::failure::{Fault, Kind};

/// What happened at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The manifest was written.
    Written,
    /// The manifest was already as it should be.
    Unchanged,
    /// The browser was not found.
    Skipped,
    /// Our manifest was removed.
    Removed,
    /// There was no manifest.
    Absent,
    /// A manifest of that name starts another program, and was left alone.
    Foreign,
    /// Another browser that is there looks in the same place, and it was left for that one.
    Shared,
}

/// Who may read the folders that have to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FolderMode {
    /// The user, as browsers make their own data folder.
    Owner,
    /// Everybody.
    Everybody,
}

/// Makes the manifest be these bytes.
///
/// # Errors
/// `store_read_only`, `store_full` or `store_failed`, each with the path.
pub(super) fn put(path: &Path, bytes: &[u8], mode: FolderMode) -> Result<Outcome, Fault> {
    let failed = |error: &io::Error| fault(error, path.display());
    if fs::read(path).is_ok_and(|found| found == bytes) {
        return Ok(Outcome::Unchanged);
    }
    let folder = path.parent().unwrap_or(path);
    make_folders(folder, mode).map_err(|error| failed(&error))?;
    replace(path, bytes).map_err(|error| failed(&error))?;
    // A file system may accept bytes that it does not keep; the browser would only say "not found".
    match fs::read(path) {
        Ok(found) if found == bytes => Ok(Outcome::Written),
        Ok(_) => Err(Fault::new(Kind::StoreFailed).about(path.display().to_string())),
        Err(error) => Err(failed(&error)),
    }
}

/// Removes the manifest if it is ours.
///
/// # Errors
/// `store_read_only` or `store_failed`, with the path.
pub(super) fn take_away(path: &Path, ours: &Manifest) -> Result<Outcome, Fault> {
    match fs::read(path) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(Outcome::Absent)
        }
        Err(error) => Err(fault(&error, path.display())),
        Ok(found) if !ours.is_same_host(&found) => Ok(Outcome::Foreign),
        Ok(_) => fs::remove_file(path).map(|()| Outcome::Removed).map_err(|error| fault(&error, path.display())),
    }
}

/// Puts a whole file in the place of what was there: a browser that reads meanwhile sees the old one or the new one.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Browsers look for one exact name, so a leftover of a crash is harmless.
    let draft = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = write_synced(&draft, bytes).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // The first failure is the one to report.
        drop(fs::remove_file(&draft));
    }
    written
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    // The manifest holds no secret, and a system-wide one has to be readable whatever the administrator's umask is.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    file.sync_all()
}

/// Makes the folder and those above it that are missing; what exists keeps its permissions.
fn make_folders(folder: &Path, mode: FolderMode) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        make_folders(above, mode)?;
    }
    match fs::create_dir(folder) {
        // Somebody was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => return Ok(()),
        made => made?,
    }
    #[cfg(unix)]
    {
        let bits = match mode {
            FolderMode::Owner => 0o700,
            FolderMode::Everybody => 0o755,
        };
        fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(bits))?;
    }
    Ok(())
}

/// The failure of that file or key.
pub(super) fn fault(error: &io::Error, subject: impl Display) -> Fault {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the standard library's list is open")]
    let kind = match error.kind() {
        io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::AlreadyExists
        | io::ErrorKind::IsADirectory => Kind::StoreReadOnly,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Kind::StoreFull,
        _ => Kind::StoreFailed,
    };
    Fault::new(kind).about(subject.to_string())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::PathBuf;

    use super::*;

    /// A place below a temporary folder, and a manifest for it.
    struct Place {
        root: tempfile::TempDir,
        path: PathBuf,
        manifest: Manifest,
        bytes: Vec<u8>,
    }

    impl Place {
        fn new() -> Self {
            let root = tempfile::tempdir().unwrap();
            let manifest = Manifest::new(Path::new("/opt/correo-cfdi"), &[]).unwrap();
            let path = root.path().join("etc/native-messaging-hosts").join(manifest.file_name());
            let bytes = manifest.bytes().unwrap();
            Self { root, path, manifest, bytes }
        }

        fn put(&self) -> Result<Outcome, Fault> {
            put(&self.path, &self.bytes, FolderMode::Owner)
        }

        fn folder(&self) -> &Path {
            self.path.parent().unwrap()
        }
    }

    #[cfg(unix)]
    #[test]
    fn everybody_may_read_the_systems_manifests_and_only_the_owner_enters_a_users_folder() {
        use std::os::unix::fs::PermissionsExt as _;
        for (mode, bits) in [(FolderMode::Everybody, 0o755), (FolderMode::Owner, 0o700)] {
            let place = Place::new();
            assert_eq!(put(&place.path, &place.bytes, mode).unwrap(), Outcome::Written);
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&place.path), 0o644);
            assert_eq!(mode(place.folder()), bits);
        }
    }

    #[test]
    fn what_is_already_right_is_not_touched() {
        let place = Place::new();
        assert_eq!(place.put().unwrap(), Outcome::Written);
        let before = fs::metadata(&place.path).unwrap().modified().unwrap();
        assert_eq!(place.put().unwrap(), Outcome::Unchanged);
        assert_eq!(fs::metadata(&place.path).unwrap().modified().unwrap(), before);
    }

    #[test]
    fn a_broken_or_older_manifest_is_replaced_whole_and_no_draft_stays() {
        let place = Place::new();
        fs::create_dir_all(place.folder()).unwrap();
        fs::write(&place.path, "{ \"name\": ").unwrap();
        assert_eq!(place.put().unwrap(), Outcome::Written);
        assert_eq!(fs::read(&place.path).unwrap(), place.bytes);
        assert_eq!(fs::read_dir(place.folder()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_replaced_and_what_it_points_at_is_left_alone() {
        let place = Place::new();
        let elsewhere = place.root.path().join("elsewhere.json");
        fs::write(&elsewhere, "theirs").unwrap();
        fs::create_dir_all(place.folder()).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &place.path).unwrap();
        assert_eq!(place.put().unwrap(), Outcome::Written);
        assert!(fs::symlink_metadata(&place.path).unwrap().is_file());
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "theirs");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let place = Place::new();
        // A file where a folder has to be: refused to every user, the administrator too.
        fs::write(place.root.path().join("etc"), "").unwrap();
        let fault = place.put().unwrap_err();
        assert_eq!(fault.kind(), Kind::StoreReadOnly);
        assert_eq!(fault.data.subject.unwrap(), place.path.display().to_string());
        assert_eq!(take_away(&place.path, &place.manifest).unwrap(), Outcome::Absent);
    }

    #[test]
    fn a_folder_in_the_manifests_place_is_a_failure_that_leaves_no_draft() {
        let place = Place::new();
        fs::create_dir_all(&place.path).unwrap();
        assert_eq!(place.put().unwrap_err().kind(), Kind::StoreReadOnly);
        assert_eq!(fs::read_dir(place.folder()).unwrap().count(), 1);
    }

    #[test]
    fn only_our_own_manifest_is_taken_away() {
        let place = Place::new();
        assert_eq!(take_away(&place.path, &place.manifest).unwrap(), Outcome::Absent);
        place.put().unwrap();
        assert_eq!(take_away(&place.path, &place.manifest).unwrap(), Outcome::Removed);
        assert!(!place.path.exists());

        let other = Manifest { path: "/opt/other".into(), ..place.manifest.clone() }.bytes().unwrap();
        for theirs in [other.as_slice(), b"not JSON"] {
            fs::write(&place.path, theirs).unwrap();
            assert_eq!(take_away(&place.path, &place.manifest).unwrap(), Outcome::Foreign);
            assert_eq!(fs::read(&place.path).unwrap(), theirs);
        }
    }
}

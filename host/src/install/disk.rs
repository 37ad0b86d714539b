//! Doing what was planned: whole files, read back, and nothing removed that is not ours.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;

use super::manifest::Manifest;
use super::plan::{Expected, Presence};
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
}

/// Who may read the folders that have to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FolderMode {
    /// The user, as browsers make their own data folder.
    Owner,
    /// Everybody.
    Everybody,
}

/// Makes the manifest be what it should be.
///
/// # Errors
/// `store_read_only`, `store_full` or `store_failed`, each with the path.
pub(super) fn put(expected: &Expected, mode: FolderMode) -> Result<Outcome, Fault> {
    if let Presence::IfAny(signs) = &expected.presence
        && !signs.iter().any(|sign| sign.is_dir())
    {
        return Ok(Outcome::Skipped);
    }
    let path = &expected.manifest;
    let failed = |error: &io::Error| fault(error, path);
    if fs::read(path).is_ok_and(|found| found == expected.bytes) {
        return Ok(Outcome::Unchanged);
    }
    let folder = path.parent().unwrap_or(path);
    make_folders(folder, mode).map_err(|error| failed(&error))?;
    replace(path, &expected.bytes).map_err(|error| failed(&error))?;
    // A file system may accept bytes that it does not keep; the browser would only say "not found".
    match fs::read(path) {
        Ok(found) if found == expected.bytes => Ok(Outcome::Written),
        Ok(_) => Err(Fault::new(Kind::StoreFailed).about(path.display().to_string())),
        Err(error) => Err(failed(&error)),
    }
}

/// Removes the manifest if it is ours.
///
/// # Errors
/// `store_read_only` or `store_failed`, with the path.
pub(super) fn take_away(expected: &Expected, ours: &Manifest) -> Result<Outcome, Fault> {
    let path = &expected.manifest;
    match fs::read(path) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(Outcome::Absent)
        }
        Err(error) => Err(fault(&error, path)),
        Ok(found) if !ours.is_same_host(&found) => Ok(Outcome::Foreign),
        Ok(_) => fs::remove_file(path).map(|()| Outcome::Removed).map_err(|error| fault(&error, path)),
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

fn fault(error: &io::Error, path: &Path) -> Fault {
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
    Fault::new(kind).about(path.display().to_string())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::install::{Bases, Scope, Table, Target, plan};

    /// A computer below a temporary folder, and a manifest for it.
    struct Computer {
        root: tempfile::TempDir,
        manifest: Manifest,
    }

    impl Computer {
        fn new() -> Self {
            let root = tempfile::tempdir().unwrap();
            Self { root, manifest: Manifest::new(Path::new("/opt/correo-cfdi"), &[]).unwrap() }
        }

        fn expected(&self, target: &Target) -> Vec<Expected> {
            let root = self.root.path().to_owned();
            let bases = Bases { system: "linux".into(), config: root.join("home/.config"), root };
            plan(&Table::embedded().unwrap(), &bases, target, &self.manifest).unwrap()
        }

        fn chromium(&self) -> Expected {
            self.expected(&Target::Named(Scope::System, vec!["chromium".into()])).remove(0)
        }
    }

    #[test]
    fn system_wide_manifests_go_only_to_browsers_that_are_there_and_everybody_may_read_them() {
        let computer = Computer::new();
        fs::create_dir_all(computer.root.path().join("opt/google/chrome")).unwrap();
        let planned = computer.expected(&Target::Found(Scope::System));
        let done: Vec<_> = planned.iter().map(|one| put(one, FolderMode::Everybody).unwrap()).collect();
        assert_eq!(done, [Outcome::Written, Outcome::Skipped, Outcome::Skipped]);
        assert_eq!(fs::read(&planned[0].manifest).unwrap(), planned[0].bytes);
        assert!(!computer.root.path().join("etc/chromium").exists());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&planned[0].manifest), 0o644);
            assert_eq!(mode(planned[0].manifest.parent().unwrap()), 0o755);
        }
    }

    #[test]
    fn what_is_already_right_is_not_touched() {
        let computer = Computer::new();
        let expected = computer.chromium();
        assert_eq!(put(&expected, FolderMode::Owner).unwrap(), Outcome::Written);
        let before = fs::metadata(&expected.manifest).unwrap().modified().unwrap();
        assert_eq!(put(&expected, FolderMode::Owner).unwrap(), Outcome::Unchanged);
        assert_eq!(fs::metadata(&expected.manifest).unwrap().modified().unwrap(), before);
    }

    #[test]
    fn a_broken_or_older_manifest_is_replaced_whole_and_no_draft_stays() {
        let computer = Computer::new();
        let expected = computer.chromium();
        let folder = expected.manifest.parent().unwrap();
        fs::create_dir_all(folder).unwrap();
        fs::write(&expected.manifest, "{ \"name\": ").unwrap();
        assert_eq!(put(&expected, FolderMode::Owner).unwrap(), Outcome::Written);
        assert_eq!(fs::read(&expected.manifest).unwrap(), expected.bytes);
        assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_replaced_and_what_it_points_at_is_left_alone() {
        let computer = Computer::new();
        let expected = computer.chromium();
        let elsewhere = computer.root.path().join("elsewhere.json");
        fs::write(&elsewhere, "theirs").unwrap();
        fs::create_dir_all(expected.manifest.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &expected.manifest).unwrap();
        assert_eq!(put(&expected, FolderMode::Owner).unwrap(), Outcome::Written);
        assert!(fs::symlink_metadata(&expected.manifest).unwrap().is_file());
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "theirs");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let computer = Computer::new();
        let expected = computer.chromium();
        // A file where a folder has to be: refused to every user, the administrator too.
        fs::create_dir_all(computer.root.path().join("etc")).unwrap();
        fs::write(computer.root.path().join("etc/chromium"), "").unwrap();
        let fault = put(&expected, FolderMode::Owner).unwrap_err();
        assert_eq!(fault.kind(), Kind::StoreReadOnly);
        assert_eq!(fault.data.subject.unwrap(), expected.manifest.display().to_string());
        assert_eq!(take_away(&expected, &computer.manifest).unwrap(), Outcome::Absent);
    }

    #[test]
    fn a_folder_in_the_manifests_place_is_a_failure_that_leaves_no_draft() {
        let computer = Computer::new();
        let expected = computer.chromium();
        fs::create_dir_all(&expected.manifest).unwrap();
        assert_eq!(put(&expected, FolderMode::Owner).unwrap_err().kind(), Kind::StoreReadOnly);
        assert_eq!(fs::read_dir(expected.manifest.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn only_our_own_manifest_is_taken_away() {
        let computer = Computer::new();
        let expected = computer.chromium();
        assert_eq!(take_away(&expected, &computer.manifest).unwrap(), Outcome::Absent);
        put(&expected, FolderMode::Owner).unwrap();
        assert_eq!(take_away(&expected, &computer.manifest).unwrap(), Outcome::Removed);
        assert!(!expected.manifest.exists());

        let other = Manifest { path: "/opt/other".into(), ..computer.manifest.clone() }.bytes().unwrap();
        for theirs in [other.as_slice(), b"not JSON"] {
            fs::write(&expected.manifest, theirs).unwrap();
            assert_eq!(take_away(&expected, &computer.manifest).unwrap(), Outcome::Foreign);
            assert_eq!(fs::read(&expected.manifest).unwrap(), theirs);
        }
    }
}

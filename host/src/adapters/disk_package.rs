//! The package's files beside the program.
//!
//! A client file is as trustworthy as the program only where nobody else may write it: it has to be a plain file that belongs
//! to the system's administrator or to whoever owns the program, and that not everybody may write. Windows is asked for
//! nothing of that: there the folder's own rights hold for the program and for what lies beside it alike.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::domain::client::MAX_FILE;
use crate::ports::package::{Package, PackageError};

/// Name of the client file in each of its places.
const CLIENT: &str = "client.json";

/// Where packages of Linux distributions put what no architecture changes (Filesystem Hierarchy Standard 4.11).
const SHARED: &str = "/usr/share/correo-cfdi";

/// The package of the program that runs.
#[derive(Debug)]
pub struct DiskPackage {
    program: PathBuf,
    folders: Vec<PathBuf>,
}

impl DiskPackage {
    /// The package of that program: its own folder and, on Linux, the shared one.
    #[must_use]
    pub fn of(program: &Path) -> Self {
        let shared = cfg!(target_os = "linux").then(|| PathBuf::from(SHARED));
        Self {
            program: program.to_owned(),
            folders: program.parent().map(Path::to_owned).into_iter().chain(shared).collect(),
        }
    }
}

impl Package for DiskPackage {
    fn client(&self) -> Result<Option<Zeroizing<String>>, PackageError> {
        for folder in &self.folders {
            let path = folder.join(CLIENT);
            match std::fs::symlink_metadata(&path) {
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                Err(_) => return Err(PackageError::Unreadable),
                // Looked at before it is opened: a pipe would hold whoever opens it.
                Ok(found) if !found.is_file() => return Err(PackageError::NotOurs),
                Ok(_) => return self.read(&path).map(Some),
            }
        }
        Ok(None)
    }
}

impl DiskPackage {
    fn read(&self, path: &Path) -> Result<Zeroizing<String>, PackageError> {
        let file = File::open(path).map_err(|_| PackageError::Unreadable)?;
        let found = file.metadata().map_err(|_| PackageError::Unreadable)?;
        if !found.is_file() || !self.is_ours(&found) {
            return Err(PackageError::NotOurs);
        }
        // In one piece from the start: a text that grows leaves its shorter selves behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_FILE + 1));
        file.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes).map_err(|_| PackageError::Unreadable)?;
        if bytes.len() > MAX_FILE {
            return Err(PackageError::TooLong);
        }
        std::str::from_utf8(&bytes).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| PackageError::Unreadable)
    }

    #[cfg(unix)]
    fn is_ours(&self, found: &Metadata) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        const ROOT: u32 = 0;
        const WRITABLE_BY_ALL: u32 = 0o002;
        let programs = std::fs::metadata(&self.program).map(|program| program.uid()).ok();
        (found.uid() == ROOT || Some(found.uid()) == programs) && found.mode() & WRITABLE_BY_ALL == 0
    }

    #[cfg(not(unix))]
    fn is_ours(&self, found: &Metadata) -> bool {
        found.is_file()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    /// A folder with a program, and what it is asked.
    fn package() -> (tempfile::TempDir, DiskPackage) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("correo-cfdi");
        std::fs::write(&program, "program").unwrap();
        let package = DiskPackage { program, folders: vec![folder.path().join("none"), folder.path().to_owned()] };
        (folder, package)
    }

    #[test]
    fn nothing_beside_the_program_is_no_client() {
        let (_folder, package) = package();
        assert_eq!(package.client(), Ok(None));
    }

    #[test]
    fn a_plain_file_is_read_whole() {
        let (folder, package) = package();
        std::fs::write(folder.path().join(CLIENT), "{}").unwrap();
        assert_eq!(package.client(), Ok(Some(Zeroizing::new("{}".into()))));
    }

    #[test]
    fn the_programs_own_folder_comes_first() {
        let found = DiskPackage::of(Path::new("/opt/correo/correo-cfdi")).folders;
        assert_eq!(found.first(), Some(&PathBuf::from("/opt/correo")));
        assert_eq!(found.contains(&PathBuf::from(SHARED)), cfg!(target_os = "linux"));
    }

    #[test]
    fn what_is_too_long_or_no_text_or_no_file_is_named() {
        let (folder, package) = package();
        let file = folder.path().join(CLIENT);
        std::fs::write(&file, vec![b' '; MAX_FILE + 1]).unwrap();
        assert_eq!(package.client(), Err(PackageError::TooLong));
        std::fs::write(&file, [0xff, 0xfe]).unwrap();
        assert_eq!(package.client(), Err(PackageError::Unreadable));
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        assert_eq!(package.client(), Err(PackageError::NotOurs));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_or_a_file_that_anybody_may_write_is_not_ours() {
        use std::os::unix::fs::PermissionsExt as _;
        let (folder, package) = package();
        let (file, elsewhere) = (folder.path().join(CLIENT), folder.path().join("other.json"));
        std::fs::write(&elsewhere, "{}").unwrap();
        std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
        assert_eq!(package.client(), Err(PackageError::NotOurs));
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, "{}").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
        assert_eq!(package.client(), Err(PackageError::NotOurs));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o664)).unwrap();
        assert_eq!(package.client(), Ok(Some(Zeroizing::new("{}".into()))));
    }
}

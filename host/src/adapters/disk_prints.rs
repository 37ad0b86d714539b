//! `Prints` over files that only their owner may read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::disk::whole;
use crate::domain::delivery::DeliveryId;
use crate::ports::{KeptPrint, Prints, SpoolError};

/// Printed representations in one folder: `<delivery>.<number>.pdf`, and those to look at below `look`.
#[derive(Debug)]
pub struct DiskPrints {
    folder: PathBuf,
}

impl DiskPrints {
    /// Prints in that folder; it is made at the first.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn look(&self) -> PathBuf {
        self.folder.join("look")
    }
}

impl Prints for DiskPrints {
    fn keep(&self, delivery: &DeliveryId, number: usize, pdf: &[u8]) -> Result<PathBuf, SpoolError> {
        let path = self.folder.join(format!("{delivery}.{number}.pdf"));
        whole::write(&path, pdf).map_err(spool_error)?;
        Ok(path)
    }

    fn lay_out(&self, name: &str, pdf: &[u8]) -> Result<PathBuf, SpoolError> {
        let path = self.look().join(name);
        // The same print may be open in a viewer, which keeps others from replacing it on Windows.
        if fs::read(&path).is_ok_and(|there| there == pdf) {
            return Ok(path);
        }
        whole::write(&path, pdf).map_err(spool_error)?;
        Ok(path)
    }

    fn copy(&self, kept: &Path, delivery: &DeliveryId, number: usize) -> Result<PathBuf, SpoolError> {
        let pdf = fs::read(kept).map_err(spool_error)?;
        self.keep(delivery, number, &pdf)
    }

    fn all(&self) -> Result<Vec<KeptPrint>, SpoolError> {
        let files = files(&self.folder).map_err(spool_error)?;
        let kept = files.into_iter().filter_map(|(path, age)| Some(KeptPrint { delivery: delivery_of(&path)?, age }));
        Ok(kept.collect())
    }

    fn remove(&self, delivery: &DeliveryId) -> Result<(), SpoolError> {
        for (path, _) in files(&self.folder).map_err(spool_error)? {
            if delivery_of(&path).as_ref() == Some(delivery) {
                delete(&path).map_err(spool_error)?;
            }
        }
        Ok(())
    }

    fn clear_away(&self, older: Duration) -> Result<(), SpoolError> {
        for (path, age) in files(&self.look()).map_err(spool_error)? {
            if age > older {
                delete(&path).map_err(spool_error)?;
            }
        }
        Ok(())
    }
}

/// The delivery that a file is kept for, also a half-written one.
fn delivery_of(path: &Path) -> Option<DeliveryId> {
    let (delivery, _) = path.file_name()?.to_str()?.split_once('.')?;
    Some(DeliveryId::from_text(delivery))
}

/// The files of a folder, and how old they are; none where there is no folder.
fn files(folder: &Path) -> io::Result<Vec<(PathBuf, Duration)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        match entry.metadata() {
            Ok(facts) if facts.is_file() => {
                // A time in the future is no age.
                let age = facts.modified().ok().and_then(|time| SystemTime::now().duration_since(time).ok());
                found.push((entry.path(), age.unwrap_or_default()));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn delete(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn spool_error(source: io::Error) -> SpoolError {
    SpoolError { full: source.kind() == io::ErrorKind::StorageFull, source }
}

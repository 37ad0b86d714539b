//! `Spool` over files that only their owner may read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::disk::whole;
use crate::domain::delivery::DeliveryId;
use crate::ports::{Spool, SpoolError, Spooled};

/// Built messages in one folder.
#[derive(Debug)]
pub struct DiskSpool {
    folder: PathBuf,
}

impl DiskSpool {
    /// A spool in that folder; it is made at the first message.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn path(&self, delivery: &DeliveryId) -> PathBuf {
        self.folder.join(format!("{delivery}.eml"))
    }

    fn write_new(&self, delivery: &DeliveryId, message: &[u8]) -> io::Result<Spooled> {
        let target = self.path(delivery);
        whole::write(&target, message)?;
        Ok(Spooled { path: target, size: message.len() as u64 })
    }
}

impl Spool for DiskSpool {
    fn find(&self, delivery: &DeliveryId) -> Result<Option<Spooled>, SpoolError> {
        let path = self.path(delivery);
        match fs::metadata(&path) {
            Ok(facts) => Ok(Some(Spooled { path, size: facts.len() })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(spool_error(error)),
        }
    }

    fn write(&self, delivery: &DeliveryId, message: &[u8]) -> Result<Spooled, SpoolError> {
        self.write_new(delivery, message).map_err(|error| {
            // Half a message must not take the room in which the outbox notes that it waits.
            drop(self.remove(delivery));
            spool_error(error)
        })
    }

    fn all(&self) -> Result<Vec<DeliveryId>, SpoolError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(spool_error(error)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let path = entry.map_err(spool_error)?.path();
            if let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) {
                found.push(DeliveryId::from_text(stem));
            }
        }
        Ok(found)
    }

    fn remove(&self, delivery: &DeliveryId) -> Result<(), SpoolError> {
        for path in [self.path(delivery), self.path(delivery).with_extension("tmp")] {
            match fs::remove_file(path) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(spool_error(error)),
            }
        }
        Ok(())
    }
}

fn spool_error(source: io::Error) -> SpoolError {
    SpoolError { full: source.kind() == io::ErrorKind::StorageFull, source }
}

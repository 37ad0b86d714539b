//! `Locks` over lock files: `flock` on Unix, `LockFileEx` on Windows, through the standard library.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::domain::account::AccountId;
use crate::ports::{Guard, Locks};

/// How often a waiting process looks again; the system offers no wait with a limit.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Lock files in one folder.
#[derive(Debug)]
pub struct FileLocks {
    folder: PathBuf,
}

/// An open, locked file. Dropping it closes the file, and that frees the lock: an explicit unlock fails under some
/// emulations of Windows although it worked.
struct Held(#[expect(dead_code, reason = "held, not read")] File);

impl Guard for Held {}

impl FileLocks {
    /// Locks in that folder; files are made at the first use.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn open(&self, name: &str) -> Option<File> {
        std::fs::create_dir_all(&self.folder).ok()?;
        OpenOptions::new().create(true).write(true).truncate(false).open(self.folder.join(name)).ok()
    }
}

impl Locks for FileLocks {
    fn sender(&self, wait: Duration) -> Option<Box<dyn Guard>> {
        let file = self.open("sender.lock")?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Some(Box::new(Held(file))),
                Err(TryLockError::Error(_)) => return None,
                Err(TryLockError::WouldBlock) if started.elapsed() >= wait => return None,
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK_AGAIN),
            }
        }
    }

    fn account(&self, id: &AccountId) -> Option<Box<dyn Guard>> {
        let file = self.open(&format!("account-{}.lock", id.as_str()))?;
        file.lock().ok()?;
        Some(Box::new(Held(file)))
    }
}

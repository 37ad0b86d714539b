//! Hearing of changes in the folders without looking at every file.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why a folder cannot be watched; it is scanned from time to time instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwatched {
    /// It lies on a network drive, where the system tells nothing of what other computers do.
    Network,
    /// It has more folders inside than the system, or this program, watches.
    Limit,
    /// It is not there, or the system refused for another reason.
    Unavailable,
}

/// Watches folders with everything inside.
pub trait FolderWatch: Send + Sync {
    /// Begins to watch; whatever cannot be watched is named. Dropping what it gives ends it.
    fn watch(&self, folders: &[PathBuf]) -> Box<dyn Watching>;
}

/// Folders that are watched.
pub trait Watching: Send {
    /// Those of the folders that cannot be watched, with the reason.
    fn unwatched(&self) -> &[(PathBuf, Unwatched)];

    /// Waits until something that may matter has changed since the last call, or for that long; whether it has.
    fn wait(&self, patience: Duration) -> bool;
}

/// Says whether a change of that file may concern the library: XML, PDF and ZIP, and folders, which mostly have no ending.
#[must_use]
pub fn matters(path: &Path) -> bool {
    let wanted = ["xml", "pdf", "zip"];
    path.extension().is_none_or(|ending| wanted.iter().any(|wanted| ending.eq_ignore_ascii_case(wanted)))
        || path.is_dir()
}

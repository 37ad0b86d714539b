//! `Desktop` with the system's own dialogs, one at a time.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use url::Url;

use crate::ports::{Desktop, DesktopError, NoViewer};

/// The desktop that this process can show dialogs on.
#[derive(Debug, Default)]
pub struct RfdDesktop {
    open: AtomicBool,
}

impl RfdDesktop {
    fn one_at_a_time<T>(&self, show: impl FnOnce() -> T) -> Result<T, DesktopError> {
        if !can_show() {
            return Err(DesktopError::Unavailable);
        }
        if self.open.swap(true, Ordering::SeqCst) {
            return Err(DesktopError::Open);
        }
        let chosen = show();
        self.open.store(false, Ordering::SeqCst);
        Ok(chosen)
    }
}

impl Desktop for RfdDesktop {
    fn show(&self, file: &Path) -> Result<(), NoViewer> {
        if !can_show() {
            return Err(NoViewer);
        }
        // It starts the viewer away from our standard streams, and does not wait for its end.
        opener::open(file).map_err(|_| NoViewer)
    }

    fn browse(&self, page: &Url) -> Result<(), NoViewer> {
        if !can_show() {
            return Err(NoViewer);
        }
        opener::open_browser(page.as_str()).map_err(|_| NoViewer)
    }

    fn pick_folder(&self, title: &str) -> Result<Option<PathBuf>, DesktopError> {
        self.one_at_a_time(|| rfd::FileDialog::new().set_title(title).pick_folder())
    }

    fn pick_file(&self, title: &str) -> Result<Option<PathBuf>, DesktopError> {
        self.one_at_a_time(|| rfd::FileDialog::new().set_title(title).pick_file())
    }
}

/// Without a display the library would answer as if the person had dismissed a dialog that never was.
#[cfg(target_os = "linux")]
fn can_show() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    set("DISPLAY") || set("WAYLAND_DISPLAY")
}

#[cfg(not(target_os = "linux"))]
fn can_show() -> bool {
    true
}

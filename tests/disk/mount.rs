//! A file system of a test's own, small enough to fill.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted file system; taken away when it is dropped, with the folder below it.
pub struct Mount(PathBuf);

impl Mount {
    /// Mounts one of that many KiB over the folder; `None`, with the reason said, where this user may not.
    pub fn over(folder: &Path, kib: u32) -> Option<Self> {
        let size = format!("size={kib}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(folder).output();
        if mounted.is_ok_and(|done| done.status.success()) {
            return Some(Self(folder.to_owned()));
        }
        std::io::stderr().write_all(b"skipped: this user may mount no file system\n").unwrap();
        None
    }

    /// Takes or gives back the right to write; false while a file is open for writing.
    pub fn writable(&self, writable: bool) -> bool {
        let options = if writable { "remount,rw" } else { "remount,ro" };
        Command::new("mount").args(["-o", options]).arg(&self.0).output().unwrap().status.success()
    }

    /// Fills what is left, but for that many KiB.
    pub fn fill(&self, but_for: usize) {
        let mut filler = std::fs::File::create(self.filler()).unwrap();
        while filler.write_all(&[1; 4096]).is_ok() {}
        let length = filler.metadata().unwrap().len();
        filler.set_len(length.saturating_sub(but_for as u64 * 1024)).unwrap();
    }

    /// Makes room again.
    pub fn make_room(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily: a process that a failed test left behind may still have a file open.
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
        drop(std::fs::remove_dir(&self.0));
    }
}

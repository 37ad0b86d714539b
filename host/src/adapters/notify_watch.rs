//! `FolderWatch` with what the operating system offers: inotify, `ReadDirectoryChangesW`, `FSEvents`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::logbook;
use crate::ports::watching::{FolderWatch, Unwatched, Watching, matters};

/// Folders inside one that are watched. Linux takes a kilobyte of the kernel's memory for each, and has 8,192 for all
/// programs of a user where little memory is (inotify(7)).
const MAX_FOLDERS: usize = 4_000;

/// The operating system's own watching.
#[derive(Clone, Copy, Debug, Default)]
pub struct NotifyWatch;

/// Folders that are watched until this is dropped.
struct Watched {
    /// Absent where the system offers nothing.
    _watcher: Option<RecommendedWatcher>,
    unwatched: Vec<(PathBuf, Unwatched)>,
    changes: Receiver<()>,
    /// Keeps the channel open where nothing is watched.
    _sender: SyncSender<()>,
}

impl FolderWatch for NotifyWatch {
    fn watch(&self, folders: &[PathBuf]) -> Box<dyn Watching> {
        // One change that nobody has heard of yet stands for any number of them.
        let (sender, changes) = sync_channel(1);
        let heard = sender.clone();
        let made = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // An error, such as a queue that ran over, means that changes may have been missed.
            if event.as_ref().map_or(true, concerns) {
                match heard.try_send(()) {
                    Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
                }
            }
        });
        let mut watcher = made.map_err(|error| {
            logbook::warn("watch", &error);
            reason(&error)
        });
        let mut unwatched = Vec::new();
        for folder in folders {
            let outcome = match (judge(folder, MAX_FOLDERS), &mut watcher) {
                (Ok(()), Ok(watcher)) => watch_one(watcher, folder),
                (Ok(()), Err(why)) => Err(*why),
                (Err(why), _) => Err(why),
            };
            unwatched.extend(outcome.err().map(|why| (folder.clone(), why)));
        }
        Box::new(Watched { _watcher: watcher.ok(), unwatched, changes, _sender: sender })
    }
}

impl Watching for Watched {
    fn unwatched(&self) -> &[(PathBuf, Unwatched)] {
        &self.unwatched
    }

    fn wait(&self, patience: Duration) -> bool {
        match self.changes.recv_timeout(patience) {
            Ok(()) => true,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => false,
        }
    }
}

/// Whether it makes sense to watch that folder, of which at most `most` folders inside are watched.
fn judge(folder: &Path, most: usize) -> Result<(), Unwatched> {
    if !folder.is_dir() {
        return Err(Unwatched::Unavailable);
    }
    if is_remote(folder) {
        return Err(Unwatched::Network);
    }
    if has_more_folders(folder, most) { Err(Unwatched::Limit) } else { Ok(()) }
}

fn watch_one(watcher: &mut RecommendedWatcher, folder: &Path) -> Result<(), Unwatched> {
    watcher.watch(folder, RecursiveMode::Recursive).map_err(|error| {
        logbook::warn("watch", &error);
        // What was begun of a folder that cannot be watched whole would only use up the system's limit.
        if let Err(error) = watcher.unwatch(folder) {
            logbook::warn("unwatch", &error);
        }
        reason(&error)
    })
}

/// Why the system watches nothing, or nothing more.
fn reason(error: &notify::Error) -> Unwatched {
    // No further inotify instance for this user, or no further open file (inotify_init(2)).
    #[cfg(target_os = "linux")]
    let no_more = |error: &std::io::Error| error.raw_os_error() == Some(rustix::io::Errno::MFILE.raw_os_error());
    #[cfg(not(target_os = "linux"))]
    let no_more = |_: &std::io::Error| false;
    match &error.kind {
        ErrorKind::MaxFilesWatch => Unwatched::Limit,
        ErrorKind::Io(error) if no_more(error) => Unwatched::Limit,
        ErrorKind::Io(_)
        | ErrorKind::Generic(_)
        | ErrorKind::PathNotFound
        | ErrorKind::WatchNotFound
        | ErrorKind::InvalidConfig(_) => Unwatched::Unavailable,
    }
}

/// Reading a file is no change, and a scan reads.
fn concerns(event: &Event) -> bool {
    match event.kind {
        EventKind::Access(notify::event::AccessKind::Close(notify::event::AccessMode::Write))
        | EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => {
            event.need_rescan() || event.paths.is_empty() || event.paths.iter().any(|path| matters(path))
        }
        EventKind::Access(_) => false,
    }
}

/// Counts folders only as far as it must.
fn has_more_folders(folder: &Path, most: usize) -> bool {
    let (mut pending, mut seen) = (vec![folder.to_owned()], 0);
    while let Some(folder) = pending.pop() {
        seen += 1;
        if seen > most {
            return true;
        }
        let inside = fs::read_dir(folder).into_iter().flatten().flatten();
        pending
            .extend(inside.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path()));
    }
    false
}

/// Says whether other computers may write there without the system telling.
#[cfg(target_os = "linux")]
fn is_remote(folder: &Path) -> bool {
    /// NFS, SMB, CIFS, SMB2, FUSE (sshfs and the desktop's own mounts), 9P, Ceph, AFS (linux/magic.h, statfs(2)).
    const REMOTE: [u32; 8] =
        [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x6573_5546, 0x0102_1997, 0x00C3_6400, 0x5346_414F];
    // Only the lower 32 bits are the number; how many there are differs between systems.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a magic number has 32 bits")]
    let number = |status: rustix::fs::StatFs| status.f_type as u32;
    rustix::fs::statfs(folder).is_ok_and(|status| REMOTE.contains(&number(status)))
}

/// Says whether other computers may write there without the system telling: the name of a share says so.
#[cfg(not(target_os = "linux"))]
fn is_remote(folder: &Path) -> bool {
    let text = folder.to_string_lossy();
    text.starts_with(r"\\?\UNC\") || (text.starts_with(r"\\") && !text.starts_with(r"\\?\"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    /// Longer than any system takes to tell.
    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn a_new_invoice_is_heard_of_also_in_a_new_folder_and_reading_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let watching = NotifyWatch.watch(&[dir.path().to_owned()]);
        assert_eq!(watching.unwatched(), []);
        fs::write(dir.path().join("A1.xml"), "<a/>").unwrap();
        assert!(watching.wait(LONG));
        let inside = dir.path().join("2026");
        fs::create_dir(&inside).unwrap();
        fs::write(inside.join("A2.xml"), "<a/>").unwrap();
        assert!(watching.wait(LONG));
        while watching.wait(Duration::from_millis(500)) {}
        fs::read(inside.join("A2.xml")).unwrap();
        fs::write(dir.path().join("notas.txt"), "x").unwrap();
        assert!(!watching.wait(Duration::from_millis(500)));
    }

    #[test]
    fn what_cannot_be_watched_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let gone = dir.path().join("no está");
        let watching = NotifyWatch.watch(std::slice::from_ref(&gone));
        assert_eq!(watching.unwatched(), [(gone, Unwatched::Unavailable)]);
        for number in 0..3 {
            fs::create_dir(dir.path().join(number.to_string())).unwrap();
        }
        // The folder itself counts too.
        assert_eq!((judge(dir.path(), 3), judge(dir.path(), 4)), (Err(Unwatched::Limit), Ok(())));
    }

    #[test]
    fn the_limits_of_the_system_are_told_from_other_refusals() {
        let io = |error: std::io::Error| reason(&notify::Error::io(error));
        assert_eq!(reason(&notify::Error::new(ErrorKind::MaxFilesWatch)), Unwatched::Limit);
        #[cfg(target_os = "linux")]
        assert_eq!(io(rustix::io::Errno::MFILE.into()), Unwatched::Limit);
        assert_eq!(io(std::io::ErrorKind::PermissionDenied.into()), Unwatched::Unavailable);
    }
}

//! Keeps the index up to date while a page asked for it and this connection lasts.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::Conversation;
use crate::logbook;
use crate::ports::watching::Watching;
use crate::protocol::event::{Event, LibraryChanged};
use crate::protocol::failure::Fault;
use crate::protocol::library::LibraryWatched;
use crate::usecase::library;

/// How long it must be quiet before the folders are scanned: programs write a document in several steps.
const QUIET: Duration = Duration::from_millis(300);

/// After this long it is scanned though it is not quiet, as while a thousand invoices are made.
const AT_LATEST: Duration = Duration::from_secs(3);

/// How often folders that cannot be watched are scanned.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// How soon a file that was still being written is looked at again.
const WAITING: Duration = Duration::from_secs(1);

/// Rest after a scan, as a multiple of its time: so a large library takes a fraction of one processor at most.
const REST: f64 = 4.0;

/// Begins to watch every company's folders; where they are watched already, says so.
pub(super) fn start(conversation: &Arc<Conversation>) -> Result<LibraryWatched, Fault> {
    let folders = library::folders_to_watch(&conversation.world)?;
    let mut slot = conversation.watched.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(watched) = slot.as_ref().filter(|watched| watched.folders == folders) {
        return Ok(watched.view.clone());
    }
    let watching = conversation.world.folder_watch.watch(&folders);
    let view = library::watched(&folders, watching.unwatched());
    let ended = Arc::new(AtomicBool::new(false));
    // Folders that were watched before are given up.
    if let Some(before) =
        slot.replace(Watched { folders: folders.clone(), view: view.clone(), ended: Arc::clone(&ended) })
    {
        before.ended.store(true, Ordering::SeqCst);
    }
    drop(slot);
    let conversation = Arc::clone(conversation);
    let follow = move || {
        if let Err(fault) = follow(&conversation, &folders, &*watching, &ended) {
            logbook::warn("library", &fault);
            // The next request begins anew.
            let mut slot = conversation.watched.lock().unwrap_or_else(PoisonError::into_inner);
            if slot.as_ref().is_some_and(|watched| Arc::ptr_eq(&watched.ended, &ended)) {
                *slot = None;
            }
        }
    };
    // Without a thread a scan by hand still does it.
    drop(std::thread::Builder::new().name("library-watch".to_owned()).spawn(follow));
    Ok(view)
}

/// What a conversation watches.
pub(super) struct Watched {
    folders: Vec<PathBuf>,
    /// What `health` shows of it.
    pub(super) view: LibraryWatched,
    ended: Arc<AtomicBool>,
}

fn follow(
    conversation: &Conversation,
    folders: &[PathBuf],
    watching: &dyn Watching,
    ended: &AtomicBool,
) -> Result<(), Fault> {
    let polled: Vec<PathBuf> = watching.unwatched().iter().map(|(folder, _)| folder.clone()).collect();
    let mut waiting = scan(conversation, folders, ended)?;
    let mut looked = Instant::now();
    while !ended.load(Ordering::SeqCst) {
        if watching.wait(WAITING) {
            let heard = Instant::now();
            while heard.elapsed() < AT_LATEST && watching.wait(QUIET) {}
            waiting = scan(conversation, folders, ended)?;
        } else if waiting {
            waiting = scan(conversation, folders, ended)?;
        } else if !polled.is_empty() && looked.elapsed() >= LOOK_AGAIN {
            waiting = scan(conversation, &polled, ended)?;
            looked = Instant::now();
        }
    }
    Ok(())
}

/// Brings the index up to date and tells what changed; whether a file was still being written.
fn scan(conversation: &Conversation, folders: &[PathBuf], ended: &AtomicBool) -> Result<bool, Fault> {
    let report = library::scan_folders(&conversation.world, folders, &mut |_| {}, ended)?;
    let changed = library::changed(&report);
    if changed != LibraryChanged::default() {
        conversation.writer.notify(&Event::LibraryChanged(changed));
    }
    std::thread::sleep(Duration::from_secs_f64((report.seconds * REST).min(LOOK_AGAIN.as_secs_f64())));
    Ok(report.waiting > 0)
}

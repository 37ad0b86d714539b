//! Whether every company's folder answers, and whether what is new in it is noticed at once.

use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use crate::doctor::check::Check;
use crate::ports::watching::Unwatched;
use crate::protocol::doctor::Cause;
use crate::protocol::failure::Kind;
use crate::usecase::{World, library};

/// Time for a folder to list its first entry; a network drive that is gone can take minutes to say so.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a folder answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Readable,
    Unreadable,
    Slow,
}

pub(super) fn checks(world: &World) -> Vec<Check> {
    let folders = match library::folders_to_watch(world) {
        Ok(folders) => folders,
        Err(fault) => return vec![Check::unseen("folders.read", fault.kind())],
    };
    if folders.is_empty() {
        return vec![Check::not_checked("folders.read")];
    }
    let answers = listen(folders);
    // Watching one that does not answer would wait for it again.
    let readable: Vec<PathBuf> =
        answers.iter().filter(|(_, answer)| *answer == Answer::Readable).map(|(folder, _)| folder.clone()).collect();
    let watch = world.folder_watch.watch(&readable);
    let why = |folder: &PathBuf| watch.unwatched().iter().find(|(other, _)| other == folder).map(|(_, why)| *why);
    answers.iter().map(|(folder, answer)| judge(&folder.display().to_string(), *answer, why(folder))).collect()
}

/// Asks all of them at once, each on a thread that is left alone when it does not answer.
fn listen(folders: Vec<PathBuf>) -> Vec<(PathBuf, Answer)> {
    let asked: Vec<_> = folders
        .into_iter()
        .map(|folder| {
            let (sender, receiver) = mpsc::channel();
            let asked = folder.clone();
            std::thread::spawn(move || {
                let readable = std::fs::read_dir(asked).and_then(|mut entries| entries.next().transpose());
                sender.send(if readable.is_ok() { Answer::Readable } else { Answer::Unreadable }).ok();
            });
            (folder, receiver)
        })
        .collect();
    asked.into_iter().map(|(folder, answer)| (folder, answer.recv_timeout(PATIENCE).unwrap_or(Answer::Slow))).collect()
}

fn judge(folder: &str, answer: Answer, unwatched: Option<Unwatched>) -> Check {
    let id = "folders.read";
    let check = match (answer, unwatched) {
        (Answer::Slow, _) => Check::warn(id, Cause::FolderSlow),
        (Answer::Unreadable, _) | (Answer::Readable, Some(Unwatched::Unavailable)) => {
            Check::warn(id, Kind::FolderUnreadable)
        }
        (Answer::Readable, Some(Unwatched::Limit)) => Check::warn(id, Cause::WatchLimit),
        // Looked at every half minute, which is all that such a drive allows.
        (Answer::Readable, Some(Unwatched::Network)) => Check::ok(id).said("watch", "folder_polled_network", ""),
        (Answer::Readable, None) => Check::ok(id).said("watch", "folder_watched", ""),
    };
    check.of(folder)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;
    use crate::protocol::doctor::{CheckState, Why};

    #[test]
    fn a_folder_that_is_not_watched_still_works_and_one_that_does_not_answer_is_warned_of() {
        let found = |answer, why| {
            let check = judge("/x", answer, why);
            (check.state, check.why)
        };
        assert_eq!(found(Answer::Readable, None), (CheckState::Ok, None));
        assert_eq!(found(Answer::Readable, Some(Unwatched::Network)), (CheckState::Ok, None));
        let warned = |why: Why| (CheckState::Warn, Some(why));
        assert_eq!(found(Answer::Readable, Some(Unwatched::Limit)), warned(Cause::WatchLimit.into()));
        assert_eq!(found(Answer::Unreadable, None), warned(Kind::FolderUnreadable.into()));
        assert_eq!(found(Answer::Slow, None), warned(Cause::FolderSlow.into()));
    }

    #[test]
    fn folders_are_asked_and_answer() {
        let here = tempfile::tempdir().unwrap();
        let gone = here.path().join("gone");
        let answers = listen(vec![here.path().to_owned(), gone.clone()]);
        assert_eq!(answers, [(here.path().to_owned(), Answer::Readable), (gone, Answer::Unreadable)]);
    }
}

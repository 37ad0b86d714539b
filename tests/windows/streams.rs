//! Standard output belongs to the frame writer alone, and children hold none of the browser's pipes.
//!
//! Both are about the standard handles of a whole process, so each is tried in one of its own: this very test program, as
//! one of the tests that are not run by themselves.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use correo_cfdi::stdio;

use crate::saw;

/// Says which part to play; absent where nobody asked for one.
const PART: &str = "CORREO_CFDI_TEST_PART";

/// The file at whose sight a grandchild ends.
const END: &str = "CORREO_CFDI_TEST_END";

/// How long something may take that has to come.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long something is waited for that must not come.
const A_MOMENT: Duration = Duration::from_secs(1);

/// This test program as another process, playing a part of one of the tests below.
fn player(test: &str, part: &str) -> Command {
    let mut player = Command::new(std::env::current_exe().unwrap());
    player.args(["--exact", &format!("windows::streams::{test}"), "--ignored", "--nocapture"]).env(PART, part);
    player.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    player
}

fn play(test: &str, part: &str, end: &Path) -> Child {
    player(test, part).env(END, end).stdout(Stdio::piped()).spawn().unwrap()
}

#[test]
#[ignore = "run by the others, not by itself"]
fn taker() {
    if std::env::var_os(PART).is_none() {
        return;
    }
    let mut frames = stdio::take_stdout().unwrap();
    std::io::stdout().write_all(b"NOISE").unwrap();
    std::io::stdout().flush().unwrap();
    frames.write_all(b"FRAME\r\n\x1a.").unwrap();
    frames.flush().unwrap();
    std::process::exit(0);
}

#[test]
fn what_a_library_prints_does_not_reach_the_browser_and_frames_do() {
    let mut said = Vec::new();
    play("taker", "take", Path::new("")).stdout.take().unwrap().read_to_end(&mut said).unwrap();
    let said = String::from_utf8(said).unwrap();
    assert!(said.ends_with("FRAME\r\n\u{1a}.") && !said.contains("NOISE"), "{said:?}");
    saw("after take_stdout: what is printed goes nowhere, frames arrive byte for byte");
}

#[test]
#[ignore = "run by the others, not by itself"]
fn grandchild() {
    let Some(end) = std::env::var_os(END) else { return };
    crate::host::wait("the end", || Path::new(&end).exists().then_some(()));
    std::process::exit(0);
}

#[test]
#[ignore = "run by the others, not by itself"]
fn parent() {
    let Ok(part) = std::env::var(PART) else { return };
    if part == "secured" {
        stdio::secure();
    }
    // It goes on after us, as a sender does.
    drop(player("grandchild", "wait").spawn().unwrap());
    std::process::exit(0);
}

/// Tells of the end of a stream.
fn end_of(mut stream: ChildStdout) -> Receiver<()> {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        stream.read_to_end(&mut Vec::new()).unwrap();
        tell.send(()).ok();
    });
    told
}

#[test]
fn the_browsers_pipes_are_not_handed_on() {
    let place = tempfile::tempdir().unwrap();
    for (part, is_held) in [("unsecured", true), ("secured", false)] {
        let end = place.path().join(part);
        let mut parent = play("parent", part, &end);
        let ended = end_of(parent.stdout.take().unwrap());
        parent.wait().unwrap();
        // The control comes first: without our first step in `main` the grandchild holds the stream open while it lives.
        let early = ended.recv_timeout(if is_held { A_MOMENT } else { PATIENCE }).is_ok();
        assert_eq!(early, !is_held, "{part}");
        std::fs::write(&end, "").unwrap();
        if is_held {
            ended.recv_timeout(PATIENCE).unwrap();
        }
        saw(&format!(
            "{part}: a child that outlives its parent {} the browser's pipe",
            if is_held { "holds" } else { "leaves" }
        ));
    }
}

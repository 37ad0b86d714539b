//! Starts a program with pipes, greets it, and sees what comes of it.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Outcome, Way};
use crate::frame::{self, Frame};
use crate::install;
use crate::process;
use crate::protocol::failure::Kind;
use crate::protocol::{OLDEST_PROTOCOL, PROTOCOL};

/// Time for the first answer, as the extension's worker gives it: a scanner of viruses on a slow disk needs most of it.
const PATIENCE: Duration = Duration::from_secs(15);

/// Time for a program to leave after its input ended, as browsers give it (Chromium: `base/process/kill.cc`).
const GRACE: Duration = Duration::from_secs(2);

/// Time between two looks at whether a process has ended.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// Bytes of what a program said on standard error before it ended: its first words name the cause.
const WORDS: u64 = 512;

/// Starts it, says `hello`, ends it.
pub(super) fn start(program: &Path, way: Way) -> Outcome {
    let begun = Instant::now();
    let mut command = command(program, way);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Browsers start it in its own folder; one that is missing is told by starting it nevertheless.
    if let Some(folder) = program.parent().filter(|folder| folder.is_dir()) {
        command.current_dir(folder);
    }
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Outcome::NotStarted { code: error.raw_os_error(), words: error.to_string() },
    };
    let said = listen(&mut child);
    let answer = ask(&mut child);
    let outcome = match answer.recv_timeout(PATIENCE) {
        Ok(Answer::Body(body)) => heard(&body, begun.elapsed()),
        Ok(Answer::Garbled) => Outcome::Garbled,
        Ok(Answer::End) => {
            let status = ended(&mut child, GRACE);
            let status = status.map_or_else(|| "stdout".to_owned(), |status| status.to_string());
            // Whatever it started may hold standard error open.
            Outcome::Exited { status, said: said.recv_timeout(GRACE).unwrap_or_default() }
        }
        Err(_) => Outcome::Mute,
    };
    leave(child);
    outcome
}

/// What one read of its standard output gave.
enum Answer {
    Body(Vec<u8>),
    Garbled,
    End,
}

/// Says `hello` and waits for a frame on a thread of its own, which ends with the program.
fn ask(child: &mut Child) -> mpsc::Receiver<Answer> {
    let (sender, receiver) = mpsc::channel();
    if let Some(input) = child.stdin.as_mut() {
        // One that has ended already is told by its standard output.
        drop(frame::write(input, greeting().as_bytes()));
    }
    if let Some(mut output) = child.stdout.take() {
        std::thread::spawn(move || {
            let answer = match frame::read(&mut output) {
                Ok(Frame::Body(body)) if body.len() <= frame::MAX_ANSWER => Answer::Body(body),
                Ok(Frame::Body(_) | Frame::TooLarge(_)) | Err(_) => Answer::Garbled,
                Ok(Frame::End) => Answer::End,
            };
            sender.send(answer).ok();
        });
    }
    receiver
}

/// Reads its standard error to the end, so that it never waits for a reader, and keeps the beginning.
fn listen(child: &mut Child) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(mut errors) = child.stderr.take() {
        std::thread::spawn(move || {
            let mut words = Vec::new();
            errors.by_ref().take(WORDS).read_to_end(&mut words).ok();
            std::io::copy(&mut errors, &mut std::io::sink()).ok();
            sender.send(String::from_utf8_lossy(&words).trim().to_owned()).ok();
        });
    }
    receiver
}

fn greeting() -> String {
    let params =
        json!({"protocol": PROTOCOL, "min_protocol": OLDEST_PROTOCOL, "extension_version": env!("CARGO_PKG_VERSION")});
    json!({"jsonrpc": "2.0", "id": 1, "method": "hello", "params": params}).to_string()
}

fn heard(body: &[u8], after: Duration) -> Outcome {
    // Browsers drop a frame that holds no JSON without a word, so nobody would ever hear of it.
    let Ok(answer) = serde_json::from_slice::<Value>(body) else { return Outcome::Garbled };
    if let Some(version) = answer["result"]["host_version"].as_str() {
        return Outcome::Answered { version: version.to_owned(), after };
    }
    match answer["error"]["data"]["kind"].as_str().and_then(Kind::from_code) {
        Some(kind) => Outcome::Refused(kind),
        None => Outcome::Other,
    }
}

/// How it ended, if it did within that time.
fn ended(child: &mut Child, within: Duration) -> Option<std::process::ExitStatus> {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if begun.elapsed() < within => std::thread::sleep(BETWEEN_LOOKS),
            Ok(None) | Err(_) => return None,
        }
    }
}

/// Lets it go as browsers do: the end of its input, then patience, then force.
fn leave(mut child: Child) {
    if let Some(mut input) = child.stdin.take() {
        input.flush().ok();
    }
    if ended(&mut child, GRACE).is_none() {
        child.kill().ok();
        child.wait().ok();
    }
}

/// The origin with which our extension would start it.
fn caller() -> String {
    let id = install::known_ids().ok().and_then(|ids| ids.into_iter().next()).unwrap_or_default();
    format!("chrome-extension://{id}/")
}

#[cfg(not(windows))]
fn command(program: &Path, _way: Way) -> Command {
    let mut command = process::command(program);
    command.arg(caller());
    command
}

#[cfg(windows)]
fn command(program: &Path, way: Way) -> Command {
    use std::os::windows::process::CommandExt as _;

    match way {
        Way::Direct => {
            let mut command = process::command(program);
            command.args([caller().as_str(), "--parent-window=0"]);
            command
        }
        Way::Shell => {
            let shell = std::env::var_os("ComSpec").unwrap_or_else(|| "cmd.exe".into());
            let mut command = process::command(shell);
            // Word for word: with `/s` the prompt takes off the outer quotes alone, whatever stands between them.
            command.raw_arg(format!("/d /s /c \"\"{}\" {} --parent-window=0\"", program.display(), caller()));
            command
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_our_own_a_refusal_or_another_programs() {
        let after = Duration::from_millis(3);
        let answered = heard(br#"{"jsonrpc":"2.0","id":1,"result":{"host_version":"1.2.3","x":1}}"#, after);
        assert_eq!(answered, Outcome::Answered { version: "1.2.3".into(), after });
        let refused = heard(br#"{"id":1,"error":{"code":-32000,"data":{"kind":"config_invalid"}}}"#, after);
        assert_eq!(refused, Outcome::Refused(Kind::ConfigInvalid));
        assert_eq!(heard(br#"{"id":1,"error":{"data":{"kind":"never_heard_of"}}}"#, after), Outcome::Other);
        assert_eq!(heard(br#"{"pong":true}"#, after), Outcome::Other);
        assert_eq!(heard(b"pong", after), Outcome::Garbled);
    }
}

//! `Sender`: starts `correo-cfdi outbox drain` as a process of its own, which outlives this one and the browser.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::ports::Sender;
use crate::process;

/// Longest wait for the child to leave this session; it takes a few milliseconds.
#[cfg(not(windows))]
const LEAVES_WITHIN: std::time::Duration = std::time::Duration::from_millis(500);

/// Starts this very program again.
#[derive(Debug)]
pub struct DetachedSender {
    program: PathBuf,
}

impl DetachedSender {
    /// A sender that is that program.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self { program }
    }

    fn command(&self) -> Command {
        let mut command = process::command(&self.program);
        // On the null device: an inherited pipe would keep the browser's end of this conversation open.
        command.args(["outbox", "drain"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

impl Sender for DetachedSender {
    #[cfg(not(windows))]
    fn wake(&self) {
        // A pipe, because its end tells when the child is out of reach: asking the system for the child's session gives no
        // usable answer where that session was begun outside of this container.
        let piped = || {
            let mut command = self.command();
            command.stdout(Stdio::piped());
            command
        };
        let mut child = match process::start_apart(piped) {
            Ok(child) => child,
            Err(error) => return crate::logbook::warn("sender", &error),
        };
        let (left, leaving) = std::sync::mpsc::sync_channel(1);
        let watch = move || {
            if let Some(mut output) = child.stdout.take() {
                drop(std::io::copy(&mut output, &mut std::io::sink()));
            }
            left.send(()).ok();
            // A child that nobody waits for would stay as a zombie while this host lives.
            drop(child.wait());
        };
        if std::thread::Builder::new().name("sender".to_owned()).spawn(watch).is_ok() {
            // Whoever reads our answer may kill this whole process group the moment after. A sender that is later than
            // this is no failure: what it is to send is in the store.
            leaving.recv_timeout(LEAVES_WITHIN).ok();
        }
    }

    #[cfg(windows)]
    fn wake(&self) {
        if let Err(error) = process::start_apart(|| self.command()) {
            crate::logbook::warn("sender", &error);
        }
    }
}

//! `Sender`: starts `correo-cfdi outbox drain` as a process of its own, which outlives this one and the browser.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::ports::Sender;

/// Longest wait for the child to leave this session; it takes a few milliseconds.
#[cfg(unix)]
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
        let mut command = Command::new(&self.program);
        // On the null device all three: an inherited pipe would keep the browser's end of this conversation open.
        command.args(["outbox", "drain"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

impl Sender for DetachedSender {
    #[cfg(not(windows))]
    fn wake(&self) {
        // The drain makes a session of its own first thing, so that the browser's death does not reach it.
        match self.command().spawn() {
            Ok(mut child) => {
                wait_for_own_session(&mut child);
                // Waited for on a thread: a child that nobody waits for would stay as a zombie while this host lives.
                drop(std::thread::Builder::new().spawn(move || child.wait()));
            }
            Err(error) => crate::logbook::warn("sender", &error),
        }
    }

    #[cfg(windows)]
    fn wake(&self) {
        use std::os::windows::process::CommandExt as _;

        // Process creation flags (learn.microsoft.com, "Process Creation Flags").
        const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        const CREATE_BREAKAWAY_FROM_JOB: u32 = 0x0100_0000;

        let flags = CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW;
        let broke_away = self.command().creation_flags(flags | CREATE_BREAKAWAY_FROM_JOB).spawn();
        // A job that forbids breaking away is no reason not to send.
        if let Err(error) = broke_away.or_else(|_| self.command().creation_flags(flags).spawn()) {
            crate::logbook::warn("sender", &error);
        }
    }
}

/// Waits until the child is in a session of its own: whoever reads our answer may kill this whole group the moment after.
#[cfg(unix)]
fn wait_for_own_session(child: &mut std::process::Child) {
    let Some(id) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) else { return };
    let started = std::time::Instant::now();
    while rustix::process::getsid(Some(id)) != Ok(id) && started.elapsed() < LEAVES_WITHIN {
        // One that has ended already found nothing to do.
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

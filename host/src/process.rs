//! This process and those that it starts: no window appears, nobody takes a child down with us, and a crash leaves nothing
//! that lay in memory.
//!
//! `PR_SET_DUMPABLE` would keep other programs of the same user out too, but also the desktop's portal, which has to look at
//! `/proc/PID/root` before it shows the dialog for a folder (xdg-desktop-portal, issues 785 and 1490). A program of the same
//! user reaches the keyring as we do, so little would be won by it.

use std::ffi::OsStr;
use std::io;
use std::process::{Child, Command};

/// Keeps core dumps from being written, as far as the system allows; both are handed on to processes that this one starts,
/// which may raise the limit again.
///
/// On Windows error reporting is the system's, and no safe library takes a program out of it.
pub fn leave_no_core() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

        // A file of no bytes is no file (core(5)). The hard limit stays, for programs that this one starts.
        let none = Rlimit { current: Some(0), ..getrlimit(Resource::Core) };
        // A system that does not let a limit be lowered has nothing better to offer.
        setrlimit(Resource::Core, none).ok();
    }
    // The limit does not count where dumps go to a program, as they do under systemd; of a dump without any kind of mapping
    // nothing but names and registers is left (core(5), "Controlling which mappings are written").
    #[cfg(target_os = "linux")]
    std::fs::write("/proc/self/coredump_filter", "0").ok();
}

/// What the system is told of a program that this one starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tie {
    /// It belongs to this process.
    Close,
    /// Ctrl-C in our terminal does not reach it.
    OwnGroup,
    /// Nor does the end of the browser's job.
    OwnGroupOutOfJob,
}

impl Tie {
    /// Flags of `CreateProcess` (learn.microsoft.com, "Process Creation Flags").
    ///
    /// None without `CREATE_NO_WINDOW`: where this process has no console, as under a browser, a console program would be
    /// given one, and its window would flash. `DETACHED_PROCESS` is no stronger form of it: a program that has no console
    /// at all gives its own children visible ones.
    #[cfg_attr(not(any(windows, test)), expect(dead_code, reason = "other systems have no such flags"))]
    const fn creation_flags(self) -> u32 {
        const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
        const CREATE_BREAKAWAY_FROM_JOB: u32 = 0x0100_0000;
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        match self {
            Self::Close => CREATE_NO_WINDOW,
            Self::OwnGroup => CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP,
            Self::OwnGroupOutOfJob => CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP | CREATE_BREAKAWAY_FROM_JOB,
        }
    }
}

/// A program to be started, without a window of a console. Every command of ours is made here (`tests/floors.rs`).
#[must_use]
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    tie(&mut command, Tie::Close);
    command
}

/// Starts a program that outlives whatever ends this one: out of the browser's job where that lets it go, else within it,
/// because sending for as long as the browser runs is better than not at all. On Unix the child leaves by itself
/// (`stdio::own_session`).
///
/// # Errors
/// The system's, when the program cannot be started either way.
pub fn start_apart(make: impl Fn() -> Command) -> io::Result<Child> {
    let attempt = |how| {
        let mut command = make();
        tie(&mut command, how);
        command.spawn()
    };
    if cfg!(windows) { attempt(Tie::OwnGroupOutOfJob).or_else(|_| attempt(Tie::OwnGroup)) } else { attempt(Tie::Close) }
}

#[cfg(windows)]
fn tie(command: &mut Command, tie: Tie) {
    std::os::windows::process::CommandExt::creation_flags(command, tie.creation_flags());
}

#[cfg(not(windows))]
fn tie(_: &mut Command, _: Tie) {}

#[cfg(test)]
mod tests {
    use super::Tie;

    #[test]
    fn no_program_that_we_start_gets_a_console_window() {
        // As winbase.h has them.
        assert_eq!(Tie::Close.creation_flags(), 0x0800_0000);
        assert_eq!(Tie::OwnGroup.creation_flags(), 0x0800_0200);
        assert_eq!(Tie::OwnGroupOutOfJob.creation_flags(), 0x0900_0200);
    }
}

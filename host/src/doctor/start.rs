//! Starting the registered program as the browser would: directly, and on Windows also through the command prompt.

mod judge;
mod probe;

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::check::Check;
use super::registration::Seen;
use crate::protocol::failure::Kind;

/// How the program is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// As Chrome does everywhere but on Windows, and there under the policy `NativeHostsExecutablesLaunchDirectly`.
    Direct,
    /// `cmd.exe /d /s /c`, as Chrome and Edge do on Windows (Chromium: `launch_context_win.cc`).
    #[cfg_attr(not(windows), expect(dead_code, reason = "only Windows has a command prompt in between"))]
    Shell,
}

/// What came of starting it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    /// It answered `hello`.
    Answered {
        /// Its version.
        version: String,
        /// From its start to its answer.
        after: Duration,
    },
    /// It answered that it cannot work.
    Refused(Kind),
    /// It answered something that this program never answers.
    Other,
    /// The system did not start it.
    NotStarted {
        /// The system's own number of the fault.
        code: Option<i32>,
        /// Its words.
        words: String,
    },
    /// It ended without an answer.
    Exited {
        /// Exit code or signal, as the system words it.
        status: String,
        /// The beginning of what it wrote to standard error.
        said: String,
    },
    /// What it wrote is no frame with JSON in it.
    Garbled,
    /// It did neither.
    Mute,
}

/// Starts every program that a browser would start, and this one where there is none.
pub(super) fn checks(seen: &Seen) -> Vec<Check> {
    let mut programs: Vec<PathBuf> = seen.programs();
    let own = std::env::current_exe().ok();
    if programs.is_empty() {
        programs.extend(own);
    }
    std::thread::scope(|scope| {
        let starts: Vec<_> = programs.iter().map(|program| scope.spawn(move || checks_of(program))).collect();
        starts.into_iter().flat_map(|start| start.join().unwrap_or_default()).collect()
    })
}

fn checks_of(program: &Path) -> Vec<Check> {
    let direct = probe::start(program, Way::Direct);
    let mut checks = vec![judge::start("start.direct", program, &direct, std::env::consts::OS)];
    #[cfg(windows)]
    {
        let shell = probe::start(program, Way::Shell);
        checks.push(judge::start("start.shell", program, &shell, std::env::consts::OS));
    }
    checks.extend(judge::version(program, &direct, env!("CARGO_PKG_VERSION")));
    checks
}

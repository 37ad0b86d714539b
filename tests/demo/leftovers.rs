//! Processes of a throw-away home: hosts, the detached sender, the browser's helpers. They end by themselves.

use std::path::Path;
use std::time::Duration;

use crate::patience;
use crate::voice::Wait;

/// Names the home to every process of a demonstration, and so tells them from all others.
pub(crate) const HOME_VARIABLE: &str = "CORREO_CFDI_HOME";

/// How long they may take to end by themselves. A sender that can send needs far less.
pub(crate) const END: Wait =
    Wait { es: "a que terminen sus procesos", en: "its processes to end", limit: Duration::from_secs(10) };

/// How long a process takes that is ended.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Waits until no process uses that home any more; ends by its id what stays.
///
/// A demonstration that was interrupted can leave a sender that waits for a better time to send. It would keep waiting
/// for a stand-in that is gone, in a home that is about to be deleted, so nothing is lost when it is ended.
pub(crate) fn settle(home: &Path) {
    if patience::settle(END.limit, || !is_used(home)) {
        return;
    }
    end(home);
    patience::settle(LAST_WORDS, || !is_used(home));
}

/// Whether a process uses that home.
#[cfg(target_os = "linux")]
pub(crate) fn is_used(home: &Path) -> bool {
    !processes(home).is_empty()
}

/// Where processes cannot be told by their environment, the sender is known by its lock.
#[cfg(not(target_os = "linux"))]
pub(crate) fn is_used(home: &Path) -> bool {
    std::fs::File::open(home.join("locks").join("sender.lock")).is_ok_and(|lock| lock.try_lock().is_err())
}

#[cfg(target_os = "linux")]
fn end(home: &Path) {
    for process in processes(home) {
        // It may just have ended by itself.
        rustix::process::kill_process(process, rustix::process::Signal::KILL).ok();
    }
}

#[cfg(not(target_os = "linux"))]
fn end(_home: &Path) {}

/// Processes of this user whose environment names that home (proc(5)); one that has ended has no environment any more.
#[cfg(target_os = "linux")]
fn processes(home: &Path) -> Vec<rustix::process::Pid> {
    use std::os::unix::ffi::OsStrExt as _;

    let variable = [HOME_VARIABLE.as_bytes(), b"=", home.as_os_str().as_bytes()].concat();
    let names_home = |id: &i32| {
        let environment = std::fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|entry| entry == variable)
    };
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let ids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(names_home).filter_map(rustix::process::Pid::from_raw).collect()
}

//! The processes of one state folder, found as the system lists them.

use std::path::Path;

/// Processes of our program with that state folder, with their arguments.
pub fn of_home(home: &Path) -> Vec<(i32, Vec<String>)> {
    let wanted = format!("CORREO_CFDI_HOME={}", home.display());
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries
        .filter_map(|entry| {
            let process = entry.file_name().to_str()?.parse().ok()?;
            // Gone meanwhile, or another user's: not ours.
            let environment = std::fs::read(entry.path().join("environ")).ok()?;
            let ours = environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes());
            let arguments = std::fs::read(entry.path().join("cmdline")).ok()?;
            let arguments: Vec<String> = arguments
                .split(|byte| *byte == 0)
                .filter(|part| !part.is_empty())
                .map(|part| String::from_utf8_lossy(part).into_owned())
                .collect();
            // A zombie has no arguments any more.
            (ours && !arguments.is_empty()).then_some((process, arguments))
        })
        .collect()
}

/// The senders of that folder: the one that sends, and those that still wait for its lock.
pub fn senders(home: &Path) -> Vec<i32> {
    let all = of_home(home).into_iter();
    all.filter(|(_, arguments)| arguments.ends_with(&["outbox".to_owned(), "drain".to_owned()]))
        .map(|(process, _)| process)
        .collect()
}

/// The hosts of that folder.
pub fn hosts(home: &Path) -> Vec<i32> {
    let all = of_home(home).into_iter();
    all.filter(|(_, arguments)| arguments.get(1).is_some_and(|origin| origin.starts_with("chrome-extension://")))
        .map(|(process, _)| process)
        .collect()
}

/// Sends a signal to a process; false when it has ended before.
pub fn signal(process: i32, signal: rustix::process::Signal) -> bool {
    rustix::process::Pid::from_raw(process).is_some_and(|pid| rustix::process::kill_process(pid, signal).is_ok())
}

/// Kills every sender of that folder; gives how many there were.
pub fn kill_senders(home: &Path) -> u64 {
    senders(home).into_iter().filter(|process| signal(*process, rustix::process::Signal::KILL)).count() as u64
}

/// Names of a process's threads.
pub fn threads(process: u32) -> Vec<String> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap().flatten();
    tasks
        .filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok())
        .map(|name| name.trim().to_owned())
        .collect()
}

/// Whether a process has a thread of that name now.
pub fn has_thread(process: u32, name: &str) -> bool {
    threads(process).iter().any(|thread| thread == name)
}

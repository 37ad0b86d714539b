//! A program of ours that crashes leaves no memory on the disk.

use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Resource, Signal, getrlimit, kill_process};

use crate::host::Home;

/// Starts a program in a folder of its own with core dumps allowed, ends it as a crash does, and says whether it dumped core.
fn dumps_core(home: &Home, program: &Path, argument: &str, began: impl Fn(u32)) -> bool {
    let place = tempfile::tempdir().unwrap();
    // The shell raises the limit and becomes the program.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -S -c $(ulimit -H -c); exec \"$0\" \"$1\""]).arg(program).arg(argument);
    command.current_dir(place.path()).env("CORREO_CFDI_HOME", home.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).process_group(0).spawn().unwrap();
    began(child.id());
    kill_process(Pid::from_child(&child), Signal::ABORT).unwrap();
    let ended = child.wait().unwrap();
    assert_eq!(ended.signal(), Some(Signal::ABORT.as_raw()));
    ended.core_dumped()
}

fn fact(process: u32, file: &str) -> String {
    std::fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default()
}

/// The soft limit of the core file's size.
fn limit(process: u32) -> String {
    let limits = fact(process, "limits");
    let line = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap_or_default();
    line.split_whitespace().next().unwrap_or_default().to_owned()
}

fn filter(process: u32) -> String {
    fact(process, "coredump_filter").trim().to_owned()
}

#[test]
fn a_crash_leaves_no_memory_of_this_program_on_the_disk() {
    let home = Home::with_file_vault();
    let program = Path::new(env!("CARGO_BIN_EXE_correo-cfdi"));
    let origin = "chrome-extension://ghgemeikpidedclggncofmpijglcdmmi/";
    let dumped = dumps_core(&home, program, origin, |process| {
        crate::host::wait("it is past its beginning", || (limit(process) == "0").then_some(()));
        crate::host::wait("it dumps no mapping either", || (filter(process) == "00000000").then_some(()));
    });
    assert!(!dumped);
    // Any other program shows that this would be seen, where the system writes dumps at all.
    let other = |process| {
        crate::host::wait("it began", || fact(process, "comm").starts_with("sleep").then_some(()));
        assert_ne!(filter(process), "00000000");
    };
    let seen = dumps_core(&home, Path::new("sleep"), "60", other);
    let pattern = std::fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap();
    let may_dump = pattern.trim() == "core" && getrlimit(Resource::Core).maximum != Some(0);
    assert!(seen || !may_dump);
}

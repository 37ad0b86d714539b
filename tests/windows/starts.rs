//! From which folders, and in which ways, browsers can start the program.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::host::{EXTENSION, Home};
use crate::windows::browser::Browser;
use crate::{program, saw};

/// How long a process may take to leave.
const AT_ONCE: Duration = Duration::from_secs(2);

/// The program in a folder of that name; a second name for the same file where the disk is the same.
fn in_folder(home: &Home, folder: &str) -> PathBuf {
    let folder = home.path().join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let copy = folder.join("correo-cfdi.exe");
    if std::fs::hard_link(program(), &copy).is_err() {
        std::fs::copy(program(), &copy).unwrap();
    }
    copy
}

#[test]
fn the_shell_starts_it_from_folders_of_any_name_and_the_end_of_the_stream_ends_both() {
    let home = Home::with_file_vault();
    for folder in ["llano", "con espacios", "señal ñ Ü", "Pérez & Hijos", "A&B", "100% (x86)", "a^b,c;d=e!f'g"] {
        let mut browser = Browser::start(&home, &in_folder(&home, folder));
        let hello = browser.hello();
        assert_eq!(hello["host_version"], env!("CARGO_PKG_VERSION"), "{folder}: {hello}");
        let took = browser.leave();
        assert!(took < AT_ONCE, "{folder}: {took:?}");
        saw(&format!("cmd.exe from {folder:?}: hello, and gone {} ms after the stream", took.as_millis()));
    }
}

#[test]
fn it_can_be_started_without_a_shell_and_takes_the_window_of_the_browser() {
    let home = Home::with_file_vault();
    let at = in_folder(&home, "sin intérprete");
    let mut command = std::process::Command::new(&at);
    command.envs(home.command().get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.arg(format!("chrome-extension://{EXTENSION}/")).arg("--parent-window=132456");
    let mut host = Home::host_by(command);
    assert!(host.leave() < AT_ONCE);
    saw("started directly with --parent-window: hello, and gone at the end of the stream");
}

#[test]
fn the_shell_of_a_host_that_died_ends_and_so_does_the_stream() {
    let home = Home::with_file_vault();
    let mut browser = Browser::start(&home, &program());
    browser.hello();
    // An impossible length ends the process by itself, as a crash would.
    browser.write_raw(&u32::MAX.to_ne_bytes());
    assert_eq!(browser.read(), None);
    crate::host::wait("the shell ends", || browser.shell.try_wait().unwrap());
    assert!(Path::new(&home.path().join("correo-cfdi.log")).exists());
    saw("a host that ended by itself: end of stream, and its cmd.exe is gone");
}

//! No console's window appears: neither of the program under a browser, nor of the sender that it starts.
#![expect(unsafe_code, reason = "consoles of other processes have no safe form")]

use std::os::windows::process::CommandExt as _;
use std::process::{Command, Stdio};

use serde_json::json;
use windows_sys::Win32::System::Console::{AttachConsole, FreeConsole, GetConsoleWindow};
use windows_sys::Win32::UI::WindowsAndMessaging::IsWindowVisible;

use crate::host::wait;
use crate::journey::setting::Setting;
use crate::windows::browser::Browser;
use crate::{program, saw};

const CREATE_NEW_CONSOLE: u32 = 0x0000_0010;

/// Names the process whose console the prober looks at.
const PROBED: &str = "CORREO_CFDI_TEST_PROBED";

/// What the prober ends with, for each of what it may find.
const NO_CONSOLE: i32 = 40;
const NO_WINDOW: i32 = 41;
const HIDDEN: i32 = 42;
const VISIBLE: i32 = 43;

/// Looks at the console of a process. A process has one console at a time, so this is done by one of its own: this very
/// test program, as its test `prober`.
fn console_of(process: u32) -> i32 {
    let mut prober = Command::new(std::env::current_exe().unwrap());
    prober.args(["--exact", "windows::consoles::prober", "--ignored"]).env(PROBED, process.to_string());
    prober.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    prober.status().unwrap().code().unwrap()
}

#[test]
#[ignore = "run by the others, not by itself"]
fn prober() {
    // Run with all the rest nobody is named.
    let Ok(process) = std::env::var(PROBED) else { return };
    let process = process.parse().unwrap();
    // SAFETY: no pointer is passed; the window's handle is only asked about.
    let found = unsafe {
        FreeConsole();
        if AttachConsole(process) == 0 {
            NO_CONSOLE
        } else {
            match GetConsoleWindow() {
                window if window.is_null() => NO_WINDOW,
                window if IsWindowVisible(window) == 0 => HIDDEN,
                _ => VISIBLE,
            }
        }
    };
    std::process::exit(found);
}

#[test]
fn neither_the_program_nor_its_sender_shows_a_console() {
    // The control: a program that is given a console of its own shows one. Without it the rest would say nothing.
    let mut shown = Command::new("cmd.exe");
    shown.args(["/d", "/k"]).creation_flags(CREATE_NEW_CONSOLE);
    // It waits for its next command, and ends by the end of the test at the latest.
    shown.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut shown = shown.spawn().unwrap();
    let control = console_of(shown.id());
    shown.kill().unwrap();
    shown.wait().unwrap();
    assert_eq!(control, VISIBLE, "the control shows no console, so this system cannot tell");

    let setting = Setting::signed_in(1);
    setting.home.settle();
    // The sender stays long enough to be looked at.
    setting.fault(json!({"point": "upload_open", "kind": "hang", "seconds": 10}));
    let mut browser = Browser::start(&setting.home, &program());
    browser.hello();
    let mut confirmed = setting.params(0, "cliente@example.mx");
    confirmed["confirmed"] = browser.ok("delivery.preview", confirmed.clone())["digest"].clone();
    let delivery = browser.ok("delivery.send", confirmed)["delivery"]["delivery"].clone();
    let sender = wait("the sender begins", || {
        let detail = browser.ok("delivery.get", json!({"delivery": delivery}));
        let line = detail["ledger"].as_array().unwrap().iter().find(|line| line["event"] == "attempt")?.clone();
        line["process"].as_u64()
    });
    for (who, process) in
        [("cmd.exe and the host under it", browser.shell.id()), ("the sender", u32::try_from(sender).unwrap())]
    {
        let found = console_of(process);
        assert!([NO_CONSOLE, NO_WINDOW, HIDDEN].contains(&found), "{who}: {found}");
        saw(&format!(
            "{who}: {}",
            ["no console", "a console without a window", "a hidden window"][(found - NO_CONSOLE) as usize]
        ));
    }
}

//! A display without a monitor, and somebody at its keyboard.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::host::wait;

/// An X display of the test's own.
pub struct Screen {
    server: Child,
    pub name: String,
}

impl Screen {
    pub fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb, of the package xvfb");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        Self { server, name: format!(":{}", number.trim()) }
    }

    fn tool(&self, arguments: &[&str]) -> String {
        let output = Command::new("xdotool").env("DISPLAY", &self.name).args(arguments).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn window(&self) -> Option<String> {
        let found = self.tool(&["search", "--onlyvisible", "--class", "prompter"]);
        found.lines().next().map(str::to_owned)
    }

    /// Presses keys in the keyring's window until it goes.
    pub fn press_when_asked(&self, keys: &[&str]) {
        wait("the keyring asks", || self.window());
        wait("its window goes", || {
            let Some(window) = self.window() else { return Some(()) };
            self.tool(&["windowfocus", &window]);
            for key in keys {
                self.tool(&["key", "--clearmodifiers", key]);
            }
            std::thread::sleep(std::time::Duration::from_millis(300));
            self.window().is_none().then_some(())
        });
    }

    /// Types into the keyring's window, and confirms.
    pub fn type_when_asked(&self, text: &str) {
        let window = wait("the keyring asks", || self.window());
        self.tool(&["windowfocus", &window]);
        self.tool(&["type", "--delay", "30", text]);
        self.tool(&["key", "Return"]);
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

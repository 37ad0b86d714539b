//! The log: one small rotating file, and only what is safe to show to support.
//!
//! Callers name a place and an error of ours; texts of third parties, addresses, paths and secrets are not logged.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use chrono::{SecondsFormat, Utc};

/// Bytes after which the log is set aside; one older file is kept.
const MAX_BYTES: u64 = 1024 * 1024;

/// Characters of one entry.
const MAX_ENTRY: usize = 300;

static FILE: OnceLock<PathBuf> = OnceLock::new();

/// Names the log file; before that nothing is logged. The first call wins.
pub fn begin(file: PathBuf) {
    // A second call is a mistake of the wiring, and harmless.
    drop(FILE.set(file));
}

/// Notes where a panic was, never what it said: a panic's text may hold anything.
pub fn note_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        warn("panic", &place);
    }));
}

/// Notes that something went wrong at that place.
pub fn warn(place: &str, what: &dyn std::fmt::Display) {
    write("warn", place, what);
}

/// Notes that something happened at that place.
pub fn note(place: &str, what: &dyn std::fmt::Display) {
    write("note", place, what);
}

fn write(level: &str, place: &str, what: &dyn std::fmt::Display) {
    let Some(path) = FILE.get() else { return };
    if fs::metadata(path).is_ok_and(|facts| facts.len() > MAX_BYTES) {
        // If another process was faster, its fresh log is written to.
        drop(fs::rename(path, path.with_extension("log.1")));
    }
    let text: String = redact(&what.to_string()).chars().take(MAX_ENTRY).collect();
    let line = format!(
        "{} {} {level} {place}: {text}\n",
        Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
        std::process::id()
    );
    if let Some(folder) = path.parent() {
        drop(fs::create_dir_all(folder));
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // A log that cannot be written must not stop a delivery.
    if let Ok(mut file) = options.open(path) {
        drop(file.write_all(line.as_bytes()));
    }
}

/// Removes line breaks, addresses, and every run of characters that could be a token.
fn redact(text: &str) -> String {
    text.split_whitespace()
        .map(|word| {
            let long = word.len() >= 20 && word.chars().any(|c| c.is_ascii_digit());
            let telling = ["@", "ya29.", "1//", "4/0", "GOCSPX", "upload_id=", "code=", "token"];
            if long || telling.iter().any(|mark| word.contains(mark)) { "[redacted]" } else { word }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn nothing_that_looks_like_a_secret_stays() {
        let text =
            "refused for ana@example.mx with ya29.abc at https://x/?upload_id=AB12 and 1//0fakefakefakefakefake\nnext";
        assert_eq!(redact(text), "refused for [redacted] with [redacted] at [redacted] and [redacted] next");
        assert_eq!(redact("the keyring is locked"), "the keyring is locked");
    }
}

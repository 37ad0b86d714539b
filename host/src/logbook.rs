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
        // As the place, which is ours: of what is said a long word with a number in it is taken for a secret.
        warn(&place, &"panic");
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

/// Removes line breaks, control characters, addresses, and every run of characters that could be a token.
fn redact(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .map(|word| if is_telling(word) { "[redacted]" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

/// How secrets begin, and what stands before or in them: addresses, Google's tokens, codes and client secrets, sessions,
/// JSON Web Tokens, what an authorization header or a form calls them.
const TELLING: [&str; 14] = [
    "@",
    "ya29.",
    "1//",
    "4/0",
    "gocspx",
    "upload_id",
    "code=",
    "token",
    "secret",
    "eyj",
    "bearer",
    "basic",
    "state=",
    "verifier",
];

/// Letters from which on a word may be a token: the names of our own errors are shorter, or small letters throughout.
const LONG: usize = 20;

fn is_telling(word: &str) -> bool {
    let of_both_cases = word.chars().any(char::is_uppercase) && word.chars().any(char::is_lowercase);
    let random = word.len() >= LONG && (of_both_cases || word.contains(|c: char| c.is_ascii_digit() || c == '%'));
    let lower = word.to_lowercase();
    random || TELLING.iter().any(|mark| lower.contains(mark))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]

    use super::*;

    /// What must never stand in a log, each in the form in which it exists.
    const SECRETS: [&str; 16] = [
        "ya29.a0fake-access",
        "1//0fake-refresh",
        "4/0Afake-code",
        "GOCSPX-fakefakefake",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
        "https://gmail.example/upload?uploadType=resumable&upload_id=AB12",
        "https://abc.chromiumapp.org/?state=x&code=y",
        "code_verifier=fake",
        "access_token=fake",
        "\"refresh_token\":\"fake\"",
        "client_secret=fake",
        "ana@example.mx",
        "<ana@example.mx>,",
        "dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "AbCdEfGhIjKlMnOpQrStUv",
        "%79%61%32%39%2E%61%30",
    ];

    #[test]
    fn nothing_that_looks_like_a_secret_stays() {
        let text =
            "refused for ana@example.mx with ya29.abc at https://x/?upload_id=AB12 and 1//0fakefakefakefakefake\nnext";
        assert_eq!(redact(text), "refused for [redacted] with [redacted] at [redacted] and [redacted] next");
        for secret in SECRETS {
            for around in ["{}", "a {} b", "a\u{1}{}\u{7f}b", "({})", "'{}'", "\n{}\r\n"] {
                let line = redact(&around.replace("{}", secret));
                assert!(!line.contains(secret) && line.contains("[redacted]"), "{line}");
                assert!(!line.contains(char::is_control));
            }
        }
    }

    #[test]
    fn what_our_errors_say_stays() {
        for text in [
            "the keyring is locked",
            "vault_no_service",
            "announced length 4294967295 is impossible",
            "invalid_grant: refused",
        ] {
            assert_eq!(redact(text), text);
        }
    }

    #[test]
    fn every_call_of_the_log_redacts_and_writes_one_line_for_its_owner_alone() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("correo-cfdi.log");
        begin(file.clone());
        for secret in SECRETS {
            warn("refresh", &secret);
            note("refresh", &format_args!("before {secret} after\nsecond line"));
        }
        warn("long", &"a ".repeat(MAX_ENTRY * 4));
        note_panics();
        let at = line!() + 1;
        let panic = std::panic::catch_unwind(|| std::panic::panic_any("ya29.a0fake-access in a panic"));
        drop(std::panic::take_hook());
        assert!(panic.is_err());
        let log = fs::read_to_string(&file).unwrap();
        // Other tests of this program may log meanwhile.
        assert!(log.lines().count() >= SECRETS.len() * 2 + 2);
        assert!(SECRETS.iter().all(|secret| !log.contains(secret)), "{log}");
        assert!(
            log.contains(&format!("logbook.rs:{at}: panic\n")),
            "the place of a panic and nothing that it said: {log}"
        );
        assert!(log.lines().all(|line| line.len() < MAX_ENTRY + 100 && !line.contains(char::is_control)));
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}

//! What a terminal or a script reads.

use std::io::{IsTerminal as _, Write as _};

use serde::Serialize;

use crate::protocol::failure::Fault;
use crate::protocol::hello::Locale;
use crate::protocol::texts;

/// Prints results as JSON lines or as text.
#[derive(Debug)]
pub(super) struct Printer {
    json: bool,
    locale: Locale,
}

impl Printer {
    pub(super) fn new(json: bool) -> Self {
        Self { json, locale: locale() }
    }

    /// Prints one result: its JSON, or the text made of it.
    pub(super) fn result<T: Serialize>(&self, value: &T, text: impl FnOnce(&T) -> String) {
        let line = match self.json {
            true => serde_json::to_string(value).unwrap_or_default(),
            false => text(value),
        };
        if !line.is_empty() {
            out(&line);
        }
    }

    /// A sentence of the locales; `$1` is `value`.
    pub(super) fn sentence(&self, key: &str, value: &str) -> String {
        texts::get(key, self.locale).unwrap_or(key).replace("$1", value)
    }

    /// Tells a person something that is no result.
    pub(super) fn remark(&self, text: &str) {
        if !self.json {
            err(text);
        }
    }

    /// Prints a failure to standard error; as JSON too where that was asked for.
    pub(super) fn fault(&self, fault: Fault) {
        let subject = fault.data.subject.clone();
        let (reasons, files) = (fault.data.reasons.clone(), fault.data.files.clone());
        let failure = fault.in_words(self.locale);
        if self.json {
            out(&serde_json::json!({ "error": failure }).to_string());
            return;
        }
        let about = subject.map(|subject| format!(" ({subject})")).unwrap_or_default();
        err(&format!("correo-cfdi: {}{about}", failure.message));
        for reason in reasons {
            err(&format!("  - {}", self.reason(&reason)));
        }
        for file in files {
            err(&format!("  {file}"));
        }
    }

    /// The sentence of a reason.
    pub(super) fn reason(&self, code: &str) -> String {
        texts::get(&format!("reason_{code}"), self.locale).map_or_else(|| code.to_owned(), str::to_owned)
    }

    /// What checking a seal came to, of `valid` or the code of why it was not checked.
    pub(super) fn seal(&self, code: &str) -> String {
        texts::get(&format!("seal_{code}"), self.locale).map_or_else(|| code.to_owned(), str::to_owned)
    }

    /// What came of asking the SAT, of its code.
    pub(super) fn status(&self, code: &str) -> String {
        texts::get(&format!("status_{code}"), self.locale).map_or_else(|| code.to_owned(), str::to_owned)
    }

    /// The failure's sentences, for a delivery's reason.
    pub(super) fn kind(&self, code: &str) -> String {
        texts::get(&format!("err_{code}"), self.locale).map_or_else(|| code.to_owned(), str::to_owned)
    }

    /// The extension's text of that key.
    pub(super) fn text(&self, key: &'static str) -> &'static str {
        texts::get(key, self.locale).unwrap_or(key)
    }

    /// Whether a script reads.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// The language of what is printed.
    pub(super) fn locale(&self) -> Locale {
        self.locale
    }

    /// Prints text that is its own form, such as CSV, without adding anything.
    pub(super) fn raw(&self, text: &str) {
        drop(write!(std::io::stdout(), "{text}"));
    }

    /// Whether a person watches.
    pub(super) fn shows_progress(&self) -> bool {
        !self.json && std::io::stderr().is_terminal()
    }

    /// Overwrites the line of progress.
    pub(super) fn progress(&self, text: &str) {
        if self.shows_progress() {
            // Progress that cannot be shown is no reason to stop.
            drop(write!(std::io::stderr(), "\r{text}\u{1b}[K"));
        }
    }
}

/// A reader that went away, as `head` does, is no failure of ours.
fn out(line: &str) {
    drop(writeln!(std::io::stdout(), "{line}"));
}

fn err(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// Asks a person at the terminal something that is answered on the next line.
pub(super) fn question(text: &str) {
    err(text);
}

/// Spanish, unless the environment asks for English (POSIX: `LC_ALL`, then `LC_MESSAGES`, then `LANG`).
fn locale() -> Locale {
    let chosen =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    match chosen {
        Some(name) if name.starts_with("en") => Locale::En,
        Some(_) | None => Locale::Es,
    }
}

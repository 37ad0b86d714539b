//! What a terminal or a script reads.
//!
//! JSON where it was asked for, and always the same; in a pipe, lines with tabs between their fields; on a terminal, tables
//! in its width and colours by meaning. Everything passes [`Shown`], which takes out what a terminal would obey: names,
//! subjects, paths and answers of servers come from strangers.

use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};

use anstream::{AutoStream, ColorChoice};
use chrono::{DateTime, Local};
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use super::paint::{Shown, Tone, When, clean, escaped};
use super::table::{self, Column, Row};
use crate::protocol::failure::Fault;
use crate::protocol::hello::Locale;
use crate::protocol::texts;

/// Columns of a terminal that does not tell them.
const COLUMNS: usize = 80;

/// Below this nothing can be read; what is too long then wraps as the terminal does it.
const LEAST_COLUMNS: usize = 20;

/// Cells of a progress bar, where there is room.
const BAR: usize = 30;

/// Something that a command lists.
pub(super) trait Listed: Serialize {
    /// Its columns on a terminal.
    const COLUMNS: &'static [Column];

    /// Its row on a terminal, one cell a column.
    fn row(&self, printer: &Printer) -> Row;

    /// Its line in a pipe: fields with tabs between them.
    fn line(&self, printer: &Printer) -> String;
}

/// Prints results as JSON lines, as lines of fields, or for a person at a terminal.
#[derive(Debug)]
pub(super) struct Printer {
    json: bool,
    locale: Locale,
    /// Whether a person reads the results.
    terminal: bool,
    /// Colours of standard output and of standard error.
    colours: [bool; 2],
    columns: usize,
    /// Columns that progress takes on its line; 0 while there is none.
    drawn: AtomicUsize,
}

impl Printer {
    pub(super) fn new(json: bool, locale: Locale, color: When) -> Self {
        let variable = |name: &str| std::env::var(name).ok();
        let terminals = [std::io::stdout().is_terminal(), std::io::stderr().is_terminal()];
        let columns = terminal_size::terminal_size_of(std::io::stdout())
            .or_else(|| terminal_size::terminal_size_of(std::io::stderr()))
            .map_or(COLUMNS, |(width, _)| usize::from(width.0).max(LEAST_COLUMNS));
        Self {
            json,
            locale,
            terminal: terminals[0] && !json,
            colours: terminals.map(|terminal| !json && color.holds(terminal, variable)),
            columns,
            drawn: AtomicUsize::new(0),
        }
    }

    /// Prints one result: its JSON, or the text made of it.
    pub(super) fn result<T: Serialize, S: Into<Shown>>(&self, value: &T, text: impl FnOnce(&T) -> S) {
        self.clear();
        let line = match self.json {
            true => escaped(&serde_json::to_string(value).unwrap_or_default()),
            false => text(value).into().render(self.colours[0]),
        };
        if !line.is_empty() {
            self.out(&line);
        }
    }

    /// Prints one thing: on a terminal, field by field.
    pub(super) fn one<T: Listed>(&self, value: &T) {
        self.result(value, |value| match self.terminal {
            true => Shown::lines(table::card(&self.heads::<T>(), &value.row(self), self.columns)),
            false => value.line(self).into(),
        });
    }

    /// Prints a list: on a terminal, as a table.
    pub(super) fn list<T: Listed>(&self, values: &[T]) {
        if !self.terminal {
            values.iter().for_each(|value| self.one(value));
            return;
        }
        self.clear();
        if values.is_empty() {
            self.remark(self.text("cli_nothing"));
            return;
        }
        let rows: Vec<Row> = values.iter().map(|value| value.row(self)).collect();
        let lines = table::layout(T::COLUMNS, &self.heads::<T>(), &rows, self.columns);
        self.out(&Shown::lines(lines).render(self.colours[0]));
    }

    fn heads<T: Listed>(&self) -> Vec<&'static str> {
        T::COLUMNS.iter().map(|column| self.text(column.head)).collect()
    }

    /// Whether a person reads the results at a terminal.
    pub(super) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Columns of the terminal.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// A time of ours (RFC 3339) as a person's clock shows it.
    pub(super) fn time(&self, time: &str) -> String {
        let local = DateTime::parse_from_rfc3339(time).map(|time| time.with_timezone(&Local));
        local.map_or_else(|_| time.to_owned(), |local| local.format("%Y-%m-%d %H:%M").to_string())
    }

    /// A sentence of the locales; `$1`, `$2` ... are the values.
    pub(super) fn filled(&self, key: &'static str, values: &[&dyn std::fmt::Display]) -> String {
        let mut text = self.text(key).to_owned();
        for (index, value) in values.iter().enumerate() {
            text = text.replace(&format!("${}", index + 1), &value.to_string());
        }
        text
    }

    /// A sentence of the locales; `$1` is `value`.
    pub(super) fn sentence(&self, key: &str, value: &str) -> String {
        texts::get(key, self.locale).unwrap_or(key).replace("$1", value)
    }

    /// Tells a person something that is no result.
    pub(super) fn remark(&self, text: &str) {
        if !self.json {
            self.err(&Shown::from(text));
        }
    }

    /// Prints a failure to standard error; as JSON on standard output where that was asked for.
    pub(super) fn fault(&self, fault: Fault) {
        let subject = fault.data.subject.clone();
        let (reasons, files) = (fault.data.reasons.clone(), fault.data.files.clone());
        let failure = fault.in_words(self.locale);
        if self.json {
            self.clear();
            self.out(&escaped(&serde_json::json!({ "error": failure }).to_string()));
            return;
        }
        let about = subject.map(|subject| format!(" ({subject})")).unwrap_or_default();
        let what = Shown::new(Tone::Bad, "correo-cfdi:").and(Tone::Plain, format!(" {}{about}", failure.message));
        let reasons = reasons.iter().map(|reason| Shown::from(format!("  - {}", self.reason(reason))));
        let files = files.iter().map(|file| Shown::from(format!("  {file}")));
        self.err(&Shown::lines([what].into_iter().chain(reasons).chain(files)));
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

    /// Prints text that is its own form, such as CSV, without adding anything; a terminal gets nothing that it would obey.
    pub(super) fn raw(&self, text: &str) {
        match self.terminal {
            true => drop(write!(std::io::stdout(), "{}", clean(&text.replace("\r\n", "\n")))),
            false => drop(write!(std::io::stdout(), "{text}")),
        }
    }

    /// Whether a person watches, on a terminal that can write over a line.
    pub(super) fn shows_progress(&self) -> bool {
        !self.json && std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
    }

    /// Writes over the line of progress; nothing of it is left when something else is printed.
    pub(super) fn progress(&self, text: &str) {
        if !self.shows_progress() {
            return;
        }
        // One column less than there are: a full line would wrap, and a wrapped line cannot be written over.
        let text = table::shortened(&clean(text), self.columns - 1);
        let before = self.drawn.swap(text.width(), Ordering::Relaxed);
        let blank = " ".repeat(before.saturating_sub(text.width()));
        // Blanks and not a control sequence: every console understands them. Progress that cannot be shown is no reason to stop.
        drop(write!(std::io::stderr(), "\r{text}{blank}"));
        drop(std::io::stderr().flush());
    }

    /// Progress of which the end is known.
    pub(super) fn bar(&self, done: u32, total: u32, note: &str) {
        self.progress(&bar(done, total, note, self.columns));
    }

    /// Takes the line of progress away.
    pub(super) fn clear(&self) {
        if self.drawn.load(Ordering::Relaxed) > 0 {
            self.progress("");
            drop(write!(std::io::stderr(), "\r"));
        }
    }

    /// Asks a person at the terminal something that is answered on the next line.
    pub(super) fn question(&self, text: &str) {
        self.err(&Shown::from(text));
    }

    /// A reader that went away, as `head` does, is no failure of ours.
    fn out(&self, line: &str) {
        drop(writeln!(AutoStream::new(std::io::stdout(), choice(self.colours[0])), "{line}"));
    }

    fn err(&self, shown: &Shown) {
        self.clear();
        let line = shown.render(self.colours[1]);
        drop(writeln!(AutoStream::new(std::io::stderr(), choice(self.colours[1])), "{line}"));
    }
}

/// Colours were decided already: with them, consoles of Windows are told; without them, there is nothing to take out.
fn choice(colours: bool) -> ColorChoice {
    if colours { ColorChoice::Always } else { ColorChoice::AlwaysAnsi }
}

fn bar(done: u32, total: u32, note: &str, columns: usize) -> String {
    let tail = format!(" {done}/{total}{note}");
    let cells = BAR.min(columns.saturating_sub(tail.width() + 3));
    let full = (done as usize * cells).checked_div(total as usize).unwrap_or(0).min(cells);
    format!("[{}{}]{tail}", "#".repeat(full), "-".repeat(cells - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_never_fills_the_line() {
        assert_eq!(bar(1, 2, "", 80), format!("[{}{}] 1/2", "#".repeat(15), "-".repeat(15)));
        assert_eq!(bar(0, 0, "", 80), format!("[{}] 0/0", "-".repeat(30)));
        assert_eq!(bar(9, 3, " · 12:00", 30).width(), 29);
    }
}

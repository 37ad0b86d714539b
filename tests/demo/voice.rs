//! What the demo tells the person: Spanish first, English below.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use clap::ValueEnum;

/// A language of the commentary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Only Spanish.
    Es,
    /// Only English.
    En,
}

/// Something that is waited for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wait {
    /// A noun phrase in Spanish.
    pub(crate) es: &'static str,
    /// The same in English.
    pub(crate) en: &'static str,
    /// The longest that it is waited for.
    pub(crate) limit: Duration,
}

/// Tells what happens, in both languages or in the one that was chosen.
#[derive(Debug)]
pub(crate) struct Voice {
    only: Option<Language>,
    /// Whether the second language may be dimmed.
    dim: bool,
}

impl Voice {
    /// Speaks one language, or both.
    pub(crate) fn new(only: Option<Language>) -> Self {
        let dim = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { only, dim }
    }

    /// The language that programs are asked to speak.
    pub(crate) fn language(&self) -> Language {
        self.only.unwrap_or(Language::Es)
    }

    /// The heading of a part.
    pub(crate) fn part(&self, es: &str, en: &str) {
        self.line("");
        self.line(&format!("== {} ==", self.both(es, en)));
    }

    /// A sentence.
    pub(crate) fn say(&self, es: &str, en: &str) {
        match self.only {
            Some(Language::Es) => self.line(es),
            Some(Language::En) => self.line(en),
            None => {
                self.line(es);
                self.line(&self.dimmed(&format!("   {en}")));
            }
        }
    }

    /// A step that the person takes.
    pub(crate) fn step(&self, number: usize, es: &str, en: &str) {
        match self.only {
            Some(Language::Es) => self.line(&format!(" {number}. {es}")),
            Some(Language::En) => self.line(&format!(" {number}. {en}")),
            None => {
                self.line(&format!(" {number}. {es}"));
                self.line(&self.dimmed(&format!("    {en}")));
            }
        }
    }

    /// A value under its name.
    pub(crate) fn fact(&self, es: &str, en: &str, value: &str) {
        self.line(&format!("   {}: {value}", self.both(es, en)));
    }

    /// What is waited for, and for how long at most.
    pub(crate) fn waiting(&self, wait: &Wait) {
        let limit = in_words(wait.limit);
        self.say(
            &format!("… Esperando {} (a lo más {limit})", wait.es),
            &format!("Waiting for {} (at most {limit})", wait.en),
        );
    }

    /// Two short texts beside each other.
    fn both(&self, es: &str, en: &str) -> String {
        match self.only {
            Some(Language::Es) => es.to_owned(),
            Some(Language::En) => en.to_owned(),
            None if es == en => es.to_owned(),
            None => format!("{es} / {en}"),
        }
    }

    fn dimmed(&self, text: &str) -> String {
        if self.dim { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn line(&self, text: &str) {
        // Whoever reads may have gone (a closed pipe); that is no reason to leave something behind.
        drop(writeln!(io::stdout(), "{text}"));
    }
}

/// A limit as people say it.
pub(crate) fn in_words(limit: Duration) -> String {
    match limit.as_secs() {
        seconds if seconds >= 120 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

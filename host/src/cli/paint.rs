//! What reaches a screen: text without control characters, and colours by meaning.

use clap::ValueEnum;

/// Shown in the place of what a terminal would obey.
const REPLACEMENT: char = '\u{fffd}';

/// When colours are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum When {
    // On a terminal that has colours, unless the person's environment says no. No text of help: all of it is in two languages.
    #[default]
    Auto,
    Always,
    Never,
}

impl When {
    /// Whether colours are shown: `NO_COLOR` (no-color.org), `CLICOLOR=0` and `TERM=dumb` forbid what nobody asked for.
    pub(super) fn holds(self, terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Auto => {
                let is = |name: &str, value: &str| variable(name).is_some_and(|given| given == value);
                let forbidden = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
                terminal && !forbidden && !is("CLICOLOR", "0") && !is("TERM", "dumb")
            }
        }
    }

    /// The same for what the parser of arguments prints itself.
    pub(super) fn for_help(self) -> clap::ColorChoice {
        match self {
            Self::Auto => clap::ColorChoice::Auto,
            Self::Always => clap::ColorChoice::Always,
            Self::Never => clap::ColorChoice::Never,
        }
    }
}

/// What a text means; never the only way in which that is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Tone {
    /// Nothing special.
    #[default]
    Plain,
    /// It is done, or well.
    Good,
    /// It waits for something.
    Warn,
    /// It failed, or needs a person.
    Bad,
    /// It matters less.
    Dim,
    /// A heading.
    Head,
}

impl Tone {
    /// The parameter of "select graphic rendition" (ECMA-48, 8.3.117).
    fn parameter(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Good => Some("32"),
            Self::Warn => Some("33"),
            Self::Bad => Some("31"),
            Self::Dim => Some("2"),
            Self::Head => Some("1"),
        }
    }
}

/// Text in pieces, each with its meaning. It may hold anything: what is not for a screen goes when it is rendered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shown(Vec<(Tone, String)>);

impl Shown {
    /// One piece.
    pub(super) fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self(vec![(tone, text.into())])
    }

    /// With one more piece.
    pub(super) fn and(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.0.push((tone, text.into()));
        self
    }

    /// These lines, one below the other.
    pub(super) fn lines(lines: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::default();
        for (index, line) in lines.into_iter().enumerate() {
            if index > 0 {
                all.0.push((Tone::Plain, "\n".to_owned()));
            }
            all.0.extend(line.0);
        }
        all
    }

    /// What is written: cleaned, and with colours or without.
    pub(super) fn render(&self, colours: bool) -> String {
        let mut text = String::new();
        for (tone, piece) in &self.0 {
            let piece = clean(piece);
            match tone.parameter().filter(|_| colours && !piece.is_empty()) {
                Some(parameter) => text.push_str(&format!("\u{1b}[{parameter}m{piece}\u{1b}[0m")),
                None => text.push_str(&piece),
            }
        }
        text
    }
}

impl From<String> for Shown {
    fn from(text: String) -> Self {
        Self::new(Tone::Plain, text)
    }
}

impl From<&str> for Shown {
    fn from(text: &str) -> Self {
        Self::new(Tone::Plain, text)
    }
}

/// Whether a terminal would obey it, or show the rest of a line in another order: controls of both sets (ECMA-48) and
/// Unicode's marks of direction and of lines (UAX #9).
fn is_obeyed(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text that only shows: line ends and tabs stay, every other control is replaced.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|c| if is_obeyed(c) && !matches!(c, '\n' | '\t') { REPLACEMENT } else { c }).collect()
}

/// The same on one line, for a cell.
pub(super) fn one_line(text: &str) -> String {
    clean(text).replace(['\n', '\t'], " ")
}

/// JSON that says the same without a letter that a terminal would obey: inside JSON they stand in strings alone, where each
/// has an escape (RFC 8259, section 7). The serializer escapes only what it must.
pub(super) fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        match is_obeyed(letter) {
            true => text.push_str(&format!("\\u{:04x}", u32::from(letter))),
            false => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_of_people_who_want_them() {
        let with = |when: When, terminal, given: &'static [(&str, &str)]| {
            when.holds(terminal, |name| {
                given.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(with(When::Auto, true, &[("TERM", "xterm")]) && !with(When::Auto, false, &[]));
        assert!(with(When::Auto, true, &[("NO_COLOR", ""), ("CLICOLOR", "1")]));
        for forbids in [[("NO_COLOR", "1")], [("CLICOLOR", "0")], [("TERM", "dumb")]] {
            let forbids: &'static [(&str, &str)] = Box::leak(Box::new(forbids));
            assert!(!with(When::Auto, true, forbids), "{forbids:?}");
            assert!(with(When::Always, false, forbids), "{forbids:?}");
        }
        assert!(!with(When::Never, true, &[]));
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let wicked = "a\u{1b}[2Jb\u{9b}31mc\u{7}\r\u{202e}d\u{2028}\u{7f}\u{0}é漢\n\t";
        assert_eq!(clean(wicked), "a\u{fffd}[2Jb\u{fffd}31mc\u{fffd}\u{fffd}\u{fffd}d\u{fffd}\u{fffd}\u{fffd}é漢\n\t");
        assert!(!one_line(wicked).contains(['\n', '\t', '\u{1b}']));
        let shown = Shown::new(Tone::Bad, wicked).render(true);
        assert_eq!(shown.matches('\u{1b}').count(), 2, "ours alone: {shown:?}");
        assert!(!Shown::new(Tone::Bad, wicked).render(false).contains('\u{1b}'));
    }

    #[test]
    fn json_stays_the_same_value() {
        let value = serde_json::json!({ "name": "a\u{1b}\u{9b}\u{202e}\u{7f}\"é" });
        let text = escaped(&value.to_string());
        assert!(text.contains("\\u009b\\u202e\\u007f") && text.contains('é'), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).ok(), Some(value));
    }
}

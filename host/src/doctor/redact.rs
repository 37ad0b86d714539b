//! Takes out of a text what is nobody's business at support: addresses, tokens, the name of the home folder.

use std::path::PathBuf;

/// How tokens, codes and client secrets of Google begin (RFC 6749 calls them opaque; these are what Google issues).
const SECRETS: [&str; 5] = ["ya29.", "1//", "4/0", "4%2F0", "GOCSPX-"];

/// What stands in the place of something that was taken out.
const GONE: &str = "[…]";

/// Knows what to take out.
#[derive(Debug, Clone)]
pub struct Redactor {
    /// The home folder as the system writes it, without a separator at its end.
    home: Option<String>,
}

impl Redactor {
    /// For the user who runs the program.
    #[must_use]
    pub fn of_this_user() -> Self {
        Self::new(directories::BaseDirs::new().map(|bases| bases.home_dir().to_owned()))
    }

    /// For that home folder.
    #[must_use]
    pub fn new(home: Option<PathBuf>) -> Self {
        let home = home.map(|home| home.display().to_string().trim_end_matches(['/', '\\']).to_owned());
        // A home of one letter or the root would match everywhere.
        Self { home: home.filter(|home| home.len() > 3) }
    }

    /// The text without addresses and tokens, and with `~` for the home folder.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let text = self.without_home(text);
        let mut clean = String::with_capacity(text.len());
        let mut word = String::new();
        for letter in text.chars() {
            if is_of_a_word(letter) {
                word.push(letter);
            } else {
                clean.push_str(cleaned(&word));
                word.clear();
                clean.push(letter);
            }
        }
        clean.push_str(cleaned(&word));
        clean
    }

    fn without_home(&self, text: &str) -> String {
        let Some(home) = &self.home else { return text.to_owned() };
        let mut clean = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = find(rest, home) {
            let (before, after) = (&rest[..at], &rest[at + home.len()..]);
            clean.push_str(before);
            // `/home/ana` is not a part of `/home/anabel`.
            let whole = after.chars().next().is_none_or(|next| !next.is_alphanumeric());
            clean.push_str(if whole { "~" } else { &rest[at..at + home.len()] });
            rest = after;
        }
        clean.push_str(rest);
        clean
    }
}

/// Windows takes no notice of the case of letters in a path; what is found there is of the same length in bytes, because
/// only ASCII letters are compared so.
fn find(text: &str, part: &str) -> Option<usize> {
    match part.starts_with('/') {
        true => text.find(part),
        false => text.to_ascii_lowercase().find(&part.to_ascii_lowercase()),
    }
}

/// Letters of an address, a token or a path without separators.
fn is_of_a_word(letter: char) -> bool {
    !letter.is_whitespace() && !matches!(letter, '"' | '\'' | '<' | '>' | '(' | ')' | ',' | ';' | '«' | '»' | '\\')
}

fn cleaned(word: &str) -> &str {
    // Only where a value begins: `/facturas/2024/01` is a folder.
    let values = word.split(['=', ':', '&', '?']);
    let is_secret = values.into_iter().any(|value| SECRETS.iter().any(|mark| value.starts_with(mark)));
    let is_address = word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if is_secret || is_address { GONE } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_tokens_do_not_stay() {
        let redactor = Redactor::new(None);
        assert_eq!(redactor.redact("cuenta <ana@empresa.example>, lista"), "cuenta <[…]>, lista");
        assert_eq!(redactor.redact("to=ana@empresa.example"), "[…]");
        for token in ["ya29.falso", "1//falso", "4/0Afalso", "4%2F0Afalso", "GOCSPX-falso"] {
            assert_eq!(redactor.redact(&format!("x {token} y")), "x […] y");
        }
        assert_eq!(redactor.redact("https://x.example/?code=4/0Afalso"), "[…]");
        for harmless in
            ["https://accounts.google.com", "http://proxy.example:3128", "/x/2024/01/a.xml", "a @ b", "0.1.0", ""]
        {
            assert_eq!(redactor.redact(harmless), harmless);
        }
    }

    #[test]
    fn the_home_folder_is_named_by_its_sign() {
        let unix = Redactor::new(Some("/home/ana/".into()));
        assert_eq!(unix.redact("/home/ana/a b/c.json, /home/ana"), "~/a b/c.json, ~");
        assert_eq!(unix.redact("/home/anabel/x /mnt/home/ana/y"), "/home/anabel/x /mnt~/y");
        assert_eq!(unix.redact("/HOME/ANA/x"), "/HOME/ANA/x");
        let windows = Redactor::new(Some(r"C:\Users\José Núñez".into()));
        assert_eq!(windows.redact(r"c:\users\José Núñez\AppData\x"), r"~\AppData\x");
        assert_eq!(Redactor::new(Some("/".into())).redact("/etc/x"), "/etc/x");
    }
}

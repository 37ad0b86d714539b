//! E-mail addresses that are safe to put into a header and an envelope.

use std::fmt;
use std::str::FromStr;

/// Longest address, in bytes (RFC 5321 section 4.5.3.1.3: a path of 256 with its brackets).
const MAX_LENGTH: usize = 254;

/// A bare address such as `ana@example.mx`, without display name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MailAddress(String);

/// The text is no e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct NotAnAddress;

impl MailAddress {
    /// The address as written, its domain in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form by which two spellings of one mailbox are the same: no provider of our users tells upper from lower case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for MailAddress {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let text = text.trim_matches(' ');
        // Checked before the parser, so that no parser's leniency can let a second header in.
        if text.len() > MAX_LENGTH || text.chars().any(|c| c.is_control() || c.is_whitespace() || is_unseen(c)) {
            return Err(NotAnAddress);
        }
        let parsed: lettre::Address = text.parse().map_err(|_| NotAnAddress)?;
        // Invoices go to public mailboxes: a domain without a dot is a typing error.
        if !parsed.domain().contains('.') || parsed.domain().starts_with('[') {
            return Err(NotAnAddress);
        }
        Ok(Self(format!("{}@{}", parsed.user(), parsed.domain().to_lowercase())))
    }
}

/// Whether a character is there without being seen, or turns round what follows: whoever confirms the address would read
/// another one than the one that is written to (Unicode UAX #44 `Default_Ignorable_Code_Point`, UAX #9).
const fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_pass_and_compare_without_case() {
        let first: Result<MailAddress, _> = " Ana.Ñandú@Example.MX ".parse();
        let second: Result<MailAddress, _> = "ana.ñandú@example.mx".parse();
        assert_eq!(first.map(|a| a.key()), second.map(|a| a.key()));
    }

    #[test]
    fn line_breaks_lists_and_fragments_are_refused() {
        for text in [
            "",
            "ana",
            "ana@",
            "@example.mx",
            "ana@example",
            "ana@example.mx\r\nBcc: eve@example.mx",
            "ana@example.mx\n",
            "ana@example.mx, eve@example.mx",
            "ana@example.mx;eve@example.mx",
            "Ana <ana@example.mx>",
            "ana@[127.0.0.1]",
            "a b@example.mx",
            "a\u{200b}na@example.mx",
            "\u{202e}xm.elpmaxe@ana@example.mx",
            "ana@exa\u{ad}mple.mx",
            "\u{feff}ana@example.mx",
        ] {
            assert_eq!(text.parse::<MailAddress>(), Err(NotAnAddress), "{text:?}");
        }
    }
}

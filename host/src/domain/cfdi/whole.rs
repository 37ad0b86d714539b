//! A document that is in memory already: its text is used where it lies, without a copy.

use std::io;

use encoding_rs::UTF_8;

use super::decode::{Fault, Input, WINDOW, has_forbidden, stopped};
use super::encoding::{Oddities, sniff};
use super::limits::{DECLARATION_WINDOW, MAX_FILE_BYTES, MAX_TOKEN_BYTES};

/// UTF-8 text, which is judged a window at a time as any other, so that a document is refused for the same reason.
pub(super) struct WholeText<'t> {
    text: &'t str,
    /// What is available is `text[position..end]`.
    position: usize,
    end: usize,
    /// Bytes of the next window; the first begins with the byte order marks.
    window: usize,
    fault: Option<Fault>,
    oddities: Oddities,
}

impl<'t> WholeText<'t> {
    /// The text of a document that is UTF-8 throughout; `None` for all others, which have to be decoded.
    pub(super) fn of(bytes: &'t [u8]) -> Option<Self> {
        let sniffed = sniff(&bytes[..bytes.len().min(DECLARATION_WINDOW)]);
        let is_plain = sniffed.encoding == UTF_8 && bytes.len() as u64 <= MAX_FILE_BYTES;
        let rest = bytes.get(sniffed.skip..).filter(|_| is_plain)?;
        let text = std::str::from_utf8(rest).ok()?;
        Some(Self { text, position: 0, end: 0, window: WINDOW - sniffed.skip, fault: None, oddities: sniffed.oddities })
    }

    fn stop(&mut self, fault: Fault) -> io::Error {
        self.fault = Some(fault);
        stopped()
    }
}

impl Input for WholeText<'_> {
    fn text(&self) -> &str {
        &self.text[self.position..self.end]
    }

    fn consume(&mut self, amount: usize) {
        self.position = (self.position + amount).min(self.end);
    }

    fn more(&mut self) -> io::Result<bool> {
        if self.end - self.position > MAX_TOKEN_BYTES {
            return Err(self.stop(Fault::TokenTooLong));
        }
        let end = self.text.floor_char_boundary(self.end + self.window);
        self.window = WINDOW;
        if has_forbidden(&self.text[self.end..end]) {
            return Err(self.stop(Fault::ForbiddenCharacter));
        }
        let grew = end > self.end;
        self.end = end;
        Ok(grew)
    }

    fn fault(&self) -> Option<Fault> {
        self.fault
    }

    fn oddities(&self) -> Oddities {
        self.oddities
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::super::decode::Utf8Input;
    use super::*;

    fn drain(input: &mut impl Input) -> (String, Option<Fault>, Oddities) {
        let mut text = String::new();
        while input.more().is_ok_and(|grew| grew) {
            text.push_str(input.text());
            input.consume(input.text().len());
        }
        (text, input.fault(), input.oddities())
    }

    #[test]
    fn what_is_taken_as_it_lies_reads_as_if_it_had_come_piece_by_piece() {
        let long = "ñ€😀 <a/>".repeat(WINDOW);
        for text in ["", "<a/>", "\u{FEFF}\u{FEFF}<a/>", "<a>\u{FFFD}</a>", "<a>\u{FFFE}</a>", "<a>\u{1}</a>", &long] {
            let mut whole = WholeText::of(text.as_bytes()).unwrap();
            assert_eq!(drain(&mut whole), drain(&mut Utf8Input::new(text.as_bytes()).unwrap()));
        }
    }

    #[test]
    fn what_has_to_be_decoded_is_left_to_others() {
        let utf16: Vec<u8> = "<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [&b"<a n='\xD1'/>"[..], b"<?xml version='1.0' encoding='ISO-8859-1'?><a/>", &utf16, b"<a/>\xC3"] {
            assert!(WholeText::of(bytes).is_none(), "{bytes:?}");
        }
    }

    #[test]
    fn one_token_is_held_up_to_its_limit() {
        let text = "a".repeat(MAX_TOKEN_BYTES + 2 * WINDOW);
        let mut input = WholeText::of(text.as_bytes()).unwrap();
        while input.more().is_ok() {}
        assert_eq!(input.fault(), Some(Fault::TokenTooLong));
    }
}

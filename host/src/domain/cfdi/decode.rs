//! Turns whatever bytes a file holds into UTF-8, in bounded memory, and notes what was odd about them.

use std::io::{self, Read};

use encoding_rs::{UTF_8, WINDOWS_1252};

use super::encoding::{Oddities, Transcoder, sniff};
use super::limits::{DECLARATION_WINDOW, MAX_FILE_BYTES, MAX_TOKEN_BYTES};

/// Bytes read at a time, and held of the source where it is transcoded.
pub(super) const WINDOW: usize = 32 * 1024;

/// The longest UTF-8 sequence: with fewer bytes left, more are read before judging them.
const MAX_SEQUENCE: usize = 4;

/// Why reading stopped on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// More bytes than a file may have.
    TooLarge,
    /// One token is longer than may be held.
    TokenTooLong,
    /// A control character, or U+FFFE or U+FFFF, which XML 1.0 section 2.2 forbids.
    ForbiddenCharacter,
}

/// Where the scanner's text comes from.
pub(super) trait Input {
    /// The text that is available, from the first character not consumed on.
    fn text(&self) -> &str;

    /// Leaves out so many bytes of the available text.
    fn consume(&mut self, amount: usize);

    /// Makes more text available behind what is; `false` at the end of the input.
    ///
    /// # Errors
    /// The source's own; and one that [`Input::fault`] explains, also where what is available is one token too long.
    fn more(&mut self) -> io::Result<bool>;

    /// Why this input ended the reading, if it did.
    fn fault(&self) -> Option<Fault>;

    /// What was odd so far.
    fn oddities(&self) -> Oddities;
}

/// What an input says when it stopped for one of its faults, which tells more.
pub(super) fn stopped() -> io::Error {
    io::Error::other("the document is beyond the limits of the reader")
}

/// Text from any source: validates, transcodes, counts, and stops at the limits.
///
/// A byte that is no UTF-8 is read as Windows-1252, since that is what the field writes under a UTF-8 declaration.
pub(super) struct Utf8Input<R> {
    source: Source<R>,
    /// Bytes not yet judged are `raw[valid..end]`.
    raw: Box<[u8]>,
    valid: usize,
    end: usize,
    at_end: bool,
    /// What is available of the text is `held[position..]`.
    held: String,
    position: usize,
    total: u64,
    fault: Option<Fault>,
    oddities: Oddities,
}

impl<R: Read> Utf8Input<R> {
    /// Reads the first bytes to learn the encoding.
    pub(super) fn new(mut inner: R) -> io::Result<Self> {
        let mut raw = window();
        let (mut end, mut at_end) = (0, false);
        while end < DECLARATION_WINDOW && !at_end {
            let read = read_some(&mut inner, &mut raw[end..])?;
            at_end = read == 0;
            end += read;
        }
        let sniffed = sniff(&raw[..end.min(DECLARATION_WINDOW)]);
        let begun = sniffed.skip..end;
        let is_plain = sniffed.encoding == UTF_8;
        let (source, raw, unjudged) = if is_plain {
            (Source::Plain(inner), raw, begun)
        } else {
            let transcoder = Transcoder::new(inner, sniffed.encoding, raw, begun);
            (Source::Transcoded(Box::new(transcoder)), window(), 0..0)
        };
        Ok(Self {
            source,
            raw,
            valid: unjudged.start,
            end: unjudged.end,
            at_end: at_end && is_plain,
            held: String::with_capacity(WINDOW),
            position: 0,
            total: unjudged.len() as u64,
            fault: None,
            oddities: sniffed.oddities,
        })
    }

    fn stop(&mut self, fault: Fault) -> io::Error {
        self.fault = Some(fault);
        stopped()
    }

    fn read_more(&mut self) -> io::Result<()> {
        self.raw.copy_within(self.valid..self.end, 0);
        self.end -= self.valid;
        self.valid = 0;
        // What was consumed goes only here, once for many tokens.
        self.held.drain(..self.position);
        self.position = 0;
        let read = read_some(&mut self.source, &mut self.raw[self.end..])?;
        self.at_end = read == 0;
        self.end += read;
        self.total += read as u64;
        if self.total > MAX_FILE_BYTES {
            return Err(self.stop(Fault::TooLarge));
        }
        Ok(())
    }

    fn patch_one(&mut self) {
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(&self.raw[self.valid..=self.valid]);
        self.held.push_str(&text);
        self.valid += 1;
        self.oddities.misfit = true;
    }
}

impl<R: Read> Input for Utf8Input<R> {
    fn text(&self) -> &str {
        &self.held[self.position..]
    }

    fn consume(&mut self, amount: usize) {
        self.position = (self.position + amount).min(self.held.len());
    }

    fn more(&mut self) -> io::Result<bool> {
        if self.held.len() - self.position > MAX_TOKEN_BYTES {
            return Err(self.stop(Fault::TokenTooLong));
        }
        loop {
            if self.end - self.valid < MAX_SEQUENCE && !self.at_end {
                self.read_more()?;
            }
            let unjudged = &self.raw[self.valid..self.end];
            let (fits, truncated) = match std::str::from_utf8(unjudged) {
                Ok(text) => (text, false),
                Err(error) => {
                    let fits = std::str::from_utf8(&unjudged[..error.valid_up_to()]).unwrap_or_default();
                    (fits, error.error_len().is_none())
                }
            };
            if !fits.is_empty() {
                if has_forbidden(fits) {
                    return Err(self.stop(Fault::ForbiddenCharacter));
                }
                self.held.push_str(fits);
                self.valid += fits.len();
                return Ok(true);
            }
            if self.end == self.valid {
                return Ok(false);
            }
            if !truncated || self.at_end {
                self.patch_one();
                return Ok(true);
            }
        }
    }

    fn fault(&self) -> Option<Fault> {
        self.fault
    }

    fn oddities(&self) -> Oddities {
        let mut oddities = self.oddities;
        if let Source::Transcoded(transcoder) = &self.source {
            oddities.misfit |= transcoder.has_misfits();
        }
        oddities
    }
}

/// Room for what is read at a time.
fn window() -> Box<[u8]> {
    vec![0; WINDOW].into_boxed_slice()
}

/// Reads once, and again where that was only interrupted.
fn read_some(source: &mut impl Read, out: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(out) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// Whether a text holds a character that XML 1.0 section 2.2 forbids.
pub(super) fn has_forbidden(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Without an early end the compiler looks at many bytes at a time.
    let forbidden = |found: bool, b: &u8| found | ((*b < 0x20) & (*b != b'\t') & (*b != b'\n') & (*b != b'\r'));
    let is_no_character = |at: usize| matches!(bytes.get(at + 1..), Some([0xBF, 0xBE | 0xBF, ..]));
    bytes.iter().fold(false, forbidden) || memchr::memchr_iter(0xEF, bytes).any(is_no_character)
}

enum Source<R> {
    Plain(R),
    Transcoded(Box<Transcoder<R>>),
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(inner) => inner.read(out),
            Self::Transcoded(transcoder) => transcoder.read(out),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    fn decode(bytes: &[u8]) -> (String, Oddities) {
        let mut input = Utf8Input::new(bytes).unwrap();
        let mut text = String::new();
        while input.more().unwrap() {
            text.push_str(input.text());
            input.consume(input.text().len());
        }
        (text, input.oddities())
    }

    #[test]
    fn utf8_passes_across_window_edges() {
        for shift in 0..4 {
            let text = format!("{}{}", "a".repeat(shift), "ñ€😀".repeat(WINDOW));
            assert_eq!(decode(text.as_bytes()), (text, Oddities::default()));
        }
    }

    #[test]
    fn misfit_bytes_become_windows_1252() {
        let (text, oddities) = decode(b"<a n=\"Mu\xF1oz \x80 y Pe\xF1a\xC3\"/>\xE2\x82");
        assert_eq!(text, "<a n=\"Muñoz € y PeñaÃ\"/>â‚");
        assert!(oddities.misfit);
    }

    #[test]
    fn a_file_full_of_misfits_is_read_in_one_pass() {
        let bytes = [b'a', 0xF1].repeat(WINDOW * 2);
        assert_eq!(decode(&bytes).0, "añ".repeat(WINDOW * 2));
    }

    #[test]
    fn declared_and_marked_encodings() {
        let latin = b"<?xml version='1.0' encoding = 'ISO-8859-1'?><a n='\xD1'/>";
        assert!(decode(latin).0.ends_with("<a n='Ñ'/>"));
        assert!(decode(latin).1.not_utf8);
        let utf16: Vec<u8> = "\u{FEFF}\u{FEFF}<a n='Ñ😀'/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (text, oddities) = decode(&utf16);
        assert_eq!(text, "<a n='Ñ😀'/>");
        assert!(oddities.not_utf8 && oddities.repeated_mark);
        let unmarked: Vec<u8> = "<a n='Ñ'/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&unmarked).0, "<a n='Ñ'/>");
        let lying = "<?xml version='1.0' encoding='utf-16'?><a n='Ñ'/>";
        assert_eq!(decode(lying.as_bytes()).0, lying);
        assert_eq!(decode("\u{FEFF}\u{FEFF}<a/>".as_bytes()).0, "<a/>");
    }

    #[test]
    fn limits_and_control_characters_stop_it() {
        let mut input = Utf8Input::new(&b"<a>\x01</a>"[..]).unwrap();
        assert!(input.more().is_err());
        assert_eq!(input.fault(), Some(Fault::ForbiddenCharacter));
        for (last, allowed) in [('\u{FFFD}', true), ('\u{FFFE}', false), ('\u{FFFF}', false)] {
            let text = format!("<a>{last}</a>");
            let mut input = Utf8Input::new(text.as_bytes()).unwrap();
            assert_eq!(input.more().is_ok(), allowed);
        }
        let mut input = Utf8Input::new(io::repeat(b'a')).unwrap();
        while input.more().is_ok() {}
        assert!(input.text().len() > MAX_TOKEN_BYTES);
        assert_eq!(input.fault(), Some(Fault::TokenTooLong));
    }
}

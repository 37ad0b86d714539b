//! Which encoding a file is in, and how to get from it to UTF-8.

use std::io::{self, Read};
use std::ops::Range;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

const UTF8_BOM: &[u8] = &[0xEF, 0xBB, 0xBF];
const UTF16_LE_BOM: &[u8] = &[0xFF, 0xFE];
const UTF16_BE_BOM: &[u8] = &[0xFE, 0xFF];

/// What was odd about the bytes, though they could be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Oddities {
    /// Another encoding than UTF-8 is declared or used.
    pub(super) not_utf8: bool,
    /// Some bytes did not fit the encoding.
    pub(super) misfit: bool,
    /// The byte order mark stands there more than once.
    pub(super) repeated_mark: bool,
}

/// Decodes another encoding into UTF-8; sequences that do not fit become U+FFFD.
pub(super) struct Transcoder<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    raw: Box<[u8]>,
    start: usize,
    end: usize,
    at_end: bool,
    finished: bool,
    misfit: bool,
}

impl<R: Read> Transcoder<R> {
    /// Decodes first what was read already, then what follows.
    pub(super) fn new(inner: R, encoding: &'static Encoding, raw: Box<[u8]>, begun: Range<usize>) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw,
            start: begun.start,
            end: begun.end,
            at_end: false,
            finished: false,
            misfit: false,
        }
    }

    /// Says whether some bytes did not fit the encoding so far.
    pub(super) fn has_misfits(&self) -> bool {
        self.misfit
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // The decoder must not be called again after its last call.
        while !self.finished {
            if self.start == self.end && !self.at_end {
                self.end = self.inner.read(&mut self.raw)?;
                self.start = 0;
                self.at_end = self.end == 0;
            }
            let input = &self.raw[self.start..self.end];
            let (result, read, written, misfit) = self.decoder.decode_to_utf8(input, out, self.at_end);
            self.start += read;
            self.misfit |= misfit;
            let drained = result == encoding_rs::CoderResult::InputEmpty;
            self.finished = drained && self.at_end;
            if written > 0 || !drained {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

/// What the first bytes tell.
pub(super) struct Sniffed {
    /// Bytes of byte order marks to leave out.
    pub(super) skip: usize,
    pub(super) encoding: &'static Encoding,
    pub(super) oddities: Oddities,
}

/// Learns the encoding as XML 1.0 appendix F says: byte order mark, else the shape of the first characters, else the declaration.
pub(super) fn sniff(head: &[u8]) -> Sniffed {
    for (mark, encoding) in [(UTF8_BOM, UTF_8), (UTF16_LE_BOM, UTF_16LE), (UTF16_BE_BOM, UTF_16BE)] {
        let marks = head.chunks_exact(mark.len()).take_while(|chunk| *chunk == mark).count();
        if marks > 0 {
            let oddities = Oddities { not_utf8: encoding != UTF_8, repeated_mark: marks > 1, ..Oddities::default() };
            return Sniffed { skip: marks * mark.len(), encoding, oddities };
        }
    }
    let encoding = match head {
        [b'<', 0, ..] => UTF_16LE,
        [0, b'<', ..] => UTF_16BE,
        _ => return from_declaration(head),
    };
    Sniffed { skip: 0, encoding, oddities: Oddities { not_utf8: true, ..Oddities::default() } }
}

fn from_declaration(head: &[u8]) -> Sniffed {
    let encoding = match declared_label(head) {
        None => Some(UTF_8),
        Some(label) => Encoding::for_label(label.as_bytes()),
    };
    // A declaration that could be read byte by byte is no UTF-16, whatever it says; some serializers write it so.
    let usable = encoding.filter(|e| e.is_ascii_compatible()).unwrap_or(UTF_8);
    let oddities = Oddities { not_utf8: encoding != Some(UTF_8), ..Oddities::default() };
    Sniffed { skip: 0, encoding: usable, oddities }
}

/// The value of `encoding` in the XML declaration.
fn declared_label(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&head[..memchr::memmem::find(head, b"?>")?]);
    let declaration = text.trim_start().strip_prefix("<?xml")?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(value.get(1..)?.split_once(quote)?.0.to_owned())
}

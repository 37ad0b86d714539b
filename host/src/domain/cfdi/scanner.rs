//! Cuts a document into tags, text and the rest, and holds what XML 1.0 says of each and of how elements nest.
//!
//! One piece is in memory at a time; where a piece does not fit into what was read, more is read behind it.

use std::io;

use memchr::{memchr, memchr2, memchr3};

use super::Reason;
use super::attributes::{Extent, Tag, TagScan};
use super::decode::Input;
use super::grammar::{check_declaration, check_target, is_blank, resolve_reference};
use super::limits::MAX_DEPTH;

/// Bytes of names of open elements that there is room for from the start: real documents need no more.
const ROOM: usize = 256;

/// Why reading ended early.
#[derive(Debug)]
pub(super) enum Stop {
    Refuse(Reason),
    Io(io::Error),
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Self::Refuse(reason)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What a piece is. [`Scanner::text`] and [`Scanner::tag`] show it until the next is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A start tag.
    Open,
    /// An element without content, in one tag.
    Empty,
    /// An end tag, which fits.
    Close,
    /// Text up to the next tag or reference.
    Text,
    /// A reference in text; it is one that needs no DTD.
    Reference,
    CData,
    Comment,
    Instruction,
    /// The XML declaration, wherever it stands.
    Declaration,
    /// The end of the document, which may lack something.
    End,
}

/// Reads a document piece by piece.
pub(super) struct Scanner<I> {
    input: I,
    /// Bytes of the piece that was given last.
    length: usize,
    /// Where in that piece its text is.
    inner: (usize, usize),
    scan: TagScan,
    /// The names of the open elements, one after the other, and where each begins.
    names: String,
    open: Vec<usize>,
    root_closed: bool,
}

impl<I: Input> Scanner<I> {
    pub(super) fn new(input: I) -> Self {
        Self {
            input,
            length: 0,
            inner: (0, 0),
            scan: TagScan::default(),
            names: String::with_capacity(ROOM),
            open: Vec::with_capacity(ROOM / 16),
            root_closed: false,
        }
    }

    /// The source, for what it has to say beside the text.
    pub(super) fn input(&self) -> &I {
        &self.input
    }

    /// Elements that are open, the one of the tag that was given last with them unless it is [`Piece::Close`].
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether the root element has ended.
    pub(super) fn root_closed(&self) -> bool {
        self.root_closed
    }

    /// The text of the piece that was given last, without what marks it.
    pub(super) fn text(&self) -> &str {
        &self.input.text()[self.inner.0..self.inner.1]
    }

    /// The tag that was given last.
    pub(super) fn tag(&self) -> Tag<'_> {
        self.scan.tag(self.input.text())
    }

    /// Goes on to the next piece.
    ///
    /// # Errors
    /// What is wrong with the document, or the source's own.
    pub(super) fn next(&mut self) -> Result<Piece, Stop> {
        self.input.consume(self.length);
        (self.length, self.inner) = (0, (0, 0));
        match self.byte(0)? {
            None => Ok(Piece::End),
            Some(b'&') => self.reference(),
            Some(b'<') => match self.byte(1)? {
                None => Err(Reason::IncompleteDocument.into()),
                Some(b'/') => self.end_tag(),
                Some(b'?') => self.instruction(),
                Some(b'!') => self.declared(),
                Some(_) => self.start_tag(),
            },
            Some(_) => {
                let end = self.find(1, |bytes| memchr2(b'<', b'&', bytes))?;
                let end = end.unwrap_or(self.input.text().len());
                Ok(self.give(Piece::Text, end, (0, end)))
            }
        }
    }

    fn give(&mut self, piece: Piece, length: usize, inner: (usize, usize)) -> Piece {
        (self.length, self.inner) = (length, inner);
        piece
    }

    /// The byte at a place of the piece that begins; `None` behind the end.
    fn byte(&mut self, at: usize) -> Result<Option<u8>, Stop> {
        loop {
            if let Some(byte) = self.input.text().as_bytes().get(at) {
                return Ok(Some(*byte));
            }
            if !self.input.more()? {
                return Ok(None);
            }
        }
    }

    /// Where something is first found from a place of the piece on; `None` where it is nowhere.
    fn find(&mut self, mut from: usize, search: impl Fn(&[u8]) -> Option<usize>) -> Result<Option<usize>, Stop> {
        loop {
            let bytes = self.input.text().as_bytes();
            if let Some(at) = bytes.get(from..).and_then(&search) {
                return Ok(Some(from + at));
            }
            from = from.max(bytes.len());
            if !self.input.more()? {
                return Ok(None);
            }
        }
    }

    /// Where the `>` is that the given letters precede, all of them from a place of the piece on.
    fn find_closing(&mut self, from: usize, before: &[u8]) -> Result<usize, Stop> {
        let mut at = from;
        loop {
            let found = self.find(at, |bytes| memchr(b'>', bytes))?;
            let close = found.ok_or(Reason::IncompleteDocument)?;
            if self.input.text().as_bytes()[from..close].ends_with(before) {
                return Ok(close);
            }
            at = close + 1;
        }
    }

    fn start_tag(&mut self) -> Result<Piece, Stop> {
        let mut scanned = self.scan.run(self.input.text());
        if matches!(scanned, Ok(None)) && self.input.more()? {
            scanned = self.scan.run(self.input.text());
        }
        if !matches!(scanned, Ok(Some(_))) {
            // Whether the tag is cut off or wrong is known when it is here to its end.
            self.tag_end()?;
            scanned = self.scan.run(self.input.text());
        }
        if self.root_closed {
            return Err(Reason::NotXml.into());
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Reason::TooComplex.into());
        }
        let Extent { length, empty } = scanned?.ok_or(Reason::NotXml)?;
        let tag = self.scan.tag(self.input.text());
        self.open.push(self.names.len());
        self.names.push_str(tag.name());
        Ok(self.give(if empty { Piece::Empty } else { Piece::Open }, length, (0, 0)))
    }

    /// Closes the innermost element.
    ///
    /// The reader calls it after an empty element, which stays open until then.
    pub(super) fn close(&mut self) {
        if let Some(start) = self.open.pop() {
            self.names.truncate(start);
        }
        self.root_closed |= self.open.is_empty();
    }

    /// Where the `>` of a tag is, which may have others in quotes.
    fn tag_end(&mut self) -> Result<usize, Stop> {
        let mut at = 1;
        loop {
            let found = self.find(at, |bytes| memchr3(b'>', b'"', b'\'', bytes))?;
            let found = found.ok_or(Reason::IncompleteDocument)?;
            let byte = self.input.text().as_bytes()[found];
            if byte == b'>' {
                return Ok(found);
            }
            at = self.find(found + 1, |bytes| memchr(byte, bytes))?.ok_or(Reason::IncompleteDocument)? + 1;
        }
    }

    fn end_tag(&mut self) -> Result<Piece, Stop> {
        let name = self.open.last().map(|start| &self.names.as_bytes()[*start..]);
        let rest = &self.input.text().as_bytes()[2..];
        let length = match name {
            Some(name) if rest.starts_with(name) && rest.get(name.len()) == Some(&b'>') => 2 + name.len() + 1,
            _ => {
                let end = self.tag_end()?;
                let found = self.input.text()[2..end].trim_end_matches(|c| u8::try_from(c).is_ok_and(is_blank));
                if self.open.last().is_none_or(|start| &self.names[*start..] != found) {
                    return Err(Reason::NotXml.into());
                }
                end + 1
            }
        };
        self.close();
        Ok(self.give(Piece::Close, length, (0, 0)))
    }

    fn reference(&mut self) -> Result<Piece, Stop> {
        let end = self.find(1, |bytes| memchr3(b';', b'&', b'<', bytes))?.ok_or(Reason::NotXml)?;
        if self.input.text().as_bytes()[end] != b';' {
            return Err(Reason::NotXml.into());
        }
        resolve_reference(&self.input.text()[1..end])?;
        Ok(self.give(Piece::Reference, end + 1, (1, end)))
    }

    fn instruction(&mut self) -> Result<Piece, Stop> {
        let close = self.find_closing(1, b"?")?;
        let inner = (2, close - 1);
        if inner.1 < inner.0 {
            // `<?>` is its beginning alone.
            return Err(Reason::IncompleteDocument.into());
        }
        let content = &self.input.text()[inner.0..inner.1];
        let target = content.split(|c| u8::try_from(c).is_ok_and(is_blank)).next().unwrap_or_default();
        let piece = if target == "xml" {
            check_declaration(content)?;
            Piece::Declaration
        } else {
            check_target(target)?;
            Piece::Instruction
        };
        Ok(self.give(piece, close + 1, inner))
    }

    /// What begins with `<!`.
    fn declared(&mut self) -> Result<Piece, Stop> {
        const CDATA: &str = "<![CDATA[";
        match self.byte(2)? {
            Some(b'-') => self.comment(),
            Some(b'[') => {
                self.expect(CDATA, u8::eq)?;
                let close = self.find_closing(CDATA.len(), b"]]")?;
                Ok(self.give(Piece::CData, close + 1, (CDATA.len(), close - 2)))
            }
            // Nothing of it is read, so nothing in it can do harm.
            Some(b'D' | b'd') => {
                self.expect("<!DOCTYPE", u8::eq_ignore_ascii_case)?;
                Err(Reason::HasDtd.into())
            }
            Some(_) | None => Err(Reason::NotXml.into()),
        }
    }

    fn comment(&mut self) -> Result<Piece, Stop> {
        self.expect("<!--", u8::eq)?;
        let close = self.find_closing(4, b"--")?;
        let inner = (4, close - 2);
        let content = &self.input.text().as_bytes()[4..close - 1];
        // Two hyphens only end a comment (production 15), so the last letter is none either.
        if content.windows(2).any(|pair| pair == b"--") {
            return Err(Reason::NotXml.into());
        }
        Ok(self.give(Piece::Comment, close + 1, inner))
    }

    /// Refuses a piece that does not begin so, as if it were cut off.
    fn expect(&mut self, beginning: &str, is_same: fn(&u8, &u8) -> bool) -> Result<(), Stop> {
        for (at, wanted) in beginning.bytes().enumerate() {
            let found = self.byte(at)?.ok_or(Reason::IncompleteDocument)?;
            if !is_same(&found, &wanted) {
                return Err(Reason::IncompleteDocument.into());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

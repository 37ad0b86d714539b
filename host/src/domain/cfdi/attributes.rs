//! One pass over a start tag: checks every rule of its grammar and notes where its names and values are.

use super::Reason;
use super::grammar::{begins_name, check_references, is_blank, name_end};
use super::limits::{MAX_ATTRIBUTE_BYTES, MAX_ATTRIBUTES};

/// Attributes up to which each name is held against all before it; beyond, the names are sorted once.
const FEW: usize = 48;

/// Bytes of a value that are looked at one by one, before a search by many at a time pays.
const SHORT: usize = 16;

/// Where one attribute is in its tag, in bytes from the `<`.
#[derive(Clone, Copy, Debug)]
struct Span {
    name: usize,
    name_end: usize,
    value: usize,
    value_end: usize,
}

/// What the last tag was found to be; the memory is used again for the next.
#[derive(Debug)]
pub(super) struct TagScan {
    name_end: usize,
    colon: Option<usize>,
    spans: Vec<Span>,
    /// A bit for each shape of name so far: a name whose bit is not set is no repetition.
    shapes: u64,
    prefixed: bool,
    declares: bool,
}

/// How far a tag reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// Bytes from `<` to `>`, both with it.
    pub(super) length: usize,
    /// Whether it ends in `/>`.
    pub(super) empty: bool,
}

impl Default for TagScan {
    fn default() -> Self {
        let spans = Vec::with_capacity(FEW);
        Self { name_end: 0, colon: None, spans, shapes: 0, prefixed: false, declares: false }
    }
}

impl TagScan {
    /// Scans the tag at the start of a text (XML 1.0 productions 10, 40, 41 and 44); `None` where the text ends within it.
    ///
    /// # Errors
    /// [`Reason::NotXml`] for what the grammar forbids, [`Reason::TooComplex`] for what is beyond the limits.
    pub(super) fn run(&mut self, text: &str) -> Result<Option<Extent>, Reason> {
        let bytes = text.as_bytes();
        (self.prefixed, self.declares, self.shapes) = (false, false, 0);
        self.spans.clear();
        let (name_end, has_colon) = name_end(bytes, 1);
        self.name_end = name_end;
        self.colon = if has_colon { bytes.iter().position(|b| *b == b':') } else { None };
        if self.name_end < bytes.len() && !begins_name(&bytes[1..self.name_end]) {
            return Err(Reason::NotXml);
        }
        let mut at = self.name_end;
        loop {
            let start = skip_blanks(bytes, at);
            match (bytes.get(start), bytes.get(start + 1)) {
                (Some(b'>'), _) => return self.finish(text, Extent { length: start + 1, empty: false }),
                (Some(b'/'), Some(b'>')) => return self.finish(text, Extent { length: start + 2, empty: true }),
                (None, _) | (Some(b'/'), None) => return Ok(None),
                _ => {}
            }
            if start == at {
                // Nothing separates it from what stands before.
                return Err(Reason::NotXml);
            }
            let Some((span, has_colon)) = attribute_at(text, start)? else { return Ok(None) };
            if self.spans.len() >= MAX_ATTRIBUTES || span.value_end - span.value > MAX_ATTRIBUTE_BYTES {
                return Err(Reason::TooComplex);
            }
            self.prefixed |= has_colon;
            self.take(bytes, span)?;
            at = span.value_end + 1;
        }
    }

    /// The tag that was scanned last, in the text that it was scanned in.
    pub(super) fn tag<'t>(&'t self, text: &'t str) -> Tag<'t> {
        Tag { scan: self, text }
    }

    fn take(&mut self, bytes: &[u8], span: Span) -> Result<(), Reason> {
        let name = &bytes[span.name..span.name_end];
        let (first, last) = (name[0], name[name.len() - 1]);
        let shape = 1 << ((name.len() + usize::from(first) * 5 + usize::from(last) * 11) % 64);
        let is_new = self.shapes & shape == 0 || self.spans.len() >= FEW;
        if !is_new && self.spans.iter().any(|other| bytes[other.name..other.name_end] == *name) {
            return Err(Reason::NotXml);
        }
        self.shapes |= shape;
        self.declares |= first == b'x' && name.starts_with(b"xmlns");
        self.spans.push(span);
        Ok(())
    }

    fn finish(&self, text: &str, extent: Extent) -> Result<Option<Extent>, Reason> {
        if self.spans.len() > FEW {
            let mut names: Vec<&str> = self.tag(text).attributes().map(|attribute| attribute.name).collect();
            names.sort_unstable();
            if names.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(Reason::NotXml);
            }
        }
        Ok(Some(extent))
    }
}

/// The attribute whose name begins at `start`, and whether that has a colon; `None` where the text ends within it.
#[inline]
fn attribute_at(text: &str, start: usize) -> Result<Option<(Span, bool)>, Reason> {
    let bytes = text.as_bytes();
    if !begins_name(&bytes[start..]) {
        return Err(Reason::NotXml);
    }
    let (name_end, has_colon) = name_end(bytes, start);
    let equals = skip_blanks(bytes, name_end);
    let quote = match bytes.get(equals) {
        Some(b'=') => skip_blanks(bytes, equals + 1),
        Some(_) => return Err(Reason::NotXml),
        None => return Ok(None),
    };
    let value = quote + 1;
    let value_end = match bytes.get(quote) {
        Some(quote @ (b'"' | b'\'')) => value_end(text, value, *quote)?,
        Some(_) => return Err(Reason::NotXml),
        None => return Ok(None),
    };
    Ok(value_end.map(|value_end| (Span { name: start, name_end, value, value_end }, has_colon)))
}

/// Where the value ends that begins at `start`; `None` where the text ends within it.
fn value_end(text: &str, start: usize, quote: u8) -> Result<Option<usize>, Reason> {
    let rest = &text.as_bytes()[start..];
    let is_stop = |b: &u8| *b == quote || matches!(b, b'<' | b'&');
    let near = &rest[..rest.len().min(SHORT)];
    let stop = near.iter().position(is_stop).or_else(|| {
        let far = &rest[near.len()..];
        memchr::memchr3(quote, b'<', b'&', far).map(|at| at + near.len())
    });
    let Some(stop) = stop else { return Ok(None) };
    let end = match rest[stop] {
        b'<' => return Err(Reason::NotXml),
        b'&' => {
            let Some(at) = memchr::memchr2(quote, b'<', &rest[stop..]) else { return Ok(None) };
            if rest[stop + at] == b'<' {
                return Err(Reason::NotXml);
            }
            check_references(&text[start + stop..start + stop + at])?;
            stop + at
        }
        _ => stop,
    };
    Ok(Some(start + end))
}

fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|b| is_blank(*b)) {
        at += 1;
    }
    at
}

/// A start tag or empty-element tag that keeps every rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'t> {
    scan: &'t TagScan,
    text: &'t str,
}

/// An attribute as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attribute<'t> {
    pub(super) name: &'t str,
    pub(super) value: &'t str,
}

impl<'t> Tag<'t> {
    /// The element's name with its prefix.
    pub(super) fn name(&self) -> &'t str {
        &self.text[1..self.scan.name_end]
    }

    /// The element's prefix, if it has one, and its name without.
    pub(super) fn split_name(&self) -> (Option<&'t str>, &'t str) {
        match self.scan.colon {
            Some(colon) => (Some(&self.text[1..colon]), &self.text[colon + 1..self.scan.name_end]),
            None => (None, self.name()),
        }
    }

    /// The attributes in the order of the document.
    pub(super) fn attributes(&self) -> impl Iterator<Item = Attribute<'t>> + use<'t> {
        let text = self.text;
        self.scan.spans.iter().map(move |span| Attribute {
            name: &text[span.name..span.name_end],
            value: &text[span.value..span.value_end],
        })
    }

    /// The value of the attribute of exactly that name, as written.
    pub(super) fn value(&self, name: &str) -> Option<&'t str> {
        let bytes = self.text.as_bytes();
        let span = self.scan.spans.iter().find(|span| bytes[span.name..span.name_end] == *name.as_bytes())?;
        Some(&self.text[span.value..span.value_end])
    }

    /// Whether some attribute has a prefix.
    pub(super) fn is_prefixed(&self) -> bool {
        self.scan.prefixed
    }

    /// Whether some attribute may declare a namespace.
    pub(super) fn declares(&self) -> bool {
        self.scan.declares
    }
}

impl<'t> Attribute<'t> {
    /// What stands before the first colon, if there is one.
    pub(super) fn prefix(&self) -> Option<&'t str> {
        self.name.bytes().position(|b| b == b':').map(|colon| &self.name[..colon])
    }

    /// The prefix that it declares, empty for the default namespace; `None` where it declares nothing.
    pub(super) fn declared_prefix(&self) -> Option<&'t str> {
        let rest = self.name.strip_prefix("xmlns")?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix(':') }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(text: &str) -> Result<Option<Extent>, Reason> {
        TagScan::default().run(text)
    }

    #[test]
    fn names_and_values_are_found_as_written() {
        let text = "<p:a  b=\"1\"\n c = '2\"' xmlns:d='>' e\t=\r\n\"&amp;\u{f1}/>\"/><next>";
        let mut scan = TagScan::default();
        assert_eq!(scan.run(text), Ok(Some(Extent { length: text.len() - "<next>".len(), empty: true })));
        let tag = scan.tag(text);
        assert_eq!((tag.name(), tag.split_name()), ("p:a", (Some("p"), "a")));
        assert!(tag.is_prefixed() && tag.declares());
        let found: Vec<_> = tag.attributes().map(|attribute| (attribute.name, attribute.value)).collect();
        assert_eq!(found, [("b", "1"), ("c", "2\""), ("xmlns:d", ">"), ("e", "&amp;ñ/>")]);
        assert_eq!((tag.value("c"), tag.value("d"), tag.value("p:a")), (Some("2\""), None, None));
        assert_eq!(tag.attributes().filter_map(|attribute| attribute.declared_prefix()).collect::<Vec<_>>(), ["d"]);
        assert_eq!(scan.run("<a>"), Ok(Some(Extent { length: 3, empty: false })));
        let tag = scan.tag("<a>");
        assert!(!tag.is_prefixed() && !tag.declares() && tag.attributes().next().is_none());
    }

    #[test]
    fn good_tags() {
        for text in
            ["<a>", "<a/>", "<a >", "<a\n/>", "<ñ b=''>", "<a b=\"'\" c='\"'>", "<a b='>' >", "<:a>", "<_ _='_'/>"]
        {
            assert_eq!(extent(text).map(|found| found.map(|found| found.length)), Ok(Some(text.len())), "{text}");
        }
    }

    #[test]
    fn bad_tags() {
        for text in [
            "<>",
            "< a>",
            "</>",
            "<2>",
            "<-a>",
            "<a\"b\">",
            "<a<b>",
            "<a/b>",
            "<a / >",
            "<a/ >",
            "<a b>",
            "<a b >",
            "<a b c='1'>",
            "<a b=1>",
            "<a b= >",
            "<a b==''>",
            "<a ='1'>",
            "<a b='1'c='2'>",
            "<a b='1'ñ='2'>",
            "<a b='1'/c='2'>",
            "<a b='<'>",
            "<a b='&amp;<'>",
            "<a <b='1'>",
            "<a b='1'<>",
            "<a b='&'>",
            "<a b='&nbsp;'>",
            "<a b='&#1;'>",
            "<a b='&am' c=';'>",
            "<a 2b='1'>",
            "<a b\"='1'>",
            "<a b='1' b='2'>",
            "<a b='1' c='' b=\"1\">",
            "<a p:b='1' p:b='2'>",
            "<a b='1'\">",
        ] {
            assert_eq!(extent(text), Err(Reason::NotXml), "{text}");
        }
    }

    #[test]
    fn a_tag_that_is_cut_anywhere_waits_for_more() {
        let text =
            "<p:a  b=\"1\"\n c = '2&amp;\"' d = \"a value that is longer than what is looked at byte by byte\" />";
        for (cut, _) in text.char_indices().skip(1) {
            assert_eq!(extent(&text[..cut]), Ok(None), "{cut}");
        }
    }

    #[test]
    fn limits_hold_and_repetitions_are_found_among_many() {
        let many = |count: usize| (0..count).map(|number| format!(" a{number}='1'")).collect::<String>();
        assert!(matches!(extent(&format!("<a{}>", many(MAX_ATTRIBUTES))), Ok(Some(_))));
        assert_eq!(extent(&format!("<a{}>", many(MAX_ATTRIBUTES + 1))), Err(Reason::TooComplex));
        for first in [0, FEW - 2, FEW - 1, FEW, FEW + 1, 400] {
            assert_eq!(extent(&format!("<a{} a{first}=''>", many(MAX_ATTRIBUTES - 1))), Err(Reason::NotXml), "{first}");
        }
        for count in [FEW - 1, FEW, FEW + 1] {
            assert!(matches!(extent(&format!("<a{}>", many(count))), Ok(Some(_))));
            assert_eq!(extent(&format!("<a{} a0=''>", many(count))), Err(Reason::NotXml));
        }
        let long = |length: usize| format!("<a b='{}'>", "x".repeat(length));
        assert!(matches!(extent(&long(MAX_ATTRIBUTE_BYTES)), Ok(Some(_))));
        assert_eq!(extent(&long(MAX_ATTRIBUTE_BYTES + 1)), Err(Reason::TooComplex));
    }
}

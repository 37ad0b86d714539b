//! The allow-list of HTML in mails: what is not on it is an error with its place, never a silent change.
//!
//! A fragment of well-formed markup: tables, headings, lists, inline styles, links. Nothing that is fetched, nothing that runs,
//! nothing that hides.

use quick_xml::Reader;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesStart, Event};

use super::{Spot, TextError};

/// Stands for what a `{{variable}}` will be, byte for byte, while a template is checked.
const VALUE: char = '\u{1}';

/// Stands for a `{% tag %}` or a comment.
const TAG: char = '\u{2}';

/// The only variable that may be an address, and only a whole one.
const ADDRESS_VARIABLE: &str = "verificacion_url";

const ELEMENTS: [&str; 40] = [
    "a",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "col",
    "colgroup",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// Elements without content (HTML, section 13.1.2).
const VOID: [&str; 3] = ["br", "col", "hr"];

const ATTRIBUTES: [&str; 19] = [
    "align",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "colspan",
    "dir",
    "height",
    "href",
    "lang",
    "role",
    "rowspan",
    "scope",
    "span",
    "start",
    "style",
    "title",
    "valign",
    "width",
];

const PROPERTIES: [&str; 47] = [
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "color",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "width",
];

/// Names of characters as people paste them, with the character.
const ENTITIES: [(&str, &str); 31] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("aacute", "á"),
    ("eacute", "é"),
    ("iacute", "í"),
    ("oacute", "ó"),
    ("uacute", "ú"),
    ("uuml", "ü"),
    ("ntilde", "ñ"),
    ("Aacute", "Á"),
    ("Eacute", "É"),
    ("Iacute", "Í"),
    ("Oacute", "Ó"),
    ("Uacute", "Ú"),
    ("Uuml", "Ü"),
    ("Ntilde", "Ñ"),
    ("iexcl", "¡"),
    ("iquest", "¿"),
    ("copy", "©"),
    ("reg", "®"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("bull", "•"),
    ("middot", "·"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("hellip", "…"),
];

/// Most elements inside of one another: mail programs give up long before.
const MAX_DEPTH: usize = 60;

/// Checks a template: the same list, with variables where text may stand.
pub(super) fn check_template(template: &str) -> Result<(), TextError> {
    Walk::of(template, &mask(template)).run()
}

/// Checks what leaves.
pub(super) fn check(html: &str) -> Result<(), TextError> {
    Walk::of(html, html).run()
}

/// The plain text of checked HTML, for mail programs that show no other.
pub(super) fn plain(html: &str) -> String {
    let mut walk = Walk { plain: Some(String::new()), ..Walk::of(html, html) };
    let text = match walk.run() {
        Ok(()) => walk.plain.unwrap_or_default(),
        Err(_) => String::new(),
    };
    let mut lines: Vec<&str> = text.lines().map(str::trim).collect();
    // One empty line between paragraphs, however many elements ended there.
    lines.dedup_by(|one, before| one.is_empty() && before.is_empty());
    format!("{}\n", lines.join("\n").trim())
}

/// The parts of checked HTML in their order, for a page that shows it without reading markup itself.
pub(super) fn pieces(html: &str) -> Vec<Piece> {
    let mut walk = Walk { pieces: Some(Vec::new()), ..Walk::of(html, html) };
    match walk.run() {
        Ok(()) => walk.pieces.unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

/// Puts place-holders of the same length over everything that the engine will replace.
fn mask(template: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(template.len()), template);
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (end, stand_in) = match from.as_bytes().get(1) {
            Some(b'{') => ("}}", VALUE),
            Some(b'%') => ("%}", TAG),
            Some(b'#') => ("#}", TAG),
            _ => {
                out.push('{');
                rest = &from[1..];
                continue;
            }
        };
        let length = from.find(end).map_or(from.len(), |at| at + end.len());
        // Line breaks stay, so that places do.
        out.extend(from[..length].bytes().map(|byte| if byte == b'\n' { '\n' } else { stand_in }));
        rest = &from[length..];
    }
    out.push_str(rest);
    out
}

/// One way through a fragment.
struct Walk<'a> {
    source: &'a str,
    masked: &'a str,
    plain: Option<String>,
    pieces: Option<Vec<Piece>>,
}

/// A part of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// An element begins, with its attributes; one without content ends at once, without a [`Piece::Close`].
    Open(String, Vec<(String, String)>),
    /// The element that began last ends.
    Close,
    /// Text.
    Text(String),
}

impl<'a> Walk<'a> {
    fn of(source: &'a str, masked: &'a str) -> Self {
        Self { source, masked, plain: None, pieces: None }
    }

    fn run(&mut self) -> Result<(), TextError> {
        let masked = self.masked;
        let mut reader = Reader::from_str(masked);
        // Ends are judged here, because `br` and its like need none.
        let config = reader.config_mut();
        (config.check_end_names, config.allow_unmatched_ends) = (false, true);
        let mut open: Vec<(String, usize)> = Vec::new();
        loop {
            let at = position(reader.buffer_position());
            let event = reader.read_event().map_err(|_| self.wrong(at, ""))?;
            match event {
                Event::Start(tag) => {
                    let name = self.element(&tag, at)?;
                    if open.len() >= MAX_DEPTH {
                        return Err(self.wrong(at, &format!("<{name}>")));
                    }
                    if !VOID.contains(&name.as_str()) {
                        open.push((name, at));
                    }
                }
                Event::Empty(tag) => {
                    let name = self.element(&tag, at)?;
                    // What takes content would stay open in a mail program, which reads HTML.
                    if !VOID.contains(&name.as_str()) {
                        return Err(self.wrong(at, &format!("<{name}/>")));
                    }
                }
                Event::End(tag) => {
                    let name = tag.name().as_ref().to_lowercase();
                    match open.pop() {
                        Some((opened, _)) if opened == name => {
                            self.say_end(&name);
                            self.keep(|| Piece::Close);
                        }
                        Some(_) | None => return Err(self.wrong(at, &format!("</{name}>"))),
                    }
                }
                Event::Text(text) => self.text(text.as_ref(), at)?,
                Event::GeneralRef(name) => self.reference(name.as_ref(), at)?,
                Event::Eof => break,
                Event::Comment(_) => return Err(self.wrong(at, "<!-- -->")),
                Event::CData(_) | Event::DocType(_) => return Err(self.wrong(at, "<!")),
                Event::Decl(_) | Event::PI(_) => return Err(self.wrong(at, "<?")),
            }
        }
        match open.pop() {
            Some((name, at)) => Err(self.wrong(at, &format!("<{name}>"))),
            None => Ok(()),
        }
    }

    fn wrong(&self, at: usize, found: &str) -> TextError {
        TextError::Html(Spot::at(self.source, at).naming(found.chars().take(60).collect::<String>()))
    }

    fn element(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<String, TextError> {
        let name = tag.name().as_ref().to_lowercase();
        if !ELEMENTS.contains(&name.as_str()) {
            return Err(self.wrong(at, &format!("<{}>", visible(&name))));
        }
        // The tag's text without `<`: where its attributes are found again.
        let begin = at + 1;
        let mut kept = Vec::new();
        for attribute in Attributes::new(tag_text(self.masked, begin, tag.len()), name.len()) {
            let attribute = attribute.map_err(|_| self.wrong(at, &format!("<{name}>")))?;
            let key = attribute.key.as_ref().to_lowercase();
            let offset = offset_of(self.masked, attribute.key.as_ref()).unwrap_or(at);
            if !ATTRIBUTES.contains(&key.as_str()) {
                return Err(self.wrong(offset, &visible(&key)));
            }
            let place = offset_of(self.masked, &attribute.value).unwrap_or(offset);
            let value = self.value(&attribute.value, place)?;
            let fits = match key.as_str() {
                "href" => name == "a" && self.is_address(&value, place),
                "style" => match wrong_style(&value) {
                    Some(part) => return Err(self.wrong(place, &visible(&part))),
                    None => true,
                },
                "title" => !value.contains(TAG),
                _ => value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '#' | '%' | '-' | '.')),
            };
            if !fits {
                return Err(self.wrong(place, &format!("{key}=\"{}\"", visible(&value))));
            }
            kept.push((key, value));
        }
        self.say_begin(&name);
        self.keep(|| Piece::Open(name.clone(), kept));
        Ok(name)
    }

    /// An attribute's value with its references resolved: what a mail program will see.
    fn value(&self, raw: &str, at: usize) -> Result<String, TextError> {
        if raw.contains('<') {
            return Err(self.wrong(at, "<"));
        }
        let resolved = quick_xml::escape::unescape_with(raw, entity);
        Ok(resolved.map_err(|_| self.wrong(at, "&"))?.into_owned())
    }

    fn is_address(&self, value: &str, at: usize) -> bool {
        if !value.is_empty() && value.chars().all(|c| c == VALUE) {
            let tag = self.source.get(at..at + value.len()).unwrap_or_default();
            return tag.trim_matches(|c: char| matches!(c, '{' | '}' | '-') || c.is_whitespace()) == ADDRESS_VARIABLE;
        }
        let plain = value.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '\\');
        plain && (value.starts_with("https://") || value.starts_with("mailto:"))
    }

    fn text(&mut self, text: &str, at: usize) -> Result<(), TextError> {
        // Markup has none of them, and `>` alone is right in HTML.
        if let Some(place) = text.find('\0') {
            return Err(self.wrong(at + place, ""));
        }
        self.keep(|| Piece::Text(text.to_owned()));
        if let Some(plain) = &mut self.plain {
            for (number, word) in text.split_whitespace().enumerate() {
                let blank = number > 0 || text.starts_with(char::is_whitespace);
                if blank && !plain.is_empty() && !plain.ends_with(char::is_whitespace) {
                    plain.push(' ');
                }
                plain.push_str(word);
            }
            if text.ends_with(char::is_whitespace) && !plain.is_empty() && !plain.ends_with(char::is_whitespace) {
                plain.push(' ');
            }
        }
        Ok(())
    }

    fn reference(&mut self, name: &str, at: usize) -> Result<(), TextError> {
        let whole = format!("&{name};");
        let resolved = quick_xml::escape::unescape_with(&whole, entity).ok().filter(|text| !text.contains('\0'));
        let Some(text) = resolved else { return Err(self.wrong(at, &whole)) };
        if let Some(plain) = &mut self.plain {
            plain.push_str(&text);
        }
        self.keep(|| Piece::Text(text.into_owned()));
        Ok(())
    }

    fn keep(&mut self, piece: impl FnOnce() -> Piece) {
        if let Some(pieces) = &mut self.pieces {
            pieces.push(piece());
        }
    }

    fn say_begin(&mut self, name: &str) {
        let Some(plain) = &mut self.plain else { return };
        match name {
            "br" => plain.push('\n'),
            "hr" => plain.push_str("\n---\n"),
            "li" => plain.push_str("\n- "),
            "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "ul" | "ol" | "blockquote" | "pre"
                if !plain.is_empty() =>
            {
                plain.push('\n');
            }
            _ => {}
        }
    }

    fn say_end(&mut self, name: &str) {
        let Some(plain) = &mut self.plain else { return };
        match name {
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "ul" | "ol" | "blockquote" | "pre" => {
                plain.push_str("\n\n");
            }
            "div" | "tr" | "caption" | "dt" | "dd" => plain.push('\n'),
            "td" | "th" => plain.push_str("  "),
            _ => {}
        }
    }
}

/// The first declaration that is not on the list.
fn wrong_style(style: &str) -> Option<String> {
    let declarations = style.split(';').map(str::trim).filter(|one| !one.is_empty());
    let wrong = |one: &&str| {
        let Some((property, value)) = one.split_once(':') else { return true };
        let known = PROPERTIES.contains(&property.trim().to_lowercase().as_str());
        !known || !is_style_value(value)
    };
    declarations.clone().find(wrong).map(|one| one.chars().take(60).collect())
}

/// Words, numbers, colours; of functions only those that name a colour.
fn is_style_value(value: &str) -> bool {
    let lower = value.to_lowercase();
    let bare = ["rgba(", "rgb(", "hsl("].into_iter().fold(lower, |text, function| text.replace(function, ""));
    let functions = value.matches('(').count();
    let closed = bare.matches(')').count();
    let letters =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '#' | '%' | '.' | ',' | '-' | '\'' | '"' | '!' | ')' | '\n');
    functions == closed && bare.chars().all(letters)
}

fn entity(name: &str) -> Option<&'static str> {
    ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// What a person may be shown of a found text: without the stand-ins.
fn visible(text: &str) -> String {
    text.replace([VALUE, TAG], "").chars().take(60).collect()
}

fn position(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

fn tag_text(masked: &str, begin: usize, length: usize) -> &str {
    masked.get(begin..begin + length).unwrap_or_default()
}

/// Where a part of the text begins, told by where it lies in memory.
fn offset_of(whole: &str, part: &str) -> Option<usize> {
    let at = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
    (at + part.len() <= whole.len()).then_some(at)
}

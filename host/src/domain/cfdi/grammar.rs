//! What XML 1.0 demands of names, references, values and the declaration.

use std::borrow::Cow;

use super::Reason;

/// Accepts the declaration (XML 1.0 section 2.8, productions 23 to 32); `text` is what stands between `<?` and `?>`.
pub(super) fn check_declaration(text: &str) -> Result<(), Reason> {
    let mut rest = text.strip_prefix("xml").ok_or(Reason::NotXml)?;
    let version = |value: &str| value.strip_prefix("1.").is_some_and(|minor| is_all(minor, |b| b.is_ascii_digit()));
    let encoding = |value: &str| {
        let named = value.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
        named && is_all(value, |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    };
    let standalone = |value: &str| matches!(value, "yes" | "no");
    let parts: [(&str, Fits<'_>); 3] = [("version", &version), ("encoding", &encoding), ("standalone", &standalone)];
    for (name, fits) in parts {
        match pseudo_attribute(rest, name)? {
            Some((value, after)) if fits(value) => rest = after,
            None if name != "version" => {}
            Some(_) | None => return Err(Reason::NotXml),
        }
    }
    if rest.trim_start_matches(BLANKS).is_empty() { Ok(()) } else { Err(Reason::NotXml) }
}

/// Whether a value is of the shape that its name asks for.
type Fits<'f> = &'f dyn Fn(&str) -> bool;

/// White space (production 3).
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The quoted value of that name, if it comes next after blanks, and what follows it.
fn pseudo_attribute<'t>(text: &'t str, name: &str) -> Result<Option<(&'t str, &'t str)>, Reason> {
    let bare = text.trim_start_matches(BLANKS);
    let Some(after) = bare.strip_prefix(name).filter(|_| bare.len() < text.len()) else { return Ok(None) };
    let value = after.trim_start_matches(BLANKS).strip_prefix('=').ok_or(Reason::NotXml)?.trim_start_matches(BLANKS);
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or(Reason::NotXml)?;
    value[1..].split_once(quote).map(Some).ok_or(Reason::NotXml)
}

fn is_all(text: &str, fits: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(fits)
}

/// White space (production 3).
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The value of an attribute with references resolved and line ends made blanks, as XML 1.0 section 3.3.3 says.
pub(super) fn attribute_text(raw: &str) -> Result<Cow<'_, str>, Reason> {
    // Of the control characters only blanks get this far. Without an early end many bytes are looked at at a time.
    if !raw.bytes().fold(false, |found, b| found | (b == b'&') | (b < b' ')) {
        return Ok(Cow::Borrowed(raw));
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '\t', '\r', '\n']) {
        text.push_str(&rest[..at]);
        let (special, after) = rest[at..].split_at(1);
        rest = after;
        if special == "&" {
            let (name, after) = rest.split_once(';').ok_or(Reason::NotXml)?;
            text.push(resolve_reference(name)?);
            rest = after;
        } else {
            text.push(' ');
            if special == "\r" {
                rest = rest.strip_prefix('\n').unwrap_or(rest);
            }
        }
    }
    text.push_str(rest);
    Ok(Cow::Owned(text))
}

/// Refuses a value with references that a document without DTD cannot have.
pub(super) fn check_references(value: &str) -> Result<(), Reason> {
    value.split('&').skip(1).try_for_each(|rest| {
        let (name, _) = rest.split_once(';').ok_or(Reason::NotXml)?;
        resolve_reference(name).map(|_| ())
    })
}

/// Appends a value with white space collapsed, which is both `xs:whiteSpace` and XPath's `normalize-space`.
pub(super) fn collapse_into(out: &mut String, text: &str) {
    if is_collapsed(text.as_bytes()) {
        out.push_str(text);
        return;
    }
    for (at, word) in text.split(['\t', '\n', '\r', ' ']).filter(|word| !word.is_empty()).enumerate() {
        if at > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
}

/// Whether collapsing white space would change nothing.
fn is_collapsed(bytes: &[u8]) -> bool {
    let [first, rest @ ..] = bytes else { return true };
    let is_outside = |b: u8| b <= b' ';
    let doubled = |found: bool, (one, next): (&u8, &u8)| found | ((*one <= b' ') & (*next <= b' ')) | (*next < b' ');
    !is_outside(*first) && !bytes.last().is_some_and(|b| is_outside(*b)) && !bytes.iter().zip(rest).fold(false, doubled)
}

/// The character of a reference, by what stands between `&` and `;`: the five that need no DTD, and those by number.
pub(super) fn resolve_reference(name: &str) -> Result<char, Reason> {
    match name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => {
            let number = name.strip_prefix('#').ok_or(Reason::NotXml)?;
            let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hexadecimal| (hexadecimal, 16));
            let signed = digits.starts_with('+');
            let code = u32::from_str_radix(digits, radix).ok().filter(|_| !signed);
            code.and_then(char::from_u32).filter(|c| is_xml_char(*c)).ok_or(Reason::NotXml)
        }
    }
}

/// `Char` of XML 1.0 section 2.2.
fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{FFFE}' | '\u{FFFF}'))
}

/// Refuses a processing instruction whose target is no name, or is the one of the declaration (production 17).
pub(super) fn check_target(target: &str) -> Result<(), Reason> {
    let is_name = begins_name(target.as_bytes()) && name_end(target.as_bytes(), 0).0 == target.len();
    if !is_name || target.eq_ignore_ascii_case("xml") { Err(Reason::NotXml) } else { Ok(()) }
}

/// Whether a name may begin so (production 4); the letters beyond ASCII are all let through.
pub(super) fn begins_name(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b':') || !b.is_ascii())
}

/// Where the name ends that begins at `start`, at the first byte that no name has (production 4a), and whether it has a colon.
#[inline]
pub(super) fn name_end(bytes: &[u8], start: usize) -> (usize, bool) {
    let (mut end, mut kinds) = (start, 0);
    while let Some(byte) = bytes.get(end) {
        let kind = NAME_BYTES[usize::from(*byte)];
        if kind == 0 {
            break;
        }
        kinds |= kind;
        end += 1;
    }
    (end, kinds & COLON != 0)
}

/// A colon in a name.
const COLON: u8 = 2;

/// What each byte is in a name: 0 for one that no name has.
const NAME_BYTES: [u8; 256] = {
    let mut table = [0; 256];
    let mut at: u8 = 0;
    loop {
        if at.is_ascii_alphanumeric() || matches!(at, b'_' | b'-' | b'.') || !at.is_ascii() {
            table[at as usize] = 1;
        }
        if at == u8::MAX {
            break;
        }
        at += 1;
    }
    table[b':' as usize] = COLON;
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_of_the_one_shape() {
        for text in [
            "xml version=\"1.0\"",
            "xml\tversion = '1.1'\n encoding='ISO-8859-1' ",
            "xml version=\"1.0\" encoding=\"utf-8\" standalone='no'",
            "xml version=\"1.0\" standalone=\"yes\"",
        ] {
            assert_eq!(check_declaration(text), Ok(()), "{text}");
        }
        for text in [
            "xml",
            "xml encoding=\"UTF-8\"",
            "xml version=\"2.0\"",
            "xml version=\"1.\"",
            "xml version=1.0",
            "xml version=\"1.0",
            "xmlversion=\"1.0\"",
            "xml version=\"1.0\"encoding=\"UTF-8\"",
            "xml version=\"1.0\" encoding=\"\"",
            "xml version=\"1.0\" encoding=\"8\"",
            "xml version=\"1.0\" standalone=\"si\"",
            "xml version=\"1.0\" standalone=\"no\" encoding=\"UTF-8\"",
            "xml version=\"1.0\" version=\"1.0\"",
            "xml version=\"1.0\" x",
        ] {
            assert_eq!(check_declaration(text), Err(Reason::NotXml), "{text}");
        }
    }

    #[test]
    fn references_are_the_five_or_numbers_of_characters() {
        for (name, c) in [("amp", '&'), ("lt", '<'), ("gt", '>'), ("apos", '\''), ("quot", '"'), ("#65", 'A')] {
            assert_eq!(resolve_reference(name), Ok(c), "{name}");
        }
        assert_eq!((resolve_reference("#xD1"), resolve_reference("#x1F600")), (Ok('Ñ'), Ok('😀')));
        for name in [
            "",
            "nbsp",
            "AMP",
            "#",
            "#x",
            "#X41",
            "#+65",
            "#-65",
            "#6 5",
            "#0",
            "#8",
            "#xD800",
            "#xFFFE",
            "#4294967361",
        ] {
            assert_eq!(resolve_reference(name), Err(Reason::NotXml), "{name}");
        }
    }

    #[test]
    fn values_have_references_resolved_and_line_ends_made_blanks() {
        for (raw, text) in
            [("a b", "a b"), ("a\r\n\tb\rc\nd", "a  b c d"), ("&lt;&#10;&amp;lt;\r", "<\n&lt; "), ("ñ&#xD1;", "ñÑ")]
        {
            assert_eq!(attribute_text(raw).as_deref(), Ok(text), "{raw:?}");
            assert_eq!(check_references(raw), Ok(()), "{raw:?}");
        }
        for raw in ["&", "&amp", "a&b;", "&#1;", "&amp;&", "& amp;", "&a&amp;"] {
            assert_eq!(attribute_text(raw), Err(Reason::NotXml), "{raw:?}");
            assert_eq!(check_references(raw), Err(Reason::NotXml), "{raw:?}");
        }
    }

    #[test]
    fn names_begin_with_a_letter_and_end_before_what_no_name_has() {
        for text in ["a", "_", ":a", "cfdi:Emisor", "ñandú-2.b"] {
            assert!(
                begins_name(text.as_bytes()) && name_end(text.as_bytes(), 0) == (text.len(), text.contains(':')),
                "{text}"
            );
            assert_eq!(check_target(text), Ok(()), "{text}");
        }
        for text in ["", "-a", ".a", "2a", " a", "a b", "a=", "a/", "a\"", "XML", "xml"] {
            assert_eq!(check_target(text), Err(Reason::NotXml), "{text}");
        }
    }
}

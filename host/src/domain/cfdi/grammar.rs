//! What XML 1.0 demands and the parser leaves open.

use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attribute;
use quick_xml::name::QName;

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

/// Refuses a raw `<` in the attributes of a tag, and attributes that no blank separates (productions 10 and 40).
pub(super) fn check_attribute_list(raw: &str) -> Result<(), Reason> {
    let mut rest = raw.as_bytes();
    while let Some(open) = memchr::memchr2(b'"', b'\'', rest) {
        let (name, quote, value) = (&rest[..open], rest[open], &rest[open + 1..]);
        let close = memchr::memchr(quote, value).ok_or(Reason::NotXml)?;
        rest = &value[close + 1..];
        let has_tag = name.contains(&b'<') || value[..close].contains(&b'<');
        if has_tag || !rest.first().is_none_or(u8::is_ascii_whitespace) {
            return Err(Reason::NotXml);
        }
    }
    if rest.contains(&b'<') { Err(Reason::NotXml) } else { Ok(()) }
}

/// The value of an attribute with references resolved and line ends made blanks, as XML 1.0 section 3.3.3 says.
pub(super) fn attribute_text(attribute: &Attribute<'_>) -> Result<String, Reason> {
    let text = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|_| Reason::NotXml)?;
    if text.chars().all(is_xml_char) { Ok(text.into_owned()) } else { Err(Reason::NotXml) }
}

/// Appends a value with white space collapsed, which is both `xs:whiteSpace` and XPath's `normalize-space`.
pub(super) fn collapse_into(out: &mut String, text: &str) {
    for (at, word) in text.split(['\t', '\n', '\r', ' ']).filter(|word| !word.is_empty()).enumerate() {
        if at > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
}

/// Accepts the references that a document without DTD may use.
pub(super) fn check_reference(reference: &quick_xml::events::BytesRef<'_>) -> Result<(), Reason> {
    if matches!(reference.as_ref(), "amp" | "lt" | "gt" | "apos" | "quot") {
        return Ok(());
    }
    match reference.resolve_char_ref() {
        Ok(Some(c)) if is_xml_char(c) => Ok(()),
        Ok(_) | Err(_) => Err(Reason::NotXml),
    }
}

/// `Char` of XML 1.0 section 2.2.
fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{FFFE}' | '\u{FFFF}'))
}

/// Refuses a processing instruction whose target is no name, or is the one of the declaration (production 17).
pub(super) fn check_target(target: &str) -> Result<(), Reason> {
    if target.eq_ignore_ascii_case("xml") { Err(Reason::NotXml) } else { check_name(QName(target)) }
}

/// Refuses what cannot begin a name (XML 1.0 section 2.3); the letters beyond ASCII are all let through.
pub(super) fn check_name(name: QName<'_>) -> Result<(), Reason> {
    let text = name.as_ref();
    let starts_well =
        text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b':') || b >= 0x80);
    let goes_on_well =
        text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'-' | b'.') || b >= 0x80);
    if starts_well && goes_on_well { Ok(()) } else { Err(Reason::NotXml) }
}

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
    fn attributes_stand_apart() {
        for raw in ["", " a=\"1\"", " a=\"1'\"\n b = '2\"' ", " a=\">\""] {
            assert_eq!(check_attribute_list(raw), Ok(()), "{raw}");
        }
        for raw in [" a=\"1\"b=\"2\"", " a=\"1\"ñ=\"2\"", " a=\"<\"", " <a=\"1\"", " a=\"1", " a=\"1\"<"] {
            assert_eq!(check_attribute_list(raw), Err(Reason::NotXml), "{raw}");
        }
    }
}

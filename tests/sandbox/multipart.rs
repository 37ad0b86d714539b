//! `multipart/related` of the upload endpoint: one part of JSON, one of mail.

use serde_json::Value;

/// The two parts.
#[derive(Debug)]
pub(crate) struct Related<'a> {
    /// Metadata; an empty object where the part is empty.
    pub(crate) metadata: Value,
    /// The message, byte for byte.
    pub(crate) message: &'a [u8],
}

/// Splits a body at its boundary; `None` when it is not made of exactly these two parts.
pub(crate) fn parse<'a>(content_type: &str, body: &'a [u8]) -> Option<Related<'a>> {
    let boundary = boundary(content_type)?;
    let delimiter = [b"--", boundary.as_bytes()].concat();
    let mut parts = Vec::new();
    let mut rest = body.get(find(body, &delimiter)? + delimiter.len()..)?;
    while !rest.starts_with(b"--") {
        let part = rest.get(find(rest, b"\n")? + 1..)?;
        let end = next_delimiter(part, &delimiter)?;
        parts.push(without_line_end(part.get(..end)?));
        rest = part.get(end + delimiter.len()..)?;
    }
    let [metadata, message] = parts.as_slice() else {
        return None;
    };
    let (metadata, message) = (content(metadata)?, content(message)?);
    let empty = metadata.iter().all(u8::is_ascii_whitespace);
    let metadata = if empty { Value::Object(serde_json::Map::new()) } else { serde_json::from_slice(metadata).ok()? };
    Some(Related { metadata, message })
}

fn boundary(content_type: &str) -> Option<String> {
    let mut parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.trim().split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?;
    Some(value.trim_matches('"').to_owned()).filter(|boundary| !boundary.is_empty())
}

/// Where the next delimiter at the beginning of a line is; the same bytes inside a line are content.
fn next_delimiter(part: &[u8], delimiter: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + find(part.get(from..)?, delimiter)?;
        if at == 0 || part.get(at - 1) == Some(&b'\n') {
            return Some(at);
        }
        from = at + 1;
    }
}

/// The line end before a delimiter belongs to the delimiter (RFC 2046 section 5.1.1).
fn without_line_end(part: &[u8]) -> &[u8] {
    part.strip_suffix(b"\r\n").or_else(|| part.strip_suffix(b"\n")).unwrap_or(part)
}

/// What follows the empty line after a part's headers.
///
/// Google's own Python client ends these lines with LF alone, so both ends count.
fn content(part: &[u8]) -> Option<&[u8]> {
    let mut rest = part;
    loop {
        let end = find(rest, b"\n")?;
        let line = rest.get(..end)?;
        rest = rest.get(end + 1..)?;
        if line.is_empty() || line == b"\r" {
            return Some(rest);
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

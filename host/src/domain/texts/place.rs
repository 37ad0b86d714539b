//! Where in a text something is wrong.

use std::fmt;

/// A place in a text, and what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What stands there: a variable, an element, an attribute; empty where nothing can be named.
    pub found: String,
    /// The known name that is nearest to it.
    pub nearest: Option<&'static str>,
}

impl Spot {
    /// The beginning of a text.
    pub(super) fn start() -> Self {
        Self { line: 1, column: 1, found: String::new(), nearest: None }
    }

    /// The place of a byte; one inside of a character counts as that character.
    pub(super) fn at(text: &str, byte: usize) -> Self {
        let before: &[u8] = text.as_bytes().get(..byte).unwrap_or(text.as_bytes());
        let line = before.iter().filter(|byte| **byte == b'\n').count();
        let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        // Bytes that continue a character are none of their own (RFC 3629 section 3).
        let letters = before.get(begin..).unwrap_or_default().iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self { line: number(line + 1), column: number(letters + 1), found: String::new(), nearest: None }
    }

    /// The same place, with what stands there.
    pub(super) fn naming(self, found: impl Into<String>) -> Self {
        Self { found: found.into(), ..self }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} in line {}, column {}", self.found, self.line, self.column)
    }
}

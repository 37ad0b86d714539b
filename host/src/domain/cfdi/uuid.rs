//! The *folio fiscal*: the UUID that the SAT's timbre gives a CFDI.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Where the hyphens stand in the 36 characters.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// Characters of a folio fiscal with its hyphens.
const LEN: usize = 36;

/// A folio fiscal, strictly 8-4-4-4-12 hexadecimal digits, held and compared in upper case.
///
/// The version digit is free: timbres with versions 1, 4 and 5 exist.
/// Source: `UUID` in the SAT's `TimbreFiscalDigitalv11.xsd`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uuid([u8; LEN]);

/// The text is not 8-4-4-4-12 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a folio fiscal of 8-4-4-4-12 hexadecimal digits")]
pub struct InvalidUuid;

impl Uuid {
    /// Reads a folio fiscal in either case. Nothing around it is forgiven: trim before, where a person typed it.
    ///
    /// # Errors
    /// [`InvalidUuid`] for any other shape.
    pub fn parse(text: &str) -> Result<Self, InvalidUuid> {
        let mut places = <[u8; LEN]>::try_from(text.as_bytes()).map_err(|_| InvalidUuid)?;
        for (at, place) in places.iter_mut().enumerate() {
            let fits = if HYPHENS.contains(&at) { *place == b'-' } else { place.is_ascii_hexdigit() };
            if !fits {
                return Err(InvalidUuid);
            }
            place.make_ascii_uppercase();
        }
        Ok(Self(places))
    }

    /// The folio fiscal in upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII gets past `parse`, so this never falls back.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uuid({})", self.as_str())
    }
}

impl FromStr for Uuid {
    type Err = InvalidUuid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    #[test]
    fn either_case_is_the_same_folio() {
        let lower = Uuid::parse("c2832671-da6d-11ef-a0b1-00155d012007").unwrap();
        assert_eq!(lower, Uuid::parse("C2832671-DA6D-11EF-A0B1-00155D012007").unwrap());
        assert_eq!(lower.to_string(), "C2832671-DA6D-11EF-A0B1-00155D012007");
    }

    #[test]
    fn every_other_shape_is_refused() {
        for text in [
            "",
            "C2832671DA6D11EFA0B100155D012007",
            "C2832671-DA6D-11EF-A0B1-00155D01200",
            "C2832671-DA6D-11EF-A0B1-00155D012007X",
            " C2832671-DA6D-11EF-A0B1-00155D012007",
            "{2832671-DA6D-11EF-A0B1-00155D012007}",
            "G2832671-DA6D-11EF-A0B1-00155D012007",
            "C2832671-DA6D-11EF-A0B1_00155D012007",
            "C2832671-DA6D-11EF-A0B100-155D012007",
            "Ñ832671-DA6D-11EF-A0B1-00155D012007",
        ] {
            assert_eq!(Uuid::parse(text), Err(InvalidUuid), "{text:?}");
        }
    }
}

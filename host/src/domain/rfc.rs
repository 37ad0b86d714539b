//! The RFC (*Registro Federal de Contribuyentes*), the tax id of Mexican taxpayers.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// RFC that stands for "the general public" (rule 2.7.1.23 of the *Resolución Miscelánea Fiscal*).
pub const GENERIC_PUBLIC: &str = "XAXX010101000";

/// RFC that stands for any foreign party without a Mexican RFC.
pub const GENERIC_FOREIGN: &str = "XEXX010101000";

/// Characters of the RFC of a company (*persona moral*).
const LEN_COMPANY: usize = 12;

/// Characters of the RFC of a person (*persona física*).
const LEN_PERSON: usize = 13;

/// The alphabet of the SAT's check digit: the position of a character is its value.
const CHECK_ALPHABET: &str = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ";

/// What a company's RFC adds to the weighted sum, because the check counts thirteen places and the missing first one is
/// a space (value 37) with weight 13.
const COMPANY_OFFSET: u32 = 481;

/// A well-formed RFC: upper-cased, trimmed, of 12 or 13 characters.
///
/// Ñ and & are legal letters, so the length in bytes says nothing. The check digit is not part of being well-formed: the
/// SAT has issued RFCs with a wrong one, see [`Rfc::has_valid_check_digit`].
/// Source: `t_RFC` in the SAT's `tdCFDI.xsd`, without the stricter rule for the last place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rfc(String);

/// The text is not an RFC: wrong length, a foreign character, or an impossible date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a well-formed RFC")]
pub struct InvalidRfc;

impl Rfc {
    /// Reads an RFC as people and files write it: any case, blanks around it, Ñ composed or decomposed.
    ///
    /// # Errors
    /// [`InvalidRfc`] when the text does not have the shape of an RFC.
    pub fn parse(text: &str) -> Result<Self, InvalidRfc> {
        // macOS tools write Ñ as N plus a combining tilde; both are the same letter.
        let upper = text.trim().to_uppercase().replace("N\u{303}", "Ñ");
        let places: Vec<char> = upper.chars().collect();
        let letters = match places.len() {
            LEN_COMPANY => 3,
            LEN_PERSON => 4,
            _ => return Err(InvalidRfc),
        };
        let (name, rest) = places.split_at(letters);
        let (date, homoclave) = rest.split_at(6);
        let name_ok = name.iter().all(|c| c.is_ascii_uppercase() || matches!(c, 'Ñ' | '&'));
        let homoclave_ok = homoclave.iter().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        if name_ok && homoclave_ok && is_date(date) { Ok(Self(upper)) } else { Err(InvalidRfc) }
    }

    /// The RFC as text, upper-cased.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Says whether the RFC stands for many parties, so that nobody may be looked up by it.
    #[must_use]
    pub fn is_generic(&self) -> bool {
        self.0 == GENERIC_PUBLIC || self.0 == GENERIC_FOREIGN
    }

    /// Says whether this is the RFC of a company (*persona moral*), which has 12 characters.
    #[must_use]
    pub fn is_company(&self) -> bool {
        self.0.chars().count() == LEN_COMPANY
    }

    /// Says whether the last place is the check digit of the places before it; generic RFCs are exempt.
    ///
    /// Good for a warning only: valid RFCs with another digit exist.
    #[must_use]
    pub fn has_valid_check_digit(&self) -> bool {
        let mut stem = self.0.clone();
        let last = stem.pop();
        self.is_generic() || (last.is_some() && check_digit(&stem) == last)
    }

    /// The foreign generic RFC, for documents whose receiver has no RFC at all.
    #[must_use]
    pub fn foreign() -> Self {
        Self(GENERIC_FOREIGN.to_owned())
    }
}

impl fmt::Display for Rfc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Rfc {
    type Err = InvalidRfc;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Computes the check digit of an RFC without its last place (11 characters for a company, 12 for a person).
///
/// `None` when the length or a character is foreign to RFCs.
#[must_use]
pub fn check_digit(stem: &str) -> Option<char> {
    let places: Vec<char> = stem.chars().collect();
    let offset = match places.len() + 1 {
        LEN_COMPANY => COMPANY_OFFSET,
        LEN_PERSON => 0,
        _ => return None,
    };
    let first_weight = u32::try_from(places.len()).ok()? + 1;
    let mut sum = offset;
    for (weight, place) in (2..=first_weight).rev().zip(&places) {
        let value = CHECK_ALPHABET.chars().position(|c| c == *place)?;
        sum += weight * u32::try_from(value).ok()?;
    }
    match 11 - sum % 11 {
        11 => Some('0'),
        10 => Some('A'),
        digit => char::from_digit(digit, 10),
    }
}

/// Checks the six places AAMMDD as far as the SAT's own pattern does: month 01-12, day 01-31.
fn is_date(places: &[char]) -> bool {
    let digits: Option<Vec<u32>> = places.iter().map(|c| c.to_digit(10)).collect();
    match digits.as_deref() {
        Some([_, _, m1, m2, d1, d2]) => (1..=12).contains(&(m1 * 10 + m2)) && (1..=31).contains(&(d1 * 10 + d2)),
        Some(_) | None => false,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    #[test]
    fn counts_characters_and_not_bytes() {
        assert_eq!(Rfc::parse(" ñañ010101ab1 ").unwrap().as_str(), "ÑAÑ010101AB1");
        assert_eq!(Rfc::parse("N\u{303}A&010101AB1").unwrap().as_str(), "ÑA&010101AB1");
        assert!(Rfc::parse("ÑA&010101AB1").unwrap().is_company());
        assert!(!Rfc::parse("ÑANA010101AB1").unwrap().is_company());
    }

    #[test]
    fn refuses_what_is_no_rfc() {
        for text in [
            "",
            "DEM010101AB",
            "DEM0101010AB12",
            "DEM011301AB1",
            "DEM010132AB1",
            "DE1010101AB1",
            "DEM010101A-1",
            "DEM0101O1AB1",
            "ÁEM010101AB1",
            "D EM010101AB1",
            "DEM010101AB1\u{0}",
        ] {
            assert_eq!(Rfc::parse(text), Err(InvalidRfc), "{text:?}");
        }
    }

    #[test]
    fn knows_the_generic_ones() {
        assert!(Rfc::parse("xaxx010101000").unwrap().is_generic());
        assert!(Rfc::foreign().is_generic());
        assert!(!Rfc::parse("DEM010101AB1").unwrap().is_generic());
    }

    #[test]
    fn computes_check_digits_of_published_test_rfcs() {
        // RFCs that the SAT has published for tests: companies, one of them with &, and persons.
        for text in ["EKU9003173C9", "H&E951128469", "XIQB891116QE4", "CACX7605101P8"] {
            assert!(Rfc::parse(text).unwrap().has_valid_check_digit(), "{text}");
        }
        assert!(!Rfc::parse("EKU9003173C8").unwrap().has_valid_check_digit());
        assert_eq!(check_digit("EKU9003173"), None);
        assert_eq!(check_digit("EKU9003173é"), None);
    }
}

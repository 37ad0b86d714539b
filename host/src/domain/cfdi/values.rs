//! Values that are checked but kept exactly as the document writes them.

use std::fmt;

use thiserror::Error;

/// Digits before the decimal point (`t_Importe` in the SAT's `tdCFDI.xsd`).
const MAX_WHOLE_DIGITS: usize = 18;

/// Digits after the decimal point (`t_Importe`).
const MAX_FRACTION_DIGITS: usize = 6;

/// Characters of `AAAA-MM-DDThh:mm:ss`.
const DATE_TIME_LEN: usize = 19;

/// Characters of `AAAA-MM-DD`.
const DATE_LEN: usize = 10;

/// The text does not have the shape that the SAT's schema gives the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a value of the shape that the SAT's schema asks for")]
pub struct InvalidValue;

/// An amount of money: the decimal text of the document, never a float.
///
/// At most 18 digits before the point and 6 after it, no sign, no exponent. Trailing zeros are kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Amount(String);

impl Amount {
    /// Takes the decimal text as written.
    ///
    /// # Errors
    /// [`InvalidValue`] when it is not a plain decimal within the schema's digits.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return Err(InvalidValue),
            None => (text, ""),
        };
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let fits = !whole.is_empty() && whole.len() <= MAX_WHOLE_DIGITS && fraction.len() <= MAX_FRACTION_DIGITS;
        if fits && digits(whole) && digits(fraction) { Ok(Self(text.to_owned())) } else { Err(InvalidValue) }
    }

    /// The text as the document writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The exact sum, with as many decimals as the summand that has more; `None` where it has more digits than an amount.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Option<Self> {
        let places = |amount: &Self| amount.0.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let most = places(self).max(places(other));
        // At most 24 digits each: far below the 38 of the type.
        let scaled = |amount: &Self| {
            let digits: String = amount.0.chars().filter(char::is_ascii_digit).collect();
            format!("{digits}{}", "0".repeat(most - places(amount))).parse::<u128>().ok()
        };
        let digits = format!("{:0>width$}", scaled(self)?.checked_add(scaled(other)?)?, width = most + 1);
        let (whole, fraction) = digits.split_at_checked(digits.len() - most)?;
        Self::parse(&if most == 0 { whole.to_owned() } else { format!("{whole}.{fraction}") }).ok()
    }

    /// The same amount without zeros that say nothing, so that equal amounts have equal texts.
    #[must_use]
    pub fn plain(&self) -> &str {
        let end = if self.0.contains('.') { self.0.trim_end_matches('0').trim_end_matches('.') } else { &self.0 };
        let whole = end.trim_start_matches('0');
        // One zero stays before the point, or alone.
        if whole.is_empty() || whole.starts_with('.') {
            end.get(end.len() - whole.len() - 1..).unwrap_or("0")
        } else {
            whole
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A date and time as CFDIs carry them: `AAAA-MM-DDThh:mm:ss`, local to the place of issue, without a zone.
///
/// *Retenciones* 1.0 add a zone; it is kept in the text. Two values compare by their text, which orders by time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SatDateTime(String);

impl SatDateTime {
    /// Takes the text as written.
    ///
    /// # Errors
    /// [`InvalidValue`] when it is not a possible date and time, or has anything but a zone after it.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let (stamp, zone) = text.split_at_checked(DATE_TIME_LEN).ok_or(InvalidValue)?;
        let shaped = stamp.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            10 => b == b'T',
            13 | 16 => b == b':',
            _ => b.is_ascii_digit(),
        });
        let possible = shaped && is_possible(stamp.as_bytes());
        if possible && is_zone(zone) { Ok(Self(text.to_owned())) } else { Err(InvalidValue) }
    }

    /// The text as the document writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day alone, `AAAA-MM-DD`.
    #[must_use]
    pub fn day(&self) -> &str {
        self.0.get(..DATE_LEN).unwrap_or_default()
    }
}

impl fmt::Display for SatDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether there is such a day and time; `stamp` has digits at the places of digits. A leap second is possible.
fn is_possible(stamp: &[u8]) -> bool {
    let number = |from: usize, to: usize| stamp[from..to].iter().fold(0, |sum, b| 10 * sum + u32::from(*b - b'0'));
    let year = i32::try_from(number(0, 4)).unwrap_or_default();
    chrono::NaiveDate::from_ymd_opt(year, number(5, 7), number(8, 10)).is_some()
        && number(11, 13) < 24
        && number(14, 16) < 60
        && number(17, 19) <= 60
}

/// Accepts nothing, `Z`, an offset, or a fraction of a second with either.
fn is_zone(text: &str) -> bool {
    let text = match text.strip_prefix('.') {
        Some(fraction) => {
            let rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if rest.len() == fraction.len() {
                return false;
            }
            rest
        }
        None => text,
    };
    match text.as_bytes() {
        [] | [b'Z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_text() {
        for text in ["0", "0.00", "1160.50", "999999999999999999.999999", "007.10"] {
            assert_eq!(Amount::parse(text).as_ref().map(Amount::as_str), Ok(text));
        }
        for text in
            ["", ".", ".5", "5.", "-1", "+1", "1e3", "1,000.00", "1.1234567", "1234567890123456789", "1.2.3", "٣"]
        {
            assert_eq!(Amount::parse(text), Err(InvalidValue), "{text:?}");
        }
    }

    #[test]
    fn equal_amounts_have_equal_plain_texts() {
        for (text, plain) in [
            ("0", "0"),
            ("0.00", "0"),
            ("000", "0"),
            ("007.10", "7.1"),
            ("0.50", "0.5"),
            ("1160.00", "1160"),
            ("100", "100"),
        ] {
            assert_eq!(Amount::parse(text).as_ref().map(Amount::plain), Ok(plain));
        }
    }

    #[test]
    fn sums_are_exact_and_keep_the_decimals() {
        let sum = |one: &str, other: &str| {
            let (one, other) = (Amount::parse(one).ok()?, Amount::parse(other).ok()?);
            one.plus(&other).map(|sum| sum.as_str().to_owned())
        };
        for (one, other, wanted) in
            [("0.1", "0.20", "0.30"), ("1", "2", "3"), ("0.95", "0.05", "1.00"), ("10.5", "0.000001", "10.500001")]
        {
            assert_eq!(sum(one, other).as_deref(), Some(wanted));
        }
        assert_eq!(sum("999999999999999999", "1"), None);
    }

    #[test]
    fn dates_are_possible_dates() {
        for text in [
            "2026-11-22T10:00:00",
            "2024-02-29T23:59:60",
            "2014-06-19T08:02:33-06:00",
            "2014-06-19T08:02:33Z",
            "2014-06-19T08:02:33.5",
        ] {
            assert_eq!(SatDateTime::parse(text).as_ref().map(SatDateTime::as_str), Ok(text));
        }
        for text in [
            "",
            "2026-11-22",
            "2026-02-30T10:00:00",
            "2026-11-22 10:00:00",
            "2026-11-22T10:00:00 ",
            "2026-11-22T24:01:00",
            "2026-11-22T24:00:00",
            "2026-11-22T10:60:00",
            "2026-11-22T10:00:61",
            "2025-02-29T10:00:00",
            "2026-13-01T10:00:00",
            "2026-00-01T10:00:00",
            "2026-11-00T10:00:00",
            "2026-1-2T10:00:00000",
            "2026-11-22T10:00:00.",
            "2026-11-22T10:00:0Ñ",
            "+026-11-22T10:00:00",
        ] {
            assert_eq!(SatDateTime::parse(text), Err(InvalidValue), "{text:?}");
        }
        assert_eq!(SatDateTime::parse("2026-11-22T10:00:00").as_ref().map(SatDateTime::day), Ok("2026-11-22"));
    }
}

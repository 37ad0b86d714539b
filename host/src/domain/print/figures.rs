//! Numbers and texts as people read them. Nothing is computed: digits are only grouped or left away.

use crate::domain::cfdi::Amount;

/// Stands for characters that direct or hide text instead of showing something.
const HIDDEN: char = '□';

/// Makes text harmless to show: what would turn its direction, hide, or break the line becomes a visible box.
///
/// The list is that of Unicode's general categories Cc and Cf and its line separators, as far as XML lets them through.
#[must_use]
pub(super) fn visible(text: &str) -> String {
    let hides = |c: char| {
        c.is_control()
            || matches!(c,
                '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
    };
    text.chars().map(|c| if hides(c) { HIDDEN } else { c }).collect()
}

/// An amount with grouped thousands and at least two decimals: `1160.5` is `1,160.50`. What is no amount stays as it is.
#[must_use]
pub(in crate::domain) fn money(text: &str) -> String {
    if Amount::parse(text).is_err() {
        return text.to_owned();
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    format!("{}.{fraction:0<2}", grouped(whole))
}

/// A quantity without zeros that say nothing: `1.000000` is `1`.
#[must_use]
pub(super) fn quantity(text: &str) -> String {
    let Ok(amount) = Amount::parse(text) else { return text.to_owned() };
    match amount.plain().split_once('.') {
        Some((whole, fraction)) => format!("{}.{fraction}", grouped(whole)),
        None => grouped(amount.plain()),
    }
}

/// A rate as a percentage: `0.160000` is `16%`.
#[must_use]
pub(super) fn percent(text: &str) -> String {
    if Amount::parse(text).is_err() {
        return text.to_owned();
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = format!("{fraction:0<2}");
    let (hundredths, rest) = fraction.split_at(2);
    format!("{}%", quantity(&format!("{whole}{hundredths}.{rest:0<1}")))
}

/// A date and time with a blank in the middle.
#[must_use]
pub(super) fn moment(text: &str) -> String {
    text.replacen('T', " ", 1)
}

fn grouped(digits: &str) -> String {
    let bare = digits.trim_start_matches('0');
    let bare = if bare.is_empty() { "0" } else { bare };
    let mut out = String::with_capacity(bare.len() + bare.len() / 3);
    for (at, digit) in bare.chars().enumerate() {
        if at > 0 && (bare.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped() {
        for (text, shown) in [
            ("0", "0.00"),
            ("1160.5", "1,160.50"),
            ("100.000000", "100.00"),
            ("0.123456", "0.123456"),
            ("999999999999999999.99", "999,999,999,999,999,999.99"),
            ("007", "7.00"),
            ("no", "no"),
            ("", ""),
        ] {
            assert_eq!(money(text), shown);
        }
    }

    #[test]
    fn quantities_and_rates_lose_zeros() {
        assert_eq!([quantity("1.000000"), quantity("1500.250"), quantity("0")], ["1", "1,500.25", "0"]);
        for (text, shown) in [
            ("0.160000", "16%"),
            ("0.080000", "8%"),
            ("0.106667", "10.6667%"),
            ("0.000000", "0%"),
            ("1", "100%"),
            ("0.0125", "1.25%"),
            ("", ""),
        ] {
            assert_eq!(percent(text), shown);
        }
    }

    #[test]
    fn what_hides_or_turns_text_is_shown_as_a_box() {
        assert_eq!(visible("PE\u{202E}ÑA\u{200B}\u{9F}\u{2028}x"), "PE□ÑA□□□x");
        assert_eq!(visible("ñ 日本 😀"), "ñ 日本 😀");
    }
}

//! Amounts in words, as Mexican documents write them.

use crate::domain::cfdi::Amount;

const UNITS: [&str; 30] = [
    "CERO",
    "UNO",
    "DOS",
    "TRES",
    "CUATRO",
    "CINCO",
    "SEIS",
    "SIETE",
    "OCHO",
    "NUEVE",
    "DIEZ",
    "ONCE",
    "DOCE",
    "TRECE",
    "CATORCE",
    "QUINCE",
    "DIECISÉIS",
    "DIECISIETE",
    "DIECIOCHO",
    "DIECINUEVE",
    "VEINTE",
    "VEINTIUNO",
    "VEINTIDÓS",
    "VEINTITRÉS",
    "VEINTICUATRO",
    "VEINTICINCO",
    "VEINTISÉIS",
    "VEINTISIETE",
    "VEINTIOCHO",
    "VEINTINUEVE",
];

const TENS: [&str; 10] = ["", "", "", "TREINTA", "CUARENTA", "CINCUENTA", "SESENTA", "SETENTA", "OCHENTA", "NOVENTA"];

const HUNDREDS: [&str; 10] = [
    "",
    "CIENTO",
    "DOSCIENTOS",
    "TRESCIENTOS",
    "CUATROCIENTOS",
    "QUINIENTOS",
    "SEISCIENTOS",
    "SETECIENTOS",
    "OCHOCIENTOS",
    "NOVECIENTOS",
];

/// The amount in Spanish words: pesos with *M.N.*, other currencies by their code. Nothing for what is no amount.
#[must_use]
pub fn in_words(amount: &str, currency: &str) -> Option<String> {
    Amount::parse(amount).ok()?;
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let whole: u64 = whole.parse().ok()?;
    let fraction = format!("{:0<2}", fraction.trim_end_matches('0'));
    let parts = format!("{fraction}/1{}", "0".repeat(fraction.len()));
    let words = cardinal(whole);
    // A round number of millions takes "de": un millón de pesos.
    let of = if whole >= 1_000_000 && whole.is_multiple_of(1_000_000) { " DE" } else { "" };
    Some(match (currency, whole) {
        ("MXN", 1) => format!("{words} PESO {parts} M.N."),
        ("MXN", _) => format!("{words}{of} PESOS {parts} M.N."),
        (code, _) => format!("{words} {parts} {code}"),
    })
}

/// The number before a noun, so one is *un*.
fn cardinal(number: u64) -> String {
    if number == 0 {
        return "CERO".to_owned();
    }
    let mut words = Vec::new();
    // The long scale: a billón is a million millones.
    let (billions, millions, rest) = (number / 1_000_000_000_000, number / 1_000_000 % 1_000_000, number % 1_000_000);
    for (count, one, many) in [(billions, "UN BILLÓN", "BILLONES"), (millions, "UN MILLÓN", "MILLONES")] {
        match count {
            0 => {}
            1 => words.push(one.to_owned()),
            _ => words.push(format!("{} {many}", below_million(count))),
        }
    }
    if rest > 0 {
        words.push(below_million(rest));
    }
    words.join(" ")
}

fn below_million(number: u64) -> String {
    let (thousands, rest) = (number / 1_000, number % 1_000);
    let mut words = Vec::new();
    match thousands {
        0 => {}
        1 => words.push("MIL".to_owned()),
        _ => words.push(format!("{} MIL", below_thousand(thousands))),
    }
    if rest > 0 {
        words.push(below_thousand(rest));
    }
    words.join(" ")
}

fn below_thousand(number: u64) -> String {
    let word = |table: &[&'static str], at: u64| usize::try_from(at).ok().and_then(|at| table.get(at)).copied();
    let (hundreds, rest) = (number / 100, number % 100);
    let small = match rest {
        0 => String::new(),
        1 => "UN".to_owned(),
        21 => "VEINTIÚN".to_owned(),
        2..30 => word(&UNITS, rest).unwrap_or_default().to_owned(),
        _ => {
            let ten = word(&TENS, rest / 10).unwrap_or_default();
            match rest % 10 {
                0 => ten.to_owned(),
                1 => format!("{ten} Y UN"),
                unit => format!("{ten} Y {}", word(&UNITS, unit).unwrap_or_default()),
            }
        }
    };
    match (hundreds, small.is_empty()) {
        (0, _) => small,
        (1, true) => "CIEN".to_owned(),
        (_, true) => word(&HUNDREDS, hundreds).unwrap_or_default().to_owned(),
        (_, false) => format!("{} {small}", word(&HUNDREDS, hundreds).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pesos_in_words() {
        for (amount, words) in [
            ("0", "CERO PESOS 00/100 M.N."),
            ("1.00", "UN PESO 00/100 M.N."),
            ("21.5", "VEINTIÚN PESOS 50/100 M.N."),
            ("31", "TREINTA Y UN PESOS 00/100 M.N."),
            ("100", "CIEN PESOS 00/100 M.N."),
            ("101.01", "CIENTO UN PESOS 01/100 M.N."),
            ("1000", "MIL PESOS 00/100 M.N."),
            ("1160.00", "MIL CIENTO SESENTA PESOS 00/100 M.N."),
            ("21021", "VEINTIÚN MIL VEINTIÚN PESOS 00/100 M.N."),
            ("500000", "QUINIENTOS MIL PESOS 00/100 M.N."),
            ("1000000", "UN MILLÓN DE PESOS 00/100 M.N."),
            ("2000001.10", "DOS MILLONES UN PESOS 10/100 M.N."),
            ("3000000000", "TRES MIL MILLONES DE PESOS 00/100 M.N."),
            ("1000000000000", "UN BILLÓN DE PESOS 00/100 M.N."),
            (
                "999999999999999999.99",
                "NOVECIENTOS NOVENTA Y NUEVE MIL NOVECIENTOS NOVENTA Y NUEVE BILLONES NOVECIENTOS NOVENTA Y NUEVE MIL \
                 NOVECIENTOS NOVENTA Y NUEVE MILLONES NOVECIENTOS NOVENTA Y NUEVE MIL NOVECIENTOS NOVENTA Y NUEVE PESOS \
                 99/100 M.N.",
            ),
        ] {
            assert_eq!(in_words(amount, "MXN").as_deref(), Some(words), "{amount}");
        }
    }

    #[test]
    fn other_currencies_by_their_code() {
        assert_eq!(in_words("16.40", "USD").as_deref(), Some("DIECISÉIS 40/100 USD"));
        assert_eq!(in_words("1.125", "TND").as_deref(), Some("UN 125/1000 TND"));
        assert_eq!(in_words("-1", "MXN"), None);
    }
}

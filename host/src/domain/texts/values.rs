//! The variables of texts and their values, as people in Mexico write them.

use minijinja::{Value, context};

use crate::domain::cfdi::{Amount, Cfdi, Kind};
use crate::domain::print;

/// Every variable that a text may use.
pub const VARIABLES: [&str; 15] = [
    "serie",
    "folio",
    "uuid",
    "fecha",
    "total",
    "moneda",
    "tipo",
    "verificacion_url",
    "emisor.nombre",
    "emisor.rfc",
    "receptor.nombre",
    "receptor.rfc",
    "cantidad",
    "folios",
    "version",
];

/// Names of the months, as a date spells them.
const MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

/// Currencies whose amounts Mexican business writes with `$`.
const DOLLAR_SIGN: [&str; 3] = ["MXN", "USD", "CAD"];

/// Characters of a name that are looked at: twice the longest variable and more.
const LONGEST_NAME: usize = 60;

/// Most letters by which a name may differ from the one that is proposed instead.
const MAX_DISTANCE: usize = 3;

/// What texts are filled in with: the documents of one message, in its order.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The documents; variables of one document are those of the first.
    pub documents: Vec<&'a Cfdi>,
    /// The end of the first one's seal, which the SAT's address carries; `None` where it is not known.
    pub seal_end: Option<&'a str>,
}

impl<'a> Facts<'a> {
    /// Of one document whose seal is not known.
    #[must_use]
    pub fn of(cfdi: &'a Cfdi) -> Self {
        Self { documents: vec![cfdi], seal_end: None }
    }

    pub(super) fn values(&self) -> Value {
        let Some(first) = self.documents.first() else { return context! {} };
        let text = |field: &'a Option<String>| field.as_deref().unwrap_or_default();
        let (total, currency) = self.total(first);
        context! {
            uuid => first.uuid.to_string(),
            serie => text(&first.serie),
            folio => text(&first.folio),
            fecha => date(first.date.day()),
            total => amount(&total, currency),
            moneda => currency,
            tipo => first.kind.letter(),
            version => first.version,
            verificacion_url => verification(first, self.seal_end),
            cantidad => self.documents.len(),
            folios => self.documents.iter().map(|one| name(one)).collect::<Vec<_>>().join(", "),
            emisor => context! { rfc => first.issuer.rfc.as_str(), nombre => text(&first.issuer.name) },
            receptor => context! { rfc => first.receiver.rfc.as_str(), nombre => text(&first.receiver.name) },
        }
    }

    /// The sum of all where they are in one currency and a sum means something; the first one's amount otherwise.
    fn total(&self, first: &'a Cfdi) -> (Amount, &'a str) {
        let own = (first.amount_to_show().clone(), currency(first));
        let alike = self.documents.iter().all(|one| one.kind == first.kind && currency(one) == own.1);
        let mut amounts = self.documents.iter().map(|one| one.amount_to_show().clone());
        let sum = amounts.next().and_then(|begin| amounts.try_fold(begin, |sum, one| sum.plus(&one)));
        match sum.filter(|_| alike) {
            Some(sum) => (sum, own.1),
            None => own,
        }
    }
}

/// An invented document, for texts that are checked before there is a real one.
pub(super) fn sample() -> Value {
    context! {
        uuid => "00000000-0000-4000-A000-000000000000", serie => "A", folio => "123", fecha => date("2026-01-15"),
        total => "$1,160.00", moneda => "MXN", tipo => "I", version => "4.0", cantidad => 2, folios => "A123, A124",
        verificacion_url => verification_sample(),
        emisor => context! { rfc => "EJE010101AA0", nombre => "Empresa de ejemplo" },
        receptor => context! { rfc => "CLI020202BB1", nombre => "Cliente de ejemplo" },
    }
}

fn verification_sample() -> String {
    print::verification_address(
        "00000000-0000-4000-A000-000000000000",
        "EJE010101AA0",
        "CLI020202BB1",
        "1160.00",
        "AAAAAA==",
    )
}

/// A payment's amount is in pesos, although the document's own currency is `XXX`.
fn currency(cfdi: &Cfdi) -> &str {
    if cfdi.payments_total.is_some() { "MXN" } else { &cfdi.currency }
}

fn name(cfdi: &Cfdi) -> String {
    let number = cfdi.number();
    if number.is_empty() { cfdi.uuid.to_string() } else { number }
}

fn amount(total: &Amount, currency: &str) -> String {
    let sign = if DOLLAR_SIGN.contains(&currency) { "$" } else { "" };
    format!("{sign}{}", print::money(total.as_str()))
}

/// `2026-11-23` as `23 de noviembre de 2026`.
fn date(day: &str) -> String {
    let mut parts = day.split('-');
    let (year, month, day_of_month) = (parts.next(), parts.next(), parts.next());
    let name = month.and_then(|month| month.parse::<usize>().ok()).and_then(|month| MONTHS.get(month.checked_sub(1)?));
    match (year, name, day_of_month) {
        (Some(year), Some(name), Some(day)) => format!("{} de {name} de {year}", day.trim_start_matches('0')),
        _ => day.to_owned(),
    }
}

/// The SAT's address for a document; empty for *Retenciones*, which its page does not know.
fn verification(cfdi: &Cfdi, seal_end: Option<&str>) -> String {
    if cfdi.kind == Kind::Retention {
        return String::new();
    }
    let (issuer, receiver) = (cfdi.issuer.rfc.as_str(), cfdi.receiver.rfc.as_str());
    print::verification_address(cfdi.uuid.as_str(), issuer, receiver, cfdi.total.as_str(), seal_end.unwrap_or_default())
}

/// The known variable that somebody who wrote this name most likely meant.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let name: String = name.chars().take(LONGEST_NAME).collect();
    let near = VARIABLES.iter().map(|known| (strsim::levenshtein(&name, known), *known)).min_by_key(|(far, _)| *far);
    let by_letters = near.filter(|(far, _)| *far <= MAX_DISTANCE.min(name.len() / 2)).map(|(_, known)| known);
    let last = name.rsplit('.').next().unwrap_or_default();
    by_letters.or_else(|| VARIABLES.into_iter().find(|known| known.rsplit('.').next() == Some(last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_amounts_are_written_as_in_mexico() {
        assert_eq!(date("2026-11-23"), "23 de noviembre de 2026");
        assert_eq!(date("2026-01-05"), "5 de enero de 2026");
        assert_eq!(date("2026-13-05"), "2026-13-05");
        for (total, currency, shown) in
            [("1234.56", "MXN", "$1,234.56"), ("1234.5", "EUR", "1,234.50"), ("10", "USD", "$10.00")]
        {
            assert_eq!(Amount::parse(total).map(|total| amount(&total, currency)), Ok(shown.to_owned()));
        }
    }

    #[test]
    fn a_name_that_is_nearly_right_is_recognised() {
        for (written, meant) in [
            ("seri", Some("serie")),
            ("Folio", Some("folio")),
            ("receptor.nomber", Some("receptor.nombre")),
            ("cliente.rfc", Some("emisor.rfc")),
            ("nombre", Some("emisor.nombre")),
            ("zzzzzz", None),
            ("", None),
        ] {
            assert_eq!(nearest(written), meant, "{written}");
        }
    }
}

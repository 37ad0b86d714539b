//! The invoices of a receipt of payments as one text: a line each, tabs between the fields.
//!
//! No value holds either: the reader collapses white space.

use crate::domain::cfdi::{Amount, PaidInvoice, Uuid};

pub(super) fn text(paid: &[PaidInvoice]) -> String {
    let line = |one: &PaidInvoice| {
        let amount = one.amount.as_ref().map(Amount::as_str);
        let rest =
            [one.serie.as_deref(), one.folio.as_deref(), one.currency.as_deref(), one.installment.as_deref(), amount];
        rest.into_iter().fold(one.id.clone(), |line, field| line + "\t" + field.unwrap_or_default())
    };
    paid.iter().map(line).collect::<Vec<_>>().join("\n")
}

pub(super) fn of_text(text: &str) -> Vec<PaidInvoice> {
    let given = |field: Option<&str>| field.filter(|field| !field.is_empty()).map(str::to_owned);
    let one = |line: &str| {
        let mut fields = line.split('\t');
        PaidInvoice {
            id: fields.next().unwrap_or_default().to_owned(),
            serie: given(fields.next()),
            folio: given(fields.next()),
            currency: given(fields.next()),
            installment: given(fields.next()),
            amount: fields.next().and_then(|field| Amount::parse(field).ok()),
        }
    };
    text.split('\n').map(one).collect()
}

pub(super) fn uuids(text: &str) -> Vec<Uuid> {
    text.split('\n').filter_map(|line| Uuid::parse(line.split('\t').next()?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let whole = PaidInvoice {
            id: "6BD2B1F8-7D30-4E2B-9A55-3F1F0C1A2B3C".into(),
            serie: Some("A".into()),
            folio: Some("1".into()),
            currency: Some("MXN".into()),
            installment: Some("2".into()),
            amount: Amount::parse("10.50").ok(),
        };
        let paid = [PaidInvoice::default(), whole, PaidInvoice { folio: Some("9".into()), ..PaidInvoice::default() }];
        assert_eq!(of_text(&text(&paid)), paid);
    }
}

//! What a CFDI says about itself.

use super::{Amount, SatDateTime, Uuid};
use crate::domain::rfc::Rfc;

/// One side of a CFDI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The tax id. A foreign receiver of *Retenciones* has the foreign generic one.
    pub rfc: Rfc,
    /// The name as written, white space collapsed. Optional before version 4.0.
    pub name: Option<String>,
}

/// The kind of document (*TipoDeComprobante*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// *Ingreso*: an invoice.
    Income,
    /// *Egreso*: a credit note.
    Egress,
    /// *Traslado*: goods on the road.
    Transfer,
    /// *Nómina*: a payroll receipt, which holds sensitive personal data.
    Payroll,
    /// *Pago*: a receipt of payments (*REP*).
    Payment,
    /// *Retenciones*: a certificate of withheld taxes, a document of its own schema.
    Retention,
}

impl Kind {
    /// The SAT's letter; `R` for *Retenciones*, which have none.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::Income => "I",
            Self::Egress => "E",
            Self::Transfer => "T",
            Self::Payroll => "N",
            Self::Payment => "P",
            Self::Retention => "R",
        }
    }

    /// The kind of a letter that [`Kind::letter`] gave.
    #[must_use]
    pub fn from_letter(letter: &str) -> Option<Self> {
        match letter {
            "I" => Some(Self::Income),
            "E" => Some(Self::Egress),
            "T" => Some(Self::Transfer),
            "N" => Some(Self::Payroll),
            "P" => Some(Self::Payment),
            "R" => Some(Self::Retention),
            _ => None,
        }
    }

    /// The kind that the attribute names: a letter since 3.3, a word in 3.2.
    pub(super) fn from_attribute(text: &str) -> Option<Self> {
        match text {
            "ingreso" => Some(Self::Income),
            "egreso" => Some(Self::Egress),
            "traslado" => Some(Self::Transfer),
            "R" => None,
            letter => Self::from_letter(letter),
        }
    }
}

/// An invoice that a receipt of payments pays (*DoctoRelacionado*), as far as a person recognises it by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaidInvoice {
    /// Its folio fiscal as written, or the number of an older kind of document (*IdDocumento*).
    pub id: String,
    /// Its serie, if the receipt says.
    pub serie: Option<String>,
    /// Its folio, if the receipt says.
    pub folio: Option<String>,
    /// Its currency, if the receipt says.
    pub currency: Option<String>,
    /// Which payment of it this is (*NumParcialidad*).
    pub installment: Option<String>,
    /// What was paid of it (*ImpPagado*), in its currency. Pagos 1.0 may leave it out.
    pub amount: Option<Amount>,
}

/// The identity of one stamped document, read from its root, its parties and its timbre alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cfdi {
    /// The version as written: `4.0`, `3.3`, `3.2`, or of *Retenciones* `2.0`, `1.0`.
    pub version: String,
    /// The kind of document.
    pub kind: Kind,
    /// The folio fiscal from the timbre.
    pub uuid: Uuid,
    /// Who issued it.
    pub issuer: Party,
    /// Whom it was issued to.
    pub receiver: Party,
    /// The issuer's series, if any.
    pub serie: Option<String>,
    /// The issuer's number, if any.
    pub folio: Option<String>,
    /// When it was issued, at the place of issue.
    pub date: SatDateTime,
    /// The total as written. It is 0 for kinds P and T.
    pub total: Amount,
    /// The currency as written; `XXX` for kinds P and T, empty where an old document does not say.
    pub currency: String,
    /// The sum of the payments (*MontoTotalPagos*, in pesos) of a kind P: the amount to show. Of Pagos 1.0, which has no
    /// such total, the sum of *Monto* where every payment is in pesos.
    pub payments_total: Option<Amount>,
    /// The invoices that a kind P pays, in the order of the document, at most [`super::limits::MAX_PAID`].
    pub paid: Vec<PaidInvoice>,
    /// How many invoices it pays in all.
    pub paid_count: u32,
    /// When the timbre was given, in central Mexican time.
    pub stamped_at: SatDateTime,
}

impl Cfdi {
    /// The amount that a person recognises: the payments of a kind P, the total of every other.
    #[must_use]
    pub fn amount_to_show(&self) -> &Amount {
        self.payments_total.as_ref().unwrap_or(&self.total)
    }

    /// The folios fiscales of the invoices that it pays, as far as they are kept.
    #[must_use]
    pub fn paid_uuids(&self) -> Vec<Uuid> {
        self.paid.iter().filter_map(|invoice| Uuid::parse(&invoice.id).ok()).collect()
    }

    /// Serie and folio in one word, as people call the document; empty where it has neither.
    #[must_use]
    pub fn number(&self) -> String {
        format!("{}{}", self.serie.as_deref().unwrap_or_default(), self.folio.as_deref().unwrap_or_default())
    }
}

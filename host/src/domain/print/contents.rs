//! What is kept of a document to print it.

/// The attributes of one element, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record(pub(super) Vec<(String, String)>);

impl Record {
    /// The value of that name; empty where there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
    }

    /// Whether it has no attributes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A tax, of a concept, a payment, a paid document or the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tax {
    /// Whether it is withheld (*retención*) instead of passed on (*traslado*).
    pub withheld: bool,
    /// `001`, `002`, `003`, or the name of a local tax.
    pub code: String,
    /// `Tasa`, `Cuota`, `Exento`; empty for sums of withheld taxes.
    pub factor: String,
    /// Rate or quota, as a decimal.
    pub rate: String,
    /// What it is taken of.
    pub base: String,
    /// Amount; empty where exempt.
    pub amount: String,
}

/// One concept of the invoice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concept {
    /// Its attributes.
    pub record: Record,
    /// Its taxes.
    pub taxes: Vec<Tax>,
    /// Customs documents, property accounts, parts, and on whose behalf, as label and value.
    pub notes: Vec<(&'static str, String)>,
}

/// Documents that this one refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Related {
    /// *TipoRelacion*.
    pub relation: String,
    /// Folios fiscales.
    pub uuids: Vec<String>,
}

/// One payment of a kind P.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payment {
    /// Its attributes.
    pub record: Record,
    /// What it pays, each with its taxes.
    pub documents: Vec<(Record, Vec<Tax>)>,
    /// Its taxes.
    pub taxes: Vec<Tax>,
}

/// One payroll receipt of a kind N.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payroll {
    /// Its attributes.
    pub record: Record,
    /// The employer.
    pub employer: Record,
    /// The employee.
    pub employee: Record,
    /// *Percepciones*, each with its hours of overtime.
    pub earnings: Vec<(Record, Vec<Record>)>,
    /// *Deducciones*.
    pub deductions: Vec<Record>,
    /// *Otros pagos*, each with the subsidy caused, if any.
    pub other: Vec<(Record, String)>,
    /// *Incapacidades*.
    pub leaves: Vec<Record>,
}

/// Everything that is printed of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Attributes of the root, without its certificate.
    pub root: Record,
    /// *InformacionGlobal*.
    pub global: Record,
    /// *CfdiRelacionados*.
    pub related: Vec<Related>,
    /// *Emisor*.
    pub issuer: Record,
    /// *Receptor*.
    pub receiver: Record,
    /// *Conceptos*, as many as are printed.
    pub concepts: Vec<Concept>,
    /// Attributes of the root's *Impuestos*: its sums.
    pub tax_sums: Record,
    /// The root's taxes.
    pub taxes: Vec<Tax>,
    /// *ImpuestosLocales*.
    pub local_taxes: Vec<Tax>,
    /// *Totales* of Pagos 2.0.
    pub payment_sums: Record,
    /// Payments.
    pub payments: Vec<Payment>,
    /// Payroll receipts.
    pub payrolls: Vec<Payroll>,
    /// Texts of the complement *Leyendas Fiscales*.
    pub legends: Vec<String>,
    /// Complements whose contents are not printed.
    pub complements: Vec<String>,
    /// *TimbreFiscalDigital*.
    pub timbre: Record,
    /// Rows that were left out for their number.
    pub left_out: u32,
    /// Whether a value was cut for its length.
    pub shortened: bool,
}

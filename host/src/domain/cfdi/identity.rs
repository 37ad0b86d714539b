//! Collects the identity of a document from the few places that may tell it.

use super::attributes::Tag;
use super::dialect::{Dialect, PAGOS_10, PAGOS_20, Root, TIMBRE, recognise};
use super::grammar::{attribute_text, collapse_into};
use super::limits::{MAX_KEPT_CHARS, MAX_PAID};
use super::model::{Cfdi, Kind, PaidInvoice, Party};
use super::reader::Reading;
use super::values::{Amount, SatDateTime};
use super::{NotChecked, Reason, Seal, Uuid};
use crate::domain::rfc::Rfc;

/// Characters of the seal's end by which the SAT is asked about a document (Anexo 20, I.D).
const SEAL_END: usize = 8;

/// The deepest element that matters: `Comprobante/Complemento/Pagos/Pago/DoctoRelacionado`.
const DEEPEST: usize = 5;

/// What an open element is to us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Elsewhere,
    Root,
    Receiver,
    Complement,
    Payments,
    Payment,
}

#[derive(Debug, Default)]
struct PartyText {
    rfc: Option<String>,
    name: Option<String>,
}

#[derive(Debug)]
struct Timbre {
    uuid: Uuid,
    sello: Option<String>,
    stamped_at: SatDateTime,
}

/// What has been seen so far.
#[derive(Debug, Default)]
pub(super) struct Identity {
    dialect: Option<&'static Dialect>,
    namespace: String,
    /// The open element of each depth from 1 on; entry 0 is unused.
    trail: [Place; DEEPEST + 1],
    version: Option<String>,
    kind: Option<String>,
    serie: Option<String>,
    folio: Option<String>,
    date: Option<String>,
    sello: Option<String>,
    total: Option<String>,
    currency: Option<String>,
    issuer: Option<PartyText>,
    receiver: Option<PartyText>,
    foreign_receiver: bool,
    payments_total: Option<String>,
    /// Pagos 1.0 has no totals: the sum of its payments, as long as all are in pesos. `Some(None)` once one is not.
    payments_sum: Option<Option<Amount>>,
    paid: Vec<PaidInvoice>,
    paid_count: u32,
    timbres: Vec<Timbre>,
    notes: Vec<Reason>,
}

impl Identity {
    /// Takes note of an element that opens at `depth` (the root is 1), with its attributes.
    pub(super) fn open(&mut self, depth: usize, namespace: &str, local: &str, tag: &Tag<'_>) -> Result<(), Reason> {
        if depth > DEEPEST {
            return Ok(());
        }
        let parent = if depth == 1 { Place::Elsewhere } else { self.trail[depth - 1] };
        self.trail[depth] =
            if depth == 1 { self.root(namespace, local, tag)? } else { self.descend(parent, namespace, local, tag)? };
        Ok(())
    }

    fn root(&mut self, namespace: &str, local: &str, tag: &Tag<'_>) -> Result<Place, Reason> {
        let old_spelling = value(tag, "version")?.is_some();
        let dialect = match recognise(namespace, local, old_spelling) {
            Root::Document(dialect) => dialect,
            Root::CfdTwo => return Err(Reason::CfdTwo),
            Root::Foreign => return Err(Reason::NotCfdi),
        };
        namespace.clone_into(&mut self.namespace);
        self.dialect = Some(dialect);
        self.version = value(tag, dialect.version)?;
        self.folio = value(tag, dialect.folio)?;
        self.date = value(tag, dialect.date)?;
        self.sello = value(tag, dialect.sello)?;
        self.serie = optional(tag, dialect.serie)?;
        self.kind = optional(tag, dialect.kind)?;
        self.currency = optional(tag, dialect.currency)?;
        if !dialect.is_retenciones() {
            self.total = value(tag, dialect.total)?;
        }
        Ok(Place::Root)
    }

    fn descend(&mut self, parent: Place, namespace: &str, local: &str, tag: &Tag<'_>) -> Result<Place, Reason> {
        let Some(dialect) = self.dialect else {
            return Ok(Place::Elsewhere);
        };
        let own = namespace == self.namespace;
        match (parent, local) {
            (Place::Root, "Emisor") if own => {
                let party = party(tag, dialect.issuer_rfc, dialect.issuer_name)?;
                once(&mut self.issuer, party)?;
            }
            (Place::Root, "Receptor") if own && dialect.is_retenciones() => {
                return Ok(Place::Receiver);
            }
            (Place::Root, "Receptor") if own => {
                let party = party(tag, dialect.receiver_rfc, dialect.receiver_name)?;
                once(&mut self.receiver, party)?;
            }
            (Place::Receiver, "Nacional" | "Extranjero") if own => {
                self.foreign_receiver = local == "Extranjero";
                let party = party(tag, dialect.receiver_rfc, dialect.receiver_name)?;
                once(&mut self.receiver, party)?;
            }
            (Place::Root, "Totales") if own && dialect.is_retenciones() => self.total = value(tag, dialect.total)?,
            (Place::Root, "Complemento") if own => return Ok(Place::Complement),
            (Place::Complement, "TimbreFiscalDigital") if namespace == TIMBRE => self.timbre(tag)?,
            (Place::Complement, "Pagos") if is_pagos(namespace) => return Ok(Place::Payments),
            (Place::Payments, "Pago") if is_pagos(namespace) => {
                if namespace == PAGOS_10 {
                    self.payment(tag)?;
                }
                return Ok(Place::Payment);
            }
            (Place::Payment, "DoctoRelacionado") if is_pagos(namespace) => self.paid(tag)?,
            (Place::Payments, "Totales") if namespace == PAGOS_20 => {
                self.payments_total = value(tag, "MontoTotalPagos")?;
            }
            _ => {}
        }
        Ok(Place::Elsewhere)
    }

    fn timbre(&mut self, tag: &Tag<'_>) -> Result<(), Reason> {
        let uuid = value(tag, "UUID")?.and_then(|text| Uuid::parse(&text).ok());
        let stamped_at = value(tag, "FechaTimbrado")?.and_then(|text| SatDateTime::parse(&text).ok());
        // Timbre 1.0 spells it in lower case.
        let sello = match value(tag, "SelloCFD")? {
            None => value(tag, "selloCFD")?,
            some => some,
        };
        let (Some(uuid), Some(stamped_at)) = (uuid, stamped_at) else {
            return Err(Reason::MalformedTimbre);
        };
        match self.timbres.first() {
            Some(first) if first.uuid != uuid => return Err(Reason::TwoTimbres),
            Some(_) => self.notes.push(Reason::RepeatedTimbre),
            None => self.timbres.push(Timbre { uuid, sello, stamped_at }),
        }
        Ok(())
    }

    /// Adds a payment of Pagos 1.0. A sum over several currencies would be no amount; there is none then.
    fn payment(&mut self, tag: &Tag<'_>) -> Result<(), Reason> {
        let in_pesos = value(tag, "MonedaP")?.as_deref() == Some("MXN");
        let amount = value(tag, "Monto")?.filter(|_| in_pesos).and_then(|text| Amount::parse(&text).ok());
        self.payments_sum = Some(match (self.payments_sum.take(), amount) {
            (None, first) => first,
            (Some(Some(sum)), Some(more)) => sum.plus(&more),
            (Some(_), _) => None,
        });
        Ok(())
    }

    /// Takes note of an invoice that is paid. What it lacks or misspells makes no receipt unsendable.
    fn paid(&mut self, tag: &Tag<'_>) -> Result<(), Reason> {
        self.paid_count = self.paid_count.saturating_add(1);
        if self.paid.len() < MAX_PAID {
            self.paid.push(PaidInvoice {
                id: value(tag, "IdDocumento")?.unwrap_or_default(),
                serie: value(tag, "Serie")?,
                folio: value(tag, "Folio")?,
                currency: value(tag, "MonedaDR")?,
                installment: value(tag, "NumParcialidad")?,
                amount: value(tag, "ImpPagado")?.and_then(|text| Amount::parse(&text).ok()),
            });
        }
        Ok(())
    }

    /// Judges what was collected once the document has ended well.
    pub(super) fn finish(mut self) -> Reading {
        let seal_end = self.sello.as_deref().and_then(seal_end);
        let mut reasons = std::mem::take(&mut self.notes);
        let cfdi = match self.build(&mut reasons) {
            Ok(cfdi) => Some(cfdi),
            Err(reason) => {
                reasons.push(reason);
                None
            }
        };
        Reading { cfdi, reasons, seal: Seal::NotChecked(NotChecked::Skipped), seal_end }
    }

    fn build(self, reasons: &mut Vec<Reason>) -> Result<Cfdi, Reason> {
        let dialect = self.dialect.ok_or(Reason::NotCfdi)?;
        let timbre = self.timbres.into_iter().next().ok_or(Reason::NoTimbre)?;
        let version = self.version.ok_or(Reason::MissingAttribute)?;
        if !dialect.versions.contains(&version.as_str()) {
            reasons.push(Reason::UnknownVersion);
        }
        if !is_same_sello(self.sello.as_deref(), timbre.sello.as_deref()) {
            reasons.push(Reason::SelloMismatch);
        }
        let kind = match dialect.fixed_kind() {
            Some(kind) => kind,
            None => Kind::from_attribute(&self.kind.ok_or(Reason::MissingAttribute)?).ok_or(Reason::InvalidValue)?,
        };
        if kind == Kind::Retention {
            reasons.push(Reason::Retenciones);
        }
        let amount = |text: String| Amount::parse(&text).map_err(|_| Reason::InvalidValue);
        let date = self.date.ok_or(Reason::MissingAttribute)?;
        let cfdi = Cfdi {
            version,
            kind,
            uuid: timbre.uuid,
            issuer: self.issuer.unwrap_or_default().judge(false)?,
            receiver: self.receiver.unwrap_or_default().judge(self.foreign_receiver)?,
            serie: self.serie,
            folio: self.folio,
            date: SatDateTime::parse(&date).map_err(|_| Reason::InvalidValue)?,
            total: amount(self.total.ok_or(Reason::MissingAttribute)?)?,
            currency: self.currency.unwrap_or_default(),
            payments_total: match self.payments_total.filter(|_| kind == Kind::Payment) {
                Some(text) => Some(amount(text)?),
                None => self.payments_sum.flatten().filter(|_| kind == Kind::Payment),
            },
            paid: if kind == Kind::Payment { self.paid } else { Vec::new() },
            paid_count: if kind == Kind::Payment { self.paid_count } else { 0 },
            stamped_at: timbre.stamped_at,
        };
        for party in [&cfdi.issuer, &cfdi.receiver] {
            if !party.rfc.has_valid_check_digit() {
                reasons.push(Reason::RfcCheckDigit);
            }
            if party.name.as_deref().is_some_and(is_garbled) {
                reasons.push(Reason::Mojibake);
            }
        }
        Ok(cfdi)
    }
}

impl PartyText {
    fn judge(self, foreign: bool) -> Result<Party, Reason> {
        let rfc = match self.rfc {
            Some(text) => Rfc::parse(&text).map_err(|_| Reason::InvalidRfc)?,
            None if foreign => Rfc::foreign(),
            None => return Err(Reason::MissingAttribute),
        };
        Ok(Party { rfc, name: self.name })
    }
}

fn is_pagos(namespace: &str) -> bool {
    matches!(namespace, PAGOS_20 | PAGOS_10)
}

fn once(slot: &mut Option<PartyText>, party: PartyText) -> Result<(), Reason> {
    if slot.is_some() {
        return Err(Reason::RepeatedNode);
    }
    *slot = Some(party);
    Ok(())
}

fn party(tag: &Tag<'_>, rfc: &str, name: &str) -> Result<PartyText, Reason> {
    Ok(PartyText { rfc: value(tag, rfc)?, name: value(tag, name)? })
}

fn optional(tag: &Tag<'_>, name: Option<&str>) -> Result<Option<String>, Reason> {
    name.map_or(Ok(None), |name| value(tag, name))
}

/// The attribute of that exact, unprefixed name, white space collapsed as `xs:whiteSpace` says; none when empty.
fn value(tag: &Tag<'_>, name: &str) -> Result<Option<String>, Reason> {
    let Some(raw) = tag.value(name) else { return Ok(None) };
    let text = collapse(&attribute_text(raw)?);
    if text.len() > MAX_KEPT_CHARS && text.chars().count() > MAX_KEPT_CHARS {
        return Err(Reason::TooComplex);
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Also takes the line ends that came in as character references, so no kept value can carry one into a mail header.
fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    collapse_into(&mut collapsed, text);
    collapsed
}

/// The end of a seal without blanks; `None` for one that is shorter or no base 64.
fn seal_end(sello: &str) -> Option<String> {
    let mut end: Vec<char> = sello.chars().rev().filter(|c| !c.is_ascii_whitespace()).take(SEAL_END).collect();
    end.reverse();
    let is_base64 = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    (end.len() == SEAL_END && end.iter().all(is_base64)).then(|| end.into_iter().collect())
}

/// Compares two seals, which are base64: some programs break it into lines in one place and not in the other.
fn is_same_sello(one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return false;
    };
    one == other || one.split(' ').flat_map(str::chars).eq(other.split(' ').flat_map(str::chars))
}

/// Finds replacement characters, and UTF-8 that was once read as Latin-1 (`Ã±` for ñ): no Spanish word has Ã or Â before
/// another letter beyond ASCII.
fn is_garbled(text: &str) -> bool {
    let follows = |lead: char, next: Option<char>| matches!(lead, 'Ã' | 'Â') && next.is_some_and(|c| !c.is_ascii());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c == '\u{FFFD}' || follows(c, rest.clone().next()) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_collapses_and_no_other_does() {
        assert_eq!(collapse(" a\r\n\tb  c "), "a b c");
        assert_eq!(collapse("a\u{A0}b"), "a\u{A0}b");
        assert_eq!(collapse(" \n"), "");
    }

    #[test]
    fn seals_compare_without_line_breaks_and_never_when_absent() {
        assert!(is_same_sello(Some("ab cd"), Some("a bcd")));
        assert!(!is_same_sello(Some("abcd"), Some("abc")));
        assert!(!is_same_sello(None, None));
    }

    #[test]
    fn garbled_names_are_told_from_foreign_ones() {
        for name in ["PEÃ\u{91}A", "CafÃ© del Sur", "Â¿", "MU\u{FFFD}OZ"] {
            assert!(is_garbled(name), "{name}");
        }
        for name in ["PEÑA", "SÃO PAULO", "São", "Ã", "CRÂNE", "漢字"] {
            assert!(!is_garbled(name), "{name}");
        }
    }
}

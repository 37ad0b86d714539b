//! Collects what is printed while the document passes by, by path and namespace.

use std::io::{self, Read};

use super::contents::{Concept, Contents, Payment, Payroll, Record, Related, Tax};
use super::figures::visible;
use super::limits::{MAX_NAMED, MAX_ROWS, MAX_SUMS, MAX_TABLE_CHARS, MAX_VALUE_CHARS};
use crate::domain::cfdi::{Element, Kind, Reading, Visitor, read_with};

/// Why a document is not printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unprintable {
    /// It is refused: whoever asked knows the reasons from the reading.
    #[error("the document is refused")]
    Refused,
    /// There is no layout for its version or kind: 3.2, *Retenciones*, or a version that the SAT has not published.
    #[error("there is no layout for this kind of document")]
    Unsupported,
}

/// Reads a document to its end and keeps what is printed of it, within [`super::limits`].
///
/// # Errors
/// The input's own, and [`Unprintable`] inside.
pub fn read(input: impl Read) -> io::Result<Result<Contents, Unprintable>> {
    let mut collector = Collector::default();
    let reading = read_with(input, &mut collector)?;
    Ok(judge(&reading).map(|()| collector.contents))
}

fn judge(reading: &Reading) -> Result<(), Unprintable> {
    let cfdi = reading.cfdi.as_ref().ok_or(Unprintable::Refused)?;
    let known = matches!(cfdi.version.as_str(), "4.0" | "3.3") && cfdi.kind != Kind::Retention;
    if known { Ok(()) } else { Err(Unprintable::Unsupported) }
}

/// The short prefix under which [`Collector::take`] knows a namespace.
fn prefix(namespace: &str) -> &'static str {
    match namespace {
        "http://www.sat.gob.mx/cfd/4" | "http://www.sat.gob.mx/cfd/3" => "",
        "http://www.sat.gob.mx/TimbreFiscalDigital" => "tfd:",
        "http://www.sat.gob.mx/Pagos20" | "http://www.sat.gob.mx/Pagos" => "pago:",
        "http://www.sat.gob.mx/nomina12" => "nom:",
        "http://www.sat.gob.mx/implocal" => "loc:",
        "http://www.sat.gob.mx/leyendasFiscales" => "ley:",
        _ => "?:",
    }
}

#[derive(Default)]
struct Collector {
    contents: Contents,
    /// Segments of [`prefix`] and local name, each after a slash.
    path: String,
    /// Where each open element's path begins in `path`.
    starts: Vec<usize>,
    /// Depth of a row that is left out: what is inside it goes nowhere.
    left_out: Option<usize>,
    rows: usize,
    chars: usize,
}

impl Visitor for Collector {
    fn open(&mut self, element: &Element<'_>) {
        self.starts.push(self.path.len());
        self.path.push('/');
        self.path.push_str(prefix(element.namespace));
        self.path.push_str(element.local);
        if self.left_out.is_none() {
            self.take(element);
        }
    }

    fn close(&mut self) {
        let Some(start) = self.starts.pop() else { return };
        self.path.truncate(start);
        if self.left_out.is_some_and(|depth| depth > self.starts.len()) {
            self.left_out = None;
        }
    }
}

/// Where the complements of the document lie.
const COMPLEMENT: &str = "/Comprobante/Complemento/";

impl Collector {
    fn take(&mut self, element: &Element<'_>) {
        let path = std::mem::take(&mut self.path);
        match path.strip_prefix(COMPLEMENT) {
            Some(inside) => self.take_complement(inside, element),
            None => match path.strip_prefix("/Comprobante/Conceptos/Concepto") {
                Some(inside) => self.take_concept(inside, element),
                None => self.take_general(&path, element),
            },
        }
        self.path = path;
    }

    fn take_general(&mut self, path: &str, element: &Element<'_>) {
        match path {
            "/Comprobante" => self.contents.root = self.record(element),
            "/Comprobante/InformacionGlobal" => self.contents.global = self.record(element),
            "/Comprobante/CfdiRelacionados" => {
                let relation = self.record(element).get("TipoRelacion").to_owned();
                if self.row(1) {
                    self.contents.related.push(Related { relation, uuids: Vec::new() });
                }
            }
            "/Comprobante/CfdiRelacionados/CfdiRelacionado" => {
                let uuid = self.record(element).get("UUID").to_owned();
                if self.row(uuid.len())
                    && let Some(related) = self.contents.related.last_mut()
                {
                    related.uuids.push(uuid);
                }
            }
            "/Comprobante/Emisor" => self.contents.issuer = self.record(element),
            "/Comprobante/Receptor" => self.contents.receiver = self.record(element),
            "/Comprobante/Impuestos" => self.contents.tax_sums = self.record(element),
            "/Comprobante/Impuestos/Retenciones/Retencion" | "/Comprobante/Impuestos/Traslados/Traslado" => {
                let tax = self.tax(element, "");
                if self.sum(self.contents.taxes.len()) {
                    self.contents.taxes.push(tax);
                }
            }
            _ => {}
        }
    }

    /// Takes a concept or something inside it.
    fn take_concept(&mut self, inside: &str, element: &Element<'_>) {
        let note = match inside {
            "" => {
                let record = self.record(element);
                if self.row(length(&record)) {
                    self.contents.concepts.push(Concept { record, ..Concept::default() });
                }
                return;
            }
            "/Impuestos/Traslados/Traslado" | "/Impuestos/Retenciones/Retencion" => {
                let tax = self.tax(element, "");
                if self.room(40)
                    && let Some(concept) = self.contents.concepts.last_mut()
                {
                    concept.taxes.push(tax);
                }
                return;
            }
            "/InformacionAduanera" | "/Parte/InformacionAduanera" => ("Pedimento", "NumeroPedimento"),
            "/CuentaPredial" => ("Cuenta predial", "Numero"),
            "/ACuentaTerceros" => ("A cuenta de", "NombreACuentaTerceros"),
            "/Parte" => ("Parte", "Descripcion"),
            _ => {
                if inside.strip_prefix("/ComplementoConcepto/").is_some_and(|name| !name.contains('/')) {
                    self.name_complement(element);
                }
                return;
            }
        };
        let value = self.record(element).get(note.1).to_owned();
        if self.room(value.len())
            && let Some(concept) = self.contents.concepts.last_mut()
        {
            concept.notes.push((note.0, value));
        }
    }

    fn take_complement(&mut self, inside: &str, element: &Element<'_>) {
        match inside {
            // A second timbre of the same folio says the same.
            "tfd:TimbreFiscalDigital" if self.contents.timbre.is_empty() => {
                self.contents.timbre = self.record(element);
            }
            "loc:ImpuestosLocales/loc:RetencionesLocales" => self.take_local_tax(element, true),
            "loc:ImpuestosLocales/loc:TrasladosLocales" => self.take_local_tax(element, false),
            "ley:LeyendasFiscales/ley:Leyenda" => {
                let text = self.record(element).get("textoLeyenda").to_owned();
                if self.row(text.len()) {
                    self.contents.legends.push(text);
                }
            }
            _ => {
                if let Some(inside) = inside.strip_prefix("pago:Pagos/") {
                    self.take_payment(inside, element);
                } else if let Some(inside) = inside.strip_prefix("nom:Nomina") {
                    self.take_payroll(inside, element);
                } else if inside.starts_with("?:") && !inside.contains('/') {
                    self.name_complement(element);
                }
            }
        }
    }

    fn take_local_tax(&mut self, element: &Element<'_>, withheld: bool) {
        let record = self.record(element);
        let (name, rate) =
            if withheld { ("ImpLocRetenido", "TasadeRetencion") } else { ("ImpLocTrasladado", "TasadeTraslado") };
        let tax = Tax {
            withheld,
            code: record.get(name).to_owned(),
            factor: String::new(),
            rate: record.get(rate).to_owned(),
            base: String::new(),
            amount: record.get("Importe").to_owned(),
        };
        if self.sum(self.contents.local_taxes.len()) {
            self.contents.local_taxes.push(tax);
        }
    }

    fn take_payment(&mut self, inside: &str, element: &Element<'_>) {
        match inside {
            "pago:Totales" => self.contents.payment_sums = self.record(element),
            "pago:Pago" => {
                let record = self.record(element);
                if self.row(length(&record)) {
                    self.contents.payments.push(Payment { record, ..Payment::default() });
                }
            }
            "pago:Pago/pago:DoctoRelacionado" => {
                let record = self.record(element);
                if self.row(length(&record))
                    && let Some(payment) = self.contents.payments.last_mut()
                {
                    payment.documents.push((record, Vec::new()));
                }
            }
            _ => {
                let last = inside.rsplit("/pago:").next().unwrap_or_default();
                let of_document = inside.starts_with("pago:Pago/pago:DoctoRelacionado/");
                let suffix = match last {
                    "TrasladoDR" | "RetencionDR" if of_document => "DR",
                    "TrasladoP" | "RetencionP" => "P",
                    _ => return,
                };
                let tax = self.tax(element, suffix);
                if !self.room(40) {
                    return;
                }
                let Some(payment) = self.contents.payments.last_mut() else { return };
                match (of_document, payment.documents.last_mut()) {
                    (true, Some((_, taxes))) => taxes.push(tax),
                    (true, None) | (false, _) => payment.taxes.push(tax),
                }
            }
        }
    }

    fn take_payroll(&mut self, inside: &str, element: &Element<'_>) {
        let record = self.record(element);
        let is_row = matches!(
            inside,
            "" | "/nom:Percepciones/nom:Percepcion"
                | "/nom:Deducciones/nom:Deduccion"
                | "/nom:OtrosPagos/nom:OtroPago"
                | "/nom:Incapacidades/nom:Incapacidad"
        );
        if is_row && !self.row(length(&record)) {
            return;
        }
        if inside.is_empty() {
            self.contents.payrolls.push(Payroll { record, ..Payroll::default() });
            return;
        }
        let Some(payroll) = self.contents.payrolls.last_mut() else { return };
        match inside {
            "/nom:Emisor" => payroll.employer = record,
            "/nom:Receptor" => payroll.employee = record,
            "/nom:Percepciones/nom:Percepcion" => payroll.earnings.push((record, Vec::new())),
            "/nom:Percepciones/nom:Percepcion/nom:HorasExtra" => {
                // The schema knows three kinds of overtime.
                if let Some((_, overtime)) = payroll.earnings.last_mut().filter(|(_, overtime)| overtime.len() < 3) {
                    overtime.push(record);
                }
            }
            "/nom:Deducciones/nom:Deduccion" => payroll.deductions.push(record),
            "/nom:OtrosPagos/nom:OtroPago" => payroll.other.push((record, String::new())),
            "/nom:OtrosPagos/nom:OtroPago/nom:SubsidioAlEmpleo" => {
                if let Some((_, subsidy)) = payroll.other.last_mut() {
                    record.get("SubsidioCausado").clone_into(subsidy);
                }
            }
            "/nom:Incapacidades/nom:Incapacidad" => payroll.leaves.push(record),
            _ => {}
        }
    }

    fn name_complement(&mut self, element: &Element<'_>) {
        let record = self.record(element);
        let version = if record.get("Version").is_empty() { record.get("version") } else { record.get("Version") };
        let name: String = element.local.chars().take(60).collect();
        let name = format!("{name} {version}").trim_end().to_owned();
        if self.contents.complements.len() < MAX_NAMED && !self.contents.complements.contains(&name) {
            self.contents.complements.push(name);
        }
    }

    fn tax(&mut self, element: &Element<'_>, suffix: &str) -> Tax {
        let record = self.record(element);
        let text = |name: &str| record.get(&format!("{name}{suffix}")).to_owned();
        Tax {
            withheld: element.local.starts_with("Retencion"),
            code: text("Impuesto"),
            factor: text("TipoFactor"),
            rate: text("TasaOCuota"),
            base: text("Base"),
            amount: text("Importe"),
        }
    }

    fn record(&mut self, element: &Element<'_>) -> Record {
        let mut kept = element.attributes();
        // The certificate says nothing to a reader of paper, and is long.
        kept.retain(|(name, _)| name != "Certificado");
        for (_, value) in &mut kept {
            *value = visible(value);
            if let Some((end, _)) = value.char_indices().nth(MAX_VALUE_CHARS) {
                value.truncate(end);
                value.push('…');
                self.contents.shortened = true;
            }
        }
        Record(kept)
    }

    /// Whether there is room for that many characters more in a row that is there.
    fn room(&mut self, chars: usize) -> bool {
        let fits = self.chars + chars <= MAX_TABLE_CHARS;
        if fits {
            self.chars += chars;
        } else {
            self.contents.shortened = true;
        }
        fits
    }

    /// Whether another sum fits beside that many; if not, it is counted.
    fn sum(&mut self, there: usize) -> bool {
        let fits = there < MAX_SUMS;
        if !fits {
            self.contents.left_out = self.contents.left_out.saturating_add(1);
        }
        fits
    }

    /// Whether another row fits; if not, it is counted, and what it holds is passed over.
    fn row(&mut self, chars: usize) -> bool {
        let fits = self.rows < MAX_ROWS && self.chars + chars <= MAX_TABLE_CHARS;
        if fits {
            self.rows += 1;
            self.chars += chars;
        } else {
            self.contents.left_out = self.contents.left_out.saturating_add(1);
            self.left_out = Some(self.starts.len());
        }
        fits
    }
}

fn length(record: &Record) -> usize {
    record.0.iter().map(|(_, value)| value.len()).sum()
}

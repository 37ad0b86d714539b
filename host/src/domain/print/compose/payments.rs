//! The payments of a kind P, and what each pays.

use super::super::catalogues::{FORMS_OF_PAYMENT, TAX_OBJECTS, named};
use super::super::contents::{Contents, Payment, Record, Tax};
use super::super::figures::{moment, money, quantity};
use super::super::sheet::{Align, Block, Cell, Field, Table};
use super::super::words::in_words;
use super::{amount_of_tax, column, labelled, present, tax_name, tax_note};

/// Names and labels of the sums in *Totales*, in the order of the schema.
const SUMS: [(&str, &str); 11] = [
    ("TotalRetencionesIVA", "Retenciones de IVA"),
    ("TotalRetencionesISR", "Retenciones de ISR"),
    ("TotalRetencionesIEPS", "Retenciones de IEPS"),
    ("TotalTrasladosBaseIVA16", "Base de IVA 16%"),
    ("TotalTrasladosImpuestoIVA16", "IVA 16%"),
    ("TotalTrasladosBaseIVA8", "Base de IVA 8%"),
    ("TotalTrasladosImpuestoIVA8", "IVA 8%"),
    ("TotalTrasladosBaseIVA0", "Base de IVA 0%"),
    ("TotalTrasladosImpuestoIVA0", "IVA 0%"),
    ("TotalTrasladosBaseIVAExento", "Base de IVA exento"),
    ("MontoTotalPagos", "Monto total de los pagos"),
];

pub(super) fn blocks(contents: &Contents) -> Vec<Block> {
    let many = contents.payments.len() > 1;
    contents.payments.iter().enumerate().flat_map(|(at, payment)| payment_blocks(at, many, payment)).collect()
}

fn payment_blocks(at: usize, many: bool, payment: &Payment) -> Vec<Block> {
    let record = &payment.record;
    let text = |name: &str| record.get(name).to_owned();
    let amount = format!("{} {}", money(record.get("Monto")), record.get("MonedaP"));
    let mut fields = present([
        ("Fecha de pago", moment(record.get("FechaPago"))),
        ("Forma de pago", named(FORMS_OF_PAYMENT, record.get("FormaDePagoP"))),
        ("Monto", amount),
        ("Tipo de cambio", quantity(record.get("TipoCambioP"))),
        ("Número de operación", text("NumOperacion")),
        ("Banco ordenante (RFC)", text("RfcEmisorCtaOrd")),
        ("Banco ordenante extranjero", text("NomBancoOrdExt")),
        ("Cuenta ordenante", text("CtaOrdenante")),
        ("Banco beneficiario (RFC)", text("RfcEmisorCtaBen")),
        ("Cuenta beneficiaria", text("CtaBeneficiario")),
        ("Monto con letra", in_words(record.get("Monto"), record.get("MonedaP")).unwrap_or_default()),
    ]);
    fields.extend(payment.taxes.iter().map(tax_field));
    let title = if many { format!("Pago {}", at + 1) } else { "Pago".to_owned() };
    let mut blocks = vec![Block::Heading(title), Block::Fields { columns: 3, fields }];
    if !payment.documents.is_empty() {
        blocks.push(Block::Heading("Documentos pagados".to_owned()));
        blocks.push(Block::Table(documents(payment)));
    }
    blocks
}

fn tax_field(tax: &Tax) -> Field {
    let verb = if tax.withheld { "retenido" } else { "trasladado" };
    Field::new(&format!("{} {verb}", tax_name(tax)), amount_of_tax(tax))
}

fn documents(payment: &Payment) -> Table {
    let columns = vec![
        column("Documento", 36, Align::Left),
        column("Serie y folio", 11, Align::Left),
        column("Moneda", 8, Align::Left),
        column("Parcialidad", 9, Align::Right),
        column("Saldo anterior", 12, Align::Right),
        column("Pagado", 12, Align::Right),
        column("Saldo insoluto", 12, Align::Right),
    ];
    let rows = payment.documents.iter().map(|(record, taxes)| document(record, taxes)).collect();
    Table { columns, rows }
}

fn document(record: &Record, taxes: &[Tax]) -> Vec<Cell> {
    let mut notes: Vec<String> = Vec::new();
    notes.extend(labelled("Objeto de impuesto", named(TAX_OBJECTS, record.get("ObjetoImpDR"))));
    notes.extend(labelled("Método de pago", record.get("MetodoDePagoDR")));
    notes.extend(taxes.iter().map(tax_note));
    // Of pesos paid in pesos an equivalence of 1 says nothing.
    let equivalence = quantity(record.get("EquivalenciaDR"));
    let currency_notes = labelled("Equivalencia", if equivalence == "1" { "" } else { &equivalence });
    vec![
        Cell { text: record.get("IdDocumento").to_owned(), notes },
        [record.get("Serie"), record.get("Folio")].concat().into(),
        Cell { text: record.get("MonedaDR").to_owned(), notes: currency_notes.into_iter().collect() },
        record.get("NumParcialidad").into(),
        money(record.get("ImpSaldoAnt")).into(),
        money(record.get("ImpPagado")).into(),
        money(record.get("ImpSaldoInsoluto")).into(),
    ]
}

/// What was paid in all, in pesos; Pagos 1.0 has no such sum.
pub(super) fn totals(contents: &Contents) -> Option<Block> {
    let sums = &contents.payment_sums;
    let total = sums.get("MontoTotalPagos");
    let shown = SUMS.iter().filter(|(name, _)| !sums.get(name).is_empty());
    let mut shown: Vec<Field> = shown.map(|(name, label)| Field::new(label, money(sums.get(name)))).collect();
    shown.last_mut()?.value.push_str(" MXN");
    let fields = present([("Monto total con letra", in_words(total, "MXN").unwrap_or_default())]);
    Some(Block::Totals { fields, sums: shown })
}

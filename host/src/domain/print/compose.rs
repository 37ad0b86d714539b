//! Puts what was read into the order of the page.

mod concepts;
mod payments;
mod payrolls;

use super::catalogues::{
    EXPORTS, FORMS_OF_PAYMENT, KIND_NAMES, KINDS, METHODS_OF_PAYMENT, MONTHS, PERIODS, REGIMES, RELATIONS, TAXES, USES,
    name, named,
};
use super::contents::{Contents, Record, Tax};
use super::figures::{moment, money, percent, quantity};
use super::sheet::{Align, Block, Column, Field, Sheet, Table};
use super::verification::{cadena_of_timbre, verification_url};
use super::words::in_words;

/// The sentence that *Anexo 20*, part I.D, asks for.
const LEGEND: &str = "Este documento es una representación impresa de un CFDI";

/// Who made it, so that nobody takes it for the issuer's own.
const MADE_BY: &str = "Hecha por Correo CFDI a partir del XML; no es el PDF del emisor.";

/// What is said where letters were lacking.
const LACKING: &str = "El signo □ está en lugar de un carácter que no se puede mostrar aquí; el XML lo contiene.";

/// What is said where a text was cut.
const CUT: &str = "Por su tamaño, algunos textos se cortaron aquí (…); están completos en el XML.";

/// The order of the page for a document of any kind.
#[must_use]
pub fn compose(contents: &Contents) -> Sheet {
    let kind = contents.root.get("TipoDeComprobante");
    let mut blocks = vec![masthead(contents)];
    blocks.extend(receiver(contents));
    blocks.extend(general(contents));
    blocks.extend(related(contents));
    blocks.extend(concepts::blocks(contents));
    blocks.extend(payments::blocks(contents));
    blocks.extend(payrolls::blocks(contents));
    blocks.extend(totals(contents));
    blocks.extend(remarks(contents));
    blocks.extend(seals(contents));
    let number = number(contents);
    let uuid = contents.timbre.get("UUID");
    Sheet {
        title: format!("{} {number}", name(KINDS, kind)).trim_end().to_owned(),
        stamped_at: contents.timbre.get("FechaTimbrado").to_owned(),
        running: format!("{} {number} · Folio fiscal {uuid}", contents.issuer.get("Rfc")),
        foot: vec![LEGEND.to_owned(), MADE_BY.to_owned()],
        lacking: LACKING.to_owned(),
        cut: CUT.to_owned(),
        blocks,
    }
}

fn number(contents: &Contents) -> String {
    [contents.root.get("Serie"), contents.root.get("Folio")].concat()
}

fn masthead(contents: &Contents) -> Block {
    let (root, issuer, timbre) = (&contents.root, &contents.issuer, &contents.timbre);
    let mut lines = vec![format!("RFC {}", issuer.get("Rfc"))];
    lines.extend(labelled("Régimen fiscal", named(REGIMES, issuer.get("RegimenFiscal"))));
    lines.extend(labelled("Lugar de expedición (C.P.)", root.get("LugarExpedicion")));
    lines.extend(labelled("Número de operación del adquirente", issuer.get("FacAtrAdquirente")));
    Block::Masthead {
        name: if issuer.get("Nombre").is_empty() { issuer.get("Rfc") } else { issuer.get("Nombre") }.to_owned(),
        lines,
        title: name(KINDS, root.get("TipoDeComprobante")),
        fields: present([
            ("Serie y folio", both(root, "Serie", "Folio")),
            ("Folio fiscal (UUID)", timbre.get("UUID").to_owned()),
            ("Fecha y hora de emisión", moment(root.get("Fecha"))),
            ("Fecha y hora de certificación", moment(timbre.get("FechaTimbrado"))),
        ]),
    }
}

fn receiver(contents: &Contents) -> [Block; 2] {
    let receiver = &contents.receiver;
    let fields = present([
        ("Nombre o razón social", receiver.get("Nombre").to_owned()),
        ("RFC", receiver.get("Rfc").to_owned()),
        ("Régimen fiscal", named(REGIMES, receiver.get("RegimenFiscalReceptor"))),
        ("Domicilio fiscal (C.P.)", receiver.get("DomicilioFiscalReceptor").to_owned()),
        ("Uso del CFDI", named(USES, receiver.get("UsoCFDI"))),
        ("Residencia fiscal", receiver.get("ResidenciaFiscal").to_owned()),
        ("Registro de identidad fiscal", receiver.get("NumRegIdTrib").to_owned()),
    ]);
    [Block::Heading("Receptor".to_owned()), Block::Fields { columns: 2, fields }]
}

fn general(contents: &Contents) -> [Block; 2] {
    let (root, global) = (&contents.root, &contents.global);
    let period = [name(PERIODS, global.get("Periodicidad")), name(MONTHS, global.get("Meses"))];
    let period = format!("{} {}", period.join(" "), global.get("Año"));
    let fields = present([
        ("Tipo de comprobante", named(KIND_NAMES, root.get("TipoDeComprobante"))),
        ("Moneda", root.get("Moneda").to_owned()),
        ("Tipo de cambio", quantity(root.get("TipoCambio"))),
        ("Forma de pago", named(FORMS_OF_PAYMENT, root.get("FormaPago"))),
        ("Método de pago", named(METHODS_OF_PAYMENT, root.get("MetodoPago"))),
        ("Condiciones de pago", root.get("CondicionesDePago").to_owned()),
        ("Exportación", named(EXPORTS, root.get("Exportacion"))),
        ("Confirmación", root.get("Confirmacion").to_owned()),
        ("Factura global", period.trim().to_owned()),
        ("Versión", root.get("Version").to_owned()),
    ]);
    [Block::Heading("Datos del comprobante".to_owned()), Block::Fields { columns: 3, fields }]
}

fn related(contents: &Contents) -> Vec<Block> {
    let rows = contents.related.iter().flat_map(|related| {
        let relation = named(RELATIONS, &related.relation);
        related.uuids.iter().map(move |uuid| vec![relation.as_str().into(), uuid.as_str().into()])
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let columns = vec![column("Tipo de relación", 55, Align::Left), column("Folio fiscal", 45, Align::Left)];
    vec![Block::Heading("CFDI relacionados".to_owned()), Block::Table(Table { columns, rows })]
}

/// The sums. A kind P says what was paid; a kind T has none.
fn totals(contents: &Contents) -> Vec<Block> {
    let root = &contents.root;
    match root.get("TipoDeComprobante") {
        "T" => Vec::new(),
        "P" => payments::totals(contents).into_iter().collect(),
        kind => {
            let currency = root.get("Moneda");
            let mut sums =
                present([("Subtotal", money(root.get("SubTotal"))), ("Descuento", money(root.get("Descuento")))]);
            if kind == "N" {
                sums.extend(payrolls::sums(contents));
            }
            sums.extend(contents.taxes.iter().chain(&contents.local_taxes).map(sum_of_tax));
            sums.push(Field::new("Total", format!("{} {currency}", money(root.get("Total")))));
            let fields = present([
                ("Total con letra", in_words(root.get("Total"), currency).unwrap_or_default()),
                ("Total de impuestos trasladados", money(contents.tax_sums.get("TotalImpuestosTrasladados"))),
                ("Total de impuestos retenidos", money(contents.tax_sums.get("TotalImpuestosRetenidos"))),
            ]);
            vec![Block::Totals { fields, sums }]
        }
    }
}

fn sum_of_tax(tax: &Tax) -> Field {
    let verb = if tax.withheld { "retenido" } else { "trasladado" };
    Field::new(&format!("{} {verb}", tax_name(tax)), amount_of_tax(tax))
}

/// `IVA 16%`, `IEPS cuota 1.5`, `IVA exento`; a local tax by its own name, whose rate is a percentage already.
fn tax_name(tax: &Tax) -> String {
    let own = name(TAXES, &tax.code);
    match tax.factor.as_str() {
        "Exento" => format!("{own} exento"),
        "Cuota" => format!("{own} cuota {}", quantity(&tax.rate)),
        "" if !tax.rate.is_empty() => format!("{own} {}%", quantity(&tax.rate)),
        _ => format!("{own} {}", percent(&tax.rate)).trim_end().to_owned(),
    }
}

fn amount_of_tax(tax: &Tax) -> String {
    if tax.amount.is_empty() { "—".to_owned() } else { money(&tax.amount) }
}

/// One line for a tax of a row.
fn tax_note(tax: &Tax) -> String {
    let verb = if tax.withheld { "Retención" } else { "Traslado" };
    let base = if tax.base.is_empty() { String::new() } else { format!(", base {}", money(&tax.base)) };
    format!("{verb} {}{base}: {}", tax_name(tax), amount_of_tax(tax))
}

/// What is not, or not wholly, on the page, and the legends of the complement of that name.
fn remarks(contents: &Contents) -> Vec<Block> {
    let mut texts: Vec<String> = contents.legends.clone();
    if !contents.complements.is_empty() {
        texts.push(format!(
            "Este CFDI tiene además los complementos siguientes, cuyo contenido está en el XML: {}.",
            contents.complements.join(", ")
        ));
    }
    if contents.left_out > 0 {
        texts.push(format!(
            "Por su tamaño, esta representación impresa omite {} renglones; están completos en el XML.",
            contents.left_out
        ));
    }
    if contents.shortened {
        texts.push(CUT.to_owned());
    }
    texts.into_iter().map(Block::Paragraph).collect()
}

fn seals(contents: &Contents) -> Vec<Block> {
    let (root, timbre) = (&contents.root, &contents.timbre);
    let code = verification_url(contents);
    let fields = present([
        ("No. de serie del certificado del emisor", root.get("NoCertificado").to_owned()),
        ("No. de serie del certificado del SAT", timbre.get("NoCertificadoSAT").to_owned()),
        ("RFC del proveedor de certificación", timbre.get("RfcProvCertif").to_owned()),
        ("Leyenda del SAT", timbre.get("Leyenda").to_owned()),
        ("Sello digital del CFDI", root.get("Sello").to_owned()),
        ("Sello digital del SAT", timbre.get("SelloSAT").to_owned()),
        ("Cadena original del complemento de certificación digital del SAT", cadena_of_timbre(contents)),
        ("Verificación en el SAT", code.clone()),
    ]);
    vec![Block::Heading("Certificación".to_owned()), Block::Seals { code, fields }]
}

/// The fields that say something.
fn present<const N: usize>(pairs: [(&str, String); N]) -> Vec<Field> {
    let said = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    said.map(|(label, value)| Field::new(label, value)).collect()
}

/// One line with its label, if it says something.
fn labelled(label: &str, value: impl AsRef<str>) -> Option<String> {
    let value = value.as_ref();
    (!value.is_empty()).then(|| format!("{label}: {value}"))
}

fn column(title: &'static str, share: u16, align: Align) -> Column {
    Column { title, share, align }
}

/// Two values in one cell, as far as they are there.
fn both(record: &Record, first: &str, second: &str) -> String {
    format!("{} {}", record.get(first), record.get(second)).trim().to_owned()
}

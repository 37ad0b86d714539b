//! The concepts of the invoice.

use super::super::catalogues::{TAX_OBJECTS, named};
use super::super::contents::{Concept, Contents};
use super::super::figures::{money, quantity};
use super::super::sheet::{Align, Block, Cell, Table};
use super::{both, column, labelled, tax_note};

pub(super) fn blocks(contents: &Contents) -> Vec<Block> {
    let has = |name: &str| contents.concepts.iter().any(|concept| !concept.record.get(name).is_empty());
    let discounted = has("Descuento");
    let described = if discounted { 36 } else { 46 };
    let mut columns = vec![
        column("Clave", 11, Align::Left),
        column("Cantidad", 9, Align::Right),
        column("Unidad", 10, Align::Left),
        column("Descripción", described, Align::Left),
        column("Valor unitario", 12, Align::Right),
    ];
    if discounted {
        columns.push(column("Descuento", 10, Align::Right));
    }
    columns.push(column("Importe", 12, Align::Right));
    let rows = contents.concepts.iter().map(|concept| row(concept, discounted)).collect();
    vec![Block::Heading("Conceptos".to_owned()), Block::Table(Table { columns, rows })]
}

fn row(concept: &Concept, discounted: bool) -> Vec<Cell> {
    let record = &concept.record;
    let mut notes: Vec<String> = Vec::new();
    notes.extend(labelled("Objeto de impuesto", named(TAX_OBJECTS, record.get("ObjetoImp"))));
    notes.extend(concept.taxes.iter().map(tax_note));
    notes.extend(concept.notes.iter().map(|(label, value)| format!("{label}: {value}")));
    let mut cells = vec![
        Cell {
            text: record.get("ClaveProdServ").to_owned(),
            notes: labelled("No.", record.get("NoIdentificacion")).into_iter().collect(),
        },
        quantity(record.get("Cantidad")).into(),
        both(record, "ClaveUnidad", "Unidad").into(),
        Cell { text: record.get("Descripcion").to_owned(), notes },
        money(record.get("ValorUnitario")).into(),
    ];
    if discounted {
        cells.push(money(record.get("Descuento")).into());
    }
    cells.push(money(record.get("Importe")).into());
    cells
}

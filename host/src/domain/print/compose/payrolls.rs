//! The receipts of a kind N.

use super::super::catalogues::{PAY_PERIODS, PAYROLLS, named};
use super::super::contents::{Contents, Payroll, Record};
use super::super::figures::{money, quantity};
use super::super::sheet::{Align, Block, Cell, Column, Field, Table};
use super::{column, labelled, present};

pub(super) fn blocks(contents: &Contents) -> Vec<Block> {
    contents.payrolls.iter().flat_map(receipt).collect()
}

fn receipt(payroll: &Payroll) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading("Nómina".to_owned()),
        Block::Fields { columns: 3, fields: period(payroll) },
        Block::Heading("Trabajador".to_owned()),
        Block::Fields { columns: 3, fields: employee(&payroll.employee) },
    ];
    for (title, table) in tables(payroll) {
        if !table.rows.is_empty() {
            blocks.extend([Block::Heading(title.to_owned()), Block::Table(table)]);
        }
    }
    blocks
}

fn period(payroll: &Payroll) -> Vec<Field> {
    let (record, employer) = (&payroll.record, &payroll.employer);
    present([
        ("Tipo de nómina", named(PAYROLLS, record.get("TipoNomina"))),
        ("Fecha de pago", record.get("FechaPago").to_owned()),
        ("Periodo", format!("{} a {}", record.get("FechaInicialPago"), record.get("FechaFinalPago"))),
        ("Días pagados", quantity(record.get("NumDiasPagados"))),
        ("Registro patronal", employer.get("RegistroPatronal").to_owned()),
        ("RFC del patrón de origen", employer.get("RfcPatronOrigen").to_owned()),
        ("CURP del patrón", employer.get("Curp").to_owned()),
    ])
}

fn employee(record: &Record) -> Vec<Field> {
    let text = |name: &str| record.get(name).to_owned();
    present([
        ("CURP", text("Curp")),
        ("Número de seguridad social", text("NumSeguridadSocial")),
        ("Número de empleado", text("NumEmpleado")),
        ("Departamento", text("Departamento")),
        ("Puesto", text("Puesto")),
        ("Inicio de la relación laboral", text("FechaInicioRelLaboral")),
        ("Antigüedad", text("Antigüedad")),
        ("Tipo de contrato", text("TipoContrato")),
        ("Tipo de jornada", text("TipoJornada")),
        ("Tipo de régimen", text("TipoRegimen")),
        ("Sindicalizado", text("Sindicalizado")),
        ("Riesgo del puesto", text("RiesgoPuesto")),
        ("Periodicidad del pago", named(PAY_PERIODS, record.get("PeriodicidadPago"))),
        ("Banco", text("Banco")),
        ("Cuenta bancaria", text("CuentaBancaria")),
        ("Salario base de cotización", money(record.get("SalarioBaseCotApor"))),
        ("Salario diario integrado", money(record.get("SalarioDiarioIntegrado"))),
        ("Entidad federativa", text("ClaveEntFed")),
    ])
}

fn tables(payroll: &Payroll) -> [(&'static str, Table); 4] {
    let amounts = |titles: &[&'static str]| -> Vec<Column> {
        let share = if titles.len() == 2 { 15 } else { 20 };
        let mut columns = vec![
            column("Tipo", 10, Align::Left),
            column("Clave", 15, Align::Left),
            column("Concepto", if titles.len() == 2 { 45 } else { 55 }, Align::Left),
        ];
        columns.extend(titles.iter().map(|title| column(title, share, Align::Right)));
        columns
    };
    let earnings = payroll.earnings.iter().map(|(record, overtime)| {
        row(record, "TipoPercepcion", overtime.iter().map(hours).collect(), &["ImporteGravado", "ImporteExento"])
    });
    let deductions = payroll.deductions.iter().map(|record| row(record, "TipoDeduccion", Vec::new(), &["Importe"]));
    let other = payroll.other.iter().map(|(record, subsidy)| {
        let notes = labelled("Subsidio causado", money(subsidy)).into_iter().collect();
        row(record, "TipoOtroPago", notes, &["Importe"])
    });
    let leaves = payroll.leaves.iter().map(|record| {
        let text = |name: &str| Cell::from(record.get(name));
        vec![text("TipoIncapacidad"), text("DiasIncapacidad"), money(record.get("ImporteMonetario")).into()]
    });
    let leave_columns =
        vec![column("Tipo", 30, Align::Left), column("Días", 30, Align::Right), column("Importe", 40, Align::Right)];
    [
        ("Percepciones", Table { columns: amounts(&["Gravado", "Exento"]), rows: earnings.collect() }),
        ("Deducciones", Table { columns: amounts(&["Importe"]), rows: deductions.collect() }),
        ("Otros pagos", Table { columns: amounts(&["Importe"]), rows: other.collect() }),
        ("Incapacidades", Table { columns: leave_columns, rows: leaves.collect() }),
    ]
}

fn row(record: &Record, kind: &str, notes: Vec<String>, amounts: &[&str]) -> Vec<Cell> {
    let mut cells: Vec<Cell> = vec![
        record.get(kind).into(),
        record.get("Clave").into(),
        Cell { text: record.get("Concepto").to_owned(), notes },
    ];
    cells.extend(amounts.iter().map(|name| Cell::from(money(record.get(name)))));
    cells
}

fn hours(record: &Record) -> String {
    format!(
        "Horas extra: {} en {} días, tipo {}, {}",
        record.get("HorasExtra"),
        record.get("Dias"),
        record.get("TipoHoras"),
        money(record.get("ImportePagado"))
    )
}

/// The sums of the receipts, each as the receipt says it.
pub(super) fn sums(contents: &Contents) -> Vec<Field> {
    let receipts = contents.payrolls.iter().flat_map(|payroll| {
        present([
            ("Total de percepciones", money(payroll.record.get("TotalPercepciones"))),
            ("Total de otros pagos", money(payroll.record.get("TotalOtrosPagos"))),
            ("Total de deducciones", money(payroll.record.get("TotalDeducciones"))),
        ])
    });
    receipts.collect()
}

//! The address book as a file: from the text of a CSV file to rows, and back.

use crate::domain::batch::sheet::{Columns, addresses, rows, yes_or_no};
use crate::domain::batch::{ListError, Table};
use crate::domain::cfdi::Kind;
use crate::domain::contact::Contact;
use crate::domain::customer::{Customer, Form, Grouping};
use crate::domain::rfc::Rfc;

/// Columns of the address book.
const COLUMNS: Columns<7> = Columns {
    names: [
        &["receiver_rfc", "rfc_receptor", "rfc", "rfc_cliente"],
        &["to", "correo", "correos", "para", "email", "correo_electronico", "correo_electrónico"],
        &["name", "nombre", "cliente", "razon_social", "razón_social"],
        &["kind", "tipo", "tipo_de_comprobante", "tipo_de_cfdi"],
        &["zip"],
        &["grouped", "agrupar", "agrupado"],
        &["extras", "adjuntos", "archivos_adicionales"],
    ],
    compulsory: NAME,
    swallowed: names_a_receiver,
};

/// Places of the columns, after the RFC and the addresses.
const NAME: usize = 2;
const KIND: usize = 3;
const ZIP: usize = 4;
const GROUPED: usize = 5;
const EXTRAS: usize = 6;

/// Words for each kind of document beside its letter, and for any kind.
const KINDS: [(Option<Kind>, &[&str]); 7] = [
    (None, &["", "*", "todos", "todas", "cualquiera", "all", "any"]),
    (Some(Kind::Income), &["ingreso", "factura", "income", "invoice"]),
    (Some(Kind::Egress), &["egreso", "nota de crédito", "nota de credito", "credit note"]),
    (Some(Kind::Transfer), &["traslado", "transfer"]),
    (Some(Kind::Payroll), &["nómina", "nomina", "payroll"]),
    (Some(Kind::Payment), &["pago", "pagos", "rep", "complemento de pago", "payment"]),
    (Some(Kind::Retention), &["retención", "retencion", "retenciones", "retention"]),
];

/// A row as the file has it; nothing in it is judged but the words for which there is a closed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryRow {
    /// RFC of the receiver.
    pub receiver_rfc: String,
    /// Recipients.
    pub to: Vec<String>,
    /// Name of the customer; empty leaves what is there.
    pub name: String,
    /// Kind of document; `None` is any.
    pub kind: Result<Option<Kind>, UnknownWord>,
    /// How the files travel; `None` leaves what is there.
    pub form: Result<Option<Form>, UnknownWord>,
    /// How many documents a message holds; `None` leaves what is there.
    pub grouping: Result<Option<Grouping>, UnknownWord>,
    /// Whether further files travel; `None` leaves what is there.
    pub extras: Result<Option<bool>, UnknownWord>,
}

/// A cell says something that is on no list; holds the cell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a cell holds an unknown word")]
pub struct UnknownWord(pub String);

/// Reads the rows.
///
/// # Errors
/// [`ListError`] as it says.
pub fn read(text: &str) -> Result<Vec<DirectoryRow>, ListError> {
    let found = rows(text, &COLUMNS)?.into_iter().map(|cells| DirectoryRow {
        receiver_rfc: disarmed(cells.get(0)).to_owned(),
        to: addresses(cells.get(1)).iter().map(|text| disarmed(text).to_owned()).collect(),
        name: disarmed(cells.get(NAME)).to_owned(),
        kind: kind(cells.get(KIND)),
        form: choice(cells.get(ZIP)).map(|yes| yes.map(|yes| if yes { Form::Zip } else { Form::Loose })),
        grouping: choice(cells.get(GROUPED))
            .map(|yes| yes.map(|yes| if yes { Grouping::Grouped } else { Grouping::Single })),
        extras: choice(cells.get(EXTRAS)),
    });
    Ok(found.collect())
}

/// What [`Table`] puts before a cell that a spreadsheet would take for a formula goes again.
fn disarmed(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| Table::is_formula(rest)).unwrap_or(cell)
}

fn kind(cell: &str) -> Result<Option<Kind>, UnknownWord> {
    let letter = Kind::from_letter(&cell.to_uppercase());
    let word = cell.to_lowercase();
    let named = KINDS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(kind, _)| *kind);
    letter.map(Some).or(named).ok_or_else(|| UnknownWord(cell.to_owned()))
}

/// An empty cell says nothing.
fn choice(cell: &str) -> Result<Option<bool>, UnknownWord> {
    match cell.is_empty() {
        true => Ok(None),
        false => yes_or_no(cell).map(Some).ok_or_else(|| UnknownWord(cell.to_owned())),
    }
}

/// Whether a text holds an RFC.
fn names_a_receiver(cell: &str) -> bool {
    cell.split(|c: char| c.is_whitespace() || ",;\"'".contains(c)).any(|piece| Rfc::parse(piece).is_ok())
}

/// Writes the header line, in Spanish: [`read`] knows the names.
pub fn write_header(table: &mut Table) {
    table.line(COLUMNS.names.map(|names| names.get(1).or(names.first()).copied().unwrap_or_default()));
}

/// Writes one recipient of a customer, or a customer without any.
pub fn write_row(table: &mut Table, customer: &Customer, contact: Option<&Contact>) {
    let word = |yes: bool| if yes { "sí" } else { "no" };
    table.line([
        customer.receiver.as_str(),
        contact.map_or("", |contact| contact.address.as_str()),
        &customer.name,
        contact.and_then(|contact| contact.kind).map_or("", Kind::letter),
        word(customer.rules.form == Form::Zip),
        word(customer.rules.grouping == Grouping::Grouped),
        word(customer.rules.extras),
    ]);
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;
    use crate::domain::contact::Source;
    use crate::domain::customer::Rules;
    use chrono::{DateTime, Utc};
    use proptest::prelude::*;

    fn row(receiver: &str, to: &[&str]) -> DirectoryRow {
        DirectoryRow {
            receiver_rfc: receiver.to_owned(),
            to: to.iter().map(ToString::to_string).collect(),
            name: String::new(),
            kind: Ok(None),
            form: Ok(None),
            grouping: Ok(None),
            extras: Ok(None),
        }
    }

    #[test]
    fn columns_of_offices_are_found_and_what_is_not_there_says_nothing() {
        let text = "Nombre;RFC;Correo electrónico;ZIP\r\nCliente, S.A.;CLI020202BB1;a@x.mx, b@x.mx;sí\r\n";
        let wanted = DirectoryRow {
            name: "Cliente, S.A.".into(),
            form: Ok(Some(Form::Zip)),
            ..row("CLI020202BB1", &["a@x.mx", "b@x.mx"])
        };
        assert_eq!(read(text).unwrap(), [wanted]);
        assert_eq!(read("rfc,correo\nA,\n").unwrap(), [row("A", &[])]);
        assert_eq!(read("rfc,nombre\nA,B\n").unwrap_err(), ListError::Column("to"));
    }

    #[test]
    fn words_of_a_closed_list_are_read_and_others_are_told() {
        let kind = |word: &str| read(&format!("rfc,correo,tipo\nA,a@x.mx,{word}\n")).unwrap()[0].kind.clone();
        for (word, wanted) in [
            ("", None),
            ("Todos", None),
            ("i", Some(Kind::Income)),
            ("Nómina", Some(Kind::Payroll)),
            ("REP", Some(Kind::Payment)),
        ] {
            assert_eq!(kind(word), Ok(wanted), "{word}");
        }
        assert_eq!(kind("ticket"), Err(UnknownWord("ticket".into())));
        let rows = read("rfc,correo,zip,agrupar\nA,a@x.mx,no,no\nA,a@x.mx,quizá,x\n").unwrap();
        assert_eq!((&rows[0].form, &rows[0].grouping), (&Ok(Some(Form::Loose)), &Ok(Some(Grouping::Single))));
        assert_eq!(
            (&rows[1].form, &rows[1].grouping),
            (&Err(UnknownWord("quizá".into())), &Ok(Some(Grouping::Grouped)))
        );
    }

    #[test]
    fn a_quote_that_swallows_a_row_is_refused() {
        let text = "rfc,nombre,correo\nCLI020202BB1,\"A,a@x.mx\nCLI020202BB2,B\",b@x.mx\n";
        assert!(matches!(read(text), Err(ListError::Malformed(2, _))));
        assert_eq!(
            read("rfc,correo\nCLI020202BB1,\"a@x.mx\nb@x.mx\"\n").unwrap(),
            [row("CLI020202BB1", &["a@x.mx", "b@x.mx"])]
        );
    }

    fn contact(address: &str, kind: Option<Kind>) -> Contact {
        Contact {
            company: Rfc::parse("EJE010101AA0").unwrap(),
            receiver: Rfc::parse("CLI020202BB1").unwrap(),
            kind,
            address: address.parse().unwrap(),
            confirmed_at: DateTime::<Utc>::UNIX_EPOCH,
            confirmations: 1,
            source: Source::Entry,
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "\\PC{0,60}[,;\t\n\"]{0,9}\\PC{0,60}") {
            drop(read(&text));
            drop(read(&format!("rfc,correo,nombre,tipo,zip,agrupar,adjuntos\n{text}")));
        }

        #[test]
        fn what_is_written_is_read_again_and_no_cell_is_a_formula(
            name in "[=+@-]?[\\PC&&[^\"]]{0,12}", local in "[=+a-z-][a-z0-9]{1,8}", zip in any::<bool>(), single in any::<bool>(),
            extras in any::<bool>()
        ) {
            let rules = Rules {
                form: if zip { Form::Zip } else { Form::Loose },
                grouping: if single { Grouping::Single } else { Grouping::Grouped },
                extras,
            };
            // One that a person began with an apostrophe before such a character loses it; nobody is called so.
            prop_assume!(!name.trim().starts_with('\''));
            let one = contact(&format!("{local}@x.mx"), Some(Kind::Income));
            let customer = Customer { company: one.company.clone(), receiver: one.receiver.clone(), name: name.trim().to_owned(), rules };
            let mut table = Table::default();
            write_header(&mut table);
            write_row(&mut table, &customer, Some(&one));
            let text = table.into_text();
            for cell in csv::ReaderBuilder::new().from_reader(text.as_bytes()).records().next().unwrap().unwrap().iter() {
                prop_assert!(!Table::is_formula(cell), "{}", cell);
            }
            let wanted = DirectoryRow {
                receiver_rfc: "CLI020202BB1".into(),
                to: vec![format!("{local}@x.mx")],
                name: name.trim().to_owned(),
                kind: Ok(Some(Kind::Income)),
                form: Ok(Some(rules.form)),
                grouping: Ok(Some(rules.grouping)),
                extras: Ok(Some(extras)),
            };
            prop_assert_eq!(read(&text).unwrap(), vec![wanted]);
        }
    }
}

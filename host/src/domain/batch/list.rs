//! From the text of a CSV file to the rows of a batch.

use super::ListError;
use super::sheet::{Columns, addresses, rows, yes_or_no};
use crate::domain::cfdi::Uuid;

/// One row as the list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// Folio fiscal.
    pub uuid: String,
    /// RFC that the XML's receiver must have.
    pub receiver_rfc: String,
    /// Recipients.
    pub to: Vec<String>,
    /// Copies.
    pub cc: Vec<String>,
    /// Whether a PDF is to be made where the document has none.
    pub print: bool,
}

/// Columns of a list.
const COLUMNS: Columns<5> = Columns {
    names: [
        &["uuid", "folio_fiscal"],
        &["receiver_rfc", "rfc_receptor"],
        &["to", "correo", "para"],
        &["cc", "copia"],
        &["print", "imprimir"],
    ],
    compulsory: CC,
    swallowed: names_a_document,
};

/// Places of the columns that may be missing.
const CC: usize = 3;
const PRINT: usize = 4;

/// Reads the rows.
///
/// # Errors
/// [`ListError`] as it says.
pub fn read(text: &str) -> Result<Vec<ListRow>, ListError> {
    rows(text, &COLUMNS)?
        .into_iter()
        .map(|cells| {
            Ok(ListRow {
                uuid: cells.get(0).to_owned(),
                receiver_rfc: cells.get(1).to_owned(),
                to: addresses(cells.get(2)),
                cc: addresses(cells.get(CC)),
                print: yes_or_no(cells.get(PRINT)).ok_or_else(|| cells.malformed(PRINT))?,
            })
        })
        .collect()
}

/// Whether a text holds a folio fiscal.
fn names_a_document(cell: &str) -> bool {
    cell.split(|c: char| !c.is_ascii_hexdigit() && c != '-').any(|piece| Uuid::parse(piece).is_ok())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;
    use crate::domain::batch::{MAX_CELL, MAX_ROWS, text};
    use proptest::prelude::*;

    fn one(to: &[&str], cc: &[&str]) -> ListRow {
        let texts = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        ListRow { uuid: "U".into(), receiver_rfc: "R".into(), to: texts(to), cc: texts(cc), print: false }
    }

    #[test]
    fn columns_are_found_by_name_in_any_order_case_and_delimiter() {
        let wanted = vec![one(&["a@x.mx"], &["b@x.mx"])];
        for text in [
            "uuid,receiver_rfc,to,cc\nU,R,a@x.mx,b@x.mx\n",
            "CC;To;UUID;Receiver_RFC\r\nb@x.mx;a@x.mx;U;R\r\n",
            "\u{feff}folio fiscal\tRFC receptor\tCorreo\tCopia\nU\tR\ta@x.mx\tb@x.mx",
            "\"Folio_Fiscal\",\"rfc-receptor\",\" Para \",\"copia\"\n\"U\",\" R \",\"a@x.mx\",\"b@x.mx\"\n",
            "nota,uuid,receiver_rfc,to,cc\n\"una, nota\",U,R,a@x.mx,b@x.mx\n,,,,\n\n",
        ] {
            assert_eq!(read(text).unwrap(), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_pdf_is_made_where_the_list_says_yes_and_other_words_are_refused() {
        let list = |header: &str, word: &str| read(&format!("uuid,receiver_rfc,to,{header}\nU,R,a@x.mx,{word}\n"));
        for (header, word, wanted) in [
            ("print", "yes", true),
            ("Imprimir", "Sí", true),
            ("imprimir", "X", true),
            ("print", "No", false),
            ("print", "", false),
        ] {
            assert_eq!(list(header, word).unwrap()[0].print, wanted, "{word}");
        }
        assert_eq!(list("imprimir", "tal vez").unwrap_err(), ListError::Malformed(2, 4));
        assert!(!read("uuid,receiver_rfc,to,print\nU,R,a@x.mx\n").unwrap()[0].print, "a cell that is left out");
    }

    #[test]
    fn several_addresses_stand_in_one_cell() {
        let rows =
            read("uuid;receiver_rfc;to\nU;R;\"a@x.mx; b@x.mx,c@x.mx\n d@x.mx\"\nU;R;a@x.mx b@x.mx\nU;R").unwrap();
        let wanted =
            [one(&["a@x.mx", "b@x.mx", "c@x.mx", "d@x.mx"], &[]), one(&["a@x.mx", "b@x.mx"], &[]), one(&[], &[])];
        assert_eq!(rows, wanted);
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_place() {
        let long = format!("uuid,receiver_rfc,to\nU,R,{}\n", "a".repeat(MAX_CELL + 1));
        for (text, wanted) in [
            ("", ListError::Column("uuid")),
            ("folio;correo\n1;a@x.mx\n", ListError::Column("uuid")),
            ("uuid,receiver_rfc,cc\nU,R,\n", ListError::Column("to")),
            ("uuid,receiver_rfc,to,para\nU,R,a@x.mx,\n", ListError::Column("to")),
            ("uuid,receiver_rfc,to\n", ListError::Count),
            ("uuid,receiver_rfc,to\n,,\n\n", ListError::Count),
            ("uuid,receiver_rfc,to\nU,R,a@x.mx\nU,R,a@x.mx,b@x.mx\n", ListError::Malformed(3, 4)),
            (&long, ListError::Malformed(2, 3)),
            // A quote that is not closed must not swallow the rows after it.
            ("uuid,receiver_rfc,to\nU,R,\"a@x.mx\nU,R,b@x.mx\n", ListError::Malformed(2, 0)),
            ("uuid,receiver_rfc,to\nU,R,\"a@x.mx\nU,R,c@x.mx\nU,R,\"b@x.mx\n", ListError::Malformed(2, 0)),
            ("uuid,receiver_rfc,to\nU,R,a@x.mx\nU,R,b\"@x.mx\n", ListError::Malformed(3, 0)),
        ] {
            assert_eq!(read(text).unwrap_err(), wanted, "{:.60}", text);
        }
    }

    #[test]
    fn the_limit_of_rows_is_exact() {
        let list = |rows: usize| format!("uuid,receiver_rfc,to\n{}", "U,R,a@x.mx\n".repeat(rows));
        assert_eq!(read(&list(MAX_ROWS)).unwrap().len(), MAX_ROWS);
        assert_eq!(read(&list(MAX_ROWS + 1)).unwrap_err(), ListError::Count);
    }

    #[test]
    fn files_of_spreadsheets_are_decoded() {
        let wanted = "PEÑA;ñ@x.mx";
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(wanted.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let latin: Vec<u8> = wanted.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let marked = [b"\xEF\xBB\xBF", wanted.as_bytes()].concat();
        for bytes in [wanted.as_bytes(), &marked, &latin, &utf16] {
            assert_eq!(text(bytes), wanted);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "\\PC{0,60}[,;\t\n\"]{0,9}\\PC{0,60}") {
            drop(read(&text));
            drop(read(&format!("uuid,receiver_rfc,to,cc\n{text}")));
        }

        #[test]
        fn no_row_is_swallowed(cells in proptest::collection::vec("\"?[ab@]{1,4}\"{0,2}", 1..12)) {
            let lines: String = cells.iter().map(|cell| format!("6bd2b1f8-7d30-4e2b-9a55-3f1f0c1a2b3c,R,{cell}\n")).collect();
            if let Ok(rows) = read(&format!("uuid,receiver_rfc,to\n{lines}")) {
                prop_assert_eq!(rows.len(), cells.len());
            }
        }

        #[test]
        fn what_a_spreadsheet_quotes_comes_back(cells in proptest::collection::vec("[a-z\",;\t]{1,12}", 1..20)) {
            let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
            writer.write_record(["receiver_rfc", "uuid", "to"]).unwrap();
            for cell in &cells {
                writer.write_record([format!("x{cell}x").as_str(), "U", "a@x.mx"]).unwrap();
            }
            let rows = read(&text(&writer.into_inner().unwrap())).unwrap();
            let found: Vec<String> = rows.into_iter().map(|row| row.receiver_rfc).collect();
            prop_assert_eq!(found, cells.iter().map(|cell| format!("x{cell}x")).collect::<Vec<_>>());
        }
    }
}

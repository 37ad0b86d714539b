//! From the text of a CSV file to rows. Forgives what spreadsheets do to such files, and guesses nothing else.

use csv::{Reader, ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, WINDOWS_1252};

use super::{MAX_CELL, MAX_ROWS};
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

/// Why a text is no list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// It breaks the form of RFC 4180, or a cell is too long; holds line and column, from 1; column 0 is the whole line.
    #[error("line {0}, column {1} is malformed")]
    Malformed(u64, usize),
    /// A compulsory column is missing or is there twice; holds its English name.
    #[error("the column {0} is missing or repeated")]
    Column(&'static str),
    /// No row, or more than [`MAX_ROWS`].
    #[error("no row or too many")]
    Count,
}

/// Names of a column: the English one first, then what Spanish-speaking users write.
const COLUMNS: [&[&str]; 5] = [
    &["uuid", "folio_fiscal"],
    &["receiver_rfc", "rfc_receptor"],
    &["to", "correo", "para"],
    &["cc", "copia"],
    &["print", "imprimir"],
];

/// Places of the columns that may be missing.
const CC: usize = 3;
const PRINT: usize = 4;

/// What stands for yes and for no in the column `print`, in any case; a program that knows other words would guess.
const YES: [&str; 8] = ["sí", "si", "s", "yes", "y", "x", "1", "true"];
const NO: [&str; 5] = ["", "no", "n", "0", "false"];

/// What spreadsheets write between cells, by the language of the system.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The text of a file: UTF-8 or UTF-16 by its mark, else UTF-8, else Windows-1252, as Excel writes "CSV".
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default()).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Reads the rows. The columns may stand in any order and any case; others are left aside, and so are rows of empty cells.
///
/// # Errors
/// [`ListError`] as it says.
pub fn read(text: &str) -> Result<Vec<ListRow>, ListError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (delimiter, places) = columns(text)?;
    judge_quotes(text, delimiter)?;
    let mut reader = reader(text, delimiter);
    let mut record = StringRecord::new();
    let mut rows = Vec::new();
    while reader.read_record(&mut record).map_err(malformed)? {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == MAX_ROWS {
            return Err(ListError::Count);
        }
        rows.push(row(&record, &places, reader.headers().map_or(0, StringRecord::len))?);
    }
    if rows.is_empty() { Err(ListError::Count) } else { Ok(rows) }
}

fn reader(text: &str, delimiter: u8) -> Reader<&[u8]> {
    // Flexible, because spreadsheets leave out the last empty cells of a row.
    ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes())
}

/// Where a character of the text stands.
enum Place {
    /// At the beginning of a cell.
    Start,
    /// In a cell without quotes.
    Plain,
    /// Inside of quotes that were opened in that line.
    Quoted(u64),
    /// After a quote inside of quotes: the end of the cell, or the first of two that stand for one.
    Closing(u64),
}

/// Holds quotes to RFC 4180 section 2. The parser forgives a quote that is never closed, and would take all rows up to the
/// next quote for one cell: they would be lost without a word.
fn judge_quotes(text: &str, delimiter: u8) -> Result<(), ListError> {
    let (mut place, mut line) = (Place::Start, 1);
    for byte in text.bytes() {
        let ends_cell = byte == delimiter || matches!(byte, b'\r' | b'\n');
        place = match (place, byte) {
            (Place::Start | Place::Plain | Place::Closing(_), _) if ends_cell => Place::Start,
            (Place::Start, b'"') => Place::Quoted(line),
            (Place::Plain, b'"') => return Err(ListError::Malformed(line, 0)),
            (Place::Start | Place::Plain, _) => Place::Plain,
            (Place::Quoted(opened), b'"') => Place::Closing(opened),
            (Place::Quoted(opened), _) | (Place::Closing(opened), b'"') => Place::Quoted(opened),
            (Place::Closing(opened), _) => return Err(ListError::Malformed(opened, 0)),
        };
        line += u64::from(byte == b'\n');
    }
    match place {
        Place::Quoted(opened) => Err(ListError::Malformed(opened, 0)),
        Place::Start | Place::Plain | Place::Closing(_) => Ok(()),
    }
}

type Places = [Option<usize>; COLUMNS.len()];

/// The delimiter under which the header line names most of our columns, and where they stand.
fn columns(text: &str) -> Result<(u8, Places), ListError> {
    let mut best: Option<(usize, u8, Vec<Option<usize>>)> = None;
    for delimiter in DELIMITERS {
        let mut reader = reader(text, delimiter);
        let names: Vec<Option<usize>> = reader.headers().map_err(malformed)?.iter().map(column).collect();
        let known = names.iter().flatten().count();
        if best.as_ref().is_none_or(|(most, ..)| known > *most) {
            best = Some((known, delimiter, names));
        }
    }
    let (_, delimiter, names) = best.ok_or(ListError::Count)?;
    let mut places: Places = Default::default();
    for (at, column) in COLUMNS.iter().enumerate() {
        let mut found = names.iter().enumerate().filter(|(_, name)| **name == Some(at)).map(|(place, _)| place);
        places[at] = found.next();
        if found.next().is_some() || (places[at].is_none() && at < CC) {
            return Err(ListError::Column(column[0]));
        }
    }
    Ok((delimiter, places))
}

/// Which of our columns a header names.
fn column(header: &str) -> Option<usize> {
    let name = header.trim().to_lowercase().replace([' ', '-'], "_");
    COLUMNS.iter().position(|names| names.contains(&name.as_str()))
}

fn row(record: &StringRecord, places: &Places, width: usize) -> Result<ListRow, ListError> {
    let line = record.position().map_or(0, csv::Position::line);
    // More cells than the header has: a delimiter inside of an unquoted cell. Who gets what would be a guess.
    if record.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
        return Err(ListError::Malformed(line, width + 1));
    }
    if let Some(wrong) = record.iter().position(|cell| cell.len() > MAX_CELL || swallowed_a_row(cell)) {
        return Err(ListError::Malformed(line, wrong + 1));
    }
    let cell = |at: usize| places[at].and_then(|place| record.get(place)).unwrap_or_default().trim();
    let print = yes_or_no(cell(PRINT)).ok_or(ListError::Malformed(line, places[PRINT].map_or(0, |place| place + 1)))?;
    Ok(ListRow {
        uuid: cell(0).to_owned(),
        receiver_rfc: cell(1).to_owned(),
        to: addresses(cell(2)),
        cc: addresses(cell(CC)),
        print,
    })
}

fn yes_or_no(cell: &str) -> Option<bool> {
    let word = cell.to_lowercase();
    let is_yes = YES.contains(&word.as_str());
    (is_yes || NO.contains(&word.as_str())).then_some(is_yes)
}

/// Whether a cell goes on in the next line and holds a folio fiscal there: its quote should have been closed before.
fn swallowed_a_row(cell: &str) -> bool {
    let pieces = || cell.split(|c: char| !c.is_ascii_hexdigit() && c != '-');
    cell.contains(['\r', '\n']) && pieces().any(|piece| Uuid::parse(piece).is_ok())
}

/// Several addresses in one cell: separated by `;`, `,` or white space.
fn addresses(cell: &str) -> Vec<String> {
    let separates = |c: char| c == ';' || c == ',' || c.is_whitespace();
    cell.split(separates).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn malformed(error: csv::Error) -> ListError {
    ListError::Malformed(error.position().map_or(1, csv::Position::line), 0)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;
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

//! CSV files as offices write them, to cells of columns that are known. Forgives what spreadsheets do to such files, and guesses
//! nothing else.

use csv::{Reader, ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, WINDOWS_1252};

use super::{ListError, MAX_CELL, MAX_ROWS};

/// What stands for yes and for no in a cell, in any case; a program that knows other words would guess.
const YES: [&str; 8] = ["sí", "si", "s", "yes", "y", "x", "1", "true"];
const NO: [&str; 5] = ["", "no", "n", "0", "false"];

/// What spreadsheets write between cells, by the language of the system.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// What is known of a file's columns.
pub(in crate::domain) struct Columns<const N: usize> {
    /// Names of each: the English one first, then what Spanish-speaking users write.
    pub(in crate::domain) names: [&'static [&'static str]; N],
    /// How many of them must be there, counted from the first.
    pub(in crate::domain) compulsory: usize,
    /// Whether a cell of several lines has swallowed a row: its quote should have been closed before.
    pub(in crate::domain) swallowed: fn(&str) -> bool,
}

/// The cells of one row, trimmed; empty where its file has no such column.
pub(in crate::domain) struct Cells<const N: usize> {
    line: u64,
    cells: [String; N],
    places: [Option<usize>; N],
}

impl<const N: usize> Cells<N> {
    /// A cell of that column.
    pub(in crate::domain) fn get(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// Says that a cell cannot be read.
    pub(in crate::domain) fn malformed(&self, column: usize) -> ListError {
        let place = self.places.get(column).copied().flatten();
        ListError::Malformed(self.line, place.map_or(0, |place| place + 1))
    }
}

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
pub(in crate::domain) fn rows<const N: usize>(text: &str, known: &Columns<N>) -> Result<Vec<Cells<N>>, ListError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (delimiter, places) = columns(text, known)?;
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
        rows.push(row(&record, known, places, reader.headers().map_or(0, StringRecord::len))?);
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

/// The delimiter under which the header line names most of our columns, and where they stand.
fn columns<const N: usize>(text: &str, known: &Columns<N>) -> Result<(u8, [Option<usize>; N]), ListError> {
    let mut best: Option<(usize, u8, Vec<Option<usize>>)> = None;
    for delimiter in DELIMITERS {
        let mut reader = reader(text, delimiter);
        let names: Vec<Option<usize>> =
            reader.headers().map_err(malformed)?.iter().map(|header| column(header, known)).collect();
        let count = names.iter().flatten().count();
        if best.as_ref().is_none_or(|(most, ..)| count > *most) {
            best = Some((count, delimiter, names));
        }
    }
    let (_, delimiter, names) = best.ok_or(ListError::Count)?;
    let mut places = [None; N];
    for (at, column) in known.names.iter().enumerate() {
        let mut found = names.iter().enumerate().filter(|(_, name)| **name == Some(at)).map(|(place, _)| place);
        places[at] = found.next();
        if found.next().is_some() || (places[at].is_none() && at < known.compulsory) {
            return Err(ListError::Column(column[0]));
        }
    }
    Ok((delimiter, places))
}

/// Which of our columns a header names.
fn column<const N: usize>(header: &str, known: &Columns<N>) -> Option<usize> {
    let name = header.trim().to_lowercase().replace([' ', '-'], "_");
    known.names.iter().position(|names| names.contains(&name.as_str()))
}

fn row<const N: usize>(
    record: &StringRecord,
    known: &Columns<N>,
    places: [Option<usize>; N],
    width: usize,
) -> Result<Cells<N>, ListError> {
    let line = record.position().map_or(0, csv::Position::line);
    // More cells than the header has: a delimiter inside of an unquoted cell. Who gets what would be a guess.
    if record.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
        return Err(ListError::Malformed(line, width + 1));
    }
    let wrong = |cell: &str| cell.len() > MAX_CELL || (cell.contains(['\r', '\n']) && (known.swallowed)(cell));
    if let Some(wrong) = record.iter().position(wrong) {
        return Err(ListError::Malformed(line, wrong + 1));
    }
    let cell = |place: Option<usize>| place.and_then(|place| record.get(place)).unwrap_or_default().trim().to_owned();
    Ok(Cells { line, cells: places.map(cell), places })
}

/// Yes or no; `None` for another word.
pub(in crate::domain) fn yes_or_no(cell: &str) -> Option<bool> {
    let word = cell.to_lowercase();
    let is_yes = YES.contains(&word.as_str());
    (is_yes || NO.contains(&word.as_str())).then_some(is_yes)
}

/// Several addresses in one cell: separated by `;`, `,` or white space.
pub(in crate::domain) fn addresses(cell: &str) -> Vec<String> {
    let separates = |c: char| c == ';' || c == ',' || c.is_whitespace();
    cell.split(separates).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn malformed(error: csv::Error) -> ListError {
    ListError::Malformed(error.position().map_or(1, csv::Position::line), 0)
}

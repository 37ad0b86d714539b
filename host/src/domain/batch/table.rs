//! The outcome of a batch as CSV (RFC 4180) that a spreadsheet may open safely.

/// Characters at which a spreadsheet takes a cell for a formula (OWASP, "CSV Injection").
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Lines of a table, written one by one.
#[derive(Debug, Default)]
pub struct Table {
    text: String,
}

impl Table {
    /// Adds one line. Cells that a spreadsheet would take for a formula get an apostrophe before them.
    pub fn line<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let cells = cells.into_iter().map(|cell| harmless(cell.as_ref()));
        // Writing into memory cannot fail, and texts stay texts.
        let written = writer.write_record(cells).ok().and_then(|()| writer.into_inner().ok());
        self.text.push_str(&written.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default());
    }

    /// Whether a spreadsheet would take a cell for a formula.
    #[must_use]
    pub fn is_formula(cell: &str) -> bool {
        cell.starts_with(FORMULA)
    }

    /// Bytes so far.
    #[must_use]
    pub fn size(&self) -> usize {
        self.text.len()
    }

    /// The text.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }
}

fn harmless(cell: &str) -> String {
    if Table::is_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cells_are_quoted_where_needed_and_formulas_are_disarmed() {
        let mut table = Table::default();
        table.line(["row", "to"]);
        table.line(["1", "=HYPERLINK(\"x\")"]);
        table.line(["@a", "a, \"b\"\nc"]);
        table.line(["-1", "a@x.mx"]);
        let wanted = "row,to\r\n1,\"'=HYPERLINK(\"\"x\"\")\"\r\n'@a,\"a, \"\"b\"\"\nc\"\r\n'-1,a@x.mx\r\n";
        assert_eq!(table.into_text(), wanted);
    }

    proptest! {
        #[test]
        fn every_cell_comes_back_and_none_begins_a_formula(cells in proptest::collection::vec("\\PC{0,20}|[=+@\\-\t\r\n\",]{0,5}", 2..6)) {
            let mut table = Table::default();
            table.line(&cells);
            let text = table.into_text();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(record.len(), cells.len());
            for (found, cell) in record.iter().zip(&cells) {
                prop_assert!(!found.starts_with(FORMULA));
                prop_assert_eq!(found.strip_prefix('\'').filter(|_| cell.starts_with(FORMULA)).unwrap_or(found), cell);
            }
        }
    }
}

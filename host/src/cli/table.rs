//! Tables that fit a terminal.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::paint::{Shown, Tone, one_line};

/// Columns between two cells.
const GAP: usize = 2;

/// What stands where something was cut.
const CUT: &str = "…";

/// One column of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its head: a key of the locales.
    pub(super) head: &'static str,
    /// Whether its cells end at the same place, as amounts do.
    pub(super) right: bool,
    /// Columns of the terminal that it keeps when there is too little room; what people copy is never cut.
    pub(super) least: Option<usize>,
}

/// A column that may be cut to `least`.
pub(super) const fn cut(head: &'static str, least: usize) -> Column {
    Column { head, right: false, least: Some(least) }
}

/// A column that is shown whole: what people copy.
pub(super) const fn whole(head: &'static str) -> Column {
    Column { head, right: false, least: None }
}

/// A column of figures, shown whole.
pub(super) const fn figures(head: &'static str) -> Column {
    Column { head, right: true, least: None }
}

/// One cell.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// A cell of that meaning, on one line.
    pub(super) fn new(tone: Tone, text: impl AsRef<str>) -> Self {
        Self { text: one_line(text.as_ref()), tone }
    }

    /// A cell without a meaning of its own.
    pub(super) fn plain(text: impl AsRef<str>) -> Self {
        Self::new(Tone::Plain, text)
    }
}

/// One row, and what is said below it.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// As many as there are columns.
    pub(super) cells: Vec<Cell>,
    /// Sentences below the row.
    pub(super) notes: Vec<Cell>,
}

/// The lines of a table in that many columns: a row a line, or a cell a line where not even the least has room.
pub(super) fn layout(columns: &[Column], heads: &[&str], rows: &[Row], width: usize) -> Vec<Shown> {
    match fit(columns, heads, rows, width) {
        Some(widths) => {
            let head: Vec<Cell> = heads.iter().map(|head| Cell::new(Tone::Head, head)).collect();
            let mut lines = vec![line(columns, &head, &widths)];
            for row in rows {
                lines.push(line(columns, &row.cells, &widths));
                lines.extend(notes(row, width));
            }
            lines
        }
        None => {
            let mut lines = Vec::new();
            for row in rows {
                if !lines.is_empty() {
                    lines.push(Shown::default());
                }
                lines.extend(card(heads, row, width));
            }
            lines
        }
    }
}

/// A row with each cell on a line of its own; empty cells are left out.
pub(super) fn card(heads: &[&str], row: &Row, width: usize) -> Vec<Shown> {
    let filled: Vec<_> = heads.iter().zip(&row.cells).filter(|(_, cell)| !cell.text.is_empty()).collect();
    let label = filled.iter().map(|(head, _)| head.width()).max().unwrap_or(0) + 1;
    let room = width.saturating_sub(label + 1);
    let mut lines = Vec::new();
    for (head, cell) in filled {
        let mut pieces = wrapped(&cell.text, room).into_iter();
        let first = pieces.next().unwrap_or_default();
        let head = format!("{:label$} ", format!("{head}:"), label = label + count(head) - head.width());
        lines.push(Shown::new(Tone::Dim, head).and(cell.tone, first));
        lines.extend(pieces.map(|piece| Shown::from(" ".repeat(label + 1)).and(cell.tone, piece)));
    }
    lines.extend(notes(row, width));
    lines
}

/// Sentences, each wrapped and set in by two.
fn notes(row: &Row, width: usize) -> Vec<Shown> {
    let room = width.saturating_sub(GAP);
    let lines = row.notes.iter().flat_map(|note| {
        let pieces = wrapped(&note.text, room);
        pieces.into_iter().map(|piece| Shown::from(" ".repeat(GAP)).and(note.tone, piece))
    });
    lines.collect()
}

/// The widths of the columns; the widest gives first. `None` where even the least is too much.
fn fit(columns: &[Column], heads: &[&str], rows: &[Row], width: usize) -> Option<Vec<usize>> {
    let widest = |index: usize| {
        let cells = rows.iter().filter_map(|row| row.cells.get(index)).map(|cell| cell.text.width());
        cells.chain([heads.get(index).map_or(0, |head| head.width())]).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..columns.len()).map(widest).collect();
    let gaps = GAP * columns.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > width {
        let least = |index: usize| columns[index].least.unwrap_or(usize::MAX);
        let gives =
            (0..widths.len()).filter(|&index| widths[index] > least(index)).max_by_key(|&index| widths[index])?;
        widths[gives] -= 1;
    }
    Some(widths)
}

fn line(columns: &[Column], cells: &[Cell], widths: &[usize]) -> Shown {
    let mut shown = Shown::default();
    for (index, ((cell, &width), column)) in cells.iter().zip(widths).zip(columns).enumerate() {
        let text = shortened(&cell.text, width);
        let blank = " ".repeat(width.saturating_sub(text.width()));
        let is_last = index + 1 == cells.len();
        shown = match column.right {
            true => shown.and(Tone::Plain, blank).and(cell.tone, text),
            // Nothing behind the last cell: blanks there would wrap in a terminal that grew narrower.
            false if is_last => shown.and(cell.tone, text),
            false => shown.and(cell.tone, text).and(Tone::Plain, blank),
        };
        if !is_last {
            shown = shown.and(Tone::Plain, " ".repeat(GAP));
        }
    }
    shown
}

/// The beginning that has room.
pub(super) fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    format!("{}{}", beginning(text, width.saturating_sub(CUT.width())), if width == 0 { "" } else { CUT })
}

fn beginning(text: &str, width: usize) -> &str {
    let mut taken = 0;
    let end = text.char_indices().find(|(_, letter)| {
        taken += letter.width().unwrap_or(0);
        taken > width
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// The text in lines of that width, cut between words where that is possible.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text.trim();
    while rest.width() > width.max(1) {
        let head = beginning(rest, width.max(1));
        // A letter that is wider than the line still has to go somewhere.
        let head = if head.is_empty() { &rest[..rest.chars().next().map_or(0, char::len_utf8)] } else { head };
        let at = match rest[head.len()..].starts_with(' ') {
            true => head.len(),
            false => head.rfind(' ').filter(|&at| at > 0).unwrap_or(head.len()),
        };
        lines.push(rest[..at].trim_end().to_owned());
        rest = rest[at..].trim_start();
    }
    if !rest.is_empty() || lines.is_empty() {
        lines.push(rest.to_owned());
    }
    lines
}

fn count(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [whole("id"), cut("name", 6), figures("total")];
    const HEADS: [&str; 3] = ["Folio", "Nombre", "Total"];

    fn rows() -> Vec<Row> {
        let row = |id: &str, name: &str, total: &str| Row {
            cells: vec![Cell::plain(id), Cell::plain(name), Cell::plain(total)],
            notes: vec![Cell::new(Tone::Warn, "espera a una persona")],
        };
        vec![row("A1", "Papelería Ñandú", "1,160.00"), row("A20", "株式会社テスト", "9.00")]
    }

    fn text(width: usize) -> Vec<String> {
        layout(&COLUMNS, &HEADS, &rows(), width).iter().map(|line| line.render(false)).collect()
    }

    #[test]
    fn cells_stand_below_each_other_by_the_width_of_their_letters() {
        let lines = text(80);
        assert_eq!(lines[0], "Folio  Nombre              Total");
        assert_eq!(lines[1], "A1     Papelería Ñandú  1,160.00");
        assert_eq!(lines[3], "A20    株式会社テスト       9.00");
        assert_eq!(lines[4], "  espera a una persona");
    }

    #[test]
    fn what_does_not_fit_is_cut_and_what_is_copied_is_not() {
        let lines = text(26);
        assert_eq!(lines[1], "A1     Papelerí…  1,160.00");
        assert!(lines.iter().all(|line| line.width() <= 26), "{lines:#?}");
        let narrow = text(18);
        assert_eq!(narrow[0], "Folio:  A1");
        assert_eq!(narrow[1], "Nombre: Papelería");
        assert_eq!(narrow[2], "        Ñandú");
        assert!(narrow.iter().all(|line| line.width() <= 18), "{narrow:#?}");
    }

    #[test]
    fn a_cell_cannot_break_its_row() {
        let row = Row { cells: vec![Cell::plain("a\nb\u{1b}[2J"), Cell::plain(""), Cell::plain("")], notes: vec![] };
        let lines = layout(&COLUMNS, &HEADS, &[row], 80);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].render(true).starts_with("a b\u{fffd}[2J"));
    }
}

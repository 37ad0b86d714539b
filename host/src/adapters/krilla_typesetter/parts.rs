//! Every part but tables.

use qrcode::{Color, EcLevel, QrCode};

use super::faces::Style;
use super::flow::{Flow, MARGIN, Mark, ROOM, WIDTH};
use crate::domain::print::Field;
use crate::ports::TypesettingError;

const NAME: Style = Style { bold: true, size: 12.5, gray: 0 };
const TITLE: Style = Style { bold: true, size: 10.0, gray: 0 };
const HEADING: Style = Style { bold: true, size: 8.5, gray: 40 };
const VALUE: Style = Style { bold: false, size: 8.0, gray: 0 };
const LABEL: Style = Style { bold: false, size: 6.5, gray: 95 };
const TOTAL: Style = Style { bold: true, size: 9.5, gray: 0 };
const SEAL_LABEL: Style = Style { bold: true, size: 6.5, gray: 40 };
const SEAL: Style = Style { bold: false, size: 6.0, gray: 0 };

/// From one base line to the next, in sizes of the letters.
const LEADING: f32 = 1.25;

/// Between parts, in points.
const GAP: f32 = 8.0;

/// Width of the box at the right of the masthead, in points.
const RIGHT_BOX: f32 = 216.0;

/// Lines of one value in the masthead: real ones have three at most.
const MASTHEAD_LINES: usize = 5;

/// Lines of one value elsewhere: terms of payment with their 1,000 characters have 25.
const VALUE_LINES: usize = 32;

/// Side of the square code, in points: 3 cm.
const CODE_SIDE: f32 = 85.0;

fn step(style: Style) -> f32 {
    style.size * LEADING
}

/// Lines of one style, to be put somewhere.
struct Lines {
    style: Style,
    lines: Vec<String>,
    /// Room below them, in points.
    below: f32,
}

impl Lines {
    fn of(flow: &Flow<'_>, text: &str, style: Style, width: f32, most: usize) -> Self {
        let (lines, cut) = flow.faces.few_lines(text, style, width, most);
        flow.note_cut(cut);
        Self { style, lines, below: 0.0 }
    }

    fn height(&self) -> f32 {
        self.lines.len() as f32 * step(self.style) + self.below
    }
}

fn height(stack: &[Lines]) -> f32 {
    stack.iter().map(Lines::height).sum()
}

/// Puts lines below one another; the height is that of [`height`].
fn put(flow: &mut Flow<'_>, x: f32, top: f32, stack: Vec<Lines>) {
    let mut y = top;
    for Lines { style, lines, below } in stack {
        for line in lines {
            flow.text(x, y + style.size, style, line);
            y += step(style);
        }
        y += below;
    }
}

/// Label and value below one another.
fn labelled(flow: &Flow<'_>, field: &Field, width: f32, most: usize) -> [Lines; 2] {
    let mut value = Lines::of(flow, &field.value, VALUE, width, most);
    value.below = 2.0;
    [Lines::of(flow, &field.label, LABEL, width, 2), value]
}

pub(super) fn masthead(flow: &mut Flow<'_>, name: &str, lines: &[String], title: &str, fields: &[Field]) {
    let (padding, left_width) = (8.0, WIDTH - RIGHT_BOX - 16.0);
    let mut left = vec![Lines::of(flow, name, NAME, left_width, MASTHEAD_LINES)];
    left.extend(lines.iter().map(|line| Lines::of(flow, line, VALUE, left_width, MASTHEAD_LINES)));
    let inside = RIGHT_BOX - 2.0 * padding;
    let mut right = vec![Lines::of(flow, title, TITLE, inside, 2)];
    if let Some(title) = right.first_mut() {
        title.below = 4.0;
    }
    right.extend(fields.iter().flat_map(|field| labelled(flow, field, inside, MASTHEAD_LINES)));
    let box_height = height(&right) + 2.0 * padding;
    let tall = height(&left).max(box_height);
    flow.need(tall.min(ROOM));
    let (top, x) = (flow.y, MARGIN + WIDTH - RIGHT_BOX);
    flow.fill(x, top, RIGHT_BOX, box_height, 238);
    put(flow, MARGIN, top, left);
    put(flow, x + padding, top + padding, right);
    flow.skip(tall + GAP);
}

pub(super) fn heading(flow: &mut Flow<'_>, text: &str) {
    // Never alone at the end of a page.
    flow.need(60.0);
    let y = flow.y + HEADING.size;
    flow.text(MARGIN, y, HEADING, text.to_owned());
    flow.fill(MARGIN, y + 3.0, WIDTH, 0.7, 120);
    flow.skip(HEADING.size + 7.0);
}

pub(super) fn fields(flow: &mut Flow<'_>, columns: u16, fields: &[Field]) {
    let columns = columns.max(1);
    let share = WIDTH / f32::from(columns);
    for row in fields.chunks(usize::from(columns)) {
        let cells: Vec<_> = row.iter().map(|field| labelled(flow, field, share - 10.0, VALUE_LINES)).collect();
        let tall = cells.iter().map(|cell| height(cell)).fold(0.0, f32::max);
        flow.need(tall);
        let top = flow.y;
        for (at, cell) in cells.into_iter().enumerate() {
            put(flow, MARGIN + at as f32 * share, top, cell.into());
        }
        flow.skip(tall + 3.0);
    }
    flow.skip(GAP - 3.0);
}

pub(super) fn totals(flow: &mut Flow<'_>, fields: &[Field], sums: &[Field]) {
    let left_width = WIDTH * 0.5;
    let left: Vec<Lines> = fields.iter().flat_map(|field| labelled(flow, field, left_width, MASTHEAD_LINES)).collect();
    let left_height = height(&left);
    let line = step(VALUE) + 1.0;
    // Together on one page if they fit on one.
    flow.need((sums.len() as f32 * line + 8.0).max(left_height).min(ROOM));
    let (first_page, top) = (flow.page(), flow.y);
    put(flow, MARGIN, top, left);
    for (at, sum) in sums.iter().enumerate() {
        let last = at + 1 == sums.len();
        let style = if last { TOTAL } else { VALUE };
        flow.need(step(style) + 4.0);
        if last {
            flow.fill(MARGIN + WIDTH * 0.56, flow.y + 1.0, WIDTH * 0.44, 0.7, 120);
            flow.skip(3.0);
        }
        let y = flow.y + style.size;
        let (label, cut) = flow.faces.few_lines(&sum.label, style, WIDTH * 0.25, 1);
        flow.note_cut(cut);
        for label in label {
            flow.text(MARGIN + WIDTH * 0.56, y, style, label);
        }
        let value = flow.faces.lines(&sum.value, style, WIDTH).concat();
        flow.text_to(MARGIN + WIDTH, y, style, value);
        flow.skip(step(style) + 1.0);
    }
    if flow.page() == first_page {
        flow.y = flow.y.max(top + left_height);
    }
    flow.skip(GAP);
}

pub(super) fn paragraph(flow: &mut Flow<'_>, text: &str) {
    for line in flow.faces.lines(text, VALUE, WIDTH) {
        flow.need(step(VALUE));
        let y = flow.y + VALUE.size;
        flow.text(MARGIN, y, VALUE, line);
        flow.skip(step(VALUE));
    }
    flow.skip(GAP / 2.0);
}

pub(super) fn seals(flow: &mut Flow<'_>, code: &str, fields: &[Field]) -> Result<(), TypesettingError> {
    flow.need(CODE_SIDE + 8.0);
    // The heading's rule must not come into the code's quiet zone.
    flow.skip(4.0);
    let (first_page, top) = (flow.page(), flow.y);
    flow.mark(square_code(code, MARGIN, top)?);
    let (x, width) = (MARGIN + CODE_SIDE + 14.0, WIDTH - CODE_SIDE - 14.0);
    for field in fields {
        let mut texts = vec![(SEAL_LABEL, field.label.clone())];
        texts.extend(flow.faces.lines(&field.value, SEAL, width).into_iter().map(|line| (SEAL, line)));
        // A label stays with its first line.
        flow.need(step(SEAL_LABEL) + step(SEAL));
        for (style, line) in texts {
            flow.need(step(style));
            let y = flow.y + style.size;
            flow.text(x, y, style, line);
            flow.skip(step(style));
        }
        flow.skip(2.0);
    }
    if flow.page() == first_page {
        flow.y = flow.y.max(top + CODE_SIDE);
    }
    flow.skip(GAP);
    Ok(())
}

/// The square code without its quiet zone: the page around it is white for the four units that ISO/IEC 18004 asks for.
fn square_code(text: &str, x: f32, y: f32) -> Result<Mark, TypesettingError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| TypesettingError)?;
    let side = code.width();
    let mut runs = Vec::new();
    for (row, line) in code.into_colors().chunks(side).enumerate() {
        let mut column = 0;
        for run in line.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                runs.push([column, row, run.len()]);
            }
            column += run.len();
        }
    }
    Ok(Mark::Code { x, y, unit: CODE_SIDE / side as f32, runs })
}

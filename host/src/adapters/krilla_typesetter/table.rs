//! Tables: rows that are taller than what is left of a page go on on the next, below a repeated head.

use super::faces::Style;
use super::flow::{Flow, MARGIN, WIDTH};
use crate::domain::print::{Align, Cell, Column, Table};

const HEAD: Style = Style { bold: true, size: 7.0, gray: 0 };
const TEXT: Style = Style { bold: false, size: 7.5, gray: 0 };
const NOTE: Style = Style { bold: false, size: 6.3, gray: 80 };

/// From one line to the next, in points.
const LINE: f32 = 9.0;

/// Left and right of a cell's text, in points.
const PADDING: f32 = 3.0;

/// Rows up to this height, in points, are not broken.
const WHOLE: f32 = 120.0;

/// The lines of a cell.
type Lines = Vec<(Style, String)>;

/// Where each column begins, and how wide its texts may be.
struct Grid<'t> {
    columns: Vec<(&'t Column, f32, f32)>,
}

impl<'t> Grid<'t> {
    fn of(columns: &'t [Column]) -> Self {
        let all: f32 = columns.iter().map(|column| f32::from(column.share)).sum();
        let mut x = MARGIN;
        let place = |column: &'t Column| {
            let width = WIDTH * f32::from(column.share) / all;
            let placed = (column, x + PADDING, width - 2.0 * PADDING);
            x += width;
            placed
        };
        Self { columns: columns.iter().map(place).collect() }
    }

    fn head(&self, flow: &mut Flow<'_>) {
        let titles: Vec<Vec<String>> =
            self.columns.iter().map(|(column, _, width)| flow.faces.lines(column.title, HEAD, *width)).collect();
        let tall = titles.iter().map(Vec::len).max().unwrap_or_default();
        let top = flow.y;
        flow.fill(MARGIN, top, WIDTH, tall as f32 * LINE + 3.0, 228);
        for ((column, x, width), lines) in self.columns.iter().zip(titles) {
            for (at, line) in lines.into_iter().enumerate() {
                let y = top + 1.0 + HEAD.size + at as f32 * LINE;
                put(flow, column.align, *x, *width, y, HEAD, line);
            }
        }
        flow.skip(tall as f32 * LINE + 5.0);
    }

    /// A row on one page, cell by cell, so that the text of a cell stays together for those who search or copy it.
    fn whole(&self, flow: &mut Flow<'_>, columns: Vec<Lines>, tall: usize) {
        if flow.need(tall as f32 * LINE + 2.0) {
            self.head(flow);
        }
        let top = flow.y + TEXT.size;
        for ((column, x, width), lines) in self.columns.iter().zip(columns) {
            for (at, (style, line)) in lines.into_iter().enumerate() {
                put(flow, column.align, *x, *width, top + at as f32 * LINE, style, line);
            }
        }
        flow.skip(tall as f32 * LINE);
    }

    /// A row that goes on on the next page wherever the page ends.
    fn broken(&self, flow: &mut Flow<'_>, columns: Vec<Lines>, tall: usize) {
        let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
        for _ in 0..tall {
            if flow.need(LINE + 2.0) {
                self.head(flow);
            }
            let y = flow.y + TEXT.size;
            for ((column, x, width), lines) in self.columns.iter().zip(&mut columns) {
                if let Some((style, line)) = lines.next() {
                    put(flow, column.align, *x, *width, y, style, line);
                }
            }
            flow.skip(LINE);
        }
    }

    fn row(&self, flow: &mut Flow<'_>, cells: &[Cell]) {
        let columns: Vec<Lines> =
            self.columns.iter().zip(cells).map(|((_, _, width), cell)| lines(flow, cell, *width)).collect();
        let tall = columns.iter().map(Vec::len).max().unwrap_or_default();
        if tall as f32 * LINE <= WHOLE {
            self.whole(flow, columns, tall);
        } else {
            self.broken(flow, columns, tall);
        }
        let y = flow.y + 1.0;
        flow.fill(MARGIN, y, WIDTH, 0.4, 200);
        flow.skip(3.0);
    }
}

fn put(flow: &mut Flow<'_>, align: Align, x: f32, width: f32, y: f32, style: Style, line: String) {
    match align {
        Align::Left => flow.text(x, y, style, line),
        Align::Right => flow.text_to(x + width, y, style, line),
    }
}

fn lines(flow: &Flow<'_>, cell: &Cell, width: f32) -> Lines {
    let texts = std::iter::once((TEXT, &cell.text)).chain(cell.notes.iter().map(|note| (NOTE, note)));
    texts
        .flat_map(|(style, text)| flow.faces.lines(text, style, width).into_iter().map(move |line| (style, line)))
        .collect()
}

pub(super) fn table(flow: &mut Flow<'_>, table: &Table) {
    let grid = Grid::of(&table.columns);
    flow.need(40.0);
    grid.head(flow);
    for row in &table.rows {
        grid.row(flow, row);
    }
    flow.skip(6.0);
}

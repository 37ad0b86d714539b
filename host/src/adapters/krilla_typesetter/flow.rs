//! Fills pages from top to bottom.

use std::cell::Cell;

use super::faces::{Faces, Style};

/// Width of a letter page, in points.
pub(super) const PAGE_WIDTH: f32 = 612.0;

/// Height of a letter page, in points.
pub(super) const PAGE_HEIGHT: f32 = 792.0;

/// Left and right margin, in points.
pub(super) const MARGIN: f32 = 36.0;

/// Width between the margins, in points.
pub(super) const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;

/// Where the first part of a page begins.
const TOP: f32 = 36.0;

/// Where the last part of a page ends.
const BOTTOM: f32 = PAGE_HEIGHT - 56.0;

/// Height of a whole page, for parts that are kept together if they can be.
pub(super) const ROOM: f32 = BOTTOM - TOP - 20.0;

/// The smallest letters, of heads and feet.
const SMALL: Style = Style { bold: false, size: 6.5, gray: 90 };

/// Something on a page, in points from the top left corner.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// Text, by the left end of its base line.
    Text { x: f32, y: f32, style: Style, text: String },
    /// A filled box.
    Box { x: f32, y: f32, width: f32, height: f32, gray: u8 },
    /// The dark squares of a code, each `[column, row, length]` in units of `unit`.
    Code { x: f32, y: f32, unit: f32, runs: Vec<[usize; 3]> },
}

/// Pages that are being filled.
pub(super) struct Flow<'f> {
    pub(super) faces: &'f Faces,
    running: &'f str,
    pages: Vec<Vec<Mark>>,
    /// Where the next part begins, in points from the top.
    pub(super) y: f32,
    cut: Cell<bool>,
}

impl<'f> Flow<'f> {
    pub(super) fn new(faces: &'f Faces, running: &'f str) -> Self {
        Self { faces, running, pages: vec![Vec::new()], y: TOP, cut: Cell::new(false) }
    }

    /// How many pages there are so far.
    pub(super) fn page(&self) -> usize {
        self.pages.len()
    }

    /// Says that a text was cut.
    pub(super) fn note_cut(&self, cut: bool) {
        self.cut.set(self.cut.get() || cut);
    }

    pub(super) fn was_cut(&self) -> bool {
        self.cut.get()
    }

    /// Goes on on a new page if there is less room than that; says whether it did.
    pub(super) fn need(&mut self, height: f32) -> bool {
        if self.y + height <= BOTTOM {
            return false;
        }
        self.pages.push(Vec::new());
        self.y = TOP;
        let (lines, cut) = self.faces.few_lines(self.running, SMALL, WIDTH, 1);
        self.note_cut(cut);
        for line in lines {
            self.text(MARGIN, TOP, SMALL, line);
        }
        self.fill(MARGIN, TOP + 4.0, WIDTH, 0.5, 160);
        self.y = TOP + 16.0;
        true
    }

    /// Leaves room below.
    pub(super) fn skip(&mut self, height: f32) {
        self.y += height;
    }

    /// Puts a text on the page, by the left end of its base line.
    pub(super) fn text(&mut self, x: f32, y: f32, style: Style, text: String) {
        self.mark(Mark::Text { x, y, style, text });
    }

    /// Puts a text on the page, by the right end of its base line.
    pub(super) fn text_to(&mut self, right: f32, y: f32, style: Style, text: String) {
        let x = right - self.faces.of(style).width(&text, style.size);
        self.text(x, y, style, text);
    }

    /// Puts a box on the page.
    pub(super) fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, gray: u8) {
        self.mark(Mark::Box { x, y, width, height, gray });
    }

    pub(super) fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// The pages with their feet.
    pub(super) fn finish(self, foot: &[String]) -> Vec<Vec<Mark>> {
        let (faces, count) = (self.faces, self.pages.len());
        let mut pages = self.pages;
        for (at, page) in pages.iter_mut().enumerate() {
            let top = BOTTOM + 14.0;
            page.push(Mark::Box { x: MARGIN, y: top, width: WIDTH, height: 0.5, gray: 160 });
            for (line, text) in foot.iter().enumerate() {
                let y = top + 9.0 + line as f32 * 8.5;
                page.push(Mark::Text { x: MARGIN, y, style: SMALL, text: text.clone() });
            }
            let text = format!("Página {} de {count}", at + 1);
            let x = MARGIN + WIDTH - faces.of(SMALL).width(&text, SMALL.size);
            page.push(Mark::Text { x, y: top + 9.0, style: SMALL, text });
        }
        pages
    }
}

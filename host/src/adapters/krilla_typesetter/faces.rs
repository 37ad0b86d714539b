//! The letters: which there are, how wide they are, and how text is broken into lines.

use std::cell::Cell;

use krilla::text::Font;
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, GlyphId, MetadataProvider as _};

static REGULAR: &[u8] = include_bytes!("../../../fonts/LiberationSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../../../fonts/LiberationSans-Bold.ttf");

/// Stands for a character that the letters lack; both faces have it.
const LACKING: char = '□';

/// Ends a text that was cut.
const CUT: char = '…';

/// One style of letters.
pub(super) struct Face {
    pub(super) font: Font,
    map: Charmap<'static>,
    widths: GlyphMetrics<'static>,
}

impl Face {
    fn load(bytes: &'static [u8]) -> Option<Self> {
        let reference = FontRef::new(bytes).ok()?;
        let font = Font::new(bytes.into(), 0)?;
        // Widths for letters of size 1, to be multiplied.
        let widths = reference.glyph_metrics(Size::new(1.0), LocationRef::default());
        Some(Self { font, map: reference.charmap(), widths })
    }

    /// The letter of a character, and its width at size 1.
    pub(super) fn letter(&self, c: char) -> (GlyphId, f32) {
        let glyph = self.map.map(c).unwrap_or(GlyphId::NOTDEF);
        (glyph, self.widths.advance_width(glyph).unwrap_or_default())
    }

    /// Width of a text.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.letter(c).1).sum::<f32>() * size
    }
}

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) bold: bool,
    /// Points.
    pub(super) size: f32,
    /// 0 is black, 255 white.
    pub(super) gray: u8,
}

/// All letters.
pub(super) struct Faces {
    regular: Face,
    bold: Face,
    lacked: Cell<bool>,
}

impl Faces {
    /// The embedded letters; `None` only if the build embedded something else.
    pub(super) fn load() -> Option<Self> {
        Some(Self { regular: Face::load(REGULAR)?, bold: Face::load(BOLD)?, lacked: Cell::new(false) })
    }

    pub(super) fn of(&self, style: Style) -> &Face {
        if style.bold { &self.bold } else { &self.regular }
    }

    /// Whether a character was asked for that they lack.
    pub(super) fn lacked(&self) -> bool {
        self.lacked.get()
    }

    /// Breaks a text into lines no wider than that, between words where it can. At least one line.
    pub(super) fn lines(&self, text: &str, style: Style, width: f32) -> Vec<String> {
        let face = self.of(style);
        let mut lines = Vec::new();
        let (mut line, mut used) = (String::new(), 0.0);
        for word in self.shown(face, text).split(' ') {
            let own = face.width(word, style.size);
            let blank = if line.is_empty() { 0.0 } else { face.width(" ", style.size) };
            if used + blank + own <= width {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
                used += blank + own;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            used = 0.0;
            // A word that is wider than the place, as a seal is, is broken anywhere.
            for c in word.chars() {
                let own = face.letter(c).1 * style.size;
                if used + own > width && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(c);
                used += own;
            }
        }
        lines.push(line);
        lines
    }

    /// As [`Faces::lines`], at most that many; says whether some were left away.
    pub(super) fn few_lines(&self, text: &str, style: Style, width: f32, most: usize) -> (Vec<String>, bool) {
        let mut lines = self.lines(text, style, width);
        let cut = lines.len() > most;
        if cut {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                last.pop();
                last.push(CUT);
            }
        }
        (lines, cut)
    }

    /// The text with a box for every character that is lacking.
    fn shown(&self, face: &Face, text: &str) -> String {
        let show = |c: char| {
            let there = face.map.map(c).is_some();
            if !there {
                self.lacked.set(true);
            }
            // A box that stands for something else already counts too.
            if c == LACKING {
                self.lacked.set(true);
            }
            if there { c } else { LACKING }
        };
        text.chars().map(show).collect()
    }
}

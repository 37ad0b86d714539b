//! Draws laid-out pages.

use krilla::Document;
use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};

use super::faces::Faces;
use super::flow::{Mark, PAGE_HEIGHT, PAGE_WIDTH};
use crate::domain::print::Sheet;
use crate::ports::TypesettingError;

/// Writes the file.
pub(super) fn draw(faces: &Faces, sheet: &Sheet, pages: &[Vec<Mark>]) -> Result<Vec<u8>, TypesettingError> {
    let mut document = Document::new();
    for marks in pages {
        let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).ok_or(TypesettingError)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            put(faces, &mut surface, mark);
        }
        surface.finish();
        page.finish();
    }
    let mut about =
        Metadata::new().title(sheet.title.clone()).creator("Correo CFDI".to_owned()).language("es-MX".to_owned());
    if let Some(date) = moment(&sheet.stamped_at) {
        about = about.creation_date(date);
    }
    document.set_metadata(about);
    document.finish().map_err(|_| TypesettingError)
}

fn put(faces: &Faces, surface: &mut Surface<'_>, mark: &Mark) {
    match mark {
        Mark::Text { x, y, style, text } => {
            surface.set_fill(Some(ink(style.gray)));
            let face = faces.of(*style);
            let letters: Vec<KrillaGlyph> = text
                .char_indices()
                .map(|(at, c)| {
                    let (glyph, width) = face.letter(c);
                    KrillaGlyph {
                        glyph_id: GlyphId::new(glyph.to_u32()),
                        text_range: at..at + c.len_utf8(),
                        x_advance: width,
                        x_offset: 0.0,
                        y_offset: 0.0,
                        y_advance: 0.0,
                        location: None,
                    }
                })
                .collect();
            surface.draw_glyphs(Point::from_xy(*x, *y), &letters, face.font.clone(), text, style.size, false);
        }
        Mark::Box { x, y, width, height, gray } => {
            surface.set_fill(Some(ink(*gray)));
            boxes(surface, [[*x, *y, *width, *height]]);
        }
        Mark::Code { x, y, unit, runs } => {
            surface.set_fill(Some(ink(0)));
            let at = |count: usize| count as f32 * unit;
            boxes(
                surface,
                runs.iter().map(|[column, row, length]| [x + at(*column), y + at(*row), at(*length), *unit]),
            );
        }
    }
}

fn boxes(surface: &mut Surface<'_>, boxes: impl IntoIterator<Item = [f32; 4]>) {
    let mut path = PathBuilder::new();
    for [x, y, width, height] in boxes {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            path.push_rect(rect);
        }
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn ink(gray: u8) -> Fill {
    Fill { paint: luma::Color::new(gray).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

/// The time of the timbre, without a zone, as PDF metadata.
fn moment(text: &str) -> Option<DateTime> {
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<u16>().ok();
    let small = |from: usize, to: usize| part(from, to).and_then(|value| u8::try_from(value).ok());
    let date = DateTime::new(part(0, 4)?).month(small(5, 7)?).day(small(8, 10)?);
    Some(date.hour(small(11, 13)?).minute(small(14, 16)?).second(small(17, 19)?))
}

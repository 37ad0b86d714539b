//! `Typesetter` with krilla: lays the parts out on letter pages, and draws them.
//!
//! The letters are those of Liberation Sans (SIL Open Font License, `host/fonts/LICENSE`), embedded unmodified; krilla puts
//! only those that are used into a file. Nothing but the sheet goes into it, so the same sheet gives the same bytes.

mod draw;
mod faces;
mod flow;
mod parts;
mod table;

use self::faces::Faces;
use self::flow::Flow;
use crate::domain::print::{Block, Sheet};
use crate::ports::{Typesetter, TypesettingError};

/// Typesets with krilla.
#[derive(Clone, Copy, Debug, Default)]
pub struct KrillaTypesetter;

impl Typesetter for KrillaTypesetter {
    fn typeset(&self, sheet: &Sheet) -> Result<Vec<u8>, TypesettingError> {
        let faces = Faces::load().ok_or(TypesettingError)?;
        let mut flow = Flow::new(&faces, &sheet.running);
        for block in &sheet.blocks {
            part(&mut flow, block)?;
        }
        if faces.lacked() {
            parts::paragraph(&mut flow, &sheet.lacking);
        }
        if flow.was_cut() {
            parts::paragraph(&mut flow, &sheet.cut);
        }
        draw::draw(&faces, sheet, &flow.finish(&sheet.foot))
    }
}

fn part(flow: &mut Flow<'_>, block: &Block) -> Result<(), TypesettingError> {
    match block {
        Block::Masthead { name, lines, title, fields } => parts::masthead(flow, name, lines, title, fields),
        Block::Heading(text) => parts::heading(flow, text),
        Block::Fields { columns, fields } => parts::fields(flow, *columns, fields),
        Block::Table(table) => table::table(flow, table),
        Block::Totals { fields, sums } => parts::totals(flow, fields, sums),
        Block::Paragraph(text) => parts::paragraph(flow, text),
        Block::Seals { code, fields } => parts::seals(flow, code, fields)?,
    }
    Ok(())
}

//! `library.pdf`: the PDF of a document as it lies in its folder, in pieces, for the window in which a person decides.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use super::{World, prepare, present};
use crate::domain::hex;
use crate::protocol::delivery::DocumentParam;
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::library::{LibraryPdf, PdfPiece};

/// Bytes of a piece: as base64 two thirds of the wire's 1 MiB.
const PIECE: usize = 512 * 1024;

/// One piece of the PDF. Every piece is of a file that was just read whole and found to be the one with that hash, so that
/// pieces of one hash belong together.
///
/// # Errors
/// Those of `delivery.preview` about the document; `file_vanished` where there is no PDF, `file_changed` where it changes at
/// this moment.
pub fn piece(world: &World, params: &LibraryPdf) -> Result<PdfPiece, Fault> {
    let document = DocumentParam { uuid: Some(params.uuid.clone()), ..DocumentParam::default() };
    let inspection = prepare::find_one(world, document)?;
    let pdf = inspection.pdf.ok_or_else(|| Fault::new(Kind::FileVanished).about(&params.uuid))?;
    let name = present::file_name(&pdf.path);
    // One byte more is enough to know that the file grew.
    let bytes = world.files.bytes(&pdf.path, pdf.facts.size.saturating_add(1));
    let bytes = bytes.map_err(|error| Fault::from(error).about(&name))?;
    if Sha256::digest(&bytes)[..] != pdf.facts.sha256 {
        return Err(Fault::new(Kind::FileChanged).about(name));
    }
    let offset = usize::try_from(params.offset.unwrap_or(0)).unwrap_or(usize::MAX);
    let rest = bytes.get(offset..).unwrap_or_default();
    let part = rest.get(..PIECE.min(rest.len())).unwrap_or_default();
    let next = (part.len() < rest.len()).then(|| u32::try_from(offset + part.len()).unwrap_or(u32::MAX));
    Ok(PdfPiece {
        name,
        size: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        sha256: hex(&pdf.facts.sha256),
        bytes: BASE64_STANDARD.encode(part),
        next,
    })
}

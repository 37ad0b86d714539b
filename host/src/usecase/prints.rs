//! Printed representations that we make where a document has no PDF.

use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::prepare::{self, Judged};
use super::{World, outbox, present};
use crate::domain::cfdi::{Reason, Verdict};
use crate::domain::delivery::{DeliveryId, State};
use crate::domain::draft::{Attachment, Draft, FileKind, base_name};
use crate::domain::hex;
use crate::domain::print::compose;
use crate::ports::library::Inspection;
use crate::ports::store::StoredDraft;
use crate::ports::{CfdiFiles, SpoolError, Typesetter};
use crate::protocol::delivery::{DeliveryParams, DocumentParam};
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::library::{LibraryPrint, Printed};

/// How long a print stays that was made to be looked at.
const LOOK: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a print is kept whose delivery the store does not know: it is written a moment before it is queued.
const UNQUEUED: Duration = Duration::from_secs(60 * 60);

/// Makes the PDF of a document that was just read. The same file gives the same bytes.
///
/// # Errors
/// `document_refused`, `file_changed`, `print_unsupported`, `print_failed`, those of reading the file.
pub fn make(files: &dyn CfdiFiles, typesetter: &dyn Typesetter, inspection: &Inspection) -> Result<Vec<u8>, Fault> {
    match inspection.cfdi.is_none() || inspection.verdict == Verdict::Refuse {
        true => Err(prepare::refused(inspection)),
        false => typeset(files, typesetter, inspection),
    }
}

fn typeset(files: &dyn CfdiFiles, typesetter: &dyn Typesetter, inspection: &Inspection) -> Result<Vec<u8>, Fault> {
    let name = present::file_name(&inspection.path);
    let readout = files.readout(&inspection.path).map_err(|error| Fault::from(error).about(&name))?;
    if readout.xml != inspection.xml {
        return Err(Fault::new(Kind::FileChanged).about(name));
    }
    let contents = readout.contents.map_err(|error| Fault::from(error).about(&name))?;
    typesetter.typeset(&compose(&contents)).map_err(|error| Fault::from(error).about(name))
}

/// Refuses a print of a document that has a PDF, or several that may be its own.
fn judge(inspection: &Inspection) -> Result<(), Fault> {
    match is_without_pdf(inspection) {
        true => Ok(()),
        false => Err(Fault::new(Kind::PdfExists).about(present::file_name(&inspection.path))),
    }
}

/// Makes the PDF of one document and shows it in the program that the person uses for PDFs.
///
/// # Errors
/// Those of `delivery.preview` about the document and of [`make`], with `accept` as there; `pdf_exists`, `viewer_unavailable`, `store_full`.
pub fn show(world: &World, params: &LibraryPrint) -> Result<Printed, Fault> {
    let document = DocumentParam {
        uuid: params.uuid.clone(),
        path: params.path.clone(),
        accept: params.accept.clone(),
        ..DocumentParam::default()
    };
    let inspection = prepare::find_one(world, document.clone())?;
    judge(&inspection)?;
    // What a person may send on their word they may look at first.
    prepare::judge_accepted(&inspection, &document, None)?;
    let pdf = typeset(&*world.files, &*world.typesetter, &inspection)?;
    let name = inspection.cfdi.as_ref().map(|cfdi| format!("{}.pdf", base_name(cfdi))).unwrap_or_default();
    tidy_up(world);
    let path = world.prints.lay_out(&name, &pdf)?;
    world.desktop.show(&path).map_err(|error| Fault::from(error).in_files(vec![present::readable(&path)]))?;
    Ok(Printed { name, size: u32::try_from(pdf.len()).unwrap_or(u32::MAX), sha256: hex(&Sha256::digest(&pdf)) })
}

/// Whether a PDF of ours may stand in for one that is missing.
fn is_without_pdf(inspection: &Inspection) -> bool {
    inspection.pdf.is_none() && !inspection.reasons.contains(&Reason::PdfAmbiguous)
}

/// What is confirmed of a PDF that is made when its message is built.
#[derive(Debug, Clone)]
pub(super) struct Confirmed {
    size: u64,
    sha256: String,
}

impl Confirmed {
    fn of(pdf: &[u8]) -> Self {
        Self { size: pdf.len() as u64, sha256: hex(&Sha256::digest(pdf)) }
    }
}

/// PDFs that were made for a draft, each with the place of its attachment there.
#[derive(Debug, Default)]
pub struct Made(Vec<(usize, Vec<u8>)>);

/// The PDFs that were asked for, by the places of their documents. What speaks of a missing PDF goes: it will be there.
///
/// # Errors
/// `pdf_exists`, those of [`make`].
pub(super) fn of(world: &World, params: &DeliveryParams, judged: &mut Judged) -> Result<Vec<Option<Vec<u8>>>, Fault> {
    let mut pdfs = Vec::new();
    for (inspection, asked) in judged.found.iter_mut().zip(&params.documents) {
        if asked.print != Some(true) {
            pdfs.push(None);
            continue;
        }
        judge(inspection)?;
        // What refuses it was accepted by the person, or it would not have come here.
        pdfs.push(Some(typeset(&*world.files, &*world.typesetter, inspection)?));
        is_made(inspection);
    }
    Ok(pdfs)
}

/// What speaks of a missing PDF goes: it will be there.
fn is_made(inspection: &mut Inspection) {
    inspection.reasons.retain(|reason| !matches!(reason, Reason::PdfMissing | Reason::PdfAwaited));
    inspection.verdict = Verdict::of(&inspection.reasons);
}

/// Makes the PDF of a list's row and keeps nothing but its hash: ten thousand of them would take half a gigabyte until the
/// list is confirmed. `None` for a document that has one, or several that may be its own: a list asks for those that have none.
///
/// # Errors
/// `file_changed`, `print_unsupported`, `print_failed`, those of reading the file.
pub(super) fn for_row(world: &World, judged: &mut Judged) -> Result<Option<Confirmed>, Fault> {
    let Some(inspection) = judged.found.first_mut().filter(|inspection| is_without_pdf(inspection)) else {
        return Ok(None);
    };
    let pdf = typeset(&*world.files, &*world.typesetter, inspection)?;
    is_made(inspection);
    Ok(Some(Confirmed::of(&pdf)))
}

/// Names the PDFs of a list's rows in their draft, each behind its XML; they are made by [`complete`].
///
/// # Errors
/// `message_too_large`.
pub(super) fn announce(draft: &mut Draft, pdfs: impl Iterator<Item = Option<Confirmed>>) -> Result<(), Fault> {
    for (document, pdf) in draft.documents.iter().zip(pdfs) {
        if let Some(pdf) = pdf {
            insert(&mut draft.attachments, &base_name(&document.cfdi), pdf);
        }
    }
    judge_size(draft)
}

/// Makes the PDFs that a draft announces, holds each against what was confirmed, and keeps it; gives the draft with their
/// places. A version of this program that typesets otherwise is found out here, and nothing leaves.
///
/// # Errors
/// `file_changed`, `file_vanished`, `print_unsupported`, `print_failed`, `store_full`, `store_failed`.
pub(super) fn complete(world: &World, id: &DeliveryId, draft: &StoredDraft) -> Result<StoredDraft, Fault> {
    let mut draft = draft.clone();
    for at in 1..draft.attachments.len() {
        let (before, rest) = draft.attachments.split_at_mut(at);
        let (Some(xml), Some(file)) = (before.last(), rest.first_mut()) else { continue };
        if !file.made || !file.path.as_os_str().is_empty() {
            continue;
        }
        let readout = world.files.readout(&xml.path).map_err(|error| Fault::from(error).about(&xml.name))?;
        if readout.xml.is_none_or(|facts| facts.sha256_hex() != xml.sha256) {
            return Err(Fault::new(Kind::FileChanged).about(&xml.name));
        }
        let contents = readout.contents.map_err(|error| Fault::from(error).about(&xml.name))?;
        let pdf =
            world.typesetter.typeset(&compose(&contents)).map_err(|error| Fault::from(error).about(&file.name))?;
        if hex(&Sha256::digest(&pdf)) != file.sha256 {
            return Err(Fault::new(Kind::FileChanged).about(&file.name));
        }
        file.path = world.prints.keep(id, at, &pdf)?;
    }
    Ok(draft)
}

/// Attaches the PDFs, each behind its XML.
///
/// # Errors
/// `message_too_large`.
pub(super) fn attach(draft: &mut Draft, pdfs: Vec<Option<Vec<u8>>>) -> Result<Made, Fault> {
    let mut made = Made::default();
    for (document, pdf) in draft.documents.iter().zip(pdfs) {
        let Some(pdf) = pdf else { continue };
        if let Some(at) = insert(&mut draft.attachments, &base_name(&document.cfdi), Confirmed::of(&pdf)) {
            made.0.push((at, pdf));
        }
    }
    judge_size(draft)?;
    Ok(made)
}

/// Puts a PDF behind the XML of that base name; gives its place.
fn insert(attachments: &mut Vec<Attachment>, base: &str, pdf: Confirmed) -> Option<usize> {
    let xml = format!("{base}.{}", FileKind::Xml.extension());
    let at = attachments.iter().position(|file| file.name == xml)? + 1;
    let file = Attachment {
        name: format!("{base}.{}", FileKind::Pdf.extension()),
        kind: FileKind::Pdf,
        // It has no place before the delivery has an identifier.
        path: std::path::PathBuf::new(),
        size: pdf.size,
        sha256: pdf.sha256,
        made: true,
    };
    attachments.insert(at, file);
    Some(at)
}

/// Whether the attachments fit into one message.
///
/// # Errors
/// `message_too_large`, with the limit in MiB.
pub(super) fn judge_size(draft: &Draft) -> Result<(), Fault> {
    match draft.size() <= draft.most_bytes() {
        true => Ok(()),
        false => Err(Fault::new(Kind::MessageTooLarge).over((draft.most_bytes() / (1024 * 1024)) as u32)),
    }
}

/// Keeps the PDFs of a draft for its delivery, and names their places in the draft.
///
/// # Errors
/// `store_full`, `store_failed`.
pub(super) fn keep(world: &World, id: &DeliveryId, draft: &mut StoredDraft, made: Made) -> Result<(), Fault> {
    for (at, pdf) in made.0 {
        if let Some(file) = draft.attachments.get_mut(at) {
            file.path = world.prints.keep(id, at, &pdf)?;
        }
    }
    Ok(())
}

/// Copies the PDFs of a delivery for the one that takes its place.
///
/// # Errors
/// `file_vanished`, `store_full`, `store_failed`.
pub(super) fn hand_on(world: &World, id: &DeliveryId, draft: &mut StoredDraft) -> Result<(), Fault> {
    // One that was announced and never made has no place, and is made on the new delivery's turn.
    let has_place = |file: &Attachment| file.made && !file.path.as_os_str().is_empty();
    for (at, file) in draft.attachments.iter_mut().enumerate().filter(|(_, file)| has_place(file)) {
        let gone = |error: &SpoolError| error.source.kind() == std::io::ErrorKind::NotFound;
        file.path = world.prints.copy(&file.path, id, at).map_err(|error| match gone(&error) {
            true => Fault::new(Kind::FileVanished).about(&file.name),
            false => error.into(),
        })?;
    }
    Ok(())
}

/// Deletes the PDFs of a delivery that has ended, or was never queued; what cannot be deleted now is swept later.
pub(super) fn forget(world: &World, id: &DeliveryId) {
    if let Err(error) = world.prints.remove(id) {
        crate::logbook::warn("prints", &error);
    }
}

/// Deletes the PDFs of deliveries that have ended. An unknown one keeps its own: a person may send it again.
///
/// # Errors
/// The store's, `store_failed`.
pub(super) fn sweep(world: &World) -> Result<(), Fault> {
    for kept in world.prints.all()? {
        let state = outbox::state_of(world, &kept.delivery)?;
        if state.map_or(kept.age > UNQUEUED, State::is_final) {
            world.prints.remove(&kept.delivery)?;
        }
    }
    tidy_up(world);
    Ok(())
}

fn tidy_up(world: &World) {
    if let Err(error) = world.prints.clear_away(LOOK) {
        crate::logbook::warn("prints", &error);
    }
}

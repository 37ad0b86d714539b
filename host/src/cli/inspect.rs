//! `inspect`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::paint::{Shown, Tone};
use super::print::Printer;
use crate::domain::cfdi::{NotChecked, Reason, Verdict};
use crate::domain::status::{CouldNotAsk, Outcome, Status};
use crate::place::Place;
use crate::ports::library::{Inspection, Seals};
use crate::protocol::failure::Fault;
use crate::usecase::status;
use crate::wiring;

/// The word for a question without an answer.
const COULD_NOT_ASK: &str = "could_not_ask";

/// One line of `inspect`; the names are part of the command line's contract.
#[derive(Serialize)]
struct Line<'a> {
    path: String,
    verdict: &'static str,
    reasons: Vec<&'static str>,
    seal: &'static str,
    /// Why it was not checked.
    seal_note: Option<&'static str>,
    /// `current`, `cancelled`, `not_found` or `could_not_ask`; null where nobody asked or it is no document of the service.
    status: Option<&'static str>,
    /// Why the SAT could not be asked.
    status_note: Option<&'static str>,
    uuid: Option<&'a str>,
    version: Option<&'a str>,
    kind: Option<&'static str>,
    issuer_rfc: Option<&'a str>,
    issuer_name: Option<&'a str>,
    receiver_rfc: Option<&'a str>,
    receiver_name: Option<&'a str>,
    serie: Option<&'a str>,
    folio: Option<&'a str>,
    date: Option<&'a str>,
    total: Option<&'a str>,
    currency: Option<&'a str>,
    pdf: Option<String>,
}

/// Judges files one by one and keeps going; 1 when any is refused or missing.
pub(super) fn inspect(files: &[PathBuf], skip_seal: bool, ask: bool, printer: &Printer) -> Result<u8, Fault> {
    let mut service = if ask { Some(wiring::status_service(&Place::find()?)?) } else { None };
    let seals = if skip_seal { Seals::Leave } else { Seals::Check };
    let mut code = 0;
    for path in files {
        match wiring::files().inspect(path, seals) {
            Ok(mut inspection) => {
                let said = service.as_deref().and_then(|service| Some(service.ask(&status::question(&inspection)?)));
                // The next file would wait for the same failure.
                if said.is_some_and(|said| said.is_err_and(CouldNotAsk::is_general)) {
                    service = None;
                }
                if said == Some(Ok(Status::Cancelled)) {
                    inspection.reasons.insert(0, Reason::Cancelled);
                    inspection.verdict = Verdict::Refuse;
                }
                let line = line(path, &inspection, said);
                printer.result(&line, |line| text(line, printer));
                if inspection.verdict == Verdict::Refuse {
                    code = 1;
                }
            }
            Err(error) => {
                printer.fault(Fault::from(error).about(path.display().to_string()));
                code = 1;
            }
        }
    }
    Ok(code)
}

fn line<'a>(path: &Path, inspection: &'a Inspection, said: Option<Outcome>) -> Line<'a> {
    let cfdi = inspection.cfdi.as_ref();
    Line {
        path: path.display().to_string(),
        verdict: inspection.verdict.code(),
        reasons: inspection.reasons.iter().map(|reason| reason.code()).collect(),
        seal: inspection.seal.code(),
        seal_note: inspection.seal.not_checked().map(NotChecked::code),
        status: said.map(|said| said.map_or(COULD_NOT_ASK, Status::code)),
        status_note: said.and_then(Result::err).map(CouldNotAsk::code),
        uuid: cfdi.map(|cfdi| cfdi.uuid.as_str()),
        version: cfdi.map(|cfdi| cfdi.version.as_str()),
        kind: cfdi.map(|cfdi| cfdi.kind.letter()),
        issuer_rfc: cfdi.map(|cfdi| cfdi.issuer.rfc.as_str()),
        issuer_name: cfdi.and_then(|cfdi| cfdi.issuer.name.as_deref()),
        receiver_rfc: cfdi.map(|cfdi| cfdi.receiver.rfc.as_str()),
        receiver_name: cfdi.and_then(|cfdi| cfdi.receiver.name.as_deref()),
        serie: cfdi.and_then(|cfdi| cfdi.serie.as_deref()),
        folio: cfdi.and_then(|cfdi| cfdi.folio.as_deref()),
        date: cfdi.map(|cfdi| cfdi.date.as_str()),
        total: cfdi.map(|cfdi| cfdi.amount_to_show().as_str()),
        currency: cfdi.map(|cfdi| cfdi.currency.as_str()),
        pdf: inspection.pdf.as_ref().map(|pdf| pdf.path.display().to_string()),
    }
}

fn text(line: &Line<'_>, printer: &Printer) -> Shown {
    let (tone, words) = match line.verdict {
        "accept" => (Tone::Good, "verdict_accept"),
        "warn" => (Tone::Warn, "verdict_warn"),
        _ => (Tone::Bad, "verdict_refuse"),
    };
    let verdict = if printer.is_terminal() { printer.text(words) } else { line.verdict };
    let mut text = Shown::new(tone, verdict).and(Tone::Plain, format!("\t{}\t{}", line.uuid.unwrap_or("-"), line.path));
    for reason in &line.reasons {
        text = text.and(tone, format!("\n  - {}", printer.reason(reason)));
    }
    if line.uuid.is_some() {
        text = text.and(Tone::Plain, format!("\n  = {}", printer.seal(line.seal_note.unwrap_or(line.seal))));
    }
    if let Some(status) = line.status {
        let said = line.status_note.map_or_else(|| status.to_owned(), |why| format!("why_{why}"));
        text = text.and(Tone::Plain, format!("\n  = {}", printer.status(&said)));
    }
    text
}

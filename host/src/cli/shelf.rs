//! `inspect` and `library`.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde::Serialize;

use super::commands::LibraryCommand;
use super::print::Printer;
use crate::domain::cfdi::{NotChecked, Verdict};
use crate::ports::library::{Inspection, Seals};
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::library::{DocumentView, LibraryGet, LibraryProblems, LibraryScan, LibrarySearch};
use crate::usecase::{World, library};
use crate::wiring;

/// One line of `inspect`; the names are part of the command line's contract.
#[derive(Serialize)]
struct Line<'a> {
    path: String,
    verdict: &'static str,
    reasons: Vec<&'static str>,
    seal: &'static str,
    /// Why it was not checked.
    seal_note: Option<&'static str>,
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
pub(super) fn inspect(files: &[PathBuf], skip_seal: bool, printer: &Printer) -> Result<u8, Fault> {
    let seals = if skip_seal { Seals::Leave } else { Seals::Check };
    let mut code = 0;
    for path in files {
        match wiring::files().inspect(path, seals) {
            Ok(inspection) => {
                let line = line(path, &inspection);
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

fn line<'a>(path: &Path, inspection: &'a Inspection) -> Line<'a> {
    let cfdi = inspection.cfdi.as_ref();
    Line {
        path: path.display().to_string(),
        verdict: inspection.verdict.code(),
        reasons: inspection.reasons.iter().map(|reason| reason.code()).collect(),
        seal: inspection.seal.code(),
        seal_note: inspection.seal.not_checked().map(NotChecked::code),
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

fn text(line: &Line<'_>, printer: &Printer) -> String {
    let mut text = format!("{}\t{}\t{}", line.verdict, line.uuid.unwrap_or("-"), line.path);
    for reason in &line.reasons {
        text.push_str("\n  - ");
        text.push_str(&printer.reason(reason));
    }
    if line.uuid.is_some() {
        text.push_str("\n  = ");
        text.push_str(&printer.seal(line.seal_note.unwrap_or(line.seal)));
    }
    text
}

pub(super) fn library(world: &World, command: LibraryCommand, printer: &Printer) -> Result<u8, Fault> {
    match command {
        LibraryCommand::Scan { folders } => scan(world, &folders, printer)?,
        LibraryCommand::Find { uuid } => {
            printer.result(&library::get(world, &LibraryGet { uuid })?, document_text);
        }
        LibraryCommand::Search { words, company, from, to, receiver, kind, amount, sent, limit } => {
            let text = (!words.is_empty()).then(|| words.join(" "));
            let search = LibrarySearch {
                company,
                text,
                receiver_rfc: receiver,
                kind,
                amount,
                sent,
                from_date: from,
                to_date: to,
                limit,
                after: None,
            };
            for document in library::search(world, &search)?.documents {
                printer.result(&document, document_text);
            }
        }
        LibraryCommand::Problems { company } => problems(world, company, printer)?,
    }
    Ok(0)
}

/// Prints every page: a terminal has room, and a script wants all.
fn problems(world: &World, company: Option<String>, printer: &Printer) -> Result<(), Fault> {
    let mut ask = LibraryProblems { company, ..LibraryProblems::default() };
    loop {
        let page = library::problems(world, &ask)?;
        for problem in &page.problems {
            printer.result(problem, |problem| {
                let reasons = problem.reasons.iter().map(|code| format!("\n  - {}", printer.reason(code)));
                let rivals = problem.rivals.iter().map(|path| format!("\n  = {path}"));
                format!("{}{}{}", problem.path, reasons.collect::<String>(), rivals.collect::<String>())
            });
        }
        ask.after = page.next;
        if ask.after.is_none() {
            return Ok(());
        }
    }
}

fn scan(world: &World, folders: &[PathBuf], printer: &Printer) -> Result<(), Fault> {
    let mut tell = |seen: crate::protocol::event::LibraryProgress| {
        printer.progress(&format!("{} XML", seen.files));
    };
    let never = AtomicBool::new(false);
    let scanned = match folders {
        [] => library::scan(world, &LibraryScan::default(), &mut tell, &never)?,
        _ => {
            let folders = folders.iter().map(|folder| existing(folder)).collect::<Result<Vec<_>, _>>()?;
            library::scanned(&library::scan_folders(world, &folders, &mut tell, &never)?)
        }
    };
    printer.progress("");
    printer.result(&scanned, |scanned| {
        format!(
            "files {}, indexed {}, unchanged {}, refused {}, waiting {}, removed {}, seconds {:.2}",
            scanned.files,
            scanned.indexed,
            scanned.unchanged,
            scanned.refused,
            scanned.waiting,
            scanned.removed,
            scanned.seconds
        )
    });
    Ok(())
}

fn existing(folder: &Path) -> Result<PathBuf, Fault> {
    folder.canonicalize().map_err(|_| Fault::new(Kind::FolderUnreadable).about(folder.display().to_string()))
}

fn document_text(document: &DocumentView) -> String {
    format!(
        "{}\t{}{}\t{}\t{} {}\t{} {}",
        document.uuid,
        document.serie,
        document.folio,
        document.date,
        document.total,
        document.currency,
        document.receiver_rfc,
        document.receiver_name
    )
}

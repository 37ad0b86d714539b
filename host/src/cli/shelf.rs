//! `library`.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::commands::LibraryCommand;
use super::print::Printer;
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::library::{DocumentView, LibraryGet, LibraryProblems, LibraryScan, LibrarySearch};
use crate::usecase::{World, library};

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

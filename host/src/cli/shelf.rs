//! `library`.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::commands::LibraryCommand;
use super::paint::{Shown, Tone};
use super::print::{Listed, Printer};
use super::send::state_words;
use super::table::{Cell, Column, Row, cut, figures, whole};
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::library::{DocumentView, LibraryGet, LibraryProblems, LibraryScan, LibrarySearch, Verdict};
use crate::usecase::{World, library};

pub(super) fn library(world: &World, command: LibraryCommand, printer: &Printer) -> Result<u8, Fault> {
    match command {
        LibraryCommand::Scan { folders } => scan(world, &folders, printer)?,
        LibraryCommand::Find { uuid } => {
            printer.one(&library::get(world, &LibraryGet { uuid })?);
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
            printer.list(&library::search(world, &search)?.documents);
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
                let tone = if problem.waiting { Tone::Warn } else { Tone::Bad };
                let reasons = problem.reasons.iter().map(|code| format!("\n  - {}", printer.reason(code)));
                let rivals = problem.rivals.iter().map(|path| format!("\n  = {path}"));
                let path = Shown::from(problem.path.clone());
                path.and(tone, reasons.collect::<String>()).and(Tone::Dim, rivals.collect::<String>())
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
        printer.progress(&printer.filled("cli_scanning", &[&seen.files, &seen.indexed]));
    };
    let never = AtomicBool::new(false);
    let scanned = match folders {
        [] => library::scan(world, &LibraryScan::default(), &mut tell, &never)?,
        _ => {
            let folders = folders.iter().map(|folder| existing(folder)).collect::<Result<Vec<_>, _>>()?;
            library::scanned(&library::scan_folders(world, &folders, &mut tell, &never)?)
        }
    };
    printer.clear();
    printer.result(&scanned, |scanned| {
        let (refused, waiting) = (scanned.refused, scanned.waiting);
        let counts: [&dyn std::fmt::Display; 6] =
            [&scanned.files, &scanned.indexed, &scanned.unchanged, &refused, &waiting, &scanned.removed];
        let seconds = format!("{:.2} s", scanned.seconds);
        let text = Shown::from(printer.filled("cli_scanned", &counts)).and(Tone::Dim, format!(" ({seconds})"));
        match refused {
            0 => text,
            _ => text.and(Tone::Warn, format!("\n{}", printer.text("cli_see_problems"))),
        }
    });
    Ok(())
}

fn existing(folder: &Path) -> Result<PathBuf, Fault> {
    folder.canonicalize().map_err(|_| Fault::new(Kind::FolderUnreadable).about(folder.display().to_string()))
}

impl Listed for DocumentView {
    const COLUMNS: &'static [Column] = &[
        whole("cli_col_uuid"),
        cut("cli_col_folio", 5),
        cut("cli_col_date", 10),
        figures("cli_col_total"),
        cut("cli_col_receiver", 6),
        cut("cli_col_sending", 7),
    ];

    fn row(&self, printer: &Printer) -> Row {
        let (tone, state) = match (&self.sent, self.verdict) {
            (_, Verdict::Refuse) => (Tone::Bad, printer.text("verdict_refuse")),
            (Some(mark), _) => state_words(mark.state, printer),
            (None, Verdict::Warn) => (Tone::Warn, printer.text("verdict_warn")),
            (None, Verdict::Accept) => (Tone::Plain, ""),
        };
        let cells = vec![
            Cell::plain(&self.uuid),
            Cell::plain(format!("{}{}", self.serie, self.folio)),
            Cell::plain(self.date.split('T').next().unwrap_or_default()),
            Cell::plain(format!("{} {}", grouped(&self.total), self.currency)),
            Cell::plain(format!("{} {}", self.receiver_rfc, self.receiver_name)),
            Cell::new(tone, state),
        ];
        let notes = self.reasons.iter().map(|code| Cell::new(tone, printer.reason(code))).collect();
        Row { cells, notes }
    }

    fn line(&self, _: &Printer) -> String {
        format!(
            "{}\t{}{}\t{}\t{} {}\t{} {}",
            self.uuid,
            self.serie,
            self.folio,
            self.date,
            self.total,
            self.currency,
            self.receiver_rfc,
            self.receiver_name
        )
    }
}

/// An amount with its thousands apart, as it is written in Mexico; what is no plain amount stays as it is.
fn grouped(amount: &str) -> String {
    let (whole, fraction) = amount.split_at(amount.find('.').unwrap_or(amount.len()));
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return amount.to_owned();
    }
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let all = ["0.50", "999", "1160.00", "1234567.8", "-5.00", ".5", ""].map(grouped);
        assert_eq!(all, ["0.50", "999", "1,160.00", "1,234,567.8", "-5.00", ".5", ""]);
    }
}

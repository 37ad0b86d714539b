//! `batch`, and `send --csv`: the same journey as the window's, for scripts.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::commands::{BatchCommand, SendArguments};
use super::exit::exit_code;
use super::paint::Tone;
use super::print::{Listed, Printer};
use super::send::state_words;
use super::table::{Cell, Column, Row, cut, figures, whole};
use crate::domain::batch::{MAX_LIST, MAX_NAME, text};
use crate::protocol::batch::{
    BatchCheck, BatchListParams, BatchRef, BatchResultParams, BatchRowFilter, BatchRowView, BatchRowsParams,
    BatchStart, BatchState, BatchView,
};
use crate::protocol::event::BatchProgress;
use crate::protocol::failure::{Fault, Kind};
use crate::usecase::{World, batches, drain};

/// How often a running batch is looked at while waiting.
const LOOK: Duration = Duration::from_millis(500);

/// Looks between two wakes of the sender for work that nobody does: the one that had it may have died.
const WAKE_EVERY: u32 = 60;

pub(super) fn batch(world: &World, command: BatchCommand, printer: &Printer) -> Result<u8, Fault> {
    let of = |batch: String| BatchRef { batch };
    let show = |view: &BatchView| printer.one(view);
    match command {
        BatchCommand::Check { file, company, name, print } => {
            let params = BatchCheck { company, name, print: Some(print), ..BatchCheck::default() };
            let view = check(world, &file, params, printer)?;
            print_rows(world, &view.batch, BatchRowFilter::Problems, printer)?;
            show(&view);
            return Ok(u8::from(view.refused > 0));
        }
        BatchCommand::Start { batch, wait } => {
            let found = batches::get(world, &of(batch))?;
            return start(world, &found, wait, printer);
        }
        BatchCommand::List { limit } => {
            printer.list(&batches::list(world, &BatchListParams { limit })?.batches);
        }
        BatchCommand::Show { batch } => show(&batches::get(world, &of(batch))?),
        BatchCommand::Pause { batch } => show(&batches::pause(world, &of(batch))?),
        BatchCommand::Resume { batch } => show(&batches::resume(world, &of(batch))?),
        BatchCommand::Cancel { batch } => show(&batches::cancel(world, &of(batch))?),
        BatchCommand::Rows { batch, problems } => {
            let filter = if problems { BatchRowFilter::Problems } else { BatchRowFilter::All };
            print_rows(world, &batch, filter, printer)?;
        }
        BatchCommand::Result { batch, output } => result(world, batch, output.as_deref(), printer)?,
    }
    Ok(0)
}

/// `send --csv`: checks, prints the rows that cannot leave, and starts the rest.
pub(super) fn send(world: &World, file: &Path, given: &SendArguments, printer: &Printer) -> Result<u8, Fault> {
    let params = BatchCheck { company: given.company.clone(), print: Some(given.print), ..BatchCheck::default() };
    let view = check(world, file, params, printer)?;
    print_rows(world, &view.batch, BatchRowFilter::Problems, printer)?;
    let refused = u8::from(view.refused > 0);
    if given.dry_run || view.messages == 0 {
        printer.one(&view);
        return Ok(refused);
    }
    // An unknown outcome or a missing person weighs more than a row that was refused.
    let code = start(world, &view, given.wait, printer)?;
    Ok(if code == 0 { refused } else { code })
}

fn check(world: &World, file: &Path, mut params: BatchCheck, printer: &Printer) -> Result<BatchView, Fault> {
    params.csv = Some(read(file)?);
    params.name.get_or_insert_with(|| {
        crate::usecase::present::file_name(file).chars().filter(|c| !c.is_control()).take(MAX_NAME).collect()
    });
    let mut tell = |BatchProgress { done, total }| printer.bar(done, total, "");
    let checked = batches::check(world, &params, &mut tell, &Arc::new(AtomicBool::new(false)));
    printer.clear();
    checked
}

fn read(file: &Path) -> Result<String, Fault> {
    let about = |kind: Kind| Fault::new(kind).about(file.display().to_string());
    let size = std::fs::metadata(file).map_err(|_| about(Kind::FileUnreadable))?.len();
    if size > MAX_LIST {
        return Err(about(Kind::TooLarge).over((MAX_LIST / (1024 * 1024)) as u32));
    }
    Ok(text(&std::fs::read(file).map_err(|_| about(Kind::FileUnreadable))?))
}

fn start(world: &World, batch: &BatchView, wait: bool, printer: &Printer) -> Result<u8, Fault> {
    let params = BatchStart { batch: batch.batch.clone(), confirmed: batch.digest.clone() };
    // The rows come from a file, and nobody looked at each of them: the list teaches nothing.
    let mut view = batches::start(world, &params, None)?;
    let mut code = 0;
    if wait {
        (view, code) = wait_for(world, &view.batch, printer)?;
    }
    printer.one(&view);
    Ok(code)
}

/// Waits until the batch has ended or somebody has stopped it, and says how that counts.
fn wait_for(world: &World, batch: &str, printer: &Printer) -> Result<(BatchView, u8), Fault> {
    let params = BatchRef { batch: batch.to_owned() };
    for look in 1_u32.. {
        let view = batches::get(world, &params)?;
        if view.state != BatchState::Running {
            printer.clear();
        }
        match view.state {
            BatchState::Running | BatchState::Checked => {}
            // Only a person lets it go on.
            BatchState::Paused => return Ok((view, exit_code(Kind::SignInNeeded))),
            BatchState::Cancelled | BatchState::Done => {
                let code = outcome(world, &view)?;
                return Ok((view, code));
            }
        }
        let until = view.continues_at.as_deref();
        let until = until.map(|time| format!(" · {}", printer.filled("cli_continues_at", &[&printer.time(time)])));
        let ended = view.messages.saturating_sub(view.under_way);
        let left = view.seconds_left.filter(|_| until.is_none()).map(|seconds| format!(" · {}", left(seconds)));
        printer.bar(ended, view.messages, &until.or(left).unwrap_or_default());
        if look.is_multiple_of(WAKE_EVERY) && drain::work_waits(world)? {
            world.sender.wake();
        }
        world.clock.sleep(LOOK);
    }
    Err(Kind::Busy.into())
}

/// The gravest of what its messages came to: unknown, a person needed, failed.
fn outcome(world: &World, view: &BatchView) -> Result<u8, Fault> {
    let mut code = u8::from(view.failed > 0 || view.state == BatchState::Cancelled);
    if view.need_person > 0 {
        code = exit_code(Kind::SignInNeeded);
        each_row(world, &view.batch, BatchRowFilter::Problems, |row| {
            if row.state == Some(crate::protocol::delivery::DeliveryState::Unknown) {
                code = exit_code(Kind::OutcomeUnknown);
            }
        })?;
    }
    Ok(code)
}

/// Page by page where a script reads; a table needs all rows for its widths.
fn print_rows(world: &World, batch: &str, show: BatchRowFilter, printer: &Printer) -> Result<(), Fault> {
    if !printer.is_terminal() {
        return each_row(world, batch, show, |row| printer.one(row));
    }
    let mut rows = Vec::new();
    each_row(world, batch, show, |row| rows.push(row.clone()))?;
    if !rows.is_empty() || show == BatchRowFilter::All {
        printer.list(&rows);
    }
    Ok(())
}

fn each_row(
    world: &World,
    batch: &str,
    show: BatchRowFilter,
    mut each: impl FnMut(&BatchRowView),
) -> Result<(), Fault> {
    let mut params = BatchRowsParams { batch: batch.to_owned(), show, limit: None, after: None };
    loop {
        let page = batches::rows(world, &params)?;
        page.rows.iter().for_each(&mut each);
        params.after = page.next;
        if params.after.is_none() {
            return Ok(());
        }
    }
}

fn result(world: &World, batch: String, output: Option<&Path>, printer: &Printer) -> Result<(), Fault> {
    let mut params = BatchResultParams { batch, after: None };
    let unwritable = |path: &Path| Fault::new(Kind::FileUnreadable).about(path.display().to_string());
    let mut file = match output {
        None => None,
        Some(path) => Some((path, std::fs::File::create(path).map_err(|_| unwritable(path))?)),
    };
    if let Some((path, file)) = &mut file {
        // Without the mark a spreadsheet would not see that this is UTF-8.
        file.write_all("\u{feff}".as_bytes()).map_err(|_| unwritable(path))?;
    }
    loop {
        let piece = batches::result(world, &params, printer.locale())?;
        match &mut file {
            Some((path, file)) => file.write_all(piece.csv.as_bytes()).map_err(|_| unwritable(path))?,
            None => printer.raw(&piece.csv),
        }
        params.after = piece.next;
        if params.after.is_none() {
            return Ok(());
        }
    }
}

/// The time that is left, as a clock shows it.
fn left(seconds: u32) -> String {
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

fn word<T: serde::Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Listed for BatchView {
    const COLUMNS: &'static [Column] = &[
        whole("cli_col_batch"),
        cut("cli_col_name", 8),
        cut("cli_col_state", 8),
        figures("cli_col_rows"),
        figures("cli_col_refused"),
        figures("cli_col_messages"),
        figures("cli_col_sent"),
        figures("cli_col_person"),
        figures("cli_col_failed"),
    ];

    fn row(&self, printer: &Printer) -> Row {
        let (tone, state) = match self.state {
            BatchState::Checked => (Tone::Warn, "batch_state_checked"),
            BatchState::Running => (Tone::Plain, "batch_state_running"),
            BatchState::Paused => (Tone::Warn, "batch_state_paused"),
            BatchState::Cancelled => (Tone::Dim, "batch_state_cancelled"),
            BatchState::Done if self.failed + self.need_person > 0 => (Tone::Warn, "batch_state_done"),
            BatchState::Done => (Tone::Good, "batch_state_done"),
        };
        let count = |tone, count: u32| Cell::new(if count > 0 { tone } else { Tone::Dim }, count.to_string());
        let cells = vec![
            Cell::plain(&self.batch),
            Cell::plain(&self.name),
            Cell::new(tone, printer.text(state)),
            count(Tone::Plain, self.rows),
            count(Tone::Bad, self.refused),
            count(Tone::Plain, self.messages),
            count(Tone::Good, self.sent),
            count(Tone::Warn, self.need_person),
            count(Tone::Bad, self.failed),
        ];
        Row { cells, notes: Vec::new() }
    }

    fn line(&self, _: &Printer) -> String {
        format!(
            "{}\t{}\t{}\trows {}, refused {}, warned {}, messages {}, under way {}, sent {}, need person {}, failed {}",
            self.batch,
            word(self.state),
            self.name,
            self.rows,
            self.refused,
            self.warned,
            self.messages,
            self.under_way,
            self.sent,
            self.need_person,
            self.failed
        )
    }
}

impl Listed for BatchRowView {
    const COLUMNS: &'static [Column] = &[
        figures("cli_col_row"),
        whole("cli_col_uuid"),
        cut("cli_col_receiver", 8),
        cut("cli_col_to", 10),
        cut("cli_col_state", 8),
    ];

    fn row(&self, printer: &Printer) -> Row {
        let (tone, state) = match (self.state, self.message) {
            _ if self.failure.is_some() => (Tone::Bad, printer.text("verdict_refuse").to_owned()),
            (Some(state), _) => {
                let (tone, words) = state_words(state, printer);
                (tone, words.to_owned())
            }
            (None, Some(message)) => (Tone::Plain, printer.filled("cli_message", &[&message])),
            (None, None) => (Tone::Plain, String::new()),
        };
        let cells = vec![
            Cell::plain(self.row.to_string()),
            Cell::plain(&self.uuid),
            Cell::plain(&self.receiver_rfc),
            Cell::plain(self.to.join("; ")),
            Cell::new(tone, state),
        ];
        let subject = self.subject.as_deref().map(|subject| format!(" ({subject})")).unwrap_or_default();
        let code = self.failure.as_deref().or(self.reason.as_deref());
        let mut notes: Vec<Cell> =
            code.iter().map(|code| Cell::new(tone, format!("{}{subject}", printer.kind(code)))).collect();
        if self.print {
            notes.push(Cell::plain(printer.text("made_here")));
        }
        notes.extend(self.reasons.iter().map(|reason| Cell::new(Tone::Warn, printer.reason(reason))));
        Row { cells, notes }
    }

    fn line(&self, printer: &Printer) -> String {
        let state = self.state.map(word).or_else(|| self.message.map(|message| format!("message {message}")));
        let code = self.failure.as_deref().or(self.reason.as_deref());
        let failure = code.map(|code| printer.kind(code)).unwrap_or_default();
        let subject = self.subject.as_deref().map(|subject| format!(" ({subject})")).unwrap_or_default();
        let mut text = format!(
            "{}\t{}\t{}\t{}\t{}\t{failure}{subject}",
            self.row,
            self.uuid,
            self.receiver_rfc,
            self.to.join("; "),
            state.unwrap_or_default()
        );
        if self.print {
            text.push_str("\n  + ");
            text.push_str(printer.text("made_here"));
        }
        for reason in &self.reasons {
            text.push_str("\n  - ");
            text.push_str(&printer.reason(reason));
        }
        text
    }
}

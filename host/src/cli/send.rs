//! `send`: the same journey as the portal's, for scripts.

use std::io::IsTerminal as _;
use std::path::Path;
use std::time::Duration;

use super::commands::SendArguments;
use super::exit::exit_code;
use super::paint::{Shown, Tone};
use super::print::{Listed, Printer};
use super::table::{Cell, Column, Row, cut, whole};
use crate::domain::cfdi::Uuid;
use crate::domain::contact::Source;
use crate::domain::delivery::{DeliveryId, State};
use crate::protocol::delivery::{DeliveryParams, DeliveryState, DeliveryView, DocumentParam, LedgerLine, Preview};
use crate::protocol::failure::{Fault, Kind};
use crate::usecase::{World, present, send as journey};

/// How often the outcome is looked for while waiting.
const LOOK: Duration = Duration::from_millis(200);

pub(super) fn send(world: &World, given: &SendArguments, printer: &Printer) -> Result<u8, Fault> {
    if let Some(file) = &given.csv {
        return super::batch::send(world, file, given, printer);
    }
    let mut params = params(given)?;
    let mut preview = journey::preview(world, &params)?;
    if given.print {
        for (asked, found) in params.documents.iter_mut().zip(&preview.documents) {
            asked.print = found.pdf_name.is_none().then_some(true);
        }
        preview = journey::preview(world, &params)?;
    }
    if given.dry_run {
        printer.result(&preview, |preview| preview_text(preview, printer));
        return Ok(0);
    }
    params.confirmed = Some(preview.digest);
    let sent = match journey::send(world, &params, typed()) {
        // The number to send again with is known only now; the digest covers it.
        Err(fault) if given.resend && fault.kind() == Kind::AlreadySent => {
            params.resend = fault.data.limit;
            params.confirmed = None;
            params.confirmed = Some(journey::preview(world, &params)?.digest);
            journey::send(world, &params, typed())?
        }
        other => other?,
    };
    if !given.wait {
        printer.one(&sent.delivery);
        return Ok(0);
    }
    let (view, code) = wait(world, &sent.delivery.delivery, printer)?;
    printer.one(&view);
    Ok(code)
}

/// Addresses that a person typed are confirmed by that; those of a script, which has no terminal, are not.
fn typed() -> Option<Source> {
    std::io::stdin().is_terminal().then_some(Source::Terminal)
}

fn params(given: &SendArguments) -> Result<DeliveryParams, Fault> {
    let document = |text: &String| -> Result<DocumentParam, Fault> {
        let (uuid, path) = match Uuid::parse(text) {
            Ok(uuid) => (Some(uuid.to_string()), None),
            Err(_) => {
                let path = std::path::absolute(Path::new(text))
                    .map_err(|_| Fault::new(Kind::FileUnreadable).about(text.as_str()))?;
                (None, Some(path.display().to_string()))
            }
        };
        // A reason is accepted in a window that shows it, never by a script.
        Ok(DocumentParam { uuid, path, receiver_rfc: given.receiver.clone(), ..DocumentParam::default() })
    };
    Ok(DeliveryParams {
        company: given.company.clone(),
        documents: given.documents.iter().map(document).collect::<Result<_, _>>()?,
        to: given.to.clone(),
        cc: given.cc.clone(),
        bcc: given.bcc.clone(),
        subject: given.subject.clone(),
        message: given.message.clone(),
        key: given.key.clone(),
        ..DeliveryParams::default()
    })
}

/// Waits until the delivery has ended or needs somebody, and says how that counts.
fn wait(world: &World, id: &str, printer: &Printer) -> Result<(DeliveryView, u8), Fault> {
    let id = DeliveryId::from_text(id);
    let began = world.clock.monotonic();
    loop {
        let delivery = journey::find(world, &id)?;
        let reason = delivery.reason.as_deref().and_then(Kind::from_code);
        let code = match delivery.state {
            State::Queued | State::Sending | State::Committed => None,
            State::Sent => Some(0),
            State::Unknown => Some(exit_code(Kind::OutcomeUnknown)),
            State::Deferred => Some(reason.map_or(5, exit_code)),
            State::Failed => Some(reason.map_or(1, exit_code)),
            State::Cancelled | State::Superseded => Some(1),
        };
        if let Some(code) = code {
            printer.clear();
            return Ok((present::delivery(&delivery), code));
        }
        let waited = world.clock.monotonic().saturating_sub(began).as_secs();
        let (_, words) = state_words(present::delivery(&delivery).state, printer);
        printer.progress(&format!("{words} · {}:{:02}", waited / 60, waited % 60));
        world.clock.sleep(LOOK);
    }
}

/// How a delivery stands, and how that is to be taken.
pub(super) fn state_words(state: DeliveryState, printer: &Printer) -> (Tone, &'static str) {
    match state {
        DeliveryState::Queued => (Tone::Plain, printer.text("state_queued")),
        DeliveryState::Sending => (Tone::Plain, printer.text("state_sending")),
        DeliveryState::Deferred => (Tone::Warn, printer.text("state_deferred")),
        DeliveryState::Unknown => (Tone::Bad, printer.text("state_unknown")),
        DeliveryState::Sent => (Tone::Good, printer.text("state_sent")),
        DeliveryState::Failed => (Tone::Bad, printer.text("state_failed")),
        DeliveryState::Cancelled => (Tone::Dim, printer.text("state_cancelled")),
        DeliveryState::Superseded => (Tone::Dim, printer.text("state_superseded")),
    }
}

/// What a line of the history says: the failure that it names, or the state after it.
pub(super) fn event_words(line: &LedgerLine, printer: &Printer) -> (Tone, String) {
    let (tone, state) = state_words(line.state, printer);
    match Kind::from_code(&line.event) {
        Some(kind) => (tone, format!("{state}: {}", printer.kind(&kind.code()))),
        None => (tone, state.to_owned()),
    }
}

impl Listed for DeliveryView {
    const COLUMNS: &'static [Column] = &[
        whole("cli_col_delivery"),
        cut("cli_col_state", 8),
        cut("cli_col_folio", 6),
        cut("cli_col_to", 10),
        cut("cli_col_changed", 10),
    ];

    fn row(&self, printer: &Printer) -> Row {
        let (tone, state) = state_words(self.state, printer);
        let cells = vec![
            Cell::plain(&self.delivery),
            Cell::new(tone, state),
            Cell::plain(self.folios.join(", ")),
            Cell::plain(self.to.join(", ")),
            Cell::new(Tone::Dim, printer.time(&self.changed_at)),
        ];
        let mut notes: Vec<Cell> = self.reason.iter().map(|code| Cell::new(tone, printer.kind(code))).collect();
        if let Some(time) = &self.not_before {
            notes.push(Cell::new(Tone::Warn, printer.filled("cli_continues_at", &[&printer.time(time)])));
        }
        Row { cells, notes }
    }

    fn line(&self, printer: &Printer) -> String {
        let state = serde_json::to_value(self.state).ok().and_then(|value| value.as_str().map(str::to_owned));
        let reason = self.reason.as_deref().map(|code| format!("\t{}", printer.kind(code))).unwrap_or_default();
        let (state, folios) = (state.unwrap_or_default(), self.folios.join(", "));
        format!("{}\t{state}\t{folios}\t{}{reason}", self.delivery, self.to.join(", "))
    }
}

fn preview_text(preview: &Preview, printer: &Printer) -> Shown {
    let field = |key: &'static str, text: String| {
        Shown::new(Tone::Dim, format!("{}: ", printer.text(key))).and(Tone::Plain, text)
    };
    let mut lines = vec![field("cli_col_from", preview.from.clone()), field("cli_col_to", preview.to.join(", "))];
    for (key, list) in [("cli_col_copy", &preview.cc), ("cli_col_blind_copy", &preview.bcc)] {
        if !list.is_empty() {
            lines.push(field(key, list.join(", ")));
        }
    }
    let new = preview.recipients.iter().filter(|recipient| !recipient.known && !recipient.own);
    let new: Vec<&str> = new.map(|recipient| recipient.address.as_str()).collect();
    if !new.is_empty() {
        lines.push(Shown::new(Tone::Warn, printer.filled("cli_new_recipients", &[&new.join(", ")])));
    }
    lines.push(field("cli_col_subject", preview.subject.clone()));
    lines.extend(preview.attachments.iter().map(|file| {
        let size = printer.filled("cli_bytes", &[&file.size]);
        let made = if file.made { format!("\t({})", printer.text("made_here")) } else { String::new() };
        Shown::from(format!("{}\t{size}\tSHA-256 {}{made}", file.name, file.sha256))
    }));
    lines.extend(preview.zip.iter().map(|zip| Shown::from(format!("ZIP: {zip}"))));
    lines.push(Shown::from(format!("\n{}", preview.message)));
    Shown::lines(lines)
}

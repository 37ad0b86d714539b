//! `outbox`.

use super::commands::{OutboxCommand, Outcome};
use super::paint::{Shown, Tone};
use super::print::{Listed as _, Printer};
use super::send::event_words;
use super::table::{self, Cell, Row};
use crate::protocol::delivery::{
    DeliveryDetail, DeliveryListParams, DeliveryRef, DeliveryResolve, DeliveryView, Resolution,
};
use crate::protocol::failure::Fault;
use crate::stdio;
use crate::usecase::{World, drain, outbox as journey};

pub(super) fn outbox(world: &World, command: OutboxCommand, printer: &Printer) -> Result<u8, Fault> {
    let of = |delivery: String| DeliveryRef { delivery, portal: None };
    let show = |view: &DeliveryView| printer.one(view);
    match command {
        OutboxCommand::List { company, text, limit } => {
            let params = DeliveryListParams { company, text, limit, ..DeliveryListParams::default() };
            printer.list(&journey::list(world, &params)?.deliveries);
        }
        OutboxCommand::Show { delivery } => {
            printer.result(&journey::get(world, &of(delivery))?, |detail| detail_text(detail, printer));
        }
        OutboxCommand::Retry { delivery } => show(&journey::retry(world, &of(delivery))?),
        OutboxCommand::Cancel { delivery } => show(&journey::cancel(world, &of(delivery))?),
        OutboxCommand::Resolve { delivery, outcome } => {
            let outcome = match outcome {
                Outcome::WasSent => Resolution::WasSent,
                Outcome::SendAgain => Resolution::SendAgain,
            };
            show(&journey::resolve(world, &DeliveryResolve { delivery, outcome })?);
        }
        OutboxCommand::Drain => {
            stdio::own_session();
            drain::drain(world)?;
        }
    }
    Ok(0)
}

fn detail_text(detail: &DeliveryDetail, printer: &Printer) -> Shown {
    if printer.is_terminal() {
        return on_terminal(detail, printer);
    }
    let mut lines = vec![detail.delivery.line(printer)];
    lines.extend(detail.attachments.iter().map(|file| format!("  {} {} {}", file.name, file.size, file.sha256)));
    lines.extend(detail.ledger.iter().map(|line| {
        let refused: String = line.refused.iter().map(|one| format!(" {} ({})", one.address, one.code)).collect();
        format!("  {} {} {}{refused}", line.at, line.event, line.provider_id.as_deref().unwrap_or_default())
    }));
    lines.extend(detail.gmail_search.iter().map(|link| format!("  {link}")));
    lines.join("\n").into()
}

/// The delivery field by field, its files, and its history.
fn on_terminal(detail: &DeliveryDetail, printer: &Printer) -> Shown {
    let view = &detail.delivery;
    let of = |key: &'static str, text: &str| (printer.text(key), Cell::plain(text));
    let mut row = view.row(printer);
    let heads = DeliveryView::COLUMNS.iter().map(|column| printer.text(column.head));
    let mut fields: Vec<(&str, Cell)> = heads.zip(std::mem::take(&mut row.cells)).collect();
    fields.extend([
        of("cli_col_from", &view.from),
        of("cli_col_copy", &view.cc.join(", ")),
        of("cli_col_blind_copy", &detail.bcc.join(", ")),
        of("cli_col_subject", &view.subject),
        of("cli_col_receiver", &format!("{} {}", view.receiver_rfc, view.receiver_name)),
        of("cli_col_portal", view.portal.as_deref().unwrap_or_default()),
        of("cli_col_gmail_id", view.provider_id.as_deref().unwrap_or_default()),
        of("cli_col_gmail_search", detail.gmail_search.as_deref().unwrap_or_default()),
    ]);
    let (heads, cells): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    let mut lines = table::card(&heads, &Row { cells, notes: row.notes }, printer.columns());
    lines.push(Shown::new(Tone::Head, format!("\n{}", printer.text("cli_files"))));
    for file in &detail.attachments {
        let size = printer.filled("cli_bytes", &[&file.size]);
        lines.push(Shown::from(format!("  {} ({size})\n  ", file.name)).and(Tone::Dim, &file.sha256));
    }
    lines.push(Shown::new(Tone::Head, format!("\n{}", printer.text("cli_history"))));
    for line in &detail.ledger {
        let refused: String = line.refused.iter().map(|one| format!(" {} ({})", one.address, one.code)).collect();
        let (tone, words) = event_words(line, printer);
        lines.push(
            Shown::new(Tone::Dim, format!("  {}  ", printer.time(&line.at))).and(tone, format!("{words}{refused}")),
        );
    }
    Shown::lines(lines)
}

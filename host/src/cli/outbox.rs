//! `outbox`.

use super::commands::{OutboxCommand, Outcome};
use super::print::Printer;
use super::send::delivery_text;
use crate::protocol::delivery::{
    DeliveryDetail, DeliveryListParams, DeliveryRef, DeliveryResolve, DeliveryView, Resolution,
};
use crate::protocol::failure::Fault;
use crate::stdio;
use crate::usecase::{World, drain, outbox as journey};

pub(super) fn outbox(world: &World, command: OutboxCommand, printer: &Printer) -> Result<u8, Fault> {
    let of = |delivery: String| DeliveryRef { delivery, portal: None };
    let show = |view: &DeliveryView| printer.result(view, |view| delivery_text(view, printer));
    match command {
        OutboxCommand::List { company, text, limit } => {
            let params = DeliveryListParams { company, text, limit, ..DeliveryListParams::default() };
            journey::list(world, &params)?.deliveries.iter().for_each(show);
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

fn detail_text(detail: &DeliveryDetail, printer: &Printer) -> String {
    let mut lines = vec![delivery_text(&detail.delivery, printer)];
    lines.extend(detail.attachments.iter().map(|file| format!("  {} {} {}", file.name, file.size, file.sha256)));
    lines.extend(detail.ledger.iter().map(|line| {
        let refused: String = line.refused.iter().map(|one| format!(" {} ({})", one.address, one.code)).collect();
        format!("  {} {} {}{refused}", line.at, line.event, line.provider_id.as_deref().unwrap_or_default())
    }));
    lines.extend(detail.gmail_search.iter().map(|link| format!("  {link}")));
    lines.join("\n")
}

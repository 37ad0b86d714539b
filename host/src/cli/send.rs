//! `send`: the same journey as the portal's, for scripts.

use std::io::IsTerminal as _;
use std::path::Path;
use std::time::Duration;

use super::commands::SendArguments;
use super::exit::exit_code;
use super::print::Printer;
use crate::domain::cfdi::Uuid;
use crate::domain::contact::Source;
use crate::domain::delivery::{DeliveryId, State};
use crate::protocol::delivery::{DeliveryParams, DeliveryView, DocumentParam, Preview};
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
        printer.result(&preview, preview_text);
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
        printer.result(&sent.delivery, |view| delivery_text(view, printer));
        return Ok(0);
    }
    let (view, code) = wait(world, &sent.delivery.delivery)?;
    printer.result(&view, |view| delivery_text(view, printer));
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
fn wait(world: &World, id: &str) -> Result<(DeliveryView, u8), Fault> {
    let id = DeliveryId::from_text(id);
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
            return Ok((present::delivery(&delivery), code));
        }
        world.clock.sleep(LOOK);
    }
}

pub(super) fn delivery_text(view: &DeliveryView, printer: &Printer) -> String {
    let state = serde_json::to_value(view.state).ok().and_then(|value| value.as_str().map(str::to_owned));
    let reason = view.reason.as_deref().map(|code| format!("\t{}", printer.kind(code))).unwrap_or_default();
    format!(
        "{}\t{}\t{}\t{}{reason}",
        view.delivery,
        state.unwrap_or_default(),
        view.folios.join(", "),
        view.to.join(", ")
    )
}

fn preview_text(preview: &Preview) -> String {
    let mut lines = vec![format!("De / From: {}", preview.from), format!("Para / To: {}", preview.to.join(", "))];
    for (name, list) in [("Cc", &preview.cc), ("Bcc", &preview.bcc)] {
        if !list.is_empty() {
            lines.push(format!("{name}: {}", list.join(", ")));
        }
    }
    let new = preview.recipients.iter().filter(|recipient| !recipient.known && !recipient.own);
    let new: Vec<&str> = new.map(|recipient| recipient.address.as_str()).collect();
    if !new.is_empty() {
        lines.push(format!("Nuevos para este cliente / New for this customer: {}", new.join(", ")));
    }
    lines.push(format!("Asunto / Subject: {}", preview.subject));
    lines.extend(preview.attachments.iter().map(|file| {
        let made = if file.made { "\t(hecho por Correo CFDI / made by Correo CFDI)" } else { "" };
        format!("{}\t{} bytes\tSHA-256 {}{made}", file.name, file.size, file.sha256)
    }));
    lines.extend(preview.zip.iter().map(|zip| format!("ZIP: {zip}")));
    lines.push(format!("\n{}", preview.message));
    lines.join("\n")
}

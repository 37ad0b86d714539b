//! `delivery.export`: what left and what waits, for a spreadsheet and for who asks later what was sent.

use super::{World, filtered, present};
use crate::domain::batch::Table;
use crate::domain::delivery::DeliveryId;
use crate::ports::upkeep::Listed;
use crate::protocol::delivery::{AttachmentView, DeliveriesExported, DeliveryExport, DeliveryView};
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::hello::Locale;
use crate::protocol::texts;

/// A piece ends at this size, in bytes of CSV: even where every character needs six as JSON it stays under the wire's
/// 1 MiB with one longest row.
const PIECE_BYTES: usize = 96 * 1024;

/// Columns, in the words of those who open it, as the address book has them; `archivos` and `sha256` name the attachments in
/// the same order.
const HEADER: [&str; 18] = [
    "fecha",
    "cambio",
    "estado",
    "explicacion",
    "rfc_emisor",
    "rfc_receptor",
    "nombre_receptor",
    "folios",
    "uuid",
    "de",
    "para",
    "cc",
    "cco",
    "asunto",
    "archivos",
    "sha256",
    "id_del_correo",
    "envio",
];

/// A piece of the deliveries that a person looks for, newest first.
///
/// # Errors
/// `invalid_rfc`, the store's.
pub fn export(world: &World, params: &DeliveryExport, locale: Locale) -> Result<DeliveriesExported, Fault> {
    let mut query = filtered(params.company.as_deref(), params.state, params.text.as_deref())?;
    query.after = params.after.as_deref().map(DeliveryId::from_text);
    let mut table = Table::default();
    if query.after.is_none() {
        table.line(HEADER);
    }
    loop {
        let found = world.store.deliveries(&query)?;
        for listed in &found {
            if table.size() > PIECE_BYTES {
                let next = query.after.map(|last| last.to_string());
                return Ok(DeliveriesExported { csv: table.into_text(), next });
            }
            table.line(cells(listed, locale));
            query.after = Some(listed.id().clone());
        }
        if found.len() < query.limit as usize {
            return Ok(DeliveriesExported { csv: table.into_text(), next: None });
        }
    }
}

fn cells(listed: &Listed, locale: Locale) -> [String; HEADER.len()] {
    let (files, bcc): (Vec<AttachmentView>, Vec<String>) = match listed {
        Listed::Whole(whole) => (
            whole.draft.attachments.iter().map(present::attachment).collect(),
            whole.draft.bcc.iter().map(ToString::to_string).collect(),
        ),
        Listed::Damaged(_) => (Vec::new(), Vec::new()),
    };
    let view = present::listed(listed);
    let state = view.state.as_str();
    [
        view.created_at.clone(),
        view.changed_at.clone(),
        state.to_owned(),
        explanation(&view, state, locale),
        view.company,
        view.receiver_rfc,
        view.receiver_name,
        view.folios.join("; "),
        view.uuids.join("; "),
        view.from,
        view.to.join("; "),
        view.cc.join("; "),
        bcc.join("; "),
        view.subject,
        files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join("; "),
        files.iter().map(|file| file.sha256.as_str()).collect::<Vec<_>>().join("; "),
        view.provider_id.unwrap_or_default(),
        view.delivery,
    ]
}

/// What a person reads: why it waits or failed, else what the state means.
fn explanation(view: &DeliveryView, state: &str, locale: Locale) -> String {
    match view.reason.as_deref().and_then(Kind::from_code) {
        Some(kind) => texts::failure(kind, locale),
        None => texts::get(&format!("state_{state}"), locale).unwrap_or_default().to_owned(),
    }
}

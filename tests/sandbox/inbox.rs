//! A page that shows what "arrived", newest first.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::html::{both, escape, wide_page};
use super::message::{Arrived, Mailbox};
use super::state::App;

/// `GET /inbox`
pub(crate) async fn inbox(State(app): State<Arc<App>>) -> Response {
    let world = app.world();
    let mut body = format!("<h1>{}</h1>", both("Mensajes que «llegaron»", "Messages that “arrived”"));
    if world.messages.is_empty() {
        body.push_str(&format!("<p id=\"empty\">{}</p>", both("Todavía no hay ninguno.", "None yet.")));
    }
    for message in world.messages.iter().rev() {
        body.push_str(&one(message));
    }
    wide_page("Mensajes", &body)
}

fn one(message: &Arrived) -> String {
    let id = &message.id;
    let mut rows = String::new();
    let mut row = |label: &str, value: String| {
        if !value.is_empty() {
            // Writing to a string cannot fail.
            let written = write!(rows, "<dt>{label}</dt><dd>{value}</dd>");
            debug_assert!(written.is_ok(), "a string takes every text");
        }
    };
    row("De / From", people(&message.from));
    row("Para / To", people(&message.to));
    row("Cc", people(&message.cc));
    row("Cco / Bcc", people(&message.bcc));
    row("Responder a / Reply-To", people(&message.reply_to));
    row("Fecha / Date", escape(&message.at));
    for (number, attachment) in message.attachments.iter().enumerate() {
        let name = escape(attachment.filename.as_deref().unwrap_or("(sin nombre / no name)"));
        let (kind, size, hash) = (escape(&attachment.content_type), attachment.size, &attachment.sha256);
        row(
            "Adjunto / Attachment",
            format!(
                "<a href=\"/admin/messages/{id}/attachments/{number}\">{name}</a> · {kind} · {size} B<br><code>SHA-256 {hash}</code>"
            ),
        );
    }
    row("Observaciones / Problems", escape(&message.problems.join("; ")));
    let subject = escape(&message.subject);
    let text = if message.text.is_empty() { String::new() } else { format!("<pre>{}</pre>", escape(&message.text)) };
    let raw = both("Ver los bytes tal como llegaron", "See the bytes as they came");
    format!(
        "<article id=\"message-{id}\"><h2>{subject}</h2><dl>{rows}</dl>{text}<p><a href=\"/admin/messages/{id}/raw\">{raw}</a></p></article>"
    )
}

fn people(list: &[Mailbox]) -> String {
    let one = |mailbox: &Mailbox| match &mailbox.name {
        Some(name) => escape(&format!("{name} <{}>", mailbox.address)),
        None => escape(&mailbox.address),
    };
    list.iter().map(one).collect::<Vec<_>>().join(", ")
}

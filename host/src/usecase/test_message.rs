//! `text.test`: what customers would read, sent to the person who writes it. It takes the way of every delivery, and carries no
//! document.

use super::prepare::sender_of;
use super::{World, send, texts};
use crate::domain::draft::Draft;
use crate::domain::texts::{MAX_SUBJECT, paragraph};
use crate::ports::store::{NewDelivery, StoredDraft};
use crate::protocol::delivery::DeliverySent;
use crate::protocol::failure::Fault;
use crate::protocol::hello::Locale;
use crate::protocol::text::TextPreviewParams;
use crate::protocol::texts as words;

/// Queues a mail with these texts from the company's account to that account itself. Nobody else can be named.
///
/// # Errors
/// As of `text.preview`; `oauth_disabled`, `no_account`, `sign_in_needed`; the store's.
pub fn send(world: &World, params: &TextPreviewParams, locale: Locale) -> Result<DeliverySent, Fault> {
    let (company, filled, _) = texts::sample(world, params)?;
    let account = sender_of(world, &company)?;
    let note = words::get("test_mail_note", locale).unwrap_or_default();
    let mark = words::get("test_mail_mark", locale).unwrap_or_default();
    let draft = Draft {
        company: company.rfc.clone(),
        account: account.id,
        from: account.address.clone(),
        from_name: company.name.clone(),
        to: vec![account.address],
        cc: Vec::new(),
        bcc: Vec::new(),
        reply_to: company.reply_to,
        subject: format!("{mark} {}", filled.subject).chars().take(MAX_SUBJECT).collect(),
        body: format!("{note}\n\n{}", filled.body),
        html: filled.html.map(|html| paragraph(note) + &html),
        documents: Vec::new(),
        attachments: Vec::new(),
        zip: None,
        resend: 0,
        portal: None,
    };
    let new = NewDelivery {
        id: world.dice.delivery_id(),
        draft: &StoredDraft::without_documents(&draft, company.rfc, company.name),
        digest: &draft.digest(),
        key: None,
        not_before: None,
        supersedes: None,
        learn: None,
        unattended: None,
        now: world.clock.now(),
    };
    send::queue(world, &new)
}

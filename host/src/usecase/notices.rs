//! `notice.preview` and `notice.send`: to those who got a document, that it is being cancelled.

use super::prepare::sender_of;
use super::{World, library, send};
use crate::domain::cfdi::Uuid;
use crate::domain::delivery::{DeliveryId, State};
use crate::domain::draft::Draft;
use crate::domain::notices::{self, Motive, Named};
use crate::domain::texts::MAX_SUBJECT;
use crate::ports::store::{NewDelivery, StoredDraft};
use crate::protocol::delivery::DeliverySent;
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::notice::{NoticeParams, NoticePreview};

/// A notice with what the store keeps beside it.
struct Notice {
    draft: Draft,
    stored: StoredDraft,
    /// One document is cancelled once for one reason: asked for again, the first notice is shown.
    key: String,
}

/// Shows exactly what would leave.
///
/// # Errors
/// `unknown_delivery`; `wrong_state` for one that was not sent; `unknown_document` for one that is not in it, or whose
/// replacement is in no folder; `wrong_company` and `wrong_receiver` for a replacement that is another's; `invalid_params`,
/// `oauth_disabled`, `no_account`, `sign_in_needed`, the store's.
pub fn preview(world: &World, params: &NoticeParams) -> Result<NoticePreview, Fault> {
    if params.confirmed.is_some() {
        return Err(Fault::new(Kind::InvalidParams).about("confirmed"));
    }
    let Notice { draft, .. } = notice(world, params)?;
    let texts = |list: &[crate::domain::address::MailAddress]| list.iter().map(ToString::to_string).collect();
    Ok(NoticePreview {
        digest: draft.digest(),
        from: draft.from.to_string(),
        to: texts(&draft.to),
        cc: texts(&draft.cc),
        bcc: texts(&draft.bcc),
        subject: draft.subject,
        message: draft.body,
    })
}

/// Queues what was confirmed.
///
/// # Errors
/// As of [`preview`]; `changed_since_preview`.
pub fn send(world: &World, params: &NoticeParams) -> Result<DeliverySent, Fault> {
    let confirmed = params.confirmed.as_deref().ok_or_else(|| Fault::new(Kind::InvalidParams).about("confirmed"))?;
    let Notice { draft, stored, key } = notice(world, params)?;
    let digest = draft.digest();
    if digest != confirmed {
        return Err(Kind::ChangedSincePreview.into());
    }
    let new = NewDelivery {
        id: world.dice.delivery_id(),
        draft: &stored,
        digest: &digest,
        key: Some(&key),
        not_before: None,
        supersedes: None,
        learn: None,
        unattended: None,
        now: world.clock.now(),
    };
    send::queue(world, &new)
}

fn notice(world: &World, params: &NoticeParams) -> Result<Notice, Fault> {
    let motive = Motive::from_code(&params.motive).ok_or_else(|| Fault::new(Kind::InvalidParams).about("motive"))?;
    if (motive == Motive::Replaced) != params.replaced_by.is_some() {
        return Err(Fault::new(Kind::InvalidParams).about("replaced_by"));
    }
    let told = send::find(world, &DeliveryId::from_text(&params.delivery))?;
    if told.state != State::Sent {
        return Err(Fault::new(Kind::WrongState).of_delivery(told.id.as_str()));
    }
    let uuid = Uuid::parse(&params.uuid)?;
    let gone = told.draft.documents.iter().find(|(one, _)| *one == uuid);
    let (gone, number) = gone.ok_or_else(|| Fault::new(Kind::UnknownDocument).about(uuid.as_str()))?;
    let instead = params.replaced_by.as_deref().map(|text| replacement(world, &told.draft, &uuid, text)).transpose()?;
    let company = world.store.company(&told.draft.company)?;
    let company = company.ok_or_else(|| Fault::new(Kind::UnknownCompany).about(told.draft.company.as_str()))?;
    let account = sender_of(world, &company)?;
    let named = instead.as_ref().map(|(uuid, number)| Named { uuid, number });
    let (subject, body) =
        notices::write(Named { uuid: gone, number }, motive, named, (&company.name, company.rfc.as_str()));
    let replaced = instead.as_ref().map_or("", |(uuid, _)| uuid.as_str());
    let draft = Draft {
        company: company.rfc.clone(),
        account: account.id,
        from: account.address,
        from_name: company.name,
        to: told.draft.to.clone(),
        cc: told.draft.cc.clone(),
        bcc: told.draft.bcc.clone(),
        reply_to: company.reply_to,
        subject: subject.chars().take(MAX_SUBJECT).collect(),
        body,
        html: None,
        documents: Vec::new(),
        attachments: Vec::new(),
        zip: None,
        resend: 0,
        portal: None,
    };
    let stored = StoredDraft::without_documents(&draft, told.draft.receiver_rfc, told.draft.receiver_name);
    Ok(Notice { key: format!("notice {} {} {replaced}", uuid.as_str(), motive.code()), stored, draft })
}

/// The document that takes the place of another: of the same company for the same customer, and not the same one.
fn replacement(world: &World, told: &StoredDraft, gone: &Uuid, text: &str) -> Result<(Uuid, String), Fault> {
    let uuid = Uuid::parse(text.trim())?;
    if uuid == *gone {
        return Err(Fault::new(Kind::InvalidParams).about("replaced_by"));
    }
    let found = library::find(world, &uuid)?.cfdi;
    if found.issuer.rfc != told.company {
        return Err(Fault::new(Kind::WrongCompany).about(uuid.as_str()));
    }
    if found.receiver.rfc != told.receiver_rfc {
        return Err(Fault::new(Kind::WrongReceiver).about(uuid.as_str()));
    }
    Ok((uuid, found.number()))
}

//! `contact.*`, and which recipients of a draft a person has confirmed before.

use super::companies::address;
use super::{World, present};
use crate::domain::address::MailAddress;
use crate::domain::cfdi::Kind as CfdiKind;
use crate::domain::company::Company;
use crate::domain::contact::{Contact, Source, may_be_known};
use crate::domain::draft::Draft;
use crate::domain::rfc::Rfc;
use crate::ports::contacts::{ContactKey, ContactQuery};
use crate::protocol::Done;
use crate::protocol::contact::{
    ContactListParams, ContactPage, ContactRemove, ContactSave, ContactSource, ContactView,
};
use crate::protocol::delivery::{RecipientField, RecipientView};
use crate::protocol::failure::{Fault, Kind};

/// Contacts on a page when the caller does not say.
const PAGE: u32 = 50;

/// Most contacts on a page: 200 with the longest addresses stay under 100 KiB on the wire.
const MAX_PAGE: u32 = 200;

/// One page of a company's contacts, by receiver and address.
///
/// # Errors
/// `invalid_rfc`, `unknown_company`, `invalid_params`, the store's.
pub fn list(world: &World, params: &ContactListParams) -> Result<ContactPage, Fault> {
    let limit = params.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE);
    let query = ContactQuery {
        company: company(world, &params.company)?,
        receiver: params.receiver_rfc.as_deref().map(Rfc::parse).transpose()?,
        kind: params.kind.as_deref().map(kind).transpose()?,
        after: params.after.as_deref().map(cursor).transpose()?,
        limit: limit + 1,
    };
    let mut found = world.store.contacts(&query)?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| {
        let ContactKey { receiver, recipient, kind } = ContactKey::of(last);
        format!("{receiver} {recipient} {kind}")
    });
    Ok(ContactPage { contacts: found.iter().map(view).collect(), next })
}

/// Neither RFC nor address nor kind has a blank.
fn cursor(text: &str) -> Result<ContactKey, Fault> {
    let mut parts = text.split(' ').map(str::to_owned);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(receiver), Some(recipient), Some(kind), None) => Ok(ContactKey { receiver, recipient, kind }),
        _ => Err(Fault::new(Kind::InvalidParams).about("after")),
    }
}

/// Makes a recipient known by a person's own word.
///
/// # Errors
/// `invalid_rfc`, `unknown_company`, `invalid_recipient`, `generic_receiver`, `invalid_params`, the store's.
pub fn save(world: &World, params: &ContactSave) -> Result<ContactView, Fault> {
    let receiver = Rfc::parse(&params.receiver_rfc)?;
    if !may_be_known(&receiver) {
        return Err(Fault::new(Kind::GenericReceiver).about(receiver.as_str()));
    }
    let contact = Contact {
        company: company(world, &params.company)?,
        receiver,
        kind: params.kind.as_deref().map(kind).transpose()?,
        address: address(&params.address)?,
        confirmed_at: world.clock.now(),
        confirmations: 1,
        source: Source::Entry,
    };
    Ok(view(&world.store.save_contact(&contact)?))
}

/// Forgets a recipient: the next sending to it is a new one again.
///
/// # Errors
/// `invalid_rfc`, `unknown_company`, `invalid_recipient`, `unknown_contact`, `invalid_params`, the store's.
pub fn remove(world: &World, params: &ContactRemove) -> Result<Done, Fault> {
    let company = company(world, &params.company)?;
    let receiver = Rfc::parse(&params.receiver_rfc)?;
    let address = address(&params.address)?;
    let kind = params.kind.as_deref().map(kind).transpose()?;
    match world.store.remove_contact(&company, &receiver, kind, &address)? {
        true => Ok(Done::DONE),
        false => Err(Fault::new(Kind::UnknownContact).about(address.as_str())),
    }
}

pub(super) fn company(world: &World, rfc: &str) -> Result<Rfc, Fault> {
    let rfc = Rfc::parse(rfc)?;
    match world.store.company(&rfc)? {
        Some(company) => Ok(company.rfc),
        None => Err(Fault::new(Kind::UnknownCompany).about(rfc.as_str())),
    }
}

pub(super) fn kind(letter: &str) -> Result<CfdiKind, Fault> {
    CfdiKind::from_letter(letter).ok_or_else(|| Fault::new(Kind::InvalidParams).about("kind"))
}

fn view(contact: &Contact) -> ContactView {
    ContactView {
        company: contact.company.to_string(),
        receiver_rfc: contact.receiver.to_string(),
        address: contact.address.to_string(),
        kind: contact.kind.map(|kind| kind.letter().to_owned()),
        confirmed_at: present::time(contact.confirmed_at),
        confirmations: contact.confirmations,
        source: match contact.source {
            Source::Window => ContactSource::Window,
            Source::Portal => ContactSource::Portal,
            Source::List => ContactSource::List,
            Source::Terminal => ContactSource::Terminal,
            Source::Entry => ContactSource::Entry,
        },
    }
}

/// Everybody who would get the draft, and whether a person confirmed them before for this receiver.
///
/// # Errors
/// The store's.
pub fn recipients(world: &World, company: &Company, draft: &Draft) -> Result<Vec<RecipientView>, Fault> {
    let everybody: Vec<MailAddress> = draft.recipients().cloned().collect();
    let confirmed = match draft.receiver().filter(|receiver| may_be_known(receiver)) {
        Some(receiver) => world.store.confirmed_at(&company.rfc, receiver, &everybody)?,
        None => vec![None; everybody.len()],
    };
    let own: Vec<String> = company.cc.iter().chain(&company.bcc).map(MailAddress::key).collect();
    let fields = [(&draft.to, RecipientField::To), (&draft.cc, RecipientField::Cc), (&draft.bcc, RecipientField::Bcc)];
    let fields = fields.into_iter().flat_map(|(list, field)| list.iter().map(move |address| (address, field)));
    let marked = fields.zip(confirmed).map(|((address, field), confirmed_at)| RecipientView {
        address: address.to_string(),
        field,
        known: confirmed_at.is_some(),
        own: own.contains(&address.key()),
        last_confirmed_at: confirmed_at.map(present::time),
    });
    Ok(marked.collect())
}

/// How many of them nobody has confirmed yet.
#[must_use]
pub fn new_among(recipients: &[RecipientView]) -> u32 {
    recipients.iter().filter(|recipient| !recipient.known && !recipient.own).count() as u32
}

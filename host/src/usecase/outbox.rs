//! `delivery.list`, `delivery.export`, `delivery.get`, `delivery.retry`, `delivery.cancel`, `delivery.resolve`.

mod export;

pub use export::export;

use super::{World, clients, pacing, portals, present, prints, send};
use crate::domain::delivery::{DeliveryId, State};
use crate::domain::portal::Origin;
use crate::domain::rfc::Rfc;
use crate::ports::store::{Change, Delivery, DeliveryQuery, NewDelivery, StoreError};
use crate::ports::upkeep::Listed;
use crate::protocol::delivery::{
    DeliveryDetail, DeliveryListParams, DeliveryPage, DeliveryRef, DeliveryResolve, DeliveryState, DeliveryView,
    Resolution,
};
use crate::protocol::failure::{Fault, Kind};

/// Deliveries on a page when the caller does not say.
const PAGE: u32 = 50;

/// Most deliveries on a page: 200 stay under half a MiB on the wire.
const MAX_PAGE: u32 = 200;

/// Most words of a search.
const MAX_WORDS: usize = 8;

/// One page of the outbox, newest first.
///
/// # Errors
/// `invalid_rfc`, the store's.
pub fn list(world: &World, params: &DeliveryListParams) -> Result<DeliveryPage, Fault> {
    let limit = params.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE);
    let query = DeliveryQuery {
        after: params.after.as_deref().map(DeliveryId::from_text),
        limit: limit + 1,
        ..filtered(params.company.as_deref(), params.state, params.text.as_deref())?
    };
    let mut found = world.store.deliveries(&query)?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| last.id().to_string());
    Ok(DeliveryPage { deliveries: found.iter().map(present::listed).collect(), next })
}

/// The first page of what a person looks for.
fn filtered(company: Option<&str>, state: Option<DeliveryState>, text: Option<&str>) -> Result<DeliveryQuery, Fault> {
    Ok(DeliveryQuery {
        company: company.map(Rfc::parse).transpose()?,
        states: state.map(present::states_of).unwrap_or_default(),
        words: text.iter().flat_map(|text| text.split_whitespace()).take(MAX_WORDS).map(str::to_owned).collect(),
        after: None,
        limit: MAX_PAGE,
    })
}

/// One delivery with its history.
///
/// # Errors
/// `unknown_delivery`, also for what another origin asked for; the store's.
pub fn get(world: &World, params: &DeliveryRef) -> Result<DeliveryDetail, Fault> {
    let found = look(world, params)?;
    let ledger = world.store.ledger(found.id())?.iter().map(present::ledger_line).collect();
    let delivery = present::listed(&found);
    // Another provider's mailbox is not in Gmail.
    let gmail = !clients::load(world).is_ok_and(|client| client.provider.smtp.is_some());
    Ok(match found {
        Listed::Whole(whole) => DeliveryDetail {
            delivery,
            message: whole.draft.body.clone(),
            bcc: whole.draft.bcc.iter().map(ToString::to_string).collect(),
            attachments: whole.draft.attachments.iter().map(present::attachment).collect(),
            zip: whole.draft.zip.clone(),
            accepted: present::accepted(&whole.draft),
            ledger,
            gmail_search: (gmail && whole.state == State::Unknown).then(|| gmail_search(&whole)),
            returned_search: (gmail && whole.state == State::Sent).then(|| returned_search(&whole)),
        },
        Listed::Damaged(_) => DeliveryDetail {
            delivery,
            message: String::new(),
            bcc: Vec::new(),
            attachments: Vec::new(),
            zip: None,
            accepted: Vec::new(),
            ledger,
            gmail_search: None,
            returned_search: None,
        },
    })
}

/// A search in the sender's Gmail that shows the message if it left.
fn gmail_search(delivery: &Delivery) -> String {
    let to = delivery.draft.to.first().map(ToString::to_string).unwrap_or_default();
    let first = delivery.draft.attachments.first().map(|file| file.name.as_str());
    let name = delivery.draft.zip.as_deref().or(first).unwrap_or_default();
    let file = if name.is_empty() { String::new() } else { format!(" filename:{name}") };
    gmail(delivery, &format!("in:sent to:{to}{file}"))
}

/// A search in the sender's Gmail for what mail servers wrote about its recipients. Words in braces are alternatives
/// (support.google.com/mail/answer/7190).
fn returned_search(delivery: &Delivery) -> String {
    let recipients: Vec<_> = delivery.draft.recipients().map(|one| format!("\"{one}\"")).collect();
    gmail(delivery, &format!("in:anywhere from:(mailer-daemon OR postmaster) {{{}}}", recipients.join(" ")))
}

/// The mailbox that it was sent from, among those that the browser is signed in to.
fn gmail(delivery: &Delivery, words: &str) -> String {
    let account: String = url::form_urlencoded::byte_serialize(delivery.draft.from.as_str().as_bytes()).collect();
    let search: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
    format!("https://mail.google.com/mail/?authuser={account}#search/{search}")
}

/// Puts a waiting delivery back into the queue now.
///
/// # Errors
/// `unknown_delivery`, `wrong_state`, `portal_forbidden`, the store's.
pub fn retry(world: &World, params: &DeliveryRef) -> Result<DeliveryView, Fault> {
    if params.portal.is_some() {
        return Err(Fault::new(Kind::PortalForbidden).about("retry"));
    }
    let delivery = find(world, params)?;
    let change = Change::new(State::Deferred, State::Queued, "retried", world.clock.now());
    if !world.store.change(&delivery.id, &change)? {
        return Err(Fault::new(Kind::WrongState).of_delivery(delivery.id.as_str()));
    }
    go_on(world, &delivery)?;
    world.sender.wake();
    Ok(present::delivery(&send::find(world, &delivery.id)?))
}

/// What held this delivery held its whole account: a person who tries one again means the others too.
fn go_on(world: &World, delivery: &Delivery) -> Result<(), Fault> {
    let account = &delivery.draft.account;
    if let Some(kind) = delivery.reason.as_deref().and_then(Kind::from_code).filter(|kind| pacing::holds_account(*kind))
    {
        world.store.release_account(account, &kind.code(), world.clock.now())?;
    }
    if world.store.pace(account)?.paused_by.as_deref().is_some_and(pacing::person_may_end) {
        world.store.unpause_account(account)?;
    }
    Ok(())
}

/// Calls a delivery off, as long as it cannot have left.
///
/// # Errors
/// `unknown_delivery`, `past_commit`, `wrong_state`, the store's.
pub fn cancel(world: &World, params: &DeliveryRef) -> Result<DeliveryView, Fault> {
    let id = look(world, params)?.id().clone();
    // The sender may move it between look and change: each state that may be cancelled is tried once.
    for from in [State::Queued, State::Deferred, State::Sending] {
        if world.store.change(&id, &Change::new(from, State::Cancelled, "cancelled", world.clock.now()))? {
            // The sender notices at its next step; the built message of a cancelled delivery is of no use to anybody.
            if let Err(error) = world.spool.remove(&id) {
                crate::logbook::warn("delivery.cancel", &error);
            }
            prints::forget(world, &id);
            return Ok(present::listed(&row(world, &id)?));
        }
    }
    let state = match row(world, &id)? {
        Listed::Whole(delivery) => delivery.state,
        Listed::Damaged(damaged) => damaged.state.unwrap_or(State::Unknown),
    };
    let kind = match state {
        State::Committed | State::Unknown | State::Sent => Kind::PastCommit,
        State::Queued | State::Sending | State::Deferred => Kind::Busy,
        State::Failed | State::Cancelled | State::Superseded => Kind::WrongState,
    };
    Err(Fault::new(kind).of_delivery(id.as_str()))
}

/// Takes a person's word on an `unknown` delivery.
///
/// # Errors
/// `unknown_delivery`, `wrong_state`, the store's.
pub fn resolve(world: &World, params: &DeliveryResolve) -> Result<DeliveryView, Fault> {
    let id = DeliveryId::from_text(&params.delivery);
    match params.outcome {
        Resolution::WasSent => {
            // Also of a damaged row: the person's word changes its state alone.
            row(world, &id)?;
            let change = Change::new(State::Unknown, State::Sent, "person_says_sent", world.clock.now());
            if !world.store.change(&id, &change)? {
                return Err(Fault::new(Kind::WrongState).of_delivery(id.as_str()));
            }
            Ok(present::listed(&row(world, &id)?))
        }
        Resolution::SendAgain => send_again(world, &send::find(world, &id)?),
    }
}

fn send_again(world: &World, old: &Delivery) -> Result<DeliveryView, Fault> {
    let uuids: Vec<_> = old.draft.documents.iter().map(|(uuid, _)| *uuid).collect();
    let recipients: Vec<_> = old.draft.recipients().cloned().collect();
    let last = world.store.last_resend(&old.draft.company, &uuids, &recipients)?;
    let mut draft = old.draft.clone();
    draft.resend = last.map_or(old.draft.resend, |(_, resend)| resend) + 1;
    let id = world.dice.delivery_id();
    prints::hand_on(world, &id, &mut draft)?;
    let new = NewDelivery {
        // Without a key the digest is compared with nothing; the identifier keeps it unique.
        digest: id.as_str(),
        id: id.clone(),
        draft: &draft,
        key: None,
        not_before: None,
        supersedes: Some(&old.id),
        // The recipients were confirmed with the first sending.
        learn: None,
        unattended: None,
        now: world.clock.now(),
    };
    Ok(send::queue(world, &new)?.delivery)
}

/// The delivery, if the asking origin may know it.
fn find(world: &World, params: &DeliveryRef) -> Result<Delivery, Fault> {
    match look(world, params)? {
        Listed::Whole(delivery) => Ok(*delivery),
        Listed::Damaged(damaged) => Err(Fault::new(Kind::DeliveryUnreadable).of_delivery(damaged.id.as_str())),
    }
}

/// The same, also when its row is damaged.
fn look(world: &World, params: &DeliveryRef) -> Result<Listed, Fault> {
    let id = DeliveryId::from_text(&params.delivery);
    let portal = params.portal.as_deref().map(|origin| portals::connected(world, origin)).transpose()?;
    let found = row(world, &id)?;
    let asked_by = match &found {
        Listed::Whole(delivery) => delivery.draft.portal.as_ref().map(Origin::as_str),
        Listed::Damaged(damaged) => Some(damaged.origin.as_str()),
    };
    match portal.is_none_or(|portal| asked_by == Some(portal.origin.as_str())) {
        true => Ok(found),
        false => Err(Fault::new(Kind::UnknownDelivery).of_delivery(id.as_str())),
    }
}

/// The row of that delivery.
fn row(world: &World, id: &DeliveryId) -> Result<Listed, Fault> {
    match world.store.delivery(id) {
        Ok(Some(delivery)) => Ok(Listed::Whole(Box::new(delivery))),
        Ok(None) => Err(Fault::new(Kind::UnknownDelivery).of_delivery(id.as_str())),
        Err(StoreError::Unreadable(damaged)) => Ok(Listed::Damaged(damaged)),
        Err(error) => Err(error.into()),
    }
}

/// The state of a delivery, also of one whose row is damaged; `None` when there is none. A damaged row that names no state
/// may be of a message that has left.
///
/// # Errors
/// The store's.
pub(super) fn state_of(world: &World, id: &DeliveryId) -> Result<Option<State>, Fault> {
    match world.store.delivery(id) {
        Ok(found) => Ok(found.map(|delivery| delivery.state)),
        Err(StoreError::Unreadable(damaged)) => Ok(Some(damaged.state.unwrap_or(State::Unknown))),
        Err(error) => Err(error.into()),
    }
}

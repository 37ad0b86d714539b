//! `delivery.preview` and `delivery.send`: what was confirmed is what is queued.

use chrono::{DateTime, TimeDelta, Utc};

use super::prepare::{Prepared, prepare};
use super::{World, contacts, portals, present, prints, rules};
use crate::domain::contact::Source;
use crate::domain::delivery::DeliveryId;
use crate::ports::store::{NewDelivery, Queued, StoredDraft};
use crate::protocol::delivery::{DeliveryParams, DeliverySent, Preview};
use crate::protocol::failure::{Fault, Kind};

/// Longest idempotency key, in characters.
const MAX_KEY: usize = 100;

/// How far ahead a sending may be put off: an invoice that leaves after a year is a mistake in the date.
const MAX_AHEAD: TimeDelta = TimeDelta::days(366);

/// Shows exactly what would leave.
///
/// # Errors
/// Those of `prepare`, and `invalid_params` for a digest where none belongs.
pub fn preview(world: &World, params: &DeliveryParams) -> Result<Preview, Fault> {
    if params.confirmed.is_some() {
        return Err(Fault::new(Kind::InvalidParams).about("confirmed"));
    }
    if params.unattended.is_some() {
        return Err(Fault::new(Kind::InvalidParams).about("unattended"));
    }
    let Prepared { draft, company, documents, .. } = prepare(world, params)?;
    let recipients = contacts::recipients(world, &company, &draft)?;
    Ok(present::preview(&draft, documents, recipients))
}

/// Queues what was confirmed, and wakes the sender. `learn` says where a person has just confirmed it; the recipients are known
/// from then on. What a portal asks with `unattended` is queued by its rule, and teaches nothing.
///
/// # Errors
/// Those of `prepare`; `changed_since_preview`, `confirmation_needed`, `portal_rate_limited`, `already_sent`, `key_conflict`;
/// the store's. A failure queues nothing.
pub fn send(world: &World, params: &DeliveryParams, learn: Option<Source>) -> Result<DeliverySent, Fault> {
    if params.unattended == Some(true) {
        return send_by_rule(world, params);
    }
    let confirmed = params.confirmed.as_deref().ok_or_else(|| Fault::new(Kind::InvalidParams).about("confirmed"))?;
    let prepared = prepare(world, params)?;
    if prepared.draft.digest() != confirmed {
        return Err(Kind::ChangedSincePreview.into());
    }
    accept(world, params, prepared, learn, None)
}

/// What nobody looks at: only a portal's, only by a rule, and only the ordinary.
fn send_by_rule(world: &World, params: &DeliveryParams) -> Result<DeliverySent, Fault> {
    let Some(origin) = params.portal.as_deref().filter(|_| params.confirmed.is_none()) else {
        return Err(Fault::new(Kind::InvalidParams).about("unattended"));
    };
    portals::connected(world, origin)?;
    rules::judge_origin(world, origin)?;
    let prepared = prepare(world, params)?;
    rules::judge_prepared(world, &prepared)?;
    accept(world, params, prepared, None, Some(rules::counts_since(world)))
}

fn accept(
    world: &World,
    params: &DeliveryParams,
    prepared: Prepared,
    learn: Option<Source>,
    unattended: Option<DateTime<Utc>>,
) -> Result<DeliverySent, Fault> {
    let key = params.key.as_deref().map(judge_key).transpose()?;
    let not_before = params.not_before.as_deref().map(|text| parse_time(world, text)).transpose()?;
    let Prepared { draft, made, .. } = prepared;
    let digest = draft.digest();
    if let Some(portal) = &draft.portal {
        portals::hold_rate(world, portal)?;
    }
    let mut stored = StoredDraft::of(&draft).ok_or(Kind::DocumentCount)?;
    let id = world.dice.delivery_id();
    prints::keep(world, &id, &mut stored, made)?;
    let new = NewDelivery {
        id: id.clone(),
        draft: &stored,
        digest: &digest,
        key,
        // A time that has come is no time to wait for.
        not_before: not_before.filter(|time| *time > world.clock.now()),
        supersedes: None,
        learn,
        unattended,
        now: world.clock.now(),
    };
    let sent = queue(world, &new)?;
    // After a failure nobody knows here whether it is queued: what it leaves is swept.
    if sent.existing {
        prints::forget(world, &id);
    }
    Ok(sent)
}

/// Puts a delivery into the queue and wakes the sender.
///
/// # Errors
/// `already_sent`, `key_conflict`, `confirmation_needed`, `wrong_state`, the store's.
pub fn queue(world: &World, new: &NewDelivery<'_>) -> Result<DeliverySent, Fault> {
    let (id, existing) = match world.store.enqueue(new)? {
        Queued::New => (new.id.clone(), false),
        Queued::Existing(id) => (id, true),
        Queued::KeyConflict => return Err(Kind::KeyConflict.into()),
        Queued::AlreadySent(id, last) => {
            return Err(Fault::new(Kind::AlreadySent).of_delivery(id.as_str()).over(last + 1));
        }
        Queued::NotAllowed => return Err(Kind::ConfirmationNeeded.into()),
        Queued::NotUnknown => return Err(Kind::WrongState.into()),
    };
    world.sender.wake();
    Ok(DeliverySent { delivery: present::delivery(&find(world, &id)?), existing })
}

/// The delivery with that identifier.
///
/// # Errors
/// `unknown_delivery`, the store's.
pub fn find(world: &World, id: &DeliveryId) -> Result<crate::ports::store::Delivery, Fault> {
    world.store.delivery(id)?.ok_or_else(|| Fault::new(Kind::UnknownDelivery).of_delivery(id.as_str()))
}

fn judge_key(key: &str) -> Result<&str, Fault> {
    let length = key.chars().count();
    match (1..=MAX_KEY).contains(&length) && !key.chars().any(char::is_control) {
        true => Ok(key),
        false => Err(Fault::new(Kind::InvalidParams).about("key").over(MAX_KEY as u32)),
    }
}

fn parse_time(world: &World, text: &str) -> Result<DateTime<Utc>, Fault> {
    let time = DateTime::parse_from_rfc3339(text).map(|time| time.with_timezone(&Utc));
    time.ok()
        .filter(|time| *time < world.clock.now() + MAX_AHEAD)
        .ok_or_else(|| Fault::new(Kind::InvalidParams).about("not_before"))
}

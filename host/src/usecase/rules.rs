//! `portal.rules`, `portal.allow`, `portal.disallow`, and the judgement of a sending that nobody looks at.

use chrono::{DateTime, TimeDelta, Utc};

use super::prepare::Prepared;
use super::{World, contacts, portals, present};
use crate::domain::cfdi::Verdict;
use crate::domain::portal::{MAX_UNATTENDED, Rule};
use crate::domain::rfc::Rfc;
use crate::protocol::Done;
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::rule::{PortalAllow, PortalDisallow, PortalRuleView, PortalRules, PortalRulesParams};

/// The time for which a daily limit counts.
const DAY: TimeDelta = TimeDelta::hours(24);

/// All rules, or those of one portal.
///
/// # Errors
/// The store's.
pub fn list(world: &World, params: &PortalRulesParams) -> Result<PortalRules, Fault> {
    let wanted = |rule: &Rule| params.origin.as_deref().is_none_or(|origin| origin == rule.origin.as_str());
    let found = world.store.rules()?.into_iter().filter(wanted);
    Ok(PortalRules { rules: found.map(|rule| view(world, &rule)).collect::<Result<_, _>>()? })
}

/// Takes a person's word that a connected portal's requests for a company leave without a look, within the limit.
///
/// # Errors
/// `portal_not_connected`, `invalid_rfc`, `unknown_company`, `invalid_params`, the store's.
pub fn allow(world: &World, params: &PortalAllow) -> Result<PortalRuleView, Fault> {
    let portal = portals::connected(world, &params.origin)?;
    let company = Rfc::parse(&params.company)?;
    if !portal.may_ask_for(&company) {
        return Err(Fault::new(Kind::UnknownCompany).about(company.as_str()));
    }
    if !(1..=MAX_UNATTENDED).contains(&params.daily_limit) {
        return Err(Fault::new(Kind::InvalidParams).about("daily_limit").over(MAX_UNATTENDED));
    }
    let rule = Rule { origin: portal.origin, company, daily_limit: params.daily_limit, granted_at: world.clock.now() };
    world.store.save_rule(&rule)?;
    view(world, &rule)
}

/// Takes the word back; one that was never given is no error.
///
/// # Errors
/// `portal_not_connected`, `invalid_rfc`, the store's.
pub fn disallow(world: &World, params: &PortalDisallow) -> Result<Done, Fault> {
    let portal = portals::connected(world, &params.origin)?;
    world.store.remove_rule(&portal.origin, &Rfc::parse(&params.company)?)?;
    Ok(Done::DONE)
}

fn view(world: &World, rule: &Rule) -> Result<PortalRuleView, Fault> {
    Ok(PortalRuleView {
        origin: rule.origin.to_string(),
        company: rule.company.to_string(),
        daily_limit: rule.daily_limit,
        used: world.store.unattended_since(&rule.origin, &rule.company, counts_since(world))?,
        granted_at: present::time(rule.granted_at),
    })
}

/// Since when deliveries count for a daily limit.
pub(super) fn counts_since(world: &World) -> DateTime<Utc> {
    world.clock.now() - DAY
}

/// Whether a portal has any rule at all; told before its files are read.
///
/// # Errors
/// `confirmation_needed`, the store's.
pub(super) fn judge_origin(world: &World, origin: &str) -> Result<(), Fault> {
    match world.store.rules()?.iter().any(|rule| rule.origin.as_str() == origin) {
        true => Ok(()),
        false => Err(Kind::ConfirmationNeeded.into()),
    }
}

/// Whether what was prepared is nothing but the ordinary: sound documents for recipients whom a person has confirmed. The rule
/// itself and its limit are judged where the delivery is queued.
///
/// # Errors
/// `confirmation_needed`, the store's.
pub(super) fn judge_prepared(world: &World, prepared: &Prepared) -> Result<(), Fault> {
    let recipients = contacts::recipients(world, &prepared.company, &prepared.draft)?;
    let sound = prepared.draft.documents.iter().all(|document| document.verdict == Verdict::Accept);
    match sound && contacts::new_among(&recipients) == 0 {
        true => Ok(()),
        false => Err(Kind::ConfirmationNeeded.into()),
    }
}

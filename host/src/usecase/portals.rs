//! `portal.list`, `portal.connect`, `portal.disconnect`, and the host's own judgement of what a portal asks.

use chrono::TimeDelta;

use super::{World, present};
use crate::domain::portal::{MAX_REQUESTS_A_MINUTE, Origin, Portal};
use crate::domain::rfc::Rfc;
use crate::protocol::Done;
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::portal::{PortalConnect, PortalList, PortalView};

/// Longest origin, in bytes (RFC 1035: a host name of 253, with scheme and port).
const MAX_ORIGIN: usize = 270;

/// All portals.
///
/// # Errors
/// The store's.
pub fn list(world: &World) -> Result<PortalList, Fault> {
    Ok(PortalList { portals: world.store.portals()?.iter().map(present::portal).collect() })
}

/// Connects a portal to companies, or replaces its companies.
///
/// # Errors
/// `invalid_origin`, `insecure_origin`, `unknown_company`, the store's.
pub fn connect(world: &World, params: &PortalConnect) -> Result<PortalView, Fault> {
    let origin = parse_origin(&params.origin)?;
    match (origin.is_unencrypted(), params.insecure == Some(true)) {
        (true, false) => return Err(Kind::InsecureOrigin.into()),
        // Who thinks that an encrypted origin needs the organisation's leave has mixed up two portals.
        (false, true) => return Err(Fault::new(Kind::InvalidParams).about("insecure")),
        (true, true) | (false, false) => {}
    }
    if params.companies.is_empty() {
        return Err(Fault::new(Kind::InvalidParams).about("companies"));
    }
    let mut companies = Vec::new();
    for text in &params.companies {
        let rfc = Rfc::parse(text)?;
        if world.store.company(&rfc)?.is_none() {
            return Err(Fault::new(Kind::UnknownCompany).about(rfc.as_str()));
        }
        if !companies.contains(&rfc) {
            companies.push(rfc);
        }
    }
    let portal = Portal { origin, companies, connected_at: world.clock.now() };
    world.store.connect_portal(&portal)?;
    Ok(present::portal(&portal))
}

/// Disconnects a portal; what it queued is not touched.
///
/// # Errors
/// `portal_not_connected`, the store's.
pub fn disconnect(world: &World, origin: &str) -> Result<Done, Fault> {
    match world.store.disconnect_portal(&parse_origin(origin)?)? {
        true => Ok(Done::DONE),
        false => Err(Kind::PortalNotConnected.into()),
    }
}

/// The connected portal with that origin.
///
/// # Errors
/// `portal_not_connected`, also for a text that is no origin: a portal learns nothing more; the store's.
pub fn connected(world: &World, origin: &str) -> Result<Portal, Fault> {
    let origin = parse_origin(origin).map_err(|_| Kind::PortalNotConnected)?;
    let portal = world.store.portals()?.into_iter().find(|portal| portal.origin == origin);
    portal.ok_or_else(|| Kind::PortalNotConnected.into())
}

/// Holds a portal to its rate, over all conversations: what the extension forgot or never counted counts here.
///
/// # Errors
/// `portal_rate_limited`, the store's.
pub fn hold_rate(world: &World, portal: &Origin) -> Result<(), Fault> {
    let recent = world.store.asked_since(portal, world.clock.now() - TimeDelta::minutes(1))?;
    match recent < MAX_REQUESTS_A_MINUTE {
        true => Ok(()),
        false => Err(Fault::new(Kind::PortalRateLimited).over(MAX_REQUESTS_A_MINUTE)),
    }
}

fn parse_origin(text: &str) -> Result<Origin, Fault> {
    if text.len() > MAX_ORIGIN {
        return Err(Kind::InvalidOrigin.into());
    }
    Ok(Origin::parse_even_unencrypted(text)?)
}

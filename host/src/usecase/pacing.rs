//! Which accounts may send now, which have to wait, until when, and why.

use chrono::{DateTime, TimeDelta, Utc};

use super::{World, clients};
use crate::domain::account::{Account, AccountId};
use crate::domain::client::DEFAULT_PER_MINUTE;
use crate::domain::delivery::DeliveryId;
use crate::domain::pace::{self, Pace, Rhythm};
use crate::protocol::failure::{Fault, Kind};

/// A wait shorter than this is the ordinary rhythm, and not worth a person's attention.
const SHOWN_FROM: TimeDelta = TimeDelta::seconds(15);

/// An account that may not send now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The account.
    pub account: AccountId,
    /// Until when.
    pub until: DateTime<Utc>,
    /// The trouble that paused it; `None` when our own rhythm or budget holds it.
    pub by: Option<String>,
}

/// An account's use of its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Messages of the last 24 hours.
    pub used: u32,
    /// Messages that 24 hours may have.
    pub budget: u32,
    /// Set while it may not send, for longer than a person would notice.
    pub closed: Option<Closed>,
}

/// The accounts that may not send now.
///
/// # Errors
/// The store's.
pub fn closed(world: &World) -> Result<Vec<Closed>, Fault> {
    let rhythm = rhythm(world)?;
    let accounts = world.store.accounts()?;
    accounts.iter().filter_map(|account| gate(world, account, rhythm).transpose()).collect()
}

/// The delivery to work on now.
///
/// # Errors
/// The store's.
pub fn next_due(world: &World) -> Result<Option<DeliveryId>, Fault> {
    let closed: Vec<AccountId> = closed(world)?.into_iter().map(|closed| closed.account).collect();
    Ok(world.store.next_due(world.clock.now(), &closed)?)
}

/// When the next delivery goes on, if one waits for a time or for its account; nothing when something is due now.
///
/// # Errors
/// The store's.
pub fn next_time(world: &World) -> Result<Option<DateTime<Utc>>, Fault> {
    let mut next = world.store.next_time()?;
    for closed in closed(world)? {
        if world.store.queued_count(&closed.account)? > 0 {
            next = Some(next.map_or(closed.until, |time| time.min(closed.until)));
        }
    }
    Ok(next)
}

/// How an account stands, for people.
///
/// # Errors
/// The store's.
pub fn usage(world: &World, account: &Account) -> Result<Usage, Fault> {
    let now = world.clock.now();
    let shown = gate(world, account, rhythm(world)?)?.filter(|closed| closed.until - now >= SHOWN_FROM);
    Ok(Usage { used: used(world, account)?, budget: pace::daily_budget(account), closed: shown })
}

/// How long that many messages of an account take from now.
///
/// # Errors
/// The store's.
pub fn time_left(world: &World, account: &Account, messages: u32) -> Result<TimeDelta, Fault> {
    let rhythm = rhythm(world)?;
    let budget = pace::daily_budget(account);
    let pause = gate(world, account, rhythm)?.map_or(TimeDelta::zero(), |closed| closed.until - world.clock.now());
    let left = budget.saturating_sub(used(world, account)?);
    Ok(pause + pace::duration(messages, rhythm, left, budget))
}

/// What to keep of an account's rhythm once a message of it leaves now.
///
/// # Errors
/// The store's.
pub fn spent(world: &World, account: &AccountId, per_minute: u32) -> Result<DateTime<Utc>, Fault> {
    Ok(Rhythm::new(per_minute).after(&world.store.pace(account)?, world.clock.now()))
}

/// When to go on after trouble that names no time: later with every trouble in a row.
///
/// # Errors
/// The store's.
pub fn after_trouble(world: &World, account: &AccountId) -> Result<DateTime<Utc>, Fault> {
    let Pace { troubles, .. } = world.store.pace(account)?;
    Ok(world.clock.now() + pace::pause(troubles, world.dice.jitter()))
}

/// Whether trouble of that kind meets every message of the account, and passes by itself.
#[must_use]
pub fn pauses_account(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Offline
            | Kind::ProxyRefused
            | Kind::ProxyUnreachable
            | Kind::TlsFailed
            | Kind::TlsUntrusted
            | Kind::TlsExpired
            | Kind::TlsWrongName
            | Kind::ProviderUnavailable
            | Kind::ProviderMalformed
            | Kind::RateLimited
            | Kind::DailyLimit
    ) || waits_for_vault(kind)
}

fn waits_for_vault(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::VaultNoBus
            | Kind::VaultNoService
            | Kind::VaultNoCollection
            | Kind::VaultLocked
            | Kind::VaultDismissed
            | Kind::VaultAmbiguous
            | Kind::VaultTimeout
            | Kind::VaultMismatch
            | Kind::VaultFailed
            | Kind::VaultClosed
            | Kind::VaultNoKernelKeyring
    )
}

/// Ends the pauses of accounts that waited for the vault: it answers again.
///
/// # Errors
/// The store's.
pub fn vault_answers(world: &World) -> Result<(), Fault> {
    for account in world.store.accounts()? {
        let by = world.store.pace(&account.id)?.paused_by;
        if by.as_deref().and_then(Kind::from_code).is_some_and(waits_for_vault) {
            world.store.unpause_account(&account.id)?;
        }
    }
    Ok(())
}

/// Whether trouble of that kind meets every message of the account, and has to be mended by a person.
#[must_use]
pub fn holds_account(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::SignInNeeded
            | Kind::AccountStranded
            | Kind::ScopeLost
            | Kind::PolicyBlocked
            | Kind::AppBlocked
            | Kind::ApiNotEnabled
            | Kind::VaultKeyFile
            | Kind::CaFileUnreadable
            | Kind::VaultExposed
            | Kind::VaultNewer
            | Kind::VaultDamaged
            | Kind::NoClient
            | Kind::PackagedClientUnusable
            | Kind::InvalidClient
            | Kind::ClientSecretMissing
    )
}

/// Whether a person's word ends such a pause: what the provider asked for is kept whatever the person says.
#[must_use]
pub fn person_may_end(by: &str) -> bool {
    Kind::from_code(by).is_some_and(|kind| !matches!(kind, Kind::RateLimited | Kind::DailyLimit))
}

fn rhythm(world: &World) -> Result<Rhythm, Fault> {
    let client = clients::public(world)?;
    Ok(Rhythm::new(client.map_or(DEFAULT_PER_MINUTE, |client| client.provider.per_minute)))
}

fn used(world: &World, account: &Account) -> Result<u32, Fault> {
    Ok(world.store.committed_since(&account.id, world.clock.now() - TimeDelta::hours(24))?)
}

fn gate(world: &World, account: &Account, rhythm: Rhythm) -> Result<Option<Closed>, Fault> {
    let now = world.clock.now();
    let pace = world.store.pace(&account.id)?;
    let closed = |until, by| Some(Closed { account: account.id.clone(), until, by });
    if let Some(until) = pace.paused_until.map(|time| pace::sensible(time, now)).filter(|time| *time > now) {
        return Ok(closed(until, pace.paused_by));
    }
    let oldest = world.store.nth_commit(&account.id, pace::daily_budget(account))?;
    if let Some(until) = oldest.and_then(|oldest| pace::budget_opens(oldest, now)) {
        return Ok(closed(until, None));
    }
    let opens = rhythm.opens(&pace, now);
    Ok(if opens > now { closed(opens, None) } else { None })
}

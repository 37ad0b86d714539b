//! `outbox drain`: the one sender. It works through what is due, and ends when nothing is due soon.
//!
//! Commit point: the upload session is written to the store before a byte of the message can have left. From then on a
//! second session is never opened for that delivery; the first one is asked what became of it.

mod attempt;
mod damaged;
mod mark;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

pub use self::mark::forget as forget_mark;

use self::mark::Mark;
use super::tokens::Tokens;
use super::{World, outbox, pacing, prints};
use crate::domain::delivery::State;
use crate::ports::store::DeliveryQuery;
use crate::protocol::failure::Fault;

/// How long a drain waits for the lock: the one that holds it may be about to end.
const LOCK_WAIT: Duration = Duration::from_secs(2);

/// Work that falls due within this time is waited for; for later work another drain is started.
const SOON: Duration = Duration::from_secs(90);

/// Longest single sleep, so that a delivery that is queued meanwhile is not kept waiting.
const NAP: Duration = Duration::from_millis(500);

/// A stored time further ahead than this was written under a wrong clock; it counts as this far ahead.
const MAX_AHEAD: TimeDelta = TimeDelta::hours(24);

/// What a drain did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drained {
    /// Another process is sending.
    Elsewhere,
    /// Nothing is due any more; holds how many deliveries were worked on.
    Done(u32),
}

/// Sends everything that is due.
///
/// # Errors
/// The store's; single deliveries that fail are in the ledger instead.
pub fn drain(world: &World) -> Result<Drained, Fault> {
    let tokens = Tokens::default();
    let mut worked = 0;
    // Without a store nothing can be sent, and its failure says why; a lock in the same folder would only not be there.
    world.store.newest_line()?;
    loop {
        let Some(lock) = world.locks.sender(LOCK_WAIT) else {
            return Ok(if worked == 0 { Drained::Elsewhere } else { Drained::Done(worked) });
        };
        // Nobody else can be sending now, so what stands in `sending` was left by a process that died.
        if let Some(machine) = world.machine.hash() {
            world.store.adopt(&machine, world.clock.now())?;
        }
        world.store.recover(world.clock.now())?;
        world.store.mend_paces(world.clock.now())?;
        sweep(world)?;
        prints::sweep(world)?;
        let work = work(world, &tokens);
        // Before the lock is given back: the next sender must find what the provider replaced.
        tokens.settle(world);
        worked += work?;
        tidy(world);
        drop(lock);
        // Something may have been queued between the last look and the release, by one who saw the lock taken.
        if pacing::next_due(world)?.is_none() {
            return Ok(Drained::Done(worked));
        }
    }
}

/// Whether something is due, or was left half-way by a dead sender, and nobody is sending.
///
/// # Errors
/// The store's.
pub fn work_waits(world: &World) -> Result<bool, Fault> {
    let left = DeliveryQuery { states: vec![State::Sending], limit: 1, ..DeliveryQuery::default() };
    let waits = pacing::next_due(world)?.is_some()
        || world.store.mistimed(world.clock.now())?
        || !world.store.deliveries(&left)?.is_empty();
    // The lock is given back at once; a sender that starts this moment waits for it longer than that.
    Ok(waits && world.locks.sender(Duration::ZERO).is_some())
}

/// Deletes built messages that nobody will send any more: left by a process that died, or by a cancelled delivery.
fn sweep(world: &World) -> Result<(), Fault> {
    for id in world.spool.all()? {
        let state = outbox::state_of(world, &id)?;
        let needed = state.is_some_and(|state| !state.is_final() && state != State::Unknown);
        if !needed {
            world.spool.remove(&id)?;
        }
    }
    Ok(())
}

/// Upkeep at the end of a drain; what fails now is done by a later one, and keeps nothing from being sent.
fn tidy(world: &World) {
    if let Err(error) = world.store.forget_old(world.clock.now()) {
        crate::logbook::warn("drain", &error);
    }
    if let Err(error) = world.store.tidy() {
        crate::logbook::warn("drain", &error);
    }
}

fn work(world: &World, tokens: &Tokens) -> Result<u32, Fault> {
    let mut mark = None;
    let mut worked = 0;
    let mut idle = Duration::ZERO;
    loop {
        if let Some(id) = pacing::next_due(world)? {
            // The vault is asked once something is due, and not before: asking may trouble the person.
            let Some(mark) = &mark else {
                mark = Some(Mark::judge(world)?);
                continue;
            };
            attempt::run(world, tokens, mark, &id)?;
            worked += 1;
            idle = Duration::ZERO;
            continue;
        }
        let now = world.clock.now();
        match pacing::next_time(world)?.map(|time| wait(now, time)) {
            Some(wait) if wait <= SOON && idle <= SOON => {
                let nap = wait.min(NAP).max(Duration::from_millis(10));
                world.clock.sleep(nap);
                idle += nap;
            }
            Some(_) | None => {
                if let Some(mark) = mark {
                    mark.at_end(world);
                }
                return Ok(worked);
            }
        }
    }
}

/// How long to wait for a stored time.
fn wait(now: DateTime<Utc>, time: DateTime<Utc>) -> Duration {
    (time - now).min(MAX_AHEAD).to_std().unwrap_or(Duration::ZERO)
}

//! `batch.*`: check a list, start what was confirmed, pause, resume, call off, look at it.

mod check;
mod rows;

use chrono::{DateTime, TimeDelta, Utc};

use super::{World, pacing, prepare, present};
use crate::domain::account::Standing;
use crate::domain::batch::{BatchId, Stage};
use crate::domain::contact::Source;
use crate::ports::batches::Batch;
use crate::protocol::batch::{BatchList, BatchListParams, BatchRef, BatchStart, BatchState, BatchView};
use crate::protocol::failure::{Fault, Kind};

pub use check::check;
pub(super) use check::list_fault;
pub use rows::{result, rows};

/// Batches in a list when the caller does not say.
const LIST: u32 = 20;

/// Most batches in a list: 100 take about 50 KiB on the wire.
const MAX_LIST: u32 = 100;

/// Most batches that `health` tells of.
const MAX_AHEAD: u32 = 20;

/// How long a batch that ended is told of.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);

/// Queues every message of a checked batch, and wakes the sender. A batch that was started before is only shown. `learn` says
/// where a person has just confirmed the list; its recipients are known from then on.
///
/// # Errors
/// `unknown_batch`, `changed_since_preview`, `nothing_to_send`, `batch_wrong_state`, those of the company's sender, the
/// store's. A failure queues nothing.
pub fn start(world: &World, params: &BatchStart, learn: Option<Source>) -> Result<BatchView, Fault> {
    let batch = find(world, &params.batch)?;
    if batch.digest != params.confirmed {
        return Err(Kind::ChangedSincePreview.into());
    }
    if batch.messages == 0 {
        return Err(Fault::new(Kind::NothingToSend).about(&batch.name));
    }
    if batch.stage == Stage::Checked {
        judge_senders(world, &batch)?;
        let mut new_id = || world.dice.delivery_id();
        if world.store.start_batch(&batch.id, &mut new_id, learn, world.clock.now())? {
            world.sender.wake();
        }
    }
    // Read again: another process may have started it, or called it off, between look and start.
    let batch = find(world, &params.batch)?;
    match batch.stage {
        Stage::Running | Stage::Paused => view(world, &batch),
        Stage::Checked | Stage::Cancelled => Err(wrong_state(&batch)),
    }
}

/// The person confirmed messages from these accounts: they must still be the ones that send.
fn judge_senders(world: &World, batch: &Batch) -> Result<(), Fault> {
    for (rfc, account) in world.store.batch_senders(&batch.id)? {
        let company = world.store.company(&rfc)?.ok_or_else(|| Fault::new(Kind::UnknownCompany).about(rfc.as_str()))?;
        if prepare::sender_of(world, &company)?.id != account {
            return Err(Fault::new(Kind::ChangedSincePreview).about(rfc.as_str()));
        }
    }
    Ok(())
}

/// Holds back what has not begun.
///
/// # Errors
/// `unknown_batch`, `batch_wrong_state`, the store's.
pub fn pause(world: &World, params: &BatchRef) -> Result<BatchView, Fault> {
    move_on(world, params, Stage::Running, Stage::Paused)
}

/// Lets a paused batch go on, and wakes the sender.
///
/// # Errors
/// `unknown_batch`, `batch_wrong_state`, the store's.
pub fn resume(world: &World, params: &BatchRef) -> Result<BatchView, Fault> {
    let view = move_on(world, params, Stage::Paused, Stage::Running)?;
    world.sender.wake();
    Ok(view)
}

/// Moves a batch that has not ended; one that is there already is only shown.
fn move_on(world: &World, params: &BatchRef, from: Stage, to: Stage) -> Result<BatchView, Fault> {
    let batch = find(world, &params.batch)?;
    if batch.has_ended() || !world.store.move_batch(&batch.id, from, to, world.clock.now())? && batch.stage != to {
        return Err(wrong_state(&batch));
    }
    view(world, &find(world, &params.batch)?)
}

/// Calls off what cannot have left yet; what passed its commit point goes on.
///
/// # Errors
/// `unknown_batch`, `batch_wrong_state`, the store's.
pub fn cancel(world: &World, params: &BatchRef) -> Result<BatchView, Fault> {
    let id = BatchId::from_text(&params.batch);
    let cancelled = world.store.cancel_batch(&id, world.clock.now())?;
    let batch = find(world, &params.batch)?;
    if cancelled.is_none() && batch.stage != Stage::Cancelled {
        return Err(wrong_state(&batch));
    }
    for delivery in cancelled.iter().flatten() {
        // The built message of a cancelled delivery is of no use to anybody; the next sender sweeps what stays.
        if let Err(error) = world.spool.remove(delivery) {
            crate::logbook::warn("batch.cancel", &error);
        }
    }
    view(world, &batch)
}

/// Batches, newest first.
///
/// # Errors
/// The store's.
pub fn list(world: &World, params: &BatchListParams) -> Result<BatchList, Fault> {
    let found = world.store.batches(params.limit.unwrap_or(LIST).clamp(1, MAX_LIST))?;
    Ok(BatchList { batches: views(world, &found)? })
}

/// One batch.
///
/// # Errors
/// `unknown_batch`, the store's.
pub fn get(world: &World, params: &BatchRef) -> Result<BatchView, Fault> {
    view(world, &find(world, &params.batch)?)
}

/// Started batches that have not ended or ended lately, newest first.
///
/// # Errors
/// The store's.
pub fn ahead(world: &World) -> Result<Vec<BatchView>, Fault> {
    views(world, &world.store.batches_ahead(world.clock.now() - REMEMBERED, MAX_AHEAD)?)
}

/// How long a batch still takes, as far as pace and daily budget tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimeLeft {
    /// Seconds until its last waiting message has left; `None` when nothing waits or nobody can tell.
    pub seconds: Option<u32>,
    /// When its account goes on by itself, while it may not send now.
    pub continues_at: Option<DateTime<Utc>>,
}

/// Estimates how long the batch still takes.
///
/// # Errors
/// The store's.
pub fn time_left(world: &World, batch: &Batch) -> Result<TimeLeft, Fault> {
    let mut left = TimeLeft::default();
    if batch.stage == Stage::Cancelled || batch.has_ended() {
        return Ok(left);
    }
    let accounts = world.store.accounts()?;
    for (id, messages) in world.store.batch_waiting(&batch.id)? {
        // An account that is gone or signed out waits for a person: nobody can tell how long.
        let Some(account) = accounts.iter().find(|account| account.id == id && account.standing == Standing::Ready)
        else {
            return Ok(TimeLeft::default());
        };
        let took = pacing::time_left(world, account, messages)?.num_seconds();
        let seconds = u32::try_from(took).unwrap_or(u32::MAX);
        left.seconds = Some(left.seconds.map_or(seconds, |longest| longest.max(seconds)));
        let until = pacing::usage(world, account)?.closed.map(|closed| closed.until);
        left.continues_at = left.continues_at.into_iter().chain(until).min();
    }
    Ok(left)
}

fn find(world: &World, id: &str) -> Result<Batch, Fault> {
    world.store.batch(&BatchId::from_text(id))?.ok_or_else(|| Fault::new(Kind::UnknownBatch).about(id))
}

fn wrong_state(batch: &Batch) -> Fault {
    Fault::new(Kind::BatchWrongState).about(&batch.name)
}

fn views(world: &World, batches: &[Batch]) -> Result<Vec<BatchView>, Fault> {
    batches.iter().map(|batch| view(world, batch)).collect()
}

fn view(world: &World, batch: &Batch) -> Result<BatchView, Fault> {
    let left = time_left(world, batch)?;
    Ok(BatchView {
        batch: batch.id.to_string(),
        name: batch.name.clone(),
        state: match batch.stage {
            Stage::Checked => BatchState::Checked,
            Stage::Cancelled => BatchState::Cancelled,
            Stage::Running | Stage::Paused if batch.has_ended() => BatchState::Done,
            Stage::Running => BatchState::Running,
            Stage::Paused => BatchState::Paused,
        },
        digest: batch.digest.clone(),
        rows: batch.rows,
        refused: batch.refused,
        warned: batch.warned,
        messages: batch.messages,
        under_way: batch.under_way,
        sent: batch.sent,
        need_person: batch.need_person,
        failed: batch.failed,
        seconds_left: left.seconds,
        continues_at: left.continues_at.map(present::time),
        created_at: present::time(batch.created_at),
        new_recipients: batch.new_recipients,
    })
}

//! A delivery whose row is damaged: held, so that the others go on. Nothing of it is sent.

use crate::domain::delivery::State;
use crate::ports::store::{Change, StoreError};
use crate::ports::upkeep::Damaged;
use crate::protocol::failure::{Fault, Kind};
use crate::usecase::World;

/// Holds what waits for a person; what may have left is `unknown`.
///
/// # Errors
/// The store's; `store_corrupt` when the row cannot be moved out of the way.
pub(super) fn hold(world: &World, damaged: &Damaged) -> Result<(), Fault> {
    let kind = Kind::DeliveryUnreadable.code();
    let change = |from, to| Change::new(from, to, kind.clone(), world.clock.now());
    let steps = match damaged.state {
        Some(State::Committed) => {
            vec![change(State::Committed, State::Unknown).because(Kind::OutcomeUnknown.code())]
        }
        Some(State::Deferred) => {
            vec![change(State::Deferred, State::Queued), change(State::Queued, State::Deferred).because(kind.clone())]
        }
        Some(from @ (State::Queued | State::Sending)) => vec![change(from, State::Deferred).because(kind.clone())],
        Some(State::Unknown | State::Sent | State::Failed | State::Cancelled | State::Superseded) | None => vec![],
    };
    let mut moved = !steps.is_empty();
    for step in steps {
        moved = world.store.change(&damaged.id, &step)?;
    }
    // Due, and yet not in its state: an index is damaged too. To look for the next one would find this one for ever.
    if !moved && still(world, damaged)? {
        return Err(StoreError::Corrupt.into());
    }
    Ok(())
}

/// Whether it stands as it stood: nobody else moved it meanwhile.
fn still(world: &World, damaged: &Damaged) -> Result<bool, Fault> {
    match world.store.delivery(&damaged.id) {
        Err(StoreError::Unreadable(now)) => Ok(now.state == damaged.state),
        Ok(_) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

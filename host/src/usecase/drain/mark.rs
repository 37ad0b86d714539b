//! The mark in the vault that tells an outbox which was put back to an earlier day.
//!
//! The vault holds the number of the newest ledger line, under the outbox's own name. An outbox whose newest line is older
//! than its mark was restored: what it holds may have left since, so nothing of it goes on by itself. The mark is set at the
//! first commit point of a drain and at its end; a copy that was taken in between, of a drain that then died, is not told
//! from the original. Neither is a folder that is put back whole with a file vault in it: the mark goes back with it.

use std::cell::Cell;

use secrecy::{ExposeSecret as _, SecretString};

use crate::logbook;
use crate::protocol::failure::Fault;
use crate::usecase::World;

/// The mark of one drain.
pub(super) struct Mark {
    /// Name of the item in the vault.
    item: String,
    set: Cell<bool>,
}

impl Mark {
    /// Holds what waits when the outbox is older than its mark. A vault that fails says nothing about the outbox.
    ///
    /// # Errors
    /// The store's.
    pub(super) fn judge(world: &World) -> Result<Self, Fault> {
        let mut name = world.store.installation(&world.dice.token())?;
        let kept = match world.vault.get(&item(&name)) {
            Ok(kept) => kept.and_then(|kept| kept.expose_secret().parse::<i64>().ok()),
            Err(error) => {
                logbook::warn("drain", &error);
                None
            }
        };
        if kept > Some(world.store.newest_line()?) {
            // The old mark stays: the same backup may be put back once more.
            name = world.dice.token();
            world.store.hold_restored(&name, world.clock.now())?;
        }
        Ok(Self { item: item(&name), set: Cell::new(false) })
    }

    /// A message is about to leave: from now on an older outbox is a restored one.
    pub(super) fn at_commit(&self, world: &World) {
        if !self.set.replace(true) {
            self.write(world);
        }
    }

    /// The drain ends. Without a commit point nothing left, and the mark may stay.
    pub(super) fn at_end(&self, world: &World) {
        if self.set.get() {
            self.write(world);
        }
    }

    /// A mark that cannot be set keeps nothing from being sent.
    fn write(&self, world: &World) {
        let line = match world.store.newest_line() {
            Ok(line) => SecretString::from(line.to_string()),
            Err(error) => return logbook::warn("drain", &error),
        };
        if let Err(error) = world.vault.put(&self.item, &line) {
            logbook::warn("drain", &error);
        }
    }
}

/// Forgets the mark of this outbox, which is about to go.
///
/// # Errors
/// The store's and the vault's.
pub fn forget(world: &World) -> Result<(), Fault> {
    let name = world.store.installation(&world.dice.token())?;
    Ok(world.vault.delete(&item(&name))?)
}

fn item(name: &str) -> String {
    format!("outbox/{name}")
}

//! `uninstall --erase`: forgets every secret of this installation, so that its files can go.
//!
//! Secrets first, files after: a name in the keyring is known from the store alone, and a secret whose store is gone could be
//! found by nobody.

use std::time::Duration;

use super::{World, accounts, clients, drain, grants};
use crate::protocol::failure::{Fault, Kind};

/// How long a message that is under way is waited for.
const WAIT: Duration = Duration::from_secs(10);

/// What was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgotten {
    /// Accounts whose tokens were in the vault.
    pub accounts: usize,
}

/// Messages that have not left or wait for a person: they are lost with the outbox.
///
/// # Errors
/// The store's.
pub fn at_stake(world: &World) -> Result<u32, Fault> {
    let counts = world.store.counts(world.clock.now())?;
    Ok(counts.under_way + counts.need_person)
}

/// Forgets the tokens, the client's secret and the outbox's mark. Nothing is revoked at Google: a grant may serve other
/// computers.
///
/// # Errors
/// `busy` while another process sends; the vault's and the store's, and then it can be done again.
pub fn forget_secrets(world: &World) -> Result<Forgotten, Fault> {
    let _sender = world.locks.sender(WAIT).ok_or(Kind::Busy)?;
    let saved = world.store.accounts()?;
    for account in &saved {
        accounts::forget(world, account.id.as_str())?;
    }
    if let Some(client) = clients::public(world)? {
        grants::forget_client_secret(world, &client.client_id)?;
    }
    drain::forget_mark(world)?;
    Ok(Forgotten { accounts: saved.len() })
}

//! `health`: vault, client, accounts and outbox in short.

use chrono::TimeDelta;

use super::{World, accounts, batches, clients, drain, grants, library, pacing, present};
use crate::domain::client::Client;
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::health::{Ahead, Health, OutboxCounts};

/// Looks at everything; a vault or a store that fails is part of the answer. When work waits that nobody does, the sender is
/// woken: the one that had it may have died with the machine.
///
/// # Errors
/// What is neither the vault's nor the store's.
pub fn health(world: &World) -> Result<Health, Fault> {
    match look(world) {
        Err(fault) if is_of_store(fault.kind()) => Ok(Health {
            vault: world.vault.kind().to_owned(),
            vault_failure: vault_failure(world, None),
            store_failure: Some(fault.kind()),
            client: None,
            client_failure: None,
            accounts: Vec::new(),
            outbox: OutboxCounts::default(),
            ahead: Ahead { next_at: None, batches: Vec::new() },
            watched: None,
        }),
        other => other,
    }
}

/// The same with which folders can be watched, found out by watching them for a moment: a terminal has no conversation whose
/// watching it could show.
///
/// # Errors
/// As of [`health`].
pub fn examine(world: &World) -> Result<Health, Fault> {
    let mut found = health(world)?;
    if found.store_failure.is_none() {
        let folders = library::folders_to_watch(world)?;
        found.watched = Some(library::watched(&folders, world.folder_watch.watch(&folders).unwatched()));
    }
    Ok(found)
}

fn is_of_store(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::StoreBusy
            | Kind::StoreFull
            | Kind::StoreCorrupt
            | Kind::StoreNewer
            | Kind::StoreReadOnly
            | Kind::StoreFailed
            | Kind::StoreGone
    )
}

fn look(world: &World) -> Result<Health, Fault> {
    let client = clients::known(world)?;
    let counts = world.store.counts(world.clock.now() - TimeDelta::days(1))?;
    let vault_failure = vault_failure(world, client.client.as_ref().map(|(client, _)| client));
    if vault_failure.is_none() {
        pacing::vault_answers(world)?;
    }
    let next_at = match pacing::next_due(world)? {
        Some(_) => Some(world.clock.now()),
        None => pacing::next_time(world)?,
    };
    if drain::work_waits(world)? {
        world.sender.wake();
    }
    Ok(Health {
        vault: world.vault.kind().to_owned(),
        vault_failure,
        store_failure: None,
        client: client.view(),
        client_failure: client.failure,
        accounts: accounts::list(world)?.accounts,
        outbox: OutboxCounts { under_way: counts.under_way, need_person: counts.need_person, sent_today: counts.sent },
        ahead: Ahead { next_at: next_at.map(present::time), batches: batches::ahead(world)? },
        watched: None,
    })
}

/// What keeps the vault from being used. Only an item that is there shows whether the keyring is locked.
fn vault_failure(world: &World, client: Option<&Client>) -> Option<Kind> {
    if let Err(error) = world.vault.check() {
        return Some(error.into());
    }
    let secret = client.map(|client| grants::client_secret(world, &client.client_id));
    secret.and_then(Result::err).map(|fault| fault.kind())
}

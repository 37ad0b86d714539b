//! Access tokens: made from the vault's refresh token, kept in memory only, refreshed once for all processes.
//!
//! One process sends at a time (`usecase::drain`), and whoever refreshes holds the account's lock: so however many processes
//! and threads want a token, the provider is asked once. A refresh token that the provider replaced is kept before the old
//! one can be lost; where the vault takes nothing at that moment, it stays in this process's memory, goes on to be used from
//! there, and is written again with patience before the sender's lock is given back. The old one is never used twice, which
//! a provider that rotates would take for theft and answer by ending the whole family (RFC 9700 section 4.14.2).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::{World, accounts, grants};
use crate::domain::account::{AccountId, Binding, Grant};
use crate::domain::client::Client;
use crate::domain::tenure::{EndCause, Ending};
use crate::logbook;
use crate::ports::provider::{ProviderError, TokenAnswer, grant_codes};
use crate::protocol::failure::{Fault, Kind};

/// A token is renewed this long before it ends: an upload that has begun must not outlive it.
const MARGIN: Duration = Duration::from_secs(300);

/// How long the end of a drain waits for a vault that does not take a replaced refresh token: a locked keyring is unlocked,
/// or a full disk cleared, within minutes or not at all.
const KEEP_FOR: Duration = Duration::from_secs(120);

/// Pause between two attempts to write it.
const KEEP_AGAIN: Duration = Duration::from_secs(2);

/// Access tokens of this process.
#[derive(Debug, Default)]
pub struct Tokens {
    held: Mutex<HashMap<AccountId, Held>>,
    unkept: Mutex<HashMap<AccountId, Unkept>>,
}

#[derive(Debug)]
struct Held {
    token: SecretString,
    /// When it ends, by the monotonic clock.
    ends: Duration,
}

/// A grant whose replaced refresh token the vault did not take yet.
#[derive(Debug, Clone)]
struct Unkept {
    grant: Grant,
    /// The token that the provider replaced: only while the vault still holds it may the new one be written.
    replaced: SecretString,
}

impl Tokens {
    /// An access token of that account.
    ///
    /// # Errors
    /// `sign_in_needed` or the reason why the grant ended, `account_stranded`, the provider's and the vault's. Only
    /// `invalid_grant` for the very token that lies in the vault makes an account need a sign-in.
    pub fn get(&self, world: &World, client: &Client, account: &AccountId) -> Result<SecretString, Fault> {
        if let Some(token) = self.held(world, account) {
            return Ok(token);
        }
        // Held during the refresh and never during a send; another process may just have changed the vault.
        let _lock = world.locks.account(account);
        // Another thread may have refreshed while this one waited for the lock.
        if let Some(token) = self.held(world, account) {
            return Ok(token);
        }
        self.refresh(world, client, account, true)
    }

    fn refresh(&self, world: &World, client: &Client, account: &AccountId, again: bool) -> Result<SecretString, Fault> {
        let Some(grant) = self.grant(world, account)? else {
            let ending = Ending { cause: EndCause::Unusable, detail: None, at: world.clock.now() };
            world.store.strand_account(account, &ending)?;
            return Err(Kind::SignInNeeded.into());
        };
        if grant.binding != Binding::of(client) {
            return Err(Kind::AccountStranded.into());
        }
        match world.provider.refresh(client, &grant.refresh_token) {
            Ok(answer) => Ok(self.keep(world, account, grant, answer)),
            Err(ProviderError::InvalidGrant { reauthentication }) => {
                self.unkept().remove(account);
                let now = grants::find(world, account)?;
                let replaced = now.is_some_and(|now| !same(&now.refresh_token, &grant.refresh_token));
                // Somebody signed in meanwhile, without our lock: the refused token is not the one that lies there now.
                if replaced && again {
                    return self.refresh(world, client, account, false);
                }
                Err(if replaced { Kind::ProviderUnavailable.into() } else { dead(world, account, reauthentication)? })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The grant to use: one that the vault did not take yet comes first, unless another one lies there by now.
    fn grant(&self, world: &World, account: &AccountId) -> Result<Option<Grant>, Fault> {
        let unkept = self.unkept().get(account).cloned();
        match unkept {
            None => grants::find(world, account),
            // What it is worth does not depend on the vault, which may still be shut.
            Some(unkept) => Ok(match self.write(world, account, &unkept) {
                Ok(Written::Superseded(newer)) => newer,
                Ok(Written::Kept) | Err(_) => Some(unkept.grant),
            }),
        }
    }

    /// Forgets a token that the provider refused, so that the next `get` refreshes; says whether it was the held one.
    pub fn refused(&self, account: &AccountId, token: &SecretString) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let is_held = held.get(account).is_some_and(|held| same(&held.token, token));
        if is_held {
            held.remove(account);
        }
        is_held
    }

    /// Writes what the vault did not take, with patience; what it never takes is lost with this process, and the log says so.
    pub fn settle(&self, world: &World) {
        let began = world.clock.monotonic();
        loop {
            let unkept: Vec<_> = self.unkept().iter().map(|(id, unkept)| (id.clone(), unkept.clone())).collect();
            if unkept.is_empty() {
                return;
            }
            for (account, unkept) in unkept {
                let _lock = world.locks.account(&account);
                if let Err(fault) = self.write(world, &account, &unkept) {
                    logbook::warn("refresh", &fault);
                }
            }
            if world.clock.monotonic().saturating_sub(began) >= KEEP_FOR {
                return;
            }
            world.clock.sleep(KEEP_AGAIN);
        }
    }

    fn held(&self, world: &World, account: &AccountId) -> Option<SecretString> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let found = held.get(account)?;
        (found.ends > world.clock.monotonic() + MARGIN).then(|| found.token.clone())
    }

    /// Keeps what a refresh gave. The access token is good whatever becomes of the rest.
    fn keep(&self, world: &World, account: &AccountId, grant: Grant, answer: TokenAnswer) -> SecretString {
        // What the vault holds, where an earlier replacement is not written yet either.
        let in_vault = self.unkept().get(account).map(|unkept| unkept.replaced.clone());
        let replaced = in_vault.unwrap_or_else(|| grant.refresh_token.clone());
        if let Some(rotated) = answer.refresh_token
            && !same(&rotated, &grant.refresh_token)
        {
            let unkept = Unkept { grant: Grant { refresh_token: rotated, ..grant }, replaced };
            self.unkept().insert(account.clone(), unkept.clone());
            if let Err(fault) = self.write(world, account, &unkept) {
                logbook::warn("refresh", &fault);
            }
        }
        let now = world.clock.now();
        if let Err(error) = world.store.used_account(account, now, ends(now, answer.refresh_token_expires_in)) {
            logbook::warn("refresh", &error);
        }
        // A token shorter than twice the margin is used for half of its life instead.
        let life = answer.expires_in.saturating_sub(MARGIN).max(answer.expires_in / 2);
        let held = Held { token: answer.access_token.clone(), ends: world.clock.monotonic() + life + MARGIN };
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(account.clone(), held);
        answer.access_token
    }

    /// Writes a replaced token where the vault still holds the one that it replaces.
    fn write(&self, world: &World, account: &AccountId, unkept: &Unkept) -> Result<Written, Fault> {
        let there = grants::find(world, account)?;
        let ours = there.as_ref().is_some_and(|there| same(&there.refresh_token, &unkept.replaced));
        let written = if ours {
            grants::keep(world, account, &unkept.grant)?;
            Written::Kept
        } else {
            // Signed in anew, forgotten, or written already: whatever lies there is right.
            Written::Superseded(there)
        };
        self.unkept().remove(account);
        Ok(written)
    }

    fn unkept(&self) -> MutexGuard<'_, HashMap<AccountId, Unkept>> {
        self.unkept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What became of a replaced token.
enum Written {
    /// It lies in the vault.
    Kept,
    /// The vault holds another grant, or none.
    Superseded(Option<Grant>),
}

fn same(one: &SecretString, other: &SecretString) -> bool {
    one.expose_secret() == other.expose_secret()
}

/// When a grant ends that lasts so long from now; a life beyond the calendar is none.
pub(super) fn ends(
    now: chrono::DateTime<chrono::Utc>,
    life: Option<Duration>,
) -> Option<chrono::DateTime<chrono::Utc>> {
    life.and_then(|life| chrono::TimeDelta::from_std(life).ok()).and_then(|life| now.checked_add_signed(life))
}

/// The provider refused the refresh token for good: it is deleted, under the account's lock, and the account waits.
fn dead(world: &World, account: &AccountId, reauthentication: bool) -> Result<Fault, Fault> {
    let now = world.clock.now();
    let known = world.store.accounts()?.into_iter().find(|known| known.id == *account);
    let cause = match known {
        Some(known) => known.tenure().why_refused(reauthentication, now),
        None => EndCause::Refused,
    };
    grants::forget(world, account)?;
    let codes = grant_codes(reauthentication);
    logbook::note("refresh", &format_args!("{codes}: {}", cause.name()));
    world.store.strand_account(account, &Ending { cause, detail: Some(codes.to_owned()), at: now })?;
    Ok(accounts::ended_by(cause).into())
}

//! Access tokens: made from the vault's refresh token, kept in memory only, refreshed once for all processes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::{World, grants};
use crate::domain::account::{AccountId, Binding, Grant};
use crate::domain::client::Client;
use crate::ports::provider::{ProviderError, TokenAnswer};
use crate::protocol::failure::{Fault, Kind};

/// A token is renewed this long before it ends: an upload that has begun must not outlive it.
const MARGIN: Duration = Duration::from_secs(300);

/// Access tokens of this process.
#[derive(Debug, Default)]
pub struct Tokens {
    held: Mutex<HashMap<AccountId, Held>>,
}

#[derive(Debug)]
struct Held {
    token: SecretString,
    /// When it ends, by the monotonic clock.
    ends: Duration,
}

impl Tokens {
    /// An access token of that account.
    ///
    /// # Errors
    /// `sign_in_needed`, `account_stranded`, the provider's and the vault's. Only `invalid_grant` for the very token
    /// that lies in the vault makes an account need a sign-in.
    pub fn get(&self, world: &World, client: &Client, account: &AccountId) -> Result<SecretString, Fault> {
        if let Some(token) = self.held(world, account) {
            return Ok(token);
        }
        // Held during the refresh and never during a send; another process may just have changed the vault.
        let _lock = world.locks.account(account);
        let Some(grant) = grants::find(world, account)? else {
            world.store.strand_account(account)?;
            return Err(Kind::SignInNeeded.into());
        };
        if grant.binding != Binding::of(client) {
            return Err(Kind::AccountStranded.into());
        }
        match world.provider.refresh(client, &grant.refresh_token) {
            Ok(answer) => self.keep(world, account, grant, answer),
            Err(ProviderError::InvalidGrant) => Err(dead(world, account)?),
            Err(error) => Err(error.into()),
        }
    }

    /// Forgets a token that the provider refused, so that the next `get` refreshes; says whether it was the held one.
    pub fn refused(&self, account: &AccountId, token: &SecretString) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let same = held.get(account).is_some_and(|held| held.token.expose_secret() == token.expose_secret());
        if same {
            held.remove(account);
        }
        same
    }

    fn held(&self, world: &World, account: &AccountId) -> Option<SecretString> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let found = held.get(account)?;
        (found.ends > world.clock.monotonic() + MARGIN).then(|| found.token.clone())
    }

    fn keep(
        &self,
        world: &World,
        account: &AccountId,
        grant: Grant,
        answer: TokenAnswer,
    ) -> Result<SecretString, Fault> {
        // A rotated token is kept before the old one can be lost; without one the old one stays.
        if let Some(rotated) = answer.refresh_token
            && rotated.expose_secret() != grant.refresh_token.expose_secret()
        {
            grants::keep(world, account, &Grant { refresh_token: rotated, ..grant })?;
        }
        // A token shorter than twice the margin is used for half of its life instead.
        let life = answer.expires_in.saturating_sub(MARGIN).max(answer.expires_in / 2);
        let held = Held { token: answer.access_token.clone(), ends: world.clock.monotonic() + life + MARGIN };
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(account.clone(), held);
        Ok(answer.access_token)
    }
}

/// The provider refused the refresh token for good: it is deleted, under the account's lock, and the account waits.
fn dead(world: &World, account: &AccountId) -> Result<Fault, Fault> {
    grants::forget(world, account)?;
    world.store.strand_account(account)?;
    Ok(Kind::SignInNeeded.into())
}

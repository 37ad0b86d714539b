//! Accounts in the form in which people see them: whether they can send, how long, and why not.

use chrono::{DateTime, Utc};

use super::present::time;
use super::{World, accounts, clients, pacing};
use crate::domain::account::{Account, AccountId, Standing};
use crate::domain::client::Client;
use crate::domain::company::Company;
use crate::domain::pace;
use crate::protocol::account::{AccountState, AccountView};
use crate::protocol::failure::{Fault, Kind};

/// An account that is not saved yet.
#[must_use]
pub fn unsaved(account: &Account) -> AccountView {
    AccountView { state: AccountState::Unsaved, ..bare(account, account.granted_at, None) }
}

/// A saved account with the companies and deliveries that it concerns.
///
/// # Errors
/// The store's.
pub fn saved(world: &World, account: &Account, companies: &[Company]) -> Result<AccountView, Fault> {
    let usage = pacing::usage(world, account)?;
    let closed = usage.closed.as_ref();
    let reconnect = reconnect(account, clients::public(world)?.as_ref());
    Ok(AccountView {
        companies: companies
            .iter()
            .filter(|company| company.account.as_ref() == Some(&account.id))
            .map(|company| company.rfc.to_string())
            .collect(),
        deliveries: world.store.live_count(&account.id)?,
        used_today: usage.used,
        daily_budget: usage.budget,
        continues_at: closed.map(|closed| time(closed.until)),
        paused_by: closed.and_then(|closed| closed.by.clone()),
        ..bare(account, world.clock.now(), reconnect)
    })
}

/// Why an account needs a sign-in, if it does.
fn reconnect(account: &Account, client: Option<&Client>) -> Option<Kind> {
    if account.standing == Standing::SignInNeeded {
        return Some(account.ending.as_ref().map_or(Kind::SignInNeeded, |ending| accounts::ended_by(ending.cause)));
    }
    // The identifier is derived from issuer and client: under another one it would be another.
    let made_by = |client: &Client| AccountId::derive(&client.provider.issuer, &client.client_id, &account.subject);
    client.is_some_and(|client| made_by(client) != account.id).then_some(Kind::AccountStranded)
}

fn bare(account: &Account, now: DateTime<Utc>, reconnect: Option<Kind>) -> AccountView {
    let tenure = account.tenure();
    let foreseen = tenure.foreseen();
    let ready = reconnect.is_none();
    AccountView {
        id: account.id.as_str().to_owned(),
        address: account.address.to_string(),
        state: if ready { AccountState::Ready } else { AccountState::SignInNeeded },
        granted_at: time(account.granted_at),
        companies: Vec::new(),
        deliveries: 0,
        used_today: 0,
        daily_budget: pace::daily_budget(account),
        continues_at: None,
        paused_by: None,
        last_used_at: account.last_used_at.map(time),
        ends_at: ready.then(|| time(foreseen.at)),
        ends_by: ready.then(|| accounts::ended_by(foreseen.cause)),
        reminder: tenure.reminder(now).filter(|_| ready),
        reconnect,
        reconnect_detail: account.ending.as_ref().and_then(|ending| ending.detail.clone()),
        ended_at: account.ending.as_ref().map(|ending| time(ending.at)),
    }
}

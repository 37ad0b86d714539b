//! `account.list`, `account.budget`, and `account.forget` and `account.revoke`: two acts, told apart.

use super::flows::{Caller, Flow, Stage};
use super::{World, account_views, clients, grants};
use crate::domain::account::{AccountId, Binding};
use crate::domain::pace::MAX_BUDGET;
use crate::domain::tenure::EndCause;
use crate::ports::provider::ProviderError;
use crate::protocol::account::{AccountBudget, AccountGone, AccountList, AccountView};
use crate::protocol::failure::{Fault, Kind};

/// All accounts with the companies and deliveries that they concern.
///
/// # Errors
/// The store's.
pub fn list(world: &World) -> Result<AccountList, Fault> {
    let companies = world.store.companies()?;
    let accounts = world.store.accounts()?;
    let views =
        accounts.iter().map(|account| account_views::saved(world, account, &companies)).collect::<Result<_, _>>()?;
    Ok(AccountList { accounts: views })
}

/// Keeps the account of a finished sign-in without a company, as the terminal does: its token goes to the vault and is read
/// back first.
///
/// # Errors
/// `flow_lost`, the vault's and the store's; after a failure the sign-in can be kept again.
pub fn keep(world: &World, caller: &Caller, flow: &str) -> Result<AccountView, Fault> {
    caller.look(flow, |flow| matches!(flow.stage, Stage::Unsaved(_))).filter(|is| *is).ok_or(Kind::FlowLost)?;
    let Flow { id, company, stage } = caller.take(flow).ok_or(Kind::FlowLost)?;
    let Stage::Unsaved(unsaved) = stage else { return Err(Kind::FlowLost.into()) };
    let account = unsaved.account.id.clone();
    let kept = grants::keep(world, &account, &unsaved.grant)
        .and_then(|()| Ok(world.store.save_account(&unsaved.account, world.clock.now())?));
    if let Err(fault) = kept {
        caller.put_back(Flow { id, company, stage: Stage::Unsaved(unsaved) });
        return Err(fault);
    }
    world.sender.wake();
    find(world, account.as_str())
}

/// The kind that names why a grant ended.
#[must_use]
pub fn ended_by(cause: EndCause) -> Kind {
    match cause {
        EndCause::Refused => Kind::GrantRefused,
        EndCause::Reauthentication => Kind::ReauthRequired,
        EndCause::Testing => Kind::TestingExpired,
        EndCause::Idle => Kind::IdleExpired,
        EndCause::TimeLimit => Kind::AccessEnded,
        EndCause::ScopeLost => Kind::ScopeLost,
        EndCause::Unusable => Kind::SignInNeeded,
    }
}

/// What a delivery waits for after a failure of that kind: however a grant ended, for a sign-in.
#[must_use]
pub fn waits_for(kind: Kind) -> Kind {
    let ended = matches!(
        kind,
        Kind::GrantRefused | Kind::ReauthRequired | Kind::TestingExpired | Kind::IdleExpired | Kind::AccessEnded
    );
    if ended { Kind::SignInNeeded } else { kind }
}

/// Corrects the daily budget of an account.
///
/// # Errors
/// `unknown_account`, `invalid_params`, the store's.
pub fn budget(world: &World, params: &AccountBudget) -> Result<AccountView, Fault> {
    if params.daily_budget.is_some_and(|budget| !(1..=MAX_BUDGET).contains(&budget)) {
        return Err(Fault::new(Kind::InvalidParams).about("daily_budget").over(MAX_BUDGET));
    }
    if !world.store.set_budget(&AccountId::from_text(&params.account), params.daily_budget)? {
        return Err(Kind::UnknownAccount.into());
    }
    // What waited for the old budget may be due now.
    world.sender.wake();
    find(world, &params.account)
}

/// *Quitar de este equipo*: forgets the account here. Nothing is revoked; other computers go on.
///
/// # Errors
/// `unknown_account`, the vault's and the store's.
pub fn forget(world: &World, id: &str) -> Result<AccountGone, Fault> {
    let account = find(world, id)?;
    // A refresh that is under way would put its token back.
    let _lock = world.locks.account(&AccountId::from_text(id));
    remove(world, account, false)
}

/// *Revocar en Google*: ends the whole grant of this person and client, everywhere, and forgets the account here.
///
/// # Errors
/// `unknown_account`, `account_stranded` when the grant was made under another client (its token may go nowhere now),
/// the provider's, the vault's and the store's; after a failure the account is as it was.
pub fn revoke(world: &World, id: &str) -> Result<AccountGone, Fault> {
    let account = find(world, id)?;
    let account_id = AccountId::from_text(id);
    let _lock = world.locks.account(&account_id);
    let Some(grant) = grants::find(world, &account_id)? else {
        return Err(Fault::new(Kind::SignInNeeded).about(account.address));
    };
    let client = clients::load(world)?;
    if grant.binding != Binding::of(&client) {
        return Err(Fault::new(Kind::AccountStranded).about(account.address));
    }
    match world.provider.revoke(&client, &grant.refresh_token) {
        // A grant that is gone already is what was asked for.
        Ok(()) | Err(ProviderError::InvalidGrant { .. }) => remove(world, account, true),
        Err(error) => Err(error.into()),
    }
}

fn find(world: &World, id: &str) -> Result<AccountView, Fault> {
    list(world)?.accounts.into_iter().find(|account| account.id == id).ok_or_else(|| Kind::UnknownAccount.into())
}

fn remove(world: &World, account: AccountView, revoked: bool) -> Result<AccountGone, Fault> {
    let id = AccountId::from_text(&account.id);
    // The token first: an account that is still listed can be removed again, a token without account could not.
    grants::forget(world, &id)?;
    world.store.remove_account(&id, world.clock.now())?;
    Ok(AccountGone { address: account.address, companies: account.companies, deliveries: account.deliveries, revoked })
}

//! `sign_in.begin`, `sign_in.complete`, `sign_in.cancel`.

use secrecy::{ExposeSecret as _, SecretString};

use super::flows::{Asked, Caller, Flow, Partial, Stage, Unsaved};
use super::{World, account_views, clients, loopback, tokens};
use crate::domain::account::{Account, AccountId, Binding, Grant, Standing};
use crate::domain::client::Client;
use crate::domain::rfc::Rfc;
use crate::domain::sign_in::{
    CLOCK_SKEW, Expected, FLOW_LIFETIME, IDENTITY_SCOPES, IdTokenExpected, Identity, SignInError, judge_id_token,
    judge_redirect, scope_set,
};
use crate::ports::provider::{Ask, TokenAnswer};
use crate::protocol::Done;
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::sign_in::{SignInBegin, SignInBegun, SignInCancel, SignInComplete, SignedIn};

/// Prepares a flow and says where to send the person.
///
/// # Errors
/// `oauth_disabled`, `no_client`, `unknown_company`, the vault's (so that nobody consents in vain), and the provider's
/// when its page would not appear.
pub fn begin(world: &World, caller: &Caller, params: SignInBegin) -> Result<SignInBegun, Fault> {
    let company = params.company.as_deref().map(|rfc| enabled_company(world, rfc)).transpose()?;
    let client = clients::load(world)?;
    let (redirect_uri, listening) = loopback::place(world, caller, &client, params.via)?;
    probe(world)?;
    let partial = params.again.as_deref().map(|id| partial_of(caller, id)).transpose()?;
    let ask = Ask {
        redirect_uri: redirect_uri.clone(),
        scopes: match partial {
            Some(_) if client.provider.asks_alone() => vec![client.provider.mail_scope.clone()],
            Some(_) | None => full_scopes(&client),
        },
        login_hint: match &partial {
            Some((_, partial)) => Some(partial.identity.address.to_string()),
            None => params.login_hint,
        },
        include_granted_scopes: partial.is_some(),
    };
    let authorization = world.provider.authorization(&client, &ask)?;
    world.provider.reachable(&client, &authorization.url)?;
    let auth_url = authorization.url.to_string();
    let id = world.dice.token();
    let (company, partial) = match partial {
        Some((first, partial)) => (first.or(company), Some(partial)),
        None => (company, None),
    };
    let asked = Asked {
        client,
        redirect_uri: redirect_uri.clone(),
        listening,
        authorization,
        scopes: ask.scopes,
        login_hint: ask.login_hint,
        began: world.clock.monotonic(),
        partial,
    };
    caller.replace(Flow { id: id.clone(), company, stage: Stage::Asked(Box::new(asked)) });
    Ok(SignInBegun {
        flow: id,
        auth_url,
        redirect_uri: redirect_uri.to_string(),
        expires_in: FLOW_LIFETIME.as_secs() as u32,
    })
}

/// Who it is, the scope that sends, and what a provider needs for a refresh token where it has a scope for that.
fn full_scopes(client: &Client) -> Vec<String> {
    let own = IDENTITY_SCOPES.into_iter().chain([client.provider.mail_scope.as_str()]);
    own.chain(client.provider.offline_scope.as_deref()).map(str::to_owned).collect()
}

/// Probes one after the other: each writes and deletes the same item, and would find the other's deletion.
fn probe(world: &World) -> Result<(), Fault> {
    let _one = world.locks.account(&AccountId::from_text("probe"));
    Ok(world.vault.probe()?)
}

fn enabled_company(world: &World, rfc: &str) -> Result<Rfc, Fault> {
    let rfc = Rfc::parse(rfc)?;
    let company = world.store.company(&rfc)?.ok_or_else(|| Fault::new(Kind::UnknownCompany).about(rfc.as_str()))?;
    match company.use_oauth {
        true => Ok(rfc),
        false => Err(Fault::new(Kind::OauthDisabled).about(rfc.as_str())),
    }
}

/// Looked at, not taken: a provider that is away for a moment must not cost the person the first consent.
fn partial_of(caller: &Caller, id: &str) -> Result<(Option<Rfc>, Partial), Fault> {
    let partial = caller.look(id, |flow| match &flow.stage {
        Stage::ScopeMissing(partial) => Some((flow.company.clone(), Partial::clone(partial))),
        Stage::Asked(_) | Stage::Unsaved(_) => None,
    });
    partial.flatten().ok_or_else(|| Kind::FlowLost.into())
}

/// Judges the redirect, exchanges the code once, and holds the account until it is saved.
///
/// # Errors
/// One kind for every way that it can go wrong; `scope_missing` names the flow that can ask again.
pub fn complete(world: &World, caller: &Caller, params: SignInComplete) -> Result<SignedIn, Fault> {
    // By loopback `loopback::arrive` has put it there.
    let redirect_url = params.redirect_url.ok_or_else(|| Fault::new(Kind::InvalidParams).about("redirect_url"))?;
    // Taken out before anything else: whatever happens, this flow is never used twice.
    let flow = caller.take(&params.flow).ok_or(Kind::FlowLost)?;
    let Stage::Asked(asked) = flow.stage else { return Err(Kind::FlowLost.into()) };
    if world.clock.monotonic().saturating_sub(asked.began) > FLOW_LIFETIME {
        return Err(Kind::FlowExpired.into());
    }
    let code = judge_redirect(
        &redirect_url,
        &Expected {
            redirect_uri: &asked.redirect_uri,
            state: asked.authorization.state.expose_secret(),
            issuer: &asked.client.provider.issuer,
        },
    )?;
    let answer = world.provider.exchange(&asked.client, &asked.redirect_uri, &code, &asked.authorization.verifier)?;
    let identity = identify(world, &asked, &answer)?;
    let scopes = granted(&asked, &answer);
    let named_end = tokens::ends(world.clock.now(), answer.refresh_token_expires_in);
    let access_ends_at = named_end.or_else(|| asked.partial.as_ref()?.access_ends_at);
    let refresh_token = answer.refresh_token.or_else(|| asked.partial.as_ref()?.refresh_token.clone());
    let partial = Partial { identity, scopes, refresh_token, access_ends_at };
    if !scope_set(&partial.scopes).contains(&asked.client.provider.mail_scope) {
        return Err(scope_missing(caller, flow.id, flow.company, partial));
    }
    let unsaved = unsaved(world, &asked.client, partial)?;
    let signed_in = SignedIn {
        flow: flow.id.clone(),
        account: account_views::unsaved(&unsaved.account),
        other_than: other_than(world, flow.company.as_ref(), asked.login_hint.as_deref(), &unsaved.account),
    };
    let kept = caller.put_back(Flow { id: flow.id, company: flow.company, stage: Stage::Unsaved(Box::new(unsaved)) });
    if kept { Ok(signed_in) } else { Err(Kind::FlowLost.into()) }
}

fn scope_missing(caller: &Caller, id: String, company: Option<Rfc>, partial: Partial) -> Fault {
    let fault = Fault::new(Kind::ScopeMissing).about(partial.identity.address.as_str()).of_flow(&id);
    let kept = caller.put_back(Flow { id, company, stage: Stage::ScopeMissing(Box::new(partial)) });
    if kept { fault } else { Kind::FlowLost.into() }
}

/// Says who answered. The second answer must prove that it is the same person as the first.
fn identify(world: &World, asked: &Asked, answer: &TokenAnswer) -> Result<Identity, Fault> {
    let expected = IdTokenExpected {
        issuer: &asked.client.provider.issuer,
        client_id: &asked.client.client_id,
        nonce: asked.authorization.nonce.expose_secret(),
        address_claim: asked.client.provider.address_claim.as_deref(),
        now: world.clock.now().timestamp(),
    };
    let judge = |token: &SecretString| match judge_id_token(token.expose_secret(), &expected) {
        Err(SignInError::IdTokenTimes) => Err(wrong_times(world, answer)),
        judged => Ok(judged?),
    };
    let token = answer.id_token.as_ref().map(judge);
    let Some(partial) = &asked.partial else {
        return token.ok_or(Kind::IdTokenInvalid)?;
    };
    let subject = match token {
        Some(identity) => identity?.subject,
        None => world.provider.subject(&asked.client, &answer.access_token).map_err(|_| Kind::AccountUnproven)?,
    };
    match subject == partial.identity.subject {
        true => Ok(partial.identity.clone()),
        false => Err(Fault::new(Kind::AccountMismatch).about(partial.identity.address.as_str())),
    }
}

/// The provider's own clock says whether this computer's is wrong, or the id token is an old one.
fn wrong_times(world: &World, answer: &TokenAnswer) -> Fault {
    let ahead = answer.server_time.map_or(0, |server| (world.clock.now() - server).num_seconds());
    match i32::try_from(ahead) {
        Ok(seconds) if ahead.abs() > CLOCK_SKEW => Fault::new(Kind::ClockWrong).clock_ahead(seconds),
        // A clock that is off by more than a lifetime is said without an amount.
        Err(_) => Kind::ClockWrong.into(),
        Ok(_) => Kind::IdTokenInvalid.into(),
    }
}

/// The address that was expected, where another account answered: the company's present one, or the hint.
fn other_than(world: &World, company: Option<&Rfc>, hint: Option<&str>, account: &Account) -> Option<String> {
    let present = company.and_then(|rfc| {
        present_account(world, rfc).unwrap_or_else(|error| {
            // What the person did at the provider counts more than this remark.
            crate::logbook::warn("sign_in", &error);
            None
        })
    });
    match present {
        Some(present) => (present.id != account.id).then(|| present.address.to_string()),
        None => hint.filter(|hint| !account.address.as_str().eq_ignore_ascii_case(hint)).map(str::to_owned),
    }
}

fn present_account(world: &World, rfc: &Rfc) -> Result<Option<Account>, Fault> {
    let Some(id) = world.store.company(rfc)?.and_then(|company| company.account) else { return Ok(None) };
    Ok(world.store.accounts()?.into_iter().find(|account| account.id == id))
}

/// Granted scopes; an answer that names none grants what was asked (RFC 6749 section 5.1).
fn granted(asked: &Asked, answer: &TokenAnswer) -> Vec<String> {
    let mut scopes = answer.scopes.clone().unwrap_or_else(|| asked.scopes.clone());
    // The refresh token of the second answer covers what the first one granted too.
    scopes.extend(asked.partial.iter().flat_map(|partial| partial.scopes.iter().cloned()));
    scope_set(&scopes).into_iter().collect()
}

fn unsaved(world: &World, client: &Client, granted: Partial) -> Result<Unsaved, Fault> {
    let Partial { identity, scopes, refresh_token, access_ends_at } = granted;
    let refresh_token = refresh_token.ok_or(Kind::NoRefreshToken)?;
    let binding = Binding::of(client);
    let account = Account {
        id: AccountId::derive(&binding.issuer, &binding.client_id, &identity.subject),
        subject: identity.subject,
        address: identity.address,
        hosted_domain: identity.hosted_domain,
        granted_at: world.clock.now(),
        last_used_at: None,
        access_ends_at,
        standing: Standing::Ready,
        ending: None,
        daily_budget: None,
    };
    Ok(Unsaved { account, grant: Grant { binding, refresh_token, scopes } })
}

/// Frees the flow at once; its account, if any, is forgotten. Nothing is revoked: that would end other grants too.
///
/// # Errors
/// None; cancelling what is not there is done already.
pub fn cancel(caller: &Caller, params: &SignInCancel) -> Result<Done, Fault> {
    caller.forget(params.flow.as_deref());
    Ok(Done::DONE)
}

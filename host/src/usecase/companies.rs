//! `company.list`, `company.save`, `company.remove`: the window *Redefinir empresa*.

use std::path::PathBuf;

use super::flows::{Caller, Flow, Stage, Unsaved};
use super::{World, account_views, grants, present};
use crate::domain::account::{Account, AccountId};
use crate::domain::address::MailAddress;
use crate::domain::company::{Company, MAX_FOLDERS, MAX_NAME, MAX_TEMPLATE};
use crate::domain::rfc::Rfc;
use crate::domain::texts::{DEFAULT_BODY, DEFAULT_SUBJECT, MAX_SUBJECT};
use crate::ports::store::DeliveryQuery;
use crate::protocol::Done;
use crate::protocol::company::{CompanyList, CompanySave, CompanyView};
use crate::protocol::failure::{Fault, Kind};

/// All companies with their accounts.
///
/// # Errors
/// The store's.
pub fn list(world: &World) -> Result<CompanyList, Fault> {
    let companies = world.store.companies()?;
    let accounts = world.store.accounts()?;
    let views =
        companies.iter().map(|company| view(world, company, &companies, &accounts)).collect::<Result<_, _>>()?;
    Ok(CompanyList { companies: views })
}

fn view(world: &World, company: &Company, all: &[Company], accounts: &[Account]) -> Result<CompanyView, Fault> {
    let account = accounts
        .iter()
        .find(|account| company.account.as_ref() == Some(&account.id))
        .map(|account| account_views::saved(world, account, all))
        .transpose()?;
    Ok(present::company(company, account))
}

/// *Aceptar y guardar*. A finished sign-in takes effect with it: its token goes to the vault and is read back first, and
/// the account that it replaces is dropped last, and only when no other company uses it.
///
/// # Errors
/// `invalid_rfc`, `invalid_params`, `invalid_recipient`, `flow_lost`, `unknown_account`, the vault's and the store's.
/// Nothing is changed by a failure, and the sign-in can be saved again.
pub fn save(world: &World, caller: &Caller, params: CompanySave) -> Result<CompanyView, Fault> {
    let mut company = parse(&params)?;
    let before = world.store.company(&company.rfc)?;
    let Some(flow) = params.flow.as_deref() else {
        company.account = params.account.as_deref().map(|id| known_account(world, id)).transpose()?;
        world.store.save_company(&company, None, world.clock.now())?;
        return after_save(world, &company, before.as_ref());
    };
    let (flow, unsaved) = take_unsaved(caller, flow, &company.rfc)?;
    company.account = Some(unsaved.account.id.clone());
    if let Err(fault) = keep(world, &company, &unsaved) {
        // What the person did at the provider is kept, so that saving can be tried again.
        caller.put_back(Flow { stage: Stage::Unsaved(unsaved), ..flow });
        return Err(fault);
    }
    after_save(world, &company, before.as_ref())
}

/// Token and account together, under the account's lock: a refresh of the old token must not come between.
fn keep(world: &World, company: &Company, unsaved: &Unsaved) -> Result<(), Fault> {
    let _lock = world.locks.account(&unsaved.account.id);
    grants::keep(world, &unsaved.account.id, &unsaved.grant)?;
    Ok(world.store.save_company(company, Some(&unsaved.account), world.clock.now())?)
}

fn take_unsaved(caller: &Caller, id: &str, company: &Rfc) -> Result<(Flow, Box<Unsaved>), Fault> {
    // A sign-in that is still under way is not for saving, and not lost by it either.
    caller.look(id, |flow| matches!(flow.stage, Stage::Unsaved(_))).filter(|unsaved| *unsaved).ok_or(Kind::FlowLost)?;
    let flow = caller.take(id).ok_or(Kind::FlowLost)?;
    // A flow that was begun for one company must not end in another.
    if flow.company.as_ref().is_some_and(|begun| begun != company) {
        let other = Fault::new(Kind::WrongCompany).about(company.as_str());
        caller.put_back(flow);
        return Err(other);
    }
    match flow.stage {
        // The rest of the flow is kept for putting it back; its stage is rebuilt from what was taken.
        Stage::Unsaved(unsaved) => {
            Ok((Flow { id: flow.id, company: flow.company, stage: Stage::Unsaved(unsaved.clone()) }, unsaved))
        }
        Stage::Asked(_) | Stage::ScopeMissing(_) => Err(Kind::FlowLost.into()),
    }
}

fn known_account(world: &World, id: &str) -> Result<AccountId, Fault> {
    let id = AccountId::from_text(id);
    match world.store.accounts()?.iter().any(|account| account.id == id) {
        true => Ok(id),
        false => Err(Kind::UnknownAccount.into()),
    }
}

fn after_save(world: &World, company: &Company, before: Option<&Company>) -> Result<CompanyView, Fault> {
    let replaced =
        before.and_then(|before| before.account.as_ref()).filter(|old| Some(*old) != company.account.as_ref());
    let companies = world.store.companies()?;
    if let Some(old) = replaced
        && !companies.iter().any(|other| other.account.as_ref() == Some(old))
    {
        let _lock = world.locks.account(old);
        world.store.remove_account(old, world.clock.now())?;
        // The account is out of use already; a token that stays in a failing vault for a while is the lesser evil.
        if let Err(fault) = grants::forget(world, old) {
            crate::logbook::warn("company.save", &fault);
        }
    }
    if company.use_oauth && company.account.is_some() {
        world.sender.wake();
    }
    view(world, company, &companies, &world.store.accounts()?)
}

/// Removes a company that has nothing under way.
///
/// # Errors
/// `unknown_company`, `company_in_use`, the store's.
pub fn remove(world: &World, rfc: &str) -> Result<Done, Fault> {
    let rfc = Rfc::parse(rfc)?;
    let company = world.store.company(&rfc)?.ok_or_else(|| Fault::new(Kind::UnknownCompany).about(rfc.as_str()))?;
    let query = DeliveryQuery {
        company: Some(rfc.clone()),
        states: present::LIVE.to_vec(),
        limit: 1,
        ..DeliveryQuery::default()
    };
    if !world.store.deliveries(&query)?.is_empty() {
        return Err(Fault::new(Kind::CompanyInUse).about(rfc.as_str()));
    }
    world.store.remove_company(&company.rfc)?;
    Ok(Done::DONE)
}

fn parse(params: &CompanySave) -> Result<Company, Fault> {
    let rfc = Rfc::parse(&params.rfc).map_err(|error| Fault::from(error).about("rfc"))?;
    let name = params.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(Fault::new(Kind::InvalidParams).about("name").over(MAX_NAME as u32));
    }
    if params.folders.len() > MAX_FOLDERS {
        return Err(Fault::new(Kind::InvalidParams).about("folders").over(MAX_FOLDERS as u32));
    }
    Ok(Company {
        rfc,
        name,
        use_oauth: params.use_oauth,
        account: None,
        folders: params.folders.iter().map(|folder| absolute(folder)).collect::<Result<_, _>>()?,
        reply_to: params.reply_to.as_deref().filter(|text| !text.trim().is_empty()).map(address).transpose()?,
        cc: params.cc.iter().map(|text| address(text)).collect::<Result<_, _>>()?,
        bcc: params.bcc.iter().map(|text| address(text)).collect::<Result<_, _>>()?,
        subject: text(params.subject.as_deref(), DEFAULT_SUBJECT, "subject", MAX_SUBJECT)?,
        body: text(params.body.as_deref(), DEFAULT_BODY, "body", MAX_TEMPLATE)?,
    })
}

/// An address, or a failure that names it.
///
/// # Errors
/// `invalid_recipient`.
pub fn address(text: &str) -> Result<MailAddress, Fault> {
    text.parse().map_err(|error| Fault::from(error).about(text.chars().take(100).collect::<String>()))
}

fn absolute(folder: &str) -> Result<PathBuf, Fault> {
    let path = PathBuf::from(folder.trim());
    match path.is_absolute() {
        true => Ok(path),
        false => Err(Fault::new(Kind::FolderUnreadable).about(folder)),
    }
}

fn text(given: Option<&str>, default: &str, name: &str, limit: usize) -> Result<String, Fault> {
    match given.filter(|text| !text.trim().is_empty()) {
        None => Ok(default.to_owned()),
        Some(text) if text.len() <= limit => Ok(text.to_owned()),
        Some(_) => Err(Fault::new(Kind::InvalidText).about(name).over(limit as u32)),
    }
}

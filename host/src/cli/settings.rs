//! `client`, `company`, `account` and `status`.

use zeroize::Zeroizing;

use super::commands::{AccountCommand, ClientCommand, CompanyCommand, Switch};
use super::print::Printer;
use super::usage;
use crate::domain::client::MAX_FILE;
use crate::domain::rfc::Rfc;
use crate::protocol::account::{AccountBudget, AccountGone, AccountView};
use crate::protocol::client::{ClientOrigin, ClientShow, ClientView};
use crate::protocol::company::{CompanySave, CompanyView};
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::settings::SettingsParams;
use crate::usecase::flows::Caller;
use crate::usecase::{World, accounts, clients, companies, status};

pub(super) fn client(world: &World, command: ClientCommand, printer: &Printer) -> Result<u8, Fault> {
    let view = match command {
        ClientCommand::Show => chosen(clients::show(world, &Caller::default())?)?,
        ClientCommand::Forget => chosen(clients::forget(world, &Caller::default())?)?,
        ClientCommand::Import { file } => {
            let text = std::fs::read_to_string(&file)
                .map(Zeroizing::new)
                .map_err(|_| Fault::new(Kind::FileUnreadable).about(file.display().to_string()))?;
            if text.len() > MAX_FILE {
                return Err(Kind::ClientMalformed.into());
            }
            clients::import(world, &text, clients::Source::Terminal)?
        }
    };
    printer.result(&view, |view| client_text(view, printer));
    Ok(0)
}

/// The client that holds, or why there is none.
fn chosen(shown: ClientShow) -> Result<ClientView, Fault> {
    shown.client.ok_or_else(|| shown.failure.unwrap_or(Kind::NoClient).into())
}

fn client_text(view: &ClientView, printer: &Printer) -> String {
    let origin = printer.text(match view.origin {
        ClientOrigin::Packaged => "client_origin_packaged",
        ClientOrigin::Imported => "client_origin_imported",
        ClientOrigin::Policy => "client_origin_policy",
    });
    format!("{} ({})\n{origin}\n{}", view.client_id, view.kind, view.hosts.join("\n"))
}

pub(super) fn company(world: &World, command: CompanyCommand, printer: &Printer) -> Result<u8, Fault> {
    match command {
        CompanyCommand::List => {
            for company in companies::list(world)?.companies {
                printer.result(&company, company_text);
            }
        }
        CompanyCommand::Remove { rfc } => {
            companies::remove(world, &rfc)?;
        }
        CompanyCommand::Set { rfc, name, oauth, account, folder, reply_to, cc, bcc, subject, body } => {
            let rfc = Rfc::parse(&rfc)?;
            let before = companies::list(world)?.companies.into_iter().find(|company| company.rfc == rfc.as_str());
            let mut save = unchanged(rfc.as_str(), before);
            replace(&mut save.name, name);
            replace(&mut save.use_oauth, oauth.map(|switch| matches!(switch, Switch::On)));
            replace(&mut save.reply_to, reply_to.map(Some));
            replace(&mut save.subject, subject.map(Some));
            replace(&mut save.body, body.map(Some));
            replace(&mut save.cc, (!cc.is_empty()).then_some(cc));
            replace(&mut save.bcc, (!bcc.is_empty()).then_some(bcc));
            if let Some(account) = account {
                save.account = Some(find_account(world, &account)?.id);
            }
            if !folder.is_empty() {
                save.folders = folder.iter().map(|path| absolute(path)).collect::<Result<_, _>>()?;
            }
            printer.result(&companies::save(world, &Caller::default(), save)?, company_text);
        }
    }
    Ok(0)
}

/// What the company holds now; a new one is named by its RFC until a name is given.
pub(super) fn unchanged(rfc: &str, before: Option<CompanyView>) -> CompanySave {
    let blank = CompanySave {
        rfc: rfc.to_owned(),
        name: rfc.to_owned(),
        use_oauth: false,
        account: None,
        flow: None,
        folders: Vec::new(),
        reply_to: None,
        cc: Vec::new(),
        bcc: Vec::new(),
        subject: None,
        body: None,
    };
    let Some(before) = before else { return blank };
    CompanySave {
        name: before.name,
        use_oauth: before.use_oauth,
        account: before.account.map(|account| account.id),
        folders: before.folders,
        reply_to: before.reply_to,
        cc: before.cc,
        bcc: before.bcc,
        subject: Some(before.subject),
        body: Some(before.body),
        ..blank
    }
}

fn replace<T>(field: &mut T, given: Option<T>) {
    if let Some(value) = given {
        *field = value;
    }
}

fn absolute(path: &std::path::Path) -> Result<String, Fault> {
    let full = std::path::absolute(path).map_err(|_| usage("--folder"))?;
    match full.is_dir() {
        true => Ok(full.display().to_string()),
        false => Err(Fault::new(Kind::FolderUnreadable).about(full.display().to_string())),
    }
}

pub(super) fn company_text(view: &CompanyView) -> String {
    let switch = if view.use_oauth { "OAuth" } else { "-" };
    let account = view.account.as_ref().map_or("-", |account| account.address.as_str());
    format!("{}\t{}\t{switch}\t{account}\t{}", view.rfc, view.name, view.folders.join(", "))
}

pub(super) fn account(world: &World, command: AccountCommand, printer: &Printer) -> Result<u8, Fault> {
    match command {
        AccountCommand::List => {
            for account in accounts::list(world)?.accounts {
                printer.result(&account, account_text);
            }
        }
        AccountCommand::Budget { account, messages } => {
            let params = AccountBudget { account: find_account(world, &account)?.id, daily_budget: messages };
            printer.result(&accounts::budget(world, &params)?, account_text);
        }
        AccountCommand::Forget { account } => {
            let id = find_account(world, &account)?.id;
            printer.result(&accounts::forget(world, &id)?, gone_text);
        }
        AccountCommand::Revoke { account } => {
            let id = find_account(world, &account)?.id;
            printer.result(&accounts::revoke(world, &id)?, gone_text);
        }
    }
    Ok(0)
}

pub(super) fn account_text(view: &AccountView) -> String {
    let day = format!("{}/{}", view.used_today, view.daily_budget);
    let pause = view.continues_at.as_ref().map(|time| format!("\t{time}")).unwrap_or_default();
    let end = view.ends_by.zip(view.ends_at.as_ref()).filter(|_| view.reminder.is_some());
    let end = end.map(|(kind, time)| format!("\t{} {time}", kind.code())).unwrap_or_default();
    let reconnect = view.reconnect.map(|kind| format!("\t{}", kind.code())).unwrap_or_default();
    format!("{}\t{}\t{}\t{day}{pause}{end}{reconnect}", view.id, view.address, view.companies.join(", "))
}

/// An account by its identifier, or by an address that only one account has.
fn find_account(world: &World, text: &str) -> Result<AccountView, Fault> {
    let all = accounts::list(world)?.accounts;
    let mut found = all.into_iter().filter(|account| account.id == text || account.address.eq_ignore_ascii_case(text));
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(usage("account")),
        (None, _) => Err(Fault::new(Kind::UnknownAccount).about(text)),
    }
}

fn gone_text(gone: &AccountGone) -> String {
    format!("{}\t{}\t{}", gone.address, gone.companies.join(", "), gone.deliveries)
}

/// Shows or changes whether the SAT is asked.
pub(super) fn status(world: &World, switch: Option<Switch>, printer: &Printer) -> Result<u8, Fault> {
    let settings = match switch {
        None => status::settings(world)?,
        Some(switch) => status::save(world, &SettingsParams { check_status: matches!(switch, Switch::On) })?,
    };
    printer.result(&settings, |settings| if settings.check_status { "on".to_owned() } else { "off".to_owned() });
    Ok(0)
}

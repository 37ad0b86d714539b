//! `client`, `company`, `account` and `status`.

use zeroize::Zeroizing;

use super::commands::{AccountCommand, ClientCommand, CompanyCommand, Switch};
use super::paint::Tone;
use super::print::{Listed, Printer};
use super::table::{Cell, Column, Row, cut, figures, whole};
use super::usage;
use crate::domain::client::MAX_FILE;
use crate::domain::rfc::Rfc;
use crate::protocol::account::{AccountBudget, AccountGone, AccountState, AccountView};
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
            printer.list(&companies::list(world)?.companies);
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
            printer.one(&companies::save(world, &Caller::default(), save)?);
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

impl Listed for CompanyView {
    const COLUMNS: &'static [Column] = &[
        whole("cli_col_company"),
        cut("cli_col_name", 12),
        cut("cli_col_oauth", 3),
        cut("cli_col_account", 16),
        cut("cli_col_folders", 12),
    ];

    fn row(&self, printer: &Printer) -> Row {
        let (tone, switch) = if self.use_oauth { (Tone::Good, "cli_on") } else { (Tone::Dim, "cli_off") };
        let account = match &self.account {
            Some(account) => Cell::new(account_tone(account), &account.address),
            None => Cell::new(Tone::Warn, printer.text("account_none")),
        };
        let cells = vec![
            Cell::plain(&self.rfc),
            Cell::plain(&self.name),
            Cell::new(tone, printer.text(switch)),
            account,
            Cell::plain(self.folders.join(", ")),
        ];
        Row { cells, notes: Vec::new() }
    }

    fn line(&self, _: &Printer) -> String {
        let switch = if self.use_oauth { "OAuth" } else { "-" };
        let account = self.account.as_ref().map_or("-", |account| account.address.as_str());
        format!("{}\t{}\t{switch}\t{account}\t{}", self.rfc, self.name, self.folders.join(", "))
    }
}

pub(super) fn account(world: &World, command: AccountCommand, printer: &Printer) -> Result<u8, Fault> {
    match command {
        AccountCommand::List => {
            printer.list(&accounts::list(world)?.accounts);
        }
        AccountCommand::Budget { account, messages } => {
            let params = AccountBudget { account: find_account(world, &account)?.id, daily_budget: messages };
            printer.one(&accounts::budget(world, &params)?);
        }
        AccountCommand::Forget { account } => {
            let id = find_account(world, &account)?.id;
            printer.result(&accounts::forget(world, &id)?, |gone| gone_text(gone, printer));
        }
        AccountCommand::Revoke { account } => {
            let id = find_account(world, &account)?.id;
            printer.result(&accounts::revoke(world, &id)?, |gone| gone_text(gone, printer));
        }
    }
    Ok(0)
}

impl Listed for AccountView {
    const COLUMNS: &'static [Column] = &[
        cut("cli_col_address", 16),
        cut("cli_col_state", 10),
        cut("cli_col_companies", 13),
        figures("cli_col_today"),
        cut("cli_col_id", 8),
    ];

    fn row(&self, printer: &Printer) -> Row {
        let state = match self.state {
            AccountState::Ready => "account_short_ready",
            AccountState::SignInNeeded => "account_short_sign_in_needed",
            AccountState::Unsaved => "account_short_unsaved",
        };
        let cells = vec![
            Cell::plain(&self.address),
            Cell::new(account_tone(self), printer.text(state)),
            Cell::plain(self.companies.join(", ")),
            Cell::plain(format!("{}/{}", self.used_today, self.daily_budget)),
            Cell::new(Tone::Dim, &self.id),
        ];
        let why = |kind: Kind| printer.kind(&kind.code());
        let mut notes: Vec<Cell> = self.reconnect.iter().map(|kind| Cell::new(Tone::Bad, why(*kind))).collect();
        if let Some(time) = &self.continues_at {
            notes.push(Cell::new(Tone::Warn, printer.filled("cli_continues_at", &[&printer.time(time)])));
        }
        if let Some((kind, time)) = self.ends_by.zip(self.ends_at.as_ref()).filter(|_| self.reminder.is_some()) {
            notes.push(Cell::new(Tone::Warn, format!("{}: {}", printer.time(time), why(kind))));
        }
        Row { cells, notes }
    }

    fn line(&self, _: &Printer) -> String {
        let day = format!("{}/{}", self.used_today, self.daily_budget);
        let pause = self.continues_at.as_ref().map(|time| format!("\t{time}")).unwrap_or_default();
        let end = self.ends_by.zip(self.ends_at.as_ref()).filter(|_| self.reminder.is_some());
        let end = end.map(|(kind, time)| format!("\t{} {time}", kind.code())).unwrap_or_default();
        let reconnect = self.reconnect.map(|kind| format!("\t{}", kind.code())).unwrap_or_default();
        format!("{}\t{}\t{}\t{day}{pause}{end}{reconnect}", self.id, self.address, self.companies.join(", "))
    }
}

fn account_tone(account: &AccountView) -> Tone {
    match account.state {
        AccountState::Ready if account.paused_by.is_some() => Tone::Warn,
        AccountState::Ready => Tone::Good,
        AccountState::SignInNeeded => Tone::Bad,
        AccountState::Unsaved => Tone::Warn,
    }
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

fn gone_text(gone: &AccountGone, printer: &Printer) -> String {
    match printer.is_terminal() {
        true => printer.filled("cli_account_gone", &[&gone.address, &gone.companies.join(", "), &gone.deliveries]),
        false => format!("{}\t{}\t{}", gone.address, gone.companies.join(", "), gone.deliveries),
    }
}

/// Shows or changes whether the SAT is asked.
pub(super) fn status(world: &World, switch: Option<Switch>, printer: &Printer) -> Result<u8, Fault> {
    let settings = match switch {
        None => status::settings(world)?,
        Some(switch) => status::save(world, &SettingsParams { check_status: matches!(switch, Switch::On) })?,
    };
    printer.result(&settings, |settings| if settings.check_status { "on" } else { "off" });
    Ok(0)
}

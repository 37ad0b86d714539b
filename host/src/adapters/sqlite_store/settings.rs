//! Client, companies, accounts and portals.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use super::rows::{addresses, broken, time, to_json};
use super::{contacts, rules, texts};
use crate::domain::account::{Account, AccountId, Standing};
use crate::domain::company::Company;
use crate::domain::portal::{Origin, Portal};
use crate::domain::rfc::Rfc;
use crate::domain::tenure::{EndCause, Ending};
use crate::ports::store::StoreError;

pub(super) fn client(db: &Connection) -> Result<Option<String>, StoreError> {
    Ok(db.query_row("SELECT json FROM client", [], |row| row.get(0)).optional()?)
}

pub(super) fn set_client(tx: &Transaction<'_>, json: &str) -> Result<(), StoreError> {
    tx.execute("INSERT OR REPLACE INTO client (id, json) VALUES (1, ?1)", [json])?;
    Ok(())
}

pub(super) fn forget_client(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute("DELETE FROM client", [])?;
    Ok(())
}

const COMPANY: &str = "SELECT rfc, name, use_oauth, account, folders, reply_to, cc, bcc, subject, body FROM companies";

pub(super) fn companies(db: &Connection) -> Result<Vec<Company>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{COMPANY} ORDER BY name, rfc"))?;
    let rows = statement.query_map([], company_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn company(db: &Connection, rfc: &Rfc) -> Result<Option<Company>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{COMPANY} WHERE rfc = ?1"))?;
    Ok(statement.query_row([rfc.as_str()], company_row).optional()?)
}

fn company_row(row: &Row<'_>) -> rusqlite::Result<Company> {
    let folders: Vec<PathBuf> = serde_json::from_str(&row.get::<_, String>(4)?).map_err(broken)?;
    Ok(Company {
        rfc: row.get::<_, String>(0)?.parse().map_err(broken)?,
        name: row.get(1)?,
        use_oauth: row.get(2)?,
        account: row.get::<_, Option<String>>(3)?.map(|id| AccountId::from_text(&id)),
        folders,
        reply_to: row.get::<_, Option<String>>(5)?.map(|text| text.parse().map_err(broken)).transpose()?,
        cc: addresses(&row.get::<_, String>(6)?)?,
        bcc: addresses(&row.get::<_, String>(7)?)?,
        subject: row.get(8)?,
        body: row.get(9)?,
    })
}

pub(super) fn save_company(tx: &Transaction<'_>, company: &Company) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO companies (rfc, name, use_oauth, account, folders, reply_to, cc, bcc, subject, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (rfc) DO UPDATE SET name = ?2, use_oauth = ?3, account = ?4, folders = ?5, reply_to = ?6, cc = ?7,
             bcc = ?8, subject = ?9, body = ?10",
        params![
            company.rfc.as_str(),
            company.name,
            company.use_oauth,
            company.account.as_ref().map(AccountId::as_str),
            to_json(&company.folders)?,
            company.reply_to.as_ref().map(|address| address.as_str()),
            to_json(&company.cc.iter().map(|address| address.as_str()).collect::<Vec<_>>())?,
            to_json(&company.bcc.iter().map(|address| address.as_str()).collect::<Vec<_>>())?,
            company.subject,
            company.body,
        ],
    )?;
    Ok(())
}

pub(super) fn remove_company(tx: &Transaction<'_>, rfc: &Rfc) -> Result<bool, StoreError> {
    for portal in portals(tx)? {
        let left: Vec<Rfc> = portal.companies.iter().filter(|company| *company != rfc).cloned().collect();
        if left.is_empty() {
            disconnect_portal(tx, &portal.origin)?;
        } else if left.len() != portal.companies.len() {
            connect_portal(tx, &Portal { companies: left, ..portal })?;
        }
    }
    contacts::forget_company(tx, rfc)?;
    texts::forget_company(tx, rfc)?;
    rules::prune(tx)?;
    Ok(tx.execute("DELETE FROM companies WHERE rfc = ?1", [rfc.as_str()])? > 0)
}

pub(super) fn accounts(db: &Connection) -> Result<Vec<Account>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT id, subject, address, hosted_domain, granted_at, ready, daily_budget, last_used_at, access_ends_at,
             end_cause, end_detail, ended_at
         FROM accounts ORDER BY address, id",
    )?;
    let rows = statement.query_map([], account_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn account_row(row: &Row<'_>) -> rusqlite::Result<Account> {
    let cause: Option<String> = row.get(9)?;
    let ended_at: Option<DateTime<Utc>> = row.get(11)?;
    let detail: Option<String> = row.get(10)?;
    let ending = cause.zip(ended_at).map(|(cause, at)| Ending { cause: EndCause::from_name(&cause), detail, at });
    Ok(Account {
        id: AccountId::from_text(&row.get::<_, String>(0)?),
        subject: row.get(1)?,
        address: row.get::<_, String>(2)?.parse().map_err(broken)?,
        hosted_domain: row.get(3)?,
        granted_at: row.get(4)?,
        last_used_at: row.get(7)?,
        access_ends_at: row.get(8)?,
        standing: if row.get(5)? { Standing::Ready } else { Standing::SignInNeeded },
        ending,
        daily_budget: row.get(6)?,
    })
}

pub(super) fn save_account(tx: &Transaction<'_>, account: &Account) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO accounts (id, subject, address, hosted_domain, granted_at, ready, access_ends_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET address = ?3, hosted_domain = ?4, granted_at = ?5, ready = ?6, access_ends_at = ?7,
             last_used_at = NULL, end_cause = NULL, end_detail = NULL, ended_at = NULL",
        params![
            account.id.as_str(),
            account.subject,
            account.address.as_str(),
            account.hosted_domain,
            time(account.granted_at),
            account.standing == Standing::Ready,
            account.access_ends_at.map(time),
        ],
    )?;
    Ok(())
}

pub(super) fn set_budget(tx: &Transaction<'_>, id: &AccountId, budget: Option<u32>) -> Result<bool, StoreError> {
    Ok(tx.execute("UPDATE accounts SET daily_budget = ?2 WHERE id = ?1", params![id.as_str(), budget])? > 0)
}

pub(super) fn strand_account(tx: &Transaction<'_>, id: &AccountId, ending: &Ending) -> Result<(), StoreError> {
    // Only the first cause is told by its clues: afterwards the token is gone, and every look says just that.
    tx.execute(
        "UPDATE accounts SET ready = 0, end_cause = ?2, end_detail = ?3, ended_at = ?4
         WHERE id = ?1 AND (ready = 1 OR end_cause IS NULL)",
        params![id.as_str(), ending.cause.name(), ending.detail, time(ending.at)],
    )?;
    Ok(())
}

pub(super) fn used_account(
    tx: &Transaction<'_>,
    id: &AccountId,
    at: DateTime<Utc>,
    ends: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE accounts SET last_used_at = ?2, access_ends_at = coalesce(?3, access_ends_at) WHERE id = ?1",
        params![id.as_str(), time(at), ends.map(time)],
    )?;
    Ok(())
}

pub(super) fn remove_account(tx: &Transaction<'_>, id: &AccountId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM accounts WHERE id = ?1", [id.as_str()])?;
    Ok(())
}

pub(super) fn portals(db: &Connection) -> Result<Vec<Portal>, StoreError> {
    let mut statement = db.prepare_cached("SELECT origin, companies, connected_at FROM portals ORDER BY origin")?;
    let rows = statement.query_map([], |row| {
        let companies: Vec<String> = serde_json::from_str(&row.get::<_, String>(1)?).map_err(broken)?;
        Ok(Portal {
            origin: Origin::parse_even_unencrypted(&row.get::<_, String>(0)?).map_err(broken)?,
            companies: companies.iter().map(|rfc| rfc.parse().map_err(broken)).collect::<Result<_, _>>()?,
            connected_at: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deliveries among the newest that are looked through: several times what one portal may ask for in a minute.
const RECENT: u32 = 1_000;

pub(super) fn asked_since(db: &Connection, origin: &Origin, since: DateTime<Utc>) -> Result<u32, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT COUNT(*) FROM (SELECT origin, created_at FROM deliveries ORDER BY rowid DESC LIMIT ?1)
         WHERE origin = ?2 AND created_at > ?3",
    )?;
    Ok(statement.query_row(params![RECENT, origin.as_str(), time(since)], |row| row.get(0))?)
}

pub(super) fn connect_portal(tx: &Transaction<'_>, portal: &Portal) -> Result<(), StoreError> {
    let companies = to_json(&portal.companies.iter().map(Rfc::as_str).collect::<Vec<_>>())?;
    tx.execute(
        "INSERT INTO portals (origin, companies, connected_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (origin) DO UPDATE SET companies = ?2",
        params![portal.origin.as_str(), companies, time(portal.connected_at)],
    )?;
    rules::prune(tx)
}

pub(super) fn disconnect_portal(tx: &Transaction<'_>, origin: &Origin) -> Result<bool, StoreError> {
    let removed = tx.execute("DELETE FROM portals WHERE origin = ?1", [origin.as_str()])?;
    rules::prune(tx)?;
    Ok(removed > 0)
}

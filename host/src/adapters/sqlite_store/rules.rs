//! Rules of portals, and what was queued by them.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use super::SqliteStore;
use super::rows::{broken, time};
use crate::domain::portal::{Origin, Rule};
use crate::domain::rfc::Rfc;
use crate::ports::rules::Rules;
use crate::ports::store::{NewDelivery, StoreError};

impl Rules for SqliteStore {
    fn rules(&self) -> Result<Vec<Rule>, StoreError> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT origin, company, daily_limit, granted_at FROM portal_rules ORDER BY origin, company",
            )?;
            let rows = statement.query_map([], rule_row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn save_rule(&self, rule: &Rule) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO portal_rules (origin, company, daily_limit, granted_at) VALUES (?1, ?2, ?3, ?4)",
                params![rule.origin.as_str(), rule.company.as_str(), rule.daily_limit, time(rule.granted_at)],
            )?;
            Ok(())
        })
    }

    fn remove_rule(&self, origin: &Origin, company: &Rfc) -> Result<bool, StoreError> {
        self.write(|tx| {
            let removed = tx.execute(
                "DELETE FROM portal_rules WHERE origin = ?1 AND company = ?2",
                [origin.as_str(), company.as_str()],
            )?;
            Ok(removed > 0)
        })
    }

    fn unattended_since(&self, origin: &Origin, company: &Rfc, since: DateTime<Utc>) -> Result<u32, StoreError> {
        self.read(|db| count(db, origin, company, since))
    }
}

fn rule_row(row: &Row<'_>) -> rusqlite::Result<Rule> {
    Ok(Rule {
        origin: Origin::parse(&row.get::<_, String>(0)?).map_err(broken)?,
        company: row.get::<_, String>(1)?.parse().map_err(broken)?,
        daily_limit: row.get(2)?,
        granted_at: row.get(3)?,
    })
}

fn count(db: &Connection, origin: &Origin, company: &Rfc, since: DateTime<Utc>) -> Result<u32, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM deliveries WHERE unattended = 1 AND origin = ?1 AND company = ?2 AND created_at > ?3",
    )?;
    Ok(statement.query_row([origin.as_str(), company.as_str(), &time(since)], |row| row.get(0))?)
}

/// Whether a rule lets this delivery be queued now; asked in the transaction that queues it, so that two at once never pass
/// the limit together.
pub(super) fn allows(tx: &Transaction<'_>, new: &NewDelivery<'_>, since: DateTime<Utc>) -> Result<bool, StoreError> {
    let Some(origin) = &new.draft.portal else { return Ok(false) };
    let company = &new.draft.company;
    let limit: Option<u32> = tx
        .prepare_cached("SELECT daily_limit FROM portal_rules WHERE origin = ?1 AND company = ?2")?
        .query_row([origin.as_str(), company.as_str()], |row| row.get(0))
        .optional()?;
    Ok(limit.is_some_and(|limit| limit > 0) && count(tx, origin, company, since)? < limit.unwrap_or(0))
}

/// Notes that a delivery was queued by a rule.
pub(super) fn mark(tx: &Transaction<'_>, new: &NewDelivery<'_>) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE deliveries SET unattended = 1 WHERE id = ?1")?.execute([new.id.as_str()])?;
    Ok(())
}

/// Rules end with the connection that they are about, and with the company.
pub(super) fn prune(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM portal_rules WHERE NOT EXISTS (
           SELECT 1 FROM portals, json_each(portals.companies) AS one
           WHERE portals.origin = portal_rules.origin AND one.value = portal_rules.company)",
        [],
    )?;
    Ok(())
}

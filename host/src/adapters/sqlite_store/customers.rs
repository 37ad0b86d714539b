//! Customers: what deliveries and people say of them, and whole changes of the address book.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use super::SqliteStore;
use super::contacts;
use super::rows::{addresses, broken};
use crate::domain::customer::{Customer, Form, Grouping, Rules, fit_name, folded};
use crate::domain::rfc::Rfc;
use crate::ports::customers::{CustomerChange, CustomerKey, CustomerQuery, Customers, Listed};
use crate::ports::store::{StoreError, StoredDraft};

/// A customer with its addresses in short: three are enough to recognise it.
const CUSTOMER: &str = "SELECT company, receiver, name, form, grouping,
     (SELECT json_group_array(address) FROM (SELECT max(address) AS address FROM contacts AS one
        WHERE one.company = customers.company AND one.receiver = customers.receiver
        GROUP BY recipient ORDER BY recipient LIMIT 3)),
     (SELECT count(DISTINCT recipient) FROM contacts AS one
        WHERE one.company = customers.company AND one.receiver = customers.receiver),
     (SELECT max(confirmed_at) FROM contacts AS one
        WHERE one.company = customers.company AND one.receiver = customers.receiver),
     folded, extras
   FROM customers";

impl Customers for SqliteStore {
    fn customers(&self, query: &CustomerQuery) -> Result<Vec<Listed>, StoreError> {
        self.read(|db| list(db, query))
    }

    fn customer(&self, company: &Rfc, receiver: &Rfc) -> Result<Option<Listed>, StoreError> {
        self.read(|db| one(db, company, receiver))
    }

    fn rules_of(&self, company: &Rfc, receiver: &Rfc) -> Result<Rules, StoreError> {
        self.read(|db| rules_of(db, company, receiver))
    }

    fn change_customers(&self, changes: &[CustomerChange]) -> Result<(), StoreError> {
        self.write(|tx| changes.iter().try_for_each(|wanted| change(tx, wanted)))
    }

    fn remove_customer(&self, company: &Rfc, receiver: &Rfc) -> Result<bool, StoreError> {
        self.write(|tx| {
            let values = [company.as_str(), receiver.as_str()];
            tx.execute("DELETE FROM contacts WHERE company = ?1 AND receiver = ?2", values)?;
            Ok(tx.execute("DELETE FROM customers WHERE company = ?1 AND receiver = ?2", values)? > 0)
        })
    }
}

fn one(db: &Connection, company: &Rfc, receiver: &Rfc) -> Result<Option<Listed>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{CUSTOMER} WHERE company = ?1 AND receiver = ?2"))?;
    Ok(statement.query_row([company.as_str(), receiver.as_str()], listed_row).optional()?)
}

fn rules_of(db: &Connection, company: &Rfc, receiver: &Rfc) -> Result<Rules, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT form, grouping, extras FROM customers WHERE company = ?1 AND receiver = ?2")?;
    let found = statement.query_row([company.as_str(), receiver.as_str()], |row| rules(row, 0, 2)).optional()?;
    Ok(found.unwrap_or_default())
}

#[derive(Debug, thiserror::Error)]
#[error("unknown word in a customer")]
struct UnknownWord;

/// The rules: in the column `at` and the next one, and in `extras`.
fn rules(row: &Row<'_>, at: usize, extras: usize) -> rusqlite::Result<Rules> {
    let (form, grouping): (String, String) = (row.get(at)?, row.get(at + 1)?);
    Ok(Rules {
        form: Form::from_name(&form).ok_or_else(|| broken(UnknownWord))?,
        grouping: Grouping::from_name(&grouping).ok_or_else(|| broken(UnknownWord))?,
        extras: row.get(extras)?,
    })
}

fn list(db: &Connection, query: &CustomerQuery) -> Result<Vec<Listed>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{CUSTOMER} WHERE company = ?1 AND (folded, receiver) > (?2, ?3)
           AND (?4 = '' OR instr(folded, ?4) > 0 OR instr(receiver, ?7) > 0 OR EXISTS (SELECT 1 FROM contacts AS one
              WHERE one.company = customers.company AND one.receiver = customers.receiver AND instr(recipient, ?5) > 0))
         ORDER BY folded, receiver LIMIT ?6"
    ))?;
    let after = query.after.as_ref();
    let found = statement.query_map(
        params![
            query.company.as_str(),
            after.map_or("", |key| &key.folded),
            after.map_or("", |key| &key.receiver),
            folded(&query.text),
            query.text.trim().to_lowercase(),
            query.limit,
            query.text.trim().to_uppercase(),
        ],
        listed_row,
    )?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn listed_row(row: &Row<'_>) -> rusqlite::Result<Listed> {
    Ok(Listed {
        customer: Customer {
            company: row.get::<_, String>(0)?.parse().map_err(broken)?,
            receiver: row.get::<_, String>(1)?.parse().map_err(broken)?,
            name: row.get(2)?,
            rules: rules(row, 3, 9)?,
        },
        key: CustomerKey { folded: row.get(8)?, receiver: row.get(1)? },
        addresses: addresses(&row.get::<_, String>(5)?)?,
        count: row.get(6)?,
        confirmed_at: row.get(7)?,
    })
}

fn change(tx: &Transaction<'_>, wanted: &CustomerChange) -> Result<(), StoreError> {
    let CustomerChange { customer, remove, add } = wanted;
    for key in remove {
        tx.prepare_cached(
            "DELETE FROM contacts WHERE company = ?1 AND receiver = ?2 AND recipient = ?3 AND kind = ?4",
        )?
        .execute([customer.company.as_str(), &key.receiver, &key.recipient, &key.kind])?;
    }
    add.iter().try_for_each(|contact| contacts::confirm(tx, contact))?;
    note(tx, &customer.company, &customer.receiver, &customer.name)?;
    tx.prepare_cached(
        "UPDATE customers SET form = ?3, grouping = ?4, extras = ?5 WHERE company = ?1 AND receiver = ?2",
    )?
    .execute(params![
        customer.company.as_str(),
        customer.receiver.as_str(),
        customer.rules.form.name(),
        customer.rules.grouping.name(),
        customer.rules.extras,
    ])?;
    Ok(())
}

/// Makes sure that there is a row of the customer; an empty name leaves the one that is there.
pub(super) fn note(tx: &Transaction<'_>, company: &Rfc, receiver: &Rfc, name: &str) -> Result<(), StoreError> {
    let sorted = if name.is_empty() { folded(receiver.as_str()) } else { folded(name) };
    tx.prepare_cached(
        "INSERT INTO customers (company, receiver, name, folded) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (company, receiver) DO UPDATE SET name = ?3, folded = ?4 WHERE ?3 != ''",
    )?
    .execute([company.as_str(), receiver.as_str(), name, &sorted])?;
    Ok(())
}

/// What a confirmed delivery says of its customer.
pub(super) fn learn(tx: &Transaction<'_>, draft: &StoredDraft) -> Result<(), StoreError> {
    note(tx, &draft.company, &draft.receiver_rfc, &fit_name(&draft.receiver_name).unwrap_or_default())
}

/// What was said of the customers of a company goes with it.
pub(super) fn forget_company(tx: &Transaction<'_>, company: &Rfc) -> Result<(), StoreError> {
    tx.execute("DELETE FROM customers WHERE company = ?1", [company.as_str()])?;
    Ok(())
}

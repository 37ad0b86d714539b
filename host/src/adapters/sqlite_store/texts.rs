//! Texts for each kind of document.

use rusqlite::{OptionalExtension as _, Transaction, params};

use super::SqliteStore;
use crate::domain::rfc::Rfc;
use crate::domain::texts::{TextKind, Texts};
use crate::ports::TextStore;
use crate::ports::store::StoreError;

impl TextStore for SqliteStore {
    fn texts(&self, company: &Rfc, kind: TextKind) -> Result<Option<Texts>, StoreError> {
        self.read(|db| {
            let mut statement =
                db.prepare_cached("SELECT subject, body, html FROM texts WHERE company = ?1 AND kind = ?2")?;
            let row = statement.query_row(params![company.as_str(), kind.code()], |row| {
                Ok(Texts { subject: row.get(0)?, body: row.get(1)?, html: row.get(2)? })
            });
            Ok(row.optional()?)
        })
    }

    fn save_texts(&self, company: &Rfc, kind: TextKind, texts: &Texts) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO texts (company, kind, subject, body, html) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![company.as_str(), kind.code(), texts.subject, texts.body, texts.html],
            )?;
            Ok(())
        })
    }

    fn reset_texts(&self, company: &Rfc, kind: TextKind) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute("DELETE FROM texts WHERE company = ?1 AND kind = ?2", params![company.as_str(), kind.code()])?;
            Ok(())
        })
    }
}

/// What was written for a company goes with it.
pub(super) fn forget_company(tx: &Transaction<'_>, company: &Rfc) -> Result<(), StoreError> {
    tx.execute("DELETE FROM texts WHERE company = ?1", [company.as_str()])?;
    Ok(())
}

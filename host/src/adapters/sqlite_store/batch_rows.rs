//! Rows of batches, and the form in which they lie in the database.

use rusqlite::{Connection, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::rows::{broken, state, to_json};
use crate::domain::batch::{BatchId, ListRow};
use crate::domain::delivery::DeliveryId;
use crate::ports::batches::{BatchRow, NewRow, Refusal, RowDelivery, RowDocument, RowPart, RowQuery};
use crate::ports::store::StoreError;

/// The stored form of a document; a twin, so that the port may change without the database.
#[derive(Serialize, Deserialize)]
struct DocumentRow {
    receiver_name: Option<String>,
    folio: Option<String>,
    total: Option<String>,
    currency: Option<String>,
    reasons: Vec<String>,
    /// Absent in rows of versions that made no PDFs for lists.
    #[serde(default)]
    print: bool,
}

fn document_json(document: &RowDocument) -> Result<String, StoreError> {
    let RowDocument { receiver_name, folio, total, currency, reasons, print } = document.clone();
    to_json(&DocumentRow { receiver_name, folio, total, currency, reasons, print })
}

fn document(json: &str) -> rusqlite::Result<RowDocument> {
    let DocumentRow { receiver_name, folio, total, currency, reasons, print } =
        serde_json::from_str(json).map_err(broken)?;
    Ok(RowDocument { receiver_name, folio, total, currency, reasons, print })
}

pub(super) fn add(tx: &Transaction<'_>, batch: &BatchId, number: u32, row: &NewRow) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO batch_rows (batch, row, uuid, receiver_rfc, recipients, copies, document, failure, subject, message,
             new_recipients)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        batch.as_str(),
        number,
        row.asked.uuid,
        row.asked.receiver_rfc,
        to_json(&row.asked.to)?,
        to_json(&row.asked.cc)?,
        row.document.as_ref().map(document_json).transpose()?,
        row.refusal.as_ref().map(|refusal| refusal.kind.as_str()),
        row.refusal.as_ref().and_then(|refusal| refusal.subject.as_deref()),
        row.message,
        row.new_recipients,
    ])?;
    Ok(())
}

/// What a person has to look at.
const PROBLEMS: &str = "AND (r.failure IS NOT NULL OR m.failure IS NOT NULL OR d.state IN ('failed', 'unknown')
    OR (d.state = 'deferred' AND d.not_before IS NULL))";

pub(super) fn rows(db: &Connection, batch: &BatchId, query: &RowQuery) -> Result<Vec<BatchRow>, StoreError> {
    let filter = match query.part {
        RowPart::All => "",
        RowPart::Problems => PROBLEMS,
        RowPart::NewRecipients => "AND r.new_recipients > 0",
    };
    let mut statement = db.prepare_cached(&format!(
        "SELECT r.row, r.uuid, r.receiver_rfc, r.recipients, r.copies, r.document, coalesce(r.failure, m.failure),
             coalesce(r.subject, m.subject), r.message, d.id, d.state, d.reason, d.provider_id, d.changed_at, r.new_recipients
         FROM batch_rows r
         LEFT JOIN batch_messages m ON m.batch = r.batch AND m.number = r.message
         LEFT JOIN deliveries d ON d.id = m.delivery
         WHERE r.batch = ?1 AND r.row > ?2 {filter} ORDER BY r.row LIMIT ?3"
    ))?;
    let found = statement.query_map(params![batch.as_str(), query.after, query.limit], batch_row)?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn batch_row(row: &Row<'_>) -> rusqlite::Result<BatchRow> {
    let list = |at: usize| -> rusqlite::Result<Vec<String>> {
        serde_json::from_str(&row.get::<_, String>(at)?).map_err(broken)
    };
    let subject: Option<String> = row.get(7)?;
    let document = row.get::<_, Option<String>>(5)?.as_deref().map(document).transpose()?;
    // Of what was asked beyond what is made, nothing is kept.
    let print = document.as_ref().is_some_and(|document| document.print);
    Ok(BatchRow {
        number: row.get(0)?,
        asked: ListRow { uuid: row.get(1)?, receiver_rfc: row.get(2)?, to: list(3)?, cc: list(4)?, print },
        document,
        refusal: row.get::<_, Option<String>>(6)?.map(|kind| Refusal { kind, subject }),
        message: row.get(8)?,
        new_recipients: row.get(14)?,
        delivery: match row.get::<_, Option<String>>(9)? {
            None => None,
            Some(id) => Some(RowDelivery {
                id: DeliveryId::from_text(&id),
                state: state(&row.get::<_, String>(10)?)?,
                reason: row.get(11)?,
                provider_id: row.get(12)?,
                changed_at: row.get(13)?,
            }),
        },
    })
}

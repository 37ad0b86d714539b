//! `batch.rows` and `batch.result`: what became of every row.

use crate::domain::batch::{Stage, Table};
use crate::domain::delivery::State;
use crate::ports::batches::{Batch, BatchRow, RowPart, RowQuery};
use crate::protocol::batch::{
    BatchResult, BatchResultParams, BatchRowFilter, BatchRowView, BatchRows, BatchRowsParams,
};
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::hello::Locale;
use crate::protocol::texts;
use crate::usecase::{World, present};

/// Rows on a page when the caller does not say.
const PAGE: u32 = 200;

/// Most rows on a page.
const MAX_PAGE: u32 = 500;

/// A page ends at this size even before its last row, in bytes of JSON: far under the wire's 1 MiB, also with one longest row.
const MAX_PAGE_BYTES: usize = 512 * 1024;

/// A piece of the result ends at this size, in bytes of CSV: even where every character needs six as JSON it stays under
/// the wire's 1 MiB with one longest row.
const PIECE_BYTES: usize = 96 * 1024;

/// Rows read at once for a piece.
const PIECE_ROWS: u32 = 1_000;

/// Columns of the result.
const HEADER: [&str; 11] = [
    "row",
    "uuid",
    "receiver_rfc",
    "to",
    "cc",
    "state",
    "failure",
    "explanation",
    "delivery",
    "provider_id",
    "changed_at",
];

/// One page of rows, by number.
///
/// # Errors
/// `unknown_batch`, the store's.
pub fn rows(world: &World, params: &BatchRowsParams) -> Result<BatchRows, Fault> {
    let batch = super::find(world, &params.batch)?;
    let limit = params.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE);
    let query = RowQuery {
        part: match params.show {
            BatchRowFilter::All => RowPart::All,
            BatchRowFilter::Problems => RowPart::Problems,
            BatchRowFilter::NewRecipients => RowPart::NewRecipients,
        },
        after: params.after.unwrap_or(0),
        limit: limit + 1,
    };
    let found = world.store.batch_rows(&batch.id, &query)?;
    let (mut rows, mut bytes) = (Vec::new(), 0);
    for row in &found {
        if rows.len() == limit as usize || bytes > MAX_PAGE_BYTES {
            break;
        }
        let view = view(row);
        bytes += serde_json::to_string(&view).map_or(0, |text| text.len());
        rows.push(view);
    }
    let next = rows.last().map(|row| row.row).filter(|_| rows.len() < found.len());
    Ok(BatchRows { rows, next })
}

fn view(row: &BatchRow) -> BatchRowView {
    let document = row.document.clone().unwrap_or_default();
    let delivery = row.delivery.as_ref();
    BatchRowView {
        row: row.number,
        uuid: row.asked.uuid.clone(),
        receiver_rfc: row.asked.receiver_rfc.clone(),
        receiver_name: document.receiver_name,
        folio: document.folio,
        total: document.total,
        currency: document.currency,
        to: row.asked.to.clone(),
        cc: row.asked.cc.clone(),
        failure: row.refusal.as_ref().map(|refusal| refusal.kind.clone()),
        subject: row.refusal.as_ref().and_then(|refusal| refusal.subject.clone()),
        reasons: document.reasons,
        message: row.message,
        delivery: delivery.map(|delivery| delivery.id.to_string()),
        state: delivery.map(|delivery| present::state(delivery.state)),
        reason: delivery.and_then(|delivery| delivery.reason.clone()),
        print: document.print,
        new_recipients: row.new_recipients,
    }
}

/// A piece of the result as CSV, in the language of whoever asks.
///
/// # Errors
/// `unknown_batch`, the store's.
pub fn result(world: &World, params: &BatchResultParams, locale: Locale) -> Result<BatchResult, Fault> {
    let batch = super::find(world, &params.batch)?;
    let after = params.after.unwrap_or(0);
    let mut table = Table::default();
    if after == 0 {
        table.line(HEADER);
    }
    let last = fill(world, &batch, after, locale, &mut table)?;
    Ok(BatchResult { csv: table.into_text(), next: (last < batch.rows).then_some(last) })
}

/// Writes rows until the piece is full; gives the last row's number.
fn fill(world: &World, batch: &Batch, mut last: u32, locale: Locale, table: &mut Table) -> Result<u32, Fault> {
    loop {
        let query = RowQuery { part: RowPart::All, after: last, limit: PIECE_ROWS };
        let found = world.store.batch_rows(&batch.id, &query)?;
        for row in &found {
            if table.size() > PIECE_BYTES {
                return Ok(last);
            }
            table.line(cells(batch, row, locale));
            last = row.number;
        }
        if found.len() < PIECE_ROWS as usize {
            return Ok(batch.rows);
        }
    }
}

fn cells(batch: &Batch, row: &BatchRow, locale: Locale) -> [String; HEADER.len()] {
    let delivery = row.delivery.as_ref();
    let state = match (&row.refusal, delivery.map(|delivery| delivery.state)) {
        (Some(_), _) => "refused",
        (None, Some(State::Committed)) => State::Sending.as_str(),
        (None, Some(state)) => state.as_str(),
        (None, None) if batch.stage == Stage::Cancelled => State::Cancelled.as_str(),
        (None, None) => Stage::Checked.as_str(),
    };
    let reason = delivery.and_then(|delivery| delivery.reason.clone());
    let failure = row.refusal.as_ref().map(|refusal| refusal.kind.clone()).or(reason).unwrap_or_default();
    [
        row.number.to_string(),
        row.asked.uuid.clone(),
        row.asked.receiver_rfc.clone(),
        row.asked.to.join("; "),
        row.asked.cc.join("; "),
        state.to_owned(),
        failure.clone(),
        explanation(row, &failure, state, locale),
        delivery.map(|delivery| delivery.id.to_string()).unwrap_or_default(),
        delivery.and_then(|delivery| delivery.provider_id.clone()).unwrap_or_default(),
        delivery.map(|delivery| present::time(delivery.changed_at)).unwrap_or_default(),
    ]
}

/// What a person reads: the failure with what it is about, or what the state means.
fn explanation(row: &BatchRow, failure: &str, state: &str, locale: Locale) -> String {
    let Some(kind) = Kind::from_code(failure) else {
        return texts::get(&format!("state_{state}"), locale).unwrap_or_default().to_owned();
    };
    let mut sentences = vec![texts::failure(kind, locale)];
    if let Some(subject) = row.refusal.as_ref().and_then(|refusal| refusal.subject.as_deref()) {
        sentences.push(format!("({subject})"));
    }
    if kind == Kind::DocumentRefused {
        let reasons = row.document.iter().flat_map(|document| &document.reasons);
        sentences.extend(reasons.filter_map(|code| texts::get(&format!("reason_{code}"), locale)).map(str::to_owned));
    }
    sentences.join(" ")
}

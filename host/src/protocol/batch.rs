//! `batch.*`: many deliveries from one list, checked row by row before anything leaves.

use serde::{Deserialize, Serialize};

use super::delivery::DeliveryState;

/// One row of a list: one document and who gets it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BatchRowParam {
    /// Folio fiscal.
    pub uuid: String,
    /// RFC that the XML's receiver must have.
    pub receiver_rfc: String,
    /// Recipients.
    pub to: Vec<String>,
    /// Copies, beside the company's own.
    #[serde(default)]
    pub cc: Vec<String>,
    /// Whether a PDF is made of a document that has none.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub print: Option<bool>,
}

/// Parameters of `batch.check`: exactly one of `csv` and `rows`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BatchCheck {
    /// RFC of the company; absent means the issuer of each XML.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub company: Option<String>,
    /// What the person calls it, 1 to 100 characters; absent means the time.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub name: Option<String>,
    /// Text of a CSV file with the columns `uuid,receiver_rfc,to,cc,print`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub csv: Option<String>,
    /// The same as rows, 1 to 10,000.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub rows: Option<Vec<BatchRowParam>>,
    /// Whether a PDF is made of every document that has none; absent means where the list says so.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub print: Option<bool>,
}

/// How a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum BatchState {
    /// Checked; nothing was queued.
    Checked,
    /// Its deliveries are in the outbox.
    Running,
    /// What has not begun waits for a person.
    Paused,
    /// Called off; what had left stays as it is.
    Cancelled,
    /// Every delivery of it has ended or is held for a person.
    Done,
}

/// A batch in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BatchView {
    /// Identifier.
    pub batch: String,
    /// What the person calls it.
    pub name: String,
    /// How it stands.
    pub state: BatchState,
    /// SHA-256 over everything that would leave; confirmed with `batch.start`.
    pub digest: String,
    /// Rows of the list.
    pub rows: u32,
    /// Rows that cannot be sent, each with its failure.
    pub refused: u32,
    /// Rows that can be sent but ask for a look: warnings of the reader.
    pub warned: u32,
    /// Messages that the good rows make: rows for the same receiver and recipients travel together.
    pub messages: u32,
    /// Messages that wait or are being sent.
    pub under_way: u32,
    /// Messages that the provider accepted.
    pub sent: u32,
    /// Messages held for a person: unknown, or waiting without a time.
    pub need_person: u32,
    /// Messages that failed, were cancelled, or were refused at queuing.
    pub failed: u32,
    /// Estimated seconds until the last waiting message has left, by pace and daily budget; null when nothing waits.
    pub seconds_left: Option<u32>,
    /// When its account goes on by itself (RFC 3339), while it may not send now.
    pub continues_at: Option<String>,
    /// When it was checked (RFC 3339).
    pub created_at: String,
    /// Rows that can be sent and have a recipient whom nobody had confirmed for that receiver when the list was checked.
    pub new_recipients: u32,
}

/// Parameters of `batch.start`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BatchStart {
    /// The batch.
    pub batch: String,
    /// [`BatchView::digest`] that the person saw.
    pub confirmed: String,
}

/// Parameters of `batch.get`, `batch.pause`, `batch.resume` and `batch.cancel`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BatchRef {
    /// The batch.
    pub batch: String,
}

/// Parameters of `batch.list`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BatchListParams {
    /// At most this many, 1 to 100; 20 when absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub limit: Option<u32>,
}

/// Answer of `batch.list`, newest first.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BatchList {
    /// The batches.
    pub batches: Vec<BatchView>,
}

/// Which rows to show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum BatchRowFilter {
    /// Every row.
    #[default]
    All,
    /// Rows that cannot be sent, or whose delivery failed or is held.
    Problems,
    /// Rows with a recipient whom nobody had confirmed for that receiver when the list was checked.
    NewRecipients,
}

/// Parameters of `batch.rows`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BatchRowsParams {
    /// The batch.
    pub batch: String,
    /// Which rows.
    #[serde(default)]
    pub show: BatchRowFilter,
    /// At most this many, 1 to 500; 200 when absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub limit: Option<u32>,
    /// [`BatchRows::next`] of the page before.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub after: Option<u32>,
}

/// One row with its verdict and, once it is queued, its delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BatchRowView {
    /// Number in the list, from 1.
    pub row: u32,
    /// Folio fiscal as the list has it.
    pub uuid: String,
    /// RFC of the receiver as the list has it.
    pub receiver_rfc: String,
    /// Name of the receiver, from the XML.
    pub receiver_name: Option<String>,
    /// `{serie}{folio}` of the document, from the XML.
    pub folio: Option<String>,
    /// Amount of the document, from the XML.
    pub total: Option<String>,
    /// Currency of the amount.
    pub currency: Option<String>,
    /// Recipients as the list has them.
    pub to: Vec<String>,
    /// Copies as the list has them.
    pub cc: Vec<String>,
    /// Why it cannot be sent: a failure kind.
    pub failure: Option<String>,
    /// What the failure is about, where that helps.
    pub subject: Option<String>,
    /// What speaks against the document: codes of the reader.
    pub reasons: Vec<String>,
    /// Number of the message that it travels in, from 1; rows with the same number travel together.
    pub message: Option<u32>,
    /// The delivery, once it is queued.
    pub delivery: Option<String>,
    /// The delivery's state.
    pub state: Option<DeliveryState>,
    /// Why the delivery waits or failed: a failure kind.
    pub reason: Option<String>,
    /// Whether a PDF that we make goes with it.
    pub print: bool,
    /// Recipients whom nobody had confirmed for that receiver when the list was checked.
    pub new_recipients: u32,
}

/// One page of rows, by number.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BatchRows {
    /// The rows.
    pub rows: Vec<BatchRowView>,
    /// Give this as `after` for the next page; null at the end.
    pub next: Option<u32>,
}

/// Parameters of `batch.result`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BatchResultParams {
    /// The batch.
    pub batch: String,
    /// [`BatchResult::next`] of the page before.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub after: Option<u32>,
}

/// A piece of the result as CSV (RFC 4180, UTF-8); the first piece begins with the header line.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BatchResult {
    /// Text to append to the pieces before.
    pub csv: String,
    /// Give this as `after` for the next piece; null at the end.
    pub next: Option<u32>,
}

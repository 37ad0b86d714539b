//! `notice.preview` and `notice.send`: telling a customer that a document which it has is being cancelled.

use serde::{Deserialize, Serialize};

/// Parameters of `notice.preview` and `notice.send`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NoticeParams {
    /// The delivery by which the customer got it; it must be `sent`. Its recipients get the notice.
    pub delivery: String,
    /// Folio fiscal of the document, one of that delivery's.
    pub uuid: String,
    /// The SAT's code of the motive: `01`, `02`, `03` or `04`.
    pub motive: String,
    /// Folio fiscal of the document that takes its place; with motive `01` and only then.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub replaced_by: Option<String>,
    /// [`NoticePreview::digest`] of what the person saw; only for `notice.send`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub confirmed: Option<String>,
}

/// The notice as it would leave.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NoticePreview {
    /// SHA-256 over all that would leave.
    pub digest: String,
    /// Sender address.
    pub from: String,
    /// Recipients.
    pub to: Vec<String>,
    /// Copies.
    pub cc: Vec<String>,
    /// Blind copies.
    pub bcc: Vec<String>,
    /// Subject.
    pub subject: String,
    /// Text.
    pub message: String,
}

//! `delivery.*`: preview, send, and the outbox.

use serde::{Deserialize, Serialize};

use super::library::DocumentView;

/// What a person may take upon themselves for one document: a closed list, each a code of `reasons`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Acceptable {
    /// The seal does not correspond to the certificate in the XML.
    SelloInvalid,
    /// The certificate in the XML is not the one that it names.
    CertificadoMismatch,
    /// The SAT says that the document is cancelled.
    Cancelled,
}

/// A document to send: by folio fiscal from a company's folders, or by path (never from a portal).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DocumentParam {
    /// Folio fiscal.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub uuid: Option<String>,
    /// RFC that the XML's receiver must have; compulsory from a portal.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub receiver_rfc: Option<String>,
    /// Absolute path of the XML.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub path: Option<String>,
    /// Whether a PDF is made from the XML where none exists (`pdf_exists` where one does); never from a portal.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub print: Option<bool>,
    /// Reasons against it that a person has accepted by name in our own window; never from a portal or a list. What the
    /// document does not have changes nothing.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<Acceptable>>"))]
    pub accept: Vec<Acceptable>,
}

/// Parameters of `delivery.preview`, and with `confirmed` of `delivery.send`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeliveryParams {
    /// RFC of the company; absent means the issuer of the XML.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub company: Option<String>,
    /// 1 to 10 documents for one receiver.
    pub documents: Vec<DocumentParam>,
    /// Recipients.
    pub to: Vec<String>,
    /// Copies, beside the company's own.
    #[serde(default)]
    pub cc: Vec<String>,
    /// Blind copies, beside the company's own; never from a portal.
    #[serde(default)]
    pub bcc: Vec<String>,
    /// Subject instead of the company's text; never from a portal.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub subject: Option<String>,
    /// Text instead of the company's; never from a portal.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub message: Option<String>,
    /// Idempotency key, 1 to 100 characters, unique per origin.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub key: Option<String>,
    /// Number of the last sending plus one, to send again on purpose; never from a portal.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub resend: Option<u32>,
    /// Not before this time (RFC 3339).
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub not_before: Option<String>,
    /// Origin of the portal that asked, stamped by the worker.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub portal: Option<String>,
    /// [`Preview::digest`] that the person confirmed; compulsory in `delivery.send`, forbidden in `delivery.preview`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub confirmed: Option<String>,
    /// Only in `delivery.send`, only from a portal, and instead of `confirmed`: it is queued by the portal's rule for the company,
    /// or answered with `confirmation_needed`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub unattended: Option<bool>,
}

/// One attachment exactly as it would leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AttachmentView {
    /// File name in the message, ASCII.
    pub name: String,
    /// `application/xml` or `application/pdf`.
    pub content_type: String,
    /// Bytes.
    pub size: u32,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// Whether it is a printed representation that we made from the XML.
    pub made: bool,
}

/// Where a recipient stands in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum RecipientField {
    /// Recipient.
    To,
    /// Copy.
    Cc,
    /// Blind copy.
    Bcc,
}

/// One of those who would get the message, and what is known of them; no part of the digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RecipientView {
    /// Address.
    pub address: String,
    /// Where it stands.
    pub field: RecipientField,
    /// Whether a person confirmed it before for this receiver in this company; never for a generic receiver.
    pub known: bool,
    /// Whether it is one of the company's own copies: neither known nor new.
    pub own: bool,
    /// When a person confirmed it last (RFC 3339).
    pub last_confirmed_at: Option<String>,
}

/// Exactly what would leave.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Preview {
    /// SHA-256 over all of it; what was confirmed is what is queued.
    pub digest: String,
    /// RFC of the company.
    pub company: String,
    /// Sender: the account's address under the company's name.
    pub from: String,
    /// Recipients.
    pub to: Vec<String>,
    /// Copies.
    pub cc: Vec<String>,
    /// Blind copies.
    pub bcc: Vec<String>,
    /// Reply-To address.
    pub reply_to: Option<String>,
    /// Subject.
    pub subject: String,
    /// Text.
    pub message: String,
    /// The HTML beside it as a whole document, to be shown without scripts and without fetching anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub html: Option<String>,
    /// The documents, from their XML.
    pub documents: Vec<DocumentView>,
    /// The attachments.
    pub attachments: Vec<AttachmentView>,
    /// Name of the one ZIP archive in which they travel, where the customer wants that; absent for loose files.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub zip: Option<String>,
    /// Resend number that this would have; 0 is the first sending.
    pub resend: u32,
    /// Bytes of all attachments.
    pub size: u32,
    /// Everybody in `to`, `cc` and `bcc`, in this order, with what is known of them.
    pub recipients: Vec<RecipientView>,
}

/// States of a delivery; see the transition table in `domain::delivery`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum DeliveryState {
    /// *En la bandeja de salida*.
    Queued,
    /// *Enviándose*.
    Sending,
    /// *En espera*, with a reason and maybe a time.
    Deferred,
    /// *No se sabe si salió*: it may have been sent; held for a person.
    Unknown,
    /// *Enviado (aceptado por Gmail)*.
    Sent,
    /// *No se envió*.
    Failed,
    /// *Cancelado*.
    Cancelled,
    /// Replaced by a new delivery with the next resend number.
    Superseded,
}

impl DeliveryState {
    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Deferred => "deferred",
            Self::Unknown => "unknown",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Superseded => "superseded",
        }
    }
}

/// The newest delivery of a document, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SentMark {
    /// The delivery.
    pub delivery: String,
    /// Its state.
    pub state: DeliveryState,
    /// When it came into that state (RFC 3339).
    pub at: String,
    /// Its resend number.
    pub resend: u32,
}

/// A delivery in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeliveryView {
    /// Identifier.
    pub delivery: String,
    /// State.
    pub state: DeliveryState,
    /// Why it waits or failed: a failure kind; texts under `err_<kind>` and `rec_<kind>`.
    pub reason: Option<String>,
    /// When it goes on by itself (RFC 3339).
    pub not_before: Option<String>,
    /// Whether the commit point was passed, after which it cannot be cancelled.
    pub committed: bool,
    /// RFC of the company.
    pub company: String,
    /// RFC of the receiver.
    pub receiver_rfc: String,
    /// Name of the receiver.
    pub receiver_name: String,
    /// Sender address.
    pub from: String,
    /// Recipients.
    pub to: Vec<String>,
    /// Copies.
    pub cc: Vec<String>,
    /// Subject.
    pub subject: String,
    /// Folios fiscales.
    pub uuids: Vec<String>,
    /// `{serie}{folio}` of the documents, for people.
    pub folios: Vec<String>,
    /// Resend number.
    pub resend: u32,
    /// Origin of the portal that asked.
    pub portal: Option<String>,
    /// Message id at the provider; only a `sent` delivery has one.
    pub provider_id: Option<String>,
    /// When it was accepted into the queue (RFC 3339).
    pub created_at: String,
    /// When it changed last (RFC 3339).
    pub changed_at: String,
}

/// Answer of `delivery.send`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeliverySent {
    /// The delivery; queued, or the one that this `key` already made.
    pub delivery: DeliveryView,
    /// Whether the `key` had made it before.
    pub existing: bool,
}

/// Parameters of `delivery.list`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeliveryListParams {
    /// RFC of the company.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub company: Option<String>,
    /// Only this state.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub state: Option<DeliveryState>,
    /// Words of subject, recipient, receiver, folio or folio fiscal.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub text: Option<String>,
    /// At most this many, 1 to 200; 50 when absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub limit: Option<u32>,
    /// [`DeliveryPage::next`] of the page before.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub after: Option<String>,
}

/// One page of deliveries, newest first.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeliveryPage {
    /// The deliveries.
    pub deliveries: Vec<DeliveryView>,
    /// Give this as `after` for the next page; null at the end.
    pub next: Option<String>,
}

/// Parameters of `delivery.export`: the filters of `delivery.list`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeliveryExport {
    /// RFC of the company.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub company: Option<String>,
    /// Only this state.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub state: Option<DeliveryState>,
    /// Words of subject, recipient, receiver, folio or folio fiscal.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub text: Option<String>,
    /// [`DeliveriesExported::next`] of the piece before.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub after: Option<String>,
}

/// A piece of the outbox as CSV (RFC 4180, UTF-8), newest first; the first piece begins with the header line. Cells that a
/// spreadsheet would take for a formula begin with an apostrophe.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeliveriesExported {
    /// Text to append to the pieces before.
    pub csv: String,
    /// Give this as `after` for the next piece; null at the end.
    pub next: Option<String>,
}

/// Parameters of `delivery.get`, `delivery.retry` and `delivery.cancel`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeliveryRef {
    /// Identifier.
    pub delivery: String,
    /// Origin of the portal that asks; it knows only its own deliveries.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub portal: Option<String>,
}

/// A recipient whom the provider refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RefusedView {
    /// Address.
    pub address: String,
    /// Enhanced status code (RFC 3463) such as `5.1.1`, or the reply code where there is none.
    pub code: String,
}

/// One line of a delivery's ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LedgerLine {
    /// When (RFC 3339).
    pub at: String,
    /// State after it.
    pub state: DeliveryState,
    /// What happened: a ledger event or a failure kind.
    pub event: String,
    /// Attempt number, from 1; 0 before the first.
    pub attempt: u32,
    /// Process that wrote the line.
    pub process: u32,
    /// Message id at the provider, when it accepted.
    pub provider_id: Option<String>,
    /// Recipients that it refused; absent where it named none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<RefusedView>>"))]
    pub refused: Vec<RefusedView>,
}

/// A reason against a document that a person took upon themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AcceptedView {
    /// Folio fiscal.
    pub uuid: String,
    /// `{serie}{folio}`, or empty.
    pub number: String,
    /// Code; its text is under `reason_<code>`.
    pub reason: String,
}

/// Answer of `delivery.get`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeliveryDetail {
    /// The delivery.
    pub delivery: DeliveryView,
    /// Its text.
    pub message: String,
    /// Blind copies.
    pub bcc: Vec<String>,
    /// Its attachments with their hashes.
    pub attachments: Vec<AttachmentView>,
    /// Name of the ZIP archive in which they travel; absent for loose files.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub zip: Option<String>,
    /// What a person took upon themselves when it was confirmed.
    pub accepted: Vec<AcceptedView>,
    /// Its history, oldest first.
    pub ledger: Vec<LedgerLine>,
    /// A search in Gmail for what may have been sent, for an `unknown` delivery; none where another provider has the mailbox.
    pub gmail_search: Option<String>,
    /// A search in Gmail for notices that it came back, for a `sent` delivery; absent for others and for other providers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub returned_search: Option<String>,
}

/// What the person says about an `unknown` delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Resolution {
    /// The person found it in Gmail.
    WasSent,
    /// The person wants it sent again, as a new delivery with the next resend number.
    SendAgain,
}

/// Parameters of `delivery.resolve`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeliveryResolve {
    /// Identifier.
    pub delivery: String,
    /// What the person says.
    pub outcome: Resolution,
}

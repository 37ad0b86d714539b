//! `library.scan`, `library.search`, `library.get`, `folder.pick`, `file.pick`.

use serde::{Deserialize, Serialize};

use super::delivery::SentMark;

/// Parameters of `library.scan`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LibraryScan {
    /// Only this company's folders; absent means all companies'.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub company: Option<String>,
}

/// What a scan did, counts of XML files.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LibraryScanned {
    /// Files seen.
    pub files: u32,
    /// Files read and indexed anew.
    pub indexed: u32,
    /// Files that had not changed.
    pub unchanged: u32,
    /// Files refused, with their reasons kept.
    pub refused: u32,
    /// Files that are gone from the index.
    pub removed: u32,
    /// Seconds taken.
    pub seconds: f32,
}

/// Parameters of `library.search`; every given field must match.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LibrarySearch {
    /// RFC of the issuer.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub company: Option<String>,
    /// Words of folio, receiver name, RFC or folio fiscal.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub text: Option<String>,
    /// Earliest date, `AAAA-MM-DD`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub from_date: Option<String>,
    /// Latest date, `AAAA-MM-DD`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub to_date: Option<String>,
    /// At most this many, 1 to 200; 20 when absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub limit: Option<u32>,
    /// [`LibraryPage::next`] of the page before.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub after: Option<String>,
}

/// One page of documents, newest first.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LibraryPage {
    /// The documents.
    pub documents: Vec<DocumentView>,
    /// Give this as `after` for the next page; null at the end.
    pub next: Option<String>,
}

/// Parameters of `library.get`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LibraryGet {
    /// Folio fiscal.
    pub uuid: String,
}

/// Whether a document may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Verdict {
    /// Nothing to say against it.
    Accept,
    /// It may leave; the reasons are shown.
    Warn,
    /// It may not leave.
    Refuse,
}

/// One CFDI as read from its XML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DocumentView {
    /// Folio fiscal, upper case.
    pub uuid: String,
    /// `4.0`, `3.3`, ...
    pub version: String,
    /// `I`, `E`, `T`, `N`, `P`, or `R` for Retenciones.
    pub kind: String,
    /// RFC of the issuer.
    pub issuer_rfc: String,
    /// Name of the issuer.
    pub issuer_name: String,
    /// RFC of the receiver.
    pub receiver_rfc: String,
    /// Name of the receiver.
    pub receiver_name: String,
    /// Serie, or empty.
    pub serie: String,
    /// Folio, or empty.
    pub folio: String,
    /// `AAAA-MM-DDThh:mm:ss`, local to the place of issue.
    pub date: String,
    /// Decimal text as in the XML; for kind P the sum of the payments.
    pub total: String,
    /// ISO 4217 code as in the XML.
    pub currency: String,
    /// Whether it may leave.
    pub verdict: Verdict,
    /// Codes of what speaks against it; texts under `reason_<code>`.
    pub reasons: Vec<String>,
    /// File name of the XML.
    pub xml_name: String,
    /// File name of the PDF, if there is one.
    pub pdf_name: Option<String>,
    /// Its newest delivery, if any.
    pub sent: Option<SentMark>,
}

/// Parameters of `folder.pick` and `file.pick`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Pick {
    /// Title of the dialog, at most 120 characters.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub title: Option<String>,
}

/// What the person chose in the operating system's dialog.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Picked {
    /// Absolute path, or null when the dialog was dismissed.
    pub path: Option<String>,
}

//! `library.scan`, `library.search`, `library.get`, `library.problems`, `library.watch`, `folder.pick`, `file.pick`.

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
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// Files that are still being written: the next scan looks at them again.
    pub waiting: u32,
    /// Folders that could not be reached; what is indexed of them stays, marked `folder_offline`.
    pub offline: Vec<String>,
    /// What may help a person; its text is under `hint_<code>`.
    pub hint: Option<ScanHint>,
    /// Seconds taken.
    pub seconds: f32,
}

/// What may help a person after a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ScanHint {
    /// The folders hold no XML: where ERPs put them.
    EmptyFolder,
}

/// Answer of `library.watch`: every company's folders, each in one of the lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LibraryWatched {
    /// Folders whose changes are heard of at once.
    pub folders: Vec<String>,
    /// Folders that cannot be watched and are scanned every half minute instead.
    pub polled: Vec<PolledFolder>,
}

/// A folder that cannot be watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PolledFolder {
    /// The folder, as people write paths.
    pub folder: String,
    /// Why.
    pub why: PolledWhy,
}

/// Why a folder cannot be watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum PolledWhy {
    /// It lies on a network drive.
    Network,
    /// It has more folders inside than are watched, or the system watches no more.
    Limit,
    /// It is not there, or the system refuses.
    Unavailable,
}

/// Parameters of `library.problems`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LibraryProblems {
    /// Only this company's folders; absent means all companies'.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub company: Option<String>,
    /// At most this many, 1 to 200; 50 when absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub limit: Option<u32>,
    /// [`ProblemPage::next`] of the page before.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub after: Option<String>,
}

/// One page of the files that cannot be sent, by path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ProblemPage {
    /// Folders that the last scan could not reach.
    pub offline: Vec<String>,
    /// The files.
    pub problems: Vec<ProblemView>,
    /// Files in all, on every page.
    pub total: u32,
    /// Give this as `after` for the next page; null at the end.
    pub next: Option<String>,
}

/// A file that cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ProblemView {
    /// Where it lies, as people write paths.
    pub path: String,
    /// Codes of what speaks against it; texts under `reason_<code>`.
    pub reasons: Vec<String>,
    /// It is still being written and will be looked at again.
    pub waiting: bool,
    /// The folio fiscal that it shares with other files (`uuid_conflict`).
    pub uuid: Option<String>,
    /// Where files with that folio fiscal and other content lie; the first five.
    pub rivals: Vec<String>,
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
    /// Beginnings of words of the receiver's name, of its RFC, or of serie and folio, whatever their case and accents; a
    /// whole folio fiscal; a date; an amount with `$` or cents.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub text: Option<String>,
    /// RFC of the receiver.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub receiver_rfc: Option<String>,
    /// `I`, `E`, `T`, `N`, `P`, or `R`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub kind: Option<String>,
    /// The amount that a person recognises, as a decimal; trailing zeros do not matter.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub amount: Option<String>,
    /// True: on its way, sent, or perhaps sent; false: none of these. Pages may then be shorter than `limit`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub sent: Option<bool>,
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

/// Parameters of `library.print`: one of both.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LibraryPrint {
    /// Folio fiscal.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub uuid: Option<String>,
    /// Absolute path of the XML.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub path: Option<String>,
    /// What refuses the document and the person has taken upon themselves, as in `delivery.preview`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<super::delivery::Acceptable>>"))]
    pub accept: Vec<super::delivery::Acceptable>,
}

/// Parameters of `library.pdf`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LibraryPdf {
    /// Folio fiscal.
    pub uuid: String,
    /// [`PdfPiece::next`] of the piece before.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub offset: Option<u32>,
}

/// A piece of a document's PDF as it lies in its folder.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PdfPiece {
    /// File name.
    pub name: String,
    /// Bytes of the whole file.
    pub size: u32,
    /// SHA-256 of the whole file, lower-case hex: that of the attachment, as long as the file is the same.
    pub sha256: String,
    /// Up to 512 KiB of it, in base64 (RFC 4648 section 4).
    pub bytes: String,
    /// Give this as `offset` for the next piece; null at the end.
    pub next: Option<u32>,
}

/// A printed representation that was made and is being shown.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Printed {
    /// Its name as an attachment.
    pub name: String,
    /// Bytes.
    pub size: u32,
    /// SHA-256 of the file, lower-case hex: that of the attachment, as long as the XML is the same.
    pub sha256: String,
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

/// An invoice that a kind P pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PaidView {
    /// Its folio fiscal as the XML writes it, or another number.
    pub id: String,
    /// Serie and folio in one word, or empty.
    pub number: String,
    /// What was paid of it, or empty.
    pub amount: String,
    /// The currency of the amount, or empty.
    pub currency: String,
    /// Which payment of it this is, or empty.
    pub installment: String,
}

/// What a look at a document's seal came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum SealState {
    /// It corresponds to the certificate in the XML; that says nothing about the SAT.
    Valid,
    /// It does not.
    Invalid,
    /// It could not be checked; this speaks neither for nor against the document.
    NotChecked,
}

/// A document's seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SealView {
    /// What the look came to.
    pub state: SealState,
    /// Why it was not checked; its text is under `seal_<note>`.
    pub note: Option<String>,
}

/// What came of asking the SAT about a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum StatusOutcome {
    /// *Vigente*.
    Current,
    /// *Cancelado*.
    Cancelled,
    /// *No encontrado*.
    NotFound,
    /// The SAT could not be asked, which says nothing about the document and keeps nothing here.
    CouldNotAsk,
}

/// What the SAT said of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StatusView {
    /// What came of asking.
    pub outcome: StatusOutcome,
    /// Why it could not be asked; its text is under `status_why_<note>`.
    pub note: Option<String>,
    /// When it was asked (RFC 3339).
    pub asked_at: String,
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
    /// The invoices that a kind P pays: at most 100, in lists at most 3.
    pub paid: Vec<PaidView>,
    /// How many invoices it pays in all.
    pub paid_count: u32,
    /// Whether it may leave.
    pub verdict: Verdict,
    /// Codes of what speaks against it; texts under `reason_<code>`.
    pub reasons: Vec<String>,
    /// Its seal; null where it was not looked at, as in the pages of the index.
    pub seal: Option<SealView>,
    /// What the SAT says of it: in a preview, and in `library.get` as far as it is remembered; null where the check is off or
    /// the service does not know its kind.
    pub status: Option<StatusView>,
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

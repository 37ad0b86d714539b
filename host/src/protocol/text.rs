//! `text.*`: the texts of a company's mails for each kind of document.

use serde::{Deserialize, Serialize};

/// Parameters of `text.get` and `text.reset`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TextRef {
    /// RFC of the company.
    pub company: String,
    /// `I`, `E`, `T`, `N`, `P`, or `several` for several documents in one message.
    pub kind: String,
}

/// Parameters of `text.save`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TextSave {
    /// RFC of the company.
    pub company: String,
    /// As in [`TextRef::kind`].
    pub kind: String,
    /// Subject with `{{variables}}`.
    pub subject: String,
    /// Plain text with `{{variables}}`; empty where it is made from the HTML.
    pub body: String,
    /// HTML with `{{variables}}`, a fragment within the allow-list, under 100 kB; absent or empty for none.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub html: Option<String>,
}

/// Parameters of `text.preview`: texts as they are being written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TextPreviewParams {
    /// RFC of the company.
    pub company: String,
    /// As in [`TextRef::kind`].
    pub kind: String,
    /// Subject with `{{variables}}`.
    pub subject: String,
    /// Plain text with `{{variables}}`; empty where it is made from the HTML.
    pub body: String,
    /// HTML with `{{variables}}`; absent or empty for none.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub html: Option<String>,
    /// A document of the company's index; absent means the newest of that kind.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub uuid: Option<String>,
}

/// The texts of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TextView {
    /// RFC of the company.
    pub company: String,
    /// As in [`TextRef::kind`].
    pub kind: String,
    /// Whether a person wrote them for this kind; otherwise they are the company's general ones or the default.
    pub own: bool,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// HTML, if any.
    pub html: Option<String>,
    /// All kinds of this company that have texts of their own.
    pub own_kinds: Vec<String>,
}

/// A part of HTML: an element that begins, a text, or, with neither, the end of the element that began last. Elements without
/// content (`br`, `col`, `hr`) have no end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TextPiece {
    /// Name of the element.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub element: Option<String>,
    /// Its attributes: name and value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<(String, String)>>"))]
    pub attributes: Vec<(String, String)>,
    /// Text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub text: Option<String>,
}

/// What a mail with these texts would say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TextPreview {
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// The HTML in parts, in their order, so that no page reads markup; empty where there is none.
    pub html: Vec<TextPiece>,
    /// Folios fiscales of the documents with which they were filled in; empty where the index has none and an invented one stands in.
    pub uuids: Vec<String>,
    /// `{serie}{folio}` of the same.
    pub folios: Vec<String>,
}

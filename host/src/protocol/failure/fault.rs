//! A failure with what it is about, before and after it has a language.

use serde::Serialize;

use super::{Kind, Retry};
use crate::protocol::hello::Locale;
use crate::protocol::texts;

/// What the extension needs to act on a failure; never a token, a path of a portal's concern, or an exception text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FailureData {
    /// What went wrong.
    pub kind: Kind,
    /// When the same request may succeed.
    pub retry: Retry,
    /// The parameter, address, variable or file name that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub subject: Option<String>,
    /// The delivery that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub delivery: Option<String>,
    /// The sign-in flow that can ask again for the missing scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub flow: Option<String>,
    /// Codes of what speaks against a document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<String>>"))]
    pub reasons: Vec<String>,
    /// Folio fiscal of the document that it is about, where accepting `acceptable` would let it leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub document: Option<String>,
    /// Those of `reasons` that a person may accept for this document; only where nothing else keeps it, never to a portal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<String>>"))]
    pub acceptable: Vec<String>,
    /// Where the files lie that it is about, as people write paths; never told to a portal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<String>>"))]
    pub files: Vec<String>,
    /// The limit that was passed, in the unit of its sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub limit: Option<u32>,
    /// How far this computer's clock is ahead of the provider's, in seconds; negative when it is behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub clock_ahead_seconds: Option<i32>,
    /// Where in the text of `subject` it is; never told to a portal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub place: Option<TextPlace>,
}

/// A place in a text that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TextPlace {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What stands there; empty where nothing can be named.
    pub found: String,
    /// The known variable that is nearest to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub nearest: Option<String>,
}

/// The `error` member of a refusal (JSON-RPC 2.0 section 5.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Failure {
    /// JSON-RPC error code.
    pub code: i32,
    /// What happened and what to do next, in the conversation's language.
    pub message: String,
    /// For programs.
    pub data: FailureData,
}

/// A failure before it has a language: what use cases return.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", data.kind.code())]
pub struct Fault {
    /// For programs.
    pub data: Box<FailureData>,
}

impl Fault {
    /// A failure of that kind.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let data = FailureData {
            kind,
            retry: kind.retry(),
            subject: None,
            delivery: None,
            flow: None,
            reasons: Vec::new(),
            document: None,
            acceptable: Vec::new(),
            files: Vec::new(),
            limit: None,
            clock_ahead_seconds: None,
            place: None,
        };
        Self { data: Box::new(data) }
    }

    /// Names the parameter, address, variable or file that it is about.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.data.subject = Some(subject.into());
        self
    }

    /// Names the delivery that it is about.
    #[must_use]
    pub fn of_delivery(mut self, delivery: impl Into<String>) -> Self {
        self.data.delivery = Some(delivery.into());
        self
    }

    /// Names the flow that can ask again.
    #[must_use]
    pub fn of_flow(mut self, flow: impl Into<String>) -> Self {
        self.data.flow = Some(flow.into());
        self
    }

    /// Adds the codes of what speaks against a document.
    #[must_use]
    pub fn because(mut self, reasons: Vec<String>) -> Self {
        self.data.reasons = reasons;
        self
    }

    /// Names the document that a person may send nevertheless, and what they would have to accept.
    #[must_use]
    pub fn unless_accepted(mut self, document: impl Into<String>, reasons: Vec<String>) -> Self {
        self.data.document = Some(document.into());
        self.data.acceptable = reasons;
        self
    }

    /// Names the files that it is about.
    #[must_use]
    pub fn in_files(mut self, files: Vec<String>) -> Self {
        self.data.files = files;
        self
    }

    /// Names the limit that was passed.
    #[must_use]
    pub fn over(mut self, limit: u32) -> Self {
        self.data.limit = Some(limit);
        self
    }

    /// Says how far this computer's clock is ahead, in seconds.
    #[must_use]
    pub fn clock_ahead(mut self, seconds: i32) -> Self {
        self.data.clock_ahead_seconds = Some(seconds);
        self
    }

    /// Names the place in a text.
    #[must_use]
    pub fn at_place(mut self, place: Option<TextPlace>) -> Self {
        self.data.place = place;
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.data.kind
    }

    /// Puts the failure into words.
    #[must_use]
    pub fn in_words(self, locale: Locale) -> Failure {
        let mut message = texts::failure(self.data.kind, locale);
        if let Some(seconds) = self.data.clock_ahead_seconds {
            message = format!("{message} {}", texts::clock_difference(seconds, locale));
        }
        Failure { code: self.data.kind.rpc_code(), message, data: *self.data }
    }
}

impl From<Kind> for Fault {
    fn from(kind: Kind) -> Self {
        Self::new(kind)
    }
}

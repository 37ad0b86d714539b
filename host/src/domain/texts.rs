//! Texts of mails with `{{variables}}`: a subject, a plain text, and where a person wants one, simple HTML.
//!
//! The engine is minijinja with nothing but variables that are known: an unknown one is an error with its place, not an empty
//! text. What an XML holds is never read as a template, and in HTML never as markup.

mod defaults;
mod engine;
mod html;
mod place;
mod values;

use minijinja::{AutoEscape, Value};

pub use self::defaults::{DEFAULT_BODY, DEFAULT_SUBJECT};
pub use self::html::Piece;
pub use self::place::Spot;
pub use self::values::{Facts, VARIABLES};
use super::cfdi::Kind;

/// Longest subject after filling in, in characters: more is cut by mail programs' lists.
pub const MAX_SUBJECT: usize = 250;

/// Longest body after filling in, in bytes: over 100 KiB Gmail shows a clipped message.
pub const MAX_BODY: usize = 100 * 1024;

/// Longest HTML, before and after filling in, in bytes: over 102 kB Gmail shows a clipped message.
pub const MAX_HTML: usize = 100_000;

/// For which messages a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// One document of that kind.
    One(Kind),
    /// Several documents in one message.
    Several,
}

impl TextKind {
    /// The texts that a person may write, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::One(Kind::Income),
        Self::One(Kind::Egress),
        Self::One(Kind::Transfer),
        Self::One(Kind::Payroll),
        Self::One(Kind::Payment),
        Self::Several,
    ];

    /// The stable code: the kind's letter, or `several`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::One(kind) => kind.letter(),
            Self::Several => "several",
        }
    }

    /// The kind of a code that [`TextKind::code`] gave; `None` also for *Retenciones*, which have the company's general text.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// The templates of one kind of message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// Subject.
    pub subject: String,
    /// Plain text; empty where it is made from the HTML.
    pub body: String,
    /// HTML beside it, if any: a fragment within the allow-list.
    pub html: Option<String>,
}

impl Texts {
    /// The texts of a kind for which nobody wrote any.
    #[must_use]
    pub fn default_of(kind: TextKind) -> Self {
        let (subject, body) = defaults::of(kind);
        Self { subject: subject.to_owned(), body: body.to_owned(), html: None }
    }

    /// Fills all of them in.
    ///
    /// # Errors
    /// The first failure, with the text that it is about.
    pub fn fill(&self, facts: &Facts<'_>) -> Result<Filled, (Part, TextError)> {
        self.fill_with(&facts.values())
    }

    /// Checks them as they are saved: every variable of every branch is known, and what comes of an invented document fits.
    ///
    /// # Errors
    /// The first failure, with the text that it is about.
    pub fn check(&self) -> Result<Filled, (Part, TextError)> {
        let parts =
            [(Part::Subject, Some(&self.subject)), (Part::Body, Some(&self.body)), (Part::Html, self.html.as_ref())];
        for (part, text) in parts {
            text.map_or(Ok(()), |text| engine::known(text)).map_err(|error| (part, error))?;
        }
        self.fill_with(&values::sample())
    }

    fn fill_with(&self, values: &Value) -> Result<Filled, (Part, TextError)> {
        let html = self.html.as_deref().map(|template| html_with(template, values)).transpose();
        let html = html.map_err(|error| (Part::Html, error))?;
        let text = match &html {
            Some(html) if self.body.trim().is_empty() => fit_body(&html::plain(html)).map(str::to_owned),
            Some(_) | None => body_with(&self.body, values),
        };
        Ok(Filled {
            subject: subject_with(&self.subject, values).map_err(|error| (Part::Subject, error))?,
            body: text.map_err(|error| (Part::Body, error))?,
            html,
        })
    }
}

/// One of the three texts of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Subject.
    Subject,
    /// Plain text.
    Body,
    /// HTML.
    Html,
}

/// Texts as they would leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Subject: one line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// HTML, a fragment within the allow-list.
    pub html: Option<String>,
}

/// Why a text cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// A variable is not known.
    #[error("unknown variable {0}")]
    Unknown(Spot),
    /// The text is not well-formed.
    #[error("broken text {0}")]
    Broken(Spot),
    /// The HTML has what the allow-list does not.
    #[error("HTML that is not allowed {0}")]
    Html(Spot),
    /// The filled-in text is too long or holds control characters.
    #[error("text too long or not printable")]
    Unfit,
}

/// Fills in a subject: one line, no control characters.
///
/// # Errors
/// [`TextError`] as it says.
pub fn subject(template: &str, facts: &Facts<'_>) -> Result<String, TextError> {
    subject_with(template, &facts.values())
}

fn subject_with(template: &str, values: &Value) -> Result<String, TextError> {
    let text = engine::fill(template, values, AutoEscape::None)?;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    fit_subject(&text).map(str::to_owned)
}

/// Fills in a body.
///
/// # Errors
/// [`TextError`] as it says.
pub fn body(template: &str, facts: &Facts<'_>) -> Result<String, TextError> {
    body_with(template, &facts.values())
}

fn body_with(template: &str, values: &Value) -> Result<String, TextError> {
    let text = engine::fill(template, values, AutoEscape::None)?;
    fit_body(&text).map(str::to_owned)
}

/// Fills in HTML: within the allow-list before and after, so that neither the person's text nor a value gets past it.
///
/// # Errors
/// [`TextError`] as it says; its place is in the template, or in what came of it where only that is wrong.
pub fn html(template: &str, facts: &Facts<'_>) -> Result<String, TextError> {
    html_with(template, &facts.values())
}

fn html_with(template: &str, values: &Value) -> Result<String, TextError> {
    if template.len() > MAX_HTML {
        return Err(TextError::Unfit);
    }
    html::check_template(template)?;
    let filled = engine::fill(template, values, AutoEscape::Html)?;
    if filled.len() > MAX_HTML {
        return Err(TextError::Unfit);
    }
    fit_body(&filled)?;
    html::check(&filled)?;
    Ok(filled)
}

/// The parts of a fragment that [`html`] gave, for pages that show it without reading markup; empty for anything else.
#[must_use]
pub fn pieces(fragment: &str) -> Vec<Piece> {
    html::pieces(fragment)
}

/// A text as a paragraph of HTML.
#[must_use]
pub fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", quick_xml::escape::escape(text))
}

/// The whole document around a fragment that [`html`] gave, as it stands in a message.
#[must_use]
pub fn page(fragment: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"es-MX\"><head><meta charset=\"utf-8\"></head><body>\n{fragment}\n</body></html>\n"
    )
}

/// Checks a subject that needs no filling in.
///
/// # Errors
/// [`TextError::Unfit`].
pub fn fit_subject(text: &str) -> Result<&str, TextError> {
    match text.chars().count() <= MAX_SUBJECT && !text.contains(is_control) {
        true => Ok(text),
        false => Err(TextError::Unfit),
    }
}

/// Checks a body that needs no filling in.
///
/// # Errors
/// [`TextError::Unfit`].
pub fn fit_body(text: &str) -> Result<&str, TextError> {
    let printable = |c: char| !is_control(c) || matches!(c, '\n' | '\r' | '\t');
    match text.len() <= MAX_BODY && text.chars().all(printable) {
        true => Ok(text),
        false => Err(TextError::Unfit),
    }
}

/// Whether a character may break out of a line or a header. Those of U+0080 to U+009F cannot: they are encoded as every other
/// letter, and stand in names that were written in another encoding than declared, which still have to be sent.
fn is_control(c: char) -> bool {
    c.is_ascii_control()
}

#[cfg(test)]
mod tests;

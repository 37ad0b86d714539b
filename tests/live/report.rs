//! The report: what was found, and nothing of whom it was found with.
//!
//! Two fences keep secrets out. A fact is a truth value, a number, a time or a name, and a name passes only in a form
//! that no address, token or identifier has. Before anything is written the whole text is searched for every secret
//! that the run has met.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use super::claims::{Claim, Verdict};
use super::markdown;

/// Longest name that passes; the longest kind of failure has about 25 characters.
const MAX_NAME: usize = 40;

/// What stands in place of a name that does not pass.
const REDACTED: &str = "[…]";

/// Shortest text that is searched for as a secret: shorter ones occur in ordinary words.
const MIN_SECRET: usize = 6;

/// Where Google's scopes live.
const GOOGLE_SCOPES: &str = "https://www.googleapis.com/auth/";

/// Something outside text that may stand in the report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub(crate) struct Name(String);

impl Name {
    /// A word of a protocol (`id_token`, `scope_missing`): lower-case letters and underscores.
    pub(crate) fn word(text: &str) -> Self {
        let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        Self(if plain && text.len() <= MAX_NAME { text } else { REDACTED }.to_owned())
    }

    /// A scope: a word, or one of Google's.
    pub(crate) fn scope(text: &str) -> Self {
        let Some(last) = text.strip_prefix(GOOGLE_SCOPES) else { return Self::word(text) };
        let plain = !last.is_empty() && last.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '_'));
        Self(if plain && last.len() <= MAX_NAME { text.to_owned() } else { format!("{GOOGLE_SCOPES}{REDACTED}") })
    }
}

/// One detail of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Fact {
    Truth(bool),
    /// A count, a status code, bytes or seconds; the fact's name says which.
    Number(u64),
    Word(Name),
    Names(Vec<Name>),
    Time(String),
}

impl Fact {
    pub(crate) fn word(text: &str) -> Self {
        Self::Word(Name::word(text))
    }

    pub(crate) fn words<S: AsRef<str>>(all: impl IntoIterator<Item = S>) -> Self {
        Self::Names(all.into_iter().map(|text| Name::word(text.as_ref())).collect())
    }

    pub(crate) fn scopes<S: AsRef<str>>(all: impl IntoIterator<Item = S>) -> Self {
        let mut names: Vec<Name> = all.into_iter().map(|text| Name::scope(text.as_ref())).collect();
        // The order is the provider's whim.
        names.sort();
        Self::Names(names)
    }

    pub(crate) fn time(time: DateTime<Utc>) -> Self {
        Self::Time(time.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl From<bool> for Fact {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl From<u64> for Fact {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u16> for Fact {
    fn from(number: u16) -> Self {
        Self::Number(u64::from(number))
    }
}

impl From<usize> for Fact {
    fn from(number: usize) -> Self {
        Self::Number(u64::try_from(number).unwrap_or(u64::MAX))
    }
}

/// Details by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Facts(pub(crate) BTreeMap<&'static str, Fact>);

impl Facts {
    /// Adds one.
    pub(crate) fn with(mut self, name: &'static str, fact: impl Into<Fact>) -> Self {
        self.0.insert(name, fact.into());
        self
    }

    /// Adds one that may be missing.
    pub(crate) fn maybe(self, name: &'static str, fact: Option<impl Into<Fact>>) -> Self {
        match fact {
            Some(fact) => self.with(name, fact),
            None => self,
        }
    }

    /// Adds all of another.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

/// One claim and what was found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Check {
    pub(crate) claim: Claim,
    pub(crate) verdict: Verdict,
    pub(crate) detail: Facts,
}

/// What everything was checked with.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    /// Version of the program.
    pub(crate) version: &'static str,
    /// Whether every endpoint was Google's own.
    pub(crate) google: bool,
    pub(crate) system: &'static str,
    pub(crate) began: Fact,
    pub(crate) checks: Vec<Check>,
}

impl Report {
    /// A report of these claims, in which nothing has been checked yet.
    pub(crate) fn new(google: bool, began: DateTime<Utc>, claims: &[Claim]) -> Self {
        let unchecked = |claim| Check { claim, verdict: Verdict::NotChecked, detail: Facts::default() };
        Self {
            version: env!("CARGO_PKG_VERSION"),
            google,
            system: std::env::consts::OS,
            began: Fact::time(began),
            checks: claims.iter().copied().map(unchecked).collect(),
        }
    }

    /// Enters what was found.
    pub(crate) fn enter(&mut self, claim: Claim, verdict: Verdict, detail: Facts) {
        if let Some(check) = self.checks.iter_mut().find(|check| check.claim == claim) {
            *check = Check { claim, verdict, detail };
        }
    }

    /// Checks with that verdict.
    pub(crate) fn count(&self, verdict: Verdict) -> usize {
        self.checks.iter().filter(|check| check.verdict == verdict).count()
    }

    /// Writes `path` as JSON and a page to read beside it, unless one of them holds a secret.
    pub(crate) fn write(&self, path: &Path, secrets: &Secrets) -> Result<(), ReportError> {
        let json = serde_json::to_string_pretty(self).map_err(io::Error::from)?;
        let page = markdown::page(self);
        if secrets.occur_in(&json) || secrets.occur_in(&page) {
            return Err(ReportError::Secret);
        }
        fs::write(path, json)?;
        fs::write(path.with_extension("md"), page)?;
        Ok(())
    }
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReportError {
    /// A fault of this program: better no report than one with a secret.
    #[error("the report would hold a secret and was not written")]
    Secret,
    #[error(transparent)]
    File(#[from] io::Error),
}

/// Texts that must not stand in the report.
#[derive(Debug, Default)]
pub(crate) struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Notes one that the run has met.
    pub(crate) fn note(&mut self, secret: &str) {
        if secret.len() >= MIN_SECRET {
            self.0.push(SecretString::from(secret));
        }
    }

    /// Whether one of them stands in the text, however its letters are written.
    pub(crate) fn occur_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.0.iter().any(|secret| text.contains(&secret.expose_secret().to_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_protocol_pass_and_nothing_else_does() {
        for word in ["id_token", "scope_missing", "at_hash", "openid"] {
            assert_eq!(Name::word(word).0, word);
        }
        for secret in [
            "ana@correo.example",
            "ya29.a0AfH6SMB",
            "1//0gExample",
            "4/0AX4XfWh",
            "https://gmail.googleapis.com/upload?upload_id=ABC",
            "<0190-1@correo.example>",
            "18c2f0a1b2c3d4e5",
            "110169484474386276334",
            "",
            "una dos",
            "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
        ] {
            assert_eq!(Name::word(secret).0, REDACTED, "{secret}");
        }
    }

    #[test]
    fn googles_scopes_pass_by_their_form() {
        let send = "https://www.googleapis.com/auth/gmail.send";
        assert_eq!(Name::scope(send).0, send);
        assert_eq!(Name::scope("email").0, "email");
        assert_eq!(Name::scope("https://www.googleapis.com/auth/ana@correo.example").0, format!("{GOOGLE_SCOPES}[…]"));
        assert_eq!(Name::scope("https://otro.example/auth/gmail.send").0, REDACTED);
    }

    #[test]
    fn a_report_with_a_secret_is_not_written() {
        let mut report = Report::new(true, DateTime::UNIX_EPOCH, &Claim::ALL);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("informe.json");
        let mut secrets = Secrets::default();
        secrets.note("ana@correo.example");
        report.enter(Claim::FullSignIn, Verdict::Confirmed, Facts::default().with("status", 200_u16));
        report.write(&path, &secrets).unwrap();
        assert!(fs::read_to_string(path.with_extension("md")).unwrap().contains("status = 200"));
        fs::remove_file(&path).unwrap();
        // Past the first fence on purpose.
        let smuggled = Fact::Word(Name("ANA@correo.example".to_owned()));
        report.enter(Claim::FullSignIn, Verdict::Confirmed, Facts::default().with("scopes", smuggled));
        assert!(matches!(report.write(&path, &secrets), Err(ReportError::Secret)));
        assert!(!path.exists());
    }

    #[test]
    fn a_new_report_names_every_claim_once() {
        let report = Report::new(false, DateTime::UNIX_EPOCH, &Claim::ALL);
        assert_eq!(report.count(Verdict::NotChecked), Claim::ALL.len());
        let mut sorted = Claim::ALL.to_vec();
        sorted.sort();
        sorted.dedup();
        assert_eq!(sorted, Claim::ALL);
    }
}

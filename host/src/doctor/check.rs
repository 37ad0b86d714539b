//! One check before it has a language.

use crate::protocol::doctor::{CheckState, Why};

/// Every check: its id, where `*` stands for a browser of `manifests/browsers.toml`. Append only: support knows them by name.
pub const CHECKS: &[&str] = &[
    "registration.*.user",
    "registration.*.system",
    "registration.folder",
    "browser.confined",
    "policy.blocklist",
    "policy.user_level",
    "policy.command_prompt",
    "program.mark",
    "start.direct",
    "start.shell",
    "version.pair",
    "store.write",
    "store.read",
    "vault.state",
    "client.registration",
    "client.redirects",
    "accounts.state",
    "folders.read",
    "outbox.state",
    "network.proxy",
    "network.certificates",
    "network.reach",
    "network.interception",
    "clock",
];

/// Whether an id is one of [`CHECKS`].
#[must_use]
pub fn is_known(id: &str) -> bool {
    CHECKS.iter().any(|known| match known.split_once('*') {
        Some((before, after)) => {
            let browser = id.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            browser.is_some_and(|browser| !browser.is_empty() && !browser.contains('.'))
        }
        None => *known == id,
    })
}

/// What mends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fix {
    /// A person; the sentence belongs to the cause.
    ByHand,
    /// Registering this program with that browser.
    Register,
}

/// Something that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is: `fact_<name>` of the locales is its label.
    pub name: &'static str,
    /// What was seen.
    pub value: Value,
}

/// A value as it was seen, or one that has words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// As it is.
    Plain(String),
    /// A text of the locales, with `$1` filled in.
    Text(&'static str, String),
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// One of [`CHECKS`].
    pub id: String,
    /// A browser, a server, a folder, a program.
    pub subject: Option<String>,
    /// How it came out.
    pub state: CheckState,
    /// What is wrong.
    pub why: Option<Why>,
    /// What was seen.
    pub facts: Vec<Fact>,
    /// What mends it.
    pub fix: Fix,
}

impl Check {
    fn new(id: impl Into<String>, state: CheckState, why: Option<Why>) -> Self {
        Self { id: id.into(), subject: None, state, why, facts: Vec::new(), fix: Fix::ByHand }
    }

    /// As it should be.
    #[must_use]
    pub fn ok(id: impl Into<String>) -> Self {
        Self::new(id, CheckState::Ok, None)
    }

    /// Something to know about.
    #[must_use]
    pub fn warn(id: impl Into<String>, why: impl Into<Why>) -> Self {
        Self::new(id, CheckState::Warn, Some(why.into()))
    }

    /// Something that does not work.
    #[must_use]
    pub fn fail(id: impl Into<String>, why: impl Into<Why>) -> Self {
        Self::new(id, CheckState::Fail, Some(why.into()))
    }

    /// Nothing to look at.
    #[must_use]
    pub fn not_checked(id: impl Into<String>) -> Self {
        Self::new(id, CheckState::NotChecked, None)
    }

    /// Could not be looked at, for that reason.
    #[must_use]
    pub fn unseen(id: impl Into<String>, why: impl Into<Why>) -> Self {
        Self::new(id, CheckState::NotChecked, Some(why.into()))
    }

    /// Names what of it was checked.
    #[must_use]
    pub fn of(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Adds what was seen.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push(Fact { name, value: Value::Plain(value.into()) });
        self
    }

    /// Adds what was seen, in words of the locales.
    #[must_use]
    pub fn said(mut self, name: &'static str, key: &'static str, filled_in: impl Into<String>) -> Self {
        self.facts.push(Fact { name, value: Value::Text(key, filled_in.into()) });
        self
    }

    /// Registering this program mends it.
    #[must_use]
    pub fn mended_by_registering(mut self) -> Self {
        self.fix = Fix::Register;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_known_by_name_and_a_browser_is_one_word() {
        assert!(is_known("start.direct") && is_known("registration.chrome.user") && is_known("registration.folder"));
        for other in ["start", "registration.chrome", "registration..user", "registration.a.b.user", "clock.x", ""] {
            assert!(!is_known(other), "{other}");
        }
    }
}

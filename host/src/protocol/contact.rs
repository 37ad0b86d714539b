//! `contact.*`: recipients that a person has confirmed, by company and receiver.

use serde::{Deserialize, Serialize};

/// Parameters of `contact.list`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ContactListParams {
    /// RFC of the company.
    pub company: String,
    /// RFC of the receiver; absent means every one.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub receiver_rfc: Option<String>,
    /// Letter of the kind of document (`DocumentView.kind`); contacts for any kind are among them.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub kind: Option<String>,
    /// At most this many, 1 to 200; 50 when absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub limit: Option<u32>,
    /// [`ContactPage::next`] of the page before.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub after: Option<String>,
}

/// Parameters of `contact.save`: one more confirmation by a person, or the first.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ContactSave {
    /// RFC of the company.
    pub company: String,
    /// RFC of the receiver; no generic one.
    pub receiver_rfc: String,
    /// Address.
    pub address: String,
    /// Letter of the kind of document; absent means any.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub kind: Option<String>,
}

/// Parameters of `contact.remove`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ContactRemove {
    /// RFC of the company.
    pub company: String,
    /// RFC of the receiver.
    pub receiver_rfc: String,
    /// Address, in any spelling of its mailbox.
    pub address: String,
    /// Only for that kind of document; absent means for every one.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub kind: Option<String>,
}

/// Where a person confirmed a recipient last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ContactSource {
    /// In our own window.
    Window,
    /// On our own page, for a portal's request.
    Portal,
    /// With a list.
    List,
    /// In a terminal.
    Terminal,
    /// Written by `contact.save`.
    Entry,
}

/// A known recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ContactView {
    /// RFC of the company.
    pub company: String,
    /// RFC of the receiver.
    pub receiver_rfc: String,
    /// Address, as it was last written.
    pub address: String,
    /// Letter of the kind of document that it was confirmed for; null for any.
    pub kind: Option<String>,
    /// When a person confirmed it last (RFC 3339).
    pub confirmed_at: String,
    /// How often a person confirmed it.
    pub confirmations: u32,
    /// Where a person confirmed it last.
    pub source: ContactSource,
}

/// One page of contacts, by receiver and address.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ContactPage {
    /// The contacts.
    pub contacts: Vec<ContactView>,
    /// Give this as `after` for the next page; null at the end.
    pub next: Option<String>,
}

//! `company.list`, `company.save`, `company.remove`: the window *Redefinir empresa*.

use serde::{Deserialize, Serialize};

use super::account::AccountView;

/// Parameters of `company.save`: the whole window; what is absent is empty.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CompanySave {
    /// RFC of the issuer.
    pub rfc: String,
    /// Name that receivers see as sender, at most 300 characters.
    pub name: String,
    /// The switch *Utilizar autenticación OAuth*.
    pub use_oauth: bool,
    /// An account that is already saved; absent keeps none.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub account: Option<String>,
    /// A finished sign-in whose account takes effect with this save; it wins over `account`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub flow: Option<String>,
    /// Folders of the *almacén digital*, absolute paths.
    #[serde(default)]
    pub folders: Vec<String>,
    /// Reply-To address.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub reply_to: Option<String>,
    /// Copies of every message.
    #[serde(default)]
    pub cc: Vec<String>,
    /// Blind copies of every message.
    #[serde(default)]
    pub bcc: Vec<String>,
    /// Subject text with `{{variables}}`; absent means the default.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub subject: Option<String>,
    /// Body text with `{{variables}}`; absent means the default.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub body: Option<String>,
}

/// A company as the windows show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CompanyView {
    /// RFC of the issuer.
    pub rfc: String,
    /// Name that receivers see as sender.
    pub name: String,
    /// The switch *Utilizar autenticación OAuth*; false until a person turns it on.
    pub use_oauth: bool,
    /// The account that sends, if one was saved.
    pub account: Option<AccountView>,
    /// Folders of the *almacén digital*.
    pub folders: Vec<String>,
    /// Reply-To address.
    pub reply_to: Option<String>,
    /// Copies of every message.
    pub cc: Vec<String>,
    /// Blind copies of every message.
    pub bcc: Vec<String>,
    /// Subject text with `{{variables}}`.
    pub subject: String,
    /// Body text with `{{variables}}`.
    pub body: String,
}

/// Answer of `company.list`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CompanyList {
    /// All companies, by name.
    pub companies: Vec<CompanyView>,
}

/// Parameters of `company.remove`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CompanyRemove {
    /// RFC of the issuer.
    pub rfc: String,
}

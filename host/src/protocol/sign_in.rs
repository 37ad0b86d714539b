//! `sign_in.begin`, `sign_in.complete`, `sign_in.cancel`.
//!
//! The host keeps state, nonce and PKCE verifier; the extension gets a URL and returns the raw redirect.

use serde::{Deserialize, Serialize};

use super::account::AccountView;

/// Parameters of `sign_in.begin`; a second begin supersedes the first.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignInBegin {
    /// RFC of the company that the account is for; its OAuth switch must be on.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub company: Option<String>,
    /// Address to preselect.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub login_hint: Option<String>,
    /// A flow that ended with `scope_missing`: ask again for that scope alone, for the same account.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub again: Option<String>,
    /// Where the answer arrives; absent means `identity`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub via: Option<Via>,
}

/// Where the provider's answer arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Via {
    /// In the browser's own sign-in window (`chrome.identity`): clients of the type *Web application*.
    Identity,
    /// On this computer, from a tab of any browser (RFC 8252 section 7.3): clients of the type *Desktop app*.
    Loopback,
}

/// Where to send the person.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignInBegun {
    /// The flow's identifier.
    pub flow: String,
    /// The authorization request (RFC 6749 section 4.1.1).
    pub auth_url: String,
    /// Where the answer must arrive: `https://<extension id>.chromiumapp.org/`, or `http://127.0.0.1:<port>/` by loopback.
    pub redirect_uri: String,
    /// Seconds until the flow is too old.
    pub expires_in: u32,
}

/// Parameters of `sign_in.complete`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignInComplete {
    /// [`SignInBegun::flow`].
    pub flow: String,
    /// The whole redirect URL as the browser gave it. Absent by loopback: the answer then waits for the redirect, until
    /// `sign_in.cancel`, another begin, or the flow's ten minutes.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub redirect_url: Option<String>,
}

/// The account, *por guardar* until `company.save` names the flow.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignedIn {
    /// The flow to name in `company.save`.
    pub flow: String,
    /// The account.
    pub account: AccountView,
    /// The address that was expected where this one is another: the company's present account, which saving replaces, or the
    /// hint. Nothing is wrong with it (`other_account`): the person decides.
    pub other_than: Option<String>,
}

/// Parameters of `sign_in.cancel`; absent flow cancels whatever is under way.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignInCancel {
    /// [`SignInBegun::flow`].
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub flow: Option<String>,
}

//! `account.list`, `account.forget`, `account.revoke`.

use serde::{Deserialize, Serialize};

use super::failure::Kind;

/// How an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum AccountState {
    /// Signed in but *por guardar*: nothing is kept until the company is saved.
    Unsaved,
    /// Saved, with its token in the vault.
    Ready,
    /// Its token is gone, expired, or was granted under another client: the person has to sign in again.
    SignInNeeded,
}

/// A signed-in Google account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AccountView {
    /// Our identifier; derived from issuer, client and subject.
    pub id: String,
    /// The address that Google proved (`email` claim of the id token).
    pub address: String,
    /// How it stands.
    pub state: AccountState,
    /// When the person granted access (RFC 3339).
    pub granted_at: String,
    /// RFCs of the companies that send with it.
    pub companies: Vec<String>,
    /// Deliveries of it that have not ended.
    pub deliveries: u32,
    /// Messages of the last 24 hours that count against the daily budget.
    pub used_today: u32,
    /// Daily budget in messages: an estimate; the provider's own answer wins.
    pub daily_budget: u32,
    /// When it goes on by itself (RFC 3339), while it may not send now.
    pub continues_at: Option<String>,
    /// Why it may not send now: a failure kind; null when only our own pace holds it.
    pub paused_by: Option<String>,
    /// When its token last worked (RFC 3339); null before its first use here.
    pub last_used_at: Option<String>,
    /// When its grant ends if nothing is done (RFC 3339); null while it needs a sign-in.
    pub ends_at: Option<String>,
    /// Why it ends then: `idle_expired`, `testing_expired` or `access_ended`.
    pub ends_by: Option<Kind>,
    /// Days before the end that have begun, 30 or 7: the person is reminded at each; null while it is further away.
    pub reminder: Option<u32>,
    /// Why it needs a sign-in; null while it does not.
    pub reconnect: Option<Kind>,
    /// The provider's own codes for whoever has to find out more, such as `invalid_grant/invalid_rapt`; never its free text.
    pub reconnect_detail: Option<String>,
    /// Since when it needs one (RFC 3339), where that is known.
    pub ended_at: Option<String>,
}

/// Answer of `account.list`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AccountList {
    /// All accounts, by address.
    pub accounts: Vec<AccountView>,
}

/// Parameters of `account.forget` and `account.revoke`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AccountParams {
    /// [`AccountView::id`].
    pub account: String,
}

/// Parameters of `account.budget`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AccountBudget {
    /// [`AccountView::id`].
    pub account: String,
    /// Messages in 24 hours, 1 to 100,000; absent goes back to what the account's type has.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub daily_budget: Option<u32>,
}

/// What forgetting or revoking left behind.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AccountGone {
    /// The address that is gone from this machine.
    pub address: String,
    /// Companies that now have no account.
    pub companies: Vec<String>,
    /// Deliveries that wait for a sign-in.
    pub deliveries: u32,
    /// Whether Google was asked to end the grant everywhere.
    pub revoked: bool,
}

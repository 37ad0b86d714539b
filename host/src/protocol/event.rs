//! Notifications: `delivery.changed`, `library.progress`, `library.changed`, `batch.progress`, `account.changed`,
//! `sign_in.arrived`.

use serde::Serialize;

use super::delivery::DeliveryView;

/// Something that a conversation is told without asking.
#[derive(Debug, Clone)]
pub enum Event {
    /// A delivery came into another state.
    DeliveryChanged(Box<DeliveryChanged>),
    /// A scan goes on.
    LibraryProgress(LibraryProgress),
    /// A watched folder changed, and the index with it.
    LibraryChanged(LibraryChanged),
    /// The check of a list goes on.
    BatchProgress(BatchProgress),
    /// An account was saved, lost its token, or is gone.
    AccountChanged(AccountChanged),
    /// The redirect of a sign-in by loopback came in.
    SignInArrived(SignInArrived),
}

impl Event {
    /// The notification's method name.
    #[must_use]
    pub fn method(&self) -> &'static str {
        match self {
            Self::DeliveryChanged(_) => "delivery.changed",
            Self::LibraryProgress(_) => "library.progress",
            Self::LibraryChanged(_) => "library.changed",
            Self::BatchProgress(_) => "batch.progress",
            Self::AccountChanged(_) => "account.changed",
            Self::SignInArrived(_) => "sign_in.arrived",
        }
    }
}

/// Content of `delivery.changed`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeliveryChanged {
    /// The delivery as it now is.
    pub delivery: DeliveryView,
}

/// Content of `library.progress`, counts of XML files so far.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LibraryProgress {
    /// Files seen.
    pub files: u32,
    /// Files read and indexed anew.
    pub indexed: u32,
    /// Files refused.
    pub refused: u32,
}

/// Content of `library.changed`, counts of XML files; while `library.watch` lasts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LibraryChanged {
    /// Files read and indexed anew.
    pub indexed: u32,
    /// Files refused.
    pub refused: u32,
    /// Files that are gone from the index.
    pub removed: u32,
}

/// Content of `batch.progress`, while `batch.check` runs.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BatchProgress {
    /// Rows checked so far.
    pub done: u32,
    /// Rows of the list.
    pub total: u32,
}

/// Content of `account.changed`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AccountChanged {
    /// The account's identifier.
    pub account: String,
}

/// Content of `sign_in.arrived`: from here on closing the tab ends nothing.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignInArrived {
    /// The flow's identifier.
    pub flow: String,
}

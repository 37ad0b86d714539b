//! Sign-in flows of one conversation. They live in its memory alone: when it ends, nothing of them is left anywhere.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use url::Url;

use super::loopback::Listening;
use crate::domain::account::{Account, Grant};
use crate::domain::client::Client;
use crate::domain::rfc::Rfc;
use crate::domain::sign_in::Identity;
use crate::ports::provider::Authorization;

/// Who calls, and what only this conversation knows.
#[derive(Debug, Default)]
pub struct Caller {
    /// Where the provider's answer has to arrive: `https://<extension id>.chromiumapp.org/`; `None` from a terminal.
    pub redirect_uri: Option<Url>,
    flow: Mutex<Slot>,
}

/// Where the one flow is.
#[derive(Debug, Default)]
enum Slot {
    /// Nothing is under way.
    #[default]
    Empty,
    /// It waits for its next step.
    Here(Flow),
    /// A request works on the flow of that name; a cancel meanwhile takes its place away.
    Out(String),
}

/// The one flow under way; a second begin supersedes the first.
#[derive(Debug)]
pub struct Flow {
    /// Identifier.
    pub id: String,
    /// The company that the account is for.
    pub company: Option<Rfc>,
    /// How far it has come.
    pub stage: Stage,
}

/// How far a flow has come.
#[derive(Debug)]
pub enum Stage {
    /// The person is at the provider's pages.
    Asked(Box<Asked>),
    /// The box was not ticked: the same account may be asked for that scope alone.
    ScopeMissing(Box<Partial>),
    /// Signed in, *por guardar*.
    Unsaved(Box<Unsaved>),
}

/// A request that waits for its redirect.
#[derive(Debug)]
pub struct Asked {
    /// The client that it was made with.
    pub client: Client,
    /// Where the answer has to arrive.
    pub redirect_uri: Url,
    /// The port where it arrives, unless the browser itself catches it.
    pub listening: Option<Listening>,
    /// State, nonce and verifier.
    pub authorization: Authorization,
    /// Scopes that were asked for.
    pub scopes: Vec<String>,
    /// The address that was to be preselected.
    pub login_hint: Option<String>,
    /// When it began, by the monotonic clock.
    pub began: Duration,
    /// The first answer, when this one asks for the missing scope alone.
    pub partial: Option<Partial>,
}

/// An answer without the scope that matters.
#[derive(Debug, Clone)]
pub struct Partial {
    /// Who answered.
    pub identity: Identity,
    /// What was granted.
    pub scopes: Vec<String>,
    /// The refresh token, in case that the second answer has none.
    pub refresh_token: Option<SecretString>,
    /// When what was granted ends by the provider's own word.
    pub access_ends_at: Option<DateTime<Utc>>,
}

/// An account that takes effect with *Aceptar y guardar*.
#[derive(Debug, Clone)]
pub struct Unsaved {
    /// The account.
    pub account: Account,
    /// What will lie in the vault.
    pub grant: Grant,
}

impl Caller {
    /// A caller whose redirect URI is that one.
    #[must_use]
    pub fn new(redirect_uri: Option<Url>) -> Self {
        Self { redirect_uri, flow: Mutex::default() }
    }

    /// Puts a flow in place of whatever was under way.
    pub fn replace(&self, flow: Flow) {
        *self.lock() = Slot::Here(flow);
    }

    /// Looks at the flow, if it is that one.
    pub fn look<T>(&self, id: &str, read: impl FnOnce(&Flow) -> T) -> Option<T> {
        match &*self.lock() {
            Slot::Here(flow) if flow.id == id => Some(read(flow)),
            Slot::Here(_) | Slot::Out(_) | Slot::Empty => None,
        }
    }

    /// Takes the flow out to work on it, if it is that one.
    pub fn take(&self, id: &str) -> Option<Flow> {
        let mut slot = self.lock();
        match std::mem::replace(&mut *slot, Slot::Empty) {
            Slot::Here(flow) if flow.id == id => {
                *slot = Slot::Out(flow.id.clone());
                Some(flow)
            }
            other @ (Slot::Here(_) | Slot::Out(_) | Slot::Empty) => {
                *slot = other;
                None
            }
        }
    }

    /// Puts a flow back that was taken out, unless it was cancelled or superseded meanwhile; says whether it did.
    pub fn put_back(&self, flow: Flow) -> bool {
        let mut slot = self.lock();
        let still_ours = matches!(&*slot, Slot::Out(id) if *id == flow.id);
        if still_ours {
            *slot = Slot::Here(flow);
        }
        still_ours
    }

    /// Forgets that flow, also while somebody works on it; without an identifier, whatever is under way.
    pub fn forget(&self, id: Option<&str>) {
        let mut slot = self.lock();
        let held = match &*slot {
            Slot::Here(flow) => Some(flow.id.as_str()),
            Slot::Out(id) => Some(id.as_str()),
            Slot::Empty => None,
        };
        if id.is_none() || id == held {
            *slot = Slot::Empty;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.flow.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Everything the stand-in remembers, in one place behind one lock.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::behaviour::{Beginning, Behaviour};
use super::faults::Fault;
use super::message::Arrived;
use super::sat::Answer;

/// A registered OAuth client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) redirect_uris: BTreeSet<String>,
    pub(crate) kind: ClientKind,
}

/// Type of a client, in the words of Google's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ClientKind {
    /// *Web application*: exactly the registered redirect URIs.
    #[default]
    Web,
    /// *Desktop app*: any port of loopback, and nothing else.
    Installed,
}

impl Client {
    /// Whether the provider redirects there.
    pub(crate) fn redirects_to(&self, uri: &str) -> bool {
        match self.kind {
            ClientKind::Web => self.redirect_uris.contains(uri),
            ClientKind::Installed => url::Url::parse(uri).is_ok_and(|uri| {
                uri.scheme() == "http" && matches!(uri.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
            }),
        }
    }
}

/// A person's account at the provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) name: String,
    /// Domain of an organisation, the `hd` claim; absent for a private account.
    #[serde(default)]
    pub(crate) hd: Option<String>,
}

impl Account {
    /// Stable subject: 21 decimal digits, as Google's are.
    pub(crate) fn sub(&self) -> String {
        let digest = Sha256::digest(self.email.to_lowercase().as_bytes());
        let digits = digest.iter().take(20).map(|byte| char::from(b'0' + byte % 10));
        std::iter::once('1').chain(digits).collect()
    }
}

/// One authorization request on its way through the pages.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    /// The browser (cookie) that began it; nobody else may go on with it.
    pub(crate) browser: String,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) state: String,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: String,
    pub(crate) login_hint: Option<String>,
    pub(crate) prompt: Vec<String>,
    pub(crate) offline: bool,
    pub(crate) include_granted: bool,
    /// The address typed or chosen, before its password is known to be right.
    pub(crate) claimed: Option<String>,
    /// The account that is signed in for this flow.
    pub(crate) account: Option<String>,
}

/// What a person allowed a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct GrantKey {
    pub(crate) client_id: String,
    pub(crate) email: String,
}

/// An authorization code that was handed out.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) key: GrantKey,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) offline: bool,
    pub(crate) issued: Instant,
    pub(crate) used: bool,
}

/// An access or refresh token.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) key: GrantKey,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) expires: Option<Instant>,
}

/// An upload session.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) email: String,
    pub(crate) thread_id: Option<String>,
    pub(crate) declared: Option<u64>,
    pub(crate) received: Vec<u8>,
    /// The answer to the last byte, once there was one.
    pub(crate) finished: Option<(serde_json::Value, u64)>,
}

/// What happened, for one account or for all.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Counts {
    pub(crate) authorizations: u64,
    pub(crate) code_exchanges: u64,
    pub(crate) refreshes: u64,
    pub(crate) revocations: u64,
    pub(crate) sessions_opened: u64,
    pub(crate) puts: u64,
    pub(crate) status_queries: u64,
    pub(crate) accepted: u64,
    pub(crate) sat_questions: u64,
}

/// Total and per account.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Counters {
    pub(crate) total: Counts,
    pub(crate) accounts: BTreeMap<String, Counts>,
    /// Requests that a fault answered, by point.
    pub(crate) faults: BTreeMap<&'static str, u64>,
}

impl Counters {
    /// Adds one for the account and in total.
    pub(crate) fn add(&mut self, email: &str, member: impl Fn(&mut Counts) -> &mut u64) {
        *member(&mut self.total) += 1;
        *member(self.accounts.entry(email.to_owned()).or_default()) += 1;
    }
}

/// The memory of the stand-in.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) clients: BTreeMap<String, Client>,
    pub(crate) accounts: Vec<Account>,
    /// Browser cookie -> addresses signed in there.
    pub(crate) browsers: HashMap<String, Vec<String>>,
    pub(crate) flows: HashMap<String, Flow>,
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) grants: BTreeMap<GrantKey, BTreeSet<String>>,
    pub(crate) access: HashMap<String, Token>,
    pub(crate) refresh: HashMap<String, Token>,
    pub(crate) uploads: HashMap<String, Upload>,
    pub(crate) messages: Vec<Arrived>,
    pub(crate) counters: Counters,
    pub(crate) behaviour: Behaviour,
    /// What the SAT says of a document, by folio fiscal in upper case.
    pub(crate) statuses: BTreeMap<String, Answer>,
    pub(crate) faults: Vec<Fault>,
}

impl World {
    /// A fresh world with three invented accounts.
    pub(crate) fn new() -> Self {
        let account = |email: &str, name: &str, hd: Option<&str>| Account {
            email: email.to_owned(),
            password: "no-es-secreta".to_owned(),
            name: name.to_owned(),
            hd: hd.map(str::to_owned),
        };
        Self {
            accounts: vec![
                account("facturas@papeleria.example", "Papelería Inventada", None),
                account("ventas@ferreteria.example", "Ferretería Ficticia", Some("ferreteria.example")),
                account("persona@correo.example", "Persona de Prueba", None),
            ],
            ..Self::default()
        }
    }

    /// Forgets all but the registered clients.
    pub(crate) fn reset(&mut self) {
        let clients = std::mem::take(&mut self.clients);
        *self = Self { clients, ..Self::new() };
    }

    /// The account with this address, whatever its case.
    pub(crate) fn account(&self, email: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.email.eq_ignore_ascii_case(email.trim()))
    }

    /// Who is signed in in a browser that has never been here.
    pub(crate) fn first_visit(&self) -> Vec<String> {
        let all = self.accounts.iter().map(|account| account.email.clone());
        match self.behaviour.beginning {
            Beginning::NoSession | Beginning::NoAccount => Vec::new(),
            Beginning::OneSession => all.take(1).collect(),
            Beginning::SeveralAccounts => all.collect(),
        }
    }

    /// Ends a grant with every code and token under it; whether there was one.
    pub(crate) fn end_grant(&mut self, key: &GrantKey) -> bool {
        self.access.retain(|_, token| token.key != *key);
        self.refresh.retain(|_, token| token.key != *key);
        for code in self.codes.values_mut().filter(|code| code.key == *key) {
            code.used = true;
        }
        self.grants.remove(key).is_some()
    }

    /// Switches behaviour; another beginning also forgets the browsers, so that it takes effect.
    pub(crate) fn set_behaviour(&mut self, behaviour: Behaviour) {
        if behaviour.beginning != self.behaviour.beginning {
            self.browsers.clear();
        }
        self.behaviour = behaviour;
    }

    /// Makes every access token expire now.
    pub(crate) fn expire_access_tokens(&mut self) {
        let now = Instant::now();
        for token in self.access.values_mut() {
            token.expires = Some(now);
        }
    }
}

/// What every handler shares.
#[derive(Debug)]
pub(crate) struct App {
    /// Our own origin, without a slash at the end.
    pub(crate) base: String,
    pub(crate) world: Mutex<World>,
}

impl App {
    /// The world, locked; a panic elsewhere does not make it unusable.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The instant that lies so many seconds ahead.
pub(crate) fn in_seconds(seconds: u32) -> Instant {
    Instant::now() + Duration::from_secs(u64::from(seconds))
}

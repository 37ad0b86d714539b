//! Our stand-in for Google, for tests and the demo only: authorization, tokens, Gmail's upload, and a sample portal.
//!
//! It is written from Google's public documents and from reports of its users, and it was never compared with Google
//! itself; where Google's behaviour is not certain a switch plays the other version (`behaviour`). It uses nothing of
//! the host, so that it can judge it.
//!
//! A test includes it with `#[path = "sandbox/mod.rs"] mod sandbox;`; `main.rs` is the same as a program.

#![allow(
    clippy::allow_attributes,
    dead_code,
    reason = "every test program includes this module and uses another part of it"
)]

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::sync::oneshot;

mod admin;
mod authorize;
mod behaviour;
mod consent;
mod faults;
mod gmail;
mod google_error;
mod html;
mod id_token;
mod inbox;
mod message;
mod multipart;
mod portal;
mod random;
mod sat;
mod scopes;
mod signin;
mod state;
mod token;
mod upload;
pub(crate) mod walk;
mod wire;

use state::{App, ClientKind, World};

/// How long a drop waits for a request that blocks, for example on a slow disk.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How a sandbox starts; the default takes free ports.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Port of the provider; 0 is any.
    pub(crate) port: u16,
    /// Port of the sample portal; 0 is any.
    pub(crate) portal_port: u16,
    /// Folder of the portal's pages; the sample portal's when absent.
    pub(crate) portal_pages: Option<PathBuf>,
    /// What the portal answers at `/cfdi.json`; an empty list when absent.
    pub(crate) portal_list: Option<Value>,
    /// The same from a file, read anew for every request; goes before `portal_list`.
    pub(crate) portal_list_file: Option<PathBuf>,
}

/// A running stand-in; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Sandbox {
    app: Arc<App>,
    portal: String,
    portal_visits: Arc<AtomicUsize>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A request to the stand-in's own steering that it does not understand.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox does not understand this: {0}")]
pub(crate) struct Misunderstood(#[from] serde_json::Error);

impl Sandbox {
    /// Starts on 127.0.0.1, in a thread of its own; both origins answer when it returns.
    pub(crate) fn start(options: Options) -> io::Result<Self> {
        let provider = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
        let portal = TcpListener::bind((Ipv4Addr::LOCALHOST, options.portal_port))?;
        provider.set_nonblocking(true)?;
        portal.set_nonblocking(true)?;
        let base = format!("http://{}", provider.local_addr()?);
        let portal_base = format!("http://{}", portal.local_addr()?);
        let app = Arc::new(App { base, world: Mutex::new(World::new()) });
        let list = match options.portal_list_file {
            Some(path) => portal::List::File(path),
            None => portal::List::Value(options.portal_list.unwrap_or_else(|| json!([]))),
        };
        let pages = options.portal_pages;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let (provider, portal) = {
            let _guard = runtime.enter();
            (tokio::net::TcpListener::from_std(provider)?, tokio::net::TcpListener::from_std(portal)?)
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let shared = Arc::clone(&app);
        let portal_visits = Arc::new(AtomicUsize::new(0));
        let portal_pages = portal::router(pages, list, Arc::clone(&portal_visits));
        let thread = std::thread::spawn(move || {
            runtime.spawn(async move { axum::serve(portal, portal_pages).await });
            let service = provider_router(shared).into_make_service_with_connect_info::<wire::Scissors>();
            runtime.spawn(async move { axum::serve(wire::Lines(provider), service).await });
            // Both a message and a dropped sender mean: stop.
            drop(runtime.block_on(stopped));
            // Waits for the workers, so that the ports are closed when the drop returns.
            runtime.shutdown_timeout(LAST_WORDS);
        });
        Ok(Self { app, portal: portal_base, portal_visits, stop: Some(stop), thread: Some(thread) })
    }

    /// Origin of the provider, without a slash at the end.
    pub(crate) fn base(&self) -> &str {
        &self.app.base
    }

    /// Origin of the sample portal, without a slash at the end.
    pub(crate) fn portal_base(&self) -> &str {
        &self.portal
    }

    /// How often a browser opened the sample portal's first page.
    pub(crate) fn portal_visits(&self) -> usize {
        self.portal_visits.load(Ordering::Relaxed)
    }

    /// Google's `client_secret_*.json` for a client registered under exactly these redirect URIs.
    pub(crate) fn client_json(&self, redirect_uris: &[&str]) -> Value {
        self.client_json_named("sandbox", redirect_uris)
    }

    /// The same for one of several clients.
    pub(crate) fn client_json_named(&self, name: &str, redirect_uris: &[&str]) -> Value {
        let redirect_uris: Vec<String> = redirect_uris.iter().map(|uri| (*uri).to_owned()).collect();
        admin::register(&self.app, name, &redirect_uris, ClientKind::Web)
    }

    /// Google's `client_secret_*.json` for a client of the type *Desktop app*.
    pub(crate) fn desktop_client_json(&self) -> Value {
        admin::register(&self.app, "desktop", &["http://localhost".to_owned()], ClientKind::Installed)
    }

    /// Back to the first state; registered clients stay.
    pub(crate) fn reset(&self) {
        self.app.world().reset();
    }

    /// Replaces the members of the behaviour that `patch` names.
    pub(crate) fn set_behaviour(&self, patch: &Value) -> Result<(), Misunderstood> {
        let mut world = self.app.world();
        let merged = world.behaviour.merged(patch)?;
        world.set_behaviour(merged);
        Ok(())
    }

    /// Orders a fault, in the shape of `POST /admin/fault`.
    pub(crate) fn add_fault(&self, order: &Value) -> Result<(), Misunderstood> {
        let fault = serde_json::from_value(order.clone())?;
        self.app.world().faults.push(fault);
        Ok(())
    }

    /// Orders no more faults.
    pub(crate) fn clear_faults(&self) {
        self.app.world().faults.clear();
    }

    /// What the stand-in for the SAT answers about one document, in the shape of `POST /admin/sat`.
    pub(crate) fn set_status(&self, order: &Value) -> Result<(), Misunderstood> {
        let order = serde_json::from_value(order.clone())?;
        sat::order(&mut self.app.world(), order);
        Ok(())
    }

    /// Address of the stand-in for the SAT's status service.
    pub(crate) fn status_service(&self) -> String {
        format!("{}{}", self.app.base, sat::PATH)
    }

    /// Counters, behaviour, faults and accounts, in the shape of `GET /admin/state`.
    pub(crate) fn state(&self) -> Value {
        admin::summary(&self.app.world())
    }

    /// Messages that were accepted, in the shape of `GET /admin/messages`.
    pub(crate) fn messages(&self) -> Vec<Value> {
        self.app.world().messages.iter().map(|message| json!(message)).collect()
    }

    /// The submitted bytes of a message.
    pub(crate) fn raw_message(&self, id: &str) -> Option<Vec<u8>> {
        let world = self.app.world();
        let message = world.messages.iter().find(|message| message.id == id)?;
        message.raw.as_ref().map(|raw| raw.to_vec())
    }

    /// An access token that was handed out and still lives, for a program that has no sign-in of its own.
    pub(crate) fn live_access_token(&self) -> Option<String> {
        let now = std::time::Instant::now();
        let world = self.app.world();
        world.access.iter().find(|(_, token)| token.expires.is_none_or(|end| now < end)).map(|(name, _)| name.clone())
    }

    /// Every access token is expired from now on.
    pub(crate) fn expire_access_tokens(&self) {
        self.app.world().expire_access_tokens();
    }

    /// The person takes the consent back at the provider; how many grants ended.
    pub(crate) fn revoke_account(&self, email: &str) -> usize {
        admin::end_grants(&mut self.app.world(), email)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in there was already printed; there is nothing to add while a test ends.
            drop(thread.join());
        }
    }
}

fn provider_router(app: Arc<App>) -> Router {
    let pages = Router::new()
        .route("/o/oauth2/v2/auth", get(authorize::authorize))
        .route("/signin/oauth/error", get(authorize::error_page))
        .route("/signin/chooser", get(signin::chooser).post(signin::choose))
        .route("/signin/identifier", get(signin::identifier).post(signin::identify))
        .route("/signin/password", get(signin::password).post(signin::check_password))
        .route("/signin/create", get(signin::create).post(signin::create_account))
        .route("/signin/consent", get(signin::consent).post(signin::decide))
        .route("/app/privacidad", get(signin::privacy))
        .route("/inbox", get(inbox::inbox));
    let tokens = Router::new()
        .route("/token", post(token::token))
        .route("/revoke", post(token::revoke))
        .route("/v1/userinfo", get(token::userinfo))
        .route("/.well-known/openid-configuration", get(token::discovery));
    let upload = || post(gmail::send_upload).put(upload::put).delete(upload::cancel);
    let mail = Router::new()
        .route("/gmail/v1/users/{user}/messages/send", post(gmail::send_raw))
        .route("/upload/gmail/v1/users/{user}/messages/send", upload())
        .route("/resumable/upload/gmail/v1/users/{user}/messages/send", upload())
        // The handlers refuse too long messages themselves, in Google's words.
        .layer(DefaultBodyLimit::disable());
    Router::new()
        .merge(pages)
        .merge(tokens)
        .merge(mail)
        .route(sat::PATH, post(sat::ask))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), faults::play))
        .merge(admin_router())
        .with_state(app)
}

fn admin_router() -> Router<Arc<App>> {
    Router::new()
        .route("/admin/reset", post(admin::reset))
        .route("/admin/state", get(admin::state))
        .route("/admin/behaviour", post(admin::behaviour))
        .route("/admin/fault", post(admin::fault))
        .route("/admin/clear_faults", post(admin::clear_faults))
        .route("/admin/messages", get(admin::messages))
        .route("/admin/messages/{id}/raw", get(admin::raw))
        .route("/admin/messages/{id}/attachments/{number}", get(admin::attachment))
        .route("/admin/expire_access_tokens", post(admin::expire_access_tokens))
        .route("/admin/revoke", post(admin::revoke))
        .route("/admin/accounts", post(admin::accounts))
        .route("/admin/clients", post(admin::clients))
        .route("/admin/sat", post(sat::set))
}

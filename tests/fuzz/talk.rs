//! One conversation that every request of the fuzzer goes through, with a world that reaches nothing but a folder of its own.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use correo_cfdi::conversation::{self, Writer};
use correo_cfdi::domain::account::{Account, AccountId, Standing};
use correo_cfdi::domain::cfdi;
use correo_cfdi::domain::client::Client;
use correo_cfdi::domain::company::Company;
use correo_cfdi::domain::texts::{DEFAULT_BODY, DEFAULT_SUBJECT};
use correo_cfdi::ports::provider::{Ask, Authorization, Provider, ProviderError, TokenAnswer};
use correo_cfdi::ports::{Desktop, DesktopError, NoViewer};
use correo_cfdi::usecase::World;
use correo_cfdi::usecase::flows::Caller;
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use super::worlds::Place;

/// Longest time that one request may take: the longest work that a request can order here takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// The invoice in the company's folder.
const INVOICE: &[u8] = include_bytes!("corpus/seal/I40.xml");

/// Nobody is asked and nothing is shown.
struct Nobody;

impl Desktop for Nobody {
    fn show(&self, _: &Path) -> Result<(), NoViewer> {
        Err(NoViewer)
    }

    fn browse(&self, _: &Url) -> Result<(), NoViewer> {
        Err(NoViewer)
    }

    fn pick_folder(&self, _: &str) -> Result<Option<PathBuf>, DesktopError> {
        Ok(None)
    }

    fn pick_file(&self, _: &str) -> Result<Option<PathBuf>, DesktopError> {
        Ok(None)
    }
}

impl Provider for Nobody {
    fn reachable(&self, _: &Client, _: &Url) -> Result<(), ProviderError> {
        Err(ProviderError::Offline)
    }

    fn authorization(&self, _: &Client, _: &Ask) -> Result<Authorization, ProviderError> {
        Err(ProviderError::Malformed)
    }

    fn exchange(&self, _: &Client, _: &Url, _: &str, _: &SecretString) -> Result<TokenAnswer, ProviderError> {
        Err(ProviderError::Offline)
    }

    fn refresh(&self, _: &Client, _: &SecretString) -> Result<TokenAnswer, ProviderError> {
        Err(ProviderError::Offline)
    }

    fn revoke(&self, _: &Client, _: &SecretString) -> Result<(), ProviderError> {
        Err(ProviderError::Offline)
    }

    fn subject(&self, _: &Client, _: &SecretString) -> Result<String, ProviderError> {
        Err(ProviderError::Offline)
    }
}

/// A world with one company, its account and one invoice.
fn world(place: &Place) -> World {
    let folder = place.folder.join("facturas");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("A1.xml"), INVOICE).unwrap();
    let issuer = cfdi::read(INVOICE).unwrap().cfdi.unwrap().issuer.rfc;
    let world = World { desktop: Box::new(Nobody), provider: Box::new(Nobody), ..place.world() };
    let now = world.clock.now();
    let account = Account {
        id: AccountId::from_text("cuenta"),
        subject: "1".to_owned(),
        address: "facturas@papeleria.example".parse().unwrap(),
        hosted_domain: None,
        granted_at: now,
        last_used_at: None,
        access_ends_at: None,
        standing: Standing::Ready,
        ending: None,
        daily_budget: None,
    };
    let company = Company {
        rfc: issuer,
        name: "Empresa Demostrativa".to_owned(),
        use_oauth: true,
        account: Some(account.id.clone()),
        folders: vec![folder],
        reply_to: None,
        cc: Vec::new(),
        bcc: Vec::new(),
        subject: DEFAULT_SUBJECT.to_owned(),
        body: DEFAULT_BODY.to_owned(),
    };
    world.store.save_company(&company, Some(&account), now).unwrap();
    world
}

/// The browser's end of the stream to the host.
struct Incoming {
    bodies: Receiver<Vec<u8>>,
    left: Vec<u8>,
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.left.is_empty() {
            // The conversation lasts as long as the program.
            self.left = self.bodies.recv().map_err(|_| io::ErrorKind::BrokenPipe)?;
        }
        let taken = buffer.len().min(self.left.len());
        buffer[..taken].copy_from_slice(&self.left[..taken]);
        self.left.drain(..taken);
        Ok(taken)
    }
}

/// The browser's end of the stream from the host.
struct Outgoing {
    messages: Sender<Value>,
    left: Vec<u8>,
}

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.left.extend_from_slice(bytes);
        while let Ok(correo_cfdi::frame::Frame::Body(body)) = correo_cfdi::frame::read(&mut &self.left[..]) {
            self.left.drain(..4 + body.len());
            drop(self.messages.send(serde_json::from_slice(&body).unwrap()));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Both ends, and the folder that goes when the program ends.
pub(crate) struct Talk {
    ask: Sender<Vec<u8>>,
    told: Receiver<Value>,
    _place: Place,
}

impl Talk {
    fn begin() -> Self {
        let place = Place::new();
        let (ask, bodies) = channel();
        let (messages, told) = channel();
        let world = Arc::new(world(&place));
        std::thread::spawn(move || {
            let output = Outgoing { messages, left: Vec::new() };
            let redirect_uri = "https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/".parse().ok();
            let mut input = Incoming { bodies, left: Vec::new() };
            conversation::serve(world, Caller::new(redirect_uri), &mut input, Writer::new(Box::new(output)))
        });
        let talk = Self { ask, told, _place: place };
        let hello = br#"{"jsonrpc":"2.0","id":1,"method":"hello","params":{"protocol":1,"min_protocol":1,"extension_version":"0.1.0"}}"#;
        assert!(talk.answer(hello)["result"].is_object());
        talk
    }

    /// The one answer to a body; events are passed over.
    pub(crate) fn answer(&self, body: &[u8]) -> Value {
        let length = u32::try_from(body.len()).unwrap().to_ne_bytes();
        self.ask.send([&length, body].concat()).unwrap();
        loop {
            let message = self.told.recv_timeout(PATIENCE).unwrap();
            if message.get("method").is_none() {
                return message;
            }
        }
    }
}

/// The conversation of this program.
pub(crate) fn talk() -> &'static Mutex<Talk> {
    static TALK: OnceLock<Mutex<Talk>> = OnceLock::new();
    TALK.get_or_init(|| Mutex::new(Talk::begin()))
}

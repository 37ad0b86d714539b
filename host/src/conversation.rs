//! One browser connection: read, decode, dispatch, answer, push events.
//!
//! The main thread reads; every request runs on a thread of its own; one writer owns standard output. The end of
//! standard input means leave at once, from any state.

mod dispatch;
mod library_watch;
mod watch;
mod writer;

use std::collections::HashMap;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::frame::{self, Frame, FrameError};
use crate::logbook;
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::hello::{Hello, HelloParams, Locale};
use crate::protocol::rpc::{Request, VERSION};
use crate::protocol::{OLDEST_PROTOCOL, PROTOCOL};
use crate::usecase::World;
use crate::usecase::flows::Caller;

pub use dispatch::METHODS;
pub use writer::Writer;

/// Requests under way at once; a browser with every page of ours open has a handful.
const MAX_UNDER_WAY: usize = 16;

/// One connection.
pub struct Conversation {
    world: Arc<World>,
    caller: Caller,
    writer: Writer,
    /// 0 before `hello`, then the settled protocol.
    protocol: AtomicU8,
    english: AtomicBool,
    watching: AtomicBool,
    /// The folders that are watched, once a page asked for it.
    watched: Mutex<Option<library_watch::Watched>>,
    /// Cancel flags of the requests under way.
    under_way: Mutex<HashMap<u32, Arc<AtomicBool>>>,
    /// What is left to do once the peer has its first answer.
    chore: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl std::fmt::Debug for Conversation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Conversation")
    }
}

/// Why a conversation ended.
#[derive(Debug)]
pub enum End {
    /// The peer closed the stream between two frames.
    Closed,
    /// The stream is no longer framed, or failed.
    Broken(FrameError),
}

/// Serves a connection until its end. Requests still under way then are abandoned by the process' exit.
pub fn serve(world: Arc<World>, caller: Caller, input: &mut impl Read, writer: Writer) -> End {
    serve_and(world, caller, input, writer, || {})
}

/// The same, with a chore that is begun on a thread of its own once the first `hello` has its answer, so that nobody waits
/// for it.
pub fn serve_and(
    world: Arc<World>,
    caller: Caller,
    input: &mut impl Read,
    writer: Writer,
    chore: impl FnOnce() + Send + 'static,
) -> End {
    let conversation = Arc::new(Conversation {
        world,
        caller,
        writer,
        protocol: AtomicU8::new(0),
        english: AtomicBool::new(false),
        watching: AtomicBool::new(false),
        watched: Mutex::new(None),
        under_way: Mutex::new(HashMap::new()),
        chore: Mutex::new(Some(Box::new(chore))),
    });
    loop {
        match frame::read(input) {
            Ok(Frame::Body(body)) => conversation.take(body),
            Ok(Frame::TooLarge(_)) => {
                conversation.refuse(None, Fault::new(Kind::TooLarge).over(frame::MAX_REQUEST / (1024 * 1024)));
            }
            Ok(Frame::End) => return End::Closed,
            Err(error) => {
                logbook::warn("conversation", &error);
                return End::Broken(error);
            }
        }
    }
}

/// Answers every request with the one failure that keeps this host from working, until the peer closes the stream.
pub fn decline(fault: Fault, input: &mut impl Read, writer: Writer) {
    while let Ok(Frame::Body(body)) = frame::read(input) {
        let id = std::str::from_utf8(&body).ok().and_then(|text| parse(text).ok()).map(|request| request.id);
        writer.refuse(id, fault.clone().in_words(Locale::default()));
    }
}

impl Conversation {
    /// Starts one request on a thread of its own.
    fn take(self: &Arc<Self>, body: Vec<u8>) {
        let Ok(text) = String::from_utf8(body) else { return self.refuse(None, Kind::NotUtf8.into()) };
        // A client's secret and an authorization code arrive in such texts.
        let text = Zeroizing::new(text);
        let (id, method) = match parse(&text) {
            Ok(request) => (request.id, request.method.to_owned()),
            Err(fault) => return self.refuse(None, fault),
        };
        // `hello` is answered on this thread: whatever comes after it finds the protocol settled.
        if method == "hello" {
            self.answer(id, self.hello(&text));
            return self.begin_chore();
        }
        if self.protocol.load(Ordering::SeqCst) == 0 {
            return self.refuse(Some(id), Kind::HelloRequired.into());
        }
        // Ending a request has to work just when too many are under way; it only sets a flag.
        if method == "request.cancel" {
            return self.answer(id, self.run(&method, &text, &Arc::default()));
        }
        let cancel = match self.register(id) {
            Ok(cancel) => cancel,
            Err(fault) => return self.refuse(Some(id), fault),
        };
        let conversation = Arc::clone(self);
        let run = move || {
            let result = conversation.run(&method, &text, &cancel);
            // Before the answer: whoever has it may ask again under the same number at once.
            conversation.lock().remove(&id);
            conversation.answer(id, result);
        };
        if std::thread::Builder::new().name("request".to_owned()).spawn(run).is_err() {
            self.lock().remove(&id);
            self.refuse(Some(id), Kind::Busy.into());
        }
    }

    fn run(self: &Arc<Self>, method: &str, text: &str, cancel: &Arc<AtomicBool>) -> Result<String, Fault> {
        // A panic inside a request is a fault of ours in that request, not the end of the conversation.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let request = parse(text)?;
            dispatch::dispatch(self, method, request.params, cancel)
        }));
        outcome.unwrap_or_else(|_| {
            logbook::warn("request", &format!("panic in {method}"));
            Err(Kind::Internal.into())
        })
    }

    /// Settles the highest protocol that both sides know. Opens nothing.
    fn hello(&self, text: &str) -> Result<String, Fault> {
        let request = parse(text)?;
        let params: HelloParams = dispatch::decode(request.params)?;
        let locale = params.locale.unwrap_or_default();
        self.english.store(locale == Locale::En, Ordering::SeqCst);
        if params.protocol < OLDEST_PROTOCOL {
            return Err(Kind::UpdateExtension.into());
        }
        if params.min_protocol > PROTOCOL {
            return Err(Kind::UpdateHost.into());
        }
        let protocol = params.protocol.min(PROTOCOL);
        self.protocol.store(u8::try_from(protocol).unwrap_or(u8::MAX), Ordering::SeqCst);
        dispatch::encode(&Hello {
            protocol,
            host_version: env!("CARGO_PKG_VERSION").to_owned(),
            locale,
            os_user: whoami::username().unwrap_or_default(),
            system: std::env::consts::OS.to_owned(),
            methods: METHODS.iter().map(ToString::to_string).collect(),
        })
    }

    fn locale(&self) -> Locale {
        if self.english.load(Ordering::SeqCst) { Locale::En } else { Locale::Es }
    }

    /// Begins the chore, once. One that cannot be begun is left to the next host.
    fn begin_chore(&self) {
        if let Some(chore) = self.chore.lock().unwrap_or_else(PoisonError::into_inner).take() {
            drop(std::thread::Builder::new().name("chore".to_owned()).spawn(chore));
        }
    }

    /// A cancel flag for that request, unless its number is taken or too many are under way.
    fn register(&self, id: u32) -> Result<Arc<AtomicBool>, Fault> {
        let mut under_way = self.lock();
        if under_way.contains_key(&id) {
            return Err(Fault::new(Kind::InvalidRequest).about("id"));
        }
        if under_way.len() >= MAX_UNDER_WAY {
            return Err(Kind::Busy.into());
        }
        let flag = Arc::new(AtomicBool::new(false));
        under_way.insert(id, Arc::clone(&flag));
        Ok(flag)
    }

    fn cancel(&self, id: u32) {
        if let Some(flag) = self.lock().get(&id) {
            flag.store(true, Ordering::SeqCst);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u32, Arc<AtomicBool>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, id: u32, result: Result<String, Fault>) {
        match result {
            Ok(json) if json.len() + writer::ENVELOPE > frame::MAX_ANSWER => {
                self.refuse(Some(id), Kind::AnswerTooLarge.into());
            }
            Ok(json) => self.writer.answer(id, &json),
            Err(fault) => self.refuse(Some(id), fault),
        }
    }

    fn refuse(&self, id: Option<u32>, fault: Fault) {
        self.writer.refuse(id, fault.in_words(self.locale()));
    }
}

/// Reads the envelope strictly; what it holds is decoded later.
fn parse(text: &str) -> Result<Request<'_>, Fault> {
    let request: Request<'_> = serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Syntax | serde_json::error::Category::Eof => Fault::new(Kind::NotJson),
        serde_json::error::Category::Data | serde_json::error::Category::Io => {
            Fault::new(Kind::InvalidRequest).about(dispatch::field(&error))
        }
    })?;
    match request.jsonrpc == VERSION {
        true => Ok(request),
        false => Err(Fault::new(Kind::InvalidRequest).about("jsonrpc")),
    }
}

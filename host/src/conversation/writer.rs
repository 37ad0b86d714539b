//! The one owner of standard output.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::frame;
use crate::logbook;
use crate::protocol::event::Event;
use crate::protocol::failure::Failure;
use crate::protocol::rpc::{Answer, Notification, Refusal, VERSION};

/// Bytes that an envelope may take around a result.
pub(super) const ENVELOPE: usize = 128;

/// Writes whole frames, one at a time.
#[derive(Clone)]
pub struct Writer {
    stream: Arc<Mutex<Box<dyn Write + Send>>>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}

impl Writer {
    /// A writer to that stream.
    #[must_use]
    pub fn new(stream: Box<dyn Write + Send>) -> Self {
        Self { stream: Arc::new(Mutex::new(stream)) }
    }

    pub(super) fn answer(&self, id: u32, json: &str) {
        match serde_json::from_str::<&RawValue>(json) {
            Ok(result) => self.send(&Answer { jsonrpc: VERSION, id, result }),
            Err(error) => logbook::warn("writer", &error),
        }
    }

    pub(super) fn refuse(&self, id: Option<u32>, error: Failure) {
        self.send(&Refusal { jsonrpc: VERSION, id, error });
    }

    pub(super) fn notify(&self, event: &Event) {
        let method = event.method();
        match event {
            Event::DeliveryChanged(params) => self.send(&Notification { jsonrpc: VERSION, method, params }),
            Event::LibraryProgress(params) => self.send(&Notification { jsonrpc: VERSION, method, params }),
            Event::LibraryChanged(params) => self.send(&Notification { jsonrpc: VERSION, method, params }),
            Event::BatchProgress(params) => self.send(&Notification { jsonrpc: VERSION, method, params }),
            Event::AccountChanged(params) => self.send(&Notification { jsonrpc: VERSION, method, params }),
            Event::SignInArrived(params) => self.send(&Notification { jsonrpc: VERSION, method, params }),
        }
    }

    fn send<T: Serialize>(&self, message: &T) {
        let body = match serde_json::to_vec(message) {
            Ok(body) => body,
            Err(error) => return logbook::warn("writer", &error),
        };
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        // A peer that is gone shows at the next read as the end of the stream.
        if let Err(error) = frame::write(&mut *stream, &body) {
            logbook::warn("writer", &error);
        }
    }
}

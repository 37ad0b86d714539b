//! The browser's end of a conversation: starts the real host and speaks real frames with it.

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::patience::{self, Patience};
use crate::trouble::Trouble;
use crate::voice::{Language, Wait};

/// A browser refuses a longer message from a host, in bytes.
const MAX_ANSWER: u32 = 1024 * 1024;

/// A browser gives a host this long after the end of its input.
const LAST_WORDS: Duration = Duration::from_secs(2);

const ANSWER: Wait = Wait { es: "la respuesta del programa", en: "the host's answer", limit: Duration::from_secs(30) };

/// One conversation.
#[derive(Debug)]
pub(crate) struct Host {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    patience: Patience,
    next: u32,
}

impl Host {
    /// Starts the host as the browser does, with the calling extension as its argument, and says hello.
    pub(crate) fn start(
        mut command: Command,
        extension: &str,
        language: Language,
        patience: &Patience,
    ) -> Result<Self, Trouble> {
        command.arg(format!("chrome-extension://{extension}/"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(Trouble::io("host"))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (sender, messages) = mpsc::channel();
        let mut host = Self { child, input, messages, patience: patience.clone(), next: 0 };
        let mut output = output.ok_or(Trouble::HostGone)?;
        // On a thread, so that Ctrl-C is heard while the host says nothing.
        std::thread::spawn(move || while read(&mut output).is_some_and(|message| sender.send(message).is_ok()) {});
        let locale = if language == Language::Es { "es" } else { "en" };
        let hello = json!({"protocol": 1, "min_protocol": 1, "extension_version": "0.1.0", "locale": locale});
        host.call("hello", hello)?;
        Ok(host)
    }

    /// Asks, and waits for the answer.
    pub(crate) fn call(&mut self, method: &'static str, params: Value) -> Result<Value, Trouble> {
        self.next += 1;
        let id = self.next;
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string();
        self.write(request.as_bytes())?;
        let mut answer = self.patience.wait(&ANSWER, || {
            loop {
                match self.messages.try_recv() {
                    Ok(message) if message["id"] == id => return Ok(Some(message)),
                    // A notification.
                    Ok(_) => {}
                    Err(TryRecvError::Empty) => return Ok(None),
                    Err(TryRecvError::Disconnected) => return Err(Trouble::HostGone),
                }
            }
        })?;
        match answer.get_mut("error") {
            Some(error) => Err(Trouble::Refused { method, error: error.take() }),
            None => Ok(answer["result"].take()),
        }
    }

    fn write(&mut self, body: &[u8]) -> Result<(), Trouble> {
        let failed = Trouble::io("frame");
        let length = u32::try_from(body.len()).map_err(|_| Trouble::Unexpected("a request over 4 GiB".to_owned()))?;
        let input = self.input.as_mut().ok_or(Trouble::HostGone)?;
        input.write_all(&length.to_ne_bytes()).map_err(&failed)?;
        input.write_all(body).map_err(&failed)?;
        input.flush().map_err(&failed)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        drop(self.input.take());
        if !patience::settle(LAST_WORDS, || matches!(self.child.try_wait(), Ok(Some(_)) | Err(_))) {
            // It may just have ended by itself.
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

/// One frame; `None` at the end of the stream and for what a browser would not take.
fn read(output: &mut ChildStdout) -> Option<Value> {
    let mut length = [0; 4];
    output.read_exact(&mut length).ok()?;
    let length = u32::from_ne_bytes(length);
    if length > MAX_ANSWER {
        return None;
    }
    let mut body = vec![0; length as usize];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

//! Starts the program as browsers on Windows do, and talks to it through the pipes that they make.

use std::os::windows::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::windows::named_pipe::{NamedPipeServer, ServerOptions};
use tokio::runtime::{Builder, Runtime};

use crate::host::{EXTENSION, Home, wait};

const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// How long a pipe may stay silent.
const PATIENCE: Duration = Duration::from_secs(120);

/// Tells the pipes of one test program apart.
static PIPES: AtomicU32 = AtomicU32::new(0);

/// A conversation over named pipes with the program under a hidden `cmd.exe`.
pub struct Browser {
    runtime: Runtime,
    to_host: Option<NamedPipeServer>,
    from_host: NamedPipeServer,
    /// The shell, the one process that a browser knows of.
    pub shell: Child,
    next: u32,
}

impl Browser {
    /// `cmd.exe /d /s /c "PROGRAM ORIGIN --parent-window=N" < \\.\pipe\… > \\.\pipe\…` (Chromium,
    /// `native_process_launcher_win.cc`), hidden.
    pub fn start(home: &Home, program: &Path) -> Self {
        let number = PIPES.fetch_add(1, Ordering::SeqCst);
        let name = |way: &str| format!(r"\\.\pipe\correo-cfdi.test.{}.{number}.{way}", std::process::id());
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let inside = runtime.enter();
        let mut once = ServerOptions::new();
        let once = once.first_pipe_instance(true).max_instances(1);
        let to_host = once.access_inbound(false).access_outbound(true).create(name("in")).unwrap();
        let from_host = once.access_inbound(true).access_outbound(false).create(name("out")).unwrap();
        drop(inside);
        let line = format!(
            "/d /s /c \"\"{}\" chrome-extension://{EXTENSION}/ --parent-window=0\" < {} > {}",
            program.display(),
            name("in"),
            name("out")
        );
        let mut shell = Command::new(std::env::var_os("ComSpec").unwrap_or_else(|| "cmd.exe".into()));
        // The rest of the environment is the browser's own.
        shell.envs(home.command().get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.raw_arg(&line).creation_flags(CREATE_NO_WINDOW);
        shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let shell = shell.spawn().unwrap();
        let both = async { tokio::try_join!(to_host.connect(), from_host.connect()) };
        runtime
            .block_on(async { tokio::time::timeout(PATIENCE, both).await })
            .unwrap_or_else(|_| panic!("nobody opened the pipes: cmd.exe {line}"))
            .unwrap();
        Self { runtime, to_host: Some(to_host), from_host, shell, next: 0 }
    }

    /// Writes one frame.
    pub fn write(&mut self, body: &[u8]) {
        let frame = [&u32::try_from(body.len()).unwrap().to_ne_bytes(), body].concat();
        self.write_raw(&frame);
    }

    /// Writes bytes as they are.
    pub fn write_raw(&mut self, bytes: &[u8]) {
        let pipe = self.to_host.as_mut().unwrap();
        let write = async { tokio::time::timeout(PATIENCE, pipe.write_all(bytes)).await };
        self.runtime.block_on(write).expect("the host reads").unwrap();
    }

    /// The body of the next frame as it came; `None` at the end of the stream.
    pub fn read(&mut self) -> Option<Vec<u8>> {
        let pipe = &mut self.from_host;
        let read = async {
            let mut length = [0; 4];
            // A pipe whose other end was closed is "broken", which is its end.
            pipe.read_exact(&mut length).await.ok()?;
            let mut body = vec![0; u32::from_ne_bytes(length) as usize];
            pipe.read_exact(&mut body).await.expect("a whole frame");
            Some(body)
        };
        self.runtime.block_on(async { tokio::time::timeout(PATIENCE, read).await }).expect("the host answers")
    }

    /// The next answer; notifications are passed over.
    pub fn answer(&mut self) -> Value {
        loop {
            let message: Value = serde_json::from_slice(&self.read().expect("an answer")).unwrap();
            if message.get("method").is_none() {
                return message;
            }
        }
    }

    /// Asks for something that has to succeed.
    pub fn ok(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        self.write(
            json!({"jsonrpc": "2.0", "id": self.next, "method": method, "params": params}).to_string().as_bytes(),
        );
        let answer = self.answer();
        assert_eq!(answer["id"], self.next, "{answer}");
        assert_eq!(answer.get("error"), None, "{method}");
        answer["result"].clone()
    }

    pub fn hello(&mut self) -> Value {
        self.ok("hello", json!({"protocol": 1, "min_protocol": 1, "extension_version": "0.1.0", "locale": "es"}))
    }

    /// Closes the stream to the host, and says how long it took until its own stream and the shell had ended.
    pub fn leave(&mut self) -> Duration {
        let started = std::time::Instant::now();
        drop(self.to_host.take());
        while self.read().is_some() {}
        wait("the shell ends", || self.shell.try_wait().unwrap());
        started.elapsed()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.to_host.take());
        drop(self.shell.wait());
    }
}

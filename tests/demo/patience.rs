//! Waits that end: with what was waited for, at a limit, or when the person wants to stop.

use std::io;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use crate::trouble::Trouble;
use crate::voice::Wait;

/// How often a wait looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Waits, and knows whether the person pressed Ctrl-C.
#[derive(Clone, Debug)]
pub(crate) struct Patience {
    stop: Arc<AtomicBool>,
}

impl Patience {
    /// From now on Ctrl-C, a closed terminal and a request to end do not kill this process: they end its waits.
    pub(crate) fn listen() -> Result<Self, Trouble> {
        let stop = Arc::new(AtomicBool::new(false));
        let failed = Trouble::io("signals");
        let runtime = Builder::new_current_thread().enable_all().build().map_err(&failed)?;
        let signals = Signals::new(&runtime).map_err(&failed)?;
        let flag = Arc::clone(&stop);
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || runtime.block_on(signals.raise(&flag)))
            .map_err(&failed)?;
        Ok(Self { stop })
    }

    /// Whether somebody wants the demo to end.
    pub(crate) fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Looks again and again until something is there.
    pub(crate) fn wait<T>(
        &self,
        wait: &Wait,
        mut look: impl FnMut() -> Result<Option<T>, Trouble>,
    ) -> Result<T, Trouble> {
        let started = Instant::now();
        loop {
            if self.is_over() {
                return Err(Trouble::Interrupted);
            }
            if let Some(found) = look()? {
                return Ok(found);
            }
            if started.elapsed() >= wait.limit {
                return Err(Trouble::TooLong(*wait));
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// Runs a program that prints little to its end, or ends it at the limit.
    pub(crate) fn run(&self, wait: &Wait, command: &mut Command) -> Result<Output, Trouble> {
        let failed = Trouble::io("program");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(&failed)?;
        let ended = self.wait(wait, || child.try_wait().map_err(&failed));
        if ended.is_err() {
            // It may just have ended by itself.
            drop(child.kill());
        }
        let output = child.wait_with_output().map_err(&failed)?;
        ended.map(|_| output)
    }
}

/// Looks until something is there or the limit has passed, whatever the person wants: for tidying up.
pub(crate) fn settle(limit: Duration, mut done: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    while !done() {
        if started.elapsed() >= limit {
            return false;
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    true
}

#[cfg(unix)]
struct Signals([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Signals {
    fn new(runtime: &Runtime) -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        let _guard = runtime.enter();
        Ok(Self([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?]))
    }

    async fn raise(self, flag: &AtomicBool) {
        let [mut interrupt, mut terminate, mut hangup] = self.0;
        loop {
            let more = tokio::select! {
                more = interrupt.recv() => more,
                more = terminate.recv() => more,
                more = hangup.recv() => more,
            };
            if more.is_none() {
                return;
            }
            flag.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new(runtime: &Runtime) -> io::Result<Self> {
        let _guard = runtime.enter();
        Ok(Self(tokio::signal::windows::ctrl_c()?))
    }

    async fn raise(mut self, flag: &AtomicBool) {
        while self.0.recv().await.is_some() {
            flag.store(true, Ordering::Relaxed);
        }
    }
}

//! Calls that may wait for a person, one at a time and never for longer than a limit.
//!
//! A keyring that shows its prompt blocks its caller without limit, and the library offers no way to end such a call. So
//! each call has a thread of its own, which is left to itself when the limit is over; at most [`MAX_LEFT`] of them wait.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use crate::ports::vault::VaultError;

/// Threads that may be left waiting for one keyring service. Each may hold one prompt open; further calls are answered
/// without asking again.
const MAX_LEFT: usize = 4;

/// How long a look at who serves may take: the bus answers in a millisecond, or hangs.
const LOOK_FOR: Duration = Duration::from_secs(1);

/// Names the service that would answer now; another name means that those who wait for the former wait in vain.
pub(super) type WhoServes = fn() -> Option<String>;

/// Whether somebody still waits for the outcome of a call.
#[derive(Debug, Default)]
pub(super) struct Wanted(AtomicBool);

impl Wanted {
    /// False once the call was reported as failed: from then on it must change nothing, because something newer may
    /// have been written meanwhile.
    pub(super) fn is(&self) -> bool {
        !self.0.load(Ordering::SeqCst)
    }
}

/// The gate that calls pass one by one.
#[derive(Debug)]
pub(super) struct Watchdog {
    limit: Duration,
    who: WhoServes,
    gate: Mutex<Gate>,
    freed: Condvar,
    looking: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Gate {
    busy: bool,
    left: Vec<Left>,
}

/// A thread that was left to itself, and the service that it waits for.
#[derive(Debug)]
struct Left {
    thread: Weak<Wanted>,
    service: Option<String>,
}

/// The one place at the gate; dropping it lets the next one in.
struct Turn<'a>(&'a Watchdog);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.gate().busy = false;
        self.0.freed.notify_one();
    }
}

impl Watchdog {
    /// A gate whose calls take at most that long.
    pub(super) fn new(limit: Duration, who: WhoServes) -> Self {
        let looking = Arc::new(AtomicBool::new(false));
        Self { limit, who, gate: Mutex::default(), freed: Condvar::new(), looking }
    }

    /// Does the work on a thread of its own.
    ///
    /// # Errors
    /// `Timeout` when it takes longer, when others take that long, or when too many wait already; the work's own errors.
    pub(super) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Wanted) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let _turn = self.turn()?;
        self.make_room()?;
        let wanted = Arc::new(Wanted::default());
        let thread = Arc::downgrade(&wanted);
        let (done, answer) = mpsc::sync_channel(1);
        let own = Arc::clone(&wanted);
        std::thread::Builder::new()
            .name("keyring".to_owned())
            // Nobody listens any more after the limit: then the answer is dropped here.
            .spawn(move || drop(done.send(work(&own))))
            .map_err(|_| VaultError::Failed)?;
        match answer.recv_timeout(self.limit) {
            Ok(outcome) => outcome,
            // The thread panicked, and the log has it.
            Err(RecvTimeoutError::Disconnected) => Err(VaultError::Failed),
            Err(RecvTimeoutError::Timeout) => {
                wanted.0.store(true, Ordering::SeqCst);
                let service = self.service();
                self.gate().left.push(Left { thread, service });
                Err(VaultError::Timeout)
            }
        }
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls that overlap would ask the person twice, and Windows does not keep their order.
    fn turn(&self) -> Result<Turn<'_>, VaultError> {
        let waited = self.freed.wait_timeout_while(self.gate(), self.limit, |gate| gate.busy);
        let (mut gate, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(VaultError::Timeout);
        }
        gate.busy = true;
        Ok(Turn(self))
    }

    /// Whoever waits for a service that is gone waits for ever, and keeps nobody else out.
    fn make_room(&self) -> Result<(), VaultError> {
        let is_full = || {
            let mut gate = self.gate();
            gate.left.retain(|left| left.thread.strong_count() > 0);
            gate.left.len() >= MAX_LEFT
        };
        if !is_full() {
            return Ok(());
        }
        let now = self.service();
        self.gate().left.retain(|left| left.service.is_none() || now.is_none() || left.service == now);
        if is_full() { Err(VaultError::Timeout) } else { Ok(()) }
    }

    /// Who serves now; `None` when that cannot be told. A look that hangs is not repeated before it came back.
    fn service(&self) -> Option<String> {
        if self.looking.swap(true, Ordering::SeqCst) {
            return None;
        }
        let (done, answer) = mpsc::sync_channel(1);
        let (who, looking) = (self.who, Arc::clone(&self.looking));
        let look = move || {
            let found = who();
            looking.store(false, Ordering::SeqCst);
            drop(done.send(found));
        };
        std::thread::Builder::new().name("keyring-name".to_owned()).spawn(look).ok()?;
        answer.recv_timeout(LOOK_FOR).ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]

    use std::sync::atomic::AtomicUsize;

    use super::*;

    const SHORT: Duration = Duration::from_millis(20);

    fn hang(watchdog: &Watchdog, started: &Arc<AtomicUsize>) -> (mpsc::Sender<()>, Result<(), VaultError>) {
        let (release, wait) = mpsc::channel();
        let started = Arc::clone(started);
        let outcome = watchdog.run(move |_| {
            started.fetch_add(1, Ordering::SeqCst);
            assert!(wait.recv().is_err());
            Ok(())
        });
        (release, outcome)
    }

    #[test]
    fn calls_that_hang_do_not_pile_up_and_make_room_when_they_end() {
        let (watchdog, started) = (Watchdog::new(SHORT, || Some(":1.7".to_owned())), Arc::default());
        let mut held = Vec::new();
        for _ in 0..MAX_LEFT + 3 {
            let (release, outcome) = hang(&watchdog, &started);
            assert_eq!(outcome, Err(VaultError::Timeout));
            held.push(release);
        }
        assert_eq!(started.load(Ordering::SeqCst), MAX_LEFT, "the others were answered without a thread");
        drop(held);
        while watchdog.run(|_| Ok(())).is_err() {
            std::thread::sleep(SHORT);
        }
    }

    #[test]
    fn whoever_waits_for_a_service_that_is_gone_keeps_nobody_out() {
        static NAME: AtomicUsize = AtomicUsize::new(1);
        let watchdog = Watchdog::new(SHORT, || Some(format!(":1.{}", NAME.load(Ordering::SeqCst))));
        let started = Arc::default();
        let held: Vec<_> = (0..MAX_LEFT).map(|_| hang(&watchdog, &started)).collect();
        assert_eq!(watchdog.run(|_| Ok(())), Err(VaultError::Timeout));
        NAME.store(2, Ordering::SeqCst);
        assert_eq!(watchdog.run(|_| Ok(())), Ok(()));
        drop(held);
    }

    #[test]
    fn a_call_that_was_given_up_knows_it() {
        let watchdog = Watchdog::new(SHORT, || None);
        let (told, listen) = mpsc::channel();
        let (release, wait) = mpsc::channel::<()>();
        let outcome = watchdog.run(move |wanted| {
            assert!(wanted.is());
            assert!(wait.recv().is_err());
            told.send(wanted.is()).unwrap();
            Ok(())
        });
        assert_eq!(outcome, Err(VaultError::Timeout));
        drop(release);
        assert!(!listen.recv().unwrap());
    }

    #[test]
    fn a_panic_is_no_timeout() {
        let watchdog = Watchdog::new(Duration::from_secs(60), || None);
        let outcome: Result<(), _> = watchdog.run(|_| panic!("as a broken library might"));
        assert_eq!(outcome, Err(VaultError::Failed));
        assert_eq!(watchdog.run(|_| Ok(7)), Ok(7));
    }
}

//! Trouble at an exact step: a provider that does something to the disk just before it answers, and a clock that does
//! something when somebody waits.

use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, Utc};
use correo_cfdi::adapters::gmail_post::GmailPost;
use correo_cfdi::domain::client::Provider;
use correo_cfdi::ports::Clock;
use correo_cfdi::ports::post::{Parcel, Post, PostError, Progress, Session};
use correo_cfdi::usecase::World;
use secrecy::SecretString;

use crate::worlds::TestClock;

/// Something to do once.
pub type Deed = Box<dyn FnOnce() + Send>;

/// The step after which the deed is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Opened,
    Accepted,
}

struct MeddlingPost {
    inner: GmailPost,
    step: Step,
    deed: Mutex<Option<Deed>>,
}

impl MeddlingPost {
    fn reached(&self, step: Step) {
        if step == self.step
            && let Some(deed) = self.deed.lock().unwrap().take()
        {
            deed();
        }
    }
}

impl Post for MeddlingPost {
    fn open(&self, provider: &Provider, token: &SecretString, parcel: &Parcel<'_>) -> Result<Session, PostError> {
        let opened = self.inner.open(provider, token, parcel);
        self.reached(Step::Opened);
        opened
    }

    fn upload(
        &self,
        provider: &Provider,
        token: &SecretString,
        session: &Session,
        parcel: &Parcel<'_>,
        from: u64,
    ) -> Progress {
        let progress = self.inner.upload(provider, token, session, parcel, from);
        assert!(matches!(progress, Progress::Accepted(_)), "{progress:?}");
        self.reached(Step::Accepted);
        progress
    }

    fn ask(&self, provider: &Provider, token: &SecretString, session: &Session, size: u64) -> Progress {
        self.inner.ask(provider, token, session, size)
    }

    fn abandon(&self, session: &Session) {
        self.inner.abandon(session);
    }
}

struct MeddlingClock {
    inner: TestClock,
    deed: Mutex<Option<Deed>>,
}

impl Clock for MeddlingClock {
    fn now(&self) -> DateTime<Utc> {
        self.inner.now()
    }

    fn monotonic(&self) -> Duration {
        self.inner.monotonic()
    }

    fn sleep(&self, time: Duration) {
        self.inner.sleep(time);
        if let Some(deed) = self.deed.lock().unwrap().take() {
            deed();
        }
    }
}

/// The world with a deed after that step of the first message.
pub fn after(mut world: World, step: Step, deed: Deed) -> World {
    let inner = GmailPost::new(std::sync::Arc::default());
    world.post = Box::new(MeddlingPost { inner, step, deed: Mutex::new(Some(deed)) });
    world
}

/// The world with a deed at the first wait.
pub fn at_first_wait(mut world: World, clock: &TestClock, deed: Deed) -> World {
    world.clock = Box::new(MeddlingClock { inner: clock.clone(), deed: Mutex::new(Some(deed)) });
    world
}

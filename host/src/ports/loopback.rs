//! One request from the person's browser on this computer, for sign-ins without the browser's own window
//! (RFC 8252 sections 7.3 and 8.3).

use std::sync::Arc;
use std::time::Duration;

use url::Url;

/// No port of this computer could be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no port could be taken")]
pub struct NoPort;

/// Why no redirect came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoRedirect {
    /// Somebody stopped the listener, or another wait has it.
    #[error("stopped")]
    Stopped,
    /// None came in time.
    #[error("none came in time")]
    TimedOut,
    /// The system took the port away.
    #[error("the listener failed")]
    Failed,
}

/// What the person reads in their browser, in one language. Plain text; never anything of the redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Language tag (BCP 47).
    pub language: &'static str,
    /// Heading.
    pub title: String,
    /// The sentence below.
    pub text: String,
}

/// The page that answers the flow's redirect: the same in each language.
pub type Page = Vec<Words>;

/// Judges a request's whole URL: the page for the flow's own redirect, `None` for a request of somebody else, which is
/// refused and forgotten.
pub type Judge = Arc<dyn Fn(&str) -> Option<Page> + Send + Sync>;

/// A port that is taken until [`RedirectListener::stop`] or the redirect.
pub trait RedirectListener: Send + Sync + std::fmt::Debug {
    /// The redirect URI: `http://127.0.0.1:{port}/`.
    fn redirect_uri(&self) -> &Url;
    /// Waits for the flow's redirect, answers it, and frees the port; gives the redirect's whole URL.
    ///
    /// # Errors
    /// [`NoRedirect`]; the port is free then too.
    fn wait(&self, patience: Duration, judge: Judge) -> Result<String, NoRedirect>;
    /// Frees the port at once and ends a wait.
    fn stop(&self);
}

/// This computer's own address.
pub trait Loopback: Send + Sync {
    /// Takes a free port of 127.0.0.1, never of another address.
    ///
    /// # Errors
    /// [`NoPort`].
    fn listen(&self) -> Result<Box<dyn RedirectListener>, NoPort>;
}

//! The one HTTP client and the runtime that it needs, made at the first request and never before.
//!
//! Redirects are off (a provider's endpoint that redirects would carry a token elsewhere), certificates are checked
//! against the operating system's roots (`SSL_CERT_FILE` and `SSL_CERT_DIR` take their place where they are set) and the
//! client file's `ca_file`, the way is the system's or `HTTPS_PROXY`'s ([`route`]), and every request has a time limit.

pub mod look;
pub mod route;
pub mod tls;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use rustls::ClientConfig;
use tokio::runtime::{Builder, Runtime};

/// Time to reach a server: beyond it a person thinks that nothing happens.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Time without a byte from the server: Google's slowest answers to an upload take a few seconds.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// Why a request got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// No connection could be made; nothing left.
    Offline,
    /// The proxy that is set does not answer; nothing left.
    ProxyUnreachable,
    /// The proxy wants a password, or lets nobody through to that host; nothing left.
    Proxy,
    /// The certificate does not hold; nothing left.
    Tls,
    /// Nobody whom this computer trusts issued the certificate: an antivirus or a proxy that reads along; nothing left.
    Untrusted,
    /// The certificate is expired or not valid yet, by this computer's clock; nothing left.
    CertificateDate,
    /// The certificate is for another name: a sign-in page of the network, or a wrong address; nothing left.
    CertificateName,
    /// The client file's `ca_file` cannot be read or holds no certificate; nothing left.
    AuthorityFile,
    /// The connection was made, but no whole answer came.
    NoAnswer,
}

/// HTTP for the adapters.
#[derive(Debug, Default)]
pub struct Net {
    runtime: OnceLock<Runtime>,
    /// By the file whose authorities are trusted beside the system's, which is read once.
    trusts: Mutex<Vec<(Option<PathBuf>, Trust)>>,
}

/// The ways to speak under TLS with the same trust.
#[derive(Debug, Clone)]
struct Trust {
    client: reqwest::Client,
    tls: Arc<ClientConfig>,
}

impl Net {
    /// Runs network work on this thread until it ends. Requests must be made inside the work, where the runtime is.
    ///
    /// # Errors
    /// [`Silence::Offline`] when the system gives no runtime.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> Result<T, Silence> {
        if self.runtime.get().is_none() {
            // One thread drives the sockets of all requests; a second runtime made by a racing thread is dropped.
            let runtime =
                Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(|_| Silence::Offline)?;
            if let Err(spare) = self.runtime.set(runtime) {
                spare.shutdown_background();
            }
        }
        match self.runtime.get() {
            Some(runtime) => Ok(runtime.block_on(work)),
            None => Err(Silence::Offline),
        }
    }

    /// The client that trusts the system's roots and that file.
    ///
    /// # Errors
    /// [`Silence::AuthorityFile`] when the file cannot be read or holds no certificate.
    pub fn client(&self, ca_file: Option<&Path>) -> Result<reqwest::Client, Silence> {
        self.trust(ca_file).map(|trust| trust.client)
    }

    /// The same trust for connections that are no HTTP.
    ///
    /// # Errors
    /// As of [`Self::client`].
    pub fn tls(&self, ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, Silence> {
        self.trust(ca_file).map(|trust| trust.tls)
    }

    fn trust(&self, ca_file: Option<&Path>) -> Result<Trust, Silence> {
        let mut trusts = self.trusts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, trust)) = trusts.iter().find(|(file, _)| file.as_deref() == ca_file) {
            return Ok(trust.clone());
        }
        let config = tls::config(ca_file)?;
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .proxy(route::proxy())
            .use_preconfigured_tls(config.clone())
            .tls_info(true)
            .user_agent(concat!("correo-cfdi/", env!("CARGO_PKG_VERSION")))
            .build();
        let trust = Trust { client: client.map_err(|_| Silence::Tls)?, tls: Arc::new(config) };
        trusts.push((ca_file.map(Path::to_owned), trust.clone()));
        Ok(trust)
    }
}

/// Tells what a failed request of that client means.
#[must_use]
pub fn silence(error: &reqwest::Error) -> Silence {
    if !error.is_connect() {
        return Silence::NoAnswer;
    }
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(silence) = of_tunnel(&inner.to_string()).or_else(|| tls::fault(inner)) {
            return silence;
        }
        cause = inner.source();
    }
    Silence::Offline
}

/// What the tunnel through a proxy says. `hyper-util` does not export the type, only its words; tests hold them.
fn of_tunnel(words: &str) -> Option<Silence> {
    match words.strip_prefix("tunnel error: ")? {
        "failed to create underlying connection" => Some(Silence::ProxyUnreachable),
        // Anything else came from the proxy, or it hung up instead of answering.
        _ => Some(Silence::Proxy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tunnel_says_is_told_from_everything_else() {
        assert_eq!(of_tunnel("tunnel error: unexpected end of file"), Some(Silence::Proxy));
        assert_eq!(of_tunnel("Connection refused"), None);
    }
}

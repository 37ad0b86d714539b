//! The one HTTP client and the runtime that it needs, made at the first request and never before.
//!
//! Redirects are off (a provider's endpoint that redirects would carry a token elsewhere), certificates are checked
//! against the operating system's roots and the client file's `ca_file`, and every request has a time limit.

use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

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
    /// The connection was made, but no whole answer came.
    NoAnswer,
}

/// HTTP for the adapters.
#[derive(Debug, Default)]
pub struct Net {
    runtime: OnceLock<Runtime>,
    clients: Mutex<Vec<(Option<PathBuf>, reqwest::Client)>>,
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
    /// [`Silence::Tls`] when the file holds no certificate.
    pub fn client(&self, ca_file: Option<&Path>) -> Result<reqwest::Client, Silence> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = clients.iter().find(|(file, _)| file.as_deref() == ca_file) {
            return Ok(client.clone());
        }
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .user_agent(concat!("correo-cfdi/", env!("CARGO_PKG_VERSION")));
        if let Some(file) = ca_file {
            let pem = std::fs::read(file).map_err(|_| Silence::Tls)?;
            let authority = reqwest::Certificate::from_pem(&pem).map_err(|_| Silence::Tls)?;
            builder = builder.add_root_certificate(authority);
        }
        let client = builder.build().map_err(|_| Silence::Tls)?;
        clients.push((ca_file.map(Path::to_owned), client.clone()));
        Ok(client)
    }
}

/// Tells what a failed request of that client means.
#[must_use]
pub fn silence(error: &reqwest::Error) -> Silence {
    if !error.is_connect() {
        return Silence::NoAnswer;
    }
    // The fault hides behind two layers of connection errors.
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(silence) = named(&inner.to_string()) {
            return silence;
        }
        cause = inner.source();
    }
    Silence::Offline
}

/// What a layer's words mean: `hyper-util`'s tunnel and `rustls`' certificate errors, whose types reqwest hides.
fn named(words: &str) -> Option<Silence> {
    if words.starts_with("tunnel error: proxy authorization required")
        || words.starts_with("tunnel error: unsuccessful")
    {
        return Some(Silence::Proxy);
    }
    let (_, fault) = words.split_once("invalid peer certificate")?;
    let says = |marks: &[&str]| marks.iter().any(|mark| fault.contains(mark));
    Some(if says(&["UnknownIssuer", "CaUsedAsEndEntity"]) {
        Silence::Untrusted
    } else if says(&["Expired", "certificate expired", "NotValidYet", "not valid yet"]) {
        Silence::CertificateDate
    } else if says(&["NotValidForName", "not valid for name"]) {
        Silence::CertificateName
    } else {
        Silence::Tls
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_of_a_connection_has_its_name() {
        for (words, expected) in [
            ("tunnel error: proxy authorization required", Some(Silence::Proxy)),
            ("tunnel error: unsuccessful", Some(Silence::Proxy)),
            ("invalid peer certificate: UnknownIssuer", Some(Silence::Untrusted)),
            (
                "invalid peer certificate: certificate expired: verification time 3 (UNIX)",
                Some(Silence::CertificateDate),
            ),
            (
                "invalid peer certificate: certificate not valid yet: verification time 3",
                Some(Silence::CertificateDate),
            ),
            ("invalid peer certificate: certificate not valid for name \"a\"", Some(Silence::CertificateName)),
            ("invalid peer certificate: Revoked", Some(Silence::Tls)),
            ("Connection refused (os error 111)", None),
        ] {
            assert_eq!(named(words), expected, "{words}");
        }
    }
}

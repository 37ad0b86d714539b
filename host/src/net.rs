//! The one HTTP client and the runtime that it needs, made at the first request and never before.
//!
//! Redirects are off (a provider's endpoint that redirects would carry a token elsewhere), certificates are checked
//! against the operating system's roots (`SSL_CERT_FILE` and `SSL_CERT_DIR` take their place where they are set) and the
//! client file's `ca_file`, the way is the system's or `HTTPS_PROXY`'s ([`route`]), and every request has a time limit.

pub mod look;
pub mod route;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use rustls::CertificateError;
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
    /// [`Silence::AuthorityFile`] when the file cannot be read or holds no certificate.
    pub fn client(&self, ca_file: Option<&Path>) -> Result<reqwest::Client, Silence> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = clients.iter().find(|(file, _)| file.as_deref() == ca_file) {
            return Ok(client.clone());
        }
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .proxy(route::proxy())
            .tls_info(true)
            .user_agent(concat!("correo-cfdi/", env!("CARGO_PKG_VERSION")));
        if let Some(file) = ca_file {
            let pem = std::fs::read(file).map_err(|_| Silence::AuthorityFile)?;
            let bundle = reqwest::Certificate::from_pem_bundle(&pem).map_err(|_| Silence::AuthorityFile)?;
            if bundle.is_empty() {
                return Err(Silence::AuthorityFile);
            }
            builder = bundle.into_iter().fold(builder, reqwest::ClientBuilder::add_root_certificate);
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
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(silence) = of_tunnel(&inner.to_string()).or_else(|| of_certificate(inner)) {
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

/// What the TLS stack says of the certificate; it travels inside I/O errors, which hide it from `source`.
fn of_certificate(error: &(dyn Error + 'static)) -> Option<Silence> {
    let mut error = error;
    // One layer for each that passed it on.
    while let Some(inner) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        error = inner;
    }
    #[expect(clippy::wildcard_enum_match_arm, reason = "both lists are the TLS stack's, and open")]
    match error.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(fault) => Some(match fault {
            CertificateError::UnknownIssuer => Silence::Untrusted,
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => Silence::CertificateDate,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Silence::CertificateName
            }
            // A certificate that signs itself reaches us as this one: its issuer is itself, and no authority.
            CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => Silence::Untrusted,
            _ => Silence::Tls,
        }),
        _ => Some(Silence::Tls),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_without_a_name_of_its_own_is_the_certificates_all_the_same() {
        let revoked = rustls::Error::InvalidCertificate(CertificateError::Revoked);
        let twice = std::io::Error::other(std::io::Error::other(revoked));
        assert_eq!(of_certificate(&twice), Some(Silence::Tls));
        assert_eq!(of_certificate(&std::io::Error::other("no connection")), None);
        assert_eq!(of_tunnel("tunnel error: unexpected end of file"), Some(Silence::Proxy));
        assert_eq!(of_tunnel("Connection refused"), None);
    }
}

//! Handing a message to the provider over one resumable upload session.

use std::path::Path;

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::domain::client::Provider;

/// Why the provider did not take a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// No connection.
    #[error("no connection")]
    Offline,
    /// The proxy of the network does not answer.
    #[error("the proxy does not answer")]
    ProxyUnreachable,
    /// The proxy of the network refused.
    #[error("the proxy refused")]
    ProxyRefused,
    /// The certificate does not hold.
    #[error("the TLS certificate does not hold")]
    Tls,
    /// Nobody whom this computer trusts issued the certificate.
    #[error("the TLS certificate's issuer is unknown")]
    Untrusted,
    /// The certificate is expired or not valid yet.
    #[error("the TLS certificate is out of date")]
    CertificateDate,
    /// The certificate is for another name.
    #[error("the TLS certificate is for another name")]
    CertificateName,
    /// The client file's `ca_file` cannot be read or holds no certificate.
    #[error("the file with the certificate authority cannot be read")]
    AuthorityFile,
    /// A server error, or no answer in time.
    #[error("the provider is not available")]
    Unavailable,
    /// The access token is refused.
    #[error("the access token is refused")]
    Unauthorized,
    /// The token does not cover sending.
    #[error("the token does not cover sending")]
    ScopeMissing,
    /// Too fast; the provider may say until when.
    #[error("the provider asks for patience")]
    RateLimited(Option<DateTime<Utc>>),
    /// The account's daily limit.
    #[error("the daily limit is reached")]
    DailyLimit,
    /// An administrator's policy.
    #[error("a policy forbids it")]
    Policy,
    /// The API is not enabled for the project.
    #[error("the API is not enabled")]
    NotEnabled,
    /// Over the provider's limit.
    #[error("the message is too large")]
    TooLarge,
    /// Refused for good.
    #[error("the message is refused")]
    Refused,
    /// An answer that no provider gives.
    #[error("the provider's answer makes no sense")]
    Malformed,
    /// The spooled file cannot be read.
    #[error("the spooled message cannot be read")]
    Spool,
}

/// An upload session. Its URI lets anybody upload: it is a secret.
#[derive(Debug, Clone)]
pub struct Session(pub SecretString);

/// What the provider said about an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// It has the message; holds the message id.
    Accepted(String),
    /// It has this many bytes of it and wants the rest.
    Incomplete(u64),
    /// It refused for good: the message did not leave.
    Refused(PostError),
    /// It can no longer tell: the session is gone, or the answer names no message.
    Gone,
    /// No answer, or a server error: ask again.
    Unclear(PostError),
}

/// The mail API.
pub trait Post: Send + Sync {
    /// Opens a session for a message of `size` bytes. Nothing leaves by this.
    ///
    /// # Errors
    /// [`PostError`]; all of them mean that nothing left.
    fn open(&self, provider: &Provider, token: &SecretString, size: u64) -> Result<Session, PostError>;
    /// Uploads the file from byte `from` to its end.
    fn upload(
        &self,
        provider: &Provider,
        token: &SecretString,
        session: &Session,
        message: &Path,
        from: u64,
        size: u64,
    ) -> Progress;
    /// Asks what became of the session.
    fn ask(&self, provider: &Provider, token: &SecretString, session: &Session, size: u64) -> Progress;
}

//! Handing a message to the provider: over one resumable upload session, or over SMTP.

use std::path::Path;

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::domain::address::MailAddress;
use crate::domain::client::Provider;
use crate::domain::delivery::RefusedRecipient;
use crate::ports::unreached::Unreached;

/// Why the provider did not take a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// It was not reached.
    #[error(transparent)]
    Unreached(#[from] Unreached),
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
    /// Recipients are refused for good; nobody gets the message then.
    #[error("a recipient is refused")]
    RecipientRefused(Vec<RefusedRecipient>),
    /// An answer that no provider gives.
    #[error("the provider's answer makes no sense")]
    Malformed,
    /// The spooled file cannot be read.
    #[error("the spooled message cannot be read")]
    Spool,
}

/// A built message and its envelope.
#[derive(Debug, Clone, Copy)]
pub struct Parcel<'a> {
    /// The account's address: who signs in, and the envelope's sender.
    pub from: &'a MailAddress,
    /// Everybody who gets it, blind copies too.
    pub recipients: &'a [MailAddress],
    /// Where the message lies.
    pub message: &'a Path,
    /// Its bytes.
    pub size: u64,
}

/// An upload session, or the name of an SMTP connection that waits for its last word. The URI of an upload lets anybody
/// upload: it is a secret.
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

/// The mail API, or a mail server.
pub trait Post: Send + Sync {
    /// Prepares the sending of a message. Nothing leaves by this: of an upload there is only the session, over SMTP the server
    /// has everything but the dot that ends the message.
    ///
    /// # Errors
    /// [`PostError`]; all of them mean that nothing left.
    fn open(&self, provider: &Provider, token: &SecretString, parcel: &Parcel<'_>) -> Result<Session, PostError>;
    /// Sends the message from byte `from` to its end: the bytes that complete it leave by this.
    fn upload(
        &self,
        provider: &Provider,
        token: &SecretString,
        session: &Session,
        parcel: &Parcel<'_>,
        from: u64,
    ) -> Progress;
    /// Asks what became of the session. Over SMTP nobody can tell: [`Progress::Gone`].
    fn ask(&self, provider: &Provider, token: &SecretString, session: &Session, size: u64) -> Progress;
    /// Lets a session go that nothing was sent over.
    fn abandon(&self, session: &Session);
}

//! What the use cases need of the world, as traits without a technology.
//!
//! All ports are synchronous: every request has a thread of its own, and only the adapters that speak to the network
//! know an asynchronous runtime. Errors answer questions (retry? sign in? never?) instead of mirroring a library.

pub mod batches;
pub mod contacts;
pub mod customers;
pub mod library;
pub mod loopback;
pub mod package;
pub mod post;
pub mod provider;
pub mod rules;
pub mod status;
pub mod store;
pub mod texts;
pub mod unreached;
pub mod upkeep;
pub mod vault;
pub mod watching;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

use crate::domain::account::AccountId;
use crate::domain::delivery::DeliveryId;
use crate::domain::print::Sheet;
use crate::ports::store::StoredDraft;

pub use batches::Batches;
pub use contacts::Contacts;
pub use customers::Customers;
pub use library::{CfdiFiles, Library};
pub use loopback::Loopback;
pub use package::Package;
pub use post::Post;
pub use provider::Provider;
pub use rules::Rules;
pub use status::{StatusMemory, StatusService};
pub use store::Store;
pub use texts::TextStore;
pub use upkeep::Upkeep;
pub use vault::Vault;
pub use watching::FolderWatch;

/// Time. Waits inside a process use the monotonic clock.
pub trait Clock: Send + Sync {
    /// Now, by the wall clock.
    fn now(&self) -> DateTime<Utc>;
    /// Time since some moment in the past, which no change of the wall clock moves.
    fn monotonic(&self) -> Duration;
    /// Waits.
    fn sleep(&self, time: Duration);
}

/// The computer.
pub trait Machine: Send + Sync {
    /// A hash of the operating system's own identifier of this computer, if it has one.
    fn hash(&self) -> Option<String>;
}

/// Identifiers that nobody can guess or repeat.
pub trait Dice: Send + Sync {
    /// A new delivery's identifier; later ones sort after earlier ones.
    fn delivery_id(&self) -> DeliveryId;
    /// A token of 128 random bits, for flows.
    fn token(&self) -> String;
    /// A number from 0 to 999, to keep computers from doing the same at the same time.
    fn jitter(&self) -> u32;
}

/// Why no dialog gave a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DesktopError {
    /// No display, or nothing that can show a dialog.
    #[error("no dialog can be shown")]
    Unavailable,
    /// One is open already.
    #[error("a dialog is open")]
    Open,
}

/// Nothing here can show a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing here can show the file")]
pub struct NoViewer;

/// The operating system's own dialogs, and the programs that a person uses for files.
pub trait Desktop: Send + Sync {
    /// Shows a file in the program that the person uses for its kind, and does not wait for its end.
    ///
    /// # Errors
    /// [`NoViewer`].
    fn show(&self, file: &Path) -> Result<(), NoViewer>;
    /// Shows a page in the person's browser, and does not wait for it.
    ///
    /// # Errors
    /// [`NoViewer`].
    fn browse(&self, page: &Url) -> Result<(), NoViewer>;
    /// Lets the person choose a folder; `None` when they dismissed the dialog.
    ///
    /// # Errors
    /// [`DesktopError`].
    fn pick_folder(&self, title: &str) -> Result<Option<PathBuf>, DesktopError>;
    /// Lets the person choose a file.
    ///
    /// # Errors
    /// [`DesktopError`].
    fn pick_file(&self, title: &str) -> Result<Option<PathBuf>, DesktopError>;
}

/// The spool could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("spool failed")]
pub struct SpoolError {
    /// Whether the disk is full.
    pub full: bool,
    /// What the system said.
    #[source]
    pub source: std::io::Error,
}

/// A built message on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spooled {
    /// Where it lies; only its owner may read it.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
}

/// Messages built once and sent byte for byte by every attempt.
pub trait Spool: Send + Sync {
    /// The message of that delivery, if it was built before.
    ///
    /// # Errors
    /// [`SpoolError`].
    fn find(&self, delivery: &DeliveryId) -> Result<Option<Spooled>, SpoolError>;
    /// Writes and syncs the message; it appears whole or not at all.
    ///
    /// # Errors
    /// [`SpoolError`].
    fn write(&self, delivery: &DeliveryId, message: &[u8]) -> Result<Spooled, SpoolError>;
    /// Every delivery that has a message, also a half-written one.
    ///
    /// # Errors
    /// [`SpoolError`].
    fn all(&self) -> Result<Vec<DeliveryId>, SpoolError>;
    /// Deletes the message, if there is one.
    ///
    /// # Errors
    /// [`SpoolError`].
    fn remove(&self, delivery: &DeliveryId) -> Result<(), SpoolError>;
}

/// Why a message could not be built.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// A file is not, or no longer, what was confirmed; holds its name in the message.
    #[error("{0} changed")]
    FileChanged(String),
    /// A file is gone; holds its name in the message.
    #[error("{0} vanished")]
    FileVanished(String),
    /// A file cannot be read; holds its name in the message.
    #[error("{0} cannot be read")]
    FileUnreadable(String),
    /// The parts make no message.
    #[error("the parts make no message")]
    Malformed,
}

/// Where the blind copies of a message are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlindCopies {
    /// In its header: an upload API reads them there, and takes them out itself.
    InHeader,
    /// In the envelope alone: over SMTP the header arrives as it is.
    InEnvelope,
}

/// Builds the message (RFC 5322, RFC 2045) from what was confirmed.
pub trait Letter: Send + Sync {
    /// Reads the files, holds them against the draft's hashes, and builds the bytes.
    ///
    /// # Errors
    /// [`LetterError`].
    fn build(
        &self,
        draft: &StoredDraft,
        id: &DeliveryId,
        date: DateTime<Utc>,
        blind: BlindCopies,
    ) -> Result<Vec<u8>, LetterError>;
}

/// No PDF could be made of a sheet: a fault of ours, or a code too long for its square.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sheet could not be typeset")]
pub struct TypesettingError;

/// Makes PDFs of printed representations.
pub trait Typesetter: Send + Sync {
    /// The PDF of a sheet. The same sheet gives the same bytes.
    ///
    /// # Errors
    /// [`TypesettingError`].
    fn typeset(&self, sheet: &Sheet) -> Result<Vec<u8>, TypesettingError>;
}

/// A printed representation that is kept for a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPrint {
    /// The delivery.
    pub delivery: DeliveryId,
    /// How long ago it was written, as far as the file system knows.
    pub age: Duration,
}

/// Printed representations on disk, for their owner only.
pub trait Prints: Send + Sync {
    /// Writes and syncs one for a delivery; `number` tells those of one delivery apart.
    ///
    /// # Errors
    /// [`SpoolError`].
    fn keep(&self, delivery: &DeliveryId, number: usize, pdf: &[u8]) -> Result<PathBuf, SpoolError>;
    /// Writes one to be looked at, under that name; an earlier one of that name is replaced.
    ///
    /// # Errors
    /// [`SpoolError`].
    fn lay_out(&self, name: &str, pdf: &[u8]) -> Result<PathBuf, SpoolError>;
    /// Copies one that is kept, byte for byte, for another delivery.
    ///
    /// # Errors
    /// [`SpoolError`].
    fn copy(&self, kept: &Path, delivery: &DeliveryId, number: usize) -> Result<PathBuf, SpoolError>;
    /// Everything that is kept for deliveries.
    ///
    /// # Errors
    /// [`SpoolError`].
    fn all(&self) -> Result<Vec<KeptPrint>, SpoolError>;
    /// Deletes what is kept for a delivery.
    ///
    /// # Errors
    /// [`SpoolError`].
    fn remove(&self, delivery: &DeliveryId) -> Result<(), SpoolError>;
    /// Deletes what was laid out longer ago than that.
    ///
    /// # Errors
    /// [`SpoolError`].
    fn clear_away(&self, older: Duration) -> Result<(), SpoolError>;
}

/// Starts the one sender.
pub trait Sender: Send + Sync {
    /// Starts a detached `outbox drain`; a failure is logged and the next host or terminal tries again.
    fn wake(&self);
}

/// Held until it is dropped, or its process ends.
pub trait Guard: Send {}

/// Locks between processes of one user; the operating system frees them when a process dies.
pub trait Locks: Send + Sync {
    /// The right to send, of which there is one; `None` when another process kept it for all that time.
    fn sender(&self, wait: Duration) -> Option<Box<dyn Guard>>;
    /// The right to change an account's token; `None` when the lock file cannot be made.
    fn account(&self, id: &AccountId) -> Option<Box<dyn Guard>>;
}

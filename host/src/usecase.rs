//! One file per journey: judge, ask the ports, answer.

pub mod account_views;
pub mod accounts;
pub mod batches;
pub mod clients;
pub mod companies;
pub mod contacts;
pub mod customers;
pub mod drain;
pub mod erase;
pub mod flows;
pub mod grants;
pub mod health;
pub mod imports;
pub mod library;
pub mod loopback;
pub mod notices;
pub mod outbox;
pub mod pacing;
pub mod pdfs;
pub mod portals;
pub mod prepare;
pub mod present;
pub mod prints;
pub mod reach;
pub mod rules;
pub mod seeking;
pub mod send;
pub mod sign_in;
pub mod status;
pub mod test_message;
pub mod texts;
pub mod tokens;

use crate::ports::{
    CfdiFiles, Clock, Desktop, Dice, FolderWatch, Letter, Library, Locks, Loopback, Machine, Package, Post, Prints,
    Provider, Sender, Spool, StatusMemory, StatusService, Store, Typesetter, Vault,
};

/// Every port, as the wiring joined them.
pub struct World {
    /// Secrets.
    pub vault: Box<dyn Vault>,
    /// OAuth provider.
    pub provider: Box<dyn Provider>,
    /// Redirects that arrive on this computer.
    pub loopback: Box<dyn Loopback>,
    /// Mail API.
    pub post: Box<dyn Post>,
    /// Durable state.
    pub store: Box<dyn Store>,
    /// Index over the folders.
    pub library: Box<dyn Library>,
    /// Files in the folders.
    pub files: Box<dyn CfdiFiles>,
    /// The SAT's status service.
    pub status: Box<dyn StatusService>,
    /// Its switch and its answers.
    pub statuses: Box<dyn StatusMemory>,
    /// Changes in the folders.
    pub folder_watch: Box<dyn FolderWatch>,
    /// Built messages.
    pub spool: Box<dyn Spool>,
    /// Printed representations.
    pub prints: Box<dyn Prints>,
    /// Maker of printed representations.
    pub typesetter: Box<dyn Typesetter>,
    /// Message builder.
    pub letter: Box<dyn Letter>,
    /// Locks between processes.
    pub locks: Box<dyn Locks>,
    /// The detached sender.
    pub sender: Box<dyn Sender>,
    /// Dialogs.
    pub desktop: Box<dyn Desktop>,
    /// Time.
    pub clock: Box<dyn Clock>,
    /// This computer.
    pub machine: Box<dyn Machine>,
    /// What the program was installed from.
    pub package: Box<dyn Package>,
    /// Identifiers.
    pub dice: Box<dyn Dice>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}

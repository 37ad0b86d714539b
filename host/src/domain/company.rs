//! A company: an issuer whose invoices this user sends.

use std::path::PathBuf;

use super::account::AccountId;
use super::address::MailAddress;
use super::rfc::Rfc;

/// Longest name, in characters (`cfdi:Emisor@Nombre`, cfdv40.xsd).
pub const MAX_NAME: usize = 300;

/// Longest body text with variables, in bytes: a list of fifty companies stays under the wire's 1 MiB.
pub const MAX_TEMPLATE: usize = 16 * 1024;

/// Most folders of one company; each is walked at every scan.
pub const MAX_FOLDERS: usize = 50;

/// Everything that *Redefinir empresa* holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// RFC of the issuer.
    pub rfc: Rfc,
    /// Name that receivers see as sender.
    pub name: String,
    /// The switch *Utilizar autenticación OAuth*.
    pub use_oauth: bool,
    /// The account that sends.
    pub account: Option<AccountId>,
    /// Folders of the *almacén digital*.
    pub folders: Vec<PathBuf>,
    /// Reply-To address.
    pub reply_to: Option<MailAddress>,
    /// Copies of every message.
    pub cc: Vec<MailAddress>,
    /// Blind copies of every message.
    pub bcc: Vec<MailAddress>,
    /// Subject text with variables.
    pub subject: String,
    /// Body text with variables.
    pub body: String,
}

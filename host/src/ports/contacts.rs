//! The durable memory of confirmed recipients.

use chrono::{DateTime, Utc};

use super::store::StoreError;
use crate::domain::address::MailAddress;
use crate::domain::cfdi::Kind;
use crate::domain::contact::Contact;
use crate::domain::rfc::Rfc;

/// Which contacts.
#[derive(Debug, Clone)]
pub struct ContactQuery {
    /// Of that company.
    pub company: Rfc,
    /// Of that receiver.
    pub receiver: Option<Rfc>,
    /// For that kind of document, those for any among them.
    pub kind: Option<Kind>,
    /// After that one in the order of the list.
    pub after: Option<ContactKey>,
    /// At most so many.
    pub limit: u32,
}

/// A contact's place in the list: receiver, compared address, and letter of its kind, which is empty for any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactKey {
    /// RFC of the receiver.
    pub receiver: String,
    /// Address as it is compared.
    pub recipient: String,
    /// Letter of the kind of document, or empty.
    pub kind: String,
}

impl ContactKey {
    /// The place of that contact.
    #[must_use]
    pub fn of(contact: &Contact) -> Self {
        Self {
            receiver: contact.receiver.to_string(),
            recipient: contact.address.key(),
            kind: contact.kind.map_or("", Kind::letter).to_owned(),
        }
    }
}

/// Confirmed recipients. Every method is one transaction; what a confirmed delivery teaches is written with the delivery.
#[expect(clippy::missing_errors_doc, reason = "every method fails with StoreError and then changes nothing")]
pub trait Contacts: Send + Sync {
    /// Contacts by receiver and address.
    fn contacts(&self, query: &ContactQuery) -> Result<Vec<Contact>, StoreError>;
    /// When a person last confirmed each of these addresses for that receiver, for any kind of document; in their order.
    fn confirmed_at(
        &self,
        company: &Rfc,
        receiver: &Rfc,
        addresses: &[MailAddress],
    ) -> Result<Vec<Option<DateTime<Utc>>>, StoreError>;
    /// Adds a contact, or counts one confirmation more; gives it as it lies there now.
    fn save_contact(&self, contact: &Contact) -> Result<Contact, StoreError>;
    /// Forgets an address of a receiver, for one kind of document or for every one; false where there was none.
    fn remove_contact(
        &self,
        company: &Rfc,
        receiver: &Rfc,
        kind: Option<Kind>,
        address: &MailAddress,
    ) -> Result<bool, StoreError>;
}

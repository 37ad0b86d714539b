//! The durable memory of customers: how each wants its documents, and whole changes of the address book.

use chrono::{DateTime, Utc};

use super::contacts::ContactKey;
use super::store::StoreError;
use crate::domain::address::MailAddress;
use crate::domain::contact::Contact;
use crate::domain::customer::{Customer, Rules};
use crate::domain::rfc::Rfc;

/// Which customers.
#[derive(Debug, Clone)]
pub struct CustomerQuery {
    /// Of that company.
    pub company: Rfc,
    /// Part of the RFC, the name or an address, in any case and without regard to accents; empty for all.
    pub text: String,
    /// After that one in the order of the list.
    pub after: Option<CustomerKey>,
    /// At most so many.
    pub limit: u32,
}

/// A customer's place in the list: its name as it is sorted, and its RFC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerKey {
    /// Name without case and accents.
    pub folded: String,
    /// RFC of the receiver.
    pub receiver: String,
}

/// A customer of a list, with its addresses in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The customer.
    pub customer: Customer,
    /// Its place in the list.
    pub key: CustomerKey,
    /// The first of its addresses.
    pub addresses: Vec<MailAddress>,
    /// How many it has, each once.
    pub count: u32,
    /// When a person last confirmed one.
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// What changes of one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerChange {
    /// The customer as it is afterwards; an empty name leaves the one that is there.
    pub customer: Customer,
    /// Recipients that go; one that is not there is no error.
    pub remove: Vec<ContactKey>,
    /// Recipients that come, or are written anew.
    pub add: Vec<Contact>,
}

/// Customers. Every method is one transaction.
#[expect(clippy::missing_errors_doc, reason = "every method fails with StoreError and then changes nothing")]
pub trait Customers: Send + Sync {
    /// Customers by name.
    fn customers(&self, query: &CustomerQuery) -> Result<Vec<Listed>, StoreError>;
    /// One customer, if anything is known of it.
    fn customer(&self, company: &Rfc, receiver: &Rfc) -> Result<Option<Listed>, StoreError>;
    /// How a customer wants its messages; the default where nobody said anything.
    fn rules_of(&self, company: &Rfc, receiver: &Rfc) -> Result<Rules, StoreError>;
    /// Makes all changes or none.
    fn change_customers(&self, changes: &[CustomerChange]) -> Result<(), StoreError>;
    /// Forgets a customer with its recipients; false where there was none.
    fn remove_customer(&self, company: &Rfc, receiver: &Rfc) -> Result<bool, StoreError>;
}

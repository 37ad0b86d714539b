//! `customer.*`, `contact.import` and `contact.export`: the address book by customer.

use serde::{Deserialize, Serialize};

/// How the files of a customer's messages travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum CustomerForm {
    /// As attachments of their own.
    Loose,
    /// In one ZIP archive.
    Zip,
}

/// How many documents a message for a customer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum CustomerGrouping {
    /// Up to 10 documents and 10 MiB, where they may travel together at all.
    Grouped,
    /// One.
    Single,
}

/// Parameters of `customer.list`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CustomerListParams {
    /// RFC of the company.
    pub company: String,
    /// Part of the RFC, the name or an address, in any case and without regard to accents; at most 100 characters.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub text: Option<String>,
    /// At most this many, 1 to 200; 50 when absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub limit: Option<u32>,
    /// [`CustomerPage::next`] of the page before.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub after: Option<String>,
}

/// Parameters of `customer.get` and `customer.remove`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CustomerRef {
    /// RFC of the company.
    pub company: String,
    /// RFC of the receiver.
    pub receiver_rfc: String,
}

/// A recipient of a customer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CustomerContact {
    /// Address.
    pub address: String,
    /// Letter of the kind of document; absent means any.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub kind: Option<String>,
}

/// Parameters of `customer.save`: everything or nothing of it is saved. What is absent stays as it is, so that what was learned
/// meanwhile is not lost.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CustomerSave {
    /// RFC of the company.
    pub company: String,
    /// RFC of the receiver; no generic one.
    pub receiver_rfc: String,
    /// Name, at most 300 characters.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub name: Option<String>,
    /// How the files travel.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub form: Option<CustomerForm>,
    /// How many documents a message holds.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub grouping: Option<CustomerGrouping>,
    /// Whether files that lie beside the XML and are called `{its name}_Adj…` travel too.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub extras: Option<bool>,
    /// Recipients that go, each for exactly that kind; at most 200.
    #[serde(default)]
    pub remove: Vec<CustomerContact>,
    /// Recipients that come, by a person's own word; at most 200.
    #[serde(default)]
    pub add: Vec<CustomerContact>,
}

/// A customer with its addresses in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CustomerView {
    /// RFC of the company.
    pub company: String,
    /// RFC of the receiver.
    pub receiver_rfc: String,
    /// Name; empty where nobody wrote one and nothing was sent yet.
    pub name: String,
    /// How the files travel.
    pub form: CustomerForm,
    /// How many documents a message holds.
    pub grouping: CustomerGrouping,
    /// Whether files called `{name of the XML}_Adj…` travel too.
    pub extras: bool,
    /// The first of its addresses, at most three; `contact.list` has all of them.
    pub addresses: Vec<String>,
    /// How many addresses it has.
    pub address_count: u32,
    /// When a person confirmed one last (RFC 3339).
    pub confirmed_at: Option<String>,
}

/// One page of customers, by name.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CustomerPage {
    /// The customers.
    pub customers: Vec<CustomerView>,
    /// Give this as `after` for the next page; null at the end.
    pub next: Option<String>,
}

/// What a person writes in place of a row of the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ImportCorrection {
    /// Number of the row, from 1.
    pub row: u32,
    /// RFC of the receiver.
    pub receiver_rfc: String,
    /// Recipients.
    pub to: Vec<String>,
}

/// Which rows of an import to show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ImportFilter {
    /// Every row.
    #[default]
    All,
    /// Rows that would not be saved because something is wrong with them.
    Refused,
}

/// Parameters of `contact.import`. Without `confirmed` nothing is saved.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ContactImport {
    /// RFC of the company.
    pub company: String,
    /// Text of a CSV file with the columns `receiver_rfc,to,name,kind,zip,grouped`, of which the first two are compulsory.
    pub csv: String,
    /// What stands in place of single rows.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<ImportCorrection>>"))]
    pub corrections: Vec<ImportCorrection>,
    /// [`ImportPage::digest`] that the person saw; what it stands for is saved, and nothing else.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub confirmed: Option<String>,
    /// Which rows.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<ImportFilter>"))]
    pub show: ImportFilter,
    /// At most this many rows, 1 to 500; 100 when absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub limit: Option<u32>,
    /// [`ImportPage::next`] of the page before.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub after: Option<u32>,
}

/// What a row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ImportChange {
    /// It adds a customer or a recipient.
    Add,
    /// It changes the name, a rule or the spelling of an address.
    Change,
    /// All of it is known already.
    Same,
    /// Something is wrong with it; it changes nothing.
    Refused,
}

/// One row of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ImportRowView {
    /// Number in the file, from 1, without the header.
    pub row: u32,
    /// RFC of the receiver as the file has it.
    pub receiver_rfc: String,
    /// Recipients as the file has them.
    pub to: Vec<String>,
    /// Name as the file has it; may be empty.
    pub name: String,
    /// Letter of the kind of document; null for any.
    pub kind: Option<String>,
    /// How the files will travel, where the file says it.
    pub form: Option<CustomerForm>,
    /// How many documents a message will hold, where the file says it.
    pub grouping: Option<CustomerGrouping>,
    /// Whether further files will travel, where the file says it.
    pub extras: Option<bool>,
    /// What it does.
    pub change: ImportChange,
    /// Why it is refused: a failure kind.
    pub failure: Option<String>,
    /// What the failure is about.
    pub subject: Option<String>,
}

/// What an import would do, or did, with one page of its rows.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ImportPage {
    /// SHA-256 over all that would be saved; confirmed with `contact.import`.
    pub digest: String,
    /// Rows of the file.
    pub rows: u32,
    /// Rows that add something.
    pub added: u32,
    /// Rows that change something.
    pub changed: u32,
    /// Rows that say nothing new.
    pub same: u32,
    /// Rows with which something is wrong.
    pub refused: u32,
    /// Whether it was saved.
    pub saved: bool,
    /// The rows.
    pub page: Vec<ImportRowView>,
    /// Give this as `after` for the next page; null at the end.
    pub next: Option<u32>,
}

/// Parameters of `contact.export`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ContactExport {
    /// RFC of the company.
    pub company: String,
    /// [`ContactsExported::next`] of the piece before.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub after: Option<String>,
}

/// A piece of the address book as CSV (RFC 4180, UTF-8), as `contact.import` reads it; the first piece begins with the header
/// line. Cells that a spreadsheet would take for a formula begin with an apostrophe, which the import takes away again.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ContactsExported {
    /// Text to append to the pieces before.
    pub csv: String,
    /// Give this as `after` for the next piece; null at the end.
    pub next: Option<String>,
}

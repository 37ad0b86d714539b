//! Reading a CFDI (Mexican electronic invoice): who issued what to whom, and whether it may be sent.
//!
//! The reader streams, follows namespaces and paths, and keeps only the few fields that name the document. It never
//! builds a tree and never searches the text, because complements reuse the element names *Emisor* and *Receptor* and an
//! *Addenda* may hold a whole other CFDI.

mod attributes;
mod decode;
mod dialect;
mod encoding;
mod grammar;
mod identity;
pub mod limits;
mod model;
mod reader;
mod reason;
mod scanner;
mod scope;
mod seal;
mod uuid;
mod values;
mod visit;
mod whole;

pub use model::{Cfdi, Kind, PaidInvoice, Party};
pub use reader::{Reading, cadena_original, read, read_and_check_seal, read_bytes, read_with};
pub use reason::{Reason, Verdict};
pub use seal::{NotChecked, Seal, SealDefect};
pub use uuid::{InvalidUuid, Uuid};
pub use values::{Amount, InvalidValue, SatDateTime};
pub use visit::{Element, Visitor};

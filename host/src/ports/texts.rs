//! The durable memory of texts for each kind of document.

use super::store::StoreError;
use crate::domain::rfc::Rfc;
use crate::domain::texts::{TextKind, Texts};

/// Texts. Every method is one transaction.
#[expect(clippy::missing_errors_doc, reason = "every method fails with StoreError and then changes nothing")]
pub trait TextStore: Send + Sync {
    /// What a person wrote for that kind, if anything.
    fn texts(&self, company: &Rfc, kind: TextKind) -> Result<Option<Texts>, StoreError>;
    /// Writes or replaces it.
    fn save_texts(&self, company: &Rfc, kind: TextKind, texts: &Texts) -> Result<(), StoreError>;
    /// Forgets it; what is not there is no error.
    fn reset_texts(&self, company: &Rfc, kind: TextKind) -> Result<(), StoreError>;
}

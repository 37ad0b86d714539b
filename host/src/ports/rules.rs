//! The durable state of what portals may have sent without a person's look at each.

use chrono::{DateTime, Utc};

use super::store::StoreError;
use crate::domain::portal::{Origin, Rule};
use crate::domain::rfc::Rfc;

/// Rules of portals. Every method is one transaction; a rule is enforced where its delivery is queued.
#[expect(clippy::missing_errors_doc, reason = "every method fails with StoreError and then changes nothing")]
pub trait Rules: Send + Sync {
    /// All rules, by origin and company.
    fn rules(&self) -> Result<Vec<Rule>, StoreError>;
    /// Adds a rule, or replaces the one of that portal and company.
    fn save_rule(&self, rule: &Rule) -> Result<(), StoreError>;
    /// Takes a rule away; false where there was none.
    fn remove_rule(&self, origin: &Origin, company: &Rfc) -> Result<bool, StoreError>;
    /// How many deliveries were queued by that rule after that time.
    fn unattended_since(&self, origin: &Origin, company: &Rfc, since: DateTime<Utc>) -> Result<u32, StoreError>;
}

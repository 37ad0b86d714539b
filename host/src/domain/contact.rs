//! Who gets a customer's documents, as people have confirmed it.
//!
//! *Known* means: a person confirmed this address for this receiver in this company. It is learned where a person decides,
//! never where somebody suggests.

use chrono::{DateTime, Utc};

use super::address::MailAddress;
use super::cfdi::Kind;
use super::rfc::Rfc;

/// Where a person confirmed a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// In our own window, for a sending of their own.
    Window,
    /// On our own page, for what a portal had asked.
    Portal,
    /// With a list of many documents.
    List,
    /// By typing the command in a terminal.
    Terminal,
    /// By writing the contact itself.
    Entry,
}

impl Source {
    /// Every place.
    pub const ALL: [Self; 5] = [Self::Window, Self::Portal, Self::List, Self::Terminal, Self::Entry];

    /// Its name, on disk and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Portal => "portal",
            Self::List => "list",
            Self::Terminal => "terminal",
            Self::Entry => "entry",
        }
    }

    /// The place of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// A recipient of one receiver's documents in one company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// RFC of the company that sends.
    pub company: Rfc,
    /// RFC of the receiver.
    pub receiver: Rfc,
    /// Kind of document that was confirmed for it; `None` is any.
    pub kind: Option<Kind>,
    /// As it was last written; compared by [`MailAddress::key`].
    pub address: MailAddress,
    /// When a person confirmed it last.
    pub confirmed_at: DateTime<Utc>,
    /// How often a person confirmed it.
    pub confirmations: u32,
    /// Where a person confirmed it last.
    pub source: Source,
}

/// Whether recipients of that receiver may become known: a generic RFC stands for many parties, so that an address that was
/// right for one of them says nothing about the next.
#[must_use]
pub fn may_be_known(receiver: &Rfc) -> bool {
    !receiver.is_generic()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    #[test]
    fn every_place_is_found_by_its_name() {
        for source in Source::ALL {
            assert_eq!(Source::from_name(source.name()), Some(source));
        }
        assert_eq!(Source::from_name("sugerencia"), None);
    }

    #[test]
    fn nobody_is_known_of_a_generic_receiver() {
        for (rfc, expected) in [("XAXX010101000", false), ("XEXX010101000", false), ("EKU9003173C9", true)] {
            assert_eq!(may_be_known(&Rfc::parse(rfc).unwrap()), expected, "{rfc}");
        }
    }
}

//! States of a delivery and the only transitions between them.
//!
//! ```text
//! queued ──► sending ──► sending, committed ──► sent │ unknown │ failed
//!   │  ▲        │                                        │
//!   │  └────────┴──► deferred ──► queued                 └──► sent (a person says so) │ superseded
//!   └──► cancelled │ failed
//! ```
//!
//! The commit point is written before the bytes that complete an upload can have left. From then on nobody but the
//! provider or a person can say how it ended.

use std::fmt;

use super::address::MailAddress;

/// Identifier of a delivery: a UUID version 7, so that newer ones sort after older ones.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeliveryId(String);

impl DeliveryId {
    /// An identifier as it stands in the store or on the wire.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The identifier's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A recipient whom the provider refused for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRecipient {
    /// Address.
    pub address: MailAddress,
    /// Enhanced status code (RFC 3463), or the reply code where there is none; nothing of the server's free text.
    pub code: String,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Waits for the sender.
    Queued,
    /// The sender works on it; nothing can have left.
    Sending,
    /// The commit point was passed: it may have left.
    Committed,
    /// Waits for a time or a person.
    Deferred,
    /// Nobody knows whether it left; held for a person.
    Unknown,
    /// The provider accepted it.
    Sent,
    /// It did not leave and will not.
    Failed,
    /// A person called it off before it left.
    Cancelled,
    /// A person replaced it by a new delivery with the next resend number.
    Superseded,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Queued,
        Self::Sending,
        Self::Committed,
        Self::Deferred,
        Self::Unknown,
        Self::Sent,
        Self::Failed,
        Self::Cancelled,
        Self::Superseded,
    ];

    /// The whole transition table.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Queued => matches!(next, Self::Sending | Self::Deferred | Self::Cancelled | Self::Failed),
            Self::Sending => {
                matches!(next, Self::Queued | Self::Committed | Self::Deferred | Self::Failed | Self::Cancelled)
            }
            Self::Committed => matches!(next, Self::Sent | Self::Unknown | Self::Failed),
            Self::Deferred => matches!(next, Self::Queued | Self::Cancelled),
            Self::Unknown => matches!(next, Self::Sent | Self::Superseded),
            Self::Sent | Self::Failed | Self::Cancelled | Self::Superseded => false,
        }
    }

    /// Whether the pair (company, folio fiscal, recipient) stays taken: only failed and cancelled free it.
    #[must_use]
    pub fn holds_pair(self) -> bool {
        match self {
            Self::Failed | Self::Cancelled => false,
            Self::Queued
            | Self::Sending
            | Self::Committed
            | Self::Deferred
            | Self::Unknown
            | Self::Sent
            | Self::Superseded => true,
        }
    }

    /// Whether nothing will change any more without a new delivery.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Sent | Self::Failed | Self::Cancelled | Self::Superseded)
    }

    /// The name in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Committed => "committed",
            Self::Deferred => "deferred",
            Self::Unknown => "unknown",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Superseded => "superseded",
        }
    }

    /// The state with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn invariant_4_only_a_committed_or_unknown_delivery_becomes_sent() {
        let before: Vec<State> = State::ALL.into_iter().filter(|state| state.may_become(State::Sent)).collect();
        assert_eq!(before, [State::Committed, State::Unknown]);
    }

    #[test]
    fn after_the_commit_point_nothing_is_queued_or_cancelled_again() {
        for state in [State::Committed, State::Unknown, State::Sent] {
            for next in [State::Queued, State::Sending, State::Deferred, State::Cancelled] {
                assert!(!state.may_become(next), "{state:?} -> {next:?}");
            }
        }
    }

    #[test]
    fn final_states_are_exactly_those_without_a_way_out() {
        for state in State::ALL {
            let stuck = !State::ALL.into_iter().any(|next| state.may_become(next));
            assert_eq!(state.is_final(), stuck, "{state:?}");
            assert_eq!(State::from_name(state.as_str()), Some(state));
        }
    }

    proptest! {
        #[test]
        fn no_walk_through_the_table_commits_twice(steps in proptest::collection::vec(0_usize..9, 0..60)) {
            let mut state = State::Queued;
            let mut commits = 0;
            for step in steps {
                let next = State::ALL[step];
                if state.may_become(next) {
                    commits += usize::from(next == State::Committed);
                    state = next;
                }
            }
            prop_assert!(commits <= 1);
        }
    }
}

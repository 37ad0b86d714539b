//! The wire between browser and host: frames, envelopes, versions, limits, and how a conversation ends.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap is a failed test")]
#![allow(
    clippy::allow_attributes,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "modules shared between test programs"
)]

#[path = "support/host.rs"]
mod host;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "support/worlds.rs"]
mod worlds;

mod wire {
    #[cfg(target_os = "linux")]
    pub mod crashes;
    pub mod endings;
    pub mod envelopes;
    pub mod frames;
    pub mod panics;
    pub mod stores;
}

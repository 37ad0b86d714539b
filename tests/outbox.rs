//! The one sender: sessions and their ends, refusals, death at any moment, and what a person decides afterwards.

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
#[path = "support/samples.rs"]
mod samples;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "support/worlds.rs"]
mod worlds;

mod journey {
    #[path = "../journey/setting.rs"]
    pub mod setting;
}

mod outbox {
    #[cfg(unix)]
    pub mod deaths;
    pub mod desk;
    pub mod exporting;
    pub mod grants;
    pub mod machines;
    pub mod pacing;
    pub mod refusals;
    mod resolutions;
    pub mod sessions;
    pub mod tokens;
    pub mod wakes;
}

//! Refreshing across real processes: crowds that want a token at the same moment, and processes that are killed at each step.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a failed unwrap is a failed test; one talks to the other"
)]
#![allow(
    clippy::allow_attributes,
    clippy::expect_used,
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

#[path = "refresh/crowd.rs"]
mod crowd;
#[path = "refresh/deaths.rs"]
mod deaths;

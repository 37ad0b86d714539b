//! Faults, deaths and crowds: real processes against a provider that fails in every way it can.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap is a failed test")]
#![allow(
    clippy::allow_attributes,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "modules shared between test programs; the table of the matrix is for a person"
)]

#[path = "support/chance.rs"]
mod chance;
#[path = "support/faketime.rs"]
mod faketime;
#[path = "support/host.rs"]
mod host;
#[path = "support/processes.rs"]
mod processes;
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

mod faults {
    mod crowds;
    mod histories;
    mod judge;
    mod matrix;
    mod peers;
    mod plan;
    mod shift;
    mod sink;
    mod stopped;
}

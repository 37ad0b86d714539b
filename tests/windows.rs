//! What only Windows does: how browsers start programs there, pipes, consoles, jobs, the Credential Manager, known folders,
//! long paths, and what the program's file says of itself.
//!
//! `tests/tools/wine-check` runs these under Wine, all of them; on a real Windows `cargo test --test windows` runs those that
//! leave nothing in the profile of whoever runs it. Empty on other systems.

#![cfg(windows)]
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

mod journey {
    #[path = "../journey/setting.rs"]
    pub mod setting;
}

mod windows {
    pub mod browser;
    pub mod consoles;
    pub mod credentials;
    pub mod frames;
    pub mod jobs;
    pub mod paths;
    pub mod places;
    pub mod registry;
    pub mod resource;
    pub mod senders;
    pub mod starts;
    pub mod streams;
    pub mod writers;
}

/// Says what was seen, for whoever reads the log of a run.
pub fn saw(what: &str) {
    use std::io::Write as _;
    writeln!(std::io::stderr(), "  {what}").unwrap();
}

/// The program as Windows names it: Cargo names it as the computer does that it was built on.
pub fn program() -> std::path::PathBuf {
    std::path::absolute(host::PROGRAM).unwrap()
}

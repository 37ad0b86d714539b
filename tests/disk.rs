//! The outbox's disk in trouble: full, locked, read-only, damaged, deleted, put back, and written by other versions.

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
    #[path = "../outbox/desk.rs"]
    pub mod desk;
}

#[path = "disk"]
mod disk {
    mod alone;
    mod busy;
    mod damage;
    #[cfg(target_os = "linux")]
    mod full;
    mod gone;
    mod history;
    mod meddling;
    #[cfg(target_os = "linux")]
    mod mount;
    #[cfg(target_os = "linux")]
    mod read_only;
    mod restored;
    mod rows;
    mod schema;
    mod secrets;
}

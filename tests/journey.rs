//! The main job over real frames against the stand-in for Google: sign in, save, preview, send.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap is a failed test")]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "modules shared between test programs")]

#[path = "support/host.rs"]
mod host;
#[path = "support/samples.rs"]
mod samples;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "support/worlds.rs"]
mod worlds;

mod journey {
    pub mod acceptance;
    pub mod accounts;
    pub mod again;
    pub mod archives;
    pub mod batch_control;
    pub mod batches;
    pub mod cli;
    pub mod clients;
    pub mod companies;
    pub mod contacts;
    pub mod customers;
    pub mod deliveries;
    pub mod directory;
    pub mod expiry;
    pub mod judgement;
    pub mod lists;
    pub mod loopback;
    pub mod loopback_strangers;
    pub mod messages;
    mod notices;
    pub mod once;
    pub mod packaged;
    #[cfg(target_os = "linux")]
    pub mod passphrase;
    pub mod portals;
    pub mod prints;
    pub mod queue;
    pub mod reach;
    pub mod refusals;
    pub mod rules;
    #[cfg(target_os = "linux")]
    pub mod screens;
    #[cfg(target_os = "linux")]
    pub mod secrets;
    pub mod setting;
    pub mod shelf;
    pub mod sign_in;
    pub mod status;
    pub mod terminal;
    pub mod texts;
    pub mod vault;
    pub mod watching;
}

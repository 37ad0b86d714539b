//! Sending over SMTP: the real program against a mail server that plays every refusal, every silence, and every death.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap is a failed test")]
#![allow(
    clippy::allow_attributes,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "modules shared between test programs"
)]

#[path = "support/chance.rs"]
mod chance;
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

mod smtp {
    #[cfg(unix)]
    pub mod deaths;
    pub mod office;
    #[cfg(unix)]
    pub mod random;
    pub mod refusals;
    pub mod security;
    pub mod sending;
    pub mod server;
}

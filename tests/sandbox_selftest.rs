//! The stand-in judged by itself, with a plain HTTP client: what the other tests rely on.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it should be"
)]

#[path = "sandbox_selftest/desk.rs"]
mod desk;
#[path = "sandbox_selftest/faults.rs"]
mod faults;
#[path = "sandbox_selftest/mail.rs"]
mod mail;
#[path = "sandbox_selftest/portal.rs"]
mod portal;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "sandbox_selftest/sign_in.rs"]
mod sign_in;
#[path = "sandbox_selftest/tokens.rs"]
mod tokens;
#[path = "sandbox_selftest/uploads.rs"]
mod uploads;

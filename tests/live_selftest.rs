//! The check with a real account, run against the stand-in: the report has to say what the stand-in really does.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it should be"
)]

#[path = "live/mod.rs"]
mod live;
#[path = "support/samples.rs"]
mod samples;
#[path = "sandbox/mod.rs"]
mod sandbox;

mod live_selftest {
    mod behaviours;
    mod office;
    mod redaction;
    mod resume;
}

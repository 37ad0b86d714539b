//! x
#[path = "sandbox/mod.rs"]
mod sandbox;

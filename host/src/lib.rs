//! x
pub mod adapters;
pub mod domain;
pub mod failures;
pub mod frame;
pub mod logbook;
pub mod net;
pub mod ports;
pub mod protocol;
pub mod usecase;

pub mod cli;
pub mod conversation;
pub mod install;
pub mod place;
pub mod stdio;
pub mod wiring;

//! Everything that travels between extension and host: requests, answers, notifications, failures.
//!
//! JSON-RPC 2.0 in native-messaging frames. This is the only floor with serde for the wire; the contract for people is
//! `PROTOCOL.md` beside this file. Rules: unknown fields are refused (`deny_unknown_fields`, never `flatten`), no 64-bit
//! numbers, money is a decimal string, times are RFC 3339. **No type here has a field for a token, a code verifier or a
//! client secret**, but [`client::ClientImport`], through which the secret goes in and never comes out.

pub mod account;
pub mod batch;
pub mod client;
pub mod company;
pub mod contact;
pub mod customer;
pub mod delivery;
pub mod doctor;
pub mod event;
pub mod failure;
#[cfg(test)]
mod golden;
pub mod health;
pub mod hello;
pub mod library;
pub mod notice;
pub mod portal;
pub mod rpc;
pub mod rule;
pub mod settings;
pub mod sign_in;
pub mod text;
pub mod texts;
#[cfg(test)]
mod typescript;

/// Newest protocol that this host speaks.
pub const PROTOCOL: u32 = 1;

/// Oldest protocol that this host still speaks (N-1; the first version has none before it).
pub const OLDEST_PROTOCOL: u32 = 1;

/// An answer without content.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Done {
    /// Always true; a failure is answered as an error.
    pub done: bool,
}

impl Done {
    /// The one value.
    pub const DONE: Self = Self { done: true };
}

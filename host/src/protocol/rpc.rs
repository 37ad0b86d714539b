//! The JSON-RPC 2.0 envelope.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::failure::Failure;

/// The version text that every message carries.
pub const VERSION: &str = "2.0";

/// A request as it lies in a frame; `params` stay raw until the method is known, so that they are decoded once and strictly.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request<'a> {
    /// Always [`VERSION`].
    pub jsonrpc: &'a str,
    /// Number that the answer repeats; unique among the requests under way.
    pub id: u32,
    /// Method name, for instance `delivery.send`.
    pub method: &'a str,
    /// Parameters; absent counts as `{}`.
    #[serde(borrow, default)]
    pub params: Option<&'a RawValue>,
}

/// A successful answer.
#[derive(Debug, Serialize)]
pub struct Answer<'a> {
    /// Always [`VERSION`].
    pub jsonrpc: &'a str,
    /// The request's number.
    pub id: u32,
    /// What the method gives.
    pub result: &'a RawValue,
}

/// A refused or failed request; `id` is null where the request's own could not be read.
#[derive(Debug, Serialize)]
pub struct Refusal<'a> {
    /// Always [`VERSION`].
    pub jsonrpc: &'a str,
    /// The request's number, if it was readable.
    pub id: Option<u32>,
    /// What went wrong and what to do.
    pub error: Failure,
}

/// A notification from the host.
#[derive(Debug, Serialize)]
pub struct Notification<'a, T> {
    /// Always [`VERSION`].
    pub jsonrpc: &'a str,
    /// For instance `delivery.changed`.
    pub method: &'a str,
    /// The event.
    pub params: T,
}

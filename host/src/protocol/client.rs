//! `client.show`, `client.import`: the OAuth client that the organisation registered.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::sign_in::Via;

/// Google's own `client_secret_*.json`, as text. The secret goes in here and never comes out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ClientImport {
    /// The file's text, at most 64 KiB.
    #[cfg_attr(test, ts(type = "string"))]
    pub json: Zeroizing<String>,
}

/// The registered client without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ClientView {
    /// The OAuth client id (RFC 6749 section 2.2).
    pub client_id: String,
    /// `web` or `installed`, as in Google's file.
    pub kind: String,
    /// Whether every endpoint is Google's own.
    pub google: bool,
    /// Hosts that tokens and mail go to.
    pub hosts: Vec<String>,
    /// Redirect URIs named in the file.
    pub redirect_uris: Vec<String>,
    /// Ways of signing in that the provider takes for this client, the usual one first.
    pub ways: Vec<Via>,
}

/// Answer of `client.show`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ClientShow {
    /// The client, or null before the first import.
    pub client: Option<ClientView>,
    /// The redirect URI to register for the calling extension, if an extension calls.
    pub redirect_uri: Option<String>,
}

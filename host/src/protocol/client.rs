//! `client.show`, `client.import`, `client.forget`: whose OAuth client this installation uses.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::failure::Kind;
use super::sign_in::Via;

/// Google's own `client_secret_*.json`, as text. The secret goes in here and never comes out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ClientImport {
    /// The file's text, at most 64 KiB.
    #[cfg_attr(test, ts(type = "string"))]
    pub json: Zeroizing<String>,
    /// Whether the organisation's policy hands it out; otherwise a person chose it. Hosts without `client.forget` do not
    /// know this field.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub policy: Option<bool>,
}

/// Where the client in use came from; what was imported holds before the package's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ClientOrigin {
    /// The program's package carries it.
    Packaged,
    /// A person imported it.
    Imported,
    /// The organisation's policy handed it out.
    Policy,
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
    /// Where it came from.
    pub origin: ClientOrigin,
}

/// Answer of `client.show` and `client.forget`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ClientShow {
    /// The client, or null where none was imported and the package carries none.
    pub client: Option<ClientView>,
    /// The redirect URI to register for the calling extension, if an extension calls.
    pub redirect_uri: Option<String>,
    /// Why the package's client cannot be used, where none was imported; else null.
    pub failure: Option<Kind>,
}

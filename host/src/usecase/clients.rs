//! `client.show`, `client.import`: the OAuth client that the organisation registered.

use zeroize::Zeroizing;

use super::flows::Caller;
use super::{World, grants};
use crate::domain::client::{Client, ClientError, Way};
use crate::protocol::client::{ClientShow, ClientView};
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::sign_in::Via;

/// How a client file came here: over the wire only Google's own endpoints are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From the extension.
    Wire,
    /// From the command line.
    Terminal,
}

/// Shows the client and the redirect URI to register.
///
/// # Errors
/// The store's.
pub fn show(world: &World, caller: &Caller) -> Result<ClientShow, Fault> {
    Ok(ClientShow {
        client: public(world)?.as_ref().map(view),
        redirect_uri: caller.redirect_uri.as_ref().map(ToString::to_string),
    })
}

/// Imports Google's own `client_secret_*.json`. The secret goes to the vault, the rest to the store.
///
/// # Errors
/// `client_malformed`, `client_not_google`, the vault's and the store's.
pub fn import(world: &World, text: &str, source: Source) -> Result<ClientView, Fault> {
    let client = Client::parse(text)?;
    if source == Source::Wire && !client.provider.is_google() {
        return Err(Fault::new(Kind::ClientNotGoogle).about(client.provider.hosts().join(", ")));
    }
    if let Some(secret) = &client.secret {
        grants::keep_client_secret(world, &client.client_id, secret)?;
    }
    world.store.set_client(&without_secret(text)?)?;
    Ok(view(&client))
}

/// The client without its secret, if one was imported.
///
/// # Errors
/// The store's.
pub fn public(world: &World) -> Result<Option<Client>, Fault> {
    let Some(text) = world.store.client()? else { return Ok(None) };
    Ok(Some(Client::parse(&text)?))
}

/// The client with its secret.
///
/// # Errors
/// `no_client`, the store's and the vault's.
pub fn load(world: &World) -> Result<Client, Fault> {
    let mut client = public(world)?.ok_or(Kind::NoClient)?;
    client.secret = grants::client_secret(world, &client.client_id)?;
    Ok(client)
}

fn without_secret(text: &str) -> Result<String, Fault> {
    let mut file: serde_json::Value = serde_json::from_str(text).map_err(|_| ClientError::Malformed)?;
    for section in ["web", "installed"] {
        let fields = file.get_mut(section).and_then(serde_json::Value::as_object_mut);
        if let Some(serde_json::Value::String(secret)) = fields.and_then(|fields| fields.remove("client_secret")) {
            drop(Zeroizing::new(secret));
        }
    }
    Ok(file.to_string())
}

/// The client as people may see it.
#[must_use]
pub fn view(client: &Client) -> ClientView {
    ClientView {
        client_id: client.client_id.clone(),
        kind: client.kind.as_str().to_owned(),
        google: client.provider.is_google(),
        hosts: client.provider.hosts(),
        redirect_uris: client.redirect_uris.clone(),
        ways: [(Way::Identity, Via::Identity), (Way::Loopback, Via::Loopback)]
            .into_iter()
            .filter(|(way, _)| client.allows(*way))
            .map(|(_, via)| via)
            .collect(),
    }
}

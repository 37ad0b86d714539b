//! `client.show`, `client.import`, `client.forget`: whose OAuth client this installation uses.
//!
//! What a person imported, or the organisation's policy, holds before what the program's package carries.

use zeroize::Zeroizing;

use super::flows::Caller;
use super::{World, grants};
use crate::domain::client::{Client, ClientError, Way};
use crate::protocol::client::{ClientOrigin, ClientShow, ClientView};
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::sign_in::Via;

/// Field of the stored file that says who imported it; Google's files have none of that name.
const IMPORTED_BY: &str = "correo_cfdi_imported_by";

/// Its value for the organisation's policy; without the field it was a person.
const POLICY: &str = "policy";

/// How a client file came here: over the wire only Google's own endpoints are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From the extension, by a person.
    Wire,
    /// From the extension, which read it in the organisation's policy.
    Policy,
    /// From the command line.
    Terminal,
}

/// The client in use, as far as it can be told.
#[derive(Debug, Default)]
pub struct Known {
    /// The client, and where it came from; an imported one without its secret.
    pub client: Option<(Client, ClientOrigin)>,
    /// Why the package's client cannot be used, where nothing imported holds in its place.
    pub failure: Option<Kind>,
}

impl Known {
    /// The client as people may see it.
    #[must_use]
    pub fn view(&self) -> Option<ClientView> {
        self.client.as_ref().map(|(client, origin)| view(client, *origin))
    }
}

/// Shows the client and the redirect URI to register.
///
/// # Errors
/// The store's; a client of the package that cannot be used is part of the answer.
pub fn show(world: &World, caller: &Caller) -> Result<ClientShow, Fault> {
    let known = known(world)?;
    Ok(ClientShow {
        client: known.view(),
        redirect_uri: caller.redirect_uri.as_ref().map(ToString::to_string),
        failure: known.failure,
    })
}

/// Imports Google's own `client_secret_*.json`. The secret goes to the vault, the rest to the store.
///
/// # Errors
/// `client_malformed`, `client_not_google`, the vault's and the store's.
pub fn import(world: &World, text: &str, source: Source) -> Result<ClientView, Fault> {
    let client = Client::parse(text)?;
    if source != Source::Terminal {
        demand_google(&client)?;
    }
    if let Some(secret) = &client.secret {
        grants::keep_client_secret(world, &client.client_id, secret)?;
    }
    world.store.set_client(&without_secret(text, source)?)?;
    Ok(view(&client, origin(source)))
}

/// Forgets what was imported; the package's client holds again, where it carries one. Accounts that were granted under the
/// forgotten one wait for a sign-in.
///
/// # Errors
/// The vault's and the store's.
pub fn forget(world: &World, caller: &Caller) -> Result<ClientShow, Fault> {
    if let Some((client, _)) = imported(world)? {
        grants::forget_client_secret(world, &client.client_id)?;
        world.store.forget_client()?;
    }
    show(world, caller)
}

/// The client without its secret: the imported one, else the package's. One of the package that cannot be used is none.
///
/// # Errors
/// The store's.
pub fn public(world: &World) -> Result<Option<Client>, Fault> {
    Ok(known(world)?.client.map(|(client, _)| client))
}

/// The same with where it came from, and what speaks against the package's.
///
/// # Errors
/// The store's.
pub fn known(world: &World) -> Result<Known, Fault> {
    if let Some(client) = imported(world)? {
        return Ok(Known { client: Some(client), failure: None });
    }
    Ok(match packaged(world) {
        Ok(client) => Known { client: client.map(|client| (client, ClientOrigin::Packaged)), failure: None },
        Err(kind) => Known { client: None, failure: Some(kind) },
    })
}

/// The client with its secret.
///
/// # Errors
/// `no_client`, `packaged_client_unusable`, the store's and the vault's.
pub fn load(world: &World) -> Result<Client, Fault> {
    let known = known(world)?;
    let Some((mut client, origin)) = known.client else { return Err(known.failure.unwrap_or(Kind::NoClient).into()) };
    if origin != ClientOrigin::Packaged {
        client.secret = grants::client_secret(world, &client.client_id)?;
    }
    Ok(client)
}

fn imported(world: &World) -> Result<Option<(Client, ClientOrigin)>, Fault> {
    let Some(text) = world.store.client()? else { return Ok(None) };
    let file: serde_json::Value = serde_json::from_str(&text).map_err(|_| ClientError::Malformed)?;
    let by_policy = file.get(IMPORTED_BY).and_then(serde_json::Value::as_str) == Some(POLICY);
    let origin = if by_policy { ClientOrigin::Policy } else { ClientOrigin::Imported };
    Ok(Some((Client::parse(&text)?, origin)))
}

/// A package speaks for its publisher at Google, and for no other provider: a file that got beside the program by a download
/// must not lead anybody's tokens elsewhere.
fn packaged(world: &World) -> Result<Option<Client>, Kind> {
    let unusable = Kind::PackagedClientUnusable;
    let Some(text) = world.package.client()? else { return Ok(None) };
    let client = Client::parse(&text).map_err(|_| unusable)?;
    demand_google(&client).map_err(|_| unusable)?;
    Ok(Some(client))
}

fn demand_google(client: &Client) -> Result<(), Fault> {
    match client.provider.is_google() {
        true => Ok(()),
        false => Err(Fault::new(Kind::ClientNotGoogle).about(client.provider.hosts().join(", "))),
    }
}

fn origin(source: Source) -> ClientOrigin {
    match source {
        Source::Policy => ClientOrigin::Policy,
        Source::Wire | Source::Terminal => ClientOrigin::Imported,
    }
}

fn without_secret(text: &str, source: Source) -> Result<String, Fault> {
    let mut file: serde_json::Value = serde_json::from_str(text).map_err(|_| ClientError::Malformed)?;
    for section in ["web", "installed"] {
        let fields = file.get_mut(section).and_then(serde_json::Value::as_object_mut);
        if let Some(serde_json::Value::String(secret)) = fields.and_then(|fields| fields.remove("client_secret")) {
            drop(Zeroizing::new(secret));
        }
    }
    let fields = file.as_object_mut().ok_or(ClientError::Malformed)?;
    fields.remove(IMPORTED_BY);
    if source == Source::Policy {
        fields.insert(IMPORTED_BY.to_owned(), POLICY.into());
    }
    Ok(file.to_string())
}

fn view(client: &Client, origin: ClientOrigin) -> ClientView {
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
        origin,
    }
}

//! What lies in the vault, and under which names.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::World;
use crate::domain::account::{AccountId, Binding, Grant};
use crate::domain::hex;
use crate::protocol::failure::{Fault, Kind};

/// The stored form of a grant; a twin, so that the domain may change without the vault.
#[derive(Serialize, Deserialize)]
struct Stored {
    v: u32,
    client_id: String,
    issuer: String,
    token_origin: String,
    api_origin: String,
    refresh_token: Zeroizing<String>,
    scopes: Vec<String>,
}

/// Form of the stored grant; a newer one is not touched.
const VERSION: u32 = 1;

/// Bytes that a stored grant takes at most in practice: Windows keeps no more than 2,560.
const STORED_BYTES: usize = 8 * 1024;

/// What every form of a grant begins with, also those to come.
#[derive(Deserialize)]
struct Form {
    v: u32,
}

fn account_name(id: &AccountId) -> String {
    format!("account/{}", id.as_str())
}

fn client_name(client_id: &str) -> String {
    format!("client/{}", hex(&Sha256::digest(client_id.as_bytes())[..16]))
}

/// Keeps a grant.
///
/// # Errors
/// `vault_newer`: the grant of a newer version is not written over; the vault's.
pub fn keep(world: &World, id: &AccountId, grant: &Grant) -> Result<(), Fault> {
    match find(world, id).map_err(|fault| fault.kind()) {
        // What cannot be read is lost anyway, and this mends it.
        Ok(_) | Err(Kind::VaultDamaged) => {}
        Err(kind) => return Err(kind.into()),
    }
    let stored = Stored {
        v: VERSION,
        client_id: grant.binding.client_id.clone(),
        issuer: grant.binding.issuer.clone(),
        token_origin: grant.binding.token_origin.clone(),
        api_origin: grant.binding.api_origin.clone(),
        refresh_token: Zeroizing::new(grant.refresh_token.expose_secret().to_owned()),
        scopes: grant.scopes.clone(),
    };
    // In one piece from the start: a text that grows leaves its shorter selves behind.
    let mut json = Zeroizing::new(Vec::with_capacity(STORED_BYTES));
    serde_json::to_writer(&mut *json, &stored).map_err(|_| Kind::Internal)?;
    let json = std::str::from_utf8(&json).map_err(|_| Kind::Internal)?;
    Ok(world.vault.put(&account_name(id), &SecretString::from(json))?)
}

/// The grant of an account; `None` only when the vault answered that it has none.
///
/// # Errors
/// `vault_newer`, `vault_damaged`; the vault's: a vault that cannot be reached is never taken for "signed out".
pub fn find(world: &World, id: &AccountId) -> Result<Option<Grant>, Fault> {
    let Some(json) = world.vault.get(&account_name(id))? else { return Ok(None) };
    let form: Form = serde_json::from_str(json.expose_secret()).map_err(|_| Kind::VaultDamaged)?;
    if form.v > VERSION {
        return Err(Kind::VaultNewer.into());
    }
    let stored: Stored = serde_json::from_str(json.expose_secret()).map_err(|_| Kind::VaultDamaged)?;
    Ok(Some(Grant {
        binding: Binding {
            client_id: stored.client_id,
            issuer: stored.issuer,
            token_origin: stored.token_origin,
            api_origin: stored.api_origin,
        },
        refresh_token: SecretString::from(stored.refresh_token.as_str()),
        scopes: stored.scopes,
    }))
}

/// Forgets a grant.
///
/// # Errors
/// The vault's.
pub fn forget(world: &World, id: &AccountId) -> Result<(), Fault> {
    Ok(world.vault.delete(&account_name(id))?)
}

/// Keeps a client secret.
///
/// # Errors
/// The vault's.
pub fn keep_client_secret(world: &World, client_id: &str, secret: &SecretString) -> Result<(), Fault> {
    Ok(world.vault.put(&client_name(client_id), secret)?)
}

/// Forgets a client secret.
///
/// # Errors
/// The vault's.
pub fn forget_client_secret(world: &World, client_id: &str) -> Result<(), Fault> {
    Ok(world.vault.delete(&client_name(client_id))?)
}

/// The client's secret, if one was imported.
///
/// # Errors
/// The vault's.
pub fn client_secret(world: &World, client_id: &str) -> Result<Option<SecretString>, Fault> {
    Ok(world.vault.get(&client_name(client_id))?)
}

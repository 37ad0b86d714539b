//! `Vault` over the operating system's keyring: Secret Service, Credential Manager, Keychain.
//!
//! Every call runs on a thread of its own under a watchdog, because a keyring that waits for its prompt blocks without
//! limit. Secrets are UTF-8 text in bytes: KDE's service stores no others, and Windows' limit of 2,560 bytes halves for
//! UTF-16 passwords.

use std::sync::mpsc;
use std::time::Duration;

use keyring::{Entry, Error};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::ports::vault::{Vault, VaultError};

/// The service name under which our items stand in the keyring.
pub const SERVICE: &str = "mx.correo_cfdi.host";

/// Longest secret, in bytes: what the smallest keyring takes (`CRED_MAX_CREDENTIAL_BLOB_SIZE` of Windows).
pub const MAX_SECRET: usize = 2_560;

/// How long a call may take: over it the keyring most likely waits for the person.
const WATCHDOG: Duration = Duration::from_secs(5);

/// An item written and deleted to see whether the keyring takes any.
const PROBE: &str = "probe";

/// The keyring of the operating-system user.
#[derive(Debug, Default)]
pub struct KeyringVault;

impl KeyringVault {
    /// The keyring; nothing is opened yet.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

/// The item of that name. The Secret Service is looked for anew every time (15 ms): a keyring that was started, unlocked
/// or restarted since the last failure has to be found without starting this process again.
#[cfg(target_os = "linux")]
fn entry(name: &str) -> Result<Entry, Error> {
    use keyring_core::api::CredentialStoreApi as _;
    let store = zbus_secret_service_keyring_store::Store::new()?;
    Ok(Entry { inner: store.build(SERVICE, name, None)? })
}

/// The item of that name.
#[cfg(not(target_os = "linux"))]
fn entry(name: &str) -> Result<Entry, Error> {
    Entry::new(SERVICE, name)
}

fn watched<T: Send + 'static>(
    name: &str,
    work: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
) -> Result<T, VaultError> {
    let name = name.to_owned();
    let (done, answer) = mpsc::sync_channel(1);
    std::thread::Builder::new()
        .name("keyring".to_owned())
        .spawn(move || {
            let outcome = entry(&name).and_then(|entry| work(&entry)).map_err(|error| state(&error));
            // Nobody listens any more after the watchdog: then the answer is dropped here.
            drop(done.send(outcome));
        })
        .map_err(|_| VaultError::Failed)?;
    answer.recv_timeout(WATCHDOG).unwrap_or(Err(VaultError::Timeout))
}

/// Tells the keyring's states apart; the stores put them into texts only.
fn state(error: &Error) -> VaultError {
    let text = chain(error);
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library may add errors, and their text tells")]
    match error {
        Error::NoDefaultStore => match Entry::store_status() {
            Err(cause) => from_text(&chain(cause)),
            Ok(()) => VaultError::Failed,
        },
        Error::NoStorageAccess(_) if text.contains("result not returned") || text.contains("NoResult") => {
            VaultError::NoCollection
        }
        Error::NoStorageAccess(_) => VaultError::Locked,
        Error::TooLong(..) => VaultError::TooLong,
        _ => from_text(&text),
    }
}

fn from_text(text: &str) -> VaultError {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["ServiceUnknown", "not provided by any .service", "NameHasNoOwner"]) {
        VaultError::NoService
    } else if says(&["Failed to connect to address", "no secret service provider or dbus session", "No such file"]) {
        VaultError::NoBus
    } else if says(&["prompt dismissed", "IsLocked"]) {
        VaultError::Locked
    } else {
        VaultError::Failed
    }
}

fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

impl Vault for KeyringVault {
    fn kind(&self) -> &'static str {
        "keyring"
    }

    fn check(&self) -> Result<(), VaultError> {
        watched(PROBE, |entry| absent_is_none(entry.get_secret())).map(|_| ())
    }

    fn probe(&self) -> Result<(), VaultError> {
        self.put(PROBE, &SecretString::from("probe"))?;
        self.delete(PROBE)
    }

    fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError> {
        let bytes = watched(name, |entry| absent_is_none(entry.get_secret()))?;
        bytes.map(text).transpose()
    }

    fn put(&self, name: &str, secret: &SecretString) -> Result<(), VaultError> {
        if secret.expose_secret().len() > MAX_SECRET {
            return Err(VaultError::TooLong);
        }
        let written = Zeroizing::new(secret.expose_secret().as_bytes().to_vec());
        let copy = written.clone();
        watched(name, move |entry| entry.set_secret(&copy))?;
        // A locked or half-broken keyring has been seen to say yes and keep nothing.
        let found = watched(name, |entry| absent_is_none(entry.get_secret()))?.map(Zeroizing::new);
        match found.is_some_and(|found| *found == *written) {
            true => Ok(()),
            false => Err(VaultError::Mismatch),
        }
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        watched(name, |entry| match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
    }
}

fn absent_is_none(found: Result<Vec<u8>, Error>) -> Result<Option<Vec<u8>>, Error> {
    match found {
        Ok(secret) => Ok(Some(secret)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    }
}

fn text(bytes: Vec<u8>) -> Result<SecretString, VaultError> {
    String::from_utf8(bytes).map(SecretString::from).map_err(|_| VaultError::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_of_the_secret_service_has_its_name() {
        for (text, expected) in [
            ("zbus error: Failed to connect to address `unix:path=/run/user/0/bus`: No such file", VaultError::NoBus),
            (
                "zbus error: org.freedesktop.DBus.Error.ServiceUnknown: The name org.freedesktop.secrets was not \
                 provided by any .service files",
                VaultError::NoService,
            ),
            ("Platform failure: no secret service provider or dbus session found", VaultError::NoBus),
            ("SS error: prompt dismissed", VaultError::Locked),
            ("something else", VaultError::Failed),
        ] {
            assert_eq!(from_text(text), expected, "{text}");
        }
    }
}

//! `Vault` over the operating system's keyring: Secret Service, Credential Manager, Keychain.
//!
//! One item a name. Every call runs on a thread of its own under a watchdog, one after the other, and opens store and
//! item anew, so that what is read back after writing comes from the keyring and not from this process. Secrets are UTF-8
//! text in bytes: KDE's service stores no others, and Windows' limit of 2,560 bytes halves for UTF-16 passwords.

mod native;
mod states;
mod watchdog;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use keyring::{Entry, Error};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::ports::vault::{Vault, VaultError};
use native::{Absence, Trouble};
use watchdog::{Wanted, Watchdog};

/// The service name under which our items stand in the keyring.
pub const SERVICE: &str = "mx.correo_cfdi.host";

/// Longest secret, in bytes: what the smallest keyring takes (`CRED_MAX_CREDENTIAL_BLOB_SIZE` of Windows).
pub const MAX_SECRET: usize = 2_560;

/// How long a call may take: over it the keyring most likely waits for the person.
const WATCHDOG: Duration = Duration::from_secs(5);

/// An item written and deleted to see whether the keyring takes any.
const PROBE: &str = "probe";

/// Tells the probes of one process apart.
static PROBES: AtomicU64 = AtomicU64::new(0);

/// The keyring of the operating-system user.
#[derive(Debug)]
pub struct KeyringVault {
    watchdog: Watchdog,
}

impl Default for KeyringVault {
    fn default() -> Self {
        Self::new()
    }
}

impl KeyringVault {
    /// The keyring; nothing is opened yet.
    #[must_use]
    pub fn new() -> Self {
        Self { watchdog: Watchdog::new(WATCHDOG, native::who_serves) }
    }

    fn read(&self, name: &str, trouble: Trouble) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let name = name.to_owned();
        self.watchdog.run(move |_| read(&name, trouble))
    }
}

/// Does something with the item of that name; once more where the keyring was restarted in the middle of it.
fn with_entry<T>(name: &str, work: impl Fn(&Entry) -> Result<T, Error>) -> Result<T, Error> {
    let once = || native::entry(name).and_then(|entry| work(&entry));
    match once() {
        Err(error) if states::is_lost_service(&error) => once(),
        outcome => outcome,
    }
}

/// The item's bytes; `None` only when the keyring is open and has no such item.
fn read(name: &str, trouble: Trouble) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
    let find = || match with_entry(name, Entry::get_secret) {
        Ok(secret) => Ok(Some(Zeroizing::new(secret))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(native::told(&error)),
    };
    match find()? {
        Some(secret) => Ok(Some(secret)),
        None => match native::absence(trouble)? {
            Absence::True => Ok(None),
            Absence::LookAgain => find(),
        },
    }
}

/// Writes where somebody still waits for it. Reading first unlocks the keyring, which may take as long as the person.
fn write(name: &str, secret: &[u8], wanted: &Wanted) -> Result<(), VaultError> {
    read(name, Trouble::Allowed)?;
    if !wanted.is() {
        return Err(VaultError::Timeout);
    }
    with_entry(name, |entry| entry.set_secret(secret)).map_err(|error| native::told(&error))
}

fn fits(secret: &SecretString) -> Result<(), VaultError> {
    if secret.expose_secret().len() > MAX_SECRET { Err(VaultError::TooLong) } else { Ok(()) }
}

impl Vault for KeyringVault {
    fn kind(&self) -> &'static str {
        "keyring"
    }

    fn check(&self) -> Result<(), VaultError> {
        self.read(PROBE, Trouble::Spared).map(|_| ())
    }

    fn probe(&self) -> Result<(), VaultError> {
        // Two hosts that probe at once must not delete each other's item.
        let name = format!("{PROBE}/{}-{}", std::process::id(), PROBES.fetch_add(1, Ordering::Relaxed));
        self.put(&name, &SecretString::from("probe"))?;
        self.delete(&name)
    }

    fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError> {
        let bytes = self.read(name, Trouble::Allowed)?;
        bytes.map(|bytes| text(&bytes)).transpose()
    }

    fn put(&self, name: &str, secret: &SecretString) -> Result<(), VaultError> {
        fits(secret)?;
        let written = Zeroizing::new(secret.expose_secret().as_bytes().to_vec());
        let (copy, item) = (written.clone(), name.to_owned());
        self.watchdog.run(move |wanted| write(&item, &copy, wanted))?;
        // A locked or half-broken keyring has been seen to say yes and keep nothing.
        match self.read(name, Trouble::Allowed)?.is_some_and(|found| found == written) {
            true => Ok(()),
            false => Err(VaultError::Mismatch),
        }
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        let name = name.to_owned();
        self.watchdog.run(move |wanted| match read(&name, Trouble::Allowed)? {
            None => Ok(()),
            Some(_) if !wanted.is() => Err(VaultError::Timeout),
            Some(_) => match with_entry(&name, Entry::delete_credential) {
                Ok(()) | Err(Error::NoEntry) => Ok(()),
                Err(error) => Err(native::told(&error)),
            },
        })
    }
}

fn text(bytes: &[u8]) -> Result<SecretString, VaultError> {
    std::str::from_utf8(bytes).map(SecretString::from).map_err(|_| VaultError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_keyrings_limit_is_kept_to_the_byte() {
        assert_eq!(fits(&SecretString::from("x".repeat(2_560))), Ok(()));
        assert_eq!(fits(&SecretString::from("x".repeat(2_561))), Err(VaultError::TooLong));
        // Two bytes each: the limit counts bytes.
        assert_eq!(fits(&SecretString::from("ñ".repeat(1_280))), Ok(()));
        assert_eq!(fits(&SecretString::from("ñ".repeat(1_281))), Err(VaultError::TooLong));
        // Refused before anything is asked: no keyring is needed for this.
        let long = SecretString::from("x".repeat(MAX_SECRET + 1));
        assert_eq!(KeyringVault::new().put("account/a", &long), Err(VaultError::TooLong));
    }
}

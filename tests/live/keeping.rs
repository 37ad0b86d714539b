//! What is kept between a run and `--resume`: the token in a vault, and a small file without a secret.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use correo_cfdi::adapters::file_vault::{FileVault, KEY_BYTES};
use correo_cfdi::adapters::keyring_vault::KeyringVault;
use correo_cfdi::domain::account::AccountId;
use correo_cfdi::ports::Vault;
use correo_cfdi::ports::vault::VaultError;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::LiveError;

/// Goes before our names in the vault: an installed Correo CFDI with the same client keeps its own items.
const PREFIX: &str = "live-check/";

/// Form of the state file.
const VERSION: u32 = 1;

/// Where the token is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Where {
    /// The operating system's keyring.
    Keyring,
    /// An encrypted file beside the state file.
    File,
}

/// The state file and its vault.
#[derive(Clone, Debug)]
pub(crate) struct Keeping {
    /// The state file.
    pub(crate) state: PathBuf,
    pub(crate) vault: Where,
}

/// What the state file holds: nothing that names anybody.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    v: u32,
    pub(super) kept_at: DateTime<Utc>,
    /// Hash of issuer, client and subject.
    pub(super) account: String,
}

impl Keeping {
    /// The vault; a key is made for a vault of files that has none.
    pub(super) fn vault(&self) -> io::Result<Box<dyn Vault>> {
        Ok(match self.vault {
            Where::Keyring => Box::new(Prefixed(KeyringVault::new())),
            Where::File => {
                let key = self.key();
                if !key.exists() {
                    make_key(&key)?;
                }
                Box::new(Prefixed(FileVault::new(&self.folder(), &key)))
            }
        })
    }

    fn folder(&self) -> PathBuf {
        self.state.with_extension("vault")
    }

    fn key(&self) -> PathBuf {
        self.state.with_extension("key")
    }

    pub(super) fn read(&self) -> Result<State, LiveError> {
        let state: State = serde_json::from_slice(&fs::read(&self.state)?).map_err(|_| LiveError::State)?;
        if state.v == VERSION { Ok(state) } else { Err(LiveError::State) }
    }

    pub(super) fn write(&self, account: &AccountId, kept_at: DateTime<Utc>) -> io::Result<()> {
        let state = State { v: VERSION, kept_at, account: account.as_str().to_owned() };
        fs::write(&self.state, serde_json::to_string_pretty(&state)?)
    }

    /// Deletes what lies on disk; the vault's item is the caller's.
    pub(super) fn forget(&self) -> io::Result<()> {
        fs::remove_file(&self.state)?;
        if self.vault == Where::File {
            fs::remove_file(self.key())?;
            fs::remove_dir_all(self.folder())?;
        }
        Ok(())
    }
}

/// Writes a random key that only its owner may read.
fn make_key(path: &Path) -> io::Result<()> {
    let mut key = [0_u8; KEY_BYTES];
    getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(&key)
}

/// Secrets in memory alone: a run that is broken off leaves none of them on disk.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<HashMap<String, SecretString>>);

impl Memory {
    fn items(&self) -> MutexGuard<'_, HashMap<String, SecretString>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vault for Memory {
    fn kind(&self) -> &'static str {
        "memory"
    }

    fn check(&self) -> Result<(), VaultError> {
        Ok(())
    }

    fn probe(&self) -> Result<(), VaultError> {
        Ok(())
    }

    fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError> {
        Ok(self.items().get(name).cloned())
    }

    fn put(&self, name: &str, secret: &SecretString) -> Result<(), VaultError> {
        self.items().insert(name.to_owned(), secret.clone());
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.items().remove(name);
        Ok(())
    }
}

/// A vault in which every name has our prefix.
struct Prefixed<V>(V);

fn ours(name: &str) -> String {
    format!("{PREFIX}{name}")
}

impl<V: Vault> Vault for Prefixed<V> {
    fn kind(&self) -> &'static str {
        self.0.kind()
    }

    fn check(&self) -> Result<(), VaultError> {
        self.0.check()
    }

    fn probe(&self) -> Result<(), VaultError> {
        self.0.probe()
    }

    fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError> {
        self.0.get(&ours(name))
    }

    fn put(&self, name: &str, secret: &SecretString) -> Result<(), VaultError> {
        self.0.put(&ours(name), secret)
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.0.delete(&ours(name))
    }
}

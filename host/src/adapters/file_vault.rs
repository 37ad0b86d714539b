//! `Vault` over encrypted files, for machines without a keyring. Only ever chosen explicitly (`vault = "file"`).
//!
//! Each secret is one file, sealed with XChaCha20-Poly1305 under the key of a key file that the configuration names; the
//! item's name is authenticated with it, so that two files cannot be swapped. Who reads key file and folder reads all.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead as _, Generate as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::domain::hex;
use crate::ports::vault::{Vault, VaultError};

/// Bytes of the key file.
pub const KEY_BYTES: usize = 32;

/// Bytes of the nonce at the head of every file.
const NONCE_BYTES: usize = 24;

/// An item written and deleted to see whether the folder takes any.
const PROBE: &str = "probe";

/// Encrypted files in one folder.
#[derive(Debug)]
pub struct FileVault {
    folder: PathBuf,
    key_file: PathBuf,
}

impl FileVault {
    /// A vault in that folder under the key of that file; nothing is read yet.
    #[must_use]
    pub fn new(folder: &Path, key_file: &Path) -> Self {
        Self { folder: folder.to_owned(), key_file: key_file.to_owned() }
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305, VaultError> {
        owner_only(&self.key_file)?;
        let bytes = Zeroizing::new(fs::read(&self.key_file).map_err(|_| VaultError::KeyFile)?);
        let key = Key::try_from(bytes.as_slice()).map_err(|_| VaultError::KeyFile)?;
        Ok(XChaCha20Poly1305::new(&key))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(hex(&Sha256::digest(name.as_bytes())))
    }
}

impl Vault for FileVault {
    fn kind(&self) -> &'static str {
        "file"
    }

    fn check(&self) -> Result<(), VaultError> {
        self.cipher().map(|_| ())
    }

    fn probe(&self) -> Result<(), VaultError> {
        self.put(PROBE, &SecretString::from("probe"))?;
        self.delete(PROBE)
    }

    fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError> {
        let cipher = self.cipher()?;
        let sealed = match fs::read(self.path(name)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(VaultError::Failed),
        };
        let (nonce, message) = sealed.split_at_checked(NONCE_BYTES).ok_or(VaultError::Failed)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| VaultError::Failed)?;
        let payload = Payload { msg: message, aad: name.as_bytes() };
        let plain = cipher.decrypt(&nonce, payload).map_err(|_| VaultError::Failed)?;
        String::from_utf8(plain).map(|text| Some(SecretString::from(text))).map_err(|_| VaultError::Failed)
    }

    fn put(&self, name: &str, secret: &SecretString) -> Result<(), VaultError> {
        let nonce = XNonce::generate();
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: name.as_bytes() };
        let sealed = self.cipher()?.encrypt(&nonce, payload).map_err(|_| VaultError::Failed)?;
        self.write(name, &[nonce.as_slice(), &sealed].concat()).map_err(|_| VaultError::Failed)?;
        match self.get(name)? {
            Some(found) if found.expose_secret() == secret.expose_secret() => Ok(()),
            Some(_) | None => Err(VaultError::Mismatch),
        }
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        match fs::remove_file(self.path(name)) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(_) => Err(VaultError::Failed),
        }
    }
}

impl FileVault {
    /// Writes beside the old file and renames, so that a crash leaves the old secret or the new one.
    fn write(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let target = self.path(name);
        let fresh = target.with_extension(format!("{}.tmp", std::process::id()));
        let mut file = owner_only_file(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&fresh, &target)
    }
}

#[cfg(unix)]
fn owner_only(path: &Path) -> Result<(), VaultError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).map_err(|_| VaultError::KeyFile)?.permissions().mode();
    if mode & 0o077 == 0 { Ok(()) } else { Err(VaultError::KeyFile) }
}

#[cfg(not(unix))]
fn owner_only(path: &Path) -> Result<(), VaultError> {
    fs::metadata(path).map(|_| ()).map_err(|_| VaultError::KeyFile)
}

#[cfg(unix)]
fn owner_only_file(path: &Path) -> std::io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn owner_only_file(path: &Path) -> std::io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create(true).truncate(true).open(path)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    fn vault(folder: &Path) -> FileVault {
        let key = folder.join("key");
        owner_only_file(&key).unwrap().write_all(&[7; KEY_BYTES]).unwrap();
        FileVault::new(&folder.join("vault"), &key)
    }

    #[test]
    fn a_secret_comes_back_and_is_nowhere_in_plain() {
        let home = tempfile::tempdir().unwrap();
        let vault = vault(home.path());
        vault.put("account/a", &SecretString::from("marker-secret")).unwrap();
        assert_eq!(vault.get("account/a").unwrap().unwrap().expose_secret(), "marker-secret");
        for file in fs::read_dir(home.path().join("vault")).unwrap() {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(13).any(|window| window == b"marker-secret"));
        }
        vault.delete("account/a").unwrap();
        vault.delete("account/a").unwrap();
        assert!(vault.get("account/a").unwrap().is_none());
    }

    #[test]
    fn files_cannot_be_swapped_between_names() {
        let home = tempfile::tempdir().unwrap();
        let vault = vault(home.path());
        vault.put("account/a", &SecretString::from("of-a")).unwrap();
        fs::copy(vault.path("account/a"), vault.path("account/b")).unwrap();
        assert_eq!(vault.get("account/b").unwrap_err(), VaultError::Failed);
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let vault = vault(home.path());
        fs::set_permissions(&vault.key_file, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(vault.check().unwrap_err(), VaultError::KeyFile);
        fs::remove_file(&vault.key_file).unwrap();
        assert_eq!(vault.check().unwrap_err(), VaultError::KeyFile);
    }
}

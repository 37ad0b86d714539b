//! `Vault` over encrypted files, for machines without a keyring. Only ever chosen explicitly (`vault = "file"`).
//!
//! Each secret is one file, sealed under one key. That lies in a key file which the configuration names: who reads key file
//! and folder reads all; so both must be out of everybody else's reach, and the key must lie outside of the folder. Or it is
//! sealed itself, under a passphrase, and rests with the kernel while it is open.

mod guarded;
mod kernel;
mod key;
mod passphrase;
mod sealed;

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chacha20poly1305::XChaCha20Poly1305;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use crate::domain::hex;
use crate::ports::vault::{Vault, VaultError};

pub use key::{KEY_BYTES, make as make_key};
pub use passphrase::{MIN_PASSPHRASE, PassphraseKey};

/// An item written and deleted to see whether the folder takes any.
const PROBE: &str = "probe";

/// A file that was not finished for this long is left over from a process that died: writing one takes milliseconds.
const LEFT_OVER: Duration = Duration::from_secs(600);

/// Tells the unfinished files of one process apart.
static FILES: AtomicU64 = AtomicU64::new(0);

/// Where a vault's key is.
#[derive(Debug)]
enum KeyPlace {
    /// In a file of random bytes.
    File(PathBuf),
    /// Sealed under a passphrase.
    Passphrase(PassphraseKey),
}

/// Encrypted files in one folder.
#[derive(Debug)]
pub struct FileVault {
    folder: PathBuf,
    key: KeyPlace,
}

impl FileVault {
    /// A vault in that folder under the key of that file; nothing is read yet.
    #[must_use]
    pub fn new(folder: &Path, key_file: &Path) -> Self {
        Self { folder: folder.to_owned(), key: KeyPlace::File(key_file.to_owned()) }
    }

    /// A vault in that folder under a key that a passphrase opens; nothing is read yet.
    #[must_use]
    pub fn with_passphrase(folder: &Path, key: PassphraseKey) -> Self {
        Self { folder: folder.to_owned(), key: KeyPlace::Passphrase(key) }
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305, VaultError> {
        guarded::check_folder(&self.folder)?;
        match &self.key {
            KeyPlace::File(file) => key::cipher(file, &self.folder),
            KeyPlace::Passphrase(key) => key.cipher(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(hex(&Sha256::digest(name.as_bytes())))
    }

    /// Writes beside the old file and renames, so that a crash leaves the old secret or the new one.
    fn write(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        let target = self.path(name);
        let number = FILES.fetch_add(1, Ordering::Relaxed);
        let fresh = target.with_extension(format!("{}-{number}.tmp", std::process::id()));
        let written = guarded::create(&fresh).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        let renamed = written.and_then(|()| fs::rename(&fresh, &target));
        if renamed.is_err() {
            drop(fs::remove_file(&fresh));
        }
        renamed.and_then(|()| guarded::sync_folder(&self.folder))
    }

    /// Deletes what processes that died have left unfinished. What cannot be deleted does no harm.
    fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let is_old = |path: &Path| {
            let changed = fs::symlink_metadata(path).and_then(|about| about.modified());
            changed.is_ok_and(|changed| changed.elapsed().is_ok_and(|age| age > LEFT_OVER))
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.extension().is_some_and(|ending| ending == "tmp") && is_old(&path) {
                drop(fs::remove_file(&path));
            }
        }
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
        // Two hosts that probe at once must not delete each other's item.
        let name = format!("{PROBE}/{}-{}", std::process::id(), FILES.fetch_add(1, Ordering::Relaxed));
        self.put(&name, &SecretString::from("probe"))?;
        self.delete(&name)
    }

    fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError> {
        let cipher = self.cipher()?;
        let Some(file) = guarded::open(&self.path(name))? else { return Ok(None) };
        let mut item = Vec::new();
        file.take(sealed::MAX_ITEM).read_to_end(&mut item).map_err(|_| VaultError::Failed)?;
        sealed::open(&cipher, name, &item).map(Some)
    }

    fn put(&self, name: &str, secret: &SecretString) -> Result<(), VaultError> {
        guarded::make_folder(&self.folder)?;
        let cipher = self.cipher()?;
        if self.get(name).is_err_and(|error| error == VaultError::Newer) {
            return Err(VaultError::Newer);
        }
        self.sweep();
        self.write(name, &sealed::seal(&cipher, name, secret)?).map_err(|_| VaultError::Failed)?;
        match self.get(name)? {
            Some(found) if found.expose_secret() == secret.expose_secret() => Ok(()),
            Some(_) | None => Err(VaultError::Mismatch),
        }
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        guarded::check_folder(&self.folder)?;
        match fs::remove_file(self.path(name)).and_then(|()| guarded::sync_folder(&self.folder)) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(_) => Err(VaultError::Failed),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    fn vault(home: &Path) -> FileVault {
        let key = home.join("key");
        make_key(&key).unwrap();
        FileVault::new(&home.join("vault"), &key)
    }

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[test]
    fn a_secret_comes_back_and_is_nowhere_in_plain() {
        let home = tempfile::tempdir().unwrap();
        let vault = vault(home.path());
        vault.put("account/a", &secret("marker-secret")).unwrap();
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
        vault.put("account/a", &secret("of-a")).unwrap();
        fs::copy(vault.path("account/a"), vault.path("account/b")).unwrap();
        assert_eq!(vault.get("account/b").unwrap_err(), VaultError::Damaged);
    }

    #[test]
    fn under_another_key_nothing_opens_and_a_new_secret_mends_it() {
        let home = tempfile::tempdir().unwrap();
        let vault = vault(home.path());
        vault.put("account/a", &secret("of-a")).unwrap();
        let key = home.path().join("key");
        fs::remove_file(&key).unwrap();
        make_key(&key).unwrap();
        assert_eq!(vault.get("account/a").unwrap_err(), VaultError::Damaged);
        vault.put("account/a", &secret("anew")).unwrap();
        assert_eq!(vault.get("account/a").unwrap().unwrap().expose_secret(), "anew");
    }

    #[test]
    fn an_item_of_a_newer_version_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let vault = vault(home.path());
        vault.put("account/a", &secret("of-a")).unwrap();
        let newer = [b"CFDV\x02".as_slice(), &[3; 60]].concat();
        fs::write(vault.path("account/a"), &newer).unwrap();
        assert_eq!(vault.get("account/a").unwrap_err(), VaultError::Newer);
        assert_eq!(vault.put("account/a", &secret("other")), Err(VaultError::Newer));
        assert_eq!(fs::read(vault.path("account/a")).unwrap(), newer);
    }

    #[test]
    fn what_a_dead_process_left_is_swept_and_what_is_being_written_stays() {
        let home = tempfile::tempdir().unwrap();
        let vault = vault(home.path());
        vault.put("account/a", &secret("of-a")).unwrap();
        let (old, young) = (vault.folder.join("aa.1-0.tmp"), vault.folder.join("bb.2-0.tmp"));
        fs::write(&young, "x").unwrap();
        let long_ago = std::time::SystemTime::now() - LEFT_OVER - Duration::from_secs(60);
        fs::File::create(&old).unwrap().set_modified(long_ago).unwrap();
        vault.put("account/b", &secret("of-b")).unwrap();
        assert!(!old.exists() && young.exists());
        assert_eq!(fs::read_dir(&vault.folder).unwrap().count(), 3, "two items and the unfinished one");
    }

    #[cfg(unix)]
    #[test]
    fn folder_and_items_are_the_owners_alone_and_refused_otherwise() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let vault = vault(home.path());
        vault.put("account/a", &secret("of-a")).unwrap();
        let item = vault.path("account/a");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&vault.folder), mode(&item)), (0o700, 0o600));
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        for wide in [0o640, 0o604, 0o660] {
            set(&item, wide);
            assert_eq!(vault.get("account/a").unwrap_err(), VaultError::Exposed, "{wide:o}");
        }
        set(&item, 0o600);
        for wide in [0o750, 0o705, 0o710, 0o777] {
            set(&vault.folder, wide);
            assert_eq!(vault.check().unwrap_err(), VaultError::Exposed, "{wide:o}");
            assert_eq!(vault.get("account/a").unwrap_err(), VaultError::Exposed);
            assert_eq!(vault.put("account/a", &secret("x")).unwrap_err(), VaultError::Exposed);
            assert_eq!(vault.delete("account/a").unwrap_err(), VaultError::Exposed);
        }
        set(&vault.folder, 0o700);
        assert_eq!(vault.get("account/a").unwrap().unwrap().expose_secret(), "of-a");
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_followed() {
        let home = tempfile::tempdir().unwrap();
        let vault = vault(home.path());
        vault.put("account/a", &secret("of-a")).unwrap();
        std::os::unix::fs::symlink(vault.path("account/a"), vault.path("account/b")).unwrap();
        assert_eq!(vault.get("account/b").unwrap_err(), VaultError::Failed);
        let elsewhere = home.path().join("elsewhere");
        fs::rename(&vault.folder, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &vault.folder).unwrap();
        assert_eq!(vault.check().unwrap_err(), VaultError::Failed);
    }
}

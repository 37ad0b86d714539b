//! The key file.

use std::io::{Read as _, Write as _};
use std::path::Path;

use chacha20poly1305::aead::Generate as _;
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305};
use zeroize::Zeroizing;

use super::guarded;
use crate::ports::vault::VaultError;

/// Bytes of the key file.
pub const KEY_BYTES: usize = 32;

/// The cipher under the key of that file.
///
/// # Errors
/// `KeyFile` when it is missing, no regular file, not of 32 bytes, or lies in the vault's own folder, where a copy of the
/// folder would carry the key along; `Exposed` when others can reach it.
pub(super) fn cipher(path: &Path, vault: &Path) -> Result<XChaCha20Poly1305, VaultError> {
    if is_inside(path, vault) {
        return Err(VaultError::KeyFile);
    }
    let file = match guarded::open(path) {
        Ok(Some(file)) => file,
        Err(VaultError::Exposed) => return Err(VaultError::Exposed),
        Ok(None) | Err(_) => return Err(VaultError::KeyFile),
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(KEY_BYTES + 1));
    file.take(KEY_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|_| VaultError::KeyFile)?;
    let key = Zeroizing::new(<[u8; KEY_BYTES]>::try_from(bytes.as_slice()).map_err(|_| VaultError::KeyFile)?);
    Ok(XChaCha20Poly1305::new(&Key::from(*key)))
}

fn is_inside(path: &Path, vault: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    path.starts_with(vault) || real(path).starts_with(real(vault))
}

/// Makes a key file of random bytes, for this user alone; an existing file is never written over.
///
/// # Errors
/// `KeyFile` when something of that name is there, or the place cannot be written.
pub fn make(path: &Path) -> Result<(), VaultError> {
    let bytes = Zeroizing::new(<[u8; KEY_BYTES]>::from(Key::generate()));
    let mut file = guarded::create(path).map_err(|_| VaultError::KeyFile)?;
    let written = file.write_all(bytes.as_slice()).and_then(|()| file.sync_all());
    written.map_err(|_| VaultError::KeyFile)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use std::path::PathBuf;

    use super::*;

    fn made() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let (key, vault) = (home.path().join("vault.key"), home.path().join("vault"));
        make(&key).unwrap();
        (home, key, vault)
    }

    fn judged(key: &Path, vault: &Path) -> Result<(), VaultError> {
        cipher(key, vault).map(|_| ())
    }

    #[test]
    fn a_key_is_made_once_and_never_written_over() {
        let (_home, key, vault) = made();
        let before = std::fs::read(&key).unwrap();
        assert_eq!(before.len(), KEY_BYTES);
        assert_eq!(make(&key), Err(VaultError::KeyFile));
        assert_eq!(std::fs::read(&key).unwrap(), before);
        assert_eq!(judged(&key, &vault), Ok(()));
    }

    #[test]
    fn a_file_of_another_length_is_no_key() {
        let (_home, key, vault) = made();
        for length in [0, 31, 33, 64] {
            std::fs::write(&key, vec![7; length]).unwrap();
            assert_eq!(judged(&key, &vault), Err(VaultError::KeyFile), "{length}");
        }
        std::fs::remove_file(&key).unwrap();
        assert_eq!(judged(&key, &vault), Err(VaultError::KeyFile));
        std::fs::create_dir(&key).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        assert_eq!(judged(&key, &vault), Err(VaultError::KeyFile));
    }

    #[test]
    fn a_key_in_the_vaults_own_folder_is_refused() {
        let (home, _key, vault) = made();
        std::fs::create_dir(&vault).unwrap();
        let inside = vault.join("vault.key");
        make(&inside).unwrap();
        assert_eq!(judged(&inside, &vault), Err(VaultError::KeyFile));
        let detour = home.path().join("almacén/../vault/vault.key");
        std::fs::create_dir(home.path().join("almacén")).unwrap();
        assert_eq!(judged(&detour, &vault), Err(VaultError::KeyFile));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_reach_or_that_is_a_link_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let (home, key, vault) = made();
        for mode in [0o640, 0o604, 0o620, 0o602, 0o601] {
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(judged(&key, &vault), Err(VaultError::Exposed), "{mode:o}");
        }
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o400)).unwrap();
        assert_eq!(judged(&key, &vault), Ok(()));
        let link = home.path().join("link.key");
        std::os::unix::fs::symlink(&key, &link).unwrap();
        assert_eq!(judged(&link, &vault), Err(VaultError::KeyFile));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_of_another_user_is_refused() {
        let (_home, key, vault) = made();
        // Only root may give a file away; elsewhere nothing can be shown.
        if std::os::unix::fs::chown(&key, Some(65_534), None).is_ok() {
            assert_eq!(judged(&key, &vault), Err(VaultError::Exposed));
        }
    }
}

//! Where an opened key rests: with the kernel, in the user's own keyring (keyrings(7), user-keyring(7)).
//!
//! Every process of this user finds it there, those that the browser starts and the detached sender with them; it is on no
//! disk, in no file and in no environment, and gone when this user's last process ends.

use std::time::Duration;

use zeroize::Zeroizing;

use super::key::KEY_BYTES;
use crate::ports::vault::VaultError;

#[cfg(target_os = "linux")]
mod linux {
    use linux_keyutils::{Key, KeyError, KeyPermissionsBuilder, KeyRing, KeyRingIdentifier, Permission};

    use crate::ports::vault::VaultError;

    /// What is said of any failure of the kernel's: containers and hardened services have these calls switched off.
    pub(super) fn failed(_: KeyError) -> VaultError {
        VaultError::NoKernelKeyring
    }

    /// The user's keyring, held by this process: what a process does not hold it may neither change nor read, and not every
    /// session holds it by itself (keyrings(7), "Possession").
    pub(super) fn ring() -> Result<KeyRing, VaultError> {
        let user = KeyRing::from_special_id(KeyRingIdentifier::User, true).map_err(failed)?;
        let own = KeyRing::from_special_id(KeyRingIdentifier::Process, true).map_err(failed)?;
        own.link_keyring_id(KeyRingIdentifier::User).map_err(failed)?;
        Ok(user)
    }

    pub(super) fn find(name: &str) -> Result<Option<Key>, VaultError> {
        match ring()?.search(name) {
            Ok(key) => Ok(Some(key)),
            Err(KeyError::KeyDoesNotExist | KeyError::KeyExpired | KeyError::KeyRevoked) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// For this user's processes, also for those whose session does not hold the user's keyring; for nobody else.
    pub(super) fn restrict(key: &Key) -> Result<(), VaultError> {
        let own = Permission::VIEW | Permission::READ | Permission::SEARCH;
        let permissions = KeyPermissionsBuilder::builder().posessor(Permission::ALL).user(own).build();
        key.set_perms(permissions).map_err(failed)
    }
}

/// Keeps a key, in place of what was there.
///
/// # Errors
/// `NoKernelKeyring`.
#[cfg(target_os = "linux")]
pub(super) fn keep(name: &str, key: &[u8; KEY_BYTES], lasts: Option<Duration>) -> Result<(), VaultError> {
    let kept = linux::ring()?.add_key(name, key).map_err(linux::failed)?;
    // Zero is for ever.
    let seconds = lasts.map_or(0, |lasts| usize::try_from(lasts.as_secs().max(1)).unwrap_or(usize::MAX));
    let settled = linux::restrict(&kept).and_then(|()| kept.set_timeout(seconds).map_err(linux::failed));
    if settled.is_err() {
        // A key without its limits must not stay; the first failure is the one to report.
        kept.invalidate().ok();
    }
    settled
}

/// The key that is kept.
///
/// # Errors
/// `NoKernelKeyring`.
#[cfg(target_os = "linux")]
pub(super) fn find(name: &str) -> Result<Option<Zeroizing<[u8; KEY_BYTES]>>, VaultError> {
    let Some(kept) = linux::find(name)? else { return Ok(None) };
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    match kept.read(&mut *key) {
        Ok(KEY_BYTES) => Ok(Some(key)),
        Ok(_) => Ok(None),
        Err(error) => Err(linux::failed(error)),
    }
}

/// Forgets the key; says whether there was one.
///
/// # Errors
/// `NoKernelKeyring`.
#[cfg(target_os = "linux")]
pub(super) fn forget(name: &str) -> Result<bool, VaultError> {
    let Some(kept) = linux::find(name)? else { return Ok(false) };
    // Of no use to anybody at once, also where it was linked from elsewhere; the kernel wipes it a moment later.
    kept.invalidate().map_err(linux::failed)?;
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn keep(_: &str, _: &[u8; KEY_BYTES], _: Option<Duration>) -> Result<(), VaultError> {
    Err(VaultError::NoKernelKeyring)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn find(_: &str) -> Result<Option<Zeroizing<[u8; KEY_BYTES]>>, VaultError> {
    Err(VaultError::NoKernelKeyring)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn forget(_: &str) -> Result<bool, VaultError> {
    Err(VaultError::NoKernelKeyring)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::time::Instant;

    use super::*;

    /// A name that no other test and no vault has.
    fn name(what: &str) -> String {
        format!("correo-cfdi-test-{what}-{}", std::process::id())
    }

    #[test]
    fn a_key_is_found_until_its_time_is_over() {
        let name = name("time");
        keep(&name, &[7; KEY_BYTES], Some(Duration::from_secs(1))).unwrap();
        assert_eq!(find(&name).unwrap().as_deref(), Some(&[7; KEY_BYTES]));
        let began = Instant::now();
        while find(&name).unwrap().is_some() {
            assert!(began.elapsed() < Duration::from_secs(30), "it is kept beyond its time");
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(!forget(&name).unwrap());
    }

    #[test]
    fn a_key_without_a_time_stays_until_it_is_forgotten() {
        let name = name("stays");
        keep(&name, &[1; KEY_BYTES], None).unwrap();
        keep(&name, &[2; KEY_BYTES], None).unwrap();
        assert_eq!(find(&name).unwrap().as_deref(), Some(&[2; KEY_BYTES]));
        assert!(forget(&name).unwrap());
        assert_eq!(find(&name).unwrap(), None);
        assert!(!forget(&name).unwrap());
    }
}

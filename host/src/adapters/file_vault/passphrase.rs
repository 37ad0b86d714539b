//! A key that a passphrase opens.
//!
//! The vault's key is random. It lies sealed under what Argon2id makes of the passphrase, so that another passphrase
//! changes one small file and no item. Opened, it rests with the kernel and never on a disk.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, Generate as _, Payload};
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::key::KEY_BYTES;
use super::{guarded, kernel};
use crate::domain::hex;
use crate::ports::vault::VaultError;

/// Fewest characters of a passphrase: the file can be tried against a list of words by whoever has a copy of it.
pub const MIN_PASSPHRASE: usize = 12;

/// How every file of this form begins.
const MAGIC: &[u8] = b"CFDK\x01";

/// Memory in KiB, passes and lanes of a new file: the second recommended option of RFC 9106 section 4, 64 MiB.
const COST: [u32; 3] = [64 * 1024, 3, 4];

/// The most of each that a file may ask for, 1 GiB: one that was exchanged must not hold the program up.
const MOST: [u32; 3] = [1024 * 1024, 16, 16];

/// Bytes of the salt (RFC 9106 section 3.1 recommends so many).
const SALT_BYTES: usize = 16;

/// Bytes of the nonce.
const NONCE_BYTES: usize = 24;

/// Bytes of what authenticates the sealed key.
const TAG_BYTES: usize = 16;

/// Bytes before the nonce: beginning, the three costs in four bytes each, little end first, and salt. All are authenticated.
const HEAD: usize = MAGIC.len() + 3 * 4 + SALT_BYTES;

/// Bytes of the whole file.
const FILE: usize = HEAD + NONCE_BYTES + KEY_BYTES + TAG_BYTES;

/// The vault's key, sealed in one file.
#[derive(Debug)]
pub struct PassphraseKey {
    file: PathBuf,
    /// Under which the opened key rests.
    name: String,
}

impl PassphraseKey {
    /// The key in that file; nothing is read yet.
    #[must_use]
    pub fn new(file: &Path) -> Self {
        // Each vault of this user has its own; where it lies is nobody else's business.
        let place = hex(&Sha256::digest(file.as_os_str().as_encoded_bytes()));
        Self { file: file.to_owned(), name: format!("correo-cfdi:{place}") }
    }

    /// Makes a random key, seals it, and opens it.
    ///
    /// # Errors
    /// `KeyFile` when there is one already or the place cannot be written; those of [`Self::unlock`].
    pub fn create(&self, passphrase: &SecretString, lasts: Option<Duration>) -> Result<(), VaultError> {
        // Asked first: a key that cannot be opened anywhere is of no use.
        kernel::find(&self.name)?;
        let key = Zeroizing::new(<[u8; KEY_BYTES]>::from(Key::generate()));
        // A link takes the place of nothing, unlike a new name.
        self.write(&seal(&key, passphrase)?, |fresh| std::fs::hard_link(fresh, &self.file))?;
        kernel::keep(&self.name, &key, lasts)
    }

    /// Opens the key, for so long or until this user's last program ends, the computer is started anew, or [`Self::lock`].
    ///
    /// # Errors
    /// `Passphrase` for another passphrase or a file that was changed; `KeyFile` for none; `Exposed`; `Newer`;
    /// `NoKernelKeyring`.
    pub fn unlock(&self, passphrase: &SecretString, lasts: Option<Duration>) -> Result<(), VaultError> {
        kernel::keep(&self.name, &*self.open(passphrase)?, lasts)
    }

    /// Forgets the opened key; says whether there was one.
    ///
    /// # Errors
    /// `NoKernelKeyring`.
    pub fn lock(&self) -> Result<bool, VaultError> {
        kernel::forget(&self.name)
    }

    /// Seals the key under another passphrase. A crash leaves the old file or the new one.
    ///
    /// # Errors
    /// Those of [`Self::unlock`].
    pub fn change(&self, old: &SecretString, new: &SecretString) -> Result<(), VaultError> {
        let sealed = seal(&*self.open(old)?, new)?;
        self.write(&sealed, |fresh| std::fs::rename(fresh, &self.file))
    }

    /// Writes a whole file beside the old one and puts it in place; a crash leaves the old one, or none, or the new one.
    fn write(&self, sealed: &[u8], place: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), VaultError> {
        let fresh = self.file.with_extension("tmp");
        // What a process that died has left.
        drop(std::fs::remove_file(&fresh));
        let written = guarded::create(&fresh).and_then(|mut file| {
            file.write_all(sealed)?;
            file.sync_all()
        });
        let placed = written.and_then(|()| place(&fresh));
        drop(std::fs::remove_file(&fresh));
        let folder = self.file.parent().unwrap_or(&self.file);
        placed.and_then(|()| guarded::sync_folder(folder)).map_err(|_| VaultError::KeyFile)
    }

    /// The cipher under the opened key.
    ///
    /// # Errors
    /// `Closed` while it is not open; `KeyFile`, `Exposed`, `NoKernelKeyring`.
    pub(super) fn cipher(&self) -> Result<XChaCha20Poly1305, VaultError> {
        self.read()?;
        let key = kernel::find(&self.name)?.ok_or(VaultError::Closed)?;
        Ok(XChaCha20Poly1305::new(&Key::from(*key)))
    }

    fn read(&self) -> Result<[u8; FILE], VaultError> {
        let file = guarded::open(&self.file)?.ok_or(VaultError::KeyFile)?;
        let mut bytes = Vec::with_capacity(FILE + 1);
        file.take(FILE as u64 + 1).read_to_end(&mut bytes).map_err(|_| VaultError::KeyFile)?;
        if bytes.len() > 4 && bytes.starts_with(&MAGIC[..4]) && bytes[4] > MAGIC[4] {
            return Err(VaultError::Newer);
        }
        <[u8; FILE]>::try_from(bytes).ok().filter(|bytes| bytes.starts_with(MAGIC)).ok_or(VaultError::KeyFile)
    }

    fn open(&self, passphrase: &SecretString) -> Result<Zeroizing<[u8; KEY_BYTES]>, VaultError> {
        open(&self.read()?, passphrase)
    }
}

fn seal(key: &[u8; KEY_BYTES], passphrase: &SecretString) -> Result<Vec<u8>, VaultError> {
    let mut head = MAGIC.to_vec();
    head.extend(COST.iter().flat_map(|cost| cost.to_le_bytes()));
    head.extend(&Key::generate()[..SALT_BYTES]);
    let nonce = XNonce::generate();
    let sealed = cipher(&head, passphrase)?.encrypt(&nonce, Payload { msg: key, aad: &head });
    Ok([head, nonce.to_vec(), sealed.map_err(|_| VaultError::Failed)?].concat())
}

fn open(file: &[u8; FILE], passphrase: &SecretString) -> Result<Zeroizing<[u8; KEY_BYTES]>, VaultError> {
    let (head, rest) = file.split_at(HEAD);
    let (nonce, msg) = rest.split_at(NONCE_BYTES);
    let nonce = XNonce::try_from(nonce).map_err(|_| VaultError::KeyFile)?;
    let plain = cipher(head, passphrase)?.decrypt(&nonce, Payload { msg, aad: head });
    let plain = Zeroizing::new(plain.map_err(|_| VaultError::Passphrase)?);
    <[u8; KEY_BYTES]>::try_from(plain.as_slice()).map(Zeroizing::new).map_err(|_| VaultError::Passphrase)
}

/// The cipher under what Argon2id makes of a passphrase, with the costs and the salt of a file.
fn cipher(head: &[u8], passphrase: &SecretString) -> Result<XChaCha20Poly1305, VaultError> {
    let mut costs = [0; 3];
    for (cost, bytes) in costs.iter_mut().zip(head[MAGIC.len()..].chunks_exact(4)) {
        *cost = u32::from_le_bytes(bytes.try_into().map_err(|_| VaultError::KeyFile)?);
    }
    if costs.iter().zip(MOST).any(|(cost, most)| *cost > most) {
        return Err(VaultError::KeyFile);
    }
    let [memory, passes, lanes] = costs;
    let params = Params::new(memory, passes, lanes, Some(KEY_BYTES)).map_err(|_| VaultError::KeyFile)?;
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose_secret().as_bytes(), &head[HEAD - SALT_BYTES..], key.as_mut_slice())
        .map_err(|_| VaultError::Failed)?;
    Ok(XChaCha20Poly1305::new(&Key::from(*key)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    fn words(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[test]
    fn a_key_opens_under_its_passphrase_alone() {
        let sealed: [u8; FILE] = seal(&[7; KEY_BYTES], &words("doce letras o más")).unwrap().try_into().unwrap();
        assert_eq!(*open(&sealed, &words("doce letras o más")).unwrap(), [7; KEY_BYTES]);
        assert_eq!(open(&sealed, &words("doce letras o mas")), Err(VaultError::Passphrase));
        assert!(!sealed.windows(4).any(|window| window == [7; 4]), "sealed");
        // Costs, salt, nonce, key and tag.
        for place in [MAGIC.len() + 4, HEAD - 1, HEAD, HEAD + NONCE_BYTES, FILE - 1] {
            let mut other = sealed;
            other[place] ^= 1;
            assert_eq!(open(&other, &words("doce letras o más")), Err(VaultError::Passphrase), "byte {place}");
        }
    }

    #[test]
    fn every_file_has_a_salt_of_its_own() {
        let [one, other] = [(); 2].map(|()| seal(&[7; KEY_BYTES], &words("doce letras o más")).unwrap());
        assert_ne!(one[HEAD - SALT_BYTES..HEAD], other[HEAD - SALT_BYTES..HEAD]);
        assert_ne!(one[HEAD..], other[HEAD..]);
    }

    #[test]
    fn a_file_that_asks_for_too_much_is_refused_at_once() {
        let sealed: [u8; FILE] = seal(&[7; KEY_BYTES], &words("doce letras o más")).unwrap().try_into().unwrap();
        for cost in 0..3 {
            let mut other = sealed;
            other[MAGIC.len() + 4 * cost + 3] = 0x7f;
            assert_eq!(open(&other, &words("doce letras o más")), Err(VaultError::KeyFile), "cost {cost}");
        }
    }
}

//! The form of a sealed item.
//!
//! `CFDV`, one byte of version, a nonce of 24 bytes, and the secret sealed with XChaCha20-Poly1305; header and item's name
//! are authenticated with it. Items from before the header begin with the nonce, and are still read.

use chacha20poly1305::aead::{Aead as _, Generate as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::ports::vault::VaultError;

/// How every item of this form begins. A nonce of the form before begins so once in four thousand million items.
const MAGIC: &[u8] = b"CFDV";

/// The form that is written.
const VERSION: u8 = 1;

/// Bytes of the nonce.
const NONCE_BYTES: usize = 24;

/// Longest item that is read, in bytes: a refresh token with its metadata is some hundreds.
pub(super) const MAX_ITEM: u64 = 64 * 1024;

fn header() -> Vec<u8> {
    [MAGIC, &[VERSION]].concat()
}

/// Seals a secret under its name.
///
/// # Errors
/// `Failed` for a secret of impossible length.
pub(super) fn seal(cipher: &XChaCha20Poly1305, name: &str, secret: &SecretString) -> Result<Vec<u8>, VaultError> {
    let nonce = XNonce::generate();
    let aad = [&header(), name.as_bytes()].concat();
    let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: &aad };
    let sealed = cipher.encrypt(&nonce, payload).map_err(|_| VaultError::Failed)?;
    Ok([&header(), nonce.as_slice(), &sealed].concat())
}

/// Opens a sealed secret.
///
/// # Errors
/// `Newer`; `Damaged` for an item that was changed, moved to another name, or sealed under another key.
pub(super) fn open(cipher: &XChaCha20Poly1305, name: &str, item: &[u8]) -> Result<SecretString, VaultError> {
    match item.strip_prefix(MAGIC).and_then(|rest| rest.split_first()) {
        Some((&VERSION, rest)) => decrypt(cipher, &[&header(), name.as_bytes()].concat(), rest),
        // Without its own header this may be an old item whose nonce begins so; its seal then tells.
        Some(_) => decrypt(cipher, name.as_bytes(), item).map_err(|_| VaultError::Newer),
        None => decrypt(cipher, name.as_bytes(), item),
    }
}

fn decrypt(cipher: &XChaCha20Poly1305, aad: &[u8], sealed: &[u8]) -> Result<SecretString, VaultError> {
    let (nonce, msg) = sealed.split_at_checked(NONCE_BYTES).ok_or(VaultError::Damaged)?;
    let nonce = XNonce::try_from(nonce).map_err(|_| VaultError::Damaged)?;
    let plain = cipher.decrypt(&nonce, Payload { msg, aad }).map_err(|_| VaultError::Damaged)?;
    let plain = Zeroizing::new(plain);
    std::str::from_utf8(&plain).map(SecretString::from).map_err(|_| VaultError::Damaged)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use chacha20poly1305::{Key, KeyInit as _};

    use super::*;

    fn cipher(byte: u8) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from([byte; 32]))
    }

    fn opened(name: &str, item: &[u8]) -> Result<String, VaultError> {
        open(&cipher(7), name, item).map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn an_item_opens_under_its_own_name_and_key_only() {
        let item = seal(&cipher(7), "account/a", &SecretString::from("of-a")).unwrap();
        assert_eq!(opened("account/a", &item), Ok("of-a".to_owned()));
        assert_eq!(opened("account/b", &item), Err(VaultError::Damaged));
        assert_eq!(open(&cipher(8), "account/a", &item).unwrap_err(), VaultError::Damaged);
        for index in 5..item.len() {
            let mut other = item.clone();
            other[index] ^= 1;
            assert_eq!(opened("account/a", &other), Err(VaultError::Damaged), "byte {index}");
        }
        for length in 0..item.len() {
            assert_eq!(opened("account/a", &item[..length]).unwrap_err(), VaultError::Damaged, "{length} bytes");
        }
    }

    #[test]
    fn an_item_from_before_the_header_is_still_read() {
        // Sealed once with the key [7; 32], the nonce [9; 24] and the name as authenticated data, without header.
        let nonce = XNonce::from([9; NONCE_BYTES]);
        let payload = Payload { msg: b"de antes", aad: b"account/a" };
        let old = [nonce.as_slice(), &cipher(7).encrypt(&nonce, payload).unwrap()].concat();
        assert_eq!(opened("account/a", &old), Ok("de antes".to_owned()));
        assert_eq!(opened("account/b", &old), Err(VaultError::Damaged));
    }

    #[test]
    fn a_newer_form_is_named() {
        let mut item = seal(&cipher(7), "account/a", &SecretString::from("of-a")).unwrap();
        item[MAGIC.len()] = VERSION + 1;
        assert_eq!(opened("account/a", &item), Err(VaultError::Newer));
    }
}

//! Seals synthetic CFDI with certificates that are made here, on throw-away keys (`tests/fixtures/seal`).
//!
//! A certificate has the shape of the SAT's: a serial number of 20 digits as text, and the RFC as *x500UniqueIdentifier*.
//! PKCS #1 v1.5 is deterministic, so the same document gets the same seal on every machine.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use correo_cfdi::domain::cfdi;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, SerialNumber};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

/// Whose key makes a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Signer {
    /// The one that every sample has.
    Issuer,
    /// A stranger.
    Other,
}

impl Signer {
    fn pkcs8(self) -> &'static [u8] {
        match self {
            Self::Issuer => include_bytes!("../fixtures/seal/throwaway-issuer.pk8"),
            Self::Other => include_bytes!("../fixtures/seal/throwaway-other.pk8"),
        }
    }

    fn key(self) -> &'static RsaKeyPair {
        static KEYS: LazyLock<[RsaKeyPair; 2]> =
            LazyLock::new(|| [Signer::Issuer, Signer::Other].map(|s| RsaKeyPair::from_pkcs8(s.pkcs8()).unwrap()));
        match self {
            Self::Issuer => &KEYS[0],
            Self::Other => &KEYS[1],
        }
    }

    /// The number of its certificates, which no authority gave out.
    pub(crate) fn number(self) -> &'static str {
        match self {
            Self::Issuer => "00001000000900000007",
            Self::Other => "00001000000900000006",
        }
    }
}

/// The certificate of a holder (`RFC` or `RFC / RFC of the representative`) with a serial number, in base64 of DER.
pub(crate) fn certificate(signer: Signer, number: &str, holder: &str) -> String {
    type Wanted = (Signer, String, String);
    static MADE: LazyLock<Mutex<HashMap<Wanted, String>>> = LazyLock::new(Mutex::default);
    let wanted = (signer, number.to_owned(), holder.to_owned());
    MADE.lock().unwrap().entry(wanted).or_insert_with(|| make(signer, number, holder)).clone()
}

fn make(signer: Signer, number: &str, holder: &str) -> String {
    let key = KeyPair::try_from(signer.pkcs8()).unwrap();
    let mut params = CertificateParams::default();
    params.serial_number = Some(SerialNumber::from_slice(number.as_bytes()));
    params.not_before = rcgen::date_time_ymd(2024, 1, 1);
    params.not_after = rcgen::date_time_ymd(2028, 1, 1);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "MUESTRA SIN VALOR");
    params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 45]), holder);
    STANDARD.encode(params.self_signed(&key).unwrap().der())
}

/// The seal over a *cadena original*.
pub(crate) fn sign(signer: Signer, cadena: &str) -> String {
    let key = signer.key();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), cadena.as_bytes(), &mut signature).unwrap();
    STANDARD.encode(signature)
}

/// What stands in a document for the seal that it will get; of the same length.
pub(crate) fn placeholder() -> String {
    format!("{}==", "A".repeat(342))
}

/// Puts the seal into a document that has the [`placeholder`], wherever it stands.
///
/// What has no known cadena gets a seal over nothing, which nobody checks.
pub(crate) fn seal(signer: Signer, xml: &str) -> String {
    let cadena = cfdi::cadena_original(xml.as_bytes()).unwrap().unwrap_or_default();
    xml.replace(&placeholder(), &sign(signer, &cadena))
}

//! Reads the certificate inside a CFDI: its number, whose it is, and its key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use x509_cert::Certificate as X509;
use x509_cert::der::asn1::{Any, BmpString, ObjectIdentifier, UintRef};
use x509_cert::der::{Decode, Reader, SliceReader, Tag, Tagged};

use super::NotChecked;
use crate::domain::cfdi::limits::MAX_CERTIFICATE_BYTES;

/// `rsaEncryption` (RFC 8017, appendix A.1).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// `x500UniqueIdentifier`, where the SAT writes the RFC of the holder.
const UNIQUE_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.45");

/// Bits of the smallest key that is trusted here, and of the largest that the verifier takes.
const KEY_BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;

/// Bytes of the largest public exponent that the verifier takes (33 bits).
const MAX_EXPONENT_BYTES: usize = 5;

/// Digits of a certificate number (*NoCertificado*).
const NUMBER_DIGITS: usize = 20;

/// A certificate of an RSA key.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Certificate {
    /// 20 digits, which the SAT writes as text into the serial number.
    pub(super) number: String,
    /// The RFC of the holder, without that of a representative; none when the certificate does not say.
    pub(super) holder: Option<String>,
    /// `RSAPublicKey` in DER.
    pub(super) key: Vec<u8>,
}

impl Certificate {
    /// Reads base64 of DER; blanks are allowed.
    pub(super) fn read(text: &str) -> Result<Self, NotChecked> {
        let der = decode(text, MAX_CERTIFICATE_BYTES).ok_or(NotChecked::Certificate)?;
        let x509 = X509::from_der(&der).map_err(|_| NotChecked::Certificate)?;
        let body = x509.tbs_certificate();
        let info = body.subject_public_key_info();
        let key = info.subject_public_key.as_bytes().ok_or(NotChecked::Certificate)?;
        if info.algorithm.oid != RSA || !is_usable(key) {
            return Err(NotChecked::Certificate);
        }
        let number = number(body.serial_number().as_bytes()).ok_or(NotChecked::Certificate)?;
        let attribute = body.subject().iter().find(|attribute| attribute.oid == UNIQUE_IDENTIFIER);
        let holder = attribute.and_then(|attribute| text_of(&attribute.value)).and_then(|text| holder(&text));
        Ok(Self { number, holder, key: key.to_vec() })
    }
}

/// The bytes of base64 in which blanks may stand anywhere.
pub(super) fn decode(text: &str, limit: usize) -> Option<Vec<u8>> {
    let compact: String = text.split_ascii_whitespace().collect();
    (compact.len() <= limit.div_ceil(3) * 4).then(|| STANDARD.decode(compact).ok()).flatten()
}

/// The digits of a serial number that is text.
fn number(serial: &[u8]) -> Option<String> {
    let digits = serial.len() == NUMBER_DIGITS && serial.iter().all(u8::is_ascii_digit);
    digits.then(|| serial.iter().map(|b| char::from(*b)).collect())
}

/// `RFC / RFC of the representative`, or the RFC alone.
fn holder(text: &str) -> Option<String> {
    let rfc = text.split('/').next().unwrap_or_default().trim();
    (!rfc.is_empty()).then(|| rfc.to_uppercase())
}

fn text_of(value: &Any) -> Option<String> {
    let bytes = value.value();
    #[expect(clippy::wildcard_enum_match_arm, reason = "the tags of ASN.1 are not ours; only these hold text")]
    match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => std::str::from_utf8(bytes).ok().map(str::to_owned),
        // T.61 in name; in practice Latin-1, as in every other reader.
        Tag::TeletexString => Some(bytes.iter().map(|b| char::from(*b)).collect()),
        Tag::BmpString => value.decode_as::<BmpString>().ok().map(|text| text.to_string()),
        _ => None,
    }
}

/// Tells a key that the verifier cannot use from a seal that does not fit: the verifier itself does not.
///
/// The key is an `RSAPublicKey` (RFC 8017, appendix A.1.1).
fn is_usable(der: &[u8]) -> bool {
    let key = SliceReader::new(der).and_then(|mut reader| {
        let key = reader
            .sequence(|inside| Ok::<_, x509_cert::der::Error>((UintRef::decode(inside)?, UintRef::decode(inside)?)))?;
        reader.finish()?;
        Ok(key)
    });
    let Ok((modulus, exponent)) = key else { return false };
    let (modulus, exponent) = (modulus.as_bytes(), exponent.as_bytes());
    let bits = modulus.len() * 8 - modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
    let odd = |bytes: &[u8]| bytes.last().is_some_and(|byte| byte & 1 == 1);
    KEY_BITS.contains(&bits) && odd(modulus) && odd(exponent) && exponent.len() < MAX_EXPONENT_BYTES && exponent != [1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_text_in_the_serial() {
        assert_eq!(number(b"30001000000500003416").as_deref(), Some("30001000000500003416"));
        assert_eq!(number(&[1, 2, 3]), None);
        assert_eq!(number(b"3000100000050000341X"), None);
    }

    #[test]
    fn the_holder_stands_before_the_representative() {
        assert_eq!(holder("DEM010101AB1 / ÑAIM850315GH2").as_deref(), Some("DEM010101AB1"));
        assert_eq!(holder(" DEM010101AB1").as_deref(), Some("DEM010101AB1"));
        assert_eq!(holder(" / "), None);
    }

    #[test]
    fn base64_may_be_broken_into_lines_and_nothing_else() {
        assert_eq!(decode("YW\r\n Jj", 3).as_deref(), Some(&b"abc"[..]));
        assert_eq!(decode("YWJj", 2), Some(b"abc".to_vec()));
        assert_eq!(decode("YWJjYWJj", 3), None);
        assert_eq!(decode("YWJ*", 3), None);
        assert_eq!(decode("YW", 3), None);
    }

    #[test]
    fn what_is_no_certificate_is_not_judged() {
        for text in ["", "YWJj", "%%%", &"A".repeat(100_000)] {
            assert_eq!(Certificate::read(text), Err(NotChecked::Certificate));
        }
    }
}

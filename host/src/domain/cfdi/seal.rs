//! Checks a document's seal (*sello digital*) against the certificate that it carries, offline.
//!
//! The SAT's sheets (`cadenaoriginal_4_0.xslt`, `cadenaoriginal_3_3.xslt`) say which values are sealed and in which order;
//! the seal is RSA (PKCS #1 v1.5) with SHA-256 over that text in UTF-8.
//!
//! # What the answer means
//! `valid` says: the seal was made with the key of the certificate in this file, over these values. It does **not** say that
//! the SAT gave out that certificate, that it was in force, or that the SAT knows the document. What no table covers is not
//! checked rather than half checked; `tests/satcfdi` compares every answer with an independent program.

mod cadena;
mod certificate;
mod complements;
mod comprobante;
mod sheet;

use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

pub(super) use cadena::Builder;
use cadena::Material;
use certificate::{Certificate, decode};

use super::Reason;
use super::limits::MAX_SELLO_BYTES;

/// What checking a seal came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seal {
    /// The seal corresponds to the certificate in the file, which has the number that the document names and its issuer's RFC.
    Valid,
    /// It does not.
    Invalid(SealDefect),
    /// Nothing can be said; this speaks neither for nor against the document.
    NotChecked(NotChecked),
}

/// Why a seal does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SealDefect {
    /// It was not made with the key of the certificate, or not over these values.
    Signature,
    /// It was, but the document names another certificate (*NoCertificado*).
    OtherCertificate,
}

/// Why a seal was not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotChecked {
    /// Nobody asked.
    Skipped,
    /// The document could not be read to its end.
    Unreadable,
    /// There is no table for this version: 3.2, *Retenciones*, or one that the SAT has not published.
    Version,
    /// There is no table for one of its complements.
    Complement,
    /// It has an element, attribute or text that its schema does not know and that the seal would not cover.
    Content,
    /// Some bytes do not fit the encoding, so it is not certain what was sealed.
    Encoding,
    /// The cadena is longer than [`super::limits::MAX_CADENA_BYTES`].
    TooLong,
    /// There is no seal.
    NoSeal,
    /// There is no certificate.
    NoCertificate,
    /// The certificate cannot be read, has no number as the SAT writes it, or a key that is no RSA key of 2,048 bits or more.
    Certificate,
    /// The seal holds, but the certificate is not the issuer's. That can be lawful: the schema foresees documents that a
    /// provider issues for somebody else (*FacAtrAdquirente* in `cfdv40.xsd`), so it is no proof against the document.
    OtherHolder,
}

impl Seal {
    /// The word on the command line.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid(_) => "invalid",
            Self::NotChecked(_) => "not_checked",
        }
    }

    /// Why the document is refused for its seal, if it is.
    #[must_use]
    pub fn reason(self) -> Option<Reason> {
        match self {
            Self::Invalid(SealDefect::Signature) => Some(Reason::SelloInvalid),
            Self::Invalid(SealDefect::OtherCertificate) => Some(Reason::CertificadoMismatch),
            Self::Valid | Self::NotChecked(_) => None,
        }
    }

    /// Why it was not checked, if it was not.
    #[must_use]
    pub fn not_checked(self) -> Option<NotChecked> {
        match self {
            Self::NotChecked(why) => Some(why),
            Self::Valid | Self::Invalid(_) => None,
        }
    }
}

impl NotChecked {
    /// The stable code, in snake case; its text in every locale is `seal_<code>`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Unreadable => "unreadable",
            Self::Version => "version",
            Self::Complement => "complement",
            Self::Content => "content",
            Self::Encoding => "encoding",
            Self::TooLong => "too_long",
            Self::NoSeal => "no_seal",
            Self::NoCertificate => "no_certificate",
            Self::Certificate => "certificate",
            Self::OtherHolder => "other_holder",
        }
    }
}

/// Judges what a document that was read to its end says.
pub(super) fn judge(builder: Builder) -> Seal {
    match builder.finish().and_then(verify) {
        Ok(None) => Seal::Valid,
        Ok(Some(defect)) => Seal::Invalid(defect),
        Err(why) => Seal::NotChecked(why),
    }
}

fn verify(material: Material) -> Result<Option<SealDefect>, NotChecked> {
    let sello = material.sello.ok_or(NotChecked::NoSeal)?;
    let certificate = Certificate::read(&material.certificate.ok_or(NotChecked::NoCertificate)?)?;
    let Some(signature) = decode(&sello, MAX_SELLO_BYTES) else { return Ok(Some(SealDefect::Signature)) };
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &certificate.key);
    if key.verify(material.cadena.as_bytes(), &signature).is_err() {
        return Ok(Some(SealDefect::Signature));
    }
    if material.number != Some(certificate.number) {
        return Ok(Some(SealDefect::OtherCertificate));
    }
    if certificate.holder.is_none() || certificate.holder != material.issuer {
        return Err(NotChecked::OtherHolder);
    }
    Ok(None)
}

//! Whom this computer trusts, and what is wrong with a certificate that does not hold.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{CertificateError, ClientConfig, RootCertStore};

use super::Silence;

/// TLS that trusts the system's roots and those of that file.
///
/// # Errors
/// [`Silence::AuthorityFile`] when the file cannot be read or holds no certificate.
pub(super) fn config(ca_file: Option<&Path>) -> Result<ClientConfig, Silence> {
    let mut roots = RootCertStore::empty();
    // Systems carry roots that no program can read; what is missing shows when a certificate is checked.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = ca_file {
        let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let own = read.ok().filter(|own| !own.is_empty()).ok_or(Silence::AuthorityFile)?;
        own.into_iter().try_for_each(|one| roots.add(one)).map_err(|_| Silence::AuthorityFile)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(config.map_err(|_| Silence::Tls)?.with_root_certificates(roots).with_no_client_auth())
}

/// What the TLS stack says of the certificate; it travels inside I/O errors, which hide it from `source`.
#[must_use]
pub fn fault(error: &(dyn Error + 'static)) -> Option<Silence> {
    let mut error = error;
    // One layer for each that passed it on.
    while let Some(inner) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        error = inner;
    }
    #[expect(clippy::wildcard_enum_match_arm, reason = "both lists are the TLS stack's, and open")]
    match error.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(fault) => Some(match fault {
            // A signature that does not fit is another authority's under a trusted one's name.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Silence::Untrusted,
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => Silence::CertificateDate,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Silence::CertificateName
            }
            // A certificate that signs itself reaches us as this one: its issuer is itself, and no authority.
            CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => Silence::Untrusted,
            _ => Silence::Tls,
        }),
        _ => Some(Silence::Tls),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_without_a_name_of_its_own_is_the_certificates_all_the_same() {
        let revoked = rustls::Error::InvalidCertificate(CertificateError::Revoked);
        let twice = std::io::Error::other(std::io::Error::other(revoked));
        assert_eq!(fault(&twice), Some(Silence::Tls));
        assert_eq!(fault(&std::io::Error::other("no connection")), None);
    }
}

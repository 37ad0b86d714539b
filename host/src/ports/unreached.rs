//! Why another computer was not reached, whatever it was wanted for.

/// What kept a connection from being made. Nothing left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreached {
    /// No connection.
    #[error("no connection")]
    Offline,
    /// The proxy of the network does not answer.
    #[error("the proxy does not answer")]
    ProxyUnreachable,
    /// The proxy of the network refused.
    #[error("the proxy refused")]
    ProxyRefused,
    /// The certificate does not hold, or no TLS is offered.
    #[error("the TLS certificate does not hold")]
    Tls,
    /// Nobody whom this computer trusts issued the certificate: as a rule something on the way reads along.
    #[error("the TLS certificate's issuer is unknown")]
    Untrusted,
    /// The certificate is expired or not valid yet.
    #[error("the TLS certificate is out of date")]
    CertificateDate,
    /// The certificate is for another name.
    #[error("the TLS certificate is for another name")]
    CertificateName,
    /// The client file's `ca_file` cannot be read or holds no certificate.
    #[error("the file with the certificate authority cannot be read")]
    AuthorityFile,
}

//! What the program's own package carries beside the program.

use zeroize::Zeroizing;

/// Why the package's client file is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// It is a link, a folder or a device, or somebody may write it who may not write the program.
    #[error("the client file of the package is not as trustworthy as the program")]
    NotOurs,
    /// It is longer than any client file.
    #[error("the client file of the package is too long")]
    TooLong,
    /// The system does not let it be read, or it is no text.
    #[error("the client file of the package cannot be read")]
    Unreadable,
}

/// The package that the program was installed from.
pub trait Package: Send + Sync {
    /// Text of the publisher's OAuth client, if the package carries one.
    ///
    /// # Errors
    /// [`PackageError`] for a file that is there and cannot be used.
    fn client(&self) -> Result<Option<Zeroizing<String>>, PackageError>;
}

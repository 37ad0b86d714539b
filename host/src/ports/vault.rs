//! The operating system's keyring, behind our port.

use secrecy::SecretString;

/// Why the vault gave or took nothing; tells the states apart that a person can do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// There is no D-Bus session.
    #[error("no D-Bus session")]
    NoBus,
    /// No keyring service runs.
    #[error("no keyring service")]
    NoService,
    /// The keyring has no collection yet.
    #[error("the keyring has no collection")]
    NoCollection,
    /// The keyring is locked, and nobody could be asked to unlock it.
    #[error("the keyring is locked")]
    Locked,
    /// The person closed the keyring's question for its password.
    #[error("the keyring's prompt was dismissed")]
    Dismissed,
    /// Several items bear the name; none is taken by guessing.
    #[error("several items bear that name")]
    Ambiguous,
    /// It did not answer in time.
    #[error("the keyring did not answer")]
    Timeout,
    /// The secret is longer than it takes.
    #[error("the secret is too long for the keyring")]
    TooLong,
    /// What was read back is not what was written.
    #[error("the keyring gave back something else")]
    Mismatch,
    /// The key file of the file vault is missing, or is not what `vault make-key` makes.
    #[error("the key file cannot be used")]
    KeyFile,
    /// Others than this user may read or change key file, folder or items of the file vault.
    #[error("others can reach the vault's files")]
    Exposed,
    /// An item was written by a newer version; it was left alone.
    #[error("the item was written by a newer version")]
    Newer,
    /// An item is damaged, or was sealed under another key.
    #[error("the item cannot be opened")]
    Damaged,
    /// The file vault is closed: its passphrase was not given since this user logged in.
    #[error("the vault is closed")]
    Closed,
    /// The passphrase does not open the key, or the key's file was changed.
    #[error("the passphrase does not open the key")]
    Passphrase,
    /// The kernel keeps no keys for this user, so an opened key could rest nowhere.
    #[error("the kernel keeps no keys here")]
    NoKernelKeyring,
    /// It failed in another way.
    #[error("the keyring failed")]
    Failed,
}

/// Secrets under names. A name is no secret.
pub trait Vault: Send + Sync {
    /// `keyring` or `file`.
    fn kind(&self) -> &'static str;
    /// Whether the vault can be reached, without reading a secret.
    ///
    /// # Errors
    /// [`VaultError`].
    fn check(&self) -> Result<(), VaultError>;
    /// Whether the vault takes, gives back and forgets a secret; may make the operating system ask for a password.
    ///
    /// # Errors
    /// [`VaultError`].
    fn probe(&self) -> Result<(), VaultError>;
    /// The secret under that name; `None` only when the vault answered that there is none.
    ///
    /// # Errors
    /// [`VaultError`].
    fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError>;
    /// Keeps the secret, and reads it back before it says so.
    ///
    /// # Errors
    /// [`VaultError`].
    fn put(&self, name: &str, secret: &SecretString) -> Result<(), VaultError>;
    /// Forgets the secret; nothing to forget is no error.
    ///
    /// # Errors
    /// [`VaultError`].
    fn delete(&self, name: &str) -> Result<(), VaultError>;
}

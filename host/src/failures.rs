//! The one table: every error of domain and ports becomes a failure kind here, and nowhere else. No wildcard arm.

use crate::domain::address::NotAnAddress;
use crate::domain::batch::ListError;
use crate::domain::cfdi::InvalidUuid;
use crate::domain::client::ClientError;
use crate::domain::portal::OriginError;
use crate::domain::print::Unprintable;
use crate::domain::rfc::InvalidRfc;
use crate::domain::sign_in::SignInError;
use crate::domain::texts::TextError;
use crate::ports::library::{FilesError, LibraryError};
use crate::ports::package::PackageError;
use crate::ports::post::PostError;
use crate::ports::provider::ProviderError;
use crate::ports::status::MemoryError;
use crate::ports::store::StoreError;
use crate::ports::unreached::Unreached;
use crate::ports::vault::VaultError;
use crate::ports::{DesktopError, LetterError, NoViewer, SpoolError, TypesettingError};
use crate::protocol::failure::{Fault, Kind};

/// A kind by its name, or the one of an error inside, in parentheses.
macro_rules! kind {
    (($inner:ident)) => {
        Kind::from($inner)
    };
    ($kind:ident) => {
        Kind::$kind
    };
}

macro_rules! table {
    ($($error:ty { $($pattern:pat => $kind:tt),+ $(,)? })+) => {
        $(
            impl From<$error> for Kind {
                fn from(error: $error) -> Self {
                    match error { $($pattern => kind!($kind)),+ }
                }
            }

            impl From<$error> for Fault {
                fn from(error: $error) -> Self {
                    Self::new(Kind::from(error))
                }
            }
        )+
    };
}

table! {
    NotAnAddress { NotAnAddress => InvalidRecipient }
    InvalidUuid { InvalidUuid => UnknownDocument }
    PackageError {
        PackageError::NotOurs => PackagedClientUnusable,
        PackageError::TooLong => PackagedClientUnusable,
        PackageError::Unreadable => PackagedClientUnusable,
    }
    InvalidRfc { InvalidRfc => InvalidRfc }
    ListError {
        ListError::Malformed(..) => CsvMalformed,
        ListError::Column(_) => CsvMalformed,
        ListError::Count => RowCount,
    }
    ClientError {
        ClientError::Malformed => ClientMalformed,
        ClientError::Insecure => ClientMalformed,
    }
    OriginError {
        OriginError::Malformed => InvalidOrigin,
        OriginError::Insecure => InsecureOrigin,
    }
    SignInError {
        SignInError::RedirectMalformed => RedirectMalformed,
        SignInError::StateMismatch => StateMismatch,
        SignInError::IssuerMismatch => IssuerMismatch,
        SignInError::AccessDenied => AccessDenied,
        SignInError::Refused => AuthorizationRefused,
        SignInError::Blocked => AppBlocked,
        SignInError::Unavailable => ProviderUnavailable,
        SignInError::IdToken => IdTokenInvalid,
        SignInError::IdTokenTimes => IdTokenInvalid,
        SignInError::EmailNotVerified => EmailNotVerified,
    }
    TextError {
        TextError::Unknown(_) => UnknownVariable,
        TextError::Broken(_) => BrokenText,
        TextError::Html(_) => HtmlNotAllowed,
        TextError::Unfit => InvalidText,
    }
    MemoryError {
        MemoryError::Failed => StoreFailed,
        MemoryError::Newer => StoreNewer,
    }
    VaultError {
        VaultError::NoBus => VaultNoBus,
        VaultError::NoService => VaultNoService,
        VaultError::NoCollection => VaultNoCollection,
        VaultError::Locked => VaultLocked,
        VaultError::Dismissed => VaultDismissed,
        VaultError::Ambiguous => VaultAmbiguous,
        VaultError::Timeout => VaultTimeout,
        VaultError::TooLong => VaultTooLong,
        VaultError::Mismatch => VaultMismatch,
        VaultError::KeyFile => VaultKeyFile,
        VaultError::Exposed => VaultExposed,
        VaultError::Newer => VaultNewer,
        VaultError::Damaged => VaultDamaged,
        VaultError::Closed => VaultClosed,
        VaultError::Passphrase => VaultPassphrase,
        VaultError::NoKernelKeyring => VaultNoKernelKeyring,
        VaultError::Failed => VaultFailed,
    }
    Unreached {
        Unreached::Offline => Offline,
        Unreached::ProxyUnreachable => ProxyUnreachable,
        Unreached::ProxyRefused => ProxyRefused,
        Unreached::Tls => TlsFailed,
        Unreached::Untrusted => TlsUntrusted,
        Unreached::CertificateDate => TlsExpired,
        Unreached::CertificateName => TlsWrongName,
        Unreached::AuthorityFile => CaFileUnreadable,
    }
    ProviderError {
        ProviderError::Unreached(why) => (why),
        ProviderError::Unavailable => ProviderUnavailable,
        ProviderError::Malformed => ProviderMalformed,
        ProviderError::InvalidGrant { .. } => CodeRejected,
        ProviderError::InvalidClient => InvalidClient,
        ProviderError::SecretMissing => ClientSecretMissing,
        ProviderError::RedirectUriMismatch => RedirectUriMismatch,
        ProviderError::Blocked => AppBlocked,
        ProviderError::Refused => AuthorizationRefused,
        ProviderError::NoRevocation => RevocationUnsupported,
    }
    PostError {
        PostError::Unreached(why) => (why),
        PostError::Unavailable => ProviderUnavailable,
        PostError::Unauthorized => SignInNeeded,
        PostError::ScopeMissing => ScopeLost,
        PostError::RateLimited(_) => RateLimited,
        PostError::DailyLimit => DailyLimit,
        PostError::Policy => PolicyBlocked,
        PostError::NotEnabled => ApiNotEnabled,
        PostError::TooLarge => MessageTooLarge,
        PostError::Refused => MessageRefused,
        PostError::RecipientRefused(_) => RecipientRefused,
        PostError::Malformed => ProviderMalformed,
        PostError::Spool => StoreFailed,
    }
    StoreError {
        StoreError::Busy => StoreBusy,
        StoreError::Full => StoreFull,
        StoreError::Corrupt => StoreCorrupt,
        StoreError::Unreadable(_) => DeliveryUnreadable,
        StoreError::Gone => StoreGone,
        StoreError::Newer(_) => StoreNewer,
        StoreError::ReadOnly => StoreReadOnly,
        StoreError::Failed(_) => StoreFailed,
    }
    LibraryError {
        LibraryError::Busy => StoreBusy,
        LibraryError::Full => StoreFull,
        LibraryError::Corrupt => LibraryCorrupt,
        LibraryError::Newer { .. } => StoreNewer,
        LibraryError::Unavailable => StoreReadOnly,
        LibraryError::BadCursor => InvalidParams,
        LibraryError::Internal(_) => StoreFailed,
    }
    FilesError {
        FilesError::Missing => FileVanished,
        FilesError::Refused(_) => FileUnreadable,
    }
    LetterError {
        LetterError::FileChanged(_) => FileChanged,
        LetterError::FileVanished(_) => FileVanished,
        LetterError::FileUnreadable(_) => FileUnreadable,
        LetterError::Malformed => InvalidText,
    }
    DesktopError {
        DesktopError::Unavailable => DialogUnavailable,
        DesktopError::Open => DialogOpen,
    }
    NoViewer { NoViewer => ViewerUnavailable }
    TypesettingError { TypesettingError => PrintFailed }
    Unprintable {
        Unprintable::Refused => DocumentRefused,
        Unprintable::Unsupported => PrintUnsupported,
    }
    SpoolError {
        SpoolError { full: true, .. } => StoreFull,
        SpoolError { full: false, .. } => StoreFailed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_of_the_vault_has_its_own_kind() {
        let all = [
            VaultError::NoBus,
            VaultError::NoService,
            VaultError::NoCollection,
            VaultError::Locked,
            VaultError::Timeout,
            VaultError::TooLong,
            VaultError::Mismatch,
            VaultError::KeyFile,
            VaultError::Failed,
        ];
        let kinds: std::collections::HashSet<Kind> = all.into_iter().map(Kind::from).collect();
        assert_eq!(kinds.len(), 9);
        assert!(kinds.iter().all(|kind| kind.code().starts_with("vault_")));
    }
}

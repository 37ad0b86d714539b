//! Exit codes.

use crate::protocol::failure::{Kind, Retry};

/// The exit code of a failure kind.
#[must_use]
pub fn exit_code(kind: Kind) -> u8 {
    let name = kind.code();
    #[expect(clippy::wildcard_enum_match_arm, reason = "families of kinds share a code, and the rest refused an item")]
    match kind {
        Kind::InvalidParams | Kind::InvalidRequest | Kind::UnknownMethod => 2,
        Kind::OutcomeUnknown => 6,
        Kind::Offline
        | Kind::ProviderUnavailable
        | Kind::ProxyRefused
        | Kind::ProxyUnreachable
        | Kind::TlsFailed
        | Kind::TlsUntrusted
        | Kind::TlsExpired
        | Kind::TlsWrongName
        | Kind::ProviderMalformed
        | Kind::RateLimited
        | Kind::DailyLimit => 5,
        Kind::FlowExpired
        | Kind::AccessDenied
        | Kind::ScopeMissing
        | Kind::DesktopClientNeeded
        | Kind::WebClientNeeded => 3,
        Kind::OauthDisabled | Kind::NoAccount | Kind::NoClient | Kind::PackagedClientUnusable | Kind::FileChanged => 3,
        Kind::CaFileUnreadable => 4,
        _ if kind == Kind::VaultPassphraseShort => 2,
        _ if name.starts_with("vault_") || name.starts_with("store_") || name == "config_invalid" => 4,
        _ if kind.retry() == Retry::AfterSignIn => 3,
        _ => 1,
    }
}

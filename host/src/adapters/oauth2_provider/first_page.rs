//! What the authorization endpoint says before anybody looks: its refusals show a page that never redirects.
//!
//! Only what is wrong with the request itself is read from it, and only where the page names it: whatever depends on the
//! account is said later, to the person alone.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use url::Url;

use crate::ports::provider::ProviderError;

/// Bytes of an error page that are read: Google's and other providers' name the error in the first few.
pub(super) const MAX_PAGE: usize = 64 * 1024;

/// Errors that no choice of the person can change.
const NAMED: [(&str, ProviderError); 3] = [
    ("redirect_uri_mismatch", ProviderError::RedirectUriMismatch),
    ("deleted_client", ProviderError::InvalidClient),
    ("invalid_client", ProviderError::InvalidClient),
];

/// Judges a redirect of the first page: Google sends a request that it refuses to `/signin/oauth/error`, with the error's
/// name inside of `authError`, a base64 text.
pub(super) fn judge_location(location: &Url) -> Result<(), ProviderError> {
    if !location.path().contains("/oauth/error") {
        return Ok(());
    }
    let values = location.query_pairs().filter(|(name, _)| name == "authError" || name == "error");
    for (_, value) in values {
        judge_text(value.as_bytes())?;
        let bare = value.trim_end_matches('=');
        let decoded = URL_SAFE_NO_PAD.decode(bare).or_else(|_| STANDARD_NO_PAD.decode(bare));
        decoded.map_or(Ok(()), |bytes| judge_text(&bytes))?;
    }
    Ok(())
}

/// Judges the text of a page that answered with an error.
pub(super) fn judge_text(page: &[u8]) -> Result<(), ProviderError> {
    let named = |name: &str| page.windows(name.len()).any(|bytes| bytes == name.as_bytes());
    match NAMED.iter().find(|(name, _)| named(name)) {
        Some((_, error)) => Err(error.clone()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    #[test]
    fn only_an_error_of_the_request_itself_is_read() {
        let judge = |address: &str| judge_location(&Url::parse(address).unwrap());
        let inside = URL_SAFE_NO_PAD.encode(b"\n\x15redirect_uri_mismatch\x12\x0aBad Request");
        let error = "https://accounts.google.com/signin/oauth/error/v2";
        assert_eq!(judge(&format!("{error}?authError={inside}%3D")), Err(ProviderError::RedirectUriMismatch));
        assert_eq!(judge(&format!("{error}?error=deleted_client")), Err(ProviderError::InvalidClient));
        assert_eq!(judge(&format!("{error}?authError=%21")), Ok(()));
        let chooser = "https://accounts.google.com/v3/signin/identifier?continue=redirect_uri_mismatch";
        assert_eq!(judge(chooser), Ok(()), "only the error page is believed");
        assert_eq!(
            judge_text(b"<p>Error 403: disallowed_useragent</p>"),
            Ok(()),
            "that one is about us, not about the window"
        );
    }
}

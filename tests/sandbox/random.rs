//! Unguessable names.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// `bytes` random bytes as base64url.
///
/// The system's generator failing would only make names guessable inside a test, so it is not an error here.
pub(crate) fn token(bytes: usize) -> String {
    let mut buffer = vec![0_u8; bytes];
    let filled = getrandom::fill(&mut buffer).is_ok();
    debug_assert!(filled, "the system has no random bytes");
    URL_SAFE_NO_PAD.encode(buffer)
}

/// A message id like Gmail's: 16 hexadecimal digits.
pub(crate) fn message_id() -> String {
    let mut buffer = [0_u8; 8];
    let filled = getrandom::fill(&mut buffer).is_ok();
    debug_assert!(filled, "the system has no random bytes");
    format!("{:016x}", u64::from_be_bytes(buffer) | 1 << 60)
}

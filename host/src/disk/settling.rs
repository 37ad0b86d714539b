//! When a file counts as settled: other programs write the files, often while we look.

use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long after its last change a file that ends too early counts as being written: copies over a network pause for less.
pub(crate) const WRITING: Duration = Duration::from_secs(5);

/// How long the PDF of a new XML may take: ERPs print after stamping, some of them by another program.
pub(crate) const PDF_PATIENCE: Duration = Duration::from_secs(30);

/// What Windows says while another program holds a file or a part of it: `ERROR_SHARING_VIOLATION`,
/// `ERROR_LOCK_VIOLATION` (learn.microsoft.com, "System Error Codes").
const HELD: [i32; 2] = [32, 33];

/// Nanoseconds since 1970 of a file's time.
pub(crate) fn nanos(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
    }
}

/// Says whether a time (nanoseconds since 1970) is nearer to now than `span`. One as little in the future counts too,
/// because the clock of a file server is not ours.
pub(crate) fn is_fresh(modified: i64, span: Duration) -> bool {
    let apart = u128::from(nanos(SystemTime::now()).abs_diff(modified));
    apart < span.as_nanos()
}

/// Says whether another program holds the file just now.
pub(crate) fn is_held(error: &io::Error) -> bool {
    let held_by_windows = cfg!(windows) && error.raw_os_error().is_some_and(|code| HELD.contains(&code));
    held_by_windows || matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::ResourceBusy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_past_or_far_in_the_future_is_not_fresh() {
        let now = nanos(SystemTime::now());
        let hour = 3_600_000_000_000;
        assert!(is_fresh(now, WRITING) && is_fresh(now + 2_000_000_000, WRITING));
        assert!(!is_fresh(now - hour, WRITING) && !is_fresh(now + hour, WRITING) && !is_fresh(i64::MIN, WRITING));
    }
}

//! This computer's clock beside those of the servers that answered: sign-in and certificates depend on it.

use super::check::Check;
use crate::protocol::doctor::Cause;

/// Seconds that a clock may be wrong: Google takes id tokens and signs for about as long, and people do not notice less.
const TOLERANCE: u64 = 5 * 60;

/// `ahead` is by how many seconds this computer is ahead of each server that told its time.
pub(super) fn judge(ahead: &[i64]) -> Check {
    // One server may be wrong; the one that agrees most is believed.
    let Some(least) = ahead.iter().copied().min_by_key(|seconds| seconds.unsigned_abs()) else {
        return Check::not_checked("clock");
    };
    let check = match least.unsigned_abs() > TOLERANCE {
        true => Check::warn("clock", Cause::ClockDiffers),
        false => Check::ok("clock"),
    };
    check.fact("seconds_ahead", least.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::doctor::CheckState;

    #[test]
    fn five_minutes_are_tolerated_in_both_directions() {
        assert_eq!(judge(&[]).state, CheckState::NotChecked);
        for (seconds, state) in
            [(300, CheckState::Ok), (-300, CheckState::Ok), (301, CheckState::Warn), (-301, CheckState::Warn)]
        {
            assert_eq!(judge(&[seconds]).state, state, "{seconds}");
        }
        assert_eq!(judge(&[-86_400, 2]), Check::ok("clock").fact("seconds_ahead", "2"));
    }
}

//! How fast an account may send: its own rhythm, its daily budget, and pauses after trouble. Pure.
//!
//! The rhythm is a token bucket, kept as one time (the generic cell rate algorithm of ITU-T I.371): the moment at which
//! the bucket is full again. The daily budget counts messages over a rolling 24 hours; it is an estimate of ours, and the
//! provider's own answer wins.

use chrono::{DateTime, TimeDelta, Utc};

use super::account::Account;

/// Messages that may leave at once after a rest. With 50 a minute no minute has more than Gmail's 60
/// (6,000 units a minute and user, 100 for a sending; developers.google.com/workspace/gmail/api/reference/quota).
const BURST: u32 = 10;

/// Messages in 24 hours of a personal account (support.google.com/mail/answer/22839) and of a Workspace account
/// (support.google.com/a/answer/166852).
const PERSONAL_BUDGET: u32 = 500;
const WORKSPACE_BUDGET: u32 = 2_000;

/// Highest budget that a person may set.
pub const MAX_BUDGET: u32 = 100_000;

/// First and longest pause after trouble that names no time; each trouble in a row doubles it.
const PAUSE_FIRST: TimeDelta = TimeDelta::seconds(20);
const PAUSE_LONGEST: TimeDelta = TimeDelta::hours(1);

/// A stored time further ahead than this was written under a wrong clock, or names more than any limit of a provider.
pub const MAX_AHEAD: TimeDelta = TimeDelta::hours(25);

/// What such a time counts as.
pub const COUNTS_AS: TimeDelta = TimeDelta::hours(24);

/// What is kept of an account's sending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pace {
    /// When the bucket is full again.
    pub next_at: Option<DateTime<Utc>>,
    /// Nothing is sent before this time.
    pub paused_until: Option<DateTime<Utc>>,
    /// Why: a failure kind.
    pub paused_by: Option<String>,
    /// Troubles since the last message that was taken.
    pub troubles: u32,
}

/// How fast one account goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    per_minute: u32,
}

impl Rhythm {
    /// That many messages a minute, at least one.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute: per_minute.max(1) }
    }

    /// Time between two messages at full speed.
    #[must_use]
    pub fn interval(self) -> TimeDelta {
        TimeDelta::microseconds(60_000_000 / i64::from(self.per_minute))
    }

    /// The bucket's size; a slow rhythm has no burst that would double its minute.
    fn burst(self) -> i32 {
        (self.per_minute / 5).clamp(1, BURST) as i32
    }

    /// When the next message may leave. A time further ahead than an empty bucket was written under another clock or
    /// another rhythm, and holds nothing.
    #[must_use]
    pub fn opens(self, pace: &Pace, now: DateTime<Utc>) -> DateTime<Utc> {
        match pace.next_at {
            Some(full) if full <= now + self.interval() * self.burst() => {
                (full - self.interval() * (self.burst() - 1)).max(now)
            }
            Some(_) | None => now,
        }
    }

    /// What to keep once a message leaves.
    #[must_use]
    pub fn after(self, pace: &Pace, now: DateTime<Utc>) -> DateTime<Utc> {
        let nearly_empty = now + self.interval() * (self.burst() - 1);
        pace.next_at.map_or(now, |full| full.clamp(now, nearly_empty)) + self.interval()
    }
}

/// The daily budget: a person's correction, else what the account's type has.
#[must_use]
pub fn daily_budget(account: &Account) -> u32 {
    let usual = if account.hosted_domain.is_some() { WORKSPACE_BUDGET } else { PERSONAL_BUDGET };
    account.daily_budget.unwrap_or(usual)
}

/// When the budget has room again, from the time of the oldest message that fills it.
#[must_use]
pub fn budget_opens(oldest: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let opens = sensible(oldest + TimeDelta::hours(24), now);
    (opens > now).then_some(opens)
}

/// How long to pause after that many troubles in a row; `jitter` from 0 to 999 keeps two computers from returning together.
#[must_use]
pub fn pause(troubles: u32, jitter: u32) -> TimeDelta {
    let whole = (PAUSE_FIRST * 2_i32.pow(troubles.min(8))).min(PAUSE_LONGEST);
    whole * (750 + jitter.min(999) as i32 / 4) / 1_000
}

/// A stored time, read under a clock that may have been wrong when it was written.
#[must_use]
pub fn sensible(time: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    if time > now + MAX_AHEAD { now + COUNTS_AS } else { time }
}

/// How long that many messages take from now: the rhythm, and a day's wait whenever the budget is used up.
#[must_use]
pub fn duration(messages: u32, rhythm: Rhythm, left_today: u32, budget: u32) -> TimeDelta {
    let days = messages.saturating_sub(left_today).div_ceil(budget.max(1));
    let last_day = if days == 0 { messages } else { (messages - left_today) - (days - 1) * budget.max(1) };
    TimeDelta::hours(24) * i32::try_from(days).unwrap_or(i32::MAX) + rhythm.interval() * last_day as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::milliseconds(milliseconds)
    }

    /// The times at which an eager sender sends.
    fn eager(rhythm: Rhythm, count: usize) -> Vec<DateTime<Utc>> {
        let (mut pace, mut now, mut times) = (Pace::default(), at(0), Vec::new());
        for _ in 0..count {
            now = rhythm.opens(&pace, now);
            pace.next_at = Some(rhythm.after(&pace, now));
            times.push(now);
        }
        times
    }

    #[test]
    fn no_minute_has_more_than_gmail_takes() {
        let times = eager(Rhythm::new(50), 600);
        for (index, start) in times.iter().enumerate() {
            let minute = times[index..].iter().take_while(|time| **time - *start < TimeDelta::minutes(1)).count();
            assert!(minute <= 60, "{minute} from {start}");
        }
        assert_eq!(times[9], times[0], "a burst after a rest");
        assert_eq!((times[599] - times[0]).num_seconds(), 590 * 60 / 50);
    }

    #[test]
    fn a_clock_that_was_wrong_holds_nothing_for_long() {
        let far = Pace { next_at: Some(at(0) + TimeDelta::days(400)), ..Pace::default() };
        assert_eq!(Rhythm::new(50).opens(&far, at(0)), at(0));
        let next_at = Some(Rhythm::new(50).after(&far, at(0)));
        assert_eq!(Rhythm::new(50).opens(&Pace { next_at, ..far }, at(0)), at(1_200));
        assert_eq!(sensible(at(0) + TimeDelta::days(400), at(0)), at(0) + TimeDelta::hours(24));
        assert_eq!(budget_opens(at(0) + TimeDelta::days(400), at(0)), Some(at(0) + TimeDelta::hours(24)));
        assert_eq!(budget_opens(at(0) - TimeDelta::days(2), at(0)), None);
    }

    #[test]
    fn pauses_grow_to_an_hour_and_are_never_all_the_same() {
        assert_eq!(pause(0, 0), TimeDelta::seconds(15));
        assert!(pause(0, 999) > pause(0, 0) && pause(0, 999) <= TimeDelta::seconds(20));
        assert_eq!(pause(40, 0), TimeDelta::minutes(45));
        assert!(pause(40, u32::MAX) <= TimeDelta::hours(1));
    }

    #[test]
    fn the_time_left_counts_days_when_the_budget_is_used_up() {
        let rhythm = Rhythm::new(60);
        assert_eq!(duration(30, rhythm, 500, 500), TimeDelta::seconds(30));
        assert_eq!(duration(501, rhythm, 500, 500), TimeDelta::hours(24) + TimeDelta::seconds(1));
        assert_eq!(duration(1_500, rhythm, 0, 500), TimeDelta::hours(72) + TimeDelta::seconds(500));
        assert_eq!(duration(0, rhythm, 0, 500), TimeDelta::zero());
    }

    proptest! {
        #[test]
        fn at_any_speed_a_minute_has_at_most_the_rhythm_and_one_burst(per_minute in 1_u32..2_000) {
            let rhythm = Rhythm::new(per_minute);
            let times = eager(rhythm, 300);
            let minute = times.iter().take_while(|time| **time - times[0] < TimeDelta::minutes(1)).count();
            prop_assert!(minute <= (per_minute + per_minute.div_ceil(5).min(BURST)) as usize + 1);
        }
    }
}

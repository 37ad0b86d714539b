//! How long a grant lasts, when to remind of its end, and why it ended. Pure: from our own clues.
//!
//! The lives are Google's (developers.google.com/identity/protocols/oauth2, "Refresh token expiration"). Its answer to a
//! dead grant is one and the same, `invalid_grant`; only `invalid_rapt` names its cause. Everything else is told from what
//! we know ourselves, and where that says nothing, nothing is guessed.

use chrono::{DateTime, TimeDelta, Utc};

/// A refresh token that is not used for six months ends; counted as the shortest six months there are.
pub const IDLE_LIFE: TimeDelta = TimeDelta::days(180);

/// A project in *Testing* gives refresh tokens of seven days; half a day of tolerance, because neither side's clock is exact
/// and a queue may find out hours later.
const TESTING_FROM: TimeDelta = TimeDelta::hours(156);
const TESTING_TO: TimeDelta = TimeDelta::hours(180);

/// Days before an end at which the person is reminded, the last first.
const REMIND_AT: [u32; 2] = [7, 30];

/// How exactly a stored end is believed: it was counted from the moment at which an answer arrived.
const END_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// Why an account has to sign in again. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndCause {
    /// Password changed, access withdrawn, or over a hundred newer tokens: the provider does not say which.
    Refused,
    /// The organisation demands a fresh sign-in (`invalid_rapt`).
    Reauthentication,
    /// Seven days of a project in *Testing*.
    Testing,
    /// Six months without use.
    Idle,
    /// The person allowed access for a limited time, and it is over.
    TimeLimit,
    /// The grant is good, but no longer lets the program send.
    ScopeLost,
    /// The vault holds no token, or the mail API refused a fresh one.
    Unusable,
}

/// Name in the store, cause.
const NAMES: [(&str, EndCause); 7] = [
    ("refused", EndCause::Refused),
    ("reauthentication", EndCause::Reauthentication),
    ("testing", EndCause::Testing),
    ("idle", EndCause::Idle),
    ("time_limit", EndCause::TimeLimit),
    ("scope_lost", EndCause::ScopeLost),
    ("unusable", EndCause::Unusable),
];

impl EndCause {
    /// Its name in the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, cause)| *cause == self).map_or("unusable", |(name, _)| name)
    }

    /// The cause of that name; one that a newer version wrote is as good as none.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        NAMES.iter().find(|(known, _)| *known == name).map_or(Self::Unusable, |(_, cause)| *cause)
    }
}

/// The end of an account's grant, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Why.
    pub cause: EndCause,
    /// The provider's own codes, redacted: `invalid_grant` or `invalid_grant/invalid_rapt`.
    pub detail: Option<String>,
    /// When we learned it.
    pub at: DateTime<Utc>,
}

/// What we know of a grant's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenure {
    /// When the person granted it.
    pub granted_at: DateTime<Utc>,
    /// When its token last worked; `None` before its first use here.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it ends by the provider's own word (`refresh_token_expires_in`).
    pub access_ends_at: Option<DateTime<Utc>>,
}

/// An end that can be foreseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreseen {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub cause: EndCause,
}

impl Tenure {
    /// The last use, which the grant itself was at least.
    #[must_use]
    pub fn last_use(&self) -> DateTime<Utc> {
        self.last_used_at.map_or(self.granted_at, |used| used.max(self.granted_at))
    }

    /// The end that comes first if nothing is done.
    #[must_use]
    pub fn foreseen(&self) -> Foreseen {
        let idle = Foreseen { at: self.last_use() + IDLE_LIFE, cause: EndCause::Idle };
        match self.access_ends_at {
            Some(at) if at <= idle.at => Foreseen { at, cause: self.limited_by(at) },
            Some(_) | None => idle,
        }
    }

    fn limited_by(&self, end: DateTime<Utc>) -> EndCause {
        if is_testing_age(end - self.granted_at) { EndCause::Testing } else { EndCause::TimeLimit }
    }

    /// How many days before the end the person is to be reminded now; `None` while it is further away. An end that has passed
    /// is reminded of until the provider itself says so.
    #[must_use]
    pub fn reminder(&self, now: DateTime<Utc>) -> Option<u32> {
        let left = self.foreseen().at - now;
        REMIND_AT.into_iter().find(|days| left <= TimeDelta::days(i64::from(*days)))
    }

    /// Why the provider refused the grant, as far as our own clues tell.
    #[must_use]
    pub fn why_refused(&self, reauthentication: bool, now: DateTime<Utc>) -> EndCause {
        if reauthentication {
            return EndCause::Reauthentication;
        }
        if let Some(end) = self.access_ends_at.filter(|end| *end <= now + END_TOLERANCE) {
            return self.limited_by(end);
        }
        if is_testing_age(now - self.granted_at) {
            return EndCause::Testing;
        }
        if now - self.last_use() > IDLE_LIFE { EndCause::Idle } else { EndCause::Refused }
    }
}

fn is_testing_age(age: TimeDelta) -> bool {
    (TESTING_FROM..=TESTING_TO).contains(&age)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenure(used: Option<TimeDelta>, ends: Option<TimeDelta>) -> Tenure {
        let granted_at = DateTime::UNIX_EPOCH;
        Tenure {
            granted_at,
            last_used_at: used.map(|after| granted_at + after),
            access_ends_at: ends.map(|after| granted_at + after),
        }
    }

    fn at(days: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(days)
    }

    #[test]
    fn each_cause_is_told_by_its_own_clue() {
        let fresh = tenure(Some(TimeDelta::days(1)), None);
        assert_eq!(fresh.why_refused(true, at(7)), EndCause::Reauthentication, "the provider's word comes first");
        assert_eq!(fresh.why_refused(false, at(7)), EndCause::Testing);
        for age in [TimeDelta::hours(155), TimeDelta::hours(181), TimeDelta::days(60)] {
            assert_eq!(fresh.why_refused(false, DateTime::UNIX_EPOCH + age), EndCause::Refused, "{age}");
        }
        assert_eq!(fresh.why_refused(false, at(182)), EndCause::Idle);
        let used = tenure(Some(TimeDelta::days(170)), None);
        assert_eq!(used.why_refused(false, at(182)), EndCause::Refused, "it was in use");
        let limited = tenure(None, Some(TimeDelta::days(3)));
        assert_eq!(limited.why_refused(false, at(3)), EndCause::TimeLimit);
        assert_eq!(limited.why_refused(false, at(2)), EndCause::Refused, "before its time it was something else");
        let testing = tenure(None, Some(TimeDelta::seconds(604_799)));
        assert_eq!(testing.why_refused(false, at(20)), EndCause::Testing, "found out late, but the answer had said so");
    }

    #[test]
    fn the_end_that_comes_first_is_foreseen_and_reminded_of_twice() {
        let idle = tenure(Some(TimeDelta::days(10)), None);
        assert_eq!(idle.foreseen(), Foreseen { at: at(190), cause: EndCause::Idle });
        for (day, expected) in [(159, None), (160, Some(30)), (182, Some(30)), (183, Some(7)), (191, Some(7))] {
            assert_eq!(idle.reminder(at(day)), expected, "{day}");
        }
        let testing = tenure(None, Some(TimeDelta::seconds(604_799)));
        assert_eq!(testing.foreseen().cause, EndCause::Testing);
        assert_eq!(testing.reminder(at(0)), Some(7), "warned at once");
        let limited = tenure(None, Some(TimeDelta::days(90)));
        assert_eq!((limited.foreseen().cause, limited.reminder(at(59))), (EndCause::TimeLimit, None));
        assert_eq!(tenure(None, Some(TimeDelta::days(400))).foreseen().cause, EndCause::Idle);
    }

    #[test]
    fn a_use_from_before_the_grant_does_not_count() {
        let before = Tenure { last_used_at: Some(DateTime::UNIX_EPOCH - TimeDelta::days(300)), ..tenure(None, None) };
        assert_eq!(before.last_use(), DateTime::UNIX_EPOCH);
    }

    #[test]
    fn names_stand_for_their_causes() {
        for (name, cause) in NAMES {
            assert_eq!((EndCause::from_name(name), cause.name()), (cause, name));
        }
        assert_eq!(EndCause::from_name("of a newer version"), EndCause::Unusable);
    }
}

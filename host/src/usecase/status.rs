//! The SAT's word on documents that are about to leave: optional, remembered for a while, and never in the way.

use std::cell::Cell;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::{World, present};
use crate::domain::status::{CouldNotAsk, Outcome, Question, Status};
use crate::logbook;
use crate::ports::library::Inspection;
use crate::ports::status::Remembered;
use crate::protocol::failure::Fault;
use crate::protocol::library::{StatusOutcome, StatusView};
use crate::protocol::settings::{SettingsParams, SettingsView};

/// How long an answer is taken for true: a cancellation is seldom sent within the hour, and a preview is asked for at every
/// change of the message.
const ANSWER_AGE: TimeDelta = TimeDelta::hours(1);

/// How long a failure to ask is remembered, so that a preview does not wait anew at every change of the message.
const FAILURE_AGE: TimeDelta = TimeDelta::minutes(1);

/// How long answers are kept at all.
const KEPT: TimeDelta = TimeDelta::days(1);

/// Time that the questions of one message may take together: the person waits for the preview.
const MESSAGE_TIME: Duration = Duration::from_secs(8);

/// Time that the questions of a whole list may take together.
const LIST_TIME: Duration = Duration::from_secs(60);

/// What came of a question, and when it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// What came of it.
    pub outcome: Outcome,
    /// When.
    pub asked_at: DateTime<Utc>,
}

impl Look {
    /// Whether the SAT said that the document is cancelled.
    #[must_use]
    pub fn is_cancelled(self) -> bool {
        self.outcome == Ok(Status::Cancelled)
    }
}

/// The questions of one request. After the first failure that the next question would meet too, nothing more is asked.
#[derive(Debug)]
pub struct Asking {
    /// Time that is left.
    left: Cell<Duration>,
    given_up: Cell<bool>,
}

impl Default for Asking {
    fn default() -> Self {
        Self { left: Cell::new(MESSAGE_TIME), given_up: Cell::new(false) }
    }
}

impl Asking {
    /// For a whole list.
    #[must_use]
    pub fn of_many() -> Self {
        Self { left: Cell::new(LIST_TIME), ..Self::default() }
    }

    /// What the SAT says of a document, remembered or asked now; `None` where the check is off or does not know its kind.
    #[must_use]
    pub fn look(&self, world: &World, found: &Inspection) -> Option<Look> {
        let question = question(found)?;
        let now = world.clock.now();
        match world.statuses.is_on() {
            Ok(true) => {}
            Ok(false) => return None,
            // Somebody may count on the check: that it did not happen is said.
            Err(_) => return Some(Look { outcome: Err(CouldNotAsk::Memory), asked_at: now }),
        }
        // An answer that cannot be remembered is asked for again; that is all.
        let known = world.statuses.recall(&question).ok().flatten().filter(|known| is_fresh(known, now));
        if let Some(Remembered { outcome, asked_at }) = known {
            return Some(Look { outcome, asked_at });
        }
        if self.given_up.get() || self.left.get().is_zero() {
            return Some(Look { outcome: Err(CouldNotAsk::Skipped), asked_at: now });
        }
        let began = world.clock.monotonic();
        let outcome = world.status.ask(&question);
        let took = world.clock.monotonic().saturating_sub(began);
        self.left.set(self.left.get().saturating_sub(took));
        self.given_up.set(outcome.is_err_and(CouldNotAsk::is_general));
        if let Err(error) = world.statuses.keep(&question, Remembered { outcome, asked_at: now }, now - KEPT) {
            logbook::warn("status", &error);
        }
        Some(Look { outcome, asked_at: now })
    }
}

/// What the SAT said of a document lately; nothing is asked. `None` where the check is off or nothing is remembered.
#[must_use]
pub fn remembered(world: &World, found: &Inspection) -> Option<Look> {
    let question = question(found)?;
    let now = world.clock.now();
    world.statuses.is_on().ok().filter(|on| *on)?;
    let known = world.statuses.recall(&question).ok().flatten().filter(|known| is_fresh(known, now))?;
    Some(Look { outcome: known.outcome, asked_at: known.asked_at })
}

/// The question about a document that was read; `None` where there is none to ask.
#[must_use]
pub fn question(found: &Inspection) -> Option<Question> {
    Question::about(found.cfdi.as_ref()?, found.seal_end.as_deref())
}

/// A time ahead of the clock is a clock that was wrong.
fn is_fresh(known: &Remembered, now: DateTime<Utc>) -> bool {
    let age = if known.outcome.is_ok() { ANSWER_AGE } else { FAILURE_AGE };
    (TimeDelta::zero()..age).contains(&(now - known.asked_at))
}

/// A look in the wire's form.
#[must_use]
pub fn view(look: Look) -> StatusView {
    let (outcome, note) = match look.outcome {
        Ok(Status::Current) => (StatusOutcome::Current, None),
        Ok(Status::Cancelled) => (StatusOutcome::Cancelled, None),
        Ok(Status::NotFound) => (StatusOutcome::NotFound, None),
        Err(why) => (StatusOutcome::CouldNotAsk, Some(why.code().to_owned())),
    };
    StatusView { outcome, note, asked_at: present::time(look.asked_at) }
}

/// The settings of this installation.
///
/// # Errors
/// `store_failed`, `store_newer`.
pub fn settings(world: &World) -> Result<SettingsView, Fault> {
    Ok(SettingsView { check_status: world.statuses.is_on()? })
}

/// Changes them.
///
/// # Errors
/// As of [`settings`].
pub fn save(world: &World, params: &SettingsParams) -> Result<SettingsView, Fault> {
    world.statuses.turn(params.check_status)?;
    settings(world)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_failures_age_and_a_clock_that_was_wrong_counts_for_nothing() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let fresh = |outcome, age: TimeDelta| is_fresh(&Remembered { outcome, asked_at: now - age }, now);
        let said = Ok(Status::Current);
        let silent = Err(CouldNotAsk::Offline);
        let second = TimeDelta::seconds(1);
        assert!(fresh(said, TimeDelta::zero()) && fresh(said, ANSWER_AGE - second) && !fresh(said, ANSWER_AGE));
        assert!(fresh(silent, FAILURE_AGE - second) && !fresh(silent, FAILURE_AGE));
        assert!(!fresh(said, -second), "asked in the future");
    }
}

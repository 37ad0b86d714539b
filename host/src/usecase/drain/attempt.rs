//! One delivery's turn: judge again, build, open a session, commit, upload, ask.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;

use super::damaged;
use super::mark::Mark;
use crate::domain::address::MailAddress;
use crate::domain::client::Client;
use crate::domain::delivery::{DeliveryId, RefusedRecipient, State};
use crate::domain::pace;
use crate::domain::tenure::{EndCause, Ending};
use crate::ports::post::{Parcel, PostError, Progress, Session};
use crate::ports::store::{Change, Delivery, StoreError};
use crate::ports::{BlindCopies, Spooled};
use crate::protocol::failure::{Fault, Kind, Retry};
use crate::usecase::tokens::Tokens;
use crate::usecase::{World, accounts, clients, pacing, prints};

/// How long a session is asked what became of it before a person has to look (design: ten minutes).
const ASK_FOR: Duration = Duration::from_secs(600);

/// What one step of asking counts as at most: a longer one was no patience, the computer slept or a long upload broke.
const STEP_COUNTS_AS: Duration = Duration::from_secs(120);

/// First and longest pause between two questions.
const ASK_FIRST: Duration = Duration::from_secs(1);
const ASK_LONGEST: Duration = Duration::from_secs(60);

/// Pause after a daily limit when the provider names no time: its window rolls over 24 hours.
const DAILY_PAUSE: TimeDelta = TimeDelta::hours(1);

/// Works on one delivery until it has ended, waits, or is held.
///
/// # Errors
/// The store's.
pub(super) fn run(world: &World, tokens: &Tokens, mark: &Mark, id: &DeliveryId) -> Result<(), Fault> {
    let delivery = match world.store.delivery(id) {
        Ok(Some(delivery)) => delivery,
        Ok(None) => return Ok(()),
        Err(StoreError::Unreadable(damaged)) => return damaged::hold(world, &damaged),
        Err(error) => return Err(error.into()),
    };
    let attempt = Attempt { world, tokens, mark, delivery };
    match attempt.delivery.state {
        State::Committed => attempt.resume(),
        State::Deferred => attempt.change(State::Deferred, State::Queued, "time_came").map(|_| ()),
        State::Queued => attempt.begin(),
        State::Sending | State::Unknown | State::Sent | State::Failed | State::Cancelled | State::Superseded => Ok(()),
    }
}

/// Why a turn ends before the commit point, and until when, if the provider said so.
struct Halt {
    kind: Kind,
    until: Option<DateTime<Utc>>,
    /// Recipients whom the provider refused.
    refused: Vec<RefusedRecipient>,
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Self { kind: fault.kind(), until: None, refused: Vec::new() }
    }
}

struct Attempt<'a> {
    world: &'a World,
    tokens: &'a Tokens,
    mark: &'a Mark,
    delivery: Delivery,
}

impl Attempt<'_> {
    fn begin(&self) -> Result<(), Fault> {
        let mut change = Change::new(State::Queued, State::Sending, "attempt", self.now());
        change.attempt = true;
        if !self.apply(&change)? {
            return Ok(());
        }
        match self.ready() {
            Ok((client, message)) => self.open_and_commit(&client, &message),
            Err(fault) => self.stop(&fault.into()),
        }
    }

    /// Everything that has to hold before a session is opened.
    fn ready(&self) -> Result<(Client, Spooled), Fault> {
        let company = self.world.store.company(&self.delivery.draft.company)?;
        let company = company.ok_or(Kind::UnknownCompany)?;
        if !company.use_oauth {
            return Err(Kind::OauthDisabled.into());
        }
        let client = clients::load(self.world)?;
        // The token before the message: an account that waits for a sign-in must not fill the spool.
        self.tokens.get(self.world, &client, &self.delivery.draft.account)?;
        let message = self.message(&client)?;
        Ok((client, message))
    }

    /// The built message; built once, and byte for byte the same for every attempt.
    fn message(&self, client: &Client) -> Result<Spooled, Fault> {
        let id = &self.delivery.id;
        if let Some(found) = self.world.spool.find(id)? {
            return Ok(found);
        }
        let draft = prints::complete(self.world, id, &self.delivery.draft)?;
        let blind = match client.provider.smtp {
            Some(_) => BlindCopies::InEnvelope,
            None => BlindCopies::InHeader,
        };
        let built = self.world.letter.build(&draft, id, self.now(), blind)?;
        Ok(self.world.spool.write(id, &built)?)
    }

    fn open_and_commit(&self, client: &Client, message: &Spooled) -> Result<(), Fault> {
        let (session, token) = match self.open(client, message) {
            Ok(opened) => opened,
            Err(halt) => return self.stop(&halt),
        };
        let mut change = Change::new(State::Sending, State::Committed, "committed", self.now());
        change.session = Some(session.0.clone());
        change.pace = Some(pacing::spent(self.world, &self.delivery.draft.account, client.provider.per_minute)?);
        // Not applied means that a person cancelled a moment ago: the session is left alone, and nothing leaves.
        match self.apply(&change) {
            Ok(true) => {}
            other => {
                self.world.post.abandon(&session);
                return other.map(|_| ());
            }
        }
        self.mark.at_commit(self.world);
        // With the token that opened it: no refresh may come between the commit point and the bytes.
        let progress = self.upload_with(client, &token, &session, message, 0);
        self.follow(client, &session, message, progress)
    }

    /// An open session, and the token that opened it.
    fn open(&self, client: &Client, message: &Spooled) -> Result<(Session, SecretString), Halt> {
        let recipients: Vec<MailAddress> = self.delivery.draft.recipients().cloned().collect();
        let parcel = self.parcel(&recipients, message);
        let token = self.token(client)?;
        match self.world.post.open(&client.provider, &token, &parcel) {
            // Refused once means an old token; refused again, with a fresh one, means the account.
            Err(PostError::Unauthorized) => {
                self.tokens.refused(&self.delivery.draft.account, &token);
                let fresh = self.token(client)?;
                let opened = self.world.post.open(&client.provider, &fresh, &parcel);
                opened.map(|session| (session, fresh)).map_err(|error| self.refusal(error))
            }
            other => other.map(|session| (session, token)).map_err(|error| self.refusal(error)),
        }
    }

    fn parcel<'p>(&'p self, recipients: &'p [MailAddress], message: &'p Spooled) -> Parcel<'p> {
        Parcel { from: &self.delivery.draft.from, recipients, message: &message.path, size: message.size }
    }

    /// A committed delivery of an earlier process: its session is asked, never replaced.
    fn resume(&self) -> Result<(), Fault> {
        let Some(session) = self.delivery.session.clone().map(Session) else {
            return self.unknown("session_lost");
        };
        let message = match self.world.spool.find(&self.delivery.id) {
            Ok(Some(message)) => message,
            Ok(None) | Err(_) => return self.unknown("message_lost"),
        };
        let Some(client) = self.patient_client() else { return self.unknown("client_lost") };
        let progress = self.ask(&client, &session, message.size);
        self.follow(&client, &session, &message, progress)
    }

    /// The client, waited for while the vault is locked or busy: that must not decide what became of a message.
    fn patient_client(&self) -> Option<Client> {
        let began = self.world.clock.monotonic();
        loop {
            match clients::load(self.world) {
                Ok(client) => return Some(client),
                Err(fault) if fault.data.retry != Retry::Later => return None,
                Err(_) if self.world.clock.monotonic().saturating_sub(began) > ASK_FOR => return None,
                Err(_) => self.world.clock.sleep(ASK_FIRST),
            }
        }
    }

    /// Follows one session to its end: uploads what is missing, asks while it is unclear.
    fn follow(&self, client: &Client, session: &Session, message: &Spooled, first: Progress) -> Result<(), Fault> {
        let (mut seen, mut asked) = (self.world.clock.monotonic(), Duration::ZERO);
        let mut pause = ASK_FIRST;
        let mut received = None;
        let mut progress = first;
        loop {
            let now = self.world.clock.monotonic();
            asked += now.saturating_sub(seen).min(STEP_COUNTS_AS);
            seen = now;
            match progress {
                Progress::Accepted(id) => return self.sent(id),
                Progress::Gone => return self.unknown("session_gone"),
                Progress::Refused(error) => return self.refused(&self.refusal(error)),
                // A session that says what it still lacks can tell: its time begins anew with everything that it took.
                Progress::Incomplete(from) if received.is_none_or(|before| from > before) => {
                    received = Some(from);
                    asked = Duration::ZERO;
                    progress = self.upload(client, session, message, from);
                }
                Progress::Incomplete(_) | Progress::Unclear(_) if asked > ASK_FOR => return self.unknown("no_answer"),
                Progress::Incomplete(from) => {
                    self.world.clock.sleep(pause);
                    pause = (pause * 2).min(ASK_LONGEST);
                    progress = self.upload(client, session, message, from);
                }
                Progress::Unclear(_) => {
                    self.world.clock.sleep(pause);
                    pause = (pause * 2).min(ASK_LONGEST);
                    progress = self.ask(client, session, message.size);
                }
            }
        }
    }

    fn upload(&self, client: &Client, session: &Session, message: &Spooled, from: u64) -> Progress {
        match self.token(client) {
            Ok(token) => self.upload_with(client, &token, session, message, from),
            Err(_) => Progress::Unclear(PostError::Unauthorized),
        }
    }

    fn upload_with(
        &self,
        client: &Client,
        token: &SecretString,
        session: &Session,
        message: &Spooled,
        from: u64,
    ) -> Progress {
        let recipients: Vec<MailAddress> = self.delivery.draft.recipients().cloned().collect();
        let parcel = self.parcel(&recipients, message);
        self.judged(token, self.world.post.upload(&client.provider, token, session, &parcel, from))
    }

    fn ask(&self, client: &Client, session: &Session, size: u64) -> Progress {
        let Ok(token) = self.token(client) else { return Progress::Unclear(PostError::Unauthorized) };
        self.judged(&token, self.world.post.ask(&client.provider, &token, session, size))
    }

    /// A refused token says nothing about the message: it is renewed, and the session is asked again later.
    fn judged(&self, token: &SecretString, progress: Progress) -> Progress {
        if progress == Progress::Unclear(PostError::Unauthorized) {
            self.tokens.refused(&self.delivery.draft.account, token);
        }
        progress
    }

    fn token(&self, client: &Client) -> Result<SecretString, Fault> {
        self.tokens.get(self.world, client, &self.delivery.draft.account)
    }

    /// What the provider's refusal to open a session means for this account.
    fn refusal(&self, error: PostError) -> Halt {
        let until = match &error {
            PostError::RateLimited(time) => *time,
            PostError::DailyLimit => Some(self.now() + DAILY_PAUSE),
            // Nothing has left: what cannot be read, or was built for another way of sending, is built anew.
            PostError::Spool => {
                self.clean_up();
                None
            }
            PostError::Unauthorized => self.strand(EndCause::Unusable),
            PostError::ScopeMissing => self.strand(EndCause::ScopeLost),
            PostError::Unreached(_)
            | PostError::Unavailable
            | PostError::Policy
            | PostError::NotEnabled
            | PostError::TooLarge
            | PostError::Refused
            | PostError::RecipientRefused(_)
            | PostError::Malformed => None,
        };
        let refused = if let PostError::RecipientRefused(refused) = &error { refused.clone() } else { Vec::new() };
        Halt { kind: error.into(), until, refused }
    }

    /// Shown as "sign in again"; the token stays until the provider itself calls it invalid.
    fn strand(&self, cause: EndCause) -> Option<DateTime<Utc>> {
        let ending = Ending { cause, detail: None, at: self.now() };
        if let Err(error) = self.world.store.strand_account(&self.delivery.draft.account, &ending) {
            crate::logbook::warn("drain", &error);
        }
        None
    }

    /// Ends a turn before the commit point: nothing has left.
    fn stop(&self, halt: &Halt) -> Result<(), Fault> {
        let kind = halt.kind;
        // Only what is wrong with the message itself ends it; a setting that is wrong is mended by a person.
        let ends = matches!(
            kind,
            Kind::MessageRefused
                | Kind::RecipientRefused
                | Kind::MessageTooLarge
                | Kind::InvalidText
                | Kind::UnknownCompany
        );
        match kind.retry() {
            Retry::Later => self.put_off(halt),
            Retry::AfterSignIn | Retry::AfterUpdate => self.hold(kind),
            Retry::Never if ends => self.failed(State::Sending, halt),
            Retry::Never => self.hold(kind),
        }
    }

    /// Waits for a time; with it the whole account, where the next message would meet the same.
    fn put_off(&self, halt: &Halt) -> Result<(), Fault> {
        let kind = halt.kind;
        if !pacing::pauses_account(kind) {
            return self.defer(kind, Some(self.now() + pace::pause(self.delivery.attempt, self.world.dice.jitter())));
        }
        let until = self.pause_account(halt)?;
        self.defer(kind, Some(until))
    }

    /// Pauses the whole account, until the time that the provider named or for a while.
    fn pause_account(&self, halt: &Halt) -> Result<DateTime<Utc>, Fault> {
        let account = &self.delivery.draft.account;
        let until = match halt.until {
            Some(named) => pace::sensible(named, self.now()),
            None => pacing::after_trouble(self.world, account)?,
        };
        self.world.store.pause_account(account, until, &halt.kind.code())?;
        Ok(until)
    }

    /// Ends what the provider refused after it had all of it; where the next message would meet the same, that one waits.
    fn refused(&self, halt: &Halt) -> Result<(), Fault> {
        self.failed(State::Committed, halt)?;
        if pacing::pauses_account(halt.kind) {
            self.pause_account(halt)?;
        }
        if pacing::holds_account(halt.kind) {
            self.world.store.hold_account(&self.delivery.draft.account, &halt.kind.code(), self.now())?;
        }
        Ok(())
    }

    /// Waits for a person; with it everything that the account has queued, where the next message would meet the same.
    fn hold(&self, kind: Kind) -> Result<(), Fault> {
        self.defer(kind, None)?;
        let waits_for = accounts::waits_for(kind);
        if pacing::holds_account(waits_for) {
            self.world.store.hold_account(&self.delivery.draft.account, &waits_for.code(), self.now())?;
        }
        Ok(())
    }

    fn defer(&self, kind: Kind, until: Option<DateTime<Utc>>) -> Result<(), Fault> {
        // The history says why, the reason what has to happen: one sign-in ends every such wait.
        let reason = accounts::waits_for(kind).code();
        let change = Change::new(State::Sending, State::Deferred, kind.code(), self.now()).because(reason).until(until);
        self.apply(&change).map(|_| ())
    }

    fn failed(&self, from: State, halt: &Halt) -> Result<(), Fault> {
        let code = halt.kind.code();
        let mut change = Change::new(from, State::Failed, code.clone(), self.now()).because(code);
        change.refused = halt.refused.clone();
        self.settle(&change)?;
        self.clean_up();
        prints::forget(self.world, &self.delivery.id);
        Ok(())
    }

    fn sent(&self, provider_id: String) -> Result<(), Fault> {
        let mut change = Change::new(State::Committed, State::Sent, "accepted", self.now());
        change.provider_id = Some(provider_id);
        self.settle(&change)?;
        self.clean_up();
        prints::forget(self.world, &self.delivery.id);
        Ok(())
    }

    fn unknown(&self, event: &str) -> Result<(), Fault> {
        let kind = Kind::OutcomeUnknown.code();
        self.apply(&Change::new(State::Committed, State::Unknown, event, self.now()).because(kind))?;
        self.clean_up();
        Ok(())
    }

    /// Writes down how it ended, with patience: what the provider said now it may not say again. If the store stays shut,
    /// the delivery stays committed, and its session is asked by a later drain.
    fn settle(&self, change: &Change) -> Result<bool, Fault> {
        let began = self.world.clock.monotonic();
        let mut pause = ASK_FIRST;
        loop {
            match self.apply(change) {
                Err(fault)
                    if fault.data.retry == Retry::Later
                        && self.world.clock.monotonic().saturating_sub(began) <= ASK_FOR =>
                {
                    self.world.clock.sleep(pause);
                    pause = (pause * 2).min(ASK_LONGEST);
                }
                other => return other,
            }
        }
    }

    /// The message is of no use after the end; a file that cannot be deleted now is swept by the next drain.
    fn clean_up(&self) {
        if let Err(error) = self.world.spool.remove(&self.delivery.id) {
            crate::logbook::warn("drain", &error);
        }
    }

    fn change(&self, from: State, to: State, event: &str) -> Result<bool, Fault> {
        self.apply(&Change::new(from, to, event, self.now()))
    }

    fn apply(&self, change: &Change) -> Result<bool, Fault> {
        let applied = self.world.store.change(&self.delivery.id, change)?;
        // Only a cancel can have come between, and the message may have been built after it.
        if !applied && change.from == State::Sending {
            self.clean_up();
        }
        Ok(applied)
    }

    fn now(&self) -> DateTime<Utc> {
        self.world.clock.now()
    }
}

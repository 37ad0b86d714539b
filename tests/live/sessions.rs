//! What upload sessions say: empty, half full, finished, finished without anybody reading the answer, broken off.

use std::time::Duration;

use correo_cfdi::ports::Spooled;
use correo_cfdi::ports::post::{Parcel, PostError, Progress, Session};
use secrecy::ExposeSecret as _;

use super::claims::{Claim, Verdict};
use super::letters::{Letter, Letters};
use super::person::{Answer as Said, Notice, Question};
use super::plain::{Answer, Desk};
use super::report::{Fact, Facts};
use super::{Run, Signed};

/// Every part of an upload but the last is a multiple of this, bytes
/// (developers.google.com/workspace/gmail/api/guides/uploads).
const GRANULE: usize = 256 * 1024;

/// Bytes handed over before the connection is broken off: a whole part and a bit.
const BROKEN_AT: usize = GRANULE + 40_000;

/// Pauses between the last byte and the cut. The short one comes first, because nobody can have answered by then; a
/// longer one follows when bytes were lost with the connection.
const CUTS: [Duration; 3] = [Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(3)];

/// Questions to a session that does not know yet.
const PATIENCE: u64 = 10;

/// A question by the shipped adapter and the same one plainly, for the status code.
struct Asked {
    shipped: Progress,
    plain: Option<Answer>,
}

impl Asked {
    fn id(&self) -> Option<&str> {
        match &self.shipped {
            Progress::Accepted(id) => Some(id),
            Progress::Incomplete(_) | Progress::Refused(_) | Progress::Gone | Progress::Unclear(_) => None,
        }
    }

    fn facts(&self, known: Option<&str>) -> Facts {
        let plain = self.plain.as_ref();
        Facts::default()
            .with("program_reads", Fact::word(word(&self.shipped)))
            .maybe("status", plain.map(|answer| answer.status))
            .maybe("received_bytes", plain.and_then(|answer| answer.received))
            .maybe("has_id", plain.map(|answer| answer.id.is_some()))
            .maybe("same_id", plain.and_then(|answer| answer.id.as_deref()).zip(known).map(|(id, known)| id == known))
    }
}

fn word(progress: &Progress) -> &'static str {
    match progress {
        Progress::Accepted(_) => "accepted",
        Progress::Incomplete(_) => "incomplete",
        Progress::Refused(_) => "refused",
        Progress::Gone => "gone",
        Progress::Unclear(_) => "unclear",
    }
}

/// All three messages.
pub(super) fn check(run: &mut Run<'_>, signed: &Signed, letters: &Letters) {
    whole(run, signed, &letters.whole);
    dropped(run, signed, &letters.dropped);
    broken(run, signed, &letters.broken);
    run.person.tell(&Notice::Sent(letters.word.clone()));
    let verdict = match run.person.answer(Question::ArrivedOnce) {
        Said::Yes => Verdict::Confirmed,
        Said::No => Verdict::Refuted,
        Said::Skip => Verdict::NotChecked,
    };
    run.report.enter(Claim::ArrivedOnce, verdict, Facts::default());
}

fn whole(run: &mut Run<'_>, signed: &Signed, letter: &Letter) {
    let Some(session) = open(run, signed, letter, Claim::SessionBeforeAnyByte) else { return };
    let asked = ask(run, signed, &session, letter);
    let holds = asked.shipped == Progress::Incomplete(0);
    run.report.enter(Claim::SessionBeforeAnyByte, Verdict::of(holds), asked.facts(None));

    let half = letter.bytes.get(..GRANULE).unwrap_or_default();
    let part = desk(run, signed, &session, letter).part(0, half);
    let asked = ask(run, signed, &session, letter);
    let holds = asked.shipped == Progress::Incomplete(half.len() as u64);
    let facts = asked.facts(None).maybe("part_status", part.map(|answer| answer.status)).with("sent_bytes", half.len());
    run.report.enter(Claim::SessionAfterHalf, Verdict::of(holds), facts);

    let from = if let Progress::Incomplete(from) = asked.shipped { from } else { 0 };
    let answer = upload(run, signed, &session, letter, from);
    let Progress::Accepted(id) = answer else {
        let facts = Facts::default().with("upload", Fact::word(word(&answer)));
        run.report.enter(Claim::SessionFinished, Verdict::NotChecked, facts);
        return;
    };
    run.secrets.note(&id);
    let asked = ask(run, signed, &session, letter);
    let holds = asked.id() == Some(id.as_str());
    run.report.enter(Claim::SessionFinished, Verdict::of(holds), asked.facts(Some(&id)));
}

fn dropped(run: &mut Run<'_>, signed: &Signed, letter: &Letter) {
    let Some(session) = open(run, signed, letter, Claim::SessionAnswerDropped) else { return };
    let (mut from, mut cuts) = (0, 0_u64);
    let mut asked = Asked { shipped: Progress::Incomplete(0), plain: None };
    for pause in CUTS {
        let rest = usize::try_from(from).ok().and_then(|from| letter.bytes.get(from..)).unwrap_or_default();
        let taken = desk(run, signed, &session, letter).cut(from, rest, pause);
        cuts += u64::from(taken);
        asked = patient(run, signed, &session, letter);
        match asked.shipped {
            // The connection took its last bytes with it; the same session takes them again.
            Progress::Incomplete(received) => from = received,
            Progress::Accepted(_) | Progress::Refused(_) | Progress::Gone | Progress::Unclear(_) => break,
        }
    }
    let known = asked.id().map(str::to_owned);
    let verdict = match (&asked.shipped, cuts) {
        (Progress::Incomplete(_), _) | (_, 0) => Verdict::NotChecked,
        _ => Verdict::of(known.is_some()),
    };
    let facts = asked.facts(known.as_deref()).with("cuts", cuts);
    run.report.enter(Claim::SessionAnswerDropped, verdict, facts);
    if verdict == Verdict::NotChecked {
        return;
    }
    run.person.tell(&Notice::Waiting(run.settings.later.as_secs()));
    run.world.clock.sleep(run.settings.later);
    let asked = ask(run, signed, &session, letter);
    let holds = asked.id().is_some() && (known.is_none() || asked.id() == known.as_deref());
    let facts = asked.facts(known.as_deref()).with("after_seconds", run.settings.later.as_secs());
    run.report.enter(Claim::SessionAskedLater, Verdict::of(holds), facts);
}

fn broken(run: &mut Run<'_>, signed: &Signed, letter: &Letter) {
    let Some(session) = open(run, signed, letter, Claim::SessionBrokenOff) else { return };
    let some = letter.bytes.get(..BROKEN_AT).unwrap_or_default();
    let taken = desk(run, signed, &session, letter).cut(0, some, CUTS[0]);
    let asked = patient(run, signed, &session, letter);
    let facts = asked.facts(None).with("sent_bytes", some.len());
    let (Progress::Incomplete(from), true) = (&asked.shipped, taken) else {
        run.report.enter(Claim::SessionBrokenOff, Verdict::of(!taken), facts);
        return;
    };
    let answer = upload(run, signed, &session, letter, *from);
    let facts = facts.with("upload", Fact::word(word(&answer)));
    let verdict = Verdict::of(matches!(answer, Progress::Accepted(_)));
    if let Progress::Accepted(id) = answer {
        run.secrets.note(&id);
    }
    run.report.enter(Claim::SessionBrokenOff, verdict, facts);
}

fn open(run: &mut Run<'_>, signed: &Signed, letter: &Letter, claim: Claim) -> Option<Session> {
    let parcel = parcel(signed, &letter.spooled);
    match run.world.post.open(&run.client.provider, &signed.access_token, &parcel) {
        Ok(session) => {
            run.secrets.note(session.0.expose_secret());
            let uri = url::Url::parse(session.0.expose_secret()).ok();
            let id = uri
                .and_then(|uri| uri.query_pairs().find(|(name, _)| name == "upload_id").map(|(_, id)| id.into_owned()));
            id.iter().for_each(|id| run.secrets.note(id));
            Some(session)
        }
        Err(error) => {
            let kind = correo_cfdi::protocol::failure::Kind::from(error).code();
            run.trouble(&kind);
            run.report.enter(claim, Verdict::NotChecked, Facts::default().with("failure", Fact::word(&kind)));
            None
        }
    }
}

fn upload(run: &Run<'_>, signed: &Signed, session: &Session, letter: &Letter, from: u64) -> Progress {
    let (provider, spooled) = (&run.client.provider, &letter.spooled);
    run.world.post.upload(provider, &signed.access_token, session, &parcel(signed, spooled), from)
}

/// The upload API reads the recipients in the message's header.
fn parcel<'a>(signed: &'a Signed, spooled: &'a Spooled) -> Parcel<'a> {
    Parcel { from: &signed.account.address, recipients: &[], message: &spooled.path, size: spooled.size }
}

fn desk<'a>(run: &'a Run<'_>, signed: &'a Signed, session: &'a Session, letter: &Letter) -> Desk<'a> {
    let size = letter.spooled.size;
    Desk { net: &run.net, provider: &run.client.provider, token: &signed.access_token, session, size }
}

fn ask(run: &mut Run<'_>, signed: &Signed, session: &Session, letter: &Letter) -> Asked {
    let shipped = run.world.post.ask(&run.client.provider, &signed.access_token, session, letter.spooled.size);
    let plain = desk(run, signed, session, letter).ask();
    let asked = Asked { shipped, plain };
    let plain_id = asked.plain.as_ref().and_then(|answer| answer.id.as_deref());
    for id in [asked.id(), plain_id].into_iter().flatten() {
        run.secrets.note(id);
    }
    asked
}

/// Asks until the session knows, as the program does.
fn patient(run: &mut Run<'_>, signed: &Signed, session: &Session, letter: &Letter) -> Asked {
    run.world.clock.sleep(run.settings.breath);
    let mut asked = ask(run, signed, session, letter);
    for _ in 1..PATIENCE {
        if asked.shipped != Progress::Unclear(PostError::Unavailable) {
            break;
        }
        run.world.clock.sleep(run.settings.breath);
        asked = ask(run, signed, session, letter);
    }
    asked
}

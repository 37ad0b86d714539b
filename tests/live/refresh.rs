//! The refresh token: now, days later, and after its revocation.

use std::path::Path;

use correo_cfdi::domain::account::{AccountId, Grant};
use correo_cfdi::domain::address::MailAddress;
use correo_cfdi::ports::post::Parcel;
use correo_cfdi::ports::provider::ProviderError;
use correo_cfdi::protocol::failure::{Fault, Kind, Retry};
use correo_cfdi::usecase::grants;
use correo_cfdi::usecase::tokens::Tokens;
use secrecy::{ExposeSecret as _, SecretString};

use super::claims::{Claim, Verdict};
use super::person::{Answer, Notice, Question};
use super::report::{Fact, Facts};
use super::{LiveError, Run, Signed};

/// Size declared for a session that is opened only to see whether the token may send: nothing leaves by it.
const TRIAL: u64 = 1024;

/// Refreshes as the sender does before every message.
pub(super) fn now(run: &mut Run<'_>, signed: &Signed) {
    let kept = grants::keep(&run.world, &signed.account.id, &signed.grant);
    let refreshed = kept.and_then(|()| Tokens::default().get(&run.world, &run.client, &signed.account.id));
    enter(run, Claim::RefreshNow, refreshed, Facts::default());
}

fn enter(run: &mut Run<'_>, claim: Claim, refreshed: Result<SecretString, Fault>, facts: Facts) {
    let mut facts = facts;
    if let (Some(answered), _) = run.watch.take() {
        answered.confide(&mut run.secrets);
        facts = facts.and(answered.facts()).with("rotated", answered.refresh_token.is_some());
    }
    let verdict = match refreshed {
        Ok(token) => {
            run.secrets.note(token.expose_secret());
            // The upload API looks at the token and the size; the rest would come with the message.
            let opened = "prueba@example.mx".parse::<MailAddress>().is_ok_and(|from| {
                let parcel = Parcel { from: &from, recipients: &[], message: Path::new("none"), size: TRIAL };
                run.world.post.open(&run.client.provider, &token, &parcel).is_ok()
            });
            facts = facts.with("opens_a_session", opened);
            Verdict::of(opened)
        }
        Err(fault) => {
            let kind = fault.kind();
            run.trouble(&kind.code());
            facts = facts.with("failure", Fact::word(&kind.code()));
            // Only the provider's own refusal says something about the token.
            let refused = ended(kind);
            if refused { Verdict::Refuted } else { Verdict::NotChecked }
        }
    };
    run.report.enter(claim, verdict, facts);
}

/// Keeps the token for a later check, or offers to end the grant.
pub(super) fn keep_or_revoke(run: &mut Run<'_>, signed: &Signed) {
    if run.person.answer(Question::Keep) == Answer::Yes {
        match keep(run, signed) {
            Ok(()) => {
                let state = run.settings.keeping.state.clone();
                run.person.tell(&Notice::Kept(state));
                return;
            }
            Err(error) => run.trouble(&error.to_string()),
        }
    }
    if run.person.answer(Question::Revoke) == Answer::Yes {
        revoke(run, &signed.grant);
    }
}

fn keep(run: &mut Run<'_>, signed: &Signed) -> Result<(), LiveError> {
    let keeping = &run.settings.keeping;
    let throw_away = std::mem::replace(&mut run.world.vault, keeping.vault()?);
    let kept = grants::keep(&run.world, &signed.account.id, &signed.grant);
    run.world.vault = throw_away;
    kept?;
    Ok(keeping.write(&signed.account.id, run.world.clock.now())?)
}

/// Ends the grant, and sees whether the token is dead.
fn revoke(run: &mut Run<'_>, grant: &Grant) -> bool {
    if let Err(error) = run.world.provider.revoke(&run.client, &grant.refresh_token) {
        run.trouble(&error.to_string());
        return false;
    }
    let outcome = run.world.provider.refresh(&run.client, &grant.refresh_token).map(|_| ());
    if let (Some(answered), _) = run.watch.take() {
        answered.confide(&mut run.secrets);
    }
    let dead = matches!(outcome, Err(ProviderError::InvalidGrant { .. }));
    run.report.enter(Claim::Revoked, Verdict::of(dead), Facts::default().with("invalid_grant", dead));
    true
}

/// Uses the token that an earlier run kept, and offers to end its grant.
pub(super) fn later(run: &mut Run<'_>) -> Result<(), LiveError> {
    let keeping = run.settings.keeping.clone();
    let state = keeping.read()?;
    run.secrets.note(&state.account);
    let id = AccountId::from_text(&state.account);
    run.world.vault = keeping.vault()?;
    let grant = grants::find(&run.world, &id)?.ok_or(LiveError::State)?;
    if grant.binding != correo_cfdi::domain::account::Binding::of(&run.client) {
        return Err(LiveError::OtherClient);
    }
    run.secrets.note(grant.refresh_token.expose_secret());
    let age = run.world.clock.now().signed_duration_since(state.kept_at).num_hours();
    let facts = Facts::default()
        .with("kept_at", Fact::time(state.kept_at))
        .with("after_hours", u64::try_from(age).unwrap_or(0));
    let refreshed = Tokens::default().get(&run.world, &run.client, &id);
    let dead = refreshed.as_ref().is_err_and(|fault| ended(fault.kind()));
    enter(run, Claim::RefreshLater, refreshed, facts);
    // A refresh may have given a new one in its place.
    let grant = grants::find(&run.world, &id)?.unwrap_or(grant);
    run.secrets.note(grant.refresh_token.expose_secret());
    let ended = dead || (run.person.answer(Question::Revoke) == Answer::Yes && revoke(run, &grant));
    if ended {
        grants::forget(&run.world, &id)?;
        keeping.forget()?;
    } else {
        run.person.tell(&Notice::Kept(keeping.state));
    }
    Ok(())
}

/// Whether the provider itself called the grant ended; a grant of another client says nothing of that.
fn ended(kind: Kind) -> bool {
    kind.retry() == Retry::AfterSignIn && kind != Kind::AccountStranded
}

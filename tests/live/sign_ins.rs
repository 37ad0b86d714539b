//! Three sign-ins through the program's own use case: box unticked, the scope alone, box ticked.

use correo_cfdi::domain::sign_in::{FLOW_LIFETIME, IDENTITY_SCOPES};
use correo_cfdi::protocol::failure::{Fault, Kind};
use correo_cfdi::protocol::sign_in::{SignInBegin, SignInComplete, SignedIn};
use correo_cfdi::usecase::flows::{Flow, Partial, Stage};
use correo_cfdi::usecase::sign_in;
use secrecy::ExposeSecret as _;
use url::Url;

use super::claims::{Claim, Verdict};
use super::loopback::Loopback;
use super::person::{Answer, Question, Visit};
use super::report::{Fact, Facts};
use super::watched::Answered;
use super::{Run, Signed};

/// What came of one visit.
struct Visited {
    outcome: Result<SignedIn, Fault>,
    answered: Option<Answered>,
    userinfo: bool,
    facts: Facts,
}

/// All three, in the order of an office's worst day: the box is forgotten first.
pub(super) fn check(run: &mut Run<'_>, loopback: &Loopback) {
    let Some(again) = unticked(run, loopback) else { return };
    alone(run, loopback, again);
    ticked(run, loopback);
}

/// Gives the flow that asks again; `None` when nobody signed in.
fn unticked(run: &mut Run<'_>, loopback: &Loopback) -> Option<String> {
    let visited = visit(run, loopback, Visit::Unticked, None)?;
    match visited.outcome {
        Ok(signed_in) => {
            // The box was ticked, or was never shown (a client that an administrator trusts shows none).
            let facts = visited.facts.with("send_was_granted", true);
            run.report.enter(Claim::UntickedBox, Verdict::NotChecked, facts);
            let signed = keep(run, &signed_in.flow, visited.answered)?;
            let again = as_if_unticked(run, &signed);
            run.signed = Some(signed);
            Some(again)
        }
        Err(fault) => {
            let told = fault.kind() == Kind::ScopeMissing;
            run.report.enter(Claim::UntickedBox, Verdict::of(told), visited.facts);
            if let Some(address) = &fault.data.subject {
                confide_address(run, &address.clone());
            }
            fault.data.flow
        }
    }
}

/// A flow in the state that an unticked box leaves, so that the second request can be made all the same.
fn as_if_unticked(run: &Run<'_>, signed: &Signed) -> String {
    let id = run.world.dice.token();
    let partial = Partial {
        identity: correo_cfdi::domain::sign_in::Identity {
            subject: signed.account.subject.clone(),
            address: signed.account.address.clone(),
            hosted_domain: signed.account.hosted_domain.clone(),
        },
        scopes: IDENTITY_SCOPES.iter().map(ToString::to_string).collect(),
        refresh_token: None,
        access_ends_at: None,
    };
    run.caller.replace(Flow { id: id.clone(), company: None, stage: Stage::ScopeMissing(Box::new(partial)) });
    id
}

fn alone(run: &mut Run<'_>, loopback: &Loopback, again: String) {
    let earlier = run.signed.is_some();
    let Some(visited) = visit(run, loopback, Visit::Alone, Some(again)) else { return };
    let no_box = match run.person.answer(Question::BoxShown) {
        Answer::Yes => Some(false),
        Answer::No => Some(true),
        Answer::Skip => None,
    };
    let by_token = visited.answered.as_ref().is_some_and(|answered| answered.has_id_token);
    let proof = match (by_token, visited.userinfo) {
        (true, _) => "id_token",
        (false, true) => "userinfo",
        (false, false) => "none",
    };
    let facts = visited
        .facts
        .maybe("box_shown", no_box.map(|no_box| !no_box))
        .with("proven_by", Fact::word(proof))
        .with("same_person", visited.outcome.is_ok())
        .with("send_was_granted_before", earlier);
    let verdict = match (visited.outcome.is_ok(), no_box) {
        (true, None) => Verdict::NotChecked,
        (true, Some(no_box)) => Verdict::of(no_box),
        (false, _) => Verdict::Refuted,
    };
    run.report.enter(Claim::SecondRequest, verdict, facts);
    if let Ok(signed_in) = visited.outcome
        && let Some(signed) = keep(run, &signed_in.flow, visited.answered)
    {
        run.signed = Some(signed);
    }
}

fn ticked(run: &mut Run<'_>, loopback: &Loopback) {
    let Some(visited) = visit(run, loopback, Visit::Ticked, None) else { return };
    let Ok(signed_in) = visited.outcome else {
        run.report.enter(Claim::FullSignIn, Verdict::Refuted, visited.facts);
        return;
    };
    let Some(signed) = keep(run, &signed_in.flow, visited.answered) else { return };
    let before = run.signed.replace(signed.clone());
    let same = before.map(|before| before.account.subject == signed.account.subject);
    run.report.enter(Claim::FullSignIn, Verdict::Confirmed, visited.facts.maybe("same_account_as_before", same));
}

/// Begins, sends the person off, waits, completes. `None` when there was nothing to complete.
fn visit(run: &mut Run<'_>, loopback: &Loopback, visit: Visit, again: Option<String>) -> Option<Visited> {
    let begun = match sign_in::begin(
        &run.world,
        &run.caller,
        SignInBegin { company: None, login_hint: None, again, via: None },
    ) {
        Ok(begun) => begun,
        Err(fault) => {
            run.trouble(&fault.to_string());
            return None;
        }
    };
    let address = Url::parse(&begun.auth_url).ok()?;
    run.person.visit(visit, &address);
    let Some(redirect) = loopback.wait(FLOW_LIFETIME) else {
        run.trouble(&Kind::FlowExpired.code());
        return None;
    };
    let mut facts = redirect_facts(run, &redirect);
    let complete = SignInComplete { flow: begun.flow, redirect_url: Some(redirect) };
    let outcome = sign_in::complete(&run.world, &run.caller, complete);
    let (answered, userinfo) = run.watch.take();
    if let Some(answered) = &answered {
        answered.confide(&mut run.secrets);
        facts = facts.and(answered.facts());
    }
    if let Err(fault) = &outcome {
        facts = facts.with("failure", Fact::word(&fault.kind().code()));
        if fault.kind() != Kind::ScopeMissing || visit != Visit::Unticked {
            run.trouble(&fault.to_string());
        }
    }
    Some(Visited { outcome, answered, userinfo, facts })
}

fn redirect_facts(run: &mut Run<'_>, redirect: &str) -> Facts {
    let Ok(url) = Url::parse(redirect) else { return Facts::default() };
    let names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    let value = |wanted: &str| url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    for secret in [value("state"), value("code")].into_iter().flatten() {
        run.secrets.note(&secret);
    }
    let issuer = value("iss");
    Facts::default()
        .with("redirect_parameters", Fact::words(names))
        .with("redirect_has_iss", issuer.is_some())
        .maybe("redirect_iss_is_the_issuer", issuer.map(|issuer| issuer == run.client.provider.issuer))
}

/// Takes the account out of its flow, as *Aceptar y guardar* would.
fn keep(run: &mut Run<'_>, flow: &str, answered: Option<Answered>) -> Option<Signed> {
    let Stage::Unsaved(unsaved) = run.caller.take(flow)?.stage else { return None };
    run.secrets.note(unsaved.grant.refresh_token.expose_secret());
    run.secrets.note(&unsaved.account.subject);
    run.secrets.note(unsaved.account.id.as_str());
    confide_address(run, unsaved.account.address.as_str());
    Some(Signed { account: unsaved.account, grant: unsaved.grant, access_token: answered?.access_token })
}

fn confide_address(run: &mut Run<'_>, address: &str) {
    run.secrets.note(address);
    // A redirect or a page may carry it encoded.
    run.secrets.note(&address.replace('@', "%40"));
}

//! `sign-in`: the browser's journey without the extension, by loopback (RFC 8252).
//!
//! Everything that it holds lives in this process: Ctrl-C ends it, and with it the port and the flow.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use serde::Serialize;
use url::Url;

use super::commands::SignInArguments;
use super::print::Printer;
use super::settings::unchanged;
use crate::domain::rfc::Rfc;
use crate::protocol::company::CompanySave;
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::sign_in::{SignInBegin, SignInBegun, SignInComplete, SignedIn, Via};
use crate::usecase::flows::Caller;
use crate::usecase::{World, accounts, companies, loopback, sign_in as journey};

/// How often the time that is left is shown.
const TICK: Duration = Duration::from_secs(1);

/// How often the missing box is asked for in one run; a person who leaves it empty so often does not want it.
const MAX_ASKS: usize = 3;

/// Where a person has to go.
#[derive(Debug, Serialize)]
struct Invitation<'a> {
    /// The authorization request.
    auth_url: &'a str,
    /// Seconds that are left for it.
    expires_in: u32,
    /// Whether a browser was opened with it.
    opened: bool,
}

pub(super) fn sign_in(world: &World, given: &SignInArguments, printer: &Printer) -> Result<u8, Fault> {
    let caller = Caller::default();
    let signed_in = consent(world, &caller, given, printer)?;
    match &given.company {
        None => printer.one(&accounts::keep(world, &caller, &signed_in.flow)?),
        Some(rfc) => {
            let rfc = Rfc::parse(rfc)?;
            let before = companies::list(world)?.companies.into_iter().find(|company| company.rfc == rfc.as_str());
            let save = CompanySave { flow: Some(signed_in.flow), account: None, ..unchanged(rfc.as_str(), before) };
            printer.one(&companies::save(world, &caller, save)?);
        }
    }
    printer.remark(&printer.sentence("cli_signed_in", &signed_in.account.address));
    Ok(0)
}

/// Sends the person to the provider until everything was granted.
fn consent(world: &World, caller: &Caller, given: &SignInArguments, printer: &Printer) -> Result<SignedIn, Fault> {
    let mut again = None;
    let mut asks = 0;
    loop {
        let begin = SignInBegin {
            company: given.company.clone(),
            login_hint: given.login_hint.clone(),
            again: again.take(),
            via: Some(Via::Loopback),
        };
        let begun = journey::begin(world, caller, begin)?;
        invite(world, &begun, given.no_browser, printer);
        match finish(world, caller, &begun, printer) {
            Err(fault) if fault.kind() == Kind::ScopeMissing && fault.data.flow.is_some() && asks < MAX_ASKS => {
                again = fault.data.flow.clone();
                asks += 1;
                printer.fault(fault);
                printer.remark(&printer.sentence("cli_sign_in_again", ""));
            }
            other => return other,
        }
    }
}

/// Shows the address, and opens it where there is a browser.
fn invite(world: &World, begun: &SignInBegun, no_browser: bool, printer: &Printer) {
    let opened = !no_browser && Url::parse(&begun.auth_url).is_ok_and(|url| world.desktop.browse(&url).is_ok());
    let invitation = Invitation { auth_url: &begun.auth_url, expires_in: begun.expires_in, opened };
    printer.remark(&printer.sentence(if opened { "cli_sign_in_opened" } else { "cli_sign_in_open" }, ""));
    printer.result(&invitation, |invitation| invitation.auth_url.to_owned());
}

/// Waits for the redirect on a thread of its own, so that a person sees the time go by, and exchanges the code.
fn finish(world: &World, caller: &Caller, begun: &SignInBegun, printer: &Printer) -> Result<SignedIn, Fault> {
    let params = SignInComplete { flow: begun.flow.clone(), redirect_url: None };
    let began = world.clock.monotonic();
    let ends = Duration::from_secs(begun.expires_in.into());
    let arrived = std::thread::scope(|scope| {
        let (tell, told) = sync_channel(1);
        scope.spawn(move || {
            // The receiver waits until it was told.
            drop(tell.send(loopback::arrive(world, caller, params, |_| ())));
        });
        loop {
            let left = ends.saturating_sub(world.clock.monotonic().saturating_sub(began)).as_secs();
            printer.progress(&printer.sentence("cli_sign_in_left", &format!("{}:{:02}", left / 60, left % 60)));
            match told.recv_timeout(TICK) {
                Ok(outcome) => break outcome,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break Err(Kind::Internal.into()),
            }
        }
    });
    printer.clear();
    journey::complete(world, caller, arrived?)
}

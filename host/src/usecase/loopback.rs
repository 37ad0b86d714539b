//! The redirect that arrives on this computer, for sign-ins in a tab of the browser or from a terminal.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::World;
use super::flows::{Caller, Stage};
use crate::domain::client::{Client, Way};
use crate::domain::sign_in::{Expected, FLOW_LIFETIME, SignInError, judge_redirect};
use crate::ports::loopback::{Judge, NoRedirect, Page, RedirectListener, Words};
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::hello::Locale;
use crate::protocol::sign_in::{SignInComplete, Via};
use crate::protocol::texts;

/// A taken port. It is freed when its flow is forgotten, also in the middle of a wait.
#[derive(Debug)]
pub struct Listening(Arc<dyn RedirectListener>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Where the answer has to arrive, and the port that was taken for it.
///
/// # Errors
/// `unknown_caller`, `loopback_unavailable`, `desktop_client_needed` and `web_client_needed` where the provider would
/// refuse such a redirect for the registered client.
pub fn place(
    world: &World,
    caller: &Caller,
    client: &Client,
    via: Option<Via>,
) -> Result<(Url, Option<Listening>), Fault> {
    match via.unwrap_or(Via::Identity) {
        Via::Identity => {
            let redirect_uri = caller.redirect_uri.clone().ok_or(Kind::UnknownCaller)?;
            match client.allows(Way::of(&redirect_uri)) {
                true => Ok((redirect_uri, None)),
                false => Err(Kind::WebClientNeeded.into()),
            }
        }
        Via::Loopback if !client.allows(Way::Loopback) => Err(Kind::DesktopClientNeeded.into()),
        Via::Loopback => {
            let listener: Arc<dyn RedirectListener> =
                world.loopback.listen().map_err(|_| Kind::LoopbackUnavailable)?.into();
            Ok((listener.redirect_uri().clone(), Some(Listening(listener))))
        }
    }
}

/// Fills in the redirect that a sign-in by loopback ends with, once it came; says so to `arrived` first.
///
/// # Errors
/// Those of the wait; whoever brought a redirect waits for nothing.
pub fn arrive(
    world: &World,
    caller: &Caller,
    params: SignInComplete,
    arrived: impl FnOnce(&str),
) -> Result<SignInComplete, Fault> {
    if params.redirect_url.is_some() {
        return Ok(params);
    }
    let redirect = wait(world, caller, &params.flow)?;
    arrived(&params.flow);
    Ok(SignInComplete { redirect_url: Some(redirect), ..params })
}

/// Waits for the redirect of that flow, which stays where it is: a cancel or another begin ends the wait.
///
/// # Errors
/// `flow_lost`, `flow_expired`, `loopback_unavailable`; `invalid_params` for a flow of the browser's own window.
fn wait(world: &World, caller: &Caller, id: &str) -> Result<String, Fault> {
    let asked = caller.look(id, |flow| match &flow.stage {
        Stage::Asked(asked) => Some((
            asked.listening.as_ref().map(|listening| Arc::clone(&listening.0)),
            asked.began,
            Own {
                redirect_uri: asked.redirect_uri.clone(),
                state: asked.authorization.state.clone(),
                issuer: asked.client.provider.issuer.clone(),
            },
        )),
        Stage::ScopeMissing(_) | Stage::Unsaved(_) => None,
    });
    let (listener, began, own) = asked.flatten().ok_or(Kind::FlowLost)?;
    let listener = listener.ok_or_else(|| Fault::new(Kind::InvalidParams).about("redirect_url"))?;
    let patience = FLOW_LIFETIME.saturating_sub(world.clock.monotonic().saturating_sub(began));
    let judge: Judge = Arc::new(move |raw| own.page(raw));
    listener.wait(patience, judge).map_err(|error| match error {
        NoRedirect::Stopped => Kind::FlowLost.into(),
        NoRedirect::TimedOut => {
            caller.forget(Some(id));
            Kind::FlowExpired.into()
        }
        NoRedirect::Failed => {
            caller.forget(Some(id));
            Kind::LoopbackUnavailable.into()
        }
    })
}

/// What tells the flow's own redirect.
struct Own {
    redirect_uri: Url,
    state: SecretString,
    issuer: String,
}

impl Own {
    /// The page for the flow's redirect; `None` for any other request, whoever sent it.
    fn page(&self, raw: &str) -> Option<Page> {
        let expected =
            Expected { redirect_uri: &self.redirect_uri, state: self.state.expose_secret(), issuer: &self.issuer };
        let name = match judge_redirect(raw, &expected) {
            Ok(_) => "done",
            Err(SignInError::RedirectMalformed | SignInError::StateMismatch) => return None,
            Err(SignInError::AccessDenied) => "denied",
            Err(
                SignInError::IssuerMismatch
                | SignInError::Refused
                | SignInError::Blocked
                | SignInError::Unavailable
                | SignInError::IdTokenTimes
                | SignInError::IdToken
                | SignInError::EmailNotVerified,
            ) => "refused",
        };
        let words = |language, locale| Words {
            language,
            title: sentence(&format!("loopback_{name}_title"), locale),
            text: sentence(&format!("loopback_{name}_text"), locale),
        };
        Some(vec![words("es", Locale::Es), words("en", Locale::En)])
    }
}

fn sentence(key: &str, locale: Locale) -> String {
    texts::get(key, locale).unwrap_or(key).to_owned()
}

//! The consent page and the redirect that ends the pages.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Instant;

use axum::response::Response;

use super::authorize::back_to;
use super::behaviour::{RedirectIss, RedirectState};
use super::html::{both, escape, page};
use super::state::{App, Code, Flow, GrantKey, World};
use super::{random, scopes};

/// Name of the application as the consent page shows it.
const APPLICATION: &str = "Correo CFDI";

/// The page that asks for the person's consent.
pub(crate) fn consent_page(id: &str, flow: &Flow) -> Response {
    let email = escape(flow.account.as_deref().unwrap_or_default());
    let boxes = scopes::has_boxes(&flow.scopes);
    let mut asked = String::new();
    for scope in flow.scopes.iter().filter_map(|scope| scopes::beyond(scope)) {
        let (name, element, spanish, english) = *scope;
        let text = both(spanish, english);
        // Writing to a string cannot fail.
        let written = if boxes {
            write!(
                asked,
                "<label class=tick for=\"{element}\"><input type=checkbox id=\"{element}\" name=scope value=\"{name}\"><span>{text}</span></label>"
            )
        } else {
            write!(
                asked,
                "<div class=tick id=\"{element}-text\"><input type=hidden name=scope value=\"{name}\"><span>{text}</span></div>"
            )
        };
        debug_assert!(written.is_ok(), "a string takes every text");
    }
    let title = both(
        &format!("{APPLICATION} quiere acceder a su cuenta"),
        &format!("{APPLICATION} wants access to your account"),
    );
    let choose = if boxes {
        both("Elija a qué puede acceder. Las casillas están vacías.", "Select what it can access. The boxes are empty.")
    } else {
        both("Podrá hacer lo siguiente:", "It will be able to:")
    };
    let sign_in = both(
        "Relacionarlo con su información personal (dirección de correo)",
        "Associate you with your personal info (email address)",
    );
    let sign_in = if flow.scopes.iter().any(|scope| scopes::is_sign_in(scope)) {
        format!("<p>{sign_in}</p>")
    } else {
        String::new()
    };
    let choose = if asked.is_empty() { String::new() } else { format!("<p id=\"instruction\">{choose}</p>") };
    let privacy = both(
        &format!(
            "Antes de continuar, lea el <a id=\"privacy-policy\" href=\"/app/privacidad\" target=\"_blank\" rel=\"noopener\">aviso de privacidad de {APPLICATION}</a>."
        ),
        &format!("Before you continue, read the privacy policy of {APPLICATION}."),
    );
    let (go, cancel) = (both("Continuar", "Continue"), both("Cancelar", "Cancel"));
    page(
        "Consentimiento",
        &format!(
            "<h1>{title}</h1><p><span class=chip id=\"account-email\">{email}</span></p>{sign_in}{choose}\
             <form id=\"consent\" method=post action=\"/signin/consent\"><input type=hidden name=flow value=\"{id}\">{asked}\
             <p>{privacy}</p><div class=row><button id=\"cancel\" name=decision value=cancel>{cancel}</button>\
             <button id=\"continue\" class=primary name=decision value=continue>{go}</button></div></form>"
        ),
    )
}

fn key_of(flow: &Flow) -> GrantKey {
    GrantKey { client_id: flow.client_id.clone(), email: flow.account.clone().unwrap_or_default() }
}

/// Whether the person has allowed all of it before.
pub(crate) fn is_granted(world: &World, flow: &Flow) -> bool {
    let granted = world.grants.get(&key_of(flow));
    granted.is_some_and(|granted| flow.scopes.iter().all(|scope| granted.contains(scope)))
}

/// Records the consent and returns to the client with a code.
pub(crate) fn finish(app: &App, world: &mut World, flow: &Flow, allowed: &[String]) -> Response {
    let key = key_of(flow);
    let granted = world.grants.entry(key.clone()).or_default();
    granted.extend(allowed.iter().cloned());
    let scopes: BTreeSet<String> =
        if flow.include_granted { granted.clone() } else { allowed.iter().cloned().collect() };
    let code = format!("4/0Asandbox-{}", random::token(50));
    let hd = world.account(&key.email).and_then(|account| account.hd.clone());
    let signed_in = world.browsers.get(&flow.browser).cloned().unwrap_or_default();
    let authuser = signed_in.iter().position(|email| *email == key.email).unwrap_or(0).to_string();
    world.counters.add(&key.email, |counts| &mut counts.authorizations);
    let scope_text = scopes::join(&scopes);
    world.codes.insert(
        code.clone(),
        Code {
            key,
            redirect_uri: flow.redirect_uri.clone(),
            challenge: flow.challenge.clone(),
            scopes,
            nonce: flow.nonce.clone(),
            offline: flow.offline,
            issued: Instant::now(),
            used: false,
        },
    );
    let (state, iss) = marks(app, world, flow);
    let mut pairs = vec![("state", state.as_str())];
    pairs.extend(iss.as_deref().map(|iss| ("iss", iss)));
    pairs.extend([("code", code.as_str()), ("scope", scope_text.as_str()), ("authuser", authuser.as_str())]);
    pairs.extend(hd.as_deref().map(|hd| ("hd", hd)));
    pairs.push(("prompt", if flow.prompt.iter().any(|prompt| prompt == "none") { "none" } else { "consent" }));
    back_to(&flow.redirect_uri, &pairs)
}

/// Returns to the client with an error.
pub(crate) fn failed(app: &App, world: &World, flow: &Flow, error: &str) -> Response {
    let (state, iss) = marks(app, world, flow);
    let mut pairs = vec![("error", error), ("state", state.as_str())];
    pairs.extend(iss.as_deref().map(|iss| ("iss", iss)));
    back_to(&flow.redirect_uri, &pairs)
}

/// The state and issuer that the redirect carries.
fn marks(app: &App, world: &World, flow: &Flow) -> (String, Option<String>) {
    let state = match world.behaviour.redirect_state {
        RedirectState::Same => flow.state.clone(),
        RedirectState::Foreign => random::token(16),
    };
    let iss = match world.behaviour.redirect_iss {
        RedirectIss::Base => Some(app.base.clone()),
        RedirectIss::Absent => None,
        RedirectIss::Foreign => Some("https://otro-proveedor.example".to_owned()),
    };
    (state, iss)
}

//! The scopes that the stand-in knows.

use std::collections::BTreeSet;

/// Send messages in the person's name.
pub(crate) const GMAIL_SEND: &str = "https://www.googleapis.com/auth/gmail.send";
const EMAIL: &str = "https://www.googleapis.com/auth/userinfo.email";
const PROFILE: &str = "https://www.googleapis.com/auth/userinfo.profile";

/// A scope beyond sign-in: name, id of its box, Spanish, English.
type Beyond = (&'static str, &'static str, &'static str, &'static str);

// The first text is Google's own, so that a person recognises the box that our pages speak of.
const BEYOND: [Beyond; 4] = [
    (GMAIL_SEND, "scope-gmail-send", "Enviar correo electrónico en tu nombre", "Send email on your behalf"),
    (
        "https://mail.google.com/",
        "scope-mail-google-com",
        "Leer, redactar, enviar y borrar definitivamente todo su correo",
        "Read, compose, send, and permanently delete all your email",
    ),
    (
        "https://www.googleapis.com/auth/gmail.compose",
        "scope-gmail-compose",
        "Administrar borradores y enviar correos",
        "Manage drafts and send emails",
    ),
    (
        "https://www.googleapis.com/auth/gmail.readonly",
        "scope-gmail-readonly",
        "Ver sus mensajes y su configuración",
        "View your email messages and settings",
    ),
];

/// The scope under its long name; `None` for an unknown one.
pub(crate) fn canonical(scope: &str) -> Option<&'static str> {
    match scope {
        "openid" => Some("openid"),
        "email" | EMAIL => Some(EMAIL),
        "profile" | PROFILE => Some(PROFILE),
        other => beyond(other).map(|(name, ..)| *name),
    }
}

/// The texts of a scope that is more than sign-in.
pub(crate) fn beyond(scope: &str) -> Option<&'static Beyond> {
    BEYOND.iter().find(|(name, ..)| *name == scope)
}

/// Whether the scope only says who the person is.
pub(crate) fn is_sign_in(scope: &str) -> bool {
    matches!(scope, "openid" | EMAIL | PROFILE)
}

/// Whether a token with these scopes may read the address.
pub(crate) fn tells_email(scopes: &BTreeSet<String>) -> bool {
    scopes.contains(EMAIL)
}

/// Whether a token with these scopes may send.
pub(crate) fn may_send(scopes: &BTreeSet<String>) -> bool {
    let enough = [GMAIL_SEND, "https://mail.google.com/", "https://www.googleapis.com/auth/gmail.compose"];
    enough.iter().any(|scope| scopes.contains(*scope))
}

/// Whether the consent page shows boxes.
///
/// Google's table of granular permissions: no box for sign-in alone, nor for exactly one other scope without sign-in.
pub(crate) fn has_boxes(scopes: &[String]) -> bool {
    let others = scopes.iter().filter(|scope| !is_sign_in(scope)).count();
    others > 1 || (others == 1 && scopes.len() > 1)
}

/// The `scope` text: long names, with sign-in last, so that the order is another than the one asked.
pub(crate) fn join(scopes: &BTreeSet<String>) -> String {
    let (sign_in, others): (Vec<_>, Vec<_>) = scopes.iter().map(String::as_str).partition(|scope| is_sign_in(scope));
    others.into_iter().chain(sign_in).collect::<Vec<_>>().join(" ")
}

//! The keyring's own question for its password: GNOME's real prompter on a display that nobody sees.

use serde_json::{Value, json};

use crate::screen::Screen;
use crate::session::{Keyring, Session};
use crate::{PASSWORD, setting};

#[test]
fn a_prompt_that_is_closed_left_alone_or_answered_is_told_apart() {
    let mut session = Session::start();
    let screen = Screen::start();
    session.show_on(&screen);
    let _keyring = Keyring::unlocked(&session, PASSWORD);
    let setting = setting(&session);
    let mut host = setting.home.host();

    // A display, and nobody who could ask on it: it is locked, and no person declined anything.
    session.lock();
    assert_eq!(host.ok("health", json!({}))["vault_failure"], "vault_locked");
    assert_eq!(host.kind("sign_in.begin", json!({})), "vault_locked");

    let _prompter = session.prompter();
    let closed = host.ask("sign_in.begin", json!({}));
    screen.press_when_asked(&["Escape"]);
    assert_eq!(host.answer(closed).unwrap_err()["data"]["kind"], "vault_dismissed");
    assert_eq!(host.ok("account.list", json!({}))["accounts"][0]["state"], "ready");

    let left_alone = host.kind("sign_in.begin", json!({}));
    assert_eq!(left_alone, "vault_timeout");
    screen.type_when_asked(PASSWORD);
    crate::host::wait("it is open", || (host.ok("health", json!({}))["vault_failure"] == Value::Null).then_some(()));
    host.ok("sign_in.begin", json!({}));
}

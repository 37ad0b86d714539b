//! The token that is kept for a later check.

use serde_json::json;

use super::office::{Clerk, Office};
use crate::live::person::Answer;

const KEEPS: Clerk = Clerk { leaves_box: true, gives_file: false, keeps: Answer::Yes, revokes: Answer::No };

#[test]
fn a_kept_token_is_checked_later_and_forgotten_after_its_revocation() {
    let office = Office::new();
    let first = office.check(KEEPS);
    assert_eq!(first.verdict("revoked"), "not_checked");
    let state = std::fs::read_to_string(office.at("estado.json")).unwrap();
    assert!(!state.contains('@') && !state.contains("sandbox"), "{state}");

    let found = office.resume(KEEPS);
    found.assert("refresh_later", "confirmed", &json!({"after_hours": 0, "opens_a_session": true, "rotated": false}));
    assert!(office.at("estado.json").exists(), "it can be checked once more");

    found.assert_only("not_checked", &["revoked"]);

    let found = office.resume(Clerk { revokes: Answer::Yes, ..KEEPS });
    assert_eq!((found.verdict("refresh_later"), found.verdict("revoked")), ("confirmed", "confirmed"));
    for left in ["estado.json", "estado.key", "estado.vault"] {
        assert!(!office.at(left).exists(), "{left}");
    }
    assert_eq!(office.sandbox.messages().len(), 3, "a later check sends nothing");
}

#[test]
fn a_token_that_died_meanwhile_is_refuted() {
    let office = Office::new();
    office.check(KEEPS);
    office.sandbox.revoke_account("facturas@papeleria.example");
    let found = office.resume(KEEPS);
    found.assert("refresh_later", "refuted", &json!({"failure": "grant_refused"}));
    assert!(!office.at("estado.json").exists());
}

#[test]
fn a_provider_that_is_away_says_nothing_about_the_token() {
    let office = Office::new();
    office.check(KEEPS);
    office.sandbox.add_fault(&json!({"point": "token_refresh", "kind": "status", "status": 503})).unwrap();
    let found = office.resume(KEEPS);
    assert_eq!(found.verdict("refresh_later"), "not_checked");
    assert_eq!(office.resume(KEEPS).verdict("refresh_later"), "confirmed");
}

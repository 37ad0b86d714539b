//! Holds the README's table of sign-in outcomes to the kinds, the sentences and the tests that it names.

use std::collections::{BTreeMap, BTreeSet};

use correo_cfdi::protocol::failure::Kind;

use super::readme::{self, Tests};

/// Kinds that the browser alone sees.
const OF_THE_BROWSER: [&str; 7] = [
    "tab_closed",
    "window_closed",
    "page_not_loaded",
    "sign_in_timed_out",
    "sign_in_open",
    "identity_missing",
    "incognito",
];

/// Kinds of accounts that stand among others in the list.
const OF_ACCOUNTS: [Kind; 3] = [Kind::SignInNeeded, Kind::AccountStranded, Kind::ScopeLost];

struct Row {
    kind: String,
    sentence: String,
    test: String,
}

/// The rows `| outcome | kind | sentence | test |` under the heading.
fn rows() -> Vec<Row> {
    let code = |cell: &str| cell.trim_matches('`').to_owned();
    let rows = readme::rows("Sign-in outcomes", 4).into_iter();
    rows.map(|cells| Row { kind: code(&cells[1]), sentence: cells[2].clone(), test: code(&cells[3]) }).collect()
}

/// Every kind that a sign-in or a grant can end with.
fn wanted() -> BTreeSet<String> {
    let at = |kind: Kind| Kind::ALL.iter().position(|known| *known == kind).unwrap();
    let between = |first: Kind, last: Kind| Kind::ALL[at(first)..=at(last)].iter().copied();
    let of_the_host = between(Kind::OauthDisabled, Kind::VaultKeyFile)
        .chain(between(Kind::ClockWrong, Kind::AccessEnded))
        .chain(OF_ACCOUNTS)
        .chain([Kind::ProxyUnreachable, Kind::CaFileUnreadable, Kind::DesktopClientNeeded, Kind::WebClientNeeded])
        .map(Kind::code);
    of_the_host.chain(OF_THE_BROWSER.map(str::to_owned)).collect()
}

#[test]
fn every_outcome_of_a_sign_in_has_its_row_its_sentence_and_its_test() {
    let rows = rows();
    let missing: Vec<String> = wanted().into_iter().filter(|kind| rows.iter().all(|row| row.kind != *kind)).collect();
    assert!(missing.is_empty(), "the README's table of outcomes has no row for {missing:?}");

    let locale = std::fs::read_to_string(readme::root().join("extension/_locales/es/messages.json")).unwrap();
    let texts: BTreeMap<String, serde_json::Value> = serde_json::from_str(&locale).unwrap();
    let tests = Tests::read();
    for row in rows {
        let said = texts.get(&format!("err_{}", row.kind)).and_then(|text| text["message"].as_str());
        assert_eq!(said, Some(row.sentence.as_str()), "the sentence of {} in the README is not the locale's", row.kind);
        assert!(tests.have(&row.test), "no test is called {:?}, which the README names for {}", row.test, row.kind);
    }
}

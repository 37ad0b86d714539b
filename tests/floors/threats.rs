//! Holds the README's table of threats: each has its place, and tests that are there.

use super::readme::{self, Tests};

/// What the table has to cover at least, by the words that its rows begin with.
const WANTED: [&str; 24] = [
    "Hostile page",
    "Framed portal",
    "Forged origin",
    "Look-alike domain",
    "Malicious extension",
    "Path escape",
    "Header injection",
    "Template injection",
    "Markup from a portal or an XML",
    "Formula injection",
    "Replayed code",
    "Stolen state file",
    "Token to a foreign host",
    "Redirect with tokens",
    "Log leak",
    "Leak by arguments or environment",
    "Core dump",
    "Dependency tampering",
    "Double send",
    "Wrong customer",
    "Key-repeat confirmation",
    "Downgraded TLS",
    "Resource exhaustion",
    "Broken frames",
];

#[test]
fn every_threat_says_where_it_is_stopped_and_names_tests_that_are_there() {
    let rows = readme::rows("Threats", 3);
    for wanted in WANTED {
        assert!(rows.iter().any(|row| row[0].starts_with(wanted)), "the table of threats has no row for {wanted:?}");
    }
    let tests = Tests::read();
    for row in &rows {
        assert!(row[1].len() > 20, "{}: where is it stopped?", row[0]);
        let names = readme::codes(&row[2]);
        assert!(!names.is_empty(), "{}: no test is named", row[0]);
        for name in names {
            assert!(tests.have(name), "no test is called {name:?}, which the README names for {:?}", row[0]);
        }
    }
}

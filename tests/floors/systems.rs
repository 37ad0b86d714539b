//! Holds the README's table of what was run where: what was run names the tests that ran it.

use super::readme::{self, Tests};

/// What the table has to speak of at least, in some cell.
const WANTED: [&str; 11] = [
    "Chromium",
    "Chrome",
    "Edge",
    "Debian package",
    "Windows installer",
    "Windows program",
    "macOS",
    "GNOME Keyring",
    "Gmail",
    "Microsoft 365",
    "Chrome Web Store",
];

const STATES: [&str; 3] = ["run here", "run under Wine", "not run"];

/// Letters that a word on what was not run has at least.
const MIN_WORD: usize = 30;

#[test]
fn what_was_run_names_tests_that_are_there_and_what_was_not_says_so() {
    let rows = readme::rows("What was run where", 4);
    for wanted in WANTED {
        let speaks = |row: &Vec<String>| row[..2].iter().any(|cell| cell.contains(wanted));
        assert!(rows.iter().any(speaks), "nothing is said of {wanted:?}");
    }
    let tests = Tests::read();
    for row in &rows {
        let names = readme::codes(&row[3]);
        assert!(STATES.contains(&row[2].as_str()), "{}: {:?} is no state", row[0], row[2]);
        if row[2] == "not run" {
            assert!(row[3].len() >= MIN_WORD, "{}: what stands for it?", row[0]);
            continue;
        }
        assert!(!names.is_empty(), "{}: by which test?", row[0]);
        for name in names {
            let is_script = name.starts_with("tests/tools/") && readme::root().join(name).is_file();
            assert!(is_script || tests.have(name), "{}: nothing is called {name:?}", row[0]);
        }
        // Nothing of Windows or macOS itself can have been run here.
        assert!(row[2] != "run here" || !["Windows", "macOS", "Google"].contains(&row[1].as_str()), "{}", row[0]);
    }
}

//! Holds the README's table of permissions to what the extension and the sign-in ask for.

use std::collections::BTreeSet;

use correo_cfdi::domain::sign_in::IDENTITY_SCOPES;

use super::readme;

/// Letters that a reason has at least: a word alone is none.
const MIN_REASON: usize = 30;

/// Everything that the manifest asks for, at the installation or later.
fn asked_for() -> BTreeSet<String> {
    let manifest = std::fs::read_to_string(readme::root().join("extension/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let members = ["permissions", "optional_permissions", "host_permissions", "optional_host_permissions"];
    let lists = members.iter().filter_map(|member| manifest[*member].as_array()).flatten();
    lists.map(|permission| permission.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_permission_is_in_the_readme_with_its_reason_and_none_that_is_not_asked_for() {
    let rows = readme::rows("Permissions and why", 2);
    let (of_google, of_the_browser): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row[0].starts_with("Google: "));
    let explained: Vec<String> =
        of_the_browser.iter().flat_map(|row| readme::codes(&row[0])).map(str::to_owned).collect();
    assert_eq!(explained.iter().cloned().collect::<BTreeSet<_>>(), asked_for());
    assert_eq!(explained.len(), asked_for().len(), "each once");
    for row in &rows {
        assert!(row[1].len() >= MIN_REASON, "{}: the reason is missing", row[0]);
    }
    let scopes: BTreeSet<&str> = of_google.iter().flat_map(|row| readme::codes(&row[0])).collect();
    assert_eq!(scopes, BTreeSet::from([IDENTITY_SCOPES.join(" ").as_str(), "gmail.send"]));
}

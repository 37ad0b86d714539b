//! The table of browsers.

use serde::{Deserialize, Serialize};

use crate::protocol::failure::{Fault, Kind};

/// The table as it ships.
const TABLE: &str = include_str!("../../../manifests/browsers.toml");

/// For whom a registration counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The user who runs the program.
    User,
    /// Everybody on this computer; needs the administrator.
    System,
}

/// Where one browser looks, on one operating system and in one scope.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Name on the command line.
    pub browser: String,
    /// Name that people know.
    pub title: String,
    /// Operating system, as `std::env::consts::OS` names it.
    pub system: String,
    /// For whom it counts.
    pub scope: Scope,
    /// A channel before the stable one, which is named only where it is found.
    #[serde(default)]
    pub preview: bool,
    /// Folders and registry keys one of which exists where the browser does.
    pub present: Vec<String>,
    /// Folders of manifests, or keys that name one, in which we register.
    pub hosts: Vec<String>,
    /// Where the browser looks, in its order; empty where that is `hosts`.
    #[serde(default)]
    reads: Vec<String>,
}

impl Row {
    /// Where the browser looks, first hit first.
    #[must_use]
    pub fn reads(&self) -> &[String] {
        if self.reads.is_empty() { &self.hosts } else { &self.reads }
    }
}

/// `manifests/browsers.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The rows, in the order of the file.
    #[serde(rename = "place")]
    pub rows: Vec<Row>,
}

impl Table {
    /// The table that was built in.
    ///
    /// # Errors
    /// `internal` when the file is broken; a test reads it.
    pub fn embedded() -> Result<Self, Fault> {
        toml::from_str(TABLE).map_err(|_| Fault::new(Kind::Internal).about("manifests/browsers.toml"))
    }

    /// The rows of that operating system and scope.
    pub fn rows(&self, system: &str, scope: Scope) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.system == system && row.scope == scope)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::collections::HashSet;

    use super::*;

    const BROWSERS: [&str; 6] = ["chrome", "chromium", "edge", "brave", "vivaldi", "opera"];
    const SYSTEMS: [&str; 3] = ["linux", "macos", "windows"];
    const SCOPES: [Scope; 2] = [Scope::User, Scope::System];

    /// Bases that the user may write.
    const OF_THE_USER: [&str; 2] = ["$CONFIG/", "$LOCAL/"];

    #[test]
    fn every_browser_has_a_row_on_every_system_in_both_scopes() {
        let table = Table::embedded().unwrap();
        for system in SYSTEMS {
            for scope in SCOPES {
                let stable = table.rows(system, scope).filter(|row| !row.preview);
                let names: Vec<_> = stable.map(|row| row.browser.as_str()).collect();
                assert_eq!(names, BROWSERS, "{system} {scope:?}");
            }
        }
    }

    #[test]
    fn the_table_says_nothing_twice_and_names_no_channel_without_its_browser() {
        let table = Table::embedded().unwrap();
        let mut seen = HashSet::new();
        for row in &table.rows {
            assert!(seen.insert((&row.browser, &row.system, format!("{:?}", row.scope))), "{row:?}");
            assert!(SYSTEMS.contains(&row.system.as_str()), "{row:?}");
            let (stem, channel) = row.browser.split_once('-').unwrap_or((&row.browser, ""));
            assert!(BROWSERS.contains(&stem), "{row:?}");
            assert_eq!(row.preview, !channel.is_empty(), "{row:?}");
            for list in [&row.present, &row.hosts, &row.reads] {
                assert_eq!(list.iter().collect::<HashSet<_>>().len(), list.len(), "{row:?}");
            }
            assert!(!row.present.is_empty() && !row.hosts.is_empty(), "{row:?}");
            // A registration that no look-up meets would be no registration.
            assert!(row.reads().iter().any(|place| row.hosts.contains(place)), "{row:?}");
        }
    }

    #[test]
    fn folders_lie_where_their_scope_may_write_and_have_the_leaf_that_browsers_look_for() {
        let table = Table::embedded().unwrap();
        for row in table.rows.iter().filter(|row| row.system != "windows") {
            let leaf = match (row.system.as_str(), row.scope) {
                ("linux", Scope::System) => "/native-messaging-hosts",
                _ => "/NativeMessagingHosts",
            };
            for folder in row.hosts.iter().chain(row.reads()) {
                assert!(folder.ends_with(leaf), "{folder}");
                let is_users = OF_THE_USER.iter().any(|base| folder.starts_with(base));
                assert_eq!(is_users, row.scope == Scope::User, "{folder}");
                assert!(is_users || folder.starts_with('/'), "{folder}");
            }
            assert!(row.present.iter().all(|sign| !sign.contains('\\') && !sign.starts_with("registry:")), "{row:?}");
        }
    }

    #[test]
    fn keys_are_named_without_their_hive_and_signs_of_a_whole_computer_are_no_users() {
        let table = Table::embedded().unwrap();
        for row in table.rows.iter().filter(|row| row.system == "windows") {
            for key in row.hosts.iter().chain(row.reads()) {
                assert!(key.starts_with("Software\\") && key.ends_with("\\NativeMessagingHosts"), "{key}");
                assert!(!key.contains('/') && !key.contains("\\\\"), "{key}");
            }
            for sign in &row.present {
                match sign.strip_prefix("registry:") {
                    Some(key) => assert!(key.starts_with("Software\\") && !key.contains('/'), "{sign}"),
                    None => assert!(!sign.contains('\\') && sign.starts_with('$'), "{sign}"),
                }
                let is_users = OF_THE_USER.iter().any(|base| sign.starts_with(base));
                assert!(row.scope == Scope::User || !is_users, "{sign}");
            }
        }
    }
}

//! The table of browsers.

use std::path::PathBuf;

use serde::Deserialize;

use crate::protocol::failure::{Fault, Kind};

/// The table as it ships.
const TABLE: &str = include_str!("../../../manifests/browsers.toml");

/// For whom a registration counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
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
pub struct Place {
    /// Name on the command line.
    pub browser: String,
    /// Name that people know.
    pub title: String,
    /// Operating system, as `std::env::consts::OS` names it.
    pub system: String,
    /// For whom it counts.
    pub scope: Scope,
    /// Folders one of which exists where the browser does.
    pub present: Vec<String>,
    /// The folder of the manifests.
    pub folder: String,
}

/// `manifests/browsers.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The rows, in the order of the file.
    #[serde(rename = "place")]
    pub places: Vec<Place>,
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
    pub fn rows(&self, system: &str, scope: Scope) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(move |place| place.system == system && place.scope == scope)
    }
}

/// What the table's paths start from.
#[derive(Debug, Clone)]
pub struct Bases {
    /// Operating system, as `std::env::consts::OS` names it.
    pub system: String,
    /// `$CONFIG`.
    pub config: PathBuf,
    /// `/`.
    pub root: PathBuf,
}

impl Bases {
    /// Those of the user who runs the program.
    ///
    /// # Errors
    /// `config_invalid` without a home folder.
    pub fn of_this_user() -> Result<Self, Fault> {
        let bases = directories::BaseDirs::new().ok_or_else(|| Fault::new(Kind::ConfigInvalid).about("HOME"))?;
        let root = PathBuf::from("/");
        Ok(Self { system: std::env::consts::OS.to_owned(), config: bases.config_dir().to_owned(), root })
    }

    /// A path of the table as one of this computer.
    #[must_use]
    pub fn resolve(&self, path: &str) -> PathBuf {
        let (base, rest) = match path.strip_prefix("$CONFIG") {
            Some(rest) => (&self.config, rest),
            None => (&self.root, path),
        };
        // Part by part: joining a path that starts with a slash would replace the base.
        let mut resolved = base.clone();
        resolved.extend(rest.split('/').filter(|part| !part.is_empty()));
        resolved
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::collections::HashSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_table_is_whole_and_says_nothing_twice() {
        let table = Table::embedded().unwrap();
        let mut seen = HashSet::new();
        for place in &table.places {
            assert!(seen.insert((&place.browser, &place.system, format!("{:?}", place.scope))), "{place:?}");
            assert!(place.browser.bytes().all(|byte| byte.is_ascii_lowercase()), "{place:?}");
            assert!(!place.present.is_empty(), "{place:?}");
            let leaf = if place.scope == Scope::User { "NativeMessagingHosts" } else { "native-messaging-hosts" };
            assert!(place.folder.ends_with(leaf), "{place:?}");
            for path in place.present.iter().chain([&place.folder]) {
                assert!(path.starts_with("$CONFIG/") == (place.scope == Scope::User), "{path}");
                assert!(path.starts_with("$CONFIG/") || path.starts_with('/'), "{path}");
            }
        }
    }

    #[test]
    fn chrome_chromium_and_edge_are_known_on_linux_in_both_scopes() {
        let table = Table::embedded().unwrap();
        for scope in [Scope::User, Scope::System] {
            let names: Vec<_> = table.rows("linux", scope).map(|place| place.browser.as_str()).collect();
            assert_eq!(names, ["chrome", "chromium", "edge"]);
        }
    }

    #[test]
    fn paths_resolve_below_their_base() {
        let bases = Bases {
            system: "linux".into(),
            config: PathBuf::from("/home/ñandú & co/.config"),
            root: PathBuf::from("/elsewhere"),
        };
        assert_eq!(bases.resolve("$CONFIG/chromium"), Path::new("/home/ñandú & co/.config/chromium"));
        assert_eq!(bases.resolve("/etc/chromium"), Path::new("/elsewhere/etc/chromium"));
    }
}

//! What should be where: computed, never done here.

use std::path::{Path, PathBuf};

use super::Target;
use super::bases::Bases;
use super::browsers::{Row, Scope, Table};
use super::manifest::Manifest;
use super::registry::{Hive, Key, Registry, VIEWS};
use crate::protocol::failure::{Fault, Kind};

/// The folder below a user data folder that holds manifests (Chromium: `chrome/common/chrome_paths.cc`).
const USER_FOLDER: &str = "NativeMessagingHosts";

/// What tells in the table that a sign of a browser is a registry key.
const KEY_SIGN: &str = "registry:";

/// What makes a browser find the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A manifest in a folder of the browser's.
    File(PathBuf),
    /// A registry key whose default value names the manifest.
    Key(Key),
}

/// What tells that a browser is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signs {
    /// One of these folders.
    pub folders: Vec<PathBuf>,
    /// Or one of these keys, in either hive.
    pub keys: Vec<String>,
}

impl Signs {
    /// Whether one of them is there.
    pub(super) fn hold(&self, registry: &dyn Registry) -> bool {
        let in_hive = |path: &String, hive| {
            let key = Key { hive, path: path.clone() };
            VIEWS.iter().any(|view| registry.exists(&key, *view))
        };
        self.folders.iter().any(|folder| folder.is_dir())
            || self.keys.iter().any(|key| in_hive(key, Hive::CurrentUser) || in_hive(key, Hive::LocalMachine))
    }
}

/// When a manifest belongs at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// Always: it was asked for by name.
    Asked,
    /// If the browser shows one of its signs.
    IfAny(Signs),
}

impl Presence {
    /// Whether it belongs there on this computer.
    pub(super) fn holds(&self, registry: &dyn Registry) -> bool {
        match self {
            Self::Asked => true,
            Self::IfAny(signs) => signs.hold(registry),
        }
    }
}

/// One browser, with every place of it in one scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    /// The browser's name in the table, if it has one.
    pub name: Option<String>,
    /// The name that people know.
    pub title: String,
    /// For whom it is registered.
    pub scope: Scope,
    /// A channel before the stable one, left out where it is not found.
    pub preview: bool,
    /// When it is to be registered.
    pub presence: Presence,
    /// Where we register.
    pub hosts: Vec<Location>,
    /// Where the browser looks, first hit first.
    pub reads: Vec<Location>,
}

/// Every browser of that target.
///
/// # Errors
/// `invalid_params` for a browser that the table does not know on this system, or a user data folder on Windows.
pub fn plan(table: &Table, bases: &Bases, target: &Target, manifest: &Manifest) -> Result<Vec<Browser>, Fault> {
    let file_name = manifest.file_name();
    match target {
        Target::Found(scope) => Ok(table
            .rows(&bases.system, *scope)
            .map(|row| browser(row, bases, manifest, Presence::IfAny(signs(row, bases))))
            .collect()),
        Target::Named(scope, names) => {
            refuse_unknown(table, bases, *scope, names)?;
            let rows = table.rows(&bases.system, *scope).filter(|row| names.contains(&row.browser));
            Ok(rows.map(|row| browser(row, bases, manifest, Presence::Asked)).collect())
        }
        // Only the registry is asked there (Chromium: `launch_context_win.cc`), whatever the folder.
        Target::UserDataDir(_) if bases.system == "windows" => {
            Err(Fault::new(Kind::InvalidParams).about("--user-data-dir (Windows)"))
        }
        Target::UserDataDir(folder) => Ok(vec![Browser {
            name: None,
            title: folder.display().to_string(),
            scope: Scope::User,
            preview: false,
            presence: Presence::Asked,
            hosts: vec![Location::File(folder.join(USER_FOLDER).join(&file_name))],
            reads: vec![Location::File(folder.join(USER_FOLDER).join(file_name))],
        }]),
    }
}

fn browser(row: &Row, bases: &Bases, manifest: &Manifest, presence: Presence) -> Browser {
    Browser {
        name: Some(row.browser.clone()),
        title: row.title.clone(),
        scope: row.scope,
        preview: row.preview,
        presence,
        hosts: locations(&row.hosts, row.scope, bases, manifest),
        reads: locations(row.reads(), row.scope, bases, manifest),
    }
}

fn locations(places: &[String], scope: Scope, bases: &Bases, manifest: &Manifest) -> Vec<Location> {
    if bases.system == "windows" {
        let key = |place: &String| Key { hive: scope.into(), path: format!("{place}\\{}", manifest.name) };
        return places.iter().map(|place| Location::Key(key(place))).collect();
    }
    let folders = places.iter().flat_map(|place| bases.resolve(place));
    folders.map(|folder| Location::File(folder.join(manifest.file_name()))).collect()
}

/// What tells that the browser of a row is there.
pub(super) fn signs(row: &Row, bases: &Bases) -> Signs {
    let mut signs = Signs::default();
    for sign in &row.present {
        match sign.strip_prefix(KEY_SIGN) {
            Some(key) => signs.keys.push(key.to_owned()),
            None => signs.folders.extend(bases.resolve(sign)),
        }
    }
    signs
}

/// Where the manifest lies that a location of that scope names or is.
pub(super) fn manifest_of(location: &Location, scope: Scope, bases: &Bases, file_name: &str) -> PathBuf {
    match location {
        Location::File(path) => path.clone(),
        Location::Key(_) => bases.manifests(scope).join(file_name),
    }
}

/// The characters of a program's path for which the shell of Windows may not start it: browsers start hosts through
/// `cmd.exe /d /s /c`, which reads them as its own (crbug.com/335558).
#[must_use]
pub fn shell_hazards(system: &str, program: &Path) -> Vec<char> {
    let text = program.to_string_lossy();
    let is_hazard = |letter: &char| system == "windows" && text.contains(*letter);
    ['&', '^', '%'].into_iter().filter(is_hazard).collect()
}

fn refuse_unknown(table: &Table, bases: &Bases, scope: Scope, names: &[String]) -> Result<(), Fault> {
    let known: Vec<_> = table.rows(&bases.system, scope).map(|row| row.browser.as_str()).collect();
    match names.iter().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(Fault::new(Kind::InvalidParams).about(format!("--browser {name}: {}", known.join(" | ")))),
    }
}

#[cfg(test)]
mod tests;

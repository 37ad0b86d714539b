//! How the registrations stand, as the browsers would find them: for the doctor, the installer and the repair.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Computer;
use super::browsers::Scope;
use super::manifest::Manifest;
use super::plan::{Browser, Location, manifest_of};
use super::registry::VIEWS;
use super::standing::{Cause, Judge, Standing};

/// How one browser's registration stands in one scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The browser's name in the table; none for a user data folder, which any of them may open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// The name that people know.
    pub title: String,
    /// For whom it counts.
    pub scope: Scope,
    /// The manifest that the browser reads, or where ours would lie.
    pub manifest: PathBuf,
    /// Windows: the key that names it, or would.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
    /// How it stands.
    #[serde(flatten)]
    pub standing: Standing,
}

/// What a browser meets first.
struct Hit {
    location: Location,
    manifest: PathBuf,
}

/// Judges one browser as it would look itself.
pub(super) fn find(computer: &Computer<'_>, browser: &Browser, expected: &Manifest) -> Finding {
    let is_there = browser.presence.holds(computer.registry);
    let (hit, standing) = match first(computer, browser) {
        Some(hit) => {
            let standing = judge(computer, &hit.manifest, expected);
            (hit, standing)
        }
        None => (own(computer, browser, expected), Standing::Absent),
    };
    let registry = match &hit.location {
        Location::File(_) => None,
        Location::Key(key) => Some(key.to_string()),
    };
    Finding {
        browser: browser.name.clone(),
        title: browser.title.clone(),
        scope: browser.scope,
        manifest: hit.manifest,
        registry,
        standing: if is_there { standing } else { Standing::NotInstalled },
    }
}

/// Judges the manifest at that path.
pub(super) fn judge(computer: &Computer<'_>, manifest: &Path, expected: &Manifest) -> Standing {
    // The registry may name anything; browsers follow absolute paths alone.
    if !manifest.is_absolute() {
        return Standing::Broken(Cause::ManifestMissing);
    }
    match fs::read(manifest) {
        Ok(bytes) => judge_of(computer, expected).judge(manifest, &bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Standing::Broken(Cause::ManifestMissing),
        Err(_) => Standing::Broken(Cause::ManifestUnreadable),
    }
}

/// The judge of this computer.
pub(super) fn judge_of<'a>(computer: &Computer<'_>, expected: &'a Manifest) -> Judge<'a> {
    Judge { expected, takes_relative: computer.bases.system == "windows" }
}

/// What the browser meets first: each view of the registry in turn, each of its places in turn.
fn first(computer: &Computer<'_>, browser: &Browser) -> Option<Hit> {
    let file = |location: &Location| match location {
        // A link that leads nowhere is met, and then not found.
        Location::File(path) if fs::symlink_metadata(path).is_ok() => {
            Some(Hit { location: location.clone(), manifest: path.clone() })
        }
        Location::File(_) | Location::Key(_) => None,
    };
    let key = |location: &Location, view| match location {
        Location::File(_) => None,
        Location::Key(key) => {
            let named = computer.registry.get(key, view).ok().flatten()?;
            Some(Hit { location: location.clone(), manifest: PathBuf::from(named) })
        }
    };
    let in_folders = browser.reads.iter().find_map(file);
    in_folders.or_else(|| VIEWS.into_iter().find_map(|view| browser.reads.iter().find_map(|place| key(place, view))))
}

/// Where our registration would be that the browser meets.
fn own(computer: &Computer<'_>, browser: &Browser, expected: &Manifest) -> Hit {
    let met = browser.hosts.iter().find(|place| browser.reads.contains(place)).or(browser.hosts.first());
    let location = met.cloned().unwrap_or_else(|| Location::File(PathBuf::new()));
    let manifest = manifest_of(&location, browser.scope, &computer.bases, &expected.file_name());
    Hit { location, manifest }
}

#[cfg(test)]
mod tests;

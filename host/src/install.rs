//! Writes what lies in `manifests/` to where each browser looks, and takes it away again.
//!
//! What should be there is computed first and without touching anything ([`plan`]); doing comes after, writes whole files
//! only, reads them back, and removes nothing that another program may have put there. How it stands is judged by one
//! judgement ([`verify`]), which the repair at the start of a host ([`mend`]) and the doctor share.

mod bases;
mod browsers;
mod disk;
mod keys;
mod manifest;
mod mend;
mod plan;
mod registry;
mod standing;
mod verify;
#[cfg(windows)]
mod windows_registry;

use std::path::{Path, PathBuf};

use crate::protocol::failure::{Fault, Kind};

pub use bases::Bases;
pub use browsers::{Row, Scope, Table};
pub use disk::Outcome;
pub use manifest::{Manifest, known_ids};
pub use plan::{Browser, Location, Presence, Signs, plan, shell_hazards};
pub use registry::{Hive, Key, Registry, View};
pub use standing::{Cause, Standing};
pub use verify::Finding;

/// Where to register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Every browser that is found.
    Found(Scope),
    /// Browsers by the names of `manifests/browsers.toml`, found or not.
    Named(Scope, Vec<String>),
    /// One user data folder, as a browser gets it with `--user-data-dir`.
    UserDataDir(PathBuf),
}

/// What was done at one place.
#[derive(Debug)]
pub struct Step {
    /// The browser's name in the table; none for a user data folder, which any of them may open.
    pub browser: Option<String>,
    /// The name that people know.
    pub title: String,
    /// The manifest.
    pub manifest: PathBuf,
    /// Windows: the key that names it.
    pub registry: Option<String>,
    /// What happened; one place that fails does not keep the others from being done.
    pub outcome: Result<Outcome, Fault>,
}

/// What registering works on.
pub(crate) struct Computer<'a> {
    bases: Bases,
    registry: &'a dyn Registry,
}

/// Registers the running program for our extensions and the given ones. Doing it twice changes nothing.
///
/// # Errors
/// `invalid_params` for an unknown browser, an extension id that is none, or a program path that JSON cannot hold;
/// `config_invalid` without a home folder; `internal` when an embedded file is broken. Each step has its own outcome.
pub fn install(target: &Target, extension_ids: &[String]) -> Result<Vec<Step>, Fault> {
    let program = own_program()?;
    install_on(&computer(&program)?, target, &Manifest::new(&program, extension_ids)?)
}

/// Removes the registrations that start the running program; those of another program of the same name stay.
///
/// # Errors
/// As [`install`].
pub fn uninstall(target: &Target) -> Result<Vec<Step>, Fault> {
    let program = own_program()?;
    uninstall_on(&computer(&program)?, target, &Manifest::new(&program, &[])?)
}

/// How the registrations stand for the running program, for our extensions and the given ones. Changes nothing.
///
/// Browsers that were found and those that were not are named; a channel before the stable one only where it was found.
/// A user's registration hides that of the whole computer, so both scopes have to be asked for the whole picture.
///
/// # Errors
/// As [`install`].
pub fn verify(target: &Target, extension_ids: &[String]) -> Result<Vec<Finding>, Fault> {
    let program = own_program()?;
    verify_on(&computer(&program)?, target, &Manifest::new(&program, extension_ids)?)
}

/// Mends the user's registrations that are ours and broken, and gives how many; what it did is in the log.
///
/// Never writes where nothing is, and never over what starts another program.
///
/// # Errors
/// As [`install`].
pub fn mend() -> Result<usize, Fault> {
    let program = own_program()?;
    let computer = computer(&program)?;
    let expected = Manifest::new(&program, &[])?;
    let browsers = plan(&Table::embedded()?, &computer.bases, &Target::Found(Scope::User), &expected)?;
    Ok(mend::mend(&computer, &browsers, &expected))
}

/// The absolute path of this program, links resolved: a link may be changed later to point elsewhere.
///
/// # Errors
/// `file_unreadable`.
pub fn own_program() -> Result<PathBuf, Fault> {
    let unreadable = |_| Fault::new(Kind::FileUnreadable).about("correo-cfdi");
    let program = std::env::current_exe().map_err(unreadable)?;
    // On Windows the canonical form starts with `\\?\`, which the shell that starts the host does not understand.
    if cfg!(windows) { std::path::absolute(program) } else { program.canonicalize() }.map_err(unreadable)
}

fn computer(program: &Path) -> Result<Computer<'static>, Fault> {
    Ok(Computer { bases: Bases::of_this_user(program)?, registry: &registry::Own })
}

fn install_on(computer: &Computer<'_>, target: &Target, manifest: &Manifest) -> Result<Vec<Step>, Fault> {
    let bytes = manifest.bytes()?;
    let mode = mode_of(target);
    each(computer, target, manifest, |browser, location, path| {
        if !browser.presence.holds(computer.registry) {
            return Ok(Outcome::Skipped);
        }
        match location {
            Location::File(path) => disk::put(path, &bytes, mode),
            Location::Key(key) => keys::register(computer, key, path, &bytes, mode),
        }
    })
}

fn uninstall_on(computer: &Computer<'_>, target: &Target, manifest: &Manifest) -> Result<Vec<Step>, Fault> {
    let needed = still_needed(computer, target, manifest)?;
    let steps = each(computer, target, manifest, |_, location, path| match location {
        location if needed.contains(location) => Ok(Outcome::Shared),
        Location::File(path) => disk::take_away(path, manifest),
        Location::Key(key) => keys::unregister(computer, key, path, manifest),
    })?;
    drop_manifest(computer, target, manifest)?;
    Ok(steps)
}

fn verify_on(computer: &Computer<'_>, target: &Target, manifest: &Manifest) -> Result<Vec<Finding>, Fault> {
    let browsers = plan(&Table::embedded()?, &computer.bases, target, manifest)?;
    let found = browsers.iter().filter(|browser| !browser.preview || browser.presence.holds(computer.registry));
    Ok(found.map(|browser| verify::find(computer, browser, manifest)).collect())
}

/// Acts on every place of every browser; of one that is not found there is one step, and none of a preview channel.
fn each(
    computer: &Computer<'_>,
    target: &Target,
    manifest: &Manifest,
    act: impl Fn(&Browser, &Location, &Path) -> Result<Outcome, Fault>,
) -> Result<Vec<Step>, Fault> {
    let mut steps: Vec<Step> = Vec::new();
    for browser in plan(&Table::embedded()?, &computer.bases, target, manifest)? {
        for location in &browser.hosts {
            let path = plan::manifest_of(location, browser.scope, &computer.bases, &manifest.file_name());
            let outcome = act(&browser, location, &path);
            let nothing = matches!(outcome, Ok(Outcome::Skipped | Outcome::Absent));
            let is_known = steps.last().is_some_and(|last| last.browser == browser.name);
            if nothing && (browser.preview || is_known) {
                continue;
            }
            let registry = match location {
                Location::File(_) => None,
                Location::Key(key) => Some(key.to_string()),
            };
            let (name, title) = (browser.name.clone(), browser.title.clone());
            steps.push(Step { browser: name, title, manifest: path, registry, outcome });
        }
    }
    Ok(steps)
}

/// Places that were not named and are still looked into by a browser that is there.
fn still_needed(computer: &Computer<'_>, target: &Target, manifest: &Manifest) -> Result<Vec<Location>, Fault> {
    let Target::Named(scope, names) = target else { return Ok(Vec::new()) };
    let all = plan(&Table::embedded()?, &computer.bases, &Target::Found(*scope), manifest)?;
    let others = all.into_iter().filter(|browser| browser.name.as_ref().is_some_and(|name| !names.contains(name)));
    let there = others.filter(|browser| browser.presence.holds(computer.registry));
    Ok(there.flat_map(|browser| browser.hosts).collect())
}

/// Windows: removes the manifest with its folder once no key of that scope names it.
fn drop_manifest(computer: &Computer<'_>, target: &Target, manifest: &Manifest) -> Result<(), Fault> {
    let (Target::Found(scope) | Target::Named(scope, _)) = target else { return Ok(()) };
    if computer.bases.system != "windows" {
        return Ok(());
    }
    let path = computer.bases.manifests(*scope).join(manifest.file_name());
    let all = plan(&Table::embedded()?, &computer.bases, &Target::Found(*scope), manifest)?;
    let names_it = |location: &Location| match location {
        Location::File(_) => false,
        Location::Key(key) => registry::VIEWS.iter().any(|view| {
            let named = computer.registry.get(key, *view).ok().flatten();
            named.is_some_and(|named| Path::new(&named) == path)
        }),
    };
    if all.iter().flat_map(|browser| &browser.hosts).any(names_it) {
        return Ok(());
    }
    disk::take_away(&path, manifest)?;
    if let (Scope::User, Some(folder)) = (scope, path.parent()) {
        // A folder that holds anything else stays.
        drop(std::fs::remove_dir(folder));
    }
    Ok(())
}

/// Folders of the system are for everybody to read; those of a user are not.
fn mode_of(target: &Target) -> disk::FolderMode {
    match target {
        Target::Found(Scope::System) | Target::Named(Scope::System, _) => disk::FolderMode::Everybody,
        Target::Found(Scope::User) | Target::Named(Scope::User, _) | Target::UserDataDir(_) => disk::FolderMode::Owner,
    }
}

#[cfg(test)]
mod lab;
#[cfg(test)]
mod tests;

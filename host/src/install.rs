//! Writes what lies in `manifests/` to where each browser looks, and takes it away again.
//!
//! What should be there is computed first and without touching anything ([`plan`]); doing comes after, writes whole files
//! only, reads them back, and removes nothing that another program may have put there.

mod browsers;
mod disk;
mod manifest;
mod plan;

use std::path::PathBuf;

use crate::protocol::failure::{Fault, Kind};

pub use browsers::{Bases, Place, Scope, Table};
pub use disk::Outcome;
pub use manifest::{Manifest, known_ids};
pub use plan::{Expected, Presence, plan};

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
    /// What happened; one place that fails does not keep the others from being done.
    pub outcome: Result<Outcome, Fault>,
}

/// Registers the running program for our extensions and the given ones. Doing it twice changes nothing.
///
/// # Errors
/// `invalid_params` for an unknown browser, an extension id that is none, or a program path that JSON cannot hold;
/// `config_invalid` without a home folder; `internal` when an embedded file is broken. Each step has its own outcome.
pub fn install(target: &Target, extension_ids: &[String]) -> Result<Vec<Step>, Fault> {
    let manifest = Manifest::new(&own_program()?, extension_ids)?;
    let expected = plan(&Table::embedded()?, &Bases::of_this_user()?, target, &manifest)?;
    Ok(expected.into_iter().map(|place| step(place, |place| disk::put(place, mode_of(target)))).collect())
}

/// Removes the manifests that point at the running program; those of another program of the same name stay.
///
/// # Errors
/// As [`install`].
pub fn uninstall(target: &Target) -> Result<Vec<Step>, Fault> {
    let manifest = Manifest::new(&own_program()?, &[])?;
    let expected = plan(&Table::embedded()?, &Bases::of_this_user()?, target, &manifest)?;
    Ok(expected.into_iter().map(|place| step(place, |place| disk::take_away(place, &manifest))).collect())
}

fn step(place: Expected, act: impl FnOnce(&Expected) -> Result<Outcome, Fault>) -> Step {
    let outcome = act(&place);
    Step { browser: place.browser, title: place.title, manifest: place.manifest, outcome }
}

/// Folders of the system are for everybody to read; those of a user are not.
fn mode_of(target: &Target) -> disk::FolderMode {
    match target {
        Target::Found(Scope::System) | Target::Named(Scope::System, _) => disk::FolderMode::Everybody,
        Target::Found(Scope::User) | Target::Named(Scope::User, _) | Target::UserDataDir(_) => disk::FolderMode::Owner,
    }
}

/// The absolute path of this program, links resolved: a link may be changed later to point elsewhere.
fn own_program() -> Result<PathBuf, Fault> {
    let unreadable = |_| Fault::new(Kind::FileUnreadable).about("correo-cfdi");
    let program = std::env::current_exe().map_err(unreadable)?;
    // On Windows the canonical form starts with `\\?\`, which the shell that starts the host does not understand.
    if cfg!(windows) { std::path::absolute(program) } else { program.canonicalize() }.map_err(unreadable)
}

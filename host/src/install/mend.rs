//! The repair at the start of a host that a browser started: quiet, and only of what is ours.
//!
//! A program that a browser starts learns of no profile and no user data folder, so only the places of the table are looked
//! at, and of these only what is there already. What names another program is somebody's choice, and stays.

use std::fs;
use std::path::Path;

use super::disk::{FolderMode, put};
use super::manifest::Manifest;
use super::plan::{Browser, Location, manifest_of};
use super::registry::VIEWS;
use super::standing::{Cause, Standing};
use super::verify::{judge, judge_of};
use super::{Computer, keys};
use crate::logbook;
use crate::protocol::failure::Fault;

/// Mends each registration of those browsers that is ours and broken; says how many.
pub(super) fn mend(computer: &Computer<'_>, browsers: &[Browser], expected: &Manifest) -> usize {
    let mut mended = 0;
    for browser in browsers {
        for location in &browser.hosts {
            let own = manifest_of(location, browser.scope, &computer.bases, &expected.file_name());
            let name = browser.name.as_deref().unwrap_or_default();
            match mend_one(computer, location, &own, expected) {
                None => {}
                Some((cause, Ok(()))) => {
                    logbook::note("install", &format!("mended {name}: {}", cause.code()));
                    mended += 1;
                }
                Some((cause, Err(fault))) => {
                    logbook::warn("install", &format!("cannot mend {name}: {}: {}", cause.code(), fault.kind().code()));
                }
            }
        }
    }
    mended
}

fn mend_one(
    computer: &Computer<'_>,
    location: &Location,
    own: &Path,
    expected: &Manifest,
) -> Option<(Cause, Result<(), Fault>)> {
    let manifest = match location {
        Location::File(path) => path.clone(),
        Location::Key(key) => VIEWS.iter().find_map(|view| computer.registry.get(key, *view).ok().flatten())?.into(),
    };
    let Standing::Broken(cause) = judge(computer, &manifest, expected) else { return None };
    let found = fs::read(&manifest).ok();
    let claimed = found.as_ref().is_some_and(|bytes| judge_of(computer, expected).claims(&manifest, bytes));
    // A key that names the file which only we write is ours, whatever became of the file.
    let is_our_file = matches!(location, Location::Key(_)) && manifest == own;
    if !claimed && !is_our_file {
        return None;
    }
    let whole = found.as_deref().map_or_else(|| expected.clone(), |bytes| expected.with_origins_of(bytes));
    let done = whole.bytes().and_then(|bytes| match location {
        Location::File(path) => put(path, &bytes, FolderMode::Owner),
        Location::Key(key) => keys::register(computer, key, own, &bytes, FolderMode::Owner),
    });
    Some((cause, done.map(drop)))
}

#[cfg(test)]
mod tests;

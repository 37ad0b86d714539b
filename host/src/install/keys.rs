//! Registry keys that name our manifest: written, read back, and removed only if what they name is ours.

use std::fs;
use std::path::Path;

use super::Computer;
use super::disk::{FolderMode, Outcome, fault, put};
use super::manifest::Manifest;
use super::registry::{Key, VIEWS, View};
use crate::protocol::failure::{Fault, Kind};

/// Writes the manifest, and then the key that names it: a browser that looks in between finds no half of it.
///
/// # Errors
/// `store_read_only`, `store_full` or `store_failed`, with the path or the key.
pub(super) fn register(
    computer: &Computer<'_>,
    key: &Key,
    manifest: &Path,
    bytes: &[u8],
    mode: FolderMode,
) -> Result<Outcome, Fault> {
    let name =
        manifest.to_str().ok_or_else(|| Fault::new(Kind::InvalidParams).about(manifest.display().to_string()))?;
    let written = put(manifest, bytes, mode)?;
    let get = |view| computer.registry.get(key, view).map_err(|error| fault(&error, key));
    let set = |view| computer.registry.put(key, view, name).map_err(|error| fault(&error, key));
    let mut outcome = written;
    if get(View::Wide)?.as_deref() != Some(name) {
        set(View::Wide)?;
        outcome = Outcome::Written;
    }
    // Browsers look into the narrow view first; what stands there already would hide what was just written.
    if get(View::Narrow)?.is_some_and(|found| found != name) {
        set(View::Narrow)?;
        outcome = Outcome::Written;
    }
    match get(View::Wide)?.as_deref() == Some(name) {
        true => Ok(outcome),
        false => Err(Fault::new(Kind::StoreFailed).about(key.to_string())),
    }
}

/// Removes the key from both views where it is ours; the keys above it, which other programs use, stay.
///
/// # Errors
/// `store_read_only` or `store_failed`, with the key.
pub(super) fn unregister(
    computer: &Computer<'_>,
    key: &Key,
    manifest: &Path,
    ours: &Manifest,
) -> Result<Outcome, Fault> {
    let mut outcome = Outcome::Absent;
    for view in VIEWS {
        let Some(named) = computer.registry.get(key, view).map_err(|error| fault(&error, key))? else { continue };
        if !is_ours(Path::new(&named), manifest, ours) {
            return Ok(Outcome::Foreign);
        }
        computer.registry.remove(key, view).map_err(|error| fault(&error, key))?;
        outcome = Outcome::Removed;
    }
    Ok(outcome)
}

/// Whether a key that names that manifest is ours: the manifest starts this program, or is gone from where only we keep it.
fn is_ours(named: &Path, manifest: &Path, ours: &Manifest) -> bool {
    match fs::read(named) {
        Ok(bytes) => ours.is_same_host(&bytes),
        Err(_) => named == manifest,
    }
}

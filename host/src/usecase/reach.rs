//! Which files may be named over the wire: what lies in a company's folders, with every link and `..` followed.
//!
//! A person at the terminal names any file, as with every other program. What comes from the browser stays in the folders
//! that a person chose, whoever speaks there: otherwise it could learn what lies elsewhere, or have it sent. Both sides are
//! compared as the system resolves them, so that a link, a mapped drive, a UNC path and another spelling of letters are what
//! they lead to, and compared part by part, so that a neighbour whose name begins alike is outside.

use std::path::{Path, PathBuf};

use super::{World, present};
use crate::domain::company::Company;
use crate::domain::rfc::Rfc;
use crate::protocol::delivery::DeliveryParams;
use crate::protocol::failure::{Fault, Kind};

/// Judges every path that a delivery names. What [`super::prepare`] refuses anyway is left to it: any path from a portal, and
/// a path beside a folio fiscal.
///
/// # Errors
/// `path_outside_folders`, also for what does not exist there: the answer tells nothing about other places; `invalid_rfc`,
/// the store's.
pub fn judge(world: &World, params: &DeliveryParams) -> Result<(), Fault> {
    let company = params.company.as_deref().map(Rfc::parse).transpose()?;
    let alone = params.documents.iter().filter(|document| params.portal.is_none() && document.uuid.is_none());
    let mut paths = alone.filter_map(|document| document.path.as_deref()).peekable();
    if paths.peek().is_none() {
        return Ok(());
    }
    let folders = folders(world, company.as_ref())?;
    paths.try_for_each(|path| inside(world, &folders, Path::new(path)))
}

/// Judges one path that names a document of any company.
///
/// # Errors
/// As of [`judge`].
pub fn judge_path(world: &World, path: &str) -> Result<(), Fault> {
    inside(world, &folders(world, None)?, Path::new(path))
}

/// The folders of one company or of all, as they resolve now; one that is away holds nothing.
fn folders(world: &World, company: Option<&Rfc>) -> Result<Vec<PathBuf>, Fault> {
    let companies = world.store.companies()?;
    let chosen = companies.iter().filter(|one| company.is_none_or(|rfc| one.rfc == *rfc));
    Ok(chosen.flat_map(real_folders).collect())
}

fn real_folders(company: &Company) -> impl Iterator<Item = PathBuf> {
    company.folders.iter().filter_map(|folder| folder.canonicalize().ok())
}

fn inside(world: &World, folders: &[PathBuf], path: &Path) -> Result<(), Fault> {
    // What lies in an archive lies where the archive does.
    let place = world.files.holder(path);
    let real = match place.canonicalize() {
        Ok(real) => Some(real),
        // It is gone, which the reading of it will say where the folder may be known at all.
        Err(_) => place.parent().and_then(|folder| folder.canonicalize().ok()),
    };
    let is_inside =
        path.is_absolute() && real.is_some_and(|real| folders.iter().any(|folder| real.starts_with(folder)));
    match is_inside {
        true => Ok(()),
        false => Err(Fault::new(Kind::PathOutsideFolders).about(present::file_name(path))),
    }
}

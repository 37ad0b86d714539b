//! Looks at the files of local folders: reads, hashes, and pairs XML with PDF.

use std::fs;
use std::path::Path;

use crate::disk::partner::{FolderPdfs, Partner};
use crate::disk::{files_error, intake, read_cfdi};
use crate::domain::cfdi::{Reason, Verdict};
use crate::ports::library::{CfdiFiles, FileFacts, FilesError, Inspection, PdfPartner, Seals};

/// The local file system.
///
/// Reads regular files only. A link is followed as long as it stays inside its folder.
#[derive(Clone, Copy, Debug, Default)]
pub struct FolderFiles;

impl CfdiFiles for FolderFiles {
    fn inspect(&self, path: &Path, seals: Seals) -> Result<Inspection, FilesError> {
        let (reading, xml) = match stays_in_folder(path).and_then(|()| read_cfdi(path, seals)) {
            Ok(intake) => (intake.reading, intake.facts),
            Err(FilesError::Missing) => return Err(FilesError::Missing),
            Err(FilesError::Refused(reason)) => (crate::domain::cfdi::Reading::refused(reason), None),
        };
        let mut reasons = reading.reasons;
        let mut pdf = None;
        if let Some(cfdi) = &reading.cfdi {
            let pdfs = path.parent().map(FolderPdfs::list).unwrap_or_default();
            match pdfs.partner_of(path, &cfdi.uuid) {
                Partner::Found(found) => match self.facts(&found) {
                    Ok(facts) => pdf = Some(PdfPartner { path: found, facts }),
                    Err(FilesError::Missing | FilesError::Refused(_)) => reasons.push(Reason::PdfMissing),
                },
                Partner::Missing => reasons.push(Reason::PdfMissing),
                Partner::Ambiguous => reasons.push(Reason::PdfAmbiguous),
            }
        }
        Ok(Inspection {
            path: path.to_path_buf(),
            cfdi: reading.cfdi,
            verdict: Verdict::of(&reasons),
            reasons,
            seal: reading.seal,
            xml,
            pdf,
        })
    }

    fn facts(&self, path: &Path) -> Result<FileFacts, FilesError> {
        stays_in_folder(path)?;
        intake::facts(path)
    }
}

/// Refuses a link whose target lies outside the folder in which the link lies.
fn stays_in_folder(path: &Path) -> Result<(), FilesError> {
    let link = fs::symlink_metadata(path).map_err(|error| files_error(&error))?;
    if !link.is_symlink() {
        return Ok(());
    }
    let real = fs::canonicalize(path).map_err(|error| files_error(&error))?;
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    let folder = fs::canonicalize(folder).map_err(|error| files_error(&error))?;
    if real.starts_with(&folder) { Ok(()) } else { Err(FilesError::Refused(Reason::OutsideFolder)) }
}

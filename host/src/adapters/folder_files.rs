//! Looks at the files of local folders: reads, hashes, and pairs XML with PDF.

use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::disk::archive::{self, Archive};
use crate::disk::partner::{FolderPdfs, Partner};
use crate::disk::pdf_text::PdfTexts;
use crate::disk::{files_error, intake, read_cfdi};
use crate::domain::cfdi::{Reason, Verdict};
use crate::domain::extras::own_part;
use crate::ports::library::{CfdiFiles, ExtraFile, FileFacts, FilesError, Inspection, PdfPartner, Readout, Seals};

/// The local file system.
///
/// Reads regular files only. A link is followed as long as it stays inside its folder.
#[derive(Clone, Copy, Debug, Default)]
pub struct FolderFiles;

/// The files of a look at many: the PDFs of each folder as they were when the first of its files was looked at.
#[derive(Debug, Default)]
struct ListedFolders {
    folders: Mutex<HashMap<PathBuf, Arc<FolderPdfs>>>,
}

impl ListedFolders {
    fn pdfs(&self, folder: &Path) -> Arc<FolderPdfs> {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let listed = folders.entry(folder.to_owned()).or_insert_with(|| Arc::new(FolderPdfs::list(folder)));
        Arc::clone(listed)
    }
}

impl CfdiFiles for FolderFiles {
    fn inspect(&self, path: &Path, seals: Seals) -> Result<Inspection, FilesError> {
        inspect(path, seals, |folder| Arc::new(FolderPdfs::list(folder)))
    }

    fn readout(&self, path: &Path) -> Result<Readout, FilesError> {
        readout(path)
    }

    fn facts(&self, path: &Path) -> Result<FileFacts, FilesError> {
        facts(path)
    }

    fn bytes(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FilesError> {
        bytes(path, limit)
    }

    fn extras(&self, xml: &Path) -> Result<Vec<ExtraFile>, FilesError> {
        extras(xml)
    }

    fn holder(&self, path: &Path) -> PathBuf {
        holder(path)
    }

    fn at_once(&self) -> Box<dyn CfdiFiles> {
        Box::new(ListedFolders::default())
    }
}

impl CfdiFiles for ListedFolders {
    fn inspect(&self, path: &Path, seals: Seals) -> Result<Inspection, FilesError> {
        inspect(path, seals, |folder| self.pdfs(folder))
    }

    fn readout(&self, path: &Path) -> Result<Readout, FilesError> {
        readout(path)
    }

    fn facts(&self, path: &Path) -> Result<FileFacts, FilesError> {
        facts(path)
    }

    fn bytes(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FilesError> {
        bytes(path, limit)
    }

    fn extras(&self, xml: &Path) -> Result<Vec<ExtraFile>, FilesError> {
        extras(xml)
    }

    fn holder(&self, path: &Path) -> PathBuf {
        holder(path)
    }

    fn at_once(&self) -> Box<dyn CfdiFiles> {
        Box::new(Self::default())
    }
}

fn inspect(
    path: &Path,
    seals: Seals,
    pdfs_of: impl FnOnce(&Path) -> Arc<FolderPdfs>,
) -> Result<Inspection, FilesError> {
    if let Some((archive, name)) = archive::split(path) {
        return inspect_packed(path, &archive, &name, seals);
    }
    let (reading, xml, modified) = match stays_in_folder(path).and_then(|()| read_cfdi(path, seals, &mut Vec::new())) {
        Ok(intake) => (intake.reading, intake.facts, intake.modified),
        Err(FilesError::Missing) => return Err(FilesError::Missing),
        Err(FilesError::Refused(reason)) => (crate::domain::cfdi::Reading::refused(reason), None, 0),
    };
    let mut reasons = reading.reasons;
    let mut pdf = None;
    if let Some(cfdi) = &reading.cfdi {
        let pdfs = path.parent().map(pdfs_of).unwrap_or_default();
        let partner = pdfs.partner_of(path, &cfdi.uuid, &cfdi.paid_uuids(), &PdfTexts::default());
        let partner = partner.of_xml_from(modified);
        reasons.extend(partner.reason());
        if let Partner::Found(found) = partner {
            match facts(&found) {
                Ok(facts) => pdf = Some(PdfPartner { path: found, facts }),
                Err(FilesError::Refused(Reason::StillWriting)) => reasons.push(Reason::PdfAwaited),
                Err(FilesError::Missing | FilesError::Refused(_)) => reasons.push(Reason::PdfMissing),
            }
        }
    }
    Ok(Inspection {
        path: path.to_path_buf(),
        cfdi: reading.cfdi,
        verdict: Verdict::of(&reasons),
        reasons,
        seal: reading.seal,
        seal_end: reading.seal_end,
        xml,
        pdf,
    })
}

fn readout(path: &Path) -> Result<Readout, FilesError> {
    let Some((archive, name)) = archive::split(path) else {
        stays_in_folder(path)?;
        return intake::read_contents(path);
    };
    stays_in_folder(&archive)?;
    let mut archive = Archive::open(&archive)?;
    let entry = archive.find(&name)?;
    archive.read_contents(&entry)
}

fn facts(path: &Path) -> Result<FileFacts, FilesError> {
    let Some((archive, name)) = archive::split(path) else {
        stays_in_folder(path)?;
        return intake::facts(path);
    };
    stays_in_folder(&archive)?;
    let mut archive = Archive::open(&archive)?;
    let entry = archive.find(&name)?;
    archive.facts(&entry)
}

fn extras(xml: &Path) -> Result<Vec<ExtraFile>, FilesError> {
    let (Some(folder), Some(document)) = (xml.parent(), xml.file_stem().and_then(|stem| stem.to_str())) else {
        return Ok(Vec::new());
    };
    if archive::split(xml).is_some() {
        return Ok(Vec::new());
    }
    let belongs = |path: &PathBuf| {
        path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| own_part(document, stem).is_some())
    };
    let entries = fs::read_dir(folder).map_err(|_| FilesError::Refused(Reason::Unreadable))?;
    let regular = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let mut found: Vec<PathBuf> = regular.map(|entry| entry.path()).filter(belongs).collect();
    found.sort();
    found.into_iter().map(|path| Ok(ExtraFile { facts: facts(&path)?, path })).collect()
}

fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, FilesError> {
    stays_in_folder(&holder(path))?;
    match archive::read(path, limit) {
        Some(packed) => packed,
        None => intake::bytes(path, limit),
    }
}

fn holder(path: &Path) -> PathBuf {
    archive::split(path).map_or_else(|| path.to_owned(), |(archive, _)| archive)
}

/// Looks at one file in an archive; its PDF lies in the same archive, or there is none.
fn inspect_packed(path: &Path, archive: &Path, name: &str, seals: Seals) -> Result<Inspection, FilesError> {
    let look = || -> Result<_, FilesError> {
        stays_in_folder(archive)?;
        let mut opened = Archive::open(archive)?;
        let entry = opened.find(name)?;
        let intake = opened.read_cfdi(&entry, seals)?;
        let Some(cfdi) = &intake.reading.cfdi else { return Ok((intake, Partner::Missing, None)) };
        let partner = packed_pdfs(&opened, archive, path).partner_by_name(path, &cfdi.uuid);
        let Partner::Found(found) = &partner else { return Ok((intake, partner, None)) };
        let named = opened.entries.iter().find(|entry| entry.path_in(archive) == *found).cloned();
        let facts = named.ok_or(FilesError::Missing).and_then(|named| opened.facts(&named));
        Ok(match facts {
            Ok(facts) => (intake, Partner::Missing, Some(PdfPartner { path: found.clone(), facts })),
            Err(_) => (intake, Partner::Missing, None),
        })
    };
    let (intake, partner, pdf) = match look() {
        Ok(found) => found,
        Err(FilesError::Missing) => return Err(FilesError::Missing),
        Err(FilesError::Refused(reason)) => (archive::refused(reason, 0), Partner::Missing, None),
    };
    let mut reasons = intake.reading.reasons;
    if intake.reading.cfdi.is_some() && pdf.is_none() {
        reasons.extend(partner.reason());
    }
    Ok(Inspection {
        path: path.to_path_buf(),
        cfdi: intake.reading.cfdi,
        verdict: Verdict::of(&reasons),
        reasons,
        seal: intake.reading.seal,
        seal_end: intake.reading.seal_end,
        xml: intake.facts,
        pdf,
    })
}

/// The PDFs of an archive that lie beside one of its files.
fn packed_pdfs(opened: &Archive, archive: &Path, beside: &Path) -> FolderPdfs {
    let mut pdfs = FolderPdfs::default();
    let paths = opened.entries.iter().map(|entry| entry.path_in(archive));
    paths.filter(|path| path.parent() == beside.parent()).for_each(|path| pdfs.add(path));
    pdfs
}

/// Refuses a link whose target lies outside the folder in which the link lies, and what is no file's own content.
fn stays_in_folder(path: &Path) -> Result<(), FilesError> {
    if cfg!(windows) && names_a_stream(path) {
        return Err(FilesError::Refused(Reason::OutsideFolder));
    }
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

/// Whether a path names an alternate data stream of a file or folder (NTFS, `a.xml:b`), which no listing of a folder shows.
/// A colon stands nowhere else in a path of Windows but behind the drive.
fn names_a_stream(path: &Path) -> bool {
    let in_a_name =
        |part: Component<'_>| matches!(part, Component::Normal(name) if name.as_encoded_bytes().contains(&b':'));
    path.components().any(in_a_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alternate_stream_is_no_file_of_its_folder() {
        for stream in ["f/a.xml:b", "f/a.xml::$DATA", "f:b:$DATA/a.xml", "f/a.xml:b.xml"] {
            assert!(names_a_stream(Path::new(stream)), "{stream}");
        }
        assert!(!names_a_stream(Path::new("f/a.xml")));
        #[cfg(windows)]
        for plain in [r"C:\f\a.xml", r"\\?\C:\f\a.xml", r"\\servidor\f\a.xml", r"\\?\UNC\servidor\f\a.xml"] {
            assert!(!names_a_stream(Path::new(plain)), "{plain}");
            assert!(names_a_stream(Path::new(&format!("{plain}:b"))), "{plain}");
        }
    }
}

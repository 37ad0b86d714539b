//! Finds the PDF that belongs to an XML, or says that none surely does.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::domain::cfdi::Uuid;

/// Characters of a UUID with hyphens.
const UUID_LEN: usize = 36;

/// What was found beside an XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Partner {
    /// This one.
    Found(PathBuf),
    /// None.
    Missing,
    /// Several that fit equally well.
    Ambiguous,
}

/// The PDFs of one folder, by base name and by the UUIDs in their names.
#[derive(Debug, Default)]
pub(crate) struct FolderPdfs {
    by_stem: HashMap<OsString, Vec<PathBuf>>,
    by_uuid: HashMap<Uuid, Vec<PathBuf>>,
}

impl FolderPdfs {
    /// Lists the regular PDF files of a folder; a folder that cannot be listed has none.
    pub(crate) fn list(folder: &Path) -> Self {
        let mut pdfs = Self::default();
        // A bare file name has the empty path as its folder.
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                pdfs.add(entry.path());
            }
        }
        pdfs
    }

    /// Takes in a file if its extension says PDF, in any case.
    pub(crate) fn add(&mut self, path: PathBuf) {
        if !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf")) {
            return;
        }
        let Some(stem) = path.file_stem() else { return };
        for uuid in uuids_in(&stem.to_string_lossy()) {
            self.by_uuid.entry(uuid).or_default().push(path.clone());
        }
        self.by_stem.entry(stem.to_os_string()).or_default().push(path);
    }

    /// The PDF of an XML: the one of the same base name, else the only one whose name contains the UUID.
    pub(crate) fn partner_of(&self, xml: &Path, uuid: &Uuid) -> Partner {
        let same_name = xml.file_stem().and_then(|stem| self.by_stem.get(stem));
        let candidates = same_name.or_else(|| self.by_uuid.get(uuid));
        match candidates.map(Vec::as_slice) {
            None | Some([]) => Partner::Missing,
            Some([one]) => Partner::Found(one.clone()),
            Some([_, _, ..]) => Partner::Ambiguous,
        }
    }
}

/// Every distinct UUID that a name contains.
fn uuids_in(name: &str) -> Vec<Uuid> {
    let mut found: Vec<Uuid> = (0..name.len())
        .filter_map(|at| name.get(at..at + UUID_LEN))
        .filter_map(|piece| Uuid::parse(piece).ok())
        .collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    const UUID: &str = "C2832671-DA6D-11EF-A0B1-00155D012007";

    fn partner(pdfs: &[&str], xml: &str) -> Partner {
        let mut folder = FolderPdfs::default();
        for name in pdfs {
            folder.add(PathBuf::from(name));
        }
        folder.partner_of(Path::new(xml), &Uuid::parse(UUID).unwrap())
    }

    #[test]
    fn the_same_base_name_wins() {
        let by_uuid = format!("x_{}.pdf", UUID.to_lowercase());
        assert_eq!(partner(&["A1.PDF", &by_uuid], "A1.xml"), Partner::Found("A1.PDF".into()));
        assert_eq!(partner(&["A2.pdf", &by_uuid], "A1.xml"), Partner::Found(by_uuid.clone().into()));
        assert_eq!(partner(&["A.1.pdf"], "A.1.xml"), Partner::Found("A.1.pdf".into()));
    }

    #[test]
    fn nothing_is_guessed() {
        assert_eq!(partner(&["A1.pdf", "A1.PDF"], "A1.xml"), Partner::Ambiguous);
        let (one, two) = (format!("{UUID}.pdf"), format!("ñ{UUID}-2.pdf"));
        assert_eq!(partner(&[&one, &two], "A1.xml"), Partner::Ambiguous);
        assert_eq!(partner(&["A10.pdf", "A1.pdf.txt", "A1.xml", "ñ.pdf"], "A1.xml"), Partner::Missing);
        let other = UUID.replace("C28", "D28");
        assert_eq!(partner(&[&format!("{other}.pdf")], "A1.xml"), Partner::Missing);
    }
}

//! Finds the PDF that belongs to an XML, or says that none surely does.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::pdf_text::PdfTexts;
use super::settling::{self, PDF_PATIENCE};
use crate::domain::cfdi::{Reason, Uuid};

/// Where the first hyphen of a UUID stands.
const FIRST_HYPHEN: usize = 8;

/// Characters of a UUID with hyphens.
const UUID_LEN: usize = 36;

/// What was found beside an XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Partner {
    /// This one.
    Found(PathBuf),
    /// None.
    Missing,
    /// None yet, and the XML is so new that it may still come.
    Awaited,
    /// Several that fit equally well.
    Ambiguous,
}

impl Partner {
    fn among(mut candidates: Vec<&PathBuf>) -> Self {
        match (candidates.pop(), candidates.is_empty()) {
            (None, _) => Self::Missing,
            (Some(one), true) => Self::Found(one.clone()),
            (Some(_), false) => Self::Ambiguous,
        }
    }

    /// The same, where what is missing may still come: `modified` is the time of the XML.
    pub(crate) fn of_xml_from(self, modified: i64) -> Self {
        match self {
            Self::Missing if settling::is_fresh(modified, PDF_PATIENCE) => Self::Awaited,
            Self::Missing | Self::Awaited | Self::Found(_) | Self::Ambiguous => self,
        }
    }

    /// Why there is no PDF.
    pub(crate) fn reason(&self) -> Option<Reason> {
        match self {
            Self::Found(_) => None,
            Self::Missing => Some(Reason::PdfMissing),
            Self::Awaited => Some(Reason::PdfAwaited),
            Self::Ambiguous => Some(Reason::PdfAmbiguous),
        }
    }
}

/// PDFs of one folder that are looked into; in a folder with more of them nothing is looked into, because what was left
/// out could fit as well.
const MAX_LOOKED_INTO: usize = 200;

/// How long the PDFs of one folder may take, for the same reason. What was read is remembered by the next scan.
const LOOKING_TIME: Duration = Duration::from_secs(10);

/// A PDF that was looked into.
#[derive(Debug)]
struct LookedInto {
    path: PathBuf,
    /// The folios fiscales in its text.
    uuids: Vec<Uuid>,
}

/// The PDFs of one folder, by base name and by the UUIDs in their names.
#[derive(Debug, Default)]
pub(crate) struct FolderPdfs {
    by_stem: HashMap<OsString, Vec<PathBuf>>,
    by_uuid: HashMap<Uuid, Vec<PathBuf>>,
    /// Base names of XML: their PDFs are taken.
    xml_stems: HashSet<OsString>,
    /// What the texts of the PDFs say that no name claims; read when it is first needed.
    texts: OnceLock<Option<Vec<LookedInto>>>,
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

    /// Takes in a file if its extension says PDF or XML, in any case.
    pub(crate) fn add(&mut self, path: PathBuf) {
        let is = |ending: &str| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending));
        let Some(stem) = path.file_stem() else { return };
        if is("xml") {
            self.xml_stems.insert(stem.to_os_string());
        } else if is("pdf") {
            for uuid in uuids_in(&stem.to_string_lossy()) {
                self.by_uuid.entry(uuid).or_default().push(path.clone());
            }
            self.by_stem.entry(stem.to_os_string()).or_default().push(path);
        }
    }

    /// The PDF of an XML: the one of the same base name, else the only one that has the UUID in its name or its text.
    ///
    /// `paid` are the invoices that the document itself names. A text with any other folio fiscal may belong to another
    /// document that names this one, as a receipt of payments does, so it is never taken.
    pub(crate) fn partner_of(&self, xml: &Path, uuid: &Uuid, paid: &[Uuid], texts: &PdfTexts) -> Partner {
        let mut candidates = match self.named(xml, uuid) {
            Ok(same_name) => return same_name,
            Err(candidates) => candidates,
        };
        let mut doubtful = false;
        for LookedInto { path, uuids: found } in self.texts(texts) {
            if found.contains(uuid) {
                let only_known = found.iter().all(|other| other == uuid || paid.contains(other));
                doubtful |= !only_known;
                candidates.extend(only_known.then_some(path));
            }
        }
        match Partner::among(candidates) {
            Partner::Missing if doubtful => Partner::Ambiguous,
            partner @ (Partner::Missing | Partner::Awaited | Partner::Found(_) | Partner::Ambiguous) => partner,
        }
    }

    /// The PDF of an XML by its name alone: for PDFs that are not looked into.
    pub(crate) fn partner_by_name(&self, xml: &Path, uuid: &Uuid) -> Partner {
        self.named(xml, uuid).unwrap_or_else(Partner::among)
    }

    /// Whether a pairing needed what PDFs say inside: that may change while the names stay.
    pub(crate) fn looked_into(&self) -> bool {
        self.texts.get().is_some_and(|texts| texts.as_ref().is_none_or(|texts| !texts.is_empty()))
    }

    /// What has the same base name, or else everything that has the UUID in its name.
    fn named(&self, xml: &Path, uuid: &Uuid) -> Result<Partner, Vec<&PathBuf>> {
        match xml.file_stem().and_then(|stem| self.by_stem.get(stem)) {
            Some(same_name) => Ok(Partner::among(same_name.iter().collect())),
            None => Err(self.by_uuid.get(uuid).into_iter().flatten().collect()),
        }
    }

    /// What the texts of the unclaimed PDFs say; nothing when there are too many.
    fn texts(&self, texts: &PdfTexts) -> &[LookedInto] {
        let read = || {
            let claimed: HashSet<&PathBuf> = self.by_uuid.values().flatten().collect();
            let free =
                self.by_stem.iter().filter(|(stem, _)| !self.xml_stems.contains(*stem)).flat_map(|(_, paths)| paths);
            let free: Vec<&PathBuf> = free.filter(|path| !claimed.contains(path)).take(MAX_LOOKED_INTO + 1).collect();
            let started = Instant::now();
            let mut found = Vec::new();
            for path in &free {
                if free.len() > MAX_LOOKED_INTO || started.elapsed() > LOOKING_TIME {
                    return None;
                }
                found.push(LookedInto { path: (*path).clone(), uuids: texts.uuids(path) });
            }
            Some(found)
        };
        self.texts.get_or_init(read).as_deref().unwrap_or_default()
    }
}

/// Every distinct UUID that a text contains, in order.
pub(crate) fn uuids_in(text: &str) -> Vec<Uuid> {
    // Where the first hyphen of one may stand; texts of PDFs are long.
    let begins = text.match_indices('-').filter_map(|(at, _)| at.checked_sub(FIRST_HYPHEN));
    let mut found: Vec<Uuid> =
        begins.filter_map(|at| text.get(at..at + UUID_LEN)).filter_map(|piece| Uuid::parse(piece).ok()).collect();
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
        folder.partner_of(Path::new(xml), &Uuid::parse(UUID).unwrap(), &[], &PdfTexts::default())
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

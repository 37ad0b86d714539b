//! Folios fiscales that stand in the text of a PDF. Everything is bounded: the files come from anywhere.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use lopdf::{Document, LoadOptions};

use super::intake;
use super::partner::uuids_in;
use crate::domain::cfdi::Uuid;

/// Bytes of a PDF that is looked into: printed invoices have 50 to 500 kB, with pictures a few MB.
const MAX_PDF_BYTES: u64 = 10 * 1024 * 1024;

/// Bytes that one stream, or one page, may unfold to.
const MAX_UNFOLDED: usize = 16 * 1024 * 1024;

/// Pages read at each end of a PDF: the fiscal data stand on the first page or on the last.
const PAGES_AT_EACH_END: usize = 5;

/// Folios fiscales kept of one PDF. A list of hundreds is no printed invoice, and more than one is already too many.
const MAX_UUIDS: usize = 128;

/// What the texts of PDFs say, each file read once as long as its size and time stay.
///
/// One file is read at a time, so that several threads do not hold several documents in memory.
#[derive(Debug, Default)]
pub(crate) struct PdfTexts {
    known: Mutex<HashMap<PathBuf, PdfText>>,
}

/// What one PDF says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PdfText {
    pub(crate) size: u64,
    /// Nanoseconds since 1970.
    pub(crate) modified: i64,
    /// Each once, in order.
    pub(crate) uuids: Vec<Uuid>,
    pub(crate) state: TextState,
}

/// How a text came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextState {
    /// From before; nobody has asked for it.
    Remembered,
    /// From before, and asked for.
    Asked,
    /// Read now.
    New,
}

impl PdfTexts {
    /// Begins with what is remembered.
    pub(crate) fn of(known: HashMap<PathBuf, PdfText>) -> Self {
        Self { known: Mutex::new(known) }
    }

    /// The folios fiscales in the text of a PDF; none for a file that cannot be read as one.
    pub(crate) fn uuids(&self, path: &Path) -> Vec<Uuid> {
        let Ok(metadata) = fs::metadata(path) else { return Vec::new() };
        let (size, modified) = (metadata.len(), intake::modified(&metadata));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = known.get_mut(path).filter(|text| (text.size, text.modified) == (size, modified)) {
            if text.state == TextState::Remembered {
                text.state = TextState::Asked;
            }
            return text.uuids.clone();
        }
        let uuids = read(path);
        known.insert(path.to_owned(), PdfText { size, modified, uuids: uuids.clone(), state: TextState::New });
        uuids
    }

    /// Everything that is remembered now.
    pub(crate) fn into_known(self) -> HashMap<PathBuf, PdfText> {
        self.known.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(path: &Path) -> Vec<Uuid> {
    let mut bytes = Vec::new();
    let whole = File::open(path).and_then(|file| file.take(MAX_PDF_BYTES + 1).read_to_end(&mut bytes));
    if whole.is_err() || bytes.len() as u64 > MAX_PDF_BYTES {
        return Vec::new();
    }
    // A defect of the parser on a strange file must not end a scan.
    let text = catch_unwind(AssertUnwindSafe(|| text(&bytes))).unwrap_or_default();
    let mut uuids = uuids_in(&joined(&text));
    uuids.truncate(MAX_UUIDS);
    uuids
}

fn text(bytes: &[u8]) -> String {
    let options = LoadOptions { max_decompressed_size: Some(MAX_UNFOLDED), ..LoadOptions::default() };
    let Ok(document) = Document::load_mem_with_options(bytes, options) else { return String::new() };
    let mut pages: Vec<u32> = document.get_pages().into_keys().collect();
    if pages.len() > 2 * PAGES_AT_EACH_END {
        pages.drain(PAGES_AT_EACH_END..pages.len() - PAGES_AT_EACH_END);
    }
    let chunks = document.extract_text_chunks_with_limit(&pages, MAX_UNFOLDED);
    chunks.into_iter().flatten().collect()
}

/// The text without white space, which programs put anywhere between the pieces of a word, and with plain hyphens.
fn joined(text: &str) -> String {
    let plain = |c: char| if matches!(c, '\u{AD}' | '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c };
    text.chars().filter(|c| !c.is_whitespace()).map(plain).collect()
}

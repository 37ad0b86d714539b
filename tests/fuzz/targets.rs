//! What must hold for any bytes. Used by the programs of cargo-fuzz and, on stable, by `tests/fuzz.rs`.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use correo_cfdi::adapters::folder_files::FolderFiles;
use correo_cfdi::adapters::sqlite_library::SqliteLibrary;
use correo_cfdi::domain::cfdi::{self, Seal, Verdict};
use correo_cfdi::ports::library::{CfdiFiles, Library, ScanReport, Seals};

/// A document is either identified or refused, never both, and the same each time.
pub(crate) fn reader(bytes: &[u8]) {
    let reading = cfdi::read(bytes).unwrap();
    assert_eq!(reading.cfdi.is_some(), reading.verdict() != Verdict::Refuse);
    assert_eq!(reading, cfdi::read(bytes).unwrap());
    assert_eq!(reading, cfdi::read_bytes(bytes).unwrap(), "in memory as from a disk");
    if let Some(document) = &reading.cfdi {
        assert!(!document.total.as_str().is_empty() && document.amount_to_show().plain().len() <= 64);
    }
}

/// Looking at the seal refuses more and never less, and says nothing else about the document.
pub(crate) fn seal(bytes: &[u8]) {
    let (left, checked) = (cfdi::read(bytes).unwrap(), cfdi::read_and_check_seal(bytes).unwrap());
    assert!(!matches!(left.seal, Seal::Valid | Seal::Invalid(_)));
    assert!(left.verdict() != Verdict::Refuse || checked.verdict() == Verdict::Refuse);
    if let Some(document) = &checked.cfdi {
        assert_eq!(Some(document), left.cfdi.as_ref());
    }
    // The document stays readable, so that a person can be shown what the seal does not cover; it never leaves by itself.
    if matches!(checked.seal, Seal::Invalid(_)) {
        assert_eq!(checked.verdict(), Verdict::Refuse);
    }
}

/// Whatever lies in a folder, also in an archive, is counted once, found again as the look at the file alone sees it, and
/// not read a second time.
pub(crate) fn indexer(bytes: &[u8]) {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("f");
    fs::create_dir(&folder).unwrap();
    for name in ["A1.xml", "a.zip", "A1.pdf"] {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        // Long ago, so that nothing counts as being written.
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000)).unwrap();
    }
    let library = SqliteLibrary::new(place.path().join("library.db"));
    let scan = || library.scan(&[PathBuf::from(&folder)], &mut |_| {}, &AtomicBool::new(false)).unwrap();
    let first = scan();
    assert_eq!(first.files, first.indexed + first.refused + first.waiting, "{first:?}");
    let ScanReport { files, unchanged, removed, .. } = scan();
    assert_eq!((files, unchanged, removed), (first.files, first.files, 0));
    let mut problems = 0;
    for problem in library.problems(None, None, 500).unwrap() {
        problems += 1;
        // An archive is no document; what is in it, and every loose file, is judged the same alone.
        if problem.uuid.is_none() && problem.path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xml")) {
            let alone = FolderFiles.inspect(&problem.path, Seals::Leave).unwrap();
            assert_eq!(
                (alone.verdict, alone.reasons),
                (Verdict::Refuse, problem.reasons),
                "{}",
                problem.path.display()
            );
        }
    }
    assert!(problems >= first.refused.min(500));
}

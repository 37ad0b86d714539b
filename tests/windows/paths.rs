//! Folders whose paths are longer than Windows' classic limit, on a drive and on a share, in all ways of writing them.
//!
//! A company's folder itself has a short path here, and only what lies in it has long ones: for one of more than 260
//! characters Wine answers `folder_unreadable`, probably from its GetFinalPathNameByHandle. What Windows answers was not
//! seen, and nothing is known of a real server's behaviour.

use std::path::{Path, PathBuf};

use crate::host::Home;
use crate::{samples, saw};

/// Characters that a path could have before Windows 10 (`MAX_PATH`).
const CLASSIC_LIMIT: usize = 260;

/// A share that is the folder behind it: `\\servidor\facturas=Z:\…`. Only whoever starts the tests can make one.
const SHARE: &str = "CORREO_CFDI_TEST_SHARE";

/// Puts two invoices deep below a folder; the way there.
fn fill(folder: &Path) -> PathBuf {
    let inside: PathBuf =
        (1..=6).map(|number| format!("una carpeta con un nombre muy largo, número {number}")).collect();
    let deep = folder.join(&inside);
    assert!(deep.as_os_str().len() > CLASSIC_LIMIT);
    // Whether paths this long work without it is a setting of the computer.
    let verbatim = PathBuf::from(format!(r"\\?\{}", deep.display()));
    std::fs::create_dir_all(&verbatim).unwrap();
    samples::company_set(&verbatim, 2);
    inside.join("A1.xml")
}

/// Scans and reads by that name of the folder.
fn read_by(folder: &str, file: &Path) {
    let home = Home::with_file_vault();
    let scanned = home.json(&["library", "scan", folder]).remove(0);
    assert_eq!((&scanned["files"], &scanned["refused"]), (&2.into(), &0.into()), "{folder}: {scanned}");
    let path = format!(r"{folder}\{}", file.display());
    let judged = home.json(&["inspect", &path]).remove(0);
    assert_eq!(judged["verdict"], "accept", "{path}: {judged}");
    assert!(judged["pdf"].to_string().contains("A1.pdf"), "{judged}");
    assert_eq!(home.json(&["library", "problems"]), Vec::<serde_json::Value>::new());
    let found = home.json(&["library", "search", "Peña"]);
    assert!(found.iter().any(|hit| hit.to_string().contains("PEÑA")), "{found:?}");
    saw(&format!("paths of {} characters by {folder}", path.len()));
}

#[test]
fn long_paths_on_a_drive_are_read_however_they_are_written() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("almacén");
    let file = fill(&folder);
    read_by(&folder.display().to_string(), &file);
    read_by(&format!(r"\\?\{}", folder.display()), &file);
}

#[test]
#[ignore = "needs a share"]
fn long_paths_on_a_share_are_read_however_they_are_written() {
    let given = std::env::var(SHARE).expect(SHARE);
    let (share, folder) = given.split_once('=').unwrap();
    let file = fill(Path::new(folder));
    read_by(share, &file);
    read_by(&format!(r"\\?\UNC\{}", share.trim_start_matches('\\')), &file);
}

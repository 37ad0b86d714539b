//! The index and the file reader on real folders and a real SQLite file.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

#[path = "library/archives.rs"]
mod archives;
#[path = "support/bulk.rs"]
mod bulk;
#[path = "library/changing.rs"]
mod changing;
#[path = "library/finding.rs"]
mod finding;
#[path = "library/pairing.rs"]
mod pairing;
#[path = "library/place.rs"]
mod place;
#[path = "support/samples.rs"]
mod samples;
#[path = "library/unchanged.rs"]
mod unchanged;
#[path = "library/waiting.rs"]
mod waiting;

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use correo_cfdi::adapters::folder_files::FolderFiles;
use correo_cfdi::adapters::sqlite_library::SqliteLibrary;
use correo_cfdi::domain::cfdi::{Reason, Uuid, Verdict};
use correo_cfdi::ports::library::{CfdiFiles, Library, LibraryError, Lookup, Seals, SearchQuery};
use place::{Place, counts, found, sha256, spec, uuid};
use samples::Spec;

#[test]
fn nothing_is_made_before_the_first_use() {
    let place = Place::new();
    assert!(!place.dir.path().join("state").exists());
    assert_eq!(place.library.get(&Uuid::parse(&samples::uuid(1)).unwrap()), Ok(Lookup::Unknown));
    let database = place.dir.path().join("state/library.db");
    assert!(database.exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&database).unwrap().permissions().mode() & 0o077, 0);
    }
}

#[test]
fn a_scan_finds_every_kind_and_a_second_one_reads_nothing() {
    let place = Place::new();
    let made = samples::company_set(&place.folder().join("2026/10"), 24);
    fs::write(place.folder().join("notas.txt"), "no").unwrap();
    fs::write(place.folder().join("roto.XML"), "no").unwrap();
    let mut last = None;
    let report =
        place.library.scan(&[place.folder()], &mut |progress| last = Some(progress), &AtomicBool::new(false)).unwrap();
    assert_eq!(counts(&report), [25, 24, 0, 1, 0]);
    assert_eq!(last.map(|progress| (progress.files, progress.indexed, progress.refused)), Some((25, 24, 1)));
    for sample in &made {
        let entry = found(&place.library, &uuid(sample));
        assert_eq!((&entry.path, &entry.pdf), (&sample.xml_path, &sample.pdf_path));
        assert_eq!((entry.verdict, entry.reasons.as_slice()), (Verdict::Accept, &[][..]));
        assert_eq!(entry.xml.sha256, sha256(&sample.xml_path));
        let inspected = FolderFiles.inspect(&sample.xml_path, Seals::Check).unwrap();
        assert_eq!(inspected.cfdi.as_ref(), Some(&entry.cfdi));
        assert_eq!(inspected.xml.as_ref(), Some(&entry.xml));
        assert_eq!(inspected.pdf.unwrap().facts.sha256, sha256(sample.pdf_path.as_ref().unwrap()));
        assert_eq!(entry.cfdi.amount_to_show().as_str(), sample.total);
    }
    assert_eq!(counts(&place.scan()), [25, 0, 25, 0, 0]);
}

#[test]
fn changed_moved_and_deleted_files_are_followed() {
    let place = Place::new();
    let (changed, moved, deleted) = (place.write(&spec(1)), place.write(&spec(2)), place.write(&spec(3)));
    assert_eq!(counts(&place.scan()), [3, 3, 0, 0, 0]);
    let other = samples::xml(&Spec { receiver: samples::receiver(1), ..spec(1) });
    fs::write(&changed.xml_path, &other).unwrap();
    fs::create_dir(place.folder().join("enviados")).unwrap();
    let target = place.folder().join("enviados/A2.xml");
    fs::rename(&moved.xml_path, &target).unwrap();
    fs::remove_file(&deleted.xml_path).unwrap();
    assert_eq!(counts(&place.scan()), [2, 2, 0, 0, 2]);
    assert_eq!(found(&place.library, &uuid(&changed)).cfdi.receiver.rfc.as_str(), samples::receiver(1).rfc);
    let entry = found(&place.library, &uuid(&moved));
    assert_eq!((entry.path, entry.pdf, entry.verdict), (target, None, Verdict::Warn));
    assert_eq!(entry.reasons, [Reason::PdfMissing]);
    assert_eq!(place.library.get(&uuid(&deleted)), Ok(Lookup::Unknown));
    // The words of what changed or went are gone too.
    let by_text = |text: &str| place.folios(&SearchQuery { text: Some(text.into()), ..SearchQuery::default() });
    assert_eq!(by_text("peña"), ["2"]);
    assert_eq!(by_text("cafe"), ["1"]);
}

#[test]
fn a_folder_that_is_offline_keeps_its_index() {
    let place = Place::new();
    let sample = place.write(&spec(1));
    let away = place.dir.path().join("away");
    assert_eq!(counts(&place.scan()), [1, 1, 0, 0, 0]);
    let folder = place.folder();
    fs::rename(&folder, &away).unwrap();
    let report = place.scan_folders(std::slice::from_ref(&folder));
    assert_eq!(counts(&report), [0, 0, 0, 0, 0]);
    assert_eq!(report.missing_folders, std::slice::from_ref(&folder));
    assert_eq!(found(&place.library, &uuid(&sample)).path, sample.xml_path);
    fs::rename(&away, &folder).unwrap();
    assert_eq!(counts(&place.scan()), [1, 0, 1, 0, 0]);
    assert_eq!(place.library.forget(&folder), Ok(1));
    assert_eq!(place.library.get(&uuid(&sample)), Ok(Lookup::Unknown));
}

#[test]
fn folders_inside_folders_are_visited_once_and_neighbours_are_left_alone() {
    let place = Place::new();
    let (root, inner, neighbour) = (place.folder(), place.folder().join("a"), place.dir.path().join("cfdi-2"));
    samples::write(&inner, &spec(1));
    samples::write(&neighbour, &spec(2));
    let all = [inner.clone(), root.clone(), neighbour.clone(), inner.clone()];
    assert_eq!(counts(&place.scan_folders(&all)), [2, 2, 0, 0, 0]);
    // A folder whose name begins alike is no part of it.
    assert_eq!(place.library.forget(&root), Ok(1));
    assert_eq!(place.folios(&SearchQuery::default()), ["2"]);
}

#[cfg(unix)]
#[test]
fn links_and_odd_names_are_reported_and_never_fatal() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;
    let place = Place::new();
    let sample = place.write(&spec(1));
    let outside = samples::write(&place.dir.path().join("otra"), &spec(2));
    symlink(&outside.xml_path, place.folder().join("fuera.xml")).unwrap();
    symlink(&sample.xml_path, place.folder().join("dentro.xml")).unwrap();
    symlink(place.dir.path().join("otra"), place.folder().join("carpeta")).unwrap();
    symlink(place.folder(), place.folder().join("vuelta")).unwrap();
    symlink("nada", place.folder().join("rota.xml")).unwrap();
    let odd = place.folder().join(OsStr::from_bytes(b"fact\xF1.xml"));
    fs::copy(&sample.xml_path, &odd).unwrap();
    let report = place.scan();
    assert_eq!((counts(&report), report.refused_links), ([2, 1, 0, 1, 0], 3));
    let refused = place.library.problems(None, None, 10).unwrap();
    assert_eq!(refused[0].reasons, [Reason::PathNotUnicode]);
    assert_eq!(place.library.get(&uuid(&outside)), Ok(Lookup::Unknown));
    let reasons = |name: &str| FolderFiles.inspect(&place.folder().join(name), Seals::Check).unwrap().reasons;
    assert_eq!(reasons("fuera.xml"), [Reason::OutsideFolder]);
    assert_eq!(reasons("dentro.xml"), [Reason::PdfMissing]);
}

#[test]
fn two_thousand_files_are_indexed_and_a_cancelled_scan_removes_nothing() {
    let place = Place::new();
    let made = samples::company_set(&place.folder(), 2_000);
    assert_eq!(counts(&place.scan()), [2_000, 2_000, 0, 0, 0]);
    for sample in &made[..3] {
        fs::remove_file(&sample.xml_path).unwrap();
    }
    let cancel = AtomicBool::new(true);
    let report = place.library.scan(&[place.folder()], &mut |_| {}, &cancel).unwrap();
    assert!(report.cancelled);
    assert_eq!(report.removed, 0);
    found(&place.library, &uuid(&made[0]));
    cancel.store(false, Ordering::Relaxed);
    let report = place.library.scan(&[place.folder()], &mut |_| {}, &cancel).unwrap();
    assert_eq!(counts(&report), [1_997, 0, 1_997, 0, 3]);
}

#[test]
fn two_libraries_over_one_file_see_each_other_and_may_scan_at_once() {
    let place = Place::new();
    samples::company_set(&place.folder(), 300);
    let other = SqliteLibrary::new(place.dir.path().join("state/library.db"));
    std::thread::scope(|scope| {
        let first = scope.spawn(|| place.scan());
        let never = AtomicBool::new(false);
        let second = other.scan(&[place.folder()], &mut |_| {}, &never).unwrap();
        assert_eq!((first.join().unwrap().files, second.files), (300, 300));
    });
    assert_eq!(counts(&place.scan()), [300, 0, 300, 0, 0]);
    assert_eq!(other.search(&SearchQuery { limit: 500, ..SearchQuery::default() }).unwrap().entries.len(), 300);
}

#[test]
fn a_damaged_index_says_so_and_can_be_rebuilt() {
    let place = Place::new();
    let sample = place.write(&spec(1));
    let database = place.dir.path().join("state/library.db");
    fs::create_dir(database.parent().unwrap()).unwrap();
    fs::write(&database, "this is no database at all, and long enough to be taken for one").unwrap();
    let error = place.library.find(&uuid(&sample)).unwrap_err();
    assert!(error.is_corrupt(), "{error:?}");
    place.library.rebuild().unwrap();
    assert_eq!(counts(&place.scan()), [1, 1, 0, 0, 0]);
}

#[test]
fn a_newer_index_is_left_alone() {
    let place = Place::new();
    place.scan();
    let database = place.dir.path().join("state/library.db");
    let connection = rusqlite::Connection::open(&database).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    let second = SqliteLibrary::new(&database);
    assert!(matches!(second.search(&SearchQuery::default()), Err(LibraryError::Newer { found: 99, .. })));
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 99);
}

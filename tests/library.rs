//! The index and the file reader on real folders and a real SQLite file.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

#[path = "support/samples.rs"]
mod samples;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use correo_cfdi::adapters::folder_files::FolderFiles;
use correo_cfdi::adapters::sqlite_library::SqliteLibrary;
use correo_cfdi::domain::cfdi::{Reason, Uuid, Verdict};
use correo_cfdi::domain::rfc::Rfc;
use correo_cfdi::ports::library::{
    CfdiFiles, Cursor, FilesError, Library, LibraryError, Lookup, ScanReport, SearchQuery,
};
use samples::{Sample, Spec};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// A folder of invoices and an index beside it.
struct Place {
    dir: TempDir,
    library: SqliteLibrary,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("cfdi")).unwrap();
        let library = SqliteLibrary::new(dir.path().join("state/library.db"));
        Self { dir, library }
    }

    fn folder(&self) -> PathBuf {
        self.dir.path().join("cfdi").canonicalize().unwrap()
    }

    fn write(&self, spec: &Spec) -> Sample {
        samples::write(&self.folder(), spec)
    }

    fn scan(&self) -> ScanReport {
        self.scan_folders(&[self.folder()])
    }

    fn scan_folders(&self, folders: &[PathBuf]) -> ScanReport {
        self.library
            .scan(folders, &mut |_| {}, &AtomicBool::new(false))
            .unwrap()
    }

    fn folios(&self, query: &SearchQuery) -> Vec<String> {
        let page = self.library.search(query).unwrap();
        page.entries
            .into_iter()
            .map(|entry| entry.cfdi.folio.unwrap())
            .collect()
    }
}

/// Files, indexed, unchanged, refused, removed.
fn counts(report: &ScanReport) -> [u64; 5] {
    [
        report.files,
        report.indexed,
        report.unchanged,
        report.refused,
        report.removed,
    ]
}

fn spec(folio: u64) -> Spec {
    Spec {
        seed: folio,
        folio: folio.to_string(),
        ..Spec::default()
    }
}

fn uuid(sample: &Sample) -> Uuid {
    Uuid::parse(&sample.uuid).unwrap()
}

fn sha256(path: &Path) -> [u8; 32] {
    Sha256::digest(fs::read(path).unwrap()).into()
}

fn found(library: &SqliteLibrary, uuid: &Uuid) -> correo_cfdi::ports::library::LibraryEntry {
    match library.get(uuid).unwrap() {
        Lookup::Found(entry) => *entry,
        other @ (Lookup::Unknown | Lookup::Conflict(_)) => panic!("{other:?}"),
    }
}

#[test]
fn nothing_is_made_before_the_first_use() {
    let place = Place::new();
    assert!(!place.dir.path().join("state").exists());
    assert_eq!(
        place.library.get(&Uuid::parse(&samples::uuid(1)).unwrap()),
        Ok(Lookup::Unknown)
    );
    let database = place.dir.path().join("state/library.db");
    assert!(database.exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(&database).unwrap().permissions().mode() & 0o077,
            0
        );
    }
}

#[test]
fn a_scan_finds_every_kind_and_a_second_one_reads_nothing() {
    let place = Place::new();
    let made = samples::company_set(&place.folder().join("2026/10"), 24);
    fs::write(place.folder().join("notas.txt"), "no").unwrap();
    fs::write(place.folder().join("roto.XML"), "no").unwrap();
    let mut last = None;
    let report = place
        .library
        .scan(
            &[place.folder()],
            &mut |progress| last = Some(progress),
            &AtomicBool::new(false),
        )
        .unwrap();
    assert_eq!(counts(&report), [25, 24, 0, 1, 0]);
    assert_eq!(
        last.map(|progress| (progress.files, progress.indexed, progress.refused)),
        Some((25, 24, 1))
    );
    for sample in &made {
        let entry = found(&place.library, &uuid(sample));
        assert_eq!(
            (&entry.path, &entry.pdf),
            (&sample.xml_path, &sample.pdf_path)
        );
        assert_eq!(
            (entry.verdict, entry.reasons.as_slice()),
            (Verdict::Accept, &[][..])
        );
        assert_eq!(entry.xml.sha256, sha256(&sample.xml_path));
        let inspected = FolderFiles.inspect(&sample.xml_path).unwrap();
        assert_eq!(inspected.cfdi.as_ref(), Some(&entry.cfdi));
        assert_eq!(inspected.xml.as_ref(), Some(&entry.xml));
        assert_eq!(
            inspected.pdf.unwrap().facts.sha256,
            sha256(sample.pdf_path.as_ref().unwrap())
        );
        assert_eq!(entry.cfdi.amount_to_show().as_str(), sample.total);
    }
    assert_eq!(counts(&place.scan()), [25, 0, 25, 0, 0]);
}

#[test]
fn changed_moved_and_deleted_files_are_followed() {
    let place = Place::new();
    let (changed, moved, deleted) = (
        place.write(&spec(1)),
        place.write(&spec(2)),
        place.write(&spec(3)),
    );
    assert_eq!(counts(&place.scan()), [3, 3, 0, 0, 0]);
    let other = samples::xml(&Spec {
        receiver: samples::receiver(1),
        ..spec(1)
    });
    fs::write(&changed.xml_path, &other).unwrap();
    fs::create_dir(place.folder().join("enviados")).unwrap();
    let target = place.folder().join("enviados/A2.xml");
    fs::rename(&moved.xml_path, &target).unwrap();
    fs::remove_file(&deleted.xml_path).unwrap();
    assert_eq!(counts(&place.scan()), [2, 2, 0, 0, 2]);
    assert_eq!(
        found(&place.library, &uuid(&changed))
            .cfdi
            .receiver
            .rfc
            .as_str(),
        samples::receiver(1).rfc
    );
    let entry = found(&place.library, &uuid(&moved));
    assert_eq!(
        (entry.path, entry.pdf, entry.verdict),
        (target, None, Verdict::Warn)
    );
    assert_eq!(entry.reasons, [Reason::PdfMissing]);
    assert_eq!(place.library.get(&uuid(&deleted)), Ok(Lookup::Unknown));
    // The words of what changed or went are gone too.
    let by_text = |text: &str| {
        place.folios(&SearchQuery {
            text: Some(text.into()),
            ..SearchQuery::default()
        })
    };
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
    let (root, inner, neighbour) = (
        place.folder(),
        place.folder().join("a"),
        place.dir.path().join("cfdi-2"),
    );
    samples::write(&inner, &spec(1));
    samples::write(&neighbour, &spec(2));
    let all = [
        inner.clone(),
        root.clone(),
        neighbour.clone(),
        inner.clone(),
    ];
    assert_eq!(counts(&place.scan_folders(&all)), [2, 2, 0, 0, 0]);
    // A folder whose name begins alike is no part of it.
    assert_eq!(place.library.forget(&root), Ok(1));
    assert_eq!(place.folios(&SearchQuery::default()), ["2"]);
}

#[test]
fn one_uuid_with_two_contents_is_a_conflict_and_copies_are_not() {
    let place = Place::new();
    let sample = place.write(&spec(1));
    let copies = place.folder().join("copias");
    fs::create_dir(&copies).unwrap();
    fs::copy(&sample.xml_path, copies.join("A1.xml")).unwrap();
    place.scan();
    let entry = found(&place.library, &uuid(&sample));
    assert!(!entry.in_conflict && entry.pdf.is_some());
    assert_eq!(place.library.find(&uuid(&sample)).unwrap().len(), 2);
    assert_eq!(place.folios(&SearchQuery::default()), ["1"]);

    let other = samples::xml(&Spec {
        receiver: samples::receiver(1),
        ..spec(1)
    });
    fs::write(copies.join("otra.xml"), other).unwrap();
    place.scan();
    let Lookup::Conflict(entries) = place.library.get(&uuid(&sample)).unwrap() else {
        panic!("no conflict")
    };
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|entry| entry.in_conflict));
    assert_eq!(place.folios(&SearchQuery::default()).len(), 2);
}

#[test]
fn the_pdf_is_paired_surely_or_not_at_all() {
    let place = Place::new();
    let sample = place.write(&Spec {
        with_pdf: false,
        ..spec(1)
    });
    let reasons = || {
        let inspected = FolderFiles.inspect(&sample.xml_path).unwrap();
        place.scan();
        let entry = found(&place.library, &uuid(&sample));
        assert_eq!(
            inspected.pdf.as_ref().map(|pdf| &pdf.path),
            entry.pdf.as_ref()
        );
        assert_eq!(inspected.reasons, entry.reasons);
        (
            entry.pdf.map(|path| path.file_name().unwrap().to_owned()),
            entry.reasons,
        )
    };
    assert_eq!(reasons(), (None, vec![Reason::PdfMissing]));
    let first = format!("Factura {}.pdf", sample.uuid.to_lowercase());
    let second = format!("{}.PDF", sample.uuid);
    fs::write(place.folder().join(&first), "%PDF").unwrap();
    assert_eq!(reasons(), (Some(first.into()), vec![]));
    fs::write(place.folder().join(second), "%PDF").unwrap();
    assert_eq!(reasons(), (None, vec![Reason::PdfAmbiguous]));
    fs::write(place.folder().join("A1.PDF"), "%PDF").unwrap();
    assert_eq!(reasons(), (Some("A1.PDF".into()), vec![]));
}

#[test]
fn searching_by_every_field() {
    let place = Place::new();
    for index in 0..6u64 {
        place.write(&Spec {
            serie: "FA".into(),
            date: format!("2026-10-{:02}T23:59:59", index + 1),
            receiver: samples::receiver(index as usize),
            ..spec(index)
        });
    }
    place.scan();
    let all = SearchQuery::default;
    let text = |text: &str| {
        place.folios(&SearchQuery {
            text: Some(text.into()),
            ..all()
        })
    };
    assert_eq!(text("jose"), ["5", "2"]);
    assert_eq!(text("  JOSÉ   inv "), ["5"]);
    assert_eq!(text("ciguenal"), ["3"]);
    assert_eq!(text("c&t030405"), ["1"]);
    assert_eq!(text("FA4"), ["4"]);
    assert_eq!(text("\"* OR ("), Vec::<String>::new());
    assert_eq!(text("nadie"), Vec::<String>::new());
    assert_eq!(text(" ").len(), 6);
    for number in ["FA 3", "fa-3", "FA3"] {
        assert_eq!(
            place.folios(&SearchQuery {
                serie_folio: Some(number.into()),
                ..all()
            }),
            ["3"]
        );
    }
    let receiver = Rfc::parse(&samples::receiver(0).rfc).unwrap();
    assert_eq!(
        place.folios(&SearchQuery {
            receiver: Some(receiver.clone()),
            ..all()
        }),
        ["0"]
    );
    assert_eq!(
        place.folios(&SearchQuery {
            issuer: Some(receiver),
            ..all()
        }),
        Vec::<String>::new()
    );
    let days = SearchQuery {
        from_date: Some("2026-10-03".into()),
        to_date: Some("2026-10-04".into()),
        ..all()
    };
    assert_eq!(place.folios(&days), ["3", "2"]);
    let uuid = Uuid::parse(&samples::uuid(4)).unwrap();
    assert_eq!(
        place.folios(&SearchQuery {
            uuid: Some(uuid),
            ..all()
        }),
        ["4"]
    );
    let issuer = Rfc::parse(&samples::issuer().rfc).unwrap();
    let latest = place.library.latest(&issuer, 2).unwrap();
    assert_eq!(
        latest
            .iter()
            .map(|entry| entry.cfdi.folio.as_deref())
            .collect::<Vec<_>>(),
        [Some("5"), Some("4")]
    );
}

#[test]
fn pages_show_every_entry_once() {
    let place = Place::new();
    let made = samples::company_set(&place.folder(), 25);
    place.scan();
    let mut query = SearchQuery {
        limit: 10,
        ..SearchQuery::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = place.library.search(&query).unwrap();
        seen.extend(
            page.entries
                .into_iter()
                .map(|entry| entry.cfdi.uuid.to_string()),
        );
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 25);
    assert_eq!(
        seen.into_iter().collect::<BTreeSet<_>>(),
        made.into_iter().map(|sample| sample.uuid).collect()
    );
    query.after = Some(Cursor("nonsense".into()));
    assert_eq!(place.library.search(&query), Err(LibraryError::BadCursor));
}

#[test]
fn the_defect_corpus_is_judged_the_same_by_inspection_and_by_the_index() {
    let place = Place::new();
    let cases = samples::defects();
    for case in &cases {
        fs::write(
            place.folder().join(format!("{}.xml", case.name)),
            &case.bytes,
        )
        .unwrap();
        fs::write(place.folder().join(format!("{}.pdf", case.name)), "%PDF").unwrap();
    }
    let report = place.scan();
    let refused = cases.iter().filter(|case| case.verdict == "refuse").count() as u64;
    let all = cases.len() as u64;
    assert!(all >= 60, "{all} cases");
    assert_eq!(counts(&report), [all, all - refused, 0, refused, 0]);
    let listed = place
        .library
        .refused(Some(&place.folder()), None, 500)
        .unwrap();
    for case in &cases {
        let path = place.folder().join(format!("{}.xml", case.name));
        let inspected = FolderFiles.inspect(&path).unwrap();
        let codes: BTreeSet<&str> = inspected
            .reasons
            .iter()
            .map(|reason| reason.code())
            .collect();
        assert_eq!(
            codes,
            case.reasons.iter().copied().collect(),
            "{}",
            case.name
        );
        assert_eq!(inspected.verdict.code(), case.verdict, "{}", case.name);
        assert_eq!(
            inspected.xml.unwrap().sha256,
            sha256(&path),
            "{}",
            case.name
        );
        let entry = listed.iter().find(|entry| entry.path == path);
        assert_eq!(
            entry.map(|entry| &entry.reasons),
            inspected.cfdi.is_none().then_some(&inspected.reasons)
        );
    }
    let rest = place
        .library
        .refused(None, Some(&listed[2].path), 2)
        .unwrap();
    assert_eq!(rest, listed[3..5]);
}

#[test]
fn what_is_no_file_of_its_folder_is_refused() {
    let place = Place::new();
    let sample = place.write(&spec(1));
    assert_eq!(
        FolderFiles.inspect(&place.folder().join("nadie.xml")),
        Err(FilesError::Missing)
    );
    assert_eq!(
        FolderFiles.facts(&place.folder().join("nadie.xml")),
        Err(FilesError::Missing)
    );
    assert_eq!(
        FolderFiles.facts(&sample.xml_path).unwrap().sha256,
        sha256(&sample.xml_path)
    );
    let folder = FolderFiles.inspect(&place.folder()).unwrap();
    assert_eq!(folder.reasons, [Reason::NotAFile]);
    let big = place.folder().join("grande.xml");
    fs::File::create(&big)
        .unwrap()
        .set_len(26 * 1024 * 1024)
        .unwrap();
    assert_eq!(
        FolderFiles.inspect(&big).unwrap().reasons,
        [Reason::TooLarge]
    );
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
    symlink(
        place.dir.path().join("otra"),
        place.folder().join("carpeta"),
    )
    .unwrap();
    symlink(place.folder(), place.folder().join("vuelta")).unwrap();
    symlink("nada", place.folder().join("rota.xml")).unwrap();
    let odd = place.folder().join(OsStr::from_bytes(b"fact\xF1.xml"));
    fs::copy(&sample.xml_path, &odd).unwrap();
    let report = place.scan();
    assert_eq!(
        (counts(&report), report.refused_links),
        ([2, 1, 0, 1, 0], 3)
    );
    let refused = place.library.refused(None, None, 10).unwrap();
    assert_eq!(refused[0].reasons, [Reason::PathNotUnicode]);
    assert_eq!(place.library.get(&uuid(&outside)), Ok(Lookup::Unknown));
    let reasons = |name: &str| {
        FolderFiles
            .inspect(&place.folder().join(name))
            .unwrap()
            .reasons
    };
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
    let report = place
        .library
        .scan(&[place.folder()], &mut |_| {}, &cancel)
        .unwrap();
    assert!(report.cancelled);
    assert_eq!(report.removed, 0);
    found(&place.library, &uuid(&made[0]));
    cancel.store(false, Ordering::Relaxed);
    let report = place
        .library
        .scan(&[place.folder()], &mut |_| {}, &cancel)
        .unwrap();
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
    assert_eq!(
        other
            .search(&SearchQuery {
                limit: 500,
                ..SearchQuery::default()
            })
            .unwrap()
            .entries
            .len(),
        300
    );
}

#[test]
fn a_damaged_index_says_so_and_can_be_rebuilt() {
    let place = Place::new();
    let sample = place.write(&spec(1));
    let database = place.dir.path().join("state/library.db");
    fs::create_dir(database.parent().unwrap()).unwrap();
    fs::write(
        &database,
        "this is no database at all, and long enough to be taken for one",
    )
    .unwrap();
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
    assert_eq!(
        second.search(&SearchQuery::default()),
        Err(LibraryError::Newer {
            found: 99,
            known: 1
        })
    );
    let version: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 99);
}

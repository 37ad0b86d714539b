//! Finding, pairing and judging.

use std::collections::BTreeSet;
use std::fs;

use correo_cfdi::adapters::folder_files::FolderFiles;
use correo_cfdi::domain::cfdi::{Amount, Kind, Reason, Uuid};
use correo_cfdi::domain::rfc::Rfc;
use correo_cfdi::ports::library::{CfdiFiles, Cursor, FilesError, Library, LibraryError, Lookup, Seals, SearchQuery};

use crate::place::{Place, counts, found, sha256, spec, uuid};
use crate::samples::{self, Spec};

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
    let text = |text: &str| place.folios(&SearchQuery { text: Some(text.into()), ..all() });
    assert_eq!(text("jose"), ["5", "2"]);
    assert_eq!(text("  JOSÉ   inv "), ["5"]);
    assert_eq!(text("ciguenal"), ["3"]);
    assert_eq!(text("c&t030405"), ["1"]);
    assert_eq!(text("FA4"), ["4"]);
    assert_eq!(text("\"* OR ("), Vec::<String>::new());
    assert_eq!(text("nadie"), Vec::<String>::new());
    assert_eq!(text(" ").len(), 6);
    for number in ["FA 3", "fa-3", "FA3"] {
        assert_eq!(place.folios(&SearchQuery { serie_folio: Some(number.into()), ..all() }), ["3"]);
    }
    let receiver = Rfc::parse(&samples::receiver(0).rfc).unwrap();
    assert_eq!(place.folios(&SearchQuery { receiver: Some(receiver.clone()), ..all() }), ["0"]);
    assert_eq!(place.folios(&SearchQuery { issuer: Some(receiver), ..all() }), Vec::<String>::new());
    let days = SearchQuery { from_date: Some("2026-10-03".into()), to_date: Some("2026-10-04".into()), ..all() };
    assert_eq!(place.folios(&days), ["3", "2"]);
    let made = samples::write(&place.folder(), &Spec { seed: 9, folio: "9".into(), kind: 'P', ..Spec::default() });
    place.scan();
    assert_eq!(place.folios(&SearchQuery { kind: Some(Kind::Payment), ..all() }), ["9"]);
    let amount = |text: &str| SearchQuery { amount: Some(Amount::parse(text).unwrap()), ..all() };
    assert_eq!(place.folios(&amount(&format!("0{}0", made.total))), ["9"]);
    assert_eq!(place.folios(&amount("0.01")), Vec::<String>::new());
    fs::remove_file(&made.xml_path).unwrap();
    place.scan();
    let uuid = Uuid::parse(&samples::uuid(4)).unwrap();
    assert_eq!(place.folios(&SearchQuery { uuid: Some(uuid), ..all() }), ["4"]);
    let issuer = Rfc::parse(&samples::issuer().rfc).unwrap();
    let latest = place.library.latest(&issuer, 2).unwrap();
    assert_eq!(latest.iter().map(|entry| entry.cfdi.folio.as_deref()).collect::<Vec<_>>(), [Some("5"), Some("4")]);
}

#[test]
fn pages_show_every_entry_once() {
    let place = Place::new();
    let made = samples::company_set(&place.folder(), 25);
    place.scan();
    let mut query = SearchQuery { limit: 10, ..SearchQuery::default() };
    let mut seen = Vec::new();
    loop {
        let page = place.library.search(&query).unwrap();
        seen.extend(page.entries.into_iter().map(|entry| entry.cfdi.uuid.to_string()));
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 25);
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), made.into_iter().map(|sample| sample.uuid).collect());
    query.after = Some(Cursor("nonsense".into()));
    assert_eq!(place.library.search(&query), Err(LibraryError::BadCursor));
}

#[test]
fn the_defect_corpus_is_judged_the_same_by_inspection_and_by_the_index() {
    let place = Place::new();
    let cases = samples::defects();
    for case in &cases {
        let path = place.folder().join(format!("{}.xml", case.name));
        fs::write(&path, &case.bytes).unwrap();
        samples::settle(&path);
        fs::write(place.folder().join(format!("{}.pdf", case.name)), "%PDF").unwrap();
    }
    let report = place.scan();
    let refused = cases.iter().filter(|case| case.verdict == "refuse").count() as u64;
    let all = cases.len() as u64;
    assert!(all >= 60, "{all} cases");
    assert_eq!(counts(&report), [all, all - refused, 0, refused, 0]);
    let listed = place.library.problems(Some(&place.folder()), None, 500).unwrap();
    let at_once = FolderFiles.at_once();
    for case in &cases {
        let path = place.folder().join(format!("{}.xml", case.name));
        let inspected = FolderFiles.inspect(&path, Seals::Leave).unwrap();
        assert_eq!(at_once.inspect(&path, Seals::Leave).unwrap(), inspected, "one by one and at once");
        let codes: BTreeSet<&str> = inspected.reasons.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes, case.reasons.iter().copied().collect(), "{}", case.name);
        assert_eq!(inspected.verdict.code(), case.verdict, "{}", case.name);
        assert_eq!(inspected.xml.unwrap().sha256, sha256(&path), "{}", case.name);
        let entry = listed.iter().find(|entry| entry.path == path && entry.uuid.is_none());
        assert_eq!(entry.map(|entry| &entry.reasons), inspected.cfdi.is_none().then_some(&inspected.reasons));
    }
    let rest = place.library.problems(None, Some(&listed[2].path), 2).unwrap();
    assert_eq!(rest, listed[3..5]);
}

#[test]
fn what_is_no_file_of_its_folder_is_refused() {
    let place = Place::new();
    let sample = place.write(&spec(1));
    assert_eq!(FolderFiles.inspect(&place.folder().join("nadie.xml"), Seals::Check), Err(FilesError::Missing));
    assert_eq!(FolderFiles.facts(&place.folder().join("nadie.xml")), Err(FilesError::Missing));
    assert_eq!(FolderFiles.facts(&sample.xml_path).unwrap().sha256, sha256(&sample.xml_path));
    let folder = FolderFiles.inspect(&place.folder(), Seals::Check).unwrap();
    assert_eq!(folder.reasons, [Reason::NotAFile]);
    let big = place.folder().join("grande.xml");
    fs::File::create(&big).unwrap().set_len(26 * 1024 * 1024).unwrap();
    assert_eq!(FolderFiles.inspect(&big, Seals::Check).unwrap().reasons, [Reason::TooLarge]);
}

#[cfg(unix)]
#[test]
fn a_pipe_and_a_socket_are_refused_and_not_waited_for() {
    let place = Place::new();
    let pipe = place.folder().join("tubo.xml");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
    let socket = place.folder().join("enchufe.xml");
    let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    for path in [pipe, socket] {
        assert_eq!(FolderFiles.inspect(&path, Seals::Check).unwrap().reasons, [Reason::NotAFile], "{}", path.display());
        assert_eq!(FolderFiles.facts(&path), Err(FilesError::Refused(Reason::NotAFile)));
    }
}

#[test]
fn the_pdf_is_paired_surely_or_not_at_all() {
    let place = Place::new();
    let sample = place.write(&Spec { with_pdf: false, ..spec(1) });
    let reasons = || {
        let inspected = FolderFiles.inspect(&sample.xml_path, Seals::Check).unwrap();
        assert_eq!(FolderFiles.at_once().inspect(&sample.xml_path, Seals::Check).unwrap(), inspected);
        place.scan();
        let entry = found(&place.library, &uuid(&sample));
        assert_eq!(inspected.pdf.as_ref().map(|pdf| &pdf.path), entry.pdf.as_ref());
        assert_eq!(inspected.reasons, entry.reasons);
        (entry.pdf.map(|path| path.file_name().unwrap().to_owned()), entry.reasons)
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

    let other = samples::xml(&Spec { receiver: samples::receiver(1), ..spec(1) });
    fs::write(copies.join("otra.xml"), other).unwrap();
    place.scan();
    let Lookup::Conflict(entries) = place.library.get(&uuid(&sample)).unwrap() else { panic!("no conflict") };
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|entry| entry.in_conflict));
    assert_eq!(place.folios(&SearchQuery::default()).len(), 2);
}

#[test]
fn two_different_files_of_one_folio_name_each_other_among_the_problems() {
    let place = Place::new();
    let sample = place.write(&spec(1));
    let (copy, other) = (place.folder().join("copia.xml"), place.folder().join("distinta.xml"));
    let bytes = fs::read(&sample.xml_path).unwrap();
    fs::write(&copy, &bytes).unwrap();
    fs::write(&other, [&bytes[..], b"<!-- otra -->"].concat()).unwrap();
    for path in [&copy, &other] {
        samples::settle(path);
    }
    place.scan();
    let listed = place.library.problems(Some(&place.folder()), None, 10).unwrap();
    assert_eq!((listed.len(), place.library.problem_count(None)), (3, Ok(3)));
    for entry in &listed {
        assert_eq!((entry.uuid, &entry.reasons[..]), (Some(uuid(&sample)), &[Reason::UuidConflict][..]));
        let rivals: BTreeSet<_> = entry.rivals.iter().cloned().collect();
        let twins = BTreeSet::from([sample.xml_path.clone(), copy.clone()]);
        assert_eq!(rivals, if entry.path == other { twins } else { BTreeSet::from([other.clone()]) });
    }
    fs::remove_file(&other).unwrap();
    place.scan();
    assert_eq!(place.library.problem_count(Some(&place.folder())), Ok(0), "copies of the same bytes are no trouble");
}

//! What is not there yet, or not there now: half-written files, PDFs that come later, shares that are away.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use correo_cfdi::adapters::folder_files::FolderFiles;
use correo_cfdi::domain::cfdi::{Reason, Verdict};
use correo_cfdi::ports::library::{CfdiFiles, Library, Seals, SearchQuery};

use crate::place::{Place, counts, found, spec, uuid};
use crate::samples::{self, Spec};

fn changed(path: &Path, ago: Duration) {
    File::options().append(true).open(path).unwrap().set_modified(SystemTime::now() - ago).unwrap();
}

#[test]
fn a_file_that_is_still_being_written_waits_and_is_looked_at_again() {
    let place = Place::new();
    let path = place.folder().join("A1.xml");
    let whole = samples::xml(&spec(1));
    for begun in [&[][..], &whole.as_bytes()[..900]] {
        fs::write(&path, begun).unwrap();
        let report = place.scan();
        assert_eq!((counts(&report), report.waiting), ([1, 0, 0, 0, 0], 1));
        assert_eq!(place.library.problems(None, None, 9).unwrap()[0].reasons, [Reason::StillWriting]);
        assert_eq!(FolderFiles.inspect(&path, Seals::Check).unwrap().reasons, [Reason::StillWriting]);
    }
    // Nothing was written for a minute: it is cut off. Neither size nor bytes have changed since.
    changed(&path, Duration::from_secs(60));
    assert_eq!(counts(&place.scan()), [1, 0, 0, 1, 0]);
    assert_eq!(FolderFiles.inspect(&path, Seals::Check).unwrap().reasons, [Reason::IncompleteDocument]);
    fs::write(&path, &whole).unwrap();
    assert_eq!(counts(&place.scan()), [1, 1, 0, 0, 0]);
    // What is broken from its first byte is refused at once.
    fs::write(&path, "nada").unwrap();
    let report = place.scan();
    assert_eq!((counts(&report), report.waiting), ([1, 0, 0, 1, 0], 0));
}

#[test]
fn a_pdf_is_waited_for_as_long_as_the_xml_is_new() {
    let place = Place::new();
    let sample = place.write(&Spec { with_pdf: false, ..spec(1) });
    let judged = || {
        place.scan();
        let (entry, inspected) =
            (found(&place.library, &uuid(&sample)), FolderFiles.inspect(&sample.xml_path, Seals::Check).unwrap());
        assert_eq!((&entry.reasons, entry.verdict), (&inspected.reasons, Verdict::Warn));
        entry.reasons
    };
    changed(&sample.xml_path, Duration::from_secs(10));
    assert_eq!(judged(), [Reason::PdfAwaited]);
    changed(&sample.xml_path, Duration::from_secs(31));
    // The index says so without another scan only where time alone has passed; here the file's time is another one.
    assert_eq!(judged(), [Reason::PdfMissing]);
    changed(&sample.xml_path, Duration::ZERO);
    assert_eq!(judged(), [Reason::PdfAwaited]);
    fs::write(place.folder().join("A1.pdf"), "%PDF").unwrap();
    place.scan();
    assert!(found(&place.library, &uuid(&sample)).reasons.is_empty());
}

#[test]
fn the_index_stops_waiting_for_a_pdf_without_a_scan() {
    let place = Place::new();
    let sample = place.write(&Spec { with_pdf: false, ..spec(1) });
    changed(&sample.xml_path, Duration::ZERO);
    place.scan();
    assert_eq!(found(&place.library, &uuid(&sample)).reasons, [Reason::PdfAwaited]);
    let database = rusqlite::Connection::open(place.dir.path().join("state/library.db")).unwrap();
    database.execute("UPDATE file SET modified = modified - 31000000000", []).unwrap();
    assert_eq!(found(&place.library, &uuid(&sample)).reasons, [Reason::PdfMissing]);
}

#[test]
fn what_lies_offline_stays_and_says_so() {
    let place = Place::new();
    let (share, local) = (place.folder().join("unidad"), place.folder().join("local"));
    let (far, near) = (samples::write(&share, &spec(1)), samples::write(&local, &spec(2)));
    let both = [share.clone(), local.clone()];
    place.scan_folders(&both);
    let away = place.dir.path().join("fuera");
    fs::rename(&share, &away).unwrap();
    let report = place.scan_folders(&both);
    assert_eq!((counts(&report), report.missing_folders), ([1, 0, 1, 0, 0], vec![share.clone()]));
    assert_eq!(place.library.offline(), Ok(vec![share.clone()]));
    assert!(found(&place.library, &uuid(&far)).offline && !found(&place.library, &uuid(&near)).offline);
    assert_eq!(place.folios(&SearchQuery::default()).len(), 2);
    fs::rename(&away, &share).unwrap();
    assert_eq!(counts(&place.scan_folders(&both)), [2, 0, 2, 0, 0]);
    assert!(!found(&place.library, &uuid(&far)).offline);
    assert_eq!(place.library.offline(), Ok(vec![]));
    // A folder inside that is gone for good is no share that is away.
    fs::remove_dir_all(&share).unwrap();
    assert_eq!(place.scan().removed, 1);
}

#[cfg(unix)]
#[test]
fn a_share_behind_a_link_is_known_by_its_link_while_it_is_away() {
    let place = Place::new();
    let (target, link) = (place.folder().join("montado"), place.folder().join("enlace"));
    let sample = samples::write(&target, &spec(1));
    std::os::unix::fs::symlink(&target, &link).unwrap();
    place.scan_folders(std::slice::from_ref(&link));
    let away = place.dir.path().join("fuera");
    fs::rename(&target, &away).unwrap();
    place.scan_folders(std::slice::from_ref(&link));
    assert!(found(&place.library, &uuid(&sample)).offline);
    assert_eq!(place.library.forget(&link), Ok(1));
}

/// Where a share was mounted an empty folder is left, on the device of the folder around it.
#[cfg(unix)]
#[test]
fn an_empty_mount_point_is_offline_and_an_emptied_folder_is_not() {
    let place = Place::new();
    let sample = place.write(&spec(1));
    place.scan();
    let database = rusqlite::Connection::open(place.dir.path().join("state/library.db")).unwrap();
    database.execute("UPDATE root SET device = device + 1", []).unwrap();
    for entry in fs::read_dir(place.folder()).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let report = place.scan();
    assert_eq!((report.removed, report.missing_folders.len()), (0, 1));
    assert!(found(&place.library, &uuid(&sample)).offline);
    database.execute("UPDATE root SET device = device - 1", []).unwrap();
    assert_eq!(place.scan().removed, 1);
}

#[cfg(unix)]
#[test]
fn another_file_of_the_same_size_and_time_is_read_again() {
    let place = Place::new();
    let sample = place.write(&spec(1));
    place.scan();
    let time = fs::metadata(&sample.xml_path).unwrap().modified().unwrap();
    let other = place.folder().join("nuevo.tmp");
    fs::write(&other, samples::xml(&spec(1)).replace("Servicio de", "Servicio DE")).unwrap();
    File::options().append(true).open(&other).unwrap().set_modified(time).unwrap();
    assert_eq!(fs::metadata(&other).unwrap().len(), fs::metadata(&sample.xml_path).unwrap().len());
    fs::rename(&other, &sample.xml_path).unwrap();
    assert_eq!(counts(&place.scan()), [1, 1, 0, 0, 0]);
    assert_eq!(found(&place.library, &uuid(&sample)).xml.sha256, crate::place::sha256(&sample.xml_path));
}

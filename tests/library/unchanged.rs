//! A folder that is as it was is compared at once, and never when something in it may differ from its rows.

use std::fs;

use correo_cfdi::ports::library::{Library, Lookup};
use rusqlite::Connection;

use crate::archives::zipped;
use crate::place::{Place, counts, found, spec, uuid};
use crate::samples;

fn database(place: &Place) -> Connection {
    Connection::open(place.dir.path().join("state/library.db")).unwrap()
}

fn fingerprints(place: &Place) -> i64 {
    database(place).query_one("SELECT count(*) FROM folder", [], |row| row.get(0)).unwrap()
}

#[test]
fn rows_of_an_unchanged_folder_are_not_looked_at() {
    let place = Place::new();
    let (one, other) = (place.folder().join("a"), place.folder().join("b"));
    samples::write(&one, &spec(1));
    samples::write(&other, &spec(2));
    place.scan();
    assert_eq!(fingerprints(&place), 3);
    // Were the rows looked at, both files would be read again.
    database(&place).execute("UPDATE file SET size = size + 1", []).unwrap();
    samples::write(&other, &spec(3));
    assert_eq!(counts(&place.scan()), [3, 2, 1, 0, 0]);
    assert_eq!(counts(&place.scan()), [3, 0, 3, 0, 0]);
}

#[test]
fn a_folder_that_comes_back_as_it_was_is_read_again() {
    let place = Place::new();
    let (folder, away) = (place.folder().join("a"), place.dir.path().join("fuera"));
    let samples = [samples::write(&folder, &spec(1)), samples::write(&folder.join("b"), &spec(2))];
    place.scan();
    fs::rename(&folder, &away).unwrap();
    assert_eq!(counts(&place.scan()), [0, 0, 0, 0, 2]);
    fs::rename(&away, &folder).unwrap();
    assert_eq!(counts(&place.scan()), [2, 2, 0, 0, 0]);
    // The same for what was forgotten, and for a single file.
    assert_eq!(place.library.forget(&folder.join("b")), Ok(1));
    assert_eq!(counts(&place.scan()), [2, 1, 1, 0, 0]);
    let aside = place.dir.path().join("aparte.xml");
    fs::rename(&samples[0].xml_path, &aside).unwrap();
    assert_eq!(counts(&place.scan()), [1, 0, 1, 0, 1]);
    fs::rename(&aside, &samples[0].xml_path).unwrap();
    assert_eq!(counts(&place.scan()), [2, 1, 1, 0, 0]);
    samples.iter().for_each(|sample| assert!(found(&place.library, &uuid(sample)).pdf.is_some()));
}

#[test]
fn pdfs_that_come_and_go_are_noticed() {
    let place = Place::new();
    let sample = place.write(&spec(1));
    let pdf = sample.pdf_path.clone().unwrap();
    place.scan();
    assert_eq!(fingerprints(&place), 1);
    let aside = place.dir.path().join("aparte.pdf");
    fs::rename(&pdf, &aside).unwrap();
    place.scan();
    assert_eq!(found(&place.library, &uuid(&sample)).pdf, None);
    fs::rename(&aside, &pdf).unwrap();
    place.scan();
    assert_eq!(found(&place.library, &uuid(&sample)).pdf, Some(pdf));
}

#[test]
fn what_another_connection_writes_meanwhile_leaves_no_fingerprint() {
    let place = Place::new();
    place.write(&spec(1));
    let (never, other) = (std::sync::atomic::AtomicBool::new(false), std::cell::OnceCell::new());
    let mut meddle = |_| {
        other.get_or_init(|| database(&place).execute("UPDATE file SET paid_count = 7", []).unwrap());
    };
    place.library.scan(&[place.folder()], &mut meddle, &never).unwrap();
    assert_eq!((other.get().is_some(), fingerprints(&place)), (true, 0));
    assert_eq!(counts(&place.scan()), [1, 0, 1, 0, 0]);
    assert_eq!(fingerprints(&place), 1);
}

#[test]
fn a_first_scan_that_was_broken_off_is_made_good() {
    let place = Place::new();
    let sample = place.write(&spec(1));
    let bytes = fs::read(&sample.xml_path).unwrap();
    fs::write(place.folder().join("a.zip"), zipped(&[("1.xml", &bytes)])).unwrap();
    samples::settle(&place.folder().join("a.zip"));
    place.scan();
    let indexes = || {
        let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
        database(&place).query_one(sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let all = indexes();
    // As if it had ended after a first batch: no index to search by, and an archive without its own row.
    database(&place)
        .execute_batch("DROP INDEX file_by_date; DROP INDEX file_by_number; DELETE FROM file WHERE path LIKE '%.zip'")
        .unwrap();
    assert_eq!(counts(&place.scan()), [2, 1, 1, 0, 0]);
    assert_eq!(indexes(), all);
    assert_eq!(place.library.find(&uuid(&sample)).unwrap().len(), 2);
    assert!(matches!(place.library.get(&uuid(&sample)), Ok(Lookup::Found(_))));
    assert_eq!(counts(&place.scan()), [2, 0, 2, 0, 0]);
}

//! ZIP archives are read in place: what is in them is found, judged and paired as if they were folders.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use correo_cfdi::adapters::folder_files::FolderFiles;
use correo_cfdi::domain::cfdi::Reason;
use correo_cfdi::ports::library::{CfdiFiles, FileFacts, FilesError, Library, Lookup, Seals};
use sha2::{Digest, Sha256};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::place::{Place, counts, found, spec, uuid};
use crate::samples::{self, Sample};

/// An archive of these files.
pub(crate) fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The bytes of sample invoices, made elsewhere.
fn invoices(count: u64) -> Vec<(Sample, Vec<u8>)> {
    let dir = tempfile::tempdir().unwrap();
    (1..=count)
        .map(|folio| {
            let sample = samples::write(dir.path(), &spec(folio));
            let bytes = fs::read(&sample.xml_path).unwrap();
            (sample, bytes)
        })
        .collect()
}

fn put(place: &Place, name: &str, bytes: &[u8]) -> PathBuf {
    let path = place.folder().join(name);
    fs::write(&path, bytes).unwrap();
    samples::settle(&path);
    path
}

fn facts(bytes: &[u8]) -> FileFacts {
    FileFacts { size: bytes.len() as u64, sha256: Sha256::digest(bytes).into() }
}

fn reasons(place: &Place) -> Vec<(String, Vec<Reason>)> {
    let listed = place.library.problems(None, None, 100).unwrap();
    let name = |path: &Path| path.strip_prefix(place.folder()).unwrap().to_string_lossy().into_owned();
    listed.into_iter().map(|entry| (name(&entry.path), entry.reasons)).collect()
}

#[test]
fn a_bulk_download_is_indexed_in_place_and_not_opened_again() {
    let place = Place::new();
    let made = invoices(3);
    let names: Vec<String> = made.iter().map(|(sample, _)| format!("{}.xml", sample.uuid.to_lowercase())).collect();
    let files: Vec<(&str, &[u8])> = names.iter().zip(&made).map(|(name, (_, bytes))| (&**name, &**bytes)).collect();
    let archive = put(&place, "descarga.ZIP", &zipped(&files));
    assert_eq!(counts(&place.scan()), [3, 3, 0, 0, 0]);
    let entry = found(&place.library, &uuid(&made[1].0));
    assert_eq!((&entry.path, &entry.xml), (&archive.join(&names[1]), &facts(&made[1].1)));
    assert_eq!(entry.reasons, [Reason::PdfMissing]);
    assert_eq!(reasons(&place), []);

    let inspection = FolderFiles.inspect(&entry.path, Seals::Check).unwrap();
    assert_eq!((inspection.cfdi, inspection.xml), (Some(entry.cfdi), Some(facts(&made[1].1))));
    assert_eq!(FolderFiles.facts(&entry.path), Ok(facts(&made[1].1)));
    assert_eq!(FolderFiles.holder(&entry.path), archive);
    for gone in ["otro.xml", "../descarga.ZIP", "x/../otro.xml"] {
        assert_eq!(FolderFiles.facts(&archive.join(gone)), Err(FilesError::Missing), "{gone}");
    }

    // The same size, time and number with other bytes: who opened it again would see damage.
    let (size, time) = (fs::metadata(&archive).unwrap().len(), fs::metadata(&archive).unwrap().modified().unwrap());
    let file = fs::OpenOptions::new().write(true).open(&archive).unwrap();
    (&file).write_all(&vec![0; usize::try_from(size).unwrap()]).unwrap();
    file.set_modified(time).unwrap();
    assert_eq!(counts(&place.scan()), [3, 0, 3, 0, 0]);
}

#[test]
fn a_changed_archive_is_read_again_and_a_deleted_one_leaves_nothing() {
    let place = Place::new();
    let made = invoices(3);
    let file = |index: usize| (made[index].0.folio.as_str(), &*made[index].1);
    let named = |index: usize| (format!("{}.xml", file(index).0), file(index).1);
    let archive = |indexes: &[usize]| {
        let files: Vec<_> = indexes.iter().map(|index| named(*index)).collect();
        zipped(&files.iter().map(|(name, bytes)| (&**name, *bytes)).collect::<Vec<_>>())
    };
    let path = put(&place, "a.zip", &archive(&[0, 1]));
    place.scan();
    put(&place, "a.zip", &archive(&[1, 2]));
    assert_eq!(counts(&place.scan()), [2, 2, 0, 0, 1]);
    assert_eq!(place.library.get(&uuid(&made[0].0)), Ok(Lookup::Unknown));
    assert_eq!(found(&place.library, &uuid(&made[2].0)).path, path.join("3.xml"));
    fs::remove_file(&path).unwrap();
    // The archive's own row goes too.
    assert_eq!(counts(&place.scan()), [0, 0, 0, 0, 3]);
    fs::create_dir(&path).unwrap();
    fs::write(path.join("suelto.xml"), &made[0].1).unwrap();
    samples::settle(&path.join("suelto.xml"));
    assert_eq!(counts(&place.scan()), [1, 1, 0, 0, 0], "a folder may be named like an archive");
    assert_eq!(counts(&place.scan()), [1, 0, 1, 0, 0]);
}

#[test]
fn the_pdf_lies_in_the_same_archive_beside_its_xml() {
    let place = Place::new();
    let made = invoices(2);
    let pdf = b"%PDF-1.4 uno".as_slice();
    let other = format!("impreso_{}.pdf", made[1].0.uuid);
    let files = [
        ("11/A1.xml", &*made[0].1),
        ("11/A1.pdf", pdf),
        ("12/A2.xml", &*made[1].1),
        ("12/A1.pdf", b"no"),
        (&other, b"no"),
    ];
    let archive = put(&place, "entrega.zip", &zipped(&files));
    fs::write(place.folder().join("A2.pdf"), "%PDF").unwrap();
    place.scan();
    let inside = archive.join("11").join("A1.pdf");
    assert_eq!(found(&place.library, &uuid(&made[0].0)).pdf.as_ref(), Some(&inside));
    let inspection = FolderFiles.inspect(&archive.join("11").join("A1.xml"), Seals::Leave).unwrap();
    assert_eq!(inspection.pdf.map(|pdf| (pdf.path, pdf.facts)), Some((inside, facts(pdf))));
    assert_eq!(found(&place.library, &uuid(&made[1].0)).pdf, None, "neither of another folder nor from outside");
}

#[test]
fn what_is_wrong_with_an_archive_is_listed_and_stops_nothing() {
    let place = Place::new();
    let made = invoices(2);
    let whole = zipped(&[("A1.xml", &made[0].1), ("dentro.zip", &zipped(&[("A9.xml", b"<a/>")])), ("leeme.txt", b"x")]);
    put(&place, "buena.zip", &whole);
    put(&place, "cortada.zip", &whole[..whole.len() / 2]);
    put(&place, "vacia.zip", b"");
    put(&place, "texto.zip", b"no es un archivo");
    let mut encrypted = zipped(&[("A2.xml", &made[1].1)]);
    for (magic, at) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let start = encrypted.windows(4).position(|window| window == magic).unwrap();
        encrypted[start + at] |= 1;
    }
    put(&place, "cifrada.zip", &encrypted);
    let mut touched = zipped(&[("A2.xml", &made[1].1)]);
    let data = 30 + "A2.xml".len();
    touched[data + 200..data + 210].fill(0x55);
    put(&place, "tocada.zip", &touched);
    fs::write(place.folder().join("bajando.zip"), &whole[..whole.len() / 2]).unwrap();
    let report = place.scan();
    assert_eq!((counts(&report), report.waiting), ([7, 1, 0, 5, 0], 1));
    let damaged = |name: &str| (name.to_owned(), vec![Reason::ArchiveDamaged]);
    let listed = [
        ("bajando.zip".to_owned(), vec![Reason::StillWriting]),
        ("cifrada.zip".to_owned(), vec![Reason::ArchiveEncrypted]),
        damaged("cortada.zip"),
        damaged("texto.zip"),
        damaged(&format!("tocada.zip{}A2.xml", std::path::MAIN_SEPARATOR)),
        damaged("vacia.zip"),
    ];
    assert_eq!(reasons(&place), listed);
    let again = place.scan();
    assert_eq!((counts(&again), again.waiting), ([7, 0, 6, 0, 0], 1), "a download that goes on is looked at again");
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let place = Place::new();
    put(&place, "ceros.zip", &zipped(&[("a.xml", &vec![b' '; 30 * 1024 * 1024])]));
    let names: Vec<String> = (0..50_001).map(|number| format!("{number}.xml")).collect();
    put(&place, "muchos.zip", &zipped(&names.iter().map(|name| (&**name, &[][..])).collect::<Vec<_>>()));
    let names: Vec<String> = (0..5_000).map(|number| format!("{number:0>2000}.xml")).collect();
    put(&place, "nombres.zip", &zipped(&names.iter().map(|name| (&**name, &[][..])).collect::<Vec<_>>()));
    let report = place.scan();
    assert_eq!(counts(&report), [3, 0, 0, 3, 0]);
    let inside = format!("ceros.zip{}a.xml", std::path::MAIN_SEPARATOR);
    let limits = |name: &str| (name.to_owned(), vec![Reason::ArchiveLimits]);
    assert_eq!(reasons(&place), [limits(&inside), limits("muchos.zip"), limits("nombres.zip")]);
}

#[test]
fn names_that_lead_elsewhere_are_passed_over() {
    let place = Place::new();
    let made = invoices(1);
    let bytes = &*made[0].1;
    let names = ["../fuera.xml", "/raiz.xml", "x/../../y.xml", "C:\\a.xml", "__MACOSX/._A1.xml", "A1.xml"];
    put(&place, "a.zip", &zipped(&names.map(|name| (name, bytes))));
    assert_eq!(counts(&place.scan()), [1, 1, 0, 0, 0]);
    put(&place, "dos.zip", &zipped(&[("m/A1.xml", bytes), ("m\\A1.xml", b"<a/>")]));
    place.scan();
    assert_eq!(reasons(&place), [("dos.zip".to_owned(), vec![Reason::ArchiveDamaged])], "which of the two is meant?");
}

//! PDFs that belong to an XML by what stands in them.

use std::fs;
use std::path::Path;

use correo_cfdi::adapters::folder_files::FolderFiles;
use correo_cfdi::domain::cfdi::Reason;
use correo_cfdi::ports::library::{CfdiFiles, Seals};

use crate::place::{Place, counts, found, spec, uuid};
use crate::samples::{self, Sample, Spec};

/// The name of the PDF, or why there is none; the index and the look at one file agree.
fn paired(place: &Place, sample: &Sample) -> Result<String, Reason> {
    place.scan();
    let (entry, inspected) =
        (found(&place.library, &uuid(sample)), FolderFiles.inspect(&sample.xml_path, Seals::Check).unwrap());
    assert_eq!(inspected.pdf.map(|pdf| pdf.path), entry.pdf);
    assert_eq!(inspected.reasons, entry.reasons);
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    entry.pdf.as_deref().map(name).ok_or_else(|| entry.reasons[0])
}

fn write_pdf(place: &Place, name: &str, lines: &[&str]) {
    let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    fs::write(place.folder().join(name), samples::pdf_of(&lines)).unwrap();
}

#[test]
fn a_pdf_of_any_name_is_known_by_its_text() {
    let place = Place::new();
    let sample = place.write(&spec(1));
    let other = place.write(&spec(2));
    fs::rename(sample.pdf_path.as_ref().unwrap(), place.folder().join("impresión 7.PDF")).unwrap();
    assert_eq!(paired(&place, &sample), Ok("impresión 7.PDF".into()));
    assert_eq!(paired(&place, &other), Ok("A2.pdf".into()));
    // Broken over lines, in lower case, with another kind of hyphen.
    let (first, second) = sample.uuid.split_at(20);
    write_pdf(&place, "impresión 7.PDF", &["Folio fiscal:", &first.to_lowercase(), second]);
    assert_eq!(paired(&place, &sample), Ok("impresión 7.PDF".into()));
    // A second one that fits as well.
    write_pdf(&place, "copia.pdf", &[&sample.uuid]);
    assert_eq!(paired(&place, &sample), Err(Reason::PdfAmbiguous));
    fs::remove_file(place.folder().join("impresión 7.PDF")).unwrap();
    assert_eq!(paired(&place, &sample), Ok("copia.pdf".into()));
    // It is gone, and what is left says nothing, or is no PDF.
    write_pdf(&place, "copia.pdf", &["Folio fiscal: 0A0A0A0A-0B0B-4C0C-8D0D-0E0E0E0E0E0E"]);
    fs::write(place.folder().join("roto.pdf"), format!("%PDF-1.4 {}", sample.uuid)).unwrap();
    assert_eq!(paired(&place, &sample), Err(Reason::PdfMissing));
}

#[test]
fn a_pdf_that_belongs_to_another_xml_by_its_name_is_not_looked_into() {
    let place = Place::new();
    let (sample, other) = (place.write(&Spec { with_pdf: false, ..spec(1) }), place.write(&spec(2)));
    write_pdf(&place, "A2.pdf", &[&sample.uuid]);
    assert_eq!(paired(&place, &sample), Err(Reason::PdfMissing));
    assert_eq!(paired(&place, &other), Ok("A2.pdf".into()));
}

#[test]
fn a_text_with_other_folios_is_doubtful_unless_the_document_names_them() {
    let place = Place::new();
    let invoice = place.write(&Spec { with_pdf: false, ..spec(1) });
    let receipt = place.write(&Spec { kind: 'P', with_pdf: false, ..spec(2) });
    let paid = samples::uuid(2 + 1_000_000);
    // The print of a receipt names the invoices that it pays: here the one that the receipt's XML names, too.
    write_pdf(&place, "recibo.pdf", &[&receipt.uuid, &paid]);
    assert_eq!(paired(&place, &receipt), Ok("recibo.pdf".into()));
    // The same with another invoice: it may be the invoice's, or anybody's.
    write_pdf(&place, "recibo.pdf", &[&receipt.uuid, &invoice.uuid]);
    assert_eq!(paired(&place, &receipt), Err(Reason::PdfAmbiguous));
    assert_eq!(paired(&place, &invoice), Err(Reason::PdfAmbiguous));
}

#[test]
fn every_pdf_is_read_once_and_forgotten_when_it_is_gone() {
    let place = Place::new();
    let sample = place.write(&spec(1));
    let moved = place.folder().join("x.pdf");
    fs::rename(sample.pdf_path.as_ref().unwrap(), &moved).unwrap();
    place.scan();
    let database = rusqlite::Connection::open(place.dir.path().join("state/library.db")).unwrap();
    let remembered = || database.query_one("SELECT count(*) FROM pdf_text", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(remembered(), 1);
    // What is remembered is believed: were the file read again, it would be paired again.
    database.execute("UPDATE pdf_text SET uuids = ''", []).unwrap();
    assert_eq!(counts(&place.scan()), [1, 0, 1, 0, 0]);
    assert_eq!(found(&place.library, &uuid(&sample)).reasons, [Reason::PdfMissing]);
    samples::settle(&moved);
    place.scan();
    assert!(found(&place.library, &uuid(&sample)).pdf.is_some());
    fs::remove_file(&moved).unwrap();
    place.scan();
    assert_eq!(remembered(), 0);
}

#[test]
fn a_folder_with_too_many_unnamed_pdfs_is_not_looked_through() {
    let place = Place::new();
    let sample = place.write(&spec(1));
    fs::rename(sample.pdf_path.as_ref().unwrap(), place.folder().join("x.pdf")).unwrap();
    assert_eq!(paired(&place, &sample), Ok("x.pdf".into()));
    for number in 0..200 {
        fs::write(place.folder().join(format!("{number}.pdf")), "%PDF").unwrap();
    }
    assert_eq!(paired(&place, &sample), Err(Reason::PdfMissing));
}

#[test]
fn a_pdf_that_unfolds_to_gigabytes_is_left_alone() {
    let place = Place::new();
    let sample = place.write(&Spec { with_pdf: false, ..spec(1) });
    let mut page = format!("BT /F1 11 Tf 56 760 Td ({}) Tj ET ", sample.uuid).into_bytes();
    let small = lopdf_page(&page);
    page.resize(64 * 1024 * 1024, b' ');
    let bomb = lopdf_page(&page);
    assert!(bomb.len() < 200_000);
    fs::write(place.folder().join("x.pdf"), bomb).unwrap();
    assert_eq!(paired(&place, &sample), Err(Reason::PdfMissing));
    fs::write(place.folder().join("x.pdf"), small).unwrap();
    assert_eq!(paired(&place, &sample), Ok("x.pdf".into()));
}

/// A PDF of one compressed page.
fn lopdf_page(content: &[u8]) -> Vec<u8> {
    use lopdf::{Document, Object, Stream, dictionary};
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let mut stream = Stream::new(dictionary! {}, content.to_vec());
    stream.compress().unwrap();
    let content = document.add_object(stream);
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
    });
    let list = dictionary! { "Type" => "Pages", "Kids" => vec![Object::Reference(page)], "Count" => 1 };
    document.objects.insert(pages, Object::Dictionary(list));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

//! A valid PDF of one page, written by hand.

use super::Sample;

/// Makes the PDF of a sample; its text shows the folio fiscal.
pub(super) fn pdf(sample: &Sample) -> Vec<u8> {
    pdf_of(&[
        "MUESTRA SIN VALIDEZ FISCAL".to_owned(),
        format!("{} {}", sample.serie, sample.folio),
        format!("Folio fiscal: {}", sample.uuid),
        format!("Emisor: {} {}", sample.issuer.rfc, sample.issuer.name),
        format!("Receptor: {} {}", sample.receiver.rfc, sample.receiver.name),
        format!("Fecha: {}", sample.date),
        format!("Total: {}", sample.total),
    ])
}

/// Makes a PDF with these lines.
pub(crate) fn pdf_of(lines: &[String]) -> Vec<u8> {
    let mut page = b"BT /F1 11 Tf 16 TL 56 760 Td\n".to_vec();
    for line in lines {
        page.push(b'(');
        page.extend(line.chars().flat_map(win_ansi));
        page.extend(b") Tj T*\n");
    }
    page.extend(b"ET");
    let mut stream = format!("<< /Length {} >>\nstream\n", page.len()).into_bytes();
    stream.extend(page);
    stream.extend(b"\nendstream");
    assemble(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R \
          /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_vec(),
        stream,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ])
}

/// Puts objects, cross references and trailer together (ISO 32000-1, 7.5).
fn assemble(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut pdf = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut references = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        references.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        pdf.extend(format!("{number} 0 obj\n").into_bytes());
        pdf.extend(object);
        pdf.extend(b"\nendobj\n");
    }
    let start = pdf.len();
    pdf.extend(references.into_bytes());
    let trailer = format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    pdf.extend(trailer.into_bytes());
    pdf
}

/// One character of a literal string; Spanish letters have the same code in Windows-1252 as in Unicode.
fn win_ansi(c: char) -> Vec<u8> {
    let byte = u8::try_from(u32::from(c)).unwrap_or(b'?');
    if matches!(byte, b'(' | b')' | b'\\') { vec![b'\\', byte] } else { vec![byte] }
}

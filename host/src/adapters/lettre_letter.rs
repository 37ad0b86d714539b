//! `Letter` with lettre: one message with two loose files per document, or all of them in one ZIP archive; base64, ASCII
//! names on both headers.

use std::fs;
use std::io::{Cursor, Read as _, Write as _};

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use sha2::{Digest as _, Sha256};
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::disk::archive;
use crate::domain::address::MailAddress;
use crate::domain::delivery::DeliveryId;
use crate::domain::draft::Attachment;
use crate::domain::hex;
use crate::ports::library::FilesError;
use crate::ports::store::StoredDraft;
use crate::ports::{BlindCopies, Letter, LetterError};

/// Lets receivers and support spot a repeat: folios fiscales and the resend number.
const TRACE_HEADER: &str = "X-Correo-CFDI";

/// Media type of a ZIP archive (IANA, `application/zip`).
const ZIP_TYPE: &str = "application/zip";

/// Messages made by lettre.
#[derive(Debug, Default)]
pub struct LettreLetter;

impl Letter for LettreLetter {
    fn build(
        &self,
        draft: &StoredDraft,
        id: &DeliveryId,
        date: DateTime<Utc>,
        blind: BlindCopies,
    ) -> Result<Vec<u8>, LetterError> {
        // The use cases judge texts before they are queued; a changed database must not make a header either.
        if [&draft.subject, &draft.from_name].into_iter().any(|text| text.contains(|c: char| c.is_ascii_control())) {
            return Err(LetterError::Malformed);
        }
        let mut parts = match &draft.html {
            // The last is the best one (RFC 2046 section 5.1.4).
            Some(html) => MultiPart::mixed()
                .multipart(MultiPart::alternative_plain_html(draft.body.clone(), crate::domain::texts::page(html))),
            None => MultiPart::mixed().singlepart(SinglePart::plain(draft.body.clone())),
        };
        match &draft.zip {
            Some(name) => parts = parts.singlepart(part(name, ZIP_TYPE, packed(&draft.attachments)?)?),
            None => {
                for file in &draft.attachments {
                    parts = parts.singlepart(part(&file.name, file.kind.content_type(), confirmed(file)?)?);
                }
            }
        }
        let domain = draft.from.as_str().rsplit('@').next().unwrap_or_default();
        let mut message = Message::builder()
            .from(mailbox(&draft.from, Some(&draft.from_name))?)
            .date(date.into())
            // Never lettre's default, which would tell the machine's name.
            .message_id(Some(format!("<{id}@{domain}>")))
            .subject(draft.subject.clone())
            .raw_header(trace(draft)?);
        if blind == BlindCopies::InHeader {
            message = message.keep_bcc();
        }
        for to in &draft.to {
            message = message.to(mailbox(to, None)?);
        }
        for cc in &draft.cc {
            message = message.cc(mailbox(cc, None)?);
        }
        for bcc in &draft.bcc {
            message = message.bcc(mailbox(bcc, None)?);
        }
        if let Some(reply_to) = &draft.reply_to {
            message = message.reply_to(mailbox(reply_to, None)?);
        }
        message.multipart(parts).map(|message| message.formatted()).map_err(|_| LetterError::Malformed)
    }
}

fn mailbox(address: &MailAddress, name: Option<&str>) -> Result<Mailbox, LetterError> {
    let address: Address = address.as_str().parse().map_err(|_| LetterError::Malformed)?;
    Ok(Mailbox::new(name.map(str::to_owned), address))
}

fn trace(draft: &StoredDraft) -> Result<HeaderValue, LetterError> {
    let name = HeaderName::new_from_ascii(TRACE_HEADER.to_owned()).map_err(|_| LetterError::Malformed)?;
    let uuids: Vec<&str> = draft.documents.iter().map(|(uuid, _)| uuid.as_str()).collect();
    Ok(HeaderValue::new(name, format!("uuid={}; resend={}", uuids.join(","), draft.resend)))
}

/// The bytes of the file, held against what was confirmed.
fn confirmed(file: &Attachment) -> Result<Vec<u8>, LetterError> {
    let bytes = read(file)?;
    match bytes.len() as u64 == file.size && hex(&Sha256::digest(&bytes)) == file.sha256 {
        true => Ok(bytes),
        false => Err(LetterError::FileChanged(file.name.clone())),
    }
}

/// All files in one archive. Each was confirmed by itself and lies in it untouched; how they are packed is no matter, because
/// a message is built once.
fn packed(files: &[Attachment]) -> Result<Vec<u8>, LetterError> {
    // A fixed time: when a file lay where on this computer is nobody's business.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    let broken = |_: ZipError| LetterError::Malformed;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        archive.start_file(file.name.as_str(), options).map_err(broken)?;
        archive.write_all(&confirmed(file)?).map_err(|_| LetterError::Malformed)?;
    }
    Ok(archive.finish().map_err(broken)?.into_inner())
}

/// Attaches bytes untouched.
fn part(name: &str, content_type: &str, bytes: Vec<u8>) -> Result<SinglePart, LetterError> {
    // Names are ASCII by rule; `name=` beside `filename=` is for mail programs that read only the older one.
    let content_type =
        ContentType::parse(&format!("{content_type}; name=\"{name}\"")).map_err(|_| LetterError::Malformed)?;
    // base64 always: any other encoding may touch line ends, and then the seal no longer holds.
    let body = Body::new_with_encoding(bytes, ContentTransferEncoding::Base64).map_err(|_| LetterError::Malformed)?;
    Ok(SinglePart::builder().header(ContentDisposition::attachment(name)).header(content_type).body(body))
}

fn read(file: &Attachment) -> Result<Vec<u8>, LetterError> {
    // One byte over the confirmed size is enough to know that the file grew.
    let limit = file.size.saturating_add(1);
    if let Some(packed) = archive::read(&file.path, limit) {
        return packed.map_err(|error| match error {
            FilesError::Missing => LetterError::FileVanished(file.name.clone()),
            FilesError::Refused(_) => LetterError::FileUnreadable(file.name.clone()),
        });
    }
    let mut bytes = Vec::new();
    let open = fs::File::open(&file.path).map_err(|error| {
        let gone = error.kind() == std::io::ErrorKind::NotFound;
        let name = file.name.clone();
        if gone { LetterError::FileVanished(name) } else { LetterError::FileUnreadable(name) }
    })?;
    open.take(limit).read_to_end(&mut bytes).map_err(|_| LetterError::FileUnreadable(file.name.clone()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use std::path::PathBuf;

    use mail_parser::{MessageParser, MimeHeaders as _};

    use super::*;
    use crate::domain::account::AccountId;
    use crate::domain::cfdi::Uuid;
    use crate::domain::draft::FileKind;
    use crate::domain::rfc::Rfc;

    /// Breaks out of a header, or of a quoted word in it, where nobody watches.
    const HOSTILE: [&str; 8] = [
        "a\r\nBcc: eva@example.mx",
        "a\nBcc: eva@example.mx\n\n<script>alert(1)</script>",
        "a\rBcc: eva@example.mx",
        "a\" <eva@example.mx>, \"b",
        "=?utf-8?Q?a=0D=0ABcc:_eva=40example.mx?=",
        "a\0b",
        "a\u{2028}Bcc: eva@example.mx",
        "a\u{202e}Bcc: eva@example.mx, <b>",
    ];

    /// A draft that no use case makes: its texts were judged by nobody.
    fn draft(text: &str, attachments: Vec<Attachment>) -> StoredDraft {
        let rfc = Rfc::parse("EJE010101AA0").unwrap();
        StoredDraft {
            company: rfc.clone(),
            account: AccountId::from_text("a"),
            from: "facturas@example.mx".parse().unwrap(),
            from_name: text.to_owned(),
            to: vec!["cliente@example.mx".parse().unwrap()],
            cc: Vec::new(),
            bcc: Vec::new(),
            reply_to: None,
            subject: text.to_owned(),
            body: format!("{text}<b>negritas</b>"),
            html: None,
            receiver_rfc: rfc,
            receiver_name: text.to_owned(),
            documents: vec![(Uuid::parse("6BD2B1F8-7D30-4E2B-9A55-3F1F0C1A2B3C").unwrap(), text.to_owned())],
            kinds: Vec::new(),
            accepted: Vec::new(),
            attachments,
            zip: None,
            resend: 0,
            portal: None,
        }
    }

    fn built(draft: &StoredDraft) -> Result<Vec<u8>, LetterError> {
        let id = DeliveryId::from_text("d");
        LettreLetter.build(draft, &id, DateTime::<Utc>::UNIX_EPOCH, BlindCopies::InHeader)
    }

    #[test]
    fn no_text_makes_a_header_a_recipient_or_markup() {
        for text in HOSTILE {
            let built = built(&draft(text, Vec::new()));
            if text.contains(char::is_control) {
                assert!(matches!(built, Err(LetterError::Malformed)), "{text:?}");
                continue;
            }
            let bytes = built.unwrap();
            let message = MessageParser::default().parse(&bytes).unwrap();
            assert!(message.bcc().is_none() && message.html_body_count() <= 1, "{text:?}");
            let to: Vec<_> = message.to().unwrap().iter().map(|one| one.address().unwrap().to_owned()).collect();
            let from: Vec<_> = message.from().unwrap().iter().map(|one| one.address().unwrap().to_owned()).collect();
            assert_eq!((to, from), (vec!["cliente@example.mx".into()], vec!["facturas@example.mx".into()]), "{text:?}");
            let head = String::from_utf8(bytes.clone()).unwrap().split("\r\n\r\n").next().unwrap().to_owned();
            let mut names: Vec<&str> = head
                .split("\r\n")
                .filter(|line| !line.starts_with([' ', '\t']))
                .filter_map(|line| line.split_once(':').map(|(name, _)| name))
                .collect();
            names.sort_unstable();
            let wanted =
                ["Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To", "X-Correo-CFDI"];
            assert_eq!(names, wanted, "{text:?}");
            assert!(!head.contains(|c: char| c.is_control() && !matches!(c, '\r' | '\n' | '\t')), "{text:?}");
            assert!(!head.replace("\r\n", "").contains(['\r', '\n']), "a bare line break: {text:?}");
            assert!(!String::from_utf8_lossy(&bytes).contains("text/html"), "{text:?}");
        }
    }

    #[test]
    fn in_an_archive_every_file_lies_untouched_under_its_name() {
        let place = tempfile::tempdir().unwrap();
        let contents =
            [("A_1.xml", FileKind::Xml, b"<a/>\r\n\n".as_slice()), ("A_1.pdf", FileKind::Pdf, b"%PDF \xff\x00")];
        let files = contents.map(|(name, kind, bytes)| {
            let path = place.path().join(name);
            fs::write(&path, bytes).unwrap();
            let (size, sha256) = (bytes.len() as u64, hex(&Sha256::digest(bytes)));
            Attachment { name: name.to_owned(), kind, path, size, sha256, made: false }
        });
        let mut draft = draft("A", files.to_vec());
        draft.zip = Some("A_1.zip".to_owned());
        let bytes = built(&draft).unwrap();
        let message = MessageParser::default().parse(&bytes).unwrap();
        let found: Vec<_> = message.attachments().collect();
        assert_eq!(found.len(), 1, "nothing beside the archive");
        assert_eq!(found[0].attachment_name(), Some("A_1.zip"));
        let head = String::from_utf8_lossy(&bytes).into_owned();
        assert!(head.contains("Content-Type: application/zip; name=\"A_1.zip\""), "the older name too");
        let mut archive = zip::ZipArchive::new(Cursor::new(found[0].contents())).unwrap();
        assert_eq!(archive.len(), contents.len());
        for (name, _, wanted) in contents {
            let mut unpacked = Vec::new();
            archive.by_name(name).unwrap().read_to_end(&mut unpacked).unwrap();
            assert_eq!(unpacked, wanted, "{name}");
        }
        fs::write(&files[1].path, "otro").unwrap();
        assert!(matches!(built(&draft), Err(LetterError::FileChanged(name)) if name == "A_1.pdf"));
    }

    #[test]
    fn no_file_name_makes_a_header() {
        let place = tempfile::tempdir().unwrap();
        let path: PathBuf = place.path().join("a.xml");
        fs::write(&path, "<a/>").unwrap();
        for text in HOSTILE {
            let sha256 = hex(&Sha256::digest(b"<a/>"));
            let name = format!("{text}.xml");
            let file = Attachment { name, kind: FileKind::Xml, path: path.clone(), size: 4, sha256, made: false };
            // A name that fits into no header keeps the message here.
            let Ok(bytes) = built(&draft("A", vec![file])) else { continue };
            let message = MessageParser::default().parse(&bytes).unwrap();
            assert!(message.bcc().is_none(), "{text:?}");
            let parts = message.parts.iter().skip(1);
            let injected = parts.flat_map(|part| &part.headers).any(|header| header.name.as_str() == "Bcc");
            assert!(!injected, "{text:?}");
        }
    }
}

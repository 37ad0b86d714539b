//! `Letter` with lettre: one message with two loose files per document, base64, ASCII names on both headers.

use std::fs;
use std::io::Read as _;

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use sha2::{Digest as _, Sha256};

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
        let mut parts = MultiPart::mixed().singlepart(SinglePart::plain(draft.body.clone()));
        for file in &draft.attachments {
            parts = parts.singlepart(attachment(file)?);
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

/// Reads the file, holds it against what was confirmed, and packs it untouched.
fn attachment(file: &Attachment) -> Result<SinglePart, LetterError> {
    let bytes = read(file)?;
    if bytes.len() as u64 != file.size || hex(&Sha256::digest(&bytes)) != file.sha256 {
        return Err(LetterError::FileChanged(file.name.clone()));
    }
    // Names are ASCII by rule; `name=` beside `filename=` is for mail programs that read only the older one.
    let content_type = ContentType::parse(&format!("{}; name=\"{}\"", file.kind.content_type(), file.name))
        .map_err(|_| LetterError::Malformed)?;
    // base64 always: any other encoding may touch line ends, and then the seal no longer holds.
    let body = Body::new_with_encoding(bytes, ContentTransferEncoding::Base64).map_err(|_| LetterError::Malformed)?;
    Ok(SinglePart::builder().header(ContentDisposition::attachment(&file.name)).header(content_type).body(body))
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

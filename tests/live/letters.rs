//! Three messages to the person's own address, made by the shipped builder from synthetic documents.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use correo_cfdi::domain::account::Account;
use correo_cfdi::domain::cfdi::Uuid;
use correo_cfdi::domain::draft::{Attachment, FileKind};
use correo_cfdi::domain::hex;
use correo_cfdi::domain::rfc::Rfc;
use correo_cfdi::ports::store::StoredDraft;
use correo_cfdi::ports::{LetterError, SpoolError, Spooled};
use correo_cfdi::usecase::World;
use sha2::{Digest as _, Sha256};

use super::report::Secrets;
use crate::samples::{self, Sample, Spec};

/// Letters and quotes that a careless program breaks.
pub(super) const FROM_NAME: &str = "Prueba \"Ñandú\" & Cía, S.A. de C.V.";

/// Bytes of the padded PDF: its message has more than one whole part of an upload.
const PADDED: usize = 330 * 1024;

/// Characters of the word by which the person finds the messages.
const WORD: usize = 8;

/// A message ready to leave.
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) bytes: Vec<u8>,
    pub(super) spooled: Spooled,
}

/// The three, and the word in their subjects.
pub(super) struct Letters {
    pub(super) word: String,
    /// Uploaded in two parts.
    pub(super) whole: Letter,
    /// Its answer is dropped on purpose.
    pub(super) dropped: Letter,
    /// Its upload is broken off.
    pub(super) broken: Letter,
}

/// Why the messages could not be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum LettersError {
    #[error("sample")]
    Sample(#[from] io::Error),
    #[error("sample")]
    Invented,
    #[error(transparent)]
    Letter(#[from] LetterError),
    #[error(transparent)]
    Spool(#[from] SpoolError),
}

/// Makes and spools all three.
pub(super) fn write(
    world: &World,
    folder: &Path,
    account: &Account,
    secrets: &mut Secrets,
) -> Result<Letters, LettersError> {
    let word: String =
        world.dice.token().chars().filter(char::is_ascii_alphanumeric).take(WORD).collect::<String>().to_lowercase();
    let word = format!("prueba{word}");
    let mut one = |number: usize, padded: bool| {
        let subject = format!("Correo CFDI {word}: mensaje {number} de 3");
        letter(world, &folder.join(number.to_string()), account, subject, padded, secrets)
    };
    Ok(Letters { whole: one(1, true)?, dropped: one(2, false)?, broken: one(3, true)?, word })
}

fn letter(
    world: &World,
    folder: &Path,
    account: &Account,
    subject: String,
    padded: bool,
    secrets: &mut Secrets,
) -> Result<Letter, LettersError> {
    let sample = samples::write(folder, &Spec::default());
    let pdf = sample.pdf_path.clone().ok_or(LettersError::Invented)?;
    if padded {
        pad(&pdf)?;
    }
    let attachments =
        vec![attachment(&sample, sample.xml_path.clone(), FileKind::Xml)?, attachment(&sample, pdf, FileKind::Pdf)?];
    let id = world.dice.delivery_id();
    let draft = draft(account, &sample, subject.clone(), attachments).ok_or(LettersError::Invented)?;
    let bytes = world.letter.build(&draft, &id, world.clock.now(), correo_cfdi::ports::BlindCopies::InHeader)?;
    let spooled = world.spool.write(&id, &bytes)?;
    // Its Message-ID.
    secrets.note(id.as_str());
    Ok(Letter { subject, bytes, spooled })
}

fn draft(account: &Account, sample: &Sample, subject: String, attachments: Vec<Attachment>) -> Option<StoredDraft> {
    Some(StoredDraft {
        company: Rfc::parse(&sample.issuer.rfc).ok()?,
        account: account.id.clone(),
        from: account.address.clone(),
        from_name: FROM_NAME.to_owned(),
        to: vec![account.address.clone()],
        cc: Vec::new(),
        bcc: vec![account.address.clone()],
        reply_to: None,
        subject,
        body: "Mensaje de comprobación; se puede borrar. Los documentos son inventados.\n\
               A test message, safe to delete. The documents are invented.\n"
            .to_owned(),
        html: None,
        receiver_rfc: Rfc::parse(&sample.receiver.rfc).ok()?,
        receiver_name: sample.receiver.name.clone(),
        documents: vec![(Uuid::parse(&sample.uuid).ok()?, format!("{}{}", sample.serie, sample.folio))],
        kinds: Vec::new(),
        accepted: Vec::new(),
        attachments,
        zip: None,
        resend: 0,
        portal: None,
    })
}

fn attachment(sample: &Sample, path: PathBuf, kind: FileKind) -> io::Result<Attachment> {
    let bytes = fs::read(&path)?;
    Ok(Attachment {
        name: format!("{}_{}{}_{}.{}", sample.issuer.rfc, sample.serie, sample.folio, sample.uuid, kind.extension()),
        kind,
        path,
        size: bytes.len() as u64,
        sha256: hex(&Sha256::digest(&bytes)),
        made: false,
    })
}

/// Makes the PDF longer by comments; readers look for the end of the file near its end, so that is repeated.
fn pad(path: &Path) -> io::Result<()> {
    let mut pdf = fs::read(path)?;
    let start = pdf.windows(9).rposition(|nine| nine == b"startxref").unwrap_or(0);
    let end = pdf.split_off(start);
    pdf.extend_from_slice(&end);
    while pdf.len() < PADDED {
        pdf.extend_from_slice(b"% relleno para una prueba de envio por partes\n");
    }
    pdf.extend_from_slice(&end);
    fs::write(path, pdf)
}

//! The letters that carry a file, for readers that are not ours.
#![allow(clippy::allow_attributes, clippy::unwrap_used, dead_code, reason = "test support may fail by panicking")]

use std::fs;
use std::path::Path;

use chrono::{TimeZone as _, Utc};
use correo_cfdi::adapters::lettre_letter::LettreLetter;
use correo_cfdi::domain::account::AccountId;
use correo_cfdi::domain::address::MailAddress;
use correo_cfdi::domain::cfdi;
use correo_cfdi::domain::delivery::DeliveryId;
use correo_cfdi::domain::draft::{Attachment, FileKind, base_name};
use correo_cfdi::ports::Letter as _;
use correo_cfdi::ports::store::StoredDraft;
use sha2::{Digest, Sha256};

/// A built message, and what must be in it.
pub(crate) struct Letter {
    pub(crate) bytes: Vec<u8>,
    pub(crate) files: Vec<File>,
}

/// One attachment.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) media_type: &'static str,
    pub(crate) content: Vec<u8>,
    pub(crate) sha256: String,
}

/// Builds the letter of an XML that may be sent, with every byte there is as its PDF.
pub(crate) fn letter(xml: &Path) -> Letter {
    let content = fs::read(xml).unwrap();
    let cfdi = cfdi::read(content.as_slice()).unwrap().cfdi.unwrap();
    let pdf = xml.with_extension("bytes");
    let every_byte: Vec<u8> = (0..=255u8).cycle().take(1_025).chain(*b"\r\n.\r\n\nFrom \r").collect();
    fs::write(&pdf, &every_byte).unwrap();
    let base = base_name(&cfdi);
    let file = |kind: FileKind, content: Vec<u8>| File {
        name: format!("{base}.{}", kind.extension()),
        media_type: kind.content_type(),
        sha256: hex(&Sha256::digest(&content)),
        content,
    };
    let files = vec![file(FileKind::Xml, content), file(FileKind::Pdf, every_byte)];
    let address = |text: &str| text.parse::<MailAddress>().unwrap();
    let attachments =
        files.iter().zip([(FileKind::Xml, xml), (FileKind::Pdf, &pdf)]).map(|(file, (kind, path))| Attachment {
            name: file.name.clone(),
            kind,
            path: path.to_owned(),
            size: file.content.len() as u64,
            sha256: file.sha256.clone(),
            made: false,
        });
    let draft = StoredDraft {
        company: cfdi.issuer.rfc.clone(),
        account: AccountId::from_text("0123456789abcdef0123456789abcdef"),
        from: address("facturas@empresa.example"),
        from_name: cfdi.issuer.name.clone().unwrap_or_default(),
        to: vec![address("cliente@example.mx")],
        cc: Vec::new(),
        bcc: Vec::new(),
        reply_to: None,
        subject: format!("CFDI {}", cfdi.number()),
        body: "Adjuntamos su comprobante.".to_owned(),
        html: None,
        receiver_rfc: cfdi.receiver.rfc.clone(),
        receiver_name: cfdi.receiver.name.clone().unwrap_or_default(),
        documents: vec![(cfdi.uuid, cfdi.number())],
        kinds: Vec::new(),
        accepted: Vec::new(),
        attachments: attachments.collect(),
        zip: None,
        resend: 0,
        portal: None,
    };
    let date = Utc.with_ymd_and_hms(2026, 10, 1, 9, 30, 0).unwrap();
    let id = DeliveryId::from_text("01990000-0000-7000-8000-000000000001");
    Letter { bytes: LettreLetter.build(&draft, &id, date, correo_cfdi::ports::BlindCopies::InHeader).unwrap(), files }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

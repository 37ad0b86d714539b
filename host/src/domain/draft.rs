//! A message before it is queued: everything that would leave, and the digest that ties a person's word to it.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::account::AccountId;
use super::address::MailAddress;
use super::cfdi::{Cfdi, Uuid, Verdict};
use super::extras::ExtraKind;
use super::portal::Origin;
use super::rfc::Rfc;

/// Most documents in one message (SAP Business Network Mexico advises at most ten a mail).
pub const MAX_DOCUMENTS: usize = 10;

/// Most recipients of one message, To, Cc and Bcc together: Gmail's own limit is 100 through the API.
pub const MAX_RECIPIENTS: usize = 50;

/// Most bytes of all attachments: with base64 they stay under Gmail's 36,700,160 bytes a message.
pub const MAX_ATTACHMENTS: u64 = 25 * 1024 * 1024;

/// Most bytes of all attachments of a message with several documents: what mailboxes of customers take without asking. A
/// single document may use all of [`MAX_ATTACHMENTS`], because nothing can be taken away from it.
pub const MAX_GROUP: u64 = 10 * 1024 * 1024;

/// Longest file name of an attachment, in characters, before its extension.
const MAX_BASE_NAME: usize = 120;

/// Kind of an attached file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// The CFDI itself.
    Xml,
    /// Its printed representation.
    Pdf,
    /// A further file that belongs to it.
    Extra(ExtraKind),
}

impl FileKind {
    /// The media type that goes into the message.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Xml => "application/xml",
            Self::Pdf => "application/pdf",
            Self::Extra(kind) => kind.content_type(),
        }
    }

    /// The file name's extension.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Xml => "xml",
            Self::Pdf => "pdf",
            Self::Extra(kind) => kind.extension(),
        }
    }
}

/// A file that would be attached, as it was when it was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Name in the message, ASCII.
    pub name: String,
    /// Kind.
    pub kind: FileKind,
    /// Where it lies.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Whether we made it from the XML, because there was none.
    pub made: bool,
}

/// A document that would leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its identity.
    pub cfdi: Cfdi,
    /// What the reader thinks of it.
    pub verdict: Verdict,
    /// Codes of what speaks against it.
    pub reasons: Vec<String>,
    /// Those of them that would keep it here and that a person took upon themselves.
    pub accepted: Vec<String>,
    /// File name of its XML on this machine.
    pub xml_name: String,
    /// File name of its PDF on this machine.
    pub pdf_name: Option<String>,
}

/// Everything that would leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// RFC of the company.
    pub company: Rfc,
    /// The account that sends.
    pub account: AccountId,
    /// Its address.
    pub from: MailAddress,
    /// The company's name, as receivers see it.
    pub from_name: String,
    /// Recipients.
    pub to: Vec<MailAddress>,
    /// Copies.
    pub cc: Vec<MailAddress>,
    /// Blind copies.
    pub bcc: Vec<MailAddress>,
    /// Reply-To address.
    pub reply_to: Option<MailAddress>,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// HTML beside it: a fragment within the allow-list.
    pub html: Option<String>,
    /// Documents, in the order asked for.
    pub documents: Vec<Document>,
    /// Attachments.
    pub attachments: Vec<Attachment>,
    /// Name of the ZIP archive in which they travel, where the customer wants one.
    pub zip: Option<String>,
    /// Resend number; 0 is the first sending.
    pub resend: u32,
    /// The portal that asked.
    pub portal: Option<Origin>,
}

impl Draft {
    /// RFC of the one receiver.
    #[must_use]
    pub fn receiver(&self) -> Option<&Rfc> {
        self.documents.first().map(|document| &document.cfdi.receiver.rfc)
    }

    /// Folios fiscales of the documents.
    pub fn uuids(&self) -> impl Iterator<Item = &Uuid> {
        self.documents.iter().map(|document| &document.cfdi.uuid)
    }

    /// Everybody who would get it.
    pub fn recipients(&self) -> impl Iterator<Item = &MailAddress> {
        self.to.iter().chain(&self.cc).chain(&self.bcc)
    }

    /// Bytes of all attachments.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.attachments.iter().map(|attachment| attachment.size).sum()
    }

    /// Most bytes that its attachments may have.
    #[must_use]
    pub fn most_bytes(&self) -> u64 {
        if self.documents.len() > 1 { MAX_GROUP } else { MAX_ATTACHMENTS }
    }

    /// SHA-256 over all of it, lower-case hex: equal exactly when the same would leave.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Canonical(Sha256::new());
        hash.text("correo-cfdi delivery 1");
        hash.text(self.company.as_str());
        hash.text(self.account.as_str());
        hash.text(self.from.as_str());
        hash.text(&self.from_name);
        for list in [&self.to, &self.cc, &self.bcc] {
            hash.list(list.iter().map(MailAddress::as_str));
        }
        hash.list(self.reply_to.iter().map(MailAddress::as_str));
        hash.text(&self.subject);
        hash.text(&self.body);
        // Only where there is any, with a word before it that no digest of a document begins with.
        if let Some(html) = &self.html {
            hash.text("html");
            hash.text(html);
        }
        for document in &self.documents {
            hash.text(document.cfdi.uuid.as_str());
            hash.text(document.cfdi.receiver.rfc.as_str());
            hash.text(document.verdict.code());
            let accepted = document.accepted.iter().map(|code| format!("accepted {code}"));
            // No code has a blank, so the two lists cannot be taken for one another.
            let reasons: Vec<String> = document.reasons.iter().cloned().chain(accepted).collect();
            hash.list(reasons.iter().map(String::as_str));
        }
        for attachment in &self.attachments {
            hash.text(&attachment.name);
            hash.text(attachment.kind.content_type());
            // Only where it is so: digests of older deliveries, which keys are compared with, stay what they are.
            if attachment.made {
                hash.text("made here");
            }
            hash.text(&attachment.size.to_string());
            hash.text(&attachment.sha256);
        }
        // Only where there is one: digests of deliveries before it, which keys are compared with, stay what they are. No
        // attachment and no number is called so.
        if let Some(zip) = &self.zip {
            hash.text("in one zip");
            hash.text(zip);
        }
        hash.text(&self.resend.to_string());
        hash.list(self.portal.iter().map(Origin::as_str));
        super::hex(&hash.0.finalize())
    }
}

/// Hashes fields so that no two different drafts give the same bytes: every text is preceded by its length.
struct Canonical(Sha256);

impl Canonical {
    fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text.as_bytes());
    }

    fn list<'a>(&mut self, texts: impl ExactSizeIterator<Item = &'a str>) {
        self.0.update((texts.len() as u64).to_be_bytes());
        for text in texts {
            self.text(text);
        }
    }
}

/// Base name of a document's attachments: `{RFC}_{Serie}{Folio}_{UUID}`, ASCII, safe on every system, the same for XML and
/// PDF because receivers' robots pair them by it.
#[must_use]
pub fn base_name(cfdi: &Cfdi) -> String {
    let rfc = safe(cfdi.issuer.rfc.as_str());
    let uuid = cfdi.uuid.as_str();
    let room = MAX_BASE_NAME.saturating_sub(rfc.len() + uuid.len() + 2);
    let number: String = safe(&cfdi.number()).chars().take(room).collect();
    format!("{rfc}_{number}_{uuid}")
}

/// Name of the ZIP archive of these documents: that of its files where there is one document, else
/// `{RFC}_{RFC of the receiver}_{UUID of the first}_{count}`.
#[must_use]
pub fn zip_name(cfdis: &[&Cfdi]) -> Option<String> {
    let (first, others) = cfdis.split_first()?;
    if others.is_empty() {
        return Some(format!("{}.zip", base_name(first)));
    }
    let [issuer, receiver] = [&first.issuer.rfc, &first.receiver.rfc].map(|rfc| safe(rfc.as_str()));
    Some(format!("{issuer}_{receiver}_{}_{}.zip", first.uuid.as_str(), cfdis.len()))
}

/// Keeps ASCII letters, digits and hyphens; Ñ becomes N and every other character an underscore.
pub(super) fn safe(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'Ñ' => 'N',
            'ñ' => 'n',
            c if c.is_ascii_alphanumeric() || c == '-' => c,
            _ => '_',
        })
        .collect()
}

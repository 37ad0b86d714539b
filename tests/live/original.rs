//! What Gmail made of the first message: the bytes that were sent against the file that the person saved.

use std::path::Path;

use correo_cfdi::domain::hex;
use mail_parser::{Message, MessageParser, MimeHeaders as _};
use sha2::{Digest as _, Sha256};

use super::Run;
use super::claims::{Claim, Verdict};
use super::letters::Letters;
use super::report::Facts;

/// The header that lets a receiver spot a repeat.
const TRACE: &str = "X-Correo-CFDI";

/// Largest file that is read: a message of ours has half a megabyte.
const MAX_FILE: u64 = 40 * 1024 * 1024;

/// Asks for the file and compares; a file of another message may be replaced once.
pub(super) fn check(run: &mut Run<'_>, letters: &Letters) {
    for _ in 0..2 {
        let Some(path) = run.person.original(&letters.whole.subject) else { return };
        match read(&path).and_then(|received| compare(&letters.whole.bytes, &received)) {
            Some(found) => {
                for (claim, verdict, facts) in found {
                    run.report.enter(claim, verdict, facts);
                }
                return;
            }
            None => run.trouble("another_message"),
        }
    }
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let size = std::fs::metadata(path).ok()?.len();
    (size <= MAX_FILE).then(|| std::fs::read(path).ok())?
}

/// One line a claim; `None` when the file is not that message.
fn compare(sent: &[u8], received: &[u8]) -> Option<Vec<(Claim, Verdict, Facts)>> {
    let parser = MessageParser::default();
    let (sent, received) = (parser.parse(sent)?, parser.parse(received)?);
    if sent.subject()? != received.subject()? {
        return None;
    }
    let kept = |same: bool, present: bool| (Verdict::of(same), Facts::default().with("present", present));
    let message_id = kept(sent.message_id() == received.message_id(), received.message_id().is_some());
    let original = received.header_raw("X-Google-Original-Message-ID").is_some();
    let date = kept(
        sent.date().map(mail_parser::DateTime::to_timestamp)
            == received.date().map(mail_parser::DateTime::to_timestamp),
        received.date().is_some(),
    );
    let from = kept(from_name(&sent) == from_name(&received), from_name(&received).is_some());
    let trace = kept(trace(&sent) == trace(&received), trace(&received).is_some());
    let attachments = attachments(&sent, &received);
    // The sender's own copy may keep it; that the receiver's does not is not seen in a message to oneself.
    let bcc = received.header_raw("Bcc").is_some();
    let bcc_verdict = if bcc { Verdict::NotChecked } else { Verdict::Confirmed };
    Some(vec![
        (Claim::MessageId, message_id.0, message_id.1.with("original_kept_aside", original)),
        (Claim::FromName, from.0, from.1),
        (Claim::Date, date.0, date.1),
        (Claim::TraceHeader, trace.0, trace.1),
        (Claim::Attachments, attachments.0, attachments.1),
        (Claim::BccRemoved, bcc_verdict, Facts::default().with("present", bcc)),
    ])
}

fn from_name<'a>(message: &'a Message<'_>) -> Option<&'a str> {
    message.from()?.first()?.name()
}

fn trace<'a>(message: &'a Message<'_>) -> Option<&'a str> {
    message.header_raw(TRACE).map(str::trim)
}

fn attachments(sent: &Message<'_>, received: &Message<'_>) -> (Verdict, Facts) {
    let all = |message: &Message<'_>| -> Vec<(Option<String>, String)> {
        let each = message.attachments();
        each.map(|part| (part.attachment_name().map(str::to_owned), hex(&Sha256::digest(part.contents())))).collect()
    };
    let (before, after) = (all(sent), all(received));
    let same_names = before.iter().map(|(name, _)| name).eq(after.iter().map(|(name, _)| name));
    let same_hashes = before.iter().map(|(_, hash)| hash).eq(after.iter().map(|(_, hash)| hash));
    let facts = Facts::default()
        .with("sent", before.len())
        .with("received", after.len())
        .with("same_names", same_names)
        .with("same_sha256", same_hashes);
    (Verdict::of(same_names && same_hashes && !before.is_empty()), facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "From: =?utf-8?b?w5FhbmTDug==?= <ana@correo.example>\r\nTo: ana@correo.example\r\n\
        Bcc: ana@correo.example\r\nSubject: prueba\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n\
        Message-ID: <1@correo.example>\r\nX-Correo-CFDI: uuid=A; resend=0\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhola\r\n--b\r\n\
        Content-Type: application/xml; name=a.xml\r\nContent-Disposition: attachment; filename=a.xml\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nPGEvPg==\r\n--b--\r\n";

    fn refuted(received: &str) -> Vec<Claim> {
        let found = compare(SENT.as_bytes(), received.as_bytes()).unwrap();
        found.into_iter().filter(|(_, verdict, _)| *verdict == Verdict::Refuted).map(|(claim, ..)| claim).collect()
    }

    #[test]
    fn each_change_refutes_its_own_claim() {
        assert_eq!(refuted(SENT), []);
        assert_eq!(refuted(&SENT.replace("\r\n", "\n")), [], "saved with other line ends");
        for (from, to, claim) in [
            ("<1@correo.example>", "<2@mail.example>", Claim::MessageId),
            ("=?utf-8?b?w5FhbmTDug==?=", "Ana", Claim::FromName),
            ("10:00:00", "10:00:01", Claim::Date),
            ("X-Correo-CFDI", "X-Otro", Claim::TraceHeader),
            ("PGEvPg==", "PGIvPg==", Claim::Attachments),
            ("filename=a.xml", "filename=b.xml", Claim::Attachments),
        ] {
            assert_eq!(refuted(&SENT.replace(from, to)), [claim], "{from}");
        }
    }

    #[test]
    fn another_message_is_not_compared() {
        assert!(compare(SENT.as_bytes(), SENT.replace("Subject: prueba", "Subject: otra").as_bytes()).is_none());
        assert!(compare(SENT.as_bytes(), b"").is_none());
    }

    #[test]
    fn a_blind_copy_is_confirmed_only_when_it_is_gone() {
        let bcc = |received: &str| {
            let found = compare(SENT.as_bytes(), received.as_bytes()).unwrap();
            found.into_iter().find(|(claim, ..)| *claim == Claim::BccRemoved).unwrap().1
        };
        assert_eq!(bcc(SENT), Verdict::NotChecked);
        assert_eq!(bcc(&SENT.replace("Bcc: ana@correo.example\r\n", "")), Verdict::Confirmed);
    }
}

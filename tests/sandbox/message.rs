//! Messages that were accepted, read by an independent MIME reader.

use std::collections::BTreeSet;

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_parser::{Address, Message, MessageParser, MimeHeaders as _};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::google_error::GoogleError;
use super::random;
use super::state::World;

/// Longest line of a message without its end (RFC 5322 section 2.1.1), bytes.
const MAX_LINE: usize = 998;

/// One mailbox of a header.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Mailbox {
    pub(crate) name: Option<String>,
    pub(crate) address: String,
}

/// One attachment, decoded.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Attachment {
    pub(crate) filename: Option<String>,
    pub(crate) content_type: String,
    pub(crate) size: usize,
    pub(crate) sha256: String,
    #[serde(skip)]
    pub(crate) bytes: Bytes,
}

/// A message as the receiver would have it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Arrived {
    pub(crate) id: String,
    pub(crate) thread_id: String,
    pub(crate) account: String,
    /// When it was accepted, RFC 3339.
    pub(crate) at: String,
    pub(crate) recipients: Vec<String>,
    pub(crate) from: Vec<Mailbox>,
    pub(crate) from_submitted: Vec<Mailbox>,
    pub(crate) reply_to: Vec<Mailbox>,
    pub(crate) to: Vec<Mailbox>,
    pub(crate) cc: Vec<Mailbox>,
    pub(crate) bcc: Vec<Mailbox>,
    pub(crate) subject: String,
    pub(crate) message_id: Option<String>,
    pub(crate) message_id_submitted: Option<String>,
    pub(crate) text: String,
    /// The HTML part; empty without one.
    pub(crate) html: String,
    pub(crate) attachments: Vec<Attachment>,
    /// What a strict reader has against the bytes; empty for a good message.
    pub(crate) problems: Vec<String>,
    pub(crate) raw_sha256: String,
    pub(crate) raw_size: usize,
    #[serde(skip)]
    pub(crate) raw: Option<Bytes>,
}

impl Arrived {
    /// What the API answers for it.
    pub(crate) fn answer(&self) -> Value {
        json!({ "id": self.id, "threadId": self.thread_id, "labelIds": ["SENT"] })
    }
}

/// Takes a message into the mailbox, or refuses it as Gmail does.
pub(crate) fn accept(world: &mut World, email: &str, raw: &[u8], thread: Option<&str>) -> Result<Value, GoogleError> {
    let refused = |words: &str| GoogleError::saying(400, "invalidArgument", words);
    if raw.is_empty() {
        return Err(refused("'raw' RFC822 payload message string or uploading message via /upload/* URL required"));
    }
    let parsed = MessageParser::default().parse(raw).ok_or_else(|| refused("Invalid message"))?;
    let (to, cc, bcc) = (mailboxes(parsed.to()), mailboxes(parsed.cc()), mailboxes(parsed.bcc()));
    let all: BTreeSet<&str> = [&to, &cc, &bcc].into_iter().flatten().map(|mailbox| mailbox.address.as_str()).collect();
    if all.is_empty() {
        return Err(refused("Recipient address required"));
    }
    if let Some((header, _)) =
        [("To", &to), ("Cc", &cc), ("Bcc", &bcc)].into_iter().find(|(_, list)| !list.iter().all(is_address))
    {
        return Err(refused(&format!("Invalid {header} header")));
    }
    let from_submitted = mailboxes(parsed.from());
    let message_id_submitted = parsed.message_id().map(str::to_owned);
    let id = random::message_id();
    let arrived = Arrived {
        thread_id: thread.map_or_else(|| id.clone(), str::to_owned),
        account: email.to_owned(),
        at: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        recipients: all.into_iter().map(str::to_owned).collect(),
        from: seen_from(world, email, &from_submitted),
        from_submitted,
        reply_to: mailboxes(parsed.reply_to()),
        subject: parsed.subject().unwrap_or_default().to_owned(),
        message_id: if world.behaviour.replace_message_id {
            Some(format!("CA+{}@mail.sandbox.example", random::token(24)))
        } else {
            message_id_submitted.clone()
        },
        message_id_submitted,
        text: parsed.body_text(0).map(std::borrow::Cow::into_owned).unwrap_or_default(),
        html: html(&parsed),
        attachments: attachments(&parsed),
        problems: problems(&parsed, raw),
        raw_sha256: hex(&Sha256::digest(raw)),
        raw_size: raw.len(),
        raw: world.behaviour.keep_raw.then(|| Bytes::copy_from_slice(raw)),
        id,
        to,
        cc,
        bcc,
    };
    let answer = arrived.answer();
    world.counters.add(email, |counts| &mut counts.accepted);
    world.messages.push(keeping(arrived, world.behaviour.keep_raw));
    Ok(answer)
}

/// Without `keep_raw` only names, sizes and hashes stay in memory.
fn keeping(mut arrived: Arrived, bytes: bool) -> Arrived {
    if !bytes {
        arrived.attachments.iter_mut().for_each(|attachment| attachment.bytes = Bytes::new());
    }
    arrived
}

/// The sender that the receiver sees: any other address than the account's is silently replaced, as Gmail does.
fn seen_from(world: &World, email: &str, submitted: &[Mailbox]) -> Vec<Mailbox> {
    let own = |name: Option<String>| vec![Mailbox { name, address: email.to_owned() }];
    let account_name = world.account(email).map(|account| account.name.clone());
    match submitted {
        [one] if one.address.eq_ignore_ascii_case(email) && !world.behaviour.replace_from_name => own(one.name.clone()),
        _ => own(account_name),
    }
}

fn mailboxes(address: Option<&Address<'_>>) -> Vec<Mailbox> {
    let all = address.into_iter().flat_map(Address::iter);
    all.map(|one| Mailbox {
        name: one.name().map(str::to_owned),
        address: one.address().unwrap_or_default().to_owned(),
    })
    .collect()
}

fn is_address(mailbox: &Mailbox) -> bool {
    let Some((local, domain)) = mailbox.address.rsplit_once('@') else {
        return false;
    };
    let clean = !mailbox.address.contains(|character: char| character.is_whitespace() || character.is_control());
    !local.is_empty() && !domain.is_empty() && clean
}

fn attachments(parsed: &Message<'_>) -> Vec<Attachment> {
    let all = parsed.attachments().map(|part| {
        let content_type = part.content_type().map_or_else(
            || "text/plain".to_owned(),
            |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()),
        );
        let bytes = part.contents();
        Attachment {
            filename: part.attachment_name().map(str::to_owned),
            content_type,
            size: bytes.len(),
            sha256: hex(&Sha256::digest(bytes)),
            bytes: Bytes::copy_from_slice(bytes),
        }
    });
    all.collect()
}

/// Faults of form that a kind server would pass over.
fn problems(parsed: &Message<'_>, raw: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = raw.split(|byte| *byte == b'\n').peekable();
    let (mut bare, mut long) = (false, false);
    while let Some(line) = lines.next() {
        let last = lines.peek().is_none();
        bare |= !last && !line.ends_with(b"\r");
        long |= line.len() > MAX_LINE + 1;
    }
    let mut note = |is: bool, words: &str| {
        if is {
            found.push(words.to_owned());
        }
    };
    note(bare, "a line ends with a bare LF");
    note(long, "a line is longer than 998 bytes");
    let header = raw.windows(4).position(|four| four == b"\r\n\r\n").map_or(raw, |end| raw.get(..end).unwrap_or(raw));
    note(!header.is_ascii(), "the header has bytes that are not ASCII");
    note(parsed.date().is_none(), "no Date");
    note(parsed.from().is_none(), "no From");
    note(parsed.message_id().is_none(), "no Message-ID");
    for name in ["from", "to", "cc", "bcc", "subject", "date", "message-id"] {
        let count = parsed.headers().iter().filter(|header| header.name.as_str().eq_ignore_ascii_case(name)).count();
        note(count > 1, &format!("{name} is there more than once"));
    }
    found
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A name that a browser may save a file under, for a header.
pub(crate) fn header_name(name: &str) -> String {
    let encoded = STANDARD.encode(name);
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect();
    if plain.is_empty() { encoded.chars().filter(char::is_ascii_alphanumeric).collect() } else { plain }
}

/// What stands in the part for mail programs that show HTML. The parser would make one of the plain text where there is none.
fn html(parsed: &Message<'_>) -> String {
    let has = parsed.parts.iter().any(|part| part.is_content_type("text", "html"));
    parsed.body_html(0).filter(|_| has).map(std::borrow::Cow::into_owned).unwrap_or_default()
}

//! What must hold for any bytes. Used by the programs of cargo-fuzz and, on stable, by `tests/fuzz.rs`.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;

use correo_cfdi::adapters::folder_files::FolderFiles;
use correo_cfdi::adapters::sqlite_library::SqliteLibrary;
use correo_cfdi::domain::batch::{self, MAX_CELL, MAX_ROWS};
use correo_cfdi::domain::cfdi::{self, Seal, Verdict};
use correo_cfdi::domain::sign_in::{Expected, SignInError, judge_redirect};
use correo_cfdi::domain::texts::{self, Facts, Texts};
use correo_cfdi::frame::{self, Frame};
use correo_cfdi::ports::library::{CfdiFiles, Library, ScanReport, Seals};
use correo_cfdi::protocol::failure::Kind;
use correo_cfdi::protocol::rpc::Request;
use url::Url;

#[path = "talk.rs"]
pub(crate) mod talk;
#[path = "../support/worlds.rs"]
#[allow(clippy::allow_attributes, missing_docs, unreachable_pub, dead_code, reason = "shared between test programs")]
mod worlds;

/// A document is either identified or refused, never both, and the same each time.
pub(crate) fn reader(bytes: &[u8]) {
    let reading = cfdi::read(bytes).unwrap();
    assert_eq!(reading.cfdi.is_some(), reading.verdict() != Verdict::Refuse);
    assert_eq!(reading, cfdi::read(bytes).unwrap());
    assert_eq!(reading, cfdi::read_bytes(bytes).unwrap(), "in memory as from a disk");
    if let Some(document) = &reading.cfdi {
        assert!(!document.total.as_str().is_empty() && document.amount_to_show().plain().len() <= 64);
    }
}

/// Looking at the seal refuses more and never less, and says nothing else about the document.
pub(crate) fn seal(bytes: &[u8]) {
    let (left, checked) = (cfdi::read(bytes).unwrap(), cfdi::read_and_check_seal(bytes).unwrap());
    assert!(!matches!(left.seal, Seal::Valid | Seal::Invalid(_)));
    assert!(left.verdict() != Verdict::Refuse || checked.verdict() == Verdict::Refuse);
    if let Some(document) = &checked.cfdi {
        assert_eq!(Some(document), left.cfdi.as_ref());
    }
    // The document stays readable, so that a person can be shown what the seal does not cover; it never leaves by itself.
    if matches!(checked.seal, Seal::Invalid(_)) {
        assert_eq!(checked.verdict(), Verdict::Refuse);
    }
}

/// Whatever lies in a folder, also in an archive, is counted once, found again as the look at the file alone sees it, and
/// not read a second time.
pub(crate) fn indexer(bytes: &[u8]) {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("f");
    fs::create_dir(&folder).unwrap();
    for name in ["A1.xml", "a.zip", "A1.pdf"] {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        // Long ago, so that nothing counts as being written.
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000)).unwrap();
    }
    let library = SqliteLibrary::new(place.path().join("library.db"));
    let scan = || library.scan(&[PathBuf::from(&folder)], &mut |_| {}, &AtomicBool::new(false)).unwrap();
    let first = scan();
    assert_eq!(first.files, first.indexed + first.refused + first.waiting, "{first:?}");
    let ScanReport { files, unchanged, removed, .. } = scan();
    assert_eq!((files, unchanged, removed), (first.files, first.files, 0));
    let mut problems = 0;
    for problem in library.problems(None, None, 500).unwrap() {
        problems += 1;
        // An archive is no document; what is in it, and every loose file, is judged the same alone.
        if problem.uuid.is_none() && problem.path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xml")) {
            let alone = FolderFiles.inspect(&problem.path, Seals::Leave).unwrap();
            assert_eq!(
                (alone.verdict, alone.reasons),
                (Verdict::Refuse, problem.reasons),
                "{}",
                problem.path.display()
            );
        }
    }
    assert!(problems >= first.refused.min(500));
}

/// A stream that gives one byte a read, as a slow pipe may.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some((byte, rest)) = self.0.split_first().filter(|_| !buffer.is_empty()) else { return Ok(0) };
        (buffer[0], self.0) = (*byte, rest);
        Ok(1)
    }
}

/// Bytes that a buffer may hold beside what it was filled with: it grows by doubling, from a few kilobytes.
const SLACK: usize = 16 * 1024;

/// Reads frames to the end of the stream; `None` where it ended as no browser ends it.
fn frames_of(mut stream: impl Read, limit: usize) -> (Vec<Frame>, bool) {
    let mut found = Vec::new();
    loop {
        match frame::read(&mut stream) {
            Ok(Frame::End) => return (found, true),
            Ok(frame) => found.push(frame),
            Err(_) => return (found, false),
        }
        assert!(found.len() <= limit, "a frame takes four bytes at least");
    }
}

/// However the bytes come, they are the same frames; nothing is taken that was not sent, no announced length reserves memory,
/// and what was read is written back to the byte.
pub(crate) fn frames(bytes: &[u8]) {
    let limit = bytes.len() / 4;
    let (found, whole) = frames_of(bytes, limit);
    assert_eq!((&found, whole), (&frames_of(Trickle(bytes), limit).0, frames_of(Trickle(bytes), limit).1));
    let mut written = Vec::new();
    for one in &found {
        match one {
            Frame::Body(body) => {
                assert!(body.len() <= frame::MAX_REQUEST as usize && body.capacity() <= 2 * body.len() + SLACK);
                if body.len() <= frame::MAX_ANSWER {
                    frame::write(&mut written, body).unwrap();
                }
            }
            Frame::TooLarge(length) => assert!(*length > frame::MAX_REQUEST && *length <= frame::MAX_POSSIBLE),
            Frame::End => unreachable!(),
        }
    }
    let only_answers = found.iter().all(|one| matches!(one, Frame::Body(body) if body.len() <= frame::MAX_ANSWER));
    if only_answers {
        assert_eq!(written, bytes[..written.len()]);
        assert!(!whole || written.len() == bytes.len());
    }
}

/// Methods that choose other folders, whose walk is as long as the disk; that watch them; or that wait for a person.
const LEFT_OUT: [&str; 3] = ["company.save", "library.watch", "sign_in.complete"];

/// Whatever a request's body holds, it gets one answer: with its number, within the browser's limit, and with a known kind
/// and words where it is refused. No request makes this program panic, which it would answer as `internal`.
pub(crate) fn requests(bytes: &[u8]) {
    let request: Option<Request<'_>> = serde_json::from_slice(bytes).ok();
    if request.as_ref().is_some_and(|request| LEFT_OUT.contains(&request.method)) || bytes.len() > SLACK * 64 {
        return;
    }
    let talk = talk::talk().lock().unwrap_or_else(PoisonError::into_inner);
    let answer = talk.answer(bytes);
    assert_eq!(answer["jsonrpc"], "2.0");
    match &request {
        Some(request) if request.jsonrpc == "2.0" => assert_eq!(answer["id"], request.id),
        _ => assert!(answer["id"].is_null() && answer["error"].is_object(), "{answer}"),
    }
    assert!(answer["result"].is_null() != answer["error"].is_null());
    assert!(answer.to_string().len() <= frame::MAX_ANSWER);
    if let Some(data) = answer["error"].get("data") {
        let kind = Kind::from_code(data["kind"].as_str().unwrap());
        assert!(kind.is_some_and(|kind| kind != Kind::Internal), "{answer}");
        assert!(!answer["error"]["message"].as_str().unwrap().is_empty());
    }
}

/// A redirect is taken only with its own state, once, for its own address, without an error, and with a code.
pub(crate) fn redirects(bytes: &[u8]) {
    let raw = String::from_utf8_lossy(bytes);
    for own in ["https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/", "http://127.0.0.1:8123/"] {
        let redirect_uri: Url = own.parse().unwrap();
        let judged = |state: &str| {
            let expected = Expected { redirect_uri: &redirect_uri, state, issuer: "https://accounts.google.com" };
            judge_redirect(&raw, &expected)
        };
        for other in ["estado-de-otro", "", "estad", "estado-propio-", "ESTADO-PROPIO"] {
            let refused = judged(other);
            // A state that the redirect does not carry is never its own, whatever else it carries; an empty one is nobody's.
            if other.is_empty() || !carries(&raw, other) {
                let only = matches!(refused, Err(SignInError::StateMismatch | SignInError::RedirectMalformed));
                assert!(only, "{refused:?}");
            }
        }
        let Ok(code) = judged("estado-propio") else { continue };
        let url = Url::parse(&raw).unwrap();
        let values = |name: &str| {
            url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect::<Vec<_>>()
        };
        assert_eq!((url.origin(), url.path()), (redirect_uri.origin(), redirect_uri.path()));
        assert_eq!((values("state"), values("code")), (vec!["estado-propio".to_owned()], vec![code.clone()]));
        assert!(!code.is_empty());
        assert!(values("iss").iter().all(|issuer| issuer == "https://accounts.google.com") || values("iss").len() > 1);
    }
}

/// Whether an address carries that state at all.
fn carries(raw: &str, state: &str) -> bool {
    Url::parse(raw).is_ok_and(|url| url.query_pairs().any(|(key, value)| key == "state" && value == state))
}

/// A template before the first NUL, and behind it what an XML's texts hold: a subject is one printable line, both keep their
/// limits, and a template without marks comes out as it went in.
pub(crate) fn templates(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (template, value) = text.split_once('\0').unwrap_or((&text, "Papelería «Ñandú» {{uuid}}"));
    let mut document = cfdi::read(&include_bytes!("corpus/reader/I40.xml")[..]).unwrap().cfdi.unwrap();
    (document.serie, document.folio) = (Some(value.to_owned()), Some(value.to_owned()));
    (document.issuer.name, document.receiver.name) = (Some(value.to_owned()), Some(value.to_owned()));
    if let Ok(subject) = texts::subject(template, &Facts::of(&document)) {
        assert!(!subject.contains(|c: char| c.is_ascii_control()), "{subject:?}");
        assert!(subject.chars().count() <= texts::MAX_SUBJECT);
        assert_eq!(texts::fit_subject(&subject), Ok(subject.as_str()));
    }
    if let Ok(body) = texts::body(template, &Facts::of(&document)) {
        assert!(body.len() <= texts::MAX_BODY);
        assert!(!body.contains(|c: char| c.is_ascii_control() && !matches!(c, '\r' | '\n' | '\t')));
        if !template.contains('{') {
            // The engine leaves out one line break at the end, as files have it.
            assert_eq!(body.trim_end_matches(['\r', '\n']), template.trim_end_matches(['\r', '\n']));
        }
    }
    // What leaves is within the allow-list, and its plain text can be made.
    if let Ok(html) = texts::html(template, &Facts::of(&document)) {
        assert!(html.len() <= texts::MAX_HTML && !html.to_lowercase().contains("<script"));
        let own = Texts { subject: "A".into(), body: String::new(), html: Some(template.to_owned()) };
        assert!(own.fill(&Facts::of(&document)).is_ok_and(|filled| filled.html == Some(html)));
    }
    // What an XML holds is never read as a template.
    if let Ok(line) = texts::subject("{{receptor.nombre}}", &Facts::of(&document)) {
        assert_eq!(line, value.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}

/// A list is refused, or has rows within its limits that come back the same from a list in plain form.
pub(crate) fn lists(bytes: &[u8]) {
    let text = batch::text(bytes);
    let Ok(rows) = batch::read(&text) else { return };
    assert!((1..=MAX_ROWS).contains(&rows.len()) && rows.len() <= text.split(['\r', '\n']).count());
    let mut plain = csv::Writer::from_writer(Vec::new());
    plain.write_record(["uuid", "receiver_rfc", "to", "cc", "print"]).unwrap();
    for row in &rows {
        for cell in [&row.uuid, &row.receiver_rfc].into_iter().chain(&row.to).chain(&row.cc) {
            assert!(cell.len() <= MAX_CELL && cell.trim() == cell);
        }
        let odd = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
        assert!(row.to.iter().chain(&row.cc).all(|address| !address.is_empty() && !address.contains(odd)));
        let (to, cc, print) = (row.to.join(" "), row.cc.join(" "), if row.print { "yes" } else { "" });
        plain.write_record([&row.uuid, &row.receiver_rfc, &to, &cc, print]).unwrap();
    }
    let plain = String::from_utf8(plain.into_inner().unwrap()).unwrap();
    // A row of cells that are all empty is none; such a row may have had other columns.
    let is_row = |row: &batch::ListRow| {
        row.print || ![&row.uuid, &row.receiver_rfc].into_iter().chain(&row.to).chain(&row.cc).all(String::is_empty)
    };
    let rows: Vec<_> = rows.into_iter().filter(is_row).collect();
    assert_eq!(batch::read(&plain).unwrap_or_default(), rows);
}

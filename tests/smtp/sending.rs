//! What arrives, to whom, and what the ledger says of it.

use sha2::Digest as _;

use super::office::Office;
use super::server::{Act, Tls};

fn sha256(bytes: &[u8]) -> Vec<u8> {
    sha2::Sha256::digest(bytes).to_vec()
}

fn arrives_whole(tls: Tls) {
    let mut office = Office::new(tls);
    let delivery = office.queue(&["compras@cliente.example"], &["archivo@papeleria.example"]);
    let end = office.until(&delivery, &["sent"]);
    let ledger = end["ledger"].as_array().unwrap();
    let accepted = ledger.last().unwrap()["provider_id"].as_str().unwrap();
    assert_eq!(accepted, "250 2.0.0 OK queued as stand-in-1");
    let committed = ledger.iter().position(|line| line["event"] == "committed").unwrap();
    let sent = ledger.iter().position(|line| line["state"] == "sent").unwrap();
    assert!(committed < sent, "{ledger:?}");
    assert_eq!(end["returned_search"], serde_json::Value::Null, "this mailbox is not in Gmail");

    let [letter] = &office.server.received()[..] else { panic!("one message, not {}", office.server.received().len()) };
    assert_eq!(letter.from, "facturas@papeleria.example");
    assert_eq!(letter.to, ["compras@cliente.example", "archivo@papeleria.example"]);
    let text = String::from_utf8_lossy(&letter.message);
    assert!(!text.contains("archivo@papeleria.example"), "a blind copy stays out of the message");
    let parsed = mail_parser::MessageParser::default().parse(&letter.message).unwrap();
    let sample = &office.setting.samples[0];
    let files = [Some(&sample.xml_path), sample.pdf_path.as_ref()];
    let there: Vec<_> = files.into_iter().flatten().map(|path| sha256(&std::fs::read(path).unwrap())).collect();
    let came: Vec<_> = parsed.attachments().map(|part| sha256(part.contents())).collect();
    assert_eq!(came, there);
    assert!(text.ends_with("--\r\n"), "nothing is added to the end: {:?}", &text[text.len() - 20..]);
}

#[test]
fn invariant_5_a_message_arrives_byte_for_byte_under_tls_from_the_start() {
    arrives_whole(Tls::FromStart);
}

#[test]
fn invariant_5_a_message_arrives_byte_for_byte_after_starttls() {
    arrives_whole(Tls::Upgraded);
}

#[test]
fn an_old_token_is_renewed_once_and_the_message_leaves_once() {
    let mut office = Office::new(Tls::FromStart);
    let refreshes = office.setting.count("refreshes");
    // {"status":"401"}
    office.server.next("AUTH", Act::Say("334 eyJzdGF0dXMiOiI0MDEifQ=="));
    let (_, state, _) = office.send();
    assert_eq!(state, "sent");
    assert_eq!(office.setting.count("refreshes"), refreshes + 2, "one for the turn, one for the refusal");
    assert_eq!(office.server.received().len(), 1);
    assert!(office.server.played());
}

#[test]
fn an_account_whose_tokens_are_refused_waits_for_a_sign_in_and_goes_on_after_it() {
    let mut office = Office::new(Tls::FromStart);
    for _ in 0..2 {
        office.server.next("AUTH", Act::Say("334 eyJzdGF0dXMiOiI0MDEifQ=="));
    }
    let (delivery, state, reason) = office.send();
    assert_eq!((state.as_str(), reason.as_str()), ("deferred", "sign_in_needed"));
    let person = crate::sandbox::walk::Person::willing();
    let signed_in = office.setting.sign_in(&mut office.host, &person).unwrap();
    let save = office.setting.with_flow(&signed_in);
    office.host.ok("company.save", save);
    office.until(&delivery, &["sent"]);
    assert_eq!(office.server.received().len(), 1);
}

#[test]
fn a_server_with_the_older_mechanism_alone_is_spoken_to() {
    let mut office = Office::new(Tls::FromStart);
    office.server.offer("250-localhost\r\n250 AUTH PLAIN XOAUTH2\r\n");
    assert_eq!(office.send().1, "sent");
    assert!(office.server.heard().contains(&"AUTH XOAUTH2".to_owned()));
}

#[test]
fn a_mechanism_that_is_refused_as_such_gives_way_to_the_other() {
    let mut office = Office::new(Tls::FromStart);
    office.server.next("AUTH", Act::Say("504 5.5.4 Unrecognized authentication type"));
    assert_eq!(office.send().1, "sent");
    let heard = office.server.heard();
    let tried: Vec<_> = heard.iter().filter(|line| line.starts_with("AUTH")).collect();
    assert_eq!(tried, ["AUTH OAUTHBEARER", "AUTH XOAUTH2"]);
}

#[test]
fn a_message_over_the_servers_limit_is_not_begun() {
    let mut office = Office::new(Tls::FromStart);
    office.server.offer("250-localhost\r\n250-SIZE 1000\r\n250 AUTH XOAUTH2\r\n");
    let (_, state, reason) = office.send();
    assert_eq!((state.as_str(), reason.as_str()), ("failed", "message_too_large"));
    assert!(!office.server.heard().iter().any(|line| line.starts_with("MAIL") || line.starts_with("AUTH")));
}

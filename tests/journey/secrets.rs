//! No token, code, verifier or client secret shows anywhere but in the vault.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::setting::Setting;
use crate::host::Host;
use crate::host::secrets::{MARKS, Search};
use crate::sandbox::walk::{Person, consent_blocking};

/// The address of an upload session, with which anybody could upload.
const SESSION: &str = "upload_id=";

/// A place and what stands in it.
struct Place {
    name: String,
    text: String,
    bytes: Vec<u8>,
}

impl Place {
    fn new(name: String, bytes: Vec<u8>) -> Self {
        Self { name, text: String::from_utf8_lossy(&bytes).into_owned(), bytes }
    }
}

/// Every file of the home but the vault and the client file that the test itself wrote.
fn files(folder: &Path, found: &mut Vec<Place>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            if name != "vault" {
                files(&entry.path(), found);
            }
        } else if name != "client.json" {
            found.push(Place::new(name, std::fs::read(entry.path()).unwrap()));
        }
    }
}

/// What anybody who lists processes can see of one.
fn process(id: u32, found: &mut Vec<Place>) {
    for name in ["cmdline", "environ"] {
        found.push(Place::new(format!("{name} of {id}"), std::fs::read(format!("/proc/{id}/{name}")).unwrap()));
    }
}

/// Holds everything against the marks, the codes and the verifiers of these challenges.
fn assert_clean(places: &[Place], codes: &[String], challenges: &[String]) {
    let search = Search::new();
    for Place { name, text, bytes } in places {
        search.assert_none(name, bytes);
        for code in codes {
            assert!(!text.contains(code), "{code} stands in {name}");
        }
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~')));
        for word in words.filter(|word| (43..=128).contains(&word.len())) {
            let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(word));
            assert!(!challenges.contains(&challenge), "a code verifier stands in {name}");
        }
    }
}

fn query(url: &str, name: &str) -> String {
    url::Url::parse(url).unwrap().query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
}

/// What passed through the browser.
#[derive(Default)]
struct Seen {
    codes: Vec<String>,
    challenges: Vec<String>,
}

impl Seen {
    fn sign_in(&mut self, host: &mut Host, begin: Value, person: &Person) -> Result<Value, Value> {
        let begun = host.ok("sign_in.begin", begin);
        let url = begun["auth_url"].as_str().unwrap();
        self.challenges.push(query(url, "code_challenge"));
        let redirect = consent_blocking(url, person).unwrap();
        self.codes.push(query(redirect.as_str(), "code"));
        host.call("sign_in.complete", json!({"flow": begun["flow"], "redirect_url": redirect.as_str()}))
    }
}

/// Sends one that hangs behind its commit point, the moment at which most is in memory; what could be seen just then.
fn while_committed(setting: &Setting, host: &mut Host) -> Vec<Place> {
    setting.fault(json!({"point": "upload_put", "kind": "hang", "seconds": 120}));
    let delivery = setting.queue(host, 1, "cliente@example.mx");
    let sender = crate::host::wait("it is committed", || {
        let detail = host.ok("delivery.get", json!({"delivery": delivery}));
        let last = detail["ledger"].as_array().unwrap().last().unwrap()["process"].as_u64().unwrap();
        (detail["delivery"]["committed"] == true).then_some(last)
    });
    let mut places = Vec::new();
    process(host.child.id(), &mut places);
    process(u32::try_from(sender).unwrap(), &mut places);
    files(setting.home.path(), &mut places);
    let holding: Vec<&str> =
        places.iter().filter(|place| place.text.contains(SESSION)).map(|place| place.name.as_str()).collect();
    assert!(!holding.is_empty() && holding.iter().all(|name| name.starts_with("outbox.db")), "{holding:?}");
    setting.kill_sender(host, &delivery);
    setting.drain();
    setting.until(host, &delivery, &["sent"]);
    places
}

#[test]
fn a_whole_journey_leaves_no_secret_outside_the_vault() {
    let setting = Setting::new(3);
    let mut host = setting.home.host();
    let mut seen = Seen::default();
    let unticked = Person { tick_send: false, ..Person::willing() };
    let error = seen.sign_in(&mut host, json!({"company": setting.rfc()}), &unticked).unwrap_err();
    let signed_in = seen.sign_in(&mut host, json!({"again": error["data"]["flow"]}), &unticked).unwrap();
    host.ok("company.save", setting.with_flow(&signed_in));
    setting.fault(json!({"point": "upload_open", "kind": "status", "status": 401, "reason": "authError"}));
    let first = setting.queue(&mut host, 0, "cliente@example.mx");
    setting.until(&mut host, &first, &["sent"]);
    setting.home.settle();
    let mut places = while_committed(&setting, &mut host);
    setting.fault(json!({"point": "token_refresh", "kind": "status", "status": 400, "reason": "invalid_grant"}));
    let third = setting.queue(&mut host, 2, "cliente@example.mx");
    setting.until(&mut host, &third, &["deferred"]);
    for method in ["health", "client.show", "account.list", "company.list", "delivery.list"] {
        host.ok(method, json!({}));
    }
    host.leave();
    setting.home.settle();
    // The last process that closes the database leaves nothing of a session in it.
    setting.drain();
    let mut after = Vec::new();
    files(setting.home.path(), &mut after);
    while host.read().is_some() {}
    after.push(Place::new("the answers".to_owned(), host.heard.clone().into_bytes()));
    let shown = setting.home.run(&["--json", "client", "show"]).stdout;
    after.push(Place::new("the terminal".to_owned(), shown));
    for place in &after {
        assert!(!place.text.contains(SESSION), "the session's address stands in {}", place.name);
    }
    places.extend(after);
    assert_eq!((seen.codes.len(), seen.challenges.len()), (2, 2));
    assert_clean(&places, &seen.codes, &seen.challenges);
}

#[test]
fn the_search_for_secrets_finds_what_it_looks_for() {
    let verifier = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let place = |text: String| vec![Place::new("here".to_owned(), text.into_bytes())];
    for text in [format!("x {verifier}\n"), format!("token={}abc", MARKS[0]), "the 4/0code".to_owned()] {
        let places = place(text);
        let challenges = vec![challenge.clone()];
        let found = std::panic::catch_unwind(|| assert_clean(&places, &["4/0code".to_owned()], &challenges));
        assert!(found.is_err());
    }
    assert_clean(&place("nothing of interest".to_owned()), &["4/0code".to_owned()], &[challenge]);
}

/// What the plain text would be in each of the forms, made by others than the search itself where there are others.
fn written(token: &str) -> Vec<Vec<u8>> {
    let mut written = vec![
        token.as_bytes().to_vec(),
        json!(token).to_string().replace('/', "\\/").into_bytes(),
        url::form_urlencoded::byte_serialize(token.as_bytes()).collect::<String>().into_bytes(),
        token.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        token.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        correo_cfdi::domain::hex(token.as_bytes()).into_bytes(),
        format!("{:?}", token.as_bytes()).into_bytes(),
    ];
    // As in `user=…\x01auth=Bearer …` of SASL and in `Basic`: wherever the token begins in what is encoded.
    for before in ["", "a", "ab"] {
        let whole = format!("{before}{token}");
        written.push(STANDARD.encode(&whole).into_bytes());
        written.push(URL_SAFE_NO_PAD.encode(&whole).into_bytes());
    }
    written
}

#[test]
fn the_search_finds_every_mark_in_every_form_and_nothing_in_an_honest_home() {
    let search = Search::new();
    for mark in MARKS {
        for bytes in written(&format!("{mark}0aZ-_9")) {
            let planted = [b"x: ".as_slice(), &bytes, b" y"].concat();
            assert!(search.find(&planted).is_some(), "{mark} as {}", String::from_utf8_lossy(&bytes));
            for cut in 1..4 {
                assert!(search.find(&bytes[..cut]).is_none());
            }
        }
    }
    assert!(search.find(b"ya29 sandbox, 1/sandbox, 4/0A, SANDBOX").is_none());
}

#[test]
fn a_secret_planted_in_a_home_fails_its_journey() {
    let home = tempfile::tempdir().unwrap();
    let search = Search::new();
    let fails = |search: &Search| {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| search.assert_none_below(home.path()))).is_err()
    };
    for (folder, allowed) in [("", false), ("spool", false), ("vault", true)] {
        let place = home.path().join(folder).join("outbox.db-wal");
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        for bytes in written("1//sandbox-plantado") {
            std::fs::write(&place, bytes).unwrap();
            assert_eq!(fails(&search), !allowed);
        }
        std::fs::remove_file(&place).unwrap();
    }
    assert!(!fails(&search));
    std::fs::write(home.path().join("ya29.sandbox-nombre"), "").unwrap();
    assert!(fails(&search), "names of files count too");
}

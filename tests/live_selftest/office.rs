//! A sandbox with a Desktop client, and somebody who answers everything.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use crate::live::loopback::Loopback;
use crate::live::person::{Answer, Notice, Person, Question, Visit};
use crate::live::{self, Keeping, Settings, Where};
use crate::sandbox::{Options, Sandbox, walk};

/// A running stand-in and a folder for files.
pub(super) struct Office {
    pub(super) sandbox: Sandbox,
    pub(super) loopback: Loopback,
    folder: tempfile::TempDir,
}

impl Office {
    pub(super) fn new() -> Self {
        let (sandbox, loopback) = (Sandbox::start(Options::default()).unwrap(), Loopback::bind(0).unwrap());
        // The stand-in compares redirect URIs exactly; Google takes any port of a Desktop client.
        let mut file = sandbox.client_json(&[loopback.address().as_str()]);
        let section = file.as_object_mut().unwrap().remove("web").unwrap();
        file["installed"] = section;
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("client_secret.json"), file.to_string()).unwrap();
        Self { sandbox, loopback, folder }
    }

    /// One whose stand-in behaves differently.
    pub(super) fn behaving(patch: &Value) -> Self {
        let office = Self::new();
        office.sandbox.set_behaviour(patch).unwrap();
        office
    }

    pub(super) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn settings(&self) -> Settings {
        Settings {
            client: self.at("client_secret.json"),
            report: self.at("informe.json"),
            keeping: Keeping { state: self.at("estado.json"), vault: Where::File },
            later: Duration::ZERO,
            breath: Duration::from_millis(50),
        }
    }

    /// Runs every check with that person.
    pub(super) fn check(&self, clerk: Clerk) -> Found {
        let mut played = Played { office: self, clerk };
        let report = live::check(&self.settings(), &self.loopback, &mut played).unwrap();
        assert!(report.is_some(), "the person began");
        self.found()
    }

    /// Runs `--resume`.
    pub(super) fn resume(&self, clerk: Clerk) -> Found {
        live::resume(&self.settings(), &mut Played { office: self, clerk }).unwrap();
        self.found()
    }

    fn found(&self) -> Found {
        Found(serde_json::from_str(&std::fs::read_to_string(self.at("informe.json")).unwrap()).unwrap())
    }

    /// The first message as its receiver has it: the sandbox keeps the submitted bytes and tells what the receiver sees.
    fn received(&self) -> Vec<u8> {
        let message = self.sandbox.messages().remove(0);
        let raw = self.sandbox.raw_message(message["id"].as_str().unwrap()).unwrap();
        let text = String::from_utf8(raw).unwrap();
        let seen = [
            ("Message-ID: ", format!("<{}>", message["message_id"].as_str().unwrap())),
            ("From: ", mailbox(&message["from"][0])),
        ];
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines: Vec<String> = head.replace("\r\n ", " ").split("\r\n").map(str::to_owned).collect();
        lines.retain(|line| !line.starts_with("Bcc: "));
        for (name, value) in seen {
            let line = lines.iter_mut().find(|line| line.starts_with(name)).unwrap();
            *line = format!("{name}{value}");
        }
        format!("{}\r\n\r\n{body}", lines.join("\r\n")).into_bytes()
    }
}

fn mailbox(one: &Value) -> String {
    let name = one["name"].as_str().unwrap().replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{name}\" <{}>", one["address"].as_str().unwrap())
}

/// How somebody answers.
#[derive(Clone, Copy)]
pub(super) struct Clerk {
    /// Whether the box is left unticked where that is asked for.
    pub(super) leaves_box: bool,
    /// Whether the received message is given.
    pub(super) gives_file: bool,
    pub(super) keeps: Answer,
    pub(super) revokes: Answer,
}

impl Default for Clerk {
    fn default() -> Self {
        Self { leaves_box: true, gives_file: true, keeps: Answer::No, revokes: Answer::Yes }
    }
}

struct Played<'a> {
    office: &'a Office,
    clerk: Clerk,
}

impl Person for Played<'_> {
    fn tell(&mut self, notice: &Notice) {
        let (spanish, english) = notice.words();
        assert_ne!(spanish, english);
    }

    fn visit(&mut self, visit: Visit, address: &Url) {
        assert_ne!(visit.words().0, visit.words().1);
        let tick_send = visit != Visit::Unticked || !self.clerk.leaves_box;
        let person = walk::Person { tick_send, ..walk::Person::willing() };
        let address = address.to_string();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let redirect = walk::consent(&address, &person).await.unwrap();
                let page = reqwest::get(redirect).await.unwrap().text().await.unwrap();
                assert!(page.contains("Ya puede cerrar"), "{page}");
            });
        });
    }

    fn answer(&mut self, question: Question) -> Answer {
        assert_ne!(question.words().0, question.words().1);
        match question {
            Question::Begin => Answer::Yes,
            // The stand-in shows no box for one scope alone.
            Question::BoxShown => Answer::No,
            Question::ArrivedOnce if self.office.sandbox.messages().len() == 3 => Answer::Yes,
            Question::ArrivedOnce => Answer::No,
            Question::Keep => self.clerk.keeps,
            Question::Revoke => self.clerk.revokes,
        }
    }

    fn original(&mut self, subject: &str) -> Option<PathBuf> {
        assert_eq!(self.office.sandbox.messages()[0]["subject"], subject);
        let path = self.office.at("original.eml");
        std::fs::write(&path, self.office.received()).unwrap();
        self.clerk.gives_file.then_some(path)
    }
}

/// The written report.
pub(super) struct Found(Value);

impl Found {
    fn check(&self, claim: &str) -> &Value {
        let all = self.0["checks"].as_array().unwrap();
        all.iter().find(|check| check["claim"] == claim).unwrap_or_else(|| panic!("{claim} in {}", self.0))
    }

    pub(super) fn verdict(&self, claim: &str) -> &str {
        self.check(claim)["verdict"].as_str().unwrap()
    }

    pub(super) fn detail(&self, claim: &str, fact: &str) -> &Value {
        &self.check(claim)["detail"][fact]
    }

    /// Claims with that verdict.
    fn with(&self, verdict: &str) -> Vec<&str> {
        let all = self.0["checks"].as_array().unwrap().iter();
        all.filter(|check| check["verdict"] == verdict).map(|check| check["claim"].as_str().unwrap()).collect()
    }

    /// Asserts which claims have that verdict.
    pub(super) fn assert_only(&self, verdict: &str, claims: &[&str]) {
        assert_eq!(self.with(verdict), claims, "{:#}", self.0);
    }

    /// Asserts a claim with these facts.
    pub(super) fn assert(&self, claim: &str, verdict: &str, facts: &Value) {
        assert_eq!(self.verdict(claim), verdict, "{}", self.check(claim));
        for (name, value) in facts.as_object().unwrap() {
            assert_eq!(self.detail(claim, name), value, "{claim} {name}");
        }
    }

    /// The header of the report.
    pub(super) fn member(&self, name: &str) -> &Value {
        &self.0[name]
    }
}

/// No facts to compare.
pub(super) fn nothing() -> Value {
    json!({})
}

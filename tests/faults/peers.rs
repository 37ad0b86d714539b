//! The same faults and deaths against two other ways to send from a queue, counted in the same way.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use base64::Engine as _;
use mail_parser::{MessageParser, MimeHeaders as _};
use serde_json::{Value, json};

use super::matrix;
use super::plan::{Death, Meaning, Plan};
use super::sink::{MISHAPS, Mishap, Sink};
use crate::chance::{self, Chance};
use crate::journey::setting::Setting;
use crate::samples;

/// Runs of each, in the comparison.
const RUNS: u64 = 500;

/// Homes and servers at work at once: a run mostly waits.
const LANES: u64 = 4;

/// Starts after which a queue that is not empty counts as it stands.
const STARTS: usize = 12;

#[derive(Debug, Default)]
struct Counts {
    runs: u64,
    deliveries: u64,
    kills: u64,
    duplicates: u64,
    lost: u64,
    false_sent: u64,
    false_failed: u64,
    altered: u64,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.deliveries += other.deliveries;
        self.kills += other.kills;
        self.duplicates += other.duplicates;
        self.lost += other.lost;
        self.false_sent += other.false_sent;
        self.false_failed += other.false_failed;
        self.altered += other.altered;
    }

    fn row(&self, name: &str, asked: &str) -> String {
        let Self { runs, deliveries, kills, duplicates, lost, false_sent, false_failed, altered } = self;
        format!(
            "| {name} | {runs} | {deliveries} | {kills} | {duplicates} | {lost} | {false_sent} | {false_failed} | {altered} | {asked} |\n"
        )
    }
}

/// A way to send from a queue file.
trait Peer {
    fn script(&self) -> &'static str;
    fn arguments(&self) -> Vec<String>;
    fn begin(&self, plan: &Plan, chance: &mut Chance);
    /// Whether a fault that keeps silent has yet to strike.
    fn silence_to_come(&self) -> bool;
    fn clear(&self);
    /// The attachments of every message that arrived for that recipient.
    fn arrived(&self, recipient: &str) -> Vec<Vec<Vec<u8>>>;
}

struct Pooled(Sink);

impl Peer for Pooled {
    fn script(&self) -> &'static str {
        "pooled.js"
    }

    fn arguments(&self) -> Vec<String> {
        vec![self.0.port.to_string()]
    }

    fn begin(&self, plan: &Plan, chance: &mut Chance) {
        let mut mishaps = match plan.trouble.name {
            "none" => Vec::new(),
            _ => vec![*chance.pick(&MISHAPS)],
        };
        match plan.death {
            Death::Sender { accepted: true, .. } => mishaps.push(Mishap::SilentAfter),
            Death::Sender { .. } | Death::SenderMidway => mishaps.push(Mishap::SilentBefore),
            Death::Nobody | Death::SenderSometime(_) | Death::Host | Death::Both => {}
        }
        self.0.order(&mishaps);
    }

    fn silence_to_come(&self) -> bool {
        self.0.to_come() > 0
    }

    fn clear(&self) {
        self.0.order(&[]);
    }

    fn arrived(&self, recipient: &str) -> Vec<Vec<Vec<u8>>> {
        self.0.arrived(recipient).iter().map(|raw| files(raw)).collect()
    }
}

struct Plain(Setting);

impl Peer for Plain {
    fn script(&self) -> &'static str {
        "plain.js"
    }

    fn arguments(&self) -> Vec<String> {
        vec![self.0.sandbox.base().to_owned(), self.0.sandbox.live_access_token().unwrap()]
    }

    fn begin(&self, plan: &Plan, _: &mut Chance) {
        for mut order in plan.orders() {
            let (opens, puts) = (order["point"] == "upload_open", order["point"] == "upload_put");
            // It has no session whose opening could be lost, and none to ask.
            if puts || (opens && order["accepted"] != true) {
                order["point"] = json!("send");
                self.0.fault(order);
            }
        }
    }

    fn silence_to_come(&self) -> bool {
        self.0.sandbox.state()["faults"].as_array().unwrap().iter().any(|fault| fault["kind"] == "hang")
    }

    fn clear(&self) {
        self.0.sandbox.clear_faults();
    }

    fn arrived(&self, recipient: &str) -> Vec<Vec<Vec<u8>>> {
        let mut messages = self.0.sandbox.messages();
        messages.retain(|message| message["recipients"] == json!([recipient]));
        let raw = |message: &Value| self.0.sandbox.raw_message(message["id"].as_str().unwrap()).unwrap();
        messages.iter().map(|message| files(&raw(message))).collect()
    }
}

/// The attached files of a message.
fn files(raw: &[u8]) -> Vec<Vec<u8>> {
    let parsed = MessageParser::default().parse(raw).unwrap();
    parsed.attachments().filter(|part| part.attachment_name().is_some()).map(|part| part.contents().to_vec()).collect()
}

/// Where the jobs of a peer lie.
struct Desk<'a> {
    peer: &'a dyn Peer,
    folder: tempfile::TempDir,
    file: PathBuf,
}

impl Desk<'_> {
    fn queue(&self) -> PathBuf {
        self.folder.path().join("queue.json")
    }

    fn states(&self) -> Vec<Value> {
        serde_json::from_slice(&std::fs::read(self.queue()).unwrap()).unwrap()
    }

    fn start(&self) -> Child {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(self.peer.script());
        let mut command = Command::new("node");
        command.arg(script).arg(self.queue()).args(self.peer.arguments());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn play(&self, plan: &Plan, chance: &mut Chance, counts: &mut Counts) {
        let jobs: Vec<Value> = (0..plan.deliveries).map(|number| self.job(plan.run, number)).collect();
        std::fs::write(self.queue(), json!(jobs).to_string()).unwrap();
        self.peer.begin(plan, chance);
        let mut child = self.start();
        counts.kills += self.kill(plan, chance, &mut child);
        child.wait().unwrap();
        self.peer.clear();
        for _ in 0..STARTS {
            if self.states().iter().all(|job| job["state"] != "pending") {
                break;
            }
            self.start().wait().unwrap();
        }
        counts.runs += 1;
        for job in self.states() {
            self.judge(&job, plan, counts);
        }
    }

    fn job(&self, run: u64, number: usize) -> Value {
        let (id, to) = (format!("{run}-{number}"), format!("cliente-{run}-{number}@example.mx"));
        let eml = self.folder.path().join(format!("{number}.eml"));
        let content = base64::engine::general_purpose::STANDARD.encode(std::fs::read(&self.file).unwrap());
        let lines: Vec<&str> = content.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let text = format!(
            "From: facturas@papeleria.example\r\nTo: {to}\r\nSubject: Factura\r\nMessage-ID: <{id}@papeleria.example>\r\n\
             Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
             --b\r\nContent-Type: application/xml\r\nContent-Disposition: attachment; filename=factura.xml\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
            lines.join("\r\n")
        );
        std::fs::write(&eml, text).unwrap();
        json!({"id": id, "to": to, "eml": eml, "files": [self.file], "state": "pending"})
    }

    fn kill(&self, plan: &Plan, chance: &mut Chance, child: &mut Child) -> u64 {
        match plan.death {
            Death::Nobody | Death::Host => 0,
            Death::Sender { .. } | Death::SenderMidway => {
                let began = Instant::now();
                while self.peer.silence_to_come()
                    && began.elapsed() < Duration::from_secs(2)
                    && child.try_wait().unwrap().is_none()
                {
                    std::thread::sleep(Duration::from_millis(2));
                }
                std::thread::sleep(Duration::from_millis(chance.below(20)));
                u64::from(child.kill().is_ok())
            }
            Death::SenderSometime(times) => (0..times).map(|_| self.kill_sometime(chance, child)).sum(),
            Death::Both => self.kill_sometime(chance, child),
        }
    }

    fn kill_sometime(&self, chance: &mut Chance, child: &mut Child) -> u64 {
        // A Node program needs a few hundred milliseconds before it sends anything.
        std::thread::sleep(Duration::from_millis(chance.below(500)));
        let killed = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        *child = self.start();
        u64::from(killed)
    }

    fn judge(&self, job: &Value, plan: &Plan, counts: &mut Counts) {
        let arrived = self.peer.arrived(job["to"].as_str().unwrap());
        let expected = vec![std::fs::read(&self.file).unwrap()];
        counts.deliveries += 1;
        counts.duplicates += (arrived.len() as u64).saturating_sub(1);
        counts.altered += arrived.iter().filter(|files| **files != expected).count() as u64;
        match job["state"].as_str().unwrap() {
            "sent" => counts.false_sent += u64::from(arrived.is_empty()),
            "failed" => counts.false_failed += u64::from(!arrived.is_empty()),
            _ => counts.lost += u64::from(plan.trouble.meaning != Meaning::Refuses && arrived.is_empty()),
        }
    }
}

/// Plays every run, in a few lanes with a provider and a desk each.
fn compare<P: Peer>(make: impl Fn() -> P + Sync, file: &Path, seed: u64, runs: u64) -> Counts {
    let total = Mutex::new(Counts::default());
    std::thread::scope(|scope| {
        for lane in 0..LANES {
            let (total, make) = (&total, &make);
            scope.spawn(move || {
                let peer = make();
                let desk = Desk { peer: &peer, folder: tempfile::tempdir().unwrap(), file: file.to_owned() };
                let mut counts = Counts::default();
                for run in (lane..runs).step_by(LANES as usize) {
                    let mut chance = Chance::of_run(seed, run);
                    let plan = Plan::new(run, &mut chance);
                    desk.play(&plan, &mut chance, &mut counts);
                }
                total.lock().unwrap().add(&counts);
            });
        }
    });
    total.into_inner().unwrap()
}

fn ours(seed: u64, runs: u64) -> (Counts, String) {
    let ours = matrix::all(seed, 0, runs);
    let breaches = ours.breaches();
    assert!(breaches.is_empty(), "seed {seed}: {breaches:?}");
    let counts = Counts {
        runs: ours.runs,
        deliveries: ours.deliveries,
        kills: ours.senders_killed + ours.hosts_killed,
        ..Counts::default()
    };
    (counts, ours.unknown.values().sum::<u64>().to_string())
}

#[test]
#[ignore = "a comparison, not a check of ours: tests/peers/run"]
fn the_same_faults_against_two_peers() {
    let (seed, runs) = (chance::seed(), chance::setting("CORREO_CFDI_FAULT_RUNS", RUNS));
    let folder = tempfile::tempdir().unwrap();
    let file = samples::company_set(folder.path(), 1).remove(0).xml_path;
    let (own, asked) = ours(seed, runs);
    let pooled = compare(|| Pooled(Sink::start()), &file, seed, runs);
    let plain = compare(|| Plain(Setting::signed_in(1)), &file, seed, runs);
    eprintln!(
        "| sender | runs | deliveries | kills | duplicates | lost | false \"sent\" | false \"failed\" | altered | asks a person |\n\
         | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |\n{}{}{}seed {seed}",
        own.row("Correo CFDI", &asked),
        pooled.row("nodemailer, pooled SMTP with a retry loop", "-"),
        plain.row("\"send, then mark\" over Gmail's simple upload", "-"),
    );
}

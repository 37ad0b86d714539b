//! Counts what became of every delivery, against what the provider really has.

use std::collections::BTreeMap;

use correo_cfdi::domain::delivery::State;
use correo_cfdi::ports::store::Delivery;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::plan::{Meaning, Plan};
use super::shift::{Order, Shift};

/// What went wrong in a run, for whoever judges its outcome.
#[derive(Debug)]
pub struct Ending<'a> {
    pub plan: &'a Plan,
    /// Senders killed.
    pub kills: u64,
    /// Whether the host took a cancellation of the last delivery.
    pub cancelled: bool,
    /// Faults that had struck uploads and questions before this run.
    pub struck: u64,
}

/// Everything that is counted.
#[derive(Debug, Default)]
pub struct Tally {
    pub runs: u64,
    pub deliveries: u64,
    pub senders_killed: u64,
    pub hosts_killed: u64,
    /// Faults that struck, by point.
    pub faults: BTreeMap<String, u64>,
    pub sent: u64,
    pub failed: u64,
    pub cancelled: u64,
    /// Deliveries that a person was asked about, by what kept the session from telling.
    pub unknown: BTreeMap<&'static str, u64>,
    /// Breaches, each with its run.
    pub duplicates: Vec<String>,
    pub lost: Vec<String>,
    pub false_sent: Vec<String>,
    pub altered: Vec<String>,
    pub unexplained: Vec<String>,
    pub illegal: Vec<String>,
}

impl Tally {
    /// Adds another's counts.
    pub fn add(&mut self, other: Self) {
        self.runs += other.runs;
        self.deliveries += other.deliveries;
        self.senders_killed += other.senders_killed;
        self.hosts_killed += other.hosts_killed;
        self.sent += other.sent;
        self.failed += other.failed;
        self.cancelled += other.cancelled;
        for (point, count) in other.faults {
            *self.faults.entry(point).or_default() += count;
        }
        for (why, count) in other.unknown {
            *self.unknown.entry(why).or_default() += count;
        }
        self.duplicates.extend(other.duplicates);
        self.lost.extend(other.lost);
        self.false_sent.extend(other.false_sent);
        self.altered.extend(other.altered);
        self.unexplained.extend(other.unexplained);
        self.illegal.extend(other.illegal);
    }

    /// Everything that must not be.
    pub fn breaches(&self) -> Vec<&String> {
        let all = [&self.duplicates, &self.lost, &self.false_sent, &self.altered, &self.unexplained, &self.illegal];
        all.into_iter().flatten().collect()
    }

    /// Faults by point; the sandbox counts for a whole shift, so each shift is added once.
    pub fn count_shift(&mut self, faults: &Value) {
        for (point, count) in faults.as_object().into_iter().flatten() {
            *self.faults.entry(point.clone()).or_default() += count.as_u64().unwrap_or(0);
        }
    }

    /// Judges an `unknown`: it must be one that the session really cannot decide.
    pub fn unknown(&mut self, ending: &Ending<'_>, delivery: &Delivery, event: &str, arrived: bool, struck: u64) {
        match reason(ending, event, arrived, struck) {
            Some(why) => *self.unknown.entry(why).or_default() += 1,
            None => self.unexplained.push(format!("unknown without a cause: {} in {:?}", delivery.id, ending.plan)),
        }
    }

    /// Judges every delivery of a run.
    pub fn judge(&mut self, shift: &Shift, orders: &[Order], ending: &Ending<'_>) {
        self.runs += 1;
        for (number, order) in orders.iter().enumerate() {
            self.deliveries += 1;
            let called_off = ending.cancelled && number + 1 == orders.len();
            self.judge_one(shift, order, ending, called_off);
        }
    }

    fn judge_one(&mut self, shift: &Shift, order: &Order, ending: &Ending<'_>, called_off: bool) {
        let arrived = shift.arrived(&order.recipient);
        let case = |what: &str| format!("{what}: {} ({} arrived) in {:?}", order.id, arrived.len(), ending.plan);
        if arrived.len() > 1 {
            self.duplicates.push(case("more than one arrived"));
        }
        let Some(delivery) = shift.delivery(&order.id) else {
            return self.lost.push(case("no trace of it"));
        };
        match delivery.state {
            State::Sent => {
                self.sent += 1;
                let vouched = shift.history(&delivery.id).last().is_some_and(|line| line.1 == "person_says_sent");
                let there = arrived.iter().any(|message| message["id"].as_str() == delivery.provider_id.as_deref());
                if arrived.is_empty() || !(there || vouched) {
                    self.false_sent.push(case("called sent"));
                }
            }
            State::Failed if ending.plan.trouble.meaning == Meaning::Refuses && arrived.is_empty() => self.failed += 1,
            State::Cancelled if called_off && arrived.is_empty() => self.cancelled += 1,
            other @ (State::Queued
            | State::Sending
            | State::Committed
            | State::Deferred
            | State::Unknown
            | State::Failed
            | State::Cancelled
            | State::Superseded) => self.lost.push(case(other.as_str())),
        }
        if called_off && delivery.state != State::Cancelled {
            self.illegal.push(case("the host had said that it is cancelled"));
        }
        for message in &arrived {
            if !same_files(shift, order, message) || message["problems"] != serde_json::json!([]) {
                self.altered.push(case("other bytes arrived"));
            }
        }
        self.walk(shift, order, &case);
    }

    /// The ledger is a walk through the table of states with at most one commit point.
    fn walk(&mut self, shift: &Shift, order: &Order, case: &impl Fn(&str) -> String) {
        let history = shift.history(&order.id);
        let legal = history.windows(2).all(|pair| pair[0].0.may_become(pair[1].0));
        let commits = history.iter().filter(|line| line.0 == State::Committed).count();
        let begun = history.first().is_some_and(|line| line.0 == State::Queued);
        if !legal || !begun || commits > 1 {
            self.illegal.push(format!("{} {history:?}", case("no walk through the table")));
        }
    }

    /// The table that a person reads.
    pub fn table(&self, seed: u64, seconds: u64) -> String {
        let faults: Vec<String> = self.faults.iter().map(|(point, count)| format!("{point} {count}")).collect();
        let unknown: Vec<String> = self.unknown.iter().map(|(why, count)| format!("{why} {count}")).collect();
        let rows = [
            ("runs", self.runs.to_string()),
            ("deliveries", self.deliveries.to_string()),
            ("senders killed", self.senders_killed.to_string()),
            ("hosts killed", self.hosts_killed.to_string()),
            ("faults struck", faults.join(", ")),
            ("sent", self.sent.to_string()),
            ("refused for good", self.failed.to_string()),
            ("cancelled in time", self.cancelled.to_string()),
            ("unknown, explained", format!("{} ({})", self.unknown.values().sum::<u64>(), unknown.join(", "))),
            ("unknown, not explained", self.unexplained.len().to_string()),
            ("duplicates", self.duplicates.len().to_string()),
            ("lost", self.lost.len().to_string()),
            ("false sent", self.false_sent.len().to_string()),
            ("altered", self.altered.len().to_string()),
            ("illegal histories", self.illegal.len().to_string()),
            ("seconds", seconds.to_string()),
            ("seed", seed.to_string()),
        ];
        rows.iter().map(|(name, value)| format!("{name:<24}{value}\n")).collect()
    }
}

/// Why the session of a delivery cannot tell what became of it; `None` when it could.
fn reason(ending: &Ending<'_>, event: &str, arrived: bool, struck: u64) -> Option<&'static str> {
    match ending.plan.trouble.meaning {
        Meaning::Blinds if struck > 0 => return Some("the session was gone"),
        Meaning::Silences if struck > 0 => return Some("no answer for ten minutes"),
        Meaning::Revokes => return Some("no right to ask the session"),
        Meaning::Blinds | Meaning::Silences | Meaning::Passes | Meaning::Refuses => {}
    }
    // The message is there, its answer was lost, and finished sessions do not name it.
    let lost = struck > 0 || ending.kills > 0;
    if ending.plan.ending != "ok" && arrived && lost {
        return Some("a finished session names nothing");
    }
    // Ten minutes of such clocks are less than what a busy computer may take for one answer.
    (ending.plan.outruns_the_provider() && event == "no_answer").then_some("no answer for ten minutes")
}

/// Whether exactly the files of the document arrived, byte for byte.
fn same_files(shift: &Shift, order: &Order, message: &Value) -> bool {
    let sample = &shift.setting.samples[order.document];
    let files = std::iter::once(&sample.xml_path).chain(&sample.pdf_path);
    let mut expected: Vec<String> = files.map(|path| hash(&std::fs::read(path).unwrap())).collect();
    let attached = message["attachments"].as_array().unwrap().iter();
    let mut found: Vec<String> = attached.map(|file| file["sha256"].as_str().unwrap().to_owned()).collect();
    expected.sort();
    found.sort();
    expected == found
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

//! One home, one sandbox, and a few dozen runs in them, one after the other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use correo_cfdi::domain::delivery::{DeliveryId, State};
use correo_cfdi::ports::store::Delivery;
use serde_json::{Value, json};

use super::judge::{Ending, Tally};
use super::plan::{Death, Meaning, Plan};
use crate::chance::Chance;
use crate::faketime;
use crate::host::{Home, Host, wait};
use crate::journey::setting::Setting;
use crate::processes;
use crate::sandbox::{Options, Sandbox, walk::Person};
use crate::worlds::Place;

/// Documents to choose from; the second has a PDF that is longer than the provider's granule, so that a half can stay.
const DOCUMENTS: usize = 5;

/// How long a test waits for a provider that is to keep silent: beyond it the run never came to that point.
const COMES: Duration = Duration::from_secs(2);

/// Rounds after which what has not ended counts as lost; each is hours later than the one before.
const ROUNDS: u32 = 14;

/// What was queued in a run.
#[derive(Debug)]
pub struct Order {
    pub id: DeliveryId,
    pub recipient: String,
    pub document: usize,
}

/// A home and its provider.
pub struct Shift {
    pub setting: Setting,
    place: Place,
}

impl Shift {
    pub fn new() -> Self {
        let sandbox = Arc::new(Sandbox::start(Options::default()).unwrap());
        let mut home = Home::with_file_vault();
        home.set("LD_PRELOAD", faketime::LIBRARY);
        // The times of files stay true: only the clocks are shifted.
        home.set("NO_FAKE_STAT", "1");
        home.set("FAKETIME", "+0 x1");
        let setting = Setting::in_home(sandbox, home, DOCUMENTS).and_sign_in();
        std::fs::write(setting.samples[1].pdf_path.as_ref().unwrap(), b"%PDF-1.4 ".repeat(100_000)).unwrap();
        setting.behave(json!({"keep_raw": false}));
        let place = Place::at(setting.home.path().to_owned());
        Self { setting, place }
    }

    /// Plays one run and judges it.
    pub fn play(&mut self, plan: &Plan, chance: &mut Chance, tally: &mut Tally) {
        faketime::sweep();
        self.ready();
        let before = self.struck();
        self.begin(plan);
        let mut orders = Vec::new();
        for number in 0..plan.deliveries {
            // Which process gets which clock is chance, as on a computer whose clock is being set.
            self.setting.home.set("FAKETIME", &plan.clock(chance));
            orders.push(self.order(plan, number, chance, tally));
        }
        let cancelled = plan.cancels && self.cancel(orders.last().unwrap(), chance);
        if plan.trouble.meaning == Meaning::Revokes {
            std::thread::sleep(Duration::from_millis(chance.below(60)));
            self.setting.sandbox.revoke_account(&Person::willing().email);
        }
        if plan.expires {
            self.setting.sandbox.expire_access_tokens();
        }
        let kills = self.kill(plan, chance);
        tally.senders_killed += kills;
        let ending = Ending { plan, kills, cancelled, struck: before };
        self.mend(plan, &orders, &ending, tally);
        tally.judge(self, &orders, &ending);
        self.setting.behave(json!({"finished_session": "ok"}));
    }

    fn begin(&self, plan: &Plan) {
        let expires_in = if plan.expires { 1 } else { 3599 };
        self.setting.behave(json!({"finished_session": plan.ending, "expires_in": expires_in}));
        for order in plan.orders() {
            self.setting.fault(order);
        }
    }

    /// Signs in again where that is necessary, under a true clock: an identity from the future is nobody's.
    fn ready(&mut self) {
        self.setting.home.set("FAKETIME", "+0 x1");
        let mut host = self.setting.home.host();
        let account = host.ok("account.list", json!({}))["accounts"][0].clone();
        if account["state"] != "ready" {
            let signed_in = self.setting.sign_in(&mut host, &Person::willing()).unwrap();
            host.ok("company.save", self.setting.with_flow(&signed_in));
        }
    }

    /// Requests that faults have met so far at points where the answer of a session can be lost or be wrong.
    fn struck(&self) -> u64 {
        let faults = &self.setting.sandbox.state()["counters"]["faults"];
        ["upload_put", "upload_query"].iter().filter_map(|point| faults[*point].as_u64()).sum()
    }

    /// A person has one document sent to somebody who gets nothing else, and asks again if the host dies meanwhile.
    fn order(&mut self, plan: &Plan, number: usize, chance: &mut Chance, tally: &mut Tally) -> Order {
        let document = chance.below(DOCUMENTS as u64) as usize;
        let recipient = format!("cliente-{}-{number}@example.mx", plan.run);
        let mut params = self.setting.params(document, &recipient);
        let mut host = self.setting.home.host();
        let preview = self.patiently(&mut host, "delivery.preview", &params);
        params["confirmed"] = preview["digest"].clone();
        params["key"] = json!(format!("{}-{number}", plan.run));
        if matches!(plan.death, Death::Host | Death::Both) {
            host.ask("delivery.send", params.clone());
            std::thread::sleep(Duration::from_micros(chance.below(25_000)));
            host.child.kill().unwrap();
            host.child.wait().unwrap();
            tally.hosts_killed += 1;
            host = self.setting.home.host();
        }
        let sent = self.patiently(&mut host, "delivery.send", &params);
        let id = DeliveryId::from_text(sent["delivery"]["delivery"].as_str().unwrap());
        Order { id, recipient, document }
    }

    /// Asks again while the store is busy, and after a sign-in where one is asked for, as a person would.
    fn patiently(&mut self, host: &mut Host, method: &str, params: &Value) -> Value {
        let mut refusal = Value::Null;
        for tried in 0..20 {
            match host.call(method, params.clone()) {
                Ok(answer) => return answer,
                Err(error) if error["data"]["retry"] == "later" => refusal = error,
                Err(error) if error["data"]["retry"] == "after_sign_in" => {
                    refusal = error;
                    if tried > 2 {
                        // A provider that refuses every token would end each sign-in before it can be used.
                        self.setting.sandbox.clear_faults();
                    }
                    self.ready();
                }
                Err(error) => panic!("{method}: {error}"),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{method} never succeeds: {refusal}")
    }

    /// Whether the host took the person's word that the delivery is called off.
    fn cancel(&self, order: &Order, chance: &mut Chance) -> bool {
        std::thread::sleep(Duration::from_micros(chance.below(40_000)));
        self.setting.home.host().call("delivery.cancel", json!({"delivery": order.id.as_str()})).is_ok()
    }

    fn kill(&self, plan: &Plan, chance: &mut Chance) -> u64 {
        let home = self.setting.home.path();
        match plan.death {
            Death::Nobody | Death::Host => 0,
            Death::Sender { .. } | Death::SenderMidway => {
                let waits = |fault: &Value| fault["kind"] == "hang";
                let began = Instant::now();
                // Gone from the list means that a request is being kept waiting.
                while self.setting.sandbox.state()["faults"].as_array().unwrap().iter().any(waits)
                    && began.elapsed() < COMES
                    && !processes::senders(home).is_empty()
                {
                    std::thread::sleep(Duration::from_millis(2));
                }
                std::thread::sleep(Duration::from_millis(chance.below(20)));
                processes::kill_senders(home)
            }
            Death::SenderSometime(times) => (0..times).map(|_| self.kill_sometime(plan, chance)).sum(),
            Death::Both => self.kill_sometime(plan, chance),
        }
    }

    fn kill_sometime(&self, plan: &Plan, chance: &mut Chance) -> u64 {
        let mut own = self.sender(&plan.clock(chance));
        std::thread::sleep(Duration::from_micros(chance.below(150_000)));
        let kills = processes::kill_senders(self.setting.home.path());
        own.wait().unwrap();
        kills
    }

    fn sender(&self, clock: &str) -> std::process::Child {
        let mut command = self.setting.home.command();
        command.env("FAKETIME", clock).args(["outbox", "drain"]);
        command.stdin(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap()
    }

    /// Everything comes right again: the faults end, time passes, and a person does what is asked of them.
    fn mend(&mut self, plan: &Plan, orders: &[Order], ending: &Ending<'_>, tally: &mut Tally) {
        for round in 0..ROUNDS {
            // First what is left of the faults meets a fresh sender.
            self.sender(&plan.later(round * 2)).wait().unwrap();
            self.setting.home.settle();
            self.setting.sandbox.clear_faults();
            self.setting.behave(json!({"expires_in": 3599}));
            if orders.iter().all(|order| self.delivery(&order.id).is_some_and(|found| found.state.is_final())) {
                break;
            }
            self.ready();
            self.setting.home.set("FAKETIME", &plan.later(round * 2));
            for order in orders {
                self.help(order, ending, tally);
            }
        }
        self.setting.home.settle();
    }

    /// What a person does about one delivery.
    fn help(&self, order: &Order, ending: &Ending<'_>, tally: &mut Tally) {
        let Some(delivery) = self.delivery(&order.id) else { return };
        let mut host = self.setting.home.host();
        match delivery.state {
            // Refused where the sender was faster.
            State::Deferred => drop(host.call("delivery.retry", json!({"delivery": delivery.id.as_str()}))),
            State::Unknown => {
                // The person looks into the mailbox.
                let arrived = !self.arrived(&order.recipient).is_empty();
                let (_, event) = self.history(&delivery.id).pop().unwrap();
                tally.unknown(ending, &delivery, &event, arrived, self.struck() - ending.struck);
                let outcome = if arrived { "was_sent" } else { "send_again" };
                host.patiently("delivery.resolve", &json!({"delivery": delivery.id.as_str(), "outcome": outcome}));
            }
            State::Queued
            | State::Sending
            | State::Committed
            | State::Sent
            | State::Failed
            | State::Cancelled
            | State::Superseded => {}
        }
    }

    /// The delivery as it stands; of a superseded one the one in its place.
    pub fn delivery(&self, id: &DeliveryId) -> Option<Delivery> {
        let store = self.place.world().store;
        let found = store.delivery(id).unwrap()?;
        if found.state != State::Superseded {
            return Some(found);
        }
        let (uuid, recipient) = (found.draft.documents[0].0, found.draft.to.clone());
        let (last, _) = store.last_resend(&found.draft.company, &[uuid], &recipient).unwrap()?;
        store.delivery(&last).unwrap()
    }

    /// Ledger of a delivery: state after each line and event.
    pub fn history(&self, id: &DeliveryId) -> Vec<(State, String)> {
        let lines = self.place.world().store.ledger(id).unwrap();
        lines.into_iter().map(|line| (line.state, line.event)).collect()
    }

    /// What the provider accepted for that recipient.
    pub fn arrived(&self, recipient: &str) -> Vec<Value> {
        let mut messages = self.setting.sandbox.messages();
        messages.retain(|message| message["recipients"] == json!([recipient]));
        messages
    }

    /// Nothing is left behind: no process, no message in the spool.
    pub fn end(self) {
        self.setting.home.settle();
        wait("every process ends", || processes::of_home(self.setting.home.path()).is_empty().then_some(()));
        let spool = self.setting.home.path().join("spool");
        assert_eq!(std::fs::read_dir(spool).map_or(0, Iterator::count), 0, "messages are left in the spool");
    }
}

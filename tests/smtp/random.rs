//! Faults and deaths by chance at every command, counted at the receiving side.

use std::time::Duration;

use super::office::Office;
use super::server::{Act, Tls};
use crate::chance::{self, Chance};

/// Deliveries in an ordinary run; `CORREO_CFDI_SMTP_RUNS` asks for more.
const RUNS: u64 = 15;

/// Deliveries of one office: its files and its ledger stay small, and a long run meets both kinds of TLS often.
const SHIFT: u64 = 25;

/// Offices at work at the same time.
const AT_ONCE: usize = 10;

/// A refusal for now at any command: nothing has left, so it is tried again.
const FOR_NOW: &str = "451 4.3.0 Temporary system problem";

/// A refusal of this message for good; at the commands where it means the message and not the account.
const FOR_GOOD: &str = "554 5.6.0 Not accepted";

/// What happens in one run.
#[derive(Debug)]
struct Plan {
    step: &'static str,
    act: Option<Act>,
    /// Whether the sender is killed once it has met the fault.
    dies: bool,
}

/// How a run may end: the states, and how many copies may have arrived.
struct Allowed {
    states: &'static [&'static str],
    arrived: std::ops::RangeInclusive<usize>,
}

impl Plan {
    fn of(chance: &mut Chance) -> Self {
        let step = *chance.pick(&["GREETING", "AUTH", "MAIL", "RCPT", "DATA", "DOT", "DOT", "DOT", ""]);
        let acts: &[(Option<Act>, bool)] = match step {
            "" => &[(None, false)],
            "DOT" => &[
                (Some(Act::Close), false),
                (Some(Act::TakeAndClose), false),
                (Some(Act::Hang), true),
                (Some(Act::TakeAndHang), true),
                (Some(Act::Say(FOR_NOW)), false),
                (Some(Act::Say(FOR_GOOD)), false),
            ],
            "RCPT" | "DATA" => &[
                (Some(Act::Close), false),
                (Some(Act::Hang), true),
                (Some(Act::Say(FOR_NOW)), false),
                (Some(Act::Say(FOR_GOOD)), false),
            ],
            _ => &[(Some(Act::Close), false), (Some(Act::Hang), true), (Some(Act::Say(FOR_NOW)), false)],
        };
        let (act, dies) = chance.pick(acts).clone();
        Self { step, act, dies }
    }

    fn allowed(&self) -> Allowed {
        match (self.step, &self.act) {
            // It said no after it had all of it: nothing arrived, and whether to send again is a person's choice.
            ("DOT", Some(Act::Say(_))) => Allowed { states: &["failed"], arrived: 0..=0 },
            ("DOT", Some(Act::TakeAndClose | Act::TakeAndHang)) => Allowed { states: &["unknown"], arrived: 1..=1 },
            ("DOT", _) => Allowed { states: &["unknown"], arrived: 0..=0 },
            ("RCPT" | "DATA", Some(Act::Say(text))) if *text == FOR_GOOD => {
                Allowed { states: &["failed"], arrived: 0..=0 }
            }
            _ => Allowed { states: &["sent"], arrived: 1..=1 },
        }
    }
}

/// Plays one plan and gives how it ended, and how many copies arrived.
fn play(office: &mut Office, chance: &mut Chance, plan: &Plan, recipient: &str) -> (String, usize) {
    if let Some(act) = &plan.act {
        office.server.next(plan.step, act.clone());
    }
    let delivery = office.queue(&[recipient], &[]);
    if plan.dies {
        crate::host::wait("the fault", || office.server.played().then_some(()));
        std::thread::sleep(Duration::from_millis(chance.below(30)));
        office.setting.kill_sender(&mut office.host, &delivery);
        office.setting.drain();
    }
    let state = loop {
        let end = office.until(&delivery, &["sent", "failed", "unknown", "deferred"]);
        match end["delivery"]["state"].as_str().unwrap() {
            "deferred" => office.host.ok("delivery.retry", serde_json::json!({"delivery": delivery})),
            state => break state.to_owned(),
        };
    };
    // Whoever looks at it once more must not send it once more.
    office.setting.drain();
    let got = office.server.received().iter().filter(|letter| letter.to.iter().any(|to| to == recipient)).count();
    (state, got)
}

/// Plays the runs of one office, from `first` on.
fn shift(seed: u64, first: u64, runs: u64) {
    let mut chance = Chance::of_run(seed, first);
    let mut office = Office::new(*chance.pick(&[Tls::FromStart, Tls::Upgraded]));
    for run in first..runs.min(first + SHIFT) {
        let plan = Plan::of(&mut chance);
        let (state, got) = play(&mut office, &mut chance, &plan, &format!("r{run}@cliente.example"));
        let told = format!("seed {seed}, run {run}: {plan:?} ended {state}, {got} arrived");
        let allowed = plan.allowed();
        assert!(allowed.states.contains(&state.as_str()) && allowed.arrived.contains(&got), "{told}");
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a failure has to be repeatable")]
fn invariant_1_whatever_breaks_and_whoever_dies_nobody_gets_it_twice() {
    let (seed, runs) = (chance::seed(), chance::setting("CORREO_CFDI_SMTP_RUNS", RUNS));
    eprintln!("CORREO_CFDI_FAULT_SEED={seed} CORREO_CFDI_SMTP_RUNS={runs}");
    // Each office has a home, a provider and a mail server of its own, and most of its time is spent waiting.
    let offices: Vec<u64> = (0..runs).step_by(SHIFT as usize).collect();
    for side_by_side in offices.chunks(AT_ONCE) {
        std::thread::scope(|scope| {
            side_by_side.iter().for_each(|&first| drop(scope.spawn(move || shift(seed, first, runs))));
        });
    }
}

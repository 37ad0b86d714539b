//! Every fault crossed with every death, judged by what the provider really has.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::judge::Tally;
use super::plan::Plan;
use super::shift::Shift;
use crate::chance::{self, Chance};

/// Runs of the short form; `tests/run --long` asks for more.
const RUNS: u64 = 300;

/// Runs in one home.
const SHIFT: u64 = 20;

/// Homes at work at once: a run mostly waits.
const LANES: usize = 6;

#[test]
fn nothing_is_lost_and_nothing_leaves_twice_whoever_dies_whenever() {
    let seed = chance::seed();
    let runs = chance::setting("CORREO_CFDI_FAULT_RUNS", RUNS);
    let first = chance::setting("CORREO_CFDI_FAULT_FIRST", 0);
    let began = Instant::now();
    eprintln!("CORREO_CFDI_FAULT_SEED={seed} CORREO_CFDI_FAULT_RUNS={runs}");
    let total = all(seed, first, runs);
    let table = total.table(seed, began.elapsed().as_secs());
    eprintln!("{table}");
    let breaches: Vec<String> = total.breaches().into_iter().cloned().collect();
    assert!(breaches.is_empty(), "CORREO_CFDI_FAULT_SEED={seed}\n{table}{}", breaches.join("\n"));
    assert_eq!(total.runs, runs, "CORREO_CFDI_FAULT_SEED={seed}");
}

/// Plays that many runs.
pub fn all(seed: u64, first: u64, runs: u64) -> Tally {
    let (total, next, end) = (Mutex::new(Tally::default()), AtomicU64::new(first), first + runs);
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                loop {
                    let from = next.fetch_add(SHIFT, Ordering::SeqCst);
                    if from >= end {
                        return;
                    }
                    let tally = shift(seed, from..(from + SHIFT).min(end));
                    total.lock().unwrap().add(tally);
                }
            });
        }
    });
    total.into_inner().unwrap()
}

fn shift(seed: u64, runs: std::ops::Range<u64>) -> Tally {
    let (mut shift, mut tally) = (Shift::new(), Tally::default());
    for run in runs {
        let mut chance = Chance::of_run(seed, run);
        let plan = Plan::new(run, &mut chance);
        let began = Instant::now();
        let mut named = Named { seed, plan: &plan, done: false };
        shift.play(&plan, &mut chance, &mut tally);
        named.done = true;
        if std::env::var_os("CORREO_CFDI_FAULT_TALK").is_some() {
            eprintln!("{:?} {plan:?}", began.elapsed());
        }
    }
    tally.count_shift(&shift.setting.sandbox.state()["counters"]["faults"]);
    shift.end();
    tally
}

/// Says which run a panic belongs to, so that it can be played again.
struct Named<'a> {
    seed: u64,
    plan: &'a Plan,
    done: bool,
}

impl Drop for Named<'_> {
    fn drop(&mut self) {
        if !self.done {
            eprintln!("CORREO_CFDI_FAULT_SEED={} CORREO_CFDI_FAULT_FIRST={} {:?}", self.seed, self.plan.run, self.plan);
        }
    }
}

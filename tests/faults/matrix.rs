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
    let (total, next) = (Mutex::new(Tally::default()), AtomicU64::new(first));
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                loop {
                    let from = next.fetch_add(SHIFT, Ordering::SeqCst);
                    if from >= first + runs {
                        return;
                    }
                    let tally = shift(seed, from..(from + SHIFT).min(first + runs));
                    total.lock().unwrap().add(tally);
                }
            });
        }
    });
    let total = total.into_inner().unwrap();
    let table = total.table(seed, began.elapsed().as_secs());
    eprintln!("{table}");
    if let Ok(file) = std::env::var("CORREO_CFDI_FAULT_REPORT") {
        std::fs::write(file, total.report(seed).to_string()).unwrap();
    }
    let breaches: Vec<String> = total.breaches().into_iter().cloned().collect();
    assert!(breaches.is_empty(), "CORREO_CFDI_FAULT_SEED={seed}\n{table}{}", breaches.join("\n"));
    assert_eq!(total.runs, runs);
}

fn shift(seed: u64, runs: std::ops::Range<u64>) -> Tally {
    let (mut shift, mut tally) = (Shift::new(), Tally::default());
    for run in runs {
        let mut chance = Chance::of_run(seed, run);
        let plan = Plan::new(run, &mut chance);
        let began = Instant::now();
        let talk = std::env::var_os("CORREO_CFDI_FAULT_TALK").is_some();
        if talk {
            eprintln!("begins {:?} {plan:?}", shift.setting.home.path());
        }
        shift.play(&plan, &mut chance, &mut tally);
        if talk {
            eprintln!("{:?} {plan:?}", began.elapsed());
        }
    }
    tally.count_shift(&shift.setting.sandbox.state()["counters"]["faults"]);
    shift.end();
    tally
}

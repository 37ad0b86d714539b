//! Faults and deaths by chance, counted at the receiving side.

use std::time::Duration;

use super::office::Office;
use super::server::{Act, Tls};
use crate::chance::{self, Chance};

/// Deliveries in an ordinary run; `CORREO_CFDI_SMTP_RUNS` asks for more.
const RUNS: u64 = 15;

/// A fault at a step, and whether the sender dies of it.
fn fault(chance: &mut Chance) -> Option<(&'static str, Act, bool)> {
    let step = *chance.pick(&["GREETING", "AUTH", "MAIL", "RCPT", "DATA", "DOT", "DOT", "DOT", ""]);
    let acts: &[(Act, bool)] = match step {
        "" => return None,
        "DOT" => &[(Act::Close, false), (Act::TakeAndClose, false), (Act::Hang, true), (Act::TakeAndHang, true)],
        _ => &[(Act::Close, false), (Act::Hang, true)],
    };
    let (act, dies) = chance.pick(acts).clone();
    Some((step, act, dies))
}

#[test]
fn invariant_1_whatever_breaks_and_whoever_dies_nobody_gets_it_twice() {
    let seed = chance::seed();
    let mut chance = Chance::of_run(seed, 0);
    let mut office = Office::new(Tls::FromStart);
    for run in 0..chance::setting("CORREO_CFDI_SMTP_RUNS", RUNS) {
        let recipient = format!("r{run}@cliente.example");
        let played = fault(&mut chance);
        if let Some((step, act, _)) = &played {
            office.server.next(step, act.clone());
        }
        let delivery = office.queue(&[&recipient], &[]);
        if let Some((_, _, true)) = played {
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
        let got = office.server.received().iter().filter(|letter| letter.to.contains(&recipient)).count();
        let told = format!("seed {seed}, run {run}: {played:?} ended {state}, {got} arrived");
        match played {
            Some(("DOT", ..)) => assert!(state == "unknown" && got <= 1, "{told}"),
            _ => assert!(state == "sent" && got == 1, "{told}"),
        }
    }
}

//! Twenty processes at the same moment.
//!
//! The shipped program asks for access tokens in one place only, the sender, and lets one sender work at a time. So the crowd
//! is made twice: of real senders, of which one may ask; and of processes that go around the sender's lock and call what
//! it calls, which must then ask one after the other, each with the newest refresh token.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use correo_cfdi::usecase::clients;
use correo_cfdi::usecase::tokens::Tokens;
use serde_json::json;

use crate::host::wait;
use crate::journey::setting::Setting;
use crate::worlds::Place;

const CROWD: usize = 20;

/// Tells a process of this test program which home it is to work in.
const HOME: &str = "CORREO_CFDI_TEST_CROWD_HOME";

#[test]
fn twenty_senders_started_together_ask_the_provider_once() {
    for rotate in [false, true] {
        let setting = Setting::signed_in(3);
        setting.behave(json!({"rotate_refresh_token": rotate}));
        let mut host = setting.home.host();
        let lock = setting.home.hold_sender();
        let ids: Vec<_> = (0..3).map(|index| setting.queue(&mut host, index, "cliente@example.mx")).collect();
        // All of them wait at the lock when it opens.
        let crowd: Vec<Child> = (0..CROWD).map(|_| setting.home.sender()).collect();
        assert_eq!(setting.count("refreshes"), 0);
        drop(lock);
        for mut sender in crowd {
            assert!(sender.wait().unwrap().success());
        }
        // Whoever waited longer than its patience has left the work to the others; one more finds what they left.
        setting.drain();
        for id in &ids {
            setting.until(&mut host, id, &["sent"]);
        }
        setting.home.settle();
        assert_eq!(setting.count("refreshes"), 1, "rotating: {rotate}");
        assert_eq!(setting.sandbox.messages().len(), 3);
    }
}

/// One of the crowd: waits for the word, asks for a token, and says how it went.
#[test]
#[ignore = "a process of the test below, and no test"]
fn one_of_the_crowd() {
    let Some(home) = std::env::var_os(HOME) else { return };
    let world = Place::at(PathBuf::from(home)).world();
    let client = clients::load(&world).unwrap();
    let account = world.store.accounts().unwrap().remove(0).id;
    println!("ready");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let outcome = Tokens::default().get(&world, &client, &account);
    println!("outcome {}", outcome.map_or_else(|fault| fault.kind().code(), |_| "token".to_owned()));
}

struct One {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl One {
    fn start(setting: &Setting) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "--nocapture", "crowd::one_of_the_crowd"]);
        command.env(HOME, setting.home.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let mut one = Self { child, said };
        one.line("ready");
        one
    }

    /// The rest of its next line that begins so, whatever the test program says around it.
    fn line(&mut self, begins: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(self.said.read_line(&mut line).unwrap() > 0, "it ended before it said {begins}");
            if let Some(at) = line.find(begins) {
                return line[at + begins.len()..].trim().to_owned();
            }
        }
    }

    fn word(&mut self) {
        self.child.stdin.take().unwrap().write_all(b"now\n").unwrap();
    }

    fn outcome(mut self) -> String {
        let outcome = self.line("outcome ");
        assert!(self.child.wait().unwrap().success());
        outcome
    }
}

/// What twenty processes get that ask at once, each with nothing in its memory.
fn outcomes(setting: &Setting) -> Vec<String> {
    let mut crowd: Vec<One> = (0..CROWD).map(|_| One::start(setting)).collect();
    for one in &mut crowd {
        one.word();
    }
    crowd.into_iter().map(One::outcome).collect()
}

#[test]
fn twenty_processes_beside_the_sender_never_use_a_rotated_token_twice() {
    let setting = Setting::signed_in(1);
    setting.home.settle();
    setting.behave(json!({"rotate_refresh_token": true}));
    // The provider refuses a token that was used before for good, and the account would need a sign-in.
    assert_eq!(outcomes(&setting), vec!["token"; CROWD]);
    assert_eq!(setting.count("refreshes"), CROWD as u64, "one for each memory, and none that was refused");
    let mut host = setting.home.host();
    assert_eq!(host.ok("account.list", json!({}))["accounts"][0]["state"], "ready");
    let delivery = setting.queue(&mut host, 0, "cliente@example.mx");
    setting.until(&mut host, &delivery, &["sent"]);
}

#[test]
fn twenty_processes_with_a_dead_grant_ask_once_and_none_revives_it() {
    let setting = Setting::signed_in(1);
    setting.home.settle();
    setting.sandbox.revoke_account(&crate::sandbox::walk::Person::willing().email);
    setting.fault(
        json!({"point": "token_refresh", "kind": "status", "status": 400, "reason": "invalid_grant", "times": 0}),
    );
    let outcomes = outcomes(&setting);
    assert!(outcomes.iter().all(|outcome| *outcome != "token"), "{outcomes:?}");
    wait("it was asked", || (setting.sandbox.state()["counters"]["faults"]["token_refresh"] == 1).then_some(()));
    assert_eq!(setting.secrets(), 1, "the grant is gone, the client's secret stays");
}

//! Random interleavings of queuing hosts, a sender that dies, and a person: whatever the order, the ledger tells the
//! whole truth and nothing vanishes.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use correo_cfdi::domain::account::{Account, AccountId, Standing};
use correo_cfdi::domain::cfdi::Uuid;
use correo_cfdi::domain::company::Company;
use correo_cfdi::domain::delivery::{DeliveryId, State};
use correo_cfdi::domain::rfc::Rfc;
use correo_cfdi::ports::Clock as _;
use correo_cfdi::ports::store::{Change, Delivery, DeliveryQuery, LedgerEntry, NewDelivery, Queued, StoredDraft};
use correo_cfdi::ports::upkeep::Listed;
use correo_cfdi::protocol::delivery::{DeliveryRef, DeliveryResolve, Resolution};
use correo_cfdi::usecase::{World, outbox, pacing};
use proptest::prelude::*;
use secrecy::SecretString;

use crate::samples;
use crate::worlds::Place;

/// Cases of the short form; `PROPTEST_CASES` asks for more.
const CASES: u32 = 100;

/// Documents and recipients that the hosts fight over.
const DOCUMENTS: u64 = 3;
const RECIPIENTS: [&str; 2] = ["uno@example.mx", "dos@example.mx"];

/// Hosts at once.
const HOSTS: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    Queue {
        host: usize,
        document: u64,
        recipient: usize,
        resend: u32,
        later: bool,
        key: Option<u8>,
    },
    /// The sender takes what is due.
    Begin,
    /// The sender passes the commit point of what it works on.
    Commit,
    /// What it works on ends so, or waits: the provider's choice.
    End {
        to: State,
        timed: bool,
    },
    /// The sender dies, with or without a transaction in its hand, and another one takes its place.
    Die {
        writing: bool,
    },
    Cancel {
        which: usize,
    },
    Retry {
        which: usize,
    },
    Resolve {
        which: usize,
        again: bool,
    },
    /// The switch of the company.
    Switch {
        on: bool,
    },
    Pass {
        minutes: u32,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let ends = prop::sample::select(vec![State::Sent, State::Unknown, State::Failed, State::Deferred]);
    prop_oneof![
        4 => (0..HOSTS, 0..DOCUMENTS, 0..2_usize, 0..3_u32, prop::bool::weighted(0.2), prop::option::weighted(0.3, 0..3_u8))
            .prop_map(|(host, document, recipient, resend, later, key)| Step::Queue { host, document, recipient, resend, later, key }),
        5 => Just(Step::Begin),
        4 => Just(Step::Commit),
        4 => (ends, any::<bool>()).prop_map(|(to, timed)| Step::End { to, timed }),
        1 => any::<bool>().prop_map(|writing| Step::Die { writing }),
        1 => (0..8_usize).prop_map(|which| Step::Cancel { which }),
        1 => (0..8_usize).prop_map(|which| Step::Retry { which }),
        2 => (0..8_usize, any::<bool>()).prop_map(|(which, again)| Step::Resolve { which, again }),
        1 => any::<bool>().prop_map(|on| Step::Switch { on }),
        1 => (1..90_u32).prop_map(|minutes| Step::Pass { minutes }),
    ]
}

/// One outbox and everybody who works on it.
struct Office {
    place: Place,
    hosts: Vec<World>,
    sender: World,
    working: Option<DeliveryId>,
    /// What was accepted, with the ledger as it was last seen.
    accepted: BTreeMap<DeliveryId, Vec<LedgerEntry>>,
}

impl Office {
    fn new() -> Self {
        let place = Place::new();
        let hosts = (0..HOSTS).map(|_| place.world()).collect();
        let sender = place.world();
        let office = Self { place, hosts, sender, working: None, accepted: BTreeMap::new() };
        office.switch(true);
        office
    }

    fn switch(&self, on: bool) {
        let now = self.place.clock.now();
        let account = Account {
            id: AccountId::from_text("cuenta"),
            subject: "1".to_owned(),
            address: "facturas@papeleria.example".parse().unwrap(),
            hosted_domain: None,
            granted_at: now,
            last_used_at: None,
            access_ends_at: None,
            standing: Standing::Ready,
            ending: None,
            daily_budget: None,
        };
        let company = Company {
            rfc: rfc(),
            name: "Empresa Demostrativa".to_owned(),
            use_oauth: on,
            account: Some(account.id.clone()),
            folders: Vec::new(),
            reply_to: None,
            cc: Vec::new(),
            bcc: Vec::new(),
            subject: String::new(),
            body: String::new(),
        };
        self.hosts[0].store.save_company(&company, Some(&account), now).unwrap();
    }

    fn all(&self) -> Vec<Delivery> {
        let listed = self.sender.store.deliveries(&DeliveryQuery { limit: 1_000, ..DeliveryQuery::default() }).unwrap();
        let whole = |listed| match listed {
            Listed::Whole(delivery) => *delivery,
            Listed::Damaged(damaged) => panic!("{damaged:?}"),
        };
        listed.into_iter().map(whole).collect()
    }

    fn play(&mut self, step: &Step) {
        match *step {
            Step::Queue { host, document, recipient, resend, later, key } => {
                self.queue(host, &draft(document, RECIPIENTS[recipient], resend), later, key);
            }
            Step::Begin => self.begin(),
            Step::Commit => self.commit(),
            Step::End { to, timed } => self.end(to, timed),
            Step::Die { writing } => self.die(writing),
            Step::Cancel { which } => self.person(which, |world, id| drop(outbox::cancel(world, &reference(id)))),
            Step::Retry { which } => self.person(which, |world, id| drop(outbox::retry(world, &reference(id)))),
            Step::Resolve { which, again } => self.resolve(which, again),
            Step::Switch { on } => self.switch(on),
            Step::Pass { minutes } => self.place.clock.pass(std::time::Duration::from_secs(60 * u64::from(minutes))),
        }
    }

    fn queue(&mut self, host: usize, draft: &StoredDraft, later: bool, key: Option<u8>) {
        let world = &self.hosts[host];
        let now = self.place.clock.now();
        let key = key.map(|key| key.to_string());
        let digest = format!("{draft:?}");
        let new = NewDelivery {
            id: world.dice.delivery_id(),
            draft,
            digest: &digest,
            key: key.as_deref(),
            not_before: later.then(|| now + TimeDelta::minutes(30)),
            supersedes: None,
            learn: None,
            unattended: None,
            now,
        };
        let last = self.last_resend(draft);
        match world.store.enqueue(&new).unwrap() {
            Queued::New => {
                assert!(last.is_none_or(|last| draft.resend == last + 1), "{last:?} was taken");
                self.accepted.insert(new.id, Vec::new());
            }
            Queued::AlreadySent(_, taken) => {
                assert_eq!(Some(taken), last);
                assert_ne!(draft.resend, taken + 1);
            }
            Queued::Existing(id) => assert!(self.accepted.contains_key(&id)),
            Queued::KeyConflict => assert!(key.is_some()),
            Queued::NotUnknown | Queued::NotAllowed => panic!("nothing was to be superseded, and a person looked"),
        }
    }

    /// The last number under which that pair is live, sent or unknown, told from the deliveries themselves.
    fn last_resend(&self, draft: &StoredDraft) -> Option<u32> {
        let same = |other: &StoredDraft| other.to == draft.to && other.documents == draft.documents;
        let all = self.all();
        all.iter().filter(|found| found.state.holds_pair() && same(&found.draft)).map(|found| found.draft.resend).max()
    }

    fn begin(&mut self) {
        let Some(id) = pacing::next_due(&self.sender).unwrap() else { return };
        let now = self.place.clock.now();
        let mut change = match self.sender.store.delivery(&id).unwrap().unwrap().state {
            State::Deferred => Change::new(State::Deferred, State::Queued, "time_came", now),
            State::Queued => Change::new(State::Queued, State::Sending, "attempt", now),
            State::Committed => return self.working = Some(id),
            other @ (State::Sending
            | State::Unknown
            | State::Sent
            | State::Failed
            | State::Cancelled
            | State::Superseded) => panic!("{other:?} is due"),
        };
        change.attempt = change.to == State::Sending;
        assert!(self.sender.store.change(&id, &change).unwrap());
        self.working = Some(id);
    }

    fn commit(&mut self) {
        let Some(id) = &self.working else { return };
        let mut change = Change::new(State::Sending, State::Committed, "committed", self.place.clock.now());
        change.session = Some(SecretString::from("https://example.mx/session"));
        change.pace = Some(self.place.clock.now());
        self.sender.store.change(id, &change).unwrap();
    }

    fn end(&mut self, to: State, timed: bool) {
        let Some(id) = self.working.take() else { return };
        let now = self.place.clock.now();
        let from = self.sender.store.delivery(&id).unwrap().unwrap().state;
        let mut change = Change::new(from, to, "ended", now).because("provider_unavailable");
        change.not_before = (timed && to == State::Deferred).then(|| now + TimeDelta::minutes(5));
        change.provider_id = (to == State::Sent).then(|| format!("18{id}"));
        let applied = self.sender.store.change(&id, &change).unwrap();
        assert_eq!(applied, from.may_become(to), "{from:?} -> {to:?}");
    }

    fn die(&mut self, writing: bool) {
        if writing {
            let mut raw = rusqlite::Connection::open(self.place.folder.join("outbox.db")).unwrap();
            let open = raw.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
            open.execute("UPDATE deliveries SET state = 'sent', session = NULL", []).unwrap();
            open.execute("DELETE FROM ledger", []).unwrap();
            // Never committed: what a dead process leaves.
            drop(open);
        }
        self.working = None;
        self.sender = self.place.world();
        self.sender.store.recover(self.place.clock.now()).unwrap();
    }

    fn person(&self, which: usize, act: impl Fn(&World, &DeliveryId)) {
        if let Some(id) = self.accepted.keys().nth(which) {
            act(&self.hosts[1], id);
        }
    }

    fn resolve(&mut self, which: usize, again: bool) {
        let Some(id) = self.accepted.keys().nth(which).cloned() else { return };
        let before = self.sender.store.delivery(&id).unwrap().unwrap().state;
        let outcome = if again { Resolution::SendAgain } else { Resolution::WasSent };
        match outbox::resolve(&self.hosts[2], &DeliveryResolve { delivery: id.to_string(), outcome }) {
            Ok(view) => {
                assert_eq!(before, State::Unknown);
                self.accepted.entry(DeliveryId::from_text(&view.delivery)).or_default();
            }
            Err(_) => assert_ne!(before, State::Unknown),
        }
    }

    /// Everything that holds after every step.
    fn check(&mut self) {
        let all = self.all();
        let ids: Vec<&DeliveryId> = all.iter().map(|delivery| &delivery.id).rev().collect();
        assert_eq!(ids, self.accepted.keys().collect::<Vec<_>>(), "nothing vanishes and nothing comes of itself");
        for delivery in &all {
            let ledger = self.sender.store.ledger(&delivery.id).unwrap();
            replay(delivery, &ledger);
            let before = self.accepted.insert(delivery.id.clone(), ledger.clone()).unwrap();
            assert!(ledger.starts_with(&before), "the ledger is only appended to");
        }
        self.check_pairs(&all);
    }

    /// A pair is held once for each number, and by exactly the deliveries whose state holds it.
    fn check_pairs(&self, all: &[Delivery]) {
        let raw = rusqlite::Connection::open(self.place.folder.join("outbox.db")).unwrap();
        let mut statement = raw.prepare("SELECT delivery, uuid, recipient, resend FROM pairs WHERE held = 1").unwrap();
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, (row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, u32>(3)?)))
        });
        let held: Vec<(String, (String, String, u32))> = rows.unwrap().map(Result::unwrap).collect();
        let once: std::collections::BTreeSet<_> = held.iter().map(|(_, pair)| pair).collect();
        assert_eq!(once.len(), held.len(), "{held:?}");
        let mut holders: Vec<&str> = held.iter().map(|(id, _)| id.as_str()).collect();
        let mut expected: Vec<&str> =
            all.iter().filter(|found| found.state.holds_pair()).map(|found| found.id.as_str()).collect();
        holders.sort_unstable();
        expected.sort_unstable();
        assert_eq!(holders, expected);
    }
}

/// The ledger alone gives the row.
fn replay(delivery: &Delivery, ledger: &[LedgerEntry]) {
    let first = ledger.first().expect("a delivery has a first line");
    assert_eq!(first.event, "queued");
    assert!(matches!(first.state, State::Queued | State::Deferred));
    for pair in ledger.windows(2) {
        assert!(pair[0].state.may_become(pair[1].state), "{ledger:?}");
        assert!(pair[0].attempt <= pair[1].attempt, "{ledger:?}");
    }
    let last = ledger.last().unwrap();
    let provider_id = ledger.iter().rev().find_map(|line| line.provider_id.clone());
    assert_eq!(
        (last.state, last.attempt, provider_id),
        (delivery.state, delivery.attempt, delivery.provider_id.clone())
    );
    let times = |state| ledger.iter().filter(|line| line.state == state).count();
    assert!(times(State::Committed) <= 1 && times(State::Sent) <= 1, "{ledger:?}");
    assert_eq!(times(State::Sending), delivery.attempt as usize, "{ledger:?}");
    assert_eq!(delivery.session.is_some(), delivery.state == State::Committed);
    assert!(delivery.not_before.is_none() || delivery.state == State::Deferred);
}

fn reference(id: &DeliveryId) -> DeliveryRef {
    DeliveryRef { delivery: id.to_string(), portal: None }
}

fn rfc() -> Rfc {
    Rfc::parse(&samples::issuer().rfc).unwrap()
}

fn draft(document: u64, to: &str, resend: u32) -> StoredDraft {
    StoredDraft {
        company: rfc(),
        account: AccountId::from_text("cuenta"),
        from: "facturas@papeleria.example".parse().unwrap(),
        from_name: "Empresa Demostrativa".to_owned(),
        to: vec![to.parse().unwrap()],
        cc: Vec::new(),
        bcc: Vec::new(),
        reply_to: None,
        subject: "Factura".to_owned(),
        body: String::new(),
        html: None,
        receiver_rfc: Rfc::parse(&samples::receiver(0).rfc).unwrap(),
        receiver_name: samples::receiver(0).name,
        documents: vec![(Uuid::parse(&samples::uuid(document)).unwrap(), format!("A{document}"))],
        kinds: Vec::new(),
        accepted: Vec::new(),
        attachments: Vec::new(),
        zip: None,
        resend,
        portal: None,
    }
}

fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { usual.cases } else { CASES };
    ProptestConfig { cases, failure_persistence: None, ..usual }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_ledger_is_the_whole_truth_in_whatever_order_things_happen(steps in prop::collection::vec(step(), 1..60)) {
        let mut office = Office::new();
        for step in &steps {
            office.play(step);
            office.check();
        }
    }
}

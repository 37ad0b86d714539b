//! What goes wrong in one run: a fault of the provider, who is killed and when, how the provider's sessions end, and
//! what the clocks say.

use serde_json::{Value, json};

use crate::chance::Chance;

/// What may come of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It passes, or a person mends it; the message is sent in the end.
    Passes,
    /// The session says that it knows nothing any more: nobody can tell.
    Blinds,
    /// The session gives no usable answer for longer than ten minutes: nobody can tell.
    Silences,
    /// The provider refuses this message for good.
    Refuses,
    /// The person takes the grant back: a committed session can no longer be asked.
    Revokes,
}

/// A fault by name, its orders, and its meaning.
#[derive(Clone, Copy, Debug)]
pub struct Trouble {
    pub name: &'static str,
    orders: &'static str,
    pub meaning: Meaning,
}

const fn trouble(name: &'static str, orders: &'static str, meaning: Meaning) -> Trouble {
    Trouble { name, orders, meaning }
}

use Meaning::{Blinds, Passes, Refuses, Revokes, Silences};

/// An answer that is lost after acceptance, so that the session has to be asked.
const LOST: &str = r#"{"point":"upload_put","kind":"close","accepted":true}"#;

/// Every fault that is tried, crossed with every death below.
pub const TROUBLES: &[Trouble] = &[
    trouble("none", "", Passes),
    // Token.
    trouble("refresh: cut", r#"{"point":"token_refresh","kind":"close"}"#, Passes),
    trouble("refresh: silent", r#"{"point":"token_refresh","kind":"hang","seconds":20}"#, Passes),
    trouble("refresh: 503 HTML", r#"{"point":"token_refresh","kind":"status","status":503,"times":2}"#, Passes),
    trouble(
        "refresh: 500",
        r#"{"point":"token_refresh","kind":"status","status":500,"reason":"internal_failure"}"#,
        Passes,
    ),
    trouble("refresh: truncated", r#"{"point":"token_refresh","kind":"truncate"}"#, Passes),
    trouble("refresh: trickle", r#"{"point":"token_refresh","kind":"trickle","interval_ms":1}"#, Passes),
    trouble(
        "refresh: client refused",
        r#"{"point":"token_refresh","kind":"status","status":401,"reason":"invalid_client"}"#,
        Passes,
    ),
    trouble("token revoked", "", Revokes),
    // Opening of the session.
    trouble("open: cut", r#"{"point":"upload_open","kind":"close"}"#, Passes),
    trouble("open: answer lost", r#"{"point":"upload_open","kind":"close","accepted":true}"#, Passes),
    trouble("open: silent", r#"{"point":"upload_open","kind":"hang","seconds":20}"#, Passes),
    trouble("open: 401", r#"{"point":"upload_open","kind":"status","status":401,"reason":"authError"}"#, Passes),
    trouble(
        "open: 401 always",
        r#"{"point":"upload_open","kind":"status","status":401,"reason":"authError","times":0}"#,
        Passes,
    ),
    trouble(
        "open: 403 user rate",
        r#"{"point":"upload_open","kind":"status","status":403,"reason":"userRateLimitExceeded"}"#,
        Passes,
    ),
    trouble(
        "open: 403 rate",
        r#"{"point":"upload_open","kind":"status","status":403,"reason":"rateLimitExceeded"}"#,
        Passes,
    ),
    trouble(
        "open: 403 day",
        r#"{"point":"upload_open","kind":"status","status":403,"reason":"dailyLimitExceeded"}"#,
        Passes,
    ),
    trouble(
        "open: 403 scope",
        r#"{"point":"upload_open","kind":"status","status":403,"reason":"insufficientPermissions"}"#,
        Passes,
    ),
    trouble(
        "open: 403 not configured",
        r#"{"point":"upload_open","kind":"status","status":403,"reason":"accessNotConfigured"}"#,
        Passes,
    ),
    trouble(
        "open: 403 policy",
        r#"{"point":"upload_open","kind":"status","status":403,"reason":"domainPolicy"}"#,
        Passes,
    ),
    trouble(
        "open: 429",
        r#"{"point":"upload_open","kind":"status","status":429,"reason":"rateLimitExceeded","times":2}"#,
        Passes,
    ),
    trouble(
        "open: 429 with a time",
        r#"{"point":"upload_open","kind":"status","status":429,"reason":"rateLimitExceeded","retry_after_seconds":1800}"#,
        Passes,
    ),
    trouble("open: 500", r#"{"point":"upload_open","kind":"status","status":500,"reason":"backendError"}"#, Passes),
    trouble("open: 502 HTML", r#"{"point":"upload_open","kind":"status","status":502}"#, Passes),
    trouble(
        "open: 503",
        r#"{"point":"upload_open","kind":"status","status":503,"reason":"backendError","times":4}"#,
        Passes,
    ),
    trouble("open: 400 HTML", r#"{"point":"upload_open","kind":"status","status":400}"#, Passes),
    trouble("open: 400", r#"{"point":"upload_open","kind":"status","status":400,"reason":"invalidArgument"}"#, Refuses),
    trouble("open: 413", r#"{"point":"upload_open","kind":"status","status":413,"reason":"uploadTooLarge"}"#, Refuses),
    // The body.
    trouble("body: cut before", r#"{"point":"upload_put","kind":"close"}"#, Passes),
    trouble("body: cut before, often", r#"{"point":"upload_put","kind":"close","times":4}"#, Passes),
    trouble("body: cut in the middle", r#"{"point":"upload_put","kind":"close_midway"}"#, Passes),
    trouble("body: cut in the middle, often", r#"{"point":"upload_put","kind":"close_midway","times":3}"#, Passes),
    trouble("body: cut after, answer lost", LOST, Passes),
    trouble("body: silent", r#"{"point":"upload_put","kind":"hang","seconds":20}"#, Passes),
    trouble("body: silent, accepted", r#"{"point":"upload_put","kind":"hang","seconds":20,"accepted":true}"#, Passes),
    trouble("body: truncated answer", r#"{"point":"upload_put","kind":"truncate"}"#, Passes),
    trouble("body: trickle", r#"{"point":"upload_put","kind":"trickle","interval_ms":1}"#, Passes),
    trouble("body: 401", r#"{"point":"upload_put","kind":"status","status":401,"reason":"authError"}"#, Passes),
    trouble("body: 408", r#"{"point":"upload_put","kind":"status","status":408}"#, Passes),
    trouble("body: 429", r#"{"point":"upload_put","kind":"status","status":429,"reason":"rateLimitExceeded"}"#, Passes),
    trouble("body: 500", r#"{"point":"upload_put","kind":"status","status":500,"reason":"backendError"}"#, Passes),
    trouble(
        "body: 502 HTML, accepted",
        r#"{"point":"upload_put","kind":"status","status":502,"accepted":true}"#,
        Passes,
    ),
    trouble(
        "body: 503 HTML, accepted",
        r#"{"point":"upload_put","kind":"status","status":503,"accepted":true}"#,
        Passes,
    ),
    trouble(
        "body: 400 HTML, accepted",
        r#"{"point":"upload_put","kind":"status","status":400,"accepted":true}"#,
        Passes,
    ),
    trouble("body: 400", r#"{"point":"upload_put","kind":"status","status":400,"reason":"invalidArgument"}"#, Refuses),
    trouble("body: 404", r#"{"point":"upload_put","kind":"status","status":404,"reason":"notFound"}"#, Blinds),
    trouble("body: 410, accepted", r#"{"point":"upload_put","kind":"status","status":410,"accepted":true}"#, Blinds),
    trouble("body: 200 HTML", r#"{"point":"upload_put","kind":"status","status":200}"#, Blinds),
    trouble(
        "body: 200 HTML, accepted",
        r#"{"point":"upload_put","kind":"status","status":200,"accepted":true}"#,
        Blinds,
    ),
    // The question what became of it.
    trouble("question: cut", r#"LOST {"point":"upload_query","kind":"close","times":2}"#, Passes),
    trouble("question: truncated", r#"LOST {"point":"upload_query","kind":"truncate"}"#, Passes),
    trouble("question: trickle", r#"LOST {"point":"upload_query","kind":"trickle","interval_ms":1}"#, Passes),
    trouble(
        "question: 401",
        r#"LOST {"point":"upload_query","kind":"status","status":401,"reason":"authError"}"#,
        Passes,
    ),
    trouble("question: 503 HTML", r#"LOST {"point":"upload_query","kind":"status","status":503,"times":3}"#, Passes),
    trouble(
        "question: 404",
        r#"LOST {"point":"upload_query","kind":"status","status":404,"reason":"notFound"}"#,
        Blinds,
    ),
    trouble("question: 410", r#"LOST {"point":"upload_query","kind":"status","status":410}"#, Blinds),
    trouble("question: 200 without id", r#"LOST {"point":"upload_query","kind":"status","status":200}"#, Blinds),
    trouble(
        "question: never answered",
        r#"LOST {"point":"upload_query","kind":"status","status":503,"times":0}"#,
        Silences,
    ),
];

/// Who dies, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// Nobody.
    Nobody,
    /// The sender, while the provider keeps silent at that point; `accepted` when it has carried the request out before.
    Sender { at: &'static str, accepted: bool },
    /// The sender in the middle of the body, with half of it kept by the session.
    SenderMidway,
    /// The sender, at a random moment, so many times.
    SenderSometime(u64),
    /// The host, at a random moment after it was asked to queue; the person then asks again with the same key.
    Host,
    /// First the host and then the sender.
    Both,
}

/// Every death that is tried.
pub const DEATHS: &[Death] = &[
    Death::Nobody,
    Death::Sender { at: "token_refresh", accepted: false },
    Death::Sender { at: "upload_open", accepted: false },
    Death::Sender { at: "upload_open", accepted: true },
    Death::Sender { at: "upload_put", accepted: false },
    Death::SenderMidway,
    Death::Sender { at: "upload_put", accepted: true },
    Death::Sender { at: "upload_query", accepted: false },
    Death::SenderSometime(1),
    Death::SenderSometime(3),
    Death::Host,
    Death::Both,
];

/// Times as fast as usual at which the client's patience with one request ends before a busy provider has answered it.
const OUTRUNS: u32 = 1_000;

/// What finished sessions answer in one run.
const ENDINGS: &[&str] = &["ok", "ok", "ok", "not_found", "gone", "ok_without_id", "pending"];

/// Where a process finds its wall clock.
const CLOCKS: &[&str] = &["+0", "+0", "+0", "-26h", "+3h", "+400d"];

/// One run.
#[derive(Clone, Debug)]
pub struct Plan {
    pub run: u64,
    pub trouble: Trouble,
    pub death: Death,
    /// The sandbox's `finished_session`.
    pub ending: &'static str,
    pub deliveries: usize,
    /// Whether the person calls the last delivery off at a random moment.
    pub cancels: bool,
    /// Whether access tokens end at once.
    pub expires: bool,
}

impl Plan {
    /// The plan of that run: faults and deaths are crossed in turn, the rest is chance.
    pub fn new(run: u64, chance: &mut Chance) -> Self {
        let troubles = TROUBLES.len() as u64;
        let trouble = TROUBLES[(run % troubles) as usize];
        // The two lengths are walked out of step, so that a part of the table meets every column.
        let death = DEATHS[((run / troubles + run) % DEATHS.len() as u64) as usize];
        let costly = matches!(trouble.meaning, Silences | Revokes);
        let ending = if costly { "ok" } else { *chance.pick(ENDINGS) };
        let deliveries = if costly || ending == "pending" { 1 } else { 1 + chance.below(3) as usize };
        let (cancels, expires) = (chance.one_in(8), chance.one_in(6));
        Self { run, trouble, death, ending, deliveries, cancels, expires }
    }

    /// Orders for the sandbox, in the order in which they strike.
    pub fn orders(&self) -> Vec<Value> {
        let text = self.trouble.orders.replace("LOST", LOST);
        let orders = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        let mut orders: Vec<Value> = orders.map(Result::unwrap).collect();
        match self.death {
            Death::Sender { at, accepted } => {
                if at == "upload_query" && orders.is_empty() {
                    orders.push(serde_json::from_str(LOST).unwrap());
                }
                orders.insert(0, json!({"point": at, "kind": "hang", "seconds": 20, "accepted": accepted}));
                // Some die at the first request and some after the fault has struck.
                if self.run % 2 == 1 {
                    orders.rotate_left(1);
                }
            }
            Death::SenderMidway => {
                orders.push(json!({"point": "upload_put", "kind": "close_midway"}));
                orders.push(json!({"point": "upload_put", "kind": "hang", "seconds": 20}));
            }
            Death::Nobody | Death::SenderSometime(_) | Death::Host | Death::Both => {}
        }
        orders
    }

    /// Whether an answer to an upload may get lost in this run.
    fn loses_answers(&self) -> bool {
        let dies = !matches!(self.death, Death::Nobody | Death::Host);
        dies || self.trouble.name.starts_with("body") || self.trouble.name.starts_with("question")
    }

    /// How many times as fast as usual the clocks of this run go: ten minutes of asking must not take long. Where a lost
    /// answer would need an explanation the clocks are slow enough that a busy computer is no reason to lose one.
    fn speed(&self) -> u32 {
        match self.trouble.meaning {
            Silences | Revokes => OUTRUNS,
            Passes | Blinds | Refuses if self.ending == "ok" => 100,
            Passes | Blinds | Refuses if !self.loses_answers() => 20,
            Passes | Blinds | Refuses if self.ending == "pending" => OUTRUNS,
            Passes | Blinds | Refuses => 30,
        }
    }

    /// Whether the clocks alone may cost a sender the answer to an upload.
    pub fn outruns_the_provider(&self) -> bool {
        self.speed() >= OUTRUNS
    }

    /// A clock for one process, as `FAKETIME` takes it.
    pub fn clock(&self, chance: &mut Chance) -> String {
        format!("{} x{}", chance.pick(CLOCKS), self.speed())
    }

    /// A clock that is that many hours ahead.
    pub fn later(&self, hours: u32) -> String {
        format!("+{hours}h x{}", self.speed())
    }
}

//! One report of how every part stands that mail needs, from the browser's registration to the provider's servers.
//!
//! A browser calls seven different faults "Specified native messaging host not found."; only a program that walks the same
//! way can tell them apart. So each part is looked at first (`look`), which touches the computer, and judged after (`judge`),
//! which is a function of what was seen and is tested everywhere, also for systems that are not this one.
//!
//! The report has no addresses and no tokens, and names the home folder `~` ([`redact`]): it is made to be sent to somebody.

mod blocked;
mod check;
mod clock;
mod confined;
mod mend;
mod network;
mod policy;
mod redact;
mod registration;
mod start;
mod state;
mod words;

use std::path::PathBuf;

use chrono::{SecondsFormat, Utc};

use crate::install::{Scope, Target};
use crate::protocol::doctor::{CheckState, DoctorPart, DoctorReport, Why};
use crate::protocol::failure::Fault;
use crate::protocol::hello::Locale;
use crate::usecase::World;

pub use check::{CHECKS, Check, Fix, is_known};
pub use mend::mend;
pub use redact::Redactor;

/// What to look at.
#[derive(Debug, Clone)]
pub struct Wish {
    /// One part; everything when `None`.
    pub part: Option<DoctorPart>,
    /// Where registrations are looked for.
    pub targets: Vec<Target>,
    /// A browser started this process, so at least that one finds the program.
    pub called: bool,
}

impl Wish {
    /// Every browser in both scopes, and a user data folder beside them.
    #[must_use]
    pub fn everywhere(part: Option<DoctorPart>, user_data_dir: Option<PathBuf>) -> Self {
        let mut targets = vec![Target::Found(Scope::User), Target::Found(Scope::System)];
        targets.extend(user_data_dir.map(Target::UserDataDir));
        Self { part, targets, called: false }
    }

    /// The same for a process that a browser started.
    #[must_use]
    pub fn of_conversation(part: Option<DoctorPart>) -> Self {
        Self { called: true, ..Self::everywhere(part, None) }
    }

    fn wants(&self, part: DoctorPart) -> bool {
        self.part.is_none_or(|wanted| wanted == part)
    }
}

/// Looks at everything that was wished for. Starting the host and asking the network take up to 15 s each and run beside
/// each other; a keyring that asks the person takes as long as the person does.
///
/// `world` is what the state is looked at through, or what keeps it from being opened.
#[must_use]
pub fn examine(world: Result<&World, &Fault>, wish: &Wish) -> Vec<Check> {
    std::thread::scope(|scope| {
        let browser = scope.spawn(|| match wish.wants(DoctorPart::Browser) {
            true => of_browser(&wish.targets, wish.called),
            false => Vec::new(),
        });
        let network = scope.spawn(|| match wish.wants(DoctorPart::Network) {
            true => network::checks(world.ok()),
            false => Vec::new(),
        });
        let state = match wish.wants(DoctorPart::State) {
            true => state::checks(world),
            false => Vec::new(),
        };
        // A part whose look panicked is a fault of ours in that part.
        let ended = |part: std::thread::ScopedJoinHandle<'_, Vec<Check>>| part.join().unwrap_or_default();
        let mut checks = ended(browser);
        checks.extend(state);
        checks.extend(ended(network));
        checks
    })
}

/// What installing ends with: the registration, and whether the browser could start what it names. `called` as in [`Wish`].
#[must_use]
pub fn of_browser(targets: &[Target], called: bool) -> Vec<Check> {
    let seen = registration::look(targets);
    let policies = policy::look();
    let mut checks = registration::judge(&seen, called);
    checks.extend(confined::checks());
    checks.extend(policy::judge(&policies, &registration::counts_for_one_user_only(&seen)));
    checks.extend(blocked::checks(&seen));
    checks.extend(start::checks(&seen));
    checks
}

/// Puts checks into words, without addresses, tokens and the home folder.
#[must_use]
pub fn report(checks: &[Check], locale: Locale) -> DoctorReport {
    let redactor = Redactor::of_this_user();
    DoctorReport {
        host_version: env!("CARGO_PKG_VERSION").to_owned(),
        system: std::env::consts::OS.to_owned(),
        at: Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true),
        checks: checks.iter().map(|check| words::view(check, &redactor, locale)).collect(),
    }
}

/// What fails first; a warning fails nothing.
#[must_use]
pub fn failure(checks: &[Check]) -> Option<Why> {
    checks.iter().find(|check| check.state == CheckState::Fail).and_then(|check| check.why)
}

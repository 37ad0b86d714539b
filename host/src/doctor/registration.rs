//! How this program is registered with each browser, judged over both scopes: what counts is what the browser finds first.

use std::path::{Path, PathBuf};

use super::check::Check;
use crate::install::{self, Finding, Scope, Target};
use crate::protocol::doctor::Cause;

/// The host's name, as the extension asks for it; a test holds it to the manifest's.
pub(super) const HOST_NAME: &str = "mx.correo_cfdi.host";

/// How one place stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// The browser is not there, so nothing is expected.
    NotInstalled,
    /// As it should be.
    Good,
    /// The browser is there and finds nothing.
    Absent,
    /// It starts another program of the same name.
    Foreign,
    /// The browser finds something that it cannot use.
    Broken(Cause),
}

/// One place where a browser looks.
#[derive(Debug, Clone)]
pub(super) struct Registered {
    /// The browser's name in the table; none for a user data folder.
    browser: Option<String>,
    /// The name that people know.
    title: String,
    /// For whom it counts.
    scope: Scope,
    /// How it stands.
    standing: Standing,
    /// The manifest, and on Windows the key that names it.
    place: String,
    /// The program that it names, if it names one that is there.
    program: Option<PathBuf>,
    /// What is wrong in it, as it stands there.
    flaw: Option<(&'static str, String)>,
}

/// Everything that was seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    places: Vec<Registered>,
}

impl Seen {
    /// The programs that browsers would start, each once.
    pub(super) fn programs(&self) -> Vec<PathBuf> {
        let mut programs: Vec<PathBuf> = self.places.iter().filter_map(|place| place.program.clone()).collect();
        programs.sort();
        programs.dedup();
        programs
    }

    /// How the other scope of that browser stands.
    fn standing(&self, browser: &Option<String>, scope: Scope) -> Option<&Standing> {
        let place = self.places.iter().find(|place| place.browser == *browser && place.scope == scope);
        place.map(|place| &place.standing)
    }
}

/// The browsers in which only a registration of this user counts.
pub(super) fn counts_for_one_user_only(seen: &Seen) -> Vec<String> {
    let good = |place: &&Registered| place.scope == Scope::User && place.standing == Standing::Good;
    let alone = |browser: &String| seen.standing(&Some(browser.clone()), Scope::System) != Some(&Standing::Good);
    seen.places.iter().filter(good).filter_map(|place| place.browser.clone()).filter(alone).collect()
}

/// One check a place. `called` says that a browser started this process, whichever it was.
pub(super) fn judge(seen: &Seen, called: bool) -> Vec<Check> {
    let works = called || seen.places.iter().any(|place| place.standing == Standing::Good);
    seen.places.iter().map(|place| judge_one(seen, place, works)).collect()
}

fn judge_one(seen: &Seen, place: &Registered, works: bool) -> Check {
    let other = match place.scope {
        Scope::User => Scope::System,
        Scope::System => Scope::User,
    };
    let other = place.browser.as_ref().and_then(|_| seen.standing(&place.browser, other));
    let id = match (&place.browser, place.scope) {
        (Some(browser), Scope::User) => format!("registration.{browser}.user"),
        (Some(browser), Scope::System) => format!("registration.{browser}.system"),
        (None, _) => "registration.folder".to_owned(),
    };
    // A folder was asked for by name.
    let works = works && place.browser.is_some();
    let check = state(id, place, other, works).of(&place.title);
    let check = if place.standing == Standing::NotInstalled { check } else { check.fact("manifest", &place.place) };
    let check = place.flaw.iter().fold(check, |check, (name, flaw)| check.fact(name, flaw));
    place.program.iter().fold(check, |check, program| check.fact("program", program.display().to_string()))
}

/// Browsers look for the user's first and stop at what they find (Chromium: `launch_context_posix.cc`, `launch_context_win.cc`).
fn state(id: String, place: &Registered, other: Option<&Standing>, works: bool) -> Check {
    match (&place.standing, place.scope) {
        (Standing::NotInstalled, _) => Check::not_checked(id),
        (Standing::Good, _) => Check::ok(id),
        // The whole computer's is found where the user's is absent.
        (Standing::Absent, Scope::User) if other == Some(&Standing::Good) => Check::not_checked(id),
        // Not everybody uses every browser that is there.
        (Standing::Absent, Scope::User) if works => Check::warn(id, Cause::ManifestAbsent).mended_by_registering(),
        (Standing::Absent, Scope::User) => Check::fail(id, Cause::ManifestAbsent).mended_by_registering(),
        // Nobody needs both.
        (Standing::Absent, Scope::System) => Check::not_checked(id),
        (Standing::Foreign, _) => Check::warn(id, Cause::RegistrationForeign),
        (Standing::Broken(cause), Scope::User) => Check::fail(id, *cause).mended_by_registering(),
        // It lies behind a good one of the user.
        (Standing::Broken(cause), Scope::System) if other == Some(&Standing::Good) => Check::warn(id, *cause),
        (Standing::Broken(cause), Scope::System) => Check::fail(id, *cause),
    }
}

/// Looks at every place. A target that cannot be asked about gives none; state that cannot be found has its own check.
pub(super) fn look(targets: &[Target]) -> Seen {
    let findings = targets.iter().flat_map(|target| install::verify(target, &[]).unwrap_or_default());
    let own = install::own_program().ok();
    Seen { places: findings.map(|finding| of(finding, own.as_deref())).collect() }
}

fn of(finding: Finding, own: Option<&Path>) -> Registered {
    let (standing, program, flaw) = match finding.standing {
        install::Standing::NotInstalled => (Standing::NotInstalled, None, None),
        install::Standing::Good => (Standing::Good, own.map(Path::to_owned), None),
        install::Standing::Absent => (Standing::Absent, None, None),
        install::Standing::Foreign { program } => (Standing::Foreign, Some(program), None),
        install::Standing::Broken(cause) => (Standing::Broken(named(&cause)), None, flaw(cause)),
    };
    let place = finding.registry.unwrap_or_else(|| finding.manifest.display().to_string());
    Registered { browser: finding.browser, title: finding.title, scope: finding.scope, standing, place, program, flaw }
}

fn flaw(cause: install::Cause) -> Option<(&'static str, String)> {
    match cause {
        install::Cause::ManifestMissing | install::Cause::ManifestUnreadable | install::Cause::NotJson => None,
        install::Cause::MemberInvalid { member } => Some(("member", member.to_owned())),
        install::Cause::WrongName { found } => Some(("name", found)),
        install::Cause::WrongType { found } => Some(("member", found)),
        install::Cause::PathNotAbsolute { found } => Some(("program", found)),
        install::Cause::ProgramMissing { program } | install::Cause::ProgramNotExecutable { program } => {
            Some(("program", program.display().to_string()))
        }
        install::Cause::OriginInvalid { origin } => Some(("origins", origin)),
        install::Cause::IdsMissing { ids } => Some(("origins", ids.join(", "))),
    }
}

/// What the judgement of installing is called in a report.
fn named(cause: &install::Cause) -> Cause {
    match cause {
        install::Cause::ManifestMissing => Cause::ManifestAbsent,
        install::Cause::ManifestUnreadable => Cause::ManifestUnreadable,
        install::Cause::NotJson | install::Cause::MemberInvalid { .. } | install::Cause::WrongType { .. } => {
            Cause::ManifestMalformed
        }
        install::Cause::WrongName { .. } => Cause::ManifestName,
        install::Cause::PathNotAbsolute { .. } => Cause::ProgramRelative,
        install::Cause::ProgramMissing { .. } => Cause::ProgramMissing,
        install::Cause::ProgramNotExecutable { .. } => Cause::NotExecutable,
        install::Cause::OriginInvalid { .. } => Cause::OriginMalformed,
        install::Cause::IdsMissing { .. } => Cause::OriginMissing,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;
    use crate::doctor::check::Fix;
    use crate::install::Manifest;
    use crate::protocol::doctor::CheckState;

    fn place(scope: Scope, standing: Standing) -> Registered {
        Registered {
            browser: Some("chrome".into()),
            title: "Google Chrome".into(),
            scope,
            standing,
            place: "/x/m.json".into(),
            program: None,
            flaw: None,
        }
    }

    /// The states of the user's and of the whole computer's.
    fn states(user: Standing, system: Standing) -> [CheckState; 2] {
        let seen = Seen { places: vec![place(Scope::User, user), place(Scope::System, system)] };
        let checks = judge(&seen, false);
        assert_eq!(checks[0].id, "registration.chrome.user");
        assert_eq!(checks[1].id, "registration.chrome.system");
        [checks[0].state, checks[1].state]
    }

    #[test]
    fn what_counts_is_what_the_browser_finds_first() {
        use CheckState::{Fail, NotChecked, Ok, Warn};
        let broken = || Standing::Broken(Cause::ProgramMissing);
        assert_eq!(states(Standing::Good, Standing::Absent), [Ok, NotChecked]);
        assert_eq!(states(Standing::Absent, Standing::Good), [NotChecked, Ok]);
        assert_eq!(states(Standing::Absent, Standing::Absent), [Fail, NotChecked]);
        assert_eq!(states(Standing::NotInstalled, Standing::Absent), [NotChecked, NotChecked]);
        assert_eq!(states(broken(), Standing::Good), [Fail, Ok], "the user's own is found first");
        assert_eq!(states(Standing::Good, broken()), [Ok, Warn]);
        assert_eq!(states(Standing::Absent, broken()), [Fail, Fail]);
        assert_eq!(states(Standing::Foreign, Standing::NotInstalled), [Warn, NotChecked]);
    }

    #[test]
    fn a_browser_that_nobody_registered_is_a_failure_only_where_no_other_works() {
        let edge = |standing| Registered { browser: Some("edge".into()), ..place(Scope::User, standing) };
        let folder = Registered { browser: None, ..place(Scope::User, Standing::Absent) };
        let places = vec![place(Scope::User, Standing::Good), edge(Standing::Absent), folder];
        let states: Vec<CheckState> = judge(&Seen { places }, false).into_iter().map(|check| check.state).collect();
        assert_eq!(states, [CheckState::Ok, CheckState::Warn, CheckState::Fail]);
        let alone = || Seen { places: vec![edge(Standing::Absent)] };
        assert_eq!(judge(&alone(), false)[0].state, CheckState::Fail);
        assert_eq!(judge(&alone(), true)[0].state, CheckState::Warn);
    }

    #[test]
    fn only_what_belongs_to_the_user_is_mended_by_itself() {
        let fix = |scope, standing| judge(&Seen { places: vec![place(scope, standing)] }, false)[0].fix;
        assert_eq!(fix(Scope::User, Standing::Absent), Fix::Register);
        assert_eq!(fix(Scope::User, Standing::Broken(Cause::OriginMissing)), Fix::Register);
        assert_eq!(fix(Scope::User, Standing::Foreign), Fix::ByHand, "another program's is not taken away");
        assert_eq!(fix(Scope::System, Standing::Broken(Cause::ManifestName)), Fix::ByHand);
    }

    #[test]
    fn a_registration_of_this_user_alone_is_told_from_one_for_everybody() {
        let only = |user, system| {
            let places = vec![place(Scope::User, user), place(Scope::System, system)];
            counts_for_one_user_only(&Seen { places })
        };
        assert_eq!(only(Standing::Good, Standing::Absent), ["chrome"]);
        assert_eq!(only(Standing::Good, Standing::Good), [""; 0]);
        assert_eq!(only(Standing::Absent, Standing::Good), [""; 0]);
    }

    #[test]
    fn the_name_is_the_manifests() {
        assert_eq!(Manifest::new(Path::new("/x"), &[]).unwrap().name, HOST_NAME);
    }
}

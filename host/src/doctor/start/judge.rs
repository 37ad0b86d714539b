//! What starting a program means.

use std::path::Path;
use std::time::Duration;

use super::Outcome;
use crate::doctor::check::Check;
use crate::protocol::doctor::Cause;

/// Time after which an answer is worth a word: a cold host takes some 35 ms, and a portal's page waits for 1.8 s.
const SLOW: Duration = Duration::from_millis(1_500);

/// How a start came out; `system` as `std::env::consts::OS` names it.
pub(super) fn start(id: &str, program: &Path, outcome: &Outcome, system: &str) -> Check {
    let subject = program.display().to_string();
    let check = match outcome {
        Outcome::Answered { after, .. } => {
            let check = if *after > SLOW { Check::warn(id, Cause::SlowStart) } else { Check::ok(id) };
            check.fact("milliseconds", after.as_millis().to_string())
        }
        Outcome::Refused(kind) => Check::fail(id, *kind),
        Outcome::Other => Check::fail(id, Cause::OtherProgram),
        Outcome::NotStarted { code, words } => {
            let check = Check::fail(id, code.map_or(Cause::NotExecutable, |code| refusal(system, code)));
            check.fact("system", words)
        }
        Outcome::Exited { status, said } => {
            let check = Check::fail(id, Cause::ExitedAtOnce).fact("exit", status);
            if said.is_empty() { check } else { check.fact("said", said) }
        }
        Outcome::Garbled => Check::fail(id, Cause::Garbled),
        Outcome::Mute => Check::fail(id, Cause::Mute),
    };
    check.of(subject)
}

/// Whether the registered program and this one are of one version.
pub(super) fn version(program: &Path, outcome: &Outcome, own: &str) -> Option<Check> {
    let Outcome::Answered { version, .. } = outcome else { return None };
    let check = match version == own {
        true => Check::ok("version.pair"),
        false => Check::warn("version.pair", Cause::OtherVersion),
    };
    Some(check.of(program.display().to_string()).fact("registered_version", version).fact("own_version", own))
}

/// What the system means by refusing to start a file. Windows: `winerror.h`; elsewhere `errno(3)` of Linux and macOS.
fn refusal(system: &str, code: i32) -> Cause {
    match (system, code) {
        // ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND: an antivirus that took the file away leaves nothing else behind.
        ("windows", 2 | 3) => Cause::ProgramMissing,
        // ERROR_VIRUS_INFECTED, ERROR_VIRUS_DELETED.
        ("windows", 225 | 226) => Cause::BlockedByAntivirus,
        // ERROR_ACCESS_DISABLED_BY_POLICY (AppLocker), ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION and the reputation kinds of it
        // (App Control, Smart App Control).
        ("windows", 1260 | 4551 | 4556 | 4557 | 4558 | 4560) => Cause::BlockedByPolicy,
        _ => Cause::NotExecutable,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;
    use crate::protocol::doctor::{CheckState, Why};
    use crate::protocol::failure::Kind;

    fn judged(outcome: &Outcome, system: &str) -> (CheckState, Option<Why>) {
        let check = start("start.direct", Path::new("/opt/correo-cfdi"), outcome, system);
        assert_eq!(check.subject.as_deref(), Some("/opt/correo-cfdi"));
        (check.state, check.why)
    }

    fn answered(milliseconds: u64) -> Outcome {
        Outcome::Answered { version: "1.2.3".into(), after: Duration::from_millis(milliseconds) }
    }

    #[test]
    fn each_way_of_not_answering_has_a_cause_of_its_own() {
        let exited = Outcome::Exited { status: "exit status: 3".into(), said: String::new() };
        for (outcome, wanted) in [
            (Outcome::Refused(Kind::ConfigInvalid), Why::Failure(Kind::ConfigInvalid)),
            (Outcome::Other, Cause::OtherProgram.into()),
            (exited, Cause::ExitedAtOnce.into()),
            (Outcome::Garbled, Cause::Garbled.into()),
            (Outcome::Mute, Cause::Mute.into()),
            (Outcome::NotStarted { code: None, words: String::new() }, Cause::NotExecutable.into()),
        ] {
            assert_eq!(judged(&outcome, "linux"), (CheckState::Fail, Some(wanted)), "{outcome:?}");
        }
        assert_eq!(judged(&answered(35), "linux"), (CheckState::Ok, None));
        assert_eq!(judged(&answered(3_000), "linux"), (CheckState::Warn, Some(Cause::SlowStart.into())));
    }

    #[test]
    fn what_windows_refuses_is_told_apart() {
        for (code, wanted) in [
            (2, Cause::ProgramMissing),
            (5, Cause::NotExecutable),
            (193, Cause::NotExecutable),
            (225, Cause::BlockedByAntivirus),
            (1260, Cause::BlockedByPolicy),
            (4551, Cause::BlockedByPolicy),
        ] {
            let outcome = Outcome::NotStarted { code: Some(code), words: "x".into() };
            assert_eq!(judged(&outcome, "windows"), (CheckState::Fail, Some(wanted.into())), "{code}");
        }
        // The same numbers are other faults elsewhere: here 2 is a missing interpreter, because the file itself was found.
        let outcome = Outcome::NotStarted { code: Some(2), words: "x".into() };
        assert_eq!(judged(&outcome, "linux").1, Some(Cause::NotExecutable.into()));
    }

    #[test]
    fn what_the_program_said_before_it_ended_is_kept() {
        let said = "error while loading shared libraries".to_owned();
        let outcome = Outcome::Exited { status: "exit status: 127".into(), said: said.clone() };
        let check = start("start.direct", Path::new("/x"), &outcome, "linux");
        assert_eq!(
            check,
            Check::fail("start.direct", Cause::ExitedAtOnce)
                .of("/x")
                .fact("exit", "exit status: 127")
                .fact("said", said)
        );
    }

    #[test]
    fn versions_are_compared_only_where_there_is_an_answer() {
        let path = Path::new("/x");
        assert_eq!(version(path, &Outcome::Mute, "1.2.3"), None);
        assert_eq!(version(path, &answered(1), "1.2.3").unwrap().state, CheckState::Ok);
        let other = version(path, &answered(1), "1.2.4").unwrap();
        assert_eq!((other.state, other.why), (CheckState::Warn, Some(Cause::OtherVersion.into())));
    }
}

//! Does what can be done without a person: registering this program where its registration is absent or broken.

use super::check::{Check, Fix};
use crate::install::{self, Scope, Step, Target};
use crate::protocol::failure::Fault;
use std::path::Path;

/// Mends what has an automatic fix; nothing is removed, and what belongs to another program is left alone.
///
/// # Errors
/// As of [`install::install`]; each step has its own outcome.
pub fn mend(checks: &[Check], user_data_dir: Option<&Path>) -> Result<Vec<Step>, Fault> {
    let mut steps = Vec::new();
    for target in targets(checks, user_data_dir) {
        steps.extend(install::install(&target, &[])?);
    }
    Ok(steps)
}

fn targets(checks: &[Check], user_data_dir: Option<&Path>) -> Vec<Target> {
    let broken = || checks.iter().filter(|check| check.fix == Fix::Register && check.why.is_some());
    let browsers: Vec<String> = broken()
        .filter_map(|check| check.id.strip_prefix("registration.")?.strip_suffix(".user"))
        .map(str::to_owned)
        .collect();
    let mut targets = Vec::new();
    if !browsers.is_empty() {
        targets.push(Target::Named(Scope::User, browsers));
    }
    let folder = user_data_dir.filter(|_| broken().any(|check| check.id == "registration.folder"));
    targets.extend(folder.map(|folder| Target::UserDataDir(folder.to_owned())));
    targets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::doctor::Cause;

    #[test]
    fn only_what_is_mended_by_registering_is_registered() {
        let absent = |id: &str| Check::fail(id, Cause::ManifestAbsent);
        let folder = Path::new("/tmp/perfil");
        assert_eq!(
            targets(&[Check::ok("registration.edge.user"), absent("registration.chrome.system")], Some(folder)),
            []
        );
        let checks = [
            absent("registration.chrome.user").mended_by_registering(),
            Check::ok("registration.edge.user"),
            absent("registration.folder").mended_by_registering(),
            Check::fail("start.direct", Cause::Mute),
        ];
        let wanted = [Target::Named(Scope::User, vec!["chrome".into()]), Target::UserDataDir(folder.to_owned())];
        assert_eq!(targets(&checks, Some(folder)), wanted);
        assert_eq!(targets(&checks, None), wanted[..1]);
    }
}

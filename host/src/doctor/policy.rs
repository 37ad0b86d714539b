//! What an organisation's policies say about native messaging (chromeenterprise.google/policies; Microsoft Edge policies of
//! the same names).

#[cfg(target_os = "linux")]
mod files;
#[cfg(windows)]
mod registry;

use super::check::Check;
use super::registration::HOST_NAME;
use crate::protocol::doctor::Cause;

/// Where a browser's policies lie.
#[cfg(any(target_os = "linux", windows))]
struct Place {
    /// The browser's name in `manifests/browsers.toml`.
    browser: &'static str,
    /// The name that people know.
    title: &'static str,
    /// Linux: the folder of the JSON files.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "of another system"))]
    folder: &'static str,
    /// Windows: the key below `SOFTWARE\Policies`, in both hives.
    #[cfg_attr(not(windows), expect(dead_code, reason = "of another system"))]
    key: &'static str,
}

/// The browsers whose policies are documented; others of the family read Chromium's or have none.
#[cfg(any(target_os = "linux", windows))]
const PLACES: [Place; 4] = [
    Place {
        browser: "chrome",
        title: "Google Chrome",
        folder: "/etc/opt/chrome/policies/managed",
        key: r"Google\Chrome",
    },
    Place { browser: "chromium", title: "Chromium", folder: "/etc/chromium/policies/managed", key: "Chromium" },
    Place {
        browser: "edge",
        title: "Microsoft Edge",
        folder: "/etc/opt/edge/policies/managed",
        key: r"Microsoft\Edge",
    },
    Place { browser: "brave", title: "Brave", folder: "/etc/brave/policies/managed", key: r"BraveSoftware\Brave" },
];

/// What one browser was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rules {
    /// `NativeMessagingBlocklist`.
    blocklist: Vec<String>,
    /// `NativeMessagingAllowlist`.
    allowlist: Vec<String>,
    /// `NativeMessagingUserLevelHosts`; absent means that they count.
    user_level: Option<bool>,
    /// `NativeHostsExecutablesLaunchDirectly`; absent leaves it to the browser.
    launched_directly: Option<bool>,
}

/// The policies of one browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OfBrowser {
    browser: &'static str,
    title: &'static str,
    /// `None` where they are there and cannot be read.
    rules: Option<Rules>,
}

/// Everything that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Policies {
    /// `None` on a system whose policies are not read here.
    browsers: Option<Vec<OfBrowser>>,
    /// `DisableCMD` of Windows: 1 keeps the command prompt from running anything, 2 still lets it run scripts.
    command_prompt: Option<u32>,
}

/// Reads the policies of this computer and user.
pub(super) fn look() -> Policies {
    #[cfg(target_os = "linux")]
    let (browsers, command_prompt) = (Some(PLACES.iter().map(files::read).collect()), None);
    #[cfg(windows)]
    let (browsers, command_prompt) = (Some(PLACES.iter().map(registry::read).collect()), registry::command_prompt());
    #[cfg(not(any(target_os = "linux", windows)))]
    let (browsers, command_prompt) = (None, None);
    Policies { browsers, command_prompt }
}

/// `one_user_only` are the browsers with which the program is registered for this user and not for the whole computer.
pub(super) fn judge(policies: &Policies, one_user_only: &[String]) -> Vec<Check> {
    let Some(browsers) = &policies.browsers else {
        return vec![Check::not_checked("policy.blocklist"), Check::not_checked("policy.user_level")];
    };
    let mut checks = vec![blocklist(browsers), user_level(browsers, one_user_only)];
    if let Some(level) = policies.command_prompt {
        checks.push(command_prompt(browsers, level));
    }
    checks
}

/// Chromium: `MessageService::IsNativeMessagingHostAllowed`.
fn is_blocked(rules: &Rules) -> bool {
    let names = |list: &[String], name: &str| list.iter().any(|one| one == name);
    (names(&rules.blocklist, "*") || names(&rules.blocklist, HOST_NAME)) && !names(&rules.allowlist, HOST_NAME)
}

fn read(browsers: &[OfBrowser]) -> impl Iterator<Item = (&OfBrowser, &Rules)> {
    browsers.iter().filter_map(|one| Some((one, one.rules.as_ref()?)))
}

fn titles<'a>(those: impl Iterator<Item = &'a OfBrowser>) -> String {
    those.map(|one| one.title).collect::<Vec<_>>().join(", ")
}

fn blocklist(browsers: &[OfBrowser]) -> Check {
    let id = "policy.blocklist";
    let blocked = titles(read(browsers).filter(|(_, rules)| is_blocked(rules)).map(|(one, _)| one));
    let unreadable = titles(browsers.iter().filter(|one| one.rules.is_none()));
    let check = match (blocked.is_empty(), unreadable.is_empty()) {
        (false, _) => Check::fail(id, Cause::PolicyBlocklist).fact("browsers", blocked),
        (true, false) => Check::unseen(id, Cause::PolicyUnreadable).fact("browsers", unreadable),
        (true, true) => Check::ok(id),
    };
    read(browsers).filter(|(_, rules)| !rules.blocklist.is_empty()).fold(check, |check, (one, rules)| {
        let check = check.fact("blocklist", format!("{}: {}", one.title, rules.blocklist.join(", ")));
        match rules.allowlist.is_empty() {
            true => check,
            false => check.fact("allowlist", format!("{}: {}", one.title, rules.allowlist.join(", "))),
        }
    })
}

fn user_level(browsers: &[OfBrowser], one_user_only: &[String]) -> Check {
    let id = "policy.user_level";
    let forbidden = || read(browsers).filter(|(_, rules)| rules.user_level == Some(false)).map(|(one, _)| one);
    let harmed = titles(forbidden().filter(|one| one_user_only.iter().any(|name| name == one.browser)));
    match (harmed.is_empty(), forbidden().next().is_some()) {
        (false, _) => Check::fail(id, Cause::PolicyUserLevel).fact("browsers", harmed),
        (true, true) => Check::ok(id).fact("browsers", titles(forbidden())),
        (true, false) if browsers.iter().all(|one| one.rules.is_none()) => Check::unseen(id, Cause::PolicyUnreadable),
        (true, false) => Check::ok(id),
    }
}

fn command_prompt(browsers: &[OfBrowser], level: u32) -> Check {
    let id = "policy.command_prompt";
    // A browser that starts the program without the prompt is not kept from it.
    let through_prompt =
        titles(read(browsers).filter(|(_, rules)| rules.launched_directly != Some(true)).map(|(one, _)| one));
    let check = match (level, through_prompt.is_empty()) {
        (0, _) | (_, true) => Check::ok(id),
        (1, false) => Check::fail(id, Cause::PolicyCommandPrompt).fact("browsers", through_prompt),
        (_, false) => Check::warn(id, Cause::PolicyCommandPrompt).fact("browsers", through_prompt),
    };
    check.fact("disable_cmd", level.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::doctor::{CheckState, Why};

    fn chrome(rules: Option<Rules>) -> OfBrowser {
        OfBrowser { browser: "chrome", title: "Google Chrome", rules }
    }

    fn rules(blocklist: &[&str], allowlist: &[&str]) -> Rules {
        let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        Rules { blocklist: owned(blocklist), allowlist: owned(allowlist), ..Rules::default() }
    }

    fn state(check: &Check) -> (CheckState, Option<Why>) {
        (check.state, check.why)
    }

    #[test]
    fn a_blocklist_blocks_by_name_or_all_unless_the_allowlist_excepts_this_host() {
        let blocked = (CheckState::Fail, Some(Cause::PolicyBlocklist.into()));
        for (block, allow, wanted) in [
            (&["*"][..], &[][..], blocked),
            (&[HOST_NAME], &[], blocked),
            (&["*"], &["mx.other.host"], blocked),
            (&["*"], &[HOST_NAME], (CheckState::Ok, None)),
            (&["mx.other.host"], &[], (CheckState::Ok, None)),
            (&[], &[], (CheckState::Ok, None)),
        ] {
            assert_eq!(state(&blocklist(&[chrome(Some(rules(block, allow)))])), wanted, "{block:?} {allow:?}");
        }
        let unread = blocklist(&[chrome(None)]);
        assert_eq!(state(&unread), (CheckState::NotChecked, Some(Cause::PolicyUnreadable.into())));
    }

    #[test]
    fn a_registration_for_one_user_counts_unless_a_policy_says_otherwise() {
        let off = [chrome(Some(Rules { user_level: Some(false), ..Rules::default() }))];
        let only = ["chrome".to_owned()];
        assert_eq!(state(&user_level(&off, &only)), (CheckState::Fail, Some(Cause::PolicyUserLevel.into())));
        assert_eq!(state(&user_level(&off, &["edge".to_owned()])), (CheckState::Ok, None));
        let on = [chrome(Some(Rules { user_level: Some(true), ..Rules::default() }))];
        assert_eq!(state(&user_level(&on, &only)), (CheckState::Ok, None));
        assert_eq!(user_level(&[chrome(None)], &only).state, CheckState::NotChecked);
    }

    #[test]
    fn the_command_prompt_matters_to_browsers_that_use_it() {
        let through = [chrome(Some(Rules::default()))];
        let directly = [chrome(Some(Rules { launched_directly: Some(true), ..Rules::default() }))];
        assert_eq!(command_prompt(&through, 0).state, CheckState::Ok);
        assert_eq!(command_prompt(&through, 1).state, CheckState::Fail);
        assert_eq!(command_prompt(&through, 2).state, CheckState::Warn);
        assert_eq!(command_prompt(&directly, 1).state, CheckState::Ok);
    }

    #[test]
    fn a_system_whose_policies_are_not_read_is_not_judged() {
        let checks = judge(&Policies { browsers: None, command_prompt: None }, &[]);
        assert!(checks.iter().all(|check| check.state == CheckState::NotChecked && check.why.is_none()));
    }
}

//! `doctor.run`: how every part stands that mail needs, from the browser's registration to the provider's servers.

use serde::{Deserialize, Serialize};

use super::failure::Kind;

/// What to look at. Looking at everything at once is right for a terminal; a page asks part by part and shows each as it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum DoctorPart {
    /// Registration with the browsers, policies, and starting the host as they would.
    Browser,
    /// Store, vault, client, accounts, folders, outbox.
    State,
    /// Proxy, certificates, servers, clock.
    Network,
}

/// Parameters of `doctor.run`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DoctorRun {
    /// One part; everything when absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub part: Option<DoctorPart>,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum CheckState {
    /// As it should be.
    Ok,
    /// Mail can leave, but something is not as it should be.
    Warn,
    /// Something does not work.
    Fail,
    /// Not looked at, because there is nothing to look at here or it cannot be read.
    NotChecked,
}

macro_rules! causes {
    ($($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)?) => {
        /// What is wrong, where no failure kind says it. Append only: a cause keeps its name and meaning for ever. What it
        /// means (`cause_<code>`) and what to do (`mend_<code>`) stand in `extension/_locales`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        pub enum Cause { $($(#[$doc])* #[serde(rename = $code)] $name),+ }

        impl Cause {
            /// Every cause, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name on the wire and in the locales.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }
        }
    };
}

causes! {
    // What the browser calls "not found", all with the same sentence.
    /// There is no manifest, or no registry key that names one.
    ManifestAbsent = "manifest_absent",
    /// The manifest cannot be read.
    ManifestUnreadable = "manifest_unreadable",
    /// The manifest is no JSON of the form that browsers read.
    ManifestMalformed = "manifest_malformed",
    /// The manifest is for a host of another name.
    ManifestName = "manifest_name",
    /// The path of the program is not absolute.
    ProgramRelative = "program_relative",
    /// The program is not where the manifest says.
    ProgramMissing = "program_missing",
    /// One of the origins is no origin of an extension, which voids the whole manifest.
    OriginMalformed = "origin_malformed",

    // Registration, further.
    /// Our extension is not among the callers; the browser says "forbidden".
    OriginMissing = "origin_missing",
    /// The manifest starts another program of the same name.
    RegistrationForeign = "registration_foreign",
    /// The browser was installed as a Snap or Flatpak, which keeps it from starting programs of the computer.
    BrowserConfined = "browser_confined",

    // Starting the host as the browser would.
    /// The system does not start the file: it may not be executed, or is no program for this computer.
    NotExecutable = "not_executable",
    /// It ended before it answered.
    ExitedAtOnce = "exited_at_once",
    /// What it wrote is no native message.
    Garbled = "garbled",
    /// It runs and does not answer.
    Mute = "mute",
    /// It answered, but later than people wait.
    SlowStart = "slow_start",
    /// It speaks native messaging and is another program.
    OtherProgram = "other_program",
    /// The registered program is of another version than this one.
    OtherVersion = "other_version",
    /// A policy of Windows keeps the program from starting (AppLocker, App Control, Smart App Control).
    BlockedByPolicy = "blocked_by_policy",
    /// An antivirus keeps the program from starting.
    BlockedByAntivirus = "blocked_by_antivirus",
    /// Windows notes that the file came from the internet.
    MarkOfTheWeb = "mark_of_the_web",

    // Policies of an organisation.
    /// `NativeMessagingBlocklist` names this host or all, and `NativeMessagingAllowlist` does not except it.
    PolicyBlocklist = "policy_blocklist",
    /// `NativeMessagingUserLevelHosts` is off, so a registration for one user does not count.
    PolicyUserLevel = "policy_user_level",
    /// `DisableCMD` keeps the browser from starting the host through the command prompt.
    PolicyCommandPrompt = "policy_command_prompt",
    /// A policy cannot be read here.
    PolicyUnreadable = "policy_unreadable",

    // State.
    /// The client file lacks a redirect URI of an extension.
    RedirectNotListed = "redirect_not_listed",
    /// No account is signed in.
    AccountNone = "account_none",
    /// A folder did not answer in time.
    FolderSlow = "folder_slow",
    /// The system watches no further folders.
    WatchLimit = "watch_limit",
    /// Deliveries wait for a person.
    OutboxWaits = "outbox_waits",

    // Network.
    /// Somebody whom this computer trusts reads the connections to Google.
    Intercepted = "intercepted",
    /// This computer trusts no authority, so no certificate can hold.
    NoAuthorities = "no_authorities",
    /// This computer's clock differs from a server's.
    ClockDiffers = "clock_differs",
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Why {
    /// Something that only the doctor sees.
    Cause(Cause),
    /// The failure that requests would meet.
    Failure(Kind),
}

impl Why {
    /// The name on the wire.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Cause(cause) => cause.code().to_owned(),
            Self::Failure(kind) => kind.code(),
        }
    }
}

impl From<Cause> for Why {
    fn from(cause: Cause) -> Self {
        Self::Cause(cause)
    }
}

impl From<Kind> for Why {
    fn from(kind: Kind) -> Self {
        Self::Failure(kind)
    }
}

/// Something that was seen: no address, no token, and the home folder as `~`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FactView {
    /// What it is, for programs: `program`, `proxy` ...
    pub name: String,
    /// The same for people.
    pub label: String,
    /// What was seen.
    pub value: String,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FixView {
    /// Whether `correo-cfdi doctor --fix` does it.
    pub automatic: bool,
    /// What a person does.
    pub text: String,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CheckView {
    /// Which check: stable, `registration.chrome.user`. One that is made for several servers or folders stands once for each, servers that are silent for one reason together.
    pub id: String,
    /// What was checked, in the conversation's language.
    pub title: String,
    /// What of it: a server, a folder, a program.
    pub subject: Option<String>,
    /// How it came out.
    pub state: CheckState,
    /// What is wrong; null where nothing is.
    pub cause: Option<Why>,
    /// The same in the conversation's language.
    pub found: Option<String>,
    /// What was seen.
    pub facts: Vec<FactView>,
    /// What to do; null where nothing is to be done.
    pub fix: Option<FixView>,
}

/// Answer of `doctor.run`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DoctorReport {
    /// Version of the program that looked.
    pub host_version: String,
    /// Operating system, as `hello` names it.
    pub system: String,
    /// When it looked (RFC 3339).
    pub at: String,
    /// The checks, in the order in which the parts depend on each other.
    pub checks: Vec<CheckView>,
}

#[cfg(test)]
mod tests {
    use super::super::hello::Locale;
    use super::super::texts::get;
    use super::*;

    #[test]
    fn every_cause_says_what_it_means_and_what_to_do_in_every_language() {
        for locale in [Locale::Es, Locale::En] {
            let keys =
                Cause::ALL.iter().flat_map(|cause| ["cause", "mend"].map(|stem| format!("{stem}_{}", cause.code())));
            let missing: Vec<String> = keys.filter(|key| get(key, locale).is_none()).collect();
            assert!(missing.is_empty(), "{locale:?} lacks {missing:?}");
        }
    }

    #[test]
    fn no_cause_bears_the_name_of_a_failure_kind() {
        for cause in Cause::ALL {
            assert_eq!(Kind::from_code(cause.code()), None, "{}", cause.code());
            assert_eq!(serde_json::to_value(Why::Cause(*cause)).ok(), Some(cause.code().into()));
        }
    }
}

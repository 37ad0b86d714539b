//! `install` and `uninstall` of the real program, in a home folder of their own, judged by the browser's rules.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_correo-cfdi");
const NAME: &str = "mx.correo_cfdi.host";
const OTHER_ID: &str = "abcdefghijklmnopabcdefghijklmnop";

/// Longest wait for a thread of the program on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(20);

/// A home folder without any browser.
struct Home {
    folder: tempfile::TempDir,
    program: PathBuf,
}

impl Home {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), program: PathBuf::from(PROGRAM) }
    }

    /// The same, with the program in a folder whose name has everything that names may have.
    fn with_a_difficult_program_path() -> Self {
        let mut home = Self::new();
        let folder = home.folder.path().join("José Ñúñez & Cía, \"S.A.\" 100%");
        fs::create_dir(&folder).unwrap();
        home.program = folder.join("correo cfdi");
        fs::copy(PROGRAM, &home.program).unwrap();
        home
    }

    /// Makes the data folder that a browser leaves after its first start.
    fn browser(self, data_folder: &str) -> Self {
        fs::create_dir_all(self.config().join(data_folder)).unwrap();
        self
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    fn manifest(&self, data_folder: &str) -> PathBuf {
        self.config().join(data_folder).join("NativeMessagingHosts").join(format!("{NAME}.json"))
    }

    /// Where the program keeps its state.
    fn state(&self) -> PathBuf {
        self.folder.path().join("estado")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).env_clear();
        command.env("HOME", self.folder.path()).env("XDG_CONFIG_HOME", self.config());
        command.env("CORREO_CFDI_HOME", self.state()).env("LANG", "es_MX.UTF-8").current_dir(self.folder.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// Starts the program as a browser would, says hello, and gives it the time of `until`.
    fn converse(&self, until: impl Fn() -> bool) {
        let mut host = self.command(&["chrome-extension://ghgemeikpidedclggncofmpijglcdmmi/"]);
        let mut host = host.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let hello = r#"{"jsonrpc":"2.0","id":1,"method":"hello","params":{"protocol":1,"min_protocol":1,"extension_version":"0.1.0","locale":"es"}}"#;
        let mut input = host.stdin.take().unwrap();
        input.write_all(&u32::try_from(hello.len()).unwrap().to_ne_bytes()).unwrap();
        input.write_all(hello.as_bytes()).unwrap();
        let mut length = [0; 4];
        let mut output = host.stdout.take().unwrap();
        output.read_exact(&mut length).unwrap();
        let mut answer = vec![0; u32::from_ne_bytes(length) as usize];
        output.read_exact(&mut answer).unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(answer["result"]["protocol"], 1, "{answer}");
        let begun = Instant::now();
        while !until() && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(input);
        host.wait().unwrap();
    }

    /// The log of the program.
    fn log(&self) -> String {
        fs::read_to_string(self.state().join("correo-cfdi.log")).unwrap_or_default()
    }

    /// What happened, as pairs of browser and outcome, and the exit code.
    fn outcomes(&self, arguments: &[&str]) -> (Vec<(String, String)>, i32) {
        let output = self.run(arguments);
        let lines = String::from_utf8(output.stdout).unwrap();
        let pair = |line: &str| {
            let line: Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| line[key].as_str().unwrap_or("-").to_owned();
            (text("browser"), text("outcome"))
        };
        (lines.lines().map(pair).collect(), output.status.code().unwrap())
    }

    /// The subject of the failure that the program ends with.
    fn failure(&self, arguments: &[&str]) -> (String, String, i32) {
        let output = self.run(arguments);
        let line: Value = serde_json::from_slice(&output.stdout).unwrap();
        let data = &line["error"]["data"];
        let text = |key: &str| data[key].as_str().unwrap_or_default().to_owned();
        (text("kind"), text("subject"), output.status.code().unwrap())
    }
}

/// Reads a manifest by Chromium's rules (`native_messaging_host_manifest.cc`, `launch_context.cc`): gives the program
/// and the extension ids, or ends the test where the browser would say "not found".
fn as_the_browser_reads(path: &Path) -> (PathBuf, Vec<String>) {
    let manifest: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let text = |key: &str| manifest[key].as_str().unwrap_or_else(|| panic!("{key} is no text")).to_owned();

    let name = text("name");
    assert_eq!(path.file_name().unwrap().to_str().unwrap(), format!("{name}.json"));
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'.';
    assert!(name.bytes().all(allowed) && name.split('.').all(|part| !part.is_empty()), "{name}");
    assert!(!text("description").is_empty());
    assert_eq!(text("type"), "stdio");

    let program = PathBuf::from(text("path"));
    assert!(program.is_absolute() && program.is_file(), "{}", program.display());

    let origins = manifest["allowed_origins"].as_array().unwrap();
    assert!(!origins.is_empty());
    let id = |origin: &Value| {
        let origin = origin.as_str().unwrap();
        // One origin with a wildcard or without the slash at its end voids the whole file.
        let id = origin.strip_prefix("chrome-extension://").and_then(|rest| rest.strip_suffix('/'));
        let id = id.unwrap_or_else(|| panic!("{origin} is no origin of an extension"));
        assert!(id.len() == 32 && id.bytes().all(|byte| (b'a'..=b'p').contains(&byte)), "{origin}");
        id.to_owned()
    };
    (program, origins.iter().map(id).collect())
}

/// The ids that every manifest has to list.
fn our_ids() -> Vec<String> {
    let publisher: Value = serde_json::from_str(include_str!("../manifests/publisher.json")).unwrap();
    let ids = publisher["extension_ids"].as_object().unwrap().values();
    ids.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn pairs<const N: usize>(expected: [(&str, &str); N]) -> Vec<(String, String)> {
    expected.iter().map(|(browser, outcome)| ((*browser).to_owned(), (*outcome).to_owned())).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn every_browser_that_is_found_starts_this_very_program() {
    let home = Home::with_a_difficult_program_path().browser("google-chrome").browser("microsoft-edge");
    let (outcomes, code) = home.outcomes(&["--json", "install"]);
    let all = [
        ("chrome", "written"),
        ("chromium", "skipped"),
        ("edge", "written"),
        ("brave", "skipped"),
        ("vivaldi", "skipped"),
        ("opera", "skipped"),
    ];
    assert_eq!(outcomes, pairs(all));
    assert_eq!(code, 0);
    for browser in ["google-chrome", "microsoft-edge"] {
        let (program, ids) = as_the_browser_reads(&home.manifest(browser));
        assert_eq!(program, home.program.canonicalize().unwrap());
        assert_eq!(ids, our_ids());
        // What stands in the manifest can be started.
        let version = Command::new(program).arg("--version").output().unwrap();
        assert!(String::from_utf8(version.stdout).unwrap().starts_with("correo-cfdi "));
    }
    assert!(!home.config().join("chromium").exists(), "a browser that is not there gets no folder");
}

#[cfg(target_os = "linux")]
#[test]
fn doing_it_again_changes_nothing_and_undoing_it_leaves_nothing() {
    let home = Home::new().browser("chromium");
    let before = home.outcomes(&["--json", "install", "--browser", "chromium"]);
    assert_eq!(before, (pairs([("chromium", "written")]), 0));
    let bytes = fs::read(home.manifest("chromium")).unwrap();
    let again = home.outcomes(&["--json", "install", "--browser", "chromium"]);
    assert_eq!(again, (pairs([("chromium", "unchanged")]), 0));
    assert_eq!(fs::read(home.manifest("chromium")).unwrap(), bytes);

    let gone = home.outcomes(&["--json", "uninstall"]);
    let removed: Vec<_> = gone.0.iter().filter(|(_, outcome)| outcome != "absent").cloned().collect();
    assert_eq!((removed, gone.0.len(), gone.1), (pairs([("chromium", "removed")]), 6, 0));
    assert!(!home.manifest("chromium").exists());
    let folder = home.manifest("chromium").parent().unwrap().to_owned();
    assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_browser_that_was_named_is_registered_before_its_first_start() {
    let home = Home::new();
    let (outcomes, code) = home.outcomes(&["--json", "install", "--browser", "edge", "--browser", "chrome"]);
    assert_eq!((outcomes, code), (pairs([("chrome", "written"), ("edge", "written")]), 0));
    as_the_browser_reads(&home.manifest("microsoft-edge"));
    as_the_browser_reads(&home.manifest("google-chrome"));
}

#[cfg(target_os = "linux")]
#[test]
fn without_any_browser_it_says_so() {
    let home = Home::new();
    let (outcomes, code) = home.outcomes(&["--json", "install"]);
    assert_eq!(outcomes.len(), 6);
    assert!(outcomes.iter().all(|(_, outcome)| outcome == "skipped"), "{outcomes:?}");
    assert_eq!(code, 1);
    assert!(!home.config().exists());
    let text = String::from_utf8(home.run(&["install"]).stdout).unwrap();
    assert!(text.contains("Google Chrome: no se encontró en este equipo"), "{text}");
}

#[test]
fn a_user_data_folder_gets_its_manifest_and_no_browser_does() {
    let home = Home::new().browser("chromium");
    let profile = home.folder.path().join("perfil de prueba ñ");
    // Relative, as a person types it.
    let (outcomes, code) = home.outcomes(&["--json", "install", "--user-data-dir", "perfil de prueba ñ"]);
    assert_eq!((outcomes, code), (pairs([("-", "written")]), 0));
    let manifest = profile.join("NativeMessagingHosts").join(format!("{NAME}.json"));
    as_the_browser_reads(&manifest);
    assert!(!home.manifest("chromium").exists());

    let (outcomes, _) = home.outcomes(&["--json", "uninstall", "--user-data-dir", profile.to_str().unwrap()]);
    assert_eq!(outcomes, pairs([("-", "removed")]));
    assert!(!manifest.exists());
}

#[test]
fn a_given_extension_is_added_to_our_own() {
    let home = Home::new();
    let given = ["--json", "install", "--user-data-dir", "profile", "--extension-id", OTHER_ID];
    assert_eq!(home.outcomes(&given).1, 0);
    let manifest = home.folder.path().join("profile/NativeMessagingHosts").join(format!("{NAME}.json"));
    let (_, ids) = as_the_browser_reads(&manifest);
    assert_eq!(ids, [our_ids(), vec![OTHER_ID.to_owned()]].concat());
}

#[test]
fn what_is_no_extension_id_writes_nothing() {
    let home = Home::new();
    for id in ["*", "ABCDEFGHIJKLMNOPABCDEFGHIJKLMNOP", "abc", "chrome-extension://abcdefghijklmnopabcdefghijklmnop/"] {
        let given =
            ["--json", "install", "--user-data-dir", "profile", "--extension-id", OTHER_ID, "--extension-id", id];
        let wanted = ("invalid_params".to_owned(), format!("--extension-id {id}"), 2);
        assert_eq!(home.failure(&given), wanted);
    }
    assert!(!home.folder.path().join("profile").exists());
}

#[test]
fn an_unknown_browser_or_two_kinds_of_place_are_usage_mistakes() {
    let home = Home::new();
    let (kind, subject, code) = home.failure(&["--json", "install", "--browser", "netscape"]);
    assert_eq!((kind.as_str(), code), ("invalid_params", 2));
    assert!(subject.starts_with("--browser netscape"), "{subject}");
    for extra in [["--browser", "chrome"].as_slice(), ["--system"].as_slice()] {
        let given = [["install", "--user-data-dir", "profile"].as_slice(), extra].concat();
        assert_eq!(home.run(&given).status.code(), Some(2), "{extra:?}");
    }
    assert!(!home.folder.path().join("profile").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn another_programs_manifest_survives_uninstall_and_one_failure_does_not_stop_the_rest() {
    let home = Home::new().browser("google-chrome").browser("chromium").browser("microsoft-edge");
    // A file in the place of Chrome's folder.
    fs::write(home.config().join("google-chrome/NativeMessagingHosts"), "").unwrap();
    let output = home.run(&["--json", "install"]);
    assert_eq!(output.status.code(), Some(4));
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["error"]["data"]["kind"], "store_read_only");
    assert_eq!((&lines[1]["outcome"], &lines[2]["outcome"]), (&Value::from("written"), &Value::from("written")));

    // The same program in another folder registered later: its manifests are not ours to remove.
    let text = fs::read_to_string(home.manifest("chromium")).unwrap();
    let path = Path::new(PROGRAM).canonicalize().unwrap();
    let foreign = text.replace(path.to_str().unwrap(), "/opt/other/correo-cfdi");
    assert_ne!(foreign, text);
    fs::write(home.manifest("chromium"), &foreign).unwrap();
    let (outcomes, code) = home.outcomes(&["--json", "uninstall", "--browser", "chromium", "--browser", "edge"]);
    assert_eq!((outcomes, code), (pairs([("chromium", "foreign"), ("edge", "removed")]), 0));
    assert_eq!(fs::read_to_string(home.manifest("chromium")).unwrap(), foreign);
}

#[test]
fn registering_opens_no_store() {
    let home = Home::new();
    assert_eq!(home.outcomes(&["--json", "install", "--user-data-dir", "profile"]).1, 0);
    let made: Vec<_> = fs::read_dir(home.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(made, ["profile"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_host_that_a_browser_started_mends_what_is_ours_and_nothing_else() {
    let home = Home::new().browser("google-chrome").browser("chromium").browser("microsoft-edge");
    assert_eq!(home.outcomes(&["--json", "install", "--extension-id", OTHER_ID]).1, 0);
    let change = |browser: &str, change: &dyn Fn(&mut Value)| {
        let mut manifest: Value = serde_json::from_slice(&fs::read(home.manifest(browser)).unwrap()).unwrap();
        change(&mut manifest);
        fs::write(home.manifest(browser), manifest.to_string()).unwrap();
    };
    // An older version knew fewer ids; another program has the same name; one browser is not registered.
    let other = format!("chrome-extension://{OTHER_ID}/");
    change("google-chrome", &|manifest| manifest["allowed_origins"] = Value::from(vec![other.clone()]));
    change("chromium", &|manifest| manifest["path"] = Value::from("/bin/sh"));
    let foreign = fs::read(home.manifest("chromium")).unwrap();
    fs::remove_file(home.manifest("microsoft-edge")).unwrap();

    home.converse(|| home.log().contains("mended"));
    let (program, ids) = as_the_browser_reads(&home.manifest("google-chrome"));
    assert_eq!(program, Path::new(PROGRAM).canonicalize().unwrap());
    assert_eq!(ids, [our_ids(), vec![OTHER_ID.to_owned()]].concat());
    assert_eq!(fs::read(home.manifest("chromium")).unwrap(), foreign);
    assert!(!home.manifest("microsoft-edge").exists());
    assert!(home.log().contains("mended chrome: ids_missing"), "{}", home.log());
    assert!(!home.log().contains("chromium"), "{}", home.log());
}

#[cfg(target_os = "linux")]
#[test]
fn erasing_asks_first_and_takes_what_the_program_made_but_not_what_a_person_wrote() {
    let home = Home::new().browser("chromium");
    fs::create_dir(home.state()).unwrap();
    assert!(home.run(&["vault", "make-key", "estado/vault.key"]).status.success());
    fs::write(home.state().join("config.toml"), "vault = \"file\"\nkey_file = \"vault.key\"\n").unwrap();
    let company = ["company", "set", "EKU9003173C9", "--name", "Escuela Kemper Urgate"];
    assert!(home.run(&company).status.success());
    assert_eq!(home.outcomes(&["--json", "install"]).1, 0);
    let database = home.state().join("outbox.db");
    assert!(database.exists());

    // Nobody can be asked here: nothing is undone, the registration neither.
    assert_eq!(
        home.failure(&["--json", "uninstall", "--erase"]),
        ("invalid_params".into(), "--erase: --yes".into(), 2)
    );
    assert!(database.exists() && home.manifest("chromium").exists());
    assert_eq!(home.run(&["uninstall", "--yes"]).status.code(), Some(2));

    // The registration alone: the data stays, and is named.
    let kept = home.run(&["uninstall"]);
    assert!(kept.status.success());
    let said = String::from_utf8(kept.stderr).unwrap();
    assert!(said.contains(home.state().to_str().unwrap()) && said.contains("--erase"), "{said}");
    assert!(database.exists() && !home.manifest("chromium").exists());

    let erased = home.run(&["uninstall", "--erase", "--yes"]);
    assert!(erased.status.success(), "{}", String::from_utf8_lossy(&erased.stderr));
    let left = fs::read_dir(home.state()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut left: Vec<_> = left.collect();
    left.sort();
    assert_eq!(left, ["config.toml", "vault.key"]);
}

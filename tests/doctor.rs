//! `doctor` of the real program: each way in which a browser does not get through to the host is really made, and has to be
//! named. What the browser itself says of each is in `tests/extension/e2e/doctor.test.js`.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_correo-cfdi");
const NAME: &str = "mx.correo_cfdi.host";

/// A user with Chromium, the program registered with it, and a file vault.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir_all(home.path().join("config/chromium")).unwrap();
        fs::create_dir(home.state()).unwrap();
        let key = home.state().join("vault.key");
        fs::write(&key, [42_u8; 32]).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(home.state().join("config.toml"), "vault = \"file\"\nkey_file = \"vault.key\"\n").unwrap();
        home
    }

    fn registered() -> Self {
        let home = Self::new();
        assert!(home.run(&["install", "--browser", "chromium"]).status.code().is_some());
        home
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn state(&self) -> PathBuf {
        self.path().join("estado")
    }

    fn manifest(&self) -> PathBuf {
        self.path().join("config/chromium/NativeMessagingHosts").join(format!("{NAME}.json"))
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(PROGRAM);
        command.env_clear().env("HOME", self.path()).env("XDG_CONFIG_HOME", self.path().join("config"));
        command.env("CORREO_CFDI_HOME", self.state()).env("LANG", "es_MX.UTF-8").env("PATH", "/usr/bin:/bin");
        // No look may leave this computer.
        command.env("HTTPS_PROXY", "http://127.0.0.1:9").stdin(Stdio::null());
        command.args(arguments).output().unwrap()
    }

    /// The checks of that id.
    fn checks(&self, id: &str) -> Vec<Value> {
        let report: Value = serde_json::from_slice(&self.run(&["--json", "doctor"]).stdout).unwrap();
        let checks = report["checks"].as_array().unwrap().iter();
        checks.filter(|check| check["id"] == id).cloned().collect()
    }

    /// State and cause of the one check of that id.
    fn found(&self, id: &str) -> (String, String) {
        let checks = self.checks(id);
        assert_eq!(checks.len(), 1, "{id}: {checks:?}");
        let text = |key: &str| checks[0][key].as_str().unwrap_or_default().to_owned();
        (text("state"), text("cause"))
    }

    /// What the doctor says of the registration with Chromium.
    fn registration(&self) -> (String, String) {
        self.found("registration.chromium.user")
    }

    /// Changes the manifest as it lies there.
    fn change(&self, change: impl FnOnce(&mut Value)) {
        let mut manifest: Value = serde_json::from_slice(&fs::read(self.manifest()).unwrap()).unwrap();
        change(&mut manifest);
        fs::write(self.manifest(), manifest.to_string()).unwrap();
    }

    /// Puts a shell script in the program's place.
    fn replace_program(&self, body: &str) -> PathBuf {
        let script = self.path().join("en su lugar");
        fs::write(&script, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        self.change(|manifest| manifest["path"] = json!(script));
        script
    }

    /// State and cause of starting what is registered.
    fn start(&self) -> (String, String) {
        self.found("start.direct")
    }
}

fn pair(state: &str, cause: &str) -> (String, String) {
    (state.to_owned(), cause.to_owned())
}

#[test]
fn a_good_registration_is_started_and_answers() {
    let home = Home::registered();
    assert_eq!(home.registration(), pair("ok", ""));
    assert_eq!(home.start(), pair("ok", ""));
    assert_eq!(home.found("version.pair"), pair("ok", ""));
    assert_eq!(home.found("store.write"), pair("ok", ""));
    assert_eq!(home.found("store.read"), pair("ok", ""));
    assert_eq!(home.found("vault.state"), pair("ok", ""));
    assert_eq!(home.found("client.registration"), pair("warn", "no_client"));
}

#[test]
fn each_of_the_seven_causes_that_a_browser_calls_not_found_is_named() {
    let home = Home::registered();
    let broken = |name: &str, make: &dyn Fn()| {
        make();
        assert_eq!(home.registration(), pair("fail", name));
        fs::remove_dir(home.manifest()).ok();
        home.run(&["install", "--browser", "chromium"]);
        assert_eq!(home.registration(), pair("ok", ""), "after {name}");
    };
    broken("manifest_absent", &|| fs::remove_file(home.manifest()).unwrap());
    broken("manifest_unreadable", &|| {
        // Permissions do not keep the administrator out; a folder in its place keeps everybody out.
        fs::remove_file(home.manifest()).unwrap();
        fs::create_dir(home.manifest()).unwrap();
    });
    broken("manifest_malformed", &|| fs::write(home.manifest(), "{\"name\":").unwrap());
    broken("manifest_name", &|| home.change(|manifest| manifest["name"] = json!("mx.other.host")));
    broken("program_relative", &|| home.change(|manifest| manifest["path"] = json!("correo-cfdi")));
    broken("program_missing", &|| home.change(|manifest| manifest["path"] = json!("/opt/no-such/correo-cfdi")));
    broken("origin_malformed", &|| {
        home.change(|manifest| {
            manifest["allowed_origins"].as_array_mut().unwrap().push(json!("chrome-extension://*/"));
        });
    });
}

#[test]
fn what_browsers_call_otherwise_is_named_too() {
    let home = Home::registered();
    home.change(|manifest| {
        manifest["allowed_origins"] = json!(["chrome-extension://abcdefghijklmnopabcdefghijklmnop/"]);
    });
    assert_eq!(home.registration(), pair("fail", "origin_missing"));
    home.run(&["install", "--browser", "chromium"]);

    let script = home.replace_program("head -c 4 > /dev/null; echo 'no arranca' >&2; exit 3");
    assert_eq!(home.registration().0, "warn", "another program's registration");
    assert_eq!(home.start(), pair("fail", "exited_at_once"));
    let facts = home.checks("start.direct")[0]["facts"].to_string();
    assert!(facts.contains("exit status: 3") && facts.contains("no arranca"), "{facts}");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(home.start(), pair("fail", "not_executable"));
    home.replace_program("echo 'hola, soy un programa que escribe'; cat > /dev/null");
    assert_eq!(home.start(), pair("fail", "garbled"));
    home.replace_program(r#"printf '\017\0\0\0{"pong": "aqui"}'; cat > /dev/null"#);
    assert_eq!(home.start(), pair("fail", "garbled"), "a frame of fewer bytes than there are");
    home.replace_program(r#"printf '\020\0\0\0{"pong": "aqui"}'; cat > /dev/null"#);
    assert_eq!(home.start(), pair("fail", "other_program"));
    home.replace_program(r#"printf '\046\0\0\0{"result": {"host_version": "9.9.9"}} '; cat > /dev/null"#);
    assert_eq!(home.start(), pair("ok", ""));
    assert_eq!(home.found("version.pair"), pair("warn", "other_version"));
}

#[test]
fn a_program_that_does_not_answer_is_given_the_browsers_patience() {
    let home = Home::registered();
    home.replace_program("exec sleep 60");
    assert_eq!(home.start(), pair("fail", "mute"));
}

#[test]
fn fixing_registers_what_is_broken_and_leaves_other_programs_alone() {
    let home = Home::registered();
    fs::write(home.manifest(), "{").unwrap();
    let code = |arguments: &[&str]| home.run(arguments).status.code();
    assert_eq!(code(&["doctor"]), Some(1));
    let fixed = home.run(&["--json", "doctor", "--fix"]);
    let report: Value = serde_json::from_slice(&fixed.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let registration = checks.iter().find(|check| check["id"] == "registration.chromium.user").unwrap();
    assert_eq!(registration["state"], "ok");
    assert_eq!(home.registration(), pair("ok", ""));

    let script = home.replace_program("exit 3");
    let before = fs::read(home.manifest()).unwrap();
    home.run(&["doctor", "--fix"]);
    assert_eq!(fs::read(home.manifest()).unwrap(), before, "{}", script.display());
}

#[test]
fn a_user_data_folder_is_looked_at_where_it_is_named() {
    let home = Home::new();
    let profile = home.path().join("perfil ñ");
    let folder = profile.to_str().unwrap();
    let found = || {
        let output = home.run(&["--json", "doctor", "--user-data-dir", folder]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let checks = report["checks"].as_array().unwrap().clone();
        checks.into_iter().find(|check| check["id"] == "registration.folder").unwrap()
    };
    assert_eq!(found()["cause"], "manifest_absent");
    home.run(&["doctor", "--fix", "--user-data-dir", folder]);
    assert_eq!(found()["state"], "ok");
}

#[test]
fn what_is_wrong_comes_first_with_its_next_step_and_nothing_private_is_said() {
    let home = Home::registered();
    fs::remove_file(home.manifest()).unwrap();
    let output = home.run(&["doctor"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let at = |part: &str| text.find(part).unwrap_or_else(|| text.len());
    assert!(at("[registration.chromium.user]") < at("Bien:"), "{text}");
    assert!(at("-> Ejecute «correo-cfdi doctor --fix»") < at("Bien:"), "{text}");
    assert!(!text.contains(home.path().to_str().unwrap()), "the home folder is ~: {text}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn state_that_cannot_be_opened_does_not_keep_the_rest_from_being_looked_at() {
    let home = Home::registered();
    fs::write(home.state().join("config.toml"), "vault = \"felt\"\n").unwrap();
    assert_eq!(home.found("store.read"), pair("fail", "config_invalid"));
    assert_eq!(home.registration(), pair("ok", ""));
    assert_eq!(home.start(), pair("fail", "config_invalid"), "the host says the same to the browser");
}

#[test]
fn the_conversation_gives_the_same_report_part_by_part() {
    let home = Home::registered();
    let mut command = Command::new(PROGRAM);
    command.env_clear().env("HOME", home.path()).env("XDG_CONFIG_HOME", home.path().join("config"));
    command.env("CORREO_CFDI_HOME", home.state()).env("PATH", "/usr/bin:/bin");
    command.arg("chrome-extension://abcdefghijklmnopabcdefghijklmnop/").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut host = command.spawn().unwrap();
    let (mut input, mut output) = (host.stdin.take().unwrap(), host.stdout.take().unwrap());
    let mut ask = |id: u32, method: &str, params: Value| {
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        correo_cfdi::frame::write(&mut input, request.to_string().as_bytes()).unwrap();
        let answer = correo_cfdi::frame::read(&mut output).unwrap();
        let correo_cfdi::frame::Frame::Body(body) = answer else { return Value::Null };
        serde_json::from_slice::<Value>(&body).unwrap()
    };
    ask(1, "hello", json!({"protocol": 1, "min_protocol": 1, "extension_version": "0.1.0", "locale": "en"}));
    let ids = |answer: &Value| -> Vec<String> {
        let checks = answer["result"]["checks"].as_array().unwrap().iter();
        checks.map(|check| check["id"].as_str().unwrap().to_owned()).collect()
    };
    let browser = ids(&ask(2, "doctor.run", json!({"part": "browser"})));
    assert!(browser.contains(&"start.direct".to_owned()) && !browser.contains(&"store.read".to_owned()), "{browser:?}");
    let state = ask(3, "doctor.run", json!({"part": "state"}));
    assert!(ids(&state).iter().all(|id| correo_cfdi::doctor::is_known(id)), "{state}");
    assert!(state["result"]["checks"][1]["title"].as_str().unwrap().starts_with("Stored data"), "{state}");
    assert_eq!(ask(4, "doctor.run", json!({"part": "everything"}))["error"]["data"]["kind"], "invalid_params");
    drop(input);
    host.wait().unwrap();
}

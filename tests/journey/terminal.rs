//! Sign-in from a terminal, with an HTTP client as the browser.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use url::Url;

use super::loopback::{consent, desktop, follow, until_free};
use super::setting::Setting;
use crate::sandbox::walk::Person;

/// A running `sign-in`.
struct Terminal {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Terminal {
    fn start(setting: &Setting, arguments: &[&str]) -> Self {
        let own = setting.home.command();
        // A test run in the background ignores Ctrl-C, and so would every program that it starts.
        let mut command = Command::new("env");
        command.arg("--default-signal=INT").arg(own.get_program());
        command.args(["--json", "sign-in", "--no-browser"]).args(arguments);
        for (name, value) in own.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no line of JSON: {line:?} {}", self.noise()))
    }

    fn noise(&mut self) -> String {
        let mut noise = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut noise).unwrap();
        noise
    }

    fn code(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

/// The port that an invitation leads back to.
fn port(invitation: &Value) -> u16 {
    let url: Url = invitation["auth_url"].as_str().unwrap().parse().unwrap();
    let back = url.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned();
    back.parse::<Url>().unwrap().port().unwrap()
}

#[test]
fn without_a_company_the_account_is_saved() {
    let setting = desktop();
    let mut terminal = Terminal::start(&setting, &["--login-hint", "facturas@papeleria.example"]);
    let invitation = terminal.line();
    assert_eq!((&invitation["opened"], &invitation["expires_in"]), (&json!(false), &json!(600)));
    assert!(invitation["auth_url"].as_str().unwrap().contains("login_hint=facturas%40papeleria.example"));
    let redirect = consent(&invitation, &Person::willing());
    assert!(follow(&redirect).starts_with("HTTP/1.1 200"));
    let account = terminal.line();
    assert_eq!((&account["state"], &account["companies"]), (&json!("ready"), &json!([])));
    assert_eq!(terminal.code(), Some(0));
    until_free(port(&invitation));
    for (name, value) in redirect.query_pairs().filter(|(name, _)| name == "code" || name == "state") {
        assert!(!account.to_string().contains(&*value), "{name}");
    }
    assert_eq!(setting.home.json(&["account", "list"]).len(), 1);
    // It sends: a company takes it as any other account.
    setting.home.json(&["company", "set", &setting.rfc(), "--account", "facturas@papeleria.example"]);
    let uuid = &setting.samples[0].uuid;
    let sent = setting.home.json(&["send", uuid, "--to", "cliente@example.mx", "--wait"]);
    assert_eq!(sent[0]["state"], "sent");
}

#[test]
fn with_a_company_it_sends_from_the_account() {
    let setting = desktop();
    let mut terminal = Terminal::start(&setting, &["--company", &setting.rfc().to_lowercase()]);
    let invitation = terminal.line();
    follow(&consent(&invitation, &Person::willing()));
    let company = terminal.line();
    assert_eq!(company["account"]["state"], "ready");
    assert_eq!(company["folders"], json!([setting.folder]), "nothing else of the company changes");
    assert_eq!(terminal.code(), Some(0));
}

#[test]
fn an_unticked_box_is_named_and_asked_for_in_the_same_run() {
    let setting = desktop();
    let mut terminal = Terminal::start(&setting, &[]);
    let first = terminal.line();
    follow(&consent(&first, &Person { tick_send: false, ..Person::willing() }));
    assert_eq!(terminal.line()["error"]["data"]["kind"], "scope_missing");
    let second = terminal.line();
    let scope = |invitation: &Value| {
        let url: Url = invitation["auth_url"].as_str().unwrap().parse().unwrap();
        url.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned()
    };
    assert_eq!(scope(&second), "https://www.googleapis.com/auth/gmail.send");
    follow(&consent(&second, &Person::willing()));
    assert_eq!(terminal.line()["state"], "ready");
    assert_eq!(terminal.code(), Some(0));
}

#[test]
fn a_refusal_a_web_client_and_a_company_without_switch_have_their_codes() {
    let setting = desktop();
    let mut terminal = Terminal::start(&setting, &[]);
    let invitation = terminal.line();
    follow(&consent(&invitation, &Person { cancel: true, ..Person::willing() }));
    assert_eq!(terminal.line()["error"]["data"]["kind"], "access_denied");
    assert_eq!(terminal.code(), Some(3));

    let refused = |arguments: &[&str]| {
        let mut terminal = Terminal::start(&setting, arguments);
        let kind = terminal.line()["error"]["data"]["kind"].as_str().unwrap().to_owned();
        (kind, terminal.code())
    };
    setting.home.json(&["company", "set", &setting.rfc(), "--oauth", "off"]);
    assert_eq!(refused(&["--company", &setting.rfc()]), ("oauth_disabled".to_owned(), Some(3)));
    setting.home.import_client(&setting.sandbox.client_json(&[]));
    assert_eq!(refused(&[]), ("desktop_client_needed".to_owned(), Some(3)));
}

#[cfg(unix)]
#[test]
fn ctrl_c_frees_the_port_and_leaves_nothing() {
    let setting = desktop();
    let secrets = setting.secrets();
    let mut terminal = Terminal::start(&setting, &[]);
    let invitation = terminal.line();
    let process = rustix::process::Pid::from_raw(i32::try_from(terminal.child.id()).unwrap()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    assert_eq!(terminal.code(), None, "ended by the signal");
    until_free(port(&invitation));
    assert_eq!(setting.secrets(), secrets);
    assert_eq!(setting.home.json(&["account", "list"]).len(), 0);
}

#[test]
fn a_person_at_a_terminal_reads_what_to_do_in_their_language() {
    let setting = desktop();
    let mut command = setting.home.command();
    command.args(["sign-in", "--no-browser"]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut url = String::new();
    lines.read_line(&mut url).unwrap();
    follow(&consent(&json!({"auth_url": url.trim()}), &Person::willing()));
    let mut account = String::new();
    lines.read_line(&mut account).unwrap();
    assert!(account.contains("facturas@papeleria.example"), "{account}");
    assert!(child.wait().unwrap().success());
    let mut noise = String::new();
    child.stderr.take().unwrap().read_to_string(&mut noise).unwrap();
    assert!(noise.contains("Abra esta dirección") && noise.contains("Listo: facturas@papeleria.example"), "{noise}");
    assert!(!noise.contains("state"), "{noise}");
}

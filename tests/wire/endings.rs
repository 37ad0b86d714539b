//! How a conversation is limited, and how it ends.

use std::time::Duration;

use serde_json::{Value, json};

use crate::host::{Home, company, folder, redirect_uri};
use crate::sandbox::{Options, Sandbox};

/// Requests that one conversation may have under way.
const UNDER_WAY: u32 = 16;

/// How long a process may take to leave (design: SIGKILL follows after two seconds).
const AT_ONCE: Duration = Duration::from_secs(2);

/// A home whose provider hangs on the first page.
fn hanging() -> (Home, Sandbox) {
    let home = Home::with_file_vault();
    let sandbox = Sandbox::start(Options::default()).unwrap();
    home.import_client(&sandbox.client_json(&[&redirect_uri()]));
    sandbox.add_fault(&json!({"point": "authorize", "kind": "hang", "seconds": 60, "times": 0})).unwrap();
    (home, sandbox)
}

fn hits(sandbox: &Sandbox) -> u64 {
    sandbox.state()["counters"]["faults"]["authorize"].as_u64().unwrap_or(0)
}

#[test]
fn the_end_of_the_stream_ends_an_idle_process_at_once() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    assert!(host.leave() < AT_ONCE);
    assert!(host.child.wait().unwrap().success());
    let mut silent = home.silent_host();
    assert!(silent.leave() < AT_ONCE);
}

#[test]
fn the_end_of_the_stream_ends_a_process_that_waits_for_the_network() {
    let (home, sandbox) = hanging();
    let mut host = home.host();
    host.ask("sign_in.begin", json!({}));
    crate::host::wait("the request is under way", || (hits(&sandbox) > 0).then_some(()));
    assert!(host.leave() < AT_ONCE);
}

#[test]
fn a_seventeenth_request_is_refused() {
    let (home, sandbox) = hanging();
    let mut host = home.host();
    for _ in 0..UNDER_WAY {
        host.ask("sign_in.begin", json!({}));
    }
    crate::host::wait("all are under way", || (hits(&sandbox) == u64::from(UNDER_WAY)).then_some(()));
    let error = host.call("company.list", json!({})).unwrap_err();
    assert_eq!((&error["data"]["kind"], &error["data"]["retry"]), (&json!("busy"), &json!("later")));
    // Ending a request must be possible just when there are too many.
    host.ok("request.cancel", json!({"id": 2}));
    assert!(host.leave() < AT_ONCE);
}

#[test]
fn a_repeated_id_of_a_request_under_way_is_refused() {
    let (home, sandbox) = hanging();
    let mut host = home.host();
    let begin = r#"{"jsonrpc":"2.0","id":500,"method":"sign_in.begin","params":{}}"#;
    host.write(begin.as_bytes());
    crate::host::wait("it is under way", || (hits(&sandbox) > 0).then_some(()));
    let answer = host.raw(r#"{"jsonrpc":"2.0","id":500,"method":"company.list","params":{}}"#);
    assert_eq!((&answer["id"], &answer["error"]["data"]["kind"]), (&json!(500), &json!("invalid_request")));
    host.ok("company.list", json!({}));
    assert!(host.leave() < AT_ONCE);
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_but_the_frame_writer_can_reach_the_browser() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    host.ok("company.list", json!({}));
    let target = std::fs::read_link(format!("/proc/{}/fd/1", host.child.id())).unwrap();
    assert_eq!(target, std::path::Path::new("/dev/null"));
}

#[test]
fn hello_opens_nothing() {
    let home = Home::with_file_vault();
    let names = || {
        let mut names: Vec<_> = std::fs::read_dir(home.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    let mut host = home.host();
    assert_eq!(names(), before);
    host.ok("company.list", json!({}));
    assert_ne!(names(), before);
}

#[test]
fn a_home_that_does_not_exist_is_made_for_its_owner_alone() {
    let mut home = Home::bare();
    let state = home.path().join("deep/state");
    home.set("CORREO_CFDI_HOME", state.to_str().unwrap());
    let mut host = home.host();
    assert!(state.is_dir());
    host.ok("company.list", json!({}));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&state), mode(&state.join("outbox.db"))), (0o700, 0o600));
    }
}

#[test]
fn no_answer_is_over_one_mib() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    let folder = folder(&home, "f");
    let body = "\\\"".repeat(8 * 1024);
    for n in 10..80 {
        let stem = format!("DEM{n}0101AB");
        let digit = correo_cfdi::domain::rfc::check_digit(&stem).unwrap();
        let mut save = company(&format!("{stem}{digit}"), &folder);
        save["body"] = Value::from(body.as_str());
        let id = host.ask("company.save", save);
        host.answer(id).unwrap();
    }
    let id = host.ask("company.list", json!({}));
    let error = host.answer(id).unwrap_err();
    assert_eq!(error["data"]["kind"], "answer_too_large");
    host.ok("portal.list", json!({}));
}

#[test]
fn another_caller_than_an_extension_cannot_sign_in() {
    let home = Home::with_file_vault();
    let sandbox = Sandbox::start(Options::default()).unwrap();
    home.import_client(&sandbox.client_json(&[&redirect_uri()]));
    let mut host = home.host_of("chrome-extension://not-an-id/");
    host.hello(1, 1, "es").unwrap();
    assert_eq!(host.kind("sign_in.begin", json!({})), "unknown_caller");
}

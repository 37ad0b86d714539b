//! Registration in the registry, as browsers look for it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::host::Home;
use crate::{program, saw};

/// The name by which extensions ask for us.
const HOST: &str = "mx.correo_cfdi.host";

/// Where each browser looks, below `HKEY_CURRENT_USER` (the vendors' pages on native messaging).
const KEYS: [(&str, &str); 3] = [
    ("chrome", r"HKCU\Software\Google\Chrome\NativeMessagingHosts"),
    ("edge", r"HKCU\Software\Microsoft\Edge\NativeMessagingHosts"),
    ("chromium", r"HKCU\Software\Chromium\NativeMessagingHosts"),
];

/// A key's default value, read by Windows' own program; `None` where there is no such key.
fn value(below: &str) -> Option<String> {
    let key = format!(r"{below}\{HOST}");
    let output = Command::new("reg").args(["query", &key, "/ve"]).stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let found = text.lines().find_map(|line| line.split_once("REG_SZ")).map(|(_, value)| value.trim().to_owned());
    found.filter(|_| output.status.success())
}

fn set(below: &str, value: &str) {
    let key = format!(r"{below}\{HOST}");
    let reg = Command::new("reg").args(["add", &key, "/ve", "/d", value, "/f"]).stdout(Stdio::null()).status();
    assert!(reg.unwrap().success());
}

/// What a step said of each browser.
fn outcomes(home: &Home, verb: &str) -> Vec<(String, String)> {
    let mut arguments = vec![verb];
    for (browser, _) in KEYS {
        arguments.extend(["--browser", browser]);
    }
    let text = |line: &Value, member: &str| line[member].as_str().unwrap_or_default().to_owned();
    home.json(&arguments).iter().map(|line| (text(line, "browser"), text(line, "outcome"))).collect()
}

fn assert_all(outcomes: &[(String, String)], expected: &str) {
    for (browser, _) in KEYS {
        let of = |outcome: &str| outcomes.contains(&(browser.to_owned(), outcome.to_owned()));
        assert!(of(expected), "{browser} is not {expected}: {outcomes:?}");
    }
}

#[test]
#[ignore = "writes into the registry of whoever runs it"]
fn install_writes_a_key_for_each_browser_and_uninstall_leaves_none() {
    let home = Home::bare();
    assert_all(&outcomes(&home, "install"), "written");
    for (browser, below) in KEYS {
        let manifest = PathBuf::from(value(below).unwrap_or_else(|| panic!("{browser}: no key")));
        let manifest_text = std::fs::read_to_string(&manifest).unwrap();
        let parsed: Value = serde_json::from_str(&manifest_text).unwrap();
        assert_eq!((&parsed["name"], &parsed["type"]), (&HOST.into(), &"stdio".into()), "{browser}");
        let named = PathBuf::from(parsed["path"].as_str().unwrap());
        assert!(named.is_absolute() && named.is_file(), "{}", named.display());
        assert_eq!(std::fs::canonicalize(&named).unwrap(), std::fs::canonicalize(program()).unwrap());
        let origins = parsed["allowed_origins"].as_array().unwrap();
        assert!(!origins.is_empty());
        assert!(origins.iter().all(|origin| origin.as_str().unwrap().starts_with("chrome-extension://")));
        saw(&format!("{browser}: {below} names {}", manifest.display()));
    }
    assert_all(&outcomes(&home, "install"), "unchanged");
    // Another program's key of that name is not ours to remove.
    let (chromium, foreign) = (KEYS[2].1, r"C:\otro\manifiesto.json");
    set(chromium, foreign);
    let removed = outcomes(&home, "uninstall");
    assert!(removed.contains(&("chrome".to_owned(), "removed".to_owned())), "{removed:?}");
    assert_eq!((value(KEYS[0].1), value(KEYS[1].1)), (None, None));
    assert_eq!(value(chromium).as_deref(), Some(foreign));
    let gone = Command::new("reg").args(["delete", &format!(r"{chromium}\{HOST}"), "/f"]).stdout(Stdio::null()).status();
    assert!(gone.unwrap().success());
    saw("uninstall: no key of ours is left, and another program's stayed");
}

//! Holds the floors and the size of files, and says how to mend a breach.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::{Path, PathBuf};

#[path = "floors/doctor.rs"]
mod doctor;
#[path = "floors/outcomes.rs"]
mod outcomes;
#[path = "floors/permissions.rs"]
mod permissions;
#[path = "floors/readme.rs"]
mod readme;
#[path = "floors/secrets.rs"]
mod secrets;
#[path = "floors/supply.rs"]
mod supply;
#[path = "floors/systems.rs"]
mod systems;
#[path = "floors/threats.rs"]
mod threats;

/// Module, and the modules of ours that it may use beside itself.
const FLOORS: &[(&str, &[&str])] = &[
    ("frame", &[]),
    ("logbook", &[]),
    ("net", &[]),
    ("process", &[]),
    ("stdio", &["logbook"]),
    ("domain", &[]),
    ("ports", &["domain"]),
    ("protocol", &["domain"]),
    ("failures", &["domain", "ports", "protocol"]),
    ("place", &["protocol"]),
    ("usecase", &["domain", "ports", "protocol", "logbook"]),
    ("disk", &["domain", "ports"]),
    ("adapters", &["domain", "ports", "net", "disk", "process", "logbook"]),
    ("conversation", &["frame", "domain", "ports", "protocol", "usecase", "logbook", "doctor"]),
    ("doctor", &["frame", "net", "domain", "ports", "protocol", "usecase", "install", "place", "process"]),
    ("install", &["domain", "ports", "protocol", "usecase", "logbook", "place"]),
    ("cli", &["domain", "ports", "protocol", "usecase", "logbook", "place", "wiring", "stdio", "install", "doctor"]),
];

/// Lines that a file of the host may have; the aim is 400.
const MAX_LINES: usize = 600;

/// Lines of the median file.
const MAX_MEDIAN: usize = 200;

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("host/src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("rs") => found.push(path),
            _ if path.is_dir() => found.extend(rust_files(&path)),
            _ => {}
        }
    }
    found
}

/// `domain` of `host/src/domain/rfc.rs`.
fn floor_of(path: &Path) -> String {
    let inside = path.strip_prefix(sources()).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// Modules of ours that the shipped part of a file names: `use crate::x`, `crate::x::y`.
fn uses(text: &str) -> Vec<(usize, String)> {
    let shipped = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let code = shipped.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    code.flat_map(|(number, line)| {
        line.split("crate::").skip(1).map(move |rest| {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            (number + 1, name)
        })
    })
    .filter(|(_, name)| !name.is_empty())
    .collect()
}

#[test]
fn no_module_reaches_above_its_floor() {
    let mut breaches = Vec::new();
    for path in rust_files(&sources()) {
        let floor = floor_of(&path);
        let Some((_, allowed)) = FLOORS.iter().find(|(name, _)| *name == floor) else { continue };
        // Tests beside the code may look at the whole; only what ships has floors.
        if path.ends_with("protocol/typescript.rs") || path.ends_with("protocol/golden.rs") {
            continue;
        }
        for (line, name) in uses(&std::fs::read_to_string(&path).unwrap()) {
            if name != floor && !allowed.contains(&name.as_str()) {
                breaches.push(format!("{}:{line}: `{floor}` may not use `{name}`", path.display()));
            }
        }
    }
    assert!(
        breaches.is_empty(),
        "{}\nMove the code to the floor that may, or pass what it needs through a port.",
        breaches.join("\n")
    );
}

#[test]
fn every_module_has_a_floor() {
    let above = ["lib", "main", "wiring"];
    for path in rust_files(&sources()) {
        let floor = floor_of(&path);
        let known = above.contains(&floor.as_str()) || FLOORS.iter().any(|(name, _)| *name == floor);
        assert!(known, "{}: give `{floor}` a row in FLOORS and in the crate header", path.display());
    }
}

#[test]
fn no_adapter_uses_another() {
    let adapters = sources().join("adapters");
    for path in rust_files(&adapters) {
        let inside = path.strip_prefix(&adapters).unwrap();
        let own = inside.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        for rest in text.split("crate::adapters::").skip(1) {
            assert!(rest.starts_with(&own), "{}: adapters meet in `wiring` only", path.display());
        }
    }
}

#[test]
fn domain_and_use_cases_depend_on_no_system() {
    for floor in ["domain", "usecase"] {
        for path in rust_files(&sources().join(floor)) {
            let text = std::fs::read_to_string(&path).unwrap();
            for word in ["cfg(unix)", "cfg(windows)", "cfg(target_os", "std::os::", "reqwest", "rusqlite", "keyring::"]
            {
                assert!(!text.contains(word), "{}: `{word}` belongs into an adapter", path.display());
            }
        }
    }
}

#[test]
fn only_the_frame_writers_own_module_takes_standard_output() {
    for path in rust_files(&sources()) {
        let floor = floor_of(&path);
        let text = std::fs::read_to_string(&path).unwrap();
        let allowed = ["stdio", "cli"].contains(&floor.as_str());
        assert!(allowed || !text.contains("io::stdout()"), "{}: standard output is the writer's", path.display());
    }
}

/// What starts a program: on Windows each needs the flag that keeps a console's window from flashing.
#[test]
fn only_one_module_starts_programs() {
    let mut seen = 0;
    for path in rust_files(&sources()) {
        let text = std::fs::read_to_string(&path).unwrap();
        let shipped = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let starts = ["Command::new(", "creation_flags(", "CreateProcess", "ShellExecute"]
            .iter()
            .any(|word| shipped.contains(word));
        let allowed = floor_of(&path) == "process";
        assert!(allowed || !starts, "{}: programs are started by `process::command`", path.display());
        seen += usize::from(allowed && starts);
    }
    assert_eq!(seen, 1, "the check knows no longer what starting a program looks like");
}

#[test]
fn files_stay_small() {
    let mut sizes: Vec<(usize, PathBuf)> = rust_files(&sources())
        .into_iter()
        .map(|path| (std::fs::read_to_string(&path).unwrap().lines().count(), path))
        .collect();
    sizes.sort();
    let median = sizes[sizes.len() / 2].0;
    assert!(median < MAX_MEDIAN, "the median file has {median} lines");
    let (largest, path) = sizes.last().unwrap();
    assert!(*largest <= MAX_LINES, "{} has {largest} lines: split it by what changes together", path.display());
}

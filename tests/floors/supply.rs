//! Where packages come from: one registry each, at versions and contents that the lock files fix.

use std::collections::BTreeMap;

use super::readme::root;

/// The registry, by the name under which Cargo knows it whatever mirror serves it.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Ours, which come from nowhere.
const OURS: [&str; 3] = ["correo-cfdi", "correo-cfdi-fuzz", "peers"];

fn packages(lock: &str) -> Vec<toml::Table> {
    let lock: toml::Table = std::fs::read_to_string(root().join(lock)).unwrap().parse().unwrap();
    lock["package"].as_array().unwrap().iter().map(|package| package.as_table().unwrap().clone()).collect()
}

fn text<'a>(package: &'a toml::Table, member: &str) -> &'a str {
    package.get(member).and_then(toml::Value::as_str).unwrap_or_default()
}

#[test]
fn every_crate_comes_from_the_registry_with_its_checksum_and_is_the_same_everywhere() {
    let mut checksums = BTreeMap::new();
    for lock in ["Cargo.lock", "tests/fuzz/Cargo.lock", "tests/bench/peers/Cargo.lock"] {
        let packages = packages(lock);
        assert!(packages.len() > 5, "{lock}");
        for package in &packages {
            let (name, version) = (text(package, "name"), text(package, "version"));
            if OURS.contains(&name) {
                assert_eq!(text(package, "source"), "", "{lock}: {name}");
                continue;
            }
            assert_eq!(text(package, "source"), REGISTRY, "{lock}: {name}");
            let checksum = text(package, "checksum").to_owned();
            assert!(checksum.len() == 64 && checksum.bytes().all(|c| c.is_ascii_hexdigit()), "{lock}: {name}");
            let known = checksums.entry((name.to_owned(), version.to_owned())).or_insert_with(|| checksum.clone());
            assert_eq!(*known, checksum, "{lock}: {name} {version} differs from another lock file's");
        }
    }
}

#[test]
fn no_crate_is_patched_replaced_or_taken_from_another_place() {
    for manifest in ["Cargo.toml", "tests/fuzz/Cargo.toml", "tests/bench/peers/Cargo.toml"] {
        let manifest_text = std::fs::read_to_string(root().join(manifest)).unwrap();
        let table: toml::Table = manifest_text.parse().unwrap();
        assert!(!table.contains_key("patch") && !table.contains_key("replace"), "{manifest}");
        // A key, and not the end of a crate's name.
        let has_key = |line: &str, key: &str| line.split([' ', '{', ',']).any(|word| word == key);
        let elsewhere = |line: &&str| has_key(line, "git") || has_key(line, "registry");
        assert_eq!(manifest_text.lines().find(elsewhere), None, "{manifest}");
    }
    // A mirror is a matter of each computer's own settings, never of the repository's.
    let config: toml::Table = std::fs::read_to_string(root().join(".cargo/config.toml")).unwrap().parse().unwrap();
    assert_eq!(config.keys().collect::<Vec<_>>(), ["alias"]);
}

#[test]
fn every_python_package_of_the_tests_is_of_one_version() {
    for list in ["google_client", "lxml", "satcfdi"] {
        let text = std::fs::read_to_string(root().join("tests").join(list).join("requirements.txt")).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert!(!lines.is_empty());
        let fixed = |line: &&str| {
            line.split_once("==").is_some_and(|(name, version)| {
                let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
                name.chars().all(plain) && version.chars().all(plain) && !version.is_empty()
            })
        };
        assert!(lines.iter().all(fixed), "{list}: {lines:?}");
    }
}

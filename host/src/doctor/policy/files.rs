//! Linux: one folder of JSON files a browser; of two that say something about the same, the last by name counts (Chromium:
//! `config_dir_policy_loader.cc`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::{OfBrowser, Place, Rules};

pub(super) fn read(place: &Place) -> OfBrowser {
    OfBrowser { browser: place.browser, title: place.title, rules: read_folder(Path::new(place.folder)).ok() }
}

/// A folder that is not there says nothing.
fn read_folder(folder: &Path) -> io::Result<Rules> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Rules::default());
        }
        Err(error) => return Err(error),
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    files.sort();
    let mut all = Map::new();
    for file in files.iter().filter(|file| file.is_file()) {
        // A file with a mistake in it is passed over by the browser too, but it also takes comments, which we do not read.
        let policies: Map<String, Value> = serde_json::from_slice(&fs::read(file)?)?;
        all.extend(policies);
    }
    Ok(rules(&all))
}

fn rules(policies: &Map<String, Value>) -> Rules {
    let list = |name: &str| {
        let values = policies.get(name).and_then(Value::as_array).into_iter().flatten();
        values.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let switch = |name: &str| policies.get(name).and_then(Value::as_bool);
    Rules {
        blocklist: list("NativeMessagingBlocklist"),
        allowlist: list("NativeMessagingAllowlist"),
        user_level: switch("NativeMessagingUserLevelHosts"),
        launched_directly: switch("NativeHostsExecutablesLaunchDirectly"),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    #[test]
    fn the_last_file_by_name_counts() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("b.json", r#"{"NativeMessagingBlocklist": ["*"], "NativeMessagingUserLevelHosts": false}"#);
        write("a.json", r#"{"NativeMessagingBlocklist": [], "NativeMessagingAllowlist": ["mx.a"]}"#);
        write("c.json", r#"{"NativeMessagingUserLevelHosts": true, "HomepageLocation": "https://x.example"}"#);
        let wanted = Rules {
            blocklist: vec!["*".into()],
            allowlist: vec!["mx.a".into()],
            user_level: Some(true),
            launched_directly: None,
        };
        assert_eq!(read_folder(folder.path()).unwrap(), wanted);
        write("d.json", "// a comment\n{}");
        assert!(read_folder(folder.path()).is_err());
        assert_eq!(read_folder(&folder.path().join("none")).unwrap(), Rules::default());
    }
}

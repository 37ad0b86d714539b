//! What the README's tables say, and whether the tests that they name are there.

use std::path::{Path, PathBuf};

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rows of the first table under a heading, cell by cell.
pub(super) fn rows(heading: &str, cells: usize) -> Vec<Vec<String>> {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (_, section) = readme.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let lines = section.lines().skip_while(|line| !line.starts_with("| "));
    let rows = lines.take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|line| {
        let row: Vec<String> = line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
        assert_eq!(row.len(), cells, "{cells} cells: {line}");
        row
    })
    .collect()
}

/// What stands between backticks in a cell.
pub(super) fn codes(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The text of every test, Rust and JavaScript.
pub(super) struct Tests(String);

impl Tests {
    pub(super) fn read() -> Self {
        let mut text = String::new();
        let mut folders: Vec<PathBuf> = ["tests", "host/src"].iter().map(|name| root().join(name)).collect();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                if path.is_dir() && name != "node_modules" && name != "out" && name != "target" {
                    folders.push(path);
                } else if name.ends_with(".rs") || name.ends_with(".test.js") {
                    text.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        Self(text)
    }

    /// Whether there is a Rust test of that name, or a JavaScript one with that title.
    pub(super) fn have(&self, name: &str) -> bool {
        self.is_function(name) || self.0.lines().any(|line| is_title(line.trim_start(), name))
    }

    /// A function right below `#[test]`; other attributes may stand between.
    fn is_function(&self, name: &str) -> bool {
        let declared = format!("fn {name}(");
        self.0.match_indices(&declared).any(|(at, _)| {
            let above = self.0[..at].lines().rev().map(str::trim).filter(|line| !line.is_empty());
            above.take_while(|line| line.starts_with("#[")).any(|line| line == "#[test]")
        })
    }
}

/// A title in the call itself, or as the first cell of a table of cases that is played row by row.
fn is_title(line: &str, title: &str) -> bool {
    (line.starts_with("test(") && line.contains(title)) || line.starts_with(&format!("['{title}'"))
}

//! Looks for secrets where none may be, in every form in which they could have been written.
//!
//! Every secret of the stand-in for Google begins with a mark that occurs nowhere else. Each journey's home, answers and
//! standard error are searched when the journey ends (`Setting`, `Home`, `Host`); the vault alone may hold them.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// How access tokens, refresh tokens, authorization codes and the client's secret begin.
pub const MARKS: [&str; 4] = ["ya29.sandbox-", "1//sandbox-", "4/0Asandbox-", "SANDBOX-no-es-un-secreto"];

/// Every form of a mark, under the form's name.
pub fn forms(mark: &str) -> Vec<(&'static str, Vec<u8>)> {
    let percent = |all: bool, lower: bool| -> Vec<u8> {
        let one = |byte: u8| match (byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)) && !all {
            true => char::from(byte).to_string(),
            false if lower => format!("%{byte:02x}"),
            false => format!("%{byte:02X}"),
        };
        mark.bytes().map(one).collect::<String>().into_bytes()
    };
    let mut forms = vec![
        ("plain", mark.as_bytes().to_vec()),
        ("percent-encoded", percent(false, false)),
        ("percent-encoded, small letters", percent(false, true)),
        ("percent-encoded throughout", percent(true, false)),
        ("JSON with escaped slashes", mark.replace('/', "\\/").into_bytes()),
        ("UTF-16, little end first", mark.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("UTF-16, big end first", mark.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ("hexadecimal", mark.bytes().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes()),
        ("hexadecimal, capitals", mark.bytes().map(|byte| format!("{byte:02X}")).collect::<String>().into_bytes()),
        ("list of numbers", mark.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ").into_bytes()),
    ];
    // What stands before shifts the sixes of bits: each of three shifts has a core that does not depend on its neighbours.
    for shift in 0..3 {
        let shifted = [vec![0; shift], mark.as_bytes().to_vec()].concat();
        let core = |text: String| text.as_bytes()[(shift * 8).div_ceil(6)..shifted.len() * 8 / 6].to_vec();
        forms.push(("base64", core(STANDARD_NO_PAD.encode(&shifted))));
        forms.push(("base64 for addresses", core(URL_SAFE_NO_PAD.encode(&shifted))));
    }
    forms
}

/// All forms of all marks, by their first two bytes: one walk over the bytes looks for all of them.
pub struct Search {
    begin: Vec<bool>,
    forms: BTreeMap<[u8; 2], Vec<(String, Vec<u8>)>>,
}

impl Search {
    pub fn new() -> Self {
        let (mut begin, mut all) = (vec![false; 1 << 16], BTreeMap::<_, Vec<_>>::new());
        for mark in MARKS {
            for (form, bytes) in forms(mark) {
                let first = [bytes[0], bytes[1]];
                begin[usize::from(u16::from_be_bytes(first))] = true;
                all.entry(first).or_default().push((format!("{mark} ({form})"), bytes));
            }
        }
        Self { begin, forms: all }
    }

    /// What is found first.
    pub fn find(&self, bytes: &[u8]) -> Option<&str> {
        (0..bytes.len().saturating_sub(1)).find_map(|at| {
            let first = [bytes[at], bytes[at + 1]];
            let may = self.begin[usize::from(u16::from_be_bytes(first))];
            let found = may.then(|| self.forms[&first].iter().find(|(_, form)| bytes[at..].starts_with(form)))??;
            Some(found.0.as_str())
        })
    }

    /// Fails where a mark stands in these bytes.
    pub fn assert_none(&self, place: &str, bytes: &[u8]) {
        if let Some(found) = self.find(bytes) {
            panic!("{found} stands in {place}");
        }
    }

    /// Fails where a mark stands in any file below a folder, in its name or its content. The vault's own folder and the
    /// client's file, which tests write as a person does, are left out.
    pub fn assert_none_below(&self, folder: &Path) {
        // Gone meanwhile, or made unreadable by the test itself.
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            self.assert_none("the name of a file", name.as_encoded_bytes());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && name != "vault" => self.assert_none_below(&path),
                Ok(kind) if kind.is_file() && name != "client.json" => {
                    self.assert_none(&path.display().to_string(), &std::fs::read(&path).unwrap_or_default());
                }
                _ => {}
            }
        }
    }

    /// Fails where a mark stands in what anybody who lists processes can see of one.
    #[cfg(target_os = "linux")]
    pub fn assert_none_of_process(&self, process: u32) {
        for name in ["cmdline", "environ"] {
            // Nothing to read when it has ended.
            let seen = std::fs::read(format!("/proc/{process}/{name}")).unwrap_or_default();
            self.assert_none(&format!("{name} of a process"), &seen);
        }
    }
}

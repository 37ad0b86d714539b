//! The native-messaging host manifest.
//!
//! Format: developer.chrome.com/docs/extensions/develop/concepts/native-messaging. One origin that is not exactly
//! `chrome-extension://<id>/` makes the browser pass over the whole file, so ids are checked before anything is written.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::protocol::failure::{Fault, Kind};

/// The manifest's fixed part.
const TEMPLATE: &str = include_str!("../../../manifests/host.json.in");

/// Who publishes the program, and under which ids the extension is distributed.
const PUBLISHER: &str = include_str!("../../../manifests/publisher.json");

/// Letters of an extension id: the first 128 bits of a hash, each half byte as a letter from `a` to `p`.
const ID_LENGTH: usize = 32;

/// The part of `manifests/publisher.json` that browsers have to know.
#[derive(Debug, Deserialize)]
struct Publisher {
    /// The id that each place of distribution gives to the extension; none before it was published there.
    extension_ids: BTreeMap<String, Option<String>>,
}

/// A host manifest. Unknown keys are passed over, as browsers do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The host's name, by which the extension asks for it.
    pub name: String,
    /// One line for people.
    #[serde(default)]
    pub description: String,
    /// Absolute path of the program.
    pub path: String,
    /// `stdio` is the only one.
    #[serde(rename = "type")]
    pub kind: String,
    /// Extensions that may start the host.
    pub allowed_origins: Vec<String>,
}

impl Manifest {
    /// The manifest that names that program, for our extensions and the given ones.
    ///
    /// # Errors
    /// `invalid_params` for an id that is none, or a program path that is not UTF-8; `internal` when an embedded file is
    /// broken.
    pub fn new(program: &Path, extension_ids: &[String]) -> Result<Self, Fault> {
        let template: Self =
            serde_json::from_str(TEMPLATE).map_err(|_| Fault::new(Kind::Internal).about("manifests/host.json.in"))?;
        let path = program.to_str().ok_or_else(|| Fault::new(Kind::InvalidParams).about(program.to_string_lossy()))?;
        let mut allowed_origins = Vec::new();
        for id in known_ids()?.iter().chain(extension_ids) {
            let origin = origin(id)?;
            if !allowed_origins.contains(&origin) {
                allowed_origins.push(origin);
            }
        }
        Ok(Self { path: path.to_owned(), allowed_origins, ..template })
    }

    /// The name of the manifest's file: browsers look for exactly this one.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.json", self.name)
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// None in practice; `internal` if the manifest could not be written as JSON.
    pub fn bytes(&self) -> Result<Vec<u8>, Fault> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|_| Fault::from(Kind::Internal))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The same manifest, with the sound origins of another one beside its own: of an extension that somebody added.
    pub(super) fn with_origins_of(&self, bytes: &[u8]) -> Self {
        let mut whole = self.clone();
        let found: Option<Value> = serde_json::from_slice(bytes).ok();
        let origins = found.as_ref().and_then(|found| found.get("allowed_origins")).and_then(Value::as_array);
        for found in origins.into_iter().flatten().filter_map(Value::as_str) {
            let id = found.strip_prefix("chrome-extension://").and_then(|rest| rest.strip_suffix('/'));
            let is_known = whole.allowed_origins.iter().any(|known| known == found);
            if id.is_some_and(|id| origin(id).is_ok()) && !is_known {
                whole.allowed_origins.push(found.to_owned());
            }
        }
        whole
    }

    /// Whether those bytes are a manifest of the same host that starts the same program.
    #[must_use]
    pub fn is_same_host(&self, bytes: &[u8]) -> bool {
        let found: Option<Self> = serde_json::from_slice(bytes).ok();
        found.is_some_and(|found| {
            let same_program = found.path == self.path
                // An older manifest may name this program through a link.
                || Path::new(&found.path).canonicalize().is_ok_and(|program| program == Path::new(&self.path));
            found.name == self.name && same_program
        })
    }
}

/// The ids of our extension that every manifest lists.
///
/// # Errors
/// `internal` when the file is broken; a test reads it.
pub fn known_ids() -> Result<Vec<String>, Fault> {
    let publisher: Publisher =
        serde_json::from_str(PUBLISHER).map_err(|_| Fault::new(Kind::Internal).about("manifests/publisher.json"))?;
    Ok(publisher.extension_ids.into_values().flatten().collect())
}

/// The origin of an extension, with the slash without which the browser refuses the manifest.
fn origin(id: &str) -> Result<String, Fault> {
    let is_id = id.len() == ID_LENGTH && id.bytes().all(|byte| (b'a'..=b'p').contains(&byte));
    match is_id {
        true => Ok(format!("chrome-extension://{id}/")),
        false => Err(Fault::new(Kind::InvalidParams).about(format!("--extension-id {id}"))),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const OTHER: &str = "abcdefghijklmnopabcdefghijklmnop";

    fn manifest(program: &str, ids: &[&str]) -> Result<Manifest, Fault> {
        let ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
        Manifest::new(Path::new(program), &ids)
    }

    #[test]
    fn the_template_and_the_known_ids_are_whole() {
        let manifest = manifest("/opt/correo-cfdi", &[]).unwrap();
        assert_eq!(manifest.name, "mx.correo_cfdi.host");
        assert_eq!(manifest.kind, "stdio");
        assert!(!manifest.description.is_empty());
        assert_eq!(manifest.file_name(), "mx.correo_cfdi.host.json");
        assert!(!known_ids().unwrap().is_empty());
        assert_eq!(manifest.allowed_origins.len(), known_ids().unwrap().len());
    }

    #[test]
    fn the_extension_asks_for_this_host_by_name() {
        let worker = include_str!("../../../extension/worker/host.js");
        let name = manifest("/opt/correo-cfdi", &[]).unwrap().name;
        assert!(worker.contains(&format!("HOST_NAME = '{name}'")), "{name}");
    }

    #[test]
    fn given_ids_come_after_the_known_ones_and_none_twice() {
        let known = known_ids().unwrap();
        let manifest = manifest("/opt/correo-cfdi", &[OTHER, OTHER, &known[0]]).unwrap();
        let mut wanted: Vec<_> = known.iter().map(|id| format!("chrome-extension://{id}/")).collect();
        wanted.push(format!("chrome-extension://{OTHER}/"));
        assert_eq!(manifest.allowed_origins, wanted);
    }

    #[test]
    fn what_is_no_id_is_refused_by_name() {
        let upper = OTHER.to_uppercase();
        let q = OTHER.replace('p', "q");
        let origin = format!("chrome-extension://{OTHER}/");
        for id in ["", "*", &upper, &q, &OTHER[1..], &format!("{OTHER}a"), &origin, &format!("{}ñ", &OTHER[2..])] {
            let fault = manifest("/opt/correo-cfdi", &[id]).unwrap_err();
            assert_eq!(fault.kind(), Kind::InvalidParams, "{id}");
            assert_eq!(fault.data.subject.unwrap(), format!("--extension-id {id}"));
        }
    }

    #[test]
    fn every_character_of_a_path_survives() {
        let path = "/home/José Ñúñez & Cía \"2\"\\x/correo-cfdi";
        let bytes = manifest(path, &[]).unwrap().bytes().unwrap();
        let read: Manifest = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(read.path, path);
        assert_eq!(bytes.last(), Some(&b'\n'));
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_not_utf_8_is_refused() {
        let path = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"/opt/\xff/correo-cfdi");
        assert_eq!(Manifest::new(Path::new(path), &[]).unwrap_err().kind(), Kind::InvalidParams);
    }

    #[test]
    fn only_the_same_name_and_program_are_the_same_host() {
        let ours = manifest("/opt/correo-cfdi", &[]).unwrap();
        let with_other_ids = manifest("/opt/correo-cfdi", &[OTHER]).unwrap();
        assert!(ours.is_same_host(&with_other_ids.bytes().unwrap()));
        assert!(!ours.is_same_host(&manifest("/opt/other", &[]).unwrap().bytes().unwrap()));
        let renamed = Manifest { name: "mx.other.host".into(), ..ours.clone() };
        assert!(!ours.is_same_host(&renamed.bytes().unwrap()));
        assert!(!ours.is_same_host(b"{"));
    }
}

//! A manifest read as browsers read it (Chromium: `native_messaging_host_manifest.cc`, `launch_context.cc`).

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{HOST_NAME, Standing};
use crate::protocol::doctor::Cause;

/// Letters of an extension id.
const ID_LENGTH: usize = 32;

/// What a browser demands of it; keys that it does not know are passed over.
#[derive(Debug, Deserialize)]
struct Form {
    name: String,
    description: String,
    path: String,
    #[serde(rename = "type")]
    kind: String,
    allowed_origins: Vec<String>,
}

/// What a manifest comes to.
pub(super) struct Read {
    pub(super) standing: Standing,
    /// The program, if it is there.
    pub(super) program: Option<PathBuf>,
}

/// Judges the bytes of a manifest; `own` is this program with its links resolved, `ids` are our extensions.
pub(super) fn judge(bytes: &[u8], own: Option<&Path>, ids: &[String]) -> Read {
    let broken = |cause| Read { standing: Standing::Broken(cause), program: None };
    // A byte order mark is taken.
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let Ok(form) = serde_json::from_slice::<Form>(text) else { return broken(Cause::ManifestMalformed) };
    if form.description.is_empty() || form.kind != "stdio" || form.path.is_empty() {
        return broken(Cause::ManifestMalformed);
    }
    if form.name != HOST_NAME {
        return broken(Cause::ManifestName);
    }
    if !form.allowed_origins.iter().all(|origin| id_of(origin).is_some()) {
        return broken(Cause::OriginMalformed);
    }
    let program = PathBuf::from(&form.path);
    if !program.is_absolute() {
        return broken(Cause::ProgramRelative);
    }
    if !program.is_file() {
        return broken(Cause::ProgramMissing);
    }
    let is_own = program.canonicalize().is_ok_and(|program| own.is_some_and(|own| program == own));
    let listed = |id: &String| form.allowed_origins.iter().any(|origin| id_of(origin) == Some(id));
    let standing = match (is_own, ids.iter().all(listed)) {
        (_, false) => Standing::Broken(Cause::OriginMissing),
        (true, true) => Standing::Good,
        (false, true) => Standing::Foreign,
    };
    Read { standing, program: Some(program) }
}

/// The id of `chrome-extension://<id>/`; anything else, as a wildcard, voids the whole manifest.
fn id_of(origin: &str) -> Option<&str> {
    let id = origin.strip_prefix("chrome-extension://")?.strip_suffix('/')?;
    (id.len() == ID_LENGTH && id.bytes().all(|byte| (b'a'..=b'p').contains(&byte))).then_some(id)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "abcdefghijklmnopabcdefghijklmnop";

    fn standing(change: impl FnOnce(&mut Value)) -> Standing {
        let own = std::env::current_exe().unwrap().canonicalize().unwrap();
        let mut manifest = json!({"name": HOST_NAME, "description": "x", "path": own, "type": "stdio",
            "allowed_origins": [format!("chrome-extension://{ID}/")], "unknown": 1});
        change(&mut manifest);
        judge(manifest.to_string().as_bytes(), Some(&own), &[ID.to_owned()]).standing
    }

    #[test]
    fn each_fault_that_browsers_call_not_found_has_its_cause() {
        assert_eq!(standing(|_| ()), Standing::Good);
        let own = std::env::current_exe().unwrap();
        let folder = own.parent().unwrap().to_owned();
        let other: &[(&str, Value, Cause)] = &[
            ("name", json!("mx.other"), Cause::ManifestName),
            ("name", json!(1), Cause::ManifestMalformed),
            ("type", json!("pipe"), Cause::ManifestMalformed),
            ("description", json!(""), Cause::ManifestMalformed),
            ("path", json!("correo-cfdi"), Cause::ProgramRelative),
            ("path", json!(folder), Cause::ProgramMissing),
            ("path", json!(folder.join("no-such")), Cause::ProgramMissing),
            ("allowed_origins", json!([format!("chrome-extension://{ID}")]), Cause::OriginMalformed),
            ("allowed_origins", json!(["chrome-extension://*/"]), Cause::OriginMalformed),
            ("allowed_origins", json!([format!("extension://{ID}/")]), Cause::OriginMalformed),
            ("allowed_origins", json!([]), Cause::OriginMissing),
        ];
        for (key, value, cause) in other {
            let found = standing(|manifest| manifest[key] = value.clone());
            assert_eq!(found, Standing::Broken(*cause), "{key}: {value}");
        }
        assert_eq!(judge(b"{", None, &[]).standing, Standing::Broken(Cause::ManifestMalformed));
    }

    #[test]
    fn another_program_of_the_same_name_is_foreign_and_is_named() {
        let own = std::env::current_exe().unwrap();
        let manifest =
            json!({"name": HOST_NAME, "description": "x", "path": own, "type": "stdio", "allowed_origins": []});
        let bytes = [b"\xef\xbb\xbf", manifest.to_string().as_bytes()].concat();
        let read = judge(&bytes, Some(Path::new("/elsewhere")), &[]);
        assert_eq!((read.standing, read.program), (Standing::Foreign, Some(own)));
    }
}

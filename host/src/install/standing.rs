//! How a registration stands: judged as the browser judges it, but with the causes told apart that the browser reports
//! with one sentence.
//!
//! The order is Chromium's (`native_messaging_host_manifest.cc`, `launch_context.cc`): what it would stumble over first is
//! what is named.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Map, Value};

use super::manifest::Manifest;

/// How a browser's registration stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    /// The browser was not found on this computer.
    NotInstalled,
    /// It starts this very program for every extension of ours.
    Good,
    /// There is none.
    Absent,
    /// It starts another program that is there, which may be another copy of ours.
    Foreign {
        /// That program.
        program: PathBuf,
    },
    /// The browser would say "not found" or "forbidden".
    Broken(Cause),
}

/// Why a registration does not work.
///
/// All but [`Cause::IdsMissing`] ("forbidden") and [`Cause::ProgramNotExecutable`] ("has exited") are the browser's
/// "Specified native messaging host not found".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// The registry, or a link, names a manifest that is not there.
    ManifestMissing,
    /// The manifest cannot be read.
    ManifestUnreadable,
    /// The manifest is no JSON object.
    NotJson,
    /// A member is missing, empty, or of another type than browsers want.
    MemberInvalid {
        /// The member.
        member: &'static str,
    },
    /// It is the manifest of another host.
    WrongName {
        /// The name in it.
        found: String,
    },
    /// Another type than `stdio`.
    WrongType {
        /// The type in it.
        found: String,
    },
    /// The program's path is empty, or relative where that is not allowed (everywhere but on Windows).
    PathNotAbsolute {
        /// The path in it.
        found: String,
    },
    /// The program is not there.
    ProgramMissing {
        /// Where it should be.
        program: PathBuf,
    },
    /// The program may not be started.
    ProgramNotExecutable {
        /// The program.
        program: PathBuf,
    },
    /// An origin for which browsers pass over the whole file.
    OriginInvalid {
        /// The origin.
        origin: String,
    },
    /// Extensions of ours that may not call.
    IdsMissing {
        /// Their ids.
        ids: Vec<String>,
    },
}

impl Cause {
    /// A name that does not change, for scripts and texts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ManifestMissing => "manifest_missing",
            Self::ManifestUnreadable => "manifest_unreadable",
            Self::NotJson => "not_json",
            Self::MemberInvalid { .. } => "member_invalid",
            Self::WrongName { .. } => "wrong_name",
            Self::WrongType { .. } => "wrong_type",
            Self::PathNotAbsolute { .. } => "path_not_absolute",
            Self::ProgramMissing { .. } => "program_missing",
            Self::ProgramNotExecutable { .. } => "program_not_executable",
            Self::OriginInvalid { .. } => "origin_invalid",
            Self::IdsMissing { .. } => "ids_missing",
        }
    }
}

/// Judges manifests by the one that should be there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judge<'a> {
    /// What should be there.
    pub(super) expected: &'a Manifest,
    /// Whether browsers of this system take a program's path from the manifest's folder on.
    pub(super) takes_relative: bool,
}

impl Judge<'_> {
    /// Judges what lies at that path.
    pub(super) fn judge(&self, manifest: &Path, bytes: &[u8]) -> Standing {
        let Some(found) = object(bytes) else { return Standing::Broken(Cause::NotJson) };
        // Another program that can be started is somebody's choice, and none of the rest is ours to judge.
        if let Some(program) = self.program(manifest, &found)
            && program.exists()
            && !self.is_ours(&program)
        {
            return Standing::Foreign { program };
        }
        match self.cause(manifest, &found) {
            Some(cause) => Standing::Broken(cause),
            None => Standing::Good,
        }
    }

    /// Whether the manifest is ours to mend: it names this program, or one below this program's folder that is gone.
    pub(super) fn claims(&self, manifest: &Path, bytes: &[u8]) -> bool {
        let Some(program) = object(bytes).and_then(|found| self.program(manifest, &found)) else { return false };
        let folder = Path::new(&self.expected.path).parent();
        self.is_ours(&program) || (!program.exists() && folder.is_some_and(|folder| program.starts_with(folder)))
    }

    fn cause(&self, manifest: &Path, found: &Map<String, Value>) -> Option<Cause> {
        let text = |member: &'static str| {
            let value = found.get(member).and_then(Value::as_str);
            value.filter(|value| !value.is_empty()).ok_or(Cause::MemberInvalid { member })
        };
        let judged = || {
            let name = text("name")?;
            if name != self.expected.name {
                return Err(Cause::WrongName { found: name.to_owned() });
            }
            text("description")?;
            let kind = text("type")?;
            if kind != self.expected.kind {
                return Err(Cause::WrongType { found: kind.to_owned() });
            }
            let origins = origins(found)?;
            let program = self.program(manifest, found).ok_or_else(|| {
                let path = found.get("path").and_then(Value::as_str).unwrap_or_default();
                Cause::PathNotAbsolute { found: path.to_owned() }
            })?;
            can_start(&program)?;
            let allowed = |origin: &&String| origins.contains(&origin.as_str());
            let missing: Vec<_> = self.expected.allowed_origins.iter().filter(|origin| !allowed(origin)).collect();
            match missing.is_empty() {
                true => Ok(()),
                false => Err(Cause::IdsMissing { ids: missing.into_iter().map(|origin| id(origin)).collect() }),
            }
        };
        judged().err()
    }

    /// The program that the browser would start.
    fn program(&self, manifest: &Path, found: &Map<String, Value>) -> Option<PathBuf> {
        let path = found.get("path").and_then(Value::as_str).filter(|path| !path.is_empty()).map(Path::new)?;
        match path.is_absolute() {
            true => Some(path.to_owned()),
            false => manifest.parent().filter(|_| self.takes_relative).map(|folder| folder.join(path)),
        }
    }

    /// Whether that is the program that should be named, also through a link.
    fn is_ours(&self, program: &Path) -> bool {
        let ours = Path::new(&self.expected.path);
        program == ours
            || program.canonicalize().is_ok_and(|program| ours.canonicalize().is_ok_and(|ours| program == ours))
    }
}

/// The origins of a manifest from which browsers take any.
fn origins(found: &Map<String, Value>) -> Result<Vec<&str>, Cause> {
    let invalid = Cause::MemberInvalid { member: "allowed_origins" };
    let list = found.get("allowed_origins").and_then(Value::as_array).ok_or(invalid)?;
    let origin = |value: &'_ Value| match value.as_str() {
        Some(text) if is_origin(text) => Ok(()),
        _ => Err(Cause::OriginInvalid { origin: value.as_str().map_or_else(|| value.to_string(), str::to_owned) }),
    };
    list.iter().try_for_each(origin)?;
    Ok(list.iter().filter_map(Value::as_str).collect())
}

/// Whether the browser takes it for the pattern of one extension. `extension://` (Edge shows it so), a wildcard and a
/// missing slash at the end void the whole file.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("chrome-extension://").and_then(|rest| rest.split_once('/')).map(|(host, _)| host);
    host.is_some_and(|host| !host.is_empty() && !host.contains('*'))
}

/// The id in an origin of ours.
fn id(origin: &str) -> String {
    origin.trim_start_matches("chrome-extension://").trim_end_matches('/').to_owned()
}

fn can_start(program: &Path) -> Result<(), Cause> {
    let program = || program.to_owned();
    let facts = fs::metadata(program()).map_err(|_| Cause::ProgramMissing { program: program() })?;
    #[cfg(unix)]
    let may_run = std::os::unix::fs::PermissionsExt::mode(&facts.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let may_run = true;
    if facts.is_file() && may_run { Ok(()) } else { Err(Cause::ProgramNotExecutable { program: program() }) }
}

/// The JSON object in a file; browsers pass over a byte order mark.
fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)).ok()
}

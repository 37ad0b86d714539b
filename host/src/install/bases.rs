//! What the table's paths start from, on the computer that the program runs on.

use std::path::{Path, PathBuf};

use super::browsers::Scope;
use crate::place;
use crate::protocol::failure::{Fault, Kind};

/// The folder below the state folder that holds the manifest which a user's registry keys name.
const MANIFEST_FOLDER: &str = "native-messaging";

/// What the table's paths start from.
#[derive(Debug, Clone)]
pub struct Bases {
    /// Operating system, as `std::env::consts::OS` names it.
    pub system: String,
    /// `$CONFIG`.
    pub config: PathBuf,
    /// `$LOCAL`.
    pub local: PathBuf,
    /// `$PROGRAMS`, each of which counts.
    pub programs: Vec<PathBuf>,
    /// `/`.
    pub root: PathBuf,
    /// Windows: where the manifest lies that the user's keys name.
    pub user_manifests: PathBuf,
    /// Windows: where the manifest lies that the keys of the whole computer name.
    pub system_manifests: PathBuf,
}

impl Bases {
    /// Those of the user who runs the program.
    ///
    /// On Windows a registration is a key and a file, and the file's folder is ours to choose. A user's lies in the state
    /// folder, which has no version in its name, belongs to that user alone and outlives every upgrade of the program. The
    /// whole computer's lies beside the program, because whoever can write there can change the program itself: in a folder
    /// for everybody's data another user could be first and name a program of theirs.
    ///
    /// # Errors
    /// `config_invalid` without a home folder.
    pub fn of_this_user(program: &Path) -> Result<Self, Fault> {
        let bases = directories::BaseDirs::new().ok_or_else(|| Fault::new(Kind::ConfigInvalid).about("HOME"))?;
        let mut programs: Vec<PathBuf> = Vec::new();
        for name in ["ProgramFiles", "ProgramFiles(x86)", "ProgramW6432"] {
            let folder = std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
            programs.extend(folder.filter(|folder| !programs.contains(folder)));
        }
        Ok(Self {
            system: std::env::consts::OS.to_owned(),
            config: bases.config_dir().to_owned(),
            local: bases.data_local_dir().to_owned(),
            programs,
            root: PathBuf::from("/"),
            user_manifests: place::Place::find()?.join(MANIFEST_FOLDER),
            system_manifests: program.parent().unwrap_or(program).to_owned(),
        })
    }

    /// A path of the table as those of this computer: one, or one for each folder of programs.
    #[must_use]
    pub fn resolve(&self, path: &str) -> Vec<PathBuf> {
        let under = |base: &PathBuf, rest: &str| {
            // Part by part: joining a path that starts with a slash would replace the base.
            let mut resolved = base.clone();
            resolved.extend(rest.split('/').filter(|part| !part.is_empty()));
            resolved
        };
        match path.split_once('/') {
            Some(("$CONFIG", rest)) => vec![under(&self.config, rest)],
            Some(("$LOCAL", rest)) => vec![under(&self.local, rest)],
            Some(("$PROGRAMS", rest)) => self.programs.iter().map(|base| under(base, rest)).collect(),
            Some(_) | None => vec![under(&self.root, path)],
        }
    }

    /// Windows: the folder of the manifest that keys of that scope name.
    pub(super) fn manifests(&self, scope: Scope) -> &Path {
        match scope {
            Scope::User => &self.user_manifests,
            Scope::System => &self.system_manifests,
        }
    }
}

#[cfg(test)]
impl Bases {
    /// A computer of that system below one folder.
    pub(super) fn below(root: &Path, system: &str) -> Self {
        Self {
            system: system.to_owned(),
            config: root.join("home/.config"),
            local: root.join("home/local"),
            programs: vec![root.join("programs"), root.join("programs x86")],
            root: root.to_owned(),
            user_manifests: root.join("home/local/correo ñ & cía").join(MANIFEST_FOLDER),
            system_manifests: root.join("programs/Correo CFDI"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_resolve_below_their_base() {
        let bases = Bases {
            config: PathBuf::from("/home/ñandú & co/.config"),
            ..Bases::below(Path::new("/elsewhere"), "windows")
        };
        assert_eq!(bases.resolve("$CONFIG/chromium"), [Path::new("/home/ñandú & co/.config/chromium")]);
        assert_eq!(bases.resolve("$LOCAL/Vivaldi/User Data"), [Path::new("/elsewhere/home/local/Vivaldi/User Data")]);
        assert_eq!(bases.resolve("/etc/chromium"), [Path::new("/elsewhere/etc/chromium")]);
        let edge = ["/elsewhere/programs/Microsoft/Edge", "/elsewhere/programs x86/Microsoft/Edge"].map(PathBuf::from);
        assert_eq!(bases.resolve("$PROGRAMS/Microsoft/Edge"), edge);
    }
}

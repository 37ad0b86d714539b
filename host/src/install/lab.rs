//! A computer below a temporary folder, of any system, with a program of ours on it.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use super::registry::fake::Fake;
use super::registry::{Hive, Key};
use super::{
    Bases, Computer, Finding, Manifest, Outcome, Scope, Standing, Target, install_on, uninstall_on, verify_on,
};

/// Everything that a folder's name may have.
const FOLDER: &str = "José Ñúñez & Cía, 100% S.A.";

pub(super) struct Lab {
    pub(super) root: tempfile::TempDir,
    pub(super) registry: Fake,
    pub(super) program: PathBuf,
    system: &'static str,
}

impl Lab {
    /// A computer of that system without any browser.
    pub(super) fn new(system: &'static str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().canonicalize().unwrap().join("opt").join(FOLDER);
        fs::create_dir_all(&folder).unwrap();
        let program = folder.join("correo cfdi.exe");
        make_program(&program);
        Self { root, registry: Fake::default(), program, system }
    }

    /// The same with that folder, by which a browser is recognised.
    pub(super) fn with(self, folder: &str) -> Self {
        fs::create_dir_all(self.path(folder)).unwrap();
        self
    }

    pub(super) fn path(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }

    pub(super) fn computer(&self) -> Computer<'_> {
        Computer { bases: Bases::below(self.root.path(), self.system), registry: &self.registry }
    }

    pub(super) fn manifest(&self) -> Manifest {
        Manifest::new(&self.program, &[]).unwrap()
    }

    pub(super) fn install(&self, target: &Target) -> Vec<(String, Outcome)> {
        outcomes(install_on(&self.computer(), target, &self.manifest()).unwrap())
    }

    pub(super) fn uninstall(&self, target: &Target) -> Vec<(String, Outcome)> {
        outcomes(uninstall_on(&self.computer(), target, &self.manifest()).unwrap())
    }

    pub(super) fn verify(&self, target: &Target) -> Vec<Finding> {
        verify_on(&self.computer(), target, &self.manifest()).unwrap()
    }

    /// How that browser stands in that scope.
    pub(super) fn standing(&self, browser: &str, scope: Scope) -> Standing {
        self.verify(&Target::Named(scope, vec![browser.to_owned()])).remove(0).standing
    }

    /// Windows: our manifest in that scope.
    pub(super) fn named_manifest(&self, scope: Scope) -> PathBuf {
        self.computer().bases.manifests(scope).join(self.manifest().file_name())
    }

    /// Another program that can be started.
    pub(super) fn other_program(&self) -> PathBuf {
        let other = self.path("other.exe");
        make_program(&other);
        other
    }
}

/// A file that may be started.
pub(super) fn make_program(path: &Path) {
    fs::write(path, "").unwrap();
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
}

/// The key of our host below a browser's.
pub(super) fn key(hive: Hive, browser: &str) -> Key {
    Key { hive, path: format!("Software\\{browser}\\NativeMessagingHosts\\mx.correo_cfdi.host") }
}

pub(super) fn named(scope: Scope, browsers: &[&str]) -> Target {
    Target::Named(scope, browsers.iter().map(ToString::to_string).collect())
}

/// Steps that did something, or found something.
pub(super) fn done(steps: Vec<(String, Outcome)>) -> Vec<(String, Outcome)> {
    steps.into_iter().filter(|(_, outcome)| !matches!(outcome, Outcome::Skipped | Outcome::Absent)).collect()
}

pub(super) fn pairs<const N: usize>(expected: [(&str, Outcome); N]) -> Vec<(String, Outcome)> {
    expected.map(|(browser, outcome)| (browser.to_owned(), outcome)).to_vec()
}

fn outcomes(steps: Vec<super::Step>) -> Vec<(String, Outcome)> {
    steps.into_iter().map(|step| (step.browser.unwrap_or_default(), step.outcome.unwrap())).collect()
}

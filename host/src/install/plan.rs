//! What should be where: computed, never done here.

use std::path::PathBuf;

use super::Target;
use super::browsers::{Bases, Place, Scope, Table};
use super::manifest::Manifest;
use crate::protocol::failure::{Fault, Kind};

/// The folder below a user data folder that holds manifests (Chromium: `chrome/common/chrome_paths.cc`).
const USER_FOLDER: &str = "NativeMessagingHosts";

/// When a manifest belongs at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// Always: it was asked for by name.
    Asked,
    /// If one of these folders exists.
    IfAny(Vec<PathBuf>),
}

/// One manifest that should exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The browser's name in the table, if it has one.
    pub browser: Option<String>,
    /// The name that people know.
    pub title: String,
    /// When it belongs there.
    pub presence: Presence,
    /// The manifest's path.
    pub manifest: PathBuf,
    /// The manifest's bytes.
    pub bytes: Vec<u8>,
}

/// Every manifest that should exist for that target.
///
/// # Errors
/// `invalid_params` for a browser that the table does not know on this system.
pub fn plan(table: &Table, bases: &Bases, target: &Target, manifest: &Manifest) -> Result<Vec<Expected>, Fault> {
    let bytes = manifest.bytes()?;
    let expect = |place: &Place, presence| Expected {
        browser: Some(place.browser.clone()),
        title: place.title.clone(),
        presence,
        manifest: bases.resolve(&place.folder).join(manifest.file_name()),
        bytes: bytes.clone(),
    };
    match target {
        Target::Found(scope) => Ok(table
            .rows(&bases.system, *scope)
            .map(|place| {
                let signs = place.present.iter().map(|path| bases.resolve(path)).collect();
                expect(place, Presence::IfAny(signs))
            })
            .collect()),
        Target::Named(scope, names) => {
            refuse_unknown(table, bases, *scope, names)?;
            let rows = table.rows(&bases.system, *scope).filter(|place| names.contains(&place.browser));
            Ok(rows.map(|place| expect(place, Presence::Asked)).collect())
        }
        Target::UserDataDir(folder) => Ok(vec![Expected {
            browser: None,
            title: folder.display().to_string(),
            presence: Presence::Asked,
            manifest: folder.join(USER_FOLDER).join(manifest.file_name()),
            bytes,
        }]),
    }
}

fn refuse_unknown(table: &Table, bases: &Bases, scope: Scope, names: &[String]) -> Result<(), Fault> {
    let known: Vec<_> = table.rows(&bases.system, scope).map(|place| place.browser.as_str()).collect();
    match names.iter().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(Fault::new(Kind::InvalidParams).about(format!("--browser {name}: {}", known.join(" | ")))),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::Path;

    use super::*;

    fn planned(target: &Target) -> Result<Vec<Expected>, Fault> {
        let bases =
            Bases { system: "linux".into(), config: PathBuf::from("/home/a/.config"), root: PathBuf::from("/") };
        let manifest = Manifest::new(Path::new("/opt/correo-cfdi"), &[]).unwrap();
        plan(&Table::embedded().unwrap(), &bases, target, &manifest)
    }

    #[test]
    fn found_browsers_of_the_user_lie_below_their_own_data_folder() {
        let planned = planned(&Target::Found(Scope::User)).unwrap();
        let places: Vec<_> = planned.iter().map(|one| one.manifest.to_str().unwrap()).collect();
        assert_eq!(
            places,
            [
                "/home/a/.config/google-chrome/NativeMessagingHosts/mx.correo_cfdi.host.json",
                "/home/a/.config/chromium/NativeMessagingHosts/mx.correo_cfdi.host.json",
                "/home/a/.config/microsoft-edge/NativeMessagingHosts/mx.correo_cfdi.host.json",
            ]
        );
        assert_eq!(planned[0].presence, Presence::IfAny(vec![PathBuf::from("/home/a/.config/google-chrome")]));
        // Edge also reads the manifests of others and stops at the first: all have to say the same.
        assert!(planned.iter().all(|one| one.bytes == planned[0].bytes));
    }

    #[test]
    fn the_systems_folders_are_those_that_browsers_document() {
        let planned = planned(&Target::Found(Scope::System)).unwrap();
        let places: Vec<_> = planned.iter().map(|one| one.manifest.parent().unwrap().to_str().unwrap()).collect();
        assert_eq!(
            places,
            [
                "/etc/opt/chrome/native-messaging-hosts",
                "/etc/chromium/native-messaging-hosts",
                "/etc/opt/edge/native-messaging-hosts",
            ]
        );
    }

    #[test]
    fn a_named_browser_is_expected_whether_it_is_found_or_not() {
        let planned = planned(&Target::Named(Scope::User, vec!["edge".into()])).unwrap();
        assert_eq!(planned.len(), 1);
        assert_eq!(planned[0].browser.as_deref(), Some("edge"));
        assert_eq!(planned[0].presence, Presence::Asked);
    }

    #[test]
    fn an_unknown_browser_is_refused_with_the_known_ones() {
        let fault = planned(&Target::Named(Scope::User, vec!["chrome".into(), "netscape".into()])).unwrap_err();
        assert_eq!(fault.kind(), Kind::InvalidParams);
        assert_eq!(fault.data.subject.as_deref(), Some("--browser netscape: chrome | chromium | edge"));
    }

    #[test]
    fn a_user_data_folder_gets_one_manifest_and_nothing_else() {
        let planned = planned(&Target::UserDataDir(PathBuf::from("/tmp/ñ x"))).unwrap();
        let places: Vec<_> = planned.iter().map(|one| one.manifest.as_path()).collect();
        assert_eq!(places, [Path::new("/tmp/ñ x/NativeMessagingHosts/mx.correo_cfdi.host.json")]);
    }
}

//! The throw-away profile: the toolbar's icon in view, and the host registered for it alone.

use std::path::Path;

use serde_json::json;

use crate::patience::Patience;
use crate::stage::{PROGRAM, Stage};
use crate::trouble::Trouble;
use crate::voice::Voice;

/// The host's name in the browser.
const HOST: &str = "mx.correo_cfdi.host";

/// Exit code of a command line that the program does not know.
const USAGE: i32 = 2;

/// Makes the profile and registers the host in it.
pub(crate) fn make(stage: &Stage, patience: &Patience, voice: &Voice, profile: &Path) -> Result<(), Trouble> {
    let failed = Trouble::io("profile");
    let settings = profile.join("Default");
    std::fs::create_dir_all(&settings).map_err(&failed)?;
    let preferences = json!({"extensions": {"pinned_extensions": [stage.extension], "ui": {"developer_mode": true}}});
    std::fs::write(settings.join("Preferences"), preferences.to_string()).map_err(&failed)?;
    let folder = profile.to_string_lossy();
    let install = ["install", "--user-data-dir", &folder, "--extension-id", &stage.extension];
    match stage.run(patience, voice, &install) {
        Ok(_) => Ok(()),
        // This program has no such command yet.
        Err(Trouble::Program { status, .. }) if status.code() == Some(USAGE) => register(stage, profile),
        Err(trouble) => Err(trouble),
    }
}

/// Writes the native messaging host's manifest (developer.chrome.com, "Native messaging").
fn register(stage: &Stage, profile: &Path) -> Result<(), Trouble> {
    let failed = Trouble::io("registration");
    let folder = profile.join("NativeMessagingHosts");
    let manifest = json!({
        "name": HOST, "description": "Correo CFDI", "path": PROGRAM, "type": "stdio",
        "allowed_origins": [format!("chrome-extension://{}/", stage.extension)],
    });
    std::fs::create_dir_all(&folder).map_err(&failed)?;
    std::fs::write(folder.join(format!("{HOST}.json")), manifest.to_string()).map_err(&failed)
}

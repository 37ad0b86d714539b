//! The throw-away profile: the toolbar's icon in view, and the host registered for it alone.

use std::path::Path;

use serde_json::json;

use crate::patience::Patience;
use crate::stage::Stage;
use crate::trouble::Trouble;
use crate::voice::Voice;

/// Makes the profile and registers the host in it.
pub(crate) fn make(stage: &Stage, patience: &Patience, voice: &Voice, profile: &Path) -> Result<(), Trouble> {
    let failed = Trouble::io("profile");
    let settings = profile.join("Default");
    std::fs::create_dir_all(&settings).map_err(&failed)?;
    let preferences = json!({"extensions": {"pinned_extensions": [stage.extension], "ui": {"developer_mode": true}}});
    std::fs::write(settings.join("Preferences"), preferences.to_string()).map_err(&failed)?;
    let folder = profile.to_string_lossy();
    let install = ["install", "--user-data-dir", &folder, "--extension-id", &stage.extension];
    stage.run(patience, voice, &install).map(drop)
}

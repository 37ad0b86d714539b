//! The extension beside this package, and the id that browsers give it.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::trouble::{Trouble, text};

/// Where the extension lies.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/extension");

/// The extension's folder.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(FOLDER)
}

/// The id that a browser derives from the manifest's public key: the first 16 bytes of its SHA-256, their hex digits
/// written with the letters `a` to `p` (developer.chrome.com, "Manifest - key").
pub(crate) fn id() -> Result<String, Trouble> {
    let path = Path::new(FOLDER).join("manifest.json");
    let manifest = std::fs::read(path).map_err(Trouble::io("extension/manifest.json"))?;
    let broken = || Trouble::Unexpected("extension/manifest.json".to_owned());
    let manifest: Value = serde_json::from_slice(&manifest).map_err(|_| broken())?;
    let key = STANDARD.decode(text(&manifest, "/key")?).map_err(|_| broken())?;
    let digits = Sha256::digest(key).into_iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(digits.map(|digit| char::from(b'a' + digit)).collect())
}

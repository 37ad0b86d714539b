//! `vault`: what a person needs to set up the file vault, and to see whether either vault works.

use std::path::Path;

use serde::Serialize;

use super::commands::VaultCommand;
use super::print::Printer;
use crate::protocol::failure::Fault;
use crate::usecase::World;
use crate::wiring;

/// Which vault answered.
#[derive(Serialize)]
struct Works {
    vault: &'static str,
    works: bool,
}

/// Where a new key lies.
#[derive(Serialize)]
struct NewKey {
    key_file: String,
}

pub(super) fn vault(
    world: impl FnOnce() -> Result<World, Fault>,
    command: &VaultCommand,
    printer: &Printer,
) -> Result<u8, Fault> {
    match command {
        VaultCommand::Status => {
            let world = world()?;
            world.vault.probe()?;
            let works = Works { vault: world.vault.kind(), works: true };
            printer.result(&works, |works| format!("{}: funciona / works", works.vault));
        }
        VaultCommand::MakeKey { file } => {
            // Before the configuration names the key, no world could be opened.
            wiring::make_vault_key(file)?;
            let key_file = std::path::absolute(file).unwrap_or_else(|_| file.clone());
            printer
                .result(&NewKey { key_file: key_file.display().to_string() }, |key| settings(Path::new(&key.key_file)));
        }
    }
    Ok(0)
}

/// The lines of `config.toml` that choose this key: printed and not written, because a vault is chosen by a person.
fn settings(key: &Path) -> String {
    // A literal string of TOML: Windows' paths are full of backslashes.
    format!("config.toml:\nvault = \"file\"\nkey_file = '{}'", key.display())
}

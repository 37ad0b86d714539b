//! `vault`: what a person needs to set up the file vault, and to see whether either vault works.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use zeroize::Zeroizing;

use super::commands::VaultCommand;
use super::print::Printer;
use super::usage;
use crate::place::Place;
use crate::protocol::failure::{Fault, Kind};
use crate::usecase::{World, health};
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

/// Whether a key is open now.
#[derive(Serialize)]
struct Opened {
    open: bool,
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
            printer.result(&works, |works| printer.filled("cli_vault_works", &[&works.vault]));
        }
        VaultCommand::MakeKey { file } => {
            // Before the configuration names the key, no world could be opened.
            wiring::make_vault_key(file)?;
            let key_file = std::path::absolute(file).unwrap_or_else(|_| file.clone());
            printer
                .result(&NewKey { key_file: key_file.display().to_string() }, |key| settings(Path::new(&key.key_file)));
        }
        VaultCommand::Create(open) => {
            let place = Place::find()?;
            place.prepare()?;
            let key = wiring::passphrase_key(&place);
            key.create(&chosen(printer)?, open.lasts())?;
            let settings = "config.toml:\nvault = \"file\"\npassphrase = true";
            printer.result(&Opened { open: true }, |_| settings.to_owned());
        }
        VaultCommand::Unlock(open) => {
            wiring::passphrase_key(&Place::find()?).unlock(&asked("vault_passphrase", printer)?, open.lasts())?;
            // What waited for it goes on.
            health::health(&world()?)?;
            printer.result(&Opened { open: true }, |_| printer.text("vault_open").to_owned());
        }
        VaultCommand::Lock => {
            wiring::passphrase_key(&Place::find()?).lock()?;
            printer.result(&Opened { open: false }, |_| printer.text("vault_closed").to_owned());
        }
        VaultCommand::Passphrase => {
            let key = wiring::passphrase_key(&Place::find()?);
            let old = asked("vault_passphrase", printer)?;
            key.change(&old, &chosen(printer)?)?;
            printer.result(&Opened { open: true }, |_| printer.text("vault_changed").to_owned());
        }
    }
    Ok(0)
}

/// A new passphrase, asked for twice where a person types it.
fn chosen(printer: &Printer) -> Result<SecretString, Fault> {
    let first = asked("vault_new_passphrase", printer)?;
    if first.expose_secret().chars().count() < wiring::MIN_PASSPHRASE {
        return Err(Fault::new(Kind::VaultPassphraseShort));
    }
    if std::io::stdin().is_terminal() {
        let again = asked("vault_again", printer)?;
        if again.expose_secret() != first.expose_secret() {
            return Err(usage(printer.text("vault_differs")));
        }
    }
    Ok(first)
}

/// A passphrase from the terminal, which does not show it, or a line of standard input where that is none. It is never an
/// argument or in the environment, where others could read it.
fn asked(question: &'static str, printer: &Printer) -> Result<SecretString, Fault> {
    let typed = if std::io::stdin().is_terminal() {
        rpassword::prompt_password(format!("{}: ", printer.text(question)))
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map(|_| line)
    };
    let typed = Zeroizing::new(typed.map_err(|_| usage(printer.text(question)))?);
    match typed.trim_end_matches(['\r', '\n']) {
        "" => Err(usage(printer.text(question))),
        words => Ok(SecretString::from(words)),
    }
}

/// The lines of `config.toml` that choose this key: printed and not written, because a vault is chosen by a person.
fn settings(key: &Path) -> String {
    // A literal string of TOML: Windows' paths are full of backslashes.
    format!("config.toml:\nvault = \"file\"\nkey_file = '{}'", key.display())
}

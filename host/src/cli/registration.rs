//! `install` and `uninstall`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::erase;
use super::exit_code;
use super::paint::{Shown, Tone};
use super::print::Printer;
use crate::install::{self, Outcome, Scope, Step, Target};
use crate::place::Place;
use crate::protocol::failure::Fault;

#[derive(Debug, Args)]
pub(super) struct InstallArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// Otra extensión que puede llamar, se puede repetir / another extension that may call, repeatable.
    #[arg(long, value_name = "ID")]
    extension_id: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct UninstallArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// Borra también cuentas, permisos guardados y el historial de envíos; antes pregunta / also erases accounts, saved
    /// permissions and the history of deliveries; asks first.
    #[arg(long, conflicts_with_all = ["browser", "user_data_dir", "system"])]
    erase: bool,
    /// Borra sin preguntar / erases without asking.
    #[arg(long, requires = "erase")]
    yes: bool,
}

#[derive(Debug, Args)]
pub(super) struct PlaceArguments {
    /// chrome, chromium, edge, brave, vivaldi u opera, se puede repetir; sin ninguno, los que haya / chrome, chromium, edge,
    /// brave, vivaldi or opera, repeatable; none means those found.
    #[arg(long, value_name = "NAVEGADOR")]
    browser: Vec<String>,
    /// Sólo esta carpeta de datos del navegador / only this user data folder of a browser.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["browser", "system"])]
    user_data_dir: Option<PathBuf>,
    /// Para todos los usuarios del equipo / for every user of this computer.
    #[arg(long)]
    system: bool,
}

impl PlaceArguments {
    fn target(self) -> Result<Target, Fault> {
        let scope = if self.system { Scope::System } else { Scope::User };
        match self.user_data_dir {
            Some(folder) => {
                std::path::absolute(&folder).map(Target::UserDataDir).map_err(|_| super::usage("--user-data-dir"))
            }
            None if self.browser.is_empty() => Ok(Target::Found(scope)),
            None => Ok(Target::Named(scope, self.browser)),
        }
    }
}

pub(super) fn install(given: InstallArguments, printer: &Printer) -> Result<u8, Fault> {
    let target = given.place.target()?;
    let steps = install::install(&target, &given.extension_id)?;
    // To have registered with no browser at all is not what was asked for.
    let nowhere = steps.iter().all(|step| matches!(step.outcome, Ok(Outcome::Skipped)));
    let code = report(steps, printer);
    warn_of_the_path(printer)?;
    if nowhere || code != 0 {
        return Ok(code.max(1));
    }
    Ok(super::doctor::after_installing(&target, printer))
}

pub(super) fn uninstall(given: UninstallArguments, printer: &Printer) -> Result<u8, Fault> {
    // Asked before anything is undone: whoever says no keeps everything.
    let erasing = match given.erase {
        true => Some(erase::begin(given.yes, printer)?),
        false => None,
    };
    let target = given.place.target()?;
    let code = report(install::uninstall(&target)?, printer);
    match erasing {
        Some(erasing) => erasing.finish(printer)?,
        None if matches!(target, Target::Found(_)) => say_what_stays(printer)?,
        None => {}
    }
    Ok(code)
}

/// Tells where the data is that outlives the program.
fn say_what_stays(printer: &Printer) -> Result<(), Fault> {
    let place = Place::find()?;
    if place.folder().is_dir() {
        let folder = place.folder().display();
        printer.remark(&printer.filled("cli_data_stays", &[&folder]));
    }
    Ok(())
}

/// Browsers start the program through the shell of Windows, which reads some characters as its own.
fn warn_of_the_path(printer: &Printer) -> Result<(), Fault> {
    let program = install::own_program()?;
    let hazards = install::shell_hazards(std::env::consts::OS, &program);
    if !hazards.is_empty() {
        let letters = hazards.iter().map(char::to_string).collect::<Vec<_>>().join(" ");
        let path = program.display();
        printer.remark(&printer.filled("cli_path_hazard", &[&path, &letters]));
    }
    Ok(())
}

/// One place, as a script reads it.
#[derive(Debug, Serialize)]
struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    browser: Option<String>,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    registry: Option<String>,
    manifest: String,
}

/// Prints every step; gives the exit code of the first that failed.
fn report(steps: Vec<Step>, printer: &Printer) -> u8 {
    let mut code = 0;
    for step in steps {
        let Step { browser, title, manifest, registry, outcome } = step;
        match outcome {
            Ok(outcome) => {
                let line = Line { browser, outcome, registry, manifest: manifest.display().to_string() };
                printer.result(&line, |line| {
                    let key = line.registry.iter().map(|key| format!("\n  {key}")).collect::<String>();
                    let (tone, words) = in_words(line.outcome);
                    let place = format!("{key}\n  {}", line.manifest);
                    Shown::from(format!("{title}: ")).and(tone, printer.text(words)).and(Tone::Dim, place)
                });
            }
            Err(fault) => {
                code = if code == 0 { exit_code(fault.kind()) } else { code };
                printer.fault(fault);
            }
        }
    }
    code
}

fn in_words(outcome: Outcome) -> (Tone, &'static str) {
    match outcome {
        Outcome::Written => (Tone::Good, "cli_registered"),
        Outcome::Unchanged => (Tone::Good, "cli_registered_before"),
        Outcome::Skipped => (Tone::Dim, "cli_no_browser"),
        Outcome::Removed => (Tone::Good, "cli_unregistered"),
        Outcome::Absent => (Tone::Dim, "cli_never_registered"),
        Outcome::Foreign => (Tone::Warn, "cli_foreign_registration"),
        Outcome::Shared => (Tone::Warn, "cli_shared_registration"),
    }
}

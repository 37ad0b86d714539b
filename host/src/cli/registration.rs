//! `install` and `uninstall`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::erase;
use super::exit_code;
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
    /// chrome, chromium, edge, brave, vivaldi u opera, se puede repetir; sin ninguno, los que haya / repeatable; none means
    /// those found.
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
        true => Some(erase::begin(given.yes)?),
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
        printer.remark(&format!(
            "Las cuentas y el historial de envíos siguen en {folder}\n  (para borrarlos: correo-cfdi uninstall --erase)\n\
             Accounts and the history of deliveries stay in {folder}\n  (to erase them: correo-cfdi uninstall --erase)"
        ));
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
        printer.remark(&format!(
            "Aviso: {path}\n  El nombre de la carpeta lleva {letters}: es posible que el navegador no pueda iniciar el \
             programa. Muévalo a otra carpeta y regístrelo de nuevo.\n\
             Warning: the folder's name has {letters}: the browser may be unable to start the program. Move it to \
             another folder and register it again."
        ));
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
                    format!("{title}: {}{key}\n  {}", in_words(line.outcome), line.manifest)
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

fn in_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Written => "registrado / registered",
        Outcome::Unchanged => "ya estaba registrado / already registered",
        Outcome::Skipped => "no se encontró en este equipo / not found on this computer",
        Outcome::Removed => "registro quitado / registration removed",
        Outcome::Absent => "no estaba registrado / was not registered",
        Outcome::Foreign => "es de otro programa y se dejó igual / belongs to another program, left as it is",
        Outcome::Shared => "se dejó porque otro navegador busca ahí / left, because another browser looks there",
    }
}

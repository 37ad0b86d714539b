//! `install` and `uninstall`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::exit_code;
use super::print::Printer;
use crate::install::{self, Outcome, Scope, Step, Target};
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
pub(super) struct PlaceArguments {
    /// chrome, chromium o edge, se puede repetir; sin ninguno, los que haya / repeatable; none means those found.
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
    let steps = install::install(&given.place.target()?, &given.extension_id)?;
    // To have registered with no browser at all is not what was asked for.
    let nowhere = steps.iter().all(|step| matches!(step.outcome, Ok(Outcome::Skipped)));
    let code = report(steps, printer);
    Ok(if nowhere { 1 } else { code })
}

pub(super) fn uninstall(given: PlaceArguments, printer: &Printer) -> Result<u8, Fault> {
    Ok(report(install::uninstall(&given.target()?)?, printer))
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
                printer.result(&line, |line| format!("{title}: {}\n  {}", in_words(line.outcome), line.manifest));
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
        Outcome::Shared => "se dejó: otro navegador busca ahí / left, another browser looks there",
        Outcome::Foreign => "es de otro programa y se dejó igual / belongs to another program, left as it is",
    }
}

//! The command line: the same use cases as the browser's, for terminals and scripts.
//!
//! Exit codes: 0 done · 1 some item refused or failed · 2 usage · 3 needs sign-in or a person · 4 vault or store ·
//! 5 network, try later · 6 outcome unknown.

mod batch;
mod commands;
mod doctor;
mod erase;
mod exit;
mod help;
mod inspect;
mod language;
mod outbox;
mod paint;
mod people;
mod print;
mod printed;
mod registration;
mod send;
mod settings;
mod shelf;
mod sign_in;
mod table;
mod vault;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};
use url::Url;

use crate::place::Place;
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::hello::Locale;
use crate::wiring;

use commands::{Arguments, Command, ContactCommand, Language, PortalCommand};
use print::Printer;

pub use exit::exit_code;

/// Runs the command line and gives its exit code.
#[must_use]
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let asked = language::choose(&arguments);
    let parsed = help::in_language(Arguments::command(), asked)
        .color(help::colours(&arguments))
        .try_get_matches_from(arguments)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            help::say(&error, asked);
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    // What was found before the arguments were parsed is what they say; a mistake in it ended above.
    let locale = match arguments.lang {
        Some(Language::Es) => Locale::Es,
        Some(Language::En) => Locale::En,
        None => asked,
    };
    let printer = Printer::new(arguments.json, locale, arguments.color);
    match execute(arguments.command, &printer) {
        Ok(code) => ExitCode::from(code),
        Err(fault) => {
            let code = exit_code(fault.kind());
            printer.fault(fault);
            ExitCode::from(code)
        }
    }
}

fn execute(command: Command, printer: &Printer) -> Result<u8, Fault> {
    // Opened only where it is needed: looking at files and registering need neither state nor vault.
    let world = || wiring::world(&Place::find()?);
    match command {
        Command::Install(given) => registration::install(given, printer),
        Command::Uninstall(given) => registration::uninstall(given, printer),
        Command::Inspect { files, status, skip_seal } => inspect::inspect(&files, skip_seal, status, printer),
        Command::Print { document, output } => printed::print(world, &document, output, printer),
        Command::Doctor(given) => doctor::doctor(&world(), given, printer),
        Command::Client { command } => settings::client(&world()?, command, printer),
        Command::SignIn(given) => sign_in::sign_in(&world()?, &given, printer),
        Command::Company { command } => settings::company(&world()?, command, printer),
        Command::Account { command } => settings::account(&world()?, command, printer),
        Command::Library { command } => shelf::library(&world()?, command, printer),
        Command::Status { switch } => settings::status(&world()?, switch, printer),
        Command::Send(given) => send::send(&world()?, &given, printer),
        Command::Batch { command } => batch::batch(&world()?, command, printer),
        Command::Portal { command: PortalCommand::List } => people::portals(&world()?, printer),
        Command::Contact { command: ContactCommand::List { company, receiver } } => {
            people::contacts(&world()?, company, receiver, printer)
        }
        Command::Completions { shell } => Ok(help::completions(shell, printer)),
        Command::Vault { command } => vault::vault(world, &command, printer),
        Command::Outbox { command } => outbox::outbox(&world()?, command, printer),
    }
}

/// Where the provider's answer must arrive for the extension that calls, or `None` for anything that is no extension's
/// origin (developer.chrome.com, `identity.getRedirectURL`).
#[must_use]
pub fn redirect_uri(origin: &str) -> Option<Url> {
    let id = origin.strip_prefix("chrome-extension://")?.strip_suffix('/')?;
    let known_shape = id.len() == 32 && id.bytes().all(|byte| (b'a'..=b'p').contains(&byte));
    known_shape.then(|| Url::parse(&format!("https://{id}.chromiumapp.org/")).ok()).flatten()
}

/// A usage mistake that only the use case could see.
fn usage(subject: &str) -> Fault {
    Fault::new(Kind::InvalidParams).about(subject)
}

//! `cargo demo`: the main job from end to end on this computer, against our stand-in for Google.
//!
//! With a browser the person clicks; without one the demo plays the browser's and the person's parts itself, over real
//! frames with the real program. It needs Rust alone, speaks with nobody but 127.0.0.1, and leaves nothing behind.

use std::process::ExitCode;

use clap::Parser;

mod arrival;
mod browser;
mod extension;
mod guide;
mod host;
mod leftovers;
mod patience;
mod play;
mod profile;
#[path = "../support/samples.rs"]
mod samples;
#[path = "../sandbox/mod.rs"]
mod sandbox;
mod stage;
mod trouble;
mod voice;

use browser::{Browser, WhyNot};
use patience::Patience;
use stage::{Stage, Tidied};
use trouble::Trouble;
use voice::{Language, Voice};

/// Exit code of a program that Ctrl-C ended, as shells report it.
const INTERRUPTED: u8 = 130;

/// Demostración de Correo CFDI / demonstration of Correo CFDI.
#[derive(Debug, Parser)]
#[command(name = "cargo demo")]
struct Arguments {
    /// Sin navegador: la demostración hace también su parte / plays the browser's part too.
    #[arg(long)]
    no_browser: bool,
    /// Conserva las carpetas y dice dónde / keeps the folders and says where.
    #[arg(long)]
    keep: bool,
    /// Un solo idioma / one language only.
    #[arg(long)]
    lang: Option<Language>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let voice = Voice::new(arguments.lang);
    match demonstrate(&arguments, &voice) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            voice.say(
                &format!("La demostración no terminó: {}.", trouble.spanish()),
                &format!("The demonstration did not finish: {trouble}."),
            );
            let interrupted = matches!(trouble, Trouble::Interrupted);
            if interrupted { ExitCode::from(INTERRUPTED) } else { ExitCode::FAILURE }
        }
    }
}

fn demonstrate(arguments: &Arguments, voice: &Voice) -> Result<(), Trouble> {
    let patience = Patience::listen()?;
    voice.part("Demostración de Correo CFDI", "Demonstration of Correo CFDI");
    voice.say(
        "Todo ocurre en este equipo, contra nuestro sustituto de Google (no es Google). Nada sale a internet; las empresas y facturas son inventadas.",
        "Everything happens on this computer, against our stand-in for Google (not Google). Nothing leaves for the internet; companies and invoices are invented.",
    );
    let stage = Stage::build(arguments.keep)?;
    let outcome = perform(arguments, &stage, &patience, voice);
    // A child that Ctrl-C ended together with us fails in its own way; the cause is the same.
    let outcome = if outcome.is_err() && patience.is_over() { Err(Trouble::Interrupted) } else { outcome };
    tell_tidied(voice, &stage.end(voice));
    outcome
}

fn perform(arguments: &Arguments, stage: &Stage, patience: &Patience, voice: &Voice) -> Result<(), Trouble> {
    voice.fact("Sustituto de Google", "Stand-in for Google", stage.sandbox()?.base());
    voice.fact("Portal de muestra", "Sample portal", stage.sandbox()?.portal_base());
    stage.prepare(patience, voice)?;
    voice.fact("Empresa", "Company", &format!("{} ({})", samples::issuer().name, stage.rfc()));
    let window = match choose(arguments, patience, voice) {
        Some(browser) => guide::lead(&browser, stage, patience, voice)?,
        None => None,
    };
    if window.is_none() {
        voice.say(
            "La demostración hace también la parte del navegador y de la persona.",
            "The demonstration plays the browser's and the person's parts too.",
        );
        play::play(stage, patience, voice)?;
    }
    arrival::report(stage, patience, voice)?;
    guide::look(window, stage, patience, voice)?;
    voice.say(
        "Funcionó. Cómo usarlo con su propia cuenta de Google: README.md.",
        "It worked. How to use it with your own Google account: README.md.",
    );
    Ok(())
}

/// The browser to use, if any; says why when there is none.
fn choose(arguments: &Arguments, patience: &Patience, voice: &Voice) -> Option<Browser> {
    if arguments.no_browser {
        return None;
    }
    let why = match browser::find(patience) {
        Ok(browser) => return Some(browser),
        Err(why) => why,
    };
    match why {
        WhyNot::System => voice.say(
            "En este sistema la demostración todavía no abre el navegador.",
            "On this system the demonstration does not open the browser yet.",
        ),
        WhyNot::NoDisplay => voice.say("No hay pantalla.", "There is no display."),
        WhyNot::NoBrowser => {
            voice.say("No se encontró Chromium, Chrome ni Edge.", "Found neither Chromium nor Chrome nor Edge.");
        }
        WhyNot::Named(path) => {
            let path = path.display();
            voice.say(&format!("No existe el navegador {path}."), &format!("There is no browser {path}."));
        }
        WhyNot::Snap(path) => {
            let path = path.display();
            voice.say(
                &format!("{path} es un Snap: desde su encierro no alcanza al programa."),
                &format!("{path} is a Snap: from its confinement it does not reach the host."),
            );
        }
    }
    None
}

fn tell_tidied(voice: &Voice, tidied: &Tidied) {
    match tidied {
        Tidied::Gone => {
            voice.say("Se borró todo lo que hizo la demostración.", "All that the demonstration made was deleted.")
        }
        Tidied::Kept(path) => voice.fact("Carpetas conservadas", "Folders kept", &path.display().to_string()),
        Tidied::Left(path) => voice.fact("No se pudo borrar", "Could not be deleted", &path.display().to_string()),
    }
}

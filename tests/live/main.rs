//! The check as a program: `cargo run --example live-check -- --client client_secret.json`. See `README.md`.

use std::io::{self, BufRead as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use url::Url;

#[path = "mod.rs"]
mod live;
#[path = "../support/samples.rs"]
mod samples;

use live::claims::Verdict;
use live::loopback::Loopback;
use live::person::{Answer, Notice, Person, Question, Visit};
use live::report::Report;
use live::{Keeping, LiveError, Settings, Where};

/// Comprueba con una cuenta real de Google lo que ningún sustituto puede probar.
///
/// Checks with a real Google account what no stand-in can prove. Sends three messages to the person's own address.
#[derive(Debug, Parser)]
#[command(name = "live-check")]
struct Arguments {
    /// Archivo del cliente OAuth de tipo «App de escritorio» / file of an OAuth client of the type Desktop.
    #[arg(long)]
    client: PathBuf,
    /// El informe (live-check-report.json, o live-check-later.json con --resume); junto a él queda una página .md /
    /// the report; a .md page goes beside it.
    #[arg(long)]
    report: Option<PathBuf>,
    /// Comprueba días después el token que se guardó / checks, days later, the token that was kept.
    #[arg(long, value_name = "STATE")]
    resume: Option<PathBuf>,
    /// Dónde queda el estado para --resume / where the state for --resume goes.
    #[arg(long, default_value = "live-check-state.json")]
    state: PathBuf,
    /// Dónde se guarda el token / where the token is kept.
    #[arg(long, value_enum, default_value = "keyring")]
    vault: Where,
    /// Puerto de 127.0.0.1 para el regreso; 0 es cualquiera / port for the redirect; 0 is any.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Segundos hasta volver a preguntar / seconds until a finished session is asked again.
    #[arg(long, default_value_t = 60)]
    later: u64,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(io::stderr(), "live-check: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), LiveError> {
    let state = arguments.resume.as_ref().unwrap_or(&arguments.state).clone();
    // A later check must not take the place of the first report.
    let report = if arguments.resume.is_some() { "live-check-later.json" } else { "live-check-report.json" };
    let settings = Settings {
        client: arguments.client.clone(),
        report: arguments.report.clone().unwrap_or_else(|| PathBuf::from(report)),
        keeping: Keeping { state, vault: arguments.vault },
        later: Duration::from_secs(arguments.later),
        breath: Duration::from_secs(2),
    };
    let mut terminal = Terminal;
    let report = match arguments.resume {
        Some(_) => Some(live::resume(&settings, &mut terminal)?),
        None => live::check(&settings, &Loopback::bind(arguments.port)?, &mut terminal)?,
    };
    if let Some(report) = report {
        summary(&settings, &report);
    }
    Ok(())
}

fn summary(settings: &Settings, report: &Report) {
    for check in report.checks.iter().filter(|check| check.verdict != Verdict::NotChecked) {
        let ((spanish, english), (resultado, result)) = (check.claim.words(), check.verdict.words());
        line(&format!("[{resultado}] {spanish}\n    [{result}] {english}"));
    }
    let page = settings.report.with_extension("md");
    line(&format!("\nInforme / report: {} · {}", settings.report.display(), page.display()));
}

/// A person at a terminal.
struct Terminal;

fn line(text: &str) {
    // A terminal that is gone takes no words, and there is nobody to tell.
    drop(writeln!(io::stdout(), "{text}"));
}

/// One line of standard input; empty at its end.
fn typed() -> String {
    drop(write!(io::stdout(), "> "));
    drop(io::stdout().flush());
    let mut text = String::new();
    drop(io::stdin().lock().read_line(&mut text));
    text.trim().to_owned()
}

impl Person for Terminal {
    fn tell(&mut self, notice: &Notice) {
        let (spanish, english) = notice.words();
        line(&format!("{spanish}\n{english}"));
    }

    fn visit(&mut self, visit: Visit, address: &Url) {
        let (spanish, english) = visit.words();
        line(&format!("\n{spanish}\n{english}\n\n{address}\n"));
    }

    fn answer(&mut self, question: Question) -> Answer {
        let (spanish, english) = question.words();
        line(&format!("\n{spanish}\n{english}\n[s = sí / yes, n = no, Enter = omitir / skip]"));
        loop {
            match typed().to_lowercase().as_str() {
                "s" | "si" | "sí" | "y" | "yes" => return Answer::Yes,
                "n" | "no" => return Answer::No,
                "" => return Answer::Skip,
                _ => line("s, n, Enter"),
            }
        }
    }

    fn original(&mut self, subject: &str) -> Option<PathBuf> {
        line(&format!(
            "\nEn Gmail abra «{subject}», menú ⋮, «Mostrar original», «Descargar original», y escriba aquí la ruta.\n\
             In Gmail open that message, menu ⋮, \"Show original\", \"Download original\", and type its path here.\n\
             [Enter = omitir / skip]"
        ));
        let typed = typed();
        // A path that was dragged into a terminal comes in quotes.
        let path = typed.trim_matches(['\'', '"']);
        (!path.is_empty()).then(|| PathBuf::from(path))
    }
}

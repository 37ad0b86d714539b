//! Entry: a browser's conversation or the command line.

use std::io::Read as _;
use std::process::ExitCode;
use std::sync::Arc;

use correo_cfdi::conversation::{self, Writer};
use correo_cfdi::place::Place;
use correo_cfdi::usecase::flows::Caller;
use correo_cfdi::{cli, install, logbook, process, stdio, wiring};

fn main() -> ExitCode {
    process::leave_no_core();
    stdio::secure();
    logbook::note_panics();
    let arguments: Vec<_> = std::env::args_os().collect();
    match arguments.get(1).and_then(|first| first.to_str()).filter(|first| first.starts_with("chrome-extension://")) {
        Some(origin) => converse(origin),
        None => cli::run(arguments),
    }
}

/// Serves the browser that started this process, until it closes the stream.
fn converse(origin: &str) -> ExitCode {
    // Taken before anything else runs: from here on only the frame writer can reach the browser.
    let Some(output) = stdio::take_stdout() else { return ExitCode::FAILURE };
    let world = Place::find().and_then(|place| wiring::world(&place));
    let code = match world {
        Ok(world) => {
            let caller = Caller::new(cli::redirect_uri(origin));
            let mut input = std::io::stdin().lock();
            drop(conversation::serve_and(Arc::new(world), caller, &mut input, Writer::new(output), mend));
            0
        }
        Err(fault) => {
            logbook::warn("main", &fault);
            conversation::decline(fault, &mut std::io::stdin().lock().take(1024 * 1024), Writer::new(output));
            1
        }
    };
    // Requests may still wait for a server: nobody is left to answer, and what was accepted is in the store.
    std::process::exit(code)
}

/// Mends what is broken of our own registrations: another browser's may be, while this one's works.
fn mend() {
    if let Err(fault) = install::mend() {
        logbook::warn("install", &fault);
    }
}

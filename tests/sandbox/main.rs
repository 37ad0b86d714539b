//! The stand-in as a program: prints one JSON line when it is ready and ends with its standard input.
//!
//! `sandbox [--port P] [--portal-port Q] [--portal-list FILE] [--redirect-uri URI]...`

use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use serde_json::json;

#[path = "mod.rs"]
mod sandbox;

/// Stand-in for Google, for tests and the demo of Correo CFDI. It is not Google.
#[derive(Debug, Parser)]
#[command(name = "sandbox")]
struct Arguments {
    /// Port of the provider on 127.0.0.1; 0 is any.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Port of the sample portal on 127.0.0.1; 0 is any.
    #[arg(long, default_value_t = 0)]
    portal_port: u16,
    /// JSON file that the portal answers at /cfdi.json.
    #[arg(long)]
    portal_list: Option<PathBuf>,
    /// A redirect URI of the client; repeat it for more.
    #[arg(long = "redirect-uri")]
    redirect_uris: Vec<String>,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(io::stderr(), "sandbox: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> io::Result<()> {
    let sandbox = sandbox::Sandbox::start(sandbox::Options {
        port: arguments.port,
        portal_port: arguments.portal_port,
        portal_list_file: arguments.portal_list,
        ..sandbox::Options::default()
    })?;
    let redirect_uris: Vec<&str> = arguments.redirect_uris.iter().map(String::as_str).collect();
    let ready = json!({
        "provider": sandbox.base(),
        "portal": sandbox.portal_base(),
        "client": sandbox.client_json(&redirect_uris),
    });
    let mut stdout = io::stdout();
    writeln!(stdout, "{ready}")?;
    stdout.flush()?;
    // Whoever started us holds our standard input; when they are gone, so are we.
    let mut rest = [0_u8; 1024];
    let mut stdin = io::stdin();
    while stdin.read(&mut rest)? > 0 {}
    Ok(())
}

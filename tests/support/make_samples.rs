//! Writes the sample invoices of a company, for tests that are not written in Rust: `samples DIR COUNT`.
//!
//! Prints a JSON list of what it made.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use serde_json::{Value, json};

#[path = "samples.rs"]
mod samples;

use samples::{Sample, SampleParty};

/// Makes synthetic CFDI with their PDFs.
#[derive(Debug, Parser)]
#[command(name = "samples")]
struct Arguments {
    /// The folder; made if need be.
    folder: PathBuf,
    /// How many.
    count: usize,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let made: Value = samples::company_set(&arguments.folder, arguments.count).iter().map(described).collect();
    match writeln!(io::stdout(), "{made}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn described(sample: &Sample) -> Value {
    json!({
        "uuid": sample.uuid,
        "kind": sample.kind,
        "serie": sample.serie,
        "folio": sample.folio,
        "date": sample.date,
        "total": sample.total,
        "issuer": party(&sample.issuer),
        "receiver": party(&sample.receiver),
        "xml": sample.xml_path,
        "pdf": sample.pdf_path,
    })
}

fn party(party: &SampleParty) -> Value {
    json!({"rfc": party.rfc, "name": party.name})
}

//! Writes the sample invoices of a company, for tests that are not written in Rust: `samples DIR COUNT`.
//!
//! Prints a JSON list of what it made. With `--cases DIR` also every case of the defect corpus, and, for each that may be
//! sent, the letter that would carry it (`.eml`) with what its attachments must be (`.json`). With `--bulk SEED` the files
//! are many, small and unsealed, in folders by year and month, and only their number is printed; `--long FILE` makes one
//! document of 10 MB.

#![expect(clippy::unwrap_used, reason = "a program for tests may fail by panicking")]

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use serde_json::{Value, json};

#[path = "bulk.rs"]
mod bulk;
#[path = "letters.rs"]
mod letters;
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
    /// A folder for the defect corpus and its letters.
    #[arg(long)]
    cases: Option<PathBuf>,
    /// Makes them for measurements, with this seed.
    #[arg(long)]
    bulk: Option<u64>,
    /// A file for one document with 25,000 concepts.
    #[arg(long)]
    long: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let made: Value = match arguments.bulk {
        Some(seed) => bulk::write(&arguments.folder, arguments.count as u64, seed).len().into(),
        None => samples::company_set(&arguments.folder, arguments.count).iter().map(described).collect(),
    };
    if let Some(path) = &arguments.long {
        fs::write(path, bulk::long(arguments.bulk.unwrap_or_default())).unwrap();
    }
    if let Some(folder) = &arguments.cases {
        write_cases(folder);
    }
    match writeln!(io::stdout(), "{made}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn write_cases(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for case in samples::defects() {
        let path = folder.join(format!("{}.xml", case.name));
        fs::write(&path, &case.bytes).unwrap();
        samples::settle(&path);
        if case.verdict != "refuse" {
            let letter = letters::letter(&path);
            fs::write(path.with_extension("eml"), &letter.bytes).unwrap();
            let files: Value =
                letter.files.iter().map(|file| json!([file.name, file.media_type, file.sha256])).collect();
            fs::write(path.with_extension("json"), files.to_string()).unwrap();
        }
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

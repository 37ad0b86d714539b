//! Writes the corpus of the seal check for an independent judge: `seal-corpus DIR COUNT SEED`.
//!
//! Prints one JSON line a document: its file, what it is, our verdict, and our *cadena original*.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test support may fail by panicking")]

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Parser;
use correo_cfdi::domain::cfdi::{self, NotChecked};
use serde_json::{Value, json};

#[path = "../seal/corpus.rs"]
mod corpus;
#[path = "../seal/grammar.rs"]
mod grammar;
#[path = "../support/samples.rs"]
mod samples;
#[path = "../seal/tree.rs"]
mod tree;
#[path = "../seal/writing.rs"]
mod writing;

use corpus::Group;

/// Writes random CFDI, sealed, changed and uncovered.
#[derive(Debug, Parser)]
#[command(name = "seal-corpus")]
struct Arguments {
    /// The folder; made if need be.
    folder: PathBuf,
    /// How many sealed documents; each has a changed copy.
    count: usize,
    /// Decides all of them.
    seed: u64,
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    fs::create_dir_all(&arguments.folder)?;
    let mut cases: Vec<(String, Vec<u8>)> = corpus::corpus(arguments.seed, arguments.count)
        .into_iter()
        .map(|case| {
            let label = match case.group {
                Group::Sealed => "sealed".to_owned(),
                Group::Changed(how) => format!("changed {how}"),
                Group::Uncovered(why) => format!("uncovered {why}"),
            };
            (label, case.bytes)
        })
        .collect();
    cases.extend(samples::company_set_xml(48).into_iter().map(|xml| ("sealed".to_owned(), xml.into_bytes())));
    for (index, (label, bytes)) in cases.iter().enumerate() {
        let path = arguments.folder.join(format!("{index:05}.xml"));
        fs::write(&path, bytes)?;
        writeln!(io::stdout(), "{}", judged(&path.to_string_lossy(), label, bytes)?)?;
    }
    Ok(())
}

fn judged(path: &str, label: &str, bytes: &[u8]) -> io::Result<Value> {
    let seal = cfdi::read_and_check_seal(bytes)?.seal;
    Ok(json!({
        "path": path,
        "label": label,
        "seal": seal.code(),
        "note": seal.not_checked().map(NotChecked::code),
        "cadena": cfdi::cadena_original(bytes)?.ok(),
    }))
}

//! `print`: a printed representation as a file.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::print::Printer;
use crate::domain::cfdi::Uuid;
use crate::domain::draft::base_name;
use crate::domain::hex;
use crate::ports::library::{Inspection, Seals};
use crate::protocol::delivery::DocumentParam;
use crate::protocol::failure::{Fault, Kind};
use crate::usecase::{World, prepare, prints};
use crate::wiring;

/// The result; the names are part of the command line's contract.
#[derive(Serialize)]
struct Line<'a> {
    path: String,
    uuid: &'a str,
    size: usize,
    sha256: String,
}

/// Writes the PDF of one document into a new file. A file that is there already is never written over.
pub(super) fn print(
    world: impl FnOnce() -> Result<World, Fault>,
    document: &str,
    output: Option<PathBuf>,
    printer: &Printer,
) -> Result<u8, Fault> {
    let inspection = find(world, document)?;
    let pdf = prints::make(&*wiring::files(), &*wiring::typesetter(), &inspection)?;
    let Some(cfdi) = &inspection.cfdi else { return Err(Kind::DocumentRefused.into()) };
    let path = output.unwrap_or_else(|| PathBuf::from(format!("{}.pdf", base_name(cfdi))));
    write_new(&path, &pdf).map_err(|_| Fault::new(Kind::InvalidParams).about(path.display().to_string()))?;
    let (size, sha256) = (pdf.len(), hex(&Sha256::digest(&pdf)));
    let line = Line { path: path.display().to_string(), uuid: cfdi.uuid.as_str(), size, sha256 };
    printer.result(&line, |line| line.path.clone());
    Ok(0)
}

/// A folio fiscal is looked up in the library; a file needs no state at all.
fn find(world: impl FnOnce() -> Result<World, Fault>, document: &str) -> Result<Inspection, Fault> {
    if let Ok(uuid) = Uuid::parse(document) {
        let asked = DocumentParam { uuid: Some(uuid.to_string()), ..DocumentParam::default() };
        return prepare::find_one(&world()?, asked);
    }
    wiring::files().inspect(Path::new(document), Seals::Check).map_err(|error| Fault::from(error).about(document))
}

fn write_new(path: &Path, pdf: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // Payroll and prices: for the owner alone, as the program's own files.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(pdf)
}

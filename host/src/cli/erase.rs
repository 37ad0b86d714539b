//! `uninstall --erase`: everything that this installation knows goes, after a person said so.

use std::io::{BufRead as _, IsTerminal as _};

use super::print::Printer;
use super::usage;
use crate::place::Place;
use crate::protocol::failure::Fault;
use crate::usecase::{World, erase};
use crate::wiring;

/// What a person types to agree, in either language: a word, because a single key is pressed by mistake.
const WORDS: [&str; 2] = ["borrar", "erase"];

/// An erasure that was agreed to. Nothing is gone yet.
pub(super) struct Erasing {
    place: Place,
    /// None where there is no state at all.
    world: Option<World>,
}

/// Asks the person, unless the arguments already say so.
///
/// # Errors
/// `invalid_params` without a terminal, or when the person did not agree; the store's.
pub(super) fn begin(agreed: bool, printer: &Printer) -> Result<Erasing, Fault> {
    let place = Place::find()?;
    let world = if place.folder().is_dir() { Some(wiring::world(&place)?) } else { None };
    if let Some(world) = &world
        && !agreed
    {
        ask(&place, erase::at_stake(world)?, printer)?;
    }
    Ok(Erasing { place, world })
}

impl Erasing {
    /// Forgets the secrets, then removes the files.
    ///
    /// # Errors
    /// `busy`, the vault's, the store's, `store_read_only`; what could not be erased can be erased by doing it again.
    pub(super) fn finish(self, printer: &Printer) -> Result<(), Fault> {
        let Some(world) = self.world else { return Ok(()) };
        erase::forget_secrets(&world)?;
        // Its databases are closed before their files go.
        drop(world);
        self.place.erase()?;
        let folder = self.place.folder();
        printer.remark(printer.text("cli_erased"));
        if folder.is_dir() {
            printer.remark(&printer.filled("cli_erased_rest", &[&folder.display()]));
        }
        Ok(())
    }
}

fn ask(place: &Place, at_stake: u32, printer: &Printer) -> Result<(), Fault> {
    if !std::io::stdin().is_terminal() {
        return Err(usage("--erase: --yes"));
    }
    let folder = place.folder().display();
    printer.question(&printer.filled("cli_erase_question", &[&folder, &at_stake]));
    let mut typed = String::new();
    let read = std::io::stdin().lock().read_line(&mut typed);
    match read.is_ok() && WORDS.contains(&typed.trim().to_lowercase().as_str()) {
        true => Ok(()),
        false => Err(usage("--erase")),
    }
}

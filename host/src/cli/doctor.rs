//! `doctor`: how the parts stand that the program works with.

use serde::Serialize;

use super::doctor_network::Network;
use super::exit_code;
use super::print::Printer;
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::health::Health;
use crate::protocol::library::{LibraryWatched, PolledWhy};
use crate::usecase::{World, clients, health};

/// What was found.
#[derive(Debug, Serialize)]
struct Found {
    #[serde(flatten)]
    health: Health,
    network: Network,
}

/// The exit code is that of what fails first; a folder that is scanned instead of watched works, and fails nothing.
pub(super) fn doctor(world: &World, printer: &Printer) -> Result<u8, Fault> {
    let health = health::examine(world)?;
    // A store that cannot be read has its own line; Google is looked at in place of the client's provider then.
    let client = clients::public(world).unwrap_or_default();
    let found = Found { network: Network::examine(client.as_ref()), health };
    let failure = found.health.store_failure.or(found.health.vault_failure).or(found.network.failure());
    printer.result(&found, |found| {
        let mut lines = lines(&found.health, printer);
        lines.extend(found.network.lines(printer));
        lines.join("\n")
    });
    Ok(failure.map_or(0, exit_code))
}

fn lines(found: &Health, printer: &Printer) -> Vec<String> {
    let state =
        |failure: Option<Kind>| failure.map_or_else(|| printer.text("works").to_owned(), |kind| printer.failure(kind));
    let vault = if found.vault == "file" { "vault_file" } else { "vault_keyring" };
    let mut lines = vec![format!("{}: {}", printer.text(vault), state(found.vault_failure))];
    lines.push(format!("{}: {}", printer.text("outbox"), state(found.store_failure)));
    // Without the store nobody knows about the rest.
    if found.store_failure.is_none() {
        let client = if found.client.is_some() { "works" } else { "missing" };
        lines.push(format!("{}: {}", printer.text("client"), printer.text(client)));
        lines.push(format!("{}: {}", printer.text("accounts"), found.accounts.len()));
    }
    lines.extend(found.watched.iter().flat_map(|watched| folders(watched, printer)));
    lines
}

fn folders(watched: &LibraryWatched, printer: &Printer) -> Vec<String> {
    let head = printer.text("library");
    let heard = watched.folders.iter().map(|folder| format!("{head}: {folder}: {}", printer.text("folder_watched")));
    let polled = watched.polled.iter().map(|one| {
        let why = match one.why {
            PolledWhy::Network => "folder_polled_network",
            PolledWhy::Limit => "folder_polled_limit",
            PolledWhy::Unavailable => "folder_polled_unavailable",
        };
        format!("{head}: {}: {}", one.folder, printer.text(why))
    });
    heard.chain(polled).collect()
}

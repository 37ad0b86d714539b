//! What is kept: the store, the vault, the client, the accounts, the folders, the outbox.

mod folders;

use std::io;
use std::path::Path;

use super::check::Check;
use crate::install;
use crate::place::Place;
use crate::protocol::account::AccountState;
use crate::protocol::client::{ClientOrigin, ClientView};
use crate::protocol::doctor::Cause;
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::health::Health;
use crate::usecase::{World, health};

/// Looks at everything that is kept, through the world or, where it cannot be opened, as far as possible.
pub(super) fn checks(world: Result<&World, &Fault>) -> Vec<Check> {
    let place = Place::find();
    let mut checks = vec![match &place {
        Ok(place) => write(place.folder(), may_write(place.folder())),
        Err(fault) => Check::fail("store.write", fault.kind()),
    }];
    let seen = world.map_err(Clone::clone).and_then(health::health);
    let redirects = redirect_uris();
    checks.extend(judge(&seen, &redirects));
    match world {
        Ok(world) if seen.is_ok_and(|health| health.store_failure.is_none()) => checks.extend(folders::checks(world)),
        Ok(_) | Err(_) => checks.push(Check::not_checked("folders.read")),
    }
    checks
}

/// Where sign-in has to end for each extension that this program knows (developer.chrome.com, `identity.getRedirectURL`).
fn redirect_uris() -> Vec<String> {
    let ids = install::known_ids().unwrap_or_default();
    ids.iter().map(|id| format!("https://{id}.chromiumapp.org/")).collect()
}

/// Writes a file and takes it away again.
fn may_write(folder: &Path) -> io::Result<()> {
    let file = folder.join(format!(".doctor-{}.tmp", std::process::id()));
    let written = std::fs::write(&file, b"x").and_then(|()| std::fs::File::open(&file)?.sync_all());
    let removed = std::fs::remove_file(&file);
    written.and(removed)
}

fn write(folder: &Path, written: io::Result<()>) -> Check {
    let id = "store.write";
    let check = match written.map_err(|error| error.kind()) {
        Ok(()) => Check::ok(id),
        Err(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => Check::fail(id, Kind::StoreFull),
        Err(_) => Check::fail(id, Kind::StoreReadOnly),
    };
    check.fact("folder", folder.display().to_string())
}

/// `seen` is what keeps everything from being looked at, where something does.
fn judge(seen: &Result<Health, Fault>, redirects: &[String]) -> Vec<Check> {
    let unseen = |ids: &[&str]| ids.iter().map(|id| Check::not_checked(*id)).collect::<Vec<_>>();
    let health = match seen {
        Ok(health) => health,
        Err(fault) => {
            let check = Check::fail("store.read", fault.kind());
            let check = fault.data.subject.iter().fold(check, |check, subject| check.fact("setting", subject));
            let mut checks = vec![check];
            checks.extend(unseen(&[
                "vault.state",
                "client.registration",
                "client.redirects",
                "accounts.state",
                "outbox.state",
            ]));
            return checks;
        }
    };
    let mut checks = match health.store_failure {
        Some(kind) => vec![Check::fail("store.read", kind), vault(health)],
        None => vec![Check::ok("store.read"), vault(health)],
    };
    // Without the store nobody knows about the rest.
    if health.store_failure.is_some() {
        checks.extend(unseen(&["client.registration", "client.redirects", "accounts.state", "outbox.state"]));
        return checks;
    }
    checks.push(client(health, redirects));
    checks.push(client_redirects(health.client.as_ref(), redirects));
    checks.push(accounts(health));
    checks.push(outbox(health));
    checks
}

fn vault(health: &Health) -> Check {
    let check = match health.vault_failure {
        Some(kind) => Check::fail("vault.state", kind),
        None => Check::ok("vault.state"),
    };
    check.said("vault", if health.vault == "file" { "vault_file" } else { "vault_keyring" }, "")
}

fn client(health: &Health, redirects: &[String]) -> Check {
    let id = "client.registration";
    match &health.client {
        // Whoever registers one now needs these.
        None => {
            let check = match health.client_failure {
                // The package brings one that cannot be used.
                Some(kind) => Check::fail(id, kind),
                None => Check::warn(id, Kind::NoClient),
            };
            redirects.iter().fold(check, |check, uri| check.fact("redirect_uri", uri))
        }
        Some(client) => Check::ok(id)
            .fact("client_id", &client.client_id)
            .fact("client_kind", &client.kind)
            .said("client_origin", origin(client.origin), "")
            .fact("hosts", client.hosts.join(", ")),
    }
}

fn origin(origin: ClientOrigin) -> &'static str {
    match origin {
        ClientOrigin::Packaged => "client_origin_packaged",
        ClientOrigin::Imported => "client_origin_imported",
        ClientOrigin::Policy => "client_origin_policy",
    }
}

/// A client of the type *Web application* takes a redirect only to an address that its owner registered; a *Desktop app*
/// has none, because its answers come to this computer.
fn client_redirects(client: Option<&ClientView>, redirects: &[String]) -> Check {
    let id = "client.redirects";
    let Some(client) = client.filter(|client| client.kind == "web") else { return Check::not_checked(id) };
    let missing = |uri: &&String| !client.redirect_uris.contains(uri);
    let check = match redirects.iter().any(|uri| missing(&uri)) {
        true => Check::warn(id, Cause::RedirectNotListed),
        false => Check::ok(id),
    };
    redirects
        .iter()
        .fold(check, |check, uri| check.fact(if missing(&uri) { "redirect_missing" } else { "redirect_uri" }, uri))
}

fn accounts(health: &Health) -> Check {
    let id = "accounts.state";
    let waiting = health.accounts.iter().filter(|account| account.state == AccountState::SignInNeeded).count();
    let check = match (health.accounts.len(), waiting) {
        // There is nothing to sign in with.
        (0, _) if health.client.is_none() => return Check::not_checked(id),
        (0, _) => return Check::warn(id, Cause::AccountNone),
        (_, 0) => Check::ok(id),
        (..) => Check::warn(id, Kind::SignInNeeded).fact("accounts_waiting", waiting.to_string()),
    };
    check.fact("accounts", health.accounts.len().to_string())
}

fn outbox(health: &Health) -> Check {
    let counts = health.outbox;
    let check = match counts.need_person {
        0 => Check::ok("outbox.state"),
        _ => Check::warn("outbox.state", Cause::OutboxWaits).fact("need_person", counts.need_person.to_string()),
    };
    check.fact("under_way", counts.under_way.to_string()).fact("sent_today", counts.sent_today.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::doctor::{CheckState, Why};
    use crate::protocol::health::{Ahead, OutboxCounts};

    const URI: &str = "https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/";

    fn health() -> Health {
        Health {
            vault: "keyring".into(),
            vault_failure: None,
            store_failure: None,
            client: None,
            client_failure: None,
            accounts: Vec::new(),
            outbox: OutboxCounts::default(),
            ahead: Ahead { next_at: None, batches: Vec::new() },
            watched: None,
        }
    }

    fn web(uris: &[&str]) -> ClientView {
        ClientView {
            client_id: "x.apps.example".into(),
            kind: "web".into(),
            google: true,
            hosts: vec!["oauth2.googleapis.com".into()],
            redirect_uris: uris.iter().map(ToString::to_string).collect(),
            ways: Vec::new(),
            origin: ClientOrigin::Imported,
        }
    }

    fn of(checks: &[Check], id: &str) -> (CheckState, Option<Why>) {
        let found: Vec<_> =
            checks.iter().filter(|check| check.id == id).map(|check| (check.state, check.why)).collect();
        assert_eq!(found.len(), 1, "{id}");
        found[0]
    }

    #[test]
    fn a_fresh_installation_lacks_a_client_and_is_told_what_to_register() {
        let uris = [URI.to_owned()];
        let checks = judge(&Ok(health()), &uris);
        assert_eq!(of(&checks, "client.registration"), (CheckState::Warn, Some(Kind::NoClient.into())));
        assert_eq!(checks[2].facts[0].name, "redirect_uri");
        assert_eq!(of(&checks, "accounts.state").0, CheckState::NotChecked);
        assert_eq!(of(&checks, "vault.state").0, CheckState::Ok);
        assert_eq!(of(&checks, "outbox.state").0, CheckState::Ok);
    }

    #[test]
    fn a_package_whose_client_cannot_be_used_is_a_failure() {
        let checks = judge(&Ok(Health { client_failure: Some(Kind::PackagedClientUnusable), ..health() }), &[]);
        assert_eq!(of(&checks, "client.registration"), (CheckState::Fail, Some(Kind::PackagedClientUnusable.into())));
    }

    #[test]
    fn a_web_client_has_to_list_the_redirect_of_every_extension() {
        let uris = [URI.to_owned()];
        assert_eq!(client_redirects(Some(&web(&[URI])), &uris).state, CheckState::Ok);
        let missing = client_redirects(Some(&web(&["https://x.example/"])), &uris);
        assert_eq!((missing.state, missing.why), (CheckState::Warn, Some(Cause::RedirectNotListed.into())));
        assert_eq!(missing.facts[0].name, "redirect_missing");
        let desktop = ClientView { kind: "installed".into(), ..web(&[]) };
        assert_eq!(client_redirects(Some(&desktop), &uris).state, CheckState::NotChecked);
    }

    #[test]
    fn what_fails_is_named_and_what_depends_on_it_is_not_guessed() {
        let broken =
            Health { store_failure: Some(Kind::StoreCorrupt), vault_failure: Some(Kind::VaultLocked), ..health() };
        let checks = judge(&Ok(broken), &[]);
        assert_eq!(of(&checks, "store.read"), (CheckState::Fail, Some(Kind::StoreCorrupt.into())));
        assert_eq!(of(&checks, "vault.state"), (CheckState::Fail, Some(Kind::VaultLocked.into())));
        assert_eq!(of(&checks, "outbox.state").0, CheckState::NotChecked);
        let checks = judge(&Err(Fault::new(Kind::ConfigInvalid).about("config.toml:3")), &[]);
        assert_eq!(of(&checks, "store.read"), (CheckState::Fail, Some(Kind::ConfigInvalid.into())));
        assert_eq!(of(&checks, "vault.state").0, CheckState::NotChecked);
    }

    #[test]
    fn work_that_waits_for_a_person_is_a_warning() {
        let outbox = OutboxCounts { need_person: 2, ..OutboxCounts::default() };
        let checks = judge(&Ok(Health { outbox, client: Some(web(&[])), ..health() }), &[]);
        assert_eq!(of(&checks, "outbox.state"), (CheckState::Warn, Some(Cause::OutboxWaits.into())));
        assert_eq!(of(&checks, "accounts.state"), (CheckState::Warn, Some(Cause::AccountNone.into())));
    }

    #[test]
    fn a_folder_that_takes_no_file_is_told() {
        assert_eq!(write(Path::new("/x"), Ok(())).state, CheckState::Ok);
        let full = write(Path::new("/x"), Err(io::ErrorKind::StorageFull.into()));
        assert_eq!(full.why, Some(Kind::StoreFull.into()));
        let denied = write(Path::new("/x"), Err(io::ErrorKind::PermissionDenied.into()));
        assert_eq!((denied.state, denied.why), (CheckState::Fail, Some(Kind::StoreReadOnly.into())));
    }
}

//! Joins every port with its adapter: the one place that names both. Opens nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use crate::adapters::detached_sender::DetachedSender;
use crate::adapters::disk_package::DiskPackage;
use crate::adapters::disk_prints::DiskPrints;
use crate::adapters::disk_spool::DiskSpool;
use crate::adapters::file_locks::FileLocks;
pub use crate::adapters::file_vault::MIN_PASSPHRASE;
use crate::adapters::file_vault::{self, FileVault, PassphraseKey};
use crate::adapters::folder_files::FolderFiles;
use crate::adapters::gmail_post::GmailPost;
use crate::adapters::hyper_loopback::HyperLoopback;
use crate::adapters::keyring_vault::KeyringVault;
use crate::adapters::krilla_typesetter::KrillaTypesetter;
use crate::adapters::lettre_letter::LettreLetter;
use crate::adapters::notify_watch::NotifyWatch;
use crate::adapters::oauth2_provider::Oauth2Provider;
use crate::adapters::rfd_desktop::RfdDesktop;
use crate::adapters::smtp_post::SmtpPost;
use crate::adapters::soap_status_service::{ADDRESS, SoapStatusService};
use crate::adapters::sqlite_library::SqliteLibrary;
use crate::adapters::sqlite_status_memory::SqliteStatusMemory;
use crate::adapters::sqlite_store::{KEEP_DAYS, SqliteStore};
use crate::adapters::system::System;
use crate::domain::client::{Provider, is_loopback};
use crate::logbook;
use crate::net::Net;
use crate::place::{Place, VaultChoice};
use crate::ports::post::{Parcel, Post, PostError, Progress, Session};
use crate::ports::{CfdiFiles, StatusService, Typesetter, Vault};
use crate::protocol::failure::{Fault, Kind};
use crate::usecase::World;

/// The world of this operating-system user.
///
/// # Errors
/// `config_invalid`, `store_read_only`.
pub fn world(place: &Place) -> Result<World, Fault> {
    place.prepare()?;
    let settings = place.settings()?;
    logbook::begin(place.join("correo-cfdi.log"));
    let keep_days = settings.keep_ledger_days.unwrap_or(KEEP_DAYS);
    let net = Arc::new(Net::default());
    let status = SoapStatusService::new(Arc::clone(&net), status_address(settings.status_service.as_deref())?);
    let vault: Box<dyn Vault> = match (settings.vault, settings.key_file) {
        (VaultChoice::File, Some(key)) => Box::new(FileVault::new(&place.join("vault"), &place.folder().join(key))),
        (VaultChoice::File, None) => Box::new(FileVault::with_passphrase(&place.join("vault"), passphrase_key(place))),
        (VaultChoice::Keyring, _) => Box::new(KeyringVault::new()),
    };
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("correo-cfdi"));
    Ok(World {
        vault,
        provider: Box::new(Oauth2Provider::new(Arc::clone(&net))),
        loopback: Box::new(HyperLoopback::new(Arc::clone(&net))),
        post: Box::new(Posts { api: GmailPost::new(Arc::clone(&net)), smtp: SmtpPost::new(net) }),
        store: Box::new(SqliteStore::new(&place.join("outbox.db")).keeping(keep_days)),
        library: Box::new(SqliteLibrary::new(place.join("library.db"))),
        files: files(),
        status: Box::new(status),
        statuses: Box::new(SqliteStatusMemory::new(place.join("status.db"))),
        folder_watch: Box::new(NotifyWatch),
        spool: Box::new(DiskSpool::new(&place.join("spool"))),
        prints: Box::new(DiskPrints::new(&place.join("prints"))),
        typesetter: typesetter(),
        letter: Box::new(LettreLetter),
        locks: Box::new(FileLocks::new(&place.join("locks"))),
        package: Box::new(DiskPackage::of(&program)),
        sender: Box::new(DetachedSender::new(program)),
        desktop: Box::new(RfdDesktop::default()),
        clock: Box::new(System),
        machine: Box::new(System),
        dice: Box::new(System),
    })
}

/// The upload API, or the mail server where the provider has one.
struct Posts {
    api: GmailPost,
    smtp: SmtpPost,
}

impl Posts {
    fn of(&self, provider: &Provider) -> &dyn Post {
        if provider.smtp.is_some() { &self.smtp } else { &self.api }
    }
}

impl Post for Posts {
    fn open(&self, provider: &Provider, token: &SecretString, parcel: &Parcel<'_>) -> Result<Session, PostError> {
        self.of(provider).open(provider, token, parcel)
    }

    fn upload(
        &self,
        provider: &Provider,
        token: &SecretString,
        session: &Session,
        parcel: &Parcel<'_>,
        from: u64,
    ) -> Progress {
        self.of(provider).upload(provider, token, session, parcel, from)
    }

    fn ask(&self, provider: &Provider, token: &SecretString, session: &Session, size: u64) -> Progress {
        self.of(provider).ask(provider, token, session, size)
    }

    fn abandon(&self, session: &Session) {
        self.api.abandon(session);
        self.smtp.abandon(session);
    }
}

/// The SAT's status service alone, for a look that needs no other state.
///
/// # Errors
/// `config_invalid`.
pub fn status_service(place: &Place) -> Result<Box<dyn StatusService>, Fault> {
    let address = status_address(place.settings()?.status_service.as_deref())?;
    Ok(Box::new(SoapStatusService::new(Arc::new(Net::default()), address)))
}

/// The address that a person wrote, or the SAT's own. What is asked names issuer, receiver and amount, so it goes over TLS.
fn status_address(written: Option<&str>) -> Result<Url, Fault> {
    let address = Url::parse(written.unwrap_or(ADDRESS)).ok();
    let is_safe = |url: &Url| url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
    address.filter(is_safe).ok_or_else(|| Fault::new(Kind::ConfigInvalid).about("status_service"))
}

/// Makes a key file for the file vault; an existing file is never written over.
///
/// # Errors
/// `vault_key_file`.
pub fn make_vault_key(path: &Path) -> Result<(), Fault> {
    file_vault::make_key(path).map_err(|error| Fault::from(error).about(path.display().to_string()))
}

/// The key of a file vault with a passphrase.
#[must_use]
pub fn passphrase_key(place: &Place) -> PassphraseKey {
    PassphraseKey::new(&place.join("vault-key.sealed"))
}

/// The files alone, for a look that needs no state.
#[must_use]
pub fn files() -> Box<dyn CfdiFiles> {
    Box::new(FolderFiles)
}

/// The maker of printed representations alone, which needs no state either.
#[must_use]
pub fn typesetter() -> Box<dyn Typesetter> {
    Box::new(KrillaTypesetter)
}

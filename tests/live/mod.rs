//! Checks with a real account what no stand-in can prove about Google.
//!
//! It runs the program's own use cases and adapters; beside them stand only a listener for the redirect, a note of what
//! the token answers held, and the plain requests that break an upload on purpose. `main.rs` is it as a program; its
//! self-test includes it with `#[path = "live/mod.rs"] mod live;` and plays the person.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use correo_cfdi::adapters::detached_sender::DetachedSender;
use correo_cfdi::adapters::disk_prints::DiskPrints;
use correo_cfdi::adapters::disk_spool::DiskSpool;
use correo_cfdi::adapters::file_locks::FileLocks;
use correo_cfdi::adapters::folder_files::FolderFiles;
use correo_cfdi::adapters::gmail_post::GmailPost;
use correo_cfdi::adapters::krilla_typesetter::KrillaTypesetter;
use correo_cfdi::adapters::lettre_letter::LettreLetter;
use correo_cfdi::adapters::oauth2_provider::Oauth2Provider;
use correo_cfdi::adapters::rfd_desktop::RfdDesktop;
use correo_cfdi::adapters::sqlite_library::SqliteLibrary;
use correo_cfdi::adapters::sqlite_status_memory::SqliteStatusMemory;
use correo_cfdi::adapters::sqlite_store::SqliteStore;
use correo_cfdi::adapters::system::System;
use correo_cfdi::domain::account::{Account, Grant};
use correo_cfdi::domain::client::{Client, ClientError, ClientKind};
use correo_cfdi::domain::status::{self, CouldNotAsk, Outcome};
use correo_cfdi::net::Net;
use correo_cfdi::ports::StatusService;
use correo_cfdi::protocol::failure::Fault;
use correo_cfdi::usecase::World;
use correo_cfdi::usecase::clients::{self, Source};
use correo_cfdi::usecase::flows::Caller;
use secrecy::{ExposeSecret as _, SecretString};

pub(crate) mod claims;
mod keeping;
mod letters;
pub(crate) mod loopback;
mod markdown;
mod original;
pub(crate) mod person;
mod plain;
mod refresh;
pub(crate) mod report;
mod sessions;
mod sign_ins;
mod watched;

use claims::Claim;
use loopback::Loopback;
use person::{Answer, Notice, Person, Question};
use report::{Report, ReportError, Secrets};
use watched::{Watch, Watched};

pub(crate) use keeping::{Keeping, Where};

/// How a run goes.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Google's client file.
    pub(crate) client: PathBuf,
    /// Where the report goes; a page to read goes beside it.
    pub(crate) report: PathBuf,
    /// Where the token for a later check goes, and what is known of it.
    pub(crate) keeping: Keeping,
    /// Pause before a finished session is asked again.
    pub(crate) later: Duration,
    /// Pause after a broken connection: the provider needs a moment to notice.
    pub(crate) breath: Duration,
}

/// Why a run ended without a report.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LiveError {
    #[error("the client file cannot be read: {0}")]
    ClientFile(#[source] io::Error),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("the client is not of the type Desktop (\"installed\")")]
    NotInstalled,
    #[error("the state file is not one of this program")]
    State,
    #[error("the state file belongs to another client")]
    OtherClient,
    #[error("a temporary folder or file failed: {0}")]
    File(#[from] io::Error),
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error(transparent)]
    Report(#[from] ReportError),
}

/// The account under check.
#[derive(Clone, Debug)]
struct Signed {
    account: Account,
    grant: Grant,
    access_token: SecretString,
}

/// A run under way.
struct Run<'a> {
    world: World,
    net: Arc<Net>,
    watch: Watch,
    client: Client,
    caller: Caller,
    settings: &'a Settings,
    person: &'a mut dyn Person,
    report: Report,
    secrets: Secrets,
    signed: Option<Signed>,
    /// Throw-away state of the use cases.
    folder: tempfile::TempDir,
}

impl<'a> Run<'a> {
    fn new(
        settings: &'a Settings,
        person: &'a mut dyn Person,
        redirect: Option<url::Url>,
        claims: &[Claim],
    ) -> Result<Self, LiveError> {
        let text = std::fs::read_to_string(&settings.client).map_err(LiveError::ClientFile)?;
        let client = Client::parse(&text)?;
        if client.kind != ClientKind::Installed {
            return Err(LiveError::NotInstalled);
        }
        let folder = tempfile::tempdir()?;
        let (net, watch) = (Arc::new(Net::default()), Watch::default());
        let world = world(folder.path(), &net, &watch);
        clients::import(&world, &text, Source::Terminal)?;
        let mut secrets = Secrets::default();
        secrets.note(&client.client_id);
        if let Some(secret) = &client.secret {
            secrets.note(secret.expose_secret());
        }
        let report = Report::new(client.provider.is_google(), world.clock.now(), claims);
        let caller = Caller::new(redirect);
        let signed = None;
        Ok(Self { world, net, watch, client, caller, settings, person, report, secrets, signed, folder })
    }

    fn trouble(&mut self, kind: &str) {
        self.person.tell(&Notice::Trouble(kind.to_owned()));
    }

    fn finish(self) -> Result<Report, LiveError> {
        self.report.write(&self.settings.report, &self.secrets)?;
        Ok(self.report)
    }
}

/// A status service that is never asked: its switch is off here.
struct Nobody;

impl StatusService for Nobody {
    fn ask(&self, _: &status::Question) -> Outcome {
        Err(CouldNotAsk::Offline)
    }
}

/// The program's world, but in a throw-away folder, with secrets in memory and a watched provider.
fn world(folder: &Path, net: &Arc<Net>, watch: &Watch) -> World {
    let at = |name: &str| folder.join(name);
    World {
        vault: Box::new(keeping::Memory::default()),
        provider: Box::new(Watched { inner: Oauth2Provider::new(Arc::clone(net)), watch: watch.clone() }),
        loopback: Box::new(correo_cfdi::adapters::hyper_loopback::HyperLoopback::new(Arc::clone(net))),
        post: Box::new(GmailPost::new(Arc::clone(net))),
        store: Box::new(SqliteStore::new(&at("outbox.db"))),
        library: Box::new(SqliteLibrary::new(at("library.db"))),
        folder_watch: Box::new(correo_cfdi::adapters::notify_watch::NotifyWatch),
        files: Box::new(FolderFiles),
        status: Box::new(Nobody),
        statuses: Box::new(SqliteStatusMemory::new(at("status.db"))),
        spool: Box::new(DiskSpool::new(&at("spool"))),
        prints: Box::new(DiskPrints::new(&at("prints"))),
        typesetter: Box::new(KrillaTypesetter),
        letter: Box::new(LettreLetter),
        locks: Box::new(FileLocks::new(&at("locks"))),
        // Never woken: nothing here is queued.
        sender: Box::new(DetachedSender::new(at("nobody"))),
        desktop: Box::new(RfdDesktop::default()),
        clock: Box::new(System),
        machine: Box::new(System),
        package: Box::new(correo_cfdi::adapters::disk_package::DiskPackage::of(&at("nobody"))),
        dice: Box::new(System),
    }
}

/// Signs in, sends the three messages, compares, and asks about the token; `None` when the person did not begin.
pub(crate) fn check(
    settings: &Settings,
    loopback: &Loopback,
    person: &mut dyn Person,
) -> Result<Option<Report>, LiveError> {
    let mut run = Run::new(settings, person, Some(loopback.address().clone()), &Claim::ALL)?;
    if run.person.answer(Question::Begin) != Answer::Yes {
        return Ok(None);
    }
    sign_ins::check(&mut run, loopback);
    if let Some(signed) = run.signed.clone() {
        match letters::write(&run.world, run.folder.path(), &signed.account, &mut run.secrets) {
            Ok(letters) => {
                sessions::check(&mut run, &signed, &letters);
                original::check(&mut run, &letters);
            }
            Err(error) => run.trouble(&error.to_string()),
        }
        refresh::now(&mut run, &signed);
        refresh::keep_or_revoke(&mut run, &signed);
    }
    run.finish().map(Some)
}

/// Checks the token that an earlier run kept.
pub(crate) fn resume(settings: &Settings, person: &mut dyn Person) -> Result<Report, LiveError> {
    let mut run = Run::new(settings, person, None, &Claim::LATER)?;
    refresh::later(&mut run)?;
    run.finish()
}

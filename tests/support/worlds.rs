//! The use cases in this process, over the real adapters, with time and sender in the test's hand.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use correo_cfdi::adapters::disk_package::DiskPackage;
use correo_cfdi::adapters::disk_prints::DiskPrints;
use correo_cfdi::adapters::disk_spool::DiskSpool;
use correo_cfdi::adapters::file_locks::FileLocks;
use correo_cfdi::adapters::file_vault::FileVault;
use correo_cfdi::adapters::folder_files::FolderFiles;
use correo_cfdi::adapters::gmail_post::GmailPost;
use correo_cfdi::adapters::hyper_loopback::HyperLoopback;
use correo_cfdi::adapters::krilla_typesetter::KrillaTypesetter;
use correo_cfdi::adapters::lettre_letter::LettreLetter;
use correo_cfdi::adapters::oauth2_provider::Oauth2Provider;
use correo_cfdi::adapters::rfd_desktop::RfdDesktop;
use correo_cfdi::adapters::soap_status_service::SoapStatusService;
use correo_cfdi::adapters::sqlite_library::SqliteLibrary;
use correo_cfdi::adapters::sqlite_status_memory::SqliteStatusMemory;
use correo_cfdi::adapters::sqlite_store::SqliteStore;
use correo_cfdi::adapters::system::System;
use correo_cfdi::net::Net;
use correo_cfdi::ports::{Clock, Sender};
use correo_cfdi::usecase::World;

/// A state folder for worlds in this process; the same layout as the program's.
pub struct Place {
    pub folder: PathBuf,
    _own: Option<tempfile::TempDir>,
    pub clock: TestClock,
    pub sender: QuietSender,
}

impl Place {
    /// A fresh folder with a key file.
    pub fn new() -> Self {
        let own = tempfile::tempdir().unwrap();
        let key = own.path().join("vault.key");
        std::fs::write(&key, [42_u8; 32]).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        Self { _own: Some(own), ..Self::at(key.parent().unwrap().to_owned()) }
    }

    /// The folder of a home that the real program uses too.
    pub fn at(folder: PathBuf) -> Self {
        Self { folder, _own: None, clock: TestClock::default(), sender: QuietSender::default() }
    }

    /// A world as another process would have it: nothing is shared but the folder.
    pub fn world(&self) -> World {
        let net = Arc::new(Net::default());
        let at = |name: &str| self.folder.join(name);
        World {
            vault: Box::new(FileVault::new(&at("vault"), &at("vault.key"))),
            provider: Box::new(Oauth2Provider::new(Arc::clone(&net))),
            loopback: Box::new(HyperLoopback::new(Arc::clone(&net))),
            post: Box::new(GmailPost::new(net)),
            store: Box::new(SqliteStore::new(&at("outbox.db"))),
            library: Box::new(SqliteLibrary::new(at("library.db"))),
            folder_watch: Box::new(correo_cfdi::adapters::notify_watch::NotifyWatch),
            files: Box::new(FolderFiles),
            status: Box::new(SoapStatusService::new(Arc::default(), "http://127.0.0.1:9/".parse().unwrap())),
            statuses: Box::new(SqliteStatusMemory::new(at("status.db"))),
            spool: Box::new(DiskSpool::new(&at("spool"))),
            prints: Box::new(DiskPrints::new(&at("prints"))),
            typesetter: Box::new(KrillaTypesetter),
            letter: Box::new(LettreLetter),
            locks: Box::new(FileLocks::new(&at("locks"))),
            package: Box::new(DiskPackage::of(&at("program/correo-cfdi"))),
            sender: Box::new(self.sender.clone()),
            desktop: Box::new(RfdDesktop::default()),
            clock: Box::new(self.clock.clone()),
            machine: Box::new(System),
            dice: Box::new(System),
        }
    }
}

/// A clock that moves only when somebody sleeps or a test moves it.
#[derive(Clone)]
pub struct TestClock(Arc<Mutex<(DateTime<Utc>, Duration)>>);

impl Default for TestClock {
    fn default() -> Self {
        Self(Arc::new(Mutex::new((Utc::now(), Duration::from_secs(1_000)))))
    }
}

impl TestClock {
    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        let mut clock = self.0.lock().unwrap();
        clock.0 += TimeDelta::from_std(time).unwrap();
        clock.1 += time;
    }

    /// Sets the wall clock back; the monotonic one goes on.
    pub fn set_back(&self, time: Duration) {
        self.0.lock().unwrap().0 -= TimeDelta::from_std(time).unwrap();
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.lock().unwrap().0
    }

    fn monotonic(&self) -> Duration {
        self.0.lock().unwrap().1
    }

    fn sleep(&self, time: Duration) {
        self.pass(time);
    }
}

/// A sender that only counts how often it was woken.
#[derive(Clone, Default)]
pub struct QuietSender(Arc<AtomicU32>);

impl QuietSender {
    pub fn woken(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Sender for QuietSender {
    fn wake(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

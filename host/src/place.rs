//! Where state lies, and the few settings of `config.toml`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::protocol::failure::{Fault, Kind};

/// Moves all state: for tests, the demo and portable use.
pub const HOME_VARIABLE: &str = "CORREO_CFDI_HOME";

/// Files and folders of one operating-system user. Never roaming, never on a network drive.
#[derive(Debug, Clone)]
pub struct Place {
    folder: PathBuf,
}

/// `config.toml`. Unknown settings are refused: a misspelt one must not silently mean something else.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Which vault; only a person writes `file`.
    pub vault: VaultChoice,
    /// Key file of the file vault, absolute or relative to the state folder.
    pub key_file: Option<PathBuf>,
    /// Whether the file vault's key lies under a passphrase in place of a key file; on Linux, whose kernel keeps it while it
    /// is open.
    pub passphrase: bool,
    /// Days for which the history of ended deliveries is kept, from [`MIN_KEEP_DAYS`]; absent means five years.
    pub keep_ledger_days: Option<u32>,
    /// Address of the SAT's status service in place of the public one; plain http only for this machine.
    pub status_service: Option<String>,
}

/// Files in the folder that the program makes itself.
const OWN_FILES: &[&str] = &["correo-cfdi.log", "correo-cfdi.log.1", "vault-key.sealed"];

/// Folders in it that the program makes itself.
const OWN_FOLDERS: &[&str] = &["vault", "spool", "prints", "locks"];

/// Databases in it; SQLite puts files beside them.
const DATABASES: &[&str] = &["outbox.db", "library.db", "status.db"];

/// Fewest days of history: a customer who says after a month that nothing came must still be answered.
pub const MIN_KEEP_DAYS: u32 = 30;

/// Most days of history: a hundred years, beyond which the number is a slip of the pen.
pub const MAX_KEEP_DAYS: u32 = 36_500;

/// Which vault holds the tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VaultChoice {
    /// The operating system's keyring.
    #[default]
    Keyring,
    /// Encrypted files.
    File,
}

impl Place {
    /// The folder that the environment names, else the local data folder of the operating system.
    ///
    /// # Errors
    /// `config_invalid` when neither gives an absolute path.
    pub fn find() -> Result<Self, Fault> {
        let named = std::env::var_os(HOME_VARIABLE).filter(|home| !home.is_empty()).map(PathBuf::from);
        let own = || directories::ProjectDirs::from("mx", "correo-cfdi", "Correo CFDI");
        let folder = named.or_else(|| own().map(|dirs| dirs.data_local_dir().to_owned()));
        match folder.filter(|folder| folder.is_absolute()) {
            Some(folder) => Ok(Self { folder }),
            None => Err(Fault::new(Kind::ConfigInvalid).about(HOME_VARIABLE)),
        }
    }

    /// A file or folder of that name.
    #[must_use]
    pub fn join(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The folder itself.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the folder, for its owner only.
    ///
    /// # Errors
    /// `store_read_only`.
    pub fn prepare(&self) -> Result<(), Fault> {
        if self.folder.is_dir() {
            return Ok(());
        }
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder).map_err(|_| Kind::StoreReadOnly.into())
    }

    /// Removes what the program made here, and the folder if nothing else is in it: settings and a key file were put there
    /// by a person, and the folder itself may be one of a person's.
    ///
    /// # Errors
    /// `store_read_only` with the path of what could not be removed, as an open file on Windows.
    pub fn erase(&self) -> Result<(), Fault> {
        let gone = |path: &Path, removed: std::io::Result<()>| match removed {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Fault::new(Kind::StoreReadOnly).about(path.display().to_string()))
            }
            Ok(()) | Err(_) => Ok(()),
        };
        let beside =
            DATABASES.iter().flat_map(|name| ["-wal", "-shm", "-journal", ""].map(|end| format!("{name}{end}")));
        for name in beside.chain(OWN_FILES.iter().map(ToString::to_string)) {
            let path = self.join(&name);
            gone(&path, std::fs::remove_file(&path))?;
        }
        for name in OWN_FOLDERS {
            let path = self.join(name);
            gone(&path, std::fs::remove_dir_all(&path))?;
        }
        drop(std::fs::remove_dir(&self.folder));
        Ok(())
    }

    /// The settings; a missing file means the defaults.
    ///
    /// # Errors
    /// `config_invalid`, with the line's place.
    pub fn settings(&self) -> Result<Settings, Fault> {
        let path = self.join("config.toml");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Settings::default()),
            Err(_) => return Err(Fault::new(Kind::ConfigInvalid).about("config.toml")),
        };
        let settings: Settings = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            Fault::new(Kind::ConfigInvalid).about(format!("config.toml:{line}"))
        })?;
        if settings.keep_ledger_days.is_some_and(|days| !(MIN_KEEP_DAYS..=MAX_KEEP_DAYS).contains(&days)) {
            return Err(Fault::new(Kind::ConfigInvalid).about("keep_ledger_days"));
        }
        // One key: with two nobody would know which of them counts.
        let keys = usize::from(settings.key_file.is_some()) + usize::from(settings.passphrase);
        match settings.vault {
            VaultChoice::File if keys != 1 => Err(Fault::new(Kind::ConfigInvalid).about("key_file | passphrase")),
            VaultChoice::Keyring if settings.passphrase => Err(Fault::new(Kind::ConfigInvalid).about("passphrase")),
            _ if settings.passphrase && !cfg!(target_os = "linux") => {
                Err(Fault::new(Kind::ConfigInvalid).about("passphrase (Linux)"))
            }
            VaultChoice::File | VaultChoice::Keyring => Ok(settings),
        }
    }
}

//! What a demonstration needs: the stand-in, a throw-away home, a company, and invoices.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::extension;
use crate::leftovers;
use crate::patience::{self, Patience};
use crate::samples::{self, Sample};
use crate::sandbox::{Options, Sandbox};
use crate::trouble::Trouble;
use crate::voice::{Language, Voice, Wait};

/// The real program, which Cargo built for this target.
const PROGRAM: &str = env!("CARGO_BIN_EXE_correo-cfdi");

/// How many documents the company has: one of them a credit note, one of them of the older version 3.3.
const DOCUMENTS: usize = 6;

/// Length of the file vault's key, in bytes (ChaCha20-Poly1305, RFC 8439).
const KEY: usize = 32;

/// A process may still be writing while its folder is being removed; then it is tried again, for so long.
const REMOVAL: Duration = Duration::from_secs(5);

const COMMAND: Wait = Wait { es: "el programa correo-cfdi", en: "correo-cfdi", limit: Duration::from_secs(60) };

/// The setting of one demonstration. Dropping it leaves nothing behind, unless the folder is to be kept.
#[derive(Debug)]
pub(crate) struct Stage {
    sandbox: Option<Sandbox>,
    folder: Option<TempDir>,
    keep: bool,
    /// Id of the extension that speaks with the host.
    pub(crate) extension: String,
    /// The company's documents.
    pub(crate) samples: Vec<Sample>,
}

/// How tidying up went.
#[derive(Debug)]
pub(crate) enum Tidied {
    /// Everything is gone.
    Gone,
    /// Kept on request.
    Kept(PathBuf),
    /// This could not be removed.
    Left(PathBuf),
}

impl Stage {
    /// Starts the stand-in and makes home and documents.
    pub(crate) fn build(keep: bool) -> Result<Self, Trouble> {
        let failed = Trouble::io("temporary folder");
        let folder = private_folder().map_err(&failed)?;
        let samples = samples::company_set(&folder.path().join("almacén digital"), DOCUMENTS);
        let list = samples.iter().map(portal_line).collect();
        let options = Options { portal_list: Some(Value::Array(list)), ..Options::default() };
        let sandbox = Sandbox::start(options).map_err(Trouble::io("sandbox"))?;
        let stage = Self { sandbox: Some(sandbox), folder: Some(folder), keep, extension: extension::id()?, samples };
        stage.write_home().map_err(&failed)?;
        Ok(stage)
    }

    /// The stand-in; it runs until the stage ends.
    pub(crate) fn sandbox(&self) -> Result<&Sandbox, Trouble> {
        self.sandbox.as_ref().ok_or_else(|| Trouble::Unexpected("the stage has ended".to_owned()))
    }

    /// A folder or file of this demonstration.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.as_ref().map_or_else(PathBuf::new, |folder| folder.path().join(name))
    }

    /// The throw-away home of the program.
    pub(crate) fn home(&self) -> PathBuf {
        self.path("estado")
    }

    /// The folder with the company's documents.
    pub(crate) fn library(&self) -> PathBuf {
        self.path("almacén digital")
    }

    /// RFC of the company.
    pub(crate) fn rfc(&self) -> String {
        samples::issuer().rfc
    }

    /// The company as `company.save` takes it, its switch on.
    pub(crate) fn company(&self) -> Value {
        json!({"rfc": self.rfc(), "name": samples::issuer().name, "use_oauth": true, "folders": [self.library()]})
    }

    /// The real program in the throw-away home.
    pub(crate) fn program(&self, language: Language) -> Command {
        let mut command = Command::new(PROGRAM);
        let locale = if language == Language::Es { "es_MX.UTF-8" } else { "en_US.UTF-8" };
        command.env(leftovers::HOME_VARIABLE, self.home()).env("LANG", locale).env_remove("LC_ALL");
        command
    }

    /// Runs one command of the real program, and reads its lines of JSON.
    pub(crate) fn run(&self, patience: &Patience, voice: &Voice, arguments: &[&str]) -> Result<Vec<Value>, Trouble> {
        let mut command = self.program(voice.language());
        let output = patience.run(&COMMAND, command.arg("--json").args(arguments))?;
        let said = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            let said = format!("{said}{}", String::from_utf8_lossy(&output.stderr)).trim().to_owned();
            return Err(Trouble::Program { arguments: arguments.join(" "), status: output.status, said });
        }
        let lines = said.lines().map(serde_json::from_str).collect::<Result<_, _>>();
        lines.map_err(|_| Trouble::Unexpected(format!("{} printed {said}", arguments.join(" "))))
    }

    /// Imports the stand-in's client and makes the company, as a person would in a terminal.
    pub(crate) fn prepare(&self, patience: &Patience, voice: &Voice) -> Result<(), Trouble> {
        let redirect = format!("https://{}.chromiumapp.org/", self.extension);
        let client = self.path("client_secret_demo.json");
        let text = self.sandbox()?.client_json(&[&redirect]).to_string();
        std::fs::write(&client, text).map_err(Trouble::io("client file"))?;
        self.run(patience, voice, &["client", "import", &client.to_string_lossy()])?;
        let (rfc, library) = (self.rfc(), self.library());
        let name = samples::issuer().name;
        let folder = library.to_string_lossy();
        let set = ["company", "set", &rfc, "--name", &name, "--oauth", "on", "--folder", &folder];
        self.run(patience, voice, &set)?;
        Ok(())
    }

    /// The home with the file vault, whose key only its owner reads.
    fn write_home(&self) -> std::io::Result<()> {
        let home = self.home();
        std::fs::create_dir(&home)?;
        let mut key = [0_u8; KEY];
        getrandom::fill(&mut key).map_err(std::io::Error::other)?;
        write_private(&home.join("vault.key"), &key)?;
        std::fs::write(home.join("config.toml"), "vault = \"file\"\nkey_file = \"vault.key\"\n")
    }

    /// Waits for every process of this home, ends the stand-in, and removes the folder.
    pub(crate) fn end(mut self, voice: &Voice) -> Tidied {
        if leftovers::is_used(&self.home()) {
            voice.waiting(&leftovers::END);
        }
        self.tidy()
    }

    fn tidy(&mut self) -> Tidied {
        // The sender first: it ends sooner while the stand-in still answers it.
        leftovers::settle(&self.home());
        drop(self.sandbox.take());
        let Some(folder) = self.folder.take() else { return Tidied::Gone };
        if self.keep {
            return Tidied::Kept(folder.keep());
        }
        let path = folder.keep();
        let gone = patience::settle(REMOVAL, || match std::fs::remove_dir_all(&path) {
            Ok(()) => true,
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        });
        if gone { Tidied::Gone } else { Tidied::Left(path) }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if self.folder.is_some() {
            drop(self.tidy());
        }
    }
}

/// A document as the sample portal lists it, with an invented customer's address.
fn portal_line(sample: &Sample) -> Value {
    json!({
        "uuid": sample.uuid, "serie": sample.serie, "folio": sample.folio,
        "receiver_rfc": sample.receiver.rfc, "receiver_name": sample.receiver.name,
        "total": sample.total, "currency": "MXN", "email": address(sample),
    })
}

/// The invented address of a document's receiver.
pub(crate) fn address(sample: &Sample) -> String {
    format!("cliente-{}@clientes.example", sample.folio)
}

/// A temporary folder for its owner alone.
fn private_folder() -> std::io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("correo-cfdi-demo-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}

/// A file for its owner alone.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;

    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(bytes)
}

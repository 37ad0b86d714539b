//! A D-Bus session and a keyring daemon that live as long as the test, ended by their ids.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::host::wait;
use crate::processes;
use crate::screen::Screen;

/// Starts no services by itself: the system's own files would start a keyring behind the test's back.
fn configuration(folder: &Path) -> String {
    format!(
        "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
         \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\
         <busconfig><type>session</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>\
         <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/>\
         <allow own=\"*\"/></policy></busconfig>",
        folder.join("bus").display()
    )
}

/// A bus of its own with a throw-away home.
pub struct Session {
    folder: tempfile::TempDir,
    bus: Child,
    address: String,
    /// Display on which prompts are shown.
    display: Option<String>,
}

impl Session {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["run", "data/keyrings", "config", "cache"] {
            std::fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        let run = folder.path().join("run");
        std::fs::set_permissions(&run, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let file = folder.path().join("bus.conf");
        std::fs::write(&file, configuration(folder.path())).unwrap();
        let mut bus = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", file.display()))
            .args(["--nofork", "--nopidfile", "--print-address=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon, of the package dbus");
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { folder, bus, address: address.trim().to_owned(), display: None }
    }

    /// Variables for every program in this session.
    pub fn environment(&self) -> Vec<(String, String)> {
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        [
            ("DBUS_SESSION_BUS_ADDRESS", self.address.clone()),
            ("HOME", at("")),
            ("XDG_RUNTIME_DIR", at("run")),
            ("XDG_DATA_HOME", at("data")),
            ("XDG_CONFIG_HOME", at("config")),
            ("XDG_CACHE_HOME", at("cache")),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .chain(self.display.iter().map(|display| ("DISPLAY".to_owned(), display.clone())))
        .collect()
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("GNOME_KEYRING_CONTROL");
        command.envs(self.environment());
        command
    }

    /// Runs a program in this session; what it prints.
    pub fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.command(program).args(arguments).stdin(Stdio::null()).output().unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    }

    fn call(&self, destination: &str, path: &str, method: &str, argument: &str) -> String {
        let destination = format!("--dest={destination}");
        self.run("dbus-send", &["--session", "--print-reply", &destination, path, method, argument])
    }

    /// Locks the collection, as a screen saver may.
    pub fn lock(&self) {
        let collection = "array:objpath:/org/freedesktop/secrets/collection/login";
        let service = ("org.freedesktop.secrets", "/org/freedesktop/secrets");
        let answer = self.call(service.0, service.1, "org.freedesktop.Secret.Service.Lock", collection);
        assert!(answer.contains("/org/freedesktop/secrets/collection/login"), "{answer}");
    }

    fn has(&self, name: &str) -> bool {
        let method = "org.freedesktop.DBus.NameHasOwner";
        let bus = ("org.freedesktop.DBus", "/org/freedesktop/DBus");
        self.call(bus.0, bus.1, method, &format!("string:{name}")).contains("boolean true")
    }

    /// Programs that are started from now on have that display.
    pub fn show_on(&mut self, screen: &Screen) {
        self.display = Some(screen.name.clone());
    }

    /// GNOME's own prompter, as it stands behind every GNOME desktop.
    pub fn prompter(&self) -> Prompter {
        let mut command = self.command("/usr/libexec/gcr-prompter");
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let prompter = Prompter(quiet.spawn().expect("gcr-prompter, of the package gcr"));
        wait("the prompter is there", || self.has("org.gnome.keyring.SystemPrompter").then_some(()));
        prompter
    }

    /// Takes the keyring's files away, as a person does who resets it.
    pub fn take_collections(&self) -> PathBuf {
        let kept = self.folder.path().join("kept");
        std::fs::rename(self.folder.path().join("data/keyrings"), &kept).unwrap();
        std::fs::create_dir(self.folder.path().join("data/keyrings")).unwrap();
        kept
    }

    /// Puts them back.
    pub fn put_collections(&self, kept: PathBuf) {
        let place = self.folder.path().join("data/keyrings");
        std::fs::remove_dir_all(&place).unwrap();
        std::fs::rename(kept, place).unwrap();
    }

    /// A further item of that name, in the collection that lives in the daemon's memory.
    pub fn store_in_session_collection(&self, service: &str, name: &str, secret: &str) {
        let attributes = ["--collection=session", "--label=copia", "service", service, "username", name];
        let mut tool = self.command("secret-tool");
        let mut tool = tool.arg("store").args(attributes).stdin(Stdio::piped()).spawn().unwrap();
        tool.stdin.take().unwrap().write_all(secret.as_bytes()).unwrap();
        assert!(tool.wait().unwrap().success());
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.bus.kill());
        drop(self.bus.wait());
    }
}

/// A keyring daemon; it ends when it is dropped.
pub struct Keyring(Child);

impl Keyring {
    /// A daemon whose login collection is unlocked with that password, and made if there is none.
    pub fn unlocked(session: &Session, password: &str) -> Self {
        Self::start(session, &["--unlock"], password)
    }

    /// A daemon on whose machine nobody ever made a collection.
    pub fn without_collection(session: &Session) -> Self {
        Self::start(session, &[], "")
    }

    fn start(session: &Session, arguments: &[&str], password: &str) -> Self {
        let mut daemon = session
            .command("gnome-keyring-daemon")
            .args(["--foreground", "--components=secrets"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring-daemon, of the package gnome-keyring");
        let mut input = daemon.stdin.take().unwrap();
        input.write_all(password.as_bytes()).unwrap();
        drop(input);
        wait("the keyring is there", || session.has("org.freedesktop.secrets").then_some(()));
        Self(daemon)
    }
}

impl Keyring {
    /// It stands still, and answers nobody.
    pub fn stop(&self) {
        assert!(processes::signal(i32::try_from(self.0.id()).unwrap(), rustix::process::Signal::STOP));
    }

    /// It goes on where it stood.
    pub fn go_on(&self) {
        assert!(processes::signal(i32::try_from(self.0.id()).unwrap(), rustix::process::Signal::CONT));
    }
}

/// The program that asks for the password; it ends when it is dropped.
pub struct Prompter(Child);

impl Drop for Prompter {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

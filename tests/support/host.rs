//! Drives the real binary as a browser does: real frames over real pipes.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

#[path = "secrets.rs"]
pub mod secrets;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_correo-cfdi");

/// An extension id of the right shape that is nobody's.
pub const EXTENSION: &str = "abcdefghijklmnopabcdefghijklmnop";

/// How long a test waits for something that has to come; Wine on a busy computer is slow.
const PATIENCE: Duration = Duration::from_secs(if cfg!(windows) { 120 } else { 30 });

/// Where that extension's sign-in has to end.
pub fn redirect_uri() -> String {
    format!("https://{EXTENSION}.chromiumapp.org/")
}

/// A throw-away state folder.
pub struct Home {
    folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
}

impl Home {
    /// A home whose configuration names the file vault, as a person would write it.
    pub fn with_file_vault() -> Self {
        Self::bare().and_file_vault()
    }

    /// The same in a home that was made before.
    pub fn and_file_vault(self) -> Self {
        let home = self;
        let key = home.path().join("vault.key");
        std::fs::write(&key, [42_u8; 32]).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        std::fs::write(home.path().join("config.toml"), "vault = \"file\"\nkey_file = \"vault.key\"\n").unwrap();
        home
    }

    /// A home without configuration: the operating system's keyring.
    pub fn bare() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), environment: Vec::new() }
    }

    /// Sets a variable for every program of this home.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The program with this home's environment.
    pub fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.env("CORREO_CFDI_HOME", self.path()).env("LANG", "es_MX.UTF-8").env_remove("LC_ALL");
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command.envs(self.environment.iter().cloned());
        command
    }

    /// Runs the command line to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let output = self.command().args(arguments).stdin(Stdio::null()).output().unwrap();
        let search = secrets::Search::new();
        search.assert_none("standard output", &output.stdout);
        search.assert_none("standard error", &output.stderr);
        output
    }

    /// Runs a command that has to succeed, and reads its JSON lines.
    pub fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.run(&[&["--json"], arguments].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        let noise = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {:?} {text} {noise}", output.status);
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Imports the sandbox's client from the terminal, the only way for a provider that is not Google.
    pub fn import_client(&self, client: &Value) {
        let file = self.path().join("client.json");
        std::fs::write(&file, client.to_string()).unwrap();
        self.json(&["client", "import", file.to_str().unwrap()]);
    }

    /// Starts a conversation and says hello.
    pub fn host(&self) -> Host {
        let mut host = self.silent_host();
        host.ok("hello", json!({"protocol": 1, "min_protocol": 1, "extension_version": "0.1.0", "locale": "es"}));
        host
    }

    /// Starts a conversation and says nothing yet.
    pub fn silent_host(&self) -> Host {
        self.host_of(&format!("chrome-extension://{EXTENSION}/"))
    }

    /// Starts a conversation for a caller of that origin, and says nothing yet.
    pub fn host_of(&self, origin: &str) -> Host {
        Self::start(self.command().arg(origin))
    }

    /// Starts a conversation in a process group of its own, as under a browser that was started from a desktop.
    #[cfg(unix)]
    pub fn host_in_group(&self) -> Host {
        use std::os::unix::process::CommandExt as _;
        let mut host = Self::start(self.command().arg(format!("chrome-extension://{EXTENSION}/")).process_group(0));
        host.hello(1, 1, "es").unwrap();
        host
    }

    /// Starts a conversation in a process namespace whose session was begun outside of it, as in many containers; `None`
    /// where this user may make no namespaces.
    #[cfg(target_os = "linux")]
    pub fn host_in_namespace(&self) -> Option<Host> {
        let namespace = ["--user", "--map-root-user", "--pid", "--fork", "--kill-child"];
        let may = Command::new("unshare").args(namespace).arg("true").output().is_ok_and(|done| done.status.success());
        may.then(|| {
            let mut command = Command::new("unshare");
            command.args(namespace).arg(PROGRAM).arg(format!("chrome-extension://{EXTENSION}/"));
            command.env("CORREO_CFDI_HOME", self.path()).envs(self.environment.iter().cloned());
            let mut host = Self::start(&mut command);
            host.hello(1, 1, "es").unwrap();
            host
        })
    }

    /// The program where the system watches at most so many folders, for at most so many programs, as where other programs
    /// have used its limits up; `None`, with the reason said, where this user may make no namespaces.
    #[cfg(target_os = "linux")]
    pub fn command_with_watches(&self, folders: u32, programs: u32) -> Option<Command> {
        let namespace = ["--user", "--map-root-user"];
        if !Command::new("unshare").args(namespace).arg("true").output().is_ok_and(|done| done.status.success()) {
            std::io::stderr().write_all(b"skipped: this user may make no namespaces\n").unwrap();
            return None;
        }
        let limits = format!(
            "echo {folders} >/proc/sys/user/max_inotify_watches; echo {programs} >/proc/sys/user/max_inotify_instances"
        );
        let mut command = Command::new("unshare");
        command.args(namespace).args(["sh", "-ec", &format!("{limits}; exec \"$0\" \"$@\""), PROGRAM]);
        command.env("CORREO_CFDI_HOME", self.path()).envs(self.environment.iter().cloned());
        Some(command)
    }

    /// Starts a conversation by that command, which may wrap the program.
    pub fn host_by(mut command: Command) -> Host {
        let mut host = Self::start(command.arg(format!("chrome-extension://{EXTENSION}/")));
        host.hello(1, 1, "es").unwrap();
        host
    }

    fn start(command: &mut Command) -> Host {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Host { child, input: Some(input), output, next: 0, events: VecDeque::new(), heard: String::new() }
    }

    /// Starts the sender as a process of the test's own, which the test may kill.
    pub fn sender(&self) -> Child {
        let mut command = self.command();
        command.args(["outbox", "drain"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    }

    /// Holds the sender's lock: nothing leaves until it is dropped.
    pub fn hold_sender(&self) -> std::fs::File {
        let folder = self.path().join("locks");
        std::fs::create_dir_all(&folder).unwrap();
        let file = std::fs::File::create(folder.join("sender.lock")).unwrap();
        file.lock().unwrap();
        file
    }

    /// Waits until no sender holds the lock any more, so that the folder can be deleted.
    pub fn settle(&self) {
        let lock = self.path().join("locks").join("sender.lock");
        wait("the sender ends", || std::fs::File::open(&lock).map_or(Some(()), |file| file.try_lock().ok()));
    }
}

/// Ends a process without asking it.
#[cfg(unix)]
pub fn kill(process: i32) {
    let process = rustix::process::Pid::from_raw(process).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::KILL).unwrap();
}

/// Ends every process of a group without asking it.
#[cfg(unix)]
pub fn kill_group(leader: u32) {
    let leader = rustix::process::Pid::from_raw(i32::try_from(leader).unwrap()).unwrap();
    rustix::process::kill_process_group(leader, rustix::process::Signal::KILL).unwrap();
}

/// Looks again and again until something is there.
pub fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "waited too long: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// One conversation with the real host.
pub struct Host {
    pub child: Child,
    input: Option<ChildStdin>,
    output: ChildStdout,
    next: u32,
    events: VecDeque<Value>,
    /// Everything that the host ever said.
    pub heard: String,
}

impl Host {
    /// Writes raw bytes to the host.
    pub fn write_raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    /// Writes one frame.
    pub fn write(&mut self, body: &[u8]) {
        self.write_raw(&u32::try_from(body.len()).unwrap().to_ne_bytes());
        self.write_raw(body);
    }

    /// Reads one frame; `None` at the end of the stream.
    pub fn read(&mut self) -> Option<Value> {
        let mut length = [0; 4];
        self.output.read_exact(&mut length).ok()?;
        let mut body = vec![0; u32::from_ne_bytes(length) as usize];
        self.output.read_exact(&mut body).unwrap();
        self.heard.push_str(&String::from_utf8_lossy(&body));
        self.heard.push('\n');
        Some(serde_json::from_slice(&body).unwrap())
    }

    /// Writes a request as it is, and reads the next answer.
    pub fn raw(&mut self, request: &str) -> Value {
        self.write(request.as_bytes());
        self.next_answer()
    }

    /// The next answer, whatever request it belongs to.
    pub fn next_answer(&mut self) -> Value {
        loop {
            let message = self.read().expect("an answer");
            if message.get("method").is_none() {
                return message;
            }
            self.events.push_back(message);
        }
    }

    /// Says hello with these parameters.
    pub fn hello(&mut self, protocol: u32, oldest: u32, locale: &str) -> Result<Value, Value> {
        let versions =
            json!({"protocol": protocol, "min_protocol": oldest, "extension_version": "0.1.0", "locale": locale});
        self.call("hello", versions)
    }

    /// Closes the stream and says how long the process took to leave.
    pub fn leave(&mut self) -> Duration {
        let started = Instant::now();
        drop(self.input.take());
        wait("the host leaves", || self.child.try_wait().unwrap());
        started.elapsed()
    }

    /// Starts a request without waiting for its answer.
    pub fn ask(&mut self, method: &str, params: Value) -> u32 {
        self.next += 1;
        let request = json!({"jsonrpc": "2.0", "id": self.next, "method": method, "params": params});
        self.write(request.to_string().as_bytes());
        self.next
    }

    /// The answer to that request; notifications that come before it are kept.
    pub fn answer(&mut self, id: u32) -> Result<Value, Value> {
        loop {
            let Some(message) = self.read() else {
                panic!("the host ended before it answered {id}: {}", self.last_words())
            };
            if message.get("method").is_some() {
                self.events.push_back(message);
                continue;
            }
            assert_eq!(message["id"], id, "{message}");
            return match message.get("error") {
                Some(error) => Err(error.clone()),
                None => Ok(message["result"].clone()),
            };
        }
    }

    /// How the process ended and what it said on standard error, for whoever has to find out why.
    fn last_words(&mut self) -> String {
        let status = wait("the host leaves", || self.child.try_wait().unwrap());
        let mut noise = Vec::new();
        self.child.stderr.take().unwrap().read_to_end(&mut noise).unwrap();
        format!("{status}, {}", String::from_utf8_lossy(&noise))
    }

    /// Asks and waits.
    pub fn call(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// Asks for something that has to succeed.
    pub fn ok(&mut self, method: &str, params: Value) -> Value {
        self.call(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Like `ok`, but asks again where the answer says that it is too early, as a person at a busy computer does.
    pub fn patiently(&mut self, method: &str, params: &Value) -> Value {
        const TRIES: usize = 10;
        for _ in 1..TRIES {
            match self.call(method, params.clone()) {
                Err(error) if error["data"]["retry"] == "later" => {}
                answer => return answer.unwrap_or_else(|error| panic!("{method}: {error}")),
            }
        }
        self.ok(method, params.clone())
    }

    /// Asks for something that has to fail, and gives the kind.
    pub fn kind(&mut self, method: &str, params: Value) -> String {
        let error = self.call(method, params).expect_err(method);
        error["data"]["kind"].as_str().unwrap().to_owned()
    }

    /// The next notification of that method.
    pub fn event(&mut self, method: &str) -> Value {
        loop {
            while let Some(event) = self.events.pop_front() {
                if event["method"] == method {
                    return event["params"].clone();
                }
            }
            let message = self.read().expect("a notification");
            self.events.push_back(message);
        }
    }

    /// Closes the stream, as a browser does, and waits for the process to leave.
    pub fn close(mut self) -> std::process::ExitStatus {
        drop(self.input.take());
        self.child.wait().unwrap()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let search = secrets::Search::new();
        #[cfg(target_os = "linux")]
        if !std::thread::panicking() {
            search.assert_none_of_process(self.child.id());
        }
        drop(self.input.take());
        drop(self.child.wait());
        if std::thread::panicking() {
            return;
        }
        search.assert_none("what the host said", self.heard.as_bytes());
        let mut noise = Vec::new();
        drop(self.child.stderr.take().map(|mut stderr| stderr.read_to_end(&mut noise)));
        search.assert_none("the host's standard error", &noise);
    }
}

/// A company as `company.save` takes it.
pub fn company(rfc: &str, folder: &Path) -> Value {
    json!({"rfc": rfc, "name": "Empresa Demostrativa", "use_oauth": true, "folders": [folder], "cc": [], "bcc": []})
}

/// Joins a folder and creates it.
pub fn folder(home: &Home, name: &str) -> PathBuf {
    let folder = home.path().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

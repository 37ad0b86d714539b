//! Finds a browser of the Chromium family, and opens it with a throw-away profile.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::patience::{self, Patience};
use crate::trouble::Trouble;
use crate::voice::{Language, Wait};

/// Names the browser to use.
const BROWSER_VARIABLE: &str = "CORREO_CFDI_BROWSER";

/// Further flags for the browser, divided by spaces.
const FLAGS_VARIABLE: &str = "CORREO_CFDI_BROWSER_FLAGS";

/// Programs that are looked for, in this order.
const PROGRAMS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "microsoft-edge"];

/// From this version on Google Chrome ignores `--load-extension` (chromium-extensions group, "RFC: Removing the
/// --load-extension command line switch in Chrome branded builds").
const CHROME_WITHOUT_LOADING: u32 = 137;

/// A longer file is a program and no wrapper script, in bytes.
const MAX_SCRIPT: u64 = 64 * 1024;

/// How long a browser takes to close its windows.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A quiet start that speaks with nobody outside this computer.
const FLAGS: [&str; 9] = [
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    // The person's own keyring is not asked for a profile that is thrown away.
    "--password-store=basic",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--window-size=1280,900",
];

const VERSION: Wait =
    Wait { es: "la versión del navegador", en: "the browser's version", limit: Duration::from_secs(10) };

/// Why the demo does without a browser.
#[derive(Debug)]
pub(crate) enum WhyNot {
    /// Its registration is not for this system.
    System,
    /// No screen.
    NoDisplay,
    /// None is installed.
    NoBrowser,
    /// The one that the environment names is not there.
    Named(PathBuf),
    /// Confined browsers see neither the profile nor the host.
    Snap(PathBuf),
}

/// A browser that can be used.
#[derive(Debug)]
pub(crate) struct Browser {
    program: PathBuf,
    /// What it says of itself.
    pub(crate) version: String,
}

/// What a window needs to know.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    /// The throw-away profile.
    pub(crate) profile: &'a Path,
    /// The home folder of the browser's own files.
    pub(crate) user_home: &'a Path,
    /// The state folder that the browser hands on to the host.
    pub(crate) state: &'a Path,
    /// The extension's folder.
    pub(crate) extension: &'a Path,
    /// Where what the browser prints goes.
    pub(crate) log: &'a Path,
    /// Pages to open, the first in front.
    pub(crate) pages: &'a [String],
    /// Language of its menus and of the extension.
    pub(crate) language: Language,
}

/// An open browser; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Window(Child);

/// Looks for a browser and a screen.
pub(crate) fn find(patience: &Patience) -> Result<Browser, WhyNot> {
    if !cfg!(target_os = "linux") {
        return Err(WhyNot::System);
    }
    if !["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(is_set) {
        return Err(WhyNot::NoDisplay);
    }
    let program = program()?;
    let said = patience.run(&VERSION, Command::new(&program).arg("--version"));
    let version = said.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    Ok(Browser { program, version })
}

fn program() -> Result<PathBuf, WhyNot> {
    if let Some(named) = std::env::var_os(BROWSER_VARIABLE).filter(|name| !name.is_empty()) {
        return on_path(Path::new(&named)).ok_or_else(|| WhyNot::Named(PathBuf::from(named)));
    }
    let found: Vec<PathBuf> = PROGRAMS.iter().filter_map(|name| on_path(Path::new(name))).collect();
    let free = found.iter().find(|program| !is_snap(program)).cloned();
    free.ok_or_else(|| found.into_iter().next().map_or(WhyNot::NoBrowser, WhyNot::Snap))
}

/// The file that a shell would start.
fn on_path(name: &Path) -> Option<PathBuf> {
    if name.components().count() > 1 {
        return name.is_file().then(|| name.to_owned());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn is_snap(program: &Path) -> bool {
    let real = program.canonicalize().unwrap_or_else(|_| program.to_owned());
    let is_script = real.metadata().is_ok_and(|facts| facts.len() <= MAX_SCRIPT);
    let leads_there = || std::fs::read_to_string(&real).is_ok_and(|text| text.contains("/snap/bin/"));
    real.starts_with("/snap") || real.ends_with("bin/snap") || (is_script && leads_there())
}

impl Browser {
    /// Whether it surely ignores `--load-extension`.
    pub(crate) fn ignores_loading(&self) -> bool {
        let version = self.version.strip_prefix("Google Chrome ").and_then(|rest| rest.split('.').next());
        version.and_then(|major| major.parse().ok()).is_some_and(|major: u32| major >= CHROME_WITHOUT_LOADING)
    }

    /// Whether it may ignore it: what is sold under a name of its own may differ from Chromium.
    pub(crate) fn may_ignore_loading(&self) -> bool {
        !self.version.starts_with("Chromium")
    }

    /// Opens its window.
    pub(crate) fn open(&self, scene: &Scene<'_>) -> Result<Window, Trouble> {
        let failed = Trouble::io("browser");
        let log = File::create(scene.log).map_err(&failed)?;
        let mut command = Command::new(&self.program);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        environment(&mut command, scene);
        let extension = scene.extension.display();
        command.args(FLAGS).arg(format!("--user-data-dir={}", scene.profile.display()));
        command.arg(format!("--disable-extensions-except={extension}")).arg(format!("--load-extension={extension}"));
        if is_root() {
            command.arg("--no-sandbox");
        }
        if !is_set("DISPLAY") {
            command.arg("--ozone-platform-hint=auto");
        }
        let more = std::env::var(FLAGS_VARIABLE).unwrap_or_default();
        command.args(more.split_whitespace()).args(scene.pages);
        // A group of its own: Ctrl-C in the terminal reaches the demo alone, which then closes the browser in order.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map(Window).map_err(&failed)
    }
}

/// The browser hands its environment on to the host; its own files go to the throw-away folder.
fn environment(command: &mut Command, scene: &Scene<'_>) {
    let language = if scene.language == Language::Es { "es_MX" } else { "en_US" };
    command.env(crate::leftovers::HOME_VARIABLE, scene.state).env("LANGUAGE", language);
    // Where the display's key lies must be said before the home folder is another one.
    if let (None, Some(home)) = (std::env::var_os("XAUTHORITY"), std::env::var_os("HOME")) {
        let key = Path::new(&home).join(".Xauthority");
        if key.exists() {
            command.env("XAUTHORITY", key);
        }
    }
    command.env("HOME", scene.user_home);
    for folder in ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        command.env_remove(folder);
    }
}

impl Window {
    /// Whether the person has not closed it.
    pub(crate) fn is_open(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        ask_to_end(&mut self.0);
        if !patience::settle(LAST_WORDS, || !self.is_open()) {
            // It may just have ended by itself.
            drop(self.0.kill());
            drop(self.0.wait());
        }
    }
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// Whether this is the superuser, whom Chromium's own sandbox refuses.
#[cfg(unix)]
pub(crate) fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

#[cfg(not(unix))]
pub(crate) fn is_root() -> bool {
    false
}

#[cfg(unix)]
fn ask_to_end(child: &mut Child) {
    // Only while it runs: the id of a child that was waited for may be another's by now.
    if matches!(child.try_wait(), Ok(None)) {
        rustix::process::kill_process(rustix::process::Pid::from_child(child), rustix::process::Signal::TERM).ok();
    }
}

#[cfg(not(unix))]
fn ask_to_end(child: &mut Child) {
    // It may just have ended by itself.
    drop(child.kill());
}

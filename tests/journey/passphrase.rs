//! The file vault whose key a passphrase opens, with the kernel's own keyring.

use std::io::{Read as _, Write as _};
use std::process::{Output, Stdio};

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::{Home, wait};
use crate::sandbox::walk::Person;
use crate::sandbox::{Options, Sandbox};

const WORDS: &str = "caballo correcto batería grapa";
const OTHER_WORDS: &str = "otras cuatro palabras distintas";

/// A home whose key is forgotten by the kernel when the test ends.
struct Closing(Home);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.run(&["vault", "lock"]);
    }
}

/// Runs a command that reads lines of standard input.
fn run(home: &Home, arguments: &[&str], lines: &[&str]) -> Output {
    let mut command = home.command();
    command.arg("--json").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // One that refuses at once reads nothing.
    drop(input.write_all(lines.iter().map(|line| format!("{line}\n")).collect::<String>().as_bytes()));
    drop(input);
    let output = child.wait_with_output().unwrap();
    for bytes in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(WORDS) && !text.contains(OTHER_WORDS), "{text}");
    }
    output
}

fn kind(output: &Output) -> String {
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    line["error"]["data"]["kind"].as_str().unwrap().to_owned()
}

/// A home with such a vault, open.
fn home() -> Home {
    let home = Home::bare();
    assert!(run(&home, &["vault", "create", "--hours", "1"], &[WORDS]).status.success());
    std::fs::write(home.path().join("config.toml"), "vault = \"file\"\npassphrase = true\n").unwrap();
    home
}

/// The kernel's list of this user's keys, without what they hold.
fn kept(home: &Home) -> bool {
    let place = home.path().join("vault-key.sealed");
    let name = correo_cfdi::domain::hex(&<sha2::Sha256 as sha2::Digest>::digest(place.as_os_str().as_encoded_bytes()));
    std::fs::read_to_string("/proc/keys").unwrap().contains(&name)
}

#[test]
fn a_vault_is_created_closed_opened_and_gets_another_passphrase() {
    let home = Closing(home());
    let home = &home.0;
    assert_eq!(home.json(&["vault", "status"]), [json!({"vault": "file", "works": true})]);
    assert!(kept(home));
    assert_eq!(home.json(&["vault", "lock"]), [json!({"open": false})]);
    wait("the kernel has forgotten it", || (!kept(home)).then_some(()));
    let closed = home.run(&["--json", "vault", "status"]);
    assert_eq!((closed.status.code(), kind(&closed).as_str()), (Some(4), "vault_closed"));
    let doctor = String::from_utf8(home.run(&["doctor"]).stdout).unwrap();
    assert!(doctor.contains("correo-cfdi vault unlock"), "{doctor}");
    home.json(&["vault", "lock"]);

    let wrong = run(home, &["vault", "unlock"], &[OTHER_WORDS]);
    assert_eq!((wrong.status.code(), kind(&wrong).as_str()), (Some(4), "vault_passphrase"));
    assert!(!kept(home));
    assert!(run(home, &["vault", "unlock", "--hours", "1"], &[WORDS]).status.success());
    home.json(&["vault", "status"]);

    let refused = run(home, &["vault", "passphrase"], &[OTHER_WORDS, OTHER_WORDS]);
    assert_eq!(kind(&refused), "vault_passphrase");
    assert_eq!(kind(&run(home, &["vault", "passphrase"], &[WORDS, "corta"])), "vault_passphrase_short");
    // A change that died in its middle left this.
    std::fs::write(home.path().join("vault-key.tmp"), "a medias").unwrap();
    assert!(run(home, &["vault", "passphrase"], &[WORDS, OTHER_WORDS]).status.success());
    home.json(&["vault", "lock"]);
    assert_eq!(kind(&run(home, &["vault", "unlock"], &[WORDS])), "vault_passphrase");
    assert!(run(home, &["vault", "unlock", "--hours", "1"], &[OTHER_WORDS]).status.success());
    home.json(&["vault", "status"]);
    let files: Vec<_> = std::fs::read_dir(home.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(!files.iter().any(|name| name.to_string_lossy().ends_with(".tmp")), "{files:?}");
}

/// Runs a program in a session of its own, which holds nothing of the user's keyring, as some services are started.
#[cfg(target_arch = "x86_64")]
const ALONE: &str =
    "import ctypes, os, sys; assert ctypes.CDLL(None).syscall(250, 1, None) > 0; os.execv(sys.argv[1], sys.argv[1:])";

#[cfg(target_arch = "x86_64")]
#[test]
fn a_session_that_does_not_hold_the_users_keyring_opens_and_finds_the_key_too() {
    let home = Closing(home());
    let home = &home.0;
    let alone = |arguments: &[&str], line: &str| {
        let mut command = std::process::Command::new("python3");
        command.args(["-c", ALONE, crate::host::PROGRAM, "--json"]).args(arguments);
        command.env("CORREO_CFDI_HOME", home.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(writeln!(child.stdin.take().unwrap(), "{line}"));
        child.wait_with_output().unwrap()
    };
    let found = alone(&["vault", "status"], "");
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stdout));
    home.json(&["vault", "lock"]);
    let opened = alone(&["vault", "unlock", "--hours", "1"], WORDS);
    assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stdout));
    home.json(&["vault", "status"]);
    assert!(alone(&["vault", "lock"], "").status.success());
    assert_eq!(kind(&home.run(&["--json", "vault", "status"])), "vault_closed");
}

#[test]
fn a_key_is_created_once_and_not_under_a_short_passphrase() {
    let home = Home::bare();
    let short = run(&home, &["vault", "create"], &["once letras"]);
    assert_eq!((short.status.code(), kind(&short).as_str()), (Some(2), "vault_passphrase_short"));
    assert_eq!(run(&home, &["vault", "create"], &[]).status.code(), Some(2), "no passphrase at all");
    assert!(!home.path().join("vault-key.sealed").exists());
    let home = Closing(self::home());
    let sealed = home.0.path().join("vault-key.sealed");
    let before = std::fs::read(&sealed).unwrap();
    assert_eq!(kind(&run(&home.0, &["vault", "create"], &[OTHER_WORDS])), "vault_key_file");
    assert_eq!(std::fs::read(&sealed).unwrap(), before);
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(&sealed).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn mail_that_meets_a_closed_vault_waits_and_goes_on_by_itself_once_it_is_open() {
    let sandbox = std::sync::Arc::new(Sandbox::start(Options::default()).unwrap());
    let setting = Setting::in_home(sandbox, home(), 2).and_sign_in();
    let mut host = setting.home.host();
    let first = setting.queue(&mut host, 0, "cliente@example.mx");
    setting.until(&mut host, &first, &["sent"]);
    setting.home.settle();

    setting.home.json(&["vault", "lock"]);
    assert_eq!(host.ok("health", json!({}))["vault_failure"], "vault_closed");
    let second = setting.queue(&mut host, 1, "cliente@example.mx");
    let waits = setting.until(&mut host, &second, &["deferred"])["delivery"].clone();
    assert_eq!(waits["reason"], "vault_closed");
    assert_eq!(host.kind("sign_in.begin", json!({"company": setting.rfc()})), "vault_closed");
    assert_eq!(host.ok("account.list", json!({}))["accounts"][0]["state"], "ready", "not signed out");

    assert!(run(&setting.home, &["vault", "unlock", "--hours", "1"], &[WORDS]).status.success());
    setting.until(&mut host, &second, &["sent"]);
    setting.home.settle();
    setting.home.json(&["vault", "lock"]);
}

#[test]
fn a_sealed_key_that_was_changed_lost_or_opened_to_others_is_named() {
    let home = Closing(home());
    let home = &home.0;
    let sealed = home.path().join("vault-key.sealed");
    let good = std::fs::read(&sealed).unwrap();
    let state = |bytes: &[u8]| {
        std::fs::write(&sealed, bytes).unwrap();
        kind(&run(home, &["vault", "unlock"], &[WORDS]))
    };
    let last = good.len() - 1;
    assert_eq!(state(&[&good[..last], &[good[last] ^ 1]].concat()), "vault_passphrase");
    assert_eq!(state(&good[..last]), "vault_key_file");
    assert_eq!(state(&[b"CFDK\x02".as_slice(), &good[5..]].concat()), "vault_newer");
    std::fs::write(&sealed, &good).unwrap();
    let mode = |mode| {
        std::fs::set_permissions(&sealed, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    };
    mode(0o640);
    assert_eq!(kind(&home.run(&["--json", "vault", "status"])), "vault_exposed");
    mode(0o600);
    home.json(&["vault", "status"]);
    std::fs::remove_file(&sealed).unwrap();
    assert_eq!(kind(&home.run(&["--json", "vault", "status"])), "vault_key_file");
}

#[test]
fn one_key_and_no_other_is_configured() {
    let home = Home::with_file_vault();
    for config in
        ["vault = \"file\"\nkey_file = \"vault.key\"\npassphrase = true\n", "vault = \"file\"\n", "passphrase = true\n"]
    {
        std::fs::write(home.path().join("config.toml"), config).unwrap();
        let refused = home.run(&["--json", "vault", "status"]);
        assert_eq!((refused.status.code(), kind(&refused).as_str()), (Some(4), "config_invalid"), "{config}");
    }
}

/// Runs a program whose calls for kernel keys are unknown (ENOSYS), as containers and hardened services answer them: a
/// filter of seccomp(2) on the numbers 248 to 250.
#[cfg(target_arch = "x86_64")]
const WITHOUT_KEYS: &str = "
import ctypes, os, struct, sys
def step(code, yes, no, value): return struct.pack('HBBI', code, yes, no, value)
filter = step(0x20, 0, 0, 0) + step(0x35, 0, 2, 248) + step(0x25, 1, 0, 250) + step(0x06, 0, 0, 0x50000 | 38) + step(0x06, 0, 0, 0x7fff0000)
held = ctypes.create_string_buffer(filter)
program = struct.pack('HxxxxxxP', len(filter) // 8, ctypes.addressof(held))
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, ctypes.c_char_p(program), 0, 0) == 0
os.execv(sys.argv[1], sys.argv[1:])
";

#[cfg(target_arch = "x86_64")]
#[test]
fn a_kernel_that_keeps_no_keys_is_named_and_nothing_is_made_or_lost() {
    let without = |home: &Home, arguments: &[&str], line: &str| {
        let mut command = std::process::Command::new("python3");
        command.args(["-c", WITHOUT_KEYS, crate::host::PROGRAM, "--json"]).args(arguments);
        command.env("CORREO_CFDI_HOME", home.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(writeln!(child.stdin.take().unwrap(), "{line}"));
        child.wait_with_output().unwrap()
    };
    let kind = |output: Output| (output.status.code(), kind(&output));
    let refused = (Some(4), "vault_no_kernel_keyring".to_owned());
    let bare = Home::bare();
    assert_eq!(kind(without(&bare, &["vault", "create"], WORDS)), refused);
    assert!(!bare.path().join("vault-key.sealed").exists(), "a key that cannot be opened must not be made");

    let home = Closing(home());
    assert_eq!(kind(without(&home.0, &["vault", "status"], "")), refused);
    assert_eq!(kind(without(&home.0, &["vault", "unlock"], WORDS)), refused);
    assert_eq!(home.0.json(&["vault", "status"]), [json!({"vault": "file", "works": true})]);
}

#[test]
fn nothing_of_the_passphrase_lies_in_the_home() {
    let sandbox = std::sync::Arc::new(Sandbox::start(Options::default()).unwrap());
    let setting = Setting::in_home(sandbox, home(), 1);
    let mut host = setting.home.host();
    let signed_in = setting.sign_in(&mut host, &Person::willing()).unwrap();
    host.ok("company.save", setting.with_flow(&signed_in));
    let mut places = vec![setting.home.path().to_owned()];
    while let Some(place) = places.pop() {
        for entry in std::fs::read_dir(place).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                places.push(entry.path());
                continue;
            }
            let bytes = std::fs::read(entry.path()).unwrap();
            let holds = |words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
            assert!(!holds(WORDS.as_bytes()), "{}", entry.path().display());
            // Base64 and hexadecimal of its beginning, however it is aligned.
            assert!(!holds(b"Y2FiYWxsbyBjb3JyZWN0") && !holds(b"636162616c6c6f20"), "{}", entry.path().display());
        }
    }
    setting.home.settle();
    setting.home.json(&["vault", "lock"]);
}

/// Whether that terminal shows nothing of what is typed.
fn is_silent(terminal: &str) -> bool {
    let settings = std::process::Command::new("stty").args(["-F", terminal, "-a"]).output().unwrap();
    assert!(settings.status.success(), "{terminal}: {settings:?}");
    String::from_utf8(settings.stdout).unwrap().split_whitespace().any(|setting| setting == "-echo")
}

#[test]
fn on_a_terminal_it_is_asked_for_twice_and_not_shown() {
    let home = Closing(Home::bare());
    // A terminal of its own, which it names.
    let mut command = std::process::Command::new("script");
    let named = home.0.path().join("terminal");
    let line = format!("tty >'{}'; '{}' vault create --hours 1", named.display(), crate::host::PROGRAM);
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    command.env("CORREO_CFDI_HOME", home.0.path()).env("LANG", "es_MX.UTF-8");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut shown = String::new();
    for question in ["Contraseña nueva (al menos 12 caracteres): ", "La misma otra vez: "] {
        let mut buffer = [0; 256];
        while !shown.contains(question) {
            let read = output.read(&mut buffer).unwrap();
            assert!(read > 0, "{shown}");
            shown.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
        // The question comes first and then the echo goes off: what nobody types so fast would show.
        let terminal = std::fs::read_to_string(&named).unwrap();
        wait("the echo is off", || is_silent(terminal.trim()).then_some(()));
        writeln!(input, "{WORDS}").unwrap();
    }
    output.read_to_string(&mut shown).unwrap();
    assert!(child.wait().unwrap().success(), "{shown}");
    assert!(shown.contains("passphrase = true") && !shown.contains(WORDS), "{shown}");
    wait("the key is kept", || kept(&home.0).then_some(()));
}

#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

fn planned(system: &str, target: &Target) -> Result<Vec<Browser>, Fault> {
    let bases = Bases {
        config: PathBuf::from("/home/a/.config"),
        root: PathBuf::from("/"),
        ..Bases::below(Path::new("/computer"), system)
    };
    let manifest = Manifest::new(Path::new("/opt/correo-cfdi"), &[]).unwrap();
    plan(&Table::embedded().unwrap(), &bases, target, &manifest)
}

/// Where the named browser is registered.
fn hosts(system: &str, scope: Scope, browser: &str) -> Vec<String> {
    let browser = planned(system, &Target::Named(scope, vec![browser.to_owned()])).unwrap().remove(0);
    let text = |location: &Location| match location {
        // A folder of another system is joined with this one's separator.
        Location::File(path) => path.to_str().unwrap().replace(std::path::MAIN_SEPARATOR, "/"),
        Location::Key(key) => key.to_string(),
    };
    browser.hosts.iter().map(text).collect()
}

#[test]
fn a_users_browsers_on_linux_look_below_their_own_data_folder() {
    let planned = planned("linux", &Target::Found(Scope::User)).unwrap();
    let chrome = Signs { folders: vec![PathBuf::from("/home/a/.config/google-chrome")], keys: Vec::new() };
    assert_eq!(planned[0].presence, Presence::IfAny(chrome));
    let folders = [
        ("chrome", "google-chrome"),
        ("chromium", "chromium"),
        ("edge", "microsoft-edge"),
        ("brave", "BraveSoftware/Brave-Browser"),
        ("vivaldi", "vivaldi"),
        ("edge-dev", "microsoft-edge-dev"),
    ];
    for (browser, folder) in folders {
        let path = format!("/home/a/.config/{folder}/NativeMessagingHosts/mx.correo_cfdi.host.json");
        assert_eq!(hosts("linux", Scope::User, browser), [path]);
    }
}

#[test]
fn the_systems_folders_are_those_that_browsers_document() {
    let folders = [
        ("linux", "chrome", "/etc/opt/chrome/native-messaging-hosts"),
        ("linux", "chromium", "/etc/chromium/native-messaging-hosts"),
        ("linux", "edge", "/etc/opt/edge/native-messaging-hosts"),
        ("macos", "chrome", "/Library/Google/Chrome/NativeMessagingHosts"),
        ("macos", "chromium", "/Library/Application Support/Chromium/NativeMessagingHosts"),
        ("macos", "edge", "/Library/Microsoft/Edge/NativeMessagingHosts"),
    ];
    for (system, browser, folder) in folders {
        assert_eq!(hosts(system, Scope::System, browser), [format!("{folder}/mx.correo_cfdi.host.json")], "{system}");
    }
}

#[test]
fn on_windows_each_browser_has_its_own_key_and_those_that_read_chromes_have_that_one_too() {
    let key =
        |hive: &str, browser: &str| format!("{hive}\\Software\\{browser}\\NativeMessagingHosts\\mx.correo_cfdi.host");
    for (scope, hive) in [(Scope::User, "HKCU"), (Scope::System, "HKLM")] {
        assert_eq!(hosts("windows", scope, "chrome"), [key(hive, "Google\\Chrome")]);
        assert_eq!(hosts("windows", scope, "edge"), [key(hive, "Microsoft\\Edge")]);
        assert_eq!(hosts("windows", scope, "chromium"), [key(hive, "Chromium")]);
        for (browser, own) in
            [("brave", "BraveSoftware\\Brave-Browser"), ("vivaldi", "Vivaldi"), ("opera", "Opera Software")]
        {
            assert_eq!(hosts("windows", scope, browser), [key(hive, own), key(hive, "Google\\Chrome")]);
        }
    }
    let edge = planned("windows", &Target::Named(Scope::User, vec!["edge".into()])).unwrap().remove(0);
    let reads: Vec<_> = ["Microsoft\\Edge", "Chromium", "Google\\Chrome"].iter().map(|one| key("HKCU", one)).collect();
    let found = edge.reads.iter().map(|location| match location {
        Location::Key(key) => key.to_string(),
        Location::File(path) => path.display().to_string(),
    });
    assert_eq!(found.collect::<Vec<_>>(), reads);
}

#[test]
fn a_browser_is_recognised_by_folders_of_either_kind_of_programs_or_by_keys() {
    let planned = planned("windows", &Target::Found(Scope::System)).unwrap();
    let Presence::IfAny(edge) = &planned[2].presence else { unreachable!("found browsers have signs") };
    assert!(edge.folders.contains(&PathBuf::from("/computer/programs/Microsoft/Edge/Application")));
    assert!(edge.folders.contains(&PathBuf::from("/computer/programs x86/Microsoft/Edge/Application")));
    assert_eq!(edge.keys, ["Software\\Microsoft\\Windows\\CurrentVersion\\App Paths\\msedge.exe"]);
}

#[test]
fn a_named_browser_is_expected_whether_it_is_found_or_not() {
    let planned = planned("linux", &Target::Named(Scope::User, vec!["edge".into()])).unwrap();
    assert_eq!(planned.len(), 1);
    assert_eq!(planned[0].name.as_deref(), Some("edge"));
    assert_eq!(planned[0].presence, Presence::Asked);
}

#[test]
fn an_unknown_browser_is_refused_with_the_known_ones() {
    let fault = planned("windows", &Target::Named(Scope::User, vec!["chrome".into(), "netscape".into()])).unwrap_err();
    assert_eq!(fault.kind(), Kind::InvalidParams);
    let known = "--browser netscape: chrome | chromium | edge | brave | vivaldi | opera";
    assert_eq!(fault.data.subject.as_deref(), Some(known));
}

#[test]
fn a_user_data_folder_gets_one_manifest_and_nothing_else_and_none_on_windows() {
    let target = Target::UserDataDir(PathBuf::from("/tmp/ñ x"));
    let planned_here = planned("linux", &target).unwrap();
    let place = Location::File(PathBuf::from("/tmp/ñ x/NativeMessagingHosts/mx.correo_cfdi.host.json"));
    assert_eq!(planned_here.len(), 1);
    assert_eq!(planned_here[0].hosts, [place]);
    assert_eq!(planned("windows", &target).unwrap_err().kind(), Kind::InvalidParams);
}

#[test]
fn only_the_shell_of_windows_is_warned_of() {
    let program = Path::new("C:\\Pérez & Hijos 100%\\ñ\\correo-cfdi.exe");
    assert_eq!(shell_hazards("windows", program), ['&', '%']);
    assert!(shell_hazards("linux", program).is_empty());
    assert!(shell_hazards("windows", Path::new("C:\\Pérez y Cía\\correo-cfdi.exe")).is_empty());
}

//! Windows: one key a browser below `SOFTWARE\Policies`; what holds for the computer goes before what holds for the user.

use std::io;

use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE};

use super::{OfBrowser, Place, Rules};

/// `ERROR_FILE_NOT_FOUND` and `ERROR_PATH_NOT_FOUND` (winerror.h); the crate gives them inside an HRESULT, which the
/// standard library does not look into.
const NOT_FOUND: [i32; 2] = [2, 3];

pub(super) fn read(place: &Place) -> OfBrowser {
    OfBrowser { browser: place.browser, title: place.title, rules: rules(place.key).ok() }
}

/// `DisableCMD`, which only the user's hive has (ADMX: `ShellCommandPromptRegEditTools`).
pub(super) fn command_prompt() -> Option<u32> {
    let key = open(CURRENT_USER, r"Software\Policies\Microsoft\Windows\System").ok().flatten();
    Some(key.and_then(|key| key.get_u32("DisableCMD").ok()).unwrap_or(0))
}

fn rules(browser: &str) -> io::Result<Rules> {
    let path = format!(r"SOFTWARE\Policies\{browser}");
    let keys = [open(LOCAL_MACHINE, &path)?, open(CURRENT_USER, &path)?];
    let keys: Vec<&Key> = keys.iter().flatten().collect();
    let list = |name: &str| -> io::Result<Vec<String>> {
        for key in &keys {
            if let Some(list) = open(key, name)? {
                // The names of the values are numbers that say nothing.
                return Ok(list.values()?.filter_map(|(_, value)| String::try_from(value).ok()).collect());
            }
        }
        Ok(Vec::new())
    };
    let switch = |name: &str| keys.iter().find_map(|key| key.get_u32(name).ok()).map(|value| value != 0);
    Ok(Rules {
        blocklist: list("NativeMessagingBlocklist")?,
        allowlist: list("NativeMessagingAllowlist")?,
        user_level: switch("NativeMessagingUserLevelHosts"),
        launched_directly: switch("NativeHostsExecutablesLaunchDirectly"),
    })
}

/// A key that is not there says nothing; one that cannot be opened is an error.
fn open(above: &Key, path: &str) -> io::Result<Option<Key>> {
    match above.open(path).map_err(io::Error::from) {
        Ok(key) => Ok(Some(key)),
        Err(error) if error.raw_os_error().is_some_and(|code| NOT_FOUND.contains(&(code & 0xFFFF))) => Ok(None),
        Err(error) => Err(error),
    }
}

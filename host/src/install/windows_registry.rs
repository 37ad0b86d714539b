//! The registry itself, through Microsoft's own crate, which the HTTP client's look for proxies brings along anyway.

use std::io;

use windows_registry::{CURRENT_USER, LOCAL_MACHINE};

use super::registry::{Hive, Key, Registry, View};

/// `KEY_WOW64_64KEY` of `winnt.h`.
const WIDE: u32 = 0x0100;
/// `KEY_WOW64_32KEY` of `winnt.h`.
const NARROW: u32 = 0x0200;
/// `DELETE` of `winnt.h`.
const DELETE: u32 = 0x0001_0000;

/// The registry of this computer.
#[derive(Debug, Clone, Copy)]
pub(super) struct WindowsRegistry;

fn hive(hive: Hive) -> &'static windows_registry::Key {
    match hive {
        Hive::CurrentUser => CURRENT_USER,
        Hive::LocalMachine => LOCAL_MACHINE,
    }
}

fn access(view: View) -> u32 {
    match view {
        View::Narrow => NARROW,
        View::Wide => WIDE,
    }
}

/// The code of Windows inside an HRESULT, by which the standard library tells kinds of failure apart.
fn failed(error: impl Into<io::Error>) -> io::Error {
    let error = error.into();
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code & 0xFFFF),
        None => error,
    }
}

fn open(key: &Key, view: View) -> io::Result<Option<windows_registry::Key>> {
    match hive(key.hive).options().read().access(access(view)).open(&key.path) {
        Ok(key) => Ok(Some(key)),
        Err(error) => absent(failed(error)),
    }
}

/// What is not there is no failure.
fn absent<T>(error: io::Error) -> io::Result<Option<T>> {
    if error.kind() == io::ErrorKind::NotFound { Ok(None) } else { Err(error) }
}

impl Registry for WindowsRegistry {
    fn get(&self, key: &Key, view: View) -> io::Result<Option<String>> {
        let Some(open) = open(key, view)? else { return Ok(None) };
        match open.get_type("") {
            Ok(windows_registry::Type::String | windows_registry::Type::ExpandString) => {}
            Ok(_) => return Ok(None),
            Err(error) => return absent(failed(error)),
        }
        open.get_string("").map(Some).map_err(failed)
    }

    fn exists(&self, key: &Key, view: View) -> bool {
        open(key, view).is_ok_and(|key| key.is_some())
    }

    fn put(&self, key: &Key, view: View, value: &str) -> io::Result<()> {
        let made = hive(key.hive).options().read().write().access(access(view)).create().open(&key.path);
        made.and_then(|key| key.set_string("", value)).map_err(failed)
    }

    fn remove(&self, key: &Key, view: View) -> io::Result<()> {
        let (above, name) = key.path.rsplit_once('\\').unwrap_or(("", &key.path));
        // DELETE of the tree below the key above, which is opened in that view: the view then holds for its children.
        let opened = hive(key.hive).options().read().write().access(access(view) | DELETE).open(above);
        opened.and_then(|above| above.remove_tree(name)).map_err(failed)
    }
}

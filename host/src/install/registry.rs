//! The registry of Windows, behind a port of our own: what is decided about it is then tested on every system.

use std::fmt;
use std::io;

use super::browsers::Scope;

/// Whose half of the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hive {
    /// `HKEY_CURRENT_USER`.
    CurrentUser,
    /// `HKEY_LOCAL_MACHINE`.
    LocalMachine,
}

impl From<Scope> for Hive {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::User => Self::CurrentUser,
            Scope::System => Self::LocalMachine,
        }
    }
}

/// Which of the two views of the registry that a 64-bit Windows keeps. `HKEY_CURRENT_USER\Software` is the same in both,
/// `HKEY_LOCAL_MACHINE\Software` is not (learn.microsoft.com/windows/win32/winprog64/shared-registry-keys).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// That of 32-bit programs, which browsers look into first.
    Narrow,
    /// That of 64-bit programs.
    Wide,
}

/// Both views, in the order in which browsers look (Chromium: `launch_context_win.cc`).
pub(super) const VIEWS: [View; 2] = [View::Narrow, View::Wide];

/// A key by its full name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Whose.
    pub hive: Hive,
    /// The path below the hive.
    pub path: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hive = match self.hive {
            Hive::CurrentUser => "HKCU",
            Hive::LocalMachine => "HKLM",
        };
        write!(f, "{hive}\\{}", self.path)
    }
}

/// What registering needs of the registry.
pub trait Registry {
    /// The key's default value; none without the key, without the value, and for a value that is no text.
    ///
    /// # Errors
    /// The system's.
    fn get(&self, key: &Key, view: View) -> io::Result<Option<String>>;

    /// Whether the key is there.
    fn exists(&self, key: &Key, view: View) -> bool;

    /// Writes the key's default value, and makes the key where it is missing.
    ///
    /// # Errors
    /// The system's.
    fn put(&self, key: &Key, view: View, value: &str) -> io::Result<()>;

    /// Removes the key with all that is in it; keys above it stay.
    ///
    /// # Errors
    /// The system's.
    fn remove(&self, key: &Key, view: View) -> io::Result<()>;
}

/// The registry of this computer.
#[cfg(windows)]
pub(super) use super::windows_registry::WindowsRegistry as Own;

/// The registry of a computer that has none.
#[cfg(not(windows))]
#[derive(Debug, Clone, Copy)]
pub(super) struct Own;

#[cfg(not(windows))]
impl Registry for Own {
    fn get(&self, _: &Key, _: View) -> io::Result<Option<String>> {
        Ok(None)
    }

    fn exists(&self, _: &Key, _: View) -> bool {
        false
    }

    fn put(&self, _: &Key, _: View, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn remove(&self, _: &Key, _: View) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
pub(super) mod fake {
    //! A registry in memory that keeps its two views as Windows does.

    use std::cell::RefCell;
    use std::collections::BTreeMap;

    use super::*;

    /// Keys with their default values; a key without a value is an empty text.
    #[derive(Debug, Default)]
    pub(in crate::install) struct Fake {
        keys: RefCell<BTreeMap<(String, bool), String>>,
        /// Whether it refuses to be written, as the computer's half does without the administrator.
        pub(in crate::install) read_only: bool,
    }

    impl Fake {
        fn at(key: &Key, view: View) -> (String, bool) {
            // The user's half is one and the same in both views.
            let is_narrow = key.hive == Hive::LocalMachine && view == View::Narrow;
            (key.to_string().to_lowercase(), is_narrow)
        }

        fn writable(&self) -> io::Result<()> {
            if self.read_only { Err(io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
        }

        /// The keys that there are.
        pub(in crate::install) fn keys(&self) -> Vec<String> {
            self.keys.borrow().keys().map(|(key, _)| key.clone()).collect()
        }
    }

    impl Registry for Fake {
        fn get(&self, key: &Key, view: View) -> io::Result<Option<String>> {
            Ok(self.keys.borrow().get(&Self::at(key, view)).filter(|value| !value.is_empty()).cloned())
        }

        fn exists(&self, key: &Key, view: View) -> bool {
            self.keys.borrow().contains_key(&Self::at(key, view))
        }

        fn put(&self, key: &Key, view: View, value: &str) -> io::Result<()> {
            self.writable()?;
            self.keys.borrow_mut().insert(Self::at(key, view), value.to_owned());
            Ok(())
        }

        fn remove(&self, key: &Key, view: View) -> io::Result<()> {
            self.writable()?;
            self.keys.borrow_mut().remove(&Self::at(key, view));
            Ok(())
        }
    }
}

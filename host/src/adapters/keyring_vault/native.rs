//! The system's own store, opened anew for every call.

use keyring::{Entry, Error};

use super::SERVICE;
use crate::ports::vault::VaultError;

/// The item of that name. The Secret Service is looked for anew every time (15 ms): a keyring that was started, unlocked
/// or restarted since the last failure has to be found without starting this process again.
#[cfg(target_os = "linux")]
pub(super) fn entry(name: &str) -> Result<Entry, Error> {
    use keyring_core::api::CredentialStoreApi as _;
    let store = zbus_secret_service_keyring_store::Store::new()?;
    Ok(Entry { inner: store.build(SERVICE, name, None)? })
}

/// The item of that name. Credentials stay on this computer: by default they would roam with the person's profile, and
/// two computers would then overwrite each other's tokens.
#[cfg(windows)]
pub(super) fn entry(name: &str) -> Result<Entry, Error> {
    use keyring_core::api::CredentialStoreApi as _;
    let store = windows_native_keyring_store::Store::new()?;
    let local = std::collections::HashMap::from([("persistence", "Local")]);
    Ok(Entry { inner: store.build(SERVICE, name, Some(&local))? })
}

/// The item of that name.
#[cfg(not(any(target_os = "linux", windows)))]
pub(super) fn entry(name: &str) -> Result<Entry, Error> {
    Entry::new(SERVICE, name)
}

/// What an absent item means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absence {
    /// The keyring was asked, and has none.
    True,
    /// The keyring was locked and has been unlocked: the item is to be looked for again.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "other systems ask by themselves"))]
    LookAgain,
}

/// Whether a locked collection may be unlocked, which may trouble the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The person may be asked.
    Allowed,
    /// Only a look.
    Spared,
}

/// What an absent item means: a Secret Service without collection, or with a locked one, answers as if it had been
/// searched and nothing found.
///
/// # Errors
/// `NoCollection`, `Locked`, `Dismissed`, or what keeps it from being asked.
#[cfg(target_os = "linux")]
pub(super) fn absence(trouble: Trouble) -> Result<Absence, VaultError> {
    use secret_service::EncryptionType;
    use secret_service::blocking::SecretService;
    let service = SecretService::connect(EncryptionType::Plain).map_err(|error| told(&platform(error)))?;
    let collection = service.get_default_collection().map_err(|error| told(&platform(error)))?;
    match collection.is_locked().map_err(|error| told(&platform(error)))? {
        false => Ok(Absence::True),
        true if trouble == Trouble::Spared => Err(VaultError::Locked),
        true => match collection.unlock().map_err(|error| told(&platform(error))) {
            Ok(()) => Ok(Absence::LookAgain),
            Err(error) => Err(error),
        },
    }
}

/// What an absent item means: here the system told so itself.
///
/// # Errors
/// None on this system.
#[cfg(not(target_os = "linux"))]
pub(super) fn absence(_: Trouble) -> Result<Absence, VaultError> {
    Ok(Absence::True)
}

#[cfg(target_os = "linux")]
fn platform(error: secret_service::Error) -> Error {
    Error::PlatformFailure(Box::new(error))
}

/// The state, told from the error and from what the error cannot know: where nobody could be asked, nobody declined.
pub(super) fn told(error: &Error) -> VaultError {
    let state = super::states::of(error);
    if state == VaultError::Dismissed && !could_ask() { VaultError::Locked } else { state }
}

/// Whether a prompt could have been shown: there is a display, and GNOME's keyring has its prompter. Other keyrings bring
/// their own windows.
#[cfg(target_os = "linux")]
fn could_ask() -> bool {
    let shows =
        ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|it| !it.is_empty()));
    shows && prompter().unwrap_or(true)
}

#[cfg(not(target_os = "linux"))]
fn could_ask() -> bool {
    true
}

/// `None` when the bus does not tell.
#[cfg(target_os = "linux")]
fn prompter() -> Option<bool> {
    const PROMPTER: &str = "org.gnome.keyring.SystemPrompter";
    let bus = zbus::blocking::Connection::session().ok()?;
    let names = zbus::blocking::fdo::DBusProxy::new(&bus).ok()?;
    let owner = |name: &str| names.get_name_owner(name.try_into().ok()?).ok();
    let secrets = owner(SECRETS)?;
    if owner("org.gnome.keyring") != Some(secrets) {
        return Some(true);
    }
    let starts = names.list_activatable_names().ok()?;
    Some(owner(PROMPTER).is_some() || starts.iter().any(|name| name.as_str() == PROMPTER))
}

/// The name under which a Secret Service is found.
#[cfg(target_os = "linux")]
const SECRETS: &str = "org.freedesktop.secrets";

/// The process that serves secrets now, by its name on the bus.
#[cfg(target_os = "linux")]
pub(super) fn who_serves() -> Option<String> {
    let bus = zbus::blocking::Connection::session().ok()?;
    let names = zbus::blocking::fdo::DBusProxy::new(&bus).ok()?;
    Some(names.get_name_owner(SECRETS.try_into().ok()?).map_or_else(|_| String::new(), |owner| owner.to_string()))
}

/// The process that serves secrets now; here the system does.
#[cfg(not(target_os = "linux"))]
pub(super) fn who_serves() -> Option<String> {
    Some(String::new())
}

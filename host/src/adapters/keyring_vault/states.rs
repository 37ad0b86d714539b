//! Which state of a keyring an error stands for. The stores put most of them into texts only.

use keyring::{Entry, Error};

use crate::ports::vault::VaultError;

/// The state that an error tells of.
pub(super) fn of(error: &Error) -> VaultError {
    let text = chain(error);
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library may add errors, and their text tells")]
    match error {
        Error::NoDefaultStore => match Entry::store_status() {
            Err(cause) => from_text(&chain(cause)),
            Ok(()) => VaultError::Failed,
        },
        Error::TooLong(..) => VaultError::TooLong,
        Error::Ambiguous(_) => VaultError::Ambiguous,
        Error::NoStorageAccess(_) => match from_text(&text) {
            VaultError::Failed => VaultError::Locked,
            told => told,
        },
        _ => from_text(&text),
    }
}

/// Whether the service went away between two steps of one call, so that the call may succeed with the next one.
pub(super) fn is_lost_service(error: &Error) -> bool {
    let text = chain(error);
    ["NoReply", "Disconnected", "disconnected from message bus", "NoSession"].iter().any(|word| text.contains(word))
}

/// Words of secret-service 5, zbus 5 and D-Bus itself; of Apple's `SecCopyErrorMessageString` for -128 and -25308.
fn from_text(text: &str) -> VaultError {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["result not returned", "NoResult"]) {
        VaultError::NoCollection
    } else if says(&["ServiceUnknown", "not provided by any .service", "NameHasNoOwner"]) {
        VaultError::NoService
    } else if says(&["Failed to connect to address", "no secret service provider or dbus session", "No such file"]) {
        VaultError::NoBus
    } else if says(&["prompt dismissed", "User canceled"]) {
        VaultError::Dismissed
    } else if says(&["IsLocked", "User interaction is not allowed"]) {
        VaultError::Locked
    } else {
        VaultError::Failed
    }
}

fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_its_name() {
        for (text, expected) in [
            ("zbus error: Failed to connect to address `unix:path=/run/user/0/bus`: No such file", VaultError::NoBus),
            (
                "zbus error: org.freedesktop.DBus.Error.ServiceUnknown: The name org.freedesktop.secrets was not \
                 provided by any .service files",
                VaultError::NoService,
            ),
            ("Platform failure: no secret service provider or dbus session found", VaultError::NoBus),
            ("SS error: result not returned from SS API", VaultError::NoCollection),
            ("SS error: prompt dismissed", VaultError::Dismissed),
            ("User canceled the operation.", VaultError::Dismissed),
            ("User interaction is not allowed.", VaultError::Locked),
            ("something else", VaultError::Failed),
        ] {
            assert_eq!(from_text(text), expected, "{text}");
        }
        assert_eq!(of(&Error::Ambiguous(Vec::new())), VaultError::Ambiguous);
        assert_eq!(of(&Error::TooLong("secret".to_owned(), 2_560)), VaultError::TooLong);
        assert_eq!(of(&Error::NoStorageAccess("something else".into())), VaultError::Locked);
    }
}

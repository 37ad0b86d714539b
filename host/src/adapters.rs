//! One technology behind one port each: files are named `<technology>_<port>`.

pub mod detached_sender;
pub mod disk_package;
pub mod disk_prints;
pub mod disk_spool;
pub mod file_locks;
pub mod file_vault;
pub mod folder_files;
pub mod gmail_post;
pub mod hyper_loopback;
pub mod keyring_vault;
pub mod krilla_typesetter;
pub mod lettre_letter;
pub mod notify_watch;
pub mod oauth2_provider;
pub mod rfd_desktop;
pub mod smtp_post;
pub mod soap_status_service;
pub mod sqlite_library;
pub mod sqlite_status_memory;
pub mod sqlite_store;
pub mod system;

use crate::net::Silence;
use crate::ports::unreached::Unreached;

/// What a request without answer says of the way there; `None` where the other side was reached.
fn unreached(silence: Silence) -> Option<Unreached> {
    Some(match silence {
        Silence::Offline => Unreached::Offline,
        Silence::ProxyUnreachable => Unreached::ProxyUnreachable,
        Silence::Proxy => Unreached::ProxyRefused,
        Silence::Tls => Unreached::Tls,
        Silence::Untrusted => Unreached::Untrusted,
        Silence::CertificateDate => Unreached::CertificateDate,
        Silence::CertificateName => Unreached::CertificateName,
        Silence::AuthorityFile => Unreached::AuthorityFile,
        Silence::NoAnswer => return None,
    })
}

//! One technology behind one port each: files are named `<technology>_<port>`.

pub mod detached_sender;
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

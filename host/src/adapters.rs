//! One technology behind one port each.
pub mod folder_files;
pub mod sqlite_library;

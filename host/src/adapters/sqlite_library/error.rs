//! SQLite's errors in the port's words.

use rusqlite::ErrorCode;

use crate::ports::library::LibraryError;

/// Translates an error of a statement.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the list is SQLite's and grows; what is not named here is a defect of ours"
)]
pub(super) fn library_error(error: &rusqlite::Error) -> LibraryError {
    match error.sqlite_error() {
        Some(failure) => match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => LibraryError::Busy,
            ErrorCode::DiskFull => LibraryError::Full,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => LibraryError::Corrupt,
            ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::SystemIoFailure
            | ErrorCode::FileLockingProtocolFailed => LibraryError::Unavailable,
            _ => LibraryError::Internal(failure.extended_code),
        },
        // What is left are values that do not read back as what was written.
        None => LibraryError::Corrupt,
    }
}

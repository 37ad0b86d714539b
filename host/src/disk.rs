//! Reading and writing single files, and pairing XML with PDF: what several adapters share.

pub(crate) mod archive;
pub(crate) mod intake;
pub(crate) mod partner;
pub(crate) mod pdf_text;
pub(crate) mod settling;
pub(crate) mod whole;

use std::io;

use crate::domain::cfdi::Reason;
use crate::ports::library::FilesError;

pub(crate) use intake::read_cfdi;

/// Tells a file that is gone from one that cannot be read.
pub(crate) fn files_error(error: &io::Error) -> FilesError {
    if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
        FilesError::Missing
    } else if settling::is_held(error) {
        FilesError::Refused(Reason::StillWriting)
    } else {
        FilesError::Refused(Reason::Unreadable)
    }
}

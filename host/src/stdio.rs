//! Standard streams: standard output belongs to the frame writer alone, and no child inherits what it must not hold.

use std::io::Write;

/// Keeps the browser's pipes from being inherited by processes that this one starts, as far as the system allows.
pub fn secure() {
    #[cfg(windows)]
    windows::clear_inheritance();
}

/// Takes standard output for the frame writer, and points the process' own one at nothing, so that no library can write
/// between two frames.
#[cfg(unix)]
#[must_use]
pub fn take_stdout() -> Option<Box<dyn Write + Send>> {
    let own = rustix::io::fcntl_dupfd_cloexec(std::io::stdout(), 3).ok()?;
    let nothing = std::fs::OpenOptions::new().write(true).open("/dev/null").ok()?;
    rustix::stdio::dup2_stdout(&nothing).ok()?;
    Some(Box::new(std::fs::File::from(own)))
}

/// Takes standard output for the frame writer, and points the process' own one at nothing, so that no library can write
/// between two frames.
#[cfg(windows)]
#[must_use]
pub fn take_stdout() -> Option<Box<dyn Write + Send>> {
    use std::os::windows::io::AsHandle as _;

    // The standard library makes duplicates that no child inherits.
    let own = std::io::stdout().as_handle().try_clone_to_owned().ok()?;
    let nothing = std::fs::OpenOptions::new().write(true).open("NUL").ok()?;
    windows::replace_stdout(nothing).then(|| Box::new(std::fs::File::from(own)) as Box<dyn Write + Send>)
}

/// Leaves the browser's session and process group, so that its death does not reach this process, and closes standard
/// output: that end tells the process that started this one that it has left.
pub fn own_session() {
    #[cfg(unix)]
    {
        if rustix::process::setsid().is_err() {
            // A process that leads a group already has no browser above it.
            crate::logbook::note("stdio", &"no session of its own");
        }
        drop(take_stdout());
    }
}

#[cfg(windows)]
mod windows {
    //! The one module with `unsafe`: the standard library has no call for a handle's inheritance, nor one that sets a
    //! standard handle.
    #![expect(unsafe_code, reason = "SetHandleInformation and SetStdHandle have no safe form")]

    use std::os::windows::io::IntoRawHandle as _;

    use windows_sys::Win32::Foundation::{HANDLE_FLAG_INHERIT, INVALID_HANDLE_VALUE, SetHandleInformation};
    use windows_sys::Win32::System::Console::{
        GetStdHandle, STD_ERROR_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, SetStdHandle,
    };

    /// Clears `HANDLE_FLAG_INHERIT` on the three standard handles: a sender that held them would keep the browser waiting.
    pub(super) fn clear_inheritance() {
        for name in [STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE] {
            // SAFETY: both calls take no pointer; an absent or invalid handle is left alone.
            unsafe {
                let handle = GetStdHandle(name);
                if !handle.is_null() && handle != INVALID_HANDLE_VALUE {
                    SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0);
                }
            }
        }
    }

    /// Makes that file be standard output, also for what asks the system for it later, as `std` does at every write.
    pub(super) fn replace_stdout(file: std::fs::File) -> bool {
        // SAFETY: the handle is open and belongs to the process from here on; nobody closes it.
        unsafe { SetStdHandle(STD_OUTPUT_HANDLE, file.into_raw_handle()) != 0 }
    }
}

//! What a crash of this process leaves behind: nothing that lay in its memory.
//!
//! `PR_SET_DUMPABLE` would keep other programs of the same user out too, but also the desktop's portal, which has to look at
//! `/proc/PID/root` before it shows the dialog for a folder (xdg-desktop-portal, issues 785 and 1490). A program of the same
//! user reaches the keyring as we do, so little would be won by it.

/// Keeps core dumps from being written, as far as the system allows; both are handed on to processes that this one starts,
/// which may raise the limit again.
///
/// On Windows error reporting is the system's, and no safe library takes a program out of it.
pub fn leave_no_core() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

        // A file of no bytes is no file (core(5)). The hard limit stays, for programs that this one starts.
        let none = Rlimit { current: Some(0), ..getrlimit(Resource::Core) };
        // A system that does not let a limit be lowered has nothing better to offer.
        setrlimit(Resource::Core, none).ok();
    }
    // The limit does not count where dumps go to a program, as they do under systemd; of a dump without any kind of mapping
    // nothing but names and registers is left (core(5), "Controlling which mappings are written").
    #[cfg(target_os = "linux")]
    std::fs::write("/proc/self/coredump_filter", "0").ok();
}

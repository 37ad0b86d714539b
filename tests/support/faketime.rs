//! Debian's `faketime`, which shifts the clocks of one program.

use std::path::Path;
use std::time::Duration;

/// Where the package puts the library.
pub const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/// What it makes there for each process, by the process's number.
const SHARED: (&str, [&str; 2]) = ("/dev/shm", ["faketime_shm_", "sem.faketime_sem_"]);

/// Younger ones are left alone: a process may just be making its own, and a child that starts in the moment in which its
/// parent is killed looks for its parent's. Numbers come again after thousands of processes, which takes longer.
const SETTLED: Duration = Duration::from_secs(60);

/// Deletes what killed processes left in shared memory: the library ends a later process of the same number at its start.
pub fn sweep() {
    let (folder, kinds) = SHARED;
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name();
        let number = kinds.iter().find_map(|kind| name.to_str()?.strip_prefix(kind));
        let made = entry.metadata().and_then(|facts| facts.modified());
        let settled = made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age > SETTLED));
        if settled && number.is_some_and(|number| !Path::new("/proc").join(number).exists()) {
            // Another thread may have been faster.
            drop(std::fs::remove_file(entry.path()));
        }
    }
}

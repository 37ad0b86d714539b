//! A job object that ends what is in it, as some programs put around the browsers that they start.
#![expect(unsafe_code, reason = "jobs have no safe form")]

use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::process::Child;

use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_BREAKAWAY_OK, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation, SetInformationJobObject,
};

/// Ends its processes when it is dropped.
pub struct Job(OwnedHandle);

impl Job {
    /// A job that its processes may leave, or may not.
    pub fn that_kills(may_leave: bool) -> Self {
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
        if may_leave {
            limits.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_BREAKAWAY_OK;
        }
        let size = u32::try_from(size_of_val(&limits)).unwrap();
        // SAFETY: no attributes and no name; the handle is nobody else's; the structure is of the size that is given.
        unsafe {
            let job = CreateJobObjectW(std::ptr::null(), std::ptr::null());
            assert!(!job.is_null());
            let set = SetInformationJobObject(job, JobObjectExtendedLimitInformation, (&raw const limits).cast(), size);
            assert_ne!(set, 0);
            Self(OwnedHandle::from_raw_handle(job))
        }
    }

    pub fn take(&self, child: &Child) {
        // SAFETY: both handles are open.
        let taken = unsafe { AssignProcessToJobObject(self.0.as_raw_handle(), child.as_raw_handle()) };
        assert_ne!(taken, 0, "{}", std::io::Error::last_os_error());
    }
}

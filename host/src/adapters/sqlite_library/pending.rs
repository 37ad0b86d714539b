//! Work that several threads share, and that makes more work.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What is still to be done. Threads wait for more as long as one of them may add some.
#[derive(Debug)]
pub(super) struct Pending<T> {
    queue: Mutex<Queue<T>>,
    changed: Condvar,
}

#[derive(Debug)]
struct Queue<T> {
    waiting: Vec<T>,
    /// Threads that have taken something and are not done with it.
    busy: usize,
}

impl<T> Pending<T> {
    /// Begins with these.
    pub(super) fn of(waiting: Vec<T>) -> Self {
        Self { queue: Mutex::new(Queue { waiting, busy: 0 }), changed: Condvar::new() }
    }

    /// Takes one, and waits for it if need be; nothing when all is done. It counts as done when [`Busy`] is dropped.
    pub(super) fn next(&self) -> Option<(T, Busy<'_, T>)> {
        let mut queue = self.lock();
        loop {
            if let Some(one) = queue.waiting.pop() {
                queue.busy += 1;
                return Some((one, Busy(self)));
            }
            if queue.busy == 0 {
                return None;
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Adds more; only while one is taken.
    pub(super) fn add(&self, more: impl Iterator<Item = T>) {
        self.lock().waiting.extend(more);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Queue<T>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something that was taken and is not done yet. Also a thread that panics lets go of it.
pub(super) struct Busy<'p, T>(&'p Pending<T>);

impl<T> Drop for Busy<'_, T> {
    fn drop(&mut self) {
        self.0.lock().busy -= 1;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn everything_is_done_once_also_what_comes_meanwhile() {
        let pending = Pending::of(vec![10_u64]);
        let sum = AtomicU64::new(0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while let Some((depth, _busy)) = pending.next() {
                        sum.fetch_add(1, Ordering::Relaxed);
                        pending.add((0..2).filter(|_| depth > 0).map(|_| depth - 1));
                    }
                });
            }
        });
        assert_eq!(sum.into_inner(), 2_047);
    }
}

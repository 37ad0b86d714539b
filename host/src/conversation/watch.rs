//! Tells this connection what other processes changed in the outbox, while somebody watches, and wakes the sender for
//! what a dead one left behind or what has fallen due since the last one ended.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::Conversation;
use crate::logbook;
use crate::ports::store::StoreError;
use crate::protocol::event::{DeliveryChanged, Event};
use crate::protocol::failure::Fault;
use crate::usecase::{drain, present};

/// How often the ledger's newest line is looked at: it costs some microseconds. SQLite's own `data_version` would not do,
/// because it stands still for this process' own changes.
const POLL: Duration = Duration::from_millis(200);

/// How often it is looked whether work waits that nobody does.
const LOOK_FOR_WORK: Duration = Duration::from_secs(1);

/// Pause between two senders that are started for the same waiting work, in case that they cannot do it.
const WAKE_AGAIN: Duration = Duration::from_secs(30);

/// Starts watching, once for a conversation; from the first request that concerns deliveries.
pub(super) fn start(conversation: &Arc<Conversation>) {
    if conversation.watching.swap(true, Ordering::SeqCst) {
        return;
    }
    // Where the ledger stands now, before the request that started this changes anything.
    let line = match conversation.world.store.changed_since(i64::MAX) {
        Ok((_, line)) => line,
        Err(error) => return logbook::warn("watch", &error),
    };
    let conversation = Arc::clone(conversation);
    let watch = move || {
        if let Err(fault) = follow(&conversation, line) {
            logbook::warn("watch", &fault);
            conversation.watching.store(false, Ordering::SeqCst);
        }
    };
    // Without a thread the pages still ask; they are only told nothing.
    drop(std::thread::Builder::new().name("watch".to_owned()).spawn(watch));
}

fn follow(conversation: &Conversation, mut line: i64) -> Result<(), Fault> {
    let store = &conversation.world.store;
    let (mut looked, mut woken) = (Instant::now(), None);
    loop {
        std::thread::sleep(POLL);
        if looked.elapsed() >= LOOK_FOR_WORK {
            looked = Instant::now();
            if woken.is_none_or(|woken: Instant| woken.elapsed() >= WAKE_AGAIN)
                && drain::work_waits(&conversation.world)?
            {
                woken = Some(looked);
                conversation.world.sender.wake();
            }
        }
        let (changed, newest) = store.changed_since(line)?;
        line = newest;
        for id in changed {
            let delivery = match store.delivery(&id) {
                Err(StoreError::Unreadable(damaged)) => Some(present::damaged(&damaged)),
                other => other?.as_ref().map(present::delivery),
            };
            if let Some(delivery) = delivery {
                conversation.writer.notify(&Event::DeliveryChanged(Box::new(DeliveryChanged { delivery })));
            }
        }
    }
}

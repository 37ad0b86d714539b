//! Tells this connection what other processes changed in the outbox, while somebody watches.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Conversation;
use crate::logbook;
use crate::protocol::event::{DeliveryChanged, Event};
use crate::protocol::failure::Fault;
use crate::usecase::present;

/// How often the database's own counter is read: it costs some microseconds and no disk access.
const POLL: Duration = Duration::from_millis(200);

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
    let mut version = None;
    loop {
        std::thread::sleep(POLL);
        // The counter stands still for this process' own changes: those are looked for with the newest line.
        let seen = store.version()?;
        let (changed, newest) = store.changed_since(line)?;
        if version == Some(seen) && newest == line {
            continue;
        }
        (version, line) = (Some(seen), newest);
        for id in changed {
            if let Some(delivery) = store.delivery(&id)? {
                let delivery = present::delivery(&delivery);
                conversation.writer.notify(&Event::DeliveryChanged(Box::new(DeliveryChanged { delivery })));
            }
        }
    }
}

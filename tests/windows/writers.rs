//! SQLite with its shared memory, for several processes at once.

use serde_json::json;

use crate::host::wait;
use crate::journey::setting::Setting;
use crate::saw;

const HOSTS: usize = 3;
const EACH: usize = 8;

#[test]
fn three_processes_queue_into_one_outbox_at_once() {
    let setting = Setting::signed_in(HOSTS * EACH);
    setting.home.settle();
    let held = setting.home.hold_sender();
    std::thread::scope(|scope| {
        for writer in 0..HOSTS {
            let setting = &setting;
            scope.spawn(move || {
                let mut host = setting.home.host();
                for index in 0..EACH {
                    setting.queue(&mut host, writer * EACH + index, "cliente@example.mx");
                }
            });
        }
    });
    let outbox = setting.home.path().join("outbox.db");
    let database = rusqlite::Connection::open(&outbox).unwrap();
    let text = |pragma: &str| database.query_row(pragma, [], |row| row.get::<_, String>(0)).unwrap();
    let (journal, verdict) = (text("PRAGMA journal_mode"), text("PRAGMA integrity_check"));
    assert_eq!((journal.as_str(), verdict.as_str()), ("wal", "ok"));
    drop(database);
    let mut host = setting.home.host();
    let queued = host.ok("delivery.list", json!({}))["deliveries"].as_array().unwrap().len();
    assert_eq!(queued, HOSTS * EACH);
    drop(held);
    saw(&format!(
        "{HOSTS} processes queued {queued} deliveries into one outbox: journal {journal}, integrity {verdict}"
    ));
    // Ours, or one that the hosts woke and that was faster.
    setting.drain();
    wait("all arrive", || (setting.sandbox.messages().len() == HOSTS * EACH).then_some(()));
    saw("one sender after them sent them all");
}

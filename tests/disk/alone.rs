//! Waiting until nobody has the outbox open.

use rusqlite::Connection;

use crate::host::{Home, wait};

/// Waits until everybody has left, and folds the log into the file. SQLite gives up its log for a lone connection only.
pub fn alone(home: &Home) {
    wait("everybody has left", || {
        let db = Connection::open(home.path().join("outbox.db")).unwrap();
        let mode = db.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0));
        mode.is_ok_and(|mode| mode == "delete").then_some(())
    });
}

//! An index with many rows, and questions to it.
//!
//! A million files would fill a disk for nothing that a look-up could tell: the rows of some real files are copied under
//! new names instead, straight in the index.

use std::path::Path;
use std::time::Instant;

use correo_cfdi::adapters::sqlite_library::SqliteLibrary;
use correo_cfdi::domain::cfdi::Uuid;
use correo_cfdi::ports::library::{Library, Lookup, SearchQuery};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::bulk::BROAD_WORD;

/// A copy gets a path, a folio fiscal, a folio, a hash and a day of its own; the receiver and the amounts stay.
const COPY: &str = "
    INSERT INTO file (path, size, modified, identity, reasons, sha256, pdf, pdf_reason, uuid, version, kind, issuer_rfc,
        issuer_name, receiver_rfc, receiver_name, serie, folio, number, date, total, currency, amount, payments_total,
        paid, paid_count, stamped_at)
    SELECT path || '-' || (id + ?1), size, modified, identity, reasons, randomblob(32), pdf, pdf_reason,
        upper(substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-4' || substr(h, 14, 3) || '-A' || substr(h, 18, 3) || '-'
            || substr(h, 21, 12)),
        version, kind, issuer_rfc, issuer_name, receiver_rfc, receiver_name, serie, id + ?1, serie || (id + ?1),
        strftime('%Y-%m-%dT%H:%M:%S', date, '-' || (?1 / 997) || ' minutes'), total, currency, amount, payments_total,
        paid, paid_count, stamped_at
    FROM (SELECT *, hex(randomblob(16)) AS h FROM file WHERE uuid IS NOT NULL ORDER BY id LIMIT ?2)";

const COPY_WORDS: &str = "
    INSERT INTO words (rowid, text)
    SELECT id, receiver_name || ' ' || receiver_rfc || ' ' || serie || ' ' || folio || ' ' || serie || folio
    FROM file WHERE id > ?1";

/// Copies rows until there are so many, and says how many there are.
pub(crate) fn fill(index: &Path, wanted: i64) -> i64 {
    let mut connection = Connection::open(index).unwrap();
    // Only so that the filling ends sooner.
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000").unwrap();
    loop {
        let (rows, last): (i64, i64) = connection
            .query_one("SELECT count(*), max(id) FROM file", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        if rows >= wanted {
            connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
            return rows;
        }
        let transaction = connection.transaction().unwrap();
        let some = (wanted - rows).min(rows).min(100_000);
        transaction.execute(COPY, (last, some)).unwrap();
        transaction.execute(COPY_WORDS, [last]).unwrap();
        transaction.commit().unwrap();
    }
}

/// Looks up folios fiscales from all over the index, and searches a rare and a broad word.
pub(crate) fn find(index: &Path, times: usize) -> Value {
    let uuids = uuids(index, times);
    let library = SqliteLibrary::new(index);
    let look_up = |uuid: &Uuid| matches!(library.get(uuid).unwrap(), Lookup::Found(_));
    // The first use opens the file.
    assert!(look_up(&uuids[0]));
    let lookups = uuids.iter().map(|uuid| milliseconds(|| assert!(look_up(uuid)))).collect();
    let search = |text: String| {
        let query = SearchQuery { text: Some(text), ..SearchQuery::default() };
        milliseconds(|| assert!(!library.search(&query).unwrap().entries.is_empty()))
    };
    let folio = |uuid: &Uuid| match library.get(uuid).unwrap() {
        Lookup::Found(entry) => entry.cfdi.number(),
        Lookup::Unknown | Lookup::Conflict(_) => unreachable!("found above"),
    };
    let some = 1.max(times / 20);
    let rare = uuids.iter().take(some).map(|uuid| search(folio(uuid))).collect();
    let broad = (0..some.min(15)).map(|_| search(BROAD_WORD.to_owned())).collect();
    let mixed = (0..some.min(15)).map(|_| search(format!("{BROAD_WORD} ceramica"))).collect();
    json!({"lookup": quantiles(lookups), "rare": quantiles(rare), "broad": quantiles(broad), "two_words": quantiles(mixed)})
}

fn uuids(index: &Path, times: usize) -> Vec<Uuid> {
    let connection = Connection::open(index).unwrap();
    let last: i64 = connection.query_one("SELECT max(id) FROM file", [], |row| row.get(0)).unwrap();
    let mut statement =
        connection.prepare("SELECT uuid FROM file WHERE id >= ?1 AND uuid IS NOT NULL ORDER BY id LIMIT 1").unwrap();
    let step = |at: usize| 1 + (at as i64).wrapping_mul(7_919_993) % last;
    let one = |at: usize| statement.query_one([step(at)], |row| row.get::<_, String>(0)).unwrap();
    (0..times).map(one).map(|text| Uuid::parse(&text).unwrap()).collect()
}

fn milliseconds(work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_secs_f64() * 1_000.0
}

fn quantiles(mut times: Vec<f64>) -> Value {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    json!({"p50": at(0.5), "p99": at(0.99), "times": times.len()})
}

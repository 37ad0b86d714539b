//! `cargo bench`: header reading, a 10 MB file, looking up and searching. Peers are measured by `tests/bench/run`.

#![expect(clippy::unwrap_used, reason = "a measurement may fail by panicking")]

use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use correo_cfdi::adapters::sqlite_library::SqliteLibrary;
use correo_cfdi::domain::cfdi::{self, Uuid};
use correo_cfdi::ports::library::{Library, SearchQuery};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

#[path = "../support/bulk.rs"]
mod bulk;

const SEED: u64 = 4;

/// Documents of one pass of header reading.
const DOCUMENTS: u64 = 500;

/// Files in the index; `tests/bench/run` asks one of 1,000,000 rows.
const INDEXED: u64 = 5_000;

fn reading(criterion: &mut Criterion) {
    let documents: Vec<Vec<u8>> = (0..DOCUMENTS).map(|number| bulk::document(SEED, number).bytes).collect();
    let mut group = criterion.benchmark_group("reading");
    group.throughput(Throughput::Elements(DOCUMENTS));
    group.bench_function("headers", |bencher| {
        bencher.iter(|| documents.iter().filter(|bytes| cfdi::read_bytes(bytes).unwrap().cfdi.is_some()).count());
    });
    let long = bulk::long(SEED);
    group.throughput(Throughput::Bytes(long.len() as u64)).sample_size(20);
    group.bench_function("long", |bencher| bencher.iter(|| cfdi::read_bytes(black_box(long.as_slice())).unwrap()));
    group.finish();
}

fn finding(criterion: &mut Criterion) {
    let place = tempfile::tempdir().unwrap();
    bulk::write(&place.path().join("cfdi"), INDEXED, SEED);
    let library = SqliteLibrary::new(place.path().join("library.db"));
    library.scan(&[place.path().join("cfdi")], &mut |_| {}, &AtomicBool::new(false)).unwrap();
    let uuids: Vec<Uuid> =
        (0..INDEXED).step_by(50).map(|number| Uuid::parse(&bulk::document(SEED, number).uuid).unwrap()).collect();
    let mut group = criterion.benchmark_group("finding");
    let mut next = uuids.iter().cycle();
    group.bench_function("lookup", |bencher| bencher.iter(|| library.get(next.next().unwrap()).unwrap()));
    for (name, text) in [("rare word", "F4711"), ("broad word", bulk::BROAD_WORD)] {
        let query = SearchQuery { text: Some(text.to_owned()), ..SearchQuery::default() };
        assert!(!library.search(&query).unwrap().entries.is_empty());
        group.bench_function(name, |bencher| bencher.iter(|| library.search(&query).unwrap()));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    targets = reading, finding
}
criterion_main!(benches);

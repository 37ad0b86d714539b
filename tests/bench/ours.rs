//! Our side of the measurements of `tests/bench/run`: each subcommand prints one JSON value.
//!
//! It uses the library as the host does; `tests/bench/peers` and `tests/bench/python_peers.py` do the same work.

#![expect(clippy::unwrap_used, reason = "a program for measurements may fail by panicking")]

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use clap::Parser;
use correo_cfdi::adapters::sqlite_library::SqliteLibrary;
use correo_cfdi::domain::cfdi;
use correo_cfdi::ports::library::Library;
use serde_json::{Value, json};

#[path = "../support/bulk.rs"]
mod bulk;
#[path = "rows.rs"]
mod rows;

/// Measures one thing.
#[derive(Debug, Parser)]
#[command(name = "bench-ours")]
enum Command {
    /// Reads files that are in memory already, in this many passes.
    Headers { list: PathBuf, passes: usize },
    /// Tells the identity of each file, a line each.
    Tell { list: PathBuf },
    /// Reads one file from the disk.
    Document { file: PathBuf },
    /// Visits every file below a folder and asks its size and time.
    Walk { folder: PathBuf },
    /// Reads the bytes of every file of a list with so many threads.
    Bytes { list: PathBuf, threads: usize },
    /// Brings an index up to date.
    Scan { index: PathBuf, folder: PathBuf },
    /// Multiplies the rows of an index up to a number.
    Fill { index: PathBuf, rows: i64 },
    /// Looks up and searches so many times.
    Find { index: PathBuf, times: usize },
}

fn main() -> io::Result<()> {
    let answer = match Command::parse() {
        Command::Headers { list, passes } => headers(&list, passes),
        Command::Tell { list } => return tell(&list),
        Command::Document { file } => timed(|| {
            let reading = cfdi::read(File::open(file).unwrap()).unwrap();
            json!(reading.cfdi.map(|cfdi| cfdi.uuid.as_str().to_owned()))
        }),
        Command::Walk { folder } => timed(|| walk(&folder).into()),
        Command::Bytes { list, threads } => {
            let paths = paths(&list);
            timed(|| bytes(&paths, threads).into())
        }
        Command::Scan { index, folder } => timed(|| scan(&index, folder)),
        Command::Fill { index, rows } => timed(|| rows::fill(&index, rows).into()),
        Command::Find { index, times } => rows::find(&index, times),
    };
    writeln!(io::stdout(), "{answer}")
}

fn timed(work: impl FnOnce() -> Value) -> Value {
    let started = Instant::now();
    let result = work();
    json!({"seconds": started.elapsed().as_secs_f64(), "result": result})
}

/// The files of a list, one path a line.
fn paths(list: &Path) -> Vec<PathBuf> {
    fs::read_to_string(list).unwrap().lines().map(PathBuf::from).collect()
}

fn headers(list: &Path, passes: usize) -> Value {
    let files: Vec<Vec<u8>> = paths(list).iter().map(|path| fs::read(path).unwrap()).collect();
    let mut seconds = Vec::new();
    let mut read = 0;
    for _ in 0..passes {
        let started = Instant::now();
        read = files.iter().filter(|bytes| cfdi::read_bytes(bytes).unwrap().cfdi.is_some()).count();
        seconds.push(started.elapsed().as_secs_f64());
    }
    json!({"seconds": seconds, "files": files.len(), "read": read})
}

fn tell(list: &Path) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout());
    for path in paths(list) {
        let line = match cfdi::read(File::open(path)?)?.cfdi {
            None => Value::Null,
            Some(cfdi) => json!({
                "uuid": cfdi.uuid.as_str(),
                "issuer_rfc": cfdi.issuer.rfc.as_str(),
                "receiver_rfc": cfdi.receiver.rfc.as_str(),
                "total": cfdi.total.as_str(),
            }),
        };
        writeln!(out, "{line}")?;
    }
    out.flush()
}

/// The number of files, each with its size and time asked.
fn walk(folder: &Path) -> u64 {
    let mut files = 0;
    let mut pending = vec![folder.to_path_buf()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                pending.push(entry.path());
            } else {
                let metadata = entry.metadata().unwrap();
                files += u64::from(metadata.len() > 0 && metadata.modified().is_ok());
            }
        }
    }
    files
}

/// The number of bytes of all files.
fn bytes(paths: &[PathBuf], threads: usize) -> u64 {
    let next = AtomicUsize::new(0);
    let read_some = || {
        let mut sum = 0;
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            sum += fs::read(path).unwrap().len() as u64;
        }
        sum
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(read_some)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    })
}

fn scan(index: &Path, folder: PathBuf) -> Value {
    let report = SqliteLibrary::new(index).scan(&[folder], &mut |_| {}, &AtomicBool::new(false)).unwrap();
    json!([report.files, report.indexed, report.unchanged, report.refused])
}

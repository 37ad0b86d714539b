//! Brings the index up to date: one thread walks, some read, this one writes.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};

use super::roots::Roots;
use super::rows::{self, NewRow, Span, Stamp};
use super::walk::{Counters, Job, Known, Walk};
use super::{archives, paid, pdfs};
use crate::disk::partner::Partner;
use crate::disk::pdf_text::PdfTexts;
use crate::disk::read_cfdi;
use crate::domain::cfdi::{Reading, Reason, Uuid};
use crate::ports::library::{FilesError, ScanProgress, ScanReport, Seals};

/// Files written in one transaction: a few milliseconds, so that no other process waits long.
const BATCH: usize = 500;

/// Messages that may wait between two threads; bounds memory when the disk is faster than the parser, or the reverse.
const QUEUE: usize = 256;

/// Threads that read files, at most: beyond that, disks and network shares become slower, not faster.
const MAX_READERS: usize = 8;

/// How often progress is told while nothing has to be written.
const TICK: Duration = Duration::from_millis(100);

/// What is to be written.
pub(super) enum Outcome {
    /// A file was read.
    Read(Box<NewRow>),
    /// An unchanged file has another PDF now.
    Partner(i64, Partner),
    /// These rows are of files that are no longer in their archive.
    Gone(Vec<i64>),
}

/// Scans the folders; the report is complete but for errors of the index itself.
pub(super) fn run(
    connection: &mut Connection,
    folders: &[PathBuf],
    progress: &mut dyn FnMut(ScanProgress),
    cancel: &AtomicBool,
) -> rusqlite::Result<ScanReport> {
    let started = Instant::now();
    let roots = Roots::of(connection, folders)?;
    let mut known = known(connection, &roots.real)?;
    let archived = archives::part(&mut known);
    let counters = Counters::default();
    let texts = PdfTexts::of(pdfs::known(connection, &roots.real)?);
    let (jobs, job_queue) = sync_channel(QUEUE);
    let (outcomes, outcome_queue) = sync_channel(QUEUE);
    let job_queue = Arc::new(Mutex::new(job_queue));
    let (written, remains) = thread::scope(|scope| {
        for _ in 0..readers() {
            let (queue, outcomes) = (Arc::clone(&job_queue), outcomes.clone());
            let (texts, counters) = (&texts, &counters);
            scope.spawn(move || read_files(&queue, &outcomes, texts, counters, cancel));
        }
        // The readers alone must hold the queue, so that the walk learns when all of them are gone.
        drop(job_queue);
        let walk = Walk {
            known,
            archived,
            jobs,
            outcomes,
            counters: &counters,
            texts: &texts,
            cancel,
            unread_folders: Vec::new(),
            refused_links: 0,
            deaf: false,
        };
        let walker = scope.spawn(|| walk.run(&roots.real));
        let written = Writer::new(connection, &counters, progress).run(outcome_queue);
        (written, walker.join())
    });
    let tally = written?;
    let remains = remains.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let cancelled = cancel.load(Ordering::Relaxed);
    let gone = if cancelled { Vec::new() } else { remains.gone };
    rows::remove(connection, &gone)?;
    roots.note(connection, &remains.unread_folders)?;
    pdfs::remember(connection, texts.into_known(), cancelled)?;
    Ok(ScanReport {
        files: tally.progress.files,
        indexed: tally.progress.indexed,
        unchanged: tally.progress.unchanged,
        refused: tally.progress.refused,
        removed: gone.len() as u64 + tally.removed,
        waiting: tally.progress.waiting,
        missing_folders: roots.missing,
        unread_folders: remains.unread_folders,
        refused_links: remains.refused_links,
        cancelled,
        seconds: started.elapsed().as_secs_f64(),
    })
}

fn readers() -> usize {
    thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, MAX_READERS))
}

/// What the index has under the folders.
fn known(connection: &Connection, roots: &[PathBuf]) -> rusqlite::Result<HashMap<String, Known>> {
    let mut statement = connection.prepare_cached(
        "SELECT path, id, size, modified, identity, uuid, pdf, pdf_reason, CASE WHEN pdf IS NULL THEN paid END, reasons <> '' FROM file WHERE path >= ?1 AND path < ?2",
    )?;
    let mut known = HashMap::new();
    for root in roots {
        let span = Span::under(root);
        let mut found = statement.query([&span.from, &span.to])?;
        while let Some(row) = found.next()? {
            let uuid: Option<String> = row.get(5)?;
            let entry = Known {
                id: row.get(1)?,
                stamp: Stamp { size: row.get(2)?, modified: row.get(3)?, identity: row.get(4)? },
                uuid: uuid.and_then(|text| Uuid::parse(&text).ok()),
                paid: row.get::<_, Option<String>>(8)?.map_or_else(Vec::new, |text| paid::uuids(&text)),
                pdf: row.get(6)?,
                pdf_reason: row.get(7)?,
                reasons: row.get(9)?,
            };
            known.insert(row.get(0)?, entry);
        }
    }
    Ok(known)
}

/// Reads files until there are no more, or nobody writes them down.
fn read_files(
    queue: &Mutex<Receiver<Job>>,
    outcomes: &SyncSender<Outcome>,
    texts: &PdfTexts,
    counters: &Counters,
    cancel: &AtomicBool,
) {
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(mut job) = job else { return };
        if cancel.load(Ordering::Relaxed) {
            return;
        }
        if let Some(contents) = job.contents.take() {
            if !archives::read(&job, contents, counters, cancel, &|outcome| outcomes.send(outcome).is_ok()) {
                return;
            }
        } else if let Some(row) = read_one(job, texts)
            && outcomes.send(Outcome::Read(Box::new(row))).is_err()
        {
            return;
        }
    }
}

/// Reads one file; nothing when it went away meanwhile.
fn read_one(job: Job, texts: &PdfTexts) -> Option<NewRow> {
    let Some(path) = job.path.to_str().map(str::to_owned) else {
        return Some(refused_row(&job, job.stamp, Reason::PathNotUnicode));
    };
    let intake = match read_cfdi(&job.path, Seals::Leave) {
        Ok(intake) => intake,
        // Rights and locks change without a trace in size and time.
        Err(FilesError::Refused(reason)) => return Some(refused_row(&job, Stamp::NEVER, reason)),
        // The row that a changed file had is dropped too, by the next scan.
        Err(FilesError::Missing) => return None,
    };
    let partner = match &intake.reading.cfdi {
        Some(cfdi) => {
            job.pdfs.partner_of(&job.path, &cfdi.uuid, &cfdi.paid_uuids(), texts).of_xml_from(intake.modified)
        }
        None => Partner::Missing,
    };
    // What was still being written is looked at again whatever its size and time will be.
    let stamp = if is_waiting(&intake.reading) { Stamp::NEVER } else { job.stamp };
    Some(NewRow { id: job.id, path, stamp, reading: intake.reading, facts: intake.facts, partner })
}

fn is_waiting(reading: &Reading) -> bool {
    reading.reasons.contains(&Reason::StillWriting)
}

pub(super) fn refused_row(job: &Job, stamp: Stamp, reason: Reason) -> NewRow {
    NewRow {
        id: job.id,
        path: job.path.to_string_lossy().into_owned(),
        stamp,
        reading: Reading::refused(reason),
        facts: None,
        partner: Partner::Missing,
    }
}

/// What was written so far.
#[derive(Default)]
struct Tally {
    progress: ScanProgress,
    /// Files that are gone from archives.
    removed: u64,
}

/// Writes what the others find, in batches, and tells the progress.
struct Writer<'a> {
    connection: &'a mut Connection,
    counters: &'a Counters,
    progress: &'a mut dyn FnMut(ScanProgress),
    tally: Tally,
    batch: Vec<Outcome>,
}

impl<'a> Writer<'a> {
    fn new(connection: &'a mut Connection, counters: &'a Counters, progress: &'a mut dyn FnMut(ScanProgress)) -> Self {
        Self { connection, counters, progress, tally: Tally::default(), batch: Vec::with_capacity(BATCH) }
    }

    /// Runs until every other thread has ended. On an error the queue is dropped, which ends them.
    fn run(mut self, queue: Receiver<Outcome>) -> rusqlite::Result<Tally> {
        loop {
            match queue.recv_timeout(TICK) {
                Ok(outcome) => {
                    self.batch.push(outcome);
                    if self.batch.len() >= BATCH {
                        self.flush()?;
                        self.tell();
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.flush()?;
                    self.tell();
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.flush()?;
        self.tell();
        Ok(self.tally)
    }

    fn flush(&mut self) -> rusqlite::Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for outcome in &self.batch {
            match outcome {
                Outcome::Read(row) => {
                    rows::write(&transaction, row)?;
                    let count = match row.reading.cfdi {
                        Some(_) => &mut self.tally.progress.indexed,
                        // An archive is no XML itself.
                        None if row.reading.reasons.is_empty() => continue,
                        None if is_waiting(&row.reading) => &mut self.tally.progress.waiting,
                        None => &mut self.tally.progress.refused,
                    };
                    *count += 1;
                }
                Outcome::Partner(id, partner) => rows::write_partner(&transaction, *id, partner)?,
                Outcome::Gone(ids) => {
                    rows::remove_all(&transaction, ids)?;
                    self.tally.removed += ids.len() as u64;
                }
            }
        }
        transaction.commit()?;
        self.batch.clear();
        Ok(())
    }

    fn tell(&mut self) {
        self.tally.progress.files = self.counters.files.load(Ordering::Relaxed);
        self.tally.progress.unchanged = self.counters.unchanged.load(Ordering::Relaxed);
        (self.progress)(self.tally.progress);
    }
}

//! Brings the index up to date: one thread walks, some read, this one writes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};

use super::folders::{self, Folder};
use super::roots::Roots;
use super::rows::{self, NewRow, Span, Stamp};
use super::walk::{Counters, Job, Walk};
use super::{archives, pdfs, schema};
use crate::disk::partner::Partner;
use crate::disk::pdf_text::PdfTexts;
use crate::disk::read_cfdi;
use crate::domain::cfdi::{Reading, Reason};
use crate::ports::library::{FilesError, ScanProgress, ScanReport, Seals};

/// How long what was read may wait for a fuller transaction, and the time between two tellings of the progress.
const TICK: Duration = Duration::from_millis(100);

/// How long a transaction lasts when files come without a pause, so that no other process waits long. The longer, the
/// fewer times a page is written that many files touch.
const PATIENCE: Duration = Duration::from_millis(250);

/// Files that make a transaction worth beginning before its time.
const BEGINNING: usize = 500;

/// How long an open transaction waits for more: nobody else writes meanwhile, so no longer than the disk needs for some files.
const GAP: Duration = Duration::from_millis(10);

/// Messages that may wait between two threads, each of some files; bounds memory when the disk is faster than the
/// parser, or the reverse.
const QUEUE: usize = 8;

/// Threads that read files, at most: beyond that, disks and network shares become slower, not faster.
const MAX_READERS: usize = 8;

/// What is to be written.
pub(super) enum Outcome {
    /// A file was read.
    Read(Box<NewRow>),
    /// An unchanged file has another PDF now.
    Partner(Arc<Folder>, i64, Partner),
    /// These rows are of files that are no longer in their archive.
    Gone(Arc<Folder>, Vec<i64>),
}

impl Outcome {
    fn folder(&self) -> &Folder {
        match self {
            Self::Read(row) => &row.folder,
            Self::Partner(folder, ..) | Self::Gone(folder, _) => folder,
        }
    }
}

/// Scans the folders; the report is complete but for errors of the index itself. `reader` reads the rows meanwhile.
pub(super) fn run(
    connection: &mut Connection,
    reader: Connection,
    folders: &[PathBuf],
    progress: &mut dyn FnMut(ScanProgress),
    cancel: &AtomicBool,
) -> rusqlite::Result<ScanReport> {
    let started = Instant::now();
    schema::put_off_searching(connection)?;
    let before = folders::changes_elsewhere(connection)?;
    let roots = Roots::of(connection, folders)?;
    let counters = Counters::default();
    let texts = PdfTexts::of(pdfs::known(connection, &roots.real)?);
    let (jobs, job_queue) = sync_channel(QUEUE);
    let (outcomes, outcome_queue) = sync_channel(QUEUE);
    let walk = Walk {
        rows: has_rows(connection, &roots.real)?.then(|| Mutex::new(reader)),
        prints: folders::noted(connection, &roots.real)?,
        jobs,
        outcomes: outcomes.clone(),
        counters: &counters,
        texts: &texts,
        cancel,
        deaf: AtomicBool::new(false),
    };
    let job_queue = Arc::new(Mutex::new(job_queue));
    let (written, remains) = thread::scope(|scope| {
        for _ in 0..threads() {
            let (queue, outcomes) = (Arc::clone(&job_queue), outcomes.clone());
            let (texts, counters) = (&texts, &counters);
            scope.spawn(move || read_files(&queue, &outcomes, texts, counters, cancel));
        }
        // The readers alone must hold the queues, so that the walk learns when all of them are gone, and the writer when
        // everything was read.
        drop((job_queue, outcomes));
        let walker = scope.spawn(|| walk.run(&roots.real, threads()));
        let written = Writer::new(connection, &counters, progress).run(&outcome_queue);
        drop(outcome_queue);
        (written, walker.join())
    });
    let tally = written?;
    let remains = remains.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    let cancelled = cancel.load(Ordering::Relaxed);
    let gone = if cancelled { Vec::new() } else { remains.gone };
    rows::remove(connection, &gone)?;
    schema::index_for_searching(connection)?;
    roots.note(connection, &remains.unread_folders)?;
    pdfs::remember(connection, texts.into_known(), cancelled)?;
    if !cancelled {
        folders::note(connection, &remains.seen, before)?;
    }
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

fn threads() -> usize {
    thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, MAX_READERS))
}

/// Whether the index has anything under the folders.
fn has_rows(connection: &Connection, roots: &[PathBuf]) -> rusqlite::Result<bool> {
    let mut statement =
        connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM file WHERE path >= ?1 AND path < ?2)")?;
    for root in roots {
        let span = Span::under(root);
        if statement.query_one([&span.from, &span.to], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads files until there are no more, or nobody writes them down.
fn read_files(
    queue: &Mutex<Receiver<Vec<Job>>>,
    outcomes: &SyncSender<Vec<Outcome>>,
    texts: &PdfTexts,
    counters: &Counters,
    cancel: &AtomicBool,
) {
    // Used for every file, because most of the cost of small ones is memory that is got and given back.
    let mut room = Vec::new();
    loop {
        let jobs = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(jobs) = jobs else { return };
        let mut read = Vec::with_capacity(jobs.len());
        let mut sent = Instant::now();
        for mut job in jobs {
            if cancel.load(Ordering::Relaxed) {
                return;
            }
            match job.contents.take() {
                Some(contents) => {
                    if !archives::read(&job, contents, counters, cancel, &|one| outcomes.send(vec![one]).is_ok()) {
                        return;
                    }
                }
                None => read.extend(read_one(job, texts, &mut room).map(|row| Outcome::Read(Box::new(row)))),
            }
            // Of a slow share a person sees the progress all the same.
            if sent.elapsed() >= TICK {
                if !read.is_empty() && outcomes.send(std::mem::take(&mut read)).is_err() {
                    return;
                }
                sent = Instant::now();
            }
        }
        if !read.is_empty() && outcomes.send(read).is_err() {
            return;
        }
    }
}

/// Reads one file; nothing when it went away meanwhile.
fn read_one(job: Job, texts: &PdfTexts, room: &mut Vec<u8>) -> Option<NewRow> {
    let Some(path) = job.path.to_str().map(str::to_owned) else {
        return Some(refused_row(&job, job.stamp, Reason::PathNotUnicode));
    };
    let intake = match read_cfdi(&job.path, Seals::Leave, room) {
        Ok(intake) => intake,
        // Rights and locks change without a trace in size and time.
        Err(FilesError::Refused(reason)) => return Some(refused_row(&job, Stamp::NEVER, reason)),
        // The row that a changed file had is dropped too, by the next scan.
        Err(FilesError::Missing) => {
            job.folder.unsettle();
            return None;
        }
    };
    let partner = match &intake.reading.cfdi {
        Some(cfdi) => {
            let pdfs = &job.folder.pdfs;
            pdfs.partner_of(&job.path, &cfdi.uuid, &cfdi.paid_uuids(), texts).of_xml_from(intake.modified)
        }
        None => Partner::Missing,
    };
    // What was still being written is looked at again whatever its size and time will be.
    let stamp = if is_waiting(&intake.reading) { Stamp::NEVER } else { job.stamp };
    if stamp == Stamp::NEVER || partner == Partner::Awaited {
        job.folder.unsettle();
    }
    Some(NewRow { folder: job.folder, id: job.id, path, stamp, reading: intake.reading, facts: intake.facts, partner })
}

fn is_waiting(reading: &Reading) -> bool {
    reading.reasons.contains(&Reason::StillWriting)
}

pub(super) fn refused_row(job: &Job, stamp: Stamp, reason: Reason) -> NewRow {
    if stamp == Stamp::NEVER {
        job.folder.unsettle();
    }
    NewRow {
        folder: Arc::clone(&job.folder),
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
        Self { connection, counters, progress, tally: Tally::default(), batch: Vec::with_capacity(2 * BEGINNING) }
    }

    /// Runs until every other thread has ended. On an error the queue is dropped, which ends them.
    fn run(mut self, queue: &Receiver<Vec<Outcome>>) -> rusqlite::Result<Tally> {
        let mut written = Instant::now();
        loop {
            let is_due = match queue.recv_timeout(TICK) {
                Ok(outcomes) => {
                    self.batch.extend(outcomes);
                    self.batch.len() >= BEGINNING || written.elapsed() >= PATIENCE
                }
                Err(RecvTimeoutError::Timeout) => true,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            if is_due {
                self.write(queue)?;
                self.tell();
                written = Instant::now();
            }
        }
        self.write(queue)?;
        self.tell();
        Ok(self.tally)
    }

    /// Writes what was collected, and what comes meanwhile, so that reading goes on beside it.
    fn write(&mut self, queue: &Receiver<Vec<Outcome>>) -> rusqlite::Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let began = Instant::now();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut writing = rows::Writing::of(&transaction)?;
        let mut touched = BTreeSet::new();
        while !self.batch.is_empty() {
            for outcome in &self.batch {
                let folder = outcome.folder();
                if !touched.contains(&*folder.path) {
                    folders::forget(&transaction, &folder.path)?;
                    touched.insert(folder.path.clone());
                }
                match outcome {
                    Outcome::Read(row) => writing.write(row)?,
                    Outcome::Partner(_, id, partner) => rows::write_partner(&transaction, *id, partner)?,
                    Outcome::Gone(_, ids) => ids.iter().try_for_each(|id| rows::remove_one(&transaction, *id))?,
                }
                self.tally.count(outcome);
            }
            self.batch.clear();
            if began.elapsed() < PATIENCE {
                // Where all have ended, the caller learns it next.
                self.batch.extend(queue.recv_timeout(GAP).unwrap_or_default());
            }
        }
        drop(writing);
        transaction.commit()
    }

    fn tell(&mut self) {
        self.tally.progress.files = self.counters.files.load(Ordering::Relaxed);
        self.tally.progress.unchanged = self.counters.unchanged.load(Ordering::Relaxed);
        (self.progress)(self.tally.progress);
    }
}

impl Tally {
    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Read(row) => match row.reading.cfdi {
                Some(_) => self.progress.indexed += 1,
                // An archive is no XML itself.
                None if row.reading.reasons.is_empty() => {}
                None if is_waiting(&row.reading) => self.progress.waiting += 1,
                None => self.progress.refused += 1,
            },
            Outcome::Partner(..) => {}
            Outcome::Gone(_, ids) => self.removed += ids.len() as u64,
        }
    }
}

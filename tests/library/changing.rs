//! An index over files that change while it is made: in the end it holds what lies on the disk, and nothing else.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use correo_cfdi::ports::library::{Library, SearchQuery};
use sha2::{Digest, Sha256};

use crate::bulk;
use crate::bulk::chance::Chance;
use crate::place::Place;

/// The documents that lie there at first have this seed; what comes later has others.
const SEED: u64 = 4;

/// Folio fiscal and hash of every path.
type Truth = BTreeMap<PathBuf, (String, [u8; 32])>;

#[test]
fn the_index_follows_files_that_change_underneath() {
    follow(2_500);
}

/// What `tests/run --long` plays.
#[test]
#[ignore = "takes minutes: run by tests/run --long"]
fn the_index_follows_a_hundred_thousand_files_that_change_underneath() {
    follow(100_000);
}

fn follow(files: u64) {
    let place = Place::new();
    let folder = place.folder();
    let mut world = World::new(&folder, files);
    assert_eq!(place.scan().indexed, files);
    assert_eq!(indexed(&place, None), world.truth);
    // The serie of all of them: more matches than are fetched one by one, so the pages come by date.
    assert_eq!(indexed(&place, Some("f")), world.truth);
    let done = AtomicBool::new(false);
    let scans = thread::scope(|scope| {
        let scanner = scope.spawn(|| {
            let mut scans = 0;
            while !done.load(Ordering::Relaxed) {
                place.scan();
                scans += 1;
            }
            scans
        });
        for _ in 0..files / 2 {
            world.meddle();
        }
        done.store(true, Ordering::Relaxed);
        scanner.join().unwrap()
    });
    assert!(scans > 0, "nothing was scanned meanwhile");
    // What is half-written is no document, whatever was there before.
    place.scan();
    assert_eq!(indexed(&place, None), world.truth);
    let halves = world.complete();
    assert!(halves > 10, "{halves} files were half-written");
    place.scan();
    assert_eq!(indexed(&place, None), world.truth);
    assert_eq!(on_disk(&folder), hashes(&world.truth));
    let last = place.scan();
    assert_eq!((last.unchanged, last.files), (world.truth.len() as u64, world.truth.len() as u64));
}

/// The folder as it must be, and the hand that changes it.
struct World<'f> {
    folder: &'f Path,
    truth: Truth,
    /// Half-written files, with what they lack and what they will be.
    halves: Vec<(PathBuf, Vec<u8>, String, [u8; 32])>,
    /// Paths with a document, to choose from.
    paths: Vec<PathBuf>,
    chance: Chance,
    next: u64,
}

impl<'f> World<'f> {
    fn new(folder: &'f Path, files: u64) -> Self {
        let mut truth = Truth::new();
        for number in 0..files {
            let document = bulk::document(SEED, number);
            let path = bulk::put(folder, &document);
            truth.insert(path, (document.uuid, Sha256::digest(&document.bytes).into()));
        }
        let paths = truth.keys().cloned().collect();
        Self { folder, truth, halves: Vec::new(), paths, chance: Chance::of_run(SEED, 0), next: files }
    }

    /// Adds, changes, moves, deletes or half-writes one file.
    fn meddle(&mut self) {
        self.next += 1;
        let fresh = bulk::document(SEED + 1, self.next);
        let at = self.chance.below(self.paths.len() as u64) as usize;
        match self.chance.below(5) {
            0 => {
                let path = bulk::put(self.folder, &fresh);
                self.paths.push(path.clone());
                self.has(path, fresh);
            }
            1 => {
                let path = self.paths[at].clone();
                fs::write(&path, &fresh.bytes).unwrap();
                self.has(path, fresh);
            }
            2 => {
                let to = self.folder.join(&fresh.place).with_extension("XML");
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                let from = std::mem::replace(&mut self.paths[at], to.clone());
                fs::rename(&from, &to).unwrap();
                let what = self.truth.remove(&from).unwrap();
                self.truth.insert(to, what);
            }
            3 => {
                let path = self.paths.swap_remove(at);
                fs::remove_file(&path).unwrap();
                self.truth.remove(&path).unwrap();
            }
            _ => {
                let path = self.paths.swap_remove(at);
                let (begun, rest) = fresh.bytes.split_at(fresh.bytes.len() / 2);
                fs::write(&path, begun).unwrap();
                self.truth.remove(&path).unwrap();
                self.halves.push((path, rest.to_vec(), fresh.uuid, Sha256::digest(&fresh.bytes).into()));
            }
        }
    }

    fn has(&mut self, path: PathBuf, document: bulk::Document) {
        self.truth.insert(path, (document.uuid, Sha256::digest(&document.bytes).into()));
    }

    /// Writes the other half of what is half-written.
    fn complete(&mut self) -> usize {
        let halves = std::mem::take(&mut self.halves);
        let count = halves.len();
        for (path, rest, uuid, sha256) in halves {
            OpenOptions::new().append(true).open(&path).unwrap().write_all(&rest).unwrap();
            self.truth.insert(path, (uuid, sha256));
        }
        count
    }
}

/// What the index holds, or what of it a text finds, page by page.
fn indexed(place: &Place, text: Option<&str>) -> Truth {
    let mut found = Truth::new();
    let mut query = SearchQuery { text: text.map(str::to_owned), limit: 500, ..SearchQuery::default() };
    loop {
        let page = place.library.search(&query).unwrap();
        for entry in page.entries {
            found.insert(entry.path, (entry.cfdi.uuid.as_str().to_owned(), entry.xml.sha256));
        }
        query.after = page.next;
        if query.after.is_none() {
            return found;
        }
    }
}

/// What really lies there.
fn on_disk(folder: &Path) -> BTreeMap<PathBuf, [u8; 32]> {
    let (mut found, mut pending) = (BTreeMap::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let sha256 = Sha256::digest(fs::read(&path).unwrap()).into();
                found.insert(path, sha256);
            }
        }
    }
    found
}

fn hashes(truth: &Truth) -> BTreeMap<PathBuf, [u8; 32]> {
    truth.iter().map(|(path, (_, sha256))| (path.clone(), *sha256)).collect()
}

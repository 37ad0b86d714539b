//! The fuzz targets on stable: over the committed corpus and over random changes of it, so that they surely compile and
//! hold. `CORREO_CFDI_FUZZ_SECONDS` runs each for that long; otherwise a fixed number of changes is tried.
//!
//! `UPDATE_GENERATED=1` makes the corpus anew from the synthetic samples.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[path = "support/samples.rs"]
mod samples;
#[path = "fuzz/seeds.rs"]
mod seeds;
#[path = "fuzz/targets.rs"]
mod targets;

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use samples::{Spec, Version};
use zip::write::{SimpleFileOptions, ZipWriter};

/// Largest case of the corpus, in bytes: what guides the fuzzer is small.
const MAX_CASE: usize = 8 * 1024;

fn folder(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target)
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::create_dir_all(folder(target)).unwrap();
        for (name, bytes) in made(target) {
            fs::write(folder(target).join(name), bytes).unwrap();
        }
    }
    let mut paths: Vec<PathBuf> = fs::read_dir(folder(target)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// The cases of a target, made from samples.
fn made(target: &str) -> Vec<(String, Vec<u8>)> {
    if let Some(cases) = seeds::of(target) {
        return cases;
    }
    let mut cases = Vec::new();
    for (name, version) in [("40", Version::V40), ("33", Version::V33)] {
        for kind in ['I', 'E', 'N', 'P'] {
            let spec = Spec { kind, version, seed: u64::from(kind), ..Spec::default() };
            let xml = if target == "seal" { samples::xml(&spec) } else { samples::unsealed(&spec) };
            cases.push((format!("{kind}{name}.xml"), xml.into_bytes()));
        }
    }
    if target == "reader" {
        // Every fourth stands for its neighbours: encodings, cuts, decoys, odd namespaces.
        let defects = samples::defects().into_iter().step_by(4);
        cases.extend(defects.map(|case| (format!("{}.xml", case.name), case.bytes)));
    }
    if target == "indexer" {
        let (xml, mut zip) = (cases[0].1.clone(), ZipWriter::new(Cursor::new(Vec::new())));
        for (name, bytes) in [("A1.xml", &*xml), ("A1.pdf", b"%PDF-1.4"), ("m/A2.xml", b"<a/>")] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        cases.truncate(2);
        cases.push(("pair.zip".to_owned(), zip.finish().unwrap().into_inner()));
    }
    cases.retain(|(_, bytes)| bytes.len() <= MAX_CASE);
    cases
}

/// A small generator (Marsaglia's xorshift), so that a failure can be repeated by its number.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap()
    }
}

/// What the formats are made of.
const MARKS: [&[u8]; 22] = [
    b"<",
    b">",
    b"\"",
    b"&",
    b"xmlns:",
    b"<!DOCTYPE",
    b"]]>",
    b"PK\x01\x02",
    b"\xEF\xBB\xBF",
    b"\0",
    b"\r\n",
    b"\n",
    b",",
    b";",
    b"{{",
    b"}}",
    b"{% for x in uuid %}",
    b"state=",
    b"%26",
    b"\x01\x00\x00\x00",
    b"[[[[",
    b"null",
];

/// Changes a case: other bytes, pieces taken out, doubled, or from another case.
fn changed(case: &[u8], other: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = case.to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len() + 1);
        let end = (at + chance.below(40)).min(bytes.len());
        let from = chance.below(other.len());
        let piece = match chance.below(5) {
            0 => Vec::new(),
            1 => vec![u8::try_from(chance.below(256)).unwrap(); chance.below(6)],
            2 => bytes[at..end].repeat(2),
            3 => other[from..(from + chance.below(200)).min(other.len())].to_vec(),
            _ => MARKS[chance.below(MARKS.len())].to_vec(),
        };
        bytes.splice(at..end, piece);
    }
    bytes
}

fn hold(name: &str, changes: u64, target: fn(&[u8])) {
    let cases = corpus(name);
    assert!(cases.len() >= 3, "the corpus of {name} is committed");
    for case in &cases {
        target(case);
    }
    let seconds = std::env::var("CORREO_CFDI_FUZZ_SECONDS").ok().map(|text| text.parse().unwrap());
    let (limit, started) = (seconds.map(Duration::from_secs), Instant::now());
    for number in 0.. {
        if limit.map_or(number == changes, |limit| started.elapsed() >= limit) {
            break;
        }
        let mut chance = Chance((number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let (case, other) = (chance.below(cases.len()), chance.below(cases.len()));
        let bytes = changed(&cases[case], &cases[other], &mut chance);
        let outcome = std::panic::catch_unwind(|| target(&bytes));
        if let Err(panic) = outcome {
            let kept = std::env::temp_dir().join(format!("correo-cfdi-fuzz-{name}-{number}"));
            fs::write(&kept, &bytes).unwrap();
            // The panic's own message says what broke; this says with what.
            std::panic::resume_unwind(Box::new((kept, panic)));
        }
    }
}

#[test]
fn the_reader_holds() {
    hold("reader", 2_000, targets::reader);
}

#[test]
fn the_seal_check_holds() {
    hold("seal", 500, targets::seal);
}

#[test]
fn the_indexer_holds() {
    hold("indexer", 60, targets::indexer);
}

#[test]
fn the_frames_hold() {
    hold("frames", 4_000, targets::frames);
}

#[test]
fn the_requests_of_the_corpus_reach_the_use_cases() {
    let talk = targets::talk::talk().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let answers: Vec<_> = corpus("requests").iter().map(|case| talk.answer(case)).collect();
    let done = answers.iter().filter(|answer| answer["result"].is_object()).count();
    let previews = answers.iter().filter(|answer| answer["result"]["digest"].is_string()).count();
    assert!(done >= 15 && previews >= 1, "{done} of {} were done, {previews} were shown", answers.len());
}

#[test]
fn the_requests_hold() {
    hold("requests", 1_500, targets::requests);
}

#[test]
fn the_redirects_hold() {
    hold("redirects", 4_000, targets::redirects);
}

#[test]
fn the_templates_hold() {
    hold("templates", 2_000, targets::templates);
}

#[test]
fn the_lists_hold() {
    hold("lists", 4_000, targets::lists);
}

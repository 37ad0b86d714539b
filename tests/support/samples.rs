//! Makes synthetic CFDI and PDFs for tests, the demo and the sandbox.
//!
//! Everything is invented: the RFCs spell words, and the seals are made with throw-away keys, on certificates that no
//! authority gave out. The same spec gives the same bytes on every machine.
#![allow(
    clippy::allow_attributes,
    dead_code,
    unused_imports,
    reason = "every target that includes this module uses another part of it"
)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test support may fail by panicking")]

#[path = "sample_contents.rs"]
mod sample_contents;
#[path = "sample_defects.rs"]
mod sample_defects;
#[path = "sample_pdf.rs"]
mod sample_pdf;
#[path = "sample_xml.rs"]
mod sample_xml;
#[path = "sealing.rs"]
pub(crate) mod sealing;

use std::fs;
use std::path::{Path, PathBuf};

use correo_cfdi::domain::rfc;
use sha2::{Digest, Sha256};

pub(crate) use sample_defects::{Defect, base_spec, defects};
pub(crate) use sample_pdf::pdf_of;
pub(crate) use sample_xml::{unsealed, xml};

/// One side of a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SampleParty {
    /// A well-formed RFC with a valid check digit.
    pub(crate) rfc: String,
    /// Letters with accents, Ñ and & on purpose.
    pub(crate) name: String,
}

impl SampleParty {
    /// Completes an RFC that lacks its check digit.
    pub(crate) fn new(stem: &str, name: &str) -> Self {
        let digit = rfc::check_digit(stem).expect("a stem of 11 or 12 RFC characters");
        Self { rfc: format!("{stem}{digit}"), name: name.to_owned() }
    }
}

/// The schema of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V40,
    V33,
}

/// What to make.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    /// Decides the UUID, the seals and the amounts.
    pub(crate) seed: u64,
    pub(crate) version: Version,
    /// `'I'`, `'E'`, `'T'`, `'N'` or `'P'`.
    pub(crate) kind: char,
    pub(crate) serie: String,
    pub(crate) folio: String,
    /// `AAAA-MM-DDThh:mm:ss`.
    pub(crate) date: String,
    pub(crate) issuer: SampleParty,
    pub(crate) receiver: SampleParty,
    /// Whether a PDF of the same base name goes with it.
    pub(crate) with_pdf: bool,
    /// The base name of the files; serie and folio when absent.
    pub(crate) stem: Option<String>,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            seed: 1,
            version: Version::V40,
            kind: 'I',
            serie: "A".to_owned(),
            folio: "1".to_owned(),
            date: "2026-10-01T09:30:00".to_owned(),
            issuer: issuer(),
            receiver: receiver(0),
            with_pdf: true,
            stem: None,
        }
    }
}

/// What was made.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// In upper case.
    pub(crate) uuid: String,
    pub(crate) kind: char,
    pub(crate) serie: String,
    pub(crate) folio: String,
    pub(crate) date: String,
    pub(crate) issuer: SampleParty,
    pub(crate) receiver: SampleParty,
    /// The amount that a person recognises: the payments of a kind P, else the total.
    pub(crate) total: String,
    pub(crate) xml_path: PathBuf,
    pub(crate) pdf_path: Option<PathBuf>,
}

/// The company that issues every sample.
pub(crate) fn issuer() -> SampleParty {
    SampleParty::new("DEM010101AB", "DEMOSTRACIÓN DE MÉXICO")
}

/// Receivers of all shapes: Ñ and & in the RFC, companies and a person, accents, quotes.
pub(crate) fn receiver(index: usize) -> SampleParty {
    let (stem, name) = [
        ("PÑA020304CD", "PEÑA Y MUÑOZ CONSTRUCCIÓN"),
        ("C&T030405EF", "CAFÉ & TÉ DEL SURESTE"),
        ("ÑAIM850315GH", "MARÍA JOSÉ ÑANDÚ IBÁÑEZ"),
        ("EJE040506IJ", "EJEMPLOS \"EL CIGÜEÑAL\" D'AVIÑÓN"),
        ("FIC050607KL", "FICTICIA INDUSTRIAL"),
        ("INVE900101MN", "JOSÉ INVENTADO ESPECIMEN"),
    ][index % 6];
    SampleParty::new(stem, name)
}

/// Writes one sample into a folder, which is made if need be.
pub(crate) fn write(dir: &Path, spec: &Spec) -> Sample {
    fs::create_dir_all(dir).expect("the folder of the samples can be made");
    let stem = spec.stem.clone().unwrap_or_else(|| format!("{}{}", spec.serie, spec.folio));
    let sample = Sample {
        uuid: uuid(spec.seed),
        kind: spec.kind,
        serie: spec.serie.clone(),
        folio: spec.folio.clone(),
        date: spec.date.clone(),
        issuer: spec.issuer.clone(),
        receiver: spec.receiver.clone(),
        total: Money::of(spec).shown,
        xml_path: dir.join(format!("{stem}.xml")),
        pdf_path: spec.with_pdf.then(|| dir.join(format!("{stem}.pdf"))),
    };
    fs::write(&sample.xml_path, xml(spec)).expect("the sample XML can be written");
    settle(&sample.xml_path);
    if let Some(path) = &sample.pdf_path {
        fs::write(path, sample_pdf::pdf(&sample)).expect("the sample PDF can be written");
    }
    sample
}

/// Gives a file a time an hour ago: it is settled, and nothing is waited for.
pub(crate) fn settle(path: &Path) {
    let hour = std::time::Duration::from_secs(3_600);
    let file = fs::OpenOptions::new().append(true).open(path).expect("the sample can be opened");
    file.set_modified(std::time::SystemTime::now() - hour).expect("the sample's time can be set");
}

/// Writes the invoices of a company: `n` documents of every kind, the newest last, mostly invoices.
pub(crate) fn company_set(dir: &Path, n: usize) -> Vec<Sample> {
    (0..n).map(|index| write(dir, &company_spec(index))).collect()
}

/// The XML of the first documents of a company whose seals can be checked.
pub(crate) fn company_set_xml(n: usize) -> Vec<String> {
    let specs = (0..n).map(company_spec);
    // The sheet of 3.3 does not know Pagos 2.0.
    specs.filter(|spec| (spec.version, spec.kind) != (Version::V33, 'P')).map(|spec| xml(&spec)).collect()
}

/// The `index`-th document of the company.
pub(crate) fn company_spec(index: usize) -> Spec {
    let kind = match index % 12 {
        5 => 'E',
        7 => 'P',
        9 => 'T',
        11 => 'N',
        _ => 'I',
    };
    // 28 days a month, an hour more every 336 documents: dates rise with the index for a year's worth and stay valid.
    let (month, day, hour) = (1 + index / 28 % 10, 1 + index % 28, 8 + index / 280 % 12);
    Spec {
        seed: 1_000 + index as u64,
        version: if index % 10 == 3 { Version::V33 } else { Version::V40 },
        kind,
        serie: match kind {
            'E' => "NC",
            'P' => "PAGO",
            'T' => "T",
            'N' => "NOM",
            _ => "A",
        }
        .to_owned(),
        folio: (index + 1).to_string(),
        date: format!("2026-{month:02}-{day:02}T{hour:02}:15:00"),
        receiver: if kind == 'N' { receiver(2) } else { receiver(index) },
        ..Spec::default()
    }
}

/// The folio fiscal that a seed gives, in upper case.
pub(crate) fn uuid(seed: u64) -> String {
    let hex = hex(&digest(seed, "uuid"));
    let version_4 = format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32]);
    version_4.to_uppercase()
}

/// The amounts of a sample, as text.
struct Money {
    subtotal: String,
    tax: String,
    /// Subtotal and tax.
    gross: String,
    /// The attribute `Total`: 0 for kinds P and T.
    total: String,
    /// What a person recognises.
    shown: String,
}

impl Money {
    fn of(spec: &Spec) -> Self {
        let bytes = digest(spec.seed, "money");
        let cents = 10_000 + u64::from(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0])) % 5_000_000;
        let tax = if spec.kind == 'N' { 0 } else { (cents * 16 + 50) / 100 };
        let text = |cents: u64| format!("{}.{:02}", cents / 100, cents % 100);
        let gross = text(cents + tax);
        let (total, shown) = match spec.kind {
            'P' => ("0".to_owned(), gross.clone()),
            'T' => ("0".to_owned(), "0".to_owned()),
            _ => (gross.clone(), gross.clone()),
        };
        Self { subtotal: text(cents), tax: text(tax), gross, total, shown }
    }
}

fn digest(seed: u64, label: &str) -> [u8; 32] {
    Sha256::digest(format!("correo-cfdi sample {label} {seed}")).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

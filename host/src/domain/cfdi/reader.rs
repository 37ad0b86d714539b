//! The streaming reader: the walk over a document that feeds [`super::identity`], and what it comes to.

use std::io::{self, Read};

use super::decode::{Fault, Input, Utf8Input};
use super::grammar::is_blank;
use super::identity::Identity;
use super::scanner::{Piece, Scanner, Stop};
use super::scope::Scope;
use super::seal::{self, Builder};
use super::visit::{Element, Visitor};
use super::whole::WholeText;
use super::{Cfdi, NotChecked, Reason, Seal, Verdict};

/// What reading one file came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The document, unless it is refused for a reason that nobody may accept.
    pub cfdi: Option<Cfdi>,
    /// Why it is refused or warned about, without repetition, gravest first.
    pub reasons: Vec<Reason>,
    /// Whether its seal holds, where that was asked.
    pub seal: Seal,
    /// The last characters of the seal, by which the SAT is asked about the document.
    pub seal_end: Option<String>,
}

impl Reading {
    /// A refusal for one reason.
    #[must_use]
    pub fn refused(reason: Reason) -> Self {
        Self { cfdi: None, reasons: vec![reason], seal: Seal::NotChecked(NotChecked::Unreadable), seal_end: None }
    }

    /// The gravest verdict of the reasons.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        Verdict::of(&self.reasons)
    }

    /// Puts the reasons in order, and drops the document that they refuse.
    fn settle(&mut self) {
        self.reasons.sort_by_key(|reason| (std::cmp::Reverse(reason.verdict()), *reason));
        self.reasons.dedup();
        if self.reasons.iter().any(|reason| reason.is_final()) {
            self.cfdi = None;
        }
    }
}

/// Reads one CFDI or *Retenciones* to its last byte or its first fatal defect.
///
/// Memory is bounded by [`super::limits`] whatever the input. Nothing outside the input is ever opened.
///
/// # Errors
/// Only the input's own: what is wrong with the document is in [`Reading::reasons`].
pub fn read(input: impl Read) -> io::Result<Reading> {
    walk(Utf8Input::new(input)?, None, None).map(|(reading, _)| reading)
}

/// Reads as [`read`] does what is in memory already, which is quicker for what needs no decoding.
///
/// # Errors
/// None: memory has no errors of its own.
pub fn read_bytes(bytes: &[u8]) -> io::Result<Reading> {
    match WholeText::of(bytes) {
        Some(text) => walk(text, None, None).map(|(reading, _)| reading),
        None => read(bytes),
    }
}

/// Reads as [`read`] does, and shows the visitor every element. What it saw of a document that is refused means nothing.
///
/// # Errors
/// As of [`read`].
pub fn read_with(input: impl Read, visitor: &mut dyn Visitor) -> io::Result<Reading> {
    walk(Utf8Input::new(input)?, None, Some(visitor)).map(|(reading, _)| reading)
}

/// Reads as [`read`] does, and checks the seal: one that does not hold refuses the document.
///
/// Besides what [`read`] holds, memory is bounded by [`super::limits::MAX_CADENA_BYTES`], twice.
///
/// # Errors
/// As of [`read`].
pub fn read_and_check_seal(input: impl Read) -> io::Result<Reading> {
    let (mut reading, sealed) = walk(Utf8Input::new(input)?, Some(Builder::default()), None)?;
    if let Some(builder) = sealed {
        reading.seal = seal::judge(builder);
    }
    if let Some(reason) = reading.seal.reason() {
        reading.reasons.push(reason);
        reading.settle();
    }
    Ok(reading)
}

/// The *cadena original* of a document, which is what its seal is made over.
///
/// # Errors
/// The input's own, and [`NotChecked`] inside where it cannot be built.
pub fn cadena_original(input: impl Read) -> io::Result<Result<String, NotChecked>> {
    let (reading, sealed) = walk(Utf8Input::new(input)?, Some(Builder::default()), None)?;
    let why = reading.seal.not_checked().unwrap_or(NotChecked::Unreadable);
    Ok(sealed.ok_or(why).and_then(Builder::cadena))
}

/// Walks the whole document. The builder comes back when it has seen all of it, as it was sealed.
fn walk(
    input: impl Input,
    sealed: Option<Builder>,
    visitor: Option<&mut dyn Visitor>,
) -> io::Result<(Reading, Option<Builder>)> {
    let mut scanner = Scanner::new(input);
    let mut walk = Walk { sealed, visitor, ..Walk::default() };
    let outcome = walk.run(&mut scanner);
    let input = scanner.input();
    let refusal = match (input.fault(), outcome) {
        (Some(fault), _) => Some(reason_of_fault(fault)),
        (None, Ok(())) => None,
        (None, Err(Stop::Refuse(reason))) => Some(reason),
        (None, Err(Stop::Io(error))) => return Err(error),
    };
    let oddities = input.oddities();
    let mut notes = walk.notes;
    notes.extend(oddities.not_utf8.then_some(Reason::NotUtf8));
    notes.extend(oddities.misfit.then_some(Reason::BadEncoding));
    notes.extend(oddities.repeated_mark.then_some(Reason::LeadingBytes));
    let mut sealed = walk.sealed;
    let mut reading = match refusal {
        Some(reason) => {
            sealed = None;
            Reading::refused(reason)
        }
        None => walk.identity.finish(),
    };
    if oddities.misfit && sealed.take().is_some() {
        reading.seal = Seal::NotChecked(NotChecked::Encoding);
    }
    reading.reasons.extend(notes);
    reading.settle();
    Ok((reading, sealed))
}

fn reason_of_fault(fault: Fault) -> Reason {
    match fault {
        Fault::TooLarge => Reason::TooLarge,
        Fault::TokenTooLong => Reason::TooComplex,
        Fault::ForbiddenCharacter => Reason::NotXml,
    }
}

#[derive(Default)]
struct Walk<'v> {
    identity: Identity,
    /// Collects what the seal covers, where that was asked.
    sealed: Option<Builder>,
    visitor: Option<&'v mut dyn Visitor>,
    notes: Vec<Reason>,
    scope: Scope,
    /// Something other than blanks came before.
    begun: bool,
    /// Blanks came before anything else.
    leading_blanks: bool,
}

impl Walk<'_> {
    fn run<I: Input>(&mut self, scanner: &mut Scanner<I>) -> Result<(), Stop> {
        loop {
            match scanner.next()? {
                Piece::Open => self.open(scanner)?,
                Piece::Empty => {
                    self.open(scanner)?;
                    self.close(scanner.depth());
                    scanner.close();
                }
                Piece::Close => self.close(scanner.depth() + 1),
                Piece::Text => self.text(scanner)?,
                Piece::Reference | Piece::CData if scanner.depth() == 0 => return Err(Reason::NotXml.into()),
                Piece::Reference | Piece::CData => self.content(scanner.text()),
                Piece::Declaration => self.declaration()?,
                Piece::Comment | Piece::Instruction => self.begun = true,
                Piece::End if scanner.root_closed() => return Ok(()),
                Piece::End if self.begun => return Err(Reason::IncompleteDocument.into()),
                Piece::End => return Err(Reason::EmptyFile.into()),
            }
        }
    }

    fn open<I: Input>(&mut self, scanner: &Scanner<I>) -> Result<(), Reason> {
        self.begun = true;
        let (depth, tag) = (scanner.depth(), scanner.tag());
        if tag.declares() {
            self.scope.enter(depth, &tag)?;
        }
        let mut is_declared = true;
        if tag.is_prefixed() {
            let mut prefixes = tag.attributes().filter_map(|attribute| attribute.prefix());
            is_declared = prefixes.all(|prefix| self.scope.of_prefix(prefix).is_some());
        }
        let (prefix, local) = tag.split_name();
        let namespace = self.scope.of_element(prefix);
        if !is_declared || namespace.is_none() {
            note(&mut self.notes, Reason::UndeclaredPrefix);
        }
        let namespace = namespace.unwrap_or_default();
        self.identity.open(depth, namespace, local, &tag)?;
        if let Some(sealed) = &mut self.sealed {
            sealed.open(namespace, local, &tag, &self.scope);
        }
        if let Some(visitor) = &mut self.visitor {
            visitor.open(&Element { namespace, local, tag });
        }
        Ok(())
    }

    /// Ends the element at a depth.
    fn close(&mut self, depth: usize) {
        self.scope.leave(depth);
        if let Some(sealed) = &mut self.sealed {
            sealed.close();
        }
        if let Some(visitor) = &mut self.visitor {
            visitor.close();
        }
    }

    /// Text inside the root, a reference by its name.
    fn content(&mut self, text: &str) {
        if let Some(sealed) = &mut self.sealed {
            sealed.text(text);
        }
    }

    fn text<I: Input>(&mut self, scanner: &Scanner<I>) -> Result<(), Reason> {
        let text = scanner.text();
        if scanner.depth() > 0 {
            self.content(text);
            return Ok(());
        }
        if !text.bytes().all(is_blank) {
            // What is no markup at all from its first byte on is a PDF, a ZIP, or plain text under a wrong name.
            return Err(Reason::NotXml);
        }
        self.leading_blanks |= !self.begun;
        Ok(())
    }

    fn declaration(&mut self) -> Result<(), Reason> {
        if self.begun {
            return Err(Reason::NotXml);
        }
        if self.leading_blanks {
            note(&mut self.notes, Reason::LeadingBytes);
        }
        self.begun = true;
        Ok(())
    }
}

fn note(notes: &mut Vec<Reason>, reason: Reason) {
    if !notes.contains(&reason) {
        notes.push(reason);
    }
}

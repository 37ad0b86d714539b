//! The streaming reader: well-formedness, limits, and the walk that feeds [`super::identity`].

use std::io::{self, Read};

use quick_xml::Error as XmlError;
use quick_xml::NsReader;
use quick_xml::errors::{IllFormedError, SyntaxError};
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{NamespaceError, ResolveResult};

use super::decode::{Fault, Utf8Input};
use super::grammar::{
    attribute_text, check_attribute_list, check_declaration, check_name, check_reference, check_target,
};
use super::identity::{DEEPEST, Identity};
use super::limits::{MAX_ATTRIBUTE_BYTES, MAX_ATTRIBUTES, MAX_DEPTH};
use super::seal::{self, Builder};
use super::visit::{Element, Visitor};
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
    walk(input, None, None).map(|(reading, _)| reading)
}

/// Reads as [`read`] does, and shows the visitor every element. What it saw of a document that is refused means nothing.
///
/// # Errors
/// As of [`read`].
pub fn read_with(input: impl Read, visitor: &mut dyn Visitor) -> io::Result<Reading> {
    walk(input, None, Some(visitor)).map(|(reading, _)| reading)
}

/// Reads as [`read`] does, and checks the seal: one that does not hold refuses the document.
///
/// Besides what [`read`] holds, memory is bounded by [`super::limits::MAX_CADENA_BYTES`], twice.
///
/// # Errors
/// As of [`read`].
pub fn read_and_check_seal(input: impl Read) -> io::Result<Reading> {
    let (mut reading, sealed) = walk(input, Some(Builder::default()), None)?;
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
    let (reading, sealed) = walk(input, Some(Builder::default()), None)?;
    let why = reading.seal.not_checked().unwrap_or(NotChecked::Unreadable);
    Ok(sealed.ok_or(why).and_then(Builder::cadena))
}

/// Walks the whole document. The builder comes back when it has seen all of it, as it was sealed.
fn walk(
    input: impl Read,
    sealed: Option<Builder>,
    visitor: Option<&mut dyn Visitor>,
) -> io::Result<(Reading, Option<Builder>)> {
    let mut xml = NsReader::from_reader(Utf8Input::new(input)?);
    xml.config_mut().check_comments = true;
    let mut walk = Walk { sealed, visitor, ..Walk::default() };
    let outcome = walk.run(&mut xml);
    let input = xml.get_mut();
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

/// Why the walk ended early.
pub(super) enum Stop {
    Refuse(Reason),
    Io(io::Error),
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Self::Refuse(reason)
    }
}

impl From<XmlError> for Stop {
    fn from(error: XmlError) -> Self {
        Self::Refuse(match error {
            XmlError::Io(error) => return Self::Io(io::Error::new(error.kind(), error)),
            XmlError::Syntax(SyntaxError::InvalidBangMarkup) => Reason::NotXml,
            XmlError::Syntax(_) => Reason::IncompleteDocument,
            XmlError::IllFormed(IllFormedError::MissingEndTag(_)) => Reason::IncompleteDocument,
            XmlError::Namespace(NamespaceError::TooManyBindings(_) | NamespaceError::TooDeeplyNested(_)) => {
                Reason::TooComplex
            }
            XmlError::IllFormed(_)
            | XmlError::InvalidAttr(_)
            | XmlError::Encoding(_)
            | XmlError::Escape(_)
            | XmlError::Namespace(_) => Reason::NotXml,
        })
    }
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
    depth: usize,
    root_closed: bool,
    /// Something other than blanks came before.
    begun: bool,
    /// Blanks came before anything else.
    leading_blanks: bool,
}

impl Walk<'_> {
    fn run<R: Read>(&mut self, xml: &mut NsReader<Utf8Input<R>>) -> Result<(), Stop> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            xml.get_mut().start_token();
            let event = xml.read_event_into(&mut buffer)?;
            match event {
                Event::Start(tag) => {
                    self.open(xml, &tag)?;
                    self.depth += 1;
                }
                Event::Empty(tag) => {
                    self.open(xml, &tag)?;
                    self.close();
                    self.root_closed |= self.depth == 0;
                }
                Event::End(_) => {
                    // The parser has matched the names, so the depth cannot be 0 here.
                    self.depth = self.depth.saturating_sub(1);
                    self.close();
                    self.root_closed |= self.depth == 0;
                }
                Event::Text(text) => self.text(&text)?,
                Event::GeneralRef(reference) => {
                    self.inside()?;
                    check_reference(&reference)?;
                    self.content(&reference);
                }
                Event::CData(text) => {
                    self.inside()?;
                    self.content(&text);
                }
                Event::Decl(declaration) => {
                    check_declaration(&declaration)?;
                    self.declaration()?;
                }
                Event::DocType(_) => return Err(Reason::HasDtd.into()),
                Event::Comment(_) => self.begun = true,
                Event::PI(instruction) => {
                    check_target(instruction.target())?;
                    self.begun = true;
                }
                Event::Eof => return self.end(),
            }
        }
    }

    fn open<R>(&mut self, xml: &NsReader<Utf8Input<R>>, tag: &BytesStart<'_>) -> Result<(), Stop> {
        self.begun = true;
        if self.root_closed {
            return Err(Reason::NotXml.into());
        }
        if self.depth >= MAX_DEPTH {
            return Err(Reason::TooComplex.into());
        }
        check_name(tag.name())?;
        let attributes = self.check_attributes(xml, tag)?;
        let (namespace, local) = xml.resolver().resolve_element(tag.name());
        let namespace = match namespace {
            ResolveResult::Bound(namespace) => namespace.0,
            ResolveResult::Unbound => "",
            ResolveResult::Unknown(_) => {
                self.note(Reason::UndeclaredPrefix);
                ""
            }
        };
        self.identity.open(self.depth + 1, namespace, local.as_ref(), &attributes)?;
        if let Some(sealed) = &mut self.sealed {
            sealed.open(namespace, local.as_ref(), tag, xml.resolver());
        }
        if let Some(visitor) = &mut self.visitor {
            visitor.open(&Element { namespace, local: local.as_ref(), tag });
        }
        Ok(())
    }

    fn close(&mut self) {
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

    /// Checks what the parser leaves open: raw `<`, references, repeated names, undeclared prefixes, and the limits.
    ///
    /// Returns the attributes of an element that may tell the identity: finding them is most of the work, so it is done once.
    fn check_attributes<'t, R>(
        &mut self,
        xml: &NsReader<Utf8Input<R>>,
        tag: &'t BytesStart<'_>,
    ) -> Result<Vec<Attribute<'t>>, Stop> {
        check_attribute_list(tag.attributes_raw())?;
        let mut kept = Vec::new();
        for (count, attribute) in tag.attributes().enumerate() {
            let attribute = attribute.map_err(|_| Reason::NotXml)?;
            if count >= MAX_ATTRIBUTES || attribute.value.len() > MAX_ATTRIBUTE_BYTES {
                return Err(Reason::TooComplex.into());
            }
            check_name(attribute.key)?;
            if attribute.value.contains('&') {
                attribute_text(&attribute)?;
            }
            if attribute.key.prefix().is_some() {
                let (namespace, _) = xml.resolver().resolve_attribute(attribute.key);
                if matches!(namespace, ResolveResult::Unknown(_)) {
                    self.note(Reason::UndeclaredPrefix);
                }
            } else if self.depth < DEEPEST {
                kept.push(attribute);
            }
        }
        Ok(kept)
    }

    fn text(&mut self, text: &str) -> Result<(), Stop> {
        if self.depth > 0 {
            self.content(text);
            return Ok(());
        }
        if !text.bytes().all(|b| b.is_ascii_whitespace()) {
            // What is no markup at all from its first byte on is a PDF, a ZIP, or plain text under a wrong name.
            return Err(Reason::NotXml.into());
        }
        self.leading_blanks |= !self.begun && !text.is_empty();
        Ok(())
    }

    fn inside(&self) -> Result<(), Stop> {
        if self.depth == 0 { Err(Reason::NotXml.into()) } else { Ok(()) }
    }

    fn declaration(&mut self) -> Result<(), Stop> {
        if self.begun {
            return Err(Reason::NotXml.into());
        }
        if self.leading_blanks {
            self.note(Reason::LeadingBytes);
        }
        self.begun = true;
        Ok(())
    }

    fn end(&self) -> Result<(), Stop> {
        if self.root_closed {
            return Ok(());
        }
        Err(if self.begun { Reason::IncompleteDocument } else { Reason::EmptyFile }.into())
    }

    fn note(&mut self, reason: Reason) {
        if !self.notes.contains(&reason) {
            self.notes.push(reason);
        }
    }
}

//! `text.*`: what a company's mails say for each kind of document.

use super::{World, library, seeking};
use crate::domain::cfdi::Uuid;
use crate::domain::company::{Company, MAX_TEMPLATE};
use crate::domain::rfc::Rfc;
use crate::domain::texts::{
    self, DEFAULT_BODY, DEFAULT_SUBJECT, Facts, Filled, MAX_HTML, MAX_SUBJECT, Part, Piece, TextError, TextKind, Texts,
};
use crate::ports::library::{LibraryEntry, Seals};
use crate::protocol::delivery::DeliveryParams;
use crate::protocol::failure::{Fault, Kind, TextPlace};
use crate::protocol::library::LibrarySearch;
use crate::protocol::text::{TextPiece, TextPreview, TextPreviewParams, TextRef, TextSave, TextView};

/// Documents of a message with several in a preview.
const SEVERAL: usize = 3;

/// What a message says: what the person wrote into it, else the company's text for its kind. A text that was written for one
/// message alone goes without HTML, which would say something else.
pub(super) fn written(
    world: &World,
    company: &Company,
    params: &DeliveryParams,
    facts: &Facts<'_>,
) -> Result<Filled, Fault> {
    let kind = match facts.documents.as_slice() {
        [one] => TextKind::One(one.kind),
        _ => TextKind::Several,
    };
    let mut own = effective(world, company, kind)?.0;
    let fit =
        |text: Result<&str, TextError>, part| text.map(str::to_owned).map_err(|error| fault(part, error, "message"));
    let subject = params.subject.as_deref().map(|text| fit(texts::fit_subject(text), Part::Subject)).transpose()?;
    let message = params.message.as_deref().map(|text| fit(texts::fit_body(text), Part::Body)).transpose()?;
    // What is not used must not keep the message here.
    if subject.is_some() {
        own.subject.clear();
    }
    if message.is_some() {
        (own.body, own.html) = (String::new(), None);
    }
    let filled = own.fill(facts).map_err(|(part, error)| fault(part, error, "message"))?;
    Ok(Filled { subject: subject.unwrap_or(filled.subject), body: message.unwrap_or(filled.body), html: filled.html })
}

/// The text of a kind, and whether a person wrote it for this kind: its own, else the company's general one, else the default.
fn effective(world: &World, company: &Company, kind: TextKind) -> Result<(Texts, bool), Fault> {
    if let Some(own) = world.store.texts(&company.rfc, kind)? {
        return Ok((own, true));
    }
    let mut texts = Texts::default_of(kind);
    if company.subject != DEFAULT_SUBJECT {
        texts.subject.clone_from(&company.subject);
    }
    if company.body != DEFAULT_BODY {
        texts.body.clone_from(&company.body);
    }
    Ok((texts, false))
}

/// The text of one kind.
///
/// # Errors
/// `invalid_rfc`, `unknown_company`, `invalid_params`, the store's.
pub fn get(world: &World, params: &TextRef) -> Result<TextView, Fault> {
    let (company, kind) = named(world, &params.company, &params.kind)?;
    view(world, &company, kind)
}

/// Writes the text of one kind, after every part of it was checked.
///
/// # Errors
/// As of [`get`]; `unknown_variable`, `broken_text`, `html_not_allowed`, `invalid_text`.
pub fn save(world: &World, params: &TextSave) -> Result<TextView, Fault> {
    let (company, kind) = named(world, &params.company, &params.kind)?;
    let texts = given(&params.subject, &params.body, params.html.as_deref())?;
    texts.check().map_err(|(part, error)| fault(part, error, "body"))?;
    world.store.save_texts(&company.rfc, kind, &texts)?;
    view(world, &company, kind)
}

/// Goes back to the text that the kind has without one of its own.
///
/// # Errors
/// As of [`get`].
pub fn reset(world: &World, params: &TextRef) -> Result<TextView, Fault> {
    let (company, kind) = named(world, &params.company, &params.kind)?;
    world.store.reset_texts(&company.rfc, kind)?;
    view(world, &company, kind)
}

/// Forgets nothing and changes nothing: shows what a mail with these texts would say, with a document of the company's index.
///
/// # Errors
/// As of [`save`]; `unknown_document`, the index's.
pub fn preview(world: &World, params: &TextPreviewParams) -> Result<TextPreview, Fault> {
    let (_, filled, entries) = sample(world, params)?;
    Ok(TextPreview {
        subject: filled.subject,
        body: filled.body,
        html: filled.html.as_deref().map(texts::pieces).unwrap_or_default().into_iter().map(piece).collect(),
        uuids: entries.iter().map(|entry| entry.cfdi.uuid.to_string()).collect(),
        folios: entries.iter().map(|entry| entry.cfdi.number()).collect(),
    })
}

/// What a mail with these texts would say, filled in from a document of the company's index, else from an invented one.
///
/// # Errors
/// As of [`preview`].
pub(super) fn sample(world: &World, params: &TextPreviewParams) -> Result<(Company, Filled, Vec<LibraryEntry>), Fault> {
    let (company, kind) = named(world, &params.company, &params.kind)?;
    let texts = given(&params.subject, &params.body, params.html.as_deref())?;
    let invented = texts.check().map_err(|(part, error)| fault(part, error, "body"))?;
    let entries = entries(world, &company.rfc, kind, params.uuid.as_deref())?;
    let filled = match entries.first() {
        Some(first) => {
            // The index does not keep the seal; a file that is away or changed has none to show.
            let read = world.files.inspect(&first.path, Seals::Leave).ok();
            let facts = Facts {
                documents: entries.iter().map(|entry| &entry.cfdi).collect(),
                seal_end: read.as_ref().and_then(|inspection| inspection.seal_end.as_deref()),
            };
            texts.fill(&facts).map_err(|(part, error)| fault(part, error, "body"))?
        }
        None => invented,
    };
    Ok((company, filled, entries))
}

fn piece(piece: Piece) -> TextPiece {
    match piece {
        Piece::Open(name, attributes) => TextPiece { element: Some(name), attributes, text: None },
        Piece::Text(text) => TextPiece { element: None, attributes: Vec::new(), text: Some(text) },
        Piece::Close => TextPiece { element: None, attributes: Vec::new(), text: None },
    }
}

fn named(world: &World, rfc: &str, kind: &str) -> Result<(Company, TextKind), Fault> {
    let rfc = Rfc::parse(rfc)?;
    let company = world.store.company(&rfc)?.ok_or_else(|| Fault::new(Kind::UnknownCompany).about(rfc.as_str()))?;
    let kind = TextKind::from_code(kind).ok_or_else(|| Fault::new(Kind::InvalidParams).about("kind"))?;
    Ok((company, kind))
}

fn view(world: &World, company: &Company, kind: TextKind) -> Result<TextView, Fault> {
    let (texts, own) = effective(world, company, kind)?;
    let mut kinds = Vec::new();
    for one in TextKind::ALL {
        if world.store.texts(&company.rfc, one)?.is_some() {
            kinds.push(one.code().to_owned());
        }
    }
    let Texts { subject, body, html } = texts;
    Ok(TextView {
        company: company.rfc.to_string(),
        kind: kind.code().to_owned(),
        own,
        subject,
        body,
        html,
        own_kinds: kinds,
    })
}

/// What a person wrote, within the limits of templates. Empty HTML is none.
fn given(subject: &str, body: &str, html: Option<&str>) -> Result<Texts, Fault> {
    let html = html.filter(|html| !html.trim().is_empty());
    let checks = [("subject", subject.len(), MAX_SUBJECT * 2), ("body", body.len(), MAX_TEMPLATE)];
    let checks = checks.into_iter().chain([("html", html.map_or(0, str::len), MAX_HTML)]);
    for (name, length, limit) in checks {
        if length > limit {
            return Err(Fault::new(Kind::InvalidText).about(name).over(limit as u32));
        }
    }
    if subject.trim().is_empty() {
        return Err(Fault::new(Kind::InvalidText).about("subject"));
    }
    if body.trim().is_empty() && html.is_none() {
        return Err(Fault::new(Kind::InvalidText).about("body"));
    }
    Ok(Texts { subject: subject.trim().to_owned(), body: body.to_owned(), html: html.map(str::to_owned) })
}

/// The failure with its place; `body` is the plain text's name in the request.
fn fault(part: Part, error: TextError, body: &str) -> Fault {
    let place = match &error {
        TextError::Unknown(spot) | TextError::Broken(spot) | TextError::Html(spot) => Some(TextPlace {
            line: spot.line,
            column: spot.column,
            found: spot.found.clone(),
            nearest: spot.nearest.map(str::to_owned),
        }),
        TextError::Unfit => None,
    };
    let subject = match part {
        Part::Subject => "subject",
        Part::Body => body,
        Part::Html => "html",
    };
    Fault::from(error).about(subject).at_place(place)
}

/// The document that was asked for, or the newest of that kind; of several, the newest ones.
fn entries(world: &World, company: &Rfc, kind: TextKind, uuid: Option<&str>) -> Result<Vec<LibraryEntry>, Fault> {
    if let Some(uuid) = uuid {
        let found = library::find(world, &Uuid::parse(uuid)?)?;
        return match found.cfdi.issuer.rfc == *company {
            true => Ok(vec![found]),
            false => Err(Kind::UnknownDocument.into()),
        };
    }
    let (letter, count) = match kind {
        TextKind::One(kind) => (Some(kind.letter().to_owned()), 1),
        TextKind::Several => (None, SEVERAL),
    };
    let asked = LibrarySearch {
        company: Some(company.to_string()),
        kind: letter,
        limit: Some(count as u32),
        ..LibrarySearch::default()
    };
    Ok(world.library.search(&seeking::query(&asked)?)?.entries)
}

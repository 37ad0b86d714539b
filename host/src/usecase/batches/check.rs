//! `batch.check`: every row is resolved or marked before anything leaves.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{Local, TimeDelta};

use crate::domain::address::MailAddress;
use crate::domain::batch::{self, BatchId, Claim, Clash, ListError, ListRow, MAX_CELL, MAX_NAME, MAX_ROWS, Parcel};
use crate::domain::cfdi::Kind as CfdiKind;
use crate::domain::customer::Grouping;
use crate::domain::draft::Draft;
use crate::domain::rfc::Rfc;
use crate::ports::batches::{NewBatch, NewMessage, NewRow, Refusal, RowDocument};
use crate::ports::library::Inspection;
use crate::ports::store::StoredDraft;
use crate::protocol::batch::{BatchCheck, BatchRowParam, BatchView};
use crate::protocol::delivery::{DeliveryParams, DocumentParam};
use crate::protocol::event::BatchProgress;
use crate::protocol::failure::{Fault, Kind};
use crate::usecase::library::Finder;
use crate::usecase::prepare::{Asked, Judged};
use crate::usecase::prints::Confirmed;
use crate::usecase::{World, contacts, prints};

/// How long a checked list is kept that nobody starts: longer than any holiday weekend.
const KEPT: TimeDelta = TimeDelta::days(7);

/// Pause between two notices of progress: more often than a person can read is noise.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// Judges every row as a single sending would be, makes messages of the sound ones, and stores all of it. Nothing leaves.
///
/// # Errors
/// `invalid_params`, `csv_malformed`, `row_count`, `invalid_rfc`, `unknown_company`, `request_cancelled`, the index's and the
/// store's: then nothing is stored. What is wrong with a row is in the row.
pub fn check(
    world: &World,
    params: &BatchCheck,
    progress: &mut dyn FnMut(BatchProgress),
    cancel: &Arc<AtomicBool>,
) -> Result<BatchView, Fault> {
    let name = name_of(world, params.name.as_deref())?;
    if let Some(named) = params.company.as_deref() {
        let rfc = Rfc::parse(named).map_err(|error| Fault::from(error).about(named))?;
        world.store.company(&rfc)?.ok_or_else(|| Fault::new(Kind::UnknownCompany).about(rfc.as_str()))?;
    }
    let mut rows = judge_rows(world, params, listed(params)?, progress, cancel)?;
    mark_clashes(&mut rows);
    let messages = make_messages(world, &mut rows);
    let batch = NewBatch {
        id: BatchId::from_text(world.dice.delivery_id().as_str()),
        name,
        digest: batch::digest(messages.iter().map(|message| message.digest.as_str())),
        rows: rows.into_iter().map(Row::into_new).collect(),
        messages,
        now: world.clock.now(),
    };
    world.store.add_batch(&batch, batch.now - KEPT)?;
    super::view(world, &super::find(world, batch.id.as_str())?)
}

fn name_of(world: &World, given: Option<&str>) -> Result<String, Fault> {
    let Some(name) = given.map(str::trim) else {
        // The person's own time: it is a name, and compared with nothing.
        return Ok(world.clock.now().with_timezone(&Local).format("%Y-%m-%d %H:%M").to_string());
    };
    match (1..=MAX_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        true => Ok(name.to_owned()),
        false => Err(Fault::new(Kind::InvalidParams).about("name").over(MAX_NAME as u32)),
    }
}

/// A failure with the place in the file.
pub(in crate::usecase) fn list_fault(error: ListError) -> Fault {
    match error {
        ListError::Malformed(line, 0) => Fault::from(error).about(line.to_string()),
        ListError::Malformed(line, column) => Fault::from(error).about(format!("{line}, {column}")),
        ListError::Column(name) => Fault::from(error).about(format!("1, {name}")),
        ListError::Count => Fault::new(Kind::RowCount).over(MAX_ROWS as u32),
    }
}

fn listed(params: &BatchCheck) -> Result<Vec<ListRow>, Fault> {
    let count = || Fault::new(Kind::RowCount).over(MAX_ROWS as u32);
    match (&params.csv, &params.rows) {
        (Some(csv), None) => batch::read(csv).map_err(list_fault),
        (None, Some(rows)) if (1..=MAX_ROWS).contains(&rows.len()) => rows.iter().map(listed_row).collect(),
        (None, Some(_)) => Err(count()),
        (Some(_), Some(_)) | (None, None) => Err(Fault::new(Kind::InvalidParams).about("rows")),
    }
}

/// The same limits as a cell of a file has.
fn listed_row(row: &BatchRowParam) -> Result<ListRow, Fault> {
    let addresses = |list: &[String]| list.iter().map(|text| text.len() + 1).sum::<usize>();
    let longest = [row.uuid.len(), row.receiver_rfc.len(), addresses(&row.to), addresses(&row.cc)];
    if longest.into_iter().any(|length| length > MAX_CELL) {
        return Err(Fault::new(Kind::InvalidParams).about("rows").over(MAX_CELL as u32));
    }
    let BatchRowParam { uuid, receiver_rfc, to, cc, print } = row.clone();
    Ok(ListRow { uuid, receiver_rfc, to, cc, print: print.unwrap_or(false) })
}

/// A row on its way through the check.
struct Row {
    asked: ListRow,
    document: Option<RowDocument>,
    verdict: Result<Sound, Refusal>,
    message: Option<u32>,
}

/// A row that could be sent alone.
struct Sound {
    params: DeliveryParams,
    judged: Judged,
    print: Option<Confirmed>,
    claim: Claim,
    parcel: Parcel,
    new_recipients: u32,
}

impl Row {
    fn into_new(self) -> NewRow {
        let new_recipients = self.verdict.as_ref().map_or(0, |sound| sound.new_recipients);
        NewRow {
            asked: self.asked,
            document: self.document,
            refusal: self.verdict.err(),
            message: self.message,
            new_recipients,
        }
    }
}

fn judge_rows(
    world: &World,
    params: &BatchCheck,
    list: Vec<ListRow>,
    progress: &mut dyn FnMut(BatchProgress),
    cancel: &Arc<AtomicBool>,
) -> Result<Vec<Row>, Fault> {
    let total = list.len() as u32;
    let finder = Finder::of_many(world, cancel);
    let mut told = world.clock.monotonic();
    progress(BatchProgress { done: 0, total });
    let mut rows = Vec::with_capacity(list.len());
    for mut asked in list {
        asked.print |= params.print.unwrap_or(false);
        if cancel.load(Ordering::SeqCst) {
            return Err(Kind::RequestCancelled.into());
        }
        rows.push(judge_row(world, params.company.as_deref(), asked, &finder)?);
        let now = world.clock.monotonic();
        if now.saturating_sub(told) >= TELL_EVERY {
            told = now;
            progress(BatchProgress { done: rows.len() as u32, total });
        }
    }
    progress(BatchProgress { done: total, total });
    Ok(rows)
}

/// Fails only where the failure is not the row's.
fn judge_row(world: &World, company: Option<&str>, asked: ListRow, finder: &Finder) -> Result<Row, Fault> {
    let params = DeliveryParams {
        company: company.map(str::to_owned),
        documents: vec![DocumentParam {
            uuid: Some(asked.uuid.clone()),
            receiver_rfc: Some(asked.receiver_rfc.clone()),
            // Nobody has looked at a row of a list, so nothing is accepted for it.
            ..DocumentParam::default()
        }],
        to: asked.to.clone(),
        cc: asked.cc.clone(),
        ..DeliveryParams::default()
    };
    let mut document = None;
    let verdict = match judge_alone(world, params, asked.print, finder, &mut document) {
        Ok(sound) => Ok(sound),
        Err(fault) if is_ours(fault.kind()) => return Err(fault),
        Err(fault) => Err(refusal(fault, &mut document)),
    };
    Ok(Row { asked, document, verdict, message: None })
}

/// The judgement of a single sending, and whether it was sent before.
fn judge_alone(
    world: &World,
    params: DeliveryParams,
    print: bool,
    finder: &Finder,
    document: &mut Option<RowDocument>,
) -> Result<Sound, Fault> {
    let asked = Asked::of(world, &params)?;
    let found = asked.find(world, finder)?;
    *document = found.first().map(row_document);
    let mut judged = asked.judge(world, finder, found)?;
    let print = if print { prints::for_row(world, &mut judged)? } else { None };
    if print.is_some() {
        let made = |document| RowDocument { print: true, ..document };
        *document = judged.found.first().map(row_document).map(made);
    }
    let mut draft = judged.draft(world, &params)?;
    prints::announce(&mut draft, std::iter::once(print.clone()))?;
    let uuids: Vec<_> = draft.uuids().copied().collect();
    let recipients: Vec<_> = draft.recipients().cloned().collect();
    if let Some((delivery, last)) = world.store.last_resend(&draft.company, &uuids, &recipients)? {
        return Err(Fault::new(Kind::AlreadySent).of_delivery(delivery.as_str()).over(last + 1));
    }
    let (claim, parcel) = facts(&params, &judged, &draft).ok_or(Kind::DocumentCount)?;
    let new_recipients = contacts::new_among(&contacts::recipients(world, &judged.company, &draft)?);
    Ok(Sound { params, judged, print, claim, parcel, new_recipients })
}

/// Failures that are not the row's: the next row would meet them too, or a person ended the check.
fn is_ours(kind: Kind) -> bool {
    matches!(kind, Kind::RequestCancelled | Kind::LibraryCorrupt | Kind::Internal) || kind.code().starts_with("store_")
}

fn refusal(fault: Fault, document: &mut Option<RowDocument>) -> Refusal {
    let data = *fault.data;
    if !data.reasons.is_empty() {
        document.get_or_insert_default().reasons = data.reasons;
    }
    Refusal { kind: data.kind.code(), subject: data.subject.or(data.delivery) }
}

fn row_document(found: &Inspection) -> RowDocument {
    let cfdi = found.cfdi.as_ref();
    RowDocument {
        receiver_name: cfdi.and_then(|cfdi| cfdi.receiver.name.clone()),
        folio: cfdi.map(crate::domain::cfdi::Cfdi::number),
        total: cfdi.map(|cfdi| cfdi.amount_to_show().as_str().to_owned()),
        currency: cfdi.map(|cfdi| cfdi.currency.clone()),
        reasons: found.reasons.iter().map(|reason| reason.code().to_owned()).collect(),
        print: false,
    }
}

fn facts(params: &DeliveryParams, judged: &Judged, draft: &Draft) -> Option<(Claim, Parcel)> {
    let cfdi = &draft.documents.first()?.cfdi;
    // All of them parse: the draft was made of them.
    let own: BTreeSet<String> = params
        .to
        .iter()
        .chain(&params.cc)
        .filter_map(|text| text.parse().ok())
        .map(|address: MailAddress| address.key())
        .collect();
    let payroll = cfdi.kind == CfdiKind::Payroll;
    let claim = Claim {
        company: draft.company.clone(),
        receiver: cfdi.receiver.rfc.clone(),
        uuid: cfdi.uuid,
        payroll,
        company_copies: draft.recipients().map(MailAddress::key).filter(|key| !own.contains(key)).collect(),
        own: own.iter().cloned().collect(),
    };
    let parcel = Parcel {
        company: draft.company.clone(),
        receiver: cfdi.receiver.rfc.clone(),
        recipients: own,
        payroll,
        single: judged.rules().grouping == Grouping::Single,
        size: draft.size(),
    };
    Some((claim, parcel))
}

fn mark_clashes(rows: &mut [Row]) {
    let claims: Vec<Claim> =
        rows.iter().filter_map(|row| row.verdict.as_ref().ok()).map(|sound| sound.claim.clone()).collect();
    let sound = rows.iter_mut().filter(|row| row.verdict.is_ok());
    for (row, clash) in sound.zip(batch::clashes(&claims)) {
        let kind = match clash {
            None => continue,
            Some(Clash::Repeated) => Kind::RepeatedRow,
            Some(Clash::PayrollShared) => Kind::PayrollShared,
        };
        row.verdict = Err(Refusal { kind: kind.code(), subject: None });
    }
}

fn make_messages(world: &World, rows: &mut [Row]) -> Vec<NewMessage> {
    let places: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].verdict.is_ok()).collect();
    let parcels: Vec<Parcel> =
        rows.iter().filter_map(|row| row.verdict.as_ref().ok()).map(|sound| sound.parcel.clone()).collect();
    let mut messages = Vec::new();
    for group in batch::group(&parcels) {
        let members: Vec<usize> = group.into_iter().map(|at| places[at]).collect();
        let made = message(world, members.iter().filter_map(|at| rows[*at].verdict.as_ref().ok()));
        match made {
            Ok(message) => {
                messages.push(message);
                members.iter().for_each(|at| rows[*at].message = Some(messages.len() as u32));
            }
            Err(fault) => {
                let refusal = refusal(fault, &mut None);
                members.iter().for_each(|at| rows[*at].verdict = Err(refusal.clone()));
            }
        }
    }
    messages
}

/// One message of rows that travel together; its recipients are written as in the first.
fn message<'a>(world: &World, members: impl Iterator<Item = &'a Sound>) -> Result<NewMessage, Fault> {
    let members: Vec<&Sound> = members.collect();
    let (first, others) = members.split_first().ok_or(Kind::DocumentCount)?;
    let judged = first.judged.with(others.iter().map(|sound| &sound.judged))?;
    let mut draft = judged.draft(world, &first.params)?;
    prints::announce(&mut draft, members.iter().map(|sound| sound.print.clone()))?;
    Ok(NewMessage { digest: draft.digest(), draft: StoredDraft::of(&draft).ok_or(Kind::DocumentCount)? })
}

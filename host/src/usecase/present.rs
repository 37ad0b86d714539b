//! Domain and store values in the form in which the extension sees them.

use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};

use super::World;
use crate::domain::cfdi::{self, Cfdi, PaidInvoice, Reason, Seal, Uuid};
use crate::domain::company::Company;
use crate::domain::delivery::{RefusedRecipient, State};
use crate::domain::draft::{Attachment, Draft};
use crate::domain::portal::Portal;
use crate::ports::library::{Inspection, LibraryEntry, ProblemEntry};
use crate::ports::store::{Delivery, LedgerEntry, StoreError, StoredDraft};
use crate::ports::upkeep::{Damaged, Listed};
use crate::protocol::account::AccountView;
use crate::protocol::company::CompanyView;
use crate::protocol::delivery::{
    AcceptedView, AttachmentView, DeliveryState, DeliveryView, LedgerLine, Preview, RecipientView, RefusedView,
    SentMark,
};
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::library::{DocumentView, PaidView, ProblemView, SealState, SealView, Verdict};
use crate::protocol::portal::PortalView;

/// States in which a delivery has not ended.
pub const LIVE: [State; 5] = [State::Queued, State::Sending, State::Committed, State::Deferred, State::Unknown];

/// RFC 3339 in UTC, seconds.
#[must_use]
pub fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A company with its account.
#[must_use]
pub fn company(company: &Company, account: Option<AccountView>) -> CompanyView {
    let texts = |list: &[crate::domain::address::MailAddress]| list.iter().map(ToString::to_string).collect();
    CompanyView {
        rfc: company.rfc.to_string(),
        name: company.name.clone(),
        use_oauth: company.use_oauth,
        account,
        folders: company.folders.iter().map(|folder| folder.display().to_string()).collect(),
        reply_to: company.reply_to.as_ref().map(ToString::to_string),
        cc: texts(&company.cc),
        bcc: texts(&company.bcc),
        subject: company.subject.clone(),
        body: company.body.clone(),
    }
}

/// A portal.
#[must_use]
pub fn portal(portal: &Portal) -> PortalView {
    PortalView {
        origin: portal.origin.to_string(),
        companies: portal.companies.iter().map(ToString::to_string).collect(),
        connected_at: time(portal.connected_at),
        insecure: portal.origin.is_unencrypted(),
    }
}

/// A verdict.
#[must_use]
pub fn verdict(verdict: cfdi::Verdict) -> Verdict {
    match verdict {
        cfdi::Verdict::Accept => Verdict::Accept,
        cfdi::Verdict::Warn => Verdict::Warn,
        cfdi::Verdict::Refuse => Verdict::Refuse,
    }
}

/// A path as people write it: without the prefix that Windows puts before resolved paths (learn.microsoft.com, "Maximum
/// Path Length Limitation").
#[must_use]
pub fn readable(path: &Path) -> String {
    let text = path.display().to_string();
    match (text.strip_prefix(r"\\?\UNC\"), text.strip_prefix(r"\\?\")) {
        (Some(share), _) => format!(r"\\{share}"),
        (None, Some(local)) => local.to_owned(),
        (None, None) => text,
    }
}

/// The file name of a path; empty for a path without one.
#[must_use]
pub fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What a document says about itself, for any of our windows.
#[must_use]
pub fn document(
    cfdi: &Cfdi,
    judged: cfdi::Verdict,
    reasons: &[Reason],
    xml: &Path,
    pdf: Option<&Path>,
    seal: Option<Seal>,
    sent: Option<SentMark>,
) -> DocumentView {
    DocumentView {
        uuid: cfdi.uuid.to_string(),
        version: cfdi.version.clone(),
        kind: cfdi.kind.letter().to_owned(),
        issuer_rfc: cfdi.issuer.rfc.to_string(),
        issuer_name: cfdi.issuer.name.clone().unwrap_or_default(),
        receiver_rfc: cfdi.receiver.rfc.to_string(),
        receiver_name: cfdi.receiver.name.clone().unwrap_or_default(),
        serie: cfdi.serie.clone().unwrap_or_default(),
        folio: cfdi.folio.clone().unwrap_or_default(),
        date: cfdi.date.as_str().to_owned(),
        total: cfdi.amount_to_show().as_str().to_owned(),
        currency: cfdi.currency.clone(),
        paid: cfdi.paid.iter().map(paid).collect(),
        paid_count: cfdi.paid_count,
        verdict: verdict(judged),
        reasons: reasons.iter().map(|reason| reason.code().to_owned()).collect(),
        seal: seal.map(self::seal),
        status: None,
        xml_name: file_name(xml),
        pdf_name: pdf.map(file_name),
        sent,
    }
}

fn seal(seal: Seal) -> SealView {
    let state = match seal {
        Seal::Valid => SealState::Valid,
        Seal::Invalid(_) => SealState::Invalid,
        Seal::NotChecked(_) => SealState::NotChecked,
    };
    SealView { state, note: seal.not_checked().map(|why| why.code().to_owned()) }
}

fn paid(invoice: &PaidInvoice) -> PaidView {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    PaidView {
        id: invoice.id.clone(),
        number: text(&invoice.serie) + &text(&invoice.folio),
        amount: invoice.amount.as_ref().map(ToString::to_string).unwrap_or_default(),
        currency: text(&invoice.currency),
        installment: text(&invoice.installment),
    }
}

/// An indexed document with the mark of its newest delivery.
///
/// # Errors
/// The store's.
pub fn entry(world: &World, entry: &LibraryEntry) -> Result<DocumentView, Fault> {
    let sent = sent_mark(world, &entry.cfdi)?;
    let mut reasons = entry.reasons.clone();
    reasons.extend(entry.in_conflict.then_some(Reason::UuidConflict));
    reasons.extend(entry.offline.then_some(Reason::FolderOffline));
    let judged = cfdi::Verdict::of(&reasons);
    Ok(document(&entry.cfdi, judged, &reasons, &entry.path, entry.pdf.as_deref(), None, sent))
}

/// A document as it was just read.
///
/// # Errors
/// The store's.
pub fn inspected(world: &World, cfdi: &Cfdi, found: &Inspection) -> Result<DocumentView, Fault> {
    let pdf = found.pdf.as_ref().map(|pdf| pdf.path.as_path());
    let sent = sent_mark(world, cfdi)?;
    Ok(document(cfdi, found.verdict, &found.reasons, &found.path, pdf, Some(found.seal), sent))
}

/// What a person took upon themselves for a delivery.
#[must_use]
pub fn accepted(draft: &StoredDraft) -> Vec<AcceptedView> {
    let number = |uuid: &Uuid| draft.documents.iter().find(|(one, _)| one == uuid).map(|(_, number)| number.clone());
    let view = |(uuid, reason): &(Uuid, String)| AcceptedView {
        uuid: uuid.to_string(),
        number: number(uuid).unwrap_or_default(),
        reason: reason.clone(),
    };
    draft.accepted.iter().map(view).collect()
}

/// A file that cannot be sent.
#[must_use]
pub fn problem(entry: &ProblemEntry) -> ProblemView {
    ProblemView {
        path: readable(&entry.path),
        reasons: entry.reasons.iter().map(|reason| reason.code().to_owned()).collect(),
        waiting: entry.reasons.contains(&Reason::StillWriting),
        uuid: entry.uuid.as_ref().map(ToString::to_string),
        rivals: entry.rivals.iter().map(|path| readable(path)).collect(),
    }
}

/// The newest delivery of a document, in short.
///
/// # Errors
/// The store's.
pub fn sent_mark(world: &World, cfdi: &Cfdi) -> Result<Option<SentMark>, Fault> {
    match world.store.newest_of(&cfdi.issuer.rfc, &cfdi.uuid) {
        Ok(newest) => Ok(newest.map(|delivery| SentMark {
            delivery: delivery.id.to_string(),
            state: state(delivery.state),
            at: time(delivery.changed_at),
            resend: delivery.draft.resend,
        })),
        // A resend number that is wrong here is refused with the right one.
        Err(StoreError::Unreadable(damaged)) => {
            let view = self::damaged(&damaged);
            Ok(Some(SentMark { delivery: view.delivery, state: view.state, at: view.changed_at, resend: 0 }))
        }
        Err(error) => Err(error.into()),
    }
}

/// A state on the wire: the commit point is a field there, not a state.
#[must_use]
pub fn state(state: State) -> DeliveryState {
    match state {
        State::Queued => DeliveryState::Queued,
        State::Sending | State::Committed => DeliveryState::Sending,
        State::Deferred => DeliveryState::Deferred,
        State::Unknown => DeliveryState::Unknown,
        State::Sent => DeliveryState::Sent,
        State::Failed => DeliveryState::Failed,
        State::Cancelled => DeliveryState::Cancelled,
        State::Superseded => DeliveryState::Superseded,
    }
}

/// States of the store that look like that one on the wire.
#[must_use]
pub fn states_of(wire: DeliveryState) -> Vec<State> {
    State::ALL.into_iter().filter(|own| state(*own) == wire).collect()
}

/// A delivery.
#[must_use]
pub fn delivery(delivery: &Delivery) -> DeliveryView {
    let draft = &delivery.draft;
    DeliveryView {
        delivery: delivery.id.to_string(),
        state: state(delivery.state),
        reason: delivery.reason.clone(),
        not_before: delivery.not_before.map(time),
        committed: committed(delivery.state),
        company: draft.company.to_string(),
        receiver_rfc: draft.receiver_rfc.to_string(),
        receiver_name: draft.receiver_name.clone(),
        from: draft.from.to_string(),
        to: draft.to.iter().map(ToString::to_string).collect(),
        cc: draft.cc.iter().map(ToString::to_string).collect(),
        subject: draft.subject.clone(),
        uuids: draft.documents.iter().map(|(uuid, _)| uuid.to_string()).collect(),
        folios: draft.documents.iter().map(|(_, number)| number.clone()).collect(),
        resend: draft.resend,
        portal: draft.portal.as_ref().map(ToString::to_string),
        provider_id: delivery.provider_id.clone(),
        created_at: time(delivery.created_at),
        changed_at: time(delivery.changed_at),
    }
}

/// A row of the outbox.
#[must_use]
pub fn listed(listed: &Listed) -> DeliveryView {
    match listed {
        Listed::Whole(whole) => delivery(whole),
        Listed::Damaged(row) => damaged(row),
    }
}

/// A delivery whose row is damaged: what it says of itself, and nothing made up. One in no known state may have left.
#[must_use]
pub fn damaged(damaged: &Damaged) -> DeliveryView {
    let state = damaged.state.unwrap_or(State::Unknown);
    let changed_at = damaged.changed_at.or(damaged.created_at).unwrap_or_default();
    DeliveryView {
        delivery: damaged.id.to_string(),
        state: self::state(state),
        reason: Some(Kind::DeliveryUnreadable.code()),
        not_before: None,
        committed: committed(state),
        company: damaged.company.clone(),
        receiver_rfc: String::new(),
        receiver_name: String::new(),
        from: String::new(),
        to: Vec::new(),
        cc: Vec::new(),
        subject: String::new(),
        uuids: Vec::new(),
        folios: Vec::new(),
        resend: 0,
        portal: (!damaged.origin.is_empty()).then(|| damaged.origin.clone()),
        provider_id: None,
        created_at: time(damaged.created_at.unwrap_or(changed_at)),
        changed_at: time(changed_at),
    }
}

/// Whether the commit point was passed.
fn committed(state: State) -> bool {
    matches!(state, State::Committed | State::Unknown | State::Sent)
}

/// One line of the ledger.
#[must_use]
pub fn ledger_line(entry: &LedgerEntry) -> LedgerLine {
    LedgerLine {
        at: time(entry.at),
        state: state(entry.state),
        event: entry.event.clone(),
        attempt: entry.attempt,
        process: entry.process,
        provider_id: entry.provider_id.clone(),
        refused: entry.refused.iter().map(refused).collect(),
    }
}

fn refused(recipient: &RefusedRecipient) -> RefusedView {
    RefusedView { address: recipient.address.to_string(), code: recipient.code.clone() }
}

/// An attachment.
#[must_use]
pub fn attachment(file: &Attachment) -> AttachmentView {
    AttachmentView {
        name: file.name.clone(),
        content_type: file.kind.content_type().to_owned(),
        // Bounded far below 4 GiB by the limit on attachments.
        size: u32::try_from(file.size).unwrap_or(u32::MAX),
        sha256: file.sha256.clone(),
        made: file.made,
    }
}

/// A draft as the person sees it before agreeing.
#[must_use]
pub fn preview(draft: &Draft, documents: Vec<DocumentView>, recipients: Vec<RecipientView>) -> Preview {
    Preview {
        digest: draft.digest(),
        company: draft.company.to_string(),
        from: format!("{} <{}>", draft.from_name, draft.from),
        to: draft.to.iter().map(ToString::to_string).collect(),
        cc: draft.cc.iter().map(ToString::to_string).collect(),
        bcc: draft.bcc.iter().map(ToString::to_string).collect(),
        reply_to: draft.reply_to.as_ref().map(ToString::to_string),
        subject: draft.subject.clone(),
        message: draft.body.clone(),
        html: draft.html.as_deref().map(crate::domain::texts::page),
        documents,
        attachments: draft.attachments.iter().map(attachment).collect(),
        zip: draft.zip.clone(),
        resend: draft.resend,
        size: u32::try_from(draft.size()).unwrap_or(u32::MAX),
        recipients,
    }
}

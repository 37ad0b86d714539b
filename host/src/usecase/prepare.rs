//! From what was asked to a draft: resolve, judge, fill in. Changes nothing.

use std::path::{Path, PathBuf};

use super::companies::address;
use super::library::Finder;
use super::prints::{self, Made};
use super::status::{self, Look};
use super::{World, customers, portals, present};
use crate::domain::account::{Account, Standing};
use crate::domain::address::MailAddress;
use crate::domain::cfdi::{Cfdi, Kind as CfdiKind, Reason, Uuid, Verdict};
use crate::domain::company::Company;
use crate::domain::customer::{Form, Grouping, Rules};
use crate::domain::draft::{Attachment, Document, Draft, FileKind, MAX_DOCUMENTS, MAX_RECIPIENTS, base_name, zip_name};
use crate::domain::extras::{self, ExtraKind, MAX_EXTRAS, own_part};
use crate::domain::portal::Portal;
use crate::domain::rfc::Rfc;
use crate::domain::texts::Facts;
use crate::ports::library::Inspection;
use crate::protocol::delivery::{Acceptable, DeliveryParams, DocumentParam};
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::library::DocumentView;

/// A draft with the documents as the person sees them.
#[derive(Debug)]
pub struct Prepared {
    /// What would leave.
    pub draft: Draft,
    /// The company, as it was when it was prepared.
    pub company: Company,
    /// Its documents for the windows.
    pub documents: Vec<DocumentView>,
    /// The PDFs that were made for it.
    pub made: Made,
}

/// Resolves, judges and fills in. The same parameters give the same draft as long as nothing changed.
///
/// # Errors
/// One kind for everything that keeps a message from leaving.
pub fn prepare(world: &World, params: &DeliveryParams) -> Result<Prepared, Fault> {
    let asked = Asked::of(world, params)?;
    let finder = Finder::default();
    let found = asked.find(world, &finder)?;
    let mut judged = asked.judge(world, &finder, found)?;
    let pdfs = prints::of(world, params, &mut judged)?;
    let mut draft = judged.draft(world, params)?;
    let made = prints::attach(&mut draft, pdfs)?;
    let seen = judged.found.iter().zip(&judged.looks);
    let documents = seen.map(|(inspection, look)| view(world, inspection, *look)).collect::<Result<_, _>>()?;
    Ok(Prepared { draft, company: judged.company, documents, made })
}

/// Finds one document and reads it afresh, for a person in our own windows.
///
/// # Errors
/// As of [`prepare`], as far as they concern the document alone.
pub fn find_one(world: &World, document: DocumentParam) -> Result<Inspection, Fault> {
    let params = DeliveryParams { documents: vec![document], ..DeliveryParams::default() };
    let found = Asked::of(world, &params)?.find(world, &Finder::default())?;
    found.into_iter().next().ok_or_else(|| Kind::DocumentCount.into())
}

/// What was asked for one message, before any file was looked at.
#[derive(Debug)]
pub struct Asked<'a> {
    params: &'a DeliveryParams,
    company: Option<Rfc>,
    portal: Option<Portal>,
}

/// Documents that may leave together, with who sends them.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The company.
    pub company: Company,
    /// Its account.
    pub account: Account,
    /// The documents as just read.
    pub found: Vec<Inspection>,
    /// What the SAT says of each, where it was asked.
    looks: Vec<Option<Look>>,
    /// How the customer wants its messages.
    rules: Rules,
    portal: Option<Portal>,
}

impl<'a> Asked<'a> {
    /// Judges the request by itself.
    ///
    /// # Errors
    /// `portal_not_connected`, `portal_forbidden`, `invalid_params`, `document_count`, `invalid_rfc`, the store's.
    pub fn of(world: &World, params: &'a DeliveryParams) -> Result<Self, Fault> {
        let portal = params.portal.as_deref().map(|origin| portals::connected(world, origin)).transpose()?;
        if portal.is_some() {
            judge_portal_request(params)?;
        }
        if params.documents.is_empty() || params.documents.len() > MAX_DOCUMENTS {
            return Err(Fault::new(Kind::DocumentCount).over(MAX_DOCUMENTS as u32));
        }
        let company = params.company.as_deref().map(Rfc::parse).transpose()?;
        Ok(Self { params, company, portal })
    }

    /// Finds the files and reads them afresh.
    ///
    /// # Errors
    /// Those of looking a document up and of reading its file.
    pub fn find(&self, world: &World, finder: &Finder) -> Result<Vec<Inspection>, Fault> {
        self.params.documents.iter().map(|document| self.resolve(world, finder, document)).collect()
    }

    /// Judges what was found: company, receiver, what may travel together, the account, and what the SAT says.
    ///
    /// # Errors
    /// One kind for everything that keeps these documents from leaving.
    pub fn judge(self, world: &World, finder: &Finder, mut found: Vec<Inspection>) -> Result<Judged, Fault> {
        let company = company_of(world, &found, self.company)?;
        for (inspection, document) in found.iter().zip(&self.params.documents) {
            judge_document(inspection, document, &company, self.portal.as_ref())?;
        }
        let rules = customers::rules_of(world, &company, &found)?;
        judge_grouping(&found, rules)?;
        let account = sender_of(world, &company).map_err(|fault| match &self.portal {
            // A portal learns no address.
            Some(_) => fault.kind().into(),
            None => fault,
        })?;
        // Last, because it takes a while: nothing is asked about what does not leave anyway.
        let looks: Vec<_> = found.iter().map(|inspection| finder.statuses.look(world, inspection)).collect();
        for ((inspection, document), look) in found.iter_mut().zip(&self.params.documents).zip(&looks) {
            if look.is_some_and(Look::is_cancelled) {
                inspection.reasons.insert(0, Reason::Cancelled);
                inspection.verdict = Verdict::Refuse;
            }
            judge_accepted(inspection, document, self.portal.as_ref())?;
        }
        Ok(Judged { company, account, found, looks, rules, portal: self.portal })
    }

    /// Finds one file and reads it afresh: what the index said may be old.
    fn resolve(&self, world: &World, finder: &Finder, document: &DocumentParam) -> Result<Inspection, Fault> {
        let company = self.company.as_ref();
        let (path, uuid) = match (&document.uuid, &document.path) {
            (Some(uuid), None) => {
                let uuid = Uuid::parse(uuid.trim()).map_err(|error| Fault::from(error).about(uuid))?;
                // A company that the portal may not ask for answers exactly as a document that nobody has.
                let may_know = |rfc: &Rfc| self.portal.as_ref().is_none_or(|portal| portal.may_ask_for(rfc));
                if company.is_some_and(|company| !may_know(company)) {
                    return Err(Fault::new(Kind::UnknownDocument).about(uuid.as_str()));
                }
                let entry = finder.find(world, &uuid, &may_know).map_err(|fault| match self.portal {
                    // A portal learns no path.
                    Some(_) => fault.in_files(Vec::new()),
                    None => fault,
                })?;
                inside_folders(world, company.unwrap_or(&entry.cfdi.issuer.rfc), &entry.path)?;
                (entry.path, Some(uuid))
            }
            (None, Some(path)) => (PathBuf::from(path), None),
            (Some(_), Some(_)) | (None, None) => return Err(Fault::new(Kind::InvalidParams).about("documents")),
        };
        let inspection =
            finder.inspect(world, &path).map_err(|error| Fault::from(error).about(present::file_name(&path)))?;
        let holds = |cfdi: &crate::domain::cfdi::Cfdi| uuid.is_none_or(|uuid| cfdi.uuid == uuid);
        match inspection.cfdi.as_ref().is_none_or(holds) {
            true => Ok(inspection),
            false => Err(Fault::new(Kind::FileChanged).about(present::file_name(&path))),
        }
    }
}

/// A portal names folios fiscales, receivers and suggested recipients, and nothing else.
fn judge_portal_request(params: &DeliveryParams) -> Result<(), Fault> {
    let forbidden = [
        ("path", params.documents.iter().any(|document| document.path.is_some())),
        ("print", params.documents.iter().any(|document| document.print.is_some())),
        ("subject", params.subject.is_some()),
        ("message", params.message.is_some()),
        ("bcc", !params.bcc.is_empty()),
        ("resend", params.resend.is_some()),
        ("not_before", params.not_before.is_some()),
        ("accept", params.documents.iter().any(|document| !document.accept.is_empty())),
    ];
    if let Some((name, _)) = forbidden.iter().find(|(_, present)| *present) {
        return Err(Fault::new(Kind::PortalForbidden).about(*name));
    }
    match params.documents.iter().all(|document| document.receiver_rfc.is_some()) {
        true => Ok(()),
        false => Err(Fault::new(Kind::InvalidParams).about("receiver_rfc")),
    }
}

/// A document of the index must lie in a folder that the company has now: folders may have been taken away since.
fn inside_folders(world: &World, company: &Rfc, path: &Path) -> Result<(), Fault> {
    let Some(company) = world.store.company(company)? else { return Ok(()) };
    let place = world.files.holder(path);
    let inside = |folder: &PathBuf| folder.canonicalize().is_ok_and(|folder| place.starts_with(folder));
    match place.canonicalize() {
        Err(_) if place.parent().is_some_and(|folder| !folder.exists()) => {
            Err(Fault::new(Kind::FolderUnreadable).about(present::file_name(path)))
        }
        Err(_) => Err(Fault::new(Kind::FileVanished).about(present::file_name(path))),
        Ok(real) if real == place && company.folders.iter().any(inside) => Ok(()),
        Ok(_) => Err(Fault::new(Kind::PathOutsideFolders).about(present::file_name(path))),
    }
}

fn company_of(world: &World, found: &[Inspection], named: Option<Rfc>) -> Result<Company, Fault> {
    let issuer = found.iter().find_map(|inspection| inspection.cfdi.as_ref()).map(|cfdi| cfdi.issuer.rfc.clone());
    let rfc = match (named, issuer) {
        (Some(rfc), _) | (None, Some(rfc)) => rfc,
        // Nothing could be read: the reasons say why.
        (None, None) => return Err(found.first().map_or_else(|| Kind::DocumentRefused.into(), refused)),
    };
    world.store.company(&rfc)?.ok_or_else(|| Fault::new(Kind::UnknownCompany).about(rfc.as_str()))
}

/// Why a document may not leave.
pub(super) fn refused(inspection: &Inspection) -> Fault {
    let waiting = inspection.reasons.contains(&Reason::StillWriting);
    Fault::new(if waiting { Kind::DocumentWaiting } else { Kind::DocumentRefused })
        .about(present::file_name(&inspection.path))
        .because(codes(inspection.reasons.iter().copied()))
}

/// The same, with what would let it leave.
fn refused_unless_accepted(inspection: &Inspection, cfdi: &Cfdi, portal: Option<&Portal>) -> Fault {
    let refusal = refused(inspection);
    match portal {
        // What a person may accept is not a portal's to know.
        Some(_) => refusal,
        None => refusal.unless_accepted(cfdi.uuid.as_str(), codes(refusing(inspection))),
    }
}

/// What keeps a document here, of which some may be accepted.
fn refusing(inspection: &Inspection) -> impl Iterator<Item = Reason> {
    inspection.reasons.iter().copied().filter(|reason| reason.verdict() == Verdict::Refuse)
}

fn codes(reasons: impl Iterator<Item = Reason>) -> Vec<String> {
    reasons.map(|reason| reason.code().to_owned()).collect()
}

fn accepts(asked: &DocumentParam, reason: Reason) -> bool {
    asked.accept.iter().any(|accepted| reason_of(*accepted) == reason)
}

fn reason_of(accepted: Acceptable) -> Reason {
    match accepted {
        Acceptable::SelloInvalid => Reason::SelloInvalid,
        Acceptable::CertificadoMismatch => Reason::CertificadoMismatch,
        Acceptable::Cancelled => Reason::Cancelled,
    }
}

fn judge_document(
    inspection: &Inspection,
    asked: &DocumentParam,
    company: &Company,
    portal: Option<&Portal>,
) -> Result<(), Fault> {
    let Some(cfdi) = inspection.cfdi.as_ref().filter(|_| !inspection.reasons.iter().any(|reason| reason.is_final()))
    else {
        return Err(refused(inspection));
    };
    if cfdi.issuer.rfc != company.rfc {
        // A portal that names another company must not learn whose document it is.
        let kind = if portal.is_some() { Kind::UnknownDocument } else { Kind::WrongCompany };
        return Err(Fault::new(kind).about(cfdi.uuid.as_str()));
    }
    let receiver = asked.receiver_rfc.as_deref().map(Rfc::parse).transpose()?;
    if receiver.is_some_and(|receiver| receiver != cfdi.receiver.rfc) {
        return Err(Fault::new(Kind::WrongReceiver).about(cfdi.uuid.as_str()));
    }
    // Last, so that a person is only asked where nothing else keeps the document here.
    judge_accepted(inspection, asked, portal)
}

/// What keeps the document here must have been accepted, by a person and for this document.
pub(super) fn judge_accepted(
    inspection: &Inspection,
    asked: &DocumentParam,
    portal: Option<&Portal>,
) -> Result<(), Fault> {
    let Some(cfdi) = &inspection.cfdi else { return Err(refused(inspection)) };
    match refusing(inspection).all(|reason| accepts(asked, reason)) {
        true => Ok(()),
        false => Err(refused_unless_accepted(inspection, cfdi, portal)),
    }
}

/// Invariant 2: one message, one receiver; generic receivers and payroll travel alone. So does every document of a customer
/// that wants it.
fn judge_grouping(found: &[Inspection], rules: Rules) -> Result<(), Fault> {
    let cfdis: Vec<_> = found.iter().filter_map(|inspection| inspection.cfdi.as_ref()).collect();
    let Some(first) = cfdis.first() else { return Err(Kind::DocumentCount.into()) };
    if cfdis.iter().any(|cfdi| cfdi.receiver.rfc != first.receiver.rfc) {
        return Err(Kind::MixedReceivers.into());
    }
    let alone = |cfdi: &&crate::domain::cfdi::Cfdi| cfdi.receiver.rfc.is_generic() || cfdi.kind == CfdiKind::Payroll;
    if cfdis.len() > 1 && cfdis.iter().any(alone) {
        return Err(Kind::NotGroupable.into());
    }
    if cfdis.len() > 1 && rules.grouping == Grouping::Single {
        return Err(Fault::new(Kind::OnePerMessage).about(first.receiver.rfc.as_str()));
    }
    let mut uuids: Vec<_> = cfdis.iter().map(|cfdi| cfdi.uuid).collect();
    uuids.sort_unstable();
    uuids.dedup();
    match uuids.len() == cfdis.len() {
        true => Ok(()),
        false => Err(Fault::new(Kind::InvalidParams).about("documents")),
    }
}

/// The account that sends for the company.
///
/// # Errors
/// `oauth_disabled`, `no_account`, `sign_in_needed`, the store's.
pub fn sender_of(world: &World, company: &Company) -> Result<Account, Fault> {
    if !company.use_oauth {
        return Err(Fault::new(Kind::OauthDisabled).about(company.rfc.as_str()));
    }
    let id = company.account.as_ref().ok_or_else(|| Fault::new(Kind::NoAccount).about(company.rfc.as_str()))?;
    let account = world.store.accounts()?.into_iter().find(|account| account.id == *id);
    match account.ok_or_else(|| Fault::new(Kind::NoAccount).about(company.rfc.as_str()))? {
        account if account.standing == Standing::Ready => Ok(account),
        account => Err(Fault::new(Kind::SignInNeeded).about(account.address.as_str())),
    }
}

impl Judged {
    /// How the customer wants its messages.
    #[must_use]
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// The documents of several judgements for one company in one message.
    ///
    /// # Errors
    /// `mixed_receivers`, `not_groupable`, `one_per_message`, `document_count`.
    pub fn with<'a>(&self, others: impl Iterator<Item = &'a Self>) -> Result<Self, Fault> {
        let mut together = self.clone();
        for other in others {
            together.found.extend(other.found.iter().cloned());
            together.looks.extend(other.looks.iter().copied());
        }
        judge_grouping(&together.found, together.rules)?;
        match together.found.len() <= MAX_DOCUMENTS {
            true => Ok(together),
            false => Err(Fault::new(Kind::DocumentCount).over(MAX_DOCUMENTS as u32)),
        }
    }

    /// Fills in recipients and texts.
    ///
    /// # Errors
    /// `no_recipient`, `invalid_recipient`, `too_many_recipients`, `extra_refused`, `unknown_variable`, `broken_text`, `html_not_allowed`,
    /// `invalid_text`, `message_too_large`, the store's.
    pub fn draft(&self, world: &World, params: &DeliveryParams) -> Result<Draft, Fault> {
        let Self { company, account, found, rules, portal, looks: _ } = self;
        // What refuses and came this far was accepted: nothing else passes the judgement.
        let documents: Vec<Document> = found.iter().filter_map(document).collect();
        if documents.is_empty() {
            return Err(Kind::DocumentCount.into());
        }
        let to = parse_all(&params.to)?;
        if to.is_empty() {
            return Err(Kind::NoRecipient.into());
        }
        let mut seen: Vec<String> = to.iter().map(MailAddress::key).collect();
        let cc = others(&mut seen, parse_all(&params.cc)?, &company.cc);
        let bcc = others(&mut seen, parse_all(&params.bcc)?, &company.bcc);
        if seen.len() > MAX_RECIPIENTS {
            return Err(Fault::new(Kind::TooManyRecipients).over(MAX_RECIPIENTS as u32));
        }
        let facts = Facts {
            documents: documents.iter().map(|document| &document.cfdi).collect(),
            seal_end: found.first().and_then(|inspection| inspection.seal_end.as_deref()),
        };
        let written = super::texts::written(world, company, params, &facts).map_err(|fault| match portal {
            // A portal learns nothing of a company's texts.
            Some(_) => fault.at_place(None),
            None => fault,
        })?;
        let mut attachments: Vec<Attachment> = found.iter().flat_map(attachments).collect();
        if rules.extras {
            for inspection in found {
                attachments.extend(extras(world, inspection)?);
            }
        }
        let zip = match rules.form {
            Form::Zip => zip_name(&documents.iter().map(|document| &document.cfdi).collect::<Vec<_>>()),
            Form::Loose => None,
        };
        let draft = Draft {
            company: company.rfc.clone(),
            account: account.id.clone(),
            from: account.address.clone(),
            from_name: company.name.clone(),
            to: fresh(&mut Vec::new(), to),
            cc,
            bcc,
            reply_to: company.reply_to.clone(),
            subject: written.subject,
            body: written.body,
            html: written.html,
            attachments,
            zip,
            documents,
            resend: params.resend.unwrap_or(0),
            portal: portal.as_ref().map(|portal| portal.origin.clone()),
        };
        prints::judge_size(&draft)?;
        Ok(draft)
    }
}

fn parse_all(texts: &[String]) -> Result<Vec<MailAddress>, Fault> {
    texts.iter().map(|text| address(text)).collect()
}

/// The addresses that do not get the message yet, each once; they count as getting it from now on.
fn fresh(seen: &mut Vec<String>, mut addresses: Vec<MailAddress>) -> Vec<MailAddress> {
    addresses.retain(|address| {
        let key = address.key();
        let new = !seen.contains(&key);
        if new {
            seen.push(key);
        }
        new
    });
    addresses
}

/// The asked-for and the company's addresses, without those that already get the message.
fn others(seen: &mut Vec<String>, mut asked: Vec<MailAddress>, own: &[MailAddress]) -> Vec<MailAddress> {
    asked.extend(own.iter().cloned());
    fresh(seen, asked)
}

fn document(inspection: &Inspection) -> Option<Document> {
    Some(Document {
        cfdi: inspection.cfdi.clone()?,
        verdict: inspection.verdict,
        reasons: codes(inspection.reasons.iter().map(|reason| lasting(*reason))),
        accepted: codes(refusing(inspection)),
        xml_name: present::file_name(&inspection.path),
        pdf_name: inspection.pdf.as_ref().map(|pdf| present::file_name(&pdf.path)),
    })
}

/// A PDF that is waited for is missing as long as it is not there: the time that goes by changes nothing of what leaves.
fn lasting(reason: Reason) -> Reason {
    if reason == Reason::PdfAwaited { Reason::PdfMissing } else { reason }
}

fn attachments(inspection: &Inspection) -> Vec<Attachment> {
    let (Some(cfdi), Some(xml)) = (&inspection.cfdi, &inspection.xml) else { return Vec::new() };
    let base = base_name(cfdi);
    let file = |kind: FileKind, path: &Path, facts: &crate::ports::library::FileFacts| Attachment {
        name: format!("{base}.{}", kind.extension()),
        kind,
        path: path.to_owned(),
        size: facts.size,
        sha256: facts.sha256_hex(),
        made: false,
    };
    let mut files = vec![file(FileKind::Xml, &inspection.path, xml)];
    files.extend(inspection.pdf.iter().map(|pdf| file(FileKind::Pdf, &pdf.path, &pdf.facts)));
    files
}

/// The further files that lie beside a document and are called after it.
fn extras(world: &World, inspection: &Inspection) -> Result<Vec<Attachment>, Fault> {
    let (Some(cfdi), Some(document)) = (&inspection.cfdi, inspection.path.file_stem().and_then(|stem| stem.to_str()))
    else {
        return Ok(Vec::new());
    };
    let name = present::file_name(&inspection.path);
    let found = world.files.extras(&inspection.path).map_err(|error| Fault::from(error).about(&name))?;
    let mut kinds = Vec::new();
    for (at, file) in found.iter().enumerate() {
        let kind = file.path.extension().and_then(|one| one.to_str()).and_then(ExtraKind::of_extension);
        match kind.filter(|_| at < MAX_EXTRAS && file.facts.size > 0) {
            Some(kind) => kinds.push(kind),
            None => return Err(Fault::new(Kind::ExtraRefused).about(present::file_name(&file.path))),
        }
    }
    let own = found.iter().map(|file| {
        let stem = file.path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        own_part(document, stem).unwrap_or_default()
    });
    let names = extras::names(&base_name(cfdi), own.zip(kinds.iter().copied()));
    Ok(names
        .into_iter()
        .zip(&found)
        .zip(kinds)
        .map(|((name, file), kind)| Attachment {
            name,
            kind: FileKind::Extra(kind),
            path: file.path.clone(),
            size: file.facts.size,
            sha256: file.facts.sha256_hex(),
            made: false,
        })
        .collect())
}

fn view(world: &World, inspection: &Inspection, look: Option<Look>) -> Result<DocumentView, Fault> {
    let cfdi = inspection.cfdi.as_ref().ok_or_else(|| refused(inspection))?;
    let document = present::inspected(world, cfdi, inspection)?;
    Ok(DocumentView { status: look.map(status::view), ..document })
}

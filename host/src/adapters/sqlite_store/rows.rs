//! Reading deliveries and their ledger, and the forms in which values lie in the database.

use std::path::PathBuf;

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, params};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::file::is_damage;
use crate::domain::account::AccountId;
use crate::domain::address::MailAddress;
use crate::domain::cfdi::{Kind, Uuid};
use crate::domain::delivery::{DeliveryId, RefusedRecipient, State};
use crate::domain::draft::{Attachment, FileKind};
use crate::domain::extras::ExtraKind;
use crate::domain::portal::Origin;
use crate::domain::rfc::Rfc;
use crate::ports::store::{Counts, Delivery, DeliveryQuery, LedgerEntry, StoreError, StoredDraft};
use crate::ports::upkeep::{Damaged, Listed};

/// The form of every time in the database: fixed width, so that its text sorts.
pub(super) fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A value in the database that is not what this version writes.
pub(super) fn broken(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
}

pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Failed(Box::new(error)))
}

pub(super) fn addresses(json: &str) -> rusqlite::Result<Vec<MailAddress>> {
    let texts: Vec<String> = serde_json::from_str(json).map_err(broken)?;
    texts.iter().map(|text| text.parse().map_err(broken)).collect()
}

/// The stored form of a draft; a twin, so that the domain may change without the database.
#[derive(Serialize, Deserialize)]
struct DraftRow {
    from: String,
    from_name: String,
    to: Vec<String>,
    cc: Vec<String>,
    bcc: Vec<String>,
    reply_to: Option<String>,
    subject: String,
    body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    html: Option<String>,
    receiver_rfc: String,
    receiver_name: String,
    documents: Vec<(String, String)>,
    /// Letters; absent in drafts of versions that did not note them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    accepted: Vec<(String, String)>,
    attachments: Vec<AttachmentRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zip: Option<String>,
    resend: u32,
}

#[derive(Serialize, Deserialize)]
struct AttachmentRow {
    name: String,
    pdf: bool,
    path: PathBuf,
    size: u64,
    sha256: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    made: bool,
    /// Extension of a further file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extra: Option<String>,
}

pub(super) fn draft_json(draft: &StoredDraft) -> Result<String, StoreError> {
    let texts = |list: &[MailAddress]| list.iter().map(ToString::to_string).collect();
    to_json(&DraftRow {
        from: draft.from.to_string(),
        from_name: draft.from_name.clone(),
        to: texts(&draft.to),
        cc: texts(&draft.cc),
        bcc: texts(&draft.bcc),
        reply_to: draft.reply_to.as_ref().map(ToString::to_string),
        subject: draft.subject.clone(),
        body: draft.body.clone(),
        html: draft.html.clone(),
        receiver_rfc: draft.receiver_rfc.to_string(),
        receiver_name: draft.receiver_name.clone(),
        documents: draft.documents.iter().map(|(uuid, number)| (uuid.to_string(), number.clone())).collect(),
        kinds: draft.kinds.iter().map(|kind| kind.letter().to_owned()).collect(),
        accepted: draft.accepted.iter().map(|(uuid, code)| (uuid.to_string(), code.clone())).collect(),
        attachments: draft
            .attachments
            .iter()
            .map(|file| AttachmentRow {
                name: file.name.clone(),
                pdf: file.kind == FileKind::Pdf,
                path: file.path.clone(),
                size: file.size,
                sha256: file.sha256.clone(),
                made: file.made,
                extra: match file.kind {
                    FileKind::Extra(kind) => Some(kind.extension().to_owned()),
                    FileKind::Xml | FileKind::Pdf => None,
                },
            })
            .collect(),
        zip: draft.zip.clone(),
        resend: draft.resend,
    })
}

pub(super) fn draft(json: &str, company: &str, account: &str, origin: &str) -> rusqlite::Result<StoredDraft> {
    let row: DraftRow = serde_json::from_str(json).map_err(broken)?;
    let parse = |texts: &[String]| -> rusqlite::Result<Vec<MailAddress>> {
        texts.iter().map(|text| text.parse().map_err(broken)).collect()
    };
    Ok(StoredDraft {
        company: company.parse::<Rfc>().map_err(broken)?,
        account: AccountId::from_text(account),
        from: row.from.parse().map_err(broken)?,
        from_name: row.from_name,
        to: parse(&row.to)?,
        cc: parse(&row.cc)?,
        bcc: parse(&row.bcc)?,
        reply_to: row.reply_to.map(|text| text.parse().map_err(broken)).transpose()?,
        subject: row.subject,
        body: row.body,
        html: row.html,
        receiver_rfc: row.receiver_rfc.parse().map_err(broken)?,
        receiver_name: row.receiver_name,
        documents: by_uuid(row.documents)?,
        // Only what teaches reads them: a letter of another version teaches for any kind.
        kinds: row.kinds.iter().filter_map(|letter| Kind::from_letter(letter)).collect(),
        accepted: by_uuid(row.accepted)?,
        attachments: row.attachments.into_iter().map(attachment).collect::<Result<_, _>>()?,
        zip: row.zip,
        resend: row.resend,
        portal: (!origin.is_empty()).then(|| Origin::parse_even_unencrypted(origin).map_err(broken)).transpose()?,
    })
}

fn attachment(file: AttachmentRow) -> rusqlite::Result<Attachment> {
    let extra = file.extra.map(|extension| ExtraKind::of_extension(&extension).ok_or_else(|| broken(UnknownKind)));
    Ok(Attachment {
        name: file.name,
        kind: match extra.transpose()? {
            Some(kind) => FileKind::Extra(kind),
            None if file.pdf => FileKind::Pdf,
            None => FileKind::Xml,
        },
        path: file.path,
        size: file.size,
        sha256: file.sha256,
        made: file.made,
    })
}

#[derive(Debug, thiserror::Error)]
#[error("unknown kind of file")]
struct UnknownKind;

fn by_uuid(rows: Vec<(String, String)>) -> rusqlite::Result<Vec<(Uuid, String)>> {
    rows.into_iter().map(|(uuid, text)| Ok((uuid.parse().map_err(broken)?, text))).collect()
}

const DELIVERY: &str = "SELECT id, state, reason, not_before, company, account, draft, origin, attempt, session, \
                        provider_id, created_at, changed_at FROM deliveries";

fn delivery_row(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    let (company, account, json, origin): (String, String, String, String) =
        (row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?);
    Ok(Delivery {
        id: DeliveryId::from_text(&row.get::<_, String>(0)?),
        state: state(&row.get::<_, String>(1)?)?,
        reason: row.get(2)?,
        not_before: row.get(3)?,
        draft: draft(&json, &company, &account, &origin)?,
        attempt: row.get(8)?,
        session: row.get::<_, Option<String>>(9)?.map(SecretString::from),
        provider_id: row.get(10)?,
        created_at: row.get(11)?,
        changed_at: row.get(12)?,
    })
}

#[derive(Debug, thiserror::Error)]
#[error("unknown state")]
struct UnknownState;

pub(super) fn state(name: &str) -> rusqlite::Result<State> {
    State::from_name(name).ok_or_else(|| broken(UnknownState))
}

/// One damaged row must not hide the others.
fn listed_row(row: &Row<'_>) -> rusqlite::Result<Listed> {
    match delivery_row(row) {
        Ok(delivery) => Ok(Listed::Whole(Box::new(delivery))),
        Err(error) if is_damage(&error) => Ok(Listed::Damaged(Box::new(damaged_row(row)?))),
        Err(error) => Err(error),
    }
}

fn damaged_row(row: &Row<'_>) -> rusqlite::Result<Damaged> {
    let text = |column| -> rusqlite::Result<String> {
        Ok(row
            .get_ref(column)?
            .as_bytes_or_null()
            .ok()
            .flatten()
            .map(String::from_utf8_lossy)
            .unwrap_or_default()
            .into())
    };
    Ok(Damaged {
        id: DeliveryId::from_text(&text(0)?),
        state: State::from_name(&text(1)?),
        company: text(4)?,
        origin: text(7)?,
        created_at: row.get(11).ok(),
        changed_at: row.get(12).ok(),
    })
}

fn whole(listed: Listed) -> Result<Delivery, StoreError> {
    match listed {
        Listed::Whole(delivery) => Ok(*delivery),
        Listed::Damaged(damaged) => Err(StoreError::Unreadable(damaged)),
    }
}

pub(super) fn delivery(db: &Connection, id: &DeliveryId) -> Result<Option<Delivery>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{DELIVERY} WHERE id = ?1"))?;
    statement.query_row([id.as_str()], listed_row).optional()?.map(whole).transpose()
}

/// A condition that holds for rows whose state no version of ours writes.
fn unnamed() -> String {
    let names: Vec<String> = State::ALL.iter().map(|state| format!("'{}'", state.as_str())).collect();
    format!("state NOT IN ({})", names.join(", "))
}

pub(super) fn deliveries(db: &Connection, query: &DeliveryQuery) -> Result<Vec<Listed>, StoreError> {
    let mut sql = format!("{DELIVERY} WHERE 1");
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    let mut add = |clause: &str, value: String| {
        values.push(Box::new(value));
        sql.push_str(&clause.replace('?', &format!("?{}", values.len())));
    };
    if let Some(company) = &query.company {
        add(" AND company = ?", company.to_string());
    }
    if let Some(after) = &query.after {
        add(" AND id < ?", after.to_string());
    }
    for word in &query.words {
        add(" AND instr(search, ?) > 0", word.to_lowercase());
    }
    if !query.states.is_empty() {
        // Names of our own enum: nothing of a caller's reaches the statement's text.
        let names: Vec<String> = query.states.iter().map(|state| format!("'{}'", state.as_str())).collect();
        // A state that nobody knows is shown as unknown.
        let unknown = if query.states.contains(&State::Unknown) { unnamed() } else { String::from("0") };
        sql.push_str(&format!(" AND (state IN ({}) OR {unknown})", names.join(", ")));
    }
    sql.push_str(&format!(" ORDER BY id DESC LIMIT {}", query.limit));
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(rusqlite::params_from_iter(values), listed_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn newest_of(db: &Connection, company: &Rfc, uuid: &Uuid) -> Result<Option<Delivery>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{DELIVERY} WHERE id = (SELECT max(delivery) FROM pairs WHERE company = ?1 AND uuid = ?2)"
    ))?;
    statement.query_row([company.as_str(), uuid.as_str()], listed_row).optional()?.map(whole).transpose()
}

/// Whom the provider refused, or nothing where it refused nobody.
pub(super) fn refused_json(refused: &[RefusedRecipient]) -> Result<Option<String>, StoreError> {
    let pairs: Vec<_> = refused.iter().map(|one| (one.address.as_str(), one.code.as_str())).collect();
    (!pairs.is_empty()).then(|| to_json(&pairs)).transpose()
}

fn refused(json: Option<String>) -> rusqlite::Result<Vec<RefusedRecipient>> {
    let pairs: Vec<(String, String)> =
        json.map(|json| serde_json::from_str(&json).map_err(broken)).transpose()?.unwrap_or_default();
    let one =
        |(address, code): (String, String)| Ok(RefusedRecipient { address: address.parse().map_err(broken)?, code });
    pairs.into_iter().map(one).collect()
}

pub(super) fn ledger(db: &Connection, id: &DeliveryId) -> Result<Vec<LedgerEntry>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT at, state, event, attempt, process, provider_id, refused FROM ledger WHERE delivery = ?1 ORDER BY line",
    )?;
    let rows = statement.query_map([id.as_str()], |row| {
        Ok(LedgerEntry {
            at: row.get(0)?,
            state: state(&row.get::<_, String>(1)?)?,
            event: row.get(2)?,
            attempt: row.get(3)?,
            process: row.get(4)?,
            provider_id: row.get(5)?,
            refused: refused(row.get(6)?)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn counts(db: &Connection, sent_since: DateTime<Utc>) -> Result<Counts, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT
           (SELECT count(*) FROM deliveries WHERE state IN ('queued', 'sending', 'committed')
              OR (state = 'deferred' AND not_before IS NOT NULL)),
           (SELECT count(*) FROM deliveries WHERE state = 'unknown' OR (state = 'deferred' AND not_before IS NULL)
              OR (state = 'failed' AND changed_at >= ?1) OR {}),
           (SELECT count(*) FROM deliveries WHERE state = 'sent' AND changed_at >= ?1)",
        unnamed()
    ))?;
    Ok(statement.query_row([time(sent_since)], |row| {
        Ok(Counts { under_way: row.get(0)?, need_person: row.get(1)?, sent: row.get(2)? })
    })?)
}

pub(super) fn live_count(db: &Connection, account: &AccountId) -> Result<u32, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM deliveries
         WHERE account = ?1 AND state IN ('queued', 'sending', 'committed', 'deferred', 'unknown')",
    )?;
    Ok(statement.query_row([account.as_str()], |row| row.get(0))?)
}

pub(super) fn changed_since(db: &Connection, line: i64) -> Result<(Vec<DeliveryId>, i64), StoreError> {
    let newest: i64 = db.query_row("SELECT coalesce(max(line), 0) FROM ledger", [], |row| row.get(0))?;
    let mut statement = db.prepare_cached(
        "SELECT delivery FROM ledger WHERE line > ?1 AND line <= ?2 GROUP BY delivery ORDER BY max(line)",
    )?;
    let rows = statement.query_map(params![line, newest], |row| row.get::<_, String>(0))?;
    let ids: Vec<String> = rows.collect::<Result<_, _>>()?;
    Ok((ids.iter().map(|id| DeliveryId::from_text(id)).collect(), newest))
}

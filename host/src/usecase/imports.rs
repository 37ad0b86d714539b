//! `contact.import`: an address book from a file, judged row by row before anything is saved.

mod judge;

use sha2::{Digest as _, Sha256};

use self::judge::{Judged, judge};
use super::contacts::company;
use super::customers::{form, grouping};
use super::{World, batches};
use crate::domain::batch::MAX_CELL;
use crate::domain::cfdi::Kind as CfdiKind;
use crate::domain::directory::{self, DirectoryRow};
use crate::domain::hex;
use crate::protocol::customer::{
    ContactImport, ImportChange, ImportCorrection, ImportFilter, ImportPage, ImportRowView,
};
use crate::protocol::failure::{Fault, Kind};

/// Rows on a page when the caller does not say.
const PAGE: u32 = 100;

/// Most rows on a page.
const MAX_PAGE: u32 = 500;

/// A page ends at this size even before its last row, in bytes of JSON: far under the wire's 1 MiB, also with one longest row.
const MAX_PAGE_BYTES: usize = 512 * 1024;

/// Says what an import would do; with the digest of that, does it. Rows with which something is wrong stay out.
///
/// # Errors
/// `invalid_rfc`, `unknown_company`, `csv_malformed`, `row_count`, `invalid_params`, `changed_since_preview`, the store's: then
/// nothing is saved. What is wrong with a row is in the row.
pub fn import(world: &World, params: &ContactImport) -> Result<ImportPage, Fault> {
    let company = company(world, &params.company)?;
    let mut list = directory::read(&params.csv).map_err(batches::list_fault)?;
    params.corrections.iter().try_for_each(|correction| correct(&mut list, correction))?;
    let judged = judge(world, &company, list)?;
    let views: Vec<ImportRowView> = judged.rows.iter().enumerate().map(view).collect();
    let digest = digest(&views);
    let saved = match params.confirmed.as_deref() {
        None => false,
        Some(confirmed) if confirmed == digest => {
            world.store.change_customers(&judged.changes)?;
            true
        }
        Some(_) => return Err(Kind::ChangedSincePreview.into()),
    };
    let count = |change| views.iter().filter(|row| row.change == change).count() as u32;
    let (rows, added, changed) = (views.len() as u32, count(ImportChange::Add), count(ImportChange::Change));
    let (same, refused) = (count(ImportChange::Same), count(ImportChange::Refused));
    let (page, next) = page(views, params);
    Ok(ImportPage { digest, rows, added, changed, same, refused, saved, page, next })
}

/// Puts a person's words in the place of a row's; the same limits as a cell of a file has.
fn correct(list: &mut [DirectoryRow], correction: &ImportCorrection) -> Result<(), Fault> {
    let ImportCorrection { row, receiver_rfc, to } = correction;
    let length = receiver_rfc.len() + to.iter().map(|text| text.len() + 1).sum::<usize>();
    let place = (*row as usize).checked_sub(1).and_then(|at| list.get_mut(at)).filter(|_| length <= MAX_CELL);
    let place = place.ok_or_else(|| Fault::new(Kind::InvalidParams).about("corrections"))?;
    receiver_rfc.clone_into(&mut place.receiver_rfc);
    to.clone_into(&mut place.to);
    Ok(())
}

/// Over every row with what it does: equal exactly when the same would be saved.
fn digest(views: &[ImportRowView]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"correo-cfdi address book 1");
    for view in views {
        // A line each: JSON has no line break within.
        hash.update(serde_json::to_vec(view).unwrap_or_default());
        hash.update(b"\n");
    }
    hex(&hash.finalize())
}

fn page(views: Vec<ImportRowView>, params: &ContactImport) -> (Vec<ImportRowView>, Option<u32>) {
    let limit = params.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE) as usize;
    let after = params.after.unwrap_or(0);
    let wanted = |row: &ImportRowView| match params.show {
        ImportFilter::All => true,
        ImportFilter::Refused => row.change == ImportChange::Refused,
    };
    let mut rest = views.into_iter().filter(|row| row.row > after && wanted(row)).peekable();
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while rows.len() < limit && bytes <= MAX_PAGE_BYTES {
        let Some(row) = rest.next() else { break };
        bytes += serde_json::to_string(&row).map_or(0, |text| text.len());
        rows.push(row);
    }
    let next = rows.last().map(|row| row.row).filter(|_| rest.peek().is_some());
    (rows, next)
}

fn view((at, judged): (usize, &Judged)) -> ImportRowView {
    let Judged { asked, verdict } = judged;
    let refusal = verdict.as_ref().err();
    ImportRowView {
        row: at as u32 + 1,
        receiver_rfc: asked.receiver_rfc.clone(),
        to: asked.to.clone(),
        name: asked.name.clone(),
        kind: asked.kind.as_ref().ok().copied().flatten().map(|kind: CfdiKind| kind.letter().to_owned()),
        form: asked.form.as_ref().ok().copied().flatten().map(form),
        grouping: asked.grouping.as_ref().ok().copied().flatten().map(grouping),
        extras: asked.extras.as_ref().ok().copied().flatten(),
        change: verdict.as_ref().map_or(ImportChange::Refused, |change| *change),
        failure: refusal.map(|fault| fault.kind().code()),
        subject: refusal.and_then(|fault| fault.data.subject.clone()),
    }
}

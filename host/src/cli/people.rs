//! `portal` and `contact`: who may ask for mail, and who has been confirmed to get it.

use super::paint::Tone;
use super::print::{Listed, Printer};
use super::table::{Cell, Column, Row, cut, figures, whole};
use crate::protocol::contact::{ContactListParams, ContactView};
use crate::protocol::failure::Fault;
use crate::protocol::portal::PortalView;
use crate::usecase::{World, companies, contacts as directory, portals as connected};

pub(super) fn portals(world: &World, printer: &Printer) -> Result<u8, Fault> {
    printer.list(&connected::list(world)?.portals);
    Ok(0)
}

/// Every page: a terminal has room, and a script wants all.
pub(super) fn contacts(
    world: &World,
    company: Option<String>,
    receiver: Option<String>,
    printer: &Printer,
) -> Result<u8, Fault> {
    let companies = match company {
        Some(company) => vec![company],
        None => companies::list(world)?.companies.into_iter().map(|company| company.rfc).collect(),
    };
    let mut found = Vec::new();
    for company in companies {
        let mut params =
            ContactListParams { company, receiver_rfc: receiver.clone(), kind: None, limit: None, after: None };
        loop {
            let page = directory::list(world, &params)?;
            found.extend(page.contacts);
            params.after = page.next;
            if params.after.is_none() {
                break;
            }
        }
    }
    printer.list(&found);
    Ok(0)
}

impl Listed for PortalView {
    const COLUMNS: &'static [Column] =
        &[whole("cli_col_portal"), cut("cli_col_companies", 13), cut("cli_col_connected", 10)];

    fn row(&self, printer: &Printer) -> Row {
        let tone = if self.insecure { Tone::Warn } else { Tone::Plain };
        let cells = vec![
            Cell::new(tone, &self.origin),
            Cell::plain(self.companies.join(", ")),
            Cell::plain(printer.time(&self.connected_at)),
        ];
        Row { cells, notes: Vec::new() }
    }

    fn line(&self, _: &Printer) -> String {
        format!("{}\t{}\t{}", self.origin, self.companies.join(", "), self.connected_at)
    }
}

impl Listed for ContactView {
    const COLUMNS: &'static [Column] = &[
        whole("cli_col_receiver"),
        cut("cli_col_address", 16),
        cut("cli_col_kind", 8),
        figures("cli_col_times"),
        cut("cli_col_confirmed", 10),
        cut("cli_col_company", 13),
    ];

    fn row(&self, printer: &Printer) -> Row {
        let kind = self.kind.as_deref().map(|kind| printer.sentence(&format!("kind_{kind}"), "")).unwrap_or_default();
        let cells = vec![
            Cell::plain(&self.receiver_rfc),
            Cell::plain(&self.address),
            Cell::plain(kind),
            Cell::plain(self.confirmations.to_string()),
            Cell::plain(printer.time(&self.confirmed_at)),
            Cell::new(Tone::Dim, &self.company),
        ];
        Row { cells, notes: Vec::new() }
    }

    fn line(&self, _: &Printer) -> String {
        let kind = self.kind.as_deref().unwrap_or("-");
        let (receiver, address, times) = (&self.receiver_rfc, &self.address, self.confirmations);
        format!("{receiver}\t{address}\t{kind}\t{times}\t{}\t{}", self.confirmed_at, self.company)
    }
}

//! What each row of an import does, in the order of the file.

use std::collections::BTreeMap;

use crate::domain::cfdi::Kind as CfdiKind;
use crate::domain::contact::{Contact, Source, may_be_known};
use crate::domain::customer::{Customer, Form, Grouping, MAX_CONTACTS, Rules, fit_name};
use crate::domain::directory::{DirectoryRow, UnknownWord};
use crate::domain::rfc::Rfc;
use crate::ports::contacts::{ContactKey, ContactQuery};
use crate::ports::customers::CustomerChange;
use crate::protocol::customer::ImportChange;
use crate::protocol::failure::{Fault, Kind};
use crate::usecase::World;
use crate::usecase::companies::address;

/// Recipients of one customer that are read at once.
const AT_ONCE: u32 = 1_000;

/// A row with what it does, or why it does nothing.
pub(super) struct Judged {
    /// The row.
    pub(super) asked: DirectoryRow,
    /// What it does.
    pub(super) verdict: Result<ImportChange, Fault>,
}

/// A judged file.
pub(super) struct Import {
    /// Its rows.
    pub(super) rows: Vec<Judged>,
    /// What the sound ones change.
    pub(super) changes: Vec<CustomerChange>,
}

/// Judges every row by what is known and by the rows before it.
///
/// # Errors
/// The store's.
pub(super) fn judge(world: &World, company: &Rfc, list: Vec<DirectoryRow>) -> Result<Import, Fault> {
    let mut book: BTreeMap<Rfc, Page> = BTreeMap::new();
    let mut rows = Vec::with_capacity(list.len());
    for asked in list {
        let verdict = match Sound::of(&asked) {
            Err(fault) => Err(fault),
            Ok(sound) => {
                let receiver = sound.receiver.clone();
                if !book.contains_key(&receiver) {
                    book.insert(receiver.clone(), Page::read(world, company, &receiver)?);
                }
                // It was put there a moment ago.
                let page = book.get_mut(&receiver).ok_or(Kind::Internal)?;
                page.take(world, sound)
            }
        };
        rows.push(Judged { asked, verdict });
    }
    Ok(Import { rows, changes: book.into_values().filter_map(Page::into_change).collect() })
}

/// A row that can be read.
struct Sound {
    receiver: Rfc,
    to: Vec<crate::domain::address::MailAddress>,
    name: String,
    kind: Option<CfdiKind>,
    form: Option<Form>,
    grouping: Option<Grouping>,
    extras: Option<bool>,
}

impl Sound {
    fn of(asked: &DirectoryRow) -> Result<Self, Fault> {
        let receiver = Rfc::parse(&asked.receiver_rfc)
            .map_err(|error| Fault::from(error).about(asked.receiver_rfc.chars().take(100).collect::<String>()))?;
        if !may_be_known(&receiver) {
            return Err(Fault::new(Kind::GenericReceiver).about(receiver.as_str()));
        }
        let word = |error: &UnknownWord| Fault::new(Kind::RowWord).about(error.0.chars().take(100).collect::<String>());
        let form = *asked.form.as_ref().map_err(word)?;
        let grouping = *asked.grouping.as_ref().map_err(word)?;
        let extras = *asked.extras.as_ref().map_err(word)?;
        let to = asked.to.iter().map(|text| address(text)).collect::<Result<Vec<_>, _>>()?;
        if to.is_empty() && form.is_none() && grouping.is_none() && extras.is_none() {
            return Err(Kind::NoRecipient.into());
        }
        let name = fit_name(&asked.name).ok_or_else(|| Fault::new(Kind::RowWord).about("name"))?;
        Ok(Self { receiver, to, name, kind: *asked.kind.as_ref().map_err(word)?, form, grouping, extras })
    }
}

/// What rows said of one customer.
#[derive(Default)]
struct Said {
    form: Option<Form>,
    grouping: Option<Grouping>,
    extras: Option<bool>,
    name: bool,
}

/// A customer as it is known, and as the file leaves it.
struct Page {
    is_new: bool,
    before: Customer,
    after: Customer,
    /// What rows before said, each with a word of its own; another word is a contradiction.
    said: Said,
    /// Every recipient by address and kind as they are compared, with the spelling.
    known: BTreeMap<(String, Option<&'static str>), String>,
    add: Vec<Contact>,
}

impl Page {
    fn read(world: &World, company: &Rfc, receiver: &Rfc) -> Result<Self, Fault> {
        let listed = world.store.customer(company, receiver)?.map(|listed| listed.customer);
        let is_new = listed.is_none();
        let before = listed.unwrap_or_else(|| Customer {
            company: company.clone(),
            receiver: receiver.clone(),
            name: String::new(),
            rules: Rules::default(),
        });
        let mut page =
            Self { is_new, after: before.clone(), before, said: Said::default(), known: BTreeMap::new(), add: vec![] };
        let mut query = ContactQuery {
            company: company.clone(),
            receiver: Some(receiver.clone()),
            kind: None,
            after: None,
            limit: AT_ONCE,
        };
        loop {
            let found = world.store.contacts(&query)?;
            query.after = found.last().map(ContactKey::of);
            let is_last = found.len() < AT_ONCE as usize;
            page.known.extend(found.iter().map(|one| (key(one), one.address.to_string())));
            if is_last {
                return Ok(page);
            }
        }
    }

    /// What a row does; refused where it contradicts one before it.
    fn take(&mut self, world: &World, sound: Sound) -> Result<ImportChange, Fault> {
        let said = &self.said;
        let contradicts =
            differ(sound.form, said.form) || differ(sound.grouping, said.grouping) || differ(sound.extras, said.extras);
        if contradicts {
            return Err(Fault::new(Kind::RowConflict).about(sound.receiver.as_str()));
        }
        if self.known.len() + sound.to.len() > MAX_CONTACTS {
            return Err(Fault::new(Kind::TooManyRecipients).over(MAX_CONTACTS as u32));
        }
        let rules_before = self.after.rules;
        let mut changed = false;
        self.said.form = self.said.form.or(sound.form);
        self.said.grouping = self.said.grouping.or(sound.grouping);
        self.said.extras = self.said.extras.or(sound.extras);
        self.after.rules.form = sound.form.unwrap_or(self.after.rules.form);
        self.after.rules.grouping = sound.grouping.unwrap_or(self.after.rules.grouping);
        self.after.rules.extras = sound.extras.unwrap_or(self.after.rules.extras);
        changed |= self.after.rules != rules_before;
        // The first name of a file counts: further rows often name the person behind an address.
        if !self.said.name && !sound.name.is_empty() {
            self.said.name = true;
            changed |= self.after.name != sound.name;
            self.after.name.clone_from(&sound.name);
        }
        let mut added = std::mem::take(&mut self.is_new);
        for address in sound.to {
            let contact = Contact {
                company: self.before.company.clone(),
                receiver: self.before.receiver.clone(),
                kind: sound.kind,
                address,
                confirmed_at: world.clock.now(),
                confirmations: 1,
                source: Source::Entry,
            };
            match self.known.insert(key(&contact), contact.address.to_string()) {
                Some(spelling) if spelling == contact.address.as_str() => continue,
                Some(_) => changed = true,
                None => added = true,
            }
            self.add.push(contact);
        }
        Ok(match (added, changed) {
            (true, _) => ImportChange::Add,
            (false, true) => ImportChange::Change,
            (false, false) => ImportChange::Same,
        })
    }

    fn into_change(self) -> Option<CustomerChange> {
        let differs = !self.add.is_empty() || self.before != self.after;
        differs.then_some(CustomerChange { customer: self.after, remove: Vec::new(), add: self.add })
    }
}

fn key(contact: &Contact) -> (String, Option<&'static str>) {
    (contact.address.key(), contact.kind.map(CfdiKind::letter))
}

/// Whether a row says another word than one before it.
fn differ<T: PartialEq>(now: Option<T>, before: Option<T>) -> bool {
    matches!((now, before), (Some(now), Some(before)) if now != before)
}

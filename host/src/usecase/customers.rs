//! `customer.*` and `contact.export`: how each customer wants its documents.

use super::companies::address;
use super::contacts::{company, kind};
use super::{World, present};
use crate::domain::batch::Table;
use crate::domain::company::Company;
use crate::domain::contact::{Contact, Source, may_be_known};
use crate::domain::customer::{Customer, Form, Grouping, MAX_CONTACTS, Rules, fit_name};
use crate::domain::directory;
use crate::domain::rfc::Rfc;
use crate::ports::contacts::{ContactKey, ContactQuery};
use crate::ports::customers::{CustomerChange, CustomerKey, CustomerQuery, Listed};
use crate::ports::library::Inspection;
use crate::protocol::Done;
use crate::protocol::customer::{
    ContactExport, ContactsExported, CustomerContact, CustomerForm, CustomerGrouping, CustomerListParams, CustomerPage,
    CustomerRef, CustomerSave, CustomerView,
};
use crate::protocol::failure::{Fault, Kind};

/// Customers on a page when the caller does not say.
const PAGE: u32 = 50;

/// Most customers on a page: 200 with the longest names and addresses stay under 512 KiB on the wire.
const MAX_PAGE: u32 = 200;

/// Longest text to look for, in characters.
const MAX_TEXT: usize = 100;

/// Most recipients that one saving adds or removes.
const AT_ONCE: usize = 200;

/// A piece of the export ends at this size, in bytes of CSV: far under the wire's 1 MiB, also as JSON.
const PIECE_BYTES: usize = 96 * 1024;

/// How the receiver of these documents wants its messages. Nobody said anything about a generic RFC, because nobody may.
///
/// # Errors
/// The store's.
pub(super) fn rules_of(world: &World, company: &Company, found: &[Inspection]) -> Result<Rules, Fault> {
    let receiver = found.iter().find_map(|inspection| inspection.cfdi.as_ref()).map(|cfdi| &cfdi.receiver.rfc);
    match receiver.filter(|receiver| may_be_known(receiver)) {
        Some(receiver) => Ok(world.store.rules_of(&company.rfc, receiver)?),
        None => Ok(Rules::default()),
    }
}

/// One page of a company's customers, by name.
///
/// # Errors
/// `invalid_rfc`, `unknown_company`, `invalid_params`, the store's.
pub fn list(world: &World, params: &CustomerListParams) -> Result<CustomerPage, Fault> {
    let company = company(world, &params.company)?;
    let limit = params.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE);
    let text = params.text.as_deref().unwrap_or_default();
    if text.chars().count() > MAX_TEXT {
        return Err(Fault::new(Kind::InvalidParams).about("text").over(MAX_TEXT as u32));
    }
    let after = params.after.as_deref().map(cursor).transpose()?;
    let (found, next) = page(world, CustomerQuery { company, text: text.to_owned(), after, limit })?;
    Ok(CustomerPage { customers: found.iter().map(view).collect(), next })
}

/// As many as the query wants, and the place of the last where there are more.
fn page(world: &World, query: CustomerQuery) -> Result<(Vec<Listed>, Option<String>), Fault> {
    let limit = query.limit as usize;
    let mut found = world.store.customers(&CustomerQuery { limit: query.limit + 1, ..query })?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(place);
    Ok((found, next))
}

/// No RFC has a blank.
fn place(listed: &Listed) -> String {
    let CustomerKey { folded, receiver } = &listed.key;
    format!("{receiver} {folded}")
}

fn cursor(text: &str) -> Result<CustomerKey, Fault> {
    match text.split_once(' ') {
        Some((receiver, folded)) => Ok(CustomerKey { folded: folded.to_owned(), receiver: receiver.to_owned() }),
        None => Err(Fault::new(Kind::InvalidParams).about("after")),
    }
}

/// One customer.
///
/// # Errors
/// `invalid_rfc`, `unknown_company`, `unknown_customer`, the store's.
pub fn get(world: &World, params: &CustomerRef) -> Result<CustomerView, Fault> {
    let company = company(world, &params.company)?;
    let receiver = Rfc::parse(&params.receiver_rfc)?;
    match world.store.customer(&company, &receiver)? {
        Some(listed) => Ok(view(&listed)),
        None => Err(Fault::new(Kind::UnknownCustomer).about(receiver.as_str())),
    }
}

/// Saves what a person said of a customer, all of it or nothing.
///
/// # Errors
/// `invalid_rfc`, `unknown_company`, `generic_receiver`, `invalid_recipient`, `too_many_recipients`, `invalid_params`, the
/// store's.
pub fn save(world: &World, params: &CustomerSave) -> Result<CustomerView, Fault> {
    let receiver = Rfc::parse(&params.receiver_rfc)?;
    if !may_be_known(&receiver) {
        return Err(Fault::new(Kind::GenericReceiver).about(receiver.as_str()));
    }
    if params.add.len() > AT_ONCE || params.remove.len() > AT_ONCE {
        return Err(Fault::new(Kind::InvalidParams).about("add").over(AT_ONCE as u32));
    }
    let company = company(world, &params.company)?;
    let there = world.store.customer(&company, &receiver)?;
    if !params.add.is_empty() && there.as_ref().is_some_and(|one| one.count as usize >= MAX_CONTACTS) {
        return Err(Fault::new(Kind::TooManyRecipients).over(MAX_CONTACTS as u32));
    }
    let before = there.map(|listed| listed.customer.rules).unwrap_or_default();
    let name =
        params.name.as_deref().map(|name| fit_name(name).ok_or_else(|| Fault::new(Kind::InvalidParams).about("name")));
    let customer = Customer {
        name: name.transpose()?.unwrap_or_default(),
        rules: Rules {
            form: params.form.map_or(before.form, form_of),
            grouping: params.grouping.map_or(before.grouping, grouping_of),
            extras: params.extras.unwrap_or(before.extras),
        },
        company,
        receiver,
    };
    let contacts = |list: &[CustomerContact]| -> Result<Vec<Contact>, Fault> {
        list.iter().map(|one| written(world, &customer, one)).collect()
    };
    let (add, remove) = (contacts(&params.add)?, contacts(&params.remove)?);
    let change = CustomerChange { remove: remove.iter().map(ContactKey::of).collect(), add, customer };
    world.store.change_customers(std::slice::from_ref(&change))?;
    get(world, &CustomerRef { company: params.company.clone(), receiver_rfc: params.receiver_rfc.clone() })
}

/// A recipient by a person's own word.
fn written(world: &World, customer: &Customer, one: &CustomerContact) -> Result<Contact, Fault> {
    Ok(Contact {
        company: customer.company.clone(),
        receiver: customer.receiver.clone(),
        kind: one.kind.as_deref().map(kind).transpose()?,
        address: address(&one.address)?,
        confirmed_at: world.clock.now(),
        confirmations: 1,
        source: Source::Entry,
    })
}

/// Forgets a customer with its recipients: the next sending to them is a new one again.
///
/// # Errors
/// `invalid_rfc`, `unknown_company`, `unknown_customer`, the store's.
pub fn remove(world: &World, params: &CustomerRef) -> Result<Done, Fault> {
    let company = company(world, &params.company)?;
    let receiver = Rfc::parse(&params.receiver_rfc)?;
    match world.store.remove_customer(&company, &receiver)? {
        true => Ok(Done::DONE),
        false => Err(Fault::new(Kind::UnknownCustomer).about(receiver.as_str())),
    }
}

/// A piece of the address book as CSV: one line for each recipient, one for a customer without any.
///
/// # Errors
/// `invalid_rfc`, `unknown_company`, `invalid_params`, the store's.
pub fn export(world: &World, params: &ContactExport) -> Result<ContactsExported, Fault> {
    let company = company(world, &params.company)?;
    let mut table = Table::default();
    if params.after.is_none() {
        directory::write_header(&mut table);
    }
    let after = params.after.as_deref().map(cursor).transpose()?;
    let query = CustomerQuery { company, text: String::new(), after, limit: MAX_PAGE };
    let (found, mut next) = page(world, query)?;
    for listed in &found {
        if table.size() > PIECE_BYTES {
            break;
        }
        write(world, &mut table, &listed.customer)?;
        let is_last = found.last() == Some(listed);
        next = if is_last { next } else { Some(place(listed)) };
    }
    Ok(ContactsExported { csv: table.into_text(), next })
}

fn write(world: &World, table: &mut Table, customer: &Customer) -> Result<(), Fault> {
    let mut query = ContactQuery {
        company: customer.company.clone(),
        receiver: Some(customer.receiver.clone()),
        kind: None,
        after: None,
        limit: MAX_PAGE,
    };
    let mut none_yet = true;
    loop {
        let found = world.store.contacts(&query)?;
        for contact in &found {
            none_yet = false;
            directory::write_row(table, customer, Some(contact));
        }
        match found.last().filter(|_| found.len() == MAX_PAGE as usize) {
            Some(last) => query.after = Some(ContactKey::of(last)),
            None => break,
        }
    }
    if none_yet {
        directory::write_row(table, customer, None);
    }
    Ok(())
}

fn view(listed: &Listed) -> CustomerView {
    let Listed { customer, key: _, addresses, count, confirmed_at } = listed;
    CustomerView {
        company: customer.company.to_string(),
        receiver_rfc: customer.receiver.to_string(),
        name: customer.name.clone(),
        form: form(customer.rules.form),
        grouping: grouping(customer.rules.grouping),
        extras: customer.rules.extras,
        addresses: addresses.iter().map(ToString::to_string).collect(),
        address_count: *count,
        confirmed_at: confirmed_at.map(present::time),
    }
}

/// A form on the wire.
pub(super) fn form(form: Form) -> CustomerForm {
    match form {
        Form::Loose => CustomerForm::Loose,
        Form::Zip => CustomerForm::Zip,
    }
}

/// A grouping on the wire.
pub(super) fn grouping(grouping: Grouping) -> CustomerGrouping {
    match grouping {
        Grouping::Grouped => CustomerGrouping::Grouped,
        Grouping::Single => CustomerGrouping::Single,
    }
}

fn form_of(form: CustomerForm) -> Form {
    match form {
        CustomerForm::Loose => Form::Loose,
        CustomerForm::Zip => Form::Zip,
    }
}

fn grouping_of(grouping: CustomerGrouping) -> Grouping {
    match grouping {
        CustomerGrouping::Grouped => Grouping::Grouped,
        CustomerGrouping::Single => Grouping::Single,
    }
}

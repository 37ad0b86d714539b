//! One request to one use case; nothing else.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{Conversation, library_watch, watch};
use crate::doctor;
use crate::domain::contact::Source;
use crate::protocol::Done;
use crate::protocol::account::{AccountGone, AccountParams};
use crate::protocol::client::ClientImport;
use crate::protocol::company::{CompanyRemove, CompanySave};
use crate::protocol::delivery::DeliveryParams;
use crate::protocol::doctor::DoctorRun;
use crate::protocol::event::{AccountChanged, Event, SignInArrived};
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::health::{Health, RequestCancel};
use crate::protocol::library::{LibraryPrint, Pick, Picked};
use crate::protocol::portal::{PortalConnect, PortalDisconnect};
use crate::protocol::sign_in::SignInComplete;
use crate::usecase::{
    World, accounts, batches, clients, companies, contacts, customers, health, imports, library, loopback, notices,
    outbox, pdfs, portals, prints, reach, rules, send, sign_in, status, test_message, texts,
};

/// Every method, in the order of the protocol document.
pub const METHODS: &[&str] = &[
    "hello",
    "health",
    "client.show",
    "client.import",
    "client.forget",
    "company.list",
    "company.save",
    "company.remove",
    "sign_in.begin",
    "sign_in.complete",
    "sign_in.cancel",
    "account.list",
    "account.budget",
    "account.forget",
    "account.revoke",
    "library.scan",
    "library.search",
    "library.get",
    "library.problems",
    "library.watch",
    "library.print",
    "library.pdf",
    "folder.pick",
    "file.pick",
    "delivery.preview",
    "delivery.send",
    "delivery.list",
    "delivery.export",
    "delivery.get",
    "delivery.retry",
    "delivery.cancel",
    "delivery.resolve",
    "batch.check",
    "batch.start",
    "batch.list",
    "batch.get",
    "batch.rows",
    "batch.pause",
    "batch.resume",
    "batch.cancel",
    "batch.result",
    "portal.list",
    "portal.connect",
    "portal.disconnect",
    "settings.show",
    "settings.save",
    "request.cancel",
    "contact.list",
    "contact.save",
    "contact.remove",
    "portal.rules",
    "portal.allow",
    "portal.disallow",
    "doctor.run",
    "customer.list",
    "customer.get",
    "customer.save",
    "customer.remove",
    "contact.import",
    "contact.export",
    "text.get",
    "text.save",
    "text.reset",
    "text.preview",
    "text.test",
    "notice.preview",
    "notice.send",
];

/// Longest title of a dialog, in characters.
const MAX_TITLE: usize = 120;

type Params<'a> = Option<&'a RawValue>;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

pub(super) fn dispatch(
    conversation: &Arc<Conversation>,
    method: &str,
    params: Params<'_>,
    cancel: &Arc<AtomicBool>,
) -> Result<String, Fault> {
    let world = &*conversation.world;
    let caller = &conversation.caller;
    if method.starts_with("delivery.") || method.starts_with("batch.") || matches!(method, "text.test" | "notice.send")
    {
        watch::start(conversation);
    }
    match method {
        "health" => with(params, |Nothing {}| {
            let watched = conversation.watched.lock().unwrap_or_else(PoisonError::into_inner);
            let watched = watched.as_ref().map(|watched| watched.view.clone());
            Ok(Health { watched, ..health::health(world)? })
        }),
        "client.show" => with(params, |Nothing {}| clients::show(world, caller)),
        "client.import" => with(params, |given: ClientImport| {
            let by_policy = given.policy.unwrap_or(false);
            let source = if by_policy { clients::Source::Policy } else { clients::Source::Wire };
            clients::import(world, &given.json, source)
        }),
        "client.forget" => with(params, |Nothing {}| clients::forget(world, caller)),
        "company.list" => with(params, |Nothing {}| companies::list(world)),
        "company.save" => with(params, |given: CompanySave| companies::save(world, caller, given)),
        "company.remove" => with(params, |given: CompanyRemove| companies::remove(world, &given.rfc)),
        "sign_in.begin" => with(params, |given| sign_in::begin(world, caller, given)),
        "sign_in.complete" => with(params, |given: SignInComplete| {
            let given = loopback::arrive(world, caller, given, |flow| {
                conversation.writer.notify(&Event::SignInArrived(SignInArrived { flow: flow.to_owned() }));
            })?;
            sign_in::complete(world, caller, given)
        }),
        "sign_in.cancel" => with(params, |given| sign_in::cancel(caller, &given)),
        "account.list" => with(params, |Nothing {}| accounts::list(world)),
        "account.budget" => with(params, |given| accounts::budget(world, &given)),
        "account.forget" => with(params, |given| gone(conversation, &given, accounts::forget(world, &given.account))),
        "account.revoke" => with(params, |given| gone(conversation, &given, accounts::revoke(world, &given.account))),
        "library.scan" => with(params, |given| {
            let mut tell = |progress| conversation.writer.notify(&Event::LibraryProgress(progress));
            library::scan(world, &given, &mut tell, cancel)
        }),
        "library.search" => with(params, |given| library::search(world, &given)),
        "library.get" => with(params, |given| library::get(world, &given)),
        "library.problems" => with(params, |given| library::problems(world, &given)),
        "library.watch" => with(params, |Nothing {}| library_watch::start(conversation)),
        "library.print" => with(params, |given: LibraryPrint| {
            given.path.as_deref().map_or(Ok(()), |path| reach::judge_path(world, path))?;
            prints::show(world, &given)
        }),
        "library.pdf" => with(params, |given| pdfs::piece(world, &given)),
        "folder.pick" => with(params, |given: Pick| Ok(picked(world.desktop.pick_folder(&title(&given))?))),
        "file.pick" => with(params, |given: Pick| Ok(picked(world.desktop.pick_file(&title(&given))?))),
        "delivery.preview" => with(params, |given| {
            reach::judge(world, &given)?;
            send::preview(world, &given)
        }),
        "delivery.send" => with(params, |given: DeliveryParams| {
            reach::judge(world, &given)?;
            // Whoever asked: a person has confirmed it in a window of ours, where its recipients stood with their marks.
            let source = if given.portal.is_some() { Source::Portal } else { Source::Window };
            send::send(world, &given, Some(source))
        }),
        "delivery.list" => with(params, |given| outbox::list(world, &given)),
        "delivery.export" => with(params, |given| outbox::export(world, &given, conversation.locale())),
        "delivery.get" => with(params, |given| outbox::get(world, &given)),
        "delivery.retry" => with(params, |given| outbox::retry(world, &given)),
        "delivery.cancel" => with(params, |given| outbox::cancel(world, &given)),
        "delivery.resolve" => with(params, |given| outbox::resolve(world, &given)),
        "portal.list" => with(params, |Nothing {}| portals::list(world)),
        "portal.connect" => with(params, |given: PortalConnect| portals::connect(world, &given)),
        "portal.disconnect" => with(params, |given: PortalDisconnect| portals::disconnect(world, &given.origin)),
        "portal.rules" => with(params, |given| rules::list(world, &given)),
        "portal.allow" => with(params, |given| rules::allow(world, &given)),
        "portal.disallow" => with(params, |given| rules::disallow(world, &given)),
        "doctor.run" => with(params, |given: DoctorRun| {
            let checks = doctor::examine(Ok(world), &doctor::Wish::of_conversation(given.part));
            Ok(doctor::report(&checks, conversation.locale()))
        }),
        "settings.show" => with(params, |Nothing {}| status::settings(world)),
        "settings.save" => with(params, |given| status::save(world, &given)),
        "request.cancel" => with(params, |given: RequestCancel| {
            conversation.cancel(given.id);
            Ok(Done::DONE)
        }),
        _ if method.starts_with("batch.") => batch(conversation, method, params, cancel),
        _ if method.starts_with("contact.") || method.starts_with("customer.") => address_book(world, method, params),
        "notice.preview" => with(params, |given| notices::preview(world, &given)),
        "notice.send" => with(params, |given| notices::send(world, &given)),
        _ if method.starts_with("text.") => written(conversation, method, params),
        _ => Err(unknown(method)),
    }
}

fn batch(
    conversation: &Conversation,
    method: &str,
    params: Params<'_>,
    cancel: &Arc<AtomicBool>,
) -> Result<String, Fault> {
    let world = &*conversation.world;
    match method {
        "batch.check" => with(params, |given| {
            let mut tell = |progress| conversation.writer.notify(&Event::BatchProgress(progress));
            batches::check(world, &given, &mut tell, cancel)
        }),
        "batch.start" => with(params, |given| batches::start(world, &given, Some(Source::List))),
        "batch.list" => with(params, |given| batches::list(world, &given)),
        "batch.get" => with(params, |given| batches::get(world, &given)),
        "batch.rows" => with(params, |given| batches::rows(world, &given)),
        "batch.pause" => with(params, |given| batches::pause(world, &given)),
        "batch.resume" => with(params, |given| batches::resume(world, &given)),
        "batch.cancel" => with(params, |given| batches::cancel(world, &given)),
        "batch.result" => with(params, |given| batches::result(world, &given, conversation.locale())),
        _ => Err(unknown(method)),
    }
}

fn address_book(world: &World, method: &str, params: Params<'_>) -> Result<String, Fault> {
    match method {
        "contact.list" => with(params, |given| contacts::list(world, &given)),
        "contact.save" => with(params, |given| contacts::save(world, &given)),
        "contact.remove" => with(params, |given| contacts::remove(world, &given)),
        "customer.list" => with(params, |given| customers::list(world, &given)),
        "customer.get" => with(params, |given| customers::get(world, &given)),
        "customer.save" => with(params, |given| customers::save(world, &given)),
        "customer.remove" => with(params, |given| customers::remove(world, &given)),
        "contact.import" => with(params, |given| imports::import(world, &given)),
        "contact.export" => with(params, |given| customers::export(world, &given)),
        _ => Err(unknown(method)),
    }
}

/// What a company's mails say.
fn written(conversation: &Conversation, method: &str, params: Params<'_>) -> Result<String, Fault> {
    let world = &*conversation.world;
    match method {
        "text.get" => with(params, |given| texts::get(world, &given)),
        "text.save" => with(params, |given| texts::save(world, &given)),
        "text.reset" => with(params, |given| texts::reset(world, &given)),
        "text.preview" => with(params, |given| texts::preview(world, &given)),
        "text.test" => with(params, |given| test_message::send(world, &given, conversation.locale())),
        _ => Err(unknown(method)),
    }
}

fn unknown(method: &str) -> Fault {
    Fault::new(Kind::UnknownMethod).about(method.chars().take(60).collect::<String>())
}

fn with<P: DeserializeOwned, R: Serialize>(
    params: Params<'_>,
    work: impl FnOnce(P) -> Result<R, Fault>,
) -> Result<String, Fault> {
    encode(&work(decode(params)?)?)
}

/// Decodes parameters strictly; what is absent counts as `{}`.
pub(super) fn decode<P: DeserializeOwned>(params: Params<'_>) -> Result<P, Fault> {
    let text = params.map_or("{}", RawValue::get);
    serde_json::from_str(text).map_err(|error| Fault::new(Kind::InvalidParams).about(field(&error)))
}

/// The field that a decoding error is about, without the value that stood there.
pub(super) fn field(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let mut parts = text.split('`');
    match (parts.next(), parts.next()) {
        (Some(before), Some(name)) if before.ends_with("field ") => name.chars().take(60).collect(),
        _ => String::from("params"),
    }
}

pub(super) fn encode<R: Serialize>(result: &R) -> Result<String, Fault> {
    serde_json::to_string(result).map_err(|_| Kind::Internal.into())
}

fn gone(
    conversation: &Conversation,
    params: &AccountParams,
    outcome: Result<AccountGone, Fault>,
) -> Result<AccountGone, Fault> {
    let gone = outcome?;
    conversation.writer.notify(&Event::AccountChanged(AccountChanged { account: params.account.clone() }));
    Ok(gone)
}

fn title(params: &Pick) -> String {
    params.title.as_deref().unwrap_or("Correo CFDI").chars().filter(|c| !c.is_control()).take(MAX_TITLE).collect()
}

fn picked(path: Option<PathBuf>) -> Picked {
    Picked { path: path.map(|path| path.display().to_string()) }
}

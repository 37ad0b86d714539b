//! Holds `extension/shared/protocol.d.ts` to these types.
//!
//! `UPDATE_GENERATED=1 cargo test --lib typescript` writes the file anew.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]

use std::fmt::Write as _;
use std::path::Path;

use ts_rs::{Config, TS};

use super::{
    account, batch, client, company, contact, customer, delivery, doctor, event, failure, health, hello, library,
    notice, portal, rule, settings, sign_in, text,
};

macro_rules! declare {
    ($out:expr, $config:expr, $($kind:ty),+ $(,)?) => {
        $(
            if let Some(docs) = <$kind as TS>::docs() {
                $out.push_str(&docs);
            }
            writeln!($out, "export {}\n", <$kind as TS>::decl($config)).unwrap();
        )+
    };
}

/// Method name, parameters, answer: the surface that the extension's host client is typed by.
const SURFACE: &[(&str, &str, &str)] = &[
    ("hello", "HelloParams", "Hello"),
    ("health", "Record<string, never>", "Health"),
    ("client.show", "Record<string, never>", "ClientShow"),
    ("client.import", "ClientImport", "ClientView"),
    ("client.forget", "Record<string, never>", "ClientShow"),
    ("company.list", "Record<string, never>", "CompanyList"),
    ("company.save", "CompanySave", "CompanyView"),
    ("company.remove", "CompanyRemove", "Done"),
    ("sign_in.begin", "SignInBegin", "SignInBegun"),
    ("sign_in.complete", "SignInComplete", "SignedIn"),
    ("sign_in.cancel", "SignInCancel", "Done"),
    ("account.list", "Record<string, never>", "AccountList"),
    ("account.budget", "AccountBudget", "AccountView"),
    ("account.forget", "AccountParams", "AccountGone"),
    ("account.revoke", "AccountParams", "AccountGone"),
    ("library.scan", "LibraryScan", "LibraryScanned"),
    ("library.search", "LibrarySearch", "LibraryPage"),
    ("library.get", "LibraryGet", "DocumentView"),
    ("library.problems", "LibraryProblems", "ProblemPage"),
    ("library.watch", "Record<string, never>", "LibraryWatched"),
    ("library.print", "LibraryPrint", "Printed"),
    ("library.pdf", "LibraryPdf", "PdfPiece"),
    ("folder.pick", "Pick", "Picked"),
    ("file.pick", "Pick", "Picked"),
    ("delivery.preview", "DeliveryParams", "Preview"),
    ("delivery.send", "DeliveryParams", "DeliverySent"),
    ("delivery.list", "DeliveryListParams", "DeliveryPage"),
    ("delivery.export", "DeliveryExport", "DeliveriesExported"),
    ("delivery.get", "DeliveryRef", "DeliveryDetail"),
    ("delivery.retry", "DeliveryRef", "DeliveryView"),
    ("delivery.cancel", "DeliveryRef", "DeliveryView"),
    ("delivery.resolve", "DeliveryResolve", "DeliveryView"),
    ("batch.check", "BatchCheck", "BatchView"),
    ("batch.start", "BatchStart", "BatchView"),
    ("batch.list", "BatchListParams", "BatchList"),
    ("batch.get", "BatchRef", "BatchView"),
    ("batch.rows", "BatchRowsParams", "BatchRows"),
    ("batch.pause", "BatchRef", "BatchView"),
    ("batch.resume", "BatchRef", "BatchView"),
    ("batch.cancel", "BatchRef", "BatchView"),
    ("batch.result", "BatchResultParams", "BatchResult"),
    ("portal.list", "Record<string, never>", "PortalList"),
    ("portal.connect", "PortalConnect", "PortalView"),
    ("portal.disconnect", "PortalDisconnect", "Done"),
    ("settings.show", "Record<string, never>", "SettingsView"),
    ("settings.save", "SettingsParams", "SettingsView"),
    ("request.cancel", "RequestCancel", "Done"),
    ("contact.list", "ContactListParams", "ContactPage"),
    ("contact.save", "ContactSave", "ContactView"),
    ("contact.remove", "ContactRemove", "Done"),
    ("portal.rules", "PortalRulesParams", "PortalRules"),
    ("portal.allow", "PortalAllow", "PortalRuleView"),
    ("portal.disallow", "PortalDisallow", "Done"),
    ("doctor.run", "DoctorRun", "DoctorReport"),
    ("customer.list", "CustomerListParams", "CustomerPage"),
    ("customer.get", "CustomerRef", "CustomerView"),
    ("customer.save", "CustomerSave", "CustomerView"),
    ("customer.remove", "CustomerRef", "Done"),
    ("contact.import", "ContactImport", "ImportPage"),
    ("contact.export", "ContactExport", "ContactsExported"),
    ("text.get", "TextRef", "TextView"),
    ("text.save", "TextSave", "TextView"),
    ("text.reset", "TextRef", "TextView"),
    ("text.preview", "TextPreviewParams", "TextPreview"),
    ("text.test", "TextPreviewParams", "DeliverySent"),
    ("notice.preview", "NoticeParams", "NoticePreview"),
    ("notice.send", "NoticeParams", "DeliverySent"),
];

fn generate() -> String {
    let config = &Config::default();
    let mut out = String::from("// Generated from host/src/protocol by its test `typescript`; do not edit.\n\n");
    settings_and_documents(&mut out, config);
    deliveries_and_the_rest(&mut out, config);
    surface(&mut out);
    out
}

fn settings_and_documents(out: &mut String, config: &Config) {
    declare!(
        out,
        config,
        hello::Locale,
        hello::HelloParams,
        hello::Hello,
        client::ClientImport,
        client::ClientOrigin,
        client::ClientView,
        client::ClientShow,
        account::AccountState,
        account::AccountView,
        account::AccountList,
        account::AccountParams,
        account::AccountBudget,
        account::AccountGone,
        company::CompanySave,
        company::CompanyView,
        company::CompanyList,
        company::CompanyRemove,
        sign_in::SignInBegin,
        sign_in::SignInBegun,
        sign_in::SignInComplete,
        sign_in::SignedIn,
        sign_in::Via,
        sign_in::SignInCancel,
        library::LibraryScan,
        library::ScanHint,
        library::LibraryScanned,
        library::LibrarySearch,
        library::LibraryPage,
        library::LibraryGet,
        library::Verdict,
        library::PaidView,
        library::SealState,
        library::SealView,
        library::StatusOutcome,
        library::StatusView,
        library::DocumentView,
        library::LibraryProblems,
        library::ProblemView,
        library::ProblemPage,
        library::PolledWhy,
        library::PolledFolder,
        library::LibraryWatched,
        library::LibraryPrint,
        library::Printed,
        library::LibraryPdf,
        library::PdfPiece,
        library::Pick,
        library::Picked,
        text::TextRef,
        text::TextSave,
        text::TextPreviewParams,
        text::TextView,
        text::TextPiece,
        text::TextPreview,
        notice::NoticeParams,
        notice::NoticePreview,
    );
}

fn deliveries_and_the_rest(out: &mut String, config: &Config) {
    declare!(
        out,
        config,
        delivery::Acceptable,
        delivery::DocumentParam,
        delivery::DeliveryParams,
        delivery::AttachmentView,
        delivery::RecipientField,
        delivery::RecipientView,
        delivery::Preview,
        delivery::DeliveryState,
        delivery::SentMark,
        delivery::DeliveryView,
        delivery::DeliverySent,
        delivery::DeliveryListParams,
        delivery::DeliveryPage,
        delivery::DeliveryExport,
        delivery::DeliveriesExported,
        delivery::DeliveryRef,
        delivery::RefusedView,
        delivery::LedgerLine,
        delivery::AcceptedView,
        delivery::DeliveryDetail,
        delivery::Resolution,
        delivery::DeliveryResolve,
        batch::BatchRowParam,
        batch::BatchCheck,
        batch::BatchState,
        batch::BatchView,
        batch::BatchStart,
        batch::BatchRef,
        batch::BatchListParams,
        batch::BatchList,
        batch::BatchRowFilter,
        batch::BatchRowsParams,
        batch::BatchRowView,
        batch::BatchRows,
        batch::BatchResultParams,
        batch::BatchResult,
        contact::ContactListParams,
        contact::ContactSave,
        contact::ContactRemove,
        contact::ContactSource,
        contact::ContactView,
        contact::ContactPage,
        customer::CustomerForm,
        customer::CustomerGrouping,
        customer::CustomerListParams,
        customer::CustomerRef,
        customer::CustomerContact,
        customer::CustomerSave,
        customer::CustomerView,
        customer::CustomerPage,
        customer::ImportCorrection,
        customer::ImportFilter,
        customer::ContactImport,
        customer::ImportChange,
        customer::ImportRowView,
        customer::ImportPage,
        customer::ContactExport,
        customer::ContactsExported,
        rule::PortalRulesParams,
        rule::PortalAllow,
        rule::PortalDisallow,
        rule::PortalRuleView,
        rule::PortalRules,
        portal::PortalConnect,
        portal::PortalDisconnect,
        settings::SettingsParams,
        settings::SettingsView,
        portal::PortalView,
        portal::PortalList,
        health::Health,
        health::OutboxCounts,
        health::Ahead,
        health::RequestCancel,
        doctor::DoctorPart,
        doctor::DoctorRun,
        doctor::CheckState,
        doctor::Cause,
        doctor::Why,
        doctor::FactView,
        doctor::FixView,
        doctor::CheckView,
        doctor::DoctorReport,
        event::DeliveryChanged,
        event::LibraryProgress,
        event::LibraryChanged,
        event::BatchProgress,
        event::AccountChanged,
        event::SignInArrived,
        failure::Retry,
        failure::Kind,
        failure::TextPlace,
        failure::FailureData,
        failure::Failure,
        super::Done,
    );
}

/// The methods with their types.
fn surface(out: &mut String) {
    out.push_str("/** Every request: parameters and answer. */\nexport interface HostSurface {\n");
    for (method, params, result) in SURFACE {
        writeln!(out, "  '{method}': {{ params: {params}, result: {result} }},").unwrap();
    }
    out.push_str("}\n\n/** Every notification. */\nexport interface HostEvents {\n");
    for (method, params) in [
        ("delivery.changed", "DeliveryChanged"),
        ("library.progress", "LibraryProgress"),
        ("library.changed", "LibraryChanged"),
        ("batch.progress", "BatchProgress"),
        ("account.changed", "AccountChanged"),
        ("sign_in.arrived", "SignInArrived"),
    ] {
        writeln!(out, "  '{method}': {params},").unwrap();
    }
    out.push_str("}\n");
}

#[test]
fn the_extensions_types_are_these_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("extension/shared/protocol.d.ts");
    let wanted = generate();
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    if found != wanted {
        panic!("extension/shared/protocol.d.ts is behind: run UPDATE_GENERATED=1 cargo test --lib typescript");
    }
}

#[test]
fn the_document_is_of_these_types() {
    use sha2::Digest as _;
    let document = include_str!("PROTOCOL.md");
    let hash = crate::domain::hex(&sha2::Sha256::digest(generate()));
    assert!(
        document.starts_with(&format!("<!-- protocol.d.ts: {hash} -->")),
        "the types changed: bring PROTOCOL.md up to date, then put {hash} into its first line"
    );
    for method in crate::conversation::METHODS {
        assert!(document.contains(&format!("`{method}`")), "PROTOCOL.md does not name {method}");
    }
    for kind in failure::Kind::ALL {
        assert!(document.contains(&format!("| `{}` |", kind.code())), "PROTOCOL.md does not name {}", kind.code());
    }
}

#[test]
fn every_method_is_in_the_surface_and_the_other_way_round() {
    let known: Vec<&str> = SURFACE.iter().map(|(method, ..)| *method).collect();
    assert_eq!(known, crate::conversation::METHODS);
}

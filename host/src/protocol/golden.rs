//! Golden messages: one file a method in `tests/fixtures/protocol`, read here and by the extension's tests.
//!
//! Requests must decode as they lie there; answers must be written exactly so.
//! `UPDATE_GENERATED=1 cargo test --lib golden` writes the answers anew.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")]

mod batches;
mod contacts;
mod customers;
mod examination;
mod texts;

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::account::{AccountBudget, AccountGone, AccountList, AccountParams, AccountState, AccountView};
use super::client::{ClientImport, ClientOrigin, ClientShow, ClientView};
use super::company::{CompanyList, CompanyRemove, CompanySave, CompanyView};
use super::delivery::{
    AcceptedView, AttachmentView, DeliveriesExported, DeliveryDetail, DeliveryExport, DeliveryListParams, DeliveryPage,
    DeliveryParams, DeliveryRef, DeliveryResolve, DeliverySent, DeliveryState, DeliveryView, LedgerLine, Preview,
    RefusedView, SentMark,
};
use super::failure::{Fault, Kind};
use super::health::{Ahead, Health, OutboxCounts, RequestCancel};
use super::hello::{Hello, HelloParams, Locale};
use super::library::{
    DocumentView, LibraryGet, LibraryPage, LibraryPdf, LibraryPrint, LibraryProblems, LibraryScan, LibraryScanned,
    LibrarySearch, LibraryWatched, PaidView, PdfPiece, Pick, Picked, PolledFolder, PolledWhy, Printed, ProblemPage,
    ProblemView, SealState, SealView, StatusOutcome, StatusView, Verdict,
};
use super::portal::{PortalConnect, PortalDisconnect, PortalList, PortalView};
use super::rpc::{Refusal, VERSION};
use super::settings::{SettingsParams, SettingsView};
use super::sign_in::{SignInBegin, SignInBegun, SignInCancel, SignInComplete, SignedIn, Via};
use super::{Done, rpc};

const UUID: &str = "6BD2B1F8-7D30-4E2B-9A55-3F1F0C1A2B3C";
const SHA: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const DELIVERY: &str = "01990000-0000-7000-8000-000000000001";
const TIME: &str = "2026-01-15T18:20:00Z";

fn account() -> AccountView {
    AccountView {
        id: "0123456789abcdef0123456789abcdef".into(),
        address: "facturas@empresa.example".into(),
        state: AccountState::Ready,
        granted_at: TIME.into(),
        companies: vec!["EJE010101AA0".into()],
        deliveries: 2,
        used_today: 12,
        daily_budget: 500,
        continues_at: None,
        paused_by: None,
        last_used_at: Some(TIME.into()),
        ends_at: Some("2026-07-14T18:20:00Z".into()),
        ends_by: Some(Kind::IdleExpired),
        reminder: None,
        reconnect: None,
        reconnect_detail: None,
        ended_at: None,
    }
}

fn company() -> CompanyView {
    CompanyView {
        rfc: "EJE010101AA0".into(),
        name: "Ejemplo Ñandú".into(),
        use_oauth: true,
        account: Some(account()),
        folders: vec!["/home/ana/almacén".into()],
        reply_to: Some("cobranza@empresa.example".into()),
        cc: vec![],
        bcc: vec!["contador@despacho.example".into()],
        subject: "CFDI {{serie}}{{folio}}".into(),
        body: "Adjuntamos su comprobante.".into(),
    }
}

fn document() -> DocumentView {
    DocumentView {
        uuid: UUID.into(),
        version: "4.0".into(),
        kind: "I".into(),
        issuer_rfc: "EJE010101AA0".into(),
        issuer_name: "Ejemplo Ñandú".into(),
        receiver_rfc: "CLI020202BB1".into(),
        receiver_name: "Cliente & Hijos".into(),
        serie: "A".into(),
        folio: "123".into(),
        date: "2026-01-15T12:00:00".into(),
        total: "1160.00".into(),
        currency: "MXN".into(),
        paid: vec![PaidView {
            id: UUID.into(),
            number: "A100".into(),
            amount: "1160.00".into(),
            currency: "MXN".into(),
            installment: "1".into(),
        }],
        paid_count: 1,
        verdict: Verdict::Warn,
        reasons: vec!["pdf_missing".into()],
        seal: Some(SealView { state: SealState::NotChecked, note: Some("complement".into()) }),
        status: Some(StatusView {
            outcome: StatusOutcome::CouldNotAsk,
            note: Some("offline".into()),
            asked_at: TIME.into(),
        }),
        xml_name: "A123.xml".into(),
        pdf_name: None,
        sent: Some(SentMark { delivery: DELIVERY.into(), state: DeliveryState::Sent, at: TIME.into(), resend: 0 }),
    }
}

fn attachment() -> AttachmentView {
    AttachmentView {
        name: format!("EJE010101AA0_A123_{UUID}.xml"),
        content_type: "application/xml".into(),
        size: 5120,
        sha256: SHA.into(),
        made: false,
    }
}

fn delivery() -> DeliveryView {
    DeliveryView {
        delivery: DELIVERY.into(),
        state: DeliveryState::Sent,
        reason: None,
        not_before: None,
        committed: true,
        company: "EJE010101AA0".into(),
        receiver_rfc: "CLI020202BB1".into(),
        receiver_name: "Cliente & Hijos".into(),
        from: "facturas@empresa.example".into(),
        to: vec!["compras@cliente.example".into()],
        cc: vec![],
        subject: "CFDI A123".into(),
        uuids: vec![UUID.into()],
        folios: vec!["A123".into()],
        resend: 0,
        portal: Some("https://portal.example".into()),
        provider_id: Some("18c0ffee".into()),
        created_at: TIME.into(),
        changed_at: TIME.into(),
    }
}

fn client() -> ClientView {
    ClientView {
        client_id: "1-ejemplo.apps.googleusercontent.com".into(),
        kind: "web".into(),
        google: true,
        hosts: vec!["accounts.google.com".into()],
        redirect_uris: vec!["https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/".into()],
        ways: vec![Via::Identity],
        origin: ClientOrigin::Imported,
    }
}

struct Golden {
    missing: Vec<String>,
}

impl Golden {
    fn path(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/protocol").join(format!("{name}.json"))
    }

    /// Holds one file to what the host reads and writes.
    fn check<P: DeserializeOwned>(&mut self, method: &str, params: Value, result: &impl Serialize) {
        let wanted = json!({
            "request": {"jsonrpc": VERSION, "id": 7, "method": method, "params": params},
            "answer": {"jsonrpc": VERSION, "id": 7, "result": result},
        });
        let found = self.compare(method, &wanted);
        let request = found["request"].to_string();
        let envelope: rpc::Request<'_> = serde_json::from_str(&request).expect(method);
        serde_json::from_str::<P>(envelope.params.unwrap().get()).expect(method);
    }

    fn compare(&mut self, name: &str, wanted: &Value) -> Value {
        let path = Self::path(name);
        if std::env::var_os("UPDATE_GENERATED").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, format!("{wanted:#}\n")).unwrap();
        }
        let found = std::fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok());
        if found.as_ref() != Some(wanted) {
            self.missing.push(name.to_owned());
        }
        found.unwrap_or_else(|| wanted.clone())
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[test]
fn golden_messages_are_read_and_written_as_they_lie_there() {
    let mut golden = Golden { missing: Vec::new() };
    settings(&mut golden);
    documents(&mut golden);
    deliveries(&mut golden);
    batches::check(&mut golden);
    contacts::check(&mut golden);
    customers::check(&mut golden);
    texts::check(&mut golden);
    examination::check(&mut golden);
    failures(&mut golden);
    assert!(golden.missing.is_empty(), "behind: {:?}; run UPDATE_GENERATED=1 cargo test --lib golden", golden.missing);
    let without: Vec<_> = crate::conversation::METHODS.iter().filter(|name| !Golden::path(name).exists()).collect();
    assert!(without.is_empty(), "methods without a golden message: {without:?}");
}

fn settings(golden: &mut Golden) {
    golden.check::<HelloParams>(
        "hello",
        json!({"protocol": 1, "min_protocol": 1, "extension_version": "0.1.0", "locale": "es"}),
        &Hello {
            protocol: 1,
            host_version: "0.1.0".into(),
            locale: Locale::Es,
            os_user: "ana".into(),
            system: "linux".into(),
            methods: vec!["hello".into()],
        },
    );
    let health = Health {
        vault: "keyring".into(),
        vault_failure: Some(Kind::VaultLocked),
        store_failure: None,
        client: Some(client()),
        client_failure: None,
        accounts: vec![account()],
        outbox: OutboxCounts { under_way: 1, need_person: 0, sent_today: 3 },
        ahead: Ahead { next_at: Some(TIME.into()), batches: vec![] },
        watched: Some(watched()),
    };
    golden.check::<Nothing>("health", json!({}), &health);
    let show = ClientShow { client: Some(client()), redirect_uri: client().redirect_uris.pop(), failure: None };
    golden.check::<Nothing>("client.show", json!({}), &show);
    golden.check::<ClientImport>("client.import", json!({"json": "{\"web\":{}}"}), &client());
    golden.check::<Nothing>("client.forget", json!({}), &show);
    golden.check::<Nothing>("company.list", json!({}), &CompanyList { companies: vec![company()] });
    golden.check::<CompanySave>(
        "company.save",
        json!({"rfc": "EJE010101AA0", "name": "Ejemplo Ñandú", "use_oauth": true, "flow": "f", "folders": [], "cc": [],
               "bcc": []}),
        &company(),
    );
    golden.check::<CompanyRemove>("company.remove", json!({"rfc": "EJE010101AA0"}), &Done::DONE);
    golden.check::<SignInBegin>(
        "sign_in.begin",
        json!({"company": "EJE010101AA0"}),
        &SignInBegun {
            flow: "f".into(),
            auth_url: "https://accounts.google.com/o/oauth2/v2/auth?response_type=code".into(),
            redirect_uri: "https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/".into(),
            expires_in: 600,
        },
    );
    let unsaved = AccountView { state: AccountState::Unsaved, companies: Vec::new(), deliveries: 0, ..account() };
    golden.check::<SignInComplete>(
        "sign_in.complete",
        json!({"flow": "f", "redirect_url": "https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/?state=s&code=c"}),
        &SignedIn { flow: "f".into(), account: unsaved, other_than: Some("ventas@empresa.example".into()) },
    );
    golden.check::<SignInCancel>("sign_in.cancel", json!({"flow": "f"}), &Done::DONE);
    golden.check::<Nothing>("account.list", json!({}), &AccountList { accounts: vec![account()] });
    golden.check::<AccountBudget>("account.budget", json!({"account": account().id, "daily_budget": 500}), &account());
    for (method, revoked) in [("account.forget", false), ("account.revoke", true)] {
        let gone = AccountGone { address: account().address, companies: account().companies, deliveries: 2, revoked };
        golden.check::<AccountParams>(method, json!({"account": account().id}), &gone);
    }
    let portal = PortalView {
        origin: "https://portal.example".into(),
        insecure: false,
        companies: vec!["EJE010101AA0".into()],
        connected_at: TIME.into(),
    };
    golden.check::<Nothing>("portal.list", json!({}), &PortalList { portals: vec![portal.clone()] });
    golden.check::<PortalConnect>(
        "portal.connect",
        json!({"origin": "https://portal.example", "companies": ["EJE010101AA0"]}),
        &portal,
    );
    golden.check::<PortalDisconnect>("portal.disconnect", json!({"origin": "https://portal.example"}), &Done::DONE);
    golden.check::<Nothing>("settings.show", json!({}), &SettingsView { check_status: false });
    let on = SettingsView { check_status: true };
    golden.check::<SettingsParams>("settings.save", json!({"check_status": true}), &on);
    golden.check::<RequestCancel>("request.cancel", json!({"id": 6}), &Done::DONE);
}

fn documents(golden: &mut Golden) {
    let scanned = LibraryScanned {
        files: 9,
        indexed: 5,
        unchanged: 3,
        refused: 1,
        removed: 0,
        waiting: 1,
        offline: vec!["/mnt/facturas".into()],
        hint: None,
        seconds: 0.5,
    };
    golden.check::<LibraryScan>("library.scan", json!({"company": "EJE010101AA0"}), &scanned);
    let page = LibraryPage { documents: vec![document()], next: Some("x".into()) };
    golden.check::<LibrarySearch>("library.search", json!({"text": "cliente", "limit": 20}), &page);
    golden.check::<LibraryGet>("library.get", json!({"uuid": UUID}), &document());
    let problem = ProblemView {
        path: "/home/ana/almacén/A124.xml".into(),
        reasons: vec!["no_timbre".into()],
        waiting: false,
        uuid: None,
        rivals: Vec::new(),
    };
    let conflict = ProblemView {
        path: "/home/ana/almacén/A125.xml".into(),
        reasons: vec!["uuid_conflict".into()],
        waiting: false,
        uuid: Some(UUID.into()),
        rivals: vec!["/home/ana/almacén/copia/A125.xml".into()],
    };
    let page =
        ProblemPage { offline: vec!["/mnt/facturas".into()], problems: vec![problem, conflict], total: 2, next: None };
    golden.check::<LibraryProblems>("library.problems", json!({"company": "EJE010101AA0", "limit": 50}), &page);
    golden.check::<Nothing>("library.watch", json!({}), &watched());
    let printed = Printed { name: format!("EJE010101AA0_A123_{UUID}.pdf"), size: 40_960, sha256: SHA.into() };
    golden.check::<LibraryPrint>("library.print", json!({"uuid": UUID, "accept": ["sello_invalid"]}), &printed);
    let piece = PdfPiece {
        name: "EJE010101AA0_A123.pdf".into(),
        size: 5,
        sha256: SHA.into(),
        bytes: "JVBERi0=".into(),
        next: None,
    };
    golden.check::<LibraryPdf>("library.pdf", json!({"uuid": UUID, "offset": 0}), &piece);
    let picked = Picked { path: Some("/home/ana/almacén".into()) };
    golden.check::<Pick>("folder.pick", json!({"title": "Carpeta"}), &picked);
    golden.check::<Pick>("file.pick", json!({}), &Picked { path: None });
}

fn watched() -> LibraryWatched {
    let polled = PolledFolder { folder: "/mnt/facturas".into(), why: PolledWhy::Network };
    LibraryWatched { folders: vec!["/home/ana/almacén".into()], polled: vec![polled] }
}

fn deliveries(golden: &mut Golden) {
    let asked = json!({"company": "EJE010101AA0", "documents": [{"uuid": UUID, "receiver_rfc": "CLI020202BB1"}],
        "to": ["compras@cliente.example"], "cc": [], "bcc": [], "portal": "https://portal.example", "key": "pedido-1"});
    let preview = Preview {
        digest: SHA.into(),
        company: "EJE010101AA0".into(),
        from: "Ejemplo Ñandú <facturas@empresa.example>".into(),
        to: vec!["compras@cliente.example".into()],
        cc: vec![],
        bcc: vec![],
        reply_to: None,
        subject: "CFDI A123".into(),
        message: "Adjuntamos su comprobante.".into(),
        html: Some("<!DOCTYPE html><p>Adjuntamos su comprobante.</p>".into()),
        documents: vec![document()],
        attachments: vec![attachment()],
        zip: None,
        resend: 0,
        size: 5120,
        recipients: contacts::recipients(),
    };
    golden.check::<DeliveryParams>("delivery.preview", asked.clone(), &preview);
    let mut confirmed = asked;
    confirmed["confirmed"] = SHA.into();
    golden.check::<DeliveryParams>("delivery.send", confirmed, &DeliverySent { delivery: delivery(), existing: false });
    let page = DeliveryPage { deliveries: vec![delivery()], next: None };
    golden.check::<DeliveryListParams>("delivery.list", json!({"state": "sent", "limit": 50}), &page);
    let piece = DeliveriesExported { csv: "created_at,state\r\n".into(), next: Some(DELIVERY.into()) };
    golden.check::<DeliveryExport>("delivery.export", json!({"state": "sent", "text": "A123"}), &piece);
    let detail = DeliveryDetail {
        delivery: delivery(),
        message: "Adjuntamos su comprobante.".into(),
        bcc: vec![],
        attachments: vec![attachment()],
        zip: Some(format!("EJE010101AA0_A123_{UUID}.zip")),
        accepted: vec![AcceptedView { uuid: UUID.into(), number: "A123".into(), reason: "sello_invalid".into() }],
        ledger: vec![
            ledger_line(DeliveryState::Failed, "recipient_refused"),
            ledger_line(DeliveryState::Sent, "accepted"),
        ],
        gmail_search: None,
        returned_search: Some("https://mail.google.com/mail/?authuser=facturas%40example.mx#search/devuelto".into()),
    };
    golden.check::<DeliveryRef>("delivery.get", json!({"delivery": DELIVERY}), &detail);
    for method in ["delivery.retry", "delivery.cancel"] {
        golden.check::<DeliveryRef>(method, json!({"delivery": DELIVERY}), &delivery());
    }
    golden.check::<DeliveryResolve>(
        "delivery.resolve",
        json!({"delivery": DELIVERY, "outcome": "was_sent"}),
        &delivery(),
    );
}

/// A line with everything that its state may have.
fn ledger_line(state: DeliveryState, event: &str) -> LedgerLine {
    let refused = RefusedView { address: "compras@cliente.example".into(), code: "5.1.1".into() };
    LedgerLine {
        at: TIME.into(),
        state,
        event: event.into(),
        attempt: 1,
        process: 4321,
        provider_id: (state == DeliveryState::Sent).then(|| "18c0ffee".into()),
        refused: if state == DeliveryState::Failed { vec![refused] } else { vec![] },
    }
}

fn failures(golden: &mut Golden) {
    let fault = Fault::new(Kind::DocumentRefused).about("A123.xml").because(vec!["no_timbre".into()]);
    let refusal = Refusal { jsonrpc: VERSION, id: Some(7), error: fault.in_words(Locale::Es) };
    golden.compare("refusal", &serde_json::to_value(refusal).unwrap());
    let reasons = vec!["sello_invalid".into(), "pdf_missing".into()];
    let fault = Fault::new(Kind::DocumentRefused).about("A123.xml").because(reasons);
    let fault = fault.unless_accepted(UUID, vec!["sello_invalid".into()]);
    let refusal = Refusal { jsonrpc: VERSION, id: Some(7), error: fault.in_words(Locale::Es) };
    golden.compare("refusal-acceptable", &serde_json::to_value(refusal).unwrap());
    let unread = Refusal { jsonrpc: VERSION, id: None, error: Fault::new(Kind::NotJson).in_words(Locale::En) };
    golden.compare("refusal-unread", &serde_json::to_value(unread).unwrap());
    let changed = json!({"jsonrpc": VERSION, "method": "delivery.changed", "params": {"delivery": delivery()}});
    golden.compare("notification-delivery.changed", &changed);
}

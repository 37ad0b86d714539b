//! The library over the wire: what waits, what is offline, what cannot be sent, and finding by any field.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::Host;
use crate::samples::{self, Spec};

fn folios(host: &mut Host, search: Value) -> Vec<String> {
    let page = host.ok("library.search", search);
    page["documents"].as_array().unwrap().iter().map(|one| one["folio"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn files_that_cannot_be_sent_are_listed_with_their_reasons() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let whole = samples::xml(&Spec::default());
    let (broken, begun) = (setting.folder.join("b.xml"), setting.folder.join("c.xml"));
    std::fs::write(&broken, whole.replace("tfd:Timbre", "tfd:Tambor")).unwrap();
    std::fs::write(&begun, &whole[..900]).unwrap();
    let scanned = host.ok("library.scan", json!({}));
    assert_eq!((&scanned["refused"], &scanned["waiting"]), (&json!(1), &json!(1)));
    let page = host.ok("library.problems", json!({"company": setting.rfc()}));
    let path = |path: &std::path::Path| path.canonicalize().unwrap().display().to_string();
    let listed = json!([
        {"path": path(&broken), "reasons": ["no_timbre"], "waiting": false, "uuid": null, "rivals": []},
        {"path": path(&begun), "reasons": ["still_writing"], "waiting": true, "uuid": null, "rivals": []},
    ]);
    assert_eq!(page, json!({"offline": [], "problems": listed, "total": 2, "next": null}));
    let first = host.ok("library.problems", json!({"limit": 1}));
    let rest = host.ok("library.problems", json!({"limit": 1, "after": first["next"]}));
    assert_eq!((&rest["problems"][0], &rest["next"]), (&listed[1], &Value::Null));
    // What is still being written can be asked for again later.
    let params = json!({"documents": [{"path": begun}], "to": ["cliente@example.mx"], "company": setting.rfc()});
    let error = host.call("delivery.preview", params).unwrap_err();
    assert_eq!((&error["data"]["kind"], &error["data"]["retry"]), (&json!("document_waiting"), &json!("later")));
}

#[test]
fn a_folder_that_is_away_keeps_its_documents_and_sends_none() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    host.ok("library.scan", json!({}));
    let away = setting.folder.with_file_name("fuera");
    std::fs::rename(&setting.folder, &away).unwrap();
    let error = host.call("library.scan", json!({})).unwrap_err();
    assert_eq!(error["data"]["kind"], "folder_unreadable");
    let page = host.ok("library.search", json!({}));
    assert_eq!(page["documents"][0]["reasons"], json!(["folder_offline"]));
    assert_eq!(page["documents"][0]["verdict"], "refuse");
    assert_eq!(host.ok("library.problems", json!({}))["offline"].as_array().unwrap().len(), 1);
    let documents = json!({"documents": [{"uuid": setting.samples[0].uuid}], "to": ["cliente@example.mx"]});
    assert_eq!(setting.refused(&mut host, documents.clone()), "folder_unreadable");
    // There it is again, elsewhere in its folder.
    std::fs::create_dir_all(setting.folder.join("2026")).unwrap();
    for entry in std::fs::read_dir(&away).unwrap() {
        let entry = entry.unwrap();
        std::fs::rename(entry.path(), setting.folder.join("2026").join(entry.file_name())).unwrap();
    }
    host.ok("delivery.preview", documents);
}

#[test]
fn an_empty_folder_says_where_invoices_may_be() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    assert_eq!(host.ok("library.scan", json!({}))["hint"], Value::Null);
    let mut company = setting.company();
    company["folders"] = json!([crate::host::folder(&setting.home, "vacía")]);
    host.ok("company.save", company);
    assert_eq!(host.ok("library.scan", json!({}))["hint"], "empty_folder");
}

#[test]
fn documents_are_found_by_every_field() {
    let setting = Setting::signed_in(12);
    let mut host = setting.home.host();
    host.ok("library.scan", json!({}));
    let payment = setting.samples.iter().find(|sample| sample.kind == 'P').unwrap();
    let one = std::slice::from_ref(&payment.folio);
    assert_eq!(folios(&mut host, json!({"kind": "P"})), one);
    assert_eq!(folios(&mut host, json!({"amount": payment.total})), one);
    assert_eq!(folios(&mut host, json!({"text": format!("${}", payment.total)})), one);
    assert_eq!(folios(&mut host, json!({"text": &payment.date[..10]})), one);
    assert_eq!(folios(&mut host, json!({"text": "pago-8"})), one);
    let of_receiver = folios(&mut host, json!({"receiver_rfc": payment.receiver.rfc}));
    assert_eq!(of_receiver, folios(&mut host, json!({"text": payment.receiver.rfc.to_lowercase()})));
    assert!(of_receiver.contains(&payment.folio));
    for bad in [json!({"kind": "Z"}), json!({"amount": "1,000"}), json!({"receiver_rfc": "x"})] {
        host.call("library.search", bad).unwrap_err();
    }
}

#[test]
fn sent_and_unsent_documents_are_told_apart() {
    let setting = Setting::signed_in(30);
    let mut host = setting.home.host();
    host.ok("library.scan", json!({}));
    let sample = setting.samples.iter().find(|sample| sample.kind == 'I').unwrap();
    let mut params = json!({"documents": [{"uuid": sample.uuid}], "to": ["cliente@example.mx"]});
    params["confirmed"] = host.ok("delivery.preview", params.clone())["digest"].clone();
    host.ok("delivery.send", params);
    assert_eq!(folios(&mut host, json!({"sent": true, "limit": 5})), std::slice::from_ref(&sample.folio));
    let (mut unsent, mut after) = (Vec::new(), Value::Null);
    loop {
        let mut ask = json!({"sent": false, "limit": 7});
        if !after.is_null() {
            ask["after"] = after;
        }
        let page = host.ok("library.search", ask);
        unsent.extend(page["documents"].as_array().unwrap().iter().map(|one| one["uuid"].clone()));
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(unsent.len(), 29);
    assert!(!unsent.contains(&json!(sample.uuid)));
}

#[test]
fn certificates_of_withheld_taxes_and_receipts_of_payments_are_named_and_can_be_sent() {
    let setting = Setting::signed_in(12);
    let mut host = setting.home.host();
    for name in ["retenciones_1", "retenciones_2"] {
        let case = samples::defects().into_iter().find(|case| case.name == name).unwrap();
        let path = setting.folder.join(format!("{name}.xml"));
        std::fs::write(&path, &case.bytes).unwrap();
        samples::settle(&path);
        let params = json!({"documents": [{"path": path}], "to": ["cliente@example.mx"]});
        let preview = host.ok("delivery.preview", params);
        let document = &preview["documents"][0];
        assert_eq!((&document["kind"], &document["total"]), (&json!("R"), &json!("100.00")));
        assert_eq!(document["reasons"], json!(["retenciones", "pdf_missing"]));
    }
    let payment = setting.samples.iter().find(|sample| sample.kind == 'P').unwrap();
    host.ok("library.scan", json!({}));
    let document = host.ok("library.get", json!({"uuid": payment.uuid}));
    assert_eq!((&document["total"], &document["paid_count"]), (&json!(payment.total), &json!(1)));
    assert_eq!((&document["paid"][0]["number"], &document["paid"][0]["amount"]), (&json!("A1"), &json!(payment.total)));
}

//! What a receiver gets: headers, names, texts.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::samples::{self, Spec};

/// Sends with these parameters and gives what arrived, with the delivery.
fn arrived(setting: &Setting, params: Value) -> (Value, Value) {
    let mut host = setting.home.host();
    let delivery = setting.send(&mut host, params).unwrap()["delivery"]["delivery"].clone();
    let detail = setting.until(&mut host, &delivery, &["sent", "failed", "deferred", "unknown"]);
    assert_eq!(detail["delivery"]["state"], "sent", "{detail}");
    (setting.sandbox.messages().pop().unwrap(), detail)
}

fn addresses(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|mailbox| mailbox["address"].as_str().unwrap()).collect()
}

#[test]
fn every_kind_of_recipient_arrives_once_and_the_answer_goes_where_the_company_says() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let mut company = setting.with_switch(&mut host, true);
    company["cc"] = json!(["copia@empresa.example.mx", "DOS@example.mx"]);
    company["bcc"] = json!(["archivo@empresa.example.mx", "uno@example.mx"]);
    company["reply_to"] = json!("respuestas@empresa.example.mx");
    host.ok("company.save", company);
    let mut params = setting.params(0, "Uno@Example.mx");
    params["to"] = json!(["Uno@Example.mx", "dos@example.mx", "UNO@example.mx"]);
    params["cc"] = json!(["tres@example.mx"]);
    params["bcc"] = json!(["oculto@example.mx", "tres@example.mx"]);
    let (message, _) = arrived(&setting, params);
    assert_eq!(addresses(&message["to"]), ["Uno@example.mx", "dos@example.mx"]);
    assert_eq!(addresses(&message["cc"]), ["tres@example.mx", "copia@empresa.example.mx"]);
    assert_eq!(addresses(&message["bcc"]), ["oculto@example.mx", "archivo@empresa.example.mx"]);
    assert_eq!(addresses(&message["reply_to"]), ["respuestas@empresa.example.mx"]);
}

#[test]
fn names_and_texts_of_any_script_arrive_as_they_were_written() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let name = "Peña \"Ñandú\" & Hijos, S.A. — 株式会社 🧾";
    let mut company = setting.with_switch(&mut host, true);
    company["name"] = json!(name);
    host.ok("company.save", company);
    let subject = "Factura «ñ» — счёт 請求書 🧾 ".to_owned() + &"x".repeat(150);
    let text = "Línea uno\r\nlínea dos\n.\nFrom aquí\n".to_owned() + &"ñ".repeat(2_000) + "\n\tfin 🧾";
    let mut params = setting.params(0, "cliente@example.mx");
    params["subject"] = json!(subject);
    params["message"] = json!(text);
    let (message, detail) = arrived(&setting, params);
    assert_eq!(message["from"][0], json!({"name": name, "address": "facturas@papeleria.example"}));
    assert_eq!(message["subject"], subject);
    let lines = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    assert_eq!(lines(message["text"].as_str().unwrap()), lines(&text));
    assert_eq!(message["problems"], json!([]));
    assert_eq!(detail["delivery"]["from"], "facturas@papeleria.example");
}

#[test]
fn the_message_carries_an_identity_of_ours_and_tells_nothing_of_this_machine() {
    let setting = Setting::signed_in(1);
    let (message, detail) = arrived(&setting, setting.params(0, "cliente@example.mx"));
    let id = detail["delivery"]["delivery"].as_str().unwrap();
    assert_eq!(message["message_id_submitted"], format!("{id}@papeleria.example"));
    let raw = setting.sandbox.raw_message(message["id"].as_str().unwrap()).unwrap();
    let head = String::from_utf8_lossy(&raw).split("\r\n\r\n").next().unwrap().to_owned();
    assert!(head.contains(&setting.samples[0].uuid), "{head}");
    for telling in [setting.home.path().to_str().unwrap(), "almac", "User-Agent"] {
        assert!(!head.contains(telling), "{head}");
    }
}

#[test]
fn the_companys_texts_are_filled_in_from_the_xml() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let mut company = setting.with_switch(&mut host, true);
    company["subject"] = json!("{{serie}}{{folio}} para\n{{receptor.nombre}} ({{moneda}})");
    company["body"] = json!("{{uuid}} {{total}} {{fecha}} {{emisor.rfc}} {{tipo}}");
    host.ok("company.save", company);
    let (message, _) = arrived(&setting, setting.params(0, "cliente@example.mx"));
    let sample = &setting.samples[0];
    assert_eq!(message["subject"], format!("{}{} para {} (MXN)", sample.serie, sample.folio, sample.receiver.name));
    let text = message["text"].as_str().unwrap().trim();
    let [uuid, total, day, "de", "enero", "de", year, rfc, "I"] = text.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{text}")
    };
    assert_eq!((uuid, rfc), (&*sample.uuid, &*sample.issuer.rfc));
    assert_eq!(format!("{year}-01-{day:0>2}"), sample.date[..10]);
    assert_eq!(total.replace(['$', ','], ""), sample.total);
    assert!(total.starts_with('$') && total.find(',').map_or(total.len(), |at| at) <= "$999.99".len(), "{total}");
}

#[test]
fn several_documents_of_one_receiver_travel_together() {
    let setting = Setting::signed_in(1);
    let more: Vec<_> = (0..3)
        .map(|n| {
            samples::write(&setting.folder, &Spec { seed: 500 + n, folio: (900 + n).to_string(), ..Spec::default() })
        })
        .collect();
    let mut params = setting.params(0, "cliente@example.mx");
    params["documents"] = more.iter().map(|sample| json!({"uuid": sample.uuid})).collect();
    let (message, detail) = arrived(&setting, params);
    assert_eq!(message["attachments"].as_array().unwrap().len(), 6);
    assert_eq!(detail["delivery"]["folios"], json!(["A900", "A901", "A902"]));
}

#[test]
fn a_document_without_pdf_leaves_alone_and_says_so_before() {
    let setting = Setting::signed_in(1);
    let sample =
        samples::write(&setting.folder, &Spec { seed: 7, folio: "77".into(), with_pdf: false, ..Spec::default() });
    let params = json!({"documents": [{"uuid": sample.uuid}], "to": ["cliente@example.mx"]});
    let preview = setting.home.host().ok("delivery.preview", params.clone());
    assert_eq!(preview["documents"][0]["verdict"], "warn");
    assert_eq!(preview["documents"][0]["reasons"], json!(["pdf_missing"]));
    let (message, _) = arrived(&setting, params);
    assert_eq!(message["attachments"].as_array().unwrap().len(), 1);
}

#[test]
fn a_preview_shows_exactly_what_arrives() {
    let setting = Setting::signed_in(1);
    let params = setting.params(0, "cliente@example.mx");
    let preview = setting.home.host().ok("delivery.preview", params.clone());
    let (message, detail) = arrived(&setting, params);
    assert_eq!(message["subject"], preview["subject"]);
    let lines = |text: &Value| text.as_str().unwrap().replace("\r\n", "\n").trim().to_owned();
    assert_eq!(lines(&message["text"]), lines(&preview["message"]));
    assert_eq!(preview["from"], "Empresa Demostrativa <facturas@papeleria.example>");
    assert_eq!(detail["attachments"], preview["attachments"]);
    for (arrived, shown) in
        message["attachments"].as_array().unwrap().iter().zip(preview["attachments"].as_array().unwrap())
    {
        assert_eq!(
            (&arrived["filename"], &arrived["size"], &arrived["sha256"]),
            (&shown["name"], &shown["size"], &shown["sha256"])
        );
    }
}

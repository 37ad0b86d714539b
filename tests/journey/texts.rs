//! Texts for each kind of document: written, looked at on a real one, refused with a place, sent, and forgotten again.

use mail_parser::{MessageParser, MimeHeaders as _};
use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::Host;

const HTML: &str = "<table style=\"border: 1px solid #333333\"><tr><th>Folio</th><td>{{serie}}{{folio}}</td></tr></table>\
                    <p>{{receptor.nombre}}: <a href=\"{{verificacion_url}}\">verificar</a></p>";

/// The sample of kind P.
const PAYMENT: usize = 7;

fn texts(setting: &Setting, changes: Value) -> Value {
    let mut params = json!({"company": setting.rfc(), "kind": "P", "subject": "Pago {{serie}}{{folio}}",
                            "body": "Recibimos {{total}} {{moneda}} el {{fecha}}.", "html": HTML});
    changes.as_object().unwrap().iter().for_each(|(name, value)| params[name] = value.clone());
    params
}

fn get(setting: &Setting, host: &mut Host, kind: &str) -> Value {
    host.ok("text.get", json!({"company": setting.rfc(), "kind": kind}))
}

#[test]
fn a_text_for_payments_is_seen_on_a_real_one_and_leaves_in_both_forms() {
    let setting = Setting::signed_in(8);
    let mut host = setting.home.host();
    let default = get(&setting, &mut host, "P");
    assert_eq!((&default["own"], &default["own_kinds"], &default["html"]), (&json!(false), &json!([]), &Value::Null));
    assert!(default["subject"].as_str().unwrap().starts_with("Complemento de pago"), "{default}");

    host.ok("library.scan", json!({}));
    let seen = host.ok("text.preview", texts(&setting, json!({})));
    let sample = &setting.samples[PAYMENT];
    assert_eq!((sample.kind, &seen["uuids"]), ('P', &json!([sample.uuid])), "the newest of that kind");
    assert_eq!(seen["subject"], json!(format!("Pago {}{}", sample.serie, sample.folio)));
    let body = seen["body"].as_str().unwrap();
    assert!(body.contains('$') && body.contains(" MXN el ") && body.contains(" de 2026"), "{body}");
    let pieces = seen["html"].as_array().unwrap();
    let link = pieces.iter().find(|piece| piece["element"] == "a").unwrap()["attributes"][0][1].as_str().unwrap();
    assert!(link.starts_with("https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx?id="), "{link}");
    assert!(!link.ends_with("fe="), "the end of the seal is read from the file: {link}");
    assert_eq!(get(&setting, &mut host, "P"), default, "looking changes nothing");

    let saved = host.ok("text.save", texts(&setting, json!({})));
    assert_eq!((&saved["own"], &saved["own_kinds"], &saved["html"]), (&json!(true), &json!(["P"]), &json!(HTML)));
    let income = host.ok("delivery.preview", setting.params(0, "ana@cliente.example"));
    assert!(income["subject"].as_str().unwrap().starts_with("CFDI ") && income.get("html").is_none());
    let params = setting.params(PAYMENT, "ana@cliente.example");
    let preview = host.ok("delivery.preview", params.clone());
    assert!(preview["html"].as_str().unwrap().starts_with("<!DOCTYPE html>"));
    let mut other = params.clone();
    other["message"] = json!("Solo esta vez.");
    let once = host.ok("delivery.preview", other);
    assert!(once.get("html").is_none() && once["message"] == "Solo esta vez.", "HTML would say something else");

    // The digest covers the HTML.
    host.ok("text.save", texts(&setting, json!({"html": HTML.replace("verificar", "consultar")})));
    let stale = json!({"confirmed": preview["digest"]});
    let mut confirmed = params.clone();
    confirmed["confirmed"] = stale["confirmed"].clone();
    assert_eq!(host.kind("delivery.send", confirmed), "changed_since_preview");

    setting.send(&mut host, params).unwrap();
    setting.drain();
    let id = setting.sandbox.messages()[0]["id"].as_str().unwrap().to_owned();
    let raw = setting.sandbox.raw_message(&id).unwrap();
    let message = MessageParser::default().parse(&raw).unwrap();
    let alternative = message.parts.iter().find(|part| part.is_content_type("multipart", "alternative"));
    assert!(alternative.is_some());
    assert_eq!(message.body_text(0).unwrap().trim(), body.trim());
    let html = message.body_html(0).unwrap();
    assert!(html.contains("consultar</a>") && html.contains(&format!("<td>{}{}</td>", sample.serie, sample.folio)));
    assert_eq!(message.attachment_count(), preview["attachments"].as_array().unwrap().len());

    let reset = host.ok("text.reset", json!({"company": setting.rfc(), "kind": "P"}));
    assert_eq!(reset, default);
}

#[test]
fn what_is_wrong_in_a_text_is_named_with_its_place_and_nothing_is_saved() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    for (changes, kind, subject, place) in [
        (
            json!({"body": "Hola:\n\n  {{foliio}}"}),
            "unknown_variable",
            "body",
            json!({"line": 3, "column": 5, "found": "foliio", "nearest": "folio"}),
        ),
        (
            json!({"body": "{% if serie %}a{% else %}{{ receptor.nombr }}{% endif %}"}),
            "unknown_variable",
            "body",
            json!({"line": 1, "column": 29, "found": "receptor.nombr", "nearest": "receptor.nombre"}),
        ),
        (json!({"subject": "Pago {{ folio"}), "broken_text", "subject", Value::Null),
        (
            json!({"html": "<p>a</p>\n<img src=\"https://example.mx/a.png\"/>"}),
            "html_not_allowed",
            "html",
            json!({"line": 2, "column": 1, "found": "<img>"}),
        ),
        (
            json!({"html": "<p onclick=\"a()\">a</p>"}),
            "html_not_allowed",
            "html",
            json!({"line": 1, "column": 4, "found": "onclick"}),
        ),
    ] {
        for method in ["text.preview", "text.save"] {
            let failure = host.call(method, texts(&setting, changes.clone())).unwrap_err();
            assert_eq!(
                (&failure["data"]["kind"], &failure["data"]["subject"]),
                (&json!(kind), &json!(subject)),
                "{failure}"
            );
            let found = &failure["data"]["place"];
            if place.is_null() {
                assert_eq!(found["line"], 1, "{failure}");
            } else {
                assert_eq!(found, &place);
            }
        }
    }
    for changes in [json!({"html": "x".repeat(100_001)}), json!({"subject": " "}), json!({"body": " ", "html": ""})] {
        assert_eq!(host.kind("text.save", texts(&setting, changes)), "invalid_text");
    }
    assert_eq!(host.kind("text.get", json!({"company": setting.rfc(), "kind": "R"})), "invalid_params");
    assert_eq!(get(&setting, &mut host, "P")["own"], false);

    // Without a document of that kind an invented one stands in; a text that a company wrote for everything comes before defaults.
    assert_eq!(host.ok("text.preview", texts(&setting, json!({})))["uuids"], json!([]));
    let mut company = setting.company();
    company["subject"] = json!("De siempre {{folio}}");
    host.ok("company.save", company);
    assert_eq!(get(&setting, &mut host, "P")["subject"], "De siempre {{folio}}");
    host.ok("text.save", texts(&setting, json!({})));
    host.ok("company.remove", json!({"rfc": setting.rfc()}));
    host.ok("company.save", setting.company());
    assert_eq!(get(&setting, &mut host, "P")["own"], false, "it went with its company");
}

#[test]
fn a_test_message_goes_to_the_account_itself_and_teaches_nothing() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    host.ok("company.save", setting.company());
    let income = json!({"kind": "I"});
    assert_eq!(host.kind("text.test", texts(&setting, income.clone())), "no_account");
    let signed_in = setting.sign_in(&mut host, &crate::sandbox::walk::Person::willing()).unwrap();
    host.ok("company.save", setting.with_flow(&signed_in));
    for someone in ["to", "cc", "bcc", "account", "portal"] {
        let mut params = texts(&setting, income.clone());
        params[someone] = json!("ana@cliente.example");
        assert_eq!(host.kind("text.test", params), "invalid_params", "{someone}");
    }
    assert_eq!(host.kind("text.test", texts(&setting, json!({"body": "{{foli}}"}))), "unknown_variable");

    let sent = host.ok("text.test", texts(&setting, income));
    let detail = setting.until(&mut host, &sent["delivery"]["delivery"], &["sent", "failed", "deferred", "unknown"]);
    let delivery = &detail["delivery"];
    assert_eq!((&delivery["state"], &delivery["uuids"]), (&json!("sent"), &json!([])), "{detail}");
    assert_eq!(delivery["to"], json!([delivery["from"]]));
    let [message] = &setting.sandbox.messages()[..] else { panic!("one message") };
    assert_eq!((&message["attachments"], &message["cc"], &message["bcc"]), (&json!([]), &json!([]), &json!([])));
    let known = host.ok("contact.list", json!({"company": setting.rfc()}));
    assert_eq!(known["contacts"], json!([]), "nobody is known by it");
    // Again is no duplicate of a document.
    host.ok("text.test", texts(&setting, json!({"kind": "I"})));
}

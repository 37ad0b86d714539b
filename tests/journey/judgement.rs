//! What may not leave: each refusal has its own kind, names what it is about, and queues nothing.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::samples::{self, SampleParty, Spec};

fn documents(uuids: &[&str]) -> Value {
    let documents: Vec<Value> = uuids.iter().map(|uuid| json!({"uuid": uuid})).collect();
    json!({"documents": documents, "to": ["cliente@example.mx"]})
}

/// One more sample in the company's folder.
fn write(setting: &Setting, seed: u64, change: impl FnOnce(&mut Spec)) -> samples::Sample {
    let mut spec = Spec { seed, folio: seed.to_string(), ..Spec::default() };
    change(&mut spec);
    samples::write(&setting.folder, &spec)
}

#[test]
fn invariant_2_documents_of_different_receivers_never_share_a_message() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    let uuids = [setting.samples[0].uuid.as_str(), setting.samples[1].uuid.as_str()];
    assert_eq!(setting.refused(&mut host, documents(&uuids)), "mixed_receivers");
}

#[test]
fn invariant_2_payroll_and_generic_receivers_travel_alone() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let generic = SampleParty { rfc: "XAXX010101000".to_owned(), name: "PÚBLICO EN GENERAL".to_owned() };
    for (kind, receiver) in [('N', samples::receiver(2)), ('I', generic)] {
        let seed = u64::from(u32::from(kind)) * 10;
        let pair: Vec<_> = (0..2)
            .map(|n| {
                let receiver = receiver.clone();
                write(&setting, seed + n, |spec| {
                    spec.kind = kind;
                    spec.receiver = receiver;
                })
            })
            .collect();
        assert_eq!(setting.refused(&mut host, documents(&[&pair[0].uuid, &pair[1].uuid])), "not_groupable");
        host.ok("delivery.preview", documents(&[&pair[0].uuid]));
    }
}

#[test]
fn invariant_2_company_and_receiver_are_held_against_the_xml() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let mut other = crate::host::company("OTR020202CD2", &setting.folder);
    other["use_oauth"] = json!(true);
    host.ok("company.save", other);
    let mut params = documents(&[&setting.samples[0].uuid]);
    params["company"] = json!("OTR020202CD2");
    assert_eq!(setting.refused(&mut host, params), "wrong_company");
    let mut params = documents(&[&setting.samples[0].uuid]);
    params["documents"][0]["receiver_rfc"] = json!(samples::receiver(1).rfc);
    assert_eq!(setting.refused(&mut host, params.clone()), "wrong_receiver");
    params["documents"][0]["receiver_rfc"] = json!(setting.samples[0].receiver.rfc.to_lowercase());
    host.ok("delivery.preview", params);
}

#[test]
fn files_that_are_no_invoice_are_refused_with_their_reasons() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let mut seen = 0;
    for defect in samples::defects().into_iter().filter(|defect| defect.verdict == "refuse") {
        let path = setting.folder.join(format!("{}.xml", defect.name));
        std::fs::write(&path, &defect.bytes).unwrap();
        samples::settle(&path);
        for company in [Value::Null, json!(setting.rfc())] {
            let params = json!({"company": company, "documents": [{"path": path}], "to": ["a@example.mx"]});
            let error = host.call("delivery.preview", params).unwrap_err();
            let data = &error["data"];
            assert_eq!(data["kind"], "document_refused", "{} {company}", defect.name);
            let reasons = data["reasons"].as_array().unwrap();
            for reason in defect.reasons {
                assert!(reasons.contains(&json!(reason)), "{}: {reasons:?} lacks {reason}", defect.name);
            }
        }
        seen += 1;
    }
    assert!(seen > 20);
    assert_eq!(host.ok("delivery.list", json!({}))["deliveries"], json!([]));
}

#[test]
fn a_seal_that_does_not_hold_keeps_a_document_here_and_the_command_line_says_so() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let sample = write(&setting, 40, |spec| spec.serie = "S".to_owned());
    let path = sample.xml_path.to_str().unwrap();
    let inspect = |arguments: &[&str]| {
        let output = setting.home.run(&[&["--json", "inspect"], arguments, &[path]].concat());
        let line: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), line["seal"].clone(), line["seal_note"].clone(), line["reasons"].clone())
    };
    assert_eq!(inspect(&[]), (Some(0), json!("valid"), Value::Null, json!([])));
    let good = std::fs::read_to_string(path).unwrap();
    std::fs::write(path, good.replace("Serie=\"S\"", "Serie=\"Z\"")).unwrap();
    assert_eq!(inspect(&[]), (Some(1), json!("invalid"), Value::Null, json!(["sello_invalid"])));
    assert_eq!(inspect(&["--skip-seal"]), (Some(0), json!("not_checked"), json!("skipped"), json!([])));
    // The index does not look at seals; what is about to leave is always looked at.
    host.ok("library.scan", json!({}));
    for document in [json!({"path": path}), json!({"uuid": sample.uuid})] {
        let error = host.call("delivery.preview", json!({"documents": [document], "to": ["a@example.mx"]}));
        let data = &error.unwrap_err()["data"];
        assert_eq!((&data["kind"], &data["reasons"]), (&json!("document_refused"), &json!(["sello_invalid"])));
    }
    let output = setting.home.run(&["inspect", path]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("El sello no corresponde al certificado incluido"), "{text}");
}

#[test]
fn a_file_that_vanished_or_became_another_since_the_index_is_noticed() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    let (first, second) = (&setting.samples[0], &setting.samples[1]);
    host.ok("library.scan", json!({}));
    std::fs::copy(&second.xml_path, &first.xml_path).unwrap();
    assert_eq!(setting.refused(&mut host, documents(&[&first.uuid])), "file_changed");
    std::fs::remove_file(&first.xml_path).unwrap();
    let error = host.call("delivery.preview", documents(&[&first.uuid])).unwrap_err();
    assert_eq!(error["data"]["kind"], "file_vanished");
    assert_eq!(error["data"]["subject"], "A1.xml", "the name alone, no path");
}

#[test]
fn a_document_outside_the_folders_that_the_company_has_now_is_refused() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    host.ok("library.scan", json!({}));
    let mut company = setting.with_switch(&mut host, true);
    company["folders"] = json!([crate::host::folder(&setting.home, "nueva")]);
    host.ok("company.save", company);
    assert_eq!(setting.refused(&mut host, documents(&[&setting.samples[0].uuid])), "path_outside_folders");
}

#[test]
fn folios_fiscales_that_nobody_or_two_files_have_are_told_apart() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let error = host.call("delivery.preview", documents(&["0a0a0a0a-0b0b-4c0c-8d0d-0e0e0e0e0e0e"])).unwrap_err();
    assert_eq!(error["data"]["kind"], "unknown_document");
    assert_eq!(error["data"]["subject"], "0A0A0A0A-0B0B-4C0C-8D0D-0E0E0E0E0E0E");
    assert_eq!(setting.refused(&mut host, documents(&["no es un folio"])), "unknown_document");
    // The same folio fiscal over another content.
    write(&setting, 1_000, |spec| spec.stem = Some("copia".to_owned()));
    host.ok("library.scan", json!({}));
    assert_eq!(samples::uuid(1_000), setting.samples[0].uuid);
    let uuid = &setting.samples[0].uuid;
    let error = host.call("delivery.preview", documents(&[uuid])).unwrap_err();
    assert_eq!(error["data"]["kind"], "document_ambiguous");
    let files = error["data"]["files"].as_array().unwrap();
    let names = |ending: &str| files.iter().filter(|file| file.as_str().unwrap().ends_with(ending)).count();
    assert_eq!((files.len(), names("A1.xml"), names("copia.xml")), (2, 1, 1), "{files:?}");
    // A portal is told that it is so, and no path.
    host.ok("portal.connect", json!({"origin": "https://portal.example", "companies": [setting.rfc()]}));
    let mut asked = documents(&[uuid]);
    asked["documents"][0]["receiver_rfc"] = json!(setting.samples[0].receiver.rfc);
    asked["portal"] = json!("https://portal.example");
    let error = host.call("delivery.preview", asked).unwrap_err();
    assert_eq!((&error["data"]["kind"], error["data"].get("files")), (&json!("document_ambiguous"), None));
    // Lists show both; neither can be sent from there. The same content twice is no conflict.
    let page = host.ok("library.search", json!({"text": uuid}));
    let shown = page["documents"].as_array().unwrap();
    assert_eq!(shown.len(), 2);
    for document in shown {
        assert_eq!((&document["verdict"], &document["reasons"]), (&json!("refuse"), &json!(["uuid_conflict"])));
    }
    std::fs::remove_file(setting.folder.join("copia.xml")).unwrap();
    std::fs::copy(&setting.samples[0].xml_path, setting.folder.join("otra.xml")).unwrap();
    host.ok("library.scan", json!({}));
    host.ok("delivery.preview", documents(&[uuid]));
}

#[test]
fn a_document_made_a_moment_ago_is_found_without_a_scan() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    host.ok("library.scan", json!({}));
    let late = write(&setting, 4_242, |_| {});
    host.ok("delivery.preview", documents(&[&late.uuid.to_lowercase()]));
}

#[test]
fn recipients_that_are_no_addresses_are_named() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    for bad in [
        "",
        "ana",
        "ana@example",
        "a@example.mx\r\nBcc: eva@example.mx",
        "a@example.mx, b@example.mx",
        "a@example.mx\n",
        "A <a@example.mx>",
        "a\u{0}@example.mx",
    ] {
        for field in ["to", "cc", "bcc"] {
            let mut params = documents(&[&setting.samples[0].uuid]);
            params[field] = json!(["bien@example.mx", bad]);
            let error = host.call("delivery.preview", params).unwrap_err();
            assert_eq!(error["data"]["kind"], "invalid_recipient", "{field} {bad:?}");
            assert_eq!(error["data"]["subject"], bad);
        }
    }
    let mut params = documents(&[&setting.samples[0].uuid]);
    params["to"] = json!([]);
    assert_eq!(setting.refused(&mut host, params.clone()), "no_recipient");
    params["to"] = (0..51).map(|n| json!(format!("c{n}@example.mx"))).collect();
    assert_eq!(setting.refused(&mut host, params), "too_many_recipients");
}

#[test]
fn counts_and_shapes_of_documents_are_limited() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let uuid = setting.samples[0].uuid.as_str();
    assert_eq!(setting.refused(&mut host, documents(&[])), "document_count");
    assert_eq!(setting.refused(&mut host, documents(&[uuid; 11])), "document_count");
    assert_eq!(setting.refused(&mut host, documents(&[uuid, uuid])), "invalid_params");
    let both = json!({"documents": [{"uuid": uuid, "path": "/x"}], "to": ["a@example.mx"]});
    assert_eq!(setting.refused(&mut host, both), "invalid_params");
    assert_eq!(setting.refused(&mut host, json!({"documents": [{}], "to": ["a@example.mx"]})), "invalid_params");
}

#[test]
fn what_is_too_large_for_the_provider_is_refused_before_it_is_queued() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let pdf = std::fs::File::create(setting.samples[0].pdf_path.as_ref().unwrap()).unwrap();
    pdf.set_len(26 * 1024 * 1024).unwrap();
    let error = host.call("delivery.preview", documents(&[&setting.samples[0].uuid])).unwrap_err();
    assert_eq!((&error["data"]["kind"], &error["data"]["limit"]), (&json!("message_too_large"), &json!(25)));
}

#[test]
fn a_company_without_account_or_with_unknown_texts_sends_nothing() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let params = documents(&[&setting.samples[0].uuid]);
    assert_eq!(setting.refused(&mut host, params.clone()), "no_account");
    let signed_in = setting.sign_in(&mut host, &crate::sandbox::walk::Person::willing()).unwrap();
    host.ok("company.save", setting.with_flow(&signed_in));
    for (field, text, kind) in [
        ("subject", "{{folo}}", "unknown_variable"),
        ("subject", "{{folio", "broken_text"),
        ("body", "{% for x in 'aaaa' %}{{uuid.x}}{% endfor %}", "unknown_variable"),
        ("subject", "{{'x' * 300}}", "broken_text"),
        ("subject", "{{uuid}} {{uuid}} {{uuid}} {{uuid}} {{uuid}} {{uuid}} {{uuid}}", "invalid_text"),
    ] {
        let mut company = setting.with_switch(&mut host, true);
        company[field] = json!(text);
        host.ok("company.save", company);
        let error = host.call("delivery.preview", params.clone()).unwrap_err();
        assert_eq!(error["data"]["kind"], kind, "{text}");
        assert_eq!(error["data"]["subject"], if field == "body" { "message" } else { "subject" });
    }
    for (field, text) in [
        ("subject", "a\r\nBcc: eva@example.mx".to_owned()),
        ("subject", "x".repeat(251)),
        ("message", "\u{0}".to_owned()),
    ] {
        let mut params = params.clone();
        params[field] = json!(text);
        params["company"] = json!(setting.rfc());
        host.ok("company.save", setting.with_switch(&mut setting.home.host(), true));
        assert_eq!(setting.refused(&mut host, params), "invalid_text", "{field}");
    }
}

//! How a customer wants its documents: said once, and held by whatever prepares a message.

use std::io::{Cursor, Read as _};

use mail_parser::{MessageParser, MimeHeaders as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::batches::{check, row, shown, start, until, write};
use super::setting::Setting;
use crate::host::Host;
use crate::samples;

const PORTAL: &str = "https://portal.example.mx";

/// Says how the receiver of that sample wants its messages.
fn rule(setting: &Setting, host: &mut Host, index: usize, words: Value) -> Value {
    let mut params = words;
    params["company"] = json!(setting.rfc());
    params["receiver_rfc"] = json!(setting.samples[index].receiver.rfc);
    host.ok("customer.save", params)
}

/// Parameters that send several samples in one message.
fn several(setting: &Setting, indices: &[usize], to: &str) -> Value {
    let documents: Vec<Value> = indices.iter().map(|index| json!({"uuid": setting.samples[*index].uuid})).collect();
    json!({"company": setting.rfc(), "documents": documents, "to": [to]})
}

/// Names of the files in each message that arrived; those in an archive behind its name, with their hashes.
fn arrived(setting: &Setting) -> Vec<Vec<(String, String)>> {
    let hash = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let messages = setting.sandbox.messages();
    let read = |message: &Value| {
        let raw = setting.sandbox.raw_message(message["id"].as_str().unwrap()).unwrap();
        let parsed = MessageParser::default().parse(&raw).unwrap();
        let mut names = Vec::new();
        for part in parsed.attachments() {
            let name = part.attachment_name().unwrap().to_owned();
            if !name.ends_with(".zip") {
                names.push((name, hash(part.contents())));
                continue;
            }
            let mut archive = zip::ZipArchive::new(Cursor::new(part.contents())).unwrap();
            for at in 0..archive.len() {
                let mut file = archive.by_index(at).unwrap();
                let packed = format!("{name}/{}", file.name().unwrap());
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).unwrap();
                names.push((packed, hash(&bytes)));
            }
        }
        names
    };
    messages.iter().map(read).collect()
}

/// The files of a preview as they are to arrive.
fn shown_files(preview: &Value) -> Vec<(String, String)> {
    let folder = preview["zip"].as_str().map_or(String::new(), |zip| format!("{zip}/"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let files = preview["attachments"].as_array().unwrap().iter();
    files.map(|file| (format!("{folder}{}", text(&file["name"])), text(&file["sha256"]))).collect()
}

#[test]
fn a_customer_that_wants_zip_gets_one_archive_and_the_preview_and_digest_say_so() {
    let setting = Setting::signed_in(7);
    let mut host = setting.home.host();
    let params = setting.params(0, "ana@example.mx");
    let loose = host.ok("delivery.preview", params.clone());
    let saved = rule(&setting, &mut host, 0, json!({"form": "zip"}));
    assert_eq!((&saved["form"], &saved["grouping"]), (&json!("zip"), &json!("grouped")));
    let mut confirmed = params.clone();
    confirmed["confirmed"] = loose["digest"].clone();
    assert_eq!(host.kind("delivery.send", confirmed), "changed_since_preview", "loose files were confirmed");
    let zipped = host.ok("delivery.preview", params.clone());
    assert_eq!((&loose["zip"], &zipped["attachments"]), (&Value::Null, &loose["attachments"]));
    assert_ne!(loose["digest"], zipped["digest"]);
    let name = zipped["zip"].as_str().unwrap();
    assert_eq!(
        format!("{}.xml", name.strip_suffix(".zip").unwrap()),
        zipped["attachments"][0]["name"].as_str().unwrap()
    );
    let both = host.ok("delivery.preview", several(&setting, &[0, 6], "ana@example.mx"));
    let receiver = setting.samples[0].receiver.rfc.replace('Ñ', "N");
    let first = setting.samples[0].uuid.to_uppercase();
    assert_eq!(both["zip"], json!(format!("{}_{receiver}_{first}_2.zip", setting.rfc())), "names are ASCII");
    let other = host.ok("delivery.preview", setting.params(1, "ana@example.mx"));
    assert_eq!(other["zip"], Value::Null, "another customer");

    let id = setting.send(&mut host, params).unwrap()["delivery"]["delivery"].clone();
    let detail = setting.until(&mut host, &id, &["sent"]);
    assert_eq!(detail["zip"], zipped["zip"]);
    assert_eq!(arrived(&setting), [shown_files(&zipped)]);
    setting.queue(&mut host, 1, "ana@example.mx");
    setting.drain();
    assert_eq!(arrived(&setting)[1], shown_files(&other));
}

#[test]
fn portals_lists_and_the_terminal_go_by_the_same_rules() {
    let setting = Setting::signed_in(13);
    let mut host = setting.home.host();
    rule(&setting, &mut host, 0, json!({"form": "zip", "grouping": "single"}));
    host.ok("portal.connect", json!({"origin": PORTAL, "companies": [setting.rfc()]}));
    let asked = |indices: &[usize]| {
        let named = |index: &usize| json!({"uuid": setting.samples[*index].uuid, "receiver_rfc": setting.samples[*index].receiver.rfc});
        json!({"documents": indices.iter().map(named).collect::<Vec<_>>(), "to": ["ana@example.mx"], "portal": PORTAL})
    };
    assert_eq!(setting.refused(&mut host, several(&setting, &[0, 6], "ana@example.mx")), "one_per_message");
    assert_eq!(setting.refused(&mut host, asked(&[0, 6])), "one_per_message");
    assert!(host.ok("delivery.preview", asked(&[0]))["zip"].is_string());
    host.ok("delivery.preview", several(&setting, &[1, 7], "ana@example.mx"));

    let list: Vec<Value> = [0, 6, 1, 7].map(|index| row(&setting.samples[index], &["ana@example.mx"])).to_vec();
    let batch = check(&mut host, &list);
    let messages: Vec<Value> = shown(&mut host, &batch, "all").iter().map(|row| row["message"].clone()).collect();
    assert_eq!(messages, [1, 2, 3, 3].map(|number| json!(number)));
    start(&mut host, &batch);
    until(&mut host, &batch, "done");
    let mut found: Vec<(usize, bool)> = arrived(&setting)
        .iter()
        .map(|files| (files.len(), files.iter().all(|(name, _)| name.contains(".zip/"))))
        .collect();
    found.sort_unstable();
    assert_eq!(found, [(2, true), (2, true), (4, false)]);

    let uuid = setting.samples[12].uuid.as_str();
    let looked = setting.home.json(&["send", uuid, "--to", "ana@example.mx", "--dry-run"]);
    assert!(looked[0]["zip"].is_string(), "{}", looked[0]);
    rule(&setting, &mut host, 0, json!({"grouping": "grouped"}));
    let together = host.ok("delivery.preview", several(&setting, &[0, 6], "luis@example.mx"));
    assert!(together["zip"].is_string(), "what was not said again stays");
}

#[test]
fn invariant_2_no_rule_groups_payroll_and_nobody_may_say_anything_of_a_generic_rfc() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let payroll = [200, 201].map(|seed| {
        write(&setting, seed, |spec| {
            spec.kind = 'N';
            spec.receiver = samples::receiver(3);
        })
    });
    let public = [202, 203].map(|seed| {
        write(&setting, seed, |spec| {
            spec.receiver =
                samples::SampleParty { rfc: "XAXX010101000".to_owned(), name: "PÚBLICO EN GENERAL".to_owned() };
        })
    });
    host.ok("library.scan", json!({}));
    let company = setting.rfc();
    host.ok(
        "customer.save",
        json!({"company": company, "receiver_rfc": payroll[0].receiver.rfc, "form": "zip", "grouping": "grouped"}),
    );
    for generic in ["XAXX010101000", "XEXX010101000"] {
        let words = json!({"company": company, "receiver_rfc": generic, "form": "zip"});
        assert_eq!(host.kind("customer.save", words), "generic_receiver");
    }
    let list: Vec<Value> = payroll.iter().chain(&public).map(|sample| row(sample, &["ana@example.mx"])).collect();
    let batch = check(&mut host, &list);
    assert_eq!(batch["messages"], 4);
    let both = |pair: &[samples::Sample; 2]| {
        let documents: Vec<Value> = pair.iter().map(|sample| json!({"uuid": sample.uuid})).collect();
        json!({"documents": documents, "to": ["ana@example.mx"]})
    };
    for pair in [&payroll, &public] {
        assert_eq!(host.kind("delivery.preview", both(pair)), "not_groupable");
    }
    let alone = json!({"documents": [{"uuid": payroll[0].uuid}], "to": ["ana@example.mx"]});
    assert!(host.ok("delivery.preview", alone)["zip"].is_string(), "payroll may travel in an archive");
}

#[test]
fn several_documents_have_ten_megabytes_together_and_one_has_twenty_five() {
    let setting = Setting::signed_in(7);
    let mut host = setting.home.host();
    for index in [0, 6] {
        let mut bytes = b"%PDF-1.4\n".to_vec();
        bytes.resize(6 * 1024 * 1024, b' ');
        std::fs::write(setting.samples[index].pdf_path.as_ref().unwrap(), bytes).unwrap();
    }
    host.ok("library.scan", json!({}));
    host.ok("delivery.preview", setting.params(0, "ana@example.mx"));
    let refusal = host.call("delivery.preview", several(&setting, &[0, 6], "ana@example.mx")).unwrap_err();
    assert_eq!((&refusal["data"]["kind"], &refusal["data"]["limit"]), (&json!("message_too_large"), &json!(10)));
    let list: Vec<Value> = [0, 6].map(|index| row(&setting.samples[index], &["ana@example.mx"])).to_vec();
    assert_eq!(check(&mut host, &list)["messages"], 2);
}

#[test]
fn customers_are_found_by_name_rfc_and_address_and_listed_by_pages() {
    let setting = Setting::signed_in(3);
    let mut host = setting.home.host();
    let company = setting.rfc();
    let save = |host: &mut Host, rfc: &str, name: &str, to: &str| {
        let add = if to.is_empty() { json!([]) } else { json!([{"address": to, "kind": "I"}]) };
        host.ok("customer.save", json!({"company": company, "receiver_rfc": rfc, "name": name, "add": add}))
    };
    save(&mut host, "ZZZ010101AB1", "Ácido y Peñón, S.A.", "Pagos@uno.example");
    save(&mut host, "BBB010101AB2", "Zapatería", "pagos@dos.example");
    save(&mut host, "CCC010101AB3", "", "");
    save(&mut host, "ÑÑA010101AB4", "", "");
    let mut all = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = host.ok("customer.list", json!({"company": company, "limit": 1, "after": after}));
        all.extend(page["customers"].as_array().unwrap().iter().map(|one| one["receiver_rfc"].clone()));
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(
        all,
        ["ZZZ010101AB1", "CCC010101AB3", "ÑÑA010101AB4", "BBB010101AB2"].map(|rfc| json!(rfc)),
        "by name without accents"
    );
    for (text, wanted) in [
        ("PENON", vec!["ZZZ010101AB1"]),
        ("peñón", vec!["ZZZ010101AB1"]),
        ("bbb0101", vec!["BBB010101AB2"]),
        ("ñña0", vec!["ÑÑA010101AB4"]),
        ("pagos@", vec!["ZZZ010101AB1", "BBB010101AB2"]),
        ("%", vec![]),
    ] {
        let page = host.ok("customer.list", json!({"company": company, "text": text}));
        let found: Vec<&Value> = page["customers"].as_array().unwrap().iter().map(|one| &one["receiver_rfc"]).collect();
        assert_eq!(found, wanted, "{text}");
    }
    // What is sent names its customer and is among them.
    setting.queue(&mut host, 0, "ana@example.mx");
    let receiver = &setting.samples[0].receiver;
    let learned = host.ok("customer.get", json!({"company": company, "receiver_rfc": receiver.rfc}));
    assert_eq!((&learned["name"], &learned["addresses"]), (&json!(receiver.name), &json!(["ana@example.mx"])));
    assert!(learned["confirmed_at"].is_string());

    // Who is there for every kind of document is confirmed as that, and not once more for this kind.
    let receiver = setting.samples[1].receiver.rfc.clone();
    let theirs = json!({"company": company, "receiver_rfc": receiver});
    host.ok("contact.save", json!({"company": company, "receiver_rfc": receiver, "address": "Todo@example.mx"}));
    setting.queue(&mut host, 1, "todo@example.mx");
    let known = host.ok("contact.list", theirs)["contacts"].clone();
    assert_eq!(
        (known.as_array().unwrap().len(), &known[0]["kind"], &known[0]["confirmations"]),
        (1, &Value::Null, &json!(2))
    );

    let named = json!({"company": company, "receiver_rfc": "ZZZ010101AB1"});
    let swapped = json!({"company": company, "receiver_rfc": "ZZZ010101AB1",
        "remove": [{"address": "PAGOS@uno.example", "kind": "I"}, {"address": "nadie@uno.example"}],
        "add": [{"address": "cobranza@uno.example"}]});
    let now = host.ok("customer.save", swapped);
    assert_eq!((&now["addresses"], &now["name"]), (&json!(["cobranza@uno.example"]), &json!("Ácido y Peñón, S.A.")));
    host.ok("customer.remove", named.clone());
    assert_eq!(host.kind("customer.get", named.clone()), "unknown_customer");
    assert_eq!(host.kind("customer.remove", named.clone()), "unknown_customer");
    assert_eq!(host.ok("contact.list", named)["contacts"], json!([]));
    for (words, kind) in [
        (json!({"add": [{"address": "no es"}]}), "invalid_recipient"),
        (json!({"add": [{"address": "a@x.example", "kind": "Q"}]}), "invalid_params"),
        (json!({"form": "rar"}), "invalid_params"),
        (json!({"otra": 1}), "invalid_params"),
        (json!({"name": "a\nb"}), "invalid_params"),
    ] {
        let mut params = words;
        params["company"] = json!(company);
        params["receiver_rfc"] = json!("DDD010101AB4");
        assert_eq!(host.kind("customer.save", params.clone()), kind, "{params}");
    }
    let unsaved = json!({"company": company, "receiver_rfc": "DDD010101AB4"});
    assert_eq!(host.kind("customer.get", unsaved), "unknown_customer", "nothing or everything");
}

#[test]
fn further_files_of_a_document_travel_where_the_customer_wants_them_and_nothing_that_runs_does() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    let sample = &setting.samples[0];
    let beside = |name: &str, bytes: &[u8]| {
        let stem = sample.xml_path.file_stem().unwrap().to_str().unwrap();
        let path = sample.xml_path.with_file_name(format!("{stem}{name}"));
        std::fs::write(&path, bytes).unwrap();
        path
    };
    beside("_Adj_orden 7.PDF", b"%PDF-1.4 orden");
    beside("_adj.txt", b"entregado");
    let elsewhere = beside("0_Adj.txt", b"de otra factura");
    let params = setting.params(0, "ana@example.mx");
    let plain = host.ok("delivery.preview", params.clone());
    assert_eq!(plain["attachments"].as_array().unwrap().len(), 2, "nobody asked for them");
    assert_eq!(rule(&setting, &mut host, 0, json!({"extras": true}))["extras"], true);
    let preview = host.ok("delivery.preview", params.clone());
    assert_ne!(preview["digest"], plain["digest"]);
    let base = preview["attachments"][0]["name"].as_str().unwrap().strip_suffix(".xml").unwrap().to_owned();
    let view = |one: &Value| [&one["name"], &one["content_type"]].map(|text| text.as_str().unwrap().to_owned());
    let further: Vec<_> = preview["attachments"].as_array().unwrap()[2..].iter().map(view).collect();
    assert_eq!(
        further,
        [
            [format!("{base}_Adj_orden_7.pdf"), "application/pdf".into()],
            [format!("{base}_Adj.txt"), "text/plain".into()]
        ]
    );
    let id = setting.send(&mut host, params.clone()).unwrap()["delivery"]["delivery"].clone();
    setting.until(&mut host, &id, &["sent"]);
    assert_eq!(arrived(&setting), [shown_files(&preview)]);
    std::fs::remove_file(elsewhere).unwrap();

    // What changed after it was seen is not sent, and what may not travel holds the message before anything is asked.
    let mut again = params.clone();
    again["resend"] = json!(1);
    again["confirmed"] = host.ok("delivery.preview", again.clone())["digest"].clone();
    beside("_adj.txt", b"otra cosa");
    assert_eq!(host.kind("delivery.send", again), "changed_since_preview");
    for (name, bytes) in [("_Adj.exe", b"MZ".as_slice()), ("_Adj2.txt", b"")] {
        let path = beside(name, bytes);
        let refused = host.call("delivery.preview", params.clone()).unwrap_err();
        let named = path.file_name().unwrap().to_str().unwrap();
        assert_eq!((&refused["data"]["kind"], &refused["data"]["subject"]), (&json!("extra_refused"), &json!(named)));
        std::fs::remove_file(path).unwrap();
    }
    for number in 3..=6 {
        beside(&format!("_Adj{number}.txt"), b"mas");
    }
    assert_eq!(setting.refused(&mut host, params), "extra_refused", "six are too many");
    host.ok("delivery.preview", setting.params(1, "ana@example.mx"));
}

//! Who is known: by a person's confirmation for one receiver in one company, and by nothing else.

use serde_json::{Value, json};

use super::batches::{check, row, shown, start, write};
use super::setting::Setting;
use crate::host::{Home, Host, company, folder};
use crate::samples::{self, SampleParty, Spec};

const PORTAL: &str = "https://portal.example.mx";

/// Each recipient of a preview with its field, and whether it is known or the company's own.
fn marks(host: &mut Host, params: Value) -> Vec<(String, String, bool, bool)> {
    let preview = host.ok("delivery.preview", params);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let recipients = preview["recipients"].as_array().unwrap();
    for one in recipients {
        assert_eq!(one["known"] == json!(true), one["last_confirmed_at"].is_string(), "{one}");
    }
    let mark = |one: &Value| (text(&one["address"]), text(&one["field"]), one["known"] == true, one["own"] == true);
    recipients.iter().map(mark).collect()
}

fn is_known(setting: &Setting, host: &mut Host, index: usize, to: &str) -> bool {
    let found = marks(host, setting.params(index, to));
    assert_eq!(found.len(), 1);
    found[0].2
}

fn contacts(setting: &Setting, host: &mut Host) -> Vec<Value> {
    host.ok("contact.list", json!({"company": setting.rfc()}))["contacts"].as_array().unwrap().clone()
}

#[test]
fn a_confirmed_sending_makes_its_recipients_known_for_this_receiver_in_any_spelling() {
    let setting = Setting::signed_in(8);
    let mut host = setting.home.host();
    let mut params = setting.params(0, "Ana@Example.MX");
    params["cc"] = json!(["luis@example.mx"]);
    params["bcc"] = json!(["eva@example.mx"]);
    let before = host.ok("delivery.preview", params.clone());
    assert!(before["recipients"].as_array().unwrap().iter().all(|one| one["known"] == false));
    assert!(contacts(&setting, &mut host).is_empty(), "a look teaches nothing");
    setting.send(&mut host, params).unwrap();
    let mut later = setting.params(6, "ANA@example.mx");
    later["cc"] = json!(["nueva@example.mx"]);
    later["bcc"] = json!(["EVA@example.mx"]);
    let named = |address: &str, field: &str, known: bool| (address.to_owned(), field.to_owned(), known, false);
    assert_eq!(
        marks(&mut host, later),
        [
            named("ANA@example.mx", "to", true),
            named("nueva@example.mx", "cc", false),
            named("EVA@example.mx", "bcc", true)
        ]
    );
    assert!(!is_known(&setting, &mut host, 1, "ana@example.mx"), "another receiver's");
    let found = contacts(&setting, &mut host);
    assert_eq!(found.len(), 3);
    let ana = found.iter().find(|one| one["address"] == "Ana@example.mx").unwrap();
    assert_eq!((&ana["kind"], &ana["confirmations"], &ana["source"]), (&json!("I"), &json!(1), &json!("window")));
    setting.queue(&mut host, 6, "ana@EXAMPLE.mx");
    let found = contacts(&setting, &mut host);
    let ana = found.iter().find(|one| one["address"] == "ana@example.mx").unwrap();
    assert_eq!((found.len(), &ana["confirmations"]), (3, &json!(2)), "one mailbox, as it was last written");
}

#[test]
fn what_is_learned_from_one_delivery_leaves_the_digest_of_another_as_it_is() {
    let setting = Setting::signed_in(7);
    let mut host = setting.home.host();
    let (first, second) = (setting.params(0, "ana@example.mx"), setting.params(6, "ana@example.mx"));
    let seen = host.ok("delivery.preview", second.clone());
    setting.send(&mut host, first).unwrap();
    let now = host.ok("delivery.preview", second.clone());
    assert_eq!((&seen["recipients"][0]["known"], &now["recipients"][0]["known"]), (&json!(false), &json!(true)));
    assert_eq!(seen["digest"], now["digest"]);
    let mut confirmed = second;
    confirmed["confirmed"] = seen["digest"].clone();
    host.ok("delivery.send", confirmed);
}

#[test]
fn what_queues_nothing_teaches_nothing() {
    let setting = Setting::signed_in(7);
    let mut host = setting.home.host();
    host.ok("portal.connect", json!({"origin": PORTAL, "companies": [setting.rfc()]}));
    let sample = &setting.samples[0];
    let suggested = json!({"documents": [{"uuid": sample.uuid, "receiver_rfc": sample.receiver.rfc}],
        "to": ["eva@example.mx"], "portal": PORTAL, "key": "uno"});
    let digest = host.ok("delivery.preview", suggested.clone())["digest"].clone();
    let mut wrong = suggested.clone();
    wrong["confirmed"] = json!("0".repeat(64));
    assert_eq!(host.kind("delivery.send", wrong), "changed_since_preview");
    assert!(contacts(&setting, &mut host).is_empty(), "a portal's suggestion alone");
    let mut confirmed = suggested;
    confirmed["confirmed"] = digest;
    host.ok("delivery.send", confirmed.clone());
    let once = contacts(&setting, &mut host);
    assert_eq!((once.len(), &once[0]["source"], &once[0]["confirmations"]), (1, &json!("portal"), &json!(1)));
    assert_eq!(host.ok("delivery.send", confirmed)["existing"], true);
    assert_eq!(contacts(&setting, &mut host), once, "the same key made it before");
    let mut again = setting.params(0, "eva@example.mx");
    again["cc"] = json!(["otra@example.mx"]);
    assert_eq!(setting.send(&mut host, again).unwrap_err()["data"]["kind"], "already_sent");
    assert_eq!(contacts(&setting, &mut host), once);
}

#[test]
fn nobody_is_known_of_a_generic_receiver_and_the_companys_copies_are_nobodys() {
    let setting = Setting::signed_in(7);
    let mut host = setting.home.host();
    let account = setting.account(&mut host);
    let mut save = setting.company();
    save["account"] = account;
    save["cc"] = json!(["archivo@papeleria.example"]);
    save["bcc"] = json!(["Contador@despacho.example"]);
    host.ok("company.save", save);
    let public = |seed| {
        write(&setting, seed, |spec| {
            spec.receiver = SampleParty { rfc: "XAXX010101000".to_owned(), name: "PÚBLICO EN GENERAL".to_owned() };
        })
    };
    let (first, second) = (public(100), public(101));
    host.ok("library.scan", json!({}));
    let to = |sample: &samples::Sample| json!({"documents": [{"uuid": sample.uuid}], "to": ["ana@example.mx"]});
    setting.send(&mut host, to(&first)).unwrap();
    assert!(contacts(&setting, &mut host).is_empty());
    let found = marks(&mut host, to(&second));
    let short: Vec<_> = found.iter().map(|(address, _, known, own)| (address.as_str(), *known, *own)).collect();
    let own = [("archivo@papeleria.example", false, true), ("Contador@despacho.example", false, true)];
    assert_eq!(short, [[("ana@example.mx", false, false)].as_slice(), own.as_slice()].concat());
    setting.queue(&mut host, 0, "ana@example.mx");
    let learned = contacts(&setting, &mut host);
    assert_eq!((learned.len(), &learned[0]["address"]), (1, &json!("ana@example.mx")));
}

#[test]
fn a_list_marks_new_recipients_and_its_start_makes_them_known() {
    let setting = Setting::signed_in(14);
    let mut host = setting.home.host();
    setting.queue(&mut host, 0, "conocida@example.mx");
    let mut rows: Vec<Value> = vec![row(&setting.samples[6], &["conocida@example.mx"])];
    rows.push(row(&setting.samples[1], &["conocida@example.mx", "nueva@example.mx"]));
    rows.push(row(&setting.samples[12], &["Conocida@example.mx", "nueva@example.mx"]));
    rows.push(json!({"uuid": samples::uuid(999_999), "receiver_rfc": setting.samples[0].receiver.rfc, "to": ["otra@example.mx"]}));
    let batch = check(&mut host, &rows);
    assert_eq!((&batch["new_recipients"], &batch["refused"]), (&json!(2), &json!(1)));
    let counts =
        |rows: &[Value]| rows.iter().map(|row| (row["row"].clone(), row["new_recipients"].clone())).collect::<Vec<_>>();
    let pair = |row: u32, new: u32| (json!(row), json!(new));
    assert_eq!(counts(&shown(&mut host, &batch, "all")), [pair(1, 0), pair(2, 2), pair(3, 1), pair(4, 0)]);
    assert_eq!(counts(&shown(&mut host, &batch, "new_recipients")), [pair(2, 2), pair(3, 1)]);
    assert_eq!(contacts(&setting, &mut host).len(), 1, "a check teaches nothing");
    start(&mut host, &batch);
    let found = contacts(&setting, &mut host);
    let sources: Vec<&Value> = found.iter().map(|one| &one["source"]).collect();
    assert_eq!((found.len(), sources.iter().filter(|source| ***source == "list").count()), (4, 4));
    let known = found.iter().find(|one| one["address"] == "Conocida@example.mx").unwrap();
    assert_eq!(known["confirmations"], 3);
    assert_eq!(counts(&shown(&mut host, &batch, "new_recipients")).len(), 2, "what was said at the check stays");
}

/// Exit code of the program where it has a terminal.
#[cfg(target_os = "linux")]
fn typed(home: &Home, line: &str) -> i32 {
    let own = home.command();
    let mut command = std::process::Command::new("script");
    let program = own.get_program().to_str().unwrap();
    command.args(["--quiet", "--return", "--command", &format!("{program} {line}"), "/dev/null"]);
    command.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.stdout(std::process::Stdio::null()).status().unwrap().code().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn the_command_line_teaches_where_a_person_typed_it_and_never_from_a_script_or_a_file() {
    let setting = Setting::signed_in(7);
    let home: &Home = &setting.home;
    let mut host = home.host();
    let uuid = |index: usize| setting.samples[index].uuid.as_str();
    home.json(&["send", uuid(0), "--to", "guion@example.mx"]);
    let list = home.path().join("lista.csv");
    let line = format!("{},{},archivo@example.mx", uuid(1), setting.samples[1].receiver.rfc);
    std::fs::write(&list, format!("uuid,receiver_rfc,to\n{line}\n")).unwrap();
    assert_eq!(typed(home, &format!("send --csv {}", list.display())), 0);
    assert!(contacts(&setting, &mut host).is_empty());
    assert_eq!(typed(home, &format!("send {} --to persona@example.mx", uuid(2))), 0);
    let found = contacts(&setting, &mut host);
    assert_eq!((found.len(), &found[0]["address"]), (1, &json!("persona@example.mx")));
    assert_eq!(found[0]["source"], "terminal");
}

#[test]
fn contacts_are_written_listed_by_pages_and_forgotten() {
    let setting = Setting::signed_in(7);
    let mut host = setting.home.host();
    let (rfc, receiver) = (setting.rfc(), setting.samples[0].receiver.rfc.clone());
    let contact = |address: &str, kind: Option<&str>| json!({"company": rfc, "receiver_rfc": receiver, "address": address, "kind": kind});
    let saved = host.ok("contact.save", contact("a@example.mx", None));
    assert_eq!((&saved["kind"], &saved["source"], &saved["confirmations"]), (&Value::Null, &json!("entry"), &json!(1)));
    assert_eq!(host.ok("contact.save", contact("A@example.mx", None))["confirmations"], 2);
    host.ok("contact.save", contact("a@example.mx", Some("P")));
    host.ok("contact.save", contact("b@example.mx", Some("N")));
    assert!(is_known(&setting, &mut host, 0, "b@example.mx"), "known for a kind is known");
    let mut found = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = host.ok("contact.list", json!({"company": rfc, "limit": 1, "after": after}));
        found.extend(page["contacts"].as_array().unwrap().clone());
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    let short: Vec<_> = found.iter().map(|one| (one["address"].clone(), one["kind"].clone())).collect();
    let pair = |address: &str, kind: Value| (json!(address), kind);
    let all = [pair("A@example.mx", Value::Null), pair("a@example.mx", json!("P")), pair("b@example.mx", json!("N"))];
    assert_eq!(short, all);
    let payments = host.ok("contact.list", json!({"company": rfc, "kind": "P"}))["contacts"].clone();
    assert_eq!(payments.as_array().unwrap().len(), 2, "those for any kind among them");
    let others = json!({"company": rfc, "receiver_rfc": setting.samples[1].receiver.rfc});
    assert_eq!(host.ok("contact.list", others)["contacts"], json!([]));
    host.ok("contact.remove", contact("a@EXAMPLE.mx", Some("P")));
    assert!(is_known(&setting, &mut host, 0, "a@example.mx"));
    host.ok("contact.remove", json!({"company": rfc, "receiver_rfc": receiver, "address": "a@example.mx"}));
    assert!(!is_known(&setting, &mut host, 0, "a@example.mx"));
    for (method, params, kind) in [
        ("contact.remove", contact("a@example.mx", None), "unknown_contact"),
        ("contact.save", contact("no es dirección", None), "invalid_recipient"),
        ("contact.save", contact("a@example.mx", Some("X")), "invalid_params"),
        (
            "contact.save",
            json!({"company": rfc, "receiver_rfc": "XEXX010101000", "address": "a@example.mx"}),
            "generic_receiver",
        ),
        (
            "contact.save",
            json!({"company": "OTR020202CD2", "receiver_rfc": receiver, "address": "a@example.mx"}),
            "unknown_company",
        ),
        ("contact.list", json!({"company": rfc, "after": "x"}), "invalid_params"),
    ] {
        assert_eq!(host.kind(method, params.clone()), kind, "{params}");
    }
}

#[test]
fn another_company_knows_nobody_and_one_that_was_removed_forgets() {
    let setting = Setting::signed_in(7);
    let mut host = setting.home.host();
    let issuer = SampleParty::new("OTR020202CD", "OTRA EMPRESA");
    let place = folder(&setting.home, "de otra empresa");
    let mut other = company(&issuer.rfc, &place);
    other["account"] = setting.account(&mut host);
    host.ok("company.save", other.clone());
    let receiver = setting.samples[0].receiver.clone();
    let spec = Spec { seed: 9, issuer, receiver, stem: Some("una".to_owned()), ..Spec::default() };
    let foreign = samples::write(&place, &spec);
    host.ok("library.scan", json!({}));
    setting.queue(&mut host, 0, "ana@example.mx");
    let params = json!({"documents": [{"uuid": foreign.uuid}], "to": ["ana@example.mx"]});
    assert!(!marks(&mut host, params.clone())[0].2);
    let contact =
        json!({"company": foreign.issuer.rfc, "receiver_rfc": foreign.receiver.rfc, "address": "ana@example.mx"});
    host.ok("contact.save", contact);
    assert!(marks(&mut host, params.clone())[0].2);
    host.ok("company.remove", json!({"rfc": foreign.issuer.rfc}));
    host.ok("company.save", other);
    host.ok("library.scan", json!({}));
    assert!(!marks(&mut host, params)[0].2);
}

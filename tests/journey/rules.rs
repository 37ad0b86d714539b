//! What a portal may have sent without a look: per company, for known recipients alone, within a limit, and taken back at once.

use serde_json::{Value, json};

use super::batches::write;
use super::setting::Setting;
use crate::host::Host;
use crate::samples::Sample;

const PORTAL: &str = "https://portal.example.mx";

/// A setting whose portal may send so many a day, and whose customers' address is known.
fn allowed(count: usize, limit: u32) -> (Setting, Host) {
    let setting = Setting::signed_in(count);
    let mut host = setting.home.host();
    host.ok("portal.connect", json!({"origin": PORTAL, "companies": [setting.rfc()]}));
    for sample in setting.samples.iter().take(6) {
        host.ok(
            "contact.save",
            json!({"company": setting.rfc(), "receiver_rfc": sample.receiver.rfc, "address": "compras@example.mx"}),
        );
    }
    host.ok("portal.allow", json!({"origin": PORTAL, "company": setting.rfc(), "daily_limit": limit}));
    (setting, host)
}

fn asked(sample: &Sample) -> Value {
    json!({"documents": [{"uuid": sample.uuid, "receiver_rfc": sample.receiver.rfc}], "to": ["compras@example.mx"],
        "portal": PORTAL, "key": sample.uuid, "unattended": true})
}

fn deliveries(host: &mut Host) -> usize {
    host.ok("delivery.list", json!({}))["deliveries"].as_array().unwrap().len()
}

fn used(host: &mut Host) -> Value {
    host.ok("portal.rules", json!({"origin": PORTAL}))["rules"][0]["used"].clone()
}

#[test]
fn a_rule_lets_known_recipients_pass_up_to_its_limit_and_teaches_nothing() {
    let (setting, mut host) = allowed(4, 2);
    let before = host.ok("contact.list", json!({"company": setting.rfc()}));
    let first = host.ok("delivery.send", asked(&setting.samples[0]));
    assert_eq!(first["delivery"]["portal"], PORTAL);
    let detail = host.ok("delivery.get", json!({"delivery": first["delivery"]["delivery"]}));
    assert_eq!(detail["ledger"][0]["event"], "unattended");
    assert_eq!(
        host.ok("delivery.send", asked(&setting.samples[0]))["existing"],
        true,
        "the same key is the same delivery"
    );
    host.ok("delivery.send", asked(&setting.samples[1]));
    assert_eq!(used(&mut host), json!(2));
    assert_eq!(host.kind("delivery.send", asked(&setting.samples[2])), "confirmation_needed");
    assert_eq!(deliveries(&mut host), 2);
    assert_eq!(host.ok("contact.list", json!({"company": setting.rfc()})), before);
    let rules = host.ok("portal.allow", json!({"origin": PORTAL, "company": setting.rfc(), "daily_limit": 3}));
    assert_eq!((&rules["daily_limit"], &rules["used"]), (&json!(3), &json!(2)));
    host.ok("delivery.send", asked(&setting.samples[2]));
    host.ok("portal.disallow", json!({"origin": PORTAL, "company": setting.rfc()}));
    assert_eq!(host.kind("delivery.send", asked(&setting.samples[3])), "confirmation_needed");
    assert_eq!(host.ok("portal.rules", json!({}))["rules"], json!([]));
}

#[test]
fn two_at_the_same_moment_never_pass_the_limit_together() {
    let (setting, _) = allowed(6, 3);
    let threads: Vec<_> = (0..6)
        .map(|index| {
            let (mut host, params) = (setting.home.host(), asked(&setting.samples[index]));
            std::thread::spawn(move || host.call("delivery.send", params).is_ok())
        })
        .collect();
    let passed = threads.into_iter().map(|thread| thread.join().unwrap()).filter(|passed| *passed).count();
    assert_eq!(passed, 3);
}

#[test]
fn whatever_is_out_of_the_ordinary_needs_a_person() {
    let (setting, mut host) = allowed(6, 100);
    let sample = &setting.samples[0];
    let mut new = asked(sample);
    new["to"] = json!(["compras@example.mx", "nueva@example.mx"]);
    assert_eq!(host.kind("delivery.send", new), "confirmation_needed");
    let mut copy = asked(sample);
    copy["cc"] = json!(["nueva@example.mx"]);
    assert_eq!(host.kind("delivery.send", copy), "confirmation_needed");
    let warned = write(&setting, 200, |spec| spec.with_pdf = false);
    let public = write(&setting, 201, |spec| spec.receiver.rfc = "XAXX010101000".to_owned());
    host.ok("library.scan", json!({}));
    for odd in [&warned, &public] {
        assert_eq!(host.kind("delivery.send", asked(odd)), "confirmation_needed", "{}", odd.receiver.rfc);
    }
    let mut confirmed = asked(sample);
    confirmed["confirmed"] = json!("0".repeat(64));
    let mut persons = setting.params(0, "compras@example.mx");
    persons["unattended"] = json!(true);
    for params in [confirmed, persons] {
        let data = host.call("delivery.send", params).unwrap_err()["data"].clone();
        assert_eq!((&data["kind"], &data["subject"]), (&json!("invalid_params"), &json!("unattended")));
    }
    assert_eq!(host.kind("delivery.preview", asked(sample)), "invalid_params");
    let mut subject = asked(sample);
    subject["subject"] = json!("x");
    assert_eq!(host.kind("delivery.send", subject), "portal_forbidden");
    assert_eq!((deliveries(&mut host), used(&mut host)), (0, json!(0)));
    host.ok("delivery.send", asked(sample));
}

#[test]
fn a_rule_is_of_one_connected_portal_and_one_of_its_companies_and_ends_with_them() {
    let (setting, mut host) = allowed(2, 5);
    let rfc = setting.rfc();
    host.ok("portal.connect", json!({"origin": "https://otro.example.mx", "companies": [rfc]}));
    let mut others = asked(&setting.samples[0]);
    others["portal"] = json!("https://otro.example.mx");
    assert_eq!(host.kind("delivery.send", others.clone()), "confirmation_needed");
    others["portal"] = json!("https://nadie.example.mx");
    assert_eq!(host.kind("delivery.send", others), "portal_not_connected");
    for (params, kind) in [
        (json!({"origin": "https://nadie.example.mx", "company": rfc, "daily_limit": 1}), "portal_not_connected"),
        (json!({"origin": PORTAL, "company": "OTR020202CD2", "daily_limit": 1}), "unknown_company"),
        (json!({"origin": PORTAL, "company": rfc, "daily_limit": 0}), "invalid_params"),
        (json!({"origin": PORTAL, "company": rfc, "daily_limit": 501}), "invalid_params"),
    ] {
        assert_eq!(host.kind("portal.allow", params.clone()), kind, "{params}");
    }
    host.ok("portal.disconnect", json!({"origin": PORTAL}));
    host.ok("portal.connect", json!({"origin": PORTAL, "companies": [rfc]}));
    assert_eq!(host.ok("portal.rules", json!({}))["rules"], json!([]), "connecting again gives nothing back");
    assert_eq!(host.kind("delivery.send", asked(&setting.samples[0])), "confirmation_needed");
}

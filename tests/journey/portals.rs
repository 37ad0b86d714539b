//! What a portal may ask for, judged again by the host.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::{Host, company, folder};
use crate::samples::{self, Sample, SampleParty, Spec};

const PORTAL: &str = "https://portal.example.mx";

/// A portal that is connected to the setting's company.
fn connected(setting: &Setting, host: &mut Host) {
    host.ok("portal.connect", json!({"origin": PORTAL, "companies": [setting.rfc()]}));
}

fn asked(sample: &Sample) -> Value {
    json!({"documents": [{"uuid": sample.uuid, "receiver_rfc": sample.receiver.rfc}], "to": ["cliente@example.mx"],
        "portal": PORTAL})
}

/// Another company with an invoice of its own, which the portal was not given.
fn stranger(setting: &Setting, host: &mut Host, seed: u64, stem: &str) -> Sample {
    let issuer = SampleParty::new("OTR020202CD", "OTRA EMPRESA");
    let place = folder(&setting.home, "de otra empresa");
    host.ok("company.save", company(&issuer.rfc, &place));
    let spec = Spec { seed, issuer, stem: Some(stem.to_owned()), ..Spec::default() };
    let sample = samples::write(&place, &spec);
    host.ok("library.scan", json!({}));
    sample
}

#[test]
fn a_portal_that_is_not_connected_gets_nothing() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    for origin in [PORTAL, "null", "", "https://portal.example.mx/", "file:///"] {
        let mut params = asked(&setting.samples[0]);
        params["portal"] = json!(origin);
        assert_eq!(setting.refused(&mut host, params), "portal_not_connected", "{origin}");
    }
    connected(&setting, &mut host);
    host.ok("delivery.preview", asked(&setting.samples[0]));
    host.ok("portal.disconnect", json!({"origin": PORTAL}));
    assert_eq!(setting.refused(&mut host, asked(&setting.samples[0])), "portal_not_connected");
    assert_eq!(host.kind("portal.disconnect", json!({"origin": PORTAL})), "portal_not_connected");
}

#[test]
fn only_secure_origins_are_connected_to_known_companies() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    for (origin, kind) in [
        ("http://portal.example.mx", "insecure_origin"),
        ("https://portal.example.mx/ruta", "invalid_origin"),
        ("HTTPS://portal.example.mx", "invalid_origin"),
        ("portal", "invalid_origin"),
        ("", "invalid_origin"),
    ] {
        let connect = json!({"origin": origin, "companies": [setting.rfc()]});
        assert_eq!(host.kind("portal.connect", connect), kind, "{origin}");
    }
    let unknown = json!({"origin": PORTAL, "companies": ["OTR020202CD2"]});
    assert_eq!(host.kind("portal.connect", unknown), "unknown_company");
    assert_eq!(host.kind("portal.connect", json!({"origin": PORTAL, "companies": []})), "invalid_params");
    assert_eq!(host.ok("portal.list", json!({}))["portals"], json!([]));
    host.ok("portal.connect", json!({"origin": "http://127.0.0.1:8080", "companies": [setting.rfc(), setting.rfc()]}));
    assert_eq!(host.ok("portal.list", json!({}))["portals"][0]["companies"], json!([setting.rfc()]));
}

#[test]
fn plain_http_is_connected_only_with_the_organisations_leave_and_says_so() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let plain = "http://erp.oficina.example.mx:8080";
    let connect =
        |origin: &str, insecure: Value| json!({"origin": origin, "companies": [setting.rfc()], "insecure": insecure});
    for refused in [json!(false), Value::Null] {
        assert_eq!(host.kind("portal.connect", connect(plain, refused)), "insecure_origin");
    }
    for mixed_up in [PORTAL, "http://localhost:3000"] {
        let error = host.call("portal.connect", connect(mixed_up, json!(true))).unwrap_err();
        assert_eq!((&error["data"]["kind"], &error["data"]["subject"]), (&json!("invalid_params"), &json!("insecure")));
    }
    assert_eq!(host.ok("portal.connect", connect(plain, json!(true)))["insecure"], true);
    let mut params = asked(&setting.samples[0]);
    params["portal"] = json!(plain);
    let lock = setting.home.hold_sender();
    let sent = setting.send(&mut host, params).unwrap()["delivery"].clone();
    assert_eq!(sent["portal"], plain);
    // Read back by another host from the disk.
    let mut other = setting.home.host();
    assert_eq!(other.ok("portal.list", json!({}))["portals"][0]["insecure"], true);
    let found = other.ok("delivery.get", json!({"delivery": sent["delivery"], "portal": plain}));
    assert_eq!(found["delivery"]["portal"], plain);
    other.ok("portal.disconnect", json!({"origin": plain}));
    drop(lock);
}

#[test]
fn the_host_holds_a_portal_to_its_rate_over_all_conversations() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    connected(&setting, &mut host);
    host.ok("portal.connect", json!({"origin": "https://otro.example.mx", "companies": [setting.rfc()]}));
    let lock = setting.home.hold_sender();
    let to = |number: u32, portal: &str| {
        let mut params = asked(&setting.samples[0]);
        params["to"] = json!([format!("p{number}@example.mx")]);
        params["portal"] = json!(portal);
        params
    };
    for number in 0..120 {
        setting.send(&mut host, to(number, PORTAL)).unwrap();
    }
    let mut other = setting.home.host();
    let error = setting.send(&mut other, to(120, PORTAL)).unwrap_err();
    assert_eq!((&error["data"]["kind"], &error["data"]["limit"]), (&json!("portal_rate_limited"), &json!(120)));
    setting.send(&mut other, to(121, "https://otro.example.mx")).unwrap();
    setting.queue(&mut other, 0, "una.persona@example.mx");
    drop(lock);
}

#[test]
fn a_portal_may_not_name_what_only_a_person_may() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    connected(&setting, &mut host);
    for (field, value) in [
        ("subject", json!("x")),
        ("message", json!("x")),
        ("bcc", json!(["eva@example.mx"])),
        ("resend", json!(1)),
        ("not_before", json!("2027-01-01T00:00:00Z")),
    ] {
        let mut params = asked(&setting.samples[0]);
        params[field] = value;
        let error = host.call("delivery.preview", params).unwrap_err();
        assert_eq!((&error["data"]["kind"], &error["data"]["subject"]), (&json!("portal_forbidden"), &json!(field)));
    }
    let mut path = asked(&setting.samples[0]);
    path["documents"] = json!([{"path": setting.samples[0].xml_path, "receiver_rfc": setting.samples[0].receiver.rfc}]);
    assert_eq!(setting.refused(&mut host, path), "portal_forbidden");
    let mut nameless = asked(&setting.samples[0]);
    nameless["documents"] = json!([{"uuid": setting.samples[0].uuid}]);
    let error = host.call("delivery.preview", nameless).unwrap_err();
    assert_eq!((&error["data"]["kind"], &error["data"]["subject"]), (&json!("invalid_params"), &json!("receiver_rfc")));
    let mut wrong = asked(&setting.samples[0]);
    wrong["documents"][0]["receiver_rfc"] = json!(samples::receiver(1).rfc);
    assert_eq!(setting.refused(&mut host, wrong), "wrong_receiver");
}

#[test]
fn what_belongs_to_another_company_answers_exactly_as_what_nobody_has() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    connected(&setting, &mut host);
    let foreign = stranger(&setting, &mut host, 9, "una");
    let answer = |host: &mut Host, uuid: &str, company: Value| {
        let mut params = asked(&setting.samples[0]);
        params["documents"][0]["uuid"] = json!(uuid);
        params["company"] = company;
        host.call("delivery.preview", params).unwrap_err().to_string().replace(uuid, "UUID")
    };
    let nobodys = samples::uuid(123_456);
    let expected = answer(&mut host, &nobodys, Value::Null);
    assert!(expected.contains("unknown_document"));
    assert_eq!(answer(&mut host, &foreign.uuid, Value::Null), expected);
    for company in [json!(setting.rfc()), json!(foreign.issuer.rfc), json!("XAXX010101000")] {
        assert_eq!(answer(&mut host, &foreign.uuid, company.clone()), expected, "{company}");
        assert_eq!(answer(&mut host, &nobodys, company), expected);
    }
    // Naming a company that was not given tells nothing about it either, known or unknown.
    for company in [json!(foreign.issuer.rfc), json!("XAXX010101000")] {
        assert_eq!(answer(&mut host, &setting.samples[0].uuid, company), expected);
    }
    // Two different files with that folio fiscal are the other company's business.
    let place = foreign.xml_path.parent().unwrap();
    let twin = Spec {
        seed: 9,
        folio: "2".into(),
        issuer: foreign.issuer.clone(),
        stem: Some("otra".into()),
        ..Spec::default()
    };
    samples::write(place, &twin);
    host.ok("library.scan", json!({}));
    assert_eq!(answer(&mut host, &foreign.uuid, Value::Null), expected);
}

#[test]
fn a_portal_learns_no_address_of_the_sender() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    connected(&setting, &mut host);
    setting.sandbox.revoke_account("facturas@papeleria.example");
    let delivery = setting.queue(&mut host, 1, "cliente@example.mx");
    setting.until(&mut host, &delivery, &["deferred"]);
    let error = host.call("delivery.preview", asked(&setting.samples[0])).unwrap_err();
    assert_eq!(error["data"]["kind"], "sign_in_needed");
    assert!(!error.to_string().contains('@'), "{error}");
    let persons = host.call("delivery.preview", setting.params(0, "cliente@example.mx")).unwrap_err();
    assert_eq!(persons["data"]["subject"], "facturas@papeleria.example");
}

#[test]
fn a_portal_knows_only_its_own_deliveries() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    connected(&setting, &mut host);
    host.ok("portal.connect", json!({"origin": "https://otro.example.mx", "companies": [setting.rfc()]}));
    let lock = setting.home.hold_sender();
    let own = setting.send(&mut host, asked(&setting.samples[0])).unwrap()["delivery"].clone();
    assert_eq!(own["portal"], PORTAL);
    let peoples = setting.queue(&mut host, 1, "cliente@example.mx");
    let ask = |host: &mut Host, method: &str, delivery: &Value, origin: &str| {
        let error = host.call(method, json!({"delivery": delivery, "portal": origin})).err();
        error.map(|error| error.to_string().replace(delivery.as_str().unwrap(), "ID"))
    };
    for method in ["delivery.get", "delivery.cancel"] {
        let unknown = ask(&mut host, method, &json!("de-nadie"), PORTAL);
        assert!(unknown.as_ref().unwrap().contains("unknown_delivery"));
        assert_eq!(ask(&mut host, method, &peoples, PORTAL), unknown);
        assert_eq!(ask(&mut host, method, &own["delivery"], "https://otro.example.mx"), unknown);
        let stranger = ask(&mut host, method, &own["delivery"], "https://nadie.example.mx");
        assert!(stranger.as_ref().unwrap().contains("portal_not_connected"));
        assert_eq!(ask(&mut host, method, &json!("de-nadie"), "https://nadie.example.mx"), stranger);
    }
    assert!(ask(&mut host, "delivery.retry", &own["delivery"], PORTAL).unwrap().contains("portal_forbidden"));
    assert_eq!(ask(&mut host, "delivery.get", &own["delivery"], PORTAL), None);
    assert_eq!(ask(&mut host, "delivery.cancel", &own["delivery"], PORTAL), None);
    drop(lock);
}

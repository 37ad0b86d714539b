//! What was confirmed is what is queued, and nothing is queued twice.

use serde_json::{Value, json};

use super::setting::Setting;

fn confirmed(params: &Value, digest: &Value) -> Value {
    let mut params = params.clone();
    params["confirmed"] = digest.clone();
    params
}

#[test]
fn what_differs_from_what_was_confirmed_is_not_queued() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let params = setting.params(0, "cliente@example.mx");
    let digest = host.ok("delivery.preview", params.clone())["digest"].clone();
    for (field, value) in [
        ("to", json!(["otro@example.mx"])),
        ("to", json!(["cliente@example.mx", "otro@example.mx"])),
        ("cc", json!(["otro@example.mx"])),
        ("bcc", json!(["otro@example.mx"])),
        ("subject", json!("otro")),
        ("message", json!("otro")),
        ("resend", json!(1)),
    ] {
        let mut changed = confirmed(&params, &digest);
        changed[field] = value;
        assert_eq!(host.kind("delivery.send", changed), "changed_since_preview", "{field}");
    }
    let mut company = setting.with_switch(&mut host, true);
    company["subject"] = json!("Otro asunto");
    host.ok("company.save", company);
    assert_eq!(host.kind("delivery.send", confirmed(&params, &digest)), "changed_since_preview");
    host.ok("company.save", setting.with_switch(&mut setting.home.host(), true));
    let pdf = setting.samples[0].pdf_path.as_ref().unwrap();
    let bytes = std::fs::read(pdf).unwrap();
    std::fs::write(pdf, [&bytes[..], b"\n"].concat()).unwrap();
    assert_eq!(host.kind("delivery.send", confirmed(&params, &digest)), "changed_since_preview");
    std::fs::remove_file(pdf).unwrap();
    assert_eq!(host.kind("delivery.send", confirmed(&params, &digest)), "changed_since_preview");
    assert_eq!(host.ok("delivery.list", json!({}))["deliveries"], json!([]));
    std::fs::write(pdf, &bytes).unwrap();
    host.ok("delivery.send", confirmed(&params, &digest));
}

#[test]
fn nothing_is_sent_without_a_confirmation() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let params = setting.params(0, "cliente@example.mx");
    assert_eq!(host.kind("delivery.send", params.clone()), "invalid_params");
    assert_eq!(host.kind("delivery.send", confirmed(&params, &json!(""))), "changed_since_preview");
    assert_eq!(host.kind("delivery.preview", confirmed(&params, &json!("x"))), "invalid_params");
}

#[test]
fn invariant_1_the_same_pair_is_sent_again_only_with_the_next_number() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    let mut params = setting.params(0, "cliente@example.mx");
    params["cc"] = json!(["copia@example.mx"]);
    let first = setting.send(&mut host, params.clone()).unwrap()["delivery"]["delivery"].clone();
    setting.until(&mut host, &first, &["sent"]);
    let again = |host: &mut crate::host::Host, to: &str, resend: Value| {
        let mut params = setting.params(0, to);
        params["resend"] = resend;
        setting.send(host, params)
    };
    for (to, resend) in [
        ("cliente@example.mx", json!(null)),
        ("CLIENTE@example.mx", json!(0)),
        ("copia@example.mx", json!(null)),
        ("cliente@example.mx", json!(2)),
    ] {
        let data = again(&mut host, to, resend).unwrap_err()["data"].clone();
        assert_eq!(data["kind"], "already_sent");
        assert_eq!((&data["delivery"], &data["limit"]), (&first, &json!(1)));
    }
    let second = again(&mut host, "cliente@example.mx", json!(1)).unwrap()["delivery"].clone();
    assert_eq!(second["resend"], 1);
    let data = again(&mut host, "cliente@example.mx", json!(1)).unwrap_err()["data"].clone();
    assert_eq!(
        (&data["kind"], &data["delivery"], &data["limit"]),
        (&json!("already_sent"), &second["delivery"], &json!(2))
    );
    again(&mut host, "nuevo@example.mx", json!(null)).unwrap();
    setting.until(&mut host, &second["delivery"], &["sent"]);
}

#[test]
fn invariant_1_many_at_once_queue_one() {
    let setting = Setting::signed_in(1);
    let lock = setting.home.hold_sender();
    let params = setting.params(0, "cliente@example.mx");
    let digest = setting.home.host().ok("delivery.preview", params.clone())["digest"].clone();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| setting.home.host().call("delivery.send", confirmed(&params, &digest))))
            .collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for refused in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(refused["data"]["kind"], "already_sent", "{refused}");
    }
    drop(lock);
    setting.drain();
    assert_eq!(setting.sandbox.messages().len(), 1);
}

#[test]
fn a_cancelled_delivery_frees_its_pair() {
    let setting = Setting::signed_in(1);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let first = setting.queue(&mut host, 0, "cliente@example.mx");
    host.ok("delivery.cancel", json!({"delivery": first}));
    let second = setting.queue(&mut host, 0, "cliente@example.mx");
    assert_ne!(first, second);
    drop(lock);
    setting.drain();
    setting.until(&mut host, &second, &["sent"]);
    assert_eq!(setting.sandbox.messages().len(), 1);
}

#[test]
fn a_key_gives_the_same_delivery_for_the_same_content_and_a_conflict_for_another() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    let keyed = |index: usize, to: &str| {
        let mut params = setting.params(index, to);
        params["key"] = json!("pedido-1");
        params
    };
    let first = setting.send(&mut host, keyed(0, "cliente@example.mx")).unwrap();
    assert_eq!(first["existing"], false);
    let id = first["delivery"]["delivery"].clone();
    setting.until(&mut host, &id, &["sent"]);
    let second = setting.send(&mut host, keyed(0, "cliente@example.mx")).unwrap();
    assert_eq!((&second["existing"], &second["delivery"]["delivery"]), (&json!(true), &id));
    for params in [keyed(1, "cliente@example.mx"), keyed(0, "otro@example.mx")] {
        assert_eq!(setting.send(&mut host, params).unwrap_err()["data"]["kind"], "key_conflict");
    }
    for key in ["".to_owned(), "x".repeat(101), "a\nb".to_owned()] {
        let mut params = setting.params(1, "cliente@example.mx");
        params["key"] = json!(key);
        let data = setting.send(&mut host, params).unwrap_err()["data"].clone();
        assert_eq!((&data["kind"], &data["subject"]), (&json!("invalid_params"), &json!("key")));
    }
    assert_eq!(setting.sandbox.messages().len(), 1);
}

#[test]
fn a_key_is_unique_for_each_origin_alone() {
    let setting = Setting::signed_in(2);
    let mut host = setting.home.host();
    let lock = setting.home.hold_sender();
    let origins = ["https://uno.example", "https://dos.example"];
    for origin in origins {
        host.ok("portal.connect", json!({"origin": origin, "companies": [setting.rfc()]}));
    }
    let mut ids = Vec::new();
    for (n, origin) in [Value::Null, json!(origins[0]), json!(origins[1])].into_iter().enumerate() {
        let mut params = setting.params(0, &format!("cliente{n}@example.mx"));
        params["key"] = json!("la-misma");
        params["portal"] = origin;
        params["documents"][0]["receiver_rfc"] = json!(setting.samples[0].receiver.rfc);
        let sent = setting.send(&mut host, params).unwrap();
        assert_eq!(sent["existing"], false);
        ids.push(sent["delivery"]["delivery"].as_str().unwrap().to_owned());
    }
    ids.dedup();
    assert_eq!(ids.len(), 3);
    for id in ids {
        host.ok("delivery.cancel", json!({"delivery": id}));
    }
    drop(lock);
}

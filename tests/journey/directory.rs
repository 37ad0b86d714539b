//! The address book from a file: judged row by row, and saved as it was confirmed.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::host::Host;

const FILE: &str = "RFC;Nombre;Correo;Tipo;ZIP;Agrupar\r\n\
    AAA010101AB1;Peñón, S.A.;pagos@uno.example, compras@uno.example;;sí;\r\n\
    aaa010101ab1;Otra persona;PAGOS@uno.example;Pago;;no\r\n\
    XAXX010101000;Público;publico@uno.example;;;\r\n\
    AAA010101AB1;;otra@uno.example;;no;\r\n\
    BBB010101AB2;Dos;no es un correo;;;\r\n\
    BBB010101AB2;Dos;dos@dos.example;ticket;;\r\n\
    BBB01010;Dos;dos@dos.example;;;\r\n\
    AAA010101AB1;;pagos@uno.example;;sí;\r\n\
    CCC010101AB3;=1+1;;;;no\r\n\
    CCC010101AB3;Tres;;;;\r\n";

fn import(setting: &Setting, host: &mut Host, csv: &str, more: Value) -> Value {
    let mut params = more;
    params["company"] = json!(setting.rfc());
    params["csv"] = json!(csv);
    host.ok("contact.import", params)
}

/// What each row does, or why it does nothing.
fn verdicts(page: &Value) -> Vec<String> {
    let text = |row: &Value| row["failure"].as_str().or(row["change"].as_str()).unwrap().to_owned();
    page["page"].as_array().unwrap().iter().map(text).collect()
}

fn customers(setting: &Setting, host: &mut Host) -> Vec<Value> {
    host.ok("customer.list", json!({"company": setting.rfc()}))["customers"].as_array().unwrap().clone()
}

#[test]
fn every_row_says_what_it_would_do_and_nothing_is_saved_before_it_is_confirmed() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let seen = import(&setting, &mut host, FILE, json!({}));
    let wanted = [
        "add",
        "add",
        "generic_receiver",
        "row_conflict",
        "invalid_recipient",
        "row_word",
        "invalid_rfc",
        "same",
        "add",
        "no_recipient",
    ];
    assert_eq!(verdicts(&seen), wanted);
    let counts = ["rows", "added", "changed", "same", "refused"].map(|name| seen[name].as_u64().unwrap());
    assert_eq!((counts, &seen["saved"]), ([10, 3, 0, 1, 6], &json!(false)));
    assert_eq!((&seen["page"][5]["subject"], &seen["page"][1]["kind"]), (&json!("ticket"), &json!("P")));
    let red = import(&setting, &mut host, FILE, json!({"show": "refused", "limit": 2}));
    let numbers: Vec<&Value> = red["page"].as_array().unwrap().iter().map(|row| &row["row"]).collect();
    assert_eq!((numbers, &red["next"]), (vec![&json!(3), &json!(4)], &json!(4)));
    let rest = import(&setting, &mut host, FILE, json!({"show": "refused", "after": 4}));
    assert_eq!((rest["page"].as_array().unwrap().len(), &rest["next"]), (4, &Value::Null));
    assert_eq!(rest["digest"], seen["digest"], "whatever is shown of it");
    assert!(customers(&setting, &mut host).is_empty());

    // The person corrects one row in the preview, and confirms what is seen then.
    let fixed = json!([{"row": 5, "receiver_rfc": "BBB010101AB2", "to": ["dos@dos.example"]}]);
    let again = import(&setting, &mut host, FILE, json!({"corrections": fixed}));
    assert_eq!((&again["page"][4]["change"], &again["refused"]), (&json!("add"), &json!(5)));
    assert_ne!(again["digest"], seen["digest"]);
    let old = json!({"company": setting.rfc(), "csv": FILE, "corrections": fixed, "confirmed": seen["digest"]});
    assert_eq!(host.kind("contact.import", old), "changed_since_preview");
    let saved = import(&setting, &mut host, FILE, json!({"corrections": fixed, "confirmed": again["digest"]}));
    assert_eq!((&saved["saved"], &saved["added"]), (&json!(true), &json!(4)));

    let found = customers(&setting, &mut host);
    let short: Vec<String> = found
        .iter()
        .map(|one| {
            format!("{} {} {} {} {}", one["receiver_rfc"], one["name"], one["form"], one["grouping"], one["addresses"])
        })
        .map(|line| line.replace('"', ""))
        .collect();
    assert_eq!(
        short,
        [
            "CCC010101AB3 =1+1 loose single []",
            "BBB010101AB2 Dos loose grouped [dos@dos.example]",
            "AAA010101AB1 Peñón, S.A. zip single [compras@uno.example,pagos@uno.example]"
        ]
    );
    let known = host.ok("contact.list", json!({"company": setting.rfc()}))["contacts"].clone();
    assert!(known.as_array().unwrap().iter().all(|one| one["source"] == "entry"), "as written by a person");
    let twice = import(&setting, &mut host, FILE, json!({"corrections": fixed}));
    assert_eq!((&twice["added"], &twice["changed"]), (&json!(0), &json!(0)), "nothing new");
    host.ok("company.remove", json!({"rfc": setting.rfc()}));
    host.ok("company.save", setting.company());
    assert!(customers(&setting, &mut host).is_empty(), "a later company of that RFC knows nobody");
}

#[test]
fn what_is_exported_can_be_imported_and_no_cell_of_it_is_a_formula() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let seen = import(&setting, &mut host, FILE, json!({}));
    import(&setting, &mut host, FILE, json!({"confirmed": seen["digest"]}));
    let many: String = (0..600)
        .map(|n| format!("DDD{:06}AB{},Cliente {n},a{n}@x.example\n", 10101 + (n % 9) * 10_000, n % 10))
        .collect();
    let many = format!("rfc,nombre,correo\n{many}");
    let seen = import(&setting, &mut host, &many, json!({}));
    import(&setting, &mut host, &many, json!({"confirmed": seen["digest"]}));
    let (mut csv, mut after, mut pieces) = (String::new(), Value::Null, 0);
    loop {
        let piece = host.ok("contact.export", json!({"company": setting.rfc(), "after": after}));
        csv.push_str(piece["csv"].as_str().unwrap());
        pieces += 1;
        after = piece["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert!(csv.starts_with("rfc_receptor,correo,nombre,tipo,zip,agrupar,adjuntos\r\n"), "{:.80}", csv);
    assert!(csv.contains("CCC010101AB3,,'=1+1,,no,no,no\r\n"));
    assert!(pieces >= 1);
    let again = import(&setting, &mut host, &csv, json!({}));
    let counts = ["added", "changed", "refused"].map(|name| again[name].as_u64().unwrap());
    assert_eq!(counts, [0, 0, 0], "{:.300}", again["page"]);
    assert_eq!(again["rows"], csv.lines().count() - 1);
    // The program that sends knows what was imported.
    let receiver = &setting.samples[0].receiver.rfc;
    let own = format!("rfc,correo\n{receiver},ana@example.mx\n");
    let seen = import(&setting, &mut host, &own, json!({}));
    import(&setting, &mut host, &own, json!({"confirmed": seen["digest"]}));
    let listed = host.ok("contact.list", json!({"company": setting.rfc(), "receiver_rfc": receiver}));
    assert_eq!(listed["contacts"][0]["address"], "ana@example.mx");
}

#[test]
fn a_file_that_is_no_address_book_is_refused_whole_and_strangers_are_not_asked() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let company = setting.rfc();
    for (csv, kind) in [
        ("", "csv_malformed"),
        ("rfc,nombre\nAAA010101AB1,Uno\n", "csv_malformed"),
        ("rfc,correo\n", "row_count"),
        ("rfc,correo\nAAA010101AB1,\"a@x.example\n", "csv_malformed"),
    ] {
        assert_eq!(host.kind("contact.import", json!({"company": company, "csv": csv})), kind, "{csv}");
    }
    let good = "rfc,correo\nAAA010101AB1,a@x.example\n";
    for (params, kind) in [
        (json!({"company": "OTR020202CD2", "csv": good}), "unknown_company"),
        (
            json!({"company": company, "csv": good, "corrections": [{"row": 2, "receiver_rfc": "A", "to": []}]}),
            "invalid_params",
        ),
        (
            json!({"company": company, "csv": good, "corrections": [{"row": 0, "receiver_rfc": "A", "to": []}]}),
            "invalid_params",
        ),
        (json!({"company": company, "csv": good, "path": "/etc/passwd"}), "invalid_params"),
    ] {
        assert_eq!(host.kind("contact.import", params.clone()), kind, "{params}");
    }
    assert!(customers(&setting, &mut host).is_empty());
}

#[test]
fn one_customer_has_no_more_recipients_than_an_answer_can_hold() {
    let setting = Setting::new(1);
    let mut host = setting.home.host();
    let rows: String = (0..600).map(|n| format!("AAA010101AB1,a{n}@x.example\n")).collect();
    let csv = format!("rfc,correo\n{rows}");
    let seen = import(&setting, &mut host, &csv, json!({"show": "refused", "limit": 1}));
    assert_eq!((&seen["added"], &seen["refused"]), (&json!(500), &json!(100)));
    assert_eq!((&seen["page"][0]["row"], verdicts(&seen)), (&json!(501), vec!["too_many_recipients".to_owned()]));
    import(&setting, &mut host, &csv, json!({"confirmed": seen["digest"]}));
    let one_more =
        json!({"company": setting.rfc(), "receiver_rfc": "AAA010101AB1", "add": [{"address": "b@x.example"}]});
    assert_eq!(host.kind("customer.save", one_more), "too_many_recipients");
    let found = customers(&setting, &mut host);
    assert_eq!((&found[0]["address_count"], found[0]["addresses"].as_array().unwrap().len()), (&json!(500), 3));
}

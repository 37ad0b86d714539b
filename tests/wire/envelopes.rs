//! JSON-RPC envelopes, parameters and versions.

use serde_json::{Value, json};

use crate::host::Home;

/// Kind and subject of a refusal.
fn refusal(answer: &Value) -> (String, String) {
    let data = &answer["error"]["data"];
    (data["kind"].as_str().unwrap().to_owned(), data["subject"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn every_fault_of_an_envelope_is_an_invalid_request_that_names_it() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    for (request, subject) in [
        (r#"{"jsonrpc":"2.0","id":1}"#, "method"),
        (r#"{"jsonrpc":"2.0","method":"health"}"#, "id"),
        (r#"{"id":1,"method":"health"}"#, "jsonrpc"),
        (r#"{"jsonrpc":"1.0","id":1,"method":"health"}"#, "jsonrpc"),
        (r#"{"jsonrpc":2.0,"id":1,"method":"health"}"#, "params"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"health","extra":1}"#, "extra"),
        (r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"health"}"#, "id"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"health","method":"hello"}"#, "method"),
        (r#"{"jsonrpc":"2.0","id":"1","method":"health"}"#, "params"),
        (r#"{"jsonrpc":"2.0","id":-1,"method":"health"}"#, "params"),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"health"}"#, "params"),
        (r#"{"jsonrpc":"2.0","id":4294967296,"method":"health"}"#, "params"),
        (r#"{"jsonrpc":"2.0","id":null,"method":"health"}"#, "params"),
        (r#"{"jsonrpc":"2.0","id":1,"method":7}"#, "params"),
    ] {
        let answer = host.raw(request);
        assert_eq!(refusal(&answer).0, "invalid_request", "{request}");
        assert_eq!(answer["error"]["code"], -32_600);
        if subject != "params" {
            assert_eq!(refusal(&answer).1, subject, "{request}");
        }
    }
    host.ok("company.list", json!({}));
}

#[test]
fn every_fault_of_parameters_is_invalid_params_that_names_it() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    for (params, subject) in [
        (r#"{"rfc":"X","name":"N","use_oauth":true,"colour":1}"#, "colour"),
        (r#"{"rfc":"X","name":"N"}"#, "use_oauth"),
        (r#"{"rfc":"X","rfc":"Y","name":"N","use_oauth":true}"#, "rfc"),
        (r#"{"rfc":"X","name":"N","use_oauth":"yes"}"#, "params"),
        (r#"{"rfc":"X","name":"N","use_oauth":true,"cc":"a@example.mx"}"#, "params"),
        ("[]", "params"),
        ("null", "rfc"),
        ("7", "params"),
    ] {
        let answer = host.raw(&format!(r#"{{"jsonrpc":"2.0","id":9,"method":"company.save","params":{params}}}"#));
        assert_eq!(refusal(&answer), ("invalid_params".to_owned(), subject.to_owned()), "{params}");
        assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(-32_602), &json!(9)));
    }
    let nothing = host.raw(r#"{"jsonrpc":"2.0","id":9,"method":"company.list","params":{"a":1}}"#);
    assert_eq!(refusal(&nothing), ("invalid_params".to_owned(), "a".to_owned()));
    assert_eq!(host.ok("company.list", json!({}))["companies"], json!([]));
}

#[test]
fn nested_parameters_are_as_strict() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    for document in [json!({"uuid": "x", "folder": "/"}), json!({"uuid": 5}), json!("x")] {
        let params = json!({"documents": [document], "to": ["a@example.mx"]});
        assert_eq!(host.kind("delivery.preview", params), "invalid_params");
    }
    for state in [json!("done"), json!(1)] {
        assert_eq!(host.kind("delivery.list", json!({"state": state})), "invalid_params");
    }
    assert_eq!(host.kind("delivery.list", json!({"limit": 4_294_967_296_u64})), "invalid_params");
}

#[test]
fn an_unknown_method_is_named_and_cut() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    let error = host.call("company.burn", json!({})).unwrap_err();
    assert_eq!((&error["data"]["kind"], &error["data"]["subject"]), (&json!("unknown_method"), &json!("company.burn")));
    assert_eq!(error["code"], -32_601);
    let long = host.call(&"x".repeat(10_000), json!({})).unwrap_err();
    assert_eq!(long["data"]["subject"].as_str().unwrap().len(), 60);
}

#[test]
fn nothing_is_answered_before_hello() {
    let home = Home::with_file_vault();
    let mut host = home.silent_host();
    for method in ["company.list", "health", "request.cancel", "nonsense"] {
        assert_eq!(host.kind(method, json!({"id": 1})), "hello_required");
    }
    host.hello(1, 1, "es").unwrap();
    host.ok("company.list", json!({}));
}

#[test]
fn versions_that_do_not_meet_say_which_side_to_update() {
    let home = Home::with_file_vault();
    let mut host = home.silent_host();
    let old = host.hello(0, 0, "es").unwrap_err();
    assert_eq!((&old["data"]["kind"], &old["data"]["retry"]), (&json!("update_extension"), &json!("after_update")));
    let new = host.hello(9, 2, "es").unwrap_err();
    assert_eq!((&new["data"]["kind"], &new["data"]["retry"]), (&json!("update_host"), &json!("after_update")));
    assert_eq!(host.kind("company.list", json!({})), "hello_required");
    let settled = host.hello(9, 1, "es").unwrap();
    assert_eq!(settled["protocol"], 1);
    assert_eq!(host.kind("hello", json!({"protocol": 1, "min_protocol": 1})), "invalid_params");
    assert_eq!(host.hello(1, 1, "fr").unwrap_err()["data"]["kind"], "invalid_params");
}

#[test]
fn hello_tells_who_is_there() {
    let home = Home::with_file_vault();
    let mut host = home.silent_host();
    let hello = host.hello(1, 1, "en").unwrap();
    assert_eq!((&hello["locale"], &hello["host_version"]), (&json!("en"), &json!(env!("CARGO_PKG_VERSION"))));
    assert!(!hello["os_user"].as_str().unwrap().is_empty());
    let methods = hello["methods"].as_array().unwrap();
    assert!(methods.contains(&json!("delivery.send")) && methods.contains(&json!("hello")));
}

#[test]
fn every_method_of_hello_is_known_to_the_host() {
    let home = Home::with_file_vault();
    let mut host = home.silent_host();
    let hello = host.hello(1, 1, "es").unwrap();
    for method in hello["methods"].as_array().unwrap() {
        // Parameters that no method has: known methods refuse them, unknown ones refuse the name.
        let kind = host.kind(method.as_str().unwrap(), json!({"no_such_field": 1}));
        assert_eq!(kind, "invalid_params", "{method}");
    }
}

#[test]
fn failures_speak_the_language_of_hello() {
    let home = Home::with_file_vault();
    let message = |locale: &str| {
        let mut host = home.silent_host();
        host.hello(1, 1, locale).unwrap();
        host.call("company.remove", json!({"rfc": "XAXX010101000"})).unwrap_err()["message"].clone()
    };
    let (spanish, english) = (message("es"), message("en"));
    assert_ne!(spanish, english);
    assert!(spanish.as_str().unwrap().contains("empresa"), "{spanish}");
    assert!(english.as_str().unwrap().contains("company"), "{english}");
}

#[test]
fn an_id_may_come_again_once_it_was_answered() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    for _ in 0..3 {
        let answer = host.raw(r#"{"jsonrpc":"2.0","id":77,"method":"company.list"}"#);
        assert_eq!((&answer["id"], &answer["result"]["companies"]), (&json!(77), &json!([])));
    }
}

//! Lengths and bodies that no honest browser sends.

use std::time::Duration;

use serde_json::{Value, json};

use crate::host::{Home, wait};

const MIB: usize = 1024 * 1024;

/// The kind of a refusal, which must come without an id.
fn kind_without_id(answer: &Value) -> &str {
    assert_eq!(answer["id"], Value::Null, "{answer}");
    answer["error"]["data"]["kind"].as_str().unwrap()
}

#[test]
fn half_a_frame_ends_the_process_without_a_word() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    host.write_raw(&100_u32.to_ne_bytes());
    host.write_raw(b"{\"jsonrpc\"");
    assert!(host.leave() < Duration::from_secs(2));
    assert_eq!(host.read(), None);
    let log = std::fs::read_to_string(home.path().join("correo-cfdi.log")).unwrap();
    assert!(log.contains("the stream ended inside a frame"), "{log}");
}

#[test]
fn half_a_length_ends_the_process_without_a_word() {
    let mut host = Home::with_file_vault().host();
    host.write_raw(&[7, 0]);
    assert!(host.leave() < Duration::from_secs(2));
    assert_eq!(host.read(), None);
}

#[test]
fn an_empty_frame_is_not_json_and_the_conversation_goes_on() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    assert_eq!(kind_without_id(&host.raw("")), "not_json");
    host.ok("company.list", json!({}));
}

#[test]
fn a_request_over_8_mib_is_skipped_and_answered_and_the_conversation_goes_on() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    host.write(&vec![b' '; 8 * MIB + 1]);
    let answer = host.next_answer();
    assert_eq!(kind_without_id(&answer), "too_large");
    assert_eq!(answer["error"]["data"]["limit"], 8);
    host.ok("company.list", json!({}));
}

#[test]
fn a_request_of_exactly_8_mib_is_read() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    let mut request = json!({"jsonrpc": "2.0", "id": 7, "method": "company.list"}).to_string().into_bytes();
    request.resize(8 * MIB, b' ');
    host.write(&request);
    assert_eq!(host.next_answer()["id"], 7);
}

#[test]
fn an_impossible_length_ends_the_conversation_with_a_logged_reason() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    host.write_raw(&u32::try_from(64 * MIB + 1).unwrap().to_ne_bytes());
    wait("the host leaves by itself", || host.child.try_wait().unwrap());
    assert_eq!(host.read(), None);
    let log = std::fs::read_to_string(home.path().join("correo-cfdi.log")).unwrap();
    assert!(log.contains("announced length 67108865 is impossible"), "{log}");
}

#[test]
fn bodies_that_are_no_text_or_no_json_are_told_apart() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    for body in [&b"\xFF\xFE{\0}\0"[..], b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xC3\x28\"}"] {
        host.write(body);
        assert_eq!(kind_without_id(&host.next_answer()), "not_utf8");
    }
    for body in ["{", "hola", "{\"jsonrpc\":\"2.0\",", "\u{feff}{}", "{'id':1}"] {
        assert_eq!(kind_without_id(&host.raw(body)), "not_json", "{body}");
    }
    for body in ["null", "[]", "{}{}", "5", "\"hola\"", "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"health\"}]"] {
        assert_eq!(kind_without_id(&host.raw(body)), "invalid_request", "{body}");
    }
    host.ok("company.list", json!({}));
}

#[test]
fn json_of_any_depth_is_refused_without_harm() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    let deep = format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"health\",\"params\":{}", "[".repeat(200_000));
    host.raw(&deep);
    let closed = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    host.raw(&format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"health\",\"params\":{closed}}}"));
    host.ok("company.list", json!({}));
}

#[test]
fn many_frames_in_one_write_are_all_answered() {
    let home = Home::with_file_vault();
    let mut host = home.host();
    let mut bytes = Vec::new();
    for id in 100..110_u32 {
        let body = json!({"jsonrpc": "2.0", "id": id, "method": "company.list", "params": {}}).to_string();
        bytes.extend(u32::try_from(body.len()).unwrap().to_ne_bytes());
        bytes.extend(body.as_bytes());
    }
    host.write_raw(&bytes);
    let mut ids: Vec<u64> = (0..10).map(|_| host.next_answer()["id"].as_u64().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, (100..110).collect::<Vec<_>>());
}

//! Bytes that text mode would change: 0x0A, 0x0D and 0x1A, in lengths and bodies, both ways, through real pipes.

use serde_json::{Value, json};

use crate::host::{Home, company, folder};
use crate::windows::browser::Browser;
use crate::{program, saw};

/// Lengths of which some byte is a line feed, a carriage return, or the end-of-file mark of DOS.
const LENGTHS: [usize; 12] = [10, 13, 26, 0x0a0a, 0x0a0d, 0x0a1a, 0x0d0a, 0x0d0d, 0x1a0a, 0x1a0d, 0x1_0a0d, 0x1a_0d0a];

fn refusal(answer: &Value) -> &str {
    assert_eq!(answer["id"], Value::Null, "{answer}");
    answer["error"]["data"]["kind"].as_str().unwrap()
}

#[test]
fn hostile_bodies_of_those_bytes_and_lengths_are_refused_one_by_one() {
    let home = Home::with_file_vault();
    let mut browser = Browser::start(&home, &program());
    browser.hello();
    let mut frames = 0;
    for length in LENGTHS {
        for byte in [0x0a, 0x0d, 0x1a, 0x00, 0x7f] {
            browser.write(&vec![byte; length]);
            assert_eq!(refusal(&browser.answer()), "not_json", "{length} times {byte:#x}");
            frames += 1;
        }
        let mixed: Vec<u8> = [0x0d, 0x0a, 0x1a, 0x0a, 0x0d].into_iter().cycle().take(length).collect();
        browser.write(&mixed);
        assert_eq!(refusal(&browser.answer()), "not_json", "{length} mixed");
        // No text at all.
        browser.write(&vec![0xff; length]);
        assert_eq!(refusal(&browser.answer()), "not_utf8", "{length}");
        frames += 2;
    }
    browser.ok("company.list", json!({}));
    saw(&format!("{frames} hostile frames: each refused by its kind, and the conversation went on"));
}

#[test]
fn requests_of_those_lengths_are_read_whole() {
    let home = Home::with_file_vault();
    let mut browser = Browser::start(&home, &program());
    browser.hello();
    let fitting = LENGTHS.into_iter().filter(|length| *length > 100);
    for (id, length) in fitting.enumerate() {
        // Line ends are white space of JSON too: they fill the request up to its length.
        let mut body = json!({"jsonrpc": "2.0", "id": 1000 + id, "method": "company.list"}).to_string().into_bytes();
        let blank = [b'\r', b'\n'].into_iter().cycle();
        body.extend(blank.take(length - body.len()));
        browser.write(&body);
        let answer = browser.answer();
        assert_eq!((&answer["id"], answer.get("error")), (&json!(1000 + id), None), "{length}");
    }
    saw(&format!("requests of {:#x?} bytes, filled with line ends: all answered", &LENGTHS[3..]));
}

#[test]
fn answers_of_those_lengths_arrive_whole() {
    let home = Home::with_file_vault();
    let folder = folder(&home, "f");
    let mut browser = Browser::start(&home, &program());
    browser.hello();
    let mut answer_with = |letters: usize| {
        let mut save = company("XAXX010101000", &folder);
        save["rfc"] = json!(rfc());
        save["body"] = json!("ñ".repeat(letters % 7) + &"a".repeat(letters - 2 * (letters % 7)));
        browser.ok("company.save", save);
        browser.write(br#"{"jsonrpc":"2.0","id":9,"method":"company.list"}"#);
        loop {
            let body = browser.read().unwrap();
            if serde_json::from_slice::<Value>(&body).unwrap().get("method").is_none() {
                return body.len();
            }
        }
    };
    let shortest = answer_with(100) - 100;
    let mut seen = Vec::new();
    for length in LENGTHS.into_iter().filter(|length| *length > shortest + 20 && *length < shortest + 16_000) {
        assert_eq!(answer_with(length - shortest), length);
        seen.push(length);
    }
    assert!(seen.len() >= 5, "{shortest}: {seen:?}");
    saw(&format!("answers of exactly {seen:#x?} bytes: all read whole"));
}

fn rfc() -> String {
    let stem = "DEM010101AB";
    format!("{stem}{}", correo_cfdi::domain::rfc::check_digit(stem).unwrap())
}

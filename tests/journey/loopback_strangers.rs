//! Whoever else finds the port of a sign-in: each is refused, and the sign-in goes on.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use serde_json::json;

use super::loopback::{begin, consent, desktop, follow, port, speak};
use crate::sandbox::walk::Person;

#[test]
fn no_strange_request_ends_the_wait_or_spends_the_flow() {
    let setting = desktop();
    let mut host = setting.home.host();
    let begun = begin(&setting, &mut host);
    let complete = host.ask("sign_in.complete", json!({"flow": begun["flow"]}));
    let port = port(&begun);
    let redirect = consent(&begun, &Person::willing());
    let own = &redirect[url::Position::BeforePath..];
    let state = redirect.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let host_field = format!("Host: 127.0.0.1:{port}");
    let get = |target: &str, fields: &str| format!("GET {target} HTTP/1.1\r\n{fields}\r\n\r\n");
    let strangers = [
        ("the icon", get("/favicon.ico", &host_field), 404),
        ("another path", get(&own.replacen('/', "/callback", 1), &host_field), 404),
        ("a path that looks like a host", get(&own.replacen('/', "//evil.example/", 1), &host_field), 404),
        ("no parameters", get("/", &host_field), 400),
        ("another state", get("/?state=guessed&code=4/0", &host_field), 400),
        ("no state", get("/?code=4/0", &host_field), 400),
        ("another state with an error", get("/?state=guessed&error=access_denied", &host_field), 400),
        ("the state twice", get(&format!("{own}&state={state}"), &host_field), 400),
        ("the state without code", get(&format!("/?state={state}"), &host_field), 400),
        ("a name that points here", get(own, &format!("Host: evil.example:{port}")), 421),
        ("localhost", get(own, &format!("Host: localhost:{port}")), 421),
        ("no port", get(own, "Host: 127.0.0.1"), 421),
        ("another port", get(own, "Host: 127.0.0.1:1"), 421),
        ("no host", get(own, "Accept: */*"), 421),
        ("two hosts", get(own, &format!("{host_field}\r\nHost: evil.example")), 421),
        ("a proxy's request", get(&format!("http://127.0.0.1:{port}{own}"), &host_field), 421),
        ("a tunnel", format!("CONNECT 127.0.0.1:{port} HTTP/1.1\r\n{host_field}\r\n\r\n"), 421),
        ("HEAD", format!("HEAD {own} HTTP/1.1\r\n{host_field}\r\n\r\n"), 405),
        ("POST", format!("POST {own} HTTP/1.1\r\n{host_field}\r\nContent-Length: 0\r\n\r\n"), 405),
        ("OPTIONS", format!("OPTIONS {own} HTTP/1.1\r\n{host_field}\r\nOrigin: https://evil.example\r\n\r\n"), 405),
        ("no HTTP", "\u{16}\u{3}\u{1}hello\r\n\r\n".to_owned(), 400),
        ("an endless head", get(own, &format!("{host_field}\r\nX: {}", "a".repeat(64 * 1024))), 431),
        ("an endless target", get(&format!("{own}&x={}", "a".repeat(9 * 1024)), &host_field), 400),
    ];
    for (name, words, status) in strangers {
        let answer = speak(port, &words);
        // The system may take back the answer to somebody who is still talking.
        let heard = answer.starts_with(&format!("HTTP/1.1 {status}")) || (status == 431 && answer.is_empty());
        assert!(heard, "{name}: {answer}");
        assert!(!answer.contains("Access-Control-Allow"), "{name}: {answer}");
    }
    assert_eq!(setting.count("code_exchanges"), 0);
    assert!(follow(&redirect).starts_with("HTTP/1.1 200"));
    assert_eq!(host.answer(complete).unwrap()["account"]["state"], "unsaved");
    assert_eq!(setting.count("code_exchanges"), 1);
}

#[test]
fn silent_connections_neither_block_the_redirect_nor_stay() {
    let setting = desktop();
    let mut host = setting.home.host();
    let begun = begin(&setting, &mut host);
    let complete = host.ask("sign_in.complete", json!({"flow": begun["flow"]}));
    let redirect = consent(&begun, &Person::willing());
    // More than are taken at once, each with a head that never ends.
    let silent: Vec<TcpStream> = (0..40)
        .map(|_| {
            let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port(&begun))).unwrap();
            connection.write_all(b"GET / HTTP/1.1\r\nHost: 127").unwrap();
            connection.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
            connection
        })
        .collect();
    assert!(follow(&redirect).starts_with("HTTP/1.1 200"));
    assert!(host.answer(complete).is_ok());
    for mut connection in silent {
        let mut rest = Vec::new();
        // Ended with an answer or without: what counts is that it ended.
        drop(connection.read_to_end(&mut rest));
        assert!(!String::from_utf8_lossy(&rest).starts_with("HTTP/1.1 200"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_other_address_of_this_computer_listens() {
    let setting = desktop();
    let mut host = setting.home.host();
    let begun = begin(&setting, &mut host);
    // proc(5): address and port in hexadecimal, the address in the machine's byte order; 0A is LISTEN.
    let own = format!("0100007F:{:04X}", port(&begun));
    let listening = |table: &str| {
        let lines = std::fs::read_to_string(table).unwrap_or_default();
        let fields = |line: &str| line.split_ascii_whitespace().map(str::to_owned).collect::<Vec<_>>();
        lines.lines().map(fields).filter(|fields| fields.get(3).is_some_and(|state| state == "0A")).collect::<Vec<_>>()
    };
    let of_port = |address: &str| address.ends_with(&own[8..]);
    let addresses: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .flat_map(|table| listening(table))
        .map(|fields| fields[1].clone())
        .filter(|address| of_port(address))
        .collect();
    assert_eq!(addresses, [own]);
}

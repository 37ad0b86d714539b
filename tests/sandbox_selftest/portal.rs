//! The sample portal's origin.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::json;

use crate::desk::Desk;
use crate::sandbox::{Options, Sandbox};

/// Sends a path as it is; a client library would tidy it up first.
fn raw_status(base: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(base.strip_prefix("http://").unwrap()).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn it_is_another_origin_with_its_own_policy() {
    let list = json!([{ "uuid": "00000000-0000-4000-8000-000000000000" }]);
    let sandbox = Sandbox::start(Options { portal_list: Some(list.clone()), ..Options::default() }).unwrap();
    assert_ne!(sandbox.base(), sandbox.portal_base());
    let http = Desk::new().http;
    let response = http.get(format!("{}/cfdi.json", sandbox.portal_base())).send().await.unwrap();
    assert_eq!(response.headers()["content-security-policy"], "default-src 'self'; frame-ancestors 'none'");
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.json_value().await, list);
}

#[cfg(unix)]
#[test]
fn no_path_leads_out_of_its_folder() {
    let home = tempfile::tempdir().unwrap();
    let pages = home.path().join("pages");
    std::fs::create_dir(&pages).unwrap();
    std::fs::write(pages.join("index.html"), "inicio").unwrap();
    std::fs::write(home.path().join("secret.txt"), "secreto").unwrap();
    std::os::unix::fs::symlink("../secret.txt", pages.join("link.txt")).unwrap();
    let sandbox = Sandbox::start(Options { portal_pages: Some(pages), ..Options::default() }).unwrap();
    for path in ["/", "/index.html"] {
        assert_eq!(raw_status(sandbox.portal_base(), path), "HTTP/1.1 200 OK", "{path}");
    }
    let secret = home.path().join("secret.txt").display().to_string().replace('/', "%2f");
    let absolute = format!("/{secret}");
    for path in
        ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/x/..%2f..%2fsecret.txt", "/link.txt", &absolute]
    {
        assert_eq!(raw_status(sandbox.portal_base(), path), "HTTP/1.1 404 Not Found", "{path}");
    }
    assert_eq!(raw_status(sandbox.portal_base(), "/sdk/..%2f..%2fCargo.toml"), "HTTP/1.1 404 Not Found");
}

#[test]
fn it_ends_when_it_is_dropped() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let mut open = TcpStream::connect(sandbox.base().strip_prefix("http://").unwrap()).unwrap();
    write!(
        open,
        "GET /inbox HTTP/1.1
Host: x

"
    )
    .unwrap();
    let mut first = [0_u8; 1];
    open.read_exact(&mut first).unwrap();
    drop(sandbox);
    // The connection is kept alive, so this ends only because the server does.
    let mut rest = Vec::new();
    drop(open.read_to_end(&mut rest));
}

trait JsonValue {
    async fn json_value(self) -> serde_json::Value;
}

impl JsonValue for reqwest::Response {
    async fn json_value(self) -> serde_json::Value {
        serde_json::from_str(&self.text().await.unwrap()).unwrap()
    }
}

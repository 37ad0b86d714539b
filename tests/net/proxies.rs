//! Through tinyproxy (Debian's `tinyproxy-bin`), as an office's network demands it.

use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::server::{Authority, Flaw, OUTSIDE, Server, begun, examined, home};
use crate::host::{Home, wait};

const PASSWORD: &str = "clave-del-proxy";

/// A running proxy; it ends when it is dropped.
struct Proxy {
    child: Child,
    port: u16,
    log: PathBuf,
}

impl Proxy {
    /// `more` are lines of its configuration.
    fn start(folder: &Path, more: &str) -> Self {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let (settings, log) = (folder.join(format!("proxy-{port}.conf")), folder.join(format!("proxy-{port}.log")));
        let text = format!(
            "Port {port}\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 20\nMaxClients 20\nLogLevel Connect\n\
             LogFile \"{}\"\n{more}\n",
            log.display()
        );
        std::fs::write(&settings, text).unwrap();
        let mut command = Command::new("tinyproxy");
        command.arg("-d").arg("-c").arg(&settings).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("tinyproxy: tests/tools/prerequisites installs it");
        wait("the proxy listens", || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok());
        Self { child, port, log }
    }

    fn address(&self, user: &str) -> String {
        format!("http://{user}127.0.0.1:{}", self.port)
    }

    /// Tunnels that were asked for.
    fn tunnels(&self) -> usize {
        std::fs::read_to_string(&self.log).unwrap_or_default().matches("): CONNECT ").count()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A home whose provider stands outside, as far as rules for proxies can tell.
fn office() -> (Home, Server) {
    let home = home();
    let authority = Authority::new(home.path(), "Autoridad");
    let server = Server::start(&authority, Flaw::Nothing);
    home.import_client(&server.client(OUTSIDE, Some(&authority.file)));
    (home, server)
}

#[test]
fn the_proxy_of_the_environment_is_used_and_its_exceptions_count() {
    let (mut home, server) = office();
    let proxy = Proxy::start(home.path(), "");
    home.set("HTTPS_PROXY", &proxy.address(""));
    assert_eq!(begun(&home), "begun");
    assert_eq!(proxy.tunnels(), 1);
    let found = examined(&home);
    assert_eq!((&found["proxy"], &found["proxy_credentials"]), (&json!(proxy.address("")), &json!(false)));
    assert_eq!(proxy.tunnels(), 2);

    home.set("NO_PROXY", &OUTSIDE.to_string());
    assert_eq!(begun(&home), "begun");
    assert_eq!(examined(&home)["proxy"], json!(null));
    home.set("NO_PROXY", "");
    // This computer itself is never asked for through a proxy.
    let authority = home.path().join("Autoridad.pem");
    home.import_client(&server.client(IpAddr::V4(Ipv4Addr::LOCALHOST), Some(&authority)));
    assert_eq!(begun(&home), "begun");
    assert_eq!(proxy.tunnels(), 2);
}

#[test]
fn name_and_password_open_the_proxy_and_are_shown_nowhere() {
    let (mut home, _server) = office();
    let proxy = Proxy::start(home.path(), &format!("BasicAuth ana {PASSWORD}"));
    home.set("HTTPS_PROXY", &proxy.address(&format!("ana:{PASSWORD}@")));
    assert_eq!(begun(&home), "begun");
    let found = examined(&home);
    assert_eq!((&found["proxy"], &found["proxy_credentials"]), (&json!(proxy.address("")), &json!(true)));
    let words = home.run(&["doctor"]);
    for text in [&words.stdout, &words.stderr, &std::fs::read(home.path().join("correo-cfdi.log")).unwrap_or_default()]
    {
        assert!(!String::from_utf8_lossy(text).contains(PASSWORD));
    }
    assert!(String::from_utf8_lossy(&words.stdout).contains("con usuario"));

    home.set("HTTPS_PROXY", &proxy.address(&format!("ana:otra-{PASSWORD}@")));
    let error = home.host().call("sign_in.begin", json!({"via": "loopback"})).unwrap_err();
    assert_eq!(error["data"]["kind"], "proxy_refused");
    assert!(!error.to_string().contains(PASSWORD));
    home.set("HTTPS_PROXY", &proxy.address(""));
    assert_eq!(begun(&home), "proxy_refused", "407");
    let log = std::fs::read_to_string(home.path().join("correo-cfdi.log")).unwrap_or_default();
    assert!(!log.contains(PASSWORD), "{log}");
}

#[test]
fn a_proxy_that_lets_nobody_through_and_one_that_is_gone_are_told_apart() {
    let (mut home, _server) = office();
    // Tunnels to any other port are answered with 403.
    let proxy = Proxy::start(home.path(), "ConnectPort 443");
    home.set("HTTPS_PROXY", &proxy.address(""));
    assert_eq!(begun(&home), "proxy_refused");
    assert_eq!(examined(&home)["failure"], "proxy_refused");
    let address = proxy.address("");
    drop(proxy);
    assert_eq!(begun(&home), "proxy_unreachable");
    assert_eq!(examined(&home)["proxy"], json!(address));
}

#[test]
fn a_certificate_is_judged_behind_the_proxy_too() {
    let mut home = home();
    let authority = Authority::new(home.path(), "Autoridad");
    let antivirus = Authority::new(home.path(), "Antivirus");
    let proxy = Proxy::start(home.path(), "");
    home.set("HTTPS_PROXY", &proxy.address(""));
    home.import_client(&Server::start(&antivirus, Flaw::Nothing).client(OUTSIDE, Some(&authority.file)));
    assert_eq!(begun(&home), "tls_untrusted");
    assert_eq!(proxy.tunnels(), 1);
}

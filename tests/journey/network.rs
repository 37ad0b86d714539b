//! What stands between this computer and the provider: a proxy that refuses, and certificates that do not hold.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use base64::Engine as _;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};

use crate::host::{Home, redirect_uri};

/// A listener whose every connection is answered by `answer`; ends with the test program.
fn listen(answer: impl Fn(std::net::TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || listener.incoming().flatten().for_each(answer));
    address
}

/// A client file whose endpoints lie at that origin.
fn client(origin: &str, ca_file: Option<&std::path::Path>) -> Value {
    let mut extra = json!({"issuer": origin, "gmail_api": origin, "revocation_uri": format!("{origin}/revoke"),
        "userinfo_uri": format!("{origin}/userinfo")});
    if let Some(file) = ca_file {
        extra["ca_file"] = json!(file);
    }
    json!({
        "web": {"client_id": "0-red.apps.googleusercontent.com", "client_secret": "no-es-un-secreto",
            "auth_uri": format!("{origin}/auth"), "token_uri": format!("{origin}/token"), "redirect_uris": [redirect_uri()]},
        "correo_cfdi": extra,
    })
}

fn begin(home: &Home) -> Value {
    let error = home.host().call("sign_in.begin", json!({})).unwrap_err();
    error["data"]["kind"].clone()
}

#[test]
fn a_proxy_that_refuses_is_told_from_no_connection() {
    for (status, kind) in [("407 Proxy Authentication Required", "proxy_refused"), ("403 Forbidden", "proxy_refused")] {
        let proxy = listen(move |mut stream| {
            let mut request = [0; 1024];
            let read = stream.read(&mut request).unwrap_or(0);
            assert!(request[..read].starts_with(b"CONNECT "));
            let answer =
                format!("HTTP/1.1 {status}\r\nProxy-Authenticate: Basic realm=\"red\"\r\nContent-Length: 0\r\n\r\n");
            drop(stream.write_all(answer.as_bytes()));
        });
        let mut home = Home::with_file_vault();
        home.set("HTTPS_PROXY", &format!("http://{proxy}"));
        home.set("NO_PROXY", "");
        home.import_client(&client("https://proveedor.example", None));
        assert_eq!(begin(&home), kind, "{status}");
    }
    let mut home = Home::with_file_vault();
    // Nobody listens there.
    home.set("HTTPS_PROXY", "http://127.0.0.1:9");
    home.import_client(&client("https://proveedor.example", None));
    assert_eq!(begin(&home), "proxy_unreachable");
}

fn pem(der: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

/// An authority, and a server whose certificate it issued for that name and time.
fn tls_server(name: &str, until: i32) -> (String, SocketAddr) {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_file = pem(authority.self_signed(&authority_key).unwrap().der());
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(until, 1, 1);
    let certificate = params.signed_by(&key, &issuer).unwrap();
    let secret = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config =
        Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], secret).unwrap());
    let address = listen(move |mut stream| {
        let mut session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        // A client that does not trust us ends here.
        if session.complete_io(&mut stream).is_ok() {
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            let mut secure = rustls::Stream::new(&mut session, &mut stream);
            drop(secure.read(&mut [0; 4096]).and_then(|_| secure.write_all(answer)).and_then(|()| secure.flush()));
        }
    });
    (authority_file, address)
}

#[test]
fn certificates_that_do_not_hold_are_told_apart() {
    for (name, until, trusted, kind) in [
        ("127.0.0.1", 2120, false, Some("tls_untrusted")),
        ("127.0.0.1", 2024, true, Some("tls_expired")),
        ("otro.example", 2120, true, Some("tls_wrong_name")),
        ("127.0.0.1", 2120, true, None),
    ] {
        let (authority, server) = tls_server(name, until);
        let home = Home::with_file_vault();
        let file = home.path().join("authority.pem");
        std::fs::write(&file, authority).unwrap();
        home.import_client(&client(&format!("https://{server}"), trusted.then_some(file.as_path())));
        match kind {
            Some(kind) => assert_eq!(begin(&home), kind, "{name} {until} {trusted}"),
            None => drop(home.host().ok("sign_in.begin", json!({}))),
        }
    }
}

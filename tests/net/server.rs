//! A provider behind TLS that answers everything with 200, and the authority that vouches for it, or does not.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, SanType};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use tokio_rustls::TlsAcceptor;

use crate::host::Home;

/// An address of this computer that no rule takes for this computer: Linux connects it to 127.0.0.1.
pub const OUTSIDE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// What is wrong with a certificate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    Nothing,
    Expired,
    NotYet,
    OtherName,
    SignsItself,
}

/// An authority in a file of its own.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    pub file: PathBuf,
}

impl Authority {
    pub fn new(folder: &Path, name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let file = folder.join(format!("{name}.pem"));
        // RFC 7468: lines of 64 letters.
        let text = STANDARD.encode(issuer.der());
        let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"));
        std::fs::write(&file, pem).unwrap();
        Self { issuer, file }
    }

    fn config(&self, flaw: Flaw) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.subject_alt_names = match flaw {
            Flaw::OtherName => vec![SanType::DnsName("portal-cautivo.example".try_into().unwrap())],
            Flaw::Nothing | Flaw::Expired | Flaw::NotYet | Flaw::SignsItself => {
                vec![SanType::IpAddress(OUTSIDE), SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST))]
            }
        };
        match flaw {
            Flaw::Expired => params.not_after = rcgen::date_time_ymd(2020, 1, 1),
            Flaw::NotYet => params.not_before = rcgen::date_time_ymd(2090, 1, 1),
            Flaw::Nothing | Flaw::OtherName | Flaw::SignsItself => {}
        }
        let certificate = match flaw {
            Flaw::SignsItself => params.self_signed(&key).unwrap(),
            Flaw::Nothing | Flaw::Expired | Flaw::NotYet | Flaw::OtherName => {
                params.signed_by(&key, &self.issuer).unwrap()
            }
        };
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        builder.with_no_client_auth().with_single_cert(chain, key).unwrap()
    }
}

/// A running provider; it ends with the test's process.
pub struct Server {
    pub port: u16,
}

impl Server {
    pub fn start(authority: &Authority, flaw: Flaw) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(authority.config(flaw)));
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                loop {
                    let (connection, _) = listener.accept().await.unwrap();
                    tokio::spawn(answer(acceptor.clone(), connection));
                }
            });
        });
        Self { port }
    }

    /// The client file of a provider at that address of this computer.
    pub fn client(&self, address: IpAddr, ca_file: Option<&Path>) -> Value {
        let base = format!("https://{address}:{}", self.port);
        let mut own = json!({"issuer": base, "gmail_api": base, "revocation_uri": base, "userinfo_uri": base});
        if let Some(file) = ca_file {
            own["ca_file"] = json!(file);
        }
        json!({
            "installed": {"client_id": "prueba", "client_secret": "no-es-un-secreto", "auth_uri": base, "token_uri": base},
            "correo_cfdi": own,
        })
    }
}

async fn answer(acceptor: TlsAcceptor, connection: tokio::net::TcpStream) {
    // Whoever does not trust us hangs up here.
    let Ok(tls) = acceptor.accept(connection).await else { return };
    let service =
        service_fn(|_| std::future::ready(Ok::<_, Infallible>(hyper::Response::new(Full::<Bytes>::from("ok")))));
    drop(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(tls), service).await);
}

/// What the doctor says of that provider's one server. The home has no browser, so nothing else can fail.
pub fn examined(home: &Home) -> Value {
    let mut command = home.command();
    let output = command.args(["--json", "doctor"]).env("HOME", home.path()).env("XDG_CONFIG_HOME", home.path());
    let output = output.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut checks = report["checks"].as_array().unwrap().iter();
    let reach = checks.find(|check| check["id"] == "network.reach").unwrap();
    assert_eq!(output.status.success(), reach["cause"].is_null(), "{report}");
    let fact = |name: &str| {
        let fact = reach["facts"].as_array().unwrap().iter().find(|fact| fact["name"] == name);
        fact.and_then(|fact| fact["value"].as_str()).map(str::to_owned)
    };
    let way = fact("proxy");
    let proxy = way.as_deref().map(|way| way.trim_start_matches("por el proxy ").trim_end_matches(", con usuario"));
    json!({
        "proxy": proxy,
        "proxy_credentials": way.as_ref().is_some_and(|way| way.ends_with(", con usuario")),
        "certificate_issuer": fact("certificate"),
        "failure": reach["cause"],
    })
}

/// How a sign-in begins, or what keeps it from beginning.
pub fn begun(home: &Home) -> String {
    match home.host().call("sign_in.begin", json!({"via": "loopback"})) {
        Ok(_) => "begun".to_owned(),
        Err(error) => error["data"]["kind"].as_str().unwrap().to_owned(),
    }
}

/// A home in which no variable of the test's own environment counts.
pub fn home() -> Home {
    let mut home = Home::with_file_vault();
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        home.set(name, "");
    }
    home.set("NO_PROXY", "");
    home.set("no_proxy", "");
    home
}

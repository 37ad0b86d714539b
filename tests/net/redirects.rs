//! A token goes to the address that the client file names, and nowhere else.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use correo_cfdi::adapters::gmail_post::GmailPost;
use correo_cfdi::adapters::oauth2_provider::Oauth2Provider;
use correo_cfdi::domain::client::Client;
use correo_cfdi::net::Net;
use correo_cfdi::ports::post::{Parcel, Post, PostError, Session};
use correo_cfdi::ports::provider::Provider as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

/// A server that gives every request the same answer, and counts them.
struct Server {
    port: u16,
    asked: Arc<AtomicUsize>,
    answer: Arc<OnceLock<String>>,
}

impl Server {
    /// Ends with the test program.
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, answer) = (Arc::<AtomicUsize>::default(), Arc::<OnceLock<String>>::default());
        let (counter, text) = (Arc::clone(&asked), Arc::clone(&answer));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                counter.fetch_add(1, Ordering::SeqCst);
                let mut seen = Vec::new();
                let mut block = [0; 4096];
                while !seen.windows(4).any(|end| end == b"\r\n\r\n") {
                    match stream.read(&mut block) {
                        Ok(read) if read > 0 => seen.extend_from_slice(&block[..read]),
                        _ => break,
                    }
                }
                // The one who asked may have gone.
                drop(stream.write_all(text.get().map_or("", String::as_str).as_bytes()));
            }
        });
        Self { port, asked, answer }
    }

    fn answers(self, status: &str, location: &str) -> Self {
        let text =
            format!("HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");
        self.answer.set(text).unwrap();
        self
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// A client whose every address is on that server.
fn client(server: &Server) -> Client {
    let at = |path: &str| format!("http://127.0.0.1:{}/{path}", server.port);
    let file = json!({
        "web": {"client_id": "c", "client_secret": "x", "auth_uri": at("auth"), "token_uri": at("token"), "redirect_uris": []},
        "correo_cfdi": {"issuer": at(""), "gmail_api": at(""), "revocation_uri": at("revoke"), "userinfo_uri": at("who")},
    });
    Client::parse(&file.to_string()).unwrap()
}

#[test]
fn a_token_follows_no_redirect_to_another_host() {
    let net = Arc::new(Net::default());
    let (provider, post) = (Oauth2Provider::new(Arc::clone(&net)), GmailPost::new(net));
    let token = SecretString::from("no-es-un-token");
    let from = "a@example.mx".parse().unwrap();
    let parcel = Parcel { from: &from, recipients: &[], message: Path::new("/dev/null"), size: 0 };
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let thief = Server::start();
        let server = Server::start().answers(status, &format!("http://127.0.0.1:{}/robo", thief.port));
        let client = client(&server);
        assert!(provider.refresh(&client, &token).is_err());
        assert!(provider.revoke(&client, &token).is_err());
        assert!(provider.subject(&client, &token).is_err());
        let code = provider.exchange(&client, &"http://127.0.0.1/".parse().unwrap(), "code", &token);
        assert!(code.is_err());
        assert!(post.open(&client.provider, &token, &parcel).is_err());
        let session = Session(SecretString::from(format!("http://127.0.0.1:{}/upload", server.port)));
        drop(post.ask(&client.provider, &token, &session, 10));
        assert_eq!((server.asked(), thief.asked()), (6, 0), "{status}");
    }
}

#[test]
fn an_upload_session_at_another_host_is_never_used() {
    let post = GmailPost::new(Arc::new(Net::default()));
    let token = SecretString::from("no-es-un-token");
    let from = "a@example.mx".parse().unwrap();
    let thief = Server::start();
    let message = tempfile::NamedTempFile::new().unwrap();
    let parcel = Parcel { from: &from, recipients: &[], message: message.path(), size: 0 };
    for elsewhere in [
        format!("http://127.0.0.1:{}/robo", thief.port),
        format!("//127.0.0.1:{}/robo", thief.port),
        format!("http://127.0.0.1@127.0.0.1:{}/", thief.port),
        "https://gmail.googleapis.com.evil.example/upload".to_owned(),
        "javascript:0".to_owned(),
    ] {
        let server = Server::start().answers("200 OK", &elsewhere);
        let client = client(&server);
        let opened = post.open(&client.provider, &token, &parcel).map(|session| session.0.expose_secret().to_owned());
        assert_eq!(opened, Err(PostError::Malformed), "{elsewhere}");
        // Nor one that stands in the database since somebody changed it there.
        let planted = Session(SecretString::from(elsewhere));
        drop(post.upload(&client.provider, &token, &planted, &parcel, 0));
        drop(post.ask(&client.provider, &token, &planted, 0));
        assert_eq!((server.asked(), thief.asked()), (1, 0));
    }
}

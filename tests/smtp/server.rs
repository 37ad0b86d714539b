//! A mail server that follows a script: TLS from the start or by STARTTLS, and an act of the test's at any step.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What the server does instead of what it would do.
#[derive(Clone, Debug)]
pub enum Act {
    /// Answers so.
    Say(&'static str),
    /// Answers as usual, but not at once.
    Late(Duration),
    /// Ends the connection without an answer.
    Close,
    /// After the last dot: keeps the message, and ends the connection without an answer.
    TakeAndClose,
    /// Reads no further and says nothing, until the other side is gone.
    Hang,
    /// After the last dot: keeps the message, and says nothing.
    TakeAndHang,
}

/// A message that the server has.
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub message: Vec<u8>,
}

#[derive(Default)]
struct State {
    acts: HashMap<&'static str, VecDeque<Act>>,
    received: Vec<Received>,
    /// Every command line, by its first word, without what follows AUTH.
    heard: Vec<String>,
    offers: &'static str,
}

/// When TLS begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    FromStart,
    Upgraded,
    /// STARTTLS is not offered, as behind somebody who took it out.
    Stripped,
    /// Something that nobody asked for comes with the answer to STARTTLS.
    Injected,
}

/// What is wrong with the server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    Nothing,
    OtherName,
    Expired,
    NotYet,
    /// Another authority issued it than the one that is trusted.
    Stranger,
    /// Another authority of the same name, as a program that reads along has after it was installed anew.
    Namesake,
}

/// What a server of this kind offers.
pub const OFFERS: &str =
    "250-localhost\r\n250-SIZE 35882577\r\n250-8BITMIME\r\n250-AUTH XOAUTH2 OAUTHBEARER\r\n250 PIPELINING\r\n";

pub struct Server {
    pub port: u16,
    tls: Tls,
    state: Arc<Mutex<State>>,
}

impl Server {
    /// Starts on a port of its own; the certificate of the authority that is to be trusted lies in `folder/ca.pem`.
    pub fn start(folder: &Path, tls: Tls, flaw: Flaw) -> Self {
        let authority = |name: &str| {
            let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
            params.distinguished_name.push(DnType::CommonName, name);
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
        };
        let issuer = authority("Autoridad");
        let trusted = match flaw {
            Flaw::Stranger => authority("Otra").pem(),
            Flaw::Namesake => authority("Autoridad").pem(),
            Flaw::Nothing | Flaw::OtherName | Flaw::Expired | Flaw::NotYet => issuer.pem(),
        };
        std::fs::write(folder.join("ca.pem"), trusted).unwrap();
        let key = KeyPair::generate().unwrap();
        let name = if flaw == Flaw::OtherName { "otro.example" } else { "localhost" };
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        match flaw {
            Flaw::Expired => params.not_after = rcgen::date_time_ymd(2020, 1, 1),
            Flaw::NotYet => params.not_before = rcgen::date_time_ymd(2090, 1, 1),
            Flaw::Nothing | Flaw::OtherName | Flaw::Stranger | Flaw::Namesake => {}
        }
        let certificate = params.signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());

        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State { offers: OFFERS, ..State::default() }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (state, config) = (Arc::clone(&shared), Arc::clone(&config));
                // A client that goes away in the middle ends its thread, and nothing else.
                std::thread::spawn(move || drop(converse(stream.unwrap(), tls, &config, &state)));
            }
        });
        Self { port, tls, state }
    }

    /// The server as the client file names it.
    pub fn address(&self) -> String {
        let scheme = if self.tls == Tls::FromStart { "smtps" } else { "smtp" };
        format!("{scheme}://localhost:{}", self.port)
    }

    /// At the next time of that step it does this.
    pub fn next(&self, step: &'static str, act: Act) {
        self.state.lock().unwrap().acts.entry(step).or_default().push_back(act);
    }

    /// Whether every ordered act was played.
    pub fn played(&self) -> bool {
        self.state.lock().unwrap().acts.values().all(VecDeque::is_empty)
    }

    pub fn offer(&self, offers: &'static str) {
        self.state.lock().unwrap().offers = offers;
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    pub fn heard(&self) -> Vec<String> {
        self.state.lock().unwrap().heard.clone()
    }
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

type Line = BufReader<Box<dyn Stream>>;

fn converse(stream: TcpStream, tls: Tls, config: &Arc<ServerConfig>, state: &Mutex<State>) -> std::io::Result<()> {
    let plain = stream.try_clone()?;
    let secure = |stream: TcpStream| -> Line {
        let connection = ServerConnection::new(Arc::clone(config)).unwrap();
        BufReader::new(Box::new(StreamOwned::new(connection, stream)))
    };
    let mut line: Line = match tls {
        Tls::FromStart => secure(stream),
        Tls::Upgraded | Tls::Stripped | Tls::Injected => BufReader::new(Box::new(stream)),
    };
    let mut secured = tls == Tls::FromStart;
    let mut letter = Received { from: String::new(), to: Vec::new(), message: Vec::new() };
    if !play(state, &mut line, "GREETING", "220 localhost ready\r\n")? {
        return Ok(());
    }
    loop {
        let mut text = String::new();
        if line.read_line(&mut text)? == 0 {
            return Ok(());
        }
        let verb = text.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        let mechanism = text.split_whitespace().nth(1).unwrap_or_default();
        let noted = if verb == "AUTH" { format!("AUTH {mechanism}") } else { text.trim_end().to_owned() };
        state.lock().unwrap().heard.push(noted);
        match verb.as_str() {
            "EHLO" if secured => {
                let offers = state.lock().unwrap().offers;
                line.get_mut().write_all(offers.as_bytes())?;
            }
            "EHLO" => {
                let offer =
                    if tls == Tls::Stripped { "250 SIZE 1000\r\n" } else { "250-SIZE 1000\r\n250 STARTTLS\r\n" };
                line.get_mut().write_all(offer.as_bytes())?;
            }
            "STARTTLS" if tls == Tls::Stripped => line.get_mut().write_all(b"502 no such command\r\n")?,
            "STARTTLS" => {
                let injected = if tls == Tls::Injected { "250 forged\r\n" } else { "" };
                line.get_mut().write_all(format!("220 go on\r\n{injected}").as_bytes())?;
                line = secure(plain.try_clone()?);
                secured = true;
            }
            "AUTH" => {
                if !play(state, &mut line, "AUTH", "235 2.7.0 Accepted\r\n")? {
                    return Ok(());
                }
            }
            // The answer to a challenge.
            "" | "AQ==" => line.get_mut().write_all(b"535 5.7.8 Username and Password not accepted\r\n")?,
            "MAIL" => {
                letter.from = path(&text);
                if !play(state, &mut line, "MAIL", "250 2.1.0 OK\r\n")? {
                    return Ok(());
                }
            }
            "RCPT" => {
                letter.to.push(path(&text));
                if !play(state, &mut line, "RCPT", "250 2.1.5 OK\r\n")? {
                    return Ok(());
                }
            }
            "DATA" => {
                if !play(state, &mut line, "DATA", "354 Go ahead\r\n")? {
                    return Ok(());
                }
                letter.message = message(&mut line)?;
                if !finish(state, &mut line, letter.clone())? {
                    return Ok(());
                }
            }
            "QUIT" => {
                line.get_mut().write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => line.get_mut().write_all(b"500 what\r\n")?,
        }
    }
}

/// The address between the brackets.
fn path(text: &str) -> String {
    text.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

fn act(state: &Mutex<State>, step: &'static str) -> Option<Act> {
    state.lock().unwrap().acts.get_mut(step).and_then(VecDeque::pop_front)
}

/// Plays what was ordered for that step; says whether the conversation goes on.
fn play(state: &Mutex<State>, line: &mut Line, step: &'static str, usual: &str) -> std::io::Result<bool> {
    match act(state, step) {
        None => line.get_mut().write_all(usual.as_bytes())?,
        Some(Act::Say(text)) => line.get_mut().write_all(format!("{text}\r\n").as_bytes())?,
        Some(Act::Late(time)) => {
            std::thread::sleep(time);
            line.get_mut().write_all(usual.as_bytes())?;
        }
        Some(Act::Close | Act::TakeAndClose) => return Ok(false),
        Some(Act::Hang | Act::TakeAndHang) => {
            hang(line);
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads lines up to the dot, and takes the doubled dots back (RFC 5321 section 4.5.2).
fn message(line: &mut Line) -> std::io::Result<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        let mut next = Vec::new();
        if line.read_until(b'\n', &mut next)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if next == b".\r\n" {
            return Ok(message);
        }
        message.extend_from_slice(next.strip_prefix(b".").unwrap_or(&next));
    }
}

fn finish(state: &Mutex<State>, line: &mut Line, letter: Received) -> std::io::Result<bool> {
    let keep = || {
        let mut state = state.lock().unwrap();
        state.received.push(letter);
        state.received.len()
    };
    match act(state, "DOT") {
        None | Some(Act::Late(_)) => {
            let number = keep();
            line.get_mut().write_all(format!("250 2.0.0 OK queued as stand-in-{number}\r\n").as_bytes())?;
            Ok(true)
        }
        Some(Act::Say(text)) => {
            line.get_mut().write_all(format!("{text}\r\n").as_bytes())?;
            Ok(true)
        }
        Some(Act::Close) => Ok(false),
        Some(Act::Hang) => {
            hang(line);
            Ok(false)
        }
        Some(Act::TakeAndClose) => {
            keep();
            Ok(false)
        }
        Some(Act::TakeAndHang) => {
            keep();
            hang(line);
            Ok(false)
        }
    }
}

/// Waits until the other side is gone.
fn hang(line: &mut Line) {
    let mut nothing = [0; 64];
    while line.get_mut().read(&mut nothing).is_ok_and(|count| count > 0) {
        std::thread::sleep(Duration::from_millis(5));
    }
}

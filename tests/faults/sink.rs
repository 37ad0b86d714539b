//! A small SMTP server that fails to order (RFC 5321), for the peer that speaks SMTP.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What goes wrong with one message or connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    CutAtGreeting,
    BusyAtGreeting,
    SlowGreeting,
    LaterAtMail,
    NeverAtRecipient,
    CutBeforeBody,
    CutInBody,
    CutAfterBody,
    /// The message is accepted, its answer lost.
    AnswerLost,
    LaterAfterBody,
    NeverAfterBody,
    /// Nothing more is said, the message not taken.
    SilentBefore,
    /// Nothing more is said, the message taken.
    SilentAfter,
    SlowAnswer,
}

/// Every mishap, for chance to choose from.
pub const MISHAPS: [Mishap; 14] = [
    Mishap::CutAtGreeting,
    Mishap::BusyAtGreeting,
    Mishap::SlowGreeting,
    Mishap::LaterAtMail,
    Mishap::NeverAtRecipient,
    Mishap::CutBeforeBody,
    Mishap::CutInBody,
    Mishap::CutAfterBody,
    Mishap::AnswerLost,
    Mishap::LaterAfterBody,
    Mishap::NeverAfterBody,
    Mishap::SilentBefore,
    Mishap::SilentAfter,
    Mishap::SlowAnswer,
];

/// How long a silence lasts: longer than anybody's patience.
const SILENCE: Duration = Duration::from_secs(3);

/// A slow answer, within everybody's patience.
const SLOW: Duration = Duration::from_millis(150);

#[derive(Debug, Default)]
struct Inner {
    mishaps: Vec<Mishap>,
    arrived: Vec<(String, Vec<u8>)>,
}

/// The running server; it ends with the test program.
#[derive(Clone, Debug)]
pub struct Sink {
    inner: Arc<Mutex<Inner>>,
    pub port: u16,
}

impl Sink {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let sink = Self { inner: Arc::default(), port };
        let shared = sink.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sink = shared.clone();
                // A broken connection is the client's affair.
                std::thread::spawn(move || drop(sink.serve(stream)));
            }
        });
        sink
    }

    pub fn order(&self, mishaps: &[Mishap]) {
        self.inner.lock().unwrap().mishaps = mishaps.to_vec();
    }

    /// Mishaps still to come.
    pub fn to_come(&self) -> usize {
        self.inner.lock().unwrap().mishaps.len()
    }

    /// Messages that were accepted for that recipient.
    pub fn arrived(&self, recipient: &str) -> Vec<Vec<u8>> {
        let inner = self.inner.lock().unwrap();
        inner.arrived.iter().filter(|(to, _)| to == recipient).map(|(_, message)| message.clone()).collect()
    }

    /// Takes the next mishap, if it is one of these.
    fn strikes(&self, here: &[Mishap]) -> Option<Mishap> {
        let mut inner = self.inner.lock().unwrap();
        let next = *inner.mishaps.first().filter(|next| here.contains(next))?;
        inner.mishaps.remove(0);
        Some(next)
    }

    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let (mut lines, mut out) = (BufReader::new(stream.try_clone()?), stream);
        match self.strikes(&[Mishap::CutAtGreeting, Mishap::BusyAtGreeting, Mishap::SlowGreeting]) {
            Some(Mishap::CutAtGreeting) => return Ok(()),
            Some(Mishap::BusyAtGreeting) => return out.write_all(b"421 4.3.2 busy\r\n"),
            Some(_) => std::thread::sleep(SLOW),
            None => {}
        }
        out.write_all(b"220 sink\r\n")?;
        let mut recipient = String::new();
        let mut line = String::new();
        while lines.read_line(&mut line)? > 0 {
            let command = line.trim().to_uppercase();
            let answer = if command.starts_with("MAIL") && self.strikes(&[Mishap::LaterAtMail]).is_some() {
                "451 4.3.0 later\r\n"
            } else if command.starts_with("RCPT") {
                recipient = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                let never = self.strikes(&[Mishap::NeverAtRecipient]).is_some();
                if never { "550 5.1.1 nobody\r\n" } else { "250 2.1.5 ok\r\n" }
            } else if command == "DATA" {
                if self.strikes(&[Mishap::CutBeforeBody]).is_some() {
                    return Ok(());
                }
                out.write_all(b"354 go on\r\n")?;
                let Some(answer) = self.body(&mut lines, &recipient)? else { return Ok(()) };
                answer
            } else if command == "QUIT" {
                return out.write_all(b"221 bye\r\n");
            } else {
                "250 ok\r\n"
            };
            out.write_all(answer.as_bytes())?;
            line.clear();
        }
        Ok(())
    }

    /// Reads one message and says what to answer; `None` closes the connection.
    fn body(&self, lines: &mut BufReader<TcpStream>, recipient: &str) -> std::io::Result<Option<&'static str>> {
        if self.strikes(&[Mishap::CutInBody]).is_some() {
            lines.read_line(&mut String::new())?;
            return Ok(None);
        }
        let mut message = Vec::new();
        loop {
            let mut line = Vec::new();
            if lines.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            if line == b".\r\n" {
                break;
            }
            message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let mishap = self.strikes(&MISHAPS[7..]);
        let taken = matches!(mishap, None | Some(Mishap::AnswerLost | Mishap::SilentAfter | Mishap::SlowAnswer));
        if taken {
            self.inner.lock().unwrap().arrived.push((recipient.to_owned(), message));
        }
        match mishap {
            Some(Mishap::SilentBefore | Mishap::SilentAfter) => std::thread::sleep(SILENCE),
            Some(Mishap::SlowAnswer) => std::thread::sleep(SLOW),
            _ => {}
        }
        Ok(match mishap {
            None | Some(Mishap::SlowAnswer) => Some("250 2.0.0 taken\r\n"),
            Some(Mishap::LaterAfterBody) => Some("451 4.3.0 later\r\n"),
            Some(Mishap::NeverAfterBody) => Some("554 5.6.0 never\r\n"),
            Some(_) => None,
        })
    }
}

//! Where the provider's redirect arrives: one request on 127.0.0.1 (RFC 8252 section 7.3).

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use url::Url;

/// How often a waiting listener looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// How long a connection may stay silent: browsers open some in advance and never use them.
const SILENCE: Duration = Duration::from_secs(2);

/// Longest head of a request, bytes: Google's redirects have about 400.
const MAX_HEAD: usize = 16 * 1024;

const PAGE: &str = "<!doctype html><meta charset=utf-8><title>Correo CFDI</title>\
    <p>Listo. Ya puede cerrar esta ventana.</p><p lang=en>Done. You may close this window.</p>";

/// A listener on this machine; it takes connections only while somebody waits for a redirect.
#[derive(Debug)]
pub(crate) struct Loopback {
    listener: TcpListener,
    address: Url,
}

impl Loopback {
    /// Takes that port; 0 is any.
    pub(crate) fn bind(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = format!("http://{}/", listener.local_addr()?);
        let address = Url::parse(&address).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Self { listener, address })
    }

    /// The redirect URI.
    pub(crate) fn address(&self) -> &Url {
        &self.address
    }

    /// Waits for a redirect and answers it; `None` when none came in time.
    pub(crate) fn wait(&self, patience: Duration) -> Option<String> {
        let began = Instant::now();
        while began.elapsed() < patience {
            match self.listener.accept() {
                Ok((connection, _)) => {
                    if let Some(redirect) = self.serve(connection) {
                        return Some(redirect);
                    }
                }
                Err(_) => std::thread::sleep(LOOK_AGAIN),
            }
        }
        None
    }

    /// Answers one connection; gives the redirect, if it was one.
    fn serve(&self, mut connection: TcpStream) -> Option<String> {
        connection.set_nonblocking(false).ok()?;
        connection.set_read_timeout(Some(SILENCE)).ok()?;
        connection.set_write_timeout(Some(SILENCE)).ok()?;
        let redirect = target(&head(&mut connection)?).and_then(|target| self.address.join(&target).ok());
        // The icon of the page and the like must not be taken for the answer.
        let redirect = redirect.filter(|url| url.query_pairs().any(|(name, _)| name == "state"));
        let (status, body) = if redirect.is_some() { ("200 OK", PAGE) } else { ("404 Not Found", "") };
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n\
             Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{body}"
        );
        // A browser that hangs up does not make the redirect worse.
        drop(connection.write_all(answer.as_bytes()));
        redirect.map(String::from)
    }
}

fn head(connection: &mut TcpStream) -> Option<String> {
    let (mut head, mut some) = (Vec::new(), [0_u8; 1024]);
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        let count = connection.read(&mut some).ok().filter(|count| *count > 0)?;
        head.extend_from_slice(some.get(..count)?);
        if head.len() > MAX_HEAD {
            return None;
        }
    }
    String::from_utf8(head).ok()
}

/// The target of `GET <target> HTTP/1.1`, if it is a path: anything else could name another place.
fn target(head: &str) -> Option<String> {
    let (method, rest) = head.split_once(' ')?;
    let target = rest.split(' ').next()?;
    (method == "GET" && target.starts_with("/?")).then(|| target.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_redirect_ends_the_waiting() {
        let loopback = Loopback::bind(0).unwrap();
        let port = loopback.address().port().unwrap();
        let browser = std::thread::spawn(move || {
            for target in ["/favicon.ico", "/?x=1", "//evil.example/?state=a", "/?state=a&code=b"] {
                let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
                write!(connection, "GET {target} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
                let mut answer = String::new();
                connection.read_to_string(&mut answer).unwrap();
                assert_eq!(answer.starts_with("HTTP/1.1 200"), target.ends_with("code=b"), "{target} {answer}");
            }
        });
        let redirect = loopback.wait(Duration::from_secs(30)).unwrap();
        assert_eq!(redirect, format!("http://127.0.0.1:{port}/?state=a&code=b"));
        browser.join().unwrap();
        assert_eq!(loopback.wait(Duration::ZERO), None);
    }
}

//! `Loopback` with hyper's HTTP/1 server, for the one request that a sign-in ends with.
//!
//! It listens on 127.0.0.1 alone. Pages of other sites and other programs of this computer can reach that port as well:
//! what is not the flow's own redirect is refused, costs a bounded time and memory, and neither ends the wait nor spends
//! the flow. A page of another site that lets its name point here (DNS rebinding) is told by the `Host` field.

mod page;

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, HOST, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::net::Net;
use crate::ports::loopback::{Judge, Loopback, NoPort, NoRedirect, RedirectListener};

/// Connections at once: a browser opens a handful, some of them in advance and never used.
const MAX_CONNECTIONS: usize = 32;

/// Time that a request's head may take; whoever is slower gives its place to the next.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// Time that a connection may take as a whole.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest head of a request, bytes: Google's redirects have about 400, the browser's own fields two thousand.
const MAX_HEAD: usize = 16 * 1024;

/// Loopback over the shared network runtime.
#[derive(Debug)]
pub struct HyperLoopback {
    net: Arc<Net>,
}

impl HyperLoopback {
    /// One that waits on that network's runtime.
    #[must_use]
    pub fn new(net: Arc<Net>) -> Self {
        Self { net }
    }
}

impl Loopback for HyperLoopback {
    fn listen(&self) -> Result<Box<dyn RedirectListener>, NoPort> {
        let (port, address) = take_port().map_err(|_| NoPort)?;
        // The address as a literal, not `localhost`, which a hosts file may point elsewhere (RFC 8252 section 8.3).
        let redirect_uri = Url::parse(&format!("http://{address}/")).map_err(|_| NoPort)?;
        Ok(Box::new(Listening {
            net: Arc::clone(&self.net),
            redirect_uri,
            port: Mutex::new(Some(port)),
            stopped: CancellationToken::new(),
        }))
    }
}

fn take_port() -> std::io::Result<(std::net::TcpListener, SocketAddr)> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

#[derive(Debug)]
struct Listening {
    net: Arc<Net>,
    redirect_uri: Url,
    /// Until somebody waits; what comes before waits in the system's own queue.
    port: Mutex<Option<std::net::TcpListener>>,
    stopped: CancellationToken,
}

impl Listening {
    fn take(&self) -> Option<std::net::TcpListener> {
        self.port.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl RedirectListener for Listening {
    fn redirect_uri(&self) -> &Url {
        &self.redirect_uri
    }

    fn wait(&self, patience: Duration, judge: Judge) -> Result<String, NoRedirect> {
        let port = self.take().ok_or(NoRedirect::Stopped)?;
        let gate = Arc::new(Gate { redirect_uri: self.redirect_uri.clone(), judge });
        let work = async {
            let port = TcpListener::from_std(port).map_err(|_| NoRedirect::Failed)?;
            tokio::select! {
                biased;
                () = self.stopped.cancelled() => Err(NoRedirect::Stopped),
                found = serve(&port, &gate) => found,
                () = tokio::time::sleep(patience) => Err(NoRedirect::TimedOut),
            }
        };
        self.net.run(work).map_err(|_| NoRedirect::Failed)?
    }

    fn stop(&self) {
        drop(self.take());
        self.stopped.cancel();
    }
}

/// Takes connections until one brought the redirect; dropping it ends every other.
async fn serve(port: &TcpListener, gate: &Arc<Gate>) -> Result<String, NoRedirect> {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = port.accept(), if connections.len() < MAX_CONNECTIONS => match accepted {
                Ok((connection, _)) => {
                    connections.spawn(converse(connection, Arc::clone(gate)));
                }
                // A connection that was given up before it was taken, or no more files: it may pass.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(ended) = connections.join_next(), if !connections.is_empty() => {
                if let Ok(Some(redirect)) = ended {
                    return Ok(redirect);
                }
            }
        }
    }
}

/// Answers one request; gives the redirect once its answer has left.
async fn converse(connection: TcpStream, gate: Arc<Gate>) -> Option<String> {
    let found = Arc::new(Mutex::new(None));
    let service = service_fn(|request: Request<Incoming>| {
        let (answer, redirect) = gate.answer(&request);
        if redirect.is_some() {
            *found.lock().unwrap_or_else(PoisonError::into_inner) = redirect;
        }
        std::future::ready(Ok::<_, Infallible>(answer))
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD)
        .keep_alive(false)
        .serve_connection(TokioIo::new(connection), service);
    // A browser that hangs up early does not make the redirect worse.
    drop(tokio::time::timeout(CONNECTION_TIMEOUT, served).await);
    found.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Says which request is the one.
struct Gate {
    redirect_uri: Url,
    judge: Judge,
}

type Answer = Response<Full<Bytes>>;

impl Gate {
    fn answer<B>(&self, request: &Request<B>) -> (Answer, Option<String>) {
        if !self.is_for_us(request) {
            return (page::bare(StatusCode::MISDIRECTED_REQUEST), None);
        }
        if request.uri().path() != self.redirect_uri.path() {
            return (page::bare(StatusCode::NOT_FOUND), None);
        }
        if request.method() != Method::GET {
            let mut answer = page::bare(StatusCode::METHOD_NOT_ALLOWED);
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
            return (answer, None);
        }
        let mut redirect = self.redirect_uri.clone();
        redirect.set_query(request.uri().query());
        let redirect = String::from(redirect);
        match (self.judge)(&redirect) {
            Some(words) => (page::full(&words), Some(redirect)),
            None => (page::bare(StatusCode::BAD_REQUEST), None),
        }
    }

    /// Whether the browser means this address by its number, in the one `Host` field and the request line.
    fn is_for_us<B>(&self, request: &Request<B>) -> bool {
        let own = &self.redirect_uri[url::Position::BeforeHost..url::Position::AfterPort];
        let mut hosts = request.headers().get_all(HOST).iter();
        let named = hosts.next().is_some_and(|host| host.as_bytes() == own.as_bytes());
        named && hosts.next().is_none() && request.uri().authority().is_none()
    }
}

//! One connection whose layer can change from plain to TLS below lettre, and which we can write to beside it.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;

/// Bytes read at a time before TLS: greetings and answers have about 300.
const LOOK: usize = 1_024;

/// A shared handle on the connection.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    layer: Arc<Mutex<Layer>>,
    peer: SocketAddr,
}

#[derive(Debug)]
enum Layer {
    Plain(Lines),
    Tls(Box<TlsStream<TcpStream>>),
    /// Between the layers, or after a failed change.
    Closed,
}

/// A plain connection that gives its reader one line at a time, so that nothing that came before TLS can be taken for
/// something that came inside it.
#[derive(Debug)]
struct Lines {
    stream: TcpStream,
    ahead: Vec<u8>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> io::Result<Self> {
        // The last dot is a small packet that must not wait for an acknowledgement.
        stream.set_nodelay(true)?;
        let peer = stream.peer_addr()?;
        Ok(Self { layer: Arc::new(Mutex::new(Layer::Plain(Lines { stream, ahead: Vec::new() }))), peer })
    }

    /// Puts TLS over the connection and checks the certificate against the name.
    ///
    /// # Errors
    /// The handshake's; also where something came in plain that belongs to nothing that was asked (an injected answer).
    pub(super) async fn secure(&self, connector: &TlsConnector, name: ServerName<'static>) -> io::Result<()> {
        let Layer::Plain(lines) = std::mem::replace(&mut *self.lock(), Layer::Closed) else {
            return Err(io::ErrorKind::AlreadyExists.into());
        };
        if !lines.ahead.is_empty() {
            // As a peer would be told that spoke out of turn.
            let spoken = tokio_rustls::rustls::Error::General("something came before TLS".to_owned());
            return Err(io::Error::new(io::ErrorKind::InvalidData, spoken));
        }
        let stream = connector.connect(name, lines.stream).await?;
        *self.lock() = Layer::Tls(Box::new(stream));
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Layer> {
        self.layer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut *self.lock() {
            Layer::Plain(lines) => lines.poll_line(cx, buffer),
            Layer::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
            Layer::Closed => Poll::Ready(Ok(())),
        }
    }
}

impl Lines {
    fn poll_line(&mut self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.ahead.is_empty() {
            let mut bytes = [0; LOOK];
            let mut look = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut look))?;
            self.ahead.extend_from_slice(look.filled());
        }
        let line = self.ahead.iter().position(|byte| *byte == b'\n').map_or(self.ahead.len(), |at| at + 1);
        let given: Vec<u8> = self.ahead.drain(..line.min(buffer.remaining())).collect();
        buffer.put_slice(&given);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut *self.lock() {
            Layer::Plain(lines) => Pin::new(&mut lines.stream).poll_write(cx, bytes),
            Layer::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
            Layer::Closed => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self.lock() {
            Layer::Plain(lines) => Pin::new(&mut lines.stream).poll_flush(cx),
            Layer::Tls(stream) => Pin::new(stream).poll_flush(cx),
            Layer::Closed => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self.lock() {
            Layer::Plain(lines) => Pin::new(&mut lines.stream).poll_shutdown(cx),
            Layer::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
            Layer::Closed => Poll::Ready(Ok(())),
        }
    }
}

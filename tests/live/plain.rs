//! Plain requests to an upload session: the shipped adapter neither tells status codes nor breaks off on purpose.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use correo_cfdi::domain::client::Provider;
use correo_cfdi::net::Net;
use correo_cfdi::ports::post::Session;
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, RANGE};
use reqwest::{Body, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::oneshot;
use tokio_util::io::ReaderStream;

/// What a session answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Bytes that it has, when it says so.
    pub(super) received: Option<u64>,
    pub(super) id: Option<String>,
}

/// A session and the right to write to it.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) net: &'a Net,
    pub(super) provider: &'a Provider,
    pub(super) token: &'a SecretString,
    pub(super) session: &'a Session,
    pub(super) size: u64,
}

impl Desk<'_> {
    fn put(&self, length: usize, range: &str) -> Option<RequestBuilder> {
        let http = self.net.client(self.provider.ca_file.as_deref()).ok()?;
        let request = http.put(self.session.0.expose_secret()).bearer_auth(self.token.expose_secret());
        Some(request.header(CONTENT_LENGTH, length).header(CONTENT_RANGE, format!("bytes {range}/{}", self.size)))
    }

    fn send(&self, request: RequestBuilder) -> Option<Answer> {
        let answer = self.net.run(async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            let range = response.headers().get(RANGE).and_then(|value| value.to_str().ok()).map(str::to_owned);
            Ok::<_, reqwest::Error>((status, range, response.bytes().await?))
        });
        let (status, range, body) = answer.ok()?.ok()?;
        let json = serde_json::from_slice::<serde_json::Value>(&body).unwrap_or_default();
        let id = json.get("id").and_then(serde_json::Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned);
        let last = range.and_then(|range| range.strip_prefix("bytes=0-")?.parse::<u64>().ok());
        Some(Answer { status, received: last.map(|last| last + 1), id })
    }

    /// Asks what became of the session.
    pub(super) fn ask(&self) -> Option<Answer> {
        self.send(self.put(0, "*")?)
    }

    /// Uploads one part, which is not the last, and reads the answer.
    pub(super) fn part(&self, from: u64, bytes: &[u8]) -> Option<Answer> {
        let last = (from + bytes.len() as u64).checked_sub(1)?;
        self.send(self.put(bytes.len(), &format!("{from}-{last}"))?.body(bytes.to_vec()))
    }

    /// Promises the rest of the message, hands over `bytes` of it, and closes the connection `pause` after the last of
    /// them was taken. The answer is never looked at. Says whether they were taken.
    pub(super) fn cut(&self, from: u64, bytes: &[u8], pause: Duration) -> bool {
        let Ok(rest) = usize::try_from(self.size.saturating_sub(from)) else { return false };
        let Some(request) = self.put(rest, &format!("{from}-{}", self.size.saturating_sub(1))) else { return false };
        let (taken, mut all_taken) = oneshot::channel();
        let reader = Telling { bytes: bytes.to_vec(), at: 0, ends: bytes.len() >= rest, taken: Some(taken) };
        let request = request.body(Body::wrap_stream(ReaderStream::new(reader)));
        let work = async {
            // Pinned outside, so that the connection stays open during the pause.
            let mut sending = std::pin::pin!(request.send());
            tokio::select! {
                biased;
                told = &mut all_taken => if told.is_err() { return false },
                // A failure, or an answer between two looks: that is dropped unread too.
                _ = &mut sending => return all_taken.try_recv().is_ok(),
            }
            tokio::time::sleep(pause).await;
            true
        };
        self.net.run(work).unwrap_or(false)
    }
}

/// Bytes that tell when the last of them was taken; without an end of their own they leave the request open.
struct Telling {
    bytes: Vec<u8>,
    at: usize,
    ends: bool,
    taken: Option<oneshot::Sender<()>>,
}

impl AsyncRead for Telling {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        let left = this.bytes.get(this.at..).unwrap_or_default();
        let some = left.get(..left.len().min(buffer.remaining())).unwrap_or_default();
        buffer.put_slice(some);
        this.at += some.len();
        // Told with the last byte and not at the end: a request of known length never asks for the end.
        if this.at == this.bytes.len()
            && let Some(taken) = this.taken.take()
        {
            // Nobody listens when the request was given up already.
            taken.send(()).unwrap_or_default();
        }
        let more = !some.is_empty() || this.ends;
        // Never woken again on purpose when there is no end: the connection is dropped instead.
        if more { Poll::Ready(Ok(())) } else { Poll::Pending }
    }
}

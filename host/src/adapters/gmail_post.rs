//! `Post` over the Gmail API: `POST /upload/gmail/v1/users/me/messages/send?uploadType=resumable`
//! (developers.google.com/workspace/gmail/api/guides/uploads, "Resumable upload").

mod answers;

use std::sync::Arc;

use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, LOCATION, RANGE};
use reqwest::{RequestBuilder, Response};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;
use url::Url;

use super::unreached;
use crate::domain::client::Provider;
use crate::net::{Net, Silence, silence};
use crate::ports::post::{Parcel, Post, PostError, Progress, Session};

/// Where an upload of a message begins, below the API's root.
const PATH: &str = "upload/gmail/v1/users/me/messages/send";

/// Longest error body that is read: Google's have a few hundred bytes.
const MAX_ERROR_BODY: usize = 64 * 1024;

/// Bytes read from the spool at a time.
const CHUNK: usize = 64 * 1024;

/// The Gmail API of whatever provider is given.
#[derive(Debug)]
pub struct GmailPost {
    net: Arc<Net>,
}

/// An answer, read to its end or to the limit.
struct Answer {
    status: u16,
    location: Option<String>,
    range: Option<String>,
    body: Vec<u8>,
}

impl GmailPost {
    /// A post that speaks over that network.
    #[must_use]
    pub fn new(net: Arc<Net>) -> Self {
        Self { net }
    }

    fn send(&self, request: impl Future<Output = Result<Answer, Silence>>) -> Result<Answer, PostError> {
        self.net.run(request).and_then(|answer| answer).map_err(from_silence)
    }

    fn http(&self, provider: &Provider) -> Result<reqwest::Client, PostError> {
        self.net.client(provider.ca_file.as_deref()).map_err(from_silence)
    }

    /// The session's URI, if it stays with the API: a token must not follow a `Location` elsewhere.
    fn uri(provider: &Provider, session: &Session) -> Option<Url> {
        let uri = Url::parse(session.0.expose_secret()).ok()?;
        provider.gmail_api.as_ref().is_some_and(|api| uri.origin() == api.origin()).then_some(uri)
    }
}

impl Post for GmailPost {
    fn open(&self, provider: &Provider, token: &SecretString, parcel: &Parcel<'_>) -> Result<Session, PostError> {
        let api = provider.gmail_api.as_ref().ok_or(PostError::Malformed)?;
        let mut url = api.join(PATH).map_err(|_| PostError::Malformed)?;
        url.set_query(Some("uploadType=resumable"));
        let request = self
            .http(provider)?
            .post(url.clone())
            .bearer_auth(token.expose_secret())
            .header(CONTENT_TYPE, "application/json; charset=UTF-8")
            .header("X-Upload-Content-Type", "message/rfc822")
            .header("X-Upload-Content-Length", parcel.size)
            .body("{}");
        let answer = self.send(fetch(request))?;
        if answer.status != 200 {
            return Err(answers::refusal(answer.status, &answer.body));
        }
        let location = answer.location.ok_or(PostError::Malformed)?;
        let uri = url.join(&location).map_err(|_| PostError::Malformed)?;
        let session = Session(SecretString::from(String::from(uri)));
        Self::uri(provider, &session).map(|_| session).ok_or(PostError::Malformed)
    }

    fn upload(
        &self,
        provider: &Provider,
        token: &SecretString,
        session: &Session,
        parcel: &Parcel<'_>,
        from: u64,
    ) -> Progress {
        let size = parcel.size;
        let (Ok(http), Some(uri)) = (self.http(provider), Self::uri(provider, session)) else {
            return Progress::Gone;
        };
        let request = async {
            let mut file = tokio::fs::File::open(parcel.message).await.map_err(|_| None)?;
            file.seek(std::io::SeekFrom::Start(from)).await.map_err(|_| None)?;
            let rest = size.saturating_sub(from);
            let body = reqwest::Body::wrap_stream(ReaderStream::with_capacity(file.take(rest), CHUNK));
            let request = http
                .put(uri)
                .bearer_auth(token.expose_secret())
                .header(CONTENT_LENGTH, rest)
                .header(CONTENT_RANGE, format!("bytes {from}-{}/{size}", size.saturating_sub(1)))
                .body(body);
            fetch(request).await.map_err(Some)
        };
        match self.net.run(request) {
            Ok(Ok(answer)) => answers::progress(answer.status, answer.range.as_deref(), &answer.body, size),
            // The file could not be read: nothing of it left by this request.
            Ok(Err(None)) => Progress::Unclear(PostError::Spool),
            Ok(Err(Some(silence))) | Err(silence) => Progress::Unclear(from_silence(silence)),
        }
    }

    fn ask(&self, provider: &Provider, token: &SecretString, session: &Session, size: u64) -> Progress {
        let (Ok(http), Some(uri)) = (self.http(provider), Self::uri(provider, session)) else {
            return Progress::Gone;
        };
        let request = http
            .put(uri)
            .bearer_auth(token.expose_secret())
            .header(CONTENT_LENGTH, 0)
            .header(CONTENT_RANGE, format!("bytes */{size}"));
        match self.send(fetch(request)) {
            Ok(answer) => answers::progress(answer.status, answer.range.as_deref(), &answer.body, size),
            Err(error) => Progress::Unclear(error),
        }
    }

    /// A session that nothing was uploaded to ends by itself.
    fn abandon(&self, _session: &Session) {}
}

fn from_silence(silence: Silence) -> PostError {
    unreached(silence).map_or(PostError::Unavailable, PostError::from)
}

async fn fetch(request: RequestBuilder) -> Result<Answer, Silence> {
    let response = request.send().await.map_err(|error| silence(&error))?;
    let header = |response: &Response, name| {
        response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    let (status, location, range) = (response.status().as_u16(), header(&response, LOCATION), header(&response, RANGE));
    Ok(Answer { status, location, range, body: limited_body(response).await? })
}

async fn limited_body(mut response: Response) -> Result<Vec<u8>, Silence> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| silence(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ERROR_BODY {
            body.truncate(MAX_ERROR_BODY);
            break;
        }
    }
    Ok(body)
}

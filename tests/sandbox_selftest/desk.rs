//! What every check needs: a running sandbox, a client registered there, and the steps of a sign-in.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{RequestBuilder, Response, StatusCode, redirect};
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use crate::sandbox::walk::{self, Person, WalkError};
use crate::sandbox::{Options, Sandbox};

pub(crate) const REDIRECT: &str = "https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/";
pub(crate) const GMAIL_SEND: &str = "https://www.googleapis.com/auth/gmail.send";
pub(crate) const ALL: &str = "openid email https://www.googleapis.com/auth/gmail.send";
pub(crate) const ANA: &str = "facturas@papeleria.example";
pub(crate) const STATE: &str = "estado-1";
pub(crate) const NONCE: &str = "nonce-1";
const VERIFIER: &str = "verificador-verificador-verificador-verificador-1";

/// A sandbox with one registered client.
pub(crate) struct Desk {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
    pub(crate) client: Value,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let sandbox = Sandbox::start(Options::default()).unwrap();
        let client = sandbox.client_json(&[REDIRECT]);
        let http = reqwest::Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
        Self { sandbox, http, client }
    }

    /// An authorization address with the usual parameters, some of them replaced; an empty value leaves one out.
    pub(crate) fn auth_url(&self, replaced: &[(&str, &str)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let web = &self.client["web"];
        let mut query: Vec<(&str, &str)> = vec![
            ("client_id", web["client_id"].as_str().unwrap()),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("scope", ALL),
            ("state", STATE),
            ("nonce", NONCE),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("access_type", "offline"),
            ("prompt", "consent select_account"),
        ];
        for (name, value) in replaced {
            query.retain(|(known, _)| known != name);
            if !value.is_empty() {
                query.push((name, value));
            }
        }
        let mut url = Url::parse(web["auth_uri"].as_str().unwrap()).unwrap();
        url.query_pairs_mut().extend_pairs(query);
        url.to_string()
    }

    /// Walks through the pages; the parameters of the redirect.
    pub(crate) async fn walk(
        &self,
        replaced: &[(&str, &str)],
        person: &Person,
    ) -> Result<HashMap<String, String>, WalkError> {
        let url = walk::consent(&self.auth_url(replaced), person).await?;
        assert!(url.as_str().starts_with(REDIRECT), "{url}");
        Ok(url.query_pairs().into_owned().collect())
    }

    /// A form to the token endpoint with the client's id and secret.
    pub(crate) async fn token(&self, fields: &[(&str, &str)]) -> (u16, Value) {
        let web = &self.client["web"];
        let mut all = vec![
            ("client_id", web["client_id"].as_str().unwrap()),
            ("client_secret", web["client_secret"].as_str().unwrap()),
        ];
        for (name, value) in fields {
            all.retain(|(known, _)| known != name);
            if !value.is_empty() {
                all.push((name, value));
            }
        }
        self.form("/token", &all).await
    }

    pub(crate) async fn exchange(&self, code: &str) -> (u16, Value) {
        self.token(&exchange_fields(code)).await
    }

    pub(crate) async fn refresh(&self, token: &str) -> (u16, Value) {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Posts a form; status and JSON.
    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.http.post(self.at(path)).header("content-type", "application/x-www-form-urlencoded");
        answer(request.body(body).send().await.unwrap()).await
    }

    /// A whole sign-in of a person who ticks the box; the token answer.
    pub(crate) async fn signed_in(&self) -> Value {
        let redirect = self.walk(&[], &Person::willing()).await.unwrap();
        let (status, tokens) = self.exchange(&redirect["code"]).await;
        assert_eq!(status, 200, "{tokens}");
        tokens
    }

    pub(crate) async fn access_token(&self) -> String {
        self.signed_in().await["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.base())
    }

    pub(crate) fn count(&self, name: &str) -> u64 {
        self.sandbox.state()["counters"]["total"][name].as_u64().unwrap()
    }

    /// Sends through the endpoint for small messages.
    pub(crate) fn media(&self, token: &str, raw: &[u8]) -> RequestBuilder {
        let request = self.http.post(self.at("/upload/gmail/v1/users/me/messages/send?uploadType=media"));
        request.bearer_auth(token).header("content-type", "message/rfc822").body(raw.to_vec())
    }

    /// Opens an upload session; its address.
    pub(crate) async fn open(&self, token: &str, length: usize) -> String {
        let response = self.opening(token, length).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    pub(crate) fn opening(&self, token: &str, length: usize) -> RequestBuilder {
        let request = self.http.post(self.at("/upload/gmail/v1/users/me/messages/send?uploadType=resumable"));
        let request =
            request.header("x-upload-content-type", "message/rfc822").header("x-upload-content-length", length);
        request.bearer_auth(token).header("content-type", "application/json").body("{}")
    }

    /// A PUT of a session with this Content-Range.
    pub(crate) fn put(&self, session: &str, range: &str, bytes: &[u8]) -> RequestBuilder {
        self.http.put(session).header("content-range", format!("bytes {range}")).body(bytes.to_vec())
    }
}

pub(crate) fn exchange_fields(code: &str) -> [(&str, &str); 4] {
    [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)]
}

/// Status and JSON of an answer; what is no JSON is null.
pub(crate) async fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, serde_json::from_str(&response.text().await.unwrap()).unwrap_or(Value::Null))
}

/// A message with a text and one attachment of so many bytes.
pub(crate) fn letter(from: &str, attachment: usize) -> Vec<u8> {
    let bytes: Vec<u8> = (0..attachment).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
    let lines: Vec<&str> = encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let attached = lines.join("\r\n");
    format!(
        "From: Empresa <{from}>\r\nTo: cliente@receptor.example\r\nCc: copia@receptor.example\r\nBcc: oculta@receptor.example\r\n\
         Subject: =?utf-8?b?RmFjdHVyYSDDkQ==?=\r\nDate: Sun, 22 Nov 2026 12:00:00 -0600\r\nMessage-ID: <uno@papeleria.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         Adjuntamos su factura.\r\n--b\r\nContent-Type: application/xml\r\nContent-Disposition: attachment; filename=\"f.xml\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{attached}\r\n--b--\r\n"
    )
    .into_bytes()
}

//! Plays the person in front of the pages over plain HTTP, with a cookie jar by hand.

use std::collections::BTreeMap;

use reqwest::{Response, header, redirect};
use url::Url;

use super::scopes::GMAIL_SEND;

/// More pages than any walk has.
const MAX_STEPS: usize = 20;

/// Who signs in, and how they decide.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// Address of the account; it is created where the pages offer only that.
    pub(crate) email: String,
    pub(crate) password: String,
    /// Whether the box of `gmail.send` is ticked.
    pub(crate) tick_send: bool,
    /// Whether *Cancelar* is pressed instead of *Continuar*.
    pub(crate) cancel: bool,
}

impl Person {
    /// The first of the sandbox's accounts, who ticks the box and goes on.
    pub(crate) fn willing() -> Self {
        Self {
            email: "facturas@papeleria.example".to_owned(),
            password: "no-es-secreta".to_owned(),
            tick_send: true,
            cancel: false,
        }
    }
}

/// Why a walk ended without a redirect to the client.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WalkError {
    /// The connection or the runtime failed.
    #[error("the page could not be loaded: {0}")]
    Http(#[from] reqwest::Error),
    /// The runtime could not be built.
    #[error("no runtime: {0}")]
    Runtime(#[from] std::io::Error),
    /// A page refused the request; its status and text.
    #[error("the provider refused with status {status}: {page}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The page.
        page: String,
    },
    /// A page said that the person made a mistake, for example a wrong password.
    #[error("the page reports a mistake: {0}")]
    Mistake(String),
    /// A page that the walk does not know.
    #[error("unknown page: {0}")]
    UnknownPage(String),
    /// An address that is none.
    #[error("bad address: {0}")]
    Address(#[from] url::ParseError),
    /// Round and round.
    #[error("the walk did not end")]
    Endless,
}

/// Walks from the authorization address to the redirect; blocks, and must not be called inside a runtime.
pub(crate) fn consent_blocking(auth_url: &str, person: &Person) -> Result<Url, WalkError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(consent(auth_url, person))
}

/// Walks from the authorization address to the redirect, which it returns.
pub(crate) async fn consent(auth_url: &str, person: &Person) -> Result<Url, WalkError> {
    Browser::new()?.walk(auth_url, person).await
}

/// A browser: its cookies outlive one walk, as a real one's do.
#[derive(Debug)]
pub(crate) struct Browser {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
    /// Ids of the forms that were shown, in order: the pages a person saw.
    pub(crate) seen: Vec<String>,
}

impl Browser {
    /// A browser without cookies.
    pub(crate) fn new() -> Result<Self, WalkError> {
        let http = reqwest::Client::builder().redirect(redirect::Policy::none()).no_proxy().build()?;
        Ok(Self { http, cookies: BTreeMap::new(), seen: Vec::new() })
    }

    /// Walks from the authorization address to the redirect.
    pub(crate) async fn walk(&mut self, auth_url: &str, person: &Person) -> Result<Url, WalkError> {
        let start = Url::parse(auth_url)?;
        let mut here = start.clone();
        let mut response = self.get(&here).await?;
        for _ in 0..MAX_STEPS {
            if let Some(location) = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()) {
                let next = here.join(location)?;
                if next.origin() != start.origin() {
                    return Ok(next);
                }
                here = next;
                response = self.get(&here).await?;
                continue;
            }
            let status = response.status();
            let page = response.text().await?;
            if !status.is_success() {
                return Err(WalkError::Refused { status: status.as_u16(), page });
            }
            response = self.fill(&mut here, &page, person).await?;
        }
        Err(WalkError::Endless)
    }

    async fn get(&mut self, url: &Url) -> Result<Response, WalkError> {
        let request = self.http.get(url.clone()).header(header::COOKIE, self.cookie_line());
        self.sent(request).await
    }

    async fn sent(&mut self, request: reqwest::RequestBuilder) -> Result<Response, WalkError> {
        let response = request.send().await?;
        for value in response.headers().get_all(header::SET_COOKIE) {
            let pair =
                value.to_str().ok().and_then(|line| line.split(';').next()).and_then(|pair| pair.split_once('='));
            if let Some((name, value)) = pair {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(response)
    }

    fn cookie_line(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Fills the form of a page as the person would, and sends it.
    async fn fill(&mut self, here: &mut Url, page: &str, person: &Person) -> Result<Response, WalkError> {
        if let Some(mistake) = between(page, "<p id=\"mistake\"", "</p>") {
            return Err(WalkError::Mistake(mistake.to_owned()));
        }
        let Some(form) = between(page, "<form ", "</form>") else {
            return Err(WalkError::UnknownPage(page.to_owned()));
        };
        let id = attribute(form, "id").unwrap_or_default();
        self.seen.push(id.clone());
        let mut fields = hidden(form);
        let mut field = |name: &str, value: &str| fields.push((name.to_owned(), value.to_owned()));
        match id.as_str() {
            "chooser" if !form.contains(&format!("value=\"{}\"", person.email)) => {
                let flow = fields.iter().find(|(name, _)| name == "flow").map_or("", |(_, value)| value.as_str());
                *here = here.join(&format!("/signin/identifier?flow={flow}"))?;
                let here = here.clone();
                return self.get(&here).await;
            }
            "chooser" | "identifier" => field("email", &person.email),
            "password-form" => field("password", &person.password),
            "create-form" => {
                field("name", "Persona Nueva");
                field("email", &person.email);
                field("password", &person.password);
            }
            "consent" => {
                if person.tick_send && form.contains("id=\"scope-gmail-send\"") {
                    field("scope", GMAIL_SEND);
                }
                field("decision", if person.cancel { "cancel" } else { "continue" });
            }
            _ => return Err(WalkError::UnknownPage(page.to_owned())),
        }
        *here = here.join(&attribute(form, "action").unwrap_or_default())?;
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        let request = self.http.post(here.clone()).header(header::COOKIE, self.cookie_line());
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        self.sent(request).await
    }
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(from)?;
    rest.split_once(to).map(|(inside, _)| inside)
}

/// An attribute of the first element in `markup`, quoted or not.
fn attribute(markup: &str, name: &str) -> Option<String> {
    let markup = markup.split_once('>').map_or(markup, |(element, _)| element);
    let markup = format!(" {markup}");
    let (_, rest) = markup.split_once(&format!(" {name}="))?;
    let value = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split(' ').next()?,
    };
    Some(
        value
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&"),
    )
}

fn hidden(form: &str) -> Vec<(String, String)> {
    let inputs = form.split("<input ").skip(1).filter(|input| attribute(input, "type").as_deref() == Some("hidden"));
    inputs.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?))).collect()
}

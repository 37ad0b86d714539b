//! The authorization endpoint: checks the request and begins the pages.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

use super::behaviour::Beginning;
use super::google_error::status_code;
use super::html::{both, escape, page_with_status};
use super::state::{App, Client, Flow, World};
use super::{consent, random, scopes};

/// Name of the cookie that stands for a browser.
const COOKIE: &str = "sandbox_browser";

/// `GET /o/oauth2/v2/auth`
pub(crate) async fn authorize(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let mut world = app.world();
    if let Some(error) = world.behaviour.policy_error.clone() {
        return refusal(
            status_code(world.behaviour.policy_status),
            world.behaviour.policy_status.max(400),
            &error,
            POLICY,
        );
    }
    let client = match known_client(&world, &query) {
        Ok(client) => client,
        Err(_) if world.behaviour.refusal_redirects => return error_page_later(&query, &world),
        Err(response) => return *response,
    };
    let browser = browser_of(&headers).filter(|browser| world.browsers.contains_key(browser));
    let browser = browser.unwrap_or_else(|| {
        let name = random::token(18);
        let signed_in = world.first_visit();
        world.browsers.insert(name.clone(), signed_in);
        name
    });
    let flow = match requested_flow(&client, &query, &browser) {
        Ok(flow) => flow,
        Err((error, words)) => return refusal(StatusCode::BAD_REQUEST, 400, error, words),
    };
    let mut response = first_step(&app, &mut world, flow);
    if let Ok(cookie) = format!("{COOKIE}={browser}; Path=/; HttpOnly; SameSite=Lax").parse() {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The browser that a request comes from.
pub(crate) fn browser_of(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned())
}

const POLICY: (&str, &str) = (
    "El acceso está bloqueado por una regla. Cierre esta ventana.",
    "Access is blocked by a policy. Close this window.",
);

fn known_client(world: &World, query: &HashMap<String, String>) -> Result<Client, Box<Response>> {
    let client = query.get("client_id").and_then(|id| world.clients.get(id));
    let Some(client) = client else {
        let words = ("No se encontró el cliente OAuth.", "The OAuth client was not found.");
        return Err(Box::new(refusal(StatusCode::UNAUTHORIZED, 401, "invalid_client", words)));
    };
    let redirect = query.get("redirect_uri").map_or("", String::as_str);
    if !client.redirects_to(redirect) {
        let words = (
            "La dirección de regreso de esta aplicación no está registrada.",
            "You can't sign in because this app sent an invalid request: the redirect URI is not registered.",
        );
        return Err(Box::new(refusal(StatusCode::BAD_REQUEST, 400, "redirect_uri_mismatch", words)));
    }
    Ok(client.clone())
}

/// The way to the error page, as Google's own: the error's name lies inside of a base64 text.
fn error_page_later(query: &HashMap<String, String>, world: &World) -> Response {
    let known = query.get("client_id").is_some_and(|id| world.clients.contains_key(id));
    let error = if known { "redirect_uri_mismatch" } else { "invalid_client" };
    let inside = URL_SAFE_NO_PAD.encode(format!("\n\u{15}{error}\u{12}\u{2}no"));
    Redirect::to(&format!("/signin/oauth/error?authError={inside}")).into_response()
}

/// `GET /signin/oauth/error`: the page at the end of that way.
pub(crate) async fn error_page() -> Response {
    let words = ("La solicitud de esta aplicación no es válida.", "This app’s request is invalid.");
    refusal(StatusCode::BAD_REQUEST, 400, "invalid_request", words)
}

type Refused = (&'static str, (&'static str, &'static str));

fn requested_flow(client: &Client, query: &HashMap<String, String>, browser: &str) -> Result<Flow, Refused> {
    let get = |name: &str| query.get(name).filter(|value| !value.is_empty()).cloned();
    let invalid = |spanish, english| Err(("invalid_request", (spanish, english)));
    match get("response_type").as_deref() {
        Some("code") => {}
        Some(_) => {
            return Err(("unsupported_response_type", ("Tipo de respuesta desconocido.", "Unknown response_type.")));
        }
        None => {
            return invalid("Falta el parámetro response_type.", "Required parameter is missing: response_type");
        }
    }
    let Some(asked) = get("scope") else {
        return invalid("Falta el parámetro scope.", "Missing required parameter: scope");
    };
    let mut scopes: Vec<String> = Vec::new();
    for scope in asked.split_ascii_whitespace() {
        let Some(name) = scopes::canonical(scope) else {
            return Err(("invalid_scope", ("Un permiso pedido no existe.", "Some requested scopes were invalid.")));
        };
        if !scopes.iter().any(|known| known == name) {
            scopes.push(name.to_owned());
        }
    }
    // Google accepts a request without these two; our client must never send one.
    let Some(state) = get("state") else {
        return invalid("Falta el parámetro state.", "Missing required parameter: state");
    };
    let challenge = get("code_challenge").filter(|challenge| challenge.len() == 43);
    let (Some(challenge), Some("S256")) = (challenge, get("code_challenge_method").as_deref()) else {
        return invalid(
            "Falta PKCE con S256.",
            "Missing required parameter: code_challenge with code_challenge_method=S256",
        );
    };
    Ok(Flow {
        browser: browser.to_owned(),
        client_id: client.id.clone(),
        redirect_uri: get("redirect_uri").unwrap_or_default(),
        scopes,
        state,
        nonce: get("nonce"),
        challenge,
        login_hint: get("login_hint"),
        prompt: get("prompt").unwrap_or_default().split_ascii_whitespace().map(str::to_owned).collect(),
        offline: get("access_type").as_deref() == Some("offline"),
        include_granted: get("include_granted_scopes").as_deref() == Some("true"),
        claimed: None,
        account: None,
    })
}

/// Chooses the first page, or answers at once.
fn first_step(app: &App, world: &mut World, mut flow: Flow) -> Response {
    let signed_in = world.browsers.get(&flow.browser).cloned().unwrap_or_default();
    let hinted = flow.login_hint.as_deref().and_then(|hint| {
        let is_hinted =
            |account: &super::state::Account| account.email.eq_ignore_ascii_case(hint) || account.sub() == hint;
        world.accounts.iter().find(|account| is_hinted(account)).map(|account| account.email.clone())
    });
    let must_select = flow.prompt.iter().any(|prompt| prompt == "select_account");
    let hinted_here = hinted.clone().filter(|email| signed_in.contains(email));
    if flow.prompt.iter().any(|prompt| prompt == "none") {
        return silent(app, world, flow, hinted_here, &signed_in);
    }
    let id = random::token(18);
    let page = match (&hinted_here, signed_in.len()) {
        (Some(email), _) if !must_select => {
            flow.account = Some(email.clone());
            "consent"
        }
        (_, 0) if world.behaviour.beginning == Beginning::NoAccount && hinted.is_none() => "create",
        (_, 0) => "identifier",
        _ => "chooser",
    };
    world.flows.insert(id.clone(), flow);
    Redirect::to(&format!("/signin/{page}?flow={id}")).into_response()
}

/// `prompt=none`: no page, an answer or an error (OpenID Connect Core 3.1.2.6).
fn silent(app: &App, world: &mut World, mut flow: Flow, hinted: Option<String>, signed_in: &[String]) -> Response {
    let only = match signed_in {
        [only] => Some(only.clone()),
        _ => None,
    };
    let error = match hinted.or(only) {
        None if signed_in.is_empty() => "login_required",
        None => "account_selection_required",
        Some(email) => {
            flow.account = Some(email);
            if consent::is_granted(world, &flow) {
                return consent::finish(app, world, &flow, &flow.scopes);
            }
            "consent_required"
        }
    };
    consent::failed(app, world, &flow, error)
}

/// A page of a request that can go nowhere, in the form of Google's.
fn refusal(status: StatusCode, code: u16, error: &str, (spanish, english): (&str, &str)) -> Response {
    let title = both("Acceso bloqueado", "Access blocked: this app’s request is invalid");
    let words = both(spanish, english);
    let error = escape(error);
    page_with_status(
        status,
        "Acceso bloqueado",
        &format!("<h1>{title}</h1><p>{words}</p><p id=\"error\" class=mistake>Error {code}: {error}</p>"),
    )
}

/// The redirect back to the client with these parameters.
pub(crate) fn back_to(redirect_uri: &str, pairs: &[(&str, &str)]) -> Response {
    let Ok(mut url) = Url::parse(redirect_uri) else {
        let words = ("La dirección de regreso no es válida.", "The redirect URI is invalid.");
        return refusal(StatusCode::BAD_REQUEST, 400, "invalid_request", words);
    };
    url.query_pairs_mut().extend_pairs(pairs);
    (StatusCode::FOUND, [(header::LOCATION, url.to_string())]).into_response()
}

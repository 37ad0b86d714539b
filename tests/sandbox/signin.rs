//! The pages between the request and the consent: chooser, address, password, new account.
//!
//! Every page of these answers 200, also for a mistake: any other status closes the browser's sign-in window.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Form, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::authorize::browser_of;
use super::html::{both, escape, page};
use super::state::{Account, App, Flow, World};
use super::{consent, scopes};

/// Names the flow in a page's address.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    flow: String,
}

/// What the forms carry; each uses its part.
#[derive(Debug, Deserialize)]
pub(crate) struct Filled {
    flow: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    name: String,
}

type Mistake = Option<(&'static str, &'static str)>;

/// The flow of this browser; another browser's is as unknown as none.
fn own_flow(world: &World, headers: &HeaderMap, id: &str) -> Option<Flow> {
    let browser = browser_of(headers)?;
    world.flows.get(id).filter(|flow| flow.browser == browser).cloned()
}

fn lost() -> Response {
    let title = both("Esta página ya no es válida", "This page is no longer valid");
    let words = both("Cierre la ventana y empiece otra vez.", "Close the window and start again.");
    page("Página caduca", &format!("<h1 id=\"lost\">{title}</h1><p>{words}</p>"))
}

fn to(page: &str, id: &str) -> Response {
    Redirect::to(&format!("/signin/{page}?flow={id}")).into_response()
}

fn mistake_line(mistake: Mistake) -> String {
    mistake.map_or_else(String::new, |(spanish, english)| {
        format!("<p id=\"mistake\" class=mistake role=alert>{}</p>", both(spanish, english))
    })
}

/// `GET /signin/chooser`
pub(crate) async fn chooser(State(app): State<Arc<App>>, headers: HeaderMap, Query(which): Query<Which>) -> Response {
    let world = app.world();
    let Some(flow) = own_flow(&world, &headers, &which.flow) else {
        return lost();
    };
    let mut signed_in = world.browsers.get(&flow.browser).cloned().unwrap_or_default();
    // The hinted account comes first; the order of the others stays.
    signed_in.sort_by_key(|email| flow.login_hint.as_deref() != Some(email.as_str()));
    let mut accounts = String::new();
    for (number, email) in signed_in.iter().enumerate() {
        let name = world.account(email).map(|account| escape(&account.name)).unwrap_or_default();
        let (email, number) = (escape(email), number + 1);
        let written = write!(
            accounts,
            "<button class=account id=\"account-{number}\" name=email value=\"{email}\"><strong>{name}</strong><br>{email}</button>"
        );
        debug_assert!(written.is_ok(), "a string takes every text");
    }
    let id = escape(&which.flow);
    let title = both("Elija una cuenta", "Choose an account");
    let other = both("Usar otra cuenta", "Use another account");
    page(
        "Elija una cuenta",
        &format!(
            "<h1>{title}</h1><form id=\"chooser\" method=post action=\"/signin/chooser\"><input type=hidden name=flow value=\"{id}\">{accounts}</form>\
             <p><a id=\"use-another\" href=\"/signin/identifier?flow={id}\">{other}</a></p>"
        ),
    )
}

/// `POST /signin/chooser`
pub(crate) async fn choose(State(app): State<Arc<App>>, headers: HeaderMap, Form(form): Form<Filled>) -> Response {
    let mut world = app.world();
    let Some(flow) = own_flow(&world, &headers, &form.flow) else {
        return lost();
    };
    let signed_in = world.browsers.get(&flow.browser).is_some_and(|emails| emails.contains(&form.email));
    if !signed_in {
        return to("identifier", &form.flow);
    }
    signed_in_as(&mut world, &form.flow, &form.email)
}

/// `GET /signin/identifier`
pub(crate) async fn identifier(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Query(which): Query<Which>,
) -> Response {
    let world = app.world();
    let Some(flow) = own_flow(&world, &headers, &which.flow) else {
        return lost();
    };
    identifier_page(&which.flow, flow.login_hint.as_deref().unwrap_or_default(), None)
}

fn identifier_page(id: &str, email: &str, mistake: Mistake) -> Response {
    let (id, email, mistake) = (escape(id), escape(email), mistake_line(mistake));
    let title = both("Acceder", "Sign in");
    let label = both("Correo electrónico", "Email");
    let next = both("Siguiente", "Next");
    let create = both("Crear cuenta", "Create account");
    page(
        "Acceder",
        &format!(
            "<h1>{title}</h1>{mistake}<form id=\"identifier\" method=post action=\"/signin/identifier\"><input type=hidden name=flow value=\"{id}\">\
             <label for=\"email\">{label}</label><input id=\"email\" name=email type=email autocomplete=username required value=\"{email}\">\
             <div class=row><button id=\"next\" class=primary>{next}</button></div></form>\
             <p><a id=\"to-create-account\" href=\"/signin/create?flow={id}\">{create}</a></p>"
        ),
    )
}

/// `POST /signin/identifier`
pub(crate) async fn identify(State(app): State<Arc<App>>, headers: HeaderMap, Form(form): Form<Filled>) -> Response {
    let mut world = app.world();
    if own_flow(&world, &headers, &form.flow).is_none() {
        return lost();
    }
    let Some(email) = world.account(&form.email).map(|account| account.email.clone()) else {
        return identifier_page(
            &form.flow,
            &form.email,
            Some(("No se encontró esa cuenta.", "Couldn’t find that account.")),
        );
    };
    if let Some(flow) = world.flows.get_mut(&form.flow) {
        flow.claimed = Some(email);
    }
    to("password", &form.flow)
}

/// `GET /signin/password`
pub(crate) async fn password(State(app): State<Arc<App>>, headers: HeaderMap, Query(which): Query<Which>) -> Response {
    let world = app.world();
    let claimed = own_flow(&world, &headers, &which.flow).and_then(|flow| flow.claimed);
    claimed.map_or_else(lost, |email| password_page(&which.flow, &email, None))
}

fn password_page(id: &str, email: &str, mistake: Mistake) -> Response {
    let (id, email, mistake) = (escape(id), escape(email), mistake_line(mistake));
    let title = both("Le damos la bienvenida", "Welcome");
    let label = both("Contraseña", "Password");
    let next = both("Siguiente", "Next");
    page(
        "Contraseña",
        &format!(
            "<h1>{title}</h1><p><span class=chip id=\"account-email\">{email}</span></p>{mistake}\
             <form id=\"password-form\" method=post action=\"/signin/password\"><input type=hidden name=flow value=\"{id}\">\
             <label for=\"password\">{label}</label><input id=\"password\" name=password type=password autocomplete=current-password required>\
             <div class=row><button id=\"next\" class=primary>{next}</button></div></form>"
        ),
    )
}

/// `POST /signin/password`
pub(crate) async fn check_password(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(form): Form<Filled>,
) -> Response {
    let mut world = app.world();
    let claimed = own_flow(&world, &headers, &form.flow).and_then(|flow| flow.claimed);
    let Some(email) = claimed else { return lost() };
    let right = world.account(&email).is_some_and(|account| account.password == form.password);
    if !right {
        return password_page(&form.flow, &email, Some(("Contraseña incorrecta.", "Wrong password.")));
    }
    signed_in_as(&mut world, &form.flow, &email)
}

/// `GET /signin/create`
pub(crate) async fn create(State(app): State<Arc<App>>, headers: HeaderMap, Query(which): Query<Which>) -> Response {
    let world = app.world();
    if own_flow(&world, &headers, &which.flow).is_none() {
        return lost();
    }
    create_page(
        &which.flow,
        &Filled { flow: String::new(), email: String::new(), password: String::new(), name: String::new() },
        None,
    )
}

fn create_page(id: &str, form: &Filled, mistake: Mistake) -> Response {
    let (id, mistake) = (escape(id), mistake_line(mistake));
    let (name, email) = (escape(&form.name), escape(&form.email));
    let title = both("Crear cuenta", "Create account");
    let (name_label, email_label) = (both("Nombre", "Name"), both("Correo electrónico", "Email"));
    let (password_label, have) =
        (both("Contraseña", "Password"), both("Ya tengo una cuenta", "I already have an account"));
    page(
        "Crear cuenta",
        &format!(
            "<h1>{title}</h1>{mistake}<form id=\"create-form\" method=post action=\"/signin/create\"><input type=hidden name=flow value=\"{id}\">\
             <label for=\"name\">{name_label}</label><input id=\"name\" name=name autocomplete=name required value=\"{name}\">\
             <label for=\"email\">{email_label}</label><input id=\"email\" name=email type=email autocomplete=username required value=\"{email}\">\
             <label for=\"password\">{password_label}</label><input id=\"password\" name=password type=password autocomplete=new-password required>\
             <div class=row><button id=\"create-account\" class=primary>{title}</button></div></form>\
             <p><a id=\"have-account\" href=\"/signin/identifier?flow={id}\">{have}</a></p>"
        ),
    )
}

/// `POST /signin/create`
pub(crate) async fn create_account(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(form): Form<Filled>,
) -> Response {
    let mut world = app.world();
    if own_flow(&world, &headers, &form.flow).is_none() {
        return lost();
    }
    let email = form.email.trim().to_owned();
    let complete = email.contains('@') && !form.password.is_empty() && !form.name.trim().is_empty();
    let mistake = if !complete {
        Some(("Faltan datos.", "Something is missing."))
    } else if world.account(&email).is_some() {
        Some(("Esa dirección ya existe.", "That address is taken."))
    } else {
        None
    };
    if mistake.is_some() {
        return create_page(&form.flow, &form, mistake);
    }
    let name = form.name.trim().to_owned();
    world.accounts.push(Account { email: email.clone(), password: form.password.clone(), name, hd: None });
    signed_in_as(&mut world, &form.flow, &email)
}

/// Goes on as this account, which stays signed in in the browser.
fn signed_in_as(world: &mut World, id: &str, email: &str) -> Response {
    let Some(flow) = world.flows.get_mut(id) else {
        return lost();
    };
    flow.account = Some(email.to_owned());
    let browser = flow.browser.clone();
    let signed_in = world.browsers.entry(browser).or_default();
    if !signed_in.iter().any(|known| known == email) {
        signed_in.push(email.to_owned());
    }
    to("consent", id)
}

/// `GET /signin/consent`
pub(crate) async fn consent(State(app): State<Arc<App>>, headers: HeaderMap, Query(which): Query<Which>) -> Response {
    let mut world = app.world();
    let flow = own_flow(&world, &headers, &which.flow).filter(|flow| flow.account.is_some());
    let Some(flow) = flow else { return lost() };
    let must_ask = flow.prompt.iter().any(|prompt| prompt == "consent");
    if !must_ask && consent::is_granted(&world, &flow) {
        world.flows.remove(&which.flow);
        return consent::finish(&app, &mut world, &flow, &flow.scopes);
    }
    consent::consent_page(&escape(&which.flow), &flow)
}

/// `POST /signin/consent`
pub(crate) async fn decide(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let get = |name: &str| fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str());
    let mut world = app.world();
    let flow = own_flow(&world, &headers, get("flow")).filter(|flow| flow.account.is_some());
    let Some(flow) = flow else { return lost() };
    world.flows.remove(get("flow"));
    if get("decision") != "continue" {
        return consent::failed(&app, &world, &flow, "access_denied");
    }
    let ticked = |scope: &String| fields.iter().any(|(field, value)| field == "scope" && value == scope);
    let allowed: Vec<String> =
        flow.scopes.iter().filter(|scope| scopes::is_sign_in(scope) || ticked(scope)).cloned().collect();
    consent::finish(&app, &mut world, &flow, &allowed)
}

/// `GET /app/privacidad`: stands for the privacy policy of the application.
pub(crate) async fn privacy() -> Response {
    let title = both("Aviso de privacidad (muestra)", "Privacy policy (sample)");
    let words = both(
        "Esta página ocupa en el sandbox el lugar del aviso de privacidad de la aplicación.",
        "In the sandbox this page takes the place of the application’s privacy policy.",
    );
    page("Aviso de privacidad", &format!("<h1 id=\"privacy\">{title}</h1><p>{words}</p>"))
}

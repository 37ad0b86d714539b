//! A stand-in for the SAT's status service (*ConsultaCFDIService*), written from public descriptions of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::state::{App, World};

/// Where it answers.
pub(crate) const PATH: &str = "/ConsultaCFDIService.svc";

/// The operation that a client has to name.
const ACTION: &str = "http://tempuri.org/IConsultaCFDIService/Consulta";

/// What it says of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// *Vigente*, as of every document of which nothing else was said.
    #[default]
    Vigente,
    /// *Cancelado*.
    Cancelado,
    /// `N - 602`, *No Encontrado*.
    NoEncontrado,
    /// `N - 601`: the question is malformed, although it is not.
    N601,
    /// A page with status 200, as load balancers send it.
    Html,
    /// A SOAP answer without the fields that count.
    Empty,
}

/// One order of a test.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    uuid: String,
    answer: Answer,
}

/// Takes an order.
pub(crate) fn order(world: &mut World, order: Order) {
    world.statuses.insert(order.uuid.to_uppercase(), order.answer);
}

/// `POST /admin/sat`
pub(crate) async fn set(State(app): State<Arc<App>>, Json(given): Json<Value>) -> Response {
    match serde_json::from_value(given) {
        Ok(given) => {
            order(&mut app.world(), given);
            Json(json!({})).into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, Json(json!({ "error": error.to_string() }))).into_response(),
    }
}

/// `POST /ConsultaCFDIService.svc`
pub(crate) async fn ask(State(app): State<Arc<App>>, headers: HeaderMap, body: String) -> Response {
    let named = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    app.world().counters.total.sat_questions += 1;
    if named("soapaction").trim_matches('"') != ACTION || !named("content-type").starts_with("text/xml") {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let Some(uuid) = uuid_of(&body) else { return soap(&fields(N601, "No Encontrado")) };
    let answer = app.world().statuses.get(&uuid).copied().unwrap_or_default();
    match answer {
        Answer::Vigente => soap(&fields(FOUND, "Vigente")),
        Answer::Cancelado => soap(&fields(FOUND, "Cancelado")),
        Answer::NoEncontrado => soap(&fields("N - 602: Comprobante no encontrado.", "No Encontrado")),
        Answer::N601 => soap(&fields(N601, "No Encontrado")),
        Answer::Html => page(),
        Answer::Empty => soap(""),
    }
}

const FOUND: &str = "S - Comprobante obtenido satisfactoriamente.";
const N601: &str = "N - 601: La expresión impresa proporcionada no es válida.";

/// The folio fiscal of a well-formed question: it names issuer, receiver, total and the end of the seal.
fn uuid_of(body: &str) -> Option<String> {
    let question = body.split_once("<expresionImpresa>")?.1.split_once("</expresionImpresa>")?.0;
    // Once for the SOAP message; the question itself keeps what the XML of the document has.
    let question = question.replace("&amp;", "&").replace("&amp;", "+");
    let pairs: Vec<(&str, &str)> =
        question.split_once('?')?.1.split('&').map(|pair| pair.split_once('=')).collect::<Option<_>>()?;
    let value = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let whole = [("re", 12), ("rr", 12), ("tt", 3), ("fe", 8)];
    let complete = whole.iter().all(|(name, least)| value(name).is_some_and(|text| text.chars().count() >= *least));
    complete.then(|| value("id").map(str::to_uppercase)).flatten().filter(|uuid| uuid.len() == 36)
}

fn fields(code: &str, state: &str) -> String {
    format!(
        "<a:CodigoEstatus>{code}</a:CodigoEstatus><a:EsCancelable>Cancelable sin aceptación</a:EsCancelable>\
         <a:Estado>{state}</a:Estado><a:EstatusCancelacion/><a:ValidacionEFOS>200</a:ValidacionEFOS>"
    )
}

fn soap(fields: &str) -> Response {
    let body = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <ConsultaResponse xmlns=\"http://tempuri.org/\"><ConsultaResult \
         xmlns:a=\"http://schemas.datacontract.org/2004/07/Sat.Cfdi.Negocio.ConsultaCfdi.Servicio\" \
         xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">{fields}</ConsultaResult></ConsultaResponse></s:Body></s:Envelope>"
    );
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response()
}

fn page() -> Response {
    let body = "<!DOCTYPE html><html><body><h1>Servicio en mantenimiento</h1></body></html>";
    ([(header::CONTENT_TYPE, "text/html")], body).into_response()
}

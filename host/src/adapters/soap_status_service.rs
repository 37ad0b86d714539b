//! `StatusService` over the SAT's SOAP service *ConsultaCFDIService* and the shared HTTP client.

use std::sync::Arc;
use std::time::Duration;

use quick_xml::NsReader;
use quick_xml::escape::escape;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use reqwest::header::CONTENT_TYPE;
use url::Url;

use crate::domain::status::{CouldNotAsk, Outcome, Question, Status};
use crate::net::{Net, Silence, silence};
use crate::ports::status::StatusService;

/// The SAT's public address.
pub const ADDRESS: &str = "https://consultaqr.facturaelectronica.sat.gob.mx/ConsultaCFDIService.svc";

/// The operation, as the service's description names it.
const ACTION: &str = "http://tempuri.org/IConsultaCFDIService/Consulta";

/// Time for one question from connecting to the last byte: a person waits for it with a preview.
const TIMEOUT: Duration = Duration::from_secs(4);

/// Longest answer, in bytes; a true one has about 700.
const MAX_ANSWER: usize = 64 * 1024;

/// The elements that lead to an answer, from the root on, with their namespaces.
const PATH: [(&str, &str); 4] = [
    ("http://schemas.xmlsoap.org/soap/envelope/", "Envelope"),
    ("http://schemas.xmlsoap.org/soap/envelope/", "Body"),
    ("http://tempuri.org/", "ConsultaResponse"),
    ("http://tempuri.org/", "ConsultaResult"),
];

/// Namespace of the answer's own elements.
const FIELDS: &str = "http://schemas.datacontract.org/2004/07/Sat.Cfdi.Negocio.ConsultaCfdi.Servicio";

/// The service at one address.
#[derive(Debug)]
pub struct SoapStatusService {
    net: Arc<Net>,
    address: Url,
}

impl SoapStatusService {
    /// The service at that address, over that network.
    #[must_use]
    pub fn new(net: Arc<Net>, address: Url) -> Self {
        Self { net, address }
    }

    async fn post(&self, http: reqwest::Client, question: &Question) -> Result<Vec<u8>, CouldNotAsk> {
        let request = http
            .post(self.address.clone())
            .timeout(TIMEOUT)
            .header(CONTENT_TYPE, "text/xml; charset=utf-8")
            .header("SOAPAction", format!("\"{ACTION}\""))
            .body(envelope(question));
        let failed = |error: reqwest::Error| from_silence(silence(&error));
        let mut response = request.send().await.map_err(failed)?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(CouldNotAsk::ServiceFailed);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(CouldNotAsk::Unintelligible);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

impl StatusService for SoapStatusService {
    fn ask(&self, question: &Question) -> Outcome {
        // The roots of the system alone: a client file's authority is the provider's, not the SAT's.
        let http = self.net.client(None).map_err(from_silence)?;
        let body = self.net.run(self.post(http, question)).map_err(from_silence)??;
        judge(std::str::from_utf8(&body).map_err(|_| CouldNotAsk::Unintelligible)?)
    }
}

fn from_silence(silence: Silence) -> CouldNotAsk {
    match silence {
        Silence::Offline | Silence::ProxyUnreachable | Silence::Proxy => CouldNotAsk::Offline,
        Silence::Tls
        | Silence::Untrusted
        | Silence::CertificateDate
        | Silence::CertificateName
        | Silence::AuthorityFile => CouldNotAsk::Tls,
        Silence::NoAnswer => CouldNotAsk::NoAnswer,
    }
}

fn envelope(question: &Question) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"{}\"><s:Body><Consulta xmlns=\"{}\">\
         <expresionImpresa>{}</expresionImpresa></Consulta></s:Body></s:Envelope>",
        PATH[0].0,
        PATH[2].0,
        escape(question.as_str())
    )
}

/// What an answer says. Whatever is not exactly understood is no answer.
fn judge(xml: &str) -> Outcome {
    let fields = Fields::read(xml).ok_or(CouldNotAsk::Unintelligible)?;
    let code = fields.code.as_deref().map(str::trim).unwrap_or_default();
    let state = fields.state.as_deref().map(str::trim).unwrap_or_default();
    let is = |prefix: &str| code.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(':'));
    if is("N - 601") {
        return Err(CouldNotAsk::NotAccepted);
    }
    let found = code.starts_with("S - ");
    match state.to_lowercase().as_str() {
        "vigente" if found => Ok(Status::Current),
        "cancelado" if found => Ok(Status::Cancelled),
        "no encontrado" if found || is("N - 602") => Ok(Status::NotFound),
        _ => Err(CouldNotAsk::Unintelligible),
    }
}

#[derive(Debug, Default)]
struct Fields {
    code: Option<String>,
    state: Option<String>,
}

impl Fields {
    /// The two fields that count, each once, at their place and in their namespace.
    fn read(xml: &str) -> Option<Self> {
        let mut reader = NsReader::from_str(xml);
        let mut fields = Self::default();
        let mut depth = 0;
        // How many elements of the path are open, one inside the other.
        let mut along = 0;
        let mut text: Option<(bool, String)> = None;
        loop {
            let event = reader.read_event().ok()?;
            match event {
                Event::Start(ref tag) | Event::Empty(ref tag) => {
                    if text.is_some() {
                        return None;
                    }
                    let (namespace, local) = reader.resolver().resolve_element(tag.name());
                    let ResolveResult::Bound(namespace) = namespace else { return None };
                    let is_empty = matches!(event, Event::Empty(_));
                    let name = (namespace.0, local.as_ref());
                    if !is_empty && along == depth && PATH.get(depth) == Some(&name) {
                        along += 1;
                    } else if along == PATH.len() && depth == PATH.len() && name.0 == FIELDS && !is_empty {
                        text = match name.1 {
                            "CodigoEstatus" => Some((true, String::new())),
                            "Estado" => Some((false, String::new())),
                            _ => None,
                        };
                    } else if depth == 0 {
                        return None;
                    }
                    depth += usize::from(!is_empty);
                }
                Event::End(_) => {
                    depth -= 1;
                    along = along.min(depth);
                    if let Some((is_code, text)) = text.take() {
                        let field = if is_code { &mut fields.code } else { &mut fields.state };
                        if field.replace(text).is_some() {
                            return None;
                        }
                    }
                }
                Event::Text(part) => {
                    if let Some((_, text)) = &mut text {
                        text.push_str(&part);
                    }
                }
                Event::Eof => return (depth == 0).then_some(fields),
                Event::DocType(_) => return None,
                // Nothing that counts is written so.
                Event::GeneralRef(_) | Event::CData(_) if text.is_some() => return None,
                Event::GeneralRef(_) | Event::CData(_) | Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(code: &str, state: &str) -> String {
        format!(
            "<s:Envelope xmlns:s=\"{}\"><s:Body><ConsultaResponse xmlns=\"{}\"><ConsultaResult xmlns:a=\"{FIELDS}\" \
             xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><a:CodigoEstatus>{code}</a:CodigoEstatus>\
             <a:EsCancelable>No cancelable</a:EsCancelable><a:Estado>{state}</a:Estado><a:EstatusCancelacion/>\
             <a:ValidacionEFOS>200</a:ValidacionEFOS></ConsultaResult></ConsultaResponse></s:Body></s:Envelope>",
            PATH[0].0, PATH[2].0
        )
    }

    const FOUND: &str = "S - Comprobante obtenido satisfactoriamente.";

    #[test]
    fn the_three_answers_are_told_apart_and_nothing_else_is_one() {
        for (code, state, expected) in [
            (FOUND, "Vigente", Ok(Status::Current)),
            (FOUND, " Cancelado ", Ok(Status::Cancelled)),
            ("N - 602: Comprobante no encontrado.", "No Encontrado", Ok(Status::NotFound)),
            (
                "N - 601: La expresión impresa proporcionada no es válida.",
                "No Encontrado",
                Err(CouldNotAsk::NotAccepted),
            ),
            ("N - 602: Comprobante no encontrado.", "Vigente", Err(CouldNotAsk::Unintelligible)),
            ("N - 699: x", "No Encontrado", Err(CouldNotAsk::Unintelligible)),
            (FOUND, "Suspendido", Err(CouldNotAsk::Unintelligible)),
            ("", "Vigente", Err(CouldNotAsk::Unintelligible)),
            (FOUND, "", Err(CouldNotAsk::Unintelligible)),
        ] {
            assert_eq!(judge(&answer(code, state)), expected, "{code} {state}");
        }
    }

    #[test]
    fn an_answer_of_another_shape_is_none() {
        let good = answer(FOUND, "Cancelado");
        let unintelligible = Err(CouldNotAsk::Unintelligible);
        for (name, xml) in [
            ("empty", String::new()),
            ("a page", "<html><body>Vigente</body></html>".to_owned()),
            ("cut off", good[..good.len() - 20].to_owned()),
            ("another envelope", good.replace("schemas.xmlsoap.org/soap", "example.mx")),
            ("another service", good.replace("tempuri.org", "example.mx")),
            ("other fields", good.replace("2004/07", "2004/08")),
            (
                "twice",
                good.replace(
                    "<a:Estado>Cancelado</a:Estado>",
                    "<a:Estado>Vigente</a:Estado><a:Estado>Cancelado</a:Estado>",
                ),
            ),
            ("deeper", good.replace("<a:Estado>Cancelado</a:Estado>", "<a:x><a:Estado>Cancelado</a:Estado></a:x>")),
            ("a reference", good.replace(">Cancelado<", ">Cancelado&amp;<")),
            ("a document type", format!("<!DOCTYPE x>{good}")),
            ("a fault", good.replace("ConsultaResponse", "Fault")),
        ] {
            assert_ne!(xml, good, "{name}");
            assert_eq!(judge(&xml), unintelligible, "{name}");
        }
        let prefixed = good.replace("<s:", "<soap:").replace("</s:", "</soap:").replace("xmlns:s=", "xmlns:soap=");
        assert_eq!(judge(&prefixed), Ok(Status::Cancelled));
    }
}

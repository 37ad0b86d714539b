//! The XML of a sample.

use super::sealing::{Signer, certificate, placeholder, seal};
use super::{Money, Spec, Version, digest, uuid};

/// Makes the XML of a spec, sealed by its issuer. `Sello` and `SelloCFD` are equal, as in every document that was stamped
/// as it is.
pub(crate) fn xml(spec: &Spec) -> String {
    seal(Signer::Issuer, &unsealed(spec))
}

/// The XML with the placeholder of its seal in both places.
pub(crate) fn unsealed(spec: &Spec) -> String {
    let money = Money::of(spec);
    let (namespace, schema, version) = match spec.version {
        Version::V40 => ("http://www.sat.gob.mx/cfd/4", "4/cfdv40.xsd", "4.0"),
        Version::V33 => ("http://www.sat.gob.mx/cfd/3", "3/cfdv33.xsd", "3.3"),
    };
    let sello = placeholder();
    let (serie, folio, date, kind) = (escape(&spec.serie), escape(&spec.folio), &spec.date, spec.kind);
    let number = Signer::Issuer.number();
    let certificate = certificate(Signer::Issuer, number, &spec.issuer.rfc);
    let new_only = if spec.version == Version::V40 { " Exportacion=\"01\"" } else { "" };
    let (currency, payment) = match kind {
        'P' | 'T' => ("XXX", ""),
        'N' => ("MXN", " MetodoPago=\"PUE\""),
        _ => ("MXN", " FormaPago=\"03\" MetodoPago=\"PUE\""),
    };
    let subtotal = if money.total == "0" { "0" } else { &money.subtotal };
    let total = &money.total;
    let parties = parties(spec);
    let concepts = concepts(spec, &money);
    let complement = complement(spec, &money);
    let timbre = timbre(spec, &sello);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <cfdi:Comprobante xmlns:cfdi=\"{namespace}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:schemaLocation=\"{namespace} http://www.sat.gob.mx/sitio_internet/cfd/{schema}\" Version=\"{version}\" \
         Serie=\"{serie}\" Folio=\"{folio}\" Fecha=\"{date}\" Sello=\"{sello}\"{payment} NoCertificado=\"{number}\" \
         Certificado=\"{certificate}\" SubTotal=\"{subtotal}\" Moneda=\"{currency}\" Total=\"{total}\" \
         TipoDeComprobante=\"{kind}\"{new_only} LugarExpedicion=\"64000\">\n\
         {parties}{concepts}  <cfdi:Complemento>\n{complement}{timbre}  </cfdi:Complemento>\n</cfdi:Comprobante>\n"
    )
}

fn parties(spec: &Spec) -> String {
    let (issuer, issuer_name) = (escape(&spec.issuer.rfc), escape(&spec.issuer.name));
    let (receiver, receiver_name) = (escape(&spec.receiver.rfc), escape(&spec.receiver.name));
    let usage = match spec.kind {
        'P' => "CP01",
        'N' => "CN01",
        'T' => "S01",
        _ => "G03",
    };
    let new_only = match spec.version {
        Version::V40 => " DomicilioFiscalReceptor=\"64000\" RegimenFiscalReceptor=\"601\"",
        Version::V33 => "",
    };
    format!(
        "  <cfdi:Emisor Rfc=\"{issuer}\" Nombre=\"{issuer_name}\" RegimenFiscal=\"601\"/>\n  \
         <cfdi:Receptor Rfc=\"{receiver}\" Nombre=\"{receiver_name}\"{new_only} UsoCFDI=\"{usage}\"/>\n"
    )
}

fn concepts(spec: &Spec, money: &Money) -> String {
    let Money { subtotal, tax, .. } = money;
    let base = match spec.version {
        Version::V40 => format!("Base=\"{subtotal}\" "),
        Version::V33 => String::new(),
    };
    if matches!(spec.kind, 'P' | 'T') {
        return "  <cfdi:Conceptos>\n    <cfdi:Concepto ClaveProdServ=\"84111506\" Cantidad=\"1\" ClaveUnidad=\"ACT\" \
                Descripcion=\"Muestra\" ValorUnitario=\"0\" Importe=\"0\"/>\n  </cfdi:Conceptos>\n"
            .to_owned();
    }
    let taxes = if spec.kind == 'N' {
        String::new()
    } else {
        format!(
            "  <cfdi:Impuestos TotalImpuestosTrasladados=\"{tax}\">\n    <cfdi:Traslados>\n      <cfdi:Traslado \
             {base}Impuesto=\"002\" TipoFactor=\"Tasa\" TasaOCuota=\"0.160000\" Importe=\"{tax}\"/>\n    \
             </cfdi:Traslados>\n  </cfdi:Impuestos>\n"
        )
    };
    format!(
        "  <cfdi:Conceptos>\n    <cfdi:Concepto ClaveProdServ=\"01010101\" Cantidad=\"1\" ClaveUnidad=\"H87\" \
         Descripcion=\"Servicio de demostración\" ValorUnitario=\"{subtotal}\" Importe=\"{subtotal}\"/>\n  \
         </cfdi:Conceptos>\n{taxes}"
    )
}

/// The complement of the kind. The one for payroll reuses the names *Emisor* and *Receptor*, as the real one does.
fn complement(spec: &Spec, money: &Money) -> String {
    let (gross, subtotal, date) = (&money.gross, &money.subtotal, &spec.date);
    let day = &date[..10];
    match spec.kind {
        'P' => format!(
            "    <pago20:Pagos xmlns:pago20=\"http://www.sat.gob.mx/Pagos20\" Version=\"2.0\">\n      <pago20:Totales \
             MontoTotalPagos=\"{gross}\"/>\n      <pago20:Pago FechaPago=\"{date}\" FormaDePagoP=\"03\" MonedaP=\"MXN\" \
             TipoCambioP=\"1\" Monto=\"{gross}\">\n        <pago20:DoctoRelacionado IdDocumento=\"{}\" Serie=\"A\" \
             Folio=\"1\" MonedaDR=\"MXN\" EquivalenciaDR=\"1\" NumParcialidad=\"1\" ImpSaldoAnt=\"{gross}\" \
             ImpPagado=\"{gross}\" ImpSaldoInsoluto=\"0.00\" ObjetoImpDR=\"01\"/>\n      </pago20:Pago>\n    \
             </pago20:Pagos>\n",
            uuid(spec.seed + 1_000_000)
        ),
        'N' => format!(
            "    <nomina12:Nomina xmlns:nomina12=\"http://www.sat.gob.mx/nomina12\" Version=\"1.2\" TipoNomina=\"O\" \
             FechaPago=\"{day}\" FechaInicialPago=\"{day}\" FechaFinalPago=\"{day}\" NumDiasPagados=\"15.000\" \
             TotalPercepciones=\"{subtotal}\">\n      <nomina12:Emisor RegistroPatronal=\"Z0000000000\"/>\n      \
             <nomina12:Receptor Curp=\"XEXX010101HNEXXXA4\" NumEmpleado=\"1\" Antigüedad=\"P52W\"/>\n    \
             </nomina12:Nomina>\n"
        ),
        _ => String::new(),
    }
}

fn timbre(spec: &Spec, sello: &str) -> String {
    let (uuid, date, number) = (uuid(spec.seed), &spec.date, fake_digits(8));
    let sat = fake_base64(spec.seed, "sello of the SAT", 344);
    format!(
        "    <tfd:TimbreFiscalDigital xmlns:tfd=\"http://www.sat.gob.mx/TimbreFiscalDigital\" \
         xsi:schemaLocation=\"http://www.sat.gob.mx/TimbreFiscalDigital \
         http://www.sat.gob.mx/sitio_internet/cfd/TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd\" Version=\"1.1\" \
         UUID=\"{uuid}\" FechaTimbrado=\"{date}\" RfcProvCertif=\"PAC010101AAA\" SelloCFD=\"{sello}\" \
         NoCertificadoSAT=\"{number}\" SelloSAT=\"{sat}\"/>\n"
    )
}

/// Escapes a value for an attribute in double quotes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// A certificate number of 20 digits that no authority gave out.
fn fake_digits(last: u8) -> String {
    format!("0000100000090000000{last}")
}

/// Text in the alphabet of base64, of a length divisible by four, that encodes nothing.
fn fake_base64(seed: u64, label: &str, length: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let blocks = (0u64..).flat_map(|block| digest(seed, &format!("{label} {block}")));
    let mut text: String = blocks.map(|byte| char::from(ALPHABET[usize::from(byte % 64)])).take(length - 2).collect();
    text.push_str("==");
    text
}

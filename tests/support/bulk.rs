//! Makes many synthetic CFDI fast, and very long ones: for measurements and for the index, where seals do not count.
//!
//! The seals are noise in the alphabet of base64. The same seed and number give the same bytes on every machine.
#![allow(
    clippy::allow_attributes,
    dead_code,
    reason = "every target that includes this module uses another part of it"
)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test support may fail by panicking")]

#[path = "chance.rs"]
pub(crate) mod chance;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use chance::Chance;
use correo_cfdi::domain::rfc;

/// Concepts of the long document: about 10 MB.
pub(crate) const LONG_CONCEPTS: u64 = 25_000;

/// One document in so many begins with a byte order mark.
const ONE_MARK_IN: u64 = 20;

/// Different receivers, as an office has them.
const RECEIVERS: u64 = 4_000;

/// The word in the name of every second receiver; no other name has it.
pub(crate) const BROAD_WORD: &str = "comercializadora";

const TRADES: [&str; 8] =
    ["PAPELERÍA", "FERRETERÍA", "TRANSPORTES", "CONSTRUCCIÓN", "CERÁMICA", "JARDINERÍA", "IMPRENTA", "SEÑALIZACIÓN"];
const PLACES: [&str; 8] = ["SURESTE", "BAJÍO", "NORTE", "GOLFO", "PACÍFICO", "ALTIPLANO", "ISTMO", "CENTRO"];
const GOODS: [&str; 6] = [
    "Servicio de demostración por hora",
    "Caja con 12 piezas de tornillería &quot;1/4&quot;",
    "Papel tamaño carta, 75 g, paquete",
    "Flete México &#8211; Mérida",
    "Café tostado &amp; molido, 1 kg",
    "Mantenimiento de señalización",
];

/// One made document.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// In upper case.
    pub(crate) uuid: String,
    /// Folder and file name: year, month, and a name with the number.
    pub(crate) place: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

/// The `number`-th document under a seed: 1 to 8 concepts, 6 kB on average.
pub(crate) fn document(seed: u64, number: u64) -> Document {
    let mut chance = Chance::of_run(seed, number);
    let concepts = 1 + chance.below(8);
    document_of(&mut chance, number, concepts)
}

/// A document with 25,000 concepts.
pub(crate) fn long(seed: u64) -> Vec<u8> {
    document_of(&mut Chance::of_run(seed, u64::MAX), 1, LONG_CONCEPTS).bytes
}

/// Writes the documents 0 to `count` under a folder, by year and month, and gives their paths.
pub(crate) fn write(folder: &Path, count: u64, seed: u64) -> Vec<PathBuf> {
    (0..count).map(|number| put(folder, &document(seed, number))).collect()
}

/// Writes one document to its place under a folder.
pub(crate) fn put(folder: &Path, document: &Document) -> PathBuf {
    let path = folder.join(&document.place);
    if !path.parent().unwrap().is_dir() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
    }
    fs::write(&path, &document.bytes).unwrap();
    path
}

fn document_of(chance: &mut Chance, number: u64, concepts: u64) -> Document {
    let uuid = uuid(chance);
    let old = chance.one_in(10);
    let (year, month, day) = (2020 + chance.below(7), 1 + chance.below(12), 1 + chance.below(28));
    let date = format!("{year}-{month:02}-{day:02}T{:02}:{:02}:00", 8 + chance.below(12), chance.below(60));
    let kind = match chance.below(25) {
        0..=2 if !old => 'P',
        3 | 4 => 'E',
        _ => 'I',
    };
    let mut text = if chance.one_in(ONE_MARK_IN) { String::from('\u{FEFF}') } else { String::new() };
    text.reserve(4_500 + 500 * usize::try_from(concepts).unwrap());
    let body = if kind == 'P' { paid_body(chance, &date) } else { sold_body(chance, concepts, old) };
    let sello = noise(chance, 344);
    let (namespace, schema, version) = match old {
        false => ("http://www.sat.gob.mx/cfd/4", "4/cfdv40.xsd", "4.0"),
        true => ("http://www.sat.gob.mx/cfd/3", "3/cfdv33.xsd", "3.3"),
    };
    let payment = if kind == 'P' { "" } else { " FormaPago=\"03\" MetodoPago=\"PUE\" CondicionesDePago=\"Contado\"" };
    let exported = if old { "" } else { " Exportacion=\"01\"" };
    write!(
        text,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cfdi:Comprobante xmlns:cfdi=\"{namespace}\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"{namespace} \
         http://www.sat.gob.mx/sitio_internet/cfd/{schema}\" Version=\"{version}\" Serie=\"F\" Folio=\"{number}\" \
         Fecha=\"{date}\" Sello=\"{sello}\"{payment} NoCertificado=\"00001000000900000007\" Certificado=\"{}\" \
         SubTotal=\"{}\" Moneda=\"{}\" Total=\"{}\" TipoDeComprobante=\"{kind}\"{exported} LugarExpedicion=\"64000\">\n\
         {}{}  <cfdi:Complemento>\n{}    <tfd:TimbreFiscalDigital \
         xmlns:tfd=\"http://www.sat.gob.mx/TimbreFiscalDigital\" \
         xsi:schemaLocation=\"http://www.sat.gob.mx/TimbreFiscalDigital \
         http://www.sat.gob.mx/sitio_internet/cfd/TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd\" Version=\"1.1\" \
         UUID=\"{uuid}\" FechaTimbrado=\"{date}\" RfcProvCertif=\"PAC010101AAA\" SelloCFD=\"{sello}\" \
         NoCertificadoSAT=\"00001000000900000008\" SelloSAT=\"{}\"/>\n  </cfdi:Complemento>\n</cfdi:Comprobante>\n",
        noise(chance, 2_000),
        body.subtotal,
        if kind == 'P' { "XXX" } else { "MXN" },
        body.total,
        parties(chance, kind, old),
        body.concepts,
        body.complement,
        noise(chance, 344),
    )
    .unwrap();
    let place = PathBuf::from(format!("{year}/{month:02}/F{number:07}.xml"));
    Document { uuid, place, bytes: text.into_bytes() }
}

struct Body {
    subtotal: String,
    total: String,
    concepts: String,
    complement: String,
}

fn money(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Concepts with their taxes, and the taxes of all.
fn sold_body(chance: &mut Chance, concepts: u64, old: bool) -> Body {
    let object = if old { "" } else { " ObjetoImp=\"02\"" };
    let (mut text, mut net, mut tax) = (String::from("  <cfdi:Conceptos>\n"), 0, 0);
    for _ in 0..concepts {
        let cents = 100 * (1 + chance.below(90_000));
        let own_tax = cents * 16 / 100;
        (net, tax) = (net + cents, tax + own_tax);
        let (price, own_tax, goods) = (money(cents), money(own_tax), chance.pick(&GOODS));
        write!(
            text,
            "    <cfdi:Concepto ClaveProdServ=\"01010101\" NoIdentificacion=\"{:06}\" Cantidad=\"1\" ClaveUnidad=\"H87\" \
             Unidad=\"Pieza\" Descripcion=\"{goods}\" ValorUnitario=\"{price}\" Importe=\"{price}\"{object}>\n      \
             <cfdi:Impuestos>\n        <cfdi:Traslados>\n          <cfdi:Traslado Base=\"{price}\" Impuesto=\"002\" \
             TipoFactor=\"Tasa\" TasaOCuota=\"0.160000\" Importe=\"{own_tax}\"/>\n        </cfdi:Traslados>\n      \
             </cfdi:Impuestos>\n    </cfdi:Concepto>\n",
            chance.below(1_000_000),
        )
        .unwrap();
    }
    let base = if old { String::new() } else { format!("Base=\"{}\" ", money(net)) };
    write!(
        text,
        "  </cfdi:Conceptos>\n  <cfdi:Impuestos TotalImpuestosTrasladados=\"{0}\">\n    <cfdi:Traslados>\n      \
         <cfdi:Traslado {base}Impuesto=\"002\" TipoFactor=\"Tasa\" TasaOCuota=\"0.160000\" Importe=\"{0}\"/>\n    \
         </cfdi:Traslados>\n  </cfdi:Impuestos>\n",
        money(tax),
    )
    .unwrap();
    Body { subtotal: money(net), total: money(net + tax), concepts: text, complement: String::new() }
}

/// A receipt of payments of one to five invoices.
fn paid_body(chance: &mut Chance, date: &str) -> Body {
    let (mut paid, mut sum) = (String::new(), 0);
    for _ in 0..=chance.below(5) {
        let cents = 100 * (1 + chance.below(90_000));
        sum += cents;
        writeln!(
            paid,
            "        <pago20:DoctoRelacionado IdDocumento=\"{}\" Serie=\"F\" Folio=\"{}\" MonedaDR=\"MXN\" \
             EquivalenciaDR=\"1\" NumParcialidad=\"1\" ImpSaldoAnt=\"{1}.00\" ImpPagado=\"{2}\" ImpSaldoInsoluto=\"0.00\" \
             ObjetoImpDR=\"01\"/>",
            uuid(chance),
            cents / 100,
            money(cents),
        )
        .unwrap();
    }
    let sum = money(sum);
    Body {
        subtotal: "0".to_owned(),
        total: "0".to_owned(),
        concepts:
            "  <cfdi:Conceptos>\n    <cfdi:Concepto ClaveProdServ=\"84111506\" Cantidad=\"1\" ClaveUnidad=\"ACT\" \
                   Descripcion=\"Pago\" ValorUnitario=\"0\" Importe=\"0\" ObjetoImp=\"01\"/>\n  </cfdi:Conceptos>\n"
                .to_owned(),
        complement: format!(
            "    <pago20:Pagos xmlns:pago20=\"http://www.sat.gob.mx/Pagos20\" Version=\"2.0\">\n      <pago20:Totales \
             MontoTotalPagos=\"{sum}\"/>\n      <pago20:Pago FechaPago=\"{date}\" FormaDePagoP=\"03\" MonedaP=\"MXN\" \
             TipoCambioP=\"1\" Monto=\"{sum}\">\n{paid}      </pago20:Pago>\n    </pago20:Pagos>\n"
        ),
    }
}

fn parties(chance: &mut Chance, kind: char, old: bool) -> String {
    let which = chance.below(RECEIVERS);
    let stem = format!(
        "{}{}{}{:02}0101AB",
        char::from(b'A' + (which % 26) as u8),
        char::from(b'A' + (which / 26 % 26) as u8),
        char::from(b'A' + (which / 676) as u8),
        which % 100,
    );
    let digit = rfc::check_digit(&stem).unwrap();
    let (trade, place) = (TRADES[which as usize / 2 % 8], PLACES[which as usize / 16 % 8]);
    let broad = if which.is_multiple_of(2) { "COMERCIALIZADORA" } else { "TALLERES" };
    let (new_only, usage) = match (old, kind) {
        (true, _) => ("", "G03"),
        (false, 'P') => (" DomicilioFiscalReceptor=\"64000\" RegimenFiscalReceptor=\"601\"", "CP01"),
        (false, _) => (" DomicilioFiscalReceptor=\"64000\" RegimenFiscalReceptor=\"601\"", "G03"),
    };
    format!(
        "  <cfdi:Emisor Rfc=\"DEM010101AB{}\" Nombre=\"DEMOSTRACIÓN DE MÉXICO\" RegimenFiscal=\"601\"/>\n  \
         <cfdi:Receptor Rfc=\"{stem}{digit}\" Nombre=\"{broad} {trade} DEL {place} {which}\"{new_only} \
         UsoCFDI=\"{usage}\"/>\n",
        rfc::check_digit("DEM010101AB").unwrap(),
    )
}

fn uuid(chance: &mut Chance) -> String {
    let (high, low) = (chance.next(), chance.next());
    format!(
        "{:08X}-{:04X}-4{:03X}-A{:03X}-{:012X}",
        high >> 32,
        high >> 16 & 0xFFFF,
        high & 0xFFF,
        low >> 52,
        low & 0xFFFF_FFFF_FFFF
    )
}

/// Text in the alphabet of base64 that encodes nothing.
fn noise(chance: &mut Chance, length: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(length + 10);
    while text.len() < length {
        let mut bits = chance.next();
        for _ in 0..10 {
            text.push(char::from(ALPHABET[(bits & 63) as usize]));
            bits >>= 6;
        }
    }
    text.truncate(length - 2);
    text + "=="
}

//! Printed representations: every kind read back from its PDF by an independent reader, and the hostile cases.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[path = "support/rich_samples.rs"]
mod rich_samples;
#[path = "support/samples.rs"]
mod samples;

use correo_cfdi::adapters::krilla_typesetter::KrillaTypesetter;
use correo_cfdi::domain::print::{self, Contents, Unprintable, compose, limits, verification_url};
use correo_cfdi::ports::Typesetter as _;
use lopdf::Document;
use proptest::prelude::*;
use rich_samples::{Rich, concept, egress, income, payments, payroll, transfer};

fn contents(xml: &str) -> Contents {
    print::read(xml.as_bytes()).unwrap().unwrap()
}

fn pdf(xml: &str) -> Vec<u8> {
    let pdf = KrillaTypesetter.typeset(&compose(&contents(xml))).unwrap();
    // For a person who wants to look: the pictures are not judged here.
    if let Some(folder) = std::env::var_os("PRINT_SAMPLES") {
        let name = format!("{:?}-{}.pdf", std::thread::current().name().unwrap_or("x"), pdf.len());
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(std::path::Path::new(&folder).join(name.replace([':', '"'], "")), &pdf).unwrap();
    }
    pdf
}

/// The text of each page, blanks and line ends left away, since a reader may put them anywhere.
fn pages(pdf: &[u8]) -> Vec<String> {
    let document = Document::load_mem(pdf).unwrap();
    let numbers: Vec<u32> = document.get_pages().into_keys().collect();
    let text = |page: &u32| document.extract_text(&[*page]).unwrap();
    numbers.iter().map(|page| text(page).split_whitespace().collect()).collect()
}

fn all(pdf: &[u8]) -> String {
    pages(pdf).concat()
}

/// Every text is there.
#[track_caller]
fn holds(pdf: &[u8], texts: &[&str]) {
    let all = all(pdf);
    for text in texts {
        let bare: String = text.split_whitespace().collect();
        assert!(all.contains(&bare), "{text:?} is not in {all}");
    }
}

/// What every printed representation must show (*Anexo 20*, part I.D).
#[track_caller]
fn holds_what_the_rule_asks_for(pdf: &[u8], sample: &Rich) {
    let contents = contents(&sample.xml());
    let timbre = |name: &str| contents.timbre.get(name).to_owned();
    let texts = [
        "Este documento es una representación impresa de un CFDI".to_owned(),
        "Hecha por Correo CFDI a partir del XML".to_owned(),
        timbre("UUID"),
        "2026-10-05 11:22:33".to_owned(),
        "2026-10-05 11:25:00".to_owned(),
        timbre("NoCertificadoSAT"),
        contents.root.get("NoCertificado").to_owned(),
        timbre("RfcProvCertif"),
        timbre("SelloSAT"),
        contents.root.get("Sello").to_owned(),
        format!(
            "||1.1|{}|2026-10-05T11:25:00|PAC010101AAA|{}|00001000000900000008||",
            timbre("UUID"),
            timbre("SelloCFD")
        ),
        verification_url(&contents),
        contents.issuer.get("Rfc").to_owned(),
        contents.issuer.get("Nombre").to_owned(),
        contents.receiver.get("Rfc").to_owned(),
        contents.receiver.get("Nombre").to_owned(),
        "601 General de Ley Personas Morales".to_owned(),
        "64000".to_owned(),
    ];
    holds(pdf, &texts.each_ref().map(String::as_str));
}

#[test]
fn an_invoice_shows_its_concepts_taxes_and_totals() {
    let sample = income(1, "Computadora portátil de 14\" & cargador");
    let pdf = pdf(&sample.xml());
    holds_what_the_rule_asks_for(&pdf, &sample);
    holds(
        &pdf,
        &[
            "Factura (CFDI de ingreso)",
            "43211503",
            "No.: LAP-Ñ-9",
            "H87 Pieza",
            "Computadora portátil de 14\" & cargador",
            "12,500.50",
            "25,001.00",
            "Traslado IVA 16%, base 25,000.00: 4,000.00",
            "Retención ISR 1.25%, base 25,000.00: 312.50",
            "Pedimento: 21 47 3807 8003832",
            "ISH 1% trasladado",
            "28,937.50 USD",
            "VEINTIOCHO MIL NOVECIENTOS TREINTA Y SIETE 50/100 USD",
            "18.4512",
            "99 Por definir",
            "PPD Pago en parcialidades o diferido",
            "I04 Equipo de cómputo y accesorios",
            "Crédito de 30 días",
            "04 Sustitución de los CFDI previos",
            &samples::uuid(9),
        ],
    );
}

#[test]
fn a_credit_note_of_the_older_version() {
    let sample = egress();
    let pdf = pdf(&sample.xml());
    holds(
        &pdf,
        &[
            "Nota de crédito (CFDI de egreso)",
            "Devolución de mercancía",
            "116.00 MXN",
            "CIENTO DIECISÉIS PESOS 00/100 M.N.",
            "01 Nota de crédito de los documentos relacionados",
            "3.3",
        ],
    );
}

#[test]
fn a_receipt_of_payments_shows_what_was_paid() {
    let sample = payments();
    let pdf = pdf(&sample.xml());
    holds_what_the_rule_asks_for(&pdf, &sample);
    holds(
        &pdf,
        &[
            "Recibo electrónico de pago (CFDI)",
            "Pago 2",
            "SPEI-0042",
            "012345678901234567",
            "1,160.00 MXN",
            "MIL CIENTO SESENTA PESOS 00/100 M.N.",
            &samples::uuid(21),
            &samples::uuid(22),
            &samples::uuid(23),
            "A103",
            "580.00",
            "Traslado IVA 16%, base 500.00: 80.00",
            "Base de IVA 16%",
            "1,740.00 MXN",
            "MIL SETECIENTOS CUARENTA PESOS 00/100 M.N.",
        ],
    );
}

#[test]
fn a_payroll_receipt_shows_what_was_earned_and_kept_back() {
    let sample = payroll();
    let pdf = pdf(&sample.xml());
    holds_what_the_rule_asks_for(&pdf, &sample);
    holds(
        &pdf,
        &[
            "Recibo de nómina (CFDI)",
            "O Ordinaria",
            "2026-09-16 a 2026-09-30",
            "XEXX010101HNEXXXA4",
            "Dueña de proceso",
            "P352W",
            "04 Quincenal",
            "Horas extra: 5 en 2 días, tipo 01, 600.00",
            "Retención de ISR",
            "1,000.00",
            "Subsidio causado: 200.00",
            "Total de percepciones",
            "9,300.00",
            "8,300.00 MXN",
            "OCHO MIL TRESCIENTOS PESOS 00/100 M.N.",
        ],
    );
}

#[test]
fn goods_on_the_road_name_their_carta_porte() {
    let sample = transfer();
    let pdf = pdf(&sample.xml());
    holds_what_the_rule_asks_for(&pdf, &sample);
    holds(&pdf, &["CFDI de traslado", "Traslado de cemento", "1,200.5", "CartaPorte 3.1"]);
    assert!(!all(&pdf).contains("Totalconletra"));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let xml = income(3, "Una cosa").xml();
    assert_eq!(pdf(&xml), pdf(&xml));
    assert_ne!(pdf(&xml), pdf(&income(3, "Otra cosa").xml()));
}

#[test]
fn tables_go_on_on_the_next_page_below_their_head() {
    let pages = pages(&pdf(&income(60, "Un concepto cualquiera").xml()));
    assert!(pages.len() > 3, "{}", pages.len());
    for (at, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Página{}de{}", at + 1, pages.len())));
        assert!(page.contains("EstedocumentoesunarepresentaciónimpresadeunCFDI"));
        assert!(page.contains(&samples::uuid(u64::from('I'))));
    }
    assert!(pages[1].contains("Valorunitario"), "the head is repeated");
    assert_eq!(pages.concat().matches("Unconceptocualquiera").count(), 60);
}

#[test]
fn ten_thousand_concepts_are_cut_and_said() {
    let xml = income(10_000, "Tornillo").xml();
    let read = contents(&xml);
    let shown = read.concepts.len();
    assert!(shown <= limits::MAX_ROWS && shown > 1_000, "{shown}");
    assert_eq!(shown + read.left_out as usize, 10_000);
    let pdf = pdf(&xml);
    assert!(pdf.len() < 4 * 1024 * 1024, "{}", pdf.len());
    holds(&pdf, &[&format!("omite {} renglones", read.left_out), "28,937.50 USD"]);
}

#[test]
fn what_is_too_long_is_cut_and_said() {
    let long = "Ñandú ".repeat(5_000);
    let mut sample = income(1, &long);
    sample.receiver.name = "W".repeat(4_000);
    sample.concepts += &concept(&"sinblancos".repeat(3_000));
    let pdf = pdf(&sample.xml());
    holds(&pdf, &["algunos textos se cortaron aquí (…)", "28,937.50 USD"]);
    // A row of a page and more, and values without a blank, stay within the margins: nothing is lost on the way.
    assert!(all(&pdf).matches("Ñandú").count() >= limits::MAX_VALUE_CHARS / 6);
}

#[test]
fn hostile_names_are_shown_and_not_obeyed() {
    let mut sample = income(1, "(Tj) ET endstream endobj %PDF-1.7 <script>alert(1)</script> \\) {{ }}");
    sample.receiver.name = "AB\u{202E}CD\u{200B}EF 日本 😀 Ñ".to_owned();
    let pdf = pdf(&sample.xml());
    holds(
        &pdf,
        &[
            "(Tj) ET endstream endobj %PDF-1.7 <script>alert(1)</script> \\) {{ }}",
            "AB□CD□EF □□ □ Ñ",
            "El signo □ está en lugar de un carácter",
        ],
    );
    let clean = self::pdf(&income(1, "Limpio").xml());
    assert!(!all(&clean).contains("Elsigno□"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn any_text_makes_a_pdf_that_can_be_read(
        description in "\\PC{0,300}", name in "[ -~À-ÿ\u{200b}-\u{2030}]{1,200}", serie in "\\PC{0,25}", amount in "[0-9]{0,20}[.]?[0-9]{0,7}",
    ) {
        let mut sample = income(2, &description);
        sample.receiver.name = format!("X{name}");
        let xml = sample.xml().replace("Serie=\"ZI\"", &format!("Serie=\"{}\"", rich_samples::escape(&serie)));
        let xml = xml.replace("ValorUnitario=\"12500.500000\"", &format!("ValorUnitario=\"{amount}\""));
        if let Ok(contents) = print::read(xml.as_bytes()).unwrap() {
            let pdf = KrillaTypesetter.typeset(&compose(&contents)).unwrap();
            prop_assert!(all(&pdf).contains("EstedocumentoesunarepresentaciónimpresadeunCFDI"));
        }
    }
}

#[test]
fn what_lies_in_an_addenda_or_under_a_wrong_namespace_is_not_printed() {
    let sample = income(1, "Lo que vale");
    let inner =
        sample.xml().replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "").replace("Lo que vale", "Señuelo");
    let addenda = format!("<cfdi:Addenda>{inner}</cfdi:Addenda></cfdi:Comprobante>");
    let xml = sample.xml().replace("</cfdi:Comprobante>", &addenda);
    let read = contents(&xml);
    assert_eq!((read.concepts.len(), read.related.len()), (1, 1));
    assert_eq!(read.concepts[0].record.get("Descripcion"), "Lo que vale");
    let foreign = sample.xml().replace("http://www.sat.gob.mx/implocal", "urn:ajeno");
    let read = contents(&foreign);
    assert!(read.local_taxes.is_empty());
    assert_eq!(read.complements, ["ImpuestosLocales 1.0"]);
}

#[test]
fn other_versions_and_refused_documents_are_not_printed() {
    let xml = income(1, "x").xml();
    let read = |text: String| print::read(text.as_bytes()).unwrap().map(|_| ());
    assert_eq!(read(xml.replace("Version=\"4.0\"", "Version=\"5.0\"")), Err(Unprintable::Unsupported));
    assert_eq!(read(xml.replace("</cfdi:Comprobante>", "")), Err(Unprintable::Refused));
    let old = format!(
        "<?xml version=\"1.0\"?><cfdi:Comprobante xmlns:cfdi=\"http://www.sat.gob.mx/cfd/3\" version=\"3.2\" \
         fecha=\"2014-01-01T00:00:00\" tipoDeComprobante=\"ingreso\" total=\"1.00\" sello=\"x\"><cfdi:Emisor \
         rfc=\"{}\"/><cfdi:Receptor rfc=\"{}\"/><cfdi:Complemento><tfd:TimbreFiscalDigital \
         xmlns:tfd=\"http://www.sat.gob.mx/TimbreFiscalDigital\" version=\"1.0\" UUID=\"{}\" \
         FechaTimbrado=\"2014-01-01T00:00:01\" selloCFD=\"x\" noCertificadoSAT=\"1\" selloSAT=\"y\"/>\
         </cfdi:Complemento></cfdi:Comprobante>",
        samples::issuer().rfc,
        samples::receiver(4).rfc,
        samples::uuid(5)
    );
    assert_eq!(read(old), Err(Unprintable::Unsupported));
}

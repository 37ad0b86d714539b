//! The reader on documents as they come from the field, and on arbitrary ones.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

#[path = "support/letters.rs"]
mod letters;
#[path = "support/samples.rs"]
mod samples;

use correo_cfdi::domain::cfdi::{self, Kind, PaidInvoice, Reading, Reason, Verdict};
use mail_parser::{MessageParser, MimeHeaders as _};
use proptest::prelude::*;
use samples::{SampleParty, Spec, Version};

fn read(bytes: &[u8]) -> Reading {
    cfdi::read(bytes).unwrap()
}

#[test]
fn samples_of_every_kind_are_accepted_as_they_were_made() {
    for version in [Version::V40, Version::V33] {
        for (kind, expected) in [
            ('I', Kind::Income),
            ('E', Kind::Egress),
            ('T', Kind::Transfer),
            ('N', Kind::Payroll),
            ('P', Kind::Payment),
        ] {
            let spec = Spec { kind, version, seed: u64::from(kind), ..Spec::default() };
            let reading = read(samples::xml(&spec).as_bytes());
            assert_eq!((reading.reasons.as_slice(), reading.verdict()), (&[][..], Verdict::Accept));
            let cfdi = reading.cfdi.unwrap();
            assert_eq!(cfdi.kind, expected);
            assert_eq!(cfdi.uuid.as_str(), samples::uuid(spec.seed));
            assert_eq!(cfdi.version, if version == Version::V40 { "4.0" } else { "3.3" });
            assert_eq!(cfdi.issuer.rfc.as_str(), spec.issuer.rfc);
            assert_eq!(cfdi.receiver.rfc.as_str(), spec.receiver.rfc);
            assert_eq!(cfdi.receiver.name.as_deref(), Some(spec.receiver.name.as_str()));
            assert_eq!(cfdi.payments_total.is_some(), kind == 'P');
            assert_eq!(cfdi.date.as_str(), spec.date);
        }
    }
}

#[test]
fn every_defect_gets_its_verdict_and_reasons() {
    let mut failures = Vec::new();
    for case in samples::defects() {
        let reading = read(&case.bytes);
        let mut codes: Vec<&str> = reading.reasons.iter().map(|reason| reason.code()).collect();
        let mut expected = case.reasons.to_vec();
        codes.sort_unstable();
        expected.sort_unstable();
        let uuid = reading.cfdi.as_ref().map(|cfdi| cfdi.uuid.to_string());
        let identity_ok = if case.verdict == "refuse" { uuid.is_none() } else { uuid == Some(case.uuid) };
        if codes != expected || reading.verdict().code() != case.verdict || !identity_ok {
            failures.push(format!("{}: {} {codes:?}, identity {identity_ok}", case.name, reading.verdict()));
        }
        for name in reading.cfdi.iter().flat_map(|cfdi| [&cfdi.issuer.name, &cfdi.receiver.name]).flatten() {
            assert!(!name.contains(['\r', '\n']), "{}: {name:?}", case.name);
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn every_published_version_names_the_document() {
    let by_name = |name: &str| {
        let case = samples::defects().into_iter().find(|case| case.name == name).unwrap();
        read(&case.bytes).cfdi.unwrap()
    };
    let old = by_name("version_3_2");
    assert_eq!((old.version.as_str(), old.kind, old.folio.as_deref()), ("3.2", Kind::Income, Some("1")));
    let retention = by_name("retenciones_2");
    assert_eq!((retention.version.as_str(), retention.kind), ("2.0", Kind::Retention));
    assert!(retention.receiver.rfc.is_generic());
    assert_eq!(retention.total.as_str(), "100.00");
    let first = by_name("retenciones_1");
    assert_eq!((first.version.as_str(), first.kind, first.folio.as_deref()), ("1.0", Kind::Retention, Some("7")));
    assert_eq!((first.receiver.rfc.as_str(), first.total.as_str()), ("XAXX010101000", "100.00"));
}

#[test]
fn a_receipt_of_payments_names_its_sum_and_the_invoices_paid() {
    let spec = Spec { kind: 'P', ..Spec::default() };
    let xml = samples::xml(&spec);
    let cfdi = read(xml.as_bytes()).cfdi.unwrap();
    let sum = cfdi.payments_total.clone().unwrap();
    assert_eq!((cfdi.amount_to_show(), cfdi.total.as_str()), (&sum, "0"));
    let wanted = PaidInvoice {
        id: samples::uuid(spec.seed + 1_000_000),
        serie: Some("A".into()),
        folio: Some("1".into()),
        currency: Some("MXN".into()),
        installment: Some("1".into()),
        amount: Some(sum),
    };
    assert_eq!((cfdi.paid, cfdi.paid_count), (vec![wanted.clone()], 1));
    // As many as a person can read are kept; the rest is counted. What one lacks refuses nothing.
    let (start, end) = (xml.find("<pago20:Docto").unwrap(), xml.find("</pago20:Pago>").unwrap());
    let many = format!("{}{}{}", &xml[..start], "<pago20:DoctoRelacionado/>".repeat(250), &xml[end..]);
    let cfdi = read(many.as_bytes()).cfdi.unwrap();
    assert_eq!((cfdi.paid.len(), cfdi.paid_count, &cfdi.paid[0]), (100, 250, &PaidInvoice::default()));
    // Pagos 1.0, and the same names where they mean nothing.
    let first = xml.replace("sat.gob.mx/Pagos20", "sat.gob.mx/Pagos");
    let cfdi = read(first.as_bytes()).cfdi.unwrap();
    assert_eq!((&cfdi.paid, cfdi.payments_total.is_some()), (&vec![wanted], true));
    let (start, end) = (first.find("<pago20:Pago ").unwrap(), first.find("</pago20:Pagos>").unwrap());
    let payments = |texts: &str| read(format!("{}{texts}{}", &first[..start], &first[end..]).as_bytes()).cfdi.unwrap();
    let pesos = r#"<pago20:Pago MonedaP="MXN" Monto="100.10"/><pago20:Pago MonedaP="MXN" Monto="0.905"/>"#;
    assert_eq!(payments(pesos).amount_to_show().as_str(), "101.005");
    for other in [r#"<pago20:Pago MonedaP="USD" Monto="1"/>"#, r#"<pago20:Pago MonedaP="MXN"/>"#] {
        assert_eq!(payments(&format!("{pesos}{other}")).payments_total, None);
        assert_eq!(payments(&format!("{other}{pesos}")).payments_total, None);
    }
    let elsewhere = xml.replace("pago20:Pagos", "pago20:Pagas");
    assert_eq!(read(elsewhere.as_bytes()).cfdi.unwrap().paid_count, 0);
}

#[test]
fn every_case_that_may_be_sent_arrives_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for case in samples::defects().into_iter().filter(|case| case.verdict != "refuse") {
        let path = folder.path().join(format!("{}.xml", case.name));
        std::fs::write(&path, &case.bytes).unwrap();
        let letter = letters::letter(&path);
        let message = MessageParser::default().parse(&letter.bytes).unwrap();
        let found: Vec<_> =
            message.attachments().map(|part| (part.attachment_name().unwrap(), part.contents())).collect();
        let wanted: Vec<_> = letter.files.iter().map(|file| (file.name.as_str(), file.content.as_slice())).collect();
        assert!(found == wanted, "{}", case.name);
        seen += 1;
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn a_file_beyond_the_size_limit_is_refused_without_reading_on() {
    use std::io::Read as _;
    let head = samples::xml(&Spec::default()).replace("</cfdi:Comprobante>\n", "<cfdi:Addenda>");
    let endless = head.as_bytes().chain(std::io::repeat(b' '));
    let reading = cfdi::read(endless).unwrap();
    assert_eq!(reading.verdict(), Verdict::Refuse);
    let many = "<a/>".repeat(8 * 1024 * 1024);
    let reading = cfdi::read(head.as_bytes().chain(many.as_bytes())).unwrap();
    assert_eq!(reading.reasons, [Reason::TooLarge]);
}

#[test]
fn an_error_of_the_disk_is_no_verdict() {
    struct Failing;
    impl std::io::Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk fails"))
        }
    }
    use std::io::Read as _;
    let head = samples::xml(&Spec::default());
    assert!(cfdi::read(Failing).is_err());
    assert!(cfdi::read(head.as_bytes()[..2_000].chain(Failing)).is_err());
}

/// Names that the schema allows: one line without blanks around or doubled.
fn name() -> impl Strategy<Value = String> {
    "[A-ZÑÁÉÍÓÚ&<>'\"ñü.,-]{1,20}( [A-ZÑ&0-9漢😀]{1,12}){0,3}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let reading = read(&bytes);
        prop_assert_eq!(reading.cfdi.is_some(), reading.verdict() != Verdict::Refuse);
    }

    #[test]
    fn arbitrary_markup_never_panics(text in "(<[?!/]?[a-z:]{0,4}( [a-z:]{0,6}=?['\"]?[&;#x0-9a]{0,4}['\"]?){0,3}[/?\\]-]{0,2}>?|[&;\\]>-]|<!\\[CDATA\\[|<!--|\u{FEFF}){0,12}") {
        prop_assert_eq!(read(text.as_bytes()).verdict(), Verdict::Refuse);
    }

    #[test]
    fn damaged_documents_are_named_or_refused_and_never_both(
        at in 0usize..4_000,
        with in proptest::collection::vec(any::<u8>(), 0..6),
        removed in 0usize..40,
    ) {
        let mut bytes = samples::unsealed(&Spec::default()).into_bytes();
        let at = at.min(bytes.len());
        let end = (at + removed).min(bytes.len());
        bytes.splice(at..end, with);
        let reading = read(&bytes);
        prop_assert_eq!(reading.cfdi.is_some(), reading.verdict() != Verdict::Refuse);
    }

    #[test]
    fn cut_documents_are_always_refused(cut in 1usize..3_500) {
        let bytes = samples::unsealed(&Spec::default()).into_bytes();
        // The last byte is the line end after the root.
        let kept = bytes.len() - 1 - cut.min(bytes.len() - 1);
        prop_assert_eq!(read(&bytes[..kept]).verdict(), Verdict::Refuse);
    }

    #[test]
    fn what_is_written_is_read(
        seed in any::<u32>(),
        kind in prop::sample::select(vec!['I', 'E', 'T', 'N', 'P']),
        old in any::<bool>(),
        serie in "[A-Z0-9&<\"'-]{1,25}",
        folio in "[0-9]{1,40}",
        issuer in name(),
        receiver in name(),
    ) {
        let spec = Spec {
            seed: u64::from(seed),
            version: if old { Version::V33 } else { Version::V40 },
            kind,
            serie,
            folio,
            issuer: SampleParty::new("DEM010101AB", &issuer),
            receiver: SampleParty::new("ÑAIM850315GH", &receiver),
            ..Spec::default()
        };
        let cfdi = read(samples::unsealed(&spec).as_bytes()).cfdi;
        let Some(cfdi) = cfdi else { panic!("refused") };
        prop_assert_eq!(cfdi.uuid.to_string(), samples::uuid(spec.seed));
        prop_assert_eq!(cfdi.serie, Some(spec.serie));
        prop_assert_eq!(cfdi.folio, Some(spec.folio));
        prop_assert_eq!(cfdi.issuer.name, Some(issuer));
        prop_assert_eq!(cfdi.receiver.name, Some(receiver));
    }
}

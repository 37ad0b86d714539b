//! The seal check: what is sealed holds, what was changed does not, and what is not covered is left alone.
//!
//! The corpus of `tests/satcfdi` is this one; there an independent program judges it too.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

#[path = "seal/corpus.rs"]
mod corpus;
#[path = "seal/grammar.rs"]
mod grammar;
#[path = "support/samples.rs"]
mod samples;
#[path = "seal/tree.rs"]
mod tree;
#[path = "seal/writing.rs"]
mod writing;

use corpus::Group;
use correo_cfdi::domain::cfdi::{self, NotChecked, Reading, Reason, Seal, SealDefect, Verdict};
use samples::sealing::{Signer, certificate};
use samples::{Spec, Version};

const BROKEN: Seal = Seal::Invalid(SealDefect::Signature);

fn read(bytes: impl AsRef<[u8]>) -> Reading {
    cfdi::read_and_check_seal(bytes.as_ref()).unwrap()
}

fn seal(bytes: impl AsRef<[u8]>) -> Seal {
    read(bytes).seal
}

#[test]
fn samples_of_every_kind_hold() {
    for version in [Version::V40, Version::V33] {
        for kind in ['I', 'E', 'T', 'N', 'P'] {
            let reading = read(samples::xml(&Spec { kind, version, ..Spec::default() }));
            // The sheet of 3.3 does not know Pagos 2.0.
            let known = (version, kind) != (Version::V33, 'P');
            let expected = if known { Seal::Valid } else { Seal::NotChecked(NotChecked::Complement) };
            assert_eq!((reading.seal, reading.verdict()), (expected, Verdict::Accept), "{version:?} {kind}");
        }
    }
}

#[test]
fn the_cadena_is_written_as_the_sheet_says() {
    let xml = "<c:Comprobante xmlns:c='http://www.sat.gob.mx/cfd/4' LugarExpedicion=' 64000 ' Version='4.0' Folio='' \
               Total='1&#10;&#9;2'><c:Complemento/><c:Receptor Rfc='R&amp;'/><c:InformacionGlobal Año='2026'/>\
               <c:Impuestos TotalImpuestosTrasladados='3' TotalImpuestosRetenidos='2'><c:Traslados><c:Traslado \
               Base='1'/></c:Traslados><c:Retenciones><c:Retencion Importe='9'/></c:Retenciones></c:Impuestos>\
               </c:Comprobante>";
    let cadena = cfdi::cadena_original(xml.as_bytes()).unwrap();
    assert_eq!(cadena.as_deref(), Ok("||4.0||||||1 2|||64000|||2026|R&||||||9|2|1|||3||"));
}

#[test]
fn a_changed_document_is_refused_with_its_reason() {
    let good = samples::xml(&Spec::default());
    for (from, to) in [
        (" Total=\"", " Total=\"1"),
        ("Servicio de demostración", "Servicio de demostracion"),
        ("UsoCFDI=\"G03\"", "UsoCFDI=\"G01\""),
        (" Serie=\"A\"", ""),
        ("<cfdi:Conceptos>", "<cfdi:CfdiRelacionados TipoRelacion=\"01\"/><cfdi:Conceptos>"),
    ] {
        assert!(good.contains(from));
        let reading = read(good.replacen(from, to, 1));
        assert_eq!((reading.seal, reading.reasons.as_slice()), (BROKEN, &[Reason::SelloInvalid][..]), "{from}");
        // It says whose it is nevertheless: a person may have to name it.
        let same = reading.cfdi.as_ref().is_some_and(|cfdi| cfdi.uuid == read(good.clone()).cfdi.unwrap().uuid);
        assert_eq!((reading.verdict(), same), (Verdict::Refuse, true));
    }
    assert_eq!(cfdi::read(good.replace(" Serie=\"A\"", "").as_bytes()).unwrap().seal.code(), "not_checked");
}

#[test]
fn what_is_not_sealed_may_change() {
    let good = samples::xml(&Spec::default());
    let pretty = good.replace("><", ">\n\t<").replace("\" ", "\"\r\n ");
    let timbre = good.replace("PAC010101AAA", "PAC020202BBB");
    let addenda = good.replace("</cfdi:Comprobante>", "<cfdi:Addenda>x<y z='1'/></cfdi:Addenda></cfdi:Comprobante>");
    let prefix = good.replace("cfdi:", "f:").replace(":cfdi=", ":f=");
    let declared = good.replace("<cfdi:Emisor", "<cfdi:Emisor xmlns:schemaLocation=\"urn:x\"");
    for (name, xml) in
        [("pretty", pretty), ("timbre", timbre), ("addenda", addenda), ("prefix", prefix), ("declared", declared)]
    {
        assert_eq!(seal(xml), Seal::Valid, "{name}");
    }
}

#[test]
fn the_certificate_must_be_the_one_that_is_named() {
    let (number, rfc) = (Signer::Issuer.number(), samples::issuer().rfc);
    let own = certificate(Signer::Issuer, number, &rfc);
    let with = |other: &str| {
        let unsealed = samples::unsealed(&Spec::default());
        assert!(unsealed.contains(&own));
        samples::sealing::seal(Signer::Issuer, &unsealed.replace(&own, other))
    };
    assert_eq!(seal(with(&own)), Seal::Valid);
    let representative = certificate(Signer::Issuer, number, &format!("{rfc} / ÑAIM850315GH2"));
    assert_eq!(seal(with(&representative)), Seal::Valid);
    let renumbered = read(with(&certificate(Signer::Issuer, "00001000000900000008", &rfc)));
    assert_eq!(renumbered.seal, Seal::Invalid(SealDefect::OtherCertificate));
    assert_eq!(renumbered.reasons, [Reason::CertificadoMismatch]);
    for holder in ["MAL010101AAA", &format!("MAL010101AAA / {rfc}"), "", " / "] {
        let stranger = read(with(&certificate(Signer::Issuer, number, holder)));
        assert_eq!((stranger.seal, stranger.verdict()), (not(NotChecked::OtherHolder), Verdict::Accept), "{holder}");
    }
    let serial = certificate(Signer::Issuer, "\u{1}\u{2}", &rfc);
    assert_eq!(seal(with(&serial)), not(NotChecked::Certificate));
    assert_eq!(seal(with("")), not(NotChecked::NoCertificate));
    assert_eq!(seal(with(&own[..400])), not(NotChecked::Certificate));
    assert_eq!(seal(with(&certificate(Signer::Other, number, &rfc))), BROKEN);
}

fn not(why: NotChecked) -> Seal {
    Seal::NotChecked(why)
}

#[test]
fn seals_that_are_no_seals() {
    let good = samples::unsealed(&Spec::default());
    let with = |sello: &str| seal(good.replace(&samples::sealing::placeholder(), sello));
    assert_eq!(with(""), not(NotChecked::NoSeal));
    for sello in ["AAAA", "%%%", "AAA", &"A".repeat(4_000), &samples::sealing::placeholder()] {
        assert_eq!(with(sello), BROKEN);
    }
    // Too long a value is refused by the reader before its seal matters.
    assert_eq!(with(&"A".repeat(8_000)), not(NotChecked::Unreadable));
}

#[test]
fn no_defect_of_the_corpus_gets_a_seal_that_it_should_not_have() {
    let mut failures = Vec::new();
    let mut counts = [0; 3];
    for case in samples::defects() {
        let reading = read(&case.bytes);
        let cadena = cfdi::cadena_original(case.bytes.as_slice()).unwrap().ok();
        let same = cadena == cfdi::cadena_original(samples::xml(&samples::base_spec()).as_bytes()).unwrap().ok();
        let fits = match reading.seal {
            Seal::Valid => same && case.name != "tampered_certificate",
            Seal::Invalid(_) => !same,
            Seal::NotChecked(_) => true,
        };
        counts[match reading.seal {
            Seal::Valid => 0,
            Seal::Invalid(_) => 1,
            Seal::NotChecked(_) => 2,
        }] += 1;
        if !fits || (reading.verdict() != Verdict::Refuse && case.verdict == "refuse") {
            failures.push(format!("{}: {:?}, the same text {same}", case.name, reading.seal));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    assert!(counts.iter().all(|count| *count > 5), "{counts:?}");
}

#[test]
fn the_random_corpus_is_judged_as_it_was_made() {
    let mut valid = 0;
    for case in corpus::corpus(2_026, 60) {
        let found = seal(&case.bytes);
        match case.group {
            Group::Sealed => {
                assert_eq!(found, Seal::Valid);
                valid += 1;
            }
            Group::Changed("blanks" | "sello_in_lines" | "wholly_resealed") => {
                assert_eq!(found, Seal::Valid, "{:?}", case.group);
            }
            Group::Changed("certificate_of_other_holder") => assert_eq!(found, not(NotChecked::OtherHolder)),
            Group::Changed("certificate_of_other_number") => {
                assert_eq!(found, Seal::Invalid(SealDefect::OtherCertificate));
            }
            Group::Changed(
                "total" | "certificate_of_other_key" | "sealed_by_other_key" | "sello_bit" | "sello_cut",
            ) => {
                assert_eq!(found, BROKEN, "{:?}", case.group);
            }
            // Whether these change the text depends on the dice; the independent program says.
            Group::Changed(_) => assert_ne!(found.code(), "not_checked", "{:?}", case.group),
            Group::Uncovered(note) => assert_eq!(found.not_checked().map(NotChecked::code), Some(note)),
        }
    }
    assert_eq!(valid, 60);
}

//! Files as they come from the field, good and bad, each with the verdict that it must get.

use std::cell::RefCell;

use super::{Spec, uuid, xml};

/// One file, and what must be said of it where a PDF of the same base name lies beside it.
pub(crate) struct Defect {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// `accept`, `warn` or `refuse`.
    pub(crate) verdict: &'static str,
    /// All of them, in no order.
    pub(crate) reasons: &'static [&'static str],
    /// The identity that must be read, unless it is refused.
    pub(crate) uuid: String,
}

pub(super) const SEED: u64 = 77;
const TIMBRE_NS: &str = "http://www.sat.gob.mx/TimbreFiscalDigital";
pub(super) const OTHER_UUID: &str = "0A0A0A0A-0B0B-4C0C-8D0D-0E0E0E0E0E0E";

/// What every case was made from.
pub(crate) fn base_spec() -> Spec {
    Spec { seed: SEED, ..Spec::default() }
}

/// Every case; names are unique and fit for file names.
pub(crate) fn defects() -> Vec<Defect> {
    let base = xml(&base_spec());
    let cases = Cases { base, list: RefCell::default() };
    cases.no_cfdi();
    cases.dangerous();
    cases.timbres();
    cases.uuid_shapes();
    cases.broken_xml();
    cases.encodings();
    cases.decoys();
    cases.values();
    cases.versions();
    cases.list.into_inner()
}

pub(super) struct Cases {
    pub(super) base: String,
    /// In a cell, so that a case can be made from the base while it is added.
    list: RefCell<Vec<Defect>>,
}

impl Cases {
    fn add(
        &self,
        name: &'static str,
        bytes: impl Into<Vec<u8>>,
        verdict: &'static str,
        reasons: &'static [&'static str],
    ) {
        self.list.borrow_mut().push(Defect { name, bytes: bytes.into(), verdict, reasons, uuid: uuid(SEED) });
    }

    pub(super) fn accept(&self, name: &'static str, bytes: impl Into<Vec<u8>>) {
        self.add(name, bytes, "accept", &[]);
    }

    pub(super) fn warn(&self, name: &'static str, bytes: impl Into<Vec<u8>>, reasons: &'static [&'static str]) {
        self.add(name, bytes, "warn", reasons);
    }

    pub(super) fn refuse(&self, name: &'static str, bytes: impl Into<Vec<u8>>, reasons: &'static [&'static str]) {
        self.add(name, bytes, "refuse", reasons);
    }

    /// The base with one text in place of another, which must be there.
    pub(super) fn with(&self, from: &str, to: &str) -> String {
        assert!(self.base.contains(from), "the base sample lacks {from:?}");
        self.base.replacen(from, to, 1)
    }

    pub(super) fn before_end(&self, addition: &str) -> String {
        self.with("</cfdi:Comprobante>", &format!("{addition}</cfdi:Comprobante>"))
    }

    pub(super) fn in_complement(&self, addition: &str) -> String {
        self.with("<cfdi:Complemento>", &format!("<cfdi:Complemento>{addition}"))
    }

    /// The element of the timbre, as the base has it.
    pub(super) fn timbre(&self) -> String {
        let start = self.base.find("<tfd:").expect("the base has a timbre");
        let end = start + self.base[start..].find("/>").expect("the timbre is one tag") + 2;
        self.base[start..end].to_owned()
    }

    fn no_cfdi(&self) {
        self.accept("good", self.base.clone());
        self.refuse("empty", "", &["empty_file"]);
        self.refuse("blank", " \n ", &["empty_file"]);
        self.refuse("text", "esto no es un CFDI", &["not_xml"]);
        self.refuse("pdf", &b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n1 0 obj"[..], &["not_xml", "bad_encoding"]);
        self.refuse("zip", &b"PK\x03\x04\x14\x00\x00\x00"[..], &["not_xml"]);
        self.refuse("html", "<html><body>Sesión terminada</body></html>", &["not_cfdi"]);
        self.refuse("foreign_root", "<factura xmlns=\"urn:x\"/>", &["not_cfdi"]);
        let foreign = self.base.replace("sat.gob.mx/cfd/4", "sat.gob.mx/cfd/44");
        self.refuse("foreign_namespace", foreign, &["not_cfdi"]);
        let undeclared = self.with("xmlns:cfdi=", "xmlns:otro=");
        self.refuse("undeclared_root_prefix", undeclared, &["not_cfdi", "undeclared_prefix"]);
    }

    fn dangerous(&self) {
        let with_dtd = |dtd: &str| self.with("<cfdi:Comprobante", &format!("{dtd}<cfdi:Comprobante"));
        let external = with_dtd("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>");
        let bomb = with_dtd("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>").replace("Muestra", "&b;");
        let plain = with_dtd("<!DOCTYPE cfdi:Comprobante>");
        let deep =
            self.before_end(&format!("<cfdi:Addenda>{}{}</cfdi:Addenda>", "<a>".repeat(200), "</a>".repeat(200)));
        let wide: String = (0..600).map(|n| format!(" a{n}=\"\"")).collect();
        let wide = self.before_end(&format!("<cfdi:Addenda{wide}/>"));
        let long = self.with("DEMOSTRACIÓN", &"X".repeat(5_000));
        self.refuse("external_entity", external, &["has_dtd"]);
        self.refuse("entity_bomb", bomb, &["has_dtd"]);
        self.refuse("dtd", plain, &["has_dtd"]);
        self.refuse("html_with_doctype", "<!DOCTYPE html><html></html>", &["has_dtd"]);
        self.refuse("too_deep", deep, &["too_complex"]);
        self.refuse("too_many_attributes", wide, &["too_complex"]);
        self.refuse("too_long_name", long, &["too_complex"]);
        self.refuse("undefined_entity", self.with("DEMOSTRACIÓN", "&demo;"), &["not_xml"]);
        self.refuse("undefined_entity_in_text", self.before_end("<cfdi:Addenda>&demo;</cfdi:Addenda>"), &["not_xml"]);
    }

    fn timbres(&self) {
        let timbre = self.timbre();
        let other = timbre.replace(&uuid(SEED), OTHER_UUID);
        let without = self.with(&timbre, "");
        self.refuse("no_timbre", without.clone(), &["no_timbre"]);
        self.refuse("timbre_of_other_namespace", self.with(TIMBRE_NS, "urn:x"), &["no_timbre"]);
        let addenda = |inner: &str| format!("<cfdi:Addenda>{inner}</cfdi:Addenda></cfdi:Comprobante>");
        let end = "</cfdi:Comprobante>";
        self.refuse("timbre_in_addenda_only", without.replace(end, &addenda(&timbre)), &["no_timbre"]);
        self.refuse("timbre_under_root", without.replace(end, &format!("{timbre}{end}")), &["no_timbre"]);
        self.refuse("timbre_in_comment", self.with(&timbre, &format!("<!--{timbre}-->")), &["no_timbre"]);
        self.refuse("timbre_in_cdata", self.with(&timbre, &format!("<![CDATA[{timbre}]]>")), &["no_timbre"]);
        self.refuse("timbre_too_deep", self.with(&timbre, &format!("<x>{timbre}</x>")), &["no_timbre"]);
        self.refuse("two_timbres", self.in_complement(&other), &["two_timbres"]);
        let apart = self.before_end(&format!("<cfdi:Complemento>{other}</cfdi:Complemento>"));
        self.refuse("two_timbres_apart", apart, &["two_timbres"]);
        self.warn("same_timbre_twice", self.in_complement(&timbre), &["repeated_timbre"]);
        self.accept("several_complements", self.with("<cfdi:Complemento>", "<cfdi:Complemento/><cfdi:Complemento>"));
        self.accept("timbre_in_addenda_too", self.before_end(&format!("<cfdi:Addenda>{other}</cfdi:Addenda>")));
        self.warn("tampered_sello", self.with("SelloCFD=\"", "SelloCFD=\"AAAA"), &["sello_mismatch"]);
        let wrapped = self.with("SelloCFD=\"", "SelloCFD=\"\n  ");
        self.accept("sello_on_two_lines", wrapped);
        self.refuse("no_stamp_date", self.with(" FechaTimbrado=", " Fecha="), &["malformed_timbre"]);
    }

    fn uuid_shapes(&self) {
        let good = uuid(SEED);
        let shape = |text: String| self.with(&format!("UUID=\"{good}\""), &format!("UUID=\"{text}\""));
        let refused = [
            ("uuid_without_hyphens", shape(good.replace('-', ""))),
            ("uuid_in_braces", shape(format!("{{{good}}}"))),
            ("uuid_short", shape(good[..35].to_owned())),
            ("uuid_long", shape(format!("{good}XXX"))),
            ("uuid_not_hex", shape(format!("G{}", &good[1..]))),
            ("uuid_empty", shape(String::new())),
        ];
        let accepted = [
            ("uuid_lower_case", shape(good.to_lowercase())),
            ("uuid_with_blanks", shape(format!(" \n{good}\t"))),
            ("uuid_with_references", shape(good.replace('-', "&#45;"))),
        ];
        for (name, text) in refused {
            self.refuse(name, text, &["malformed_timbre"]);
        }
        for (name, text) in accepted {
            self.accept(name, text);
        }
    }

    fn broken_xml(&self) {
        let length = self.base.len();
        let cut = |at: usize| self.base.as_bytes()[..at].to_vec();
        self.refuse("cut_in_a_tag", cut(300), &["incomplete_document"]);
        self.refuse("cut_in_the_timbre", cut(self.base.find("SelloSAT").unwrap_or(0)), &["incomplete_document"]);
        self.refuse("cut_before_the_end", cut(length - 24), &["incomplete_document"]);
        self.refuse("cut_in_the_end_tag", cut(length - 5), &["incomplete_document"]);
        self.refuse("two_roots", format!("{}<x/>", self.base), &["not_xml"]);
        self.refuse("text_after", format!("{}fin", self.base), &["not_xml"]);
        self.refuse("crossed_tags", self.with("</cfdi:Conceptos>", "</cfdi:Concepto>"), &["not_xml"]);
        self.refuse("raw_less_than", self.with("DEMOSTRACIÓN", "A < B"), &["not_xml"]);
        self.refuse("raw_ampersand", self.with("DEMOSTRACIÓN", "A & B"), &["not_xml"]);
        self.refuse("repeated_attribute", self.with("Serie=", "Folio=\"2\" Serie="), &["not_xml"]);
        self.refuse("control_character", self.with("DEMOSTRACIÓN", "DEMO\u{1}"), &["not_xml"]);
        self.refuse("forbidden_reference", self.with("DEMOSTRACIÓN", "DEMO&#1;"), &["not_xml"]);
        self.refuse(
            "double_declaration",
            self.with("<cfdi:Emisor", "<?xml version=\"1.0\"?><cfdi:Emisor"),
            &["not_xml"],
        );
        let declared = self.base.find("?>").unwrap_or(0);
        for (name, declaration) in [
            ("declaration_without_version", "<?xml encoding=\"UTF-8\""),
            ("declaration_of_another_name", "<?xml= version=\"1.0\" encoding=\"UTF-8\""),
            ("declaration_with_rubbish", "<?xml version=\"1.0\" encoding=\"UTF-8\" x"),
        ] {
            self.refuse(name, format!("{declaration}{}", &self.base[declared..]), &["not_xml"]);
        }
        self.refuse("attributes_without_blank", self.with(" Serie=\"A\" ", " Serie=\"A\""), &["not_xml"]);
        self.refuse("no_character", self.with("DEMOSTRACIÓN", "DEMO\u{FFFE}"), &["not_xml"]);
        let undeclared = self.before_end("<cfdi:Addenda><sap:x/></cfdi:Addenda>");
        self.warn("undeclared_prefix", undeclared, &["undeclared_prefix"]);
        let no_xsi = self.with(" xmlns:xsi=", " xmlns:esquema=");
        self.warn("undeclared_attribute_prefix", no_xsi, &["undeclared_prefix"]);
    }
}
